//! The conversation with the bank: send what waits, ask where no answer came, read what it booked.

use bank_channel::bank_client::BankClient;
use bank_channel::bank_client::Outcome;
use bank_channel::bank_client::Received;
use bank_channel::messages::camt::AccountReport;
use bank_channel::messages::camt::EntryStatus;
use bank_channel::messages::camt::ReportKind;
use bank_channel::messages::camt::StatementEntry;
use bank_channel::messages::identification::AccountParty;
use bank_channel::messages::identification::Remittance;
use bank_channel::messages::identification::Side;
use bank_channel::messages::pain001;
use bank_channel::messages::pain001::CreditTransfer;
use bank_channel::messages::pain001::CreditTransferBatch;
use bank_channel::messages::pain002::StatusMeaning;
use bank_channel::messages::pain002::StatusReport;
use bank_channel::messages::pain013::PaymentRequest;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::Booking;
use ledger_app::record_payment::Instruction;
use ledger_app::record_payment::InstructionState;
use ledger_app::record_payment::InstructionWord;
use ledger_app::record_payment::OutgoingBatch;
use ledger_app::record_payment::StatedBalance;
use ledger_app::record_payment::StatedBooking;
use ledger_app::settle_paper;
use ledger_app::settle_paper::Presentation;

use crate::error::JobError;

/// Name of the feed position kept per bank.
const FEED: &str = "camt.054";

/// Most notifications read in one run, so that a run ends.
const NOTIFICATIONS_A_RUN: usize = 1_000;

/// The bank, as the platform reaches it.
#[derive(Debug, Clone)]
pub struct BankDesk {
    /// Name under which its feed position is kept.
    pub name: String,
    /// The channel.
    pub client: BankClient,
    /// Who initiates presentations on behalf of the holders.
    pub initiator: String,
}

/// Sends what waits; gives how many payments went out.
///
/// # Errors
/// [`JobError`].
pub fn send_payments(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut sent: usize = 0;
    for outgoing in record_payment::take_outgoing(app)? {
        let Some(first) = outgoing.instructions.first() else {
            continue;
        };
        let batch = CreditTransferBatch {
            message_id: outgoing.message_id.clone(),
            created_at: app.clock.now(),
            debtor: AccountParty {
                name: first.debtor_name.clone(),
                account: first.debtor_account.clone(),
                bank_code: first.debtor_bank_code.clone(),
            },
            requested_execution_date: outgoing.execution_date,
            transfers: outgoing.instructions.iter().map(transfer).collect(),
        };
        let xml = pain001::write(&batch)?;
        record_payment::note_sent(app, &outgoing, pain001::MESSAGE_NAME, &xml)?;
        sent = sent.saturating_add(outgoing.instructions.len());
        match bank.client.pay(&batch)? {
            Outcome::Answered(report) => note_report(app, &report)?,
            Outcome::Refused { status, text } => {
                note_all(
                    app,
                    &outgoing,
                    InstructionState::Rejected,
                    &format!("{status} {text}"),
                )?;
            }
            Outcome::Unknown { cause } => {
                note_all(app, &outgoing, InstructionState::Unknown, &cause)?;
            }
        }
    }
    Ok(sent)
}

fn transfer(instruction: &Instruction) -> CreditTransfer {
    CreditTransfer {
        instruction_id: instruction.id.to_string(),
        end_to_end_id: instruction.end_to_end_id.clone(),
        amount: instruction.amount,
        currency: instruction.currency,
        creditor: AccountParty {
            name: instruction.creditor_name.clone(),
            account: instruction.creditor_account.clone(),
            bank_code: instruction.creditor_bank_code.clone(),
        },
        remittance: Remittance::default(),
    }
}

