//! The obligor asks all holders of a paper to agree that it is void (作废), or paid later (展期). One of
//! its people signs the agreement and proposes it; another signs too
//! ([`approve_agreement`](crate::approve_agreement)) before any holder is asked.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::agreement::Change;
use ledger_core::agreement::PaperAgreement;
use ledger_core::calendar::Roll;
use ledger_core::paper::Paper;
use ledger_core::paper::PaperState;
use ledger_core::refusal::Refusal;
use ledger_core::rule_pack::RulePack;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::agreements::Agreement;
use ledger_store::agreements::AgreementKind;
use ledger_store::agreements::AgreementState;
use ledger_store::agreements::AgreementStep;
use ledger_store::users::Role;
use uuid::Uuid;

use crate::agreed_change;
use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::letters;
use crate::notice_events;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// How many days the holders have at most.
const LONGEST_DAYS: u64 = 60;

/// What the obligor asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// That the paper be void.
    Void,
    /// That it be paid later: the new promised date, before it is rolled to a business day.
    Extend(NaiveDate),
}

/// An agreement as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeAgreement {
    /// Number of the paper.
    pub paper: String,
    /// What is asked.
    pub asked: Asked,
    /// Why: the holders read it.
    pub reason: String,
    /// The last day on which it can take effect.
    pub consent_by: NaiveDate,
}

/// Signs and proposes.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's paper; [`AppError::Invalid`] `person_needed`,
/// `not_your_key`, `agreement_reason_missing`, `word_too_long`, `consent_by_not_possible`,
/// `agreement_asked_already`; the refusals `paper_not_active`, `past_maturity`,
/// `impossible_maturity`, `tenor_too_long`.
pub fn run(
    app: &App,
    who: &Principal,
    signer: &Signer,
    wanted: &ProposeAgreement,
) -> Result<Uuid, AppError> {
    who.may(Action::ProposeAgreement)?;
    person::signing(app, who, signer.key())?;
    let reason = reason(&wanted.reason)?;
    let (id, now) = (random::bytes()?, app.clock.now());
    app.store.write(|tx| {
        let paper = tx.paper_by_number(&wanted.paper)?.paper;
        if paper.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let today = tx.business_date_today()?;
        let change = change(app, &paper, &wanted.asked, today)?;
        check_dates(&paper, wanted.consent_by, today)?;
        if tx.agreement_open_on(paper.id)?.is_some() {
            return Err(AppError::invalid(
                "agreement_asked_already",
                "another agreement on this paper waits for signatures; take it back first",
            ));
        }
        let kind = match change {
            Change::Void => AgreementKind::Void,
            Change::Extend { .. } => AgreementKind::Extend,
        };
        let body = PaperAgreement {
            id,
            paper: paper.id,
            issued_by: paper.issued_by,
            due_date: paper.due_date,
            change,
            reason: reason.clone(),
            consent_by: wanted.consent_by,
        }
        .to_bytes();
        let agreement = Agreement {
            id: Uuid::from_bytes(id),
            paper: paper.id,
            obligor: who.party,
            kind,
            maker_signature: signer.sign(Seat::Maker, &body).bytes,
            body,
            consent_by: wanted.consent_by,
            made_by: person::hand(tx, who)?,
            maker_name: who.name.clone(),
            maker_key: signer.key(),
            made_at: now,
            checked_by: None,
            checker_name: String::new(),
            checker_key: None,
            checker_signature: None,
            word: String::new(),
            state: AgreementState::Waiting,
            entry: None,
        };
        tx.agreement_insert(&agreement)?;
        let all = agreed_change::load(tx, agreement)?;
        let letter = all.told_obligor(notice_events::AgreementStep::Proposed);
        letters::tell_role(tx, now, Role::Checker, &[letter])?;
        Ok(Uuid::from_bytes(id))
    })
}

fn reason(text: &str) -> Result<String, AppError> {
    let reason = four_eyes::word(text)?;
    if reason.is_empty() {
        return Err(AppError::invalid_field(
            "reason",
            "agreement_reason_missing",
            "say why: every holder reads it before signing",
        ));
    }
    Ok(reason)
}

/// What is agreed on, with the date as the calendar rolls it; what the law would refuse is told early.
fn change(app: &App, paper: &Paper, asked: &Asked, today: NaiveDate) -> Result<Change, AppError> {
    if paper.state != PaperState::Active {
        return Err(Refusal::PaperNotActive.into());
    }
    if today >= paper.due_date {
        return Err(Refusal::PastMaturity(paper.due_date).into());
    }
    let maturity = match asked {
        Asked::Void => return Ok(Change::Void),
        Asked::Extend(maturity) => *maturity,
    };
    if maturity <= paper.maturity {
        return Err(Refusal::ImpossibleMaturity.into());
    }
    RulePack::on(today).check_tenor(paper.issue_date, maturity)?;
    let calendar = app.calendar()?;
    let due_date = calendar
        .adjust(maturity, Roll::Following)
        .map_err(|_beyond| Refusal::ImpossibleMaturity)?;
    Ok(Change::Extend {
        maturity,
        due_date,
        calendar: calendar.id().to_owned(),
    })
}

/// The holders have some days, and not beyond the day before the paper is due.
fn check_dates(paper: &Paper, consent_by: NaiveDate, today: NaiveDate) -> Result<(), AppError> {
    let last = today.checked_add_days(Days::new(LONGEST_DAYS));
    let possible =
        consent_by >= today && consent_by < paper.due_date && last.is_some_and(|l| consent_by <= l);
    if possible {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "consent_by",
            "consent_by_not_possible",
            format!("the holders sign within {LONGEST_DAYS} days, and before the paper is due"),
        ))
    }
}

/// Takes an agreement back that has not taken effect. Holders who were asked are told.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; [`AppError::Invalid`] `agreement_over`.
pub fn withdraw(app: &App, who: &Principal, agreement: Uuid) -> Result<(), AppError> {
    who.may(Action::ProposeAgreement)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let found = tx.agreement_lock(agreement)?;
        if found.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let from = found.state;
        if !matches!(from, AgreementState::Waiting | AgreementState::Open) {
            return Err(over());
        }
        let step = AgreementStep {
            state: AgreementState::Withdrawn,
            by: None,
            name: String::new(),
            signed: None,
            word: String::new(),
        };
        tx.agreement_step(agreement, from, &step)?;
        if from == AgreementState::Open {
            let all = agreed_change::load(tx, found)?;
            let letters = all.told_holders(notice_events::AgreementStep::Withdrawn);
            letters::tell_parties(tx, now, &letters)?;
        }
        Ok(())
    })
}

pub(crate) fn over() -> AppError {
    AppError::invalid(
        "agreement_over",
        "this agreement has taken effect, or is off; look at it again",
    )
}
