//! What obligor and holders are told about maturity.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;

use crate::notice::MaturitySide;
use crate::notice::Notice;
use crate::wording;

/// A maturity is near: to the obligor the face, to each holder what it is to get.
#[must_use]
pub fn ahead<'a>(
    papers: impl Iterator<Item = &'a PaperRecord>,
    fragments: &HashMap<PaperId, Vec<FragmentRecord>>,
    parties: &HashMap<PartyId, Party>,
) -> Vec<(PartyId, Notice)> {
    let mut notices = Vec::new();
    for record in papers {
        let paper = &record.paper;
        let Some(obligor) = parties.get(&paper.obligor) else {
            continue;
        };
        let mut held: BTreeMap<PartyId, Amount> = BTreeMap::new();
        for fragment in fragments.get(&paper.id).into_iter().flatten() {
            let sum = held.entry(fragment.holder).or_insert(Amount::ZERO);
            *sum = sum.checked_add(fragment.range.amount()).unwrap_or(*sum);
        }
        let notice = |side, amount| Notice::MaturityAhead {
            paper: wording::paper(&paper.number, &obligor.name),
            side,
            amount: wording::money(amount, paper.currency),
            maturity: paper.maturity,
            payment_date: paper.due_date,
        };
        notices.push((paper.obligor, notice(MaturitySide::Obligor, paper.face)));
        notices.extend(
            held.into_iter()
                .map(|(holder, sum)| (holder, notice(MaturitySide::Holder, sum))),
        );
    }
    notices
}

/// The obligor has been asked to pay.
#[must_use]
pub fn presented(record: &PaperRecord, obligor: &Party, on: NaiveDate) -> Notice {
    Notice::Presented {
        paper: wording::paper(&record.paper.number, &obligor.name),
        amount: wording::money(record.paper.face, record.paper.currency),
        presented_on: on,
    }
}

/// Everybody is paid.
#[must_use]
pub fn settled(
    record: &PaperRecord,
    obligor: &Party,
    credits: &[Instruction],
    on: NaiveDate,
) -> Vec<(PartyId, Notice)> {
    let paper = wording::paper(&record.paper.number, &obligor.name);
    let mut notices: Vec<(PartyId, Notice)> = credits
        .iter()
        .map(|credit| {
            let notice = Notice::SettlementCredited {
                paper: paper.clone(),
                amount: wording::money(credit.amount, credit.currency),
                account: masked(&credit.creditor_account),
                credited_on: on,
            };
            (credit.creditor, notice)
        })
        .collect();
    notices.push((
        obligor.id,
        Notice::SettlementCompleted {
            paper,
            face: wording::money(record.paper.face, record.paper.currency),
            settled_on: on,
        },
    ));
    notices
}

/// An account number, masked but for its last four digits.
#[must_use]
pub fn masked(account: &str) -> String {
    let count = account.chars().count();
    let tail: String = account.chars().skip(count.saturating_sub(4)).collect();
    format!("****{tail}")
}
