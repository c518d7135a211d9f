//! Holds what was asked of banks against what they booked, to the cent.
//!
//! An instruction is even when the bank has booked on the debtor's and the creditor's accounts, as
//! far as it reports on them, exactly what our books say became of it. What the bank booked without
//! being asked by the platform is named beside it: accounts belong to the parties, not to us.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_store::bank_messages::Booking;
use ledger_store::bank_messages::StatementBalance;
use ledger_store::bank_messages::StatementEntry;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;

/// How an instruction and the statement agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// To the cent.
    Even,
    /// The bank has not said its last word, and has booked nothing.
    OnItsWay,
    /// Our books say paid, the statement shows nothing.
    Missing,
    /// The statement shows another amount than our books.
    Differs,
    /// The bank booked it without the platform asking.
    NotOurs,
}

impl Match {
    /// Stable word, for keys of texts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Match::Even => "even",
            Match::OnItsWay => "on_its_way",
            Match::Missing => "missing",
            Match::Differs => "differs",
            Match::NotOurs => "not_ours",
        }
    }
}

/// An instruction with what the bank booked for it, or a booking nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankLine {
    /// Our end-to-end id; what the bank gave instead for a booking that isn't ours.
    pub end_to_end_id: String,
    /// Of how many papers' credits it is made, which their payee wants in one sum; 0 for a booking
    /// that isn't ours.
    pub credits: usize,
    /// What it is for: the instruction's kind, or empty.
    pub purpose: &'static str,
    /// Who pays, or the account of a booking that isn't ours.
    pub from: String,
    /// Who is paid; empty for a booking that isn't ours.
    pub to: String,
    /// What should be booked by our books; none for a booking that isn't ours.
    pub expected: Option<Amount>,
    /// What is booked, signed minor units; none if nothing is.
    pub booked: Option<i64>,
    /// The currency of both.
    pub currency: Currency,
    /// The bank's references.
    pub references: Vec<String>,
    /// How far our books say it is: the state's word, or empty.
    pub state: &'static str,
    /// How the two agree.
    pub matched: Match,
}

/// Sums of one currency, in minor units; wider than an amount, since they are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BankSums {
    /// What should be booked.
    pub expected: i128,
    /// What is booked for it.
    pub booked: i128,
    /// How many payments.
    pub instructions: usize,
}

/// An account whose balances do not follow from its bookings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OddAccount {
    /// Its number.
    pub account: String,
    /// Closing less opening less bookings, minor units.
    pub gap: i128,
    /// In what.
    pub currency: Currency,
}

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankDay {
    /// Which.
    pub day: NaiveDate,
    /// Lines: what isn't even first.
    pub lines: Vec<BankLine>,
    /// Sums by currency, of what was instructed.
    pub sums: BTreeMap<Currency, BankSums>,
    /// Accounts whose stated balances don't follow from their stated bookings.
    pub odd_accounts: Vec<OddAccount>,
}

impl BankDay {
    /// Whether books and statement agree to the cent. Bookings that aren't ours don't count.
    #[must_use]
    pub fn is_even(&self) -> bool {
        let fits = |line: &BankLine| {
            matches!(line.matched, Match::Even | Match::OnItsWay | Match::NotOurs)
        };
        self.odd_accounts.is_empty() && self.lines.iter().all(fits)
    }
}

/// Reconciles a day: instructions made on it and everything booked on it.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn view(app: &App, who: &Principal, day: NaiveDate) -> Result<BankDay, AppError> {
    who.may(Action::Operate)?;
    let (instructions, entries, of_day, balances) = app.store.read(|tx| {
        let of_day = tx.statement_entries_of_day(day)?;
        let mut instructions = tx.instructions_of_day(day)?;
        let known: BTreeSet<String> = instructions
            .iter()
            .map(|i| i.booked_as().to_owned())
            .collect();
        let others: BTreeSet<String> = of_day
            .iter()
            .map(|entry| entry.end_to_end_id.clone())
            .filter(|id| !id.is_empty() && !known.contains(id))
            .collect();
        let others: Vec<String> = others.into_iter().collect();
        instructions.extend(tx.instructions_by_end_to_end(&others)?);
        instructions.extend(tx.credits_netted_in(&others)?);
        let ids: BTreeSet<&str> = instructions.iter().map(Instruction::booked_as).collect();
        let ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        let entries = tx.statement_entries_by_end_to_end(&ids)?;
        let balances = tx.statement_balances_of_day(day)?;
        Ok::<_, AppError>((instructions, entries, of_day, balances))
    })?;
    Ok(reconcile(day, &instructions, &entries, &of_day, &balances))
}

