//! The desks' newer pages in a real browser, in both sizes and languages: suppliers by the list,
//! more papers than a page holds, a bank's book, one's own passphrase.

use testkit::browser::Browser;
use testkit::database::workspace;

use crate::bank_book::{asked, signed};
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{fill, find, look, press};
use crate::supplier_stage::{open, quoted, tomorrow};

/// Payables of a supplier that is known, more than a page of proposals holds.
const MANY: usize = 520;

struct Set {
    house: House,
    unknown: String,
}

/// A treasury with many proposals and a list of unknown payees, a bank with a request, a quote and
/// a purchase.
fn set() -> Set {
    let house = open();
    let request = asked(&house);
    let id = request.replace("/finance/", "");
    quoted(&house, "bank", &id, "2.85", tomorrow(&house));
    signed(&house, &request);
    let maker = house.signed_in("maker");
    let mut many = "supplier_uscc,payable_no,gross_amount,currency,due_date\n".to_owned();
    for row in 0..MANY {
        many.push_str(&format!(
            "91320500MA00EXAM1C,N-{row},{}.50,CNY,2026-06-01\n",
            100 + row
        ));
    }
    let list = Visitor::sent_to(&maker.upload("many.csv", many.into_bytes(), "own"));
    maker.read_result(&list);
    let to = format!("{list}/propose");
    assert_eq!(
        maker
            .send(&list, &to, &[("passphrase", PASSPHRASE)])
            .status(),
        200
    );
    let sample = std::fs::read(workspace().join("fixtures/payables/gla-sample.csv")).unwrap();
    let to = Visitor::sent_to(&maker.upload("gla.csv", sample, "new"));
    let json = workspace().join("fixtures/payables/gla-mapping.json");
    let json = std::fs::read_to_string(json).unwrap();
    let unknown = Visitor::sent_to(&maker.send(&to, &to, &[("json", &json), ("name", "GLA")]));
    maker.read_result(&unknown);
    Set { house, unknown }
}

pub(crate) async fn sign_in(browser: &Browser, house: &House, name: &str, language: &str) {
    browser.driver().delete_all_cookies().await.unwrap();
    browser.driver().goto(house.url("/sign-in")).await.unwrap();
    fill(browser, "login", &format!("{name}@house.test")).await;
    fill(browser, "passphrase", PASSPHRASE).await;
    press(browser, "button.main").await;
    find(browser, "nav").await;
    // The language is kept with the person: some of the house read Chinese.
    let shown = find(browser, "html").await.attr("lang").await.unwrap();
    if shown.as_deref() != Some(language) {
        press(browser, &format!("button[value='{language}']")).await;
        find(browser, &format!("html[lang='{language}']")).await;
    }
}

async fn every_page(language: &'static str) {
    let set = tokio::task::spawn_blocking(set).await.unwrap();
    let house = &set.house;
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("desk-{language}-{page}");
    sign_in(&browser, house, "maker", language).await;
    go("/treasury/imports").await;
    look(&browser, &name("upload")).await;
    go(&set.unknown).await;
    find(&browser, "a[href$='/unknown.csv']").await;
    look(&browser, &name("unknown")).await;
    go("/account").await;
    look(&browser, &name("account")).await;

    sign_in(&browser, house, "operator", language).await;
    go("/operator/suppliers").await;
    find(&browser, "a[href^='/operator/unknown/']").await;
    look(&browser, &name("suppliers")).await;
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), crate::supplier_lists::with_bad_rows()).unwrap();
    let field = find(&browser, "input[type=file]").await;
    field
        .send_keys(file.path().to_string_lossy().as_ref())
        .await
        .unwrap();
    press(&browser, "main form button.main").await;
    find(&browser, "a[href$='/problems.csv']").await;
    look(&browser, &name("suppliers-result")).await;
    go("/operator/users").await;
    find(&browser, "form[action$='/invite']").await;
    look(&browser, &name("users")).await;

    sign_in(&browser, house, "bank", language).await;
    find(&browser, "#bought table").await;
    look(&browser, &name("bank")).await;

    sign_in(&browser, house, "checker", language).await;
    go("/treasury/proposals").await;
    press(&browser, "a[rel=next]").await;
    find(&browser, "a[href='/treasury/proposals']:not(nav a)").await;
    look(&browser, &name("proposals-last")).await;
    press(&browser, "details.other summary").await;
    look(&browser, &name("proposals-return")).await;
    fill(&browser, "passphrase", PASSPHRASE).await;
    press(&browser, "button[formaction$='approve-all']").await;
    find(&browser, ".sumline").await;
    look(&browser, &name("approved-all")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(set))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_newer_page_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_newer_page_fits_in_chinese() {
    every_page("zh-CN").await;
}
