//! Webhooks on the portal's pages: a bank's people add, try, change, replay and delete them; others
//! find nothing; looked at in both sizes and languages.

use ledger_app::deliver_webhooks;
use ledger_app::deliver_webhooks::Outcome;
use ledger_app::invite_user::Role;
use scraper::{Html, Selector};
use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, Visitor};
use crate::supplier_browser::{find, look};
use crate::supplier_stage::{all, first, open, principal};

const HERE: &str = "/desk/webhooks";

fn text(page: &str, css: &str) -> String {
    let page = Html::parse_document(page);
    let css = Selector::parse(css).unwrap();
    let found: Vec<String> = page
        .select(&css)
        .map(|one| one.text().collect::<Vec<_>>().join(" "))
        .collect();
    found.join(" | ")
}

const FIELDS: [(&str, &str); 4] = [
    ("url", "https://receiver.example.com/hook"),
    ("note", "Core banking"),
    ("topic", "request.created"),
    ("topic", "quote.signed"),
];

/// Adds one; gives its page's address and its secret.
fn added(who: &Visitor) -> (String, String) {
    let sent = who.send(HERE, HERE, &FIELDS);
    assert_eq!(sent.status(), 200);
    assert_eq!(sent.headers()["cache-control"], "no-store");
    let page = sent.text().unwrap();
    let href = first(&page, "p.acts a.button", "href");
    (href, text(&page, "#secret"))
}

fn post(who: &Visitor, page: &str, act: &str, fields: &[(&str, &str)]) -> u16 {
    let sent = who.send(page, &format!("{page}/{act}"), fields);
    sent.status().as_u16()
}

#[test]
fn a_bank_adds_a_webhook_and_sees_its_secret_once() {
    let house = open();
    let bank = house.signed_in("bank");
    assert!(bank.page(HERE).contains("None of your systems is told yet"));
    let (page, secret) = added(&bank);
    assert!(secret.starts_with("whsec_"), "{secret}");
    let list = bank.page(HERE);
    let cards = all(&list, "section.sheet h2 a", "href");
    assert_eq!(cards, std::slice::from_ref(&page));
    assert!(list.contains("A holder asks for money"));
    let current = all(&list, "nav a[aria-current]", "href");
    assert_eq!(current, [HERE], "one entry of the navigation is current");
    let shown = bank.page(&page);
    assert!(shown.contains("Core banking") && shown.contains("receiver.example.com"));
    assert!(!shown.contains("whsec_") && !list.contains("whsec_"));

    let sent = bank.send(&page, &format!("{page}/rotate"), &[("overlap", "day")]);
    let rotated = sent.text().unwrap();
    let new = text(&rotated, "#secret");
    assert!(new.starts_with("whsec_") && new != secret);
    assert!(rotated.contains("messages are signed with the earlier secret too"));
    assert!(
        bank.page(&page)
            .contains("The earlier secret signs too until")
    );
    let sent = bank.send(&page, &format!("{page}/rotate"), &[("overlap", "none")]);
    assert!(sent.text().unwrap().contains("signs nothing any more"));
    assert!(!bank.page(&page).contains("signs too until"));
}

#[test]
fn what_it_was_told_is_shown_and_told_again() {
    let house = open();
    let bank = house.signed_in("bank");
    let (page, _) = added(&bank);
    assert_eq!(post(&bank, &page, "ping", &[]), 303);
    assert!(text(&bank.page(&page), "#told tbody").contains("Waiting"));
    let app = &house.app;
    let due = deliver_webhooks::take(app, app.clock.now(), &[], 9).unwrap();
    let failed = Outcome::Failed {
        status: Some(503),
        why: "status 503".to_owned(),
    };
    deliver_webhooks::note(app, app.clock.now(), &due[0], &failed).unwrap();
    let told = text(&bank.page(&page), "#told tbody");
    assert!(
        told.contains("status 503") && told.contains("next try"),
        "{told}"
    );
    assert_eq!(post(&bank, &page, "disable", &[]), 303);
    let shown = bank.page(&page);
    assert!(shown.contains("0 waiting, 1 not delivered"), "{shown}");
    assert!(text(&shown, "#told tbody").contains("Not delivered"));
    let refused = bank.send(&page, &format!("{page}/ping"), &[]);
    assert_eq!(refused.status(), 422);
    assert!(
        refused
            .text()
            .unwrap()
            .contains("<code>webhook_disabled</code>")
    );
    assert_eq!(post(&bank, &page, "enable", &[]), 303);
    assert_eq!(post(&bank, &page, "replay", &[("since", "")]), 422);
    assert_eq!(
        post(&bank, &page, "replay", &[("since", "2026-01-01T00:00")]),
        303
    );
    let due = deliver_webhooks::take(app, app.clock.now(), &[], 9).unwrap();
    assert_eq!(due.len(), 1);
    let taken = Outcome::Taken { status: 200 };
    deliver_webhooks::note(app, app.clock.now(), &due[0], &taken).unwrap();
    let shown = bank.page(&page);
    assert!(text(&shown, "#told tbody").contains("Delivered"));
    let again = first(&shown, "#told form", "action");
    assert_eq!(bank.send(&page, &again, &[]).status(), 303);
    let due = deliver_webhooks::take(app, app.clock.now(), &[], 9).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(post(&bank, &page, "delete", &[]), 303);
    assert_eq!(bank.get(&page).status(), 404);
}

