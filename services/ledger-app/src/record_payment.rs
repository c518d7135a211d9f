//! What goes to banks and what banks say: instructions out, answers and statements in.
//!
//! An instruction is `sent` before an answer is known; no answer is `unknown`, and then the bank is
//! asked, under the same ids. Only a statement or notification makes it `settled`.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::hash::sha256;
use ledger_core::hash::sha256_of;
use ledger_store::bank_messages::BankMessage;
pub use ledger_store::bank_messages::Booking;
use ledger_store::bank_messages::Direction;
use ledger_store::bank_messages::StatementBalance;
use ledger_store::bank_messages::StatementEntry;
pub use ledger_store::payments::Instruction;
pub use ledger_store::payments::InstructionState;
pub use ledger_store::payments::InstructionWord;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::app::App;
use crate::ask_operator;
pub use crate::bank_statement::BankStatement;
pub use crate::bank_statement::MissingInBooking;
pub use crate::bank_statement::StatedBalance;
pub use crate::bank_statement::StatedBooking;
pub use crate::bank_statement::UnusableBooking;
use crate::bank_statement::note_reused_references;
use crate::bank_statement::tasks_about;
use crate::credit_again;
use crate::error::AppError;
use crate::net_credits;
pub use crate::net_credits::Payment;
use crate::payout_tasks;
use crate::random;
use crate::recourse_tasks;
use crate::redemption_tasks;
use crate::stated_payments;

/// How long a worker may keep what it took before another takes it again.
const LEASE_SECONDS: i64 = 60;

/// Longest a call to a bank may take: until then a message may still be on its way to it, and a
/// bank that says it has never seen it proves nothing.
pub const LONGEST_CALL: std::time::Duration = std::time::Duration::from_secs(60);

/// How long before a bank is asked whose answer is in, or whose call has ended without one.
const ASK_AFTER: std::time::Duration = std::time::Duration::from_secs(5);

/// Instructions in one message to a bank.
const BATCH: i64 = 500;

/// Payments from one account, for one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingBatch {
    /// Follows from the instructions in it: sent again, it is the same message.
    pub message_id: String,
    /// The day on which the bank is to pay.
    pub execution_date: NaiveDate,
    /// What is to be paid, all from the same account; of a payment made of several credits, each.
    pub instructions: Vec<Instruction>,
}

impl OutgoingBatch {
    /// The payments that the bank is asked to make.
    ///
    /// # Errors
    /// As [`net_credits::payments`].
    pub fn payments(&self) -> Result<Vec<Payment<'_>>, AppError> {
        net_credits::payments(&self.instructions)
    }
}

/// Takes what waits to be sent, by account.
///
/// # Errors
/// The store's.
pub fn take_outgoing(app: &App) -> Result<Vec<OutgoingBatch>, AppError> {
    let now = app.clock.now();
    let lease = now
        .checked_add_signed(Duration::seconds(LEASE_SECONDS))
        .unwrap_or(now);
    let (today, taken) = app.store.write(|tx| {
        let taken = tx.instructions_claim(InstructionState::Created, now, lease, BATCH)?;
        let taken = net_credits::whole(tx, taken)?;
        Ok::<_, AppError>((tx.business_date_today()?, taken))
    })?;
    let mut by_account: BTreeMap<(String, String, String), Vec<Instruction>> = BTreeMap::new();
    for instruction in taken {
        let key = (
            instruction.debtor_bank_code.clone(),
            instruction.debtor_account.clone(),
            instruction.currency.to_string(),
        );
        by_account.entry(key).or_default().push(instruction);
    }
    Ok(by_account
        .into_values()
        .map(|mut instructions| {
            instructions.sort_by_key(|i| i.id);
            let ids: Vec<&[u8]> = instructions
                .iter()
                .map(|i| i.id.bytes().as_slice())
                .collect();
            let hash = sha256(&ids);
            let short = hash.first_chunk::<14>().copied().unwrap_or_default();
            OutgoingBatch {
                message_id: format!("TSM{}", hex::encode(short)),
                execution_date: today,
                instructions,
            }
        })
        .collect())
}

