//! Which standing rates cover a fragment today, and the quotes that follow from them: shared by
//! whoever asks for money, looks what it would cost, or asks again.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Days;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::calendar::Roll;
use ledger_core::fragment::Fragment;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::range::Range;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::recourse::Recourse;
use ledger_core::standing_offer::ProvedRow;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::quotes::QuoteState;
use ledger_store::rate_cards::Match;
use ledger_store::rate_cards::Wanted;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::held_fragment::HeldFragment;
use crate::priced_quote;
use crate::random;

/// What money is wanted on.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its paper.
    pub paper: &'a PaperRecord,
    /// The fragment.
    pub fragment: &'a Fragment,
    /// The cents: its front part or all of it.
    pub range: Range,
    /// No quote may stand longer.
    pub until: DateTime<Utc>,
}

/// A quote that follows from a standing offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtOnce {
    /// Which of the asked, from 0.
    pub asked: usize,
    /// The provider's name.
    pub provider_name: String,
    /// The quote.
    pub quote: Quote,
    /// The card.
    pub card: RateCardId,
    /// Its row.
    pub row: u16,
    proof: ledger_core::standing_offer::StandingOffer,
    signed: ledger_store::rate_cards::RateCard,
}

/// A card as signed, with its table.
struct Table {
    signed: ledger_store::rate_cards::RateCard,
    card: RateCard,
    rows: Vec<CardRow>,
}

