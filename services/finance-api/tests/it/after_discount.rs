//! What a holder's own system does with what it holds: pledge, pass on, look at the figures.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_app::complete_discount;
use ledger_app::provider_book;
use ledger_app::report_payout;
use ledger_core::signature::Signer;
use serde_json::Value;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::finance_stage;
use crate::ledger::Bank;
use crate::ledger::Market;
use crate::ledger::bank;
use crate::ledger::market;
use crate::ledger::system;
use crate::stage::OPENING;
use crate::stage::Stage;

pub(crate) async fn get(market: &Market, signer: &Signer, path: &str) -> Answer {
    send(&market.stage.app, Some(signer), Call::get(path)).await
}

pub(crate) async fn post(
    market: &Market,
    signer: &Signer,
    path: &str,
    body: &Value,
    key: Option<&str>,
) -> Answer {
    let body = body.to_string();
    let call = Call::post(path, &body, key);
    send(&market.stage.app, Some(signer), call).await
}

/// The signature under what was prepared, as a body; with the bytes if they go back too.
pub(crate) fn signed(by: &Signer, prepared: &Answer, with_body: bool) -> Value {
    assert_eq!(prepared.status, 200, "{}", prepared.json);
    let payload = STANDARD
        .decode(prepared.json["payload"].as_str().unwrap())
        .unwrap();
    let mut signed = json!({
        "key": by.key().to_string(),
        "signature": STANDARD.encode(by.sign_raw(&payload)),
    });
    if with_body {
        signed["body"] = prepared.json["body"].clone();
    }
    signed
}

/// What the bank holds of the market's fragment, bought whole at 3.60 %.
pub(crate) fn bought(market: &Market, bank: &Bank) -> String {
    let (stage, actor) = (&market.stage, &bank.actor);
    let amount = Stage::yuan("3000.00");
    let request =
        finance_stage::ask(stage, &market.holder, &market.fragment, amount, &[actor]).unwrap();
    let terms = finance_stage::terms(stage, "3.60");
    let quote = finance_stage::quote(stage, actor, request, &terms).unwrap();
    finance_stage::sign(stage, &market.holder, quote).unwrap();
    finance_stage::register(stage, actor, quote);
    report_payout::authorise(&stage.app, &actor.who, quote, None).unwrap();
    finance_stage::booked(stage, &finance_stage::instruction(stage, quote), OPENING);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().completed, 1);
    let mut held = provider_book::holdings(&stage.app, &actor.who, 10).unwrap();
    held.remove(0).id
}

