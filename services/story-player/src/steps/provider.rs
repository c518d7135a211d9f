//! A bank through the financing API: finds the request, checks where the fragment comes from,
//! prices, checks what it is to sign, signs, and later lets the money go.

use chrono::Duration;
use chrono::NaiveDate;
use chrono::SecondsFormat;
use ledger_core::quote::Quote as CoreQuote;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::bank_api;
use crate::bank_api::BankApi;
use crate::bank_api::base64_of;
use crate::deed::Step;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::same;
use crate::memory::QuoteKept;
use crate::memory::recall;
use crate::player::Player;
use crate::provenance;
use crate::reckoning;
use crate::reckoning::Reckoned;
use crate::reckoning::ReckonedFee;
use crate::shown;
use crate::wall_clock;

/// Hours that a quote stands, unless the story says otherwise.
const STANDS_HOURS: i64 = 24;

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
    #[serde(default = "stands")]
    stands_hours: i64,
    /// What later steps call the quote.
    #[serde(rename = "as")]
    name: String,
}

/// A fee on the holder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fee {
    kind: String,
    #[serde(default = "holder")]
    payer: String,
    flat: Option<String>,
    per_mille: Option<String>,
}

fn without() -> String {
    "without".to_owned()
}

fn holder() -> String {
    "holder".to_owned()
}

const fn stands() -> i64 {
    STANDS_HOURS
}

impl Fee {
    fn wire(&self) -> Result<Value, Failure> {
        let (basis, value) = match (&self.flat, &self.per_mille) {
            (Some(flat), None) => ("flat", flat),
            (None, Some(number)) => ("per_mille_of_face", number),
            _ => return Err(Failure::story("a fee is flat or per mille")),
        };
        Ok(json!({
            "kind": self.kind, "payer": self.payer, "basis": basis, "value": value,
        }))
    }

    fn reckoned(&self) -> Result<ReckonedFee, Failure> {
        match (&self.flat, &self.per_mille) {
            (Some(flat), _) => Ok(ReckonedFee::Flat(shown::yuan(flat)?)),
            (None, Some(number)) => Ok(ReckonedFee::PerMille(reckoning::rate(number)?)),
            (None, None) => Err(Failure::story("a fee is flat or per mille")),
        }
    }
}

impl Quote {
    /// The request in the bank's own list.
    fn find(&self, api: &BankApi, id: &str) -> Result<Value, Failure> {
        let mut path = "/v1/requests".to_owned();
        loop {
            let page = api.get(&path)?;
            for item in bank_api::list(&page, "items")? {
                if bank_api::text(item, "id")? == id {
                    return Ok(item.clone());
                }
            }
            match page.get("next_cursor").and_then(Value::as_str) {
                Some(cursor) => path = format!("/v1/requests?cursor={cursor}"),
                None => {
                    return Err(Failure::unexpected(
                        format!("request {id} offered"),
                        "not in the list",
                    ));
                }
            }
        }
    }

    fn terms(&self, pay_date: NaiveDate) -> Result<Value, Failure> {
        let until = wall_clock::now()
            .checked_add_signed(Duration::hours(self.stands_hours))
            .ok_or_else(|| Failure::story("no such hour"))?;
        let fees = self.fee.iter().map(Fee::wire);
        Ok(json!({
            "rate_percent": self.rate,
            "day_count": "actual_360",
            "fees": fees.collect::<Result<Vec<Value>, Failure>>()?,
            "recourse": { "mode": self.recourse },
            "pay_date": pay_date.to_string(),
            "expires_at": until.to_rfc3339_opts(SecondsFormat::Secs, true),
        }))
    }

    fn reckon(&self, face: i64, from: NaiveDate, to: NaiveDate) -> Result<Reckoned, Failure> {
        let fees = self.fee.iter().filter(|fee| fee.payer == "holder");
        let fees: Vec<ReckonedFee> = fees.map(Fee::reckoned).collect::<Result<_, Failure>>()?;
        reckoning::quote(face, reckoning::rate(&self.rate)?, from, to, 360, &fees)
    }
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
        let api = player.client(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?.clone();
        let asked = self.find(&api, &id)?;
        let face = shown::yuan(bank_api::text(&asked, "amount.amount")?)?;
        let due: NaiveDate = bank_api::text(&asked, "due_date")?
            .parse()
            .doing("due_date")?;
        let traced = api.get(&format!("/v1/requests/{id}/provenance"))?;
        let steps = provenance::check(player.stage.name("oem"), &traced, &asked)?;
        player.transcript.note(&format!(
            "{} on {} due {due}; {steps} entries traced to {}",
            shown::grouped(face),
            bank_api::text(&asked, "paper_number")?,
            bank_api::text(&asked, "obligor.name")?,
        ));
        let today = player.business_date("operator")?;
        let pay_date = self.pay_date.unwrap_or(today);
        let prepared = api.post(
            &format!("/v1/requests/{id}/quotes/prepare"),
            &self.terms(pay_date)?,
        )?;
        let reckoned = self.reckon(face, pay_date, due)?;
        let body = bank_api::bytes(&prepared, "body")?;
        check_body(&body, face, &reckoned)?;
        same(
            "payload",
            &hex::encode(signing_payload(Seat::FinanceProvider, &body)),
            &hex::encode(bank_api::bytes(&prepared, "payload")?),
        )?;
        let signature = api.signer().sign(Seat::FinanceProvider, &body);
        let quoted = api.post(
            &format!("/v1/requests/{id}/quotes"),
            &json!({
                "body": base64_of(&body),
                "key": api.signer().key().to_string(),
                "signature": base64_of(&signature.bytes),
            }),
        )?;
        let quote = bank_api::text(&quoted, "quote")?.to_owned();
        player.transcript.note(&format!(
            "{} days, charge {}, proceeds {}, all-in {} ({} a year)",
            reckoned.days,
            shown::grouped(reckoned.charge),
            shown::grouped(reckoned.proceeds),
            shown::grouped(reckoned.cost),
            shown::percent_words(reckoned.cost_per_year),
        ));
        player.transcript.note(&format!("signed quote {quote}"));
        player.memory.quotes.insert(
            self.name.clone(),
            QuoteKept {
                bank: self.who.clone(),
                id: quote,
                reckoned,
            },
        );
        Ok(())
    }
}

/// What the bank signs must say what the bank has reckoned itself.
fn check_body(body: &[u8], face: i64, reckoned: &Reckoned) -> Result<(), Failure> {
    let quote = CoreQuote::from_bytes(body).doing("the prepared quote")?;
    same("face to sign", &face, &quote.range.amount().minor())?;
    same("days to sign", &reckoned.days, &i64::from(quote.days))?;
    same("charge to sign", &reckoned.charge, &quote.charge.minor())?;
    same(
        "proceeds to sign",
        &reckoned.proceeds,
        &quote.proceeds.minor(),
    )?;
    if shown::percent_fits(&quote.annual_cost, reckoned.cost_per_year) {
        Ok(())
    } else {
        Err(Failure::unexpected(
            format!(
                "yearly cost {}",
                shown::percent_words(reckoned.cost_per_year)
            ),
            quote.annual_cost,
        ))
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
