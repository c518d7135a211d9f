//! Early payment, by its page: who offers, who accepts, and what each reads; in a browser on both sizes.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::complete_redemption;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_core::calendar::Roll;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::PaymentTerms;
use ledger_store::bank_messages::Booking;
use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{find, look, press};
use crate::supplier_stage::{accepted, first, issued_on, principal};

const HERE: &str = "/redemptions";

/// A house in which a supplier holds a paper that may be paid early.
fn open() -> (House, String) {
    let house = House::open();
    let terms = PaymentTerms {
        early_redemption: EarlyRedemption::EqualTerms,
        ..PaymentTerms::FIRST_FORM
    };
    issued_on(&house, "supplier", "1200000.00", 61, terms);
    accepted(&house.signed_in("supplier"));
    let list = house.signed_in("maker").page("/treasury/papers");
    let number = first(&list, "main table a[href^='/papers/']", "href");
    (house, number.trim_start_matches("/papers/").to_owned())
}

fn fields(house: &House, number: &str, percent: &str) -> Vec<(&'static str, String)> {
    let today = house.app.business_date().unwrap();
    let calendar = house.app.calendar().unwrap();
    let pay_date = calendar
        .adjust(today + Days::new(10), Roll::Following)
        .unwrap();
    vec![
        ("paper", number.to_owned()),
        ("pay_date", pay_date.to_string()),
        ("accept_by", (today + Days::new(5)).to_string()),
        ("percent", percent.to_owned()),
        ("day_count", "actual_360".to_owned()),
        ("passphrase", PASSPHRASE.to_owned()),
    ]
}

fn send(who: &Visitor, to: &str, fields: &[(&'static str, String)]) -> reqwest::blocking::Response {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    who.send(HERE, to, &fields)
}

/// Proposed by one and signed by the other of the obligor's people.
fn offered(house: &House, number: &str) {
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    let sent = send(&maker, HERE, &fields(house, number, "3.6 %"));
    assert_eq!(Visitor::sent_to(&sent), HERE);
    let approve = first(&checker.page(HERE), "form.deed", "action");
    assert!(approve.ends_with("/approve"), "{approve}");
    let pass = [("passphrase", PASSPHRASE.to_owned())];
    assert_eq!(Visitor::sent_to(&send(&checker, &approve, &pass)), HERE);
}

#[test]
fn an_offer_takes_two_people_and_each_fragment_its_holder() {
    let (house, number) = open();
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    let supplier = house.signed_in("supplier");
    for who in [&supplier, &checker] {
        let refused = send(who, HERE, &fields(&house, &number, "3.6"));
        assert_eq!(refused.status(), 403);
    }
    let odd = send(&maker, HERE, &fields(&house, &number, "three"));
    assert_eq!(odd.status(), 422);
    let negative = send(&maker, HERE, &fields(&house, &number, "-1"));
    assert!(negative.text().unwrap().contains("rate_negative"));
    offered(&house, &number);
    assert!(maker.page(HERE).contains("Can be accepted"));
    let page = supplier.page(HERE);
    assert!(
        page.contains("¥1,200,000.00") && page.contains("3.6 %"),
        "{page}"
    );
    let accept = first(&page, "form.deed", "action");
    assert!(accept.ends_with("/accept"), "{accept}");
    let pass = [("passphrase", PASSPHRASE.to_owned())];
    assert_eq!(send(&checker, &accept, &pass).status(), 403);
    let wrong = [("passphrase", "not the passphrase".to_owned())];
    let wrong = send(&supplier, &accept, &wrong);
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    assert_eq!(Visitor::sent_to(&send(&supplier, &accept, &pass)), HERE);
    assert!(supplier.page(HERE).contains("waiting for the money"));
    assert!(supplier.page("/").contains("Accepted to be paid early by"));
    // The obligor reads a sum and no name.
    let own = maker.page(HERE);
    let name = &crate::supplier_stage::principal(&house, "supplier").name;
    assert!(own.contains("Accepted, not paid yet") && !own.contains(name.as_str()));
}

/// The obligor's bank has booked what the supplier is paid early for the paper.
fn booked(house: &House, number: &str, on: NaiveDate) {
    let payee = principal(house, "supplier").party;
    let orders = house.app.store.read(|tx| {
        let paper = tx.paper_by_number(number)?.paper.id;
        tx.credits_of_party(paper, payee)
    });
    let order = orders.unwrap().remove(0);
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: format!("BK{}", order.id),
        body: order.end_to_end_id.clone().into_bytes(),
        bookings: vec![StatedBooking {
            account: order.debtor_account,
            servicer_ref: format!("R{}", order.id),
            end_to_end_id: order.end_to_end_id,
            amount: order.amount,
            currency: order.currency,
            direction: Booking::Debit,
            booking_date: on,
            value_date: on,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(&house.app, &statement).unwrap();
}

#[test]
fn a_fragment_paid_early_says_so_on_its_holders_page() {
    let (house, number) = open();
    offered(&house, &number);
    let supplier = house.signed_in("supplier");
    let accept = first(&supplier.page(HERE), "form.deed", "action");
    let pass = [("passphrase", PASSPHRASE.to_owned())];
    assert_eq!(Visitor::sent_to(&send(&supplier, &accept, &pass)), HERE);
    let locked = first(&supplier.page("/"), "main a[href^='/fragments/']", "href");
    let on = house.app.business_date().unwrap() + Days::new(20);
    let moved = house.app.store.write(|tx| tx.business_date_advance(on));
    moved.unwrap();
    complete_redemption::run_due(&house.app).unwrap();
    booked(&house, &number, on);
    assert_eq!(
        complete_redemption::run_due(&house.app).unwrap().redeemed,
        1
    );
    let page = supplier.page(&locked);
    for words in [
        "Paid early by the obligor",
        "Paid before maturity",
        "paid into your account",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Transferred to"), "{page}");
}

async fn fits(language: &'static str) {
    let (house, number) = tokio::task::spawn_blocking(open).await.unwrap();
    let (house, _number) = tokio::task::spawn_blocking(move || {
        offered(&house, &number);
        (house, number)
    })
    .await
    .unwrap();
    for login in ["maker", "supplier"] {
        let browser = Browser::start(language).await.unwrap();
        let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
        sign_in(&browser, &house, login, language).await;
        go(HERE).await;
        press(&browser, "details.other summary").await;
        find(&browser, "details[open] input[name='passphrase']").await;
        look(&browser, &format!("redemption-{language}-{login}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_phone_and_desk_in_english() {
    fits("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_fits_phone_and_desk_in_chinese() {
    fits("zh-CN").await;
}