fn note_all(
    app: &App,
    outgoing: &OutgoingBatch,
    state: InstructionState,
    reason: &str,
) -> Result<(), AppError> {
    let short: String = reason.chars().take(200).collect();
    let words: Vec<InstructionWord> = outgoing
        .instructions
        .iter()
        .map(|i| InstructionWord {
            end_to_end_id: i.end_to_end_id.clone(),
            state,
            reason: short.clone(),
            evidence: None,
        })
        .collect();
    record_payment::note_answer(app, "none", &outgoing.message_id, "", &words)
}

fn note_report(app: &App, answer: &Received<StatusReport>) -> Result<(), AppError> {
    let report = &answer.message;
    let words: Vec<InstructionWord> = report
        .transactions
        .iter()
        .filter_map(|t| {
            let state = match t.status.meaning() {
                StatusMeaning::Settled | StatusMeaning::Pending => InstructionState::Accepted,
                StatusMeaning::Rejected => InstructionState::Rejected,
                StatusMeaning::Partial | StatusMeaning::Unrecognised => InstructionState::Unknown,
            };
            let code = t.reasons.first().and_then(|reason| reason.code.clone());
            Some(InstructionWord {
                end_to_end_id: t.end_to_end_id.clone()?,
                state,
                reason: code.unwrap_or_default(),
                evidence: None,
            })
        })
        .collect();
    let original = &report.original_message_id;
    let xml = String::from_utf8_lossy(&answer.xml);
    record_payment::note_answer(app, "pain.002", original, &xml, &words)
}

/// Asks what became of messages without a last word; gives how many were answered.
///
/// # Errors
/// [`JobError`].
pub fn ask_unanswered(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut answered: usize = 0;
    for message_id in record_payment::take_to_ask(app)? {
        match bank.client.ask_status(&message_id) {
            Outcome::Answered(Some(report)) => {
                note_report(app, &report)?;
                answered = answered.saturating_add(1);
            }
            Outcome::Answered(None) => record_payment::send_again(app, &message_id)?,
            Outcome::Refused { status, text } => {
                tracing::warn!(
                    message_id,
                    status,
                    text,
                    "the bank will not say what became of it"
                );
            }
            Outcome::Unknown { cause } => {
                tracing::warn!(message_id, cause, "the bank does not answer");
            }
        }
    }
    Ok(answered)
}

/// Reads notifications after the last position; gives how many payments they settled.
///
/// # Errors
/// [`JobError`].
pub fn read_notifications(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut changed: usize = 0;
    for _ in 0..NOTIFICATIONS_A_RUN {
        let position = record_payment::feed_position(app, &bank.name, FEED)?
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        match bank.client.notification_after(None, position) {
            Outcome::Answered(Some(delivered)) => {
                let feed = (
                    bank.name.clone(),
                    FEED.to_owned(),
                    delivered.cursor.to_string(),
                );
                let body = String::from_utf8_lossy(&delivered.xml).into_owned();
                let statement = statement(&delivered.reports, body, Some(feed));
                changed = changed.saturating_add(record_payment::note_statement(app, &statement)?);
            }
            Outcome::Answered(None) => break,
            Outcome::Refused { status, text } => {
                tracing::warn!(status, text, "the bank refuses its notifications");
                break;
            }
            Outcome::Unknown { cause } => {
                tracing::warn!(cause, "the bank does not answer");
                break;
            }
        }
    }
    Ok(changed)
}

/// Reads the end-of-day statement of accounts; gives how many accounts were read.
///
/// # Errors
/// [`JobError`].
pub fn read_statements(
    app: &App,
    bank: &BankDesk,
    accounts: &[String],
    day: chrono::NaiveDate,
) -> Result<usize, JobError> {
    let mut read: usize = 0;
    for account in accounts {
        match bank.client.statement(account, day) {
            Outcome::Answered(stated) if stated.message.closing().is_some() => {
                let body = String::from_utf8_lossy(&stated.xml).into_owned();
                record_payment::note_statement(app, &statement(&[stated.message], body, None))?;
                read = read.saturating_add(1);
            }
            Outcome::Answered(_) => {
                tracing::info!(account, %day, "the day has not ended at the bank");
            }
            Outcome::Refused { status, text } => {
                tracing::warn!(account, status, text, "no statement");
            }
            Outcome::Unknown { cause } => tracing::warn!(account, cause, "no statement"),
        }
    }
    Ok(read)
}

