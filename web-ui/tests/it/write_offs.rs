//! Writing off as people see it: who may finds it on the fragment's own page, signs it with a reason, and
//! has it in a list with what came since; nobody else finds a trace of it. In a browser in both sizes and
//! languages.

use testkit::browser::Browser;

use crate::defaults::passed;
use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::stops::not_paid;
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{accepted, all, digest, first, issued, open};

const REASON: &str = "破产程序终结,无可供执行财产";
const EVIDENCE: &str = "(2026)苏05破77号";

/// A paper of 1,200,000.00 that was not paid: 600,000.00 were passed on without recourse, and
/// 250,000.00 of these with.
fn set() -> House {
    let house = open();
    issued(&house, "supplier", "1200000.00", 41);
    accepted(&house.signed_in("supplier"));
    let without = [("recourse", "without")];
    let one = "26322000000012345611";
    passed(&house, ("supplier", "second"), "600000.00", &without, one);
    let with = [("recourse", "with")];
    let other = "26322000000012345612";
    passed(&house, ("second", "third"), "250000.00", &with, other);
    not_paid(&house);
    house
}

/// Addresses of the deeds that somebody is offered.
fn deeds(who: &Visitor) -> Vec<String> {
    all(
        &who.page("/write-offs"),
        "#possible a[href$='/write-off']",
        "href",
    )
}

#[test]
fn it_is_signed_with_a_reason_and_nobody_else_finds_it() {
    let house = set();
    let second = house.signed_in("second");
    let others = others(&house);
    let third = named(&others, "third");
    // Recourse comes first: the third is offered nothing, and says so if it asks all the same.
    assert!(deeds(third).is_empty());
    let own = first(&third.page("/"), "a[href^='/fragments/']", "href");
    assert!(!third.page(&own).contains("/write-off"), "{own}");
    let asked = third.get(&format!("{own}/write-off"));
    assert!(asked.text().unwrap().contains("<code>recourse_open</code>"));

    let deed = deeds(&second).remove(0);
    let fragment = deed.trim_end_matches("/write-off").to_owned();
    let page = second.page(&fragment);
    assert!(page.contains(&format!("href=\"{deed}\"")), "{page}");
    let before = digest(&house);
    let bare = [
        ("passphrase", PASSPHRASE),
        ("reason", " "),
        ("evidence", EVIDENCE),
    ];
    let refused = second.send(&deed, &deed, &bare);
    assert_eq!(refused.status(), 422);
    assert!(refused.text().unwrap().contains("aria-invalid"));
    let wrong = [
        ("passphrase", "not it"),
        ("reason", REASON),
        ("evidence", EVIDENCE),
    ];
    let refused = second.send(&deed, &deed, &wrong);
    assert_eq!(refused.status(), 422);
    assert!(
        refused.text().unwrap().contains(EVIDENCE),
        "what was typed stays"
    );
    let good = [
        ("passphrase", PASSPHRASE),
        ("reason", REASON),
        ("evidence", EVIDENCE),
    ];
    turned_away(&others, &deed, &good);
    assert_eq!(digest(&house), before);
    assert_eq!(second.send(&deed, &deed, &good).status(), 303);
    assert_ne!(digest(&house), before);

    let page = second.page("/write-offs");
    assert!(
        page.contains(EVIDENCE) && page.contains("¥350,000.00"),
        "{page}"
    );
    let gone = first(&page, "#written-off a[href^='/fragments/']", "href");
    assert!(second.page(&gone).contains(REASON));
    assert!(second.page(&format!("{gone}/write-off")).contains(EVIDENCE));
    let file = second.page("/write-offs.csv");
    assert!(
        file.contains("\"350000.00\",\"0.00\",\"350000.00\""),
        "{file}"
    );
    let again = second.send_with(
        &second.token("/recourse"),
        &format!("{gone}/write-off"),
        &good,
    );
    let again = again.text().unwrap();
    assert!(
        again.contains("<code>already_written_off</code>"),
        "{again}"
    );
    nobody_else(&others, &gone);
}

/// Somebody of each other role, signed in once: the door counts.
type Others = Vec<(&'static str, Visitor)>;

fn others(house: &House) -> Others {
    let names = ["maker", "supplier", "third", "bank", "operator", "auditor"];
    let signed_in = |name: &'static str| (name, house.signed_in(name));
    names.into_iter().map(signed_in).collect()
}

fn named<'a>(others: &'a Others, name: &str) -> &'a Visitor {
    let found = others.iter().find(|(one, _)| *one == name);
    &found.unwrap().1
}

/// Whose it is not, it is not there for.
fn turned_away(others: &Others, deed: &str, good: &[(&str, &str)]) {
    for name in ["supplier", "third", "bank"] {
        let other = named(others, name);
        let token = other.token("/recourse");
        let answer = other.send_with(&token, deed, good);
        assert_eq!(answer.status(), 404, "{name}");
        assert_eq!(other.get(deed).status(), 404, "{name}");
    }
    for name in ["maker", "operator", "auditor"] {
        let other = named(others, name);
        assert_eq!(other.get(deed).status(), 403, "{name}");
        assert_eq!(other.get("/write-offs").status(), 403, "{name}");
    }
}

/// No page that another role has a way to says a word of it.
fn nobody_else(others: &Others, gone: &str) {
    let of_holders: &[&str] = &["/", "/recourse", "/write-offs", "/write-offs.csv"];
    let pages: [(&str, &[&str]); 5] = [
        ("maker", &["/", "/treasury/papers", "/treasury/clock"]),
        ("supplier", of_holders),
        ("third", of_holders),
        ("bank", &["/", "/desk", "/write-offs", "/desk/statistics"]),
        ("operator", &["/operator/tasks", "/operator/stops"]),
    ];
    for (name, list) in pages {
        let who = named(others, name);
        let mut shown: Vec<String> = list.iter().map(|path| who.page(path)).collect();
        // The obligor's page of the paper, picture and history, and the neighbours' own fragments.
        let own = all(
            &shown.concat(),
            "a[href^='/papers/'], a[href^='/fragments/']",
            "href",
        );
        shown.extend(own.iter().map(|path| who.page(path)));
        for page in shown {
            assert!(!page.contains(EVIDENCE) && !page.contains(REASON), "{name}");
            assert!(!page.contains("Written off; the claim stands"), "{name}");
            assert!(!page.contains("piece written-off"), "{name}");
        }
        let refused = if name == "operator" { 403 } else { 404 };
        assert_eq!(who.get(gone).status(), refused, "{name}");
        let record = who.get(&format!("{gone}/write-off")).status();
        assert!([403, 404].contains(&record.as_u16()), "{name}");
    }
}

async fn in_a_browser(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &house, "second", language).await;
    let here = house.url("/write-offs");
    browser.driver().goto(here).await.unwrap();
    find(&browser, "#possible").await;
    look(&browser, &format!("write-offs-{language}-possible")).await;
    press(&browser, "#possible a[href$='/write-off']").await;
    find(&browser, "form.deed").await;
    look(&browser, &format!("write-offs-{language}-deed")).await;
    fill(&browser, "reason", REASON).await;
    fill(&browser, "evidence", EVIDENCE).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "form.deed button.sign").await;
    find(&browser, "#written-off").await;
    look(&browser, &format!("write-offs-{language}-done")).await;
    press(&browser, "#written-off a[href^='/fragments/']").await;
    find(&browser, "dl.facts").await;
    look(&browser, &format!("write-offs-{language}-fragment")).await;
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn write_offs_fit_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn write_offs_fit_a_browser_in_english() {
    in_a_browser("en").await;
}