#[actix_web::test]
async fn a_pledge_goes_from_the_question_to_the_release_by_keys_of_their_own() {
    let market = market();
    let (lender, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let holder = system(&market.stage, market.holder.party());
    let asked = json!({
        "pledgee": lender.actor.party().to_string(),
        "amount": "1000.00",
        "secured": "900.00",
        "loan": "流贷 2026-117",
    });
    let path = format!("/v1/fragments/{}/pledge", market.fragment);
    let foreign = post(&market, &other.system, &path, &asked, Some("a0")).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let known = post(&market, &holder, &path, &asked, Some("a1")).await;
    assert_eq!(known.status, 200, "{}", known.json);
    let again = post(&market, &holder, &path, &asked, Some("a1")).await;
    assert_eq!(again.json, known.json);
    let pledge = known.json["pledge"].as_str().unwrap();
    let at = |act: &str| format!("/v1/pledges/{pledge}{act}");

    let seen = get(&market, &lender.system, &at("")).await;
    assert_eq!(seen.json["pledge"]["state"], "asked");
    assert_eq!(seen.json["pledge"]["side"], "pledgee");
    assert_eq!(
        seen.json["pledge"]["amount"],
        json!({"amount": "1000.00", "currency": "CNY"})
    );
    let path_seen = seen.json["path"].as_array().unwrap();
    assert!(path_seen.iter().all(|step| step["proved"] == true));
    assert!(path_seen.iter().all(|step| step["holder"].is_string()));
    for act in ["", "/prepare", "/decline", "/withdraw"] {
        let answer = if act.is_empty() {
            get(&market, &other.system, &at(act)).await
        } else {
            post(&market, &other.system, &at(act), &json!({}), None).await
        };
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{act}");
    }

    let deed = post(&market, &lender.system, &at("/prepare"), &json!({}), None).await;
    assert_eq!(deed.json["act"], "deed");
    let forged = signed(&other.system, &deed, true);
    let refused = post(&market, &lender.system, &at("/deed"), &forged, Some("d0")).await;
    assert_eq!((refused.status, refused.code()), (403, "wrong_signer"));
    let deed = signed(&lender.system, &deed, true);
    let granted = post(&market, &lender.system, &at("/deed"), &deed, Some("d1")).await;
    assert_eq!(granted.status, 200, "{}", granted.json);
    let entry = post(&market, &holder, &at("/prepare"), &json!({}), None).await;
    assert_eq!(entry.json["act"], "pledge");
    let signature = signed(&holder, &entry, false);
    let entered = post(&market, &holder, &at("/sign"), &signature, Some("s1")).await;
    assert_eq!(entered.status, 200, "{}", entered.json);
    let fragment = entered.json["fragment"].as_str().unwrap();
    assert!(entered.json["rest"].is_string());

    let listed = get(&market, &holder, "/v1/pledges").await;
    assert_eq!(listed.json["items"][0]["state"], "pledged");
    assert_eq!(listed.json["items"][0]["fragment"], fragment);
    let none = get(&market, &other.system, "/v1/pledges").await;
    assert_eq!(none.json["items"], json!([]));

    let entry = post(&market, &lender.system, &at("/prepare"), &json!({}), None).await;
    assert_eq!(entry.json["act"], "release");
    let signature = signed(&lender.system, &entry, false);
    let path = format!("/v1/fragments/{fragment}/release");
    let foreign = post(&market, &other.system, &path, &signature, Some("r0")).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let released = post(&market, &lender.system, &path, &signature, Some("r1")).await;
    assert_eq!(released.status, 200, "{}", released.json);
    let seen = get(&market, &holder, &at("")).await;
    assert_eq!(seen.json["pledge"]["state"], "released");
}

#[actix_web::test]
async fn a_bank_passes_on_to_another_and_both_see_their_figures() {
    let market = market();
    let (first, second, third) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
        bank(&market.stage, "远洋银行"),
    );
    let fragment = bought(&market, &first);
    let providers = get(&market, &first.system, "/v1/finance-providers").await;
    let providers = providers.json["items"].as_array().unwrap().clone();
    let to = second.actor.party().to_string();
    assert_eq!(providers.len(), 2);
    assert!(providers.iter().any(|one| one["id"] == to.as_str()));

    let terms = json!({
        "to": to,
        "amount": "1000.00",
        "recourse": {"mode": "limited", "cap": "100.00"},
        "contract": "再转让 2026-9",
        "price": "990.00",
    });
    let path = format!("/v1/fragments/{fragment}/retransfer");
    let prepare = format!("{path}/prepare");
    let foreign = post(&market, &third.system, &prepare, &terms, None).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let prepared = post(&market, &first.system, &prepare, &terms, None).await;
    let mut offer = signed(&first.system, &prepared, false);
    offer["terms"] = terms.clone();
    // Other terms than were signed are not what was signed.
    let mut other = offer.clone();
    other["terms"]["contract"] = json!("another");
    let refused = post(&market, &first.system, &path, &other, Some("o0")).await;
    assert_eq!((refused.status, refused.code()), (403, "bad_signature"));
    let offered = post(&market, &first.system, &path, &offer, Some("o1")).await;
    assert_eq!(offered.status, 200, "{}", offered.json);
    let again = post(&market, &first.system, &path, &offer, Some("o1")).await;
    assert_eq!(again.json, offered.json);
    let id = offered.json["retransfer"].as_str().unwrap();
    let at = |act: &str| format!("/v1/retransfers/{id}{act}");

    let seen = get(&market, &second.system, &at("")).await;
    assert_eq!(seen.json["retransfer"]["state"], "offered");
    assert_eq!(seen.json["retransfer"]["price"]["amount"], "990.00");
    assert_eq!(
        seen.json["retransfer"]["recourse"],
        json!({"mode": "limited", "cap": "100.00"})
    );
    let foreign = get(&market, &third.system, &at("")).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let none = get(&market, &third.system, "/v1/retransfers").await;
    assert_eq!(none.json["items"], json!([]));
    let act = json!({"act": "perhaps"});
    let unknown = post(&market, &second.system, &at("/prepare"), &act, None).await;
    assert_eq!((unknown.status, unknown.code()), (422, "act_unknown"));
    let act = json!({"act": "accept"});
    let foreign = post(&market, &first.system, &at("/prepare"), &act, None).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let prepared = post(&market, &second.system, &at("/prepare"), &act, None).await;
    let mut answer = signed(&second.system, &prepared, false);
    answer["act"] = json!("accept");
    let taken = post(&market, &second.system, &at("/answer"), &answer, Some("t1")).await;
    assert_eq!(taken.status, 200, "{}", taken.json);
    let late = post(
        &market,
        &first.system,
        &at("/prepare"),
        &json!({"act": "recall"}),
        None,
    )
    .await;
    assert_eq!((late.status, late.code()), (422, "retransfer_not_open"));

    let figures = get(&market, &first.system, "/v1/statistics").await;
    let line = &figures.json["by_currency"][0];
    assert_eq!(line["of"], "CNY");
    assert_eq!(line["bought"]["amount"], "3000.00");
    assert_eq!(line["held"]["amount"], "2000.00");
    assert_eq!(line["passed_on"]["amount"], "1000.00");
    assert_eq!(line["average_charge_percent"], "3.6000");
    assert_eq!(figures.json["by_month"][0]["of"], "2026-03");
    assert_eq!(figures.json["by_obligor"][0]["of"], "东风岭汽车");
    let theirs = get(&market, &second.system, "/v1/statistics").await;
    assert_eq!(theirs.json["by_currency"][0]["bought"]["amount"], "1000.00");
    let file = get(&market, &second.system, "/v1/statistics.csv").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let text = String::from_utf8(file.bytes).unwrap();
    let second_line = text.lines().nth(1).unwrap();
    assert!(
        second_line.starts_with("\"currency\",\"\",\"CNY\",\"1\",\"1000.00\",\"1000.00\""),
        "{text}"
    );
    default_risk(&market, &first, &second, &third).await;
    let wrong = "/v1/statistics?from=2026-03-02&to=2026-03-01";
    let wrong = get(&market, &first.system, wrong).await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (422, "statistics_dates_not_possible")
    );
}

