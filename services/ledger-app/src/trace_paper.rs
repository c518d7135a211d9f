//! Follows one paper for the obligor that issued it: the payee by name, below it only what can't
//! be traced to anybody.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::payment_clock::PaymentClock;
use ledger_core::range::Range;
use ledger_core::visibility::Viewer;
use ledger_store::cash_choices::CashChoice;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::paper_picture;
use crate::paper_picture::PictureCell;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_clock;
use crate::trace_fragment::HistoryLine;

/// Fewest holders whose sum may be shown: below, a sum is somebody's (k-anonymity).
const FEWEST_HOLDERS: i64 = 3;

/// What is held below the payee, at one tier or at several together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeeperShare {
    /// The tier; none for all tiers below the payee together.
    pub tier: Option<u16>,
    /// How much is held there; none where so few hold it that it would be somebody's.
    pub amount: Option<Amount>,
    /// How much of it finance providers hold; none where it would be somebody's.
    pub financed: Option<Amount>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct PaperTrace {
    /// The paper.
    pub paper: PaperRecord,
    /// The business date it is seen on.
    pub today: NaiveDate,
    /// To whom it was issued.
    pub payee: Party,
    /// What it stands for.
    pub payables: Vec<Payable>,
    /// The picture, masked; none where the payee's part in the paper is too large for one.
    pub picture: Option<Vec<PictureCell>>,
    /// What is held below the payee; empty if nothing is.
    pub deeper: Vec<DeeperShare>,
    /// The 60-day clock of its payee; none if it doesn't run for it.
    pub clock: Option<PaymentClock>,
    /// What its payee chose instead of money in time, the last choice last.
    pub choices: Vec<CashChoice>,
    /// Issue, answer, settlements, oldest first.
    pub history: Vec<HistoryLine>,
}

/// Traces.
///
/// # Errors
/// [`AppError::NotFound`] if the paper is not the caller's own.
pub fn run(app: &App, who: &Principal, number: &str) -> Result<PaperTrace, AppError> {
    who.may(Action::TraceFragment)?;
    app.store.read(|tx| {
        let paper = tx.paper_by_number(number)?;
        if paper.paper.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let payee = tx.party_by_id(paper.paper.payee)?;
        let part = tx.part_of_paper(paper.no, payee.id, None)?;
        let picture = if part.whole {
            Some(paper_picture::draw(tx, Viewer::Obligor, &part.entries)?)
        } else {
            None
        };
        let history = part
            .entries
            .iter()
            .filter(|e| matches!(e.sealed.entry().act.code(), 5..=8 | 20 | 21 | 34))
            .map(|record| HistoryLine {
                date: record.sealed.entry().date,
                act: record.sealed.entry().act.name(),
                from: Some(who.party_name.clone()),
                to: Some(payee.name.clone()),
                amount: paper.paper.face,
                hash: record.sealed.hash().to_string(),
            })
            .collect();
        let payables = tx.payables_of_papers(&[paper.paper.id])?;
        Ok(PaperTrace {
            today: tx.business_date_today()?,
            clock: clock(app, tx, &paper, &payee, &payables)?,
            choices: tx.cash_choices_of(&[paper.paper.id])?,
            payables,
            picture,
            deeper: deeper(tx, &paper)?,
            history,
            payee,
            paper,
        })
    })
}

fn clock(
    app: &App,
    tx: &mut ReadTx<'_>,
    paper: &PaperRecord,
    payee: &Party,
    payables: &[Payable],
) -> Result<Option<PaymentClock>, AppError> {
    let obligor = tx.party_by_id(paper.paper.obligor)?;
    if !supplier_clock::clock_runs(obligor.size_class, payee.size_class) {
        return Ok(None);
    }
    let issued_on = Some(paper.paper.issue_date);
    match supplier_clock::of_payables(payables, issued_on, app.calendar()?) {
        // A calendar that does not reach so far hides no paper.
        Err(AppError::Invalid { .. }) => Ok(None),
        clock => clock,
    }
}

/// Tier by tier only if every tier has holders enough: were one left out, its sum would be the
/// difference to the whole.
fn deeper(tx: &mut ReadTx<'_>, paper: &PaperRecord) -> Result<Vec<DeeperShare>, AppError> {
    let no = paper.no;
    let whole = Range::whole(paper.paper.face)
        .map_err(|_empty| AppError::Internal(format!("paper {no}: its face is nothing")))?;
    let mut tiers = tx.tier_shares(no, whole)?;
    tiers.retain(|share| share.tier > 1);
    let broken = |_range| AppError::Internal(format!("paper {no}: its tiers don't add up"));
    if tiers.iter().all(|share| share.holders >= FEWEST_HOLDERS) {
        return tiers
            .iter()
            .map(|share| {
                Ok(DeeperShare {
                    tier: Some(share.tier),
                    amount: Some(Amount::from_minor(share.minor).map_err(broken)?),
                    financed: Some(Amount::from_minor(share.financed).map_err(broken)?),
                })
            })
            .collect();
    }
    let mut sum: i64 = 0;
    let mut holders: i64 = 0;
    for share in &tiers {
        sum = sum.saturating_add(share.minor);
        holders = holders.saturating_add(share.holders);
    }
    // What one or two hold is their leg, whatever tier it has come to.
    let amount = if holders < FEWEST_HOLDERS {
        None
    } else {
        Some(Amount::from_minor(sum).map_err(broken)?)
    };
    Ok(vec![DeeperShare {
        tier: None,
        amount,
        financed: None,
    }])
}
