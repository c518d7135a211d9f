//! A supplier's own system answers the papers issued to it: accepted under its key, refused with a
//! reason, and past the 60-day clock only with the choice that was read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ledger_app::language::Language;
use ledger_app::offered_papers;
use ledger_core::hash::sha256_of;
use ledger_core::signature::Signer;
use ledger_store::parties::SizeClass;
use serde_json::Value;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::issue_steps::approve;
use crate::issue_steps::change_obligor;
use crate::issue_steps::due;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::letters;
use crate::issue_steps::propose;
use crate::ledger::system;
use crate::stage::Actor;
use crate::stage::Stage;

/// Papers of a large obligor to a small supplier, one in time and one past the clock (2 March plus
/// sixty days, rolled over Labour Day, is 6 May), and the supplier's system.
struct Offered {
    stage: Stage,
    supplier: Actor,
    system: Signer,
    in_time: String,
    late: String,
}

fn offered() -> Offered {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let supplier = stage.supplier("华南座椅");
    let rows: Vec<_> = [("2026-05-06", 2), ("2026-08-07", 3)]
        .iter()
        .map(|(day, line)| {
            let number = format!("A-{line}");
            let amount = Stage::yuan("100.00");
            due(*line, "华南座椅", &number, amount, day.parse().unwrap())
        })
        .collect();
    let list = hand_in(&stage, &rows).import;
    propose(&stage, list);
    issued(&approve(&stage, list));
    let system = system(&stage, supplier.party());
    let mut waiting = offered_papers::list(&stage.app, &supplier.who).unwrap();
    assert_eq!(waiting.len(), 2);
    let late = waiting.pop().unwrap().offer;
    let in_time = waiting.pop().unwrap().offer;
    Offered {
        stage,
        supplier,
        system,
        in_time,
        late,
    }
}

impl Offered {
    async fn get(&self, by: &Signer, path: &str) -> Answer {
        send(&self.stage.app, Some(by), Call::get(path)).await
    }

    async fn post(&self, by: &Signer, path: &str, body: &Value, key: Option<&str>) -> Answer {
        let body = body.to_string();
        send(&self.stage.app, Some(by), Call::post(path, &body, key)).await
    }

    /// A body with the supplier's signature under what is prepared today.
    async fn signed(&self, offer: &str, act: &str) -> Value {
        let path = format!("/v1/offers/{offer}/prepare");
        let prepared = self
            .post(&self.system, &path, &json!({"act": act}), None)
            .await;
        assert_eq!(prepared.status, 200, "{}", prepared.json);
        assert_eq!(prepared.json["act"], act);
        let payload = STANDARD
            .decode(prepared.json["payload"].as_str().unwrap())
            .unwrap();
        json!({
            "key": self.system.key().to_string(),
            "signature": STANDARD.encode(self.system.sign_raw(&payload)),
        })
    }

    async fn accept(&self, offer: &str, choice: Option<&str>, key: &str) -> Answer {
        let mut body = self.signed(offer, "accept").await;
        if let Some(choice) = choice {
            body["cash_choice"] = json!(choice);
        }
        let path = format!("/v1/offers/{offer}/accept");
        self.post(&self.system, &path, &body, Some(key)).await
    }
}

#[actix_web::test]
async fn a_paper_in_time_is_accepted_by_the_payees_own_key_once() {
    let offered = offered();
    let list = offered.get(&offered.system, "/v1/offers").await;
    assert_eq!(
        list.json["items"].as_array().unwrap().len(),
        2,
        "{}",
        list.json
    );
    let at = format!("/v1/offers/{}", offered.in_time);
    let one = offered.get(&offered.system, &at).await;
    assert_eq!(one.json, list.json["items"][0]);
    assert_eq!(
        one.json["amount"],
        json!({"amount": "100.00", "currency": "CNY"})
    );
    assert_eq!(one.json["debts"][0]["payable_no"], "A-2");
    assert_eq!(one.json["cash_choice"], Value::Null);

    let body = offered.signed(&offered.in_time, "accept").await;
    let path = format!("{at}/accept");
    let done = offered
        .post(&offered.system, &path, &body, Some("a-1"))
        .await;
    assert_eq!(done.status, 200, "{}", done.json);
    let size = offered.stage.book_size();
    let again = offered
        .post(&offered.system, &path, &body, Some("a-1"))
        .await;
    assert_eq!((again.json, offered.stage.book_size()), (done.json, size));
    let gone = offered.get(&offered.system, &at).await;
    assert_eq!((gone.status, gone.code()), (404, "not_found"));
    let late = offered
        .post(&offered.system, &path, &body, Some("a-2"))
        .await;
    assert_eq!((late.status, late.code()), (404, "not_found"));
}

