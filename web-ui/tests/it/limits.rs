//! Limits on the portal's pages: proposed by one, approved by another, felt by the holder; looked
//! at in both sizes and languages.

use ledger_app::invite_user::Role;
use scraper::{Html, Selector};
use testkit::browser::Browser;

use crate::bank_book::asked;
use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{find, look};
use crate::supplier_stage::{first, open, quoted, sign_page, tomorrow};

/// A second person of the bank.
fn colleague(house: &House) {
    let parties = house
        .app
        .store
        .read(|tx| tx.parties_of_kind(ledger_core::party::PartyKind::FinanceProvider))
        .unwrap();
    let bank = parties.iter().find(|one| one.name == "沙盒银行").unwrap();
    house.person(bank.id, "colleague@house.test", Role::Member);
}

fn propose(who: &Visitor, subject: &str, amount: &str) {
    let page = who.page("/limits");
    let css = format!("select[name=subject] option[value^='{subject}:']");
    let value = first(&page, &css, "value");
    let fields = [
        ("subject", value.as_str()),
        ("amount", amount),
        ("currency", "CNY"),
        ("until", ""),
        ("reason", "Board of 2 March"),
    ];
    let sent = who.send("/limits", "/limits", &fields);
    assert_eq!(sent.status(), 303, "{}", sent.text().unwrap());
}

/// Where the first proposal on the page is approved.
fn approval(who: &Visitor) -> String {
    first(&who.page("/limits"), "form[action$='/approve']", "action")
}

fn approve(who: &Visitor) {
    let to = approval(who);
    assert_eq!(who.send("/limits", &to, &[]).status(), 303);
}

fn text(page: &str, css: &str) -> String {
    let page = Html::parse_document(page);
    let css = Selector::parse(css).unwrap();
    let found: Vec<String> = page
        .select(&css)
        .map(|one| one.text().collect::<Vec<_>>().join(" "))
        .collect();
    found.join(" | ")
}

#[test]
fn two_people_set_a_limit_and_a_signature_past_it_is_stopped_without_a_figure() {
    let house = open();
    colleague(&house);
    let (bank, second) = (house.signed_in("bank"), house.signed_in("colleague"));
    assert!(bank.page("/limits").contains("No limit is set"));
    propose(&bank, "obligor", "100,000.00");
    assert!(bank.page("/limits").contains("another person approves it"));
    let own = approval(&second);
    let alone = bank.send("/limits", &own, &[]);
    assert_eq!(alone.status(), 422);
    assert!(alone.text().unwrap().contains("<code>same_person</code>"));
    approve(&second);
    let shown = text(&bank.page("/limits"), "#limits li");
    assert!(shown.contains("¥100,000.00"), "{shown}");

    let request = asked(&house);
    let id = request.replace("/finance/", "");
    quoted(&house, "bank", &id, "2.85", tomorrow(&house));
    let supplier = house.signed_in("supplier");
    let best = first(&supplier.page(&request), "article.best a.button", "href");
    let page = supplier.page(&best);
    let stopped = sign_page(&supplier, &page, PASSPHRASE);
    assert_eq!(stopped.status(), 422);
    let stopped = stopped.text().unwrap();
    assert!(
        stopped.contains("<code>limit_exhausted</code>"),
        "{stopped}"
    );
    assert!(!stopped.contains("100,000.00"), "no figure of the bank's");
    let shown = text(&bank.page("/limits"), "#shortages tbody");
    assert!(shown.contains("¥300,000.00"), "{shown}");

    propose(&second, "obligor", "350000");
    approve(&bank);
    assert_eq!(sign_page(&supplier, &page, PASSPHRASE).status(), 303);
    let shown = text(&bank.page("/limits"), "#limits li");
    assert!(
        shown.contains("¥300,000.00") && shown.contains("¥50,000.00"),
        "{shown}"
    );
    let other = house.signed_in("bank2").page("/limits");
    assert!(!other.contains("350,000.00") && other.contains("No limit is set"));
}

