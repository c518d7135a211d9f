//! Trade documents through the pages: hand in, adjust, attest, sign a waybill, draw up a statement;
//! and how they look on a phone and at a desk.

use reqwest::blocking::Response;
use reqwest::blocking::multipart::{Form, Part};
use testkit::browser::Browser;

use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::look;
use crate::supplier_stage::{FIRST, PDF, SECOND, THIRD, first, issued, open, passed_on, sign};

/// Posts a form with a file.
fn send_file(
    house: &House,
    visitor: &Visitor,
    (from, to): (&str, &str),
    fields: &[(&str, &str)],
    file: Option<(&str, &[u8])>,
) -> Response {
    let token = visitor.token(from);
    let mut form = Form::new().text("csrf", token);
    for (name, value) in fields {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    if let Some((name, bytes)) = file {
        form = form.part(
            "document",
            Part::bytes(bytes.to_vec()).file_name(name.to_owned()),
        );
    }
    let request = visitor.client.post(house.url(to)).multipart(form);
    request.send().unwrap()
}

/// An invoice of the second supplier to the first, and its page.
fn invoice(house: &House, seller: &Visitor, number: &str, rests_on: &str) -> String {
    let fields = [
        ("kind", "invoice"),
        ("partner", FIRST),
        ("invoice_number", number),
        ("issued_on", "2026-03-01"),
        ("amount", "486,200.00"),
        ("currency", "CNY"),
        ("rests_on", rests_on),
    ];
    let places = ("/documents", "/documents");
    let kept = send_file(house, seller, places, &fields, Some(("a.pdf", PDF)));
    assert_eq!(kept.status(), 303, "{}", kept.text().unwrap());
    Visitor::sent_to(&kept)
}

pub(crate) fn attest(visitor: &Visitor, page: &str, statement: &str, passphrase: &str) -> Response {
    let text = visitor.page(page);
    let token = first(&text, "form.deed input[name=csrf]", "value");
    let to = first(&text, "form.deed", "action");
    let fields = [("statement", statement), ("passphrase", passphrase)];
    visitor.send_with(&token, &to, &fields)
}

fn waybill(visitor: &Visitor, number: &str) -> Response {
    let fields = [
        ("number", number),
        ("vehicle", "沪A12345"),
        ("shipper", SECOND),
        ("receiver", FIRST),
        ("picked_up_at", "2026-03-01T08:00"),
        ("handed_over_at", "2026-03-01T15:30"),
        ("goods", "LSVAA4182E2184841\n制动片 × 400"),
        ("exceptions", ""),
        ("passphrase", PASSPHRASE),
    ];
    visitor.send("/waybills/new", "/waybills", &fields)
}

#[test]
fn an_invoice_lives_on_its_page() {
    let house = open();
    let (buyer, seller) = (house.signed_in("supplier"), house.signed_in("second"));
    issued(&house, "supplier", "1200000.00", 21);
    let offer = first(&buyer.page("/"), "a[href^='/offers/']", "href");
    let answer = sign(&buyer, &offer, PASSPHRASE);
    let receipt = buyer.page(&Visitor::sent_to(&answer));
    let held = first(&receipt, "main a[href^='/fragments/']", "href");
    let held = held.replace("/fragments/", "");
    passed_on(
        &house,
        "supplier",
        "second",
        &held,
        "300000.00",
        "26322000000012345678",
    );

    let page = invoice(&house, &seller, "26322000000012345678", "");
    let seen = seller.page(&page);
    assert!(
        seen.contains("¥300,000.00") && seen.contains("¥186,200.00"),
        "{seen}"
    );
    // A credit note below what is used: taken in, told, and nothing more can be carried.
    let fields = [
        ("change", "credit"),
        ("number", "红-1"),
        ("issued_on", "2026-03-02"),
        ("amount", "286200.00"),
    ];
    let to = format!("{page}/adjust");
    let done = send_file(&house, &seller, (&page, &to), &fields, None);
    assert_eq!(done.status(), 303, "{}", done.text().unwrap());
    let again = send_file(&house, &seller, (&page, &to), &fields, None);
    assert_eq!(again.status(), 422);
    assert!(again.text().unwrap().contains("adjustment_number_taken"));
    let seen = buyer.page(&page);
    assert!(seen.contains("¥100,000.00"), "{seen}");
    assert!(seen.contains("红-1"), "{seen}");

    assert_eq!(
        attest(&buyer, &page, "debt_confirmed", "wrong").status(),
        422
    );
    assert_eq!(
        attest(&buyer, &page, "debt_confirmed", PASSPHRASE).status(),
        303
    );
    assert!(seller.page(&page).contains(FIRST));
    let foreign = attest(&seller, &page, "goods_received", PASSPHRASE);
    assert_eq!(foreign.status(), 422);
    // Nobody else finds it, nor its contents.
    for name in ["third", "rival", "maker", "bank2"] {
        let stranger = house.signed_in(name);
        for path in [page.clone(), format!("{page}/content")] {
            let status = stranger.get(&path).status();
            assert!(status == 404 || status == 403, "{name} {path} {status}");
        }
    }
    let content = seller.get(&format!("{page}/content"));
    assert_eq!(content.bytes().unwrap(), PDF);
}

#[test]
fn a_waybill_is_signed_by_both_and_matched_in_the_statement() {
    let house = open();
    let (buyer, seller) = (house.signed_in("supplier"), house.signed_in("second"));
    let carrier = house.signed_in("third");
    let signed = waybill(&carrier, "YD-1");
    assert_eq!(signed.status(), 303, "{}", signed.text().unwrap());
    let page = Visitor::sent_to(&signed);
    let seen = buyer.page(&page);
    assert!(
        seen.contains("LSVAA4182E2184841") && seen.contains(THIRD),
        "{seen}"
    );
    assert_eq!(
        attest(&buyer, &page, "goods_received", PASSPHRASE).status(),
        303
    );
    waybill(&carrier, "YD-2");
    invoice(&house, &seller, "26322000000012345678", "YD-1");
    let query = format!("side=seller&partner={FIRST}&from=2026-03-01&to=2026-03-31&currency=CNY");
    let drawn = seller.page(&format!("/statements?{query}"));
    assert!(drawn.contains("YD-1") && drawn.contains("YD-2"), "{drawn}");
    assert!(drawn.contains("¥486,200.00"), "{drawn}");
    let to = first(&drawn, "form[action^='/statements?']", "action");
    let token = first(
        &drawn,
        "form[action^='/statements?'] input[name=csrf]",
        "value",
    );
    let kept = seller.send_with(&token, &to, &[]);
    assert_eq!(kept.status(), 303, "{}", kept.text().unwrap());
    let statement = Visitor::sent_to(&kept);
    for side in [&seller, &buyer] {
        assert_eq!(
            attest(side, &statement, "balance_agreed", PASSPHRASE).status(),
            303
        );
    }
    let csv = seller.get(&format!("/statements/csv?{query}"));
    assert!(csv.text().unwrap().contains("\"26322000000012345678\""));
    assert_eq!(carrier.get(&statement).status(), 404);
}

async fn every_page(language: &'static str) {
    let (house, paths) = tokio::task::spawn_blocking(|| {
        let house = open();
        let (seller, carrier) = (house.signed_in("second"), house.signed_in("third"));
        let signed = Visitor::sent_to(&waybill(&carrier, "YD-2026-0301"));
        let page = invoice(&house, &seller, "26322000000012345678", "YD-2026-0301");
        let fields = [
            ("change", "credit"),
            ("number", "红-1"),
            ("issued_on", "2026-03-02"),
            ("amount", "86200.00"),
        ];
        let to = format!("{page}/adjust");
        send_file(&house, &seller, (&page, &to), &fields, None);
        let query = format!("side=seller&partner={FIRST}&from=2026-03-01&to=2026-03-31");
        let paths = [
            ("documents", "/documents".to_owned()),
            ("invoice", page),
            ("waybill", signed),
            ("waybill-new", "/waybills/new".to_owned()),
            ("statement", format!("/statements?{query}")),
        ];
        (house, paths)
    })
    .await
    .unwrap();
    let browser = Browser::start(language).await.unwrap();
    crate::supplier_browser::sign_in(&browser, &house).await;
    if language == "zh-CN" {
        crate::supplier_browser::press(&browser, "button[value='zh-CN']").await;
        crate::supplier_browser::find(&browser, "html[lang='zh-CN']").await;
    }
    for (name, path) in paths {
        browser.driver().goto(house.url(&path)).await.unwrap();
        look(&browser, &format!("documents-{language}-{name}")).await;
    }
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_about_documents_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_about_documents_fits_in_chinese() {
    every_page("zh-CN").await;
}
