//! A finance provider's own rate cards, as it sees them.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::id::RateCardId;
use ledger_core::rate_card::RateCard;
pub use ledger_store::rate_cards::RateCardState;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::newest_first;
use crate::newest_first::Page;
use crate::newest_first::Place;
use crate::policy::Action;
use crate::principal::Principal;
use crate::rate_table;
use crate::rate_table::GradedRow;

/// A card of the caller's.
#[derive(Debug, Clone)]
pub struct OwnCard {
    /// The head.
    pub card: RateCard,
    /// The table.
    pub rows: Vec<GradedRow>,
    /// Whether it stands.
    pub state: RateCardState,
    /// When it was published.
    pub created_at: DateTime<Utc>,
    /// When it was taken back.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// How much was bought under it; only of a single card.
    pub used: Option<Amount>,
}

/// A page of the caller's cards, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(
    app: &App,
    who: &Principal,
    after: Option<Place>,
    limit: i64,
) -> Result<Page<OwnCard>, AppError> {
    who.may(Action::PublishRates)?;
    let after = after.map(|place| (place.at, RateCardId::from_bytes(place.id)));
    app.store.read(|tx| {
        let found = tx.rate_cards_page(who.party, after, newest_first::rows(limit))?;
        let page = newest_first::page(found, limit, |card| Place {
            at: card.created_at,
            id: *card.id.bytes(),
        });
        Ok(Page {
            items: own(tx, page.items)?,
            next: page.next,
        })
    })
}

/// All of the caller's cards from which quotes follow today or later, newest first.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn standing(app: &App, who: &Principal) -> Result<Vec<OwnCard>, AppError> {
    who.may(Action::PublishRates)?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let found = tx.rate_cards_standing(who.party, today)?;
        own(tx, found)
    })
}

/// One card of the caller's, with how much was bought under it.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's.
pub fn one(app: &App, who: &Principal, card: RateCardId) -> Result<OwnCard, AppError> {
    who.may(Action::PublishRates)?;
    app.store.read(|tx| {
        let mut found = tx.rate_cards_by_ids(&[card])?;
        found.retain(|card| card.provider == who.party);
        let mut own = own(tx, found)?.pop().ok_or(AppError::NotFound)?;
        own.used = Some(Amount::from_minor(tx.rate_card_used(card)?)?);
        Ok(own)
    })
}

fn own(
    tx: &mut ReadTx<'_>,
    cards: Vec<ledger_store::rate_cards::RateCard>,
) -> Result<Vec<OwnCard>, AppError> {
    let ids: Vec<RateCardId> = cards.iter().map(|card| card.id).collect();
    let mut rows = rate_table::read_kept(tx.rate_card_rows(&ids)?)?;
    cards
        .into_iter()
        .map(|kept| {
            Ok(OwnCard {
                card: RateCard::from_bytes(&kept.body).map_err(rate_table::unreadable)?,
                rows: rows.remove(&kept.id).unwrap_or_default(),
                state: kept.state,
                created_at: kept.created_at,
                withdrawn_at: kept.withdrawn_at,
                used: None,
            })
        })
        .collect()
}
