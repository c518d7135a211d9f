//! A bank's own system joins what an offer to another bank, taken back, had cut apart.

use ledger_app::provider_book;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;
use serde_json::json;

use crate::after_discount::bought;
use crate::after_discount::get;
use crate::after_discount::post;
use crate::after_discount::signed;
use crate::ledger::bank;
use crate::ledger::market;
use crate::ledger::system;
use crate::stage::Stage;

#[actix_web::test]
async fn a_bank_joins_under_its_own_key_and_nobody_else_can() {
    let market = market();
    let (buyer, other) = (
        bank(&market.stage, "江口银行"),
        bank(&market.stage, "海港保理"),
    );
    let seller = system(&market.stage, market.holder.party());
    let fragment = bought(&market, &buyer);
    let at = format!("/v1/fragments/{fragment}/join");
    let alone = get(&market, &buyer.system, &at).await;
    assert_eq!(alone.json["pieces"].as_array().unwrap().len(), 1);
    assert_eq!(alone.json["whole"]["amount"], "3000.00");
    let (app, who) = (&market.stage.app, &buyer.actor);
    let command = OfferRetransfer {
        fragment,
        amount: Stage::yuan("1000.00"),
        to: other.actor.party(),
        recourse: Recourse::Without,
        contract: "再转让 2026-3".to_owned(),
        price: None,
    };
    let offered =
        retransfer_fragment::offer(app, &who.who, &who.signing(), &command, None).unwrap();
    let id = RetransferId::parse(&offered.retransfer).unwrap();
    retransfer_fragment::recall(app, &who.who, &who.signing(), id).unwrap();

    let held = provider_book::holdings(app, &who.who, 10).unwrap();
    let at = format!("/v1/fragments/{}/join", held[0].id);
    let seen = get(&market, &buyer.system, &at).await;
    let pieces = seen.json["pieces"].as_array().unwrap();
    assert_eq!(pieces.len(), 2);
    assert_eq!(pieces[0]["amount"]["amount"], "1000.00");
    assert_eq!(seen.json["whole"]["amount"], "3000.00");
    let (lower, upper) = (&pieces[0]["fragment"], &pieces[1]["fragment"]);
    let at = format!("/v1/fragments/{}/join", lower.as_str().unwrap());
    let (prepare, pair) = (format!("{at}/prepare"), json!({"neighbour": upper}));
    for stranger in [&other.system, &seller] {
        let answers = [
            get(&market, stranger, &at).await,
            post(&market, stranger, &prepare, &pair, None).await,
        ];
        for answer in answers {
            assert_eq!((answer.status, answer.code()), (404, "not_found"));
        }
    }
    let itself = json!({"neighbour": lower});
    let itself = post(&market, &buyer.system, &prepare, &itself, None).await;
    assert_eq!((itself.status, itself.code()), (409, "not_neighbours"));

    let prepared = post(&market, &buyer.system, &prepare, &pair, None).await;
    assert_eq!(prepared.json["act"], "join");
    let mut body = signed(&other.system, &prepared, false);
    body["neighbour"] = upper.clone();
    let forged = post(&market, &buyer.system, &at, &body, Some("j-1")).await;
    assert_eq!((forged.status, forged.code()), (403, "wrong_signer"));
    let mut body = signed(&buyer.system, &prepared, false);
    body["neighbour"] = upper.clone();
    let done = post(&market, &buyer.system, &at, &body, Some("j-2")).await;
    assert_eq!(done.status, 200, "{}", done.json);
    let again = post(&market, &buyer.system, &at, &body, Some("j-2")).await;
    assert_eq!(again.json, done.json);
    let held = provider_book::holdings(app, &who.who, 10).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(json!(held[0].id), done.json["fragment"]);
}
