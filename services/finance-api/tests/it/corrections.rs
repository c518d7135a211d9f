//! Two suppliers' own systems take a transfer back: each signs the same bytes with its own key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer as Word;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Signer;
use serde_json::Value;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::ledger::system;
use crate::stage::MATURITY;
use crate::stage::Stage;

const REASON: &str = "误选收款方";

struct Mistake {
    stage: Stage,
    giver: Signer,
    holder: Signer,
    stranger: Signer,
    moved: String,
}

fn mistake() -> Mistake {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let stranger = stage.supplier("北岭机电");
    let paper = stage.issued_paper(&first, Stage::yuan("9000.00"), MATURITY);
    let amount = Stage::yuan("3000.00");
    let offer = OfferTransfer {
        fragment: paper.fragment,
        amount,
        to: second.party(),
        recourse: Recourse::With,
        documents: vec![stage.invoice(&second, &first, amount)],
    };
    let app = &stage.app;
    let made = transfer_fragment::offer(app, &first.who, &first.signing(), &offer, None).unwrap();
    let (who, signing) = (&second.who, second.signing());
    let taken = answer_offer::run(app, who, &signing, &made.offered, Word::Accept, None).unwrap();
    Mistake {
        giver: system(&stage, first.party()),
        holder: system(&stage, second.party()),
        stranger: system(&stage, stranger.party()),
        moved: taken.fragment.unwrap(),
        stage,
    }
}

impl Mistake {
    async fn list(&self, by: &Signer) -> Value {
        let call = Call::get("/v1/corrections");
        let found = send(&self.stage.app, Some(by), call).await;
        assert_eq!(found.status, 200, "{}", found.json);
        found.json["corrections"].clone()
    }

    async fn post(&self, by: &Signer, path: &str, body: &Value, key: Option<&str>) -> Answer {
        let body = body.to_string();
        send(&self.stage.app, Some(by), Call::post(path, &body, key)).await
    }

    /// Signs what is prepared at this address; with reason and bytes if they go back too.
    async fn signed(&self, by: &Signer, path: &str, reason: Option<&str>) -> Value {
        let asked = reason.map_or(json!({}), |reason| json!({"reason": reason}));
        let prepared = self
            .post(by, &format!("{path}/prepare"), &asked, None)
            .await;
        assert_eq!(prepared.status, 200, "{}", prepared.json);
        let payload = prepared.json["payload"].as_str().unwrap();
        let payload = STANDARD.decode(payload).unwrap();
        let mut signed = json!({
            "key": by.key().to_string(),
            "signature": STANDARD.encode(by.sign_raw(&payload)),
        });
        if let Some(reason) = reason {
            signed["reason"] = json!(reason);
            signed["body"] = prepared.json["body"].clone();
        }
        signed
    }
}

#[actix_web::test]
async fn a_transfer_is_taken_back_by_two_systems_and_answered_once() {
    let m = mistake();
    let at = format!("/v1/fragments/{}/correct", m.moved);
    let ask = json!({"reason": REASON});
    let foreign = m
        .post(&m.stranger, &format!("{at}/prepare"), &ask, None)
        .await;
    assert_eq!(foreign.status, 404);
    let mut body = m.signed(&m.holder, &at, Some(REASON)).await;
    body["reason"] = json!("another reason");
    let bent = m.post(&m.holder, &at, &body, Some("bent")).await;
    assert_eq!(bent.json["code"], "not_that_transfer");
    let body = m.signed(&m.holder, &at, Some(REASON)).await;
    let made = m.post(&m.holder, &at, &body, Some("made")).await;
    assert_eq!(made.status, 200, "{}", made.json);
    let again = m.post(&m.holder, &at, &body, Some("made")).await;
    assert_eq!(again.json, made.json, "once");
    assert!(m.list(&m.stranger).await.as_array().unwrap().is_empty());
    let seen = m.list(&m.giver).await[0].clone();
    assert_eq!(seen["correction"], made.json["correction"]);
    assert_eq!(
        (seen["side"].as_str(), seen["asked"].as_bool()),
        (Some("giver"), Some(true))
    );
    assert_eq!(seen["reason"], REASON);

    let id = seen["correction"].as_str().unwrap();
    let at = format!("/v1/corrections/{id}");
    for (by, act) in [(&m.stranger, "withdraw"), (&m.giver, "withdraw")] {
        let answer = m.post(by, &format!("{at}/{act}"), &json!({}), None).await;
        assert_eq!(answer.status, 404);
    }
    let said = json!({"word": "no"});
    let own = m
        .post(&m.holder, &format!("{at}/decline"), &said, None)
        .await;
    assert_eq!(own.status, 404);
    let body = m.signed(&m.giver, &at, None).await;
    let sign = format!("{at}/sign");
    let done = m.post(&m.giver, &sign, &body, Some("done")).await;
    assert_eq!(done.status, 200, "{}", done.json);
    assert!(done.json["fragment"].is_string());
    let again = m.post(&m.giver, &sign, &body, Some("done")).await;
    assert_eq!(again.json, done.json);
    let late = m.post(&m.giver, &sign, &body, Some("late")).await;
    assert_eq!(late.json["code"], "correction_not_open");
    assert_eq!(m.list(&m.holder).await[0]["state"], "effective");
}
