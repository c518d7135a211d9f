//! The pledgee lets a pledged fragment go (解除质押): it is its holder's to use again.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice_pledges::PledgeStep;
use crate::pledged;
use crate::pledged::Pledged;
use crate::pledged::ToSign;
use crate::pledged::not_in_that_state;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;

/// A fragment let go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Public id of the fragment as its holder has it now.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

/// What the pledgee signs today. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is not pledged to the caller's party; the refusal
/// `fragment_spent` if it was let go before.
pub fn prepare(app: &App, who: &Principal, fragment: &str) -> Result<ToSign, AppError> {
    who.may(Action::GrantPledge)?;
    let (entry, _) = draw_up(app, who, fragment)?;
    let body = entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Recipient, &body),
        body,
    })
}

/// Signs and lets go.
///
/// # Errors
/// As [`prepare`]; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    key: Option<IdempotencyKey>,
) -> Result<Released, AppError> {
    who.may(Action::GrantPledge)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (entry, pledged) = draw_up(app, who, fragment)?;
    let posting = Posting {
        sealed: signing.seal(Seat::Recipient, entry),
        spent: Some(pledged.fragment.no),
    };
    let notice = pledged.told(PledgeStep::Released)?;
    let (pledge, holder, now) = (pledged.pledge.id, pledged.holder.id, app.clock.now());
    let ids = app.public_ids.clone();
    let answer_of = move |no: i64, entry: String| Released {
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        if !also.pledge_release(pledge, posted.no)? {
            return Err(not_in_that_state());
        }
        also.tell(holder, notice.clone());
        if let Some(key) = &key {
            let answer = answer_in(posted.no, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer_of(posted.no, posted.sealed.hash().to_string()))
}

/// The entry as it is signed today, and the pledge that it ends.
fn draw_up(app: &App, who: &Principal, fragment: &str) -> Result<(Entry, Pledged), AppError> {
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.state != (FragmentState::Pledged { pledgee: who.party }) {
            return Err(AppError::NotFound);
        }
        if held.fragment.spent {
            return Err(Refusal::FragmentSpent.into());
        }
        let known = tx.pledge_by_entry(no.entry())?;
        let known = known.ok_or_else(|| {
            AppError::Internal(format!("entry {} pledges what nobody asked", no.entry()))
        })?;
        let pledged = pledged::load(tx, vec![known])?.pop();
        let pledged = pledged.ok_or(AppError::NotFound)?;
        let amount = held.fragment.range.amount();
        let today = tx.business_date_today()?;
        Ok((held.entry(app, today, amount, Act::ReleasePledge), pledged))
    })
}
