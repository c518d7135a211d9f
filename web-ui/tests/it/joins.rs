//! Joining as people see it: pieces that an offer taken back left side by side, found on the holdings and on
//! each piece's own page, joined under one signature; nobody else's business. In a browser in both
//! sizes and languages.

use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{
    accepted, all, digest, first, issued, open, party, payment, preview, sign_page,
};

/// Offers the front of a fragment to the second supplier and takes the offer back.
fn cut(house: &House, who: &Visitor, fragment: &str, amount: &str) {
    let second = party(house, "second");
    let mut fields = payment(fragment, &second);
    fields.retain(|(name, _)| *name != "amount");
    fields.push(("amount", amount));
    let page = preview(house, who, &fields, None).text().unwrap();
    let receipt = who.page(&Visitor::sent_to(&sign_page(who, &page, PASSPHRASE)));
    let offered = first(&receipt, "main a[href^='/fragments/']", "href");
    let offer = first(&who.page(&offered), "main a[href^='/offers/']", "href");
    let done = who.send(
        &offer,
        &format!("{offer}/recall"),
        &[("passphrase", PASSPHRASE)],
    );
    assert_eq!(done.status(), 303);
}

fn joins_on(page: &str) -> Vec<String> {
    all(page, "main a[href$='/join']", "href")
}

/// A paper of 60,000.00 in three pieces.
fn set() -> House {
    let house = open();
    issued(&house, "supplier", "60000.00", 9);
    let supplier = house.signed_in("supplier");
    let whole = accepted(&supplier);
    cut(&house, &supplier, &whole, "40000.00");
    let page = supplier.page("/");
    let rest = joins_on(&page).pop().unwrap();
    let rest = rest
        .trim_start_matches("/fragments/")
        .trim_end_matches("/join");
    cut(&house, &supplier, rest, "15000.00");
    house
}

#[test]
fn pieces_are_found_and_joined_by_their_holder_alone() {
    let house = set();
    let supplier = house.signed_in("supplier");
    let ways = joins_on(&supplier.page("/"));
    assert_eq!(ways.len(), 3, "each row shows the way");
    let way = ways[1].clone();
    let own = way.trim_end_matches("/join").to_owned();
    assert_eq!(joins_on(&supplier.page(&own)), ways[1..2]);
    let page = supplier.page(&way);
    let pieces = all(&page, "input[name=piece]", "value");
    assert_eq!(pieces.len(), 3);
    assert!(
        page.contains("3 pieces") && page.contains("¥60,000.00"),
        "{page}"
    );
    let mut good: Vec<(&str, &str)> = pieces.iter().map(|one| ("piece", one.as_str())).collect();
    good.push(("passphrase", PASSPHRASE));

    let before = digest(&house);
    for name in ["second", "bank"] {
        let other = house.signed_in(name);
        assert_eq!(other.get(&way).status(), 404, "{name}");
        let answer = other.send_with(&other.token("/write-offs"), &way, &good);
        assert_eq!(answer.status(), 404, "{name}");
    }
    for name in ["maker", "operator", "auditor"] {
        assert_eq!(house.signed_in(name).get(&way).status(), 403, "{name}");
    }
    let mut wrong = good.clone();
    *wrong.last_mut().unwrap() = ("passphrase", "not it");
    assert_eq!(supplier.send(&way, &way, &wrong).status(), 422);
    let turned: Vec<(&str, &str)> = [2, 0, 1, 3].map(|at| good[at]).to_vec();
    let refused = supplier.send(&way, &way, &turned);
    assert!(
        refused
            .text()
            .unwrap()
            .contains("<code>not_neighbours</code>")
    );
    assert_eq!(digest(&house), before);

    let done = supplier.send(&way, &way, &good);
    let whole = Visitor::sent_to(&done);
    let page = supplier.page(&whole);
    assert!(
        page.contains("¥60,000.00") && page.contains("joined pieces"),
        "{page}"
    );
    assert!(joins_on(&page).is_empty());
    assert!(joins_on(&supplier.page("/")).is_empty());
    // Each piece has its receipt, and leads to the whole.
    let receipt = supplier.page(&format!("/receipts/{}", pieces[1]));
    assert!(receipt.contains("Pieces joined"), "{receipt}");
    let alone = supplier.page(&format!("{whole}/join"));
    assert!(alone.contains("Nothing lies beside"), "{alone}");
    let again = supplier.send_with(&supplier.token(&whole), &way, &good);
    assert!(
        again
            .text()
            .unwrap()
            .contains("<code>fragment_spent</code>")
    );
}

async fn in_a_browser(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "supplier", language).await;
    find(&browser, "a[href$='/join']").await;
    look(&browser, &format!("joins-{language}-holdings")).await;
    press(&browser, "td.head a[href^='/fragments/']").await;
    find(&browser, "p.acts a[href$='/join']").await;
    look(&browser, &format!("joins-{language}-fragment")).await;
    press(&browser, "p.acts a[href$='/join']").await;
    find(&browser, "form.deed").await;
    look(&browser, &format!("joins-{language}-deed")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "form.deed button.sign").await;
    find(&browser, "dl.facts").await;
    look(&browser, &format!("joins-{language}-done")).await;
    let here = browser.driver().current_url().await.unwrap();
    browser.driver().goto(format!("{here}/join")).await.unwrap();
    find(&browser, "p.notebox").await;
    look(&browser, &format!("joins-{language}-alone")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn joins_fit_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn joins_fit_a_browser_in_english() {
    in_a_browser("en").await;
}
