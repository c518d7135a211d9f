//! Standing rates: a bank publishes a table it signs once; a holder takes what follows from it at once,
//! without waiting for anybody.

use chrono::NaiveDate;
use ledger_core::canonical::CanonicalError;
use ledger_core::canonical::Reader;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::rate_card::root_of_rows;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use scraper::ElementRef;
use serde::Deserialize;
use serde_json::json;

use crate::bank_api;
use crate::bank_api::base64_of;
use crate::deed::Step;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::same;
use crate::memory::QuoteKept;
use crate::memory::recall;
use crate::page::Page;
use crate::page::inside;
use crate::page::text_inside;
use crate::page::text_of;
use crate::player::Player;
use crate::reckoning;
use crate::shown;
use crate::steps::offers;

/// Publishes a table of one row for one obligor, without recourse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishRates {
    who: String,
    /// Code of the obligor.
    on: String,
    /// Percent a year.
    rate: String,
    /// Fewest and most days to the due date.
    days: [u16; 2],
    /// Smallest and largest amount.
    amounts: [String; 2],
    /// First and last business date.
    dates: [NaiveDate; 2],
    /// How much may be bought under it in all.
    most_in_all: Option<String>,
}

impl Step for PublishRates {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "publishes {} % a year on {} for {} to {} days",
            self.rate,
            player.stage.name(&self.on),
            self.days[0],
            self.days[1],
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let obligor = &player.stage.party(&self.on)?.party_id;
        let prepared = api.post(
            "/v1/rate-cards/prepare",
            &json!({
                "currency": "CNY",
                "rows": [{
                    "obligor": obligor,
                    "days_from": self.days[0],
                    "days_to": self.days[1],
                    "amount_from": self.amounts[0],
                    "amount_to": self.amounts[1],
                    "recourse": { "mode": "without" },
                    "rate_percent": self.rate,
                    "day_count": "actual_360",
                }],
                "payout_lag_days": 0,
                "valid_from": self.dates[0].to_string(),
                "valid_until": self.dates[1].to_string(),
                "most_in_all": self.most_in_all,
            }),
        )?;
        let body = bank_api::bytes(&prepared, "body")?;
        let head = self.check_card(player, &body)?;
        same(
            "payload",
            &hex::encode(signing_payload(Seat::FinanceProvider, &head)),
            &hex::encode(bank_api::bytes(&prepared, "payload")?),
        )?;
        let signature = api.signer().sign(Seat::FinanceProvider, &head);
        let published = api.post(
            "/v1/rate-cards",
            &json!({
                "body": base64_of(&body),
                "key": api.signer().key().to_string(),
                "signature": base64_of(&signature.bytes),
            }),
        )?;
        let card = bank_api::text(&published, "card")?.to_owned();
        let kept = api.get(&format!("/v1/rate-cards/{card}"))?;
        same("state", &"standing", &bank_api::text(&kept, "state")?)?;
        player
            .transcript
            .note(&format!("rate card {card}, signed once"));
        Ok(())
    }
}

impl PublishRates {
    /// What the bank signs is the card's head, which names its rows by their root: head and row must
    /// say what the bank wants to publish. Gives the head.
    fn check_card(&self, player: &Player, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let (head, row) = head_and_row(body).doing("the prepared card")?;
        let card = RateCard::from_bytes(&head).doing("the prepared card")?;
        let row = CardRow::from_bytes(&row).doing("the prepared row")?;
        let Rate::AnnualPercent(rate) = row.rate else {
            return Err(Failure::unexpected("a rate a year", "another"));
        };
        let id = |code: &str| player.stage.party(code).map(|party| party.party_id.clone());
        let obligor = row.obligor.map(|id| id.to_string()).unwrap_or_default();
        same("bank", &id(&self.who)?, &card.provider.to_string())?;
        same("obligor", &id(&self.on)?, &obligor)?;
        same(
            "rate",
            &reckoning::rate(&self.rate)?,
            &reckoning::rate(&rate.to_string())?,
        )?;
        let [from, to] = &self.amounts;
        let [first, last] = self.dates;
        let kept = card.rows == 1
            && Some((1, card.root)) == root_of_rows(std::slice::from_ref(&row))
            && [row.days_from, row.days_to] == self.days
            && row.amount_from.minor() == shown::yuan(from)?
            && row.amount_to.minor() == shown::yuan(to)?
            && (card.valid_from, card.valid_until) == (first, last)
            && card.payout_lag_days == 0
            && card.fees.is_empty();
        if kept {
            Ok(head)
        } else {
            Err(Failure::unexpected(
                format!("{self:?}"),
                format!("{card:?} {row:?}"),
            ))
        }
    }
}