/// The best quote of each of `providers` and each kind of recourse for each of the asked.
///
/// # Errors
/// The store's; a calendar that isn't loaded.
pub fn best(
    tx: &mut ReadTx<'_>,
    app: &App,
    asked: &[Asked<'_>],
    providers: &[PartyId],
    now: DateTime<Utc>,
) -> Result<Vec<AtOnce>, AppError> {
    let today = tx.business_date_today()?;
    let wanted: Vec<Wanted> = asked.iter().map(Asked::wanted).collect();
    let matches = tx.rate_card_matches(&wanted, providers, today)?;
    let tables = tables(tx, &matches)?;
    let obligors = asked.iter().map(|on| on.paper.paper.obligor);
    let names = held_fragment::names(tx, providers.iter().copied().chain(obligors))?;
    let mut found: Vec<AtOnce> = Vec::new();
    for hit in &matches {
        let at = usize::try_from(hit.wanted.saturating_sub(1)).unwrap_or(usize::MAX);
        let (Some(on), Some(table)) = (asked.get(at), tables.get(&hit.card)) else {
            continue;
        };
        // Nobody at the provider looks before a standing offer binds it: where an obligor has been
        // stopped, somebody has to.
        let obligor = names.get(&on.paper.paper.obligor);
        if obligor.is_none_or(|obligor| obligor.issuance_blocked) {
            continue;
        }
        let provider = names.get(&table.card.provider).filter(|p| can_pay(p));
        let Some(provider) = provider else { continue };
        let row = u16::try_from(hit.no).unwrap_or(u16::MAX);
        if let Some(quote) = follows(app, on, table, row, now, today)? {
            keep_better(
                &mut found,
                AtOnce {
                    asked: at,
                    provider_name: provider.name.clone(),
                    proof: table.card.offer(&table.rows, row).ok_or_else(broken)?,
                    quote,
                    card: hit.card,
                    row,
                    signed: table.signed.clone(),
                },
            );
        }
    }
    found.sort_by_key(|one| (one.asked, std::cmp::Reverse(one.quote.proceeds)));
    Ok(found)
}

/// Puts the quotes that standing rates give on record, for requests made or looked at just now. A
/// row that is on offer already stays as it is. Gives how many are new. The provider's invitation
/// stays open: nobody there has looked at the request yet.
///
/// # Errors
/// The store's; a calendar that isn't loaded.
pub fn put_on_offer(
    tx: &mut WriteTx<'_>,
    app: &App,
    requests: &[(RequestId, Asked<'_>)],
    providers: &[PartyId],
    now: DateTime<Utc>,
) -> Result<usize, AppError> {
    let asked: Vec<Asked<'_>> = requests.iter().map(|(_, asked)| *asked).collect();
    let found = best(tx, app, &asked, providers, now)?;
    let ids: Vec<RequestId> = requests.iter().map(|(id, _)| *id).collect();
    tx.quotes_of_cards_lapse(&ids, now)?;
    let mut rows = Vec::new();
    for one in &found {
        let (request, _) = requests.get(one.asked).ok_or_else(broken)?;
        rows.push(one.row_for(*request, now)?);
    }
    Ok(tx.quotes_of_cards_insert(&rows)?)
}

impl<'a> Asked<'a> {
    /// On `range` of a fragment, for quotes that stand no longer than `until`.
    #[must_use]
    pub fn of(held: &'a HeldFragment, range: Range, until: DateTime<Utc>) -> Asked<'a> {
        Asked {
            paper: &held.paper,
            fragment: &held.fragment,
            range,
            until,
        }
    }

    fn wanted(&self) -> Wanted {
        Wanted {
            obligor: self.paper.paper.obligor,
            currency: self.paper.paper.currency,
            amount: self.range.amount(),
            due_date: self.paper.paper.due_date,
        }
    }
}

impl AtOnce {
    fn row_for(
        &self,
        request: RequestId,
        now: DateTime<Utc>,
    ) -> Result<ledger_store::quotes::Quote, AppError> {
        let expires_at = DateTime::from_timestamp(self.quote.expires_at, 0).ok_or_else(broken)?;
        Ok(ledger_store::quotes::Quote {
            id: self.quote.id,
            request,
            provider: self.quote.provider,
            terms: priced_quote::shown(&self.quote),
            body: self.quote.to_bytes().map_err(|_fees| broken())?,
            key_id: self.signed.key_id,
            signature: self.signed.signature,
            proceeds: self.quote.proceeds,
            charge: self.quote.charge,
            state: QuoteState::Offered,
            expires_at,
            created_at: now,
            card: Some(self.card),
            card_row: Some(i32::from(self.row)),
            offer: Some(self.proof.to_bytes()),
        })
    }
}

fn broken() -> AppError {
    AppError::Internal("a rate card on record can't be read".to_owned())
}

fn can_pay(provider: &Party) -> bool {
    provider.state == PartyState::Active && !provider.account_number.is_empty()
}

fn tables(tx: &mut ReadTx<'_>, matches: &[Match]) -> Result<HashMap<RateCardId, Table>, AppError> {
    let mut ids: Vec<RateCardId> = matches.iter().map(|hit| hit.card).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut rows: HashMap<RateCardId, Vec<CardRow>> = HashMap::new();
    for row in tx.rate_card_rows(&ids)? {
        let read = CardRow::from_bytes(&row.body).map_err(|_bytes| broken())?;
        rows.entry(row.card).or_default().push(read);
    }
    tx.rate_cards_by_ids(&ids)?
        .into_iter()
        .map(|signed| {
            let card = RateCard::from_bytes(&signed.body).map_err(|_bytes| broken())?;
            let rows = rows.remove(&signed.id).ok_or_else(broken)?;
            Ok((signed.id, Table { signed, card, rows }))
        })
        .collect()
}

/// The law's own word on whether and what the row quotes.
fn follows(
    app: &App,
    on: &Asked<'_>,
    table: &Table,
    row: u16,
    now: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Option<Quote>, AppError> {
    let card = &table.card;
    let Some(due) = today.checked_add_days(Days::new(card.payout_lag_days.into())) else {
        return Ok(None);
    };
    let calendar = app.calendar_named(&on.paper.calendar)?;
    // Beyond the calendars that are loaded nobody can say when a pay-out would be.
    let Ok(pay_date) = calendar.adjust(due, Roll::Following) else {
        return Ok(None);
    };
    let stands = Duration::minutes(card.quote_minutes.into());
    let until = now.checked_add_signed(stands).unwrap_or(now).min(on.until);
    let blank = Quote {
        pay_date,
        expires_at: until.timestamp(),
        ..priced_quote::blank(
            QuoteId::from_bytes(random::bytes()?),
            card.provider,
            on.fragment.holder,
            on.fragment,
            on.range,
            card.currency,
        )
    };
    let Some(read) = table.rows.get(usize::from(row)) else {
        return Ok(None);
    };
    let row = ProvedRow {
        card: card.clone(),
        row: read.clone(),
    };
    let paper = &on.paper.paper;
    Ok(row.quote(&blank, paper.obligor, paper.due_date, today))
}

fn keep_better(found: &mut Vec<AtOnce>, new: AtOnce) {
    let same = |one: &&mut AtOnce| {
        one.asked == new.asked
            && one.quote.provider == new.quote.provider
            && kind(one.quote.recourse) == kind(new.quote.recourse)
    };
    match found.iter_mut().find(same) {
        Some(known) if known.quote.proceeds >= new.quote.proceeds => {}
        Some(known) => *known = new,
        None => found.push(new),
    }
}

const fn kind(recourse: Recourse) -> u8 {
    match recourse {
        Recourse::Without => 0,
        Recourse::With => 1,
        Recourse::Limited(_) => 2,
    }
}
