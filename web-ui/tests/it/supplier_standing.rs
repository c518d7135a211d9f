//! Standing rates on the supplier's pages: seen while asking, compared, signed at once; and recourse
//! that somebody has to choose.

use crate::house::{PASSPHRASE, Visitor};
use crate::supplier_stage::{
    accepted, all, amount_field, digest, first, issued, open, party, payment, preview, published,
    sign, sign_page,
};

#[test]
fn a_standing_offer_is_seen_asked_for_and_signed_at_once() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 31);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let page = supplier.page(&format!("/finance/new?fragment={fragment}"));
    assert!(!page.contains("Offers you can have at once"));
    published(&house, "bank", "3.20");
    let amount = amount_field(&fragment);
    let page = supplier.page(&format!(
        "/finance/new?fragment={fragment}&{amount}=300000.00"
    ));
    // 300,000.00 at 3.2 % from 9 March to 26 August, 170 days: 4,533.33.
    assert!(
        page.contains("Offers you can have at once") && page.contains("¥295,466.67"),
        "{page}"
    );
    assert!(page.contains("Limited recourse, up to ¥60,000.00"));
    // Who types nonsense sees no offer, and no fault.
    let odd = supplier.page(&format!("/finance/new?fragment={fragment}&{amount}=x"));
    assert!(!odd.contains("Offers you can have at once"));

    let banks = all(&page, "input[name=bank]", "value");
    let expires = first(&page, "input[name=expires]", "value");
    let asked = supplier.send(
        "/finance/new",
        "/finance",
        &[
            ("fragment", &*fragment),
            (&amount, "300000.00"),
            ("bank", &banks[0]),
            ("bank", &banks[1]),
            ("expires", &expires),
        ],
    );
    let request = Visitor::sent_to(&asked);
    let page = supplier.page(&request);
    assert_eq!(page.matches("no need to wait for an answer").count(), 2);
    assert!(page.contains("Hold to maturity"));
    let again = supplier.send(&request, &format!("{request}/standing"), &[]);
    assert_eq!(Visitor::sent_to(&again), request);
    assert_eq!(
        supplier.page(&request).matches("no need to wait").count(),
        2
    );
    let stranger = house.signed_in("rival");
    let foreign = stranger.send("/finance", &format!("{request}/standing"), &[]);
    assert_eq!(foreign.status(), 404);

    let chosen = first(&page, "article.best a.button", "href");
    assert!(
        supplier
            .page(&chosen)
            .contains("Limited recourse, up to ¥60,000.00")
    );
    let receipt = Visitor::sent_to(&sign(&supplier, &chosen, PASSPHRASE));
    let page = supplier.page(&receipt);
    assert!(
        page.contains("at its standing rates") && page.contains("¥295,608.33"),
        "{page}"
    );
    assert!(page.contains("Limited recourse, up to ¥60,000.00"));
    assert!(supplier.page("/finance").contains("awaiting the bank"));
}

#[test]
fn recourse_is_chosen_and_stands_in_what_is_signed() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 32);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let form = supplier.page(&format!("/pay?fragment={fragment}"));
    let kinds = all(&form, "input[name=recourse]", "value");
    assert_eq!(kinds, ["without", "with", "limited"]);
    assert!(all(&form, "input[name=recourse][checked]", "value").is_empty());
    let second = party(&house, "second");
    let mut fields = payment(&fragment, &second);
    fields.retain(|(name, _)| *name != "recourse");
    let before = digest(&house);
    for (more, code) in [
        (vec![], "missing"),
        (vec![("recourse", "limited")], "missing"),
        (
            vec![("recourse", "limited"), ("recourse_cap", "300000.01")],
            "cap_above_amount",
        ),
    ] {
        let fields = [fields.clone(), more].concat();
        let refused = preview(&house, &supplier, &fields, None);
        assert_eq!(refused.status(), 422);
        assert!(refused.text().unwrap().contains(code), "{code}");
    }
    assert_eq!(digest(&house), before);
    fields.extend([("recourse", "limited"), ("recourse_cap", "60,000.00")]);
    let page = preview(&house, &supplier, &fields, None).text().unwrap();
    assert!(page.contains("Limited recourse, up to ¥60,000.00"));
    assert_eq!(sign_page(&supplier, &page, PASSPHRASE).status(), 303);

    // The recipient reads it before accepting, on the fragment and on the slip.
    let taker = house.signed_in("second");
    let offer = first(&taker.page("/"), "a[href^='/offers/']", "href");
    assert!(
        taker
            .page(&offer)
            .contains("Limited recourse, up to ¥60,000.00")
    );
    let taken = accepted(&taker);
    for page in ["", "/voucher"] {
        let page = taker.page(&format!("/fragments/{taken}{page}"));
        assert!(page.contains("Limited recourse, up to ¥60,000.00"));
    }
    let mail = ledger_store::outbox::OutboxKind::Mail;
    let letters = house
        .app
        .store
        .read(|tx| tx.outbox_latest(mail, 50))
        .unwrap();
    assert!(
        letters
            .iter()
            .any(|letter| letter.payload.to_string().contains("CNY 60,000.00"))
    );
}