/// The head and the only row of a prepared card.
fn head_and_row(body: &[u8]) -> Result<(Vec<u8>, Vec<u8>), CanonicalError> {
    let mut r = Reader::new(body);
    let head = r.bytes()?.to_vec();
    let _count = r.u16()?;
    Ok((head, r.bytes()?.to_vec()))
}

/// Takes what a bank's standing rates give, from the comparison, with one passphrase.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeInstantQuote {
    who: String,
    request: String,
    /// Code of the bank.
    bank: String,
    /// Percent a year that the card says.
    rate: String,
    /// What later steps call the quote.
    #[serde(rename = "as")]
    name: String,
    #[serde(default)]
    slip: bool,
}

/// The bank's cards that stand and say that nobody has to be waited for: a bank may have several, with
/// and without recourse.
fn at_once<'a>(page: &'a Page, bank: &str) -> Result<Vec<ElementRef<'a>>, Failure> {
    let mut found = Vec::new();
    for card in page.all("main article.quote")? {
        if text_inside(card, "h2")?.contains(bank)
            && !inside(card, "h2 .tag")?.is_empty()
            && !inside(card, "a.button")?.is_empty()
            && !inside(card, "article > p.soft")?.is_empty()
        {
            found.push(card);
        }
    }
    Ok(found)
}

impl TakeInstantQuote {
    /// The bank's card at the rate that the story names, by what it must come to.
    fn chosen<'a>(
        &self,
        page: &'a Page,
        bank: &str,
    ) -> Result<(ElementRef<'a>, QuoteKept), Failure> {
        for card in at_once(page, bank)? {
            let href = offers::link(card)?;
            let kept = QuoteKept {
                bank: self.bank.clone(),
                id: href.rsplit('/').next().unwrap_or_default().to_owned(),
                reckoned: self.reckoned(page, card)?,
            };
            if offers::check_card(card, &kept).is_ok() {
                return Ok((card, kept));
            }
        }
        Err(Failure::unexpected(
            format!("a quote by {bank} at once, at {} % a year", self.rate),
            page.words()?,
        ))
    }

    /// What the card must come to: the face and the due date as the page says them, and the day on
    /// which the card says that it pays.
    fn reckoned(&self, page: &Page, card: ElementRef<'_>) -> Result<reckoning::Reckoned, Failure> {
        let asked = page.text("main h1.sumline")?;
        let face =
            shown::amount(&asked).ok_or_else(|| Failure::unexpected("an amount asked", asked))?;
        let hold = page.text("main article.hold dt small")?;
        let due = shown::date(&hold).ok_or_else(|| Failure::unexpected("a due date", hold))?;
        let told: Vec<String> = inside(card, "dl > div > dd")?
            .into_iter()
            .map(text_of)
            .collect();
        let pays = told.get(1).and_then(|words| shown::date(words));
        let pays = pays.ok_or_else(|| Failure::unexpected("a day of payment", told.join(" · ")))?;
        reckoning::quote(face, reckoning::rate(&self.rate)?, pays, due, 360, &[])
    }
}

impl Step for TakeInstantQuote {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "takes the standing offer of {}",
            player.stage.name(&self.bank)
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?;
        let page = browser.get(&format!("/finance/{id}"))?;
        let (card, kept) = self.chosen(&page, player.stage.name(&self.bank))?;
        let [proceeds, cost, per_year] = offers::check_card(card, &kept)?;
        let form = offers::deed(&browser, card, &kept)?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        let page = browser.submit(&form)?;
        player.transcript.note(&format!(
            "gets {proceeds}, all-in {cost}, a year {per_year}; nobody was waited for"
        ));
        player
            .transcript
            .note(&format!("recorded: {}", page.text("h1")?));
        self.check_row(player, &kept)?;
        player.memory.quotes.insert(self.name.clone(), kept);
        Ok(())
    }
}

impl TakeInstantQuote {
    /// The bank finds the purchase in its own system, at the rate of its card.
    fn check_row(&self, player: &mut Player, kept: &QuoteKept) -> Result<(), Failure> {
        let found = player
            .client(&self.bank)?
            .get(&format!("/v1/discounts/{}", kept.id))?;
        let paid = shown::yuan(bank_api::text(&found, "payout.amount.amount")?)?;
        same(
            "proceeds in the bank's system:",
            &shown::grouped(kept.reckoned.proceeds),
            &shown::grouped(paid),
        )
    }
}
