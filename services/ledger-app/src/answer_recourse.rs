//! The party to whom a holder turns takes the claim up: it signs the entry, the fragment waits, and its
//! bank is asked to pay what is owed on it from its own account to the holder's. Or it says why not;
//! the claim stands all the same, for between the two only they, or a court, decide.

use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::recourse_claim::RecourseAct;
use ledger_core::recourse_claim::RecourseDue;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;
use ledger_store::recourse_claims::AgreedClaim;
use ledger_store::recourse_claims::ClaimState;
use ledger_store::settlements::RunState;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_events::RecourseStep;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::recourse_right;
use crate::recourse_sides;
use crate::recourse_sides::ClaimSide;
use crate::recourse_sides::ClaimWithSides;
use crate::recourse_sides::not_in_that_state;
use crate::request_finance::check_holder;
use crate::signing::Signing;

/// A claim taken up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenUp {
    /// What will be paid, minor units.
    pub amount: i64,
    /// The entry's hash.
    pub entry: String,
    /// What bank messages call the payment.
    pub end_to_end_id: String,
}

/// The entry as it is signed today, with what it pays.
struct Drawn {
    found: ClaimWithSides,
    entry: Entry,
    claimed: PartySignature,
    due: RecourseDue,
}

/// What the payer signs today. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if the caller is not claimed on; [`AppError::Invalid`] `claim_not_open`,
/// `nothing_due`; the refusals `fragment_spent`, `paper_not_active`, `fragment_not_free`.
pub fn prepare(app: &App, who: &Principal, claim: Uuid) -> Result<ToSign, AppError> {
    who.may(Action::AnswerRecourse)?;
    let body = draw_up(app, who, claim)?.entry.to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Recipient, &body),
        body,
    })
}

/// Signs and pays.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `cash_under_way` while the obligor's bank has been asked and
/// has not answered, or its cash is being shared out; `no_bound_account`; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    claim: Uuid,
    key: Option<IdempotencyKey>,
) -> Result<TakenUp, AppError> {
    who.may(Action::AnswerRecourse)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let Drawn {
        found,
        entry,
        claimed,
        due,
    } = draw_up(app, who, claim)?;
    let signature = signing.sign(Seat::Recipient, &entry.to_bytes());
    let posting = Posting {
        sealed: SealedEntry::new(entry, vec![claimed, signature]),
        spent: Some(found.held.fragment.no),
    };
    let now = app.clock.now();
    let answer_of = move |hash: String| TakenUp {
        amount: due.amount.minor(),
        entry: hash,
        end_to_end_id: end_to_end_of(claim),
    };
    let effects: Effects = Arc::new(move |also, date, verdicts| {
        let Some(Ok(posted)) = verdicts.first() else {
            return Ok(());
        };
        check_no_cash_under_way(also, &found)?;
        // What was due when it was drawn up may have changed a moment ago.
        if due_now(also, &found)? != Some(due) {
            return Err(not_in_that_state());
        }
        let claimant = also.party_by_id(found.claim.claimant)?;
        check_holder(&claimant)?;
        let payer = also.party_by_id(found.claim.against)?;
        let instruction = payment(&found, due.amount, (payer, claimant), (date, now));
        also.instructions_insert(std::slice::from_ref(&instruction))?;
        let agreed = AgreedClaim {
            id: claim,
            amount: due.amount,
            units: due.units,
            entry: posted.no,
            instruction: instruction.id,
        };
        if !also.recourse_claim_agree(&agreed)? {
            return Err(not_in_that_state());
        }
        also.tell_all(found.letters(
            RecourseStep::Agreed,
            Some(due.amount),
            &[ClaimSide::Claimant],
        ));
        if let Some(key) = &key {
            also.keep(key.receipt(now, &answer_of(posted.sealed.hash().to_string()))?);
        }
        Ok(())
    });
    let posted = app.posting.post_one(posting, Some(effects))?;
    Ok(answer_of(posted.sealed.hash().to_string()))
}

