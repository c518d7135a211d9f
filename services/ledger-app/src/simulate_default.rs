//! Simulates a default: if an obligor fails on a day, who is hit by how much first, who may turn to
//! whom, and who is left with it. For the operator and the auditor, who see every holder.
//!
//! Figures are of the papers that owe most, as many as the bounds reach; the answer says how much
//! lies beyond them.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::default_simulation::OwedPaper;
use ledger_core::default_simulation::PaperHolders;
use ledger_core::default_simulation::PartyHit;
use ledger_core::default_simulation::Recovery;
use ledger_core::default_simulation::Simulation;
use ledger_core::default_simulation::simulate;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::LegKind;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;
use ledger_store::default_papers::OwedOnDay;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;
use rust_decimal::Decimal;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::owed_papers;
pub use crate::owed_papers::Bounds;
use crate::owed_papers::Owed;
use crate::policy::Action;
use crate::principal::Principal;

/// What is assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssumedDefault {
    /// Who fails.
    pub obligor: PartyId,
    /// On which day; papers due before it are taken as paid, unless they are overdue already.
    pub day: NaiveDate,
    /// How many percent of each face still come.
    pub recovery: Decimal,
}

/// One paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedPaper {
    /// Its id.
    pub paper: PaperId,
    /// Its number.
    pub number: String,
    /// When it is due.
    pub due_date: NaiveDate,
    /// Its face.
    pub face: Amount,
    /// What was paid of it before.
    pub paid: Amount,
    /// What still comes.
    pub recovered: Amount,
    /// What does not.
    pub shortfall: Amount,
    /// Whether its legs were followed; else who is hit is known and nothing more.
    pub followed: bool,
}

/// One party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedParty {
    /// Who.
    pub party: PartyId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PartyKind,
    /// How it comes through it.
    pub figures: PartyHit,
}

/// One possible claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedClaim {
    /// Number of the paper.
    pub number: String,
    /// Who may claim.
    pub claimant: String,
    /// From whom.
    pub from: String,
    /// By what the units had passed between the two.
    pub kind: LegKind,
    /// The mode of that leg.
    pub recourse: Recourse,
    /// What the claimant has lost on the units of the leg, or paid for them before.
    pub lost: Amount,
    /// How much of it it may claim.
    pub amount: Amount,
}

/// What is beyond what was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beyond {
    /// How many papers.
    pub papers: i64,
    /// What is owed on them, minor units.
    pub minor: i128,
}

/// All of it in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedCurrency {
    /// Currency.
    pub currency: Currency,
    /// What is not paid of the papers looked at, minor units: the sum of first hits and of final
    /// losses.
    pub shortfall: i128,
    /// The papers, those that owe most first.
    pub papers: Vec<SimulatedPaper>,
    /// The parties: those hit most first, then those only claimed from.
    pub parties: Vec<SimulatedParty>,
    /// The possible claims, paper by paper; a claim stands after those that have to be paid first.
    pub claims: Vec<SimulatedClaim>,
    /// Papers that are owed too and not in the figures.
    pub left_out: Beyond,
    /// Papers in the figures whose legs were not followed.
    pub not_followed: Beyond,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct SimulatedDefault {
    /// Who fails.
    pub obligor: Party,
    /// The business date.
    pub today: NaiveDate,
    /// What is assumed.
    pub assumed: AssumedDefault,
    /// By currency; none if nothing is owed on the day.
    pub currencies: Vec<SimulatedCurrency>,
}

/// The obligors, by name: about whom it can be asked.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn obligors(app: &App, who: &Principal) -> Result<Vec<Party>, AppError> {
    who.may(Action::SimulateDefault)?;
    let mut found = app.store.read(|tx| {
        let found = tx.parties_of_kind(PartyKind::Obligor)?;
        Ok::<_, AppError>(found)
    })?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Simulates, in one look at the database, within the bounds of a page.
///
/// # Errors
/// As [`run_within`].
pub fn run(
    app: &App,
    who: &Principal,
    assumed: AssumedDefault,
) -> Result<SimulatedDefault, AppError> {
    run_within(app, who, assumed, Bounds::PAGE)
}

/// Simulates, in one look at the database.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such obligor; [`AppError::Invalid`] `recovery_not_possible`
/// on the field `recovery`.
pub fn run_within(
    app: &App,
    who: &Principal,
    assumed: AssumedDefault,
    bounds: Bounds,
) -> Result<SimulatedDefault, AppError> {
    who.may(Action::SimulateDefault)?;
    let recovery = Recovery::percent(assumed.recovery).ok_or_else(|| {
        let words = "a percentage from 0 to 100 with at most four decimal places";
        AppError::invalid_field("recovery", "recovery_not_possible", words)
    })?;
    app.store.read(|tx| {
        let obligor = tx.party_by_id(assumed.obligor)?;
        if obligor.kind != PartyKind::Obligor {
            return Err(AppError::NotFound);
        }
        let today = tx.business_date_today()?;
        let owed = owed_papers::load(tx, obligor.id, (assumed.day, today), bounds)?;
        let sums = tx.sums_owed_on(obligor.id, assumed.day, today)?;
        let loaded = with_holders(tx, owed, bounds)?;
        let mut currencies = Vec::new();
        for sum in &sums {
            currencies.push(simulated(tx, &loaded, sum, recovery)?);
        }
        Ok(SimulatedDefault {
            obligor,
            today,
            assumed,
            currencies,
        })
    })
}

