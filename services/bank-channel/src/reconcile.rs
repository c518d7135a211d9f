//! Compares what was ordered with what the bank booked, to the cent. Pure.
//!
//! Precedence for each booked entry, in the order the bank reported them: a repetition of an
//! entry already seen is set aside once and for all; a return is held against the order it comes
//! back from; then the first entry with an order's end-to-end id and direction answers that order
//! (as matched or as of another amount); everything else is unexpected, also a second payment of
//! the same order.

use std::collections::{BTreeMap, HashMap, HashSet};

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use crate::messages::camt::{EntryStatus, StatementEntry};
use crate::messages::identification::Side;

/// What should be on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The order's end-to-end id.
    pub end_to_end_id: String,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// In or out, seen from the account that is compared.
    pub side: Side,
}

/// An order and the entry that answers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What should be.
    pub expected: Expected,
    /// What is.
    pub entry: StatementEntry,
}

/// What one currency adds up to on the account, in minor units, credits above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Of what should be.
    pub expected_minor: i128,
    /// Of what is booked, repetitions left out.
    pub booked_minor: i128,
}

impl Total {
    /// Booked less expected.
    #[must_use]
    pub fn difference_minor(&self) -> i128 {
        self.booked_minor.saturating_sub(self.expected_minor)
    }
}

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reconciliation {
    /// Booked as ordered.
    pub matched: Vec<Match>,
    /// Booked, but in another amount or currency.
    pub mismatched: Vec<Match>,
    /// Ordered, not booked.
    pub missing: Vec<Expected>,
    /// Money that came back: the order and the entry that returns it.
    pub returned: Vec<Match>,
    /// Booked, never ordered, or a second time.
    pub unexpected: Vec<StatementEntry>,
    /// The bank told the same booking again; harmless.
    pub repeated: Vec<StatementEntry>,
    /// Announced, not booked; no evidence.
    pub not_booked: Vec<StatementEntry>,
    /// By currency.
    pub totals: BTreeMap<Currency, Total>,
}

impl Reconciliation {
    /// Whether everything ordered is booked, nothing else is, and every total agrees.
    #[must_use]
    pub fn is_balanced(&self) -> bool {
        self.mismatched.is_empty()
            && self.missing.is_empty()
            && self.returned.is_empty()
            && self.unexpected.is_empty()
            && self
                .totals
                .values()
                .all(|total| total.difference_minor() == 0)
    }
}

/// Compares orders with entries. `expected` has each (end-to-end id, side) once; a second one of
/// the same is reported missing. Entries may come from several messages, in the order they came.
#[must_use]
pub fn reconcile(expected: &[Expected], entries: &[StatementEntry]) -> Reconciliation {
    let mut outcome = Reconciliation::default();
    let mut orders: HashMap<(&str, Side), usize> = HashMap::new();
    for (index, order) in expected.iter().enumerate() {
        orders
            .entry((order.end_to_end_id.as_str(), order.side))
            .or_insert(index);
        let total = outcome.totals.entry(order.currency).or_default();
        total.expected_minor = total
            .expected_minor
            .saturating_add(signed(order.side, order.amount));
    }
    let mut answered: HashSet<usize> = HashSet::new();
    let mut seen: HashSet<(&str, &str, Side)> = HashSet::new();
    for entry in entries {
        if entry.status != EntryStatus::Booked {
            outcome.not_booked.push(entry.clone());
            continue;
        }
        if let Some(reference) = &entry.servicer_reference
            && !seen.insert((&entry.account, reference, entry.side))
        {
            outcome.repeated.push(entry.clone());
            continue;
        }
        let total = outcome.totals.entry(entry.currency).or_default();
        total.booked_minor = total
            .booked_minor
            .saturating_add(signed(entry.side, entry.amount));
        place(&mut outcome, expected, &orders, &mut answered, entry);
    }
    for (index, order) in expected.iter().enumerate() {
        if !answered.contains(&index) {
            outcome.missing.push(order.clone());
        }
    }
    outcome
}

/// Puts one booked entry where it belongs.
fn place(
    outcome: &mut Reconciliation,
    expected: &[Expected],
    orders: &HashMap<(&str, Side), usize>,
    answered: &mut HashSet<usize>,
    entry: &StatementEntry,
) {
    let id = entry.end_to_end_id.as_deref().unwrap_or_default();
    // A return runs against the direction of the order it comes from.
    let ordered_side = match (&entry.returned, entry.side) {
        (None, side) => side,
        (Some(_), Side::Credit) => Side::Debit,
        (Some(_), Side::Debit) => Side::Credit,
    };
    let order = orders
        .get(&(id, ordered_side))
        .and_then(|index| Some((*index, expected.get(*index)?)));
    let Some((index, order)) = order else {
        outcome.unexpected.push(entry.clone());
        return;
    };
    let found = Match {
        expected: order.clone(),
        entry: entry.clone(),
    };
    if entry.returned.is_some() {
        outcome.returned.push(found);
    } else if !answered.insert(index) {
        outcome.unexpected.push(entry.clone());
    } else if order.amount == entry.amount && order.currency == entry.currency {
        outcome.matched.push(found);
    } else {
        outcome.mismatched.push(found);
    }
}

fn signed(side: Side, amount: Amount) -> i128 {
    match side {
        Side::Credit => i128::from(amount.minor()),
        Side::Debit => i128::from(amount.minor()).saturating_neg(),
    }
}
