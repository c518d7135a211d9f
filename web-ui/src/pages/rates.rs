//! A finance provider's standing rates: those that stand, those that wait for a second hand, the form
//! for new ones.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::desk::LogLine;

/// `GET /desk/rates?like=CARD`; posts to `/desk/rates` (propose), `/desk/rates/rows` (one row more)
/// and `/desk/rates/grades` (`obligor`, `grade`, `why`); each card and proposal has its own addresses below.
#[derive(Debug, Template)]
#[template(path = "desk_rates.html")]
pub struct Rates {
    /// Around the page.
    pub shell: Shell,
    /// Proposals that wait, newest first.
    pub waiting: Vec<WaitingRates>,
    /// Cards from which prices follow now or later.
    pub standing: Vec<CardShown>,
    /// Cards that are over: withdrawn or past their last day.
    pub over: Vec<CardShown>,
    /// What was proposed and decided, newest first.
    pub log: Vec<LogLine>,
    /// Whether the reader may propose.
    pub proposes: bool,
    /// Whether the form stands open.
    pub open: bool,
    /// What is typed about the card as a whole.
    pub form: Form,
    /// What is typed in its rows.
    pub rows: Vec<TypedRow>,
    /// Obligors to choose: id and name.
    pub obligors: Vec<(String, String)>,
    /// Grades given: since when, the grade, of whom, why.
    pub graded: Vec<LogLine>,
    /// Whether the form of a grade stands open.
    pub grades_open: bool,
    /// Grades to choose.
    pub grades: Vec<String>,
}

/// A proposal that waits for a second hand.
#[derive(Debug)]
pub struct WaitingRates {
    /// Its id.
    pub id: String,
    /// Who proposes.
    pub maker: String,
    /// When.
    pub made: String,
    /// The word with it; may be empty.
    pub word: String,
    /// The card.
    pub card: CardShown,
    /// Whether the reader proposed it.
    pub own: bool,
    /// Whether the reader may decide it.
    pub decides: bool,
    /// What the reader signs, if it is the reader's to decide.
    pub deed: Option<Signing>,
}

/// A card with its table.
#[derive(Debug)]
pub struct CardShown {
    /// Its id.
    pub id: String,
    /// From when to when.
    pub dates: String,
    /// Where it stands.
    pub state: String,
    /// Class of its dot.
    pub state_class: &'static str,
    /// Pay-out, stay of a quote, limit, share of the obligor.
    pub facts: Vec<Fact>,
    /// The table.
    pub rows: Vec<RateLine>,
    /// Whether it can be taken back.
    pub stands: bool,
}

/// A row of a card for people.
#[derive(Debug)]
pub struct RateLine {
    /// For whom: obligor, grade.
    pub whom: String,
    /// How long.
    pub days: String,
    /// How much.
    pub amounts: String,
    /// On what recourse.
    pub recourse: String,
    /// At what rate.
    pub rate: String,
}

/// A row of the form as typed.
#[derive(Debug)]
pub struct TypedRow {
    /// Its number for people, from 1.
    pub no: usize,
    /// Name of each field and what is typed there, in the order of the table.
    pub obligor: TypedField,
    /// Worst grade.
    pub grade: TypedField,
    /// Fewest days.
    pub days_from: TypedField,
    /// Most days.
    pub days_to: TypedField,
    /// Smallest amount.
    pub least: TypedField,
    /// Largest amount.
    pub most: TypedField,
    /// Recourse.
    pub recourse: TypedField,
    /// Cap of limited recourse in percent.
    pub cap: TypedField,
    /// Percent a year.
    pub rate: TypedField,
}

/// A field of a row.
#[derive(Debug)]
pub struct TypedField {
    /// Its name in the form.
    pub name: String,
    /// What is typed.
    pub value: String,
    /// What is wrong with it, in words; empty if nothing.
    pub wrong: String,
}

impl TypedField {
    /// Whether `value` is chosen.
    #[must_use]
    pub fn is(&self, value: &str) -> bool {
        self.value == value
    }
}
