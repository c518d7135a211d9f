//! Corrections as people see them: the one that gave says it was a mistake, the one that has it says no,
//! and signs; nobody else has part in it. In a browser in both sizes and languages.

use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{PDF, accepted, digest, first, issued, open, party};
use crate::supplier_stage::{payment, preview, sign_page};

const HERE: &str = "/corrections";
const REASON: &str = "误选收款方，应转让给北岭机电";

/// 480,000.00 passed on by mistake: the giver's page of it, and the holder's.
struct Mistake {
    house: House,
    given: String,
    held: String,
}

fn set() -> Mistake {
    let house = open();
    issued(&house, "supplier", "1200000.00", 31);
    let supplier = house.signed_in("supplier");
    let whole = accepted(&supplier);
    let recipient = party(&house, "second");
    let mut fields = payment(&whole, &recipient);
    fields.retain(|(name, _)| !["amount", "invoice_number"].contains(name));
    fields.extend([("amount", "480000.00"), ("invoice_number", "INV-1")]);
    let page = preview(&house, &supplier, &fields, Some(("a.pdf", PDF.to_vec())));
    let done = sign_page(&supplier, &page.text().unwrap(), PASSPHRASE);
    let receipt = supplier.page(&Visitor::sent_to(&done));
    let given = first(&receipt, "main a[href^='/fragments/']", "href");
    let held = accepted(&house.signed_in("second"));
    Mistake {
        held: format!("/fragments/{held}"),
        given,
        house,
    }
}

fn propose(who: &Visitor, page: &str, passphrase: &str, reason: &str) -> (u16, String) {
    let fields = [("reason", reason), ("passphrase", passphrase)];
    let answer = who.send(page, &format!("{page}/correct"), &fields);
    (answer.status().as_u16(), answer.text().unwrap())
}

#[test]
fn a_mistake_is_told_answered_and_put_right_by_the_two_and_by_nobody_else() {
    let m = set();
    let (giver, holder) = (m.house.signed_in("supplier"), m.house.signed_in("second"));
    let third = m.house.signed_in("third");
    for (who, page) in [(&giver, &m.given), (&holder, &m.held)] {
        assert!(who.page(page).contains("Passed by mistake?"));
    }
    assert!(giver.page(HERE).contains("notebox"), "nothing yet");
    let before = digest(&m.house);
    let (status, text) = propose(&giver, &m.given, PASSPHRASE, " ");
    assert!(status == 422 && text.contains("correction_reason_missing"));
    let (status, text) = propose(&giver, &m.given, "not the passphrase", REASON);
    assert!(status == 422 && text.contains("aria-invalid") && text.contains(REASON));
    // Whose it is not, it is not there for; other kinds of houses have no such page.
    let token = third.token("/account");
    let fields = [("reason", REASON), ("passphrase", PASSPHRASE)];
    for page in [&m.given, &m.held] {
        let answer = third.send_with(&token, &format!("{page}/correct"), &fields);
        assert_eq!(answer.status(), 404);
    }
    for name in ["maker", "checker", "bank", "operator"] {
        let visitor = m.house.signed_in(name);
        assert_eq!(visitor.get(HERE).status(), 403, "{name}");
        let token = visitor.token("/account");
        let answer = visitor.send_with(&token, &format!("{}/correct", m.held), &fields);
        assert_eq!(answer.status(), 403, "{name}");
    }
    assert_eq!(propose(&giver, &m.given, PASSPHRASE, REASON).0, 303);
    assert_eq!(digest(&m.house), before, "a proposal is no entry");
    let page = giver.page(HERE);
    assert!(page.contains("Waits for the other side") && page.contains("¥480,000.00"));
    let back = first(&page, "form[action$='/withdraw']", "action");

    let page = holder.page(HERE);
    assert!(
        page.contains("Waits for you") && page.contains(REASON),
        "{page}"
    );
    let no = first(&page, "form[action$='/decline']", "action");
    let sign = first(&page, "form.deed", "action");
    assert!(third.page(HERE).contains("notebox"));
    for at in [&no, &sign, &back] {
        let answer = third.send(HERE, at, &[("word", "x"), ("passphrase", PASSPHRASE)]);
        assert_eq!(answer.status(), 404, "{at}");
    }
    for (who, at) in [(&giver, &sign), (&giver, &no), (&holder, &back)] {
        let answer = who.send(HERE, at, &[("word", "x"), ("passphrase", PASSPHRASE)]);
        assert_eq!(answer.status(), 404, "{at}");
    }
    let answer = holder.send(HERE, &no, &[("word", " ")]);
    assert_eq!(answer.status(), 422);
    let answer = holder.send(HERE, &no, &[("word", "货已按单交付")]);
    assert_eq!(Visitor::sent_to(&answer), HERE);
    assert!(giver.page(HERE).contains("货已按单交付"));
    let late = holder.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert!(late.text().unwrap().contains("correction_not_open"));

    // On second thought it was one: this time the holder says so, and the giver signs.
    assert_eq!(propose(&holder, &m.held, PASSPHRASE, REASON).0, 303);
    let page = giver.page(HERE);
    let sign = first(&page, "form.deed", "action");
    let wrong = giver.send(HERE, &sign, &[("passphrase", "not the passphrase")]);
    assert_eq!(wrong.status(), 422);
    let done = giver.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert_eq!(Visitor::sent_to(&done), HERE);
    assert_ne!(digest(&m.house), before);
    for who in [&giver, &holder] {
        assert!(who.page(HERE).contains("Signed by both"));
    }
    let page = giver.page(&m.given);
    assert!(page.contains("Passed by mistake, taken back"), "{page}");
    assert!(!page.contains("Passed by mistake?"));
    let page = holder.page(&m.held);
    assert!(page.contains("Given back to"), "{page}");
}

async fn in_a_browser(language: &'static str) {
    let m = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    sign_in(&browser, &m.house, "supplier", language).await;
    browser.driver().goto(m.house.url(&m.given)).await.unwrap();
    press(&browser, "#correct summary").await;
    look(&browser, &format!("correction-{language}-form")).await;
    fill(&browser, "reason", REASON).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "#correct button.sign").await;
    find(&browser, "form[action$='/withdraw']").await;
    look(&browser, &format!("correction-{language}-proposed")).await;
    let other = Browser::start(language).await.unwrap();
    sign_in(&other, &m.house, "second", language).await;
    other.driver().goto(m.house.url(HERE)).await.unwrap();
    find(&other, "form[action$='/sign']").await;
    look(&other, &format!("correction-{language}-asked")).await;
    fill(&other, "passphrase", PASSPHRASE).await;
    press(&other, "form[action$='/sign'] button.sign").await;
    find(&other, ".dot.ok").await;
    look(&other, &format!("correction-{language}-done")).await;
    browser.driver().goto(m.house.url(&m.given)).await.unwrap();
    find(&browser, "ol.path").await;
    look(&browser, &format!("correction-{language}-picture")).await;
    tokio::task::spawn_blocking(move || drop(m)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_fit_a_browser_in_chinese() {
    in_a_browser("zh-CN").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn corrections_fit_a_browser_in_english() {
    in_a_browser("en").await;
}
