//! A bank's people answer a request by four eyes, through the pages; nobody else gets there.

use ledger_app::invite_user::Role;
use testkit::browser::Browser;

use crate::bank_book::{asked, signed};
use crate::desk_browser::sign_in;
use crate::documents::attest;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{
    PDF, accepted, all, amount_field, first, issued, open, passed_on, principal,
};

/// A house whose first bank has a maker and a checker, and is asked for money.
fn set() -> (House, String) {
    let house = open();
    let bank = principal(&house, "bank").party;
    house.person(bank, "clerk@house.test", Role::Maker);
    house.person(bank, "head@house.test", Role::Checker);
    let request = asked(&house).replace("/finance/", "/desk/requests/");
    (house, request)
}

const TERMS: [(&str, &str); 5] = [
    ("rate", "2.85"),
    ("day_count", "actual_360"),
    ("recourse", "without"),
    ("pay_date", "2026-03-09"),
    ("word", "老客户"),
];

/// The terms of a price with the expiry that the page proposes.
fn terms(page: &str) -> Vec<(&'static str, String)> {
    let mut fields: Vec<(&str, String)> = TERMS.map(|(k, v)| (k, v.to_owned())).to_vec();
    fields.push(("expires", first(page, "input[name=expires]", "value")));
    fields
}

fn borrowed<'a>(fields: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(k, v)| (*k, v.as_str())).collect()
}

