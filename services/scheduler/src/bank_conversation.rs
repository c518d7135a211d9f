//! The conversation with the bank: send what waits, ask where no answer came, read what it booked.

use std::collections::BTreeMap;

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
use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::Booking;
use ledger_app::record_payment::Instruction;
use ledger_app::record_payment::InstructionState;
use ledger_app::record_payment::InstructionWord;
use ledger_app::record_payment::MissingInBooking;
use ledger_app::record_payment::OutgoingBatch;
use ledger_app::record_payment::Payment;
use ledger_app::record_payment::StatedBalance;
use ledger_app::record_payment::StatedBooking;
use ledger_app::record_payment::UnusableBooking;

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
            transfers: outgoing.payments()?.iter().map(payment).collect(),
        };
        // Whatever is wrong with this batch is no reason to keep the others back.
        let xml = match pain001::write(&batch) {
            Ok(xml) => xml,
            Err(error) => {
                tracing::error!(message_id = %batch.message_id, %error, "payments can't be written");
                continue;
            }
        };
        match record_payment::note_sent(app, &outgoing, pain001::MESSAGE_NAME, &xml) {
            Err(AppError::Busy { .. }) => {
                tracing::warn!(message_id = %batch.message_id, "another worker sends these payments");
                continue;
            }
            kept => kept?,
        }
        sent = sent.saturating_add(outgoing.instructions.len());
        match bank.client.pay(&batch)? {
            Outcome::Answered(report) => {
                note_report(app, &report)?;
            }
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
        record_payment::note_call_over(app, &batch.message_id)?;
    }
    Ok(sent)
}

fn payment(payment: &Payment<'_>) -> CreditTransfer {
    CreditTransfer {
        end_to_end_id: payment.end_to_end_id().to_owned(),
        amount: payment.amount,
        ..transfer(payment.first)
    }
}

pub(crate) fn transfer(instruction: &Instruction) -> CreditTransfer {
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
    record_payment::note_answer(app, "none", &outgoing.message_id, b"", &words)?;
    Ok(())
}

fn note_report(app: &App, answer: &Received<StatusReport>) -> Result<usize, AppError> {
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
    record_payment::note_answer(app, "pain.002", original, &answer.xml, &words)
}

/// Asks what became of messages without a last word; gives of how many payments the bank had something
/// new to say. The same answer again is no news.
///
/// # Errors
/// [`JobError`].
pub fn ask_unanswered(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut news: usize = 0;
    for message_id in record_payment::take_to_ask(app)? {
        match bank.client.ask_status(&message_id) {
            Outcome::Answered(Some(report)) => {
                news = news.saturating_add(note_report(app, &report)?);
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
    Ok(news)
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
                let statement = statement(&delivered.reports, delivered.xml, Some(feed));
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

/// Reads the end-of-day statements of accounts, day by day; gives how many were read. A report that
/// does not close the day that was asked for says nothing about it and is not taken.
///
/// # Errors
/// The store's; [`JobError::Unanswered`], once all were asked for, if the bank left one open: nobody
/// may take that for a day without news. Later days of that account wait for the next ring.
pub fn read_statements(
    app: &App,
    bank: &BankDesk,
    wanted: &[(NaiveDate, Vec<String>)],
) -> Result<usize, JobError> {
    let mut read: usize = 0;
    let mut open: BTreeMap<&String, String> = BTreeMap::new();
    let each = wanted
        .iter()
        .flat_map(|(day, accounts)| accounts.iter().map(move |account| (*day, account)));
    for (day, account) in each {
        if open.contains_key(account) {
            continue;
        }
        match bank.client.statement(account, day) {
            Outcome::Answered(stated) if closes(&stated.message, day) => {
                let stated = statement(&[stated.message], stated.xml, None);
                record_payment::note_statement(app, &stated)?;
                read = read.saturating_add(1);
            }
            Outcome::Answered(_) => {
                tracing::info!(account, %day, "the day has not ended at the bank");
            }
            Outcome::Refused { status, text } => {
                tracing::warn!(account, %day, status, text, "no statement");
            }
            Outcome::Unknown { cause } => {
                tracing::warn!(account, %day, cause, "no statement");
                open.insert(
                    account,
                    format!("statement of {account} for {day}: {cause}"),
                );
            }
        }
    }
    match open.into_values().next() {
        None => Ok(read),
        Some(what) => Err(JobError::Unanswered(what)),
    }
}

/// Whether a report is the statement of an ended day: with what the day began and ended with.
fn closes(report: &AccountReport, day: NaiveDate) -> bool {
    balances(report).is_some_and(|stated| stated.day == day)
}

/// A statement or notification as the platform takes note of it: reports with the bytes they were
/// read from, and the feed and position they came from, if any. Only what is booked counts; a
/// booking without the bank's own reference or date is kept apart.
#[must_use]
pub fn statement(
    reports: &[AccountReport],
    body: Vec<u8>,
    feed: Option<(String, String, String)>,
) -> BankStatement {
    let first = reports.first();
    let kind = match first.map(|report| report.kind) {
        Some(ReportKind::Statement) => "camt.053",
        Some(ReportKind::Intraday) => "camt.052",
        Some(ReportKind::Notification) | None => "camt.054",
    };
    let mut bookings = Vec::new();
    let mut unusable = Vec::new();
    let booked = reports
        .iter()
        .flat_map(|report| &report.entries)
        .filter(|entry| entry.status == EntryStatus::Booked);
    for (place, entry) in (1_usize..).zip(booked) {
        match booking(place, entry) {
            Ok(booking) => bookings.push(booking),
            Err(booking) => unusable.push(booking),
        }
    }
    BankStatement {
        kind: kind.to_owned(),
        message_id: first
            .map(|report| report.message_id.clone())
            .unwrap_or_default(),
        body,
        bookings,
        unusable,
        balances: reports.iter().filter_map(balances).collect(),
        feed,
    }
}

/// A booking without the bank's own reference or date is no evidence: a person asks the bank.
fn booking(place: usize, entry: &StatementEntry) -> Result<StatedBooking, UnusableBooking> {
    let unusable = |missing| UnusableBooking {
        place,
        account: entry.account.clone(),
        end_to_end_id: entry.end_to_end_id.clone().unwrap_or_default(),
        amount: entry.amount,
        currency: entry.currency,
        missing,
    };
    let booking_date = entry
        .booking_date
        .ok_or_else(|| unusable(MissingInBooking::BookingDate))?;
    Ok(StatedBooking {
        account: entry.account.clone(),
        servicer_ref: entry
            .servicer_reference
            .clone()
            .filter(|reference| !reference.is_empty())
            .ok_or_else(|| unusable(MissingInBooking::ServicerReference))?,
        end_to_end_id: entry.end_to_end_id.clone().unwrap_or_default(),
        amount: entry.amount,
        currency: entry.currency,
        direction: match entry.side {
            Side::Credit => Booking::Credit,
            Side::Debit => Booking::Debit,
        },
        booking_date,
        value_date: entry.value_date.unwrap_or(booking_date),
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
