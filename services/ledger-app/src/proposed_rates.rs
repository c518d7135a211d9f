//! Standing rates that one hand of a finance provider draws up and another signs: which wait, who may
//! decide them, and whom the letters reach.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::rate_card::RateCard;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
pub use ledger_store::four_eyes::ProposalState;
use ledger_store::rate_proposals::RateDecision;
use ledger_store::rate_proposals::RateProposal;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice::Notice;
use crate::notice_answers::RatesProposed;
use crate::notice_answers::RatesReturned;
use crate::person;
use crate::policy;
use crate::policy::Action;
use crate::principal::Principal;
use crate::rate_table;
use crate::rate_table::WholeCard;

/// How many proposals are shown.
const SHOWN: i64 = 50;

/// A proposed card with what became of it.
#[derive(Debug, Clone)]
pub struct ProposedCard {
    /// Its id.
    pub id: Uuid,
    /// The card.
    pub whole: WholeCard,
    /// What the approver's key signs.
    pub payload: Vec<u8>,
    /// The maker's word, or empty.
    pub word: String,
    /// Who proposed.
    pub maker: String,
    /// Whether that was the caller.
    pub own: bool,
    /// When.
    pub made_at: DateTime<Utc>,
    /// What has become of it.
    pub state: ProposalState,
    /// The decision.
    pub decision: Option<RateDecision>,
}

/// The newest proposals of the caller's party.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<ProposedCard>, AppError> {
    who.may(Action::PublishRates)?;
    let (own_hand, found) = app.store.read(|tx| {
        let hand = person::hand(tx, who)?;
        Ok::<_, AppError>((hand, tx.rate_proposals_of(who.party, SHOWN)?))
    })?;
    found
        .into_iter()
        .map(|(row, decision)| {
            let whole = rate_table::from_bytes(&row.body)?;
            Ok(ProposedCard {
                id: row.id,
                payload: signing_payload(Seat::FinanceProvider, &whole.head),
                whole,
                word: row.word,
                maker: row.maker_name,
                own: row.made_by == own_hand,
                made_at: row.made_at,
                state: row.state,
                decision,
            })
        })
        .collect()
}

/// Locks a proposal of the caller's party that waits for a decision.
///
/// # Errors
/// [`AppError::NotFound`]; [`AppError::Invalid`] `rates_decided`.
pub(crate) fn lock(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    proposal: Uuid,
) -> Result<RateProposal, AppError> {
    let found = tx.rate_proposal_lock(proposal)?;
    if found.provider != who.party {
        return Err(AppError::NotFound);
    }
    four_eyes::check_waiting(
        &found,
        "rates_decided",
        "this proposal was decided before; look at the rates again",
    )?;
    Ok(found)
}

/// Tells those of the provider's people who may decide, but not the one who proposed.
pub(crate) fn tell_approvers(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    card: &RateCard,
) -> Result<(), AppError> {
    let notice = Notice::RatesProposed(RatesProposed {
        maker: who.name.clone(),
        currency: card.currency.to_string(),
        rows: u32::from(card.rows),
        from: card.valid_from,
        until: card.valid_until,
    });
    letters::tell_those(tx, now, &[(who.party, notice)], |user| {
        policy::may(who.kind, user.role, Action::ApproveRates) && Some(user.id) != who.user
    })
}

/// Tells the person who proposed that it came back; a system reads its own proposals.
pub(crate) fn tell_maker(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    who: &Principal,
    of: &RateProposal,
    card: &RateCard,
    word: &str,
) -> Result<(), AppError> {
    let Some(maker) = four_eyes::maker(&of.made_by) else {
        return Ok(());
    };
    let notice = Notice::RatesReturned(RatesReturned {
        checker: who.name.clone(),
        currency: card.currency.to_string(),
        from: card.valid_from,
        until: card.valid_until,
        reason: word.to_owned(),
    });
    person::tell(tx, now, maker, notice)
}
