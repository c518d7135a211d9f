//! A holder writes off in its own books what nobody is left to pay on a fragment in default (核销): it
//! says why in words, names what that rests on, and signs. 账销案存: the claim stands, the fragment keeps
//! its place in every later clearing, and nobody else is told.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Entry;
use ledger_core::fragment::Side;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_core::write_off::WriteOffAct;
use ledger_core::write_off::reason_digest;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::write_offs::WriteOff;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;
use crate::write_offs_possible;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// Longest name of what it rests on, in characters.
pub const LONGEST_EVIDENCE: usize = 140;

/// What the holder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Why, in words.
    pub reason: String,
    /// What it rests on, such as the number of a court's ruling; one line.
    pub evidence: String,
}

/// A fragment written off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenOff {
    /// Public id of the fragment as it stands now.
    pub fragment: String,
    /// What was written off, minor units.
    pub amount: i64,
    /// The entry's hash.
    pub entry: String,
}

/// The entry as it is signed today.
struct Drawn {
    held: HeldFragment,
    owed: Amount,
    said: Said,
    entry: Entry,
}

/// What the holder signs today. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is not the caller's; [`AppError::Invalid`] for the words:
/// `write_off_reason_missing`, `write_off_reason_too_long`, `no_write_off_evidence`,
/// `write_off_evidence_not_possible`; `claim_open`, `nothing_owed`; the refusals `fragment_spent`,
/// `paper_not_active`, `fragment_not_free`, `already_written_off`, `not_in_default`, `payout_open`,
/// `recourse_open`.
pub fn prepare(
    app: &App,
    who: &Principal,
    fragment: &str,
    said: &Said,
) -> Result<ToSign, AppError> {
    who.may(Action::WriteOff)?;
    let body = draw_up(app, who, fragment, said)?.entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Signs, and notes it.
///
/// # Errors
/// As [`prepare`]; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragment: &str,
    said: &Said,
    key: Option<IdempotencyKey>,
) -> Result<WrittenOff, AppError> {
    who.may(Action::WriteOff)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let Drawn {
        held,
        owed,
        said,
        entry,
    } = draw_up(app, who, fragment, said)?;
    let posting = Posting {
        sealed: signing.seal(Seat::Holder, entry),
        spent: Some(held.fragment.no),
    };
    let (now, ids) = (app.clock.now(), app.public_ids.clone());
    let answer_of = move |no: i64, entry: String| WrittenOff {
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        amount: owed.minor(),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        // Cash may have come, or a claim been taken up, a moment ago.
        if owed_now(also, held.clone())? != owed {
            return Err(Refusal::WriteOffSumDoesNotFit.into());
        }
        let range = held.fragment.range;
        also.write_off_insert(&WriteOff {
            entry: posted.no,
            paper: held.fragment.paper,
            holder: held.fragment.holder,
            lo: range.lo(),
            hi: range.hi(),
            amount: owed,
            currency: held.paper.paper.currency,
            reason: said.reason.clone(),
            reason_digest: *reason_digest(&said.reason).bytes(),
            evidence: said.evidence.clone(),
            written_off_on: date,
        })?;
        if let Some(key) = &key {
            let answer = answer_in(posted.no, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer_of(posted.no, posted.sealed.hash().to_string()))
}

fn draw_up(app: &App, who: &Principal, fragment: &str, said: &Said) -> Result<Drawn, AppError> {
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    let (held, owed, today) = app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        let owed = owed_now(tx, held.clone())?;
        Ok((held, owed, tx.business_date_today()?))
    })?;
    let said = checked(said)?;
    let act = Act::WriteOff(Box::new(WriteOffAct {
        amount: owed,
        reason: reason_digest(&said.reason),
        evidence: said.evidence.clone(),
    }));
    let whole = held.fragment.range.amount();
    Ok(Drawn {
        entry: held.entry(app, today, whole, act),
        held,
        owed,
        said,
    })
}

fn owed_now(tx: &mut ReadTx<'_>, held: HeldFragment) -> Result<Amount, AppError> {
    let assessed = write_offs_possible::assess(tx, vec![held])?.pop();
    assessed.ok_or(AppError::NotFound)?.owed
}

/// The words as they are kept and signed.
fn checked(said: &Said) -> Result<Said, AppError> {
    let reason = said.reason.trim().replace('\0', "");
    if reason.is_empty() {
        return Err(AppError::invalid_field(
            "reason",
            "write_off_reason_missing",
            "say why nothing more is to be had",
        ));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(AppError::invalid_field(
            "reason",
            "write_off_reason_too_long",
            format!("use at most {LONGEST_REASON} characters"),
        ));
    }
    let evidence = said.evidence.trim().to_owned();
    if evidence.is_empty() {
        return Err(AppError::invalid_field(
            "evidence",
            "no_write_off_evidence",
            "name what it rests on, such as the number of a court's ruling",
        ));
    }
    if evidence.chars().count() > LONGEST_EVIDENCE || evidence.chars().any(char::is_control) {
        return Err(AppError::invalid_field(
            "evidence",
            "write_off_evidence_not_possible",
            format!("one line of at most {LONGEST_EVIDENCE} characters"),
        ));
    }
    Ok(Said { reason, evidence })
}
