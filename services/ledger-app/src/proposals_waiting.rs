//! What waits for the checker: the papers a colleague proposed, read from the very bytes that
//! both sign.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::entry::Entry;
use ledger_core::id::PaperId;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;
use ledger_core::payment_clock::PaymentClock;
use ledger_core::terms::PaperTerms;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::payment_clocks::ClockStage;
use ledger_store::proposals::IssueProposal;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_clock;
use crate::supplier_clock::ClockFacts;
use crate::supplier_clock::ClockStanding;
use crate::supplier_clock::CountedDebts;

/// One paper that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPaper {
    /// Its id.
    pub paper: PaperId,
    /// Its number.
    pub number: String,
    /// The payee's name.
    pub payee: String,
    /// Its face.
    pub face: Amount,
    /// In what.
    pub currency: Currency,
    /// The promised date.
    pub maturity: NaiveDate,
    /// That date rolled to a business day.
    pub due_date: NaiveDate,
    /// The 60-day clock of its payee; none if it doesn't run for it.
    pub clock: Option<PaymentClock>,
    /// What its maker has signed on how it is paid and passed on.
    pub terms: PaperTerms,
    /// Who proposed it.
    pub maker: UserId,
    /// Under which name.
    pub maker_name: String,
    /// When.
    pub made_at: DateTime<Utc>,
}

/// A page of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingPapers {
    /// How many wait altogether.
    pub papers: u64,
    /// Their faces together.
    pub total: CurrencyTotals,
    /// Those of them that are due past the clock of their payee.
    pub past_clock: CountedDebts,
    /// This page, oldest first.
    pub page: Vec<WaitingPaper>,
    /// Where the next page starts, if there is one.
    pub next: Option<PaperId>,
    /// When this was looked up: hand it back in [`Seen`](crate::meant_proposals::Seen) to decide
    /// all of it.
    pub as_of: DateTime<Utc>,
}

/// What waits, in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingSummary {
    /// How many wait altogether.
    pub papers: u64,
    /// Their faces together.
    pub total: CurrencyTotals,
    /// Under which name the oldest was proposed; empty if none waits.
    pub first_maker: String,
}

/// The same in a line, for the front page.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn summary(app: &App, who: &Principal) -> Result<WaitingSummary, AppError> {
    who.may(Action::ViewOutstanding)?;
    app.store.read(|tx| {
        let (papers, total) = waiting(tx, who)?;
        Ok(WaitingSummary {
            papers,
            total,
            first_maker: tx.proposals_first_maker(who.party)?.unwrap_or_default(),
        })
    })
}

fn waiting(tx: &mut ReadTx<'_>, who: &Principal) -> Result<(u64, CurrencyTotals), AppError> {
    let mut total = CurrencyTotals::default();
    let mut papers: u64 = 0;
    for sum in tx.proposals_waiting_totals(who.party)? {
        total.add_minor(sum.minor()?, sum.currency);
        papers = papers.saturating_add(u64::try_from(sum.papers).unwrap_or(0));
    }
    Ok((papers, total))
}

