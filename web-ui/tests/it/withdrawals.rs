//! A paper that nobody has accepted yet is taken back on its own page, by who may issue, and by nobody once
//! the payee has answered. In a browser in both sizes and languages.

use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{accepted, digest, first, issued, open};

fn paper_of(maker: &Visitor) -> String {
    first(
        &maker.page("/treasury/papers"),
        "main a[href^='/papers/']",
        "href",
    )
}

fn set() -> House {
    let house = open();
    issued(&house, "supplier", "60000.00", 9);
    house
}

#[test]
fn it_is_taken_back_before_it_is_accepted_and_not_after() {
    let house = set();
    let maker = house.signed_in("maker");
    let paper = paper_of(&maker);
    let at = format!("{paper}/withdraw");
    assert!(maker.page(&paper).contains("id=\"withdraw\""));
    let good = [("passphrase", PASSPHRASE), ("reason", "金额有误")];
    let before = digest(&house);
    for (name, status) in [
        ("supplier", 403),
        ("bank", 403),
        ("operator", 403),
        ("auditor", 403),
    ] {
        let other = house.signed_in(name);
        let answer = other.send_with(&other.token("/account"), &at, &good);
        assert_eq!(answer.status(), status, "{name}");
    }
    let checker = house.signed_in("checker");
    assert!(!checker.page(&paper).contains("id=\"withdraw\""));
    let answer = checker.send_with(&checker.token(&paper), &at, &good);
    assert_eq!(answer.status(), 403);
    let wrong = maker.send(
        &paper,
        &at,
        &[("passphrase", "not it"), ("reason", "金额有误")],
    );
    assert_eq!(wrong.status(), 422);
    assert!(
        wrong.text().unwrap().contains("金额有误"),
        "what was typed stays"
    );
    let long = "长".repeat(501);
    let long = maker.send(
        &paper,
        &at,
        &[("passphrase", PASSPHRASE), ("reason", &long)],
    );
    assert_eq!(long.status(), 422);
    let long = long.text().unwrap();
    assert!(long.contains("<code>word_too_long</code>") && long.contains("aria-invalid"));
    assert_eq!(digest(&house), before);

    let done = maker.send(&paper, &at, &good);
    assert_eq!(Visitor::sent_to(&done), paper);
    let page = maker.page(&paper);
    assert!(
        page.contains("Withdrawn") && !page.contains("id=\"withdraw\""),
        "{page}"
    );
    let supplier = house.signed_in("supplier");
    assert!(!supplier.page("/").contains("¥60,000.00"));
    let token = maker.token("/treasury/papers");
    let again = maker.send_with(&token, &at, &good);
    assert!(again.text().unwrap().contains("<code>"), "a clear refusal");

    issued(&house, "supplier", "70000.00", 10);
    accepted(&supplier);
    let paper = paper_of(&maker);
    let page = maker.page(&paper);
    assert!(
        page.contains("¥70,000.00") && !page.contains("id=\"withdraw\""),
        "{page}"
    );
    let late = maker.send_with(&token, &format!("{paper}/withdraw"), &good);
    let late = late.text().unwrap();
    assert!(late.contains("<code>nothing_to_answer</code>"), "{late}");
}

async fn in_a_browser(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "maker", language).await;
    let here = house.url("/treasury/papers");
    browser.driver().goto(here).await.unwrap();
    press(&browser, "main a[href^='/papers/']").await;
    press(&browser, "#withdraw summary").await;
    find(&browser, "#withdraw form.deed").await;
    look(&browser, &format!("withdrawals-{language}-deed")).await;
    fill(&browser, "reason", "金额有误").await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "#withdraw button.sign").await;
    find(&browser, ".dot.off").await;
    look(&browser, &format!("withdrawals-{language}-done")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawals_fit_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawals_fit_a_browser_in_english() {
    in_a_browser("en").await;
}
