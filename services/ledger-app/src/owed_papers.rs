//! Papers of one obligor that count as owed if it fails on a day, with what came of them so far.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::default_simulation::HeldUnits;
use ledger_core::default_simulation::NotShared;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::LegTree;
use ledger_core::leg_tree::PassingStep;
use ledger_core::paper::PaperState;
use ledger_store::default_papers::Steps;
use ledger_store::papers::PaperRecord;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;

/// How much is looked at: what is shown of an obligor must not cost more than a page may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Most papers, those that owe most first.
    pub papers: i64,
    /// Most holders, paper by paper.
    pub holders: i64,
    /// Most entries: a paper of which some lie beyond is not followed.
    pub entries: i64,
}

impl Bounds {
    /// Of a page or a file.
    pub const PAGE: Bounds = Bounds {
        papers: 5_000,
        holders: 200_000,
        entries: 300_000,
    };
}

/// A paper that counts as owed, with the receipts that were shared out.
#[derive(Debug)]
pub(crate) struct Owed {
    pub(crate) record: PaperRecord,
    pub(crate) rule: ClearingRule,
    /// Oldest first, none of nothing.
    pub(crate) earlier: Vec<Amount>,
}

impl Owed {
    /// What is owed of its face.
    pub(crate) fn owed(&self) -> Amount {
        self.record.paper.owed()
    }
}

/// The papers of `obligor` owed on `day`, seen on `today`, those that owe most first.
pub(crate) fn load(
    tx: &mut ReadTx<'_>,
    obligor: PartyId,
    (day, today): (NaiveDate, NaiveDate),
    bounds: Bounds,
) -> Result<Vec<Owed>, AppError> {
    let records = tx.papers_owed_on(obligor, day, today, bounds.papers)?;
    with_receipts(tx, records)
}

/// Those of them that `party` has part in, or had, and whether there are more than the bound allows.
pub(crate) fn load_concerning(
    tx: &mut ReadTx<'_>,
    obligor: PartyId,
    days: (NaiveDate, NaiveDate),
    party: PartyId,
    bounds: Bounds,
) -> Result<(Vec<Owed>, bool), AppError> {
    let one_more = bounds.papers.saturating_add(1);
    let mut records = tx.papers_owed_concerning(obligor, days, party, one_more)?;
    let most = usize::try_from(bounds.papers).unwrap_or(usize::MAX);
    let more = records.len() > most;
    records.truncate(most);
    Ok((with_receipts(tx, records)?, more))
}

fn with_receipts(tx: &mut ReadTx<'_>, records: Vec<PaperRecord>) -> Result<Vec<Owed>, AppError> {
    let part_paid = |one: &&PaperRecord| matches!(one.paper.state, PaperState::PartSettled { .. });
    let begun: Vec<PaperId> = records
        .iter()
        .filter(part_paid)
        .map(|one| one.paper.id)
        .collect();
    let mut receipts: HashMap<PaperId, Vec<Amount>> = HashMap::new();
    for receipt in tx.receipts_of_papers(&begun)? {
        if !receipt.cash.is_zero() {
            receipts
                .entry(receipt.paper)
                .or_default()
                .push(receipt.cash);
        }
    }
    records
        .into_iter()
        .map(|record| {
            let earlier = receipts.remove(&record.paper.id).unwrap_or_default();
            let broken = |what: &str| AppError::Internal(format!("paper {}: {what}", record.no));
            let paid: i64 = earlier.iter().map(|cash| cash.minor()).sum();
            if paid != record.paper.paid().minor() {
                return Err(broken("its receipts are not what was paid"));
            }
            let rule = record.paper.terms.clearing();
            let rule = rule.ok_or_else(|| broken("no such clearing rule"))?;
            Ok(Owed {
                record,
                rule,
                earlier,
            })
        })
        .collect()
}

/// Steps by the compact key of their paper.
pub(crate) fn by_paper(steps: Steps) -> HashMap<i64, Vec<PassingStep>> {
    let mut found: HashMap<i64, Vec<PassingStep>> = HashMap::new();
    for one in steps.steps {
        found.entry(one.paper).or_default().push(one.step);
    }
    found
}

/// The legs of one paper.
pub(crate) fn grown(steps: Vec<PassingStep>) -> Result<LegTree, AppError> {
    LegTree::grow(steps).map_err(|broken| AppError::Internal(broken.to_string()))
}

/// What each holder has of these papers, by the compact key of the paper; a paper that the bound on
/// rows doesn't reach is missing.
pub(crate) fn held(
    tx: &mut ReadTx<'_>,
    papers: &[i64],
    bounds: Bounds,
) -> Result<HashMap<i64, Vec<HeldUnits>>, AppError> {
    let rows = tx.units_held(papers, bounds.holders)?;
    let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= bounds.holders;
    let cut_at = rows.last().filter(|_| full).map(|row| row.paper);
    let mut found: HashMap<i64, Vec<HeldUnits>> = HashMap::new();
    for row in rows {
        if Some(row.paper) != cut_at {
            found.entry(row.paper).or_default().push(HeldUnits {
                holder: row.holder,
                lowest_lo: row.lowest_lo,
                units: row.units,
            });
        }
    }
    Ok(found)
}

/// A paper whose holders and face disagree is no figure to show: somebody has to look at it.
pub(crate) fn not_shared(why: NotShared) -> AppError {
    AppError::Internal(why.to_string())
}