/// A page of what waits for a checker of the caller's party, from after the paper `after`.
///
/// # Errors
/// [`AppError::NotFound`] if `after` was never proposed by this party.
pub fn view(
    app: &App,
    who: &Principal,
    after: Option<PaperId>,
    limit: i64,
) -> Result<WaitingPapers, AppError> {
    who.may(Action::ViewOutstanding)?;
    let limit = limit.clamp(1, 1_000);
    let as_of = app.clock.now();
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let after = match after {
            None => None,
            Some(paper) => {
                let from = tx.proposals_by_papers(&[paper])?.pop();
                let from = from
                    .filter(|p| p.obligor == who.party)
                    .ok_or(AppError::NotFound)?;
                Some((from.made_at, from.paper_id))
            }
        };
        let (papers, total) = waiting(tx, who)?;
        let found = tx.proposals_waiting_after(who.party, after, limit)?;
        let full = i64::try_from(found.len()).unwrap_or(0) == limit;
        let next = found.last().filter(|_| full).map(|p| p.paper_id);
        let mut page = found.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let obligor = tx.party_by_id(who.party)?;
        let payables: Vec<PayableId> = found.iter().map(|proposal| proposal.payable).collect();
        let payables = tx.payables_by_ids(&payables)?;
        let payees = names(tx, page.iter().map(|(payee, _)| *payee))?;
        let makers = tx.users_of_parties(&[who.party])?;
        for (payee, line) in &mut page {
            if let Some(party) = payees.get(payee) {
                line.payee.clone_from(&party.name);
                if supplier_clock::clock_runs(obligor.size_class, party.size_class) {
                    line.clock = clock(app, line.paper, &found, &payables, today)?;
                }
            }
            if let Some(user) = makers.iter().find(|user| user.id == line.maker) {
                line.maker_name.clone_from(&user.display_name);
            }
        }
        let page = page.into_iter().map(|(_, line)| line).collect();
        Ok(WaitingPapers {
            papers,
            total,
            past_clock: past_clock(app, tx, &obligor, today)?,
            page,
            next,
            as_of,
        })
    })
}

/// The clock of what a proposed paper stands for. A calendar that does not reach so far is no reason
/// to show nothing: the paper's own due date could be told.
fn clock(
    app: &App,
    paper: PaperId,
    found: &[IssueProposal],
    payables: &[Payable],
    today: NaiveDate,
) -> Result<Option<PaymentClock>, AppError> {
    let own = found.iter().find(|proposal| proposal.paper_id == paper);
    let own = payables
        .iter()
        .filter(|payable| own.is_some_and(|own| own.payable == payable.id));
    match supplier_clock::of_payables(own, Some(today), app.calendar()?) {
        Err(AppError::Invalid { .. }) => Ok(None),
        clock => clock,
    }
}

/// How many of all that wait are due past the clock, whatever page is shown: all may be approved
/// together.
fn past_clock(
    app: &App,
    tx: &mut ReadTx<'_>,
    obligor: &Party,
    today: NaiveDate,
) -> Result<CountedDebts, AppError> {
    let mut past = CountedDebts::default();
    if !supplier_clock::obliges(obligor.size_class) {
        return Ok(past);
    }
    let mut groups = tx.clock_groups(obligor.id, Some(ClockStage::Proposed))?;
    for group in &mut groups {
        // Without any other day it would be counted from its issue, today.
        group.started_on = group.started_on.or(Some(today));
    }
    let calendar = app.calendar()?;
    let last_days = supplier_clock::last_days(&groups, calendar);
    for group in &groups {
        let money_by = group.started_on.and_then(|first| last_days.get(&first));
        let standing = ClockFacts::of(group, calendar).standing(money_by.copied(), today);
        if matches!(standing, ClockStanding::ToChoose | ClockStanding::Breach) {
            past.add(group)?;
        }
    }
    Ok(past)
}

fn line(proposal: &IssueProposal) -> Result<(ledger_core::id::PartyId, WaitingPaper), AppError> {
    let damaged = |what: String| {
        AppError::Internal(format!(
            "the proposal of paper {}: {what}",
            proposal.paper_id
        ))
    };
    let entry = Entry::from_bytes(&proposal.body).map_err(|e| damaged(e.to_string()))?;
    let Act::Issue(issue) = entry.act else {
        return Err(damaged("no issue".to_owned()));
    };
    let line = WaitingPaper {
        paper: proposal.paper_id,
        number: issue.number,
        payee: String::new(),
        face: Amount::from_minor(entry.cut.hi)?,
        currency: issue.currency,
        maturity: issue.maturity,
        due_date: issue.due_date,
        clock: None,
        terms: issue.terms,
        maker: proposal.maker,
        maker_name: String::new(),
        made_at: proposal.made_at,
    };
    Ok((issue.payee, line))
}