/// Says why the caller won't pay, and tells the claimant. The claim stands.
///
/// # Errors
/// [`AppError::NotFound`] if the caller is not claimed on; [`AppError::Invalid`] `claim_not_open`, and
/// what is wrong with the words.
pub fn dispute(app: &App, who: &Principal, claim: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::AnswerRecourse)?;
    let word = four_eyes::word_said(word)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let mut found = recourse_sides::one(tx, who, claim, Some(ClaimSide::Payer))?;
        if tx.recourse_claims_move(&[claim], ClaimState::Disputed, Some(&word))? != 1 {
            return Err(not_in_that_state());
        }
        found.claim.word.clone_from(&word);
        let told = found.letters(RecourseStep::Disputed, None, &[ClaimSide::Claimant]);
        letters::tell_parties(tx, now, &told)
    })
}

fn draw_up(app: &App, who: &Principal, claim: Uuid) -> Result<Drawn, AppError> {
    let (found, due, today) = app.store.read(|tx| {
        let found = recourse_sides::one(tx, who, claim, Some(ClaimSide::Payer))?;
        if !matches!(found.claim.state, ClaimState::Open | ClaimState::Disputed) {
            return Err(not_in_that_state());
        }
        recourse_right::check_claimable(&found.held)?;
        let due = due_now(tx, &found)?;
        Ok((found, due, tx.business_date_today()?))
    })?;
    let due = due
        .ok_or_else(|| AppError::invalid("nothing_due", "nothing is due on this claim any more"))?;
    let act = RecourseAct {
        claim: found.claim.body.clone(),
        amount: due.amount,
    };
    let units = Amount::from_minor(due.units)?;
    let act = Act::AgreeRecourse(Box::new(act));
    Ok(Drawn {
        entry: found.held.entry(app, today, units, act),
        claimed: PartySignature {
            seat: Seat::Holder,
            key: found.claim.key,
            bytes: found.claim.signature,
        },
        due,
        found,
    })
}

fn due_now(tx: &mut ReadTx<'_>, found: &ClaimWithSides) -> Result<Option<RecourseDue>, AppError> {
    let right = recourse_right::rights(tx, vec![found.held.clone()])?.pop();
    Ok(right.and_then(|right| right.due))
}

/// Cash that the obligor's bank may have promised belongs to whoever held the fragment when its
/// sheets were made. Whoever posts holds the head of the book, and so does who makes sheets.
fn check_no_cash_under_way(tx: &mut ReadTx<'_>, found: &ClaimWithSides) -> Result<(), AppError> {
    let runs = tx.settlements_of_papers(&[found.held.fragment.paper])?;
    let rests = |state| {
        matches!(
            state,
            RunState::Planned | RunState::Short | RunState::Completed | RunState::Failed
        )
    };
    if runs.iter().all(|run| rests(run.state)) {
        Ok(())
    } else {
        Err(AppError::invalid(
            "cash_under_way",
            "the obligor's bank has been asked for this paper and its answer, or the cash, is under way: try again when it is shared out",
        ))
    }
}

/// What bank messages call the payment of a claim: 34 characters, of those that ISO 20022 allows.
#[must_use]
pub fn end_to_end_of(claim: Uuid) -> String {
    format!("RC{}", claim.simple())
}

fn instruction_of(claim: Uuid) -> InstructionId {
    let digest = sha256(&[b"tallystick/v1/recourse-payment\0", claim.as_bytes()]);
    InstructionId::from_bytes(digest.first_chunk::<16>().copied().unwrap_or_default())
}

fn payment(
    found: &ClaimWithSides,
    amount: Amount,
    (payer, claimant): (Party, Party),
    (date, now): (chrono::NaiveDate, DateTime<Utc>),
) -> Instruction {
    Instruction {
        id: instruction_of(found.claim.id),
        kind: InstructionKind::RecoursePayment,
        paper_id: found.held.fragment.paper,
        run: None,
        discount: None,
        debtor: payer.id,
        debtor_name: payer.account_name,
        debtor_account: payer.account_number,
        debtor_bank_code: payer.account_bank_code,
        creditor: claimant.id,
        creditor_name: claimant.account_name,
        creditor_account: claimant.account_number,
        creditor_bank_code: claimant.account_bank_code,
        amount,
        currency: found.held.paper.paper.currency,
        end_to_end_id: end_to_end_of(found.claim.id),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: date,
        attempts: 0,
        next_attempt_at: now,
        netted_in: None,
    }
}
