//! The control door and the page.

use serde_json::json;

use crate::bank::{Bank, CREDITOR, DAY, DEBTOR};

#[test]
fn the_control_door_opens_only_with_its_token() {
    let bank = Bank::start();
    let url = format!("{}/control/accounts", bank.url);
    for request in [
        bank.http.get(&url),
        bank.http.get(&url).bearer_auth("a-token-of-this-tess"),
        bank.http.get(&url).bearer_auth(""),
        bank.http.post(&url).json(&json!({})),
        bank.http.delete(format!("{}/control/faults", bank.url)),
    ] {
        let response = request.send().unwrap();
        assert_eq!(response.status(), 401);
        assert!(response.text().unwrap().contains("control_token_required"));
    }
    let (status, all) = bank.get("accounts");
    assert_eq!((status, all["business_date"].as_str()), (200, Some(DAY)));
    assert_eq!(all["accounts"].as_array().unwrap().len(), 3);
    assert_eq!(all["accounts"][0]["balance_minor"], 100_000);
}

#[test]
fn what_the_door_is_told_wrongly_changes_nothing() {
    let bank = Bank::start();
    let account = |id: &str, owner: &str| json!({ "id": id, "owner": owner, "bank_code": "102290000011", "currency": "CNY" });
    assert_eq!(
        bank.post("accounts", &account(DEBTOR, "Huaxing Motors")).0,
        200,
        "the same again"
    );
    assert_eq!(
        bank.post("accounts", &account(DEBTOR, "Somebody else")).0,
        409
    );
    assert_eq!(bank.post("accounts", &account("", "X")).0, 400);
    assert_eq!(bank.post("accounts", &json!({ "id": "X" })).0, 400);
    let fund = |amount: &str| {
        bank.post(
            &format!("accounts/{CREDITOR}/fund"),
            &json!({ "amount": amount }),
        )
        .0
    };
    for wrong in ["-1", "0", "1.001", "1e3", "", "ten"] {
        assert_eq!(fund(wrong), 400, "{wrong}");
    }
    let number = bank.post(
        &format!("accounts/{CREDITOR}/fund"),
        &json!({ "amount": 1.5 }),
    );
    assert_eq!(number.0, 400, "money is text, never a JSON number");
    assert_eq!(
        bank.post("accounts/nobody/fund", &json!({ "amount": "1" }))
            .0,
        404
    );
    assert_eq!(bank.post("faults", &json!({ "kind": "explode" })).0, 400);
    assert_eq!(bank.post("steps", &json!({ "count": 0 })).0, 400);
    assert_eq!(bank.balance(CREDITOR), "0.00");
}

#[test]
fn the_page_shows_balances_and_escapes_names() {
    let bank = Bank::start();
    let page = bank.http.get(&bank.url).send().unwrap().text().unwrap();
    assert!(page.contains("Huaxing Motors") && page.contains("1,000.00 CNY"));
    assert!(page.contains("宁波精密冲压 &lt;A&amp;B&gt;") && !page.contains("<A&B>"));
}
