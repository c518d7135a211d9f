//! What one supplier can't learn of another: pages that aren't its own are not there, and names it
//! may not know stand nowhere.

use scraper::Html;

use crate::house::{PASSPHRASE, Visitor};
use crate::supplier_stage::{
    FIRST, RIVAL, SECOND, THIRD, accepted, all, amount_field, first, issued, open, passed_on,
    quoted, tomorrow,
};

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn pages_of_others_are_not_there() {
    let house = open();
    let unanswered = issued(&house, "supplier", "900.00", 2);
    let supplier = house.signed_in("supplier");
    let waiting = format!("/offers/{unanswered}");
    let paper = issued(&house, "second", "5000.00", 3);
    let owner = house.signed_in("second");
    let fragment = accepted(&owner);
    let at_third = passed_on(&house, "second", "third", &fragment, "100.00", "INV-1");
    let third = house.signed_in("third");
    let document = first(
        &third.page(&format!("/fragments/{at_third}")),
        "a[href*='/documents/']",
        "href",
    );
    let form = third.page("/finance/new");
    let bank = first(&form, "input[name=bank]", "value");
    let expires = first(&form, "input[name=expires]", "value");
    let amount = amount_field(&at_third);
    let fields = [
        ("fragment", &*at_third),
        (&*amount, "50.00"),
        ("bank", &bank),
        ("expires", &expires),
    ];
    let request = Visitor::sent_to(&third.send("/finance/new", "/finance", &fields));
    let id = request.replace("/finance/", "");
    quoted(&house, "bank", &id, "3.00", tomorrow(&house));
    let quote = all(&third.page(&request), "article.quote a.button", "href");
    let quote = quote.first().cloned().unwrap_or_default();
    let pages = [
        waiting.clone(),
        format!("/fragments/{at_third}"),
        format!("/fragments/{at_third}/voucher"),
        document,
        format!("/receipts/{paper}"),
        request.clone(),
        quote.clone(),
    ];
    let rival = house.signed_in("rival");
    for page in &pages {
        assert_eq!(rival.get(page).status(), 404, "{page}");
    }
    let token = rival.token("/finance");
    let signed = [
        ("passphrase", PASSPHRASE),
        ("deed", "x"),
        ("reason", "trade"),
    ];
    for to in [
        format!("{waiting}/accept"),
        format!("{waiting}/refuse"),
        format!("{request}/withdraw"),
        format!("{quote}/sign"),
    ] {
        assert_eq!(rival.send_with(&token, &to, &signed).status(), 404, "{to}");
    }
    // Whose they are sees them all; signed out, nobody sees any.
    assert_eq!(supplier.get(&waiting).status(), 200);
    let stranger = house.visitor();
    for page in &pages[1..] {
        let by_third = third.get(page).status();
        let by_second = owner.get(page).status();
        assert!(by_third == 200 || by_second == 200, "{page}");
        assert_eq!(stranger.get(page).status(), 303, "{page}");
    }
    // An obligor's people have no such pages.
    let maker = house.signed_in("maker");
    for page in ["/pay", "/finance", "/finance/new"] {
        assert_eq!(maker.get(page).status(), 403, "{page}");
    }
    for page in &pages {
        let status = maker.get(page).status();
        assert!(status == 404 || status == 403, "{page}: {status}");
    }
}

#[test]
fn names_beyond_the_neighbours_stand_on_no_page() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 5);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let at_second = passed_on(
        &house,
        "supplier",
        "second",
        &fragment,
        "400000.00",
        "INV-1",
    );
    let rest = first(
        &supplier.page(&format!("/receipts/{fragment}")),
        "main a[href^='/fragments/']:last-of-type",
        "href",
    );
    let rest = rest.replace("/fragments/", "");
    passed_on(&house, "supplier", "rival", &rest, "300000.00", "INV-2");
    let at_third = passed_on(&house, "second", "third", &at_second, "150000.00", "INV-3");

    let third = house.signed_in("third");
    let own = format!("/fragments/{at_third}");
    let voucher = format!("{own}/voucher");
    for path in ["/", &own, &voucher, "/pay", "/finance", "/finance/new"] {
        let page = third.page(path);
        for hidden in [FIRST, RIVAL] {
            assert!(!page.contains(hidden), "{hidden} stands on {path}");
        }
    }
    let page = third.page(&own);
    assert!(page.contains(SECOND) && page.contains(THIRD) && page.contains("(name withheld)"));
    assert!(page.contains("signatures valid") && !page.contains("NOT"));
    // Nor does the obligor's page name anybody below the payee.
    let maker = house.signed_in("maker");
    let number = all(
        &maker.page("/treasury/papers"),
        "a[href^='/papers/']",
        "href",
    );
    let page = maker.page(&number[0]);
    for hidden in [SECOND, THIRD, RIVAL] {
        assert!(!page.contains(hidden), "{hidden}");
    }
    // What others do with their parts leaves the page as it is, but for its tokens.
    let text = |page: &str| {
        let main = scraper::Selector::parse("main").unwrap();
        let tokens = all(page, "main input[name=csrf]", "value");
        let page = Html::parse_document(page);
        let text = page.select(&main).next().unwrap().inner_html();
        tokens
            .iter()
            .fold(text, |text, token| text.replace(token.as_str(), ""))
    };
    let before = text(&third.page(&own));
    let rival = house.signed_in("rival");
    let held = first(&rival.page("/"), "a[href^='/fragments/']", "href").replace("/fragments/", "");
    passed_on(&house, "rival", "second", &held, "1000.00", "INV-4");
    assert_eq!(text(&third.page(&own)), before);
}
