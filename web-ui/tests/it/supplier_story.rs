//! The suppliers' story through the pages: accept, pay part of it against an invoice, accept that,
//! ask for money, compare, sign.

use crate::house::{PASSPHRASE, Visitor};
use crate::supplier_stage::{
    FIRST, PDF, SECOND, all, amount_field, digest, first, issued, open, party, payment, preview,
    sign, sign_page, two_quotes,
};

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn accept_pay_accept_ask_compare_sign() {
    let house = open();
    let offer = issued(&house, "supplier", "1200000.00", 124);
    let supplier = house.signed_in("supplier");
    let home = supplier.page("/");
    assert!(home.contains(&format!("/offers/{offer}")) && home.contains("¥1,200,000.00"));

    // Accept; a wrong passphrase signs nothing, a second press does nothing.
    let before = digest(&house);
    let wrong = sign(
        &supplier,
        &format!("/offers/{offer}"),
        "five loud oceans part",
    );
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    assert_eq!(digest(&house), before);
    let page = supplier.page(&format!("/offers/{offer}"));
    let receipt = Visitor::sent_to(&sign_page(&supplier, &page, PASSPHRASE));
    let after = digest(&house);
    assert_eq!(after.0, before.0 + 1);
    assert_eq!(
        Visitor::sent_to(&sign_page(&supplier, &page, PASSPHRASE)),
        receipt
    );
    assert_eq!(digest(&house), after);
    let receipt = supplier.page(&receipt);
    let fragment = first(&receipt, "main a[href^='/fragments/']", "href");
    let fragment = fragment.replace("/fragments/", "");
    // What is answered leads to its receipt.
    let again = supplier.get(&format!("/offers/{offer}"));
    assert_eq!(Visitor::sent_to(&again), format!("/receipts/{offer}"));

    // Find the recipient by a part of its name; without it nobody is listed.
    assert!(
        all(
            &supplier.page("/pay"),
            "select[name=recipient] option",
            "value"
        )[1..]
            .is_empty()
    );
    let found = preview(
        &house,
        &supplier,
        &[("search", "铸造"), ("find", "1")],
        None,
    );
    assert_eq!(found.status(), 200);
    let found = all(
        &found.text().unwrap(),
        "select[name=recipient] option",
        "value",
    );
    assert_eq!(found[1..], [party(&house, "second")]);

    // Pay part of it against an invoice with a file.
    let fields = payment(&fragment, &found[1]);
    let file = || Some(("发票.pdf", PDF.to_vec()));
    let previewed = preview(&house, &supplier, &fields, file());
    assert_eq!(previewed.status(), 200);
    let page = previewed.text().unwrap();
    assert!(page.contains(SECOND) && page.contains("¥300,000.00") && page.contains("1-30000000"));
    assert!(page.contains("¥900,000.00") && page.contains("Without recourse"));
    // Looking twice keeps one invoice.
    let page_again = preview(&house, &supplier, &fields, file()).text().unwrap();
    let before = digest(&house);
    let wrong = sign_page(&supplier, &page, "five loud oceans part");
    assert_eq!(wrong.status(), 422);
    let retry = wrong.text().unwrap();
    assert!(retry.contains("wrong_passphrase"));
    assert_eq!(digest(&house), before);
    let receipt = Visitor::sent_to(&sign_page(&supplier, &retry, PASSPHRASE));
    let after = digest(&house);
    assert_eq!(
        Visitor::sent_to(&sign_page(&supplier, &page, PASSPHRASE)),
        receipt
    );
    assert_eq!(sign_page(&supplier, &page_again, PASSPHRASE).status(), 422);
    assert_eq!(digest(&house), after);
    assert!(
        supplier
            .page(&receipt)
            .contains(&format!("Offered to {SECOND}"))
    );

    // The recipient looks at the invoice and accepts.
    let second = house.signed_in("second");
    let offer = first(&second.page("/"), "a[href^='/offers/']", "href");
    let page = second.page(&offer);
    assert!(page.contains(FIRST) && page.contains("26322000000012345678"));
    let document = first(&page, "a[href*='/documents/']", "href");
    let file = second.get(&document);
    assert_eq!(file.headers()["content-type"], "application/pdf");
    assert!(
        file.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    assert_eq!(file.bytes().unwrap(), PDF);
    let receipt = Visitor::sent_to(&sign_page(&second, &page, PASSPHRASE));
    let page = second.page(&receipt);
    let fragment = first(&page, "main a[href^='/fragments/']", "href").replace("/fragments/", "");
    let voucher = second.page(&format!("/fragments/{fragment}/voucher"));
    assert!(voucher.contains("人民币叁拾万元整") && voucher.contains(FIRST));

    // Ask two banks; the cheaper stands first, next to holding on.
    let request = two_quotes(&house, &second, &fragment, "100000.00");
    let page = second.page(&request);
    let (cheap, dear) = (
        page.find("海港保理公司").unwrap(),
        page.find("沙盒银行").unwrap(),
    );
    assert!(cheap < dear && page.contains("lowest cost") && page.contains("Hold to maturity"));
    // 100,000.00 × 2.85 % × 170 / 360 from 9 March to 26 August.
    assert!(page.contains("¥1,345.83") && page.contains("¥98,654.17"));
    assert!(second.page("/").contains(&request));

    let chosen = first(&page, "article.best a.button", "href");
    let receipt = Visitor::sent_to(&sign(&second, &chosen, PASSPHRASE));
    let page = second.page(&receipt);
    assert!(page.contains("Sold to 海港保理公司") && page.contains("¥98,654.17"));
    let list = second.page("/finance");
    assert!(list.contains("awaiting the bank"), "{list}");
    // The other quote is gone, and the page of the signed one leads back.
    let compared = second.page(&request);
    assert!(compared.contains("You signed another quote"));
    assert_eq!(Visitor::sent_to(&second.get(&chosen)), request);
}

#[test]
fn a_request_is_withdrawn_and_an_offer_refused_with_a_reason() {
    let house = open();
    let offer = issued(&house, "supplier", "50000.00", 7);
    let supplier = house.signed_in("supplier");
    let at = format!("/offers/{offer}");
    let to = format!("{at}/refuse");
    let before = digest(&house);
    for fields in [
        vec![("passphrase", PASSPHRASE)],
        vec![("reason", "whim"), ("passphrase", PASSPHRASE)],
        vec![("reason", "trade"), ("passphrase", "wrong words here")],
    ] {
        assert_eq!(supplier.send(&at, &to, &fields).status(), 422, "{fields:?}");
        assert_eq!(digest(&house), before);
    }
    let refused = supplier.send(&at, &to, &[("reason", "trade"), ("passphrase", PASSPHRASE)]);
    let receipt = supplier.page(&Visitor::sent_to(&refused));
    assert!(receipt.contains("You have refused the paper"));
    let mail = ledger_store::outbox::OutboxKind::Mail;
    let letters = house
        .app
        .store
        .read(|tx| tx.outbox_latest(mail, 50))
        .unwrap();
    assert!(
        letters
            .iter()
            .any(|letter| letter.payload.to_string().contains("没有这笔交易"))
    );

    let offer = issued(&house, "supplier", "60000.00", 8);
    let receipt = Visitor::sent_to(&sign(&supplier, &format!("/offers/{offer}"), PASSPHRASE));
    let page = supplier.page(&receipt);
    let fragment = first(&page, "main a[href^='/fragments/']", "href").replace("/fragments/", "");
    let form = supplier.page("/finance/new");
    let bank = first(&form, "input[name=bank]", "value");
    let expires = first(&form, "input[name=expires]", "value");
    let amount = amount_field(&fragment);
    let fields = [
        ("fragment", &*fragment),
        (&*amount, "60000"),
        ("bank", &bank),
        ("expires", &expires),
    ];
    let request = Visitor::sent_to(&supplier.send("/finance/new", "/finance", &fields));
    let twice = supplier.send("/finance/new", "/finance", &fields);
    assert_eq!(twice.status(), 422);
    assert!(twice.text().unwrap().contains("fragment_already_requested"));
    let gone = supplier.send(&request, &format!("{request}/withdraw"), &[]);
    assert_eq!(Visitor::sent_to(&gone), "/finance");
    assert!(supplier.page("/finance").contains("Withdrawn"));
    assert_eq!(
        supplier.send("/finance/new", "/finance", &fields).status(),
        303
    );
}

#[test]
fn an_unanswered_offer_is_taken_back() {
    let house = open();
    issued(&house, "supplier", "60000.00", 9);
    let supplier = house.signed_in("supplier");
    let fragment = crate::supplier_stage::accepted(&supplier);
    let second = party(&house, "second");
    let mut fields = payment(&fragment, &second);
    fields.retain(|(name, _)| *name != "amount");
    fields.push(("amount", "40000.00"));
    let page = preview(&house, &supplier, &fields, None).text().unwrap();
    let receipt = supplier.page(&Visitor::sent_to(&sign_page(&supplier, &page, PASSPHRASE)));
    let offered = first(&receipt, "main a[href^='/fragments/']", "href");
    let offer = first(&supplier.page(&offered), "main a[href^='/offers/']", "href");
    let before = digest(&house);
    let to = format!("{offer}/recall");
    assert_eq!(
        supplier
            .send(&offer, &to, &[("passphrase", "wrong words here")])
            .status(),
        422
    );
    assert_eq!(digest(&house), before);
    // Whoever it is offered to can't take it back for the giver.
    let other = house.signed_in("second");
    assert_eq!(
        other
            .send(&offer, &to, &[("passphrase", PASSPHRASE)])
            .status(),
        404
    );
    assert_eq!(digest(&house), before);
    let back = supplier.send(&offer, &to, &[("passphrase", PASSPHRASE)]);
    assert!(
        supplier
            .page(&Visitor::sent_to(&back))
            .contains("The offer was withdrawn")
    );
    assert!(!other.page("/").contains(&offer));
    // The invoice carries it again.
    assert_eq!(preview(&house, &supplier, &fields, None).status(), 422);
    let free = crate::supplier_stage::all(&supplier.page("/pay"), "input[name=fragment]", "value");
    fields[0] = (
        "fragment",
        free.iter()
            .find(|id| {
                supplier
                    .page(&format!("/fragments/{id}"))
                    .contains("¥40,000.00")
            })
            .unwrap(),
    );
    assert_eq!(preview(&house, &supplier, &fields, None).status(), 200);
}
