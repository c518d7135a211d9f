//! What lies behind the door in these tests: a chain with a fragment to sell, and banks whose own
//! systems have keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Days;
use chrono::Duration;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer as Word;
use ledger_app::enrol_key;
use ledger_app::request_finance;
use ledger_app::request_finance::AskedPart;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Signer;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A bank whose system calls.
#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) actor: Actor,
    pub(crate) system: Signer,
}

/// A fragment two tiers down, and who is there.
#[derive(Debug)]
pub(crate) struct Market {
    pub(crate) stage: Stage,
    pub(crate) holder: Actor,
    pub(crate) fragment: String,
    pub(crate) document: DocumentId,
}

/// A key of the bank's own, enrolled with its consent.
pub(crate) fn bank(stage: &Stage, name: &str) -> Bank {
    let actor = stage.bank(name);
    let system = system(stage, actor.party());
    Bank { actor, system }
}

/// A system of a party's, known by a key of its own.
pub(crate) fn system(stage: &Stage, party: PartyId) -> Signer {
    system_of(stage, party, &ledger_app::random::bytes().unwrap())
}

/// The same with a seed that the test knows.
pub(crate) fn system_of(stage: &Stage, party: PartyId, seed: &[u8; 32]) -> Signer {
    let draft = Signer::from_seed(KeyId::from_bytes([0; 16]), seed).unwrap();
    let (app, operator) = (&stage.app, &stage.operator);
    let prepared = enrol_key::prepare(app, operator, party, draft.public_key()).unwrap();
    let signature = draft.sign_raw(&prepared.payload);
    let key = enrol_key::submit(app, operator, &prepared.entry, signature).unwrap();
    Signer::from_seed(key, seed).unwrap()
}

/// 9,000.00 issued to tier 1, of which 3,000.00 went on to tier 2 against an invoice.
pub(crate) fn market() -> Market {
    let stage = Stage::new();
    let (first, holder) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let paper = stage.issued_paper(&first, Stage::yuan("9000.00"), MATURITY);
    let amount = Stage::yuan("3000.00");
    let document = stage.invoice(&holder, &first, amount);
    let offer = OfferTransfer {
        fragment: paper.fragment,
        amount,
        to: holder.party(),
        recourse: Recourse::Without,
        documents: vec![document],
    };
    let app = &stage.app;
    let offered =
        transfer_fragment::offer(app, &first.who, &first.signing(), &offer, None).unwrap();
    let (who, signing) = (&holder.who, holder.signing());
    let taken =
        answer_offer::run(app, who, &signing, &offered.offered, Word::Accept, None).unwrap();
    let fragment = taken.fragment.unwrap();
    Market {
        stage,
        holder,
        fragment,
        document,
    }
}

impl Market {
    /// The holder asks these banks for money on all of it.
    pub(crate) fn ask(&self, banks: &[&Bank]) -> String {
        self.ask_for(banks, Bidding::Open)
    }

    /// The same, openly or sealed.
    pub(crate) fn ask_for(&self, banks: &[&Bank], bidding: Bidding) -> String {
        let command = RequestFinance {
            parts: vec![AskedPart {
                fragment: self.fragment.clone(),
                amount: Stage::yuan("3000.00"),
            }],
            providers: Providers::Chosen(banks.iter().map(|b| b.actor.party()).collect()),
            bidding,
            expires_at: self.stage.app.moment().unwrap() + Duration::hours(48),
        };
        let asked = request_finance::run(&self.stage.app, &self.holder.who, &command, None);
        asked.unwrap().requests.remove(0)
    }

    /// Terms at this rate, as a body.
    pub(crate) fn terms(&self, rate: &str) -> String {
        json!({
            "rate_percent": rate,
            "day_count": "actual_360",
            "fees": [{"kind": "platform", "payer": "funder", "basis": "flat", "value": "5.00"}],
            "recourse": {"mode": "without"},
            "pay_date": OPENING,
            "expires_at": self.stage.app.moment().unwrap() + Duration::hours(24),
        })
        .to_string()
    }

    pub(crate) async fn get(&self, bank: &Bank, path: &str) -> Answer {
        send(&self.stage.app, Some(&bank.system), Call::get(path)).await
    }

    pub(crate) async fn post(
        &self,
        bank: &Bank,
        path: &str,
        body: &str,
        key: Option<&str>,
    ) -> Answer {
        send(
            &self.stage.app,
            Some(&bank.system),
            Call::post(path, body, key),
        )
        .await
    }

    /// The body of a quote signed over exactly what was prepared.
    pub(crate) async fn signed_quote(&self, bank: &Bank, request: &str, rate: &str) -> String {
        self.signed_on(bank, request, &self.terms(rate)).await
    }

    /// The same on other terms.
    pub(crate) async fn signed_on(&self, bank: &Bank, request: &str, terms: &str) -> String {
        let path = format!("/v1/requests/{request}/quotes/prepare");
        let prepared = self.post(bank, &path, terms, None).await;
        assert_eq!(prepared.status, 200, "{}", prepared.json);
        let payload = STANDARD
            .decode(prepared.json["payload"].as_str().unwrap())
            .unwrap();
        json!({
            "body": prepared.json["body"],
            "key": bank.system.key().to_string(),
            "signature": STANDARD.encode(bank.system.sign_raw(&payload)),
        })
        .to_string()
    }

    /// A quote on offer; gives its id.
    pub(crate) async fn quote(&self, bank: &Bank, request: &str, rate: &str, key: &str) -> String {
        let body = self.signed_quote(bank, request, rate).await;
        let path = format!("/v1/requests/{request}/quotes");
        let quoted = self.post(bank, &path, &body, Some(key)).await;
        assert_eq!(quoted.status, 200, "{}", quoted.json);
        quoted.json["quote"].as_str().unwrap().to_owned()
    }

    /// Asks for figures with a pay date that is over.
    pub(crate) async fn signed_quote_at_yesterday(&self, bank: &Bank, request: &str) -> Answer {
        let path = format!("/v1/requests/{request}/quotes/prepare");
        self.post(bank, &path, &self.terms("3"), None).await
    }

    pub(crate) fn next_day(&self) {
        self.stage.advance(OPENING + Days::new(1));
    }
}