/// What the obligor's default would mean for two banks, of which one passed 1,000.00 on with recourse
/// up to 100.00; a third that was never asked learns nothing.
async fn default_risk(market: &Market, first: &Bank, second: &Bank, third: &Bank) {
    let obligor = market.stage.obligor().maker.party();
    let path = format!("/v1/obligors/{obligor}/default");
    let risk = get(market, &first.system, &path).await;
    assert_eq!(risk.status, 200, "{}", risk.json);
    let all = &risk.json["by_currency"][0];
    assert_eq!(all["hit"]["amount"], "2000.00");
    assert_eq!(all["may_claim"]["amount"], "0.00");
    assert_eq!(all["claimed_from"]["amount"], "100.00");
    let line = &all["lines"][0];
    assert_eq!(line["from"]["leg"], "sale");
    assert_eq!(line["from"]["recourse"], json!({"mode": "without"}));
    assert_eq!(line["passed_on"][0]["leg"], "retransfer");
    assert_eq!(line["passed_on"][0]["at_most"]["amount"], "100.00");
    let risk = get(market, &second.system, &path).await;
    let all = &risk.json["by_currency"][0];
    assert_eq!(all["hit"]["amount"], "1000.00");
    assert_eq!(all["may_claim"]["amount"], "100.00");
    let late = get(market, &second.system, &format!("{path}?day=2027-09-01")).await;
    assert_eq!(late.json["by_currency"], json!([]));
    let stranger = get(market, &third.system, &path).await;
    assert_eq!((stranger.status, stranger.code()), (404, "not_found"));
    let wrong = get(market, &second.system, &format!("{path}?day=never")).await;
    assert_eq!(wrong.status, 400, "{}", wrong.json);
}

#[actix_web::test]
async fn a_statement_of_account_is_the_same_for_either_side_and_for_nobody_else() {
    let market = market();
    let seller = system(&market.stage, market.holder.party());
    let stranger = market.stage.supplier("北坡弹簧");
    let other = system(&market.stage, stranger.party());
    let lender = bank(&market.stage, "江口银行");
    let buyer = {
        let document = market
            .stage
            .app
            .store
            .read(|tx| tx.documents_by_ids(&[market.document]));
        document.unwrap()[0].counterparty.unwrap()
    };
    let path = format!(
        "/v1/statements?seller={}&buyer={buyer}&from=2026-03-01&to=2026-03-31&currency=CNY",
        market.holder.party()
    );
    let drawn = get(&market, &seller, &path).await;
    assert_eq!(drawn.status, 200, "{}", drawn.json);
    assert_eq!(drawn.json["total"]["amount"], "3000.00");
    assert_eq!(drawn.json["invoices"][0]["carried"]["amount"], "3000.00");
    assert_eq!(drawn.json["invoices"][0]["matched"], false);
    let bought = system(&market.stage, buyer);
    assert_eq!(get(&market, &bought, &path).await.json, drawn.json);
    let foreign = get(&market, &other, &path).await;
    assert_eq!((foreign.status, foreign.code()), (404, "not_found"));
    let banks = get(&market, &lender.system, &path).await;
    assert_eq!((banks.status, banks.code()), (403, "forbidden"));
    let odd = get(&market, &seller, &path.replace("CNY", "yuan")).await;
    assert_eq!((odd.status, odd.code()), (422, "currency_unknown"));
}
