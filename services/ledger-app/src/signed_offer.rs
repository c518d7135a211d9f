//! What a holder is about to sign: quotes of one provider on one inquiry, with all that belongs to
//! each of them.

use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::standing_offer::StandingOffer;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Party;
use ledger_store::quotes::Quote as QuoteRow;
use ledger_store::quotes::QuoteState;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::inquired;
use crate::limit_use::Taken;
use crate::offered_quote::not_on_offer;
use crate::principal::Principal;
use crate::request_finance::MOST_FRAGMENTS;
use crate::request_finance::check_holder;
use crate::requested_fragment;
use crate::requested_fragment::RequestedFragment;
use crate::requested_fragment::fragment_no;
use crate::supplier_quotes::read;

/// Most quotes signed at once: as many as one inquiry has requests.
pub(crate) const MOST_QUOTES: usize = MOST_FRAGMENTS;

/// Everything that was looked up about one quote.
pub(crate) struct Deal {
    /// The request it answers.
    pub(crate) asked: RequestedFragment,
    /// What the provider signed.
    pub(crate) quote: Quote,
    /// Who buys.
    pub(crate) provider: Party,
    /// The provider's signature.
    pub(crate) provider_signature: PartySignature,
    /// What the quote follows from, if it follows from standing rates.
    pub(crate) standing: Option<(RateCardId, StandingOffer)>,
    /// The fragment as it stands.
    pub(crate) held: HeldFragment,
}

/// Looks the quotes up, each with its request and fragment.
///
/// # Errors
/// [`AppError::NotFound`] if one is not on the caller's request; [`AppError::Invalid`]
/// `not_one_offer`, `quote_not_on_offer`, `no_bound_account`; the refusals `quote_expired`,
/// `fragment_spent`.
pub(crate) fn look_up(
    app: &App,
    who: &Principal,
    quotes: &[QuoteId],
) -> Result<Vec<Deal>, AppError> {
    if quotes.is_empty() || quotes.len() > MOST_QUOTES {
        return Err(not_one_offer());
    }
    app.store.read(|tx| {
        let rows = tx.quotes_by_ids(quotes)?;
        let ids: Vec<RequestId> = rows.iter().map(|row| row.request).collect();
        let requests = tx.finance_requests_by_ids(&ids)?;
        let asked = requested_fragment::load(tx, requests)?;
        if rows.len() != quotes.len() || asked.iter().any(|a| a.request.holder != who.party) {
            return Err(AppError::NotFound);
        }
        check_one_offer(&rows, &asked)?;
        let provider = rows.first().ok_or(AppError::NotFound)?.provider;
        let provider = tx.party_by_id(provider)?;
        let nos: Vec<FragmentNo> = asked.iter().map(|a| fragment_no(&a.request)).collect();
        let held = HeldFragment::load_all(tx, &nos)?;
        asked
            .into_iter()
            .zip(held)
            .map(|(asked, held)| {
                let row = rows.iter().find(|row| row.request == asked.request.id);
                deal(asked, held, row.ok_or(AppError::NotFound)?, &provider)
            })
            .collect()
    })
}

/// One provider, one inquiry, one quote a fragment.
fn check_one_offer(rows: &[QuoteRow], asked: &[RequestedFragment]) -> Result<(), AppError> {
    let one_provider = rows
        .iter()
        .zip(rows.iter().skip(1))
        .all(|(one, next)| one.provider == next.provider);
    let inquiries: Vec<_> = asked.iter().map(|a| inquired::id_of(&a.request)).collect();
    let one_inquiry = inquiries
        .iter()
        .zip(inquiries.iter().skip(1))
        .all(|(one, next)| one == next);
    if one_provider && one_inquiry && asked.len() == rows.len() {
        Ok(())
    } else {
        Err(not_one_offer())
    }
}

fn not_one_offer() -> AppError {
    AppError::invalid(
        "not_one_offer",
        "sign the quotes of one finance provider on one inquiry together, one a fragment",
    )
}

impl Deal {
    /// What it takes of its provider's limits.
    pub(crate) fn taken(&self) -> Taken {
        Taken {
            quote: self.quote.clone(),
            request: self.asked.request.id,
            obligor: self.held.obligor.id,
            fragment: self.asked.named(),
        }
    }
}

fn deal(
    asked: RequestedFragment,
    held: HeldFragment,
    row: &QuoteRow,
    provider: &Party,
) -> Result<Deal, AppError> {
    check_holder(&asked.holder)?;
    match row.state {
        QuoteState::Offered => {}
        QuoteState::Lapsed => return Err(Refusal::QuoteExpired.into()),
        QuoteState::Withdrawn | QuoteState::Accepted | QuoteState::Lost => {
            return Err(not_on_offer());
        }
    }
    // A holder may have moved the fragment on to somebody else: say what the law says.
    if held.fragment.spent {
        return Err(Refusal::FragmentSpent.into());
    }
    Ok(Deal {
        quote: read(row)?,
        standing: standing(row)?,
        provider: provider.clone(),
        provider_signature: PartySignature {
            seat: Seat::FinanceProvider,
            key: row.key_id,
            bytes: row.signature,
        },
        held,
        asked,
    })
}

fn standing(row: &QuoteRow) -> Result<Option<(RateCardId, StandingOffer)>, AppError> {
    let (Some(card), Some(bytes)) = (row.card, &row.offer) else {
        return Ok(None);
    };
    let offer = StandingOffer::from_bytes(bytes)
        .map_err(|error| AppError::Internal(format!("the card of quote {}: {error}", row.id)))?;
    Ok(Some((card, offer)))
}
