//! The treasury's way in a real browser, on a phone and at a desk: sign in, upload, sign, approve.

use std::time::Duration;

use testkit::browser::{Browser, DESKTOP, PHONE, Viewport};
use testkit::database::workspace;
use thirtyfour::prelude::*;

use crate::house::{House, PASSPHRASE};

async fn look(browser: &Browser, name: &str) {
    for (size, word) in [(PHONE, "390"), (DESKTOP, "1440")] {
        browser.resize(size).await.unwrap();
        assert_eq!(
            browser.horizontal_overflow().await.unwrap(),
            0,
            "{name} at {word}"
        );
        if let Ok(folder) = std::env::var("TALLYSTICK_SCREENSHOTS") {
            let path = std::path::Path::new(&folder).join(format!("{name}-{word}.png"));
            browser.screenshot(&path).await.unwrap();
        }
    }
    let errors = browser.console_errors().await.unwrap();
    let real: Vec<_> = errors.iter().filter(|e| !e.contains("422")).collect();
    assert!(real.is_empty(), "{name}: {real:?}");
}

async fn fill(browser: &Browser, name: &str, text: &str) {
    let css = format!("[name='{name}']:not([type=hidden])");
    let field = browser
        .driver()
        .query(By::Css(css))
        .and_clickable()
        .first()
        .await
        .unwrap();
    field.send_keys(text).await.unwrap();
}

async fn press(browser: &Browser, css: &str) {
    let button = browser.driver().query(By::Css(css)).first().await.unwrap();
    button.scroll_into_view().await.unwrap();
    button.click().await.unwrap();
}

async fn is_there(browser: &Browser, css: &str) {
    browser
        .driver()
        .query(By::Css(css))
        .wait(Duration::from_secs(30), Duration::from_millis(50))
        .first()
        .await
        .unwrap_or_else(|_gone| panic!("{css} is not on the page"));
}

async fn sign_in(browser: &Browser, house: &House, name: &str) {
    browser.driver().delete_all_cookies().await.unwrap();
    browser.driver().goto(house.url("/sign-in")).await.unwrap();
    look(browser, "sign-in").await;
    fill(browser, "login", &format!("{name}@house.test")).await;
    fill(browser, "passphrase", PASSPHRASE).await;
    press(browser, "button.main").await;
    is_there(browser, "nav").await;
}

async fn way(size: Viewport) {
    let house = tokio::task::spawn_blocking(House::open).await.unwrap();
    let browser = Browser::start("en").await.unwrap();
    browser.resize(size).await.unwrap();
    sign_in(&browser, &house, "maker").await;
    look(&browser, "home-maker").await;
    browser
        .driver()
        .goto(house.url("/treasury/imports"))
        .await
        .unwrap();
    look(&browser, "imports").await;
    browser.resize(size).await.unwrap();
    let file = workspace().join("fixtures/payables/domestic-utf8.csv");
    let field = browser
        .driver()
        .find(By::Css("input[type=file]"))
        .await
        .unwrap();
    field
        .send_keys(file.to_string_lossy().as_ref())
        .await
        .unwrap();
    press(&browser, "main form button.main").await;
    is_there(&browser, ".deed").await;
    look(&browser, "import-result").await;
    browser.resize(size).await.unwrap();
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    is_there(&browser, ".sumline").await;
    look(&browser, "proposed").await;
    sign_in(&browser, &house, "checker").await;
    browser
        .driver()
        .goto(house.url("/treasury/proposals"))
        .await
        .unwrap();
    look(&browser, "proposals").await;
    browser.resize(size).await.unwrap();
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    is_there(&browser, ".sumline").await;
    look(&browser, "approved").await;
    browser
        .driver()
        .goto(house.url("/treasury/papers"))
        .await
        .unwrap();
    look(&browser, "outstanding").await;
    press(&browser, "a[href^='/papers/']").await;
    is_there(&browser, "figure.picture").await;
    look(&browser, "paper").await;
    sign_in(&browser, &house, "operator").await;
    for page in ["day", "parties", "users", "reconciliation"] {
        let path = format!("/operator/{page}");
        browser.driver().goto(house.url(&path)).await.unwrap();
        look(&browser, page).await;
    }
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sign_in_to_an_issued_paper_on_a_phone() {
    way(PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_sign_in_to_an_issued_paper_at_a_desk() {
    way(DESKTOP).await;
}
