//! An obligor in default as people see it: the holder on its fragment, the operator's two people on
//! the list of issue stops, the treasury before and after; in a browser in both sizes and languages.

use ledger_app::close_settlement;
use ledger_app::invite_user::Role;
use ledger_app::present_paper::{self, Accepted, PresentedRun};
use ledger_app::record_defaults;
use ledger_app::record_payment::{self, BankStatement, StatedBooking};
use ledger_app::settle_paper;
use ledger_store::bank_messages::Booking;
use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{MATURITY, accepted, all, first, issued, principal};

/// A house with one paper that was not paid on its due date; the holder's fragment.
fn open() -> (House, String) {
    let house = House::open();
    let operator = principal(&house, "operator").party;
    house.person(operator, "colleague@house.test", Role::Operator);
    issued(&house, "supplier", "1200000.00", 31);
    let fragment = accepted(&house.signed_in("supplier"));
    not_paid(&house);
    (house, fragment)
}

/// The one paper of a house is not paid on its due date.
pub(crate) fn not_paid(house: &House) {
    let app = &house.app;
    app.store
        .write(|tx| tx.business_date_advance(MATURITY))
        .unwrap();
    assert_eq!(settle_paper::plan(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    answered(house, Accepted::Nothing);
    app.store
        .write(|tx| tx.business_date_advance(MATURITY.succ_opt().unwrap()))
        .unwrap();
    assert_eq!(record_defaults::run(app).unwrap(), 1);
}

fn answered(house: &House, accepted: Accepted) {
    let asked = present_paper::to_present(&house.app).unwrap();
    let answers = [PresentedRun {
        id: asked[0].run,
        message_id: "P1".to_owned(),
        accepted,
        pays_by_claim: false,
        reason: "AM04".to_owned(),
    }];
    present_paper::note_all_presented(&house.app, &answers, None).unwrap();
}

/// The obligor pays a day late, and its bank proves it.
fn paid(house: &House) {
    let app = &house.app;
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    let asked = present_paper::to_present(app).unwrap();
    answered(house, Accepted::All);
    settle_paper::instruct(app).unwrap();
    let of = &asked[0].claims[0];
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "N1".to_owned(),
        body: b"<Ntfctn/>".to_vec(),
        bookings: vec![StatedBooking {
            account: of.debtor_account.clone(),
            servicer_ref: "R1".to_owned(),
            end_to_end_id: of.end_to_end_id.clone(),
            amount: of.amount,
            currency: of.currency,
            direction: Booking::Debit,
            booking_date: MATURITY,
            value_date: MATURITY,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(app, &statement).unwrap();
    assert_eq!(close_settlement::run(app).unwrap(), 1);
}

#[test]
fn everybody_sees_the_default_and_two_people_lift_the_stop() {
    let (house, fragment) = open();
    let supplier = house.signed_in("supplier");
    let page = supplier.page(&format!("/fragments/{fragment}"));
    for said in [
        "One paper overdue since",
        "it may issue nothing new",
        "¥1,200,000.00 of the face is still owed",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let one = house.signed_in("operator");
    let page = one.page("/operator/stops");
    for said in ["远山汽车股份有限公司", "¥1,200,000.00", "AM04"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(all(&page, "form[action$='/cure']", "action").is_empty());
    for other in ["maker", "checker", "supplier", "bank"] {
        let refused = house.signed_in(other).get("/operator/stops").status();
        assert_eq!(refused, 403, "{other}");
    }
    paid(&house);
    let page = one.page("/operator/stops");
    let cure = first(&page, "form[action$='/cure']", "action");
    let wordless = one.send("/operator/stops", &cure, &[("evidence", " ")]);
    assert_eq!(wordless.status(), 422);
    let proposed = one.send("/operator/stops", &cure, &[("evidence", "对账单 12 号")]);
    assert_eq!(Visitor::sent_to(&proposed), "/operator/stops");
    assert!(
        all(
            &one.page("/operator/stops"),
            "form[action$='/approve']",
            "action"
        )
        .is_empty()
    );
    let two = house.signed_in("colleague");
    let page = two.page("/operator/stops");
    let approve = first(&page, "form[action$='/approve']", "action");
    let own = one.send_with(&one.token("/account"), &approve, &[]);
    assert!(own.text().unwrap().contains("same_person"));
    let back = first(&page, "form[action$='/return']", "action");
    let returned = two.send("/operator/stops", &back, &[("word", "which day?")]);
    assert_eq!(Visitor::sent_to(&returned), "/operator/stops");
    let page = one.page("/operator/stops");
    assert!(page.contains("which day?"));
    let cure = first(&page, "form[action$='/cure']", "action");
    one.send(
        "/operator/stops",
        &cure,
        &[("evidence", "对账单 9 月 1 日")],
    );
    let page = two.page("/operator/stops");
    let approve = first(&page, "form[action$='/approve']", "action");
    let lifted = two.send("/operator/stops", &approve, &[]);
    assert_eq!(Visitor::sent_to(&lifted), "/operator/stops");
    assert!(all(&two.page("/operator/stops"), "section.sheet", "id").is_empty());
    let page = supplier.page(&format!("/fragments/{fragment}"));
    assert!(page.contains("No paper of it is overdue"), "{page}");
    assert!(page.contains("all of it has come since"), "{page}");
}

async fn in_a_browser(language: &'static str) {
    let (house, fragment) = tokio::task::spawn_blocking(open).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "operator", language).await;
    let go = |path: String| house.url(&path);
    browser
        .driver()
        .goto(go("/operator/stops".to_owned()))
        .await
        .unwrap();
    find(&browser, "section.sheet").await;
    look(&browser, &format!("stops-{language}-overdue")).await;
    let house = tokio::task::spawn_blocking(move || {
        paid(&house);
        house
    })
    .await
    .unwrap();
    browser.driver().refresh().await.unwrap();
    fill(&browser, "evidence", "Statement 12").await;
    press(&browser, "form[action$='/cure'] button").await;
    find(&browser, "section.sheet .notebox").await;
    look(&browser, &format!("stops-{language}-proposed")).await;
    let other = Browser::start(language).await.unwrap();
    sign_in(&other, &house, "supplier", language).await;
    let page = house.url(&format!("/fragments/{fragment}"));
    other.driver().goto(page).await.unwrap();
    find(&other, "main dl.facts").await;
    look(&other, &format!("stops-{language}-fragment")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_fit_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stops_fit_a_browser_in_english() {
    in_a_browser("en").await;
}
