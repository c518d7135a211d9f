//! Credits at maturity on which a freeze lies.
//!
//! Clearing knows nothing of freezes: the sheet names each holder with all it has, and the obligor is
//! asked for the whole face. What is frozen becomes an instruction of its own, from the obligor's
//! account to the holder's like every other, which is made and not sent before the freeze is over. So
//! everybody else is paid on the day, no money ever rests on a platform's account, and the paper is
//! settled when the last credit is proved. The order freezes; to pay somebody else than the holder is
//! another order, which goes to the bank.

use std::collections::BTreeSet;

use ledger_core::amount::Amount;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_store::freezes::FrozenShare;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::maturing_papers::derived;

/// The credits with what is frozen of them split off and held, and by which freeze.
pub(crate) type Split = (Vec<Instruction>, Vec<(InstructionId, Uuid)>);

/// Splits off what is frozen. The parts come to the credit they are cut from, and their ids follow
/// from its own: done again, the same instructions are made.
pub(crate) fn split(tx: &mut WriteTx<'_>, credits: Vec<Instruction>) -> Result<Split, AppError> {
    let papers: BTreeSet<PaperId> = credits.iter().map(|credit| credit.paper_id).collect();
    let papers: Vec<PaperId> = papers.into_iter().collect();
    let shares = tx.frozen_shares(&papers)?;
    if shares.is_empty() {
        return Ok((credits, Vec::new()));
    }
    let mut all = Vec::with_capacity(credits.len());
    let mut held = Vec::new();
    for credit in credits {
        let of_credit = |share: &&FrozenShare| {
            share.paper == credit.paper_id && share.holder == credit.creditor
        };
        let mut free = credit.amount;
        for share in shares.iter().filter(of_credit) {
            let Some(amount) = frozen_part(credit.amount, share).map(|part| part.min(free)) else {
                continue;
            };
            free = free.checked_sub(amount).unwrap_or(Amount::ZERO);
            let id = derived(
                b"tallystick/held-credit",
                &[credit.id.bytes(), share.freeze_order.as_bytes()],
            );
            let part = Instruction {
                id: InstructionId::from_bytes(id),
                end_to_end_id: format!("TS{}", hex::encode(id)),
                amount,
                next_attempt_at: HELD,
                ..credit.clone()
            };
            held.push((part.id, share.freeze_order));
            all.push(part);
        }
        if !free.is_zero() {
            all.push(Instruction {
                amount: free,
                ..credit
            });
        }
    }
    Ok((all, held))
}

/// What a freeze holds of a credit: its units' part of it, in whole minor units and rounded up, so that
/// in however many parts a paper is paid no cent of what is frozen goes out.
fn frozen_part(credit: Amount, share: &FrozenShare) -> Option<Amount> {
    let part = i128::from(credit.minor())
        .checked_mul(i128::from(share.units))?
        .checked_add(i128::from(share.held).checked_sub(1)?)?
        .checked_div(i128::from(share.held))?;
    let amount = Amount::from_minor(i64::try_from(part).ok()?).ok()?;
    (!amount.is_zero() && amount <= credit).then_some(amount)
}