pub(crate) fn looked_up(clerk: &Visitor, page: &str) {
    let file = first(page, "#obligor a", "href");
    let fields = [
        ("looked_up_on", "2026-03-09"),
        ("source", "票据信息披露平台"),
        ("finding", "clean"),
        ("word", ""),
    ];
    let sent = clerk.send(&file, &format!("{file}/disclosure"), &fields);
    assert_eq!(sent.status(), 303);
    let note = clerk.send(&file, &format!("{file}/notes"), &[("note", "额度充足")]);
    assert_eq!(note.status(), 303);
    let grade = [("grade", "4"), ("why", "按时兑付")];
    let graded = clerk.send(&file, &format!("{file}/grade"), &grade);
    assert_eq!(graded.status(), 303);
    let read = clerk.page(&file);
    assert!(read.contains("额度充足") && read.contains("按时兑付"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_quote_goes_out_by_two_people_and_the_money_by_the_second() {
    let (house, request) = set();
    let (clerk, head) = (house.signed_in("clerk"), house.signed_in("head"));
    let inbox = clerk.page("/desk?standing=to_quote");
    assert_eq!(
        all(&inbox, "td.head a", "href"),
        std::slice::from_ref(&request)
    );
    // A word that is no currency narrows nothing unseen: it is marked.
    let odd = clerk.page("/desk?currency=YUA");
    assert_eq!(all(&odd, "#currency-wrong", "id").len(), 1);
    let page = clerk.page(&request);
    for known in [
        "示例制动系统有限公司",
        "远山汽车股份有限公司",
        "¥300,000.00",
    ] {
        assert!(page.contains(known), "{known}");
    }
    assert!(page.contains("has not been looked up"), "the gate is told");
    let fields = terms(&page);
    let early = clerk.send(&request, &format!("{request}/propose"), &borrowed(&fields));
    assert_eq!(early.status(), 422);
    looked_up(&clerk, &page);

    // 2.85 % for 170 days on 300,000.00 (act/360): 4,037.50.
    let price = clerk.send(&request, &format!("{request}/price"), &borrowed(&fields));
    let price = price.text().unwrap();
    assert!(
        price.contains("¥295,962.50") && price.contains("¥4,037.50"),
        "{price}"
    );
    let half = clerk.send(&request, &format!("{request}/price"), &[("rate", "2,8")]);
    assert_eq!(half.status(), 200);
    let sent = clerk.send(&request, &format!("{request}/propose"), &borrowed(&fields));
    assert_eq!(Visitor::sent_to(&sent), request);

    // The one who proposed finds nothing to sign, and is refused if it tries all the same.
    let own = clerk.page(&request);
    assert!(all(&own, "form.deed", "action").is_empty());
    let page = head.page(&request);
    let action = first(&page, "form.deed", "action");
    assert!(page.contains("老客户") && page.contains("¥295,962.50"));
    let forbidden = clerk.send(&request, &action, &[("passphrase", PASSPHRASE)]);
    assert_eq!(forbidden.status(), 403);
    let wrong = head.send(
        &request,
        &action,
        &[("passphrase", "not the passphrase at all")],
    );
    assert_eq!(wrong.status(), 422);
    assert!(first(&head.page("/"), ".tasks a", "href") == request);
    let done = head.send(&request, &action, &[("passphrase", PASSPHRASE)]);
    assert_eq!(done.status(), 303);
    assert!(head.page(&request).contains("Approved"));

    signed(&house, &request.replace("/desk/requests/", "/finance/"));
    let page = clerk.page(&request);
    let purchase = first(&page, "a.strong", "href");
    assert!(all(&clerk.page(&purchase), "form.deed", "action").is_empty());
    let pay = format!("{purchase}/pay");
    assert_eq!(
        clerk
            .send(&purchase, &pay, &[("passphrase", PASSPHRASE)])
            .status(),
        403
    );
    assert_eq!(
        head.send(&purchase, &pay, &[("passphrase", "wrong wrong wrong")])
            .status(),
        422
    );
    // No money before the certificate of the public register.
    let early = head.send(&purchase, &pay, &[("passphrase", PASSPHRASE)]);
    assert_eq!(early.status(), 422);
    assert!(early.text().unwrap().contains("not_registered"));
    assert!(all(&head.page(&purchase), "form.deed", "action").is_empty());
    let register = first(&head.page(&purchase), "#register form", "action");
    let number = [("certificate", "01234567000123456789")];
    assert_eq!(clerk.send(&purchase, &register, &number).status(), 403);
    let wrong = head.send(&purchase, &register, &[("certificate", "№ 7")]);
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().unwrap().contains("certificate_invalid"));
    assert_eq!(head.send(&purchase, &register, &number).status(), 303);
    let page = head.page(&purchase);
    assert!(page.contains("01234567000123456789") && page.contains("form class=\"deed\""));
    assert_eq!(
        head.send(&purchase, &pay, &[("passphrase", PASSPHRASE)])
            .status(),
        303
    );
    assert!(head.page(&purchase).contains("Payout under way"));
}

#[test]
fn only_the_invited_bank_gets_to_the_desk_and_sees_names_of_the_path_alone() {
    let house = open();
    let bank = principal(&house, "bank").party;
    house.person(bank, "clerk@house.test", Role::Maker);
    issued(&house, "supplier", "1200000.00", 31);
    let held = accepted(&house.signed_in("supplier"));
    let second = passed_on(&house, "supplier", "second", &held, "480000.00", "INV-31");
    let holder = house.signed_in("second");
    passed_on(&house, "second", "third", &second, "80000.00", "INV-32");
    let rest = first(&holder.page("/"), "main a[href^='/fragments/']", "href");
    let rest = rest.replace("/fragments/", "");
    let form = holder.page(&format!("/finance/new?fragment={rest}"));
    let bank_id = bank.to_string();
    let amount = amount_field(&rest);
    let fields = [
        ("fragment", rest.as_str()),
        (&amount, "100000.00"),
        ("bank", &bank_id),
        ("expires", &first(&form, "input[name=expires]", "value")),
    ];
    let request = Visitor::sent_to(&holder.send("/finance/new", "/finance", &fields));
    let request = request.replace("/finance/", "/desk/requests/");

    let clerk = house.signed_in("clerk");
    assert!(clerk.page(&request).contains("Nobody has attested it"));
    let buyer = house.signed_in("supplier");
    let invoice = first(&buyer.page("/documents"), "td.head a", "href");
    let word = attest(&buyer, &invoice, "debt_confirmed", PASSPHRASE);
    assert_eq!(word.status(), 303);
    let page = clerk.page(&request);
    for known in [
        "远山汽车股份有限公司",
        "示例制动系统有限公司",
        "示例铸造有限公司",
        "示例制动系统有限公司 · Confirms the debt",
    ] {
        assert!(page.contains(known), "{known} is on the path");
    }
    assert!(
        !page.contains("示例弹簧有限公司"),
        "a sibling's holder is not"
    );
    let document = first(&page, "#documents a", "href");
    let got = clerk.get(&document);
    assert_eq!(got.bytes().unwrap().as_ref(), PDF);
    let obligor = first(&page, "#obligor a", "href");
    let other = house.signed_in("bank2");
    for hidden in [&request, &document, &obligor] {
        assert_eq!(other.get(hidden).status(), 404, "{hidden}");
        for who in ["second", "maker", "operator"] {
            let status = house.signed_in(who).get(hidden).status();
            assert!(status == 403 || status == 404, "{who} {hidden}: {status}");
        }
    }
    assert_eq!(house.signed_in("second").get("/desk").status(), 403);
}

async fn every_page(language: &'static str) {
    let (house, request) = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("provider-{language}-{page}");
    sign_in(&browser, &house, "clerk", language).await;
    look(&browser, &name("home")).await;
    go("/desk?least=1000").await;
    look(&browser, &name("inbox")).await;
    go(&request).await;
    look(&browser, &name("gate")).await;
    press(&browser, "#obligor h2 a").await;
    fill(&browser, "source", "票据信息披露平台").await;
    press(&browser, "input[value=clean]").await;
    press(&browser, "#disclosure button.main").await;
    find(&browser, "#disclosure .notes").await;
    fill(&browser, "note", "额度充足").await;
    press(&browser, "#notes button").await;
    find(&browser, "#notes .notes").await;
    look(&browser, &name("obligor")).await;
    go(&request).await;
    fill(&browser, "rate", "2.85").await;
    // The figures come by themselves.
    find(&browser, "#price .big").await;
    look(&browser, &name("priced")).await;
    press(&browser, "form.sheet button.main").await;
    find(&browser, "form[action$='/withdraw']").await;
    look(&browser, &name("waiting")).await;
    sign_in(&browser, &house, "head", language).await;
    look(&browser, &name("tasks")).await;
    go(&request).await;
    find(&browser, "form.deed").await;
    look(&browser, &name("deciding")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, "form[action*='/quotes/']").await;
    look(&browser, &name("quoted")).await;
    let house = tokio::task::spawn_blocking(move || {
        signed(&house, &request.replace("/desk/requests/", "/finance/"));
        house
    })
    .await
    .unwrap();
    browser.driver().refresh().await.unwrap();
    press(&browser, "a.strong").await;
    find(&browser, "#register").await;
    look(&browser, &name("to-register")).await;
    fill(&browser, "certificate", "01234567000123456789").await;
    press(&browser, "#register button.main").await;
    find(&browser, "form.deed").await;
    look(&browser, &name("purchase")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_desk_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_desk_fits_in_chinese() {
    every_page("zh-CN").await;
}