/// Keeps the message before it leaves: a crash after this finds it, and asks.
///
/// # Errors
/// [`AppError::Busy`] if one of the payments does not wait any more: the lease ran out and another
/// worker has sent it. Then nothing is kept, and the message must not leave. The store's.
pub fn note_sent(app: &App, batch: &OutgoingBatch, kind: &str, xml: &str) -> Result<(), AppError> {
    let now = app.clock.now();
    let ask_at = ask_at(now, LONGEST_CALL.saturating_add(ASK_AFTER));
    let ids: Vec<_> = batch.instructions.iter().map(|i| i.id).collect();
    let message = message(
        Direction::Out,
        (kind, &batch.message_id),
        xml.as_bytes(),
        now,
    )?;
    app.store.write(|tx| {
        tx.bank_messages_append(std::slice::from_ref(&message))?;
        if tx.instructions_sent(&ids, &batch.message_id, ask_at)? != ids.len() {
            return Err(AppError::Busy {
                retry_after_seconds: 1,
            });
        }
        Ok(())
    })
}

/// The call in which a message was sent is over, with an answer or without: from now on the bank may
/// be asked what became of its payments.
///
/// # Errors
/// The store's.
pub fn note_call_over(app: &App, message_id: &str) -> Result<(), AppError> {
    let at = ask_at(app.clock.now(), ASK_AFTER);
    app.store
        .write(|tx| Ok(tx.instructions_ask_at(message_id, at)?))
}

fn ask_at(now: DateTime<Utc>, after: std::time::Duration) -> DateTime<Utc> {
    let after = Duration::from_std(after).unwrap_or(Duration::MAX);
    now.checked_add_signed(after).unwrap_or(now)
}

fn message(
    direction: Direction,
    names: (&str, &str),
    raw: &[u8],
    at: DateTime<Utc>,
) -> Result<BankMessage, AppError> {
    let id = Uuid::from_bytes(random::bytes()?);
    Ok(BankMessage::new(id, direction, names, raw.to_vec(), at))
}

