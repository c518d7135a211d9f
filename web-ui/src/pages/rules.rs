//! The rules of a day, each with its article.

use askama::Template;

use crate::layout::Shell;

/// One rule.
#[derive(Debug, Clone)]
pub struct RuleLine {
    /// What it is about.
    pub name: String,
    /// What it says.
    pub says: String,
    /// Where that is written.
    pub article: String,
}

/// `GET /rules?on=2026-11-20`.
#[derive(Debug, Template)]
#[template(path = "rules.html")]
pub struct Rules {
    /// Around the page.
    pub shell: Shell,
    /// The day, as browsers write it.
    pub on: String,
    /// The same in words.
    pub day: String,
    /// What the pack is called.
    pub title: String,
    /// Since when it applies; empty if it always did.
    pub since: String,
    /// Its rules.
    pub rules: Vec<RuleLine>,
    /// First days of other packs: address and day in words.
    pub others: Vec<(String, String)>,
}