/// Papers with those who hold them; those that the bounds don't reach are left out.
fn with_holders(
    tx: &mut ReadTx<'_>,
    owed: Vec<Owed>,
    bounds: Bounds,
) -> Result<Vec<(Owed, OwedPaper)>, AppError> {
    let nos: Vec<i64> = owed.iter().map(|one| one.record.no).collect();
    let steps = tx.steps_of_papers(&nos, bounds.entries)?;
    let place = steps.cut_at.map(|cut| nos.iter().position(|no| *no == cut));
    let followed = place.flatten().unwrap_or(nos.len());
    let beyond = nos.get(followed..).unwrap_or_default();
    let mut summed = if beyond.is_empty() {
        HashMap::new()
    } else {
        owed_papers::held(tx, beyond, bounds)?
    };
    let mut steps = owed_papers::by_paper(steps);
    let mut loaded = Vec::with_capacity(owed.len());
    for (place, one) in owed.into_iter().enumerate() {
        let no = one.record.no;
        let holders = if place < followed {
            let steps = steps.remove(&no).unwrap_or_default();
            PaperHolders::Followed(owed_papers::grown(steps)?)
        } else if let Some(held) = summed.remove(&no) {
            PaperHolders::Summed(held)
        } else {
            continue;
        };
        let paper = OwedPaper {
            id: one.record.paper.id,
            obligor: one.record.paper.obligor,
            face: one.record.paper.face,
            rule: one.rule,
            earlier: one.earlier.clone(),
            holders,
        };
        loaded.push((one, paper));
    }
    Ok(loaded)
}

fn simulated(
    tx: &mut ReadTx<'_>,
    loaded: &[(Owed, OwedPaper)],
    sum: &OwedOnDay,
    recovery: Recovery,
) -> Result<SimulatedCurrency, AppError> {
    let of_currency = |one: &&(Owed, OwedPaper)| one.0.record.paper.currency == sum.currency;
    let of: Vec<&(Owed, OwedPaper)> = loaded.iter().filter(of_currency).collect();
    let papers: Vec<OwedPaper> = of.iter().map(|(_, paper)| paper.clone()).collect();
    let found = simulate(&papers, recovery).map_err(owed_papers::not_shared)?;
    let mut left_out = Beyond {
        papers: sum.papers,
        minor: sum.minor()?,
    };
    let mut not_followed = Beyond::default();
    for ((owed, _), paper) in of.iter().zip(&found.papers) {
        let minor = i128::from(owed.owed().minor());
        left_out.papers = left_out.papers.saturating_sub(1);
        left_out.minor = left_out.minor.saturating_sub(minor);
        if !paper.followed {
            not_followed.papers = not_followed.papers.saturating_add(1);
            not_followed.minor = not_followed.minor.saturating_add(minor);
        }
    }
    let ids: HashSet<PartyId> = found.parties.keys().copied().collect();
    let known = names(tx, ids)?;
    Ok(SimulatedCurrency {
        currency: sum.currency,
        shortfall: found.shortfall(),
        papers: papers_told(&of, &found),
        parties: parties_told(&found, &known),
        claims: claims_told(&of, &found, &known),
        left_out,
        not_followed,
    })
}

fn papers_told(of: &[&(Owed, OwedPaper)], found: &Simulation) -> Vec<SimulatedPaper> {
    let told = of.iter().zip(&found.papers).map(|((owed, _), one)| {
        let paper = &owed.record.paper;
        SimulatedPaper {
            paper: paper.id,
            number: paper.number.clone(),
            due_date: paper.due_date,
            face: paper.face,
            paid: one.paid,
            recovered: one.recovered,
            shortfall: one.shortfall,
            followed: one.followed,
        }
    });
    told.collect()
}

fn parties_told(found: &Simulation, known: &HashMap<PartyId, Party>) -> Vec<SimulatedParty> {
    let told = found.parties.iter().filter_map(|(id, figures)| {
        let party = known.get(id)?;
        Some(SimulatedParty {
            party: *id,
            name: party.name.clone(),
            kind: party.kind,
            figures: *figures,
        })
    });
    let mut told: Vec<SimulatedParty> = told.collect();
    told.sort_by(|one, other| {
        let order = |of: &SimulatedParty| (of.figures.hit, of.figures.left);
        order(other)
            .cmp(&order(one))
            .then_with(|| one.name.cmp(&other.name))
    });
    told
}

fn claims_told(
    of: &[&(Owed, OwedPaper)],
    found: &Simulation,
    known: &HashMap<PartyId, Party>,
) -> Vec<SimulatedClaim> {
    let numbers: HashMap<PaperId, &str> = of
        .iter()
        .map(|(owed, paper)| (paper.id, owed.record.paper.number.as_str()))
        .collect();
    let name = |id: PartyId| known.get(&id).map(|party| party.name.clone());
    let told = found.claims.iter().map(|claim| SimulatedClaim {
        number: numbers
            .get(&claim.paper)
            .copied()
            .unwrap_or_default()
            .to_owned(),
        claimant: name(claim.leg.recipient).unwrap_or_default(),
        from: name(claim.leg.giver).unwrap_or_default(),
        kind: claim.leg.kind,
        recourse: claim.leg.recourse,
        lost: claim.lost,
        amount: claim.amount,
    });
    told.collect()
}
