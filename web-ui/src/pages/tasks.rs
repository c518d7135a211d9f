//! What the operator has to look at.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell};

/// `GET /operator/tasks`; `POST /operator/tasks/{id}/close` with `note`.
#[derive(Debug, Template)]
#[template(path = "operator_tasks.html")]
pub struct Tasks {
    /// Around the page.
    pub shell: Shell,
    /// Open tasks, oldest first.
    pub tasks: Vec<TaskCard>,
    /// How many more are open.
    pub left_out: u64,
}

/// A task with all that is said of it.
#[derive(Debug, Clone)]
pub struct TaskCard {
    /// Its id.
    pub id: String,
    /// What it is about, in a word.
    pub kind: String,
    /// Since when it waits.
    pub since: String,
    /// What is wrong, in a sentence.
    pub what: String,
    /// What to do, in plain words.
    pub advice: String,
    /// Paper, obligor, day.
    pub facts: Vec<Fact>,
    /// Where to look: address and words.
    pub links: Vec<(String, String)>,
    /// The record's own words, with the figures.
    pub detail: String,
    /// The stable code.
    pub code: String,
    /// Whether closing lets a settlement go on.
    pub resumes: bool,
    /// What was typed.
    pub form: Form,
}
