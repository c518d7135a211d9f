//! What a default would mean: for everybody, at the operator's and the auditor's; for oneself.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Chart, Figure, Shell};

/// `GET /default-simulation?obligor=…&day=…&recovery=…`.
#[derive(Debug, Template)]
#[template(path = "default_simulation.html")]
pub struct DefaultSimulation {
    /// Around the page.
    pub shell: Shell,
    /// What is assumed.
    pub form: Form,
    /// Obligors to choose from: id and name.
    pub obligors: Vec<(String, String)>,
    /// What follows, by currency; `None` while nothing is asked.
    pub found: Option<Vec<SimulatedIn>>,
    /// Query of the files.
    pub query: String,
}

/// What follows in one currency, all for people.
#[derive(Debug, Clone)]
pub struct SimulatedIn {
    /// The currency, where there are several; else empty.
    pub currency: String,
    /// The sums.
    pub figures: Vec<Figure>,
    /// What is not in them, each a sentence.
    pub notes: Vec<String>,
    /// Who is hit, who is left with it.
    pub chart: Chart,
    /// The parties.
    pub parties: Vec<PartyRow>,
    /// How many more are in the file.
    pub more_parties: usize,
    /// The possible claims.
    pub claims: Vec<ClaimRow>,
    /// How many more are in the file.
    pub more_claims: usize,
    /// The papers.
    pub papers: Vec<PaperRow>,
    /// How many more there are.
    pub more_papers: usize,
}

/// One party.
#[derive(Debug, Clone)]
pub struct PartyRow {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// What it is hit by first.
    pub hit: String,
    /// What it may claim.
    pub claims: String,
    /// What may be claimed from it.
    pub claimed_from: String,
    /// What it is left with.
    pub left: String,
}

/// One possible claim.
#[derive(Debug, Clone)]
pub struct ClaimRow {
    /// The paper's number.
    pub paper: String,
    /// Who.
    pub claimant: String,
    /// From whom.
    pub from: String,
    /// By what the units passed between the two.
    pub leg: String,
    /// The mode of that leg.
    pub mode: String,
    /// What was lost.
    pub lost: String,
    /// How much of it.
    pub amount: String,
}

/// One paper.
#[derive(Debug, Clone)]
pub struct PaperRow {
    /// Its number.
    pub number: String,
    /// When it is due.
    pub due: String,
    /// Its face.
    pub face: String,
    /// Paid before.
    pub paid: String,
    /// What still comes.
    pub recovered: String,
    /// What does not.
    pub shortfall: String,
}

/// `GET /plan/default?obligor=…&day=…`; `GET /desk/obligors/{obligor}/default?day=…`.
#[derive(Debug, Template)]
#[template(path = "own_default.html")]
pub struct OwnDefault {
    /// Around the page.
    pub shell: Shell,
    /// Address of the form.
    pub action: String,
    /// Obligor, where one is chosen, and day.
    pub form: Form,
    /// Obligors to choose from: id and name; none where the address names it.
    pub obligors: Vec<(String, String)>,
    /// The obligor's name; empty if there is none to choose.
    pub obligor: String,
    /// What it would mean, by currency.
    pub found: Vec<OwnRisk>,
    /// Whether some is not shown.
    pub more: bool,
}

/// What it would mean in one currency.
#[derive(Debug, Clone)]
pub struct OwnRisk {
    /// The currency, where there are several; else empty.
    pub currency: String,
    /// The sums.
    pub figures: Vec<Figure>,
    /// Line by line.
    pub lines: Vec<OwnRiskLine>,
    /// How many more there are.
    pub more_lines: usize,
}

/// Units that came by one leg.
#[derive(Debug, Clone)]
pub struct OwnRiskLine {
    /// The paper's number.
    pub paper: String,
    /// When it is due.
    pub due: String,
    /// What is held of them.
    pub held: String,
    /// What of that would not be paid.
    pub hit: String,
    /// To whom one may turn.
    pub from: OwnRiskSide,
    /// Who may turn to oneself.
    pub passed_on: Vec<OwnRiskSide>,
}

/// The other side of a leg.
#[derive(Debug, Clone)]
pub struct OwnRiskSide {
    /// Who, or that there is nobody.
    pub name: String,
    /// The mode; empty where there is no leg.
    pub mode: String,
    /// How much at most; empty if nothing.
    pub amount: String,
}
