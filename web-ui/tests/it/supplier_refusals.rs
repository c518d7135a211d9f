//! Wrong input through the suppliers' forms: a clear no with its code, and the book as it was.

use chrono::Duration;
use reqwest::blocking::Response;

use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_stage::{
    MATURITY, PDF, accepted, all, amount_field, digest, first, issued, open, party, payment,
    preview, quoted, sign_page,
};

/// What must come of it: status, and the code on the page.
#[track_caller]
fn refused(house: &House, before: (i64, [u8; 32]), got: Response, status: u16, code: &str) {
    let (found, page) = (got.status(), got.text().unwrap());
    assert_eq!(found, status, "{code}\n{page}");
    assert!(
        page.contains(&format!("<code>{code}</code>")),
        "{code} is not on\n{page}"
    );
    assert_eq!(digest(house), before, "{code}");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn payments_that_can_not_be_are_refused_before_anything_is_kept() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 3);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let (me, second) = (party(&house, "supplier"), party(&house, "second"));
    let bank = party(&house, "bank");
    let nobody = "00000000000000000000000000000001";
    let before = digest(&house);
    let good = payment(&fragment, &second);
    for (field, value, code) in [
        ("amount", "1.005", "amount_too_many_decimals"),
        ("amount", "-5", "amount_negative"),
        ("amount", "99999999999999999999", "amount_too_large"),
        ("amount", "twelve", "amount_not_a_number"),
        ("amount", "1e6", "amount_not_a_number"),
        ("amount", "0.00", "amount_zero"),
        ("amount", "", "missing"),
        ("amount", "1200000.01", "more_than_held"),
        ("amount", "1199999.50", "below_minimum_fragment"),
        ("amount", "486200.01", "document_used_up"),
        ("recipient", &me, "self_transfer"),
        ("recipient", &bank, "wrong_kind_of_party"),
        ("recipient", nobody, "unknown_party"),
        ("recipient", "'; DROP TABLE entry; --", "not_offered"),
        ("recourse", "perhaps", "not_offered"),
        ("recourse", "", "missing"),
        ("recourse", "limited", "missing"),
        ("invoice_number", " ", "missing"),
        ("invoice_date", "2026-02-30", "not_a_date"),
        ("invoice_date", "2027-01-01", "date_ahead"),
        ("invoice_amount", "-1", "amount_negative"),
    ] {
        let mut fields = good.clone();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        refused(
            &house,
            before,
            preview(&house, &supplier, &fields, None),
            422,
            code,
        );
    }
    let long = "9".repeat(101);
    let mut fields = good.clone();
    fields.retain(|(name, _)| *name != "invoice_number");
    fields.push(("invoice_number", &long));
    refused(
        &house,
        before,
        preview(&house, &supplier, &fields, None),
        422,
        "text_too_long",
    );

    let file = |bytes: Vec<u8>| Some(("a.pdf", bytes));
    let program = preview(&house, &supplier, &good, file(b"MZ\x90\x00".to_vec()));
    refused(&house, before, program, 422, "document_type_not_taken");
    let mut large = PDF.to_vec();
    large.resize(11 * 1024 * 1024, b' ');
    refused(
        &house,
        before,
        preview(&house, &supplier, &good, file(large)),
        422,
        "document_too_large",
    );
    let documents = house.app.store.read(|tx| {
        let owner = tx.parties_by_names(
            ledger_core::party::PartyKind::Supplier,
            &[crate::supplier_stage::SECOND.to_owned()],
        )?;
        tx.documents_of_owner(owner[0].id, 10)
    });
    assert_eq!(documents.unwrap(), []);
    // Somebody else's fragment, and none at all, are one and the same.
    for id in ["0000000000000", "nonsense"] {
        let mut fields = good.clone();
        fields[0] = ("fragment", id);
        assert_eq!(preview(&house, &supplier, &fields, None).status(), 404);
    }
    // And the form as it was meant goes through.
    assert_eq!(
        preview(&house, &supplier, &good, file(PDF.to_vec())).status(),
        200
    );
}

