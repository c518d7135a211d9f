//! A finance provider accepts or declines a fragment that another passes on to it. Accepted, it takes
//! room of the recipient's own limits, and gives the other's back: in the unit of work of the entry.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::fragment::Side;
use ledger_core::id::RetransferId;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::retransfers::RetransferState;
use serde::Deserialize;
use serde::Serialize;

use crate::answer_offer::Answer;
use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::limit_use;
use crate::notice_pledges::RetransferStep;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::request_finance::check_holder;
use crate::retransferred;
use crate::retransferred::Retransferred;
use crate::retransferred::not_open;
use crate::signing::Signing;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Of which offer.
    pub retransfer: String,
    /// Public id of the fragment after the answer.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

/// What there is to sign today. Keeps nothing.
///
/// # Errors
/// As [`run`], but for the law's own refusals.
pub fn prepare(
    app: &App,
    who: &Principal,
    retransfer: RetransferId,
    answer: Answer,
) -> Result<ToSign, AppError> {
    who.may(Action::Retransfer)?;
    let (entry, _) = draw_up(app, who, retransfer, answer)?;
    let body = entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Recipient, &body),
        body,
    })
}

/// Answers.
///
/// # Errors
/// [`AppError::NotFound`] if it was not offered to the caller's party; [`AppError::Invalid`]
/// `retransfer_not_open`, `own_limit_exhausted`, `no_bound_account`; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    retransfer: RetransferId,
    answer: Answer,
    key: Option<IdempotencyKey>,
) -> Result<Answered, AppError> {
    who.may(Action::Retransfer)?;
    if let Some(key) = &key
        && let Some(known) = key.answered(&app.store)?
    {
        return Ok(known);
    }
    let (entry, offered) = draw_up(app, who, retransfer, answer)?;
    let posting = Posting {
        sealed: signing.seal(Seat::Recipient, entry),
        spent: Some(offered.offered_no()),
    };
    let (state, step) = match answer {
        Answer::Accept => (RetransferState::Accepted, RetransferStep::Accepted),
        Answer::Refuse => (RetransferState::Declined, RetransferStep::Declined),
    };
    let notice = offered.told(step)?;
    let now = app.clock.now();
    let ids = app.public_ids.clone();
    let answer_of = move |no: i64, entry: String| Answered {
        retransfer: retransfer.to_string(),
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        if !also.retransfer_answer(retransfer, state, posted.no, date)? {
            return Err(not_open());
        }
        if state == RetransferState::Accepted {
            limit_use::pass_on(also, &offered.retransfer, offered.obligor.id, date)?;
        }
        also.tell(offered.seller.id, notice.clone());
        if let Some(key) = &key {
            let answer = answer_in(posted.no, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer_of(posted.no, posted.sealed.hash().to_string()))
}

/// The entry as it is signed today, and the offer that it answers.
fn draw_up(
    app: &App,
    who: &Principal,
    retransfer: RetransferId,
    answer: Answer,
) -> Result<(Entry, Retransferred), AppError> {
    app.store.read(|tx| {
        let offered = retransferred::of_either(tx, who, retransfer)?;
        if offered.retransfer.buyer != who.party {
            return Err(AppError::NotFound);
        }
        if offered.retransfer.state != RetransferState::Offered {
            return Err(not_open());
        }
        let act = match answer {
            Answer::Accept => {
                // It is paid to its holder's own account at maturity, so there must be one.
                check_holder(&offered.buyer)?;
                Act::AcceptOffer
            }
            Answer::Refuse => Act::DeclineOffer,
        };
        let held = HeldFragment::load_no(tx, offered.offered_no())?;
        let amount = held.fragment.range.amount();
        let today = tx.business_date_today()?;
        Ok((held.entry(app, today, amount, act), offered))
    })
}
