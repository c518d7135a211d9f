//! A bank's people publish standing rates by two hands, and grade obligors in their own books; a
//! supplier gets the price at once; nobody else gets there.

use ledger_app::invite_user::Role;
use testkit::browser::Browser;

use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{accepted, all, amount_field, first, issued, open, principal};

const HERE: &str = "/desk/rates";

fn set() -> House {
    let house = open();
    let bank = principal(&house, "bank").party;
    house.person(bank, "clerk@house.test", Role::Maker);
    house.person(bank, "head@house.test", Role::Checker);
    house
}

/// Two rows: without recourse for anybody, cheaper with limited recourse for grades up to 5.
fn typed(page: &str) -> Vec<(String, String)> {
    let said = [
        ("rows", "3"),
        ("currency", "CNY"),
        ("day_count", "actual_360"),
        ("lag", "0"),
        ("minutes", "60"),
        ("in_all", "5,000,000"),
        ("days_from_0", "1"),
        ("days_to_0", "365"),
        ("least_0", "100"),
        ("most_0", "2,000,000.00"),
        ("recourse_0", "without"),
        ("rate_0", "2.85"),
        ("grade_2", "5"),
        ("days_to_2", "200"),
        ("least_2", "100"),
        ("most_2", "1000000"),
        ("recourse_2", "limited"),
        ("cap_2", "20"),
        ("rate_2", "2.6%"),
        ("word", "本月新价"),
    ];
    let mut fields: Vec<(String, String)> = said
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    for name in ["valid_from", "valid_until"] {
        let usual = first(page, &format!("input[name={name}]"), "value");
        fields.push((name.to_owned(), usual));
    }
    fields
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn changed<'a>(
    fields: &'a [(String, String)],
    name: &str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    borrowed(fields)
        .into_iter()
        .map(|(field, said)| (field, if field == name { value } else { said }))
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn rates_stand_once_a_second_hand_has_signed_them() {
    let house = set();
    let (clerk, head) = (house.signed_in("clerk"), house.signed_in("head"));
    let fields = typed(&clerk.page(HERE));
    // What can't be read is marked at its place, what can't be so is said; neither keeps anything.
    let wrong = clerk.send(HERE, HERE, &changed(&fields, "rate_2", "cheap"));
    assert_eq!(wrong.status(), 422);
    let page = wrong.text().unwrap();
    assert!(!all(&page, "#rate_2-wrong", "id").is_empty());
    assert_eq!(first(&page, "input[name=rate_0]", "value"), "2.85");
    for (name, value, code) in [
        ("days_from_0", "400", "card_days_not_possible"),
        ("least_0", "3000000", "card_amounts_not_possible"),
        ("minutes", "2", "quote_minutes_not_possible"),
        ("lag", "31", "payout_lag_not_possible"),
        ("rate_0", "-1", ""),
        ("recourse_0", "", ""),
    ] {
        let sent = clerk.send(HERE, HERE, &changed(&fields, name, value));
        assert_eq!(sent.status(), 422, "{name}");
        assert!(sent.text().unwrap().contains(code), "{name}: {code}");
    }
    let more = clerk.send(HERE, "/desk/rates/rows", &borrowed(&fields));
    let more = more.text().unwrap();
    assert_eq!(all(&more, "fieldset.raterow", "class").len(), 4);
    assert_eq!(first(&more, "input[name=rate_0]", "value"), "2.85");
    assert!(all(&head.page(HERE), "form.deed", "action").is_empty());

    assert_eq!(clerk.send(HERE, HERE, &borrowed(&fields)).status(), 303);
    // The one who drew them up finds nothing to sign, and is refused if it tries all the same.
    assert!(all(&clerk.page(HERE), "form.deed", "action").is_empty());
    let page = head.page(HERE);
    let sign = first(&page, "form.deed", "action");
    assert!(page.contains("本月新价") && page.contains("2.85%") && page.contains("¥2,000,000.00"));
    let own = clerk.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert_eq!(own.status(), 403);
    let stranger = house.signed_in("bank2");
    let foreign = stranger.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert_eq!(foreign.status(), 404);
    assert!(!stranger.page(HERE).contains("2.85%"));
    let wrong = head.send(HERE, &sign, &[("passphrase", "wrong wrong wrong")]);
    assert_eq!(wrong.status(), 422);

    // Nothing is offered at once before the signature, and the figures of the table after it.
    issued(&house, "supplier", "300000.00", 31);
    let supplier = house.signed_in("supplier");
    let held = accepted(&supplier);
    let ask = format!(
        "/finance/new?fragment={held}&{}=300000.00",
        amount_field(&held)
    );
    assert!(all(&supplier.page(&ask), "#standing li", "class").is_empty());
    assert!(!supplier.page(&ask).contains("¥295,962.50"));
    let signed = head.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert_eq!(signed.status(), 303);
    assert!(supplier.page(&ask).contains("¥295,962.50"));
    // The second row asks for a grade that nobody gave: once it is given, its price is there too.
    let obligor = principal(&house, "maker").party.to_string();
    let grade = [
        ("obligor", obligor.as_str()),
        ("grade", "4"),
        ("why", "按时兑付"),
    ];
    assert_eq!(clerk.send(HERE, "/desk/rates/grades", &grade).status(), 303);
    assert!(clerk.page(HERE).contains("按时兑付"));
    assert!(!house.signed_in("bank2").page(HERE).contains("按时兑付"));
    // 2.6 % for 170 days on 300,000.00 (act/360): 3,683.33.
    assert!(supplier.page(&ask).contains("¥296,316.67"));

    let again = head.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert!(again.text().unwrap().contains("rates_decided"));
    let page = clerk.page(HERE);
    let card = first(&page, "#standing article", "id").replace("card-", "");
    let like = clerk.page(&format!("{HERE}?like={card}"));
    assert_eq!(first(&like, "input[name=rate_1]", "value"), "2.6");
    let back = format!("{HERE}/{card}/withdraw");
    assert_eq!(stranger.send(HERE, &back, &[]).status(), 404);
    assert_eq!(stranger.get(&format!("{HERE}?like={card}")).status(), 404);
    assert_eq!(clerk.send(HERE, &back, &[]).status(), 303);
    assert!(!supplier.page(&ask).contains("¥295,962.50"));
}

#[test]
fn rates_that_come_back_are_never_published() {
    let house = set();
    let (clerk, head) = (house.signed_in("clerk"), house.signed_in("head"));
    let fields = typed(&clerk.page(HERE));
    clerk.send(HERE, HERE, &borrowed(&fields));
    let sign = first(&head.page(HERE), "form.deed", "action");
    let (back, own) = (
        sign.replace("/sign", "/return"),
        sign.replace("/sign", "/withdraw"),
    );
    assert_eq!(head.send(HERE, &back, &[("word", " ")]).status(), 422);
    assert_eq!(clerk.send(HERE, &back, &[("word", "x")]).status(), 403);
    let other = head.send(HERE, &own, &[]);
    assert_eq!(
        other.status(),
        403,
        "a checker proposes nothing and takes nothing back"
    );
    let word = [("word", "超过180天的利率偏低")];
    assert_eq!(head.send(HERE, &back, &word).status(), 303);
    assert!(clerk.page(HERE).contains("超过180天的利率偏低"));
    let late = head.send(HERE, &sign, &[("passphrase", PASSPHRASE)]);
    assert_eq!(late.status(), 422);

    clerk.send(HERE, HERE, &borrowed(&fields));
    let own = first(&clerk.page(HERE), "form[action$='/withdraw']", "action");
    assert_eq!(clerk.send(HERE, &own, &[]).status(), 303);
    assert!(all(&head.page(HERE), "form.deed", "action").is_empty());
    for who in ["supplier", "maker", "operator"] {
        assert_eq!(house.signed_in(who).get(HERE).status(), 403, "{who}");
    }
}

async fn every_page(language: &'static str) {
    let house = tokio::task::spawn_blocking(set).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("rates-{language}-{page}");
    sign_in(&browser, &house, "clerk", language).await;
    go(HERE).await;
    press(&browser, "#new summary").await;
    look(&browser, &name("empty")).await;
    for (field, value) in [
        ("days_to_0", "365"),
        ("least_0", "10000"),
        ("most_0", "2000000"),
        ("rate_0", "2.85"),
    ] {
        fill(&browser, field, value).await;
    }
    press(&browser, "select[name=recourse_0] option[value=without]").await;
    press(&browser, "#new button.main").await;
    find(&browser, "form[action$='/withdraw']").await;
    look(&browser, &name("waiting")).await;
    sign_in(&browser, &house, "head", language).await;
    go(HERE).await;
    look(&browser, &name("deciding")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button.sign").await;
    find(&browser, "#standing article").await;
    look(&browser, &name("standing")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_rates_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_rates_fits_in_chinese() {
    every_page("zh-CN").await;
}