#[test]
fn a_hundred_megabytes_are_not_taken_in() {
    let house = open();
    issued(&house, "supplier", "1000.00", 3);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let second = party(&house, "second");
    let before = digest(&house);
    let mut huge = PDF.to_vec();
    huge.resize(100 * 1024 * 1024, b' ');
    let token = supplier.token("/pay");
    let mut form = reqwest::blocking::multipart::Form::new().text("csrf", token);
    for (name, value) in payment(&fragment, &second) {
        form = form.text(name, value.to_owned());
    }
    let part = reqwest::blocking::multipart::Part::bytes(huge).file_name("a.pdf");
    let sent = supplier
        .client
        .post(house.url("/pay/preview"))
        .multipart(form.part("document", part));
    // The server may close the door while the browser is still talking.
    if let Ok(answer) = sent.send() {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(digest(&house), before);
    assert_eq!(supplier.get("/pay").status(), 200);
}

#[test]
fn deeds_are_bound_to_their_session_and_what_was_shown() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 3);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let second = party(&house, "second");
    let page = preview(&house, &supplier, &payment(&fragment, &second), None)
        .text()
        .unwrap();
    let before = digest(&house);
    let deed = first(&page, "form.deed input[name=deed]", "value");
    let token = first(&page, "form.deed input[name=csrf]", "value");
    let mut spoiled = deed.clone().into_bytes();
    let at = spoiled.len() / 2;
    spoiled[at] = if spoiled[at] == b'A' { b'B' } else { b'A' };
    let spoiled = String::from_utf8(spoiled).unwrap();
    for forged in ["", "nonsense", &spoiled] {
        let fields = [("deed", forged), ("passphrase", PASSPHRASE)];
        let got = supplier.send_with(&token, "/pay/sign", &fields);
        refused(&house, before, got, 403, "form_outdated");
    }
    // The same person in another session has other seals.
    let elsewhere = house.signed_in("supplier");
    let fields = [("deed", &*deed), ("passphrase", PASSPHRASE)];
    refused(
        &house,
        before,
        elsewhere.send("/pay", "/pay/sign", &fields),
        403,
        "form_outdated",
    );
    // A form that no page of ours made.
    refused(
        &house,
        before,
        supplier.send_with("", "/pay/sign", &fields),
        403,
        "form_outdated",
    );
    assert_eq!(
        supplier.send_with(&token, "/pay/sign", &fields).status(),
        303
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn money_is_not_asked_for_or_taken_where_it_can_not_be() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 3);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let form = supplier.page("/finance/new");
    let bank = first(&form, "input[name=bank]", "value");
    let expires = first(&form, "input[name=expires]", "value");
    let second = party(&house, "second");
    let before = digest(&house);
    let amount = amount_field(&fragment);
    let good = [
        ("fragment", &*fragment),
        (&*amount, "1000"),
        ("bank", &bank),
        ("expires", &expires),
    ];
    for (field, value, code) in [
        (&*amount, "1000.001", "amount_too_many_decimals"),
        (&*amount, "1200000.01", "more_than_held"),
        (&*amount, "0", "amount_zero"),
        ("fragment", "", "missing"),
        ("bank", &*second, "provider_not_active"),
        ("bank", "nonsense", "not_offered"),
        ("expires", "2020-01-01", "expiry_not_possible"),
        ("expires", "9999-12-31", "expiry_not_possible"),
        ("expires", "soon", "not_a_date"),
    ] {
        let mut fields = good.to_vec();
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        refused(
            &house,
            before,
            supplier.send("/finance/new", "/finance", &fields),
            422,
            code,
        );
    }
    let unasked = supplier.send("/finance/new", "/finance", &[good[0], good[1], good[3]]);
    refused(&house, before, unasked, 422, "no_provider");

    let request = Visitor::sent_to(&supplier.send("/finance/new", "/finance", &good));
    let id = request.replace("/finance/", "");
    let soon = house.app.moment().unwrap() + Duration::seconds(3);
    let bank_name = if bank == party(&house, "bank") {
        "bank"
    } else {
        "bank2"
    };
    quoted(&house, bank_name, &id, "2.85", soon);
    let quote = first(&supplier.page(&request), "article.quote a.button", "href");
    let deed = supplier.page(&quote);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    // The law takes it through its last second.
    while house.app.moment().unwrap().timestamp() <= soon.timestamp()
        || !all(&supplier.page(&request), "article.quote a.button", "href").is_empty()
    {
        assert!(
            std::time::Instant::now() < deadline,
            "the quote does not expire"
        );
    }
    refused(
        &house,
        before,
        sign_page(&supplier, &deed, PASSPHRASE),
        422,
        "quote_expired",
    );

    house
        .app
        .store
        .write(|tx| tx.business_date_advance(MATURITY))
        .unwrap();
    let late = payment(&fragment, &second);
    refused(
        &house,
        before,
        preview(&house, &supplier, &late, None),
        422,
        "past_maturity",
    );
}
