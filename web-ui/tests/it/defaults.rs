//! What a default would mean, on the pages: for the operator and the auditor all of it, for a
//! supplier and for banks their own; in a browser in both sizes and languages.

use ledger_app::answer_offer::Answer;
use ledger_app::answer_retransfer;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::signing;
use ledger_app::signing::Signing;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;
use testkit::browser::Browser;

use crate::after_discount::bought;
use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE};
use crate::supplier_browser::{find, look, press};
use crate::supplier_stage::{
    PDF, accepted, all, cny, first, open, party, payment, preview, principal, sign_page,
};

/// Passed on through the pages, and accepted.
pub(crate) fn passed(
    house: &House,
    (from, to): (&str, &str),
    amount: &str,
    recourse: &[(&'static str, &str)],
    invoice: &str,
) {
    let (giver, taker) = (house.signed_in(from), house.signed_in(to));
    let page = giver.page("/pay");
    let fragment = first(&page, "[name=fragment][value]", "value");
    let recipient = party(house, to);
    let mut fields = payment(&fragment, &recipient);
    fields.retain(|(name, _)| {
        !["amount", "invoice_number", "invoice_amount", "recourse"].contains(name)
    });
    fields.extend([("amount", amount), ("invoice_number", invoice)]);
    fields.push(("invoice_amount", amount));
    fields.extend_from_slice(recourse);
    let shown = preview(house, &giver, &fields, Some(("a.pdf", PDF.to_vec())));
    let shown = shown.text().unwrap();
    let done = sign_page(&giver, &shown, PASSPHRASE);
    assert_eq!(done.status(), 303, "{shown}");
    accepted(&taker);
}

/// One bank passes part of what it bought on to the other.
fn retransferred(house: &House, fragment: &str) {
    let (giver, taker) = (principal(house, "bank2"), principal(house, "bank"));
    let command = OfferRetransfer {
        fragment: fragment.replace("/fragments/", ""),
        amount: cny("100000.00"),
        to: taker.party,
        recourse: Recourse::Limited(cny("20000.00")),
        contract: "再转让 2026-9".to_owned(),
        price: None,
    };
    let app = &house.app;
    let key = |who| signing::open_key(app, who, PASSPHRASE).unwrap();
    let signer = key(&giver);
    let with = Signing::With(&signer);
    let offered = retransfer_fragment::offer(app, &giver, &with, &command, None).unwrap();
    let id = RetransferId::parse(&offered.retransfer).unwrap();
    let signer = key(&taker);
    let with = Signing::With(&signer);
    answer_retransfer::run(app, &taker, &with, id, Answer::Accept, None).unwrap();
}

/// A paper of 1,200,000.00: a bank has bought 300,000.00 without recourse and passed 100,000.00 on
/// up to 20,000.00; 600,000.00 are passed on up to 200,000.00, of these 250,000.00 with recourse.
fn set() -> House {
    let house = open();
    let fragment = bought(&house);
    let limited = [("recourse", "limited"), ("recourse_cap", "200000.00")];
    passed(
        &house,
        ("supplier", "second"),
        "600000.00",
        &limited,
        "26322000000012345601",
    );
    let with = [("recourse", "with")];
    passed(
        &house,
        ("second", "third"),
        "250000.00",
        &with,
        "26322000000012345602",
    );
    retransferred(&house, &fragment);
    house
}

fn obligor(house: &House) -> PartyId {
    principal(house, "maker").party
}

fn asked(house: &House) -> String {
    format!("obligor={}&day=2026-08-26", obligor(house))
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn the_operator_and_the_auditor_see_all_of_it_and_nobody_else() {
    let house = set();
    let operator = house.signed_in("operator");
    let here = "/default-simulation";
    let empty = operator.page(here);
    assert!(all(&empty, "svg", "class").is_empty());
    let id = obligor(&house).to_string();
    assert!(all(&empty, "select[name=obligor] option", "value").contains(&id));
    let asked = asked(&house);
    let page = operator.page(&format!("{here}?{asked}"));
    // Hit first, claims and what is left: the sums are one.
    for told in [
        "¥300,000.00",
        "¥350,000.00",
        "¥250,000.00",
        "¥200,000.00",
        "¥100,000.00",
        "¥600,000.00",
        "¥500,000.00",
        "¥400,000.00",
        "¥220,000.00",
        "¥80,000.00",
        "¥470,000.00",
        "涉及 1 张凭证",
        "5 家持有人",
        "共 3 笔",
        "4 家企业",
        "有限追索，最高 ¥200,000.00",
    ] {
        assert!(page.contains(told), "{told} is not on\n{page}");
    }
    assert_eq!(
        page.matches("<p class=\"big\">¥1,200,000.00</p>").count(),
        3,
        "{page}"
    );
    let claims = operator.get(&first(&page, "a[href*='claims.csv']", "href"));
    assert_eq!(claims.headers()["content-type"], "text/csv; charset=utf-8");
    let text = claims.text().unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(
        lines[1].ends_with(
            "\"retransfer\",\"limited\",\"20000.00\",\"CNY\",\"100000.00\",\"20000.00\""
        ),
        "{text}"
    );
    assert!(
        lines[3].ends_with(
            "\"transfer\",\"limited\",\"200000.00\",\"CNY\",\"600000.00\",\"200000.00\""
        ),
        "{text}"
    );
    let parties = operator
        .get(&first(&page, "a[href*='parties.csv']", "href"))
        .text()
        .unwrap();
    assert_eq!(parties.lines().count(), 6, "{parties}");
    // A third of it still comes: the rest is shared by units.
    let page = operator.page(&format!("{here}?{asked}&recovery=33.3333"));
    assert!(page.contains("¥800,000.40"), "{page}");
    let later = format!("{here}?obligor={id}&day=2026-08-27");
    assert!(operator.page(&later).contains("没有应计入的未付凭证"));
    for (more, words) in [
        ("&recovery=101", "recovery_not_possible"),
        ("&recovery=x", "例如 2.85"),
    ] {
        let wrong = operator.get(&format!("{here}?{asked}{more}"));
        assert_eq!(wrong.status(), 422);
        let page = wrong.text().unwrap();
        assert!(page.contains(words), "{words} is not on\n{page}");
    }
    assert_eq!(
        operator
            .get(&format!(
                "{here}?obligor={}&day=2026-08-26",
                party(&house, "bank")
            ))
            .status(),
        404
    );

    let auditor = house.signed_in("auditor");
    assert!(
        auditor
            .page(&format!("{here}?{asked}"))
            .contains("¥220,000.00")
    );
    for other in ["maker", "checker", "supplier", "bank"] {
        let visitor = house.signed_in(other);
        for path in [
            here,
            "/default-simulation/claims.csv",
            "/default-simulation/parties.csv",
        ] {
            for query in ["", "?obligor=x", &format!("?{asked}")] {
                let got = visitor.get(&format!("{path}{query}"));
                assert_eq!(got.status(), 403, "{other} {path}{query}");
                assert!(!got.text().unwrap().contains("¥220,000.00"));
            }
        }
    }
}

#[test]
fn suppliers_and_banks_see_their_own() {
    let house = set();
    let second = house.signed_in("second");
    assert_eq!(
        all(&second.page("/plan"), "a[href='/plan/default']", "href").len(),
        1
    );
    let page = second.page("/plan/default");
    for told in [
        "¥350,000.00",
        "¥200,000.00",
        "¥250,000.00",
        "With recourse",
        "26 Aug 2026",
    ] {
        assert!(page.contains(told), "{told} is not on\n{page}");
    }
    // The payee learns nothing of what became of what it passed on.
    let page = house.signed_in("supplier").page("/plan/default");
    for told in ["¥300,000.00", "¥200,000.00"] {
        assert!(page.contains(told), "{told} is not on\n{page}");
    }
    for hidden in [
        "¥250,000.00",
        "¥350,000.00",
        "¥600,000.00",
        "¥100,000.00",
        crate::supplier_stage::THIRD,
    ] {
        assert!(!page.contains(hidden), "{hidden} is on\n{page}");
    }
    let id = obligor(&house);
    let bank = house.signed_in("bank");
    let way = format!("/desk/obligors/{id}/default");
    let obligor_page = bank.page(&format!("/desk/obligors/{id}"));
    assert_eq!(first(&obligor_page, "a[href$='/default']", "href"), way);
    let page = bank.page(&way);
    for told in ["¥100,000.00", "¥20,000.00", "海港保理公司"] {
        assert!(page.contains(told), "{told} is not on\n{page}");
    }
    assert!(!page.contains("¥200,000.00"), "{page}");
    let none = bank.page(&format!("{way}?day=2026-08-27"));
    assert!(none.contains("nothing would concern you"), "{none}");
    assert_eq!(bank.get(&format!("{way}?day=never")).status(), 422);
    let stranger = house.signed_in("rival");
    assert!(
        stranger
            .page("/plan/default")
            .contains("nothing that an obligor owes")
    );
    assert_eq!(
        stranger
            .get(&format!("/plan/default?obligor={id}"))
            .status(),
        404
    );
    for (who, path) in [
        ("maker", way.as_str()),
        ("maker", "/plan/default"),
        ("operator", "/plan/default"),
    ] {
        assert_eq!(house.signed_in(who).get(path).status(), 403, "{who} {path}");
    }
    assert_eq!(second.get(&way).status(), 403);
}

async fn fits(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("default-{language}-{page}");
    sign_in(&browser, &house, "operator", language).await;
    go("/default-simulation").await;
    look(&browser, &name("empty")).await;
    go(&format!(
        "/default-simulation?{}&recovery=10",
        asked(&house)
    ))
    .await;
    find(&browser, "svg.losses").await;
    look(&browser, &name("chart")).await;
    press(&browser, "section details.astable summary").await;
    look(&browser, &name("all")).await;
    sign_in(&browser, &house, "second", language).await;
    go("/plan/default").await;
    find(&browser, ".sides").await;
    look(&browser, &name("supplier")).await;
    sign_in(&browser, &house, "bank2", language).await;
    go(&format!("/desk/obligors/{}/default", obligor(&house))).await;
    find(&browser, ".sides").await;
    look(&browser, &name("bank")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_fits_in_english() {
    fits("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_default_fits_in_chinese() {
    fits("zh-CN").await;
}
