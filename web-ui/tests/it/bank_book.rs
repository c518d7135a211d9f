//! What a bank's people see on their front page: true, and theirs alone.

use crate::house::{House, Visitor};
use crate::supplier_stage::{
    accepted, all, amount_field, first, issued, open, quoted, sign_page, tomorrow,
};

/// Rows of a section's table, each as its text.
fn rows(page: &str, section: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(page);
    let css = scraper::Selector::parse(&format!("#{section} tbody tr")).unwrap();
    page.select(&css)
        .map(|row| row.text().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The supplier asks both banks for money on a fragment; gives the address of the request.
pub(crate) fn asked(house: &House) -> String {
    issued(house, "supplier", "1200000.00", 21);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let form = supplier.page(&format!("/finance/new?fragment={fragment}"));
    let banks = all(&form, "input[name=bank]", "value");
    let expires = first(&form, "input[name=expires]", "value");
    let amount = amount_field(&fragment);
    let fields = [
        ("fragment", fragment.as_str()),
        (&amount, "300000.00"),
        ("bank", &banks[0]),
        ("bank", &banks[1]),
        ("expires", &expires),
    ];
    Visitor::sent_to(&supplier.send("/finance/new", "/finance", &fields))
}

/// Signs the cheapest quote.
pub(crate) fn signed(house: &House, request: &str) {
    let supplier = house.signed_in("supplier");
    let best = first(&supplier.page(request), "article.best a.button", "href");
    let page = supplier.page(&best);
    assert_eq!(
        sign_page(&supplier, &page, crate::house::PASSPHRASE).status(),
        303
    );
}

#[test]
fn a_bank_sees_its_requests_quotes_and_purchases_and_no_others() {
    let house = open();
    let (bank, other) = (house.signed_in("bank"), house.signed_in("bank2"));
    assert!(rows(&bank.page("/"), "requests").is_empty());
    let request = asked(&house);
    let page = bank.page("/");
    let offered = rows(&page, "requests");
    assert_eq!(offered.len(), 1);
    for part in [
        "示例制动系统有限公司",
        "远山汽车股份有限公司",
        "¥300,000.00",
        "To be quoted",
    ] {
        assert!(offered[0].contains(part), "{part}: {offered:?}");
    }
    let id = request.replace("/finance/", "");
    quoted(&house, "bank", &id, "4.10", tomorrow(&house));
    quoted(&house, "bank2", &id, "2.85", tomorrow(&house));
    let page = bank.page("/");
    assert!(rows(&page, "requests")[0].contains("Quoted"));
    let own = rows(&page, "quotes");
    assert_eq!(own.len(), 1);
    assert!(own[0].contains("4.1%") && !page.contains("2.85"), "{own:?}");
    signed(&house, &request);
    assert!(rows(&bank.page("/"), "quotes")[0].contains("Another quote was chosen"));
    assert!(rows(&bank.page("/"), "bought").is_empty());
    let page = other.page("/");
    assert!(rows(&page, "quotes")[0].contains("Accepted"));
    let bought = rows(&page, "bought");
    assert_eq!(bought.len(), 1);
    assert!(bought[0].contains("Signed, payout due"), "{bought:?}");
    assert!(
        rows(&page, "held").is_empty(),
        "nothing is its own before it has paid"
    );
    // It only looks: no form but those of the frame.
    assert_eq!(all(&page, "main form", "action"), Vec::<String>::new());
    assert_eq!(
        house.signed_in("supplier").get("/treasury/papers").status(),
        403
    );
}
