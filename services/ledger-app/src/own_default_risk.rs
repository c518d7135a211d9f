//! What a default of an obligor would mean for the caller's own party: what would hit what it holds,
//! whom it may turn to for that, and what could be claimed from it. It is told its own legs only
//! (domain 3.5): what others did with what it passed on shows in no figure, so that what could be
//! claimed from it is a bound.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::default_for_party::ConcernedPaper;
use ledger_core::default_for_party::OwnLot;
use ledger_core::default_for_party::own_lots;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::Leg;
use ledger_core::leg_tree::LegKind;
use ledger_core::paper::PaperState;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::obligor_status;
use crate::owed_papers;
use crate::owed_papers::Bounds;
use crate::owed_papers::Owed;
use crate::policy::Action;
use crate::principal::Principal;

/// The other side of a leg, and its mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherSide {
    /// Who.
    pub name: String,
    /// By what the units passed.
    pub kind: LegKind,
    /// Whether one may turn back.
    pub recourse: Recourse,
    /// How much at most.
    pub at_most: Amount,
}

/// Units that came by one leg, or by the issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskLine {
    /// Number of the paper.
    pub number: String,
    /// When it is due.
    pub due_date: NaiveDate,
    /// What the party holds of them.
    pub held: Amount,
    /// What of that would not be paid.
    pub hit: Amount,
    /// From whom they came and what may be claimed from it; none from the obligor itself.
    pub from: Option<OtherSide>,
    /// To whom some of them were passed on with recourse.
    pub passed_on: Vec<OtherSide>,
}

/// All of it in one currency, minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskIn {
    /// Currency.
    pub currency: Currency,
    /// What would hit what the party holds.
    pub hit: i128,
    /// What it may claim at most.
    pub may_claim: i128,
    /// What may be claimed from it at most.
    pub claimed_from: i128,
    /// Line by line, those of papers that owe most first.
    pub lines: Vec<RiskLine>,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct OwnDefaultRisk {
    /// Who fails.
    pub obligor: Party,
    /// The business date.
    pub today: NaiveDate,
    /// The day on which it fails.
    pub day: NaiveDate,
    /// By currency; none if nothing concerns the party.
    pub currencies: Vec<RiskIn>,
    /// Whether there was more than is looked at: papers that owe less, or later legs, are missing.
    pub more: bool,
}

/// The obligors whose default could concern the caller's party, by name.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn obligors(app: &App, who: &Principal) -> Result<Vec<Party>, AppError> {
    who.may(Action::ViewOwnDefaultRisk)?;
    let mut found = app.store.read(|tx| {
        let ids = tx.obligors_concerning(who.party)?;
        Ok::<_, AppError>(tx.parties_by_ids(&ids)?)
    })?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// What it would mean if `obligor` failed on `day` (today, if none is given) and nothing more came.
///
/// # Errors
/// [`AppError::NotFound`] if the caller's party has nothing to do with such an obligor.
pub fn run(
    app: &App,
    who: &Principal,
    obligor: PartyId,
    day: Option<NaiveDate>,
) -> Result<OwnDefaultRisk, AppError> {
    run_within(app, who, obligor, day, Bounds::PAGE)
}