#[actix_web::test]
async fn past_the_clock_it_is_accepted_only_with_the_words_that_were_read() {
    let offered = offered();
    let late = offered.late.clone();
    let seen = offered
        .get(&offered.system, &format!("/v1/offers/{late}"))
        .await;
    let choice = &seen.json["cash_choice"];
    assert_eq!(choice["money_by"], "2026-05-06", "{choice}");
    assert_eq!(choice["counted_from"], "acceptance");
    let words = choice["words"]["zh"].as_str().unwrap();
    let digest = choice["words_sha256"]["zh"].as_str().unwrap();
    assert_eq!(digest, hex::encode(sha256_of(words.as_bytes())));

    let size = offered.stage.book_size();
    for (agreed, code) in [
        (None, "cash_choice_missing"),
        (Some("yes"), "cash_choice_outdated"),
        (Some(&*"00".repeat(32)), "cash_choice_outdated"),
    ] {
        let refused = offered.accept(&late, agreed, "c-1").await;
        assert_eq!((refused.status, refused.code()), (422, code));
        assert_eq!(
            refused.json["errors"][0]["field"], "cash_choice",
            "{}",
            refused.json
        );
    }
    assert_eq!(offered.stage.book_size(), size);
    let done = offered.accept(&late, Some(digest), "c-1").await;
    assert_eq!(done.status, 200, "{}", done.json);

    let asked = offered.stage.app.store.read(|tx| {
        let paper = tx
            .paper_by_number(seen.json["paper_number"].as_str().unwrap())?
            .paper
            .id;
        tx.cash_choices_of(&[paper])
    });
    let kept = asked.unwrap().remove(0);
    assert_eq!(
        (kept.words.as_str(), hex::encode(kept.words_sha256).as_str()),
        (words, digest)
    );
    assert_eq!(kept.supplier, offered.supplier.party());
    assert_eq!(kept.made_by, format!("key:{}", offered.system.key()));
    assert!(words.contains("我方自愿接受本凭证") && Language::Zh != Language::En);
}

#[actix_web::test]
async fn a_refusal_says_why_and_a_stranger_finds_nothing() {
    let offered = offered();
    let stranger = offered.stage.supplier("山城橡胶");
    let stranger = system(&offered.stage, stranger.party());
    let at = format!("/v1/offers/{}", offered.late);
    let body = offered.signed(&offered.late, "refuse").await;
    let with = |reason: &str| {
        let mut body = body.clone();
        body["reason"] = json!(reason);
        body
    };
    let empty = offered.get(&stranger, "/v1/offers").await;
    assert_eq!(empty.json["items"], json!([]));
    assert_eq!(offered.get(&stranger, &at).await.status, 404);
    for (act, body) in [
        ("prepare", json!({"act": "accept"})),
        ("accept", body.clone()),
        ("refuse", with("x")),
    ] {
        let answer = offered
            .post(&stranger, &format!("{at}/{act}"), &body, Some("s-1"))
            .await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{act}");
    }
    let path = format!("{at}/refuse");
    let unsaid = offered
        .post(&offered.system, &path, &with(" "), Some("r-0"))
        .await;
    assert_eq!((unsaid.status, unsaid.code()), (422, "reason_missing"));
    let long = offered
        .post(
            &offered.system,
            &path,
            &with(&"长".repeat(501)),
            Some("r-0"),
        )
        .await;
    assert_eq!((long.status, long.code()), (422, "word_too_long"));
    let keyless = offered.post(&offered.system, &path, &with("x"), None).await;
    assert_eq!(
        (keyless.status, keyless.code()),
        (400, "idempotency_key_missing")
    );
    let wrong = offered
        .post(&offered.system, &format!("{at}/accept"), &body, Some("r-0"))
        .await;
    assert_eq!(wrong.code(), "cash_choice_missing");

    let done = offered
        .post(&offered.system, &path, &with("要求现金付款"), Some("r-1"))
        .await;
    assert_eq!(done.status, 200, "{}", done.json);
    assert_eq!(done.json["fragment"], Value::Null);
    let told = letters(&offered.stage, "paper_refused");
    assert!(
        told.iter()
            .all(|letter| letter["notice"]["reason"] == "要求现金付款")
    );
    assert!(!told.is_empty());
}
