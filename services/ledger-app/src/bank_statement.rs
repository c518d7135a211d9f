//! A bank's statement or notification as the platform takes note of it: what is evidence, and what
//! a person has to ask the bank about.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
pub use ledger_store::bank_messages::Booking;
use ledger_store::bank_messages::StatementEntry;
use ledger_store::operator_tasks::OperatorTask;
use ledger_store::operator_tasks::OperatorTaskKind;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::ask_operator;
use crate::error::AppError;
use crate::maturity_letters;
use crate::random;
use crate::wording;

/// One booking as a bank states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedBooking {
    /// On which account.
    pub account: String,
    /// The bank's own reference.
    pub servicer_ref: String,
    /// Our end-to-end id, or empty.
    pub end_to_end_id: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// Which side.
    pub direction: Booking,
    /// When it was booked.
    pub booking_date: NaiveDate,
    /// From when it counts.
    pub value_date: NaiveDate,
    /// Whether it takes an earlier one back.
    pub reversal: bool,
}

/// A booking that a bank states without what makes it evidence. It is not counted; a person asks
/// the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableBooking {
    /// Its place among the bookings of the message, from 1.
    pub place: usize,
    /// On which account.
    pub account: String,
    /// Our end-to-end id, or empty.
    pub end_to_end_id: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// What is missing.
    pub missing: MissingInBooking,
}

/// What a booking must have to be evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingInBooking {
    /// The bank's own reference: without it, the same booking stated twice would count twice.
    ServicerReference,
    /// The day it was booked.
    BookingDate,
}

impl MissingInBooking {
    /// Stable code of the task about it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            MissingInBooking::ServicerReference => "booking_without_reference",
            MissingInBooking::BookingDate => "booking_without_date",
        }
    }
}

/// Balances of one account on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedBalance {
    /// Of which account.
    pub account: String,
    /// Which day.
    pub day: NaiveDate,
    /// At its start, signed minor units.
    pub opening: i64,
    /// At its end, signed minor units.
    pub closing: i64,
    /// In what.
    pub currency: Currency,
}

/// A statement or notification, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankStatement {
    /// ISO 20022 name of the message.
    pub kind: String,
    /// Its own id.
    pub message_id: String,
    /// The message to the byte, kept as evidence.
    pub body: Vec<u8>,
    /// Its bookings.
    pub bookings: Vec<StatedBooking>,
    /// Bookings in it that are no evidence.
    pub unusable: Vec<UnusableBooking>,
    /// Its balances, of an end-of-day statement.
    pub balances: Vec<StatedBalance>,
    /// Feed and new position, if it came from a feed: kept in the same unit of work, so that
    /// nothing is lost or read twice.
    pub feed: Option<(String, String, String)>,
}

/// One task for each booking that is no evidence.
pub(crate) fn tasks_about(
    statement: &BankStatement,
    digest: &str,
    now: DateTime<Utc>,
) -> Result<Vec<OperatorTask>, AppError> {
    let task = |booking: &UnusableBooking| {
        tracing::warn!(
            message = %statement.message_id,
            place = booking.place,
            code = booking.missing.code(),
            "a booking is no evidence"
        );
        Ok(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::BankBooking,
            subject: format!("{digest}:{}", booking.place),
            code: booking.missing.code().to_owned(),
            detail: format!(
                "{} {}, booking {}: {} on account {}, for {}",
                statement.kind,
                statement.message_id,
                booking.place,
                wording::money(booking.amount, booking.currency),
                maturity_letters::masked(&booking.account),
                payment_named(&booking.end_to_end_id),
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        })
    };
    statement.unusable.iter().map(task).collect()
}

/// Code of the task about a booking under a reference that another booking of the account has.
pub const REFERENCE_REUSED: &str = "booking_reference_reused";

/// Opens a task for each of these bookings that is not on record because another one has its
/// reference. The same booking stated again, by another message, is no such one.
pub(crate) fn note_reused_references(
    tx: &mut WriteTx<'_>,
    stated: &[StatementEntry],
    digest: &str,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let references: Vec<(&str, &str)> = stated
        .iter()
        .map(|entry| (entry.account.as_str(), entry.servicer_ref.as_str()))
        .collect();
    let on_record = tx.statement_entries_by_reference(&references)?;
    let by_reference: HashMap<(&str, &str), &StatementEntry> = on_record
        .iter()
        .map(|entry| ((entry.account.as_str(), entry.servicer_ref.as_str()), entry))
        .collect();
    let mut tasks = Vec::new();
    for entry in stated {
        let known = by_reference.get(&(entry.account.as_str(), entry.servicer_ref.as_str()));
        let Some(known) = known.filter(|known| !same_booking(known, entry)) else {
            continue;
        };
        tracing::error!(reference = %entry.servicer_ref, "a booking under a reference that is taken");
        tasks.push(OperatorTask {
            id: Uuid::from_bytes(random::bytes()?),
            kind: OperatorTaskKind::BankBooking,
            subject: format!("{digest}:{}:{}", entry.servicer_ref, entry.end_to_end_id),
            code: REFERENCE_REUSED.to_owned(),
            detail: format!(
                "reference {} on account {}: {} for {} is not counted; on record under it: {} for {}",
                entry.servicer_ref,
                maturity_letters::masked(&entry.account),
                wording::money(entry.amount, entry.currency),
                payment_named(&entry.end_to_end_id),
                wording::money(known.amount, known.currency),
                payment_named(&known.end_to_end_id),
            ),
            opened_at: now,
            closed_at: None,
            closed_by: None,
            note: String::new(),
        });
    }
    ask_operator::ask(tx, now, &tasks)
}

/// Days are left out: a notification and the statement after it may differ in them.
fn same_booking(known: &StatementEntry, stated: &StatementEntry) -> bool {
    let same_payment =
        stated.end_to_end_id.is_empty() || stated.end_to_end_id == known.end_to_end_id;
    same_payment
        && (known.amount, known.currency) == (stated.amount, stated.currency)
        && (known.direction, known.reversal) == (stated.direction, stated.reversal)
}

fn payment_named(end_to_end_id: &str) -> &str {
    if end_to_end_id.is_empty() {
        "no payment named"
    } else {
        end_to_end_id
    }
}