#[test]
fn the_treasury_limits_itself_and_a_proposal_can_be_taken_back() {
    let house = open();
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    propose(&maker, "own_issuing", "5000000.00");
    let back = first(
        &maker.page("/limits"),
        "form[action$='/turn-down']",
        "action",
    );
    assert_eq!(maker.send("/limits", &back, &[]).status(), 303);
    assert!(text(&maker.page("/limits"), "#history tbody").contains("Turned down"));
    propose(&maker, "own_issuing", "4000000.00");
    approve(&checker);
    assert!(text(&maker.page("/limits"), "#limits li").contains("¥4,000,000.00"));
}

#[test]
fn the_operator_keeps_groups_and_providers_share_a_view() {
    let house = open();
    let operator = house.signed_in("operator");
    let groups = "/operator/groups";
    assert_eq!(
        operator
            .send(groups, groups, &[("name", "远山集团")])
            .status(),
        303
    );
    let again = operator.send(groups, groups, &[("name", "远山集团")]);
    assert_eq!(again.status(), 422);
    let page = operator.page(groups);
    let join = first(&page, "form[action$='/join']", "action");
    let party = first(&page, "form[action$='/join'] option", "value");
    assert_eq!(
        operator.send(groups, &join, &[("party", &party)]).status(),
        303
    );
    assert!(operator.page(groups).contains("远山汽车股份有限公司"));

    let (bank, other) = (house.signed_in("bank"), house.signed_in("bank2"));
    let circles = "/limits/circles";
    let page = bank.page(circles);
    let subject = first(&page, "option[value^='group:']", "value");
    let provider = first(&page, "input[name=provider]", "value");
    let fields = [
        ("subject", subject.as_str()),
        ("provider", provider.as_str()),
    ];
    assert_eq!(bank.send(circles, circles, &fields).status(), 303);
    let join = first(&other.page(circles), "form[action$='/join']", "action");
    assert_eq!(other.send(circles, &join, &[]).status(), 303);
    assert!(other.page(circles).contains("远山集团"));
    let leave = join.replace("/join", "/leave");
    assert_eq!(other.send(circles, &leave, &[]).status(), 303);
    assert!(other.page(circles).contains("You are in no joint view"));
    assert_eq!(other.send(circles, &join, &[]).status(), 404);
}

fn set() -> House {
    let house = open();
    colleague(&house);
    let (bank, second) = (house.signed_in("bank"), house.signed_in("colleague"));
    let request = asked(&house);
    let id = request.replace("/finance/", "");
    quoted(&house, "bank", &id, "2.85", tomorrow(&house));
    crate::bank_book::signed(&house, &request);
    propose(&bank, "obligor", "1200000.00");
    approve(&second);
    propose(&bank, "supplier", "250000.00");
    approve(&second);
    propose(&second, "obligor", "2000000.00");
    let page = bank.page("/limits/circles");
    let subject = first(&page, "option[value^='obligor:']", "value");
    let provider = first(&page, "input[name=provider]", "value");
    let fields = [
        ("subject", subject.as_str()),
        ("provider", provider.as_str()),
    ];
    let circles = "/limits/circles";
    assert_eq!(bank.send(circles, circles, &fields).status(), 303);
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    propose(&maker, "own_issuing", "5000000.00");
    approve(&checker);
    let operator = house.signed_in("operator");
    let groups = "/operator/groups";
    assert_eq!(
        operator
            .send(groups, groups, &[("name", "远山集团")])
            .status(),
        303
    );
    house
}

async fn every_page(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("limits-{language}-{page}");
    sign_in(&browser, &house, "bank", language).await;
    go("/limits").await;
    find(&browser, "#limits .limitbar").await;
    look(&browser, &name("bank")).await;
    find(&browser, "details.other summary")
        .await
        .click()
        .await
        .unwrap();
    look(&browser, &name("propose")).await;
    go("/limits/circles").await;
    find(&browser, "details.other summary")
        .await
        .click()
        .await
        .unwrap();
    look(&browser, &name("circles")).await;
    sign_in(&browser, &house, "maker", language).await;
    go("/limits").await;
    look(&browser, &name("treasury")).await;
    sign_in(&browser, &house, "operator", language).await;
    go("/operator/groups").await;
    look(&browser, &name("groups")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_fit_and_read_well_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_fit_and_read_well_in_chinese() {
    every_page("zh-CN").await;
}
