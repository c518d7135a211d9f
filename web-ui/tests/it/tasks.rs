//! What the operator has to look at: listed with plain words and links, counted on the front page,
//! closed with a word, after which a settlement goes on; in a browser in both sizes and languages.

use ledger_app::operator_tasks;
use ledger_app::present_paper;
use ledger_app::record_payment::{self, BankStatement, MissingInBooking, UnusableBooking};
use ledger_app::run_fault::RunFault;
use ledger_app::settle_paper;
use ledger_core::amount::Amount;
use ledger_core::clearing::ClearingError;
use ledger_core::currency::Currency;
use ledger_core::refusal::Refusal;
use testkit::browser::Browser;
use web_ui::i18n::Lang;
use web_ui::task_desk::wording;

use crate::desk_browser::sign_in;
use crate::house::{House, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{MATURITY, accepted, first, issued, principal};

/// A house with a settlement that was set aside and a booking that is no evidence.
fn open() -> House {
    let house = House::open();
    issued(&house, "supplier", "1200000.00", 31);
    accepted(&house.signed_in("supplier"));
    let app = &house.app;
    app.store
        .write(|tx| tx.business_date_advance(MATURITY))
        .unwrap();
    assert_eq!(settle_paper::plan(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    let run = present_paper::to_present(app).unwrap().remove(0).run;
    present_paper::note_not_presentable(app, run, "too long a name").unwrap();
    let unusable = UnusableBooking {
        place: 2,
        account: "622200005678".to_owned(),
        end_to_end_id: String::new(),
        amount: Amount::parse("10.00", Currency::CNY).unwrap(),
        currency: Currency::CNY,
        missing: MissingInBooking::ServicerReference,
    };
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "N1".to_owned(),
        body: b"<Ntfctn/>".to_vec(),
        bookings: Vec::new(),
        unusable: vec![unusable],
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(app, &statement).unwrap();
    house
}

#[test]
fn a_person_sees_what_to_do_and_closing_lets_the_settlement_go_on() {
    let house = open();
    let operator = house.signed_in("operator");
    let front = operator.page("/operator/day");
    assert_eq!(
        first(&front, ".tasks a[href='/operator/tasks']", "href"),
        "/operator/tasks"
    );
    assert!(front.contains("有 2 个事项需要您处理"), "{front}");
    let page = operator.page("/operator/tasks");
    for said in [
        "presentation_not_written",
        "提示付款报文无法生成。",
        "too long a name",
        "远山汽车股份有限公司",
        "¥1,200,000.00",
        "booking_without_reference",
        "****5678",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let party = first(&page, ".todo a[href^='/operator/parties?q=']", "href");
    assert!(operator.page(&party).contains("远山汽车股份有限公司"));
    let day = first(&page, ".todo a[href^='/operator/reconciliation']", "href");
    assert_eq!(day, format!("/operator/reconciliation?date={MATURITY}"));
    operator.page(&day);

    let to = first(&page, ".todo form", "action");
    let nobody = house.signed_in("maker");
    let token = nobody.token("/account");
    assert_eq!(
        nobody.send_with(&token, &to, &[("note", "x")]).status(),
        403
    );
    let wordless = operator.send("/operator/tasks", &to, &[("note", " ")]);
    assert_eq!(wordless.status(), 422);
    let wordless = wordless.text().unwrap();
    assert!(wordless.contains("note_missing"), "{wordless}");
    assert_eq!(
        first(&wordless, "input[aria-invalid]", "name"),
        "note",
        "one field is marked"
    );
    assert!(present_paper::to_present(&house.app).unwrap().is_empty());
    let closed = operator.send("/operator/tasks", &to, &[("note", "name shortened")]);
    assert_eq!(Visitor::sent_to(&closed), "/operator/tasks");
    assert_eq!(present_paper::to_present(&house.app).unwrap().len(), 1);
    assert_eq!(
        operator
            .send("/operator/tasks", &to, &[("note", "again")])
            .status(),
        404
    );
    let to = first(&operator.page("/operator/tasks"), ".todo form", "action");
    let closed = operator.send("/operator/tasks", &to, &[("note", "the bank sent it anew")]);
    assert_eq!(Visitor::sent_to(&closed), "/operator/tasks");
    assert!(operator.page("/operator/tasks").contains("notebox"));
    assert!(
        !operator
            .page("/operator/day")
            .contains("/operator/tasks\"><span")
    );
    let who = principal(&house, "operator");
    assert_eq!(operator_tasks::waiting(&house.app, &who).unwrap().0, 0);
}

#[test]
fn every_code_says_in_both_languages_what_is_wrong_and_what_to_do() {
    let own = [
        RunFault::PaperMissing,
        RunFault::PartyMissing,
        RunFault::UnknownRule,
        RunFault::NotInCirculation,
        RunFault::NotTiled(1),
        RunFault::SheetMissing,
        RunFault::SheetChanged,
        RunFault::AccountChanged {
            holder: String::new(),
        },
        RunFault::NotPresentable(String::new()),
        RunFault::PresentationRefused(String::new()),
        RunFault::CreditsNotCash,
        RunFault::NoEvidence,
        RunFault::NotWritten(String::new()),
        RunFault::NotCleared(ClearingError::NoCash),
        RunFault::Refused(Refusal::PayoutOpen),
    ];
    let mut codes: Vec<&str> = own.iter().map(RunFault::code).collect();
    codes.extend([
        "sheet_unreadable",
        "clearing_gap",
        "clearing_overlap",
        "clearing_beyond_face",
        "clearing_not_the_face",
        "clearing_cash_above_owed",
        MissingInBooking::ServicerReference.code(),
        MissingInBooking::BookingDate.code(),
        "booking_reference_reused",
        "paper_not_honoured",
        "credit_rejected",
        "credit_returned",
        "credit_booked_after_rejection",
    ]);
    for lang in Lang::ALL {
        let unknown = wording("from_a_later_version", lang);
        assert!(!unknown.0.is_empty() && !unknown.1.is_empty());
        for code in &codes {
            let said = wording(code, lang);
            assert_ne!(said, unknown, "{code}");
            assert!(!said.1.starts_with("Unknown"), "{code}: {said:?}");
        }
    }
}

async fn in_a_browser(language: &'static str) {
    let house = tokio::task::spawn_blocking(open).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "operator", language).await;
    find(&browser, ".tasks a[href='/operator/tasks']").await;
    look(&browser, &format!("tasks-{language}-front")).await;
    press(&browser, ".tasks a").await;
    find(&browser, ".todo").await;
    look(&browser, &format!("tasks-{language}-list")).await;
    for left in ["one", "none"] {
        fill(&browser, "note", "looked into").await;
        press(&browser, ".todo form button").await;
        let then = if left == "one" {
            "main:not(:has(.todo + .todo)) .todo"
        } else {
            "main .notebox"
        };
        find(&browser, then).await;
    }
    look(&browser, &format!("tasks-{language}-done")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_fit_and_are_closed_in_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tasks_fit_and_are_closed_in_a_browser_in_english() {
    in_a_browser("en").await;
}
