//! The holder signs the deed that its pledgee has signed (质押): from then on the fragment stays put
//! until the pledgee lets it go ([`crate::release_pledge`]). At maturity it is paid to its holder's
//! own account all the same; the pledgee is told.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::id::PledgeId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::business_time;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::notice_pledges::PledgeStep;
use crate::pledged;
use crate::pledged::PledgeSide;
use crate::pledged::PledgeState;
use crate::pledged::Pledged;
use crate::pledged::ToSign;
use crate::pledged::not_in_that_state;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;

/// A fragment pledged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    /// Public id of the part pledged.
    pub fragment: String,
    /// Public id of what stays free, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// What the holder signs today. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `pledge_not_open`; the
/// refusals `fragment_spent`, `deed_expired`.
pub fn prepare(app: &App, who: &Principal, pledge: PledgeId) -> Result<ToSign, AppError> {
    who.may(Action::AskPledge)?;
    let (entry, _, _) = draw_up(app, who, pledge)?;
    let body = entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Signs and pledges.
///
/// # Errors
/// As [`prepare`]; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    pledge: PledgeId,
    key: Option<IdempotencyKey>,
) -> Result<Entered, AppError> {
    who.may(Action::AskPledge)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let (entry, granted, deed_signature) = draw_up(app, who, pledge)?;
    // Nothing is drawn up without one.
    let deed = granted.pledge.deed.clone().ok_or_else(not_in_that_state)?;
    let holder = signing.sign(Seat::Holder, &entry.to_bytes());
    let posting = Posting {
        sealed: SealedEntry::new(entry, vec![deed_signature, holder]),
        spent: Some(granted.fragment.no),
    };
    let notice = granted.told(PledgeStep::Pledged)?;
    let (pledgee, now) = (granted.pledgee.id, app.clock.now());
    let ids = app.public_ids.clone();
    let answer_of = move |no: i64, rest: bool, entry: String| Entered {
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        rest: rest.then(|| ids.show(FragmentNo::of(no, Side::Right))),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        // Withdrawn a moment ago, or another deed took this one's place: then nothing is pledged.
        if !also.pledge_enter(pledge, &deed, posted.no)? {
            return Err(not_in_that_state());
        }
        also.tell(pledgee, notice.clone());
        if let Some(key) = &key {
            let rest = posted.applied.right.is_some();
            let answer = answer_in(posted.no, rest, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    let rest = posted.applied.right.is_some();
    Ok(answer_of(posted.no, rest, posted.sealed.hash().to_string()))
}

/// The entry as it is signed today, the pledge, and the pledgee's signature under its deed.
fn draw_up(
    app: &App,
    who: &Principal,
    pledge: PledgeId,
) -> Result<(Entry, Pledged, PartySignature), AppError> {
    let (granted, day) = app.store.read(|tx| {
        let found = pledged::of_side(tx, who, pledge, PledgeSide::Holder)?;
        Ok::<_, AppError>((found, tx.business_day()?))
    })?;
    let (today, now) = (day.today, business_time::moment_on(day, app.clock.now()));
    let signed = &granted.pledge;
    let (PledgeState::Granted, Some(deed), Some(key), Some(bytes)) = (
        signed.state,
        signed.deed.clone(),
        signed.deed_key,
        signed.deed_signature,
    ) else {
        return Err(not_in_that_state());
    };
    if granted.fragment.spent {
        return Err(Refusal::FragmentSpent.into());
    }
    if signed.expires_at.is_some_and(|end| end < now) {
        return Err(Refusal::DeedExpired.into());
    }
    let held = HeldFragment {
        fragment: granted.fragment,
        paper: granted.paper.clone(),
        obligor: granted.obligor.clone(),
    };
    let entry = held.entry(app, today, granted.amount()?, Act::Pledge { deed });
    let signature = PartySignature {
        seat: Seat::FinanceProvider,
        key,
        bytes,
    };
    Ok((entry, granted, signature))
}