/// `entries` are those of the instructions on whatever day, `of_day` all of the day.
fn reconcile(
    day: NaiveDate,
    instructions: &[Instruction],
    entries: &[StatementEntry],
    of_day: &[StatementEntry],
    balances: &[StatementBalance],
) -> BankDay {
    let mut by_id: HashMap<&str, Vec<&StatementEntry>> = HashMap::new();
    for entry in entries {
        by_id.entry(&entry.end_to_end_id).or_default().push(entry);
    }
    let mut sums: BTreeMap<Currency, BankSums> = BTreeMap::new();
    let mut payments: BTreeMap<&str, Vec<&Instruction>> = BTreeMap::new();
    for instruction in instructions {
        let credits = payments.entry(instruction.booked_as()).or_default();
        credits.push(instruction);
    }
    let mut lines = Vec::with_capacity(payments.len());
    for (id, credits) in &payments {
        let booked = by_id.get(id).map_or(&[][..], Vec::as_slice);
        let Some(line) = payment_line(credits, booked) else {
            continue;
        };
        let sum = sums.entry(line.currency).or_default();
        sum.instructions = sum.instructions.saturating_add(1);
        let expected = line.expected.map_or(0, Amount::minor);
        sum.expected = sum.expected.saturating_add(i128::from(expected));
        sum.booked = sum
            .booked
            .saturating_add(i128::from(line.booked.unwrap_or(0)));
        lines.push(line);
    }
    let ours = |entry: &&StatementEntry| payments.contains_key(entry.end_to_end_id.as_str());
    lines.extend(of_day.iter().filter(|entry| !ours(entry)).map(foreign_line));
    lines.sort_by_key(|line| match line.matched {
        Match::Missing | Match::Differs => 0,
        Match::OnItsWay => 1,
        Match::Even => 2,
        Match::NotOurs => 3,
    });
    BankDay {
        day,
        lines,
        sums,
        odd_accounts: odd_accounts(balances, of_day),
    }
}

/// Signed minor units as the owner of `account` sees them come in; none without a booking.
fn net(account: &str, entries: &[&StatementEntry]) -> Option<i64> {
    let on_account = entries.iter().filter(|entry| entry.account == account);
    on_account.fold(None, |sum, entry| {
        Some(sum.unwrap_or(0).saturating_add(signed(entry)))
    })
}

const fn signed(entry: &StatementEntry) -> i64 {
    match entry.direction {
        Booking::Credit => entry.amount.minor(),
        Booking::Debit => entry.amount.minor().saturating_neg(),
    }
}

/// A payment with what is booked for it; of one that is made of several credits, their sum.
fn payment_line(credits: &[&Instruction], entries: &[&StatementEntry]) -> Option<BankLine> {
    use InstructionState as State;
    let instruction = *credits.first()?;
    let settled = credits.iter().filter(|one| one.state == State::Settled);
    let expected = settled.fold(0_i64, |sum, one| sum.saturating_add(one.amount.minor()));
    let came = net(&instruction.creditor_account, entries);
    let went = net(&instruction.debtor_account, entries).map(i64::saturating_neg);
    let legs: Vec<i64> = [came, went].into_iter().flatten().collect();
    let last_word = matches!(
        instruction.state,
        State::Settled | State::Rejected | State::Returned
    );
    let matched = match legs.as_slice() {
        [] if !last_word => Match::OnItsWay,
        [] if expected == 0 => Match::Even,
        [] => Match::Missing,
        legs if legs.iter().all(|leg| *leg == expected) => Match::Even,
        _legs => Match::Differs,
    };
    Some(BankLine {
        end_to_end_id: instruction.booked_as().to_owned(),
        credits: credits.len(),
        purpose: instruction.kind.word(),
        from: instruction.debtor_name.clone(),
        to: instruction.creditor_name.clone(),
        expected: Amount::from_minor(expected).ok(),
        booked: came.or(went),
        currency: instruction.currency,
        references: entries
            .iter()
            .map(|entry| entry.servicer_ref.clone())
            .collect(),
        state: instruction.state.word(),
        matched,
    })
}

fn foreign_line(entry: &StatementEntry) -> BankLine {
    BankLine {
        end_to_end_id: entry.end_to_end_id.clone(),
        credits: 0,
        purpose: "",
        from: entry.account.clone(),
        to: String::new(),
        expected: None,
        booked: Some(signed(entry)),
        currency: entry.currency,
        references: vec![entry.servicer_ref.clone()],
        state: "",
        matched: Match::NotOurs,
    }
}

fn odd_accounts(balances: &[StatementBalance], of_day: &[StatementEntry]) -> Vec<OddAccount> {
    let mut booked: HashMap<(&str, Currency), i128> = HashMap::new();
    for entry in of_day {
        let sum = booked.entry((&entry.account, entry.currency)).or_default();
        *sum = sum.saturating_add(i128::from(signed(entry)));
    }
    let gap = |balance: &StatementBalance| {
        let key = (balance.account.as_str(), balance.currency);
        let booked = booked.get(&key).copied().unwrap_or(0);
        i128::from(balance.closing)
            .saturating_sub(i128::from(balance.opening))
            .saturating_sub(booked)
    };
    balances
        .iter()
        .map(|balance| OddAccount {
            account: balance.account.clone(),
            gap: gap(balance),
            currency: balance.currency,
        })
        .filter(|odd| odd.gap != 0)
        .collect()
}
