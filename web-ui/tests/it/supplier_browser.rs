//! The suppliers' pages in a real browser, on a phone and at a desk, in both languages; and how few
//! screens lie between sign-in and a signed quote.

use std::path::Path;
use std::time::Duration;

use testkit::browser::{Browser, DESKTOP, PHONE};
use thirtyfour::prelude::*;

use crate::house::{House, PASSPHRASE};
use crate::supplier_stage::{accepted, issued, open, party, payment, preview, two_quotes};

/// Both sizes: nothing runs out of the page, no script complains.
pub(crate) async fn look(browser: &Browser, name: &str) {
    for (size, word) in [(DESKTOP, "1440"), (PHONE, "390")] {
        browser.resize(size).await.unwrap();
        assert_eq!(
            browser.horizontal_overflow().await.unwrap(),
            0,
            "{name} at {word}"
        );
        if let Ok(folder) = std::env::var("TALLYSTICK_SCREENSHOTS") {
            let path = Path::new(&folder).join(format!("{name}-{word}.png"));
            browser.screenshot(&path).await.unwrap();
        }
    }
    let script = "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const keys = []; while (walk.nextNode()) { const text = walk.currentNode.data.trim();
        if (/^[a-z]+(-[a-z0-9]+)+$/.test(text)) keys.push(text); } return keys;";
    let raw: Vec<String> = browser
        .driver()
        .execute(script, Vec::new())
        .await
        .unwrap()
        .convert()
        .unwrap();
    assert!(raw.is_empty(), "{name} shows {raw:?}");
    let errors = browser.console_errors().await.unwrap();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

pub(crate) async fn find(browser: &Browser, css: &str) -> WebElement {
    let query = browser.driver().query(By::Css(css));
    let found = query
        .wait(Duration::from_secs(30), Duration::from_millis(50))
        .first()
        .await;
    found.unwrap_or_else(|_gone| panic!("{css} is not on the page"))
}

pub(crate) async fn fill(browser: &Browser, name: &str, text: &str) {
    let field = find(browser, &format!("[name='{name}']:not([type=hidden])")).await;
    field.scroll_into_view().await.unwrap();
    field.send_keys(text).await.unwrap();
}

pub(crate) async fn press(browser: &Browser, css: &str) {
    let button = find(browser, css).await;
    button.scroll_into_view().await.unwrap();
    button.click().await.unwrap();
}

/// A house in which a second-tier supplier holds something, is offered something, has two quotes.
struct Set {
    house: House,
    fragment: String,
    request: String,
}

fn set() -> Set {
    let house = open();
    for serial in [11, 12] {
        issued(&house, "supplier", "1200000.00", serial);
    }
    let supplier = house.signed_in("supplier");
    let (one, other) = (accepted(&supplier), accepted(&supplier));
    let fragment =
        crate::supplier_stage::passed_on(&house, "supplier", "second", &one, "480000.00", "INV-1");
    let recipient = party(&house, "second");
    let mut fields = payment(&other, &recipient);
    fields.retain(|(name, _)| *name != "amount");
    fields.push(("amount", "86000.00"));
    let page = preview(&house, &supplier, &fields, None).text().unwrap();
    assert_eq!(
        crate::supplier_stage::sign_page(&supplier, &page, PASSPHRASE).status(),
        303
    );
    let second = house.signed_in("second");
    crate::supplier_stage::published(&house, "bank", "3.60");
    let request = two_quotes(&house, &second, &fragment, "300000.00");
    Set {
        house,
        fragment,
        request,
    }
}

pub(crate) async fn sign_in(browser: &Browser, house: &House) {
    browser.driver().delete_all_cookies().await.unwrap();
    browser.driver().goto(house.url("/sign-in")).await.unwrap();
    fill(browser, "login", "second@house.test").await;
    fill(browser, "passphrase", PASSPHRASE).await;
    press(browser, "button.main").await;
    find(browser, "nav").await;
}

async fn every_page(language: &'static str) {
    let set = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(set.house.url(path)).await.unwrap();
    sign_in(&browser, &set.house).await;
    if language == "zh-CN" {
        press(&browser, "button[value='zh-CN']").await;
        find(&browser, "html[lang='zh-CN']").await;
    }
    let name = |page: &str| format!("supplier-{language}-{page}");
    go("/").await;
    look(&browser, &name("holdings")).await;
    press(&browser, "a[href^='/offers/']").await;
    find(&browser, ".deed").await;
    look(&browser, &name("offer")).await;
    go(&format!("/fragments/{}", set.fragment)).await;
    look(&browser, &name("fragment")).await;
    go(&format!("/fragments/{}/voucher", set.fragment)).await;
    look(&browser, &name("voucher")).await;
    go(&format!("/pay?fragment={}", set.fragment)).await;
    look(&browser, &name("pay")).await;
    fill(&browser, "search", "弹簧").await;
    press(&browser, "button[name=find]").await;
    find(&browser, "select[name=recipient] option:nth-child(2)").await;
    fill(&browser, "amount", "1000").await;
    press(&browser, "input[name=recourse][value=limited]").await;
    fill(&browser, "recourse_cap", "200").await;
    look(&browser, &name("pay-limited")).await;
    fill(&browser, "invoice_number", "26322000000099999999").await;
    fill(&browser, "invoice_amount", "1000").await;
    let script = "document.querySelector('[name=invoice_date]').value = '2026-03-02';
        document.querySelector('select[name=recipient]').selectedIndex = 1;";
    browser.driver().execute(script, Vec::new()).await.unwrap();
    press(&browser, "button.main").await;
    find(&browser, ".deed").await;
    look(&browser, &name("pay-preview")).await;
    go("/finance").await;
    look(&browser, &name("finance")).await;
    go("/finance/new").await;
    look(&browser, &name("ask")).await;
    go(&set.request).await;
    look(&browser, &name("quotes")).await;
    press(&browser, "article.best a.button").await;
    find(&browser, ".deed").await;
    look(&browser, &name("sign-quote")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, ".sumline").await;
    look(&browser, &name("receipt")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(set))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_in_chinese() {
    every_page("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_screens_from_sign_in_to_a_signed_quote() {
    let set = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start("en").await.unwrap();
    browser.resize(PHONE).await.unwrap();
    sign_in(&browser, &set.house).await;
    // Sign-in was the first screen; only links and buttons of each next one are used.
    let mut screens = 2;
    press(&browser, ".tasks a[href^='/finance/']").await;
    find(&browser, "article.best").await;
    screens += 1;
    press(&browser, "article.best a.button").await;
    find(&browser, ".deed").await;
    screens += 1;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, ".seal + *, .eyebrow .seal").await;
    screens += 1;
    let at = browser.driver().current_url().await.unwrap();
    assert!(at.path().starts_with("/receipts/"), "{at}");
    assert!(screens <= 5, "{screens}");
    drop(browser);
    tokio::task::spawn_blocking(move || drop(set))
        .await
        .unwrap();
}