#[test]
fn what_makes_no_sense_comes_back_with_its_field() {
    let house = open();
    let bank = house.signed_in("bank");
    for (spoilt, value, code) in [
        (0, "http://receiver.example.com/", "webhook_url_not_allowed"),
        (0, "https://10.0.0.1/", "webhook_url_not_allowed"),
        (0, "receiver", "webhook_url_invalid"),
        (2, "quote.stolen", "webhook_topics_unknown"),
    ] {
        let mut fields = FIELDS;
        fields[spoilt].1 = value;
        let refused = bank.send(HERE, HERE, &fields);
        assert_eq!(refused.status(), 422);
        let page = refused.text().unwrap();
        assert!(page.contains(&format!("<code>{code}</code>")), "{code}");
        assert!(page.contains("class=\"wrong\""), "{code} marks its field");
        assert!(page.contains("Core banking"), "what was typed stays");
    }
    assert!(bank.page(HERE).contains("None of your systems is told yet"));
}

#[test]
fn other_parties_find_nothing_and_makers_only_look() {
    let house = open();
    let bank = house.signed_in("bank");
    let (page, _) = added(&bank);
    post(&bank, &page, "ping", &[]);
    let again = first(&bank.page(&page), "#told form", "action");
    let party = principal(&house, "bank").party;
    house.person(party, "clerk@house.test", Role::Maker);
    let clerk = house.signed_in("clerk");
    assert!(clerk.page(HERE).contains("Core banking"));
    let shown = clerk.page(&page);
    assert!(
        all(&shown, "main form", "action").is_empty(),
        "nothing to press"
    );
    assert_eq!(post(&clerk, &page, "delete", &[]), 403);
    assert_eq!(clerk.send(HERE, HERE, &FIELDS).status(), 403);

    let other = house.signed_in("bank2");
    assert!(!other.page(HERE).contains("Core banking"));
    assert_eq!(other.get(&page).status(), 404);
    for act in ["ping", "enable", "disable", "delete", "rotate"] {
        let sent = other.send(HERE, &format!("{page}/{act}"), &[]);
        assert_eq!(sent.status(), 404, "{act}");
    }
    let since = [("since", "2026-01-01T00:00")];
    let sent = other.send(HERE, &format!("{page}/replay"), &since);
    assert_eq!(sent.status(), 404);
    assert_eq!(other.send(HERE, &again, &[]).status(), 404);
    assert_eq!(other.get(&format!("{HERE}/not-an-id")).status(), 404);
    for name in ["maker", "operator", "auditor"] {
        assert_eq!(house.signed_in(name).get(&page).status(), 403, "{name}");
    }
    assert!(bank.page(&page).contains("Active"));
}

fn set() -> (House, String) {
    let house = open();
    let bank = house.signed_in("bank");
    let (page, _) = added(&bank);
    post(&bank, &page, "ping", &[]);
    let app = &house.app;
    let due = deliver_webhooks::take(app, app.clock.now(), &[], 9).unwrap();
    let failed = Outcome::Failed {
        status: None,
        why: "no answer in time".to_owned(),
    };
    deliver_webhooks::note(app, app.clock.now(), &due[0], &failed).unwrap();
    post(&bank, &page, "ping", &[]);
    let due = deliver_webhooks::take(app, app.clock.now(), &[], 9).unwrap();
    let taken = Outcome::Taken { status: 204 };
    deliver_webhooks::note(app, app.clock.now(), &due[0], &taken).unwrap();
    (house, page)
}

async fn every_page(language: &'static str) {
    let (house, page) = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("webhooks-{language}-{page}");
    let open_all = async || {
        for summary in browser
            .driver()
            .find_all(thirtyfour::By::Css("details.other:not([open]) summary"))
            .await
            .unwrap()
        {
            summary.click().await.unwrap();
        }
    };
    sign_in(&browser, &house, "bank", language).await;
    go(HERE).await;
    open_all().await;
    find(&browser, "input[name=url]").await;
    look(&browser, &name("list")).await;
    go(&page).await;
    find(&browser, "#told tbody tr").await;
    open_all().await;
    look(&browser, &name("one")).await;
    find(&browser, "form[action$='/rotate'] button")
        .await
        .click()
        .await
        .unwrap();
    find(&browser, "#secret").await;
    look(&browser, &name("secret")).await;
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
