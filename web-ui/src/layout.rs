//! What surrounds every page: navigation by role, language, user, the banner after an act.

use crate::assets;
use crate::i18n::{Arg, Lang};

/// Who looks at the page; decides the navigation and nothing else. What somebody may do is decided
/// behind the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Obligor: uploads and proposes.
    TreasuryMaker,
    /// Obligor: approves and signs.
    TreasuryChecker,
    /// Holder of fragments at any tier.
    Supplier,
    /// Finance provider's staff.
    Bank,
    /// Reads, and takes files home.
    Auditor,
    /// Runs the platform; signs nothing.
    Operator,
}

impl Role {
    /// Key of the role's name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Role::TreasuryMaker => "role-treasury-maker",
            Role::TreasuryChecker => "role-treasury-checker",
            Role::Supplier => "role-supplier",
            Role::Bank => "role-bank",
            Role::Auditor => "role-auditor",
            Role::Operator => "role-operator",
        }
    }

    /// Pages of the role's navigation: address and key of the name.
    #[must_use]
    pub const fn pages(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Role::TreasuryMaker | Role::TreasuryChecker => &[
                ("/", "nav-home"),
                ("/treasury/imports", "nav-imports"),
                ("/treasury/proposals", "nav-proposals"),
                ("/treasury/papers", "nav-papers"),
                ("/treasury/clock", "nav-clock"),
                ("/agreements", "nav-agreements"),
                ("/redemptions", "nav-redemptions"),
                ("/limits", "nav-limits"),
                ("/documents", "nav-documents"),
            ],
            Role::Supplier => &[
                ("/", "nav-holdings"),
                ("/pay", "nav-pay"),
                ("/finance", "nav-finance"),
                ("/pledges", "nav-pledges"),
                ("/agreements", "nav-agreements"),
                ("/redemptions", "nav-redemptions"),
                ("/recourse", "nav-recourse"),
                ("/received", "nav-received"),
                ("/corrections", "nav-corrections"),
                ("/documents", "nav-documents"),
            ],
            Role::Bank => &[
                ("/", "nav-home"),
                ("/desk", "nav-inbox"),
                ("/desk/rates", "nav-rates"),
                ("/pledges", "nav-pledges"),
                ("/agreements", "nav-agreements"),
                ("/redemptions", "nav-redemptions"),
                ("/recourse", "nav-recourse"),
                ("/received", "nav-received"),
                ("/desk/statistics", "nav-statistics"),
                ("/limits", "nav-limits"),
                ("/desk/webhooks", "nav-webhooks"),
            ],
            Role::Auditor => &[
                ("/", "nav-home"),
                ("/audit", "nav-audit"),
                ("/default-simulation", "nav-default-simulation"),
            ],
            Role::Operator => &[
                ("/operator/day", "nav-day"),
                ("/operator/tasks", "nav-tasks"),
                ("/operator/freezes", "nav-freezes"),
                ("/operator/stops", "nav-stops"),
                ("/default-simulation", "nav-default-simulation"),
                ("/operator/parties", "nav-parties"),
                ("/operator/groups", "nav-groups"),
                ("/operator/users", "nav-users"),
                ("/operator/reconciliation", "nav-reconciliation"),
                ("/mailbox", "nav-mailbox"),
            ],
        }
    }
}

/// The signed-in user, for the menu.
#[derive(Debug, Clone)]
pub struct Badge {
    /// The person's name.
    pub name: String,
    /// Name to sign in with; stands hidden beside passphrase fields for password managers.
    pub login: String,
    /// The party the person acts for.
    pub party: String,
    /// In which role.
    pub role: Role,
}

/// What colour the banner has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It was done.
    Done,
    /// It was refused, or failed.
    Refused,
    /// Something to know.
    Note,
}

impl Tone {
    /// Class in the style sheet.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Done => "done",
            Tone::Refused => "refused",
            Tone::Note => "note",
        }
    }
}

/// A message over the page: what happened and what to do now.
#[derive(Debug, Clone)]
pub struct Banner {
    /// Its colour.
    pub tone: Tone,
    /// What happened, in a sentence.
    pub title: String,
    /// What to do now; may be empty.
    pub advice: String,
    /// The refusal's stable code; empty where nothing was refused.
    pub code: String,
}

/// One entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Address.
    pub href: &'static str,
    /// Key of its name.
    pub key: &'static str,
    /// Whether the page belongs to it.
    pub current: bool,
}

