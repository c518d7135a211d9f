//! What a list of payables comes to, payee by payee, before papers are proposed for it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::currency::Currency;
use ledger_core::id::ImportId;
use ledger_core::id::PartyId;
pub use ledger_store::imports::ImportProblem;
use ledger_store::payables::PayableState;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;

/// Payables of one payee that fall due together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayeeSum {
    /// The payee's name.
    pub payee: String,
    /// When they are due.
    pub maturity: NaiveDate,
    /// How many; each gets a paper of its own.
    pub payables: u64,
    /// Their sum.
    pub total: CurrencyTotals,
}

/// What of a list waits for a paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitingPayables {
    /// How many payables.
    pub payables: u64,
    /// Their sum.
    pub total: CurrencyTotals,
    /// By payee and due date, the soonest first; as many lines as were asked for.
    pub payees: Vec<PayeeSum>,
    /// Lines left out.
    pub left_out: usize,
}

const PAGE: i64 = 5_000;

/// The payables of the caller's list on which nothing has been done yet.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`] for somebody else's list.
pub fn view(
    app: &App,
    who: &Principal,
    import: ImportId,
    lines: usize,
) -> Result<WaitingPayables, AppError> {
    who.may(Action::ViewOutstanding)?;
    let mut groups: BTreeMap<(NaiveDate, PartyId, Currency), (u64, i128)> = BTreeMap::new();
    app.store.read(|tx| {
        if tx.import_by_id(import)?.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let mut after = 0;
        loop {
            let page = tx.payables_of_import(import, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.no;
            let waiting = page.iter().map(|listed| &listed.payable);
            for payable in waiting.filter(|p| p.state == PayableState::Loaded) {
                let key = (payable.due_date, payable.supplier, payable.currency);
                let (count, sum) = groups.entry(key).or_default();
                *count = count.saturating_add(1);
                *sum = sum.saturating_add(i128::from(payable.amount.minor()));
            }
        }
        let mut waiting = WaitingPayables {
            left_out: groups.len().saturating_sub(lines),
            ..WaitingPayables::default()
        };
        for ((_, _, currency), (count, sum)) in &groups {
            waiting.payables = waiting.payables.saturating_add(*count);
            waiting.total.add_minor(*sum, *currency);
        }
        let payees = names(tx, groups.keys().take(lines).map(|(_, payee, _)| *payee))?;
        for ((maturity, payee, currency), (count, sum)) in groups.into_iter().take(lines) {
            let mut total = CurrencyTotals::default();
            total.add_minor(sum, currency);
            waiting.payees.push(PayeeSum {
                payee: payees
                    .get(&payee)
                    .map(|p| p.name.clone())
                    .unwrap_or_default(),
                maturity,
                payables: count,
                total,
            });
        }
        Ok(waiting)
    })
}
