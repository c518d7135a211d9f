//! A bank through the financing API: quotes, says no or takes its word back, and later lets the money
//! go.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::json;

use crate::bank_api;
use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::memory::QuoteKept;
use crate::memory::recall;
use crate::player::Player;
use crate::pricing;
use crate::pricing::Fee;
use crate::pricing::Price;
use crate::shown;

/// Prices a request by the bank's own system.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quote {
    who: String,
    request: String,
    /// Percent a year.
    rate: String,
    #[serde(default)]
    fee: Vec<Fee>,
    #[serde(default = "without")]
    recourse: String,
    /// From when interest runs; the business date if not given.
    pay_date: Option<NaiveDate>,
    /// What later steps call the quote.
    #[serde(rename = "as")]
    name: String,
}

/// Unless the story says otherwise.
pub(super) fn without() -> String {
    "without".to_owned()
}

impl Step for Quote {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let id = recall(&player.memory.requests, &self.request)?;
        Ok(format!("quotes {} % a year on request {id}", self.rate))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let id = recall(&player.memory.requests, &self.request)?.clone();
        let asked_for = Price {
            rate: &self.rate,
            fees: &self.fee,
            recourse: &self.recourse,
            pay_date: self.pay_date,
        };
        let priced = pricing::price(player, &self.who, &id, &asked_for)?;
        let api = player.client(&self.who)?;
        let quoted = api.post(
            &format!("/v1/requests/{id}/quotes"),
            &pricing::signed(&api, &priced.body),
        )?;
        let quote = bank_api::text(&quoted, "quote")?.to_owned();
        pricing::note(player, &priced.reckoned);
        player.transcript.note(&format!("signed quote {quote}"));
        player.memory.quotes.insert(
            self.name.clone(),
            QuoteKept {
                bank: self.who.clone(),
                id: quote,
                reckoned: priced.reckoned,
            },
        );
        Ok(())
    }
}

/// Says no to a request.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    who: String,
    request: String,
}

impl Step for DeclineRequest {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let id = recall(&player.memory.requests, &self.request)?;
        Ok(format!("says no to request {id}"))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?;
        api.post(&format!("/v1/requests/{id}/decline"), &json!({}))?;
        Ok(())
    }
}

/// Takes a quote back that nobody has signed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawQuote {
    who: String,
    quote: String,
}

impl Step for WithdrawQuote {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let kept = recall(&player.memory.quotes, &self.quote)?;
        Ok(format!("takes quote {} back", kept.id))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let id = recall(&player.memory.quotes, &self.quote)?.id.clone();
        api.post(&format!("/v1/quotes/{id}/withdraw"), &json!({}))?;
        let now = api.get(&format!("/v1/quotes/{id}"))?;
        let state = bank_api::text(&now, "state")?;
        same("state of the quote:", &"withdrawn", &state)?;
        player.transcript.note("withdrawn");
        Ok(())
    }
}

/// Records the certificate under which the purchase stands in the public register.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegisterPurchase {
    who: String,
    quote: String,
    certificate: String,
}

impl Step for RegisterPurchase {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("registers the purchase under {}", self.certificate))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let id = recall(&player.memory.quotes, &self.quote)?.id.clone();
        let body = json!({ "certificate": self.certificate });
        let kept = api.post(&format!("/v1/discounts/{id}/registration"), &body)?;
        same("state", &"registered", &bank_api::text(&kept, "state")?)
    }
}

/// Lets the platform instruct the bank's pay-out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorisePayout {
    who: String,
    quote: String,
}

impl Step for AuthorisePayout {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let kept = recall(&player.memory.quotes, &self.quote)?;
        Ok(format!(
            "authorises the pay-out of {}",
            shown::grouped(kept.reckoned.proceeds)
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let id = recall(&player.memory.quotes, &self.quote)?.id.clone();
        let payout = api.post(&format!("/v1/discounts/{id}/authorise"), &json!({}))?;
        player.transcript.note(&format!(
            "{}: end-to-end id {}",
            bank_api::text(&payout, "state")?,
            bank_api::text(&payout, "end_to_end_id")?
        ));
        Ok(())
    }
}
