//! Credits that their payee wants in one sum.
//!
//! Every paper keeps a credit of its own: it follows from the paper's sheet, closes the paper's run, and
//! is a person's task by itself if the bank does not make it. Netting changes only what goes to the bank:
//! credits from one account to another on one day are one payment, under an end-to-end id that follows
//! from theirs. What the bank says of that payment it says of each of its credits. What a freeze holds is
//! never netted, and neither is a second attempt, nor what the obligor's bank may be paying by itself on
//! the request, under the ids of its claims: that it would pay twice.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::PartyId;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::maturing_papers::derived;

/// One payment as the bank gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment<'a> {
    /// Its first credit: who pays whom, between which accounts.
    pub first: &'a Instruction,
    /// How much, all its credits together.
    pub amount: Amount,
    /// Of how many credits it is made.
    pub credits: usize,
}

impl Payment<'_> {
    /// The end-to-end id under which the bank makes and books it.
    #[must_use]
    pub fn end_to_end_id(&self) -> &str {
        self.first.booked_as()
    }
}

/// The payments that these credits make, in the order of their first credits.
///
/// # Errors
/// [`AppError::Internal`] if a sum can't be told: the credits of a payment are no such.
pub fn payments<'a>(
    credits: impl IntoIterator<Item = &'a Instruction>,
) -> Result<Vec<Payment<'a>>, AppError> {
    let mut place: HashMap<&str, usize> = HashMap::new();
    let mut found: Vec<Payment<'a>> = Vec::new();
    for credit in credits {
        let known = place.get(credit.booked_as()).copied();
        match known.and_then(|at| found.get_mut(at)) {
            Some(payment) => {
                let sum = payment.amount.checked_add(credit.amount);
                payment.amount = sum.ok_or_else(|| {
                    AppError::Internal(format!("{} is more than an amount", credit.booked_as()))
                })?;
                payment.credits = payment.credits.saturating_add(1);
            }
            None => {
                place.insert(credit.booked_as(), found.len());
                found.push(Payment {
                    first: credit,
                    amount: credit.amount,
                    credits: 1,
                });
            }
        }
    }
    Ok(found)
}

/// From where to where a payment goes.
type Way<'a> = (
    (PartyId, &'a str, &'a str),
    (PartyId, &'a str, &'a str),
    Currency,
);

fn way(credit: &Instruction) -> Way<'_> {
    (
        (
            credit.debtor,
            &credit.debtor_bank_code,
            &credit.debtor_account,
        ),
        (
            credit.creditor,
            &credit.creditor_bank_code,
            &credit.creditor_account,
        ),
        credit.currency,
    )
}

/// Names, with each of these credits whose payee chose so, the payment it goes in: where two or more of
/// them go the same way. What is to stand `alone` does.
pub(crate) fn gather(
    tx: &mut ReadTx<'_>,
    mut credits: Vec<Instruction>,
    alone: &HashSet<InstructionId>,
) -> Result<Vec<Instruction>, AppError> {
    let creditors: BTreeSet<PartyId> = credits.iter().map(|credit| credit.creditor).collect();
    let creditors: Vec<PartyId> = creditors.into_iter().collect();
    let mut choices = tx.netting_choices(&creditors)?;
    choices.retain(|_party, choice| choice.netted);
    if choices.is_empty() {
        return Ok(credits);
    }
    let mut ways: HashMap<Way<'_>, Vec<&Instruction>> = HashMap::new();
    for credit in &credits {
        if choices.contains_key(&credit.creditor) && !alone.contains(&credit.id) {
            ways.entry(way(credit)).or_default().push(credit);
        }
    }
    let mut named: HashMap<InstructionId, String> = HashMap::new();
    for mut together in ways.into_values() {
        together.sort_by_key(|credit| credit.id);
        for together in within_an_amount(&together) {
            if let [_, _, ..] = together {
                let name = name_of(together);
                named.extend(together.iter().map(|credit| (credit.id, name.clone())));
            }
        }
    }
    for credit in &mut credits {
        credit.netted_in = named.remove(&credit.id);
    }
    Ok(credits)
}

/// The same credits in runs whose sums are amounts.
fn within_an_amount<'a, 'b>(credits: &'b [&'a Instruction]) -> Vec<&'b [&'a Instruction]> {
    let (mut runs, mut from, mut sum) = (Vec::new(), 0, Amount::ZERO);
    for (place, credit) in credits.iter().enumerate() {
        if let Some(more) = sum.checked_add(credit.amount) {
            sum = more;
        } else {
            runs.extend(credits.get(from..place));
            (from, sum) = (place, credit.amount);
        }
    }
    runs.extend(credits.get(from..));
    runs
}

/// The end-to-end id of the payment that these credits make: made again of the same, it is the same.
fn name_of(credits: &[&Instruction]) -> String {
    let ids: Vec<&[u8]> = credits
        .iter()
        .map(|credit| credit.id.bytes().as_slice())
        .collect();
    format!(
        "TSN{}",
        hex::encode(derived(b"tallystick/net-credit", &ids))
    )
}

/// What was taken to be sent, with all credits of each payment that one of them goes in. A payment goes
/// out whole or not at all.
pub(crate) fn whole(
    tx: &mut ReadTx<'_>,
    taken: Vec<Instruction>,
) -> Result<Vec<Instruction>, AppError> {
    let (netted, mut alone): (Vec<_>, Vec<_>) =
        taken.into_iter().partition(|one| one.netted_in.is_some());
    let names: BTreeSet<String> = netted.into_iter().filter_map(|one| one.netted_in).collect();
    if names.is_empty() {
        return Ok(alone);
    }
    let names: Vec<String> = names.into_iter().collect();
    let credits = tx.credits_netted_in(&names)?;
    for payment in credits.chunk_by(|a, b| a.netted_in == b.netted_in) {
        if payment
            .iter()
            .all(|one| one.state == InstructionState::Created)
        {
            alone.extend_from_slice(payment);
        }
    }
    Ok(alone)
}

/// What a bank says of a payment, said of each credit in it.
pub(crate) fn spread(
    tx: &mut ReadTx<'_>,
    words: &[InstructionWord],
) -> Result<Vec<InstructionWord>, AppError> {
    let names: Vec<String> = words
        .iter()
        .map(|word| word.end_to_end_id.clone())
        .collect();
    let credits = tx.credits_netted_in(&names)?;
    let mut of_payment: HashMap<&str, Vec<&Instruction>> = HashMap::new();
    for credit in &credits {
        let credits = of_payment.entry(credit.booked_as()).or_default();
        credits.push(credit);
    }
    let mut spread = Vec::with_capacity(words.len().saturating_add(credits.len()));
    for word in words {
        match of_payment.get(word.end_to_end_id.as_str()) {
            None => spread.push(word.clone()),
            Some(credits) => spread.extend(credits.iter().map(|credit| InstructionWord {
                end_to_end_id: credit.end_to_end_id.clone(),
                ..word.clone()
            })),
        }
    }
    Ok(spread)
}
