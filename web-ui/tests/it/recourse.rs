//! Recourse as people see it: the holder claims, the party before says why it won't pay, and pays; in a
//! browser in both sizes and languages.

use testkit::browser::Browser;

use crate::defaults::passed;
use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE};
use crate::stops::not_paid;
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{accepted, all, digest, first, issued, open};

/// A paper of 1,200,000.00 that was not paid: 600,000.00 were passed on with recourse, and 250,000.00
/// of these without.
fn set() -> House {
    let house = open();
    issued(&house, "supplier", "1200000.00", 31);
    accepted(&house.signed_in("supplier"));
    let with = [("recourse", "with")];
    let first = "26322000000012345601";
    passed(&house, ("supplier", "second"), "600000.00", &with, first);
    let without = [("recourse", "without")];
    let second = "26322000000012345602";
    passed(&house, ("second", "third"), "250000.00", &without, second);
    not_paid(&house);
    house
}

#[test]
fn a_claim_is_made_disputed_and_paid_and_nobody_else_sees_it() {
    let house = set();
    let (supplier, second) = (house.signed_in("supplier"), house.signed_in("second"));
    let third = house.signed_in("third");
    for nobody in [&supplier, &third] {
        let page = nobody.page("/recourse");
        assert!(all(&page, "section.sheet", "id").is_empty(), "{page}");
    }
    let page = second.page("/recourse");
    assert!(page.contains("¥350,000.00"), "{page}");
    // A wrong passphrase is said, and nothing is kept.
    let before = digest(&house);
    let claim = first(&page, "form[action$='/claim']", "action");
    let refused = second.send("/recourse", &claim, &[("passphrase", "not the passphrase")]);
    assert_eq!(refused.status(), 422);
    assert!(refused.text().unwrap().contains("aria-invalid"));
    let done = second.send("/recourse", &claim, &[("passphrase", PASSPHRASE)]);
    assert_eq!(done.status(), 303);
    let page = second.page("/recourse");
    assert!(page.contains("Waits for an answer"), "{page}");
    let back = first(&page, "form[action$='/withdraw']", "action");
    assert_eq!(digest(&house), before, "a claim is no entry yet");

    // The party before says why it won't pay: a word is needed.
    let page = supplier.page("/recourse");
    let no = first(&page, "form[action$='/dispute']", "action");
    let answer = supplier.send("/recourse", &no, &[("word", " ")]);
    assert_eq!(answer.status(), 422);
    let answer = supplier.send("/recourse", &no, &[("word", "货物有质量问题")]);
    assert_eq!(answer.status(), 303);
    assert!(second.page("/recourse").contains("货物有质量问题"));
    // Whose it is not, it is not there for.
    for at in [&no, &back] {
        let answer = third.send("/recourse", at, &[("word", "x")]);
        assert_eq!(answer.status(), 404, "{at}");
    }
    let answer = supplier.send("/recourse", &back, &[]);
    assert_eq!(answer.status(), 404);

    // It pays after all: signed, and waiting for the bank.
    let page = supplier.page("/recourse");
    let pay = first(&page, "form[action$='/pay']", "action");
    let done = supplier.send("/recourse", &pay, &[("passphrase", PASSPHRASE)]);
    assert_eq!(done.status(), 303);
    for side in [&supplier, &second] {
        let page = side.page("/recourse");
        assert!(page.contains("Signed; waits for the bank"), "{page}");
        assert!(page.contains("¥350,000.00"), "{page}");
    }
    assert_ne!(digest(&house), before);
    let picture = second.page("/");
    assert!(picture.contains("Claimed back from"), "{picture}");
}

async fn in_a_browser(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "second", language).await;
    let here = house.url("/recourse");
    browser.driver().goto(here.clone()).await.unwrap();
    find(&browser, "section.sheet").await;
    look(&browser, &format!("recourse-{language}-right")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "form[action$='/claim'] button.sign").await;
    find(&browser, "form[action$='/withdraw']").await;
    look(&browser, &format!("recourse-{language}-claimed")).await;
    let other = Browser::start(language).await.unwrap();
    sign_in(&other, &house, "supplier", language).await;
    other.driver().goto(here).await.unwrap();
    find(&other, "form[action$='/pay']").await;
    look(&other, &format!("recourse-{language}-asked")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn recourse_fits_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn recourse_fits_a_browser_in_english() {
    in_a_browser("en").await;
}
