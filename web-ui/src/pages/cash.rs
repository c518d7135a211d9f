//! Money by day: what a treasury needs, what a supplier gets and how it could get it otherwise.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Chart, Fact, Figure, Shell};

/// Money of one currency by day, as a drawing and as a table.
#[derive(Debug, Clone)]
pub struct CashByDay {
    /// What it is, with the currency.
    pub title: String,
    /// Soon, later, in all.
    pub figures: Vec<Figure>,
    /// The drawing.
    pub chart: Chart,
    /// The days.
    pub rows: Vec<CashRow>,
}

/// One day.
#[derive(Debug, Clone)]
pub struct CashRow {
    /// The date.
    pub date: String,
    /// `in 43 days`, `3 days ago`.
    pub when: String,
    /// What comes on it.
    pub amount: String,
    /// What has come by its end.
    pub running: String,
    /// Whether the day has passed unpaid.
    pub late: bool,
}

/// `GET /plan`: a supplier's money by day, and what could be done with a part of it.
#[derive(Debug, Template)]
#[template(path = "plan.html")]
pub struct Plan {
    /// Around the page.
    pub shell: Shell,
    /// One for each currency.
    pub days: Vec<CashByDay>,
    /// What should be known beside: offered or sold, past its day.
    pub notes: Vec<String>,
    /// What was chosen.
    pub form: Form,
    /// Free fragments: id and words.
    pub fragments: Vec<(String, String)>,
    /// What each way brings, once something is chosen.
    pub what_if: Option<WhatIfView>,
}

/// The ways side by side.
#[derive(Debug, Clone)]
pub struct WhatIfView {
    /// About what: `¥300,000.00, Chery, due 8 Feb 2027, in 80 days`.
    pub about: String,
    /// The ways.
    pub ways: Vec<WayCard>,
    /// What can't be done, and where no price is known: a sentence each.
    pub notes: Vec<String>,
    /// Running totals of every way.
    pub chart: Chart,
    /// Days on which the ways differ or money comes: date, then what comes by each way.
    pub rows: Vec<(String, Vec<String>)>,
    /// In all by each way.
    pub totals: Vec<String>,
}

/// One way.
#[derive(Debug, Clone)]
pub struct WayCard {
    /// Its name.
    pub name: String,
    /// Class of its line in the drawing.
    pub class: &'static str,
    /// What arrives, large.
    pub arrives: String,
    /// When, cost, all of the plan then.
    pub facts: Vec<Fact>,
    /// Where it is done; empty if there is nothing to do.
    pub href: String,
    /// Words on the way there.
    pub verb: String,
}
