//! Asking once: several fragments, several banks, open or sealed; and how few screens it takes
//! somebody who has never seen the portal.

use chrono::NaiveDateTime;
use ledger_app::business_time;
use ledger_app::invite_user::Role;
use ledger_core::id::RequestId;
use testkit::browser::{Browser, PHONE};

use crate::house::{House, PASSPHRASE, Visitor};
use crate::provider_desk::looked_up;
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{
    accepted, all, amount_field, digest, first, issued, open, principal, quoted, sign, tomorrow,
};

/// A supplier with two fragments of 600,000.00 and 400,000.00.
pub(crate) fn two_fragments(house: &House) -> (Visitor, [String; 2]) {
    issued(house, "supplier", "600000.00", 31);
    issued(house, "supplier", "400000.00", 32);
    let supplier = house.signed_in("supplier");
    let fragments = [accepted(&supplier), accepted(&supplier)];
    (supplier, fragments)
}

/// Posts the form as the page gives it, with both fragments ticked whole and every bank.
pub(crate) fn asked(
    supplier: &Visitor,
    fragments: &[String; 2],
    more: &[(&str, &str)],
) -> Vec<String> {
    let form = supplier.page("/finance/new");
    let banks = all(&form, "input[name=bank][checked]", "value");
    assert_eq!(banks.len(), 2, "all banks are proposed");
    let expires = first(&form, "input[name=expires]", "value");
    let names: Vec<String> = fragments.iter().map(|id| amount_field(id)).collect();
    let amounts: Vec<String> = names
        .iter()
        .map(|name| first(&form, &format!("input[name='{name}']"), "value"))
        .collect();
    let mut fields = vec![("expires", expires.as_str())];
    for (id, (name, amount)) in fragments.iter().zip(names.iter().zip(&amounts)) {
        fields.extend([("fragment", id.as_str()), (name.as_str(), amount.as_str())]);
    }
    fields.extend(banks.iter().map(|bank| ("bank", bank.as_str())));
    fields.extend_from_slice(more);
    let request = Visitor::sent_to(&supplier.send("/finance/new", "/finance", &fields));
    let page = supplier.page(&request);
    assert!(page.contains("¥1,000,000.00"), "{page}");
    vec![request]
}

/// The requests of an inquiry, by the one in its address.
pub(crate) fn requests(house: &House, address: &str) -> Vec<RequestId> {
    let id = RequestId::parse(&address.replace("/finance/", "")).unwrap();
    house
        .app
        .store
        .read(|tx| {
            let known = tx.finance_requests_by_ids(&[id])?;
            tx.finance_requests_of_inquiries(&[known[0].inquiry.unwrap()])
        })
        .unwrap()
        .iter()
        .map(|request| request.id)
        .collect()
}

pub(crate) fn sql(house: &House, statement: &str) {
    let url = house.database.url_superuser();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client.batch_execute(statement).unwrap();
}

#[test]
fn two_fragments_are_asked_on_once_and_sold_with_one_passphrase() {
    let house = open();
    let (supplier, fragments) = two_fragments(&house);
    let address = asked(&supplier, &fragments, &[]).remove(0);
    let requests = requests(&house, &address);
    assert_eq!(requests.len(), 2);
    for request in &requests {
        quoted(
            &house,
            "bank2",
            &request.to_string(),
            "2.85",
            tomorrow(&house),
        );
    }
    quoted(
        &house,
        "bank",
        &requests[0].to_string(),
        "1.00",
        tomorrow(&house),
    );
    let page = supplier.page(&address);
    let (whole, part) = (
        page.find("海港保理公司").unwrap(),
        page.find("沙盒银行").unwrap(),
    );
    assert!(whole < part, "the offer on both stands first");
    assert!(page.contains("On 1 of 2 fragments") && page.contains("Hold to maturity"));
    // One task, not one a fragment.
    assert_eq!(
        all(&supplier.page("/"), ".tasks a[href^='/finance/']", "href").len(),
        1
    );
    assert!(supplier.page("/finance").contains("2 fragments"));
    // Whatever request of the inquiry a letter names leads here.
    let other = supplier.page(&format!("/finance/{}", requests[1]));
    assert!(other.contains("On 1 of 2 fragments"));

    let deed = first(&page, "article.best a.button", "href");
    let before = digest(&house);
    assert_eq!(sign(&supplier, &deed, "wrong words here").status(), 422);
    assert_eq!(digest(&house), before);
    let done = Visitor::sent_to(&sign(&supplier, &deed, PASSPHRASE));
    assert_eq!(digest(&house).0, before.0 + 2);
    let page = supplier.page(&done);
    assert!(page.contains("You signed this quote"), "{page}");
    assert_eq!(
        page.matches("awaiting the bank").count(),
        3,
        "each fragment and the whole"
    );
    let rival = house.signed_in("rival");
    assert_eq!(rival.get(&deed).status(), 404);
    assert_eq!(rival.get(&address).status(), 404);
}

