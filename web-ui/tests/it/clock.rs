//! The 60-day clock on the treasurer's pages: before papers are approved, and afterwards.

use std::time::Duration;

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::approve_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::{ImportedRow, SupplierIdentity};
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::onboard_party::SizeClass;
use ledger_app::propose_issue::{self, Chosen};
use ledger_app::signing;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::sha256_of;
use ledger_core::id::ImportId;
use ledger_core::party::PartyKind;
use ledger_store::users::Role;
use testkit::browser::{Browser, DESKTOP, PHONE};
use thirtyfour::prelude::*;

use crate::house::{House, OPENING, PASSPHRASE};
use crate::supplier_stage::{all, first, principal};

const SMALL: &str = "小微精密件厂";
const TRADER: &str = "李记五金加工店";

fn after(days: u64) -> NaiveDate {
    OPENING.checked_add_days(Days::new(days)).unwrap()
}

fn row(line: u64, supplier: &str, accepted: Option<u64>, due: u64) -> ImportedRow {
    ImportedRow {
        line,
        digest: sha256_of(format!("AP-{line}").as_bytes()),
        supplier: SupplierIdentity::Name(supplier.to_owned()),
        supplier_uscc: None,
        vendor_id: None,
        supplier_name: Some(supplier.to_owned()),
        payable_no: format!("AP-{line}"),
        po_no: None,
        acceptance_date: accepted.map(|days| OPENING.checked_sub_days(Days::new(days)).unwrap()),
        invoice_no: Some(format!("INV-2026-{line}")),
        invoice_date: None,
        invoice_gross: None,
        gross_amount: Amount::parse(&format!("{line}200.50"), Currency::CNY).unwrap(),
        currency: Currency::CNY,
        due_date: after(due),
        company_code: String::new(),
        cost_centre: None,
        remark: None,
    }
}

/// Debts to a small supplier and a sole trader: one long past its day, one that will be, one in time,
/// one without any date.
fn debts(house: &House) -> ImportId {
    for (name, size, login) in [
        (SMALL, SizeClass::Small, "small"),
        (TRADER, SizeClass::SoleTrader, "trader"),
    ] {
        let party = house.party_of_size(PartyKind::Supplier, name, "", size);
        house.person(party, &format!("{login}@house.test"), Role::Member);
    }
    let maker = principal(house, "maker");
    let rows = [
        row(1, SMALL, Some(75), 30),
        row(2, SMALL, Some(0), 100),
        row(3, TRADER, Some(5), 40),
        row(4, TRADER, None, 90),
    ];
    let none = Default::default();
    let list = import_payables::begin(&house.app, &maker, "a.csv", [1; 32], &none).unwrap();
    import_payables::load(&house.app, &maker, list, &rows, &[]).unwrap();
    list
}

fn propose(house: &House, list: ImportId) {
    let maker = principal(house, "maker");
    let signer = signing::open_key(&house.app, &maker, PASSPHRASE).unwrap();
    let (chosen, terms) = (Chosen::Import(list), IssueTerms::default());
    let done = propose_issue::run(&house.app, &maker, &signer, &chosen, &terms).unwrap();
    assert_eq!(done.papers, 4);
}

#[test]
fn the_treasurer_sees_before_approving_whose_choice_is_needed() {
    let house = House::open();
    let list = debts(&house);
    let maker = house.signed_in("maker");
    let urgent = maker.page("/treasury/clock");
    assert_eq!(all(&urgent, ".clockhead", "class").len(), 2, "{urgent}");
    // The earliest last day first.
    let heads: Vec<_> = urgent
        .match_indices("INV-2026-")
        .map(|(at, _)| &urgent[at..at + 10])
        .collect();
    assert_eq!(heads, ["INV-2026-1", "INV-2026-2"]);
    assert!(urgent.contains("Past its day") && urgent.contains("Payee has to choose"));
    assert!(
        urgent.contains("13 days ago"),
        "75 days since acceptance, rolled over the Spring Festival: {urgent}"
    );
    assert!(urgent.contains("Sole trader"));
    let every = maker.page("/treasury/clock?list=all");
    assert_eq!(all(&every, ".clockhead", "class").len(), 4);
    assert!(
        every.contains("Can&#39;t be told") || every.contains("Can't be told"),
        "{every}"
    );

    propose(&house, list);
    let checker = house.signed_in("checker");
    let waiting = checker.page("/treasury/proposals");
    // Counted from its issue, the one without a date is past the clock, too.
    assert!(
        waiting.contains("3 of these papers (¥7,601.50)"),
        "{waiting}"
    );
    assert_eq!(all(&waiting, "small.pastclock", "class").len(), 3);
    assert!(waiting.contains("within the clock"));
    assert!(
        waiting.contains("40 days past the clock: the payee has to choose"),
        "{waiting}"
    );

    let person = principal(&house, "checker");
    let signer = signing::open_key(&house.app, &person, PASSPHRASE).unwrap();
    approve_issue::run(&house.app, &person, &signer, &Meant::Import(list)).unwrap();
    let papers = checker.page("/treasury/clock?list=all");
    let link = first(&papers, ".clocks a[href^='/papers/']", "href");
    let paper = checker.page(&link);
    assert!(paper.contains("Last day for money"), "{paper}");
    assert!(paper.contains("Needed: the paper is due past the clock"));
}