fn statement(
    reports: &[AccountReport],
    body: String,
    feed: Option<(String, String, String)>,
) -> BankStatement {
    let first = reports.first();
    let kind = match first.map(|report| report.kind) {
        Some(ReportKind::Statement) => "camt.053",
        Some(ReportKind::Intraday) => "camt.052",
        Some(ReportKind::Notification) | None => "camt.054",
    };
    BankStatement {
        kind: kind.to_owned(),
        message_id: first
            .map(|report| report.message_id.clone())
            .unwrap_or_default(),
        body,
        bookings: reports
            .iter()
            .flat_map(|report| &report.entries)
            .filter(|entry| entry.status == EntryStatus::Booked)
            .filter_map(booking)
            .collect(),
        balances: reports.iter().filter_map(balances).collect(),
        feed,
    }
}

/// A booking without the bank's own reference or date is no evidence and is left out.
fn booking(entry: &StatementEntry) -> Option<StatedBooking> {
    Some(StatedBooking {
        account: entry.account.clone(),
        servicer_ref: entry.servicer_reference.clone()?,
        end_to_end_id: entry.end_to_end_id.clone().unwrap_or_default(),
        amount: entry.amount,
        currency: entry.currency,
        direction: match entry.side {
            Side::Credit => Booking::Credit,
            Side::Debit => Booking::Debit,
        },
        booking_date: entry.booking_date?,
        value_date: entry.value_date.or(entry.booking_date)?,
        reversal: entry.returned.is_some(),
    })
}

fn balances(report: &AccountReport) -> Option<StatedBalance> {
    let (opening, closing) = (report.opening()?, report.closing()?);
    Some(StatedBalance {
        account: report.account.clone(),
        day: closing.date,
        opening: opening.minor,
        closing: closing.minor,
        currency: closing.currency,
    })
}

/// Presents the papers that are locked to their obligors' bank; gives how many it will pay.
///
/// # Errors
/// [`JobError`].
pub fn present(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut funded: usize = 0;
    for presentation in settle_paper::to_present(app)? {
        let request = payment_request(app, bank, &presentation);
        match bank.client.request_payment(&request)? {
            Outcome::Answered(report) => {
                let refused = report
                    .transactions
                    .iter()
                    .any(|t| t.status.meaning() == StatusMeaning::Rejected)
                    || report
                        .group_status
                        .as_ref()
                        .is_some_and(|s| s.meaning() == StatusMeaning::Rejected);
                settle_paper::note_presented(app, presentation.run, &request.message_id, !refused)?;
                funded = funded.saturating_add(usize::from(!refused));
            }
            Outcome::Refused { status, text } => {
                tracing::error!(status, text, "the obligor's bank refuses the presentation");
                settle_paper::note_presented(app, presentation.run, &request.message_id, false)?;
            }
            // Presenting again does no harm: nothing is booked by it.
            Outcome::Unknown { cause } => tracing::warn!(cause, "the bank does not answer"),
        }
    }
    Ok(funded)
}

fn payment_request(app: &App, bank: &BankDesk, presentation: &Presentation) -> PaymentRequest {
    let obligor = &presentation.obligor;
    PaymentRequest {
        message_id: format!("TSP{}", presentation.run.simple()),
        created_at: app.clock.now(),
        initiator_name: bank.initiator.clone(),
        debtor: AccountParty {
            name: obligor.account_name.clone(),
            account: obligor.account_number.clone(),
            bank_code: obligor.account_bank_code.clone(),
        },
        requested_execution_date: presentation.due_date,
        expiry_date: None,
        claims: presentation.claims.iter().map(transfer).collect(),
    }
}
