//! What a supplier was paid, by its page: two papers in one sum once it chose so; on both sizes.

use ledger_app::close_settlement;
use ledger_app::present_paper::{self, PresentedRun};
use ledger_app::record_payment::{self, BankStatement, Booking, StatedBooking};
use ledger_app::settle_paper;
use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, Visitor};
use crate::supplier_browser::{find, look};
use crate::supplier_stage::{MATURITY, accepted, issued};

const HERE: &str = "/received";

/// A house in which a supplier holds two papers due on one day, and chose to be paid in one sum; the
/// fragment of the second.
fn chosen() -> (House, String) {
    let house = House::open();
    let mut fragment = String::new();
    for (serial, face) in [(71, "800000.00"), (72, "450000.50")] {
        issued(&house, "supplier", face, serial);
        fragment = accepted(&house.signed_in("supplier"));
    }
    let supplier = house.signed_in("supplier");
    let page = supplier.page(HERE);
    assert!(
        page.contains("paper by paper: one payment for each"),
        "{page}"
    );
    let sent = supplier.send(HERE, "/received/netting", &[("netted", "yes")]);
    assert_eq!(Visitor::sent_to(&sent), HERE);
    assert!(supplier.page(HERE).contains("you are paid in one sum"));
    (house, fragment)
}

/// The due day comes, the obligor's bank pays all and books the one payment.
fn paid(house: &House) {
    let app = &house.app;
    let advance = |day| app.store.write(|tx| tx.business_date_advance(day)).unwrap();
    advance(MATURITY);
    assert_eq!(settle_paper::plan(app).unwrap(), 2);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 2);
    let runs = present_paper::to_present(app).unwrap().into_iter();
    let answers: Vec<PresentedRun> = runs
        .map(|one| PresentedRun::in_full(one.run, "PAIN013-1".to_owned()))
        .collect();
    present_paper::note_all_presented(app, &answers, None).unwrap();
    assert_eq!(settle_paper::instruct(app).unwrap(), 2);
    let sent = record_payment::take_outgoing(app).unwrap();
    let payments = sent[0].payments().unwrap();
    assert_eq!(payments.len(), 1);
    let one = &payments[0];
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "N1".to_owned(),
        body: b"<Ntfctn/>".to_vec(),
        bookings: vec![StatedBooking {
            account: one.first.debtor_account.clone(),
            servicer_ref: "R1".to_owned(),
            end_to_end_id: one.end_to_end_id().to_owned(),
            amount: one.amount,
            currency: one.first.currency,
            direction: Booking::Debit,
            booking_date: MATURITY,
            value_date: MATURITY,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    assert_eq!(record_payment::note_statement(app, &statement).unwrap(), 2);
    assert_eq!(close_settlement::run(app).unwrap(), 2);
}

#[test]
fn a_supplier_chooses_one_sum_and_reads_which_papers_are_in_it() {
    let (house, fragment) = chosen();
    paid(&house);
    let supplier = house.signed_in("supplier");
    let page = supplier.page(HERE);
    for part in [
        "¥1,250,000.50",
        "¥800,000.00",
        "¥450,000.50",
        "for 2 papers in one sum",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let file = supplier.get("/received.csv").text().unwrap();
    assert_eq!(
        file.lines()
            .filter(|line| line.contains("1250000.50"))
            .count(),
        2
    );
    // A fragment's own page says under which reference its part came.
    let own = supplier.page(&format!("/fragments/{fragment}"));
    assert!(own.contains("in one sum with other papers: TSN"), "{own}");
    // Another month has none of it, and no month at all is this one.
    assert!(
        supplier
            .page("/received?month=2026-01")
            .contains("Nothing was paid")
    );
    assert!(
        supplier
            .page("/received?month=soon")
            .contains("¥1,250,000.50")
    );
    // Nobody else reads it, and nobody else chooses.
    for login in ["maker", "checker", "operator"] {
        let other = house.signed_in(login);
        assert_eq!(other.get(HERE).status(), 403, "{login}");
        let from = other.send("/account", "/received/netting", &[("netted", "no")]);
        assert_eq!(from.status(), 403, "{login}");
    }
    let bank = house.signed_in("bank").page(HERE);
    assert!(!bank.contains("TSN"));
    // The operator's page of the day has one line of it.
    let day = house
        .signed_in("operator")
        .page(&format!("/operator/reconciliation?date={MATURITY}"));
    assert_eq!(day.matches("<code>TSN").count(), 1, "{day}");
    // The choice is taken back.
    let sent = supplier.send(HERE, "/received/netting", &[("netted", "no")]);
    assert_eq!(Visitor::sent_to(&sent), HERE);
    assert!(
        supplier
            .page(HERE)
            .contains("paper by paper: one payment for each")
    );
}

async fn fits(language: &'static str) {
    let house = tokio::task::spawn_blocking(|| {
        let (house, _fragment) = chosen();
        paid(&house);
        house
    })
    .await
    .unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    sign_in(&browser, &house, "supplier", language).await;
    go(HERE).await;
    find(&browser, "#netting").await;
    look(&browser, &format!("received-{language}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_phone_and_desk_in_english() {
    fits("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_phone_and_desk_in_chinese() {
    fits("zh-CN").await;
}
