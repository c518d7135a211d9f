//! Limits: a party's own, joint views, groups of obligors.

use askama::Template;

use crate::forms::Form;
use crate::layout::Shell;

/// `GET /limits`; `POST /limits` with `subject`, `currency`, `amount`, `until`, `reason`, `end`.
#[derive(Debug, Template)]
#[template(path = "limits.html")]
pub struct Limits {
    /// Around the page.
    pub shell: Shell,
    /// What the limits are for, in a sentence.
    pub lead: String,
    /// In force.
    pub limits: Vec<LimitCard>,
    /// Taken where none is set.
    pub unlimited: Vec<UnlimitedLine>,
    /// Waiting for a second person.
    pub waiting: Vec<ProposalCard>,
    /// Decided ones, newest first.
    pub history: Vec<HistoryLine>,
    /// Signatures that a limit stopped, newest first.
    pub shortages: Vec<ShortageLine>,
    /// On what one may be set: value and words.
    pub subjects: Vec<(String, String)>,
    /// Whether the reader may propose.
    pub may_propose: bool,
    /// Whether the reader may see joint views.
    pub may_share: bool,
    /// What was typed.
    pub form: Form,
}

/// A limit with its use.
#[derive(Debug, Clone)]
pub struct LimitCard {
    /// Obligor, group or supplier.
    pub name: String,
    /// Which of these, in words.
    pub kind: String,
    /// SVG of used, reserved and free.
    pub bar: String,
    /// The limit.
    pub limit: String,
    /// Held; of an issuing limit: promised and not yet paid.
    pub used: String,
    /// Signed for; empty for an issuing limit, which reserves nothing.
    pub reserved: String,
    /// What may still be taken.
    pub free: String,
    /// Until when, in a sentence; empty without an end.
    pub until: String,
    /// What is wrong with it, in a sentence; empty if nothing is.
    pub warning: String,
}

/// What is taken where no limit is set.
#[derive(Debug, Clone)]
pub struct UnlimitedLine {
    /// Who owes.
    pub name: String,
    /// Held.
    pub used: String,
    /// Signed for.
    pub reserved: String,
}

/// A proposal that waits.
#[derive(Debug, Clone)]
pub struct ProposalCard {
    /// Its id.
    pub id: String,
    /// On what.
    pub name: String,
    /// Which kind, in words.
    pub kind: String,
    /// The limit, or that there shall be none.
    pub amount: String,
    /// Until when, in a sentence; empty without an end.
    pub until: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub made: String,
    /// Whether the reader made it.
    pub own: bool,
    /// Whether the reader may approve it.
    pub may_approve: bool,
}

/// A decided proposal.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// On what.
    pub name: String,
    /// The limit, or that there should be none.
    pub amount: String,
    /// What became of it, in words.
    pub state: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// When it was decided.
    pub day: String,
}

/// A signature that a limit stopped.
#[derive(Debug, Clone)]
pub struct ShortageLine {
    /// On what the limit is.
    pub name: String,
    /// What was asked.
    pub asked: String,
    /// What was free.
    pub free: String,
    /// When.
    pub at: String,
}

/// `GET /limits/circles`; `POST /limits/circles` with `subject` and `provider` (several).
#[derive(Debug, Template)]
#[template(path = "limit_circles.html")]
pub struct Circles {
    /// Around the page.
    pub shell: Shell,
    /// Those the reader is in or asked into.
    pub circles: Vec<CircleCard>,
    /// On what one may be proposed: value and words.
    pub subjects: Vec<(String, String)>,
    /// Whom to ask: id and name.
    pub providers: Vec<(String, String)>,
    /// What was typed.
    pub form: Form,
}

/// A joint view.
#[derive(Debug, Clone)]
pub struct CircleCard {
    /// Its id.
    pub id: String,
    /// On what.
    pub name: String,
    /// Which kind, in words.
    pub kind: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// Whether the reader has agreed.
    pub member: bool,
    /// Names of the members.
    pub members: String,
    /// Names of those who have not answered; empty if none.
    pub invited: String,
    /// Sums over the members, one a currency.
    pub sums: Vec<JointLine>,
}

/// Sums in one currency with the reader's own part.
#[derive(Debug, Clone)]
pub struct JointLine {
    /// SVG of used, reserved and free.
    pub bar: String,
    /// Limits together.
    pub limit: String,
    /// Held together.
    pub used: String,
    /// Signed for together.
    pub reserved: String,
    /// The reader's own: limit, used and reserved in a sentence.
    pub own: String,
}

/// `GET /operator/groups`; `POST /operator/groups` with `name`.
#[derive(Debug, Template)]
#[template(path = "groups.html")]
pub struct Groups {
    /// Around the page.
    pub shell: Shell,
    /// All groups.
    pub groups: Vec<GroupCard>,
    /// Obligors that belong to none: id and name.
    pub obligors: Vec<(String, String)>,
    /// What was typed.
    pub form: Form,
}

/// A group.
#[derive(Debug, Clone)]
pub struct GroupCard {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who belongs to it: id and name.
    pub members: Vec<(String, String)>,
}