#[test]
fn equal_offers_are_both_marked_as_the_best() {
    let house = open();
    let (supplier, fragments) = two_fragments(&house);
    let address = asked(&supplier, &fragments, &[]).remove(0);
    for bank in ["bank", "bank2"] {
        for request in requests(&house, &address) {
            quoted(&house, bank, &request.to_string(), "2.85", tomorrow(&house));
        }
    }
    let page = supplier.page(&address);
    assert_eq!(all(&page, "article.best a.button", "href").len(), 2);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_sealed_bid_is_a_number_until_it_is_shown() {
    let house = open();
    let (supplier, fragments) = two_fragments(&house);
    let sealed = [("bidding", "sealed"), ("bids_until", "2026-01-01T09:00")];
    let form = supplier.page("/finance/new");
    let expires = first(&form, "input[name=expires]", "value");
    let amount = amount_field(&fragments[0]);
    let mut early = vec![("fragment", fragments[0].as_str()), (&amount, "1000")];
    early.extend([("expires", expires.as_str())]);
    early.extend(sealed);
    let refused = supplier.send("/finance/new", "/finance", &early);
    assert_eq!(refused.status(), 422);
    assert!(refused.text().unwrap().contains("bids_until_not_possible"));

    let until = first(&form, "input[name=bids_until]", "value");
    let chosen = [("bidding", "sealed"), ("bids_until", until.as_str())];
    let address = asked(&supplier, &fragments, &chosen).remove(0);
    let moment = NaiveDateTime::parse_from_str(&until, "%Y-%m-%dT%H:%M").unwrap();
    assert!(business_time::from_local(moment).unwrap() > house.app.moment().unwrap());
    assert!(supplier.page(&address).contains("No sealed bid yet"));
    let request = requests(&house, &address)[0];
    house.person(
        principal(&house, "bank").party,
        "clerk@house.test",
        Role::Maker,
    );
    let (bank, clerk) = (house.signed_in("bank"), house.signed_in("clerk"));
    let desk = format!("/desk/requests/{request}");
    let (seal, reveal) = (format!("{desk}/bid/seal"), format!("{desk}/bid/open"));
    let page = bank.page(&desk);
    assert!(page.contains("Bids are sealed"), "{page}");
    assert!(all(&clerk.page(&desk), "button.sign", "class").is_empty());
    let pay_date = (moment.date() + chrono::Days::new(1)).to_string();
    let expires = first(&page, "input[name=expires]", "value");
    let terms = |passphrase: &'static str| {
        let fields: [(&str, String); 6] = [
            ("rate", "7.4193".to_owned()),
            ("day_count", "actual_360".to_owned()),
            ("recourse", "without".to_owned()),
            ("pay_date", pay_date.clone()),
            ("expires", expires.clone()),
            ("passphrase", passphrase.to_owned()),
        ];
        fields
    };
    let send = |who: &Visitor, to: &str, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        who.send(&desk, to, &fields)
    };
    let wrong = send(&bank, &seal, &terms("not the passphrase at all"));
    assert_eq!(wrong.status(), 422);
    assert_eq!(send(&clerk, &seal, &terms(PASSPHRASE)).status(), 403);
    let gate = send(&bank, &seal, &terms(PASSPHRASE));
    assert_eq!(gate.status(), 422);
    assert!(gate.text().unwrap().contains("disclosure_not_checked"));
    looked_up(&bank, &page);
    assert_eq!(send(&bank, &seal, &terms(PASSPHRASE)).status(), 303);
    let page = bank.page(&desk);
    assert!(
        page.contains("Your bid is sealed") && !page.contains("7.4193"),
        "{page}"
    );
    // Taken back unseen, sealed anew.
    let back = format!("{desk}/bid/withdraw");
    assert_eq!(send(&bank, &back, &[]).status(), 303);
    assert!(supplier.page(&address).contains("No sealed bid yet"));
    assert_eq!(send(&bank, &seal, &terms(PASSPHRASE)).status(), 303);
    let early = send(&bank, &reveal, &[("passphrase", PASSPHRASE.to_owned())]);
    assert_eq!(early.status(), 422);
    assert!(early.text().unwrap().contains("bids_not_closed"));
    let page = supplier.page(&address);
    assert!(page.contains("1 sealed bid is in"), "{page}");
    assert!(!page.contains("7.4193") && !page.contains("沙盒银行"));
    assert!(supplier.page("/finance").contains("1 sealed bid"));
    sql(
        &house,
        "UPDATE finance_inquiry SET bids_until = created_at + interval '1 microsecond'",
    );
    let page = supplier.page(&address);
    assert!(
        page.contains("沙盒银行") && !page.contains("7.4193"),
        "{page}"
    );
    let open = [("passphrase", PASSPHRASE.to_owned())];
    assert!(bank.page(&desk).contains("Open yours now"));
    assert_eq!(send(&clerk, &reveal, &open).status(), 403);
    assert_eq!(send(&bank, &reveal, &open).status(), 303);
    assert!(bank.page(&desk).contains("7.4193%"));
    let page = supplier.page(&address);
    assert!(page.contains("7.4193%"), "{page}");
    let deed = first(&page, "article.best a.button", "href");
    assert_eq!(sign(&supplier, &deed, PASSPHRASE).status(), 303);
}

