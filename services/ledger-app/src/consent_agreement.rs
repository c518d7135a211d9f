//! A holder, or who has a part of the paper pledged to it, signs an agreement or says no. With the last
//! signature it takes effect at once; a single no ends it: nobody is outvoted.

use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::agreements::AgreementState;
use ledger_store::agreements::AgreementStep;
use ledger_store::agreements::Consent;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::agreed_change;
use crate::agreed_change::OnPaper;
use crate::app::App;
use crate::cash_choice;
use crate::cash_choice::ChoiceAsked;
use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice_events;
use crate::person;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::principal::Principal;
use crate::propose_agreement::over;
use crate::signing::Signing;

/// What came of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consented {
    /// Others have to sign yet.
    Waits,
    /// It was the last one: the agreement has taken effect.
    Effective,
}

/// An open agreement that takes the caller's signature.
fn open(tx: &mut ReadTx<'_>, who: &Principal, agreement: Uuid) -> Result<OnPaper, AppError> {
    let found = tx.agreement_by_id(agreement)?;
    let all = agreed_change::load(tx, found)?;
    let concerned =
        all.needed().contains(&who.party) || all.consents.iter().any(|one| one.party == who.party);
    // Before the obligor's second signature there is nothing that a holder could know of.
    if !concerned || all.agreement.checker_key.is_none() {
        return Err(AppError::NotFound);
    }
    if all.agreement.state != AgreementState::Open {
        return Err(over());
    }
    Ok(all)
}

/// What the caller signs. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it takes no signature of the caller's party; [`AppError::Invalid`]
/// `agreement_over`.
pub fn prepare(app: &App, who: &Principal, agreement: Uuid) -> Result<ToSign, AppError> {
    who.may(Action::AnswerAgreement)?;
    let all = app.store.read(|tx| open(tx, who, agreement))?;
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &all.agreement.body),
        body: all.agreement.body,
    })
}

/// The choice that the caller has to make before it signs: the payee of a paper, if money would have to
/// come before the later date that is asked for.
///
/// # Errors
/// As [`prepare`].
pub fn choice_asked(
    app: &App,
    who: &Principal,
    agreement: Uuid,
) -> Result<Option<ChoiceAsked>, AppError> {
    who.may(Action::AnswerAgreement)?;
    app.store.read(|tx| {
        let all = open(tx, who, agreement)?;
        cash_choice::asked_by_extension(app, tx, who.party, &all)
    })
}

/// Signs where no choice has to be made: see [`run_choosing`].
///
/// # Errors
/// As [`run_choosing`].
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    agreement: Uuid,
) -> Result<Consented, AppError> {
    run_choosing(app, who, signing, agreement, None)
}

/// Signs, having agreed to the words of [`choice_asked`] with this digest. The same party's second
/// signature changes nothing.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `not_your_key`, `cash_choice_missing`,
/// `cash_choice_outdated`; the refusal `bad_signature`; with the last
/// signature the ledger's refusals: then it is kept, and the agreement waits for what stands in its
/// way.
pub fn run_choosing(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    agreement: Uuid,
    agreed: Option<[u8; 32]>,
) -> Result<Consented, AppError> {
    who.may(Action::AnswerAgreement)?;
    person::check_own_key(app, who, signing)?;
    let now = app.clock.now();
    let all = app.store.write(|tx| {
        let locked = tx.agreement_lock(agreement)?;
        let all = open(tx, who, locked.id)?;
        let signature = signing.sign(Seat::Holder, &all.agreement.body);
        let key = tx.signing_key_by_id(signature.key)?;
        if !ledger_core::signature::is_signed(&key.public_key, &signature, &all.agreement.body) {
            return Err(ledger_core::refusal::Refusal::BadSignature.into());
        }
        if let Some(asked) = cash_choice::asked_by_extension(app, tx, who.party, &all)? {
            tx.cash_choice_keep(&asked.made(who, all.agreement.paper, agreed, now)?)?;
        }
        let consent = Consent {
            agreement,
            party: who.party,
            key_id: signature.key,
            signature: signature.bytes,
            given_by: person::hand(tx, who)?,
            given_at: now,
        };
        tx.consent_insert(&consent)?;
        agreed_change::load(tx, locked)
    })?;
    if !all.is_signed_by_all() {
        return Ok(Consented::Waits);
    }
    agreed_change::carry_out(app, &all)?;
    Ok(Consented::Effective)
}

/// Says no: the agreement is off for everybody, and the obligor reads why.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `word_too_long`.
pub fn decline(app: &App, who: &Principal, agreement: Uuid, word: &str) -> Result<(), AppError> {
    who.may(Action::AnswerAgreement)?;
    let word = four_eyes::word(word)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let locked = tx.agreement_lock(agreement)?;
        let all = open(tx, who, locked.id)?;
        let step = AgreementStep {
            state: AgreementState::Declined,
            by: None,
            name: String::new(),
            signed: None,
            word: word.clone(),
        };
        tx.agreement_step(agreement, AgreementState::Open, &step)?;
        let mut told = all.told_holders(notice_events::AgreementStep::Declined);
        told.push(all.told_obligor(notice_events::AgreementStep::Declined));
        letters::tell_parties(tx, now, &told)
    })
}

/// Carries out what everybody has signed and something stood in the way of, once nothing does. Gives
/// how many.
///
/// # Errors
/// The store's, and [`AppError::Busy`].
pub fn run_due(app: &App) -> Result<usize, AppError> {
    let open = app.store.read(|tx| {
        let open = tx.agreements_open()?;
        agreed_change::load_all(tx, open)
    })?;
    let mut done: usize = 0;
    for all in open
        .iter()
        .filter(|all| all.is_signed_by_all() && all.is_free())
    {
        match agreed_change::carry_out(app, all) {
            Ok(()) => done = done.saturating_add(1),
            // What the law refuses is told to whoever signs; here it waits until its time is over.
            Err(AppError::Refused(refusal)) => {
                tracing::info!(agreement = %all.agreement.id, %refusal, "signed by all, and waits");
            }
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Agreements that not everybody signed in time are off. Gives how many.
///
/// # Errors
/// The store's.
pub fn lapse_due(app: &App) -> Result<usize, AppError> {
    let now = app.clock.now();
    app.store.write(|tx| {
        let today = tx.business_date_today()?;
        let lapsed = tx.agreements_lapse(today)?;
        let count = lapsed.len();
        let step = notice_events::AgreementStep::Lapsed;
        let mut told = Vec::new();
        for all in agreed_change::load_all(tx, lapsed)? {
            told.push(all.told_obligor(step));
            // Before the obligor's second signature no holder has heard of it.
            if all.agreement.checker_key.is_some() {
                told.extend(all.told_holders(step));
            }
        }
        letters::tell_parties(tx, now, &told)?;
        Ok(count)
    })
}
