//! A bank's own system writes off what it bought of a paper that was not paid.

use ledger_app::present_paper;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::PresentedRun;
use ledger_app::record_defaults;
use ledger_app::settle_paper;
use serde_json::json;

use crate::after_discount::bought;
use crate::after_discount::get;
use crate::after_discount::post;
use crate::after_discount::signed;
use crate::ledger::Market;
use crate::ledger::bank;
use crate::ledger::market;
use crate::ledger::system;
use crate::stage::MATURITY;

/// The due date passes, and nothing is paid.
fn not_paid(market: &Market) {
    let app = &market.stage.app;
    market.stage.advance(MATURITY);
    settle_paper::plan(app).unwrap();
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    let asked = present_paper::to_present(app).unwrap();
    let answers = [PresentedRun {
        id: asked[0].run,
        message_id: "P1".to_owned(),
        accepted: Accepted::Nothing,
        pays_by_claim: false,
        reason: "AM04".to_owned(),
    }];
    present_paper::note_all_presented(app, &answers, None).unwrap();
    market.stage.advance(MATURITY.succ_opt().unwrap());
    assert_eq!(record_defaults::run(app).unwrap(), 1);
}

#[actix_web::test]
async fn a_bank_writes_off_under_its_own_key_and_nobody_else_can_or_sees_it() {
    let market = market();
    let (buyer, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let seller = system(&market.stage, market.holder.party());
    let fragment = bought(&market, &buyer);
    let at = format!("/v1/fragments/{fragment}/write-off");
    let prepare = format!("{at}/prepare");
    let words = json!({"reason": "破产终结", "evidence": "(2027)粤破3号"});
    let early = post(&market, &buyer.system, &prepare, &words, None).await;
    assert_eq!((early.status, early.code()), (409, "not_in_default"));
    not_paid(&market);

    let seen = get(&market, &buyer.system, "/v1/write-offs").await;
    assert_eq!(seen.json["possible"][0]["fragment"], json!(fragment));
    assert_eq!(seen.json["possible"][0]["owed"]["amount"], "3000.00");
    for stranger in [&other.system, &seller] {
        let prepared = post(&market, stranger, &prepare, &words, None).await;
        assert_eq!((prepared.status, prepared.code()), (404, "not_found"));
        let seen = get(&market, stranger, "/v1/write-offs").await;
        assert_eq!(seen.json["written_off"], json!([]));
    }
    let bare = json!({"reason": "破产终结", "evidence": ""});
    let bare = post(&market, &buyer.system, &prepare, &bare, None).await;
    assert_eq!((bare.status, bare.code()), (422, "no_write_off_evidence"));

    let prepared = post(&market, &buyer.system, &prepare, &words, None).await;
    let mut body = signed(&buyer.system, &prepared, false);
    body["evidence"] = words["evidence"].clone();
    body["reason"] = json!("另一理由");
    let bent = post(&market, &buyer.system, &at, &body, Some("w-1")).await;
    assert_eq!((bent.status, bent.code()), (403, "bad_signature"));
    body["reason"] = words["reason"].clone();
    let done = post(&market, &buyer.system, &at, &body, Some("w-2")).await;
    assert_eq!(done.status, 200, "{}", done.json);
    // The same request again is answered as before.
    let again = post(&market, &buyer.system, &at, &body, Some("w-2")).await;
    assert_eq!(again.json, done.json);
    let seen = get(&market, &buyer.system, "/v1/write-offs").await;
    let line = &seen.json["written_off"][0];
    assert_eq!(line["fragment"], done.json["fragment"]);
    assert_eq!(line["written_off"]["amount"], "3000.00");
    assert_eq!(line["recovered"]["amount"], "0.00");
    assert_eq!(line["evidence"], words["evidence"]);
    let theirs = get(&market, &other.system, "/v1/write-offs").await;
    assert_eq!(theirs.json["written_off"], json!([]));
}