/// From sign-in to a signed quote, by links and buttons of each screen alone.
async fn five_screens(language: &'static str) {
    let house = tokio::task::spawn_blocking(|| {
        let house = open();
        two_fragments(&house);
        house
    })
    .await
    .unwrap();
    let browser = Browser::start(language).await.unwrap();
    browser.resize(PHONE).await.unwrap();
    // 1: sign in.
    browser.driver().goto(house.url("/sign-in")).await.unwrap();
    fill(&browser, "login", "supplier@house.test").await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.main").await;
    // 2: what I hold; in one's own language.
    find(&browser, "nav").await;
    if language == "zh-CN" {
        press(&browser, "button[value='zh-CN']").await;
        find(&browser, "html[lang='zh-CN']").await;
    }
    press(&browser, "main a[href^='/finance/new']").await;
    // 3: the second fragment too, every bank: sent as proposed.
    find(&browser, "form[action='/finance']").await;
    press(&browser, ".pick:last-of-type input[type=checkbox]").await;
    look(&browser, &format!("inquiry-{language}-ask")).await;
    browser.resize(PHONE).await.unwrap();
    press(&browser, "form[action='/finance'] button.main").await;
    find(&browser, "article.hold").await;
    let at = browser.driver().current_url().await.unwrap();
    let house = tokio::task::spawn_blocking(move || {
        for request in requests(&house, at.path()) {
            quoted(
                &house,
                "bank2",
                &request.to_string(),
                "2.85",
                tomorrow(&house),
            );
        }
        house
    })
    .await
    .unwrap();
    // 4: the offers come by themselves.
    find(&browser, "article.best a.button").await;
    look(&browser, &format!("inquiry-{language}-offers")).await;
    browser.resize(PHONE).await.unwrap();
    press(&browser, "article.best a.button").await;
    // 5: signed.
    find(&browser, ".deed").await;
    look(&browser, &format!("inquiry-{language}-sign")).await;
    browser.resize(PHONE).await.unwrap();
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, "article.best:not(:has(a.button))").await;
    look(&browser, &format!("inquiry-{language}-signed")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn five_screens_from_sign_in_over_the_question_to_the_signature_in_english() {
    five_screens("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_screens_from_sign_in_over_the_question_to_the_signature_in_chinese() {
    five_screens("zh-CN").await;
}