/// The same within other bounds. What is looked at starts from what the caller's party has part in: an
/// obligor's larger papers that are others' hide none of its own.
///
/// # Errors
/// As [`run`].
pub fn run_within(
    app: &App,
    who: &Principal,
    obligor: PartyId,
    day: Option<NaiveDate>,
    bounds: Bounds,
) -> Result<OwnDefaultRisk, AppError> {
    who.may(Action::ViewOwnDefaultRisk)?;
    app.store.read(|tx| {
        check_concerned(tx, who, obligor)?;
        let today = tx.business_date_today()?;
        let day = day.unwrap_or(today);
        let days = (day, today);
        let (owed, beyond) = owed_papers::load_concerning(tx, obligor, days, who.party, bounds)?;
        let nos: Vec<i64> = owed.iter().map(|one| one.record.no).collect();
        let steps = tx.steps_concerning(&nos, who.party, bounds.entries)?;
        let more = steps.cut_at.is_some() || beyond;
        let mut steps = owed_papers::by_paper(steps);
        let mut mine = Vec::new();
        for one in owed {
            if let Some(steps) = steps.remove(&one.record.no) {
                mine.push((one, owed_papers::grown(steps)?));
            }
        }
        let begun: Vec<i64> = mine
            .iter()
            .filter(|(one, _)| matches!(one.record.paper.state, PaperState::PartSettled { .. }))
            .map(|(one, _)| one.record.no)
            .collect();
        let mut held = owed_papers::held(tx, &begun, bounds)?;
        let papers: Vec<(Owed, ConcernedPaper)> = mine
            .into_iter()
            .map(|(one, legs)| {
                let paper = ConcernedPaper {
                    id: one.record.paper.id,
                    obligor: one.record.paper.obligor,
                    redeemed: one.record.paper.redeemed,
                    face: one.record.paper.face,
                    rule: one.rule,
                    earlier: one.earlier.clone(),
                    held: held.remove(&one.record.no).unwrap_or_default(),
                    legs,
                };
                (one, paper)
            })
            .collect();
        Ok(OwnDefaultRisk {
            obligor: tx.party_by_id(obligor)?,
            today,
            day,
            currencies: told(tx, who.party, &papers)?,
            more,
        })
    })
}

/// A finance provider sees obligors it deals with, a supplier those whose papers came by it.
fn check_concerned(tx: &mut ReadTx<'_>, who: &Principal, obligor: PartyId) -> Result<(), AppError> {
    if who.kind == PartyKind::FinanceProvider {
        return obligor_status::check_deals(tx, who, obligor);
    }
    if tx.obligors_concerning(who.party)?.contains(&obligor) {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

fn told(
    tx: &mut ReadTx<'_>,
    me: PartyId,
    papers: &[(Owed, ConcernedPaper)],
) -> Result<Vec<RiskIn>, AppError> {
    let mut lots: Vec<(&Owed, OwnLot)> = Vec::new();
    for (owed, paper) in papers {
        let own = own_lots(std::slice::from_ref(paper), me).map_err(owed_papers::not_shared)?;
        lots.extend(own.into_iter().map(|lot| (owed, lot)));
    }
    let sides = lots.iter().flat_map(|(_, lot)| {
        let to = lot.passed_on.iter().map(|one| one.leg.recipient);
        to.chain(lot.from.map(|leg| leg.giver))
    });
    let known = names(tx, sides.collect::<HashSet<_>>())?;
    let mut found: BTreeMap<Currency, RiskIn> = BTreeMap::new();
    for (owed, lot) in &lots {
        let currency = owed.record.paper.currency;
        let one = found.entry(currency).or_insert_with(|| RiskIn {
            currency,
            hit: 0,
            may_claim: 0,
            claimed_from: 0,
            lines: Vec::new(),
        });
        let wide = |amount: Amount| i128::from(amount.minor());
        one.hit = one.hit.saturating_add(wide(lot.hit));
        one.may_claim = one.may_claim.saturating_add(wide(lot.may_claim));
        one.claimed_from = one.claimed_from.saturating_add(wide(lot.claimed_from()));
        one.lines.push(line(owed, lot, &known));
    }
    Ok(found.into_values().collect())
}

fn line(owed: &Owed, lot: &OwnLot, known: &HashMap<PartyId, Party>) -> RiskLine {
    let side = |leg: &Leg, other: PartyId, at_most: Amount| OtherSide {
        name: known
            .get(&other)
            .map(|party| party.name.clone())
            .unwrap_or_default(),
        kind: leg.kind,
        recourse: leg.recourse,
        at_most,
    };
    let passed_on = lot.passed_on.iter();
    RiskLine {
        number: owed.record.paper.number.clone(),
        due_date: owed.record.paper.due_date,
        held: lot.held,
        hit: lot.hit,
        from: lot.from.map(|leg| side(&leg, leg.giver, lot.may_claim)),
        passed_on: passed_on
            .map(|one| side(&one.leg, one.leg.recipient, one.at_most))
            .collect(),
    }
}