#[test]
fn the_report_is_a_file_with_every_day_and_amount() {
    let house = House::open();
    debts(&house);
    let got = house.signed_in("checker").get("/treasury/clock.csv");
    assert_eq!(got.status(), 200);
    let text = got.text().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with('\u{feff}'));
    let row = |line: &str| {
        line.split(',')
            .map(|c| c.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
    };
    let (heads, first) = (row(lines[0]), row(lines[1]));
    let cell = |name: &str| first[heads.iter().position(|head| head == name).unwrap()].clone();
    assert_eq!(cell("Supplier's size"), "Small");
    assert_eq!(
        cell("Last day for money"),
        "2026-02-24",
        "rolled over the Spring Festival"
    );
    assert_eq!(cell("Days past the last day"), "43");
    assert_eq!(cell("Amount"), "1200.50");
    assert!(house.signed_in("small").get("/treasury/clock.csv").status() == 403);
    // Another's payable is no place to go on from.
    let strange = format!("/treasury/clock?after={}", "00".repeat(16));
    assert_eq!(house.signed_in("maker").get(&strange).status(), 404);
}

#[test]
fn whom_the_clock_does_not_bind_is_told_so() {
    let house = House::open();
    let other = house.party_of_size(
        PartyKind::Obligor,
        "中型整车厂",
        "91110000MA00MEDM1X",
        SizeClass::Medium,
    );
    house.person(other, "medium@house.test", Role::Maker);
    let page = house.signed_in("medium").page("/treasury/clock");
    assert!(page.contains("on record as neither") && !page.contains("class=\"clocks\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_fits_a_phone_and_a_desk() {
    let house = tokio::task::spawn_blocking(|| {
        let house = House::open();
        let list = debts(&house);
        propose(&house, list);
        house
    })
    .await
    .unwrap();
    let browser = Browser::start("en").await.unwrap();
    let driver = browser.driver();
    driver.goto(house.url("/sign-in")).await.unwrap();
    for (field, text) in [("login", "checker@house.test"), ("passphrase", PASSPHRASE)] {
        let css = format!("[name='{field}']:not([type=hidden])");
        let field = driver
            .query(By::Css(css))
            .and_clickable()
            .first()
            .await
            .unwrap();
        field.send_keys(text).await.unwrap();
    }
    driver
        .find(By::Css("button.main"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    let nav = driver
        .query(By::Css("nav"))
        .wait(Duration::from_secs(30), Duration::from_millis(50));
    nav.first().await.unwrap();
    for (path, name) in [
        ("/treasury/clock", "clock"),
        ("/treasury/clock?list=all", "clock-all"),
        ("/treasury/proposals", "clock-proposals"),
    ] {
        driver.goto(house.url(path)).await.unwrap();
        for (size, width) in [(PHONE, "390"), (DESKTOP, "1440")] {
            browser.resize(size).await.unwrap();
            if let Ok(folder) = std::env::var("TALLYSTICK_SCREENSHOTS") {
                let path = std::path::Path::new(&folder).join(format!("{name}-{width}.png"));
                browser.screenshot(&path).await.unwrap();
            }
            assert_eq!(
                browser.horizontal_overflow().await.unwrap(),
                0,
                "{name} at {width}"
            );
        }
    }
    assert!(browser.console_errors().await.unwrap().is_empty());
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}