/// Everything around the page.
#[derive(Debug, Clone)]
pub struct Shell {
    /// Language of the page.
    pub lang: Lang,
    /// Who looks; `None` before sign-in.
    pub user: Option<Badge>,
    /// The page's own path with query, for the way back after a change of language.
    pub path: String,
    /// Message over the page.
    pub banner: Option<Banner>,
    /// The business date, already written for people: the ledger's today, not the wall clock's.
    pub business_date: String,
    /// Token of the session for every form.
    pub csrf: String,
    /// Whether this is a demo, which is said on every page.
    pub demo: bool,
}

impl Shell {
    /// The text of `key`.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// The text of `key` with one argument.
    #[must_use]
    pub fn t1(&self, key: &str, name: &'static str, value: impl Arg) -> String {
        self.lang.text_with(key, &[(name, &value)])
    }

    /// The text of `key` with two arguments.
    #[must_use]
    pub fn t2(
        &self,
        key: &str,
        one: &'static str,
        first: impl Arg,
        two: &'static str,
        second: impl Arg,
    ) -> String {
        self.lang.text_with(key, &[(one, &first), (two, &second)])
    }

    /// Address of a static file.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The other languages, for the switch.
    #[must_use]
    pub fn other_languages(&self) -> Vec<Lang> {
        Lang::ALL
            .into_iter()
            .filter(|lang| *lang != self.lang)
            .collect()
    }

    /// The navigation of the user's role. The entry whose address begins the path is current; a page
    /// of one thing belongs to the list that leads to it.
    #[must_use]
    pub fn nav(&self) -> Vec<NavItem> {
        let Some(user) = &self.user else {
            return Vec::new();
        };
        let path = self.path.split('?').next().unwrap_or_default();
        let path = list_of(path);
        let pages = user.role.pages();
        // A page below another's address is its own: the longest address that begins the path.
        let current = pages
            .iter()
            .filter(|(href, _)| path == *href || (*href != "/" && path.starts_with(href)))
            .map(|(href, _)| *href)
            .max_by_key(|href| href.len());
        pages
            .iter()
            // The page of letters sent is a demo's.
            .filter(|(href, _)| self.demo || *href != "/mailbox")
            .map(|&(href, key)| NavItem {
                href,
                key,
                current: current == Some(href),
            })
            .collect()
    }
}

/// The list that leads to a page of one thing; the page itself where there is none.
fn list_of(path: &str) -> &str {
    const LISTS: [(&str, &str); 11] = [
        ("/write-offs", "/recourse"),
        ("/plan", "/"),
        ("/desk/retransfers", "/"),
        ("/waybills/", "/documents"),
        ("/statements", "/documents"),
        ("/desk/rate-proposals", "/desk/rates"),
        ("/fragments/", "/"),
        ("/offers/", "/"),
        ("/receipts/", "/"),
        ("/operator/suppliers", "/operator/parties"),
        ("/treasury/approvals/", "/treasury/proposals"),
    ];
    LISTS
        .iter()
        .find(|(one, _)| path.starts_with(one))
        .map_or(path, |(_, list)| list)
}

/// A label and its value, both for people.
#[derive(Debug, Clone)]
pub struct Fact {
    /// The label, translated.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Fact {
    /// A fact.
    #[must_use]
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Fact {
        Fact {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// What is signed: shown in full over the passphrase field, on every page where somebody signs.
#[derive(Debug, Clone)]
pub struct Signing {
    /// Where the form goes.
    pub action: String,
    /// The sentence that is agreed to.
    pub statement: String,
    /// The facts in the signed bytes.
    pub facts: Vec<Fact>,
    /// What follows from it, each a sentence.
    pub consequences: Vec<String>,
    /// Words on the button.
    pub submit: String,
    /// Hidden fields: name and value.
    pub hidden: Vec<(String, String)>,
}

/// An amount large and alone with its caption.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The amount or number.
    pub value: String,
    /// A smaller line under it; may be empty.
    pub note: String,
}

/// Something that waits for the user.
#[derive(Debug, Clone)]
pub struct Task {
    /// What waits, in a sentence.
    pub title: String,
    /// From whom, by when.
    pub note: String,
    /// Its amount; empty if it has none.
    pub amount: String,
    /// Where to do it.
    pub href: String,
    /// The verb on the link.
    pub verb: String,
}

/// A chart drawn twice and its accessible table.
#[derive(Debug, Clone)]
pub struct Chart {
    /// SVG for a phone.
    pub narrow: String,
    /// SVG for a desk.
    pub wide: String,
}
