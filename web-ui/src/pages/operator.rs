//! The operator's pages: parties, users, business day and jobs, reconciliation.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Figure, Shell, Task};

/// `GET/POST /operator/parties`: `name`, `credit_code`, `kind`, `email`, `account`, `account_bank`.
#[derive(Debug, Template)]
#[template(path = "parties.html")]
pub struct Parties {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Parties, those found if something is searched for.
    pub parties: Vec<PartyLine>,
    /// How many more there are.
    pub left_out: usize,
    /// Kinds to choose: value and words.
    pub kinds: Vec<(String, String)>,
}

impl Parties {
    /// Sizes to choose: value and words; small first, since most are.
    #[must_use]
    pub fn sizes(&self) -> Vec<(&'static str, String)> {
        ["small", "micro", "medium", "large", "public"]
            .into_iter()
            .map(|size| (size, self.shell.t(&format!("size-{size}"))))
            .collect()
    }
}

/// A party in the list.
#[derive(Debug, Clone)]
pub struct PartyLine {
    /// Name.
    pub name: String,
    /// Credit code.
    pub credit_code: String,
    /// Kind in words.
    pub kind: String,
    /// Account, last digits.
    pub account: String,
    /// How its keys are held.
    pub custody: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}

/// `GET/POST /operator/users`: `name`, `email`, `party`, `role`; an invitation is mailed.
#[derive(Debug, Template)]
#[template(path = "users.html")]
pub struct Users {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Users, those found if something is searched for.
    pub users: Vec<UserLine>,
    /// How many more there are.
    pub left_out: usize,
    /// Parties to choose: value and name.
    pub parties: Vec<(String, String)>,
    /// Roles to choose: value and words.
    pub roles: Vec<(String, String)>,
}

/// A user in the list.
#[derive(Debug, Clone)]
pub struct UserLine {
    /// The person.
    pub name: String,
    /// Name to sign in with.
    pub login: String,
    /// Party.
    pub party: String,
    /// Role in words.
    pub role: String,
    /// That the person has been here, or how the invitation stands.
    pub seen: String,
    /// Where to invite the person again; none for who has been here.
    pub again: Option<String>,
}

/// `GET /operator/day`; `POST /operator/day` with `date` (demo only); `POST /operator/jobs/{name}`.
#[derive(Debug, Template)]
#[template(path = "day.html")]
pub struct Day {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// What waits for a person of the operator.
    pub tasks: Vec<Task>,
    /// The business date as an input takes it.
    pub date: String,
    /// Weekday, holiday or working day, in words.
    pub kind: String,
    /// Whether the date can be set by hand.
    pub can_travel: bool,
    /// Dates worth travelling to: value and words.
    pub stops: Vec<(String, String)>,
    /// Address of the sandbox bank's own pages; empty without one.
    pub bank: String,
    /// The jobs.
    pub jobs: Vec<JobLine>,
}

/// A job.
#[derive(Debug, Clone)]
pub struct JobLine {
    /// Its name as a sub-command knows it.
    pub name: String,
    /// What it does.
    pub what: String,
    /// When it last ran and what came of it.
    pub last: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}

/// `GET /operator/reconciliation?date=…`.
#[derive(Debug, Template)]
#[template(path = "reconciliation.html")]
pub struct Reconciliation {
    /// Around the page.
    pub shell: Shell,
    /// The day shown as an input takes it.
    pub date: String,
    /// Instructed, on the statement, difference.
    pub figures: Vec<Figure>,
    /// The difference is nothing.
    pub even: bool,
    /// One line per instruction or statement entry.
    pub lines: Vec<MatchLine>,
}

/// An instruction and the statement line that answers it.
#[derive(Debug, Clone)]
pub struct MatchLine {
    /// Our instruction's id; empty if the bank booked something we didn't ask for.
    pub instruction: String,
    /// What it is for.
    pub purpose: String,
    /// Amount instructed; empty if none.
    pub instructed: String,
    /// Amount on the statement; empty if none.
    pub booked: String,
    /// The bank's reference.
    pub reference: String,
    /// State in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
}