/// Message ids of what was sent and not answered by the bank's last word yet: to be asked after.
///
/// # Errors
/// The store's.
pub fn take_to_ask(app: &App) -> Result<Vec<String>, AppError> {
    let now = app.clock.now();
    let lease = now
        .checked_add_signed(Duration::seconds(LEASE_SECONDS))
        .unwrap_or(now);
    let mut ids = app.store.write(|tx| {
        let mut taken = tx.instructions_claim(InstructionState::Sent, now, lease, BATCH)?;
        taken.extend(tx.instructions_claim(InstructionState::Unknown, now, lease, BATCH)?);
        taken.extend(tx.instructions_claim(InstructionState::Accepted, now, lease, BATCH)?);
        Ok::<_, AppError>(
            taken
                .into_iter()
                .filter_map(|i| i.message_id)
                .collect::<Vec<_>>(),
        )
    })?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// The bank has never seen this message: its instructions may be sent again, under the same ids.
///
/// # Errors
/// The store's.
pub fn send_again(app: &App, message_id: &str) -> Result<(), AppError> {
    let now = app.clock.now();
    app.store
        .write(|tx| Ok(tx.instructions_unsend(message_id, now)?))
}

/// Takes note of a bank's answer to a message, to the byte: accepted, rejected or unknown; never settled, for
/// an answer is not evidence. Gives of how many payments it changed something.
///
/// # Errors
/// The store's.
pub fn note_answer(
    app: &App,
    kind: &str,
    message_id: &str,
    body: &[u8],
    words: &[InstructionWord],
) -> Result<usize, AppError> {
    let now = app.clock.now();
    let words: Vec<InstructionWord> = words
        .iter()
        .map(|word| match word.state {
            InstructionState::Settled => InstructionWord {
                state: InstructionState::Accepted,
                evidence: None,
                ..word.clone()
            },
            _ => word.clone(),
        })
        .collect();
    let answer = message(Direction::In, (kind, message_id), body, now)?;
    app.store.write(|tx| {
        if !body.is_empty() {
            tx.bank_messages_append(std::slice::from_ref(&answer))?;
        }
        let words = net_credits::spread(tx, &words)?;
        let changed: Vec<String> = tx.instructions_hear(&words)?.into_iter().collect();
        let news = tx.instructions_out_of_the_ordinary(&changed)?;
        note_changed(tx, &news, now)?;
        Ok(changed.len())
    })
}

/// Takes note of a statement: bookings are kept once by the bank's own reference; instructions
/// whose debit or credit is stated become settled, returned ones returned. Gives how many
/// instructions changed. Bookings that are no evidence become tasks for a person, once for each
/// place in the same message, and so do bookings under a reference that another one has.
///
/// # Errors
/// The store's.
pub fn note_statement(app: &App, statement: &BankStatement) -> Result<usize, AppError> {
    let now = app.clock.now();
    let kept = message(
        Direction::In,
        (&statement.kind, &statement.message_id),
        &statement.body,
        now,
    )?;
    let entries = entries_of(statement, kept.id);
    let balances: Vec<StatementBalance> = statement
        .balances
        .iter()
        .map(|b| StatementBalance {
            account: b.account.clone(),
            day: b.day,
            opening: b.opening,
            closing: b.closing,
            currency: b.currency,
            message: kept.id,
        })
        .collect();
    let evidence = hex::encode(sha256_of(&statement.body));
    let tasks = tasks_about(statement, &evidence, now)?;
    app.store.write(|tx| {
        tx.bank_messages_append(std::slice::from_ref(&kept))?;
        let new = tx.statement_entries_append(&entries)?;
        tx.statement_balances_append(&balances)?;
        ask_operator::ask(tx, now, &tasks)?;
        if new != entries.len() {
            note_reused_references(tx, &entries, &evidence, now)?;
        }
        let ids: Vec<String> = entries.iter().map(|e| e.end_to_end_id.clone()).collect();
        // Only what is on record counts: a booking under a reference that another has is not.
        let words = if new == entries.len() {
            stated_payments::words(tx, &entries, &evidence)?
        } else {
            let on_record = tx.statement_entries_by_end_to_end(&ids)?;
            stated_payments::words(tx, &on_record, &evidence)?
        };
        let changed = tx.instructions_hear(&words)?;
        let names = words.iter().map(|word| word.end_to_end_id.clone());
        let names: Vec<String> = names.collect();
        let booked = tx.instructions_out_of_the_ordinary(&names)?;
        let news = booked
            .iter()
            .filter(|one| changed.contains(&one.end_to_end_id));
        let news: Vec<Instruction> = news.cloned().collect();
        note_changed(tx, &news, now)?;
        credit_again::note_booked(tx, &names, now)?;
        payout_tasks::note_booked(tx, &booked, now)?;
        redemption_tasks::note_booked(tx, &booked, now)?;
        recourse_tasks::note_booked(tx, &booked, now)?;
        if let Some((bank, feed, position)) = &statement.feed {
            tx.bank_cursor_set(bank, feed, position, now)?;
        }
        Ok(changed.len())
    })
}

/// A bank's word has just changed something about these payments.
fn note_changed(
    tx: &mut WriteTx<'_>,
    changed: &[Instruction],
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    credit_again::note_not_made(tx, changed, now)?;
    redemption_tasks::note_not_paid(tx, changed, now)?;
    recourse_tasks::note_returned(tx, changed, now)
}

/// The bookings of a statement, as they are kept with the message they came in.
fn entries_of(statement: &BankStatement, message: Uuid) -> Vec<StatementEntry> {
    let bookings = statement.bookings.iter();
    bookings
        .map(|b| StatementEntry {
            account: b.account.clone(),
            servicer_ref: b.servicer_ref.clone(),
            end_to_end_id: b.end_to_end_id.clone(),
            amount: b.amount,
            currency: b.currency,
            direction: b.direction,
            booking_date: b.booking_date,
            value_date: b.value_date,
            reversal: b.reversal,
            message,
        })
        .collect()
}

/// Where a feed was left.
///
/// # Errors
/// The store's.
pub fn feed_position(app: &App, bank: &str, feed: &str) -> Result<Option<String>, AppError> {
    app.store.read(|tx| Ok(tx.bank_cursor(bank, feed)?))
}

/// Accounts and ended days of which no end-of-day statement is known yet: where the platform's payments
/// were booked, and where one may have been that the bank has and of which nothing was said since.
/// Notifications can be lost; a statement is asked for.
///
/// # Errors
/// The store's.
pub fn statements_wanted(app: &App) -> Result<Vec<(NaiveDate, Vec<String>)>, AppError> {
    let missing = app.store.read(|tx| {
        let today = tx.business_date_today()?;
        tx.statements_missing(today)
    })?;
    let mut by_day: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
    for (day, account) in missing {
        by_day.entry(day).or_default().push(account);
    }
    Ok(by_day.into_iter().collect())
}
