//! A bank's price for a request: finds the request, checks where the fragment comes from, has the
//! quote prepared and holds the bytes to sign against figures of the player's own.

use chrono::NaiveDate;
use ledger_core::quote::Quote;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::bank_api;
use crate::bank_api::BankApi;
use crate::bank_api::base64_of;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::same;
use crate::player::Player;
use crate::provenance;
use crate::reckoning;
use crate::reckoning::Reckoned;
use crate::reckoning::ReckonedFee;
use crate::shown;

/// What a bank asks for.
#[derive(Debug, Clone, Copy)]
pub struct Price<'a> {
    /// Percent a year.
    pub rate: &'a str,
    /// Beside the interest.
    pub fees: &'a [Fee],
    /// `without`, `with`.
    pub recourse: &'a str,
    /// From when interest runs; the business date if not given.
    pub pay_date: Option<NaiveDate>,
}

/// A fee, on the holder unless the story says otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    kind: String,
    #[serde(default = "holder")]
    payer: String,
    flat: Option<String>,
    per_mille: Option<String>,
}

/// A quote ready to be signed.
#[derive(Debug, Clone)]
pub struct Priced {
    /// Its canonical bytes.
    pub body: Vec<u8>,
    /// What it comes to.
    pub reckoned: Reckoned,
}

fn holder() -> String {
    "holder".to_owned()
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

impl Price<'_> {
    /// As good as the request itself is: until then the quote stands.
    fn terms(&self, pay_date: NaiveDate, until: &str) -> Result<Value, Failure> {
        let fees = self.fees.iter().map(Fee::wire);
        Ok(json!({
            "rate_percent": self.rate,
            "day_count": "actual_360",
            "fees": fees.collect::<Result<Vec<Value>, Failure>>()?,
            "recourse": { "mode": self.recourse },
            "pay_date": pay_date.to_string(),
            "expires_at": until,
        }))
    }

    fn reckon(&self, face: i64, from: NaiveDate, to: NaiveDate) -> Result<Reckoned, Failure> {
        let fees = self.fees.iter().filter(|fee| fee.payer == "holder");
        let fees: Vec<ReckonedFee> = fees.map(Fee::reckoned).collect::<Result<_, Failure>>()?;
        reckoning::quote(face, reckoning::rate(self.rate)?, from, to, 360, &fees)
    }
}

/// Prices request `id` as `bank`.
///
/// # Errors
/// The request is not on the bank's list, its way does not hold, the platform refuses the terms, or
/// what it gives to sign is not what they come to.
pub fn price(
    player: &mut Player,
    bank: &str,
    id: &str,
    price: &Price<'_>,
) -> Result<Priced, Failure> {
    let api = player.client(bank)?;
    let asked = find(&api, id)?;
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
    let pay_date = price.pay_date.unwrap_or(today);
    let prepared = api.post(
        &format!("/v1/requests/{id}/quotes/prepare"),
        &price.terms(pay_date, bank_api::text(&asked, "expires_at")?)?,
    )?;
    let reckoned = price.reckon(face, pay_date, due)?;
    let body = bank_api::bytes(&prepared, "body")?;
    check_body(&body, face, &reckoned)?;
    same(
        "payload",
        &hex::encode(signing_payload(Seat::FinanceProvider, &body)),
        &hex::encode(bank_api::bytes(&prepared, "payload")?),
    )?;
    Ok(Priced { body, reckoned })
}

/// The members that go with signed bytes: whose key, which signature, and the bytes themselves.
#[must_use]
pub fn signed(api: &BankApi, body: &[u8]) -> Value {
    let signature = api.signer().sign(Seat::FinanceProvider, body);
    json!({
        "body": base64_of(body),
        "key": api.signer().key().to_string(),
        "signature": base64_of(&signature.bytes),
    })
}

/// Says what a quote comes to.
pub fn note(player: &mut Player, reckoned: &Reckoned) {
    player.transcript.note(&format!(
        "{} days, charge {}, proceeds {}, all-in {} ({} a year)",
        reckoned.days,
        shown::grouped(reckoned.charge),
        shown::grouped(reckoned.proceeds),
        shown::grouped(reckoned.cost),
        shown::percent_words(reckoned.cost_per_year),
    ));
}

/// The request in the bank's own list.
fn find(api: &BankApi, id: &str) -> Result<Value, Failure> {
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

/// What the bank signs must say what the bank has reckoned itself.
fn check_body(body: &[u8], face: i64, reckoned: &Reckoned) -> Result<(), Failure> {
    let quote = Quote::from_bytes(body).doing("the prepared quote")?;
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
