//! The pages on which a bank's people seal a bid and open it, as they look on a phone and a desk.

use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE};
use crate::provider_desk::looked_up;
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_inquiry::{asked, requests, sql, two_fragments};
use crate::supplier_stage::{first, open};

/// A house whose banks are asked for sealed bids, and the page of one of the requests.
fn set() -> (House, String) {
    let house = open();
    let (supplier, fragments) = two_fragments(&house);
    let until = first(
        &supplier.page("/finance/new"),
        "input[name=bids_until]",
        "value",
    );
    let chosen = [("bidding", "sealed"), ("bids_until", until.as_str())];
    let address = asked(&supplier, &fragments, &chosen).remove(0);
    let desk = format!("/desk/requests/{}", requests(&house, &address)[0]);
    let bank = house.signed_in("bank");
    looked_up(&bank, &bank.page(&desk));
    (house, desk)
}

async fn every_page(language: &'static str) {
    let (house, desk) = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let name = |page: &str| format!("bids-{language}-{page}");
    sign_in(&browser, &house, "bank", language).await;
    browser.driver().goto(house.url(&desk)).await.unwrap();
    fill(&browser, "rate", "2.85").await;
    // The figures come by themselves; the days that the page proposes are possible ones.
    find(&browser, "#price .big").await;
    look(&browser, &name("seal")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, "form[action$='/bid/withdraw']").await;
    look(&browser, &name("sealed")).await;
    let house = tokio::task::spawn_blocking(move || {
        sql(
            &house,
            "UPDATE finance_inquiry SET bids_until = created_at + interval '1 microsecond'",
        );
        house
    })
    .await
    .unwrap();
    browser.driver().refresh().await.unwrap();
    find(&browser, "form[action$='/bid/open']").await;
    look(&browser, &name("open")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_sealed_bid_fit_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_sealed_bid_fit_in_chinese() {
    every_page("zh-CN").await;
}
