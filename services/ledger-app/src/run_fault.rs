//! What keeps one settlement run from going on. The run is set aside with a task for a person; all
//! others go on.

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::canonical::CanonicalError;
use ledger_core::clearing::ClearingError;
use ledger_core::refusal::Refusal;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::papers::PaperRecord;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::ask_operator;
use crate::error::AppError;
use crate::random;
use crate::wording;

/// Why a run can't go on by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunFault {
    /// The run names a paper that is not on record.
    #[error("its paper is not on record")]
    PaperMissing,
    /// A holder or the obligor is not on record.
    #[error("a party of the paper is not on record")]
    PartyMissing,
    /// The paper's terms name a clearing rule this program does not know.
    #[error("the paper's terms name no known clearing rule")]
    UnknownRule,
    /// The paper is not in circulation.
    #[error("the paper is not in circulation")]
    NotInCirculation,
    /// The live fragments leave a gap or overlap.
    #[error("{0} of the paper's live fragments do not begin where the one before them ends")]
    NotTiled(i64),
    /// The rounds so far don't come to what the journal says is paid.
    #[error("what came in the rounds so far is not what the journal says is paid")]
    ReceiptsNotPaid,
    /// Late interest can't be reckoned from the rounds so far.
    #[error("late interest can't be reckoned from the rounds so far")]
    InterestNotReckoned,
    /// The claims can't be cleared.
    #[error("clearing: {0}")]
    NotCleared(#[from] ClearingError),
    /// The run is past its cut-off and has no sheet.
    #[error("the run has no clearing sheet")]
    SheetMissing,
    /// The kept sheet is not the one whose digest was kept with it.
    #[error("the kept clearing sheet does not have the digest that was kept with it")]
    SheetChanged,
    /// The kept sheet can't be read.
    #[error("the kept clearing sheet can't be read: {0}")]
    SheetUnreadable(#[from] CanonicalError),
    /// A holder's account is no longer the one in the locked sheet.
    #[error(
        "the settlement account of {holder} was changed after the cut-off; the sheet names another"
    )]
    AccountChanged {
        /// The holder's name.
        holder: String,
    },
    /// The presentation can't be put into a message to the bank.
    #[error("the presentation can't be written: {0}")]
    NotPresentable(String),
    /// The obligor's bank won't read the presentation.
    #[error("the obligor's bank refuses the message: {0}")]
    PresentationRefused(String),
    /// The credits are not the cash that the sheet shares out.
    #[error("the credits come to another sum than the cash of the sheet")]
    CreditsNotCash,
    /// Every credit counts as settled, and no kept bank message says so.
    #[error("no kept bank message proves the credits")]
    NoEvidence,
    /// The law refuses the settlement entry.
    #[error("the ledger refuses the settlement: {0}")]
    Refused(#[from] Refusal),
    /// The entry could not be written.
    #[error("the settlement could not be written: {0}")]
    NotWritten(String),
}

impl RunFault {
    /// Stable code, kept with the run and its task.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            RunFault::PaperMissing => "paper_missing",
            RunFault::PartyMissing => "party_missing",
            RunFault::UnknownRule => "clearing_rule_unknown",
            RunFault::NotInCirculation => "paper_not_in_circulation",
            RunFault::NotTiled(_) => "paper_not_tiled",
            RunFault::ReceiptsNotPaid => "receipts_not_paid",
            RunFault::InterestNotReckoned => "interest_not_reckoned",
            RunFault::NotCleared(error) => error.code(),
            RunFault::SheetMissing => "sheet_missing",
            RunFault::SheetChanged => "sheet_changed",
            RunFault::SheetUnreadable(_) => "sheet_unreadable",
            RunFault::AccountChanged { .. } => "holder_account_changed",
            RunFault::NotPresentable(_) => "presentation_not_written",
            RunFault::PresentationRefused(_) => "presentation_refused",
            RunFault::CreditsNotCash => "credits_not_cash",
            RunFault::NoEvidence => "evidence_missing",
            RunFault::Refused(refusal) => refusal.code(),
            RunFault::NotWritten(_) => "settlement_not_written",
        }
    }
}

/// A run that can't go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FaultyRun {
    /// The run.
    pub(crate) run: Uuid,
    /// Number of its paper, or empty if that is what is missing.
    pub(crate) paper: String,
    /// Why.
    pub(crate) fault: RunFault,
}

impl FaultyRun {
    /// Of a run.
    pub(crate) fn new(run: &SettlementRun, paper: &str, fault: RunFault) -> FaultyRun {
        FaultyRun {
            run: run.id,
            paper: paper.to_owned(),
            fault,
        }
    }
}

/// Sets runs aside, each with a task for a person.
pub(crate) fn set_aside(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    faulty: &[FaultyRun],
) -> Result<(), AppError> {
    if faulty.is_empty() {
        return Ok(());
    }
    let mut tasks = Vec::with_capacity(faulty.len());
    let mut runs = Vec::with_capacity(faulty.len());
    for FaultyRun { run, paper, fault } in faulty {
        tracing::error!(paper, %run, code = fault.code(), %fault, "a settlement is set aside");
        runs.push((*run, fault.code()));
        tasks.push(task(*run, fault.code(), format!("{paper}: {fault}"), now)?);
    }
    let kept = tx.settlements_set_aside(&runs, now)?;
    tasks.retain(|task| kept.iter().any(|run| task.subject == run.to_string()));
    ask_operator::ask(tx, now, &tasks)
}

/// Code of the task about a paper whose obligor's bank does not pay.
pub const NOT_HONOURED: &str = "paper_not_honoured";

/// A task for a person about a run that its obligor's bank won't pay in full, with the sum and the
/// bank's reason. What is not paid is asked for again on the next day, or once the task is closed.
pub(crate) fn not_honoured(
    run: Uuid,
    paper: &PaperRecord,
    unpaid: Amount,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<OperatorTask, AppError> {
    let number = &paper.paper.number;
    tracing::error!(paper = %number, %run, reason, "the obligor's bank does not pay");
    let money = wording::money(unpaid, paper.paper.currency);
    let reason = if reason.is_empty() {
        "none given"
    } else {
        reason
    };
    let detail = format!("{number}: {money} not paid; the bank's reason: {reason}");
    task(run, NOT_HONOURED, detail, now)
}

fn task(
    run: Uuid,
    code: &str,
    detail: String,
    now: DateTime<Utc>,
) -> Result<OperatorTask, AppError> {
    Ok(OperatorTask {
        id: Uuid::from_bytes(random::bytes()?),
        kind: OperatorTaskKind::SettlementRun,
        subject: run.to_string(),
        code: code.to_owned(),
        detail,
        opened_at: now,
        closed_at: None,
        closed_by: None,
        note: String::new(),
    })
}
