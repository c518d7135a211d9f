//! A bank's own system sees what it was paid at maturity, and chooses to be paid in one sum.

use ledger_app::close_settlement;
use ledger_app::present_paper;
use ledger_app::present_paper::PresentedRun;
use ledger_app::settle_paper;
use serde_json::json;

use crate::after_discount::bought;
use crate::after_discount::get;
use crate::door::Call;
use crate::door::send;
use crate::ledger::bank;
use crate::ledger::market;
use crate::stage::MATURITY;

const fn choice(body: &str) -> Call<'_> {
    Call {
        method: "PUT",
        path: "/v1/netting",
        body,
        key: None,
    }
}

#[actix_web::test]
async fn a_bank_sees_its_own_credits_and_chooses_for_itself() {
    let market = market();
    let app = &market.stage.app;
    let (buyer, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    bought(&market, &buyer);
    let none = get(&market, &buyer.system, "/v1/received").await;
    assert_eq!(none.json["payments"], json!([]));
    assert_eq!(none.json["netted"], json!(null));
    for wrong in [
        json!({}),
        json!({"netted": "yes"}),
        json!({"netted": true, "for": "all"}),
    ] {
        let body = wrong.to_string();
        let refused = send(app, Some(&buyer.system), choice(&body)).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    // A first no is a choice on record, too.
    let no = json!({"netted": false}).to_string();
    assert_eq!(
        send(app, Some(&buyer.system), choice(&no)).await.status,
        204
    );
    let chosen = get(&market, &buyer.system, "/v1/received").await;
    assert_eq!(chosen.json["netted"], json!(false));
    let body = json!({"netted": true}).to_string();
    for _twice in 0..2 {
        let chosen = send(app, Some(&buyer.system), choice(&body)).await;
        assert_eq!(chosen.status, 204, "{}", chosen.json);
    }
    let theirs = get(&market, &other.system, "/v1/received").await;
    assert_eq!(theirs.json["netted"], json!(null), "each for itself");

    market.stage.advance(MATURITY);
    settle_paper::plan(app).unwrap();
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    let asked = present_paper::to_present(app).unwrap();
    let answers = [PresentedRun::in_full(asked[0].run, "P1".to_owned())];
    present_paper::note_all_presented(app, &answers, None).unwrap();
    assert!(settle_paper::instruct(app).unwrap() > 0);
    assert_eq!(
        close_settlement::run(app).unwrap(),
        0,
        "the bank has not said a word"
    );

    let seen = get(&market, &buyer.system, "/v1/received").await;
    assert_eq!(seen.json["netted"], json!(true));
    let payment = &seen.json["payments"][0];
    assert_eq!(payment["amount"]["amount"], "3000.00");
    assert_eq!(payment["papers"][0]["amount"]["amount"], "3000.00");
    let theirs = get(&market, &other.system, "/v1/received").await;
    assert_eq!(theirs.json["payments"], json!([]));
    let before = get(&market, &buyer.system, "/v1/received?day=2020-01-31").await;
    assert_eq!(before.json["month"], "2020-01-01");
    assert_eq!(before.json["payments"], json!([]));
    for beyond in ["-9999-01-01", "%2B12345-01-01"] {
        let refused = get(
            &market,
            &buyer.system,
            &format!("/v1/received?day={beyond}"),
        )
        .await;
        assert_eq!((refused.status, refused.code()), (422, "day_not_possible"));
    }
    let no_day = get(&market, &buyer.system, "/v1/received?day=31").await;
    assert_eq!(no_day.status, 400);
}
