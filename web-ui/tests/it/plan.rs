//! Money by day on the pages: what a treasury needs, what a supplier gets, and what it would get
//! otherwise.

use std::path::Path;

use testkit::browser::{Browser, DESKTOP, PHONE};

use crate::desk_browser::sign_in;
use crate::house::House;
use crate::supplier_browser::{find, look};
use crate::supplier_stage::{accepted, all, first, issued, open, passed_on, published};

#[test]
fn a_supplier_sees_its_money_by_day_and_what_each_way_would_bring() {
    let house = open();
    let supplier = house.signed_in("supplier");
    assert!(
        supplier
            .page("/plan")
            .contains("You hold nothing that falls due")
    );
    issued(&house, "supplier", "1200000.00", 41);
    let fragment = accepted(&supplier);
    let front = supplier.page("/");
    assert_eq!(all(&front, "a[href='/plan']", "href").len(), 1);
    let detail = supplier.page(&format!("/fragments/{fragment}"));
    let way_in = first(&detail, "a[href^='/plan?']", "href");
    assert!(way_in.contains(&fragment));

    let page = supplier.page("/plan");
    assert!(page.contains("Arriving by day") && page.contains("26 Aug 2026"));
    assert!(page.contains("¥1,200,000.00") && page.contains("<svg"));
    let ask = |more: &str| format!("/plan?fragment={fragment}{more}");
    let page = supplier.page(&ask("&amount=300000.00"));
    assert!(page.contains("No bank has a standing offer"), "{page}");
    assert!(page.contains("Debt discharged") && page.contains("¥900,000.00"));
    assert!(!page.contains("Sell it today"));

    published(&house, "bank", "3.20");
    let page = supplier.page(&ask("&amount=300000.00&rate=4"));
    // 3.1 percent with limited recourse for 170 days: 4,391.67; 4 percent: 5,666.67.
    for words in [
        "¥295,608.33",
        "¥4,391.67",
        "Limited recourse, up to ¥60,000.00",
        "¥294,333.33",
        "¥5,666.67",
        "¥1,195,608.33",
        "9 Mar 2026",
    ] {
        assert!(page.contains(words), "{words} is not on\n{page}");
    }
    assert!(!page.contains("No bank has a standing offer"));
    let to_sell = first(&page, "a[href^='/finance/new?']", "href");
    let form = supplier.page(&to_sell);
    assert!(form.contains("value=\"300000.00\"") && form.contains("¥295,608.33"));
    let to_pay = first(&page, "a[href^='/pay?']", "href");
    assert!(supplier.page(&to_pay).contains("value=\"300000.00\""));
    // All of it, where no amount is given.
    assert!(supplier.page(&ask("")).contains("¥1,182,433.33"));
}

#[test]
fn what_cannot_be_planned_says_why_and_strangers_learn_nothing() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 42);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    for (more, words) in [
        ("&amount=x", "Digits and one decimal point only"),
        ("&amount=1200000.01", "more_than_held"),
        ("&rate=%3Cb%3E", "such as 2.85"),
        ("&rate=101", "rate_absurd"),
        ("&rate=1.123456789", "rate_too_precise"),
    ] {
        let got = supplier.get(&format!("/plan?fragment={fragment}{more}"));
        assert_eq!(got.status(), 422, "{more}");
        let page = got.text().unwrap();
        assert!(page.contains(words), "{words} is not on\n{page}");
        assert!(!page.contains("<b>\""));
    }
    for (who, status) in [("rival", 404), ("bank", 403), ("maker", 403)] {
        let got = house
            .signed_in(who)
            .get(&format!("/plan?fragment={fragment}"));
        assert_eq!(got.status(), status, "{who}");
    }
    assert_eq!(supplier.get("/plan?fragment=nonsense").status(), 404);
}

#[test]
fn a_treasury_sees_the_cash_it_needs_by_day() {
    let house = open();
    for (face, serial) in [("1200000.00", 43), ("80000.50", 44)] {
        issued(&house, "supplier", face, serial);
    }
    accepted(&house.signed_in("supplier"));
    let page = house.signed_in("checker").page("/treasury/papers");
    assert!(page.contains("Cash needed by day") && page.contains("Needed within 90 days"));
    // One of the two is not accepted yet; it is needed all the same.
    assert!(page.contains("¥1,280,000.50"), "{page}");
    assert_eq!(all(&page, "svg.cash", "class").len(), 2);
    assert_eq!(
        all(&page, ".cashdays tbody td[data-label]", "data-label").len(),
        2
    );
}

fn set() -> (House, String) {
    let house = open();
    for serial in [45, 46] {
        issued(&house, "supplier", "1200000.00", serial);
    }
    let supplier = house.signed_in("supplier");
    let (one, _other) = (accepted(&supplier), accepted(&supplier));
    let fragment = passed_on(&house, "supplier", "second", &one, "480000.00", "INV-9");
    published(&house, "bank", "3.60");
    (house, fragment)
}

/// Both sizes with what fits `css` at the top.
async fn look_from(browser: &Browser, css: &str, name: &str) {
    for (size, word) in [(DESKTOP, "desk"), (PHONE, "phone")] {
        browser.resize(size).await.unwrap();
        let script = format!("document.querySelector('{css}').scrollIntoView()");
        browser.driver().execute(script, Vec::new()).await.unwrap();
        assert_eq!(browser.horizontal_overflow().await.unwrap(), 0, "{name}");
        if let Ok(folder) = std::env::var("TALLYSTICK_SCREENSHOTS") {
            let path = Path::new(&folder).join(format!("{name}-{word}.png"));
            browser.screenshot(&path).await.unwrap();
        }
    }
    look(browser, name).await;
}

async fn fits(language: &'static str) {
    let (house, fragment) = tokio::task::spawn_blocking(set).await.unwrap();
    for login in ["second", "maker"] {
        let browser = Browser::start(language).await.unwrap();
        let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
        sign_in(&browser, &house, login, language).await;
        if login == "maker" {
            go("/treasury/papers").await;
            look(&browser, &format!("cash-{language}-treasury")).await;
        } else {
            go("/plan").await;
            look(&browser, &format!("cash-{language}-plan")).await;
            go(&format!("/plan?fragment={fragment}&amount=300000&rate=5")).await;
            for css in ["article.quote", ".legend"] {
                find(&browser, css).await;
                look_from(
                    &browser,
                    css,
                    &format!("cash-{language}-what-if-{}", css.len()),
                )
                .await;
            }
        }
    }
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plans_fit_in_english() {
    fits("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plans_fit_in_chinese() {
    fits("zh-CN").await;
}
