//! The other side of a transfer signs that it was a mistake, and the fragment goes back at once; or it
//! says why not, and nothing changes.

use std::sync::Arc;

use ledger_core::act::Act;
use ledger_core::correction::CorrectionAct;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::signature::PartySignature;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::transfer_corrections::CorrectionState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::capacity_hold::Hold;
use crate::correction_sides;
use crate::correction_sides::CorrectionWithSides;
use crate::correction_sides::MadeTransfer;
use crate::correction_sides::TransferSide;
use crate::correction_sides::not_open;
use crate::error::AppError;
use crate::four_eyes;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_events::CorrectionStep;
use crate::offered_documents::capacity_of;
use crate::offered_documents::documents_under;
use crate::person;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;
use crate::transfer_fragment::Takes;

/// A transfer taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrected {
    /// The entry's hash.
    pub entry: String,
    /// Public id of the fragment, if it is the caller's again.
    pub fragment: Option<String>,
}

/// What the caller signs: what the other side has signed. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it takes no signature of the caller's; [`AppError::Invalid`]
/// `correction_not_open`; the refusals `fragment_spent`, `paper_not_active`, `fragment_not_free`,
/// `past_maturity`.
pub fn prepare(app: &App, who: &Principal, correction: Uuid) -> Result<ToSign, AppError> {
    who.may(Action::CorrectTransfer)?;
    let (found, _made) = app.store.read(|tx| open(tx, who, correction))?;
    let body = found.correction.body.clone();
    Ok(ToSign {
        payload: signing_payload(found.answered_by().seat(), &body),
        body,
    })
}

/// Signs; the fragment goes back with it, and the invoices that the transfer used are free again.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `not_your_key`; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    correction: Uuid,
    key: Option<IdempotencyKey>,
) -> Result<Corrected, AppError> {
    who.may(Action::CorrectTransfer)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    person::check_own_key(app, who, signing)?;
    let (found, made, gifts, today) = app.store.read(|tx| {
        let (found, made) = open(tx, who, correction)?;
        let gifts = capacity_of(&documents_under(tx, &made.offered)?);
        Ok::<_, AppError>((found, made, gifts, tx.business_date_today()?))
    })?;
    let gets_back = found.answered_by() == TransferSide::Giver;
    let ids = app.public_ids.clone();
    let answer_of = move |no: i64, entry: String| Corrected {
        entry,
        fragment: gets_back.then(|| ids.show(FragmentNo::of(no, Side::Left))),
    };
    let offer = made.offered.no;
    let posting = posting(app, &found, made, signing, today);
    let effects = effects(app, found, (offer, gifts), key, answer_of.clone());
    let posted = app.posting.post_one(posting, Some(effects))?;
    if app.circle().is_some() {
        Hold::tell(app);
    }
    Ok(answer_of(posted.no, posted.sealed.hash().to_string()))
}

/// Says no: the transfer stands, and the proposer reads why.
///
/// # Errors
/// As [`prepare`], but for the refusals; [`AppError::Invalid`] `word_missing`, `word_too_long`.
pub fn decline(app: &App, who: &Principal, correction: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::CorrectTransfer)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut found = asked(tx, who, correction)?;
        let word = four_eyes::word_said(word)?;
        if !tx.transfer_correction_end(correction, CorrectionState::Declined, &word)? {
            return Err(not_open());
        }
        found.correction.word = word;
        let told = found.letters(CorrectionStep::Declined, &[found.proposed_by()]);
        letters::tell_parties(tx, now, &told)
    })
}

/// An open correction that waits for the caller; to its own proposer there is nothing to answer.
fn asked(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    correction: Uuid,
) -> Result<CorrectionWithSides, AppError> {
    let found = correction_sides::one(tx, who, correction)?;
    if found.correction.proposer == who.party {
        return Err(AppError::NotFound);
    }
    if found.correction.state != CorrectionState::Open {
        return Err(not_open());
    }
    Ok(found)
}

/// The same with the transfer, if it can still be taken back as far as the caller may know.
fn open(
    tx: &mut ReadTx<'_>,
    who: &Principal,
    correction: Uuid,
) -> Result<(CorrectionWithSides, MadeTransfer), AppError> {
    let found = asked(tx, who, correction)?;
    let made = MadeTransfer::of(tx, found.held.clone())?;
    made.check(who.party, tx.business_date_today()?)?;
    Ok((found, made))
}

/// The entry with both signatures, in the order of their seats.
fn posting(
    app: &App,
    found: &CorrectionWithSides,
    made: MadeTransfer,
    signing: &Signing<'_>,
    today: chrono::NaiveDate,
) -> Posting {
    let signed = &found.correction;
    let proposed = PartySignature {
        seat: found.proposed_by().seat(),
        key: signed.key,
        bytes: signed.signature,
    };
    let own = signing.sign(found.answered_by().seat(), &signed.body);
    let signatures = match found.proposed_by() {
        TransferSide::Holder => vec![proposed, own],
        TransferSide::Giver => vec![own, proposed],
    };
    let act = Act::Correct(Box::new(CorrectionAct {
        correction: signed.body.clone(),
        offered: made.offered.sealed,
        accepted: made.accepted.sealed,
    }));
    let amount = made.held.fragment.range.amount();
    Posting {
        sealed: SealedEntry::new(made.held.entry(app, today, amount, act), signatures),
        spent: Some(made.held.fragment.no),
    }
}

fn effects(
    app: &App,
    found: CorrectionWithSides,
    (offer, gifts): (i64, Takes),
    key: Option<IdempotencyKey>,
    answer_of: impl Fn(i64, String) -> Corrected + Send + Sync + 'static,
) -> Effects {
    let (now, in_circle) = (app.clock.now(), app.circle().is_some());
    let both = [TransferSide::Holder, TransferSide::Giver];
    Arc::new(move |also, _date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        // Taken back, or answered by a colleague, a moment ago: then nothing of this happens.
        if !also.transfer_correction_effective(found.correction.id, posted.no)? {
            return Err(not_open());
        }
        also.release_capacity(&gifts);
        if in_circle {
            also.capacity_reservations_release(offer, now)?;
        }
        also.tell_all(found.letters(CorrectionStep::Effective, &both));
        if let Some(key) = &key {
            let answer = answer_of(posted.no, posted.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    })
}
