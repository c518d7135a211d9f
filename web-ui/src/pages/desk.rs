//! The desk of a finance provider: its inbox, one request, one obligor, one purchase.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::picture::Picture;
use crate::share_bar::ShareBar;

/// `GET /desk?standing=…&obligor=…&holder=…&currency=…&least=…&most=…&from=…&to=…&after=…`.
#[derive(Debug, Template)]
#[template(path = "desk_inbox.html")]
pub struct Inbox {
    /// Around the page.
    pub shell: Shell,
    /// What was asked for.
    pub form: Form,
    /// The standings to narrow to: address, words, whether chosen.
    pub standings: Vec<(String, String, bool)>,
    /// Obligors: value and name.
    pub obligors: Vec<(String, String)>,
    /// Holders: value and name.
    pub holders: Vec<(String, String)>,
    /// The requests, newest first.
    pub lines: Vec<InboxLine>,
    /// Address of the next page; empty on the last.
    pub next: String,
}

/// One request in the inbox.
#[derive(Debug, Clone)]
pub struct InboxLine {
    /// Its page.
    pub href: String,
    /// Who asks.
    pub who: String,
    /// Who owes.
    pub obligor: String,
    /// Paper.
    pub paper: String,
    /// Which cents of it.
    pub range: String,
    /// Due date.
    pub due: String,
    /// Until when quotes are wanted.
    pub until: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub state: String,
    /// Class of its dot.
    pub state_class: &'static str,
}

/// `GET /desk/requests/{id}`.
#[derive(Debug, Template)]
#[template(path = "desk_request.html")]
pub struct DeskRequest {
    /// Around the page.
    pub shell: Shell,
    /// Id of the request.
    pub id: String,
    /// How much is asked for.
    pub amount: String,
    /// Paper, as printed.
    pub paper: String,
    /// Which cents of it.
    pub range: String,
    /// Where it stands.
    pub state: String,
    /// Class of its dot.
    pub state_class: &'static str,
    /// Holder, obligor, dates.
    pub facts: Vec<Fact>,
    /// The obligor, in short.
    pub card: ObligorCard,
    /// The path as a picture and as a list; none once the request is closed to the reader.
    pub origin: Option<Origin>,
    /// What is typed into the form of an answer.
    pub form: Form,
    /// Whether an answer can be proposed now.
    pub answering: bool,
    /// Bids on it are sealed: where the reader's house stands with its own.
    pub bidding: Option<Bidding>,
    /// Why no price may be proposed yet; empty if one may.
    pub gate: String,
    /// The figures of the terms as typed.
    pub price: Option<Price>,
    /// A proposal that waits for a decision.
    pub waiting: Option<WaitingAnswer>,
    /// The own quote with the holder: its figures and the address to take it back (empty if it can't be).
    pub quoted: Option<(Price, String)>,
    /// Address of the purchase; empty if there is none.
    pub purchase: String,
    /// What was proposed and decided, newest first: when, what, by whom, the word with it.
    pub log: Vec<LogLine>,
}

/// A house's part in an auction of sealed bids.
#[derive(Debug, Clone)]
pub struct Bidding {
    /// Until when bids are taken, and what has become of the own one.
    pub about: String,
    /// Whether the reader can seal a bid now.
    pub seals: bool,
    /// Whether the reader can open the bid that it sealed.
    pub opens: bool,
    /// Whether it can be taken back unseen.
    pub withdraws: bool,
}

/// An obligor in short.
#[derive(Debug, Clone)]
pub struct ObligorCard {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// What counts, as facts.
    pub facts: Vec<Fact>,
    /// How it paid and how far the reader stands with it.
    pub bars: Vec<ShareBar>,
}

/// Where the fragment comes from.
#[derive(Debug)]
pub struct Origin {
    /// The picture: names of the offered path only.
    pub picture: Picture,
    /// Every station: name, tier, how and when.
    pub path: Vec<(String, String, String)>,
    /// The invoices the paper was issued for: number, date, amount.
    pub payables: Vec<(String, String, String)>,
    /// The documents of the path.
    pub documents: Vec<DocumentLine>,
}

/// A document.
#[derive(Debug, Clone)]
pub struct DocumentLine {
    /// Where to get it.
    pub href: String,
    /// Kind and number.
    pub name: String,
    /// Issuer, date, amount.
    pub about: String,
    /// Start of its SHA-256.
    pub digest: String,
    /// What is said about it under signatures: who says what, when.
    pub words: Vec<String>,
    /// By how much it has carried more than it may; empty if it hasn't.
    pub overdrawn: String,
}

/// Figures of a price.
#[derive(Debug, Clone)]
pub struct Price {
    /// What arrives on the holder's account.
    pub proceeds: String,
    /// Everything else.
    pub facts: Vec<Fact>,
}

/// A proposal that waits.
#[derive(Debug)]
pub struct WaitingAnswer {
    /// Its id.
    pub id: String,
    /// Who proposed it and when.
    pub maker: String,
    /// The word with it; may be empty.
    pub word: String,
    /// The price; none for a no.
    pub price: Option<Price>,
    /// Whether the reader proposed it.
    pub own: bool,
    /// Whether the reader may decide it.
    pub decides: bool,
    /// What the reader signs; none for a no or if it is not the reader's to decide.
    pub deed: Option<Signing>,
}

/// A line of what was done.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// By whom.
    pub who: String,
    /// The word with it; may be empty.
    pub word: String,
}

/// `GET /desk/obligors/{id}`; posts to `disclosure` (`looked_up_on`, `source`, `finding`, `word`),
/// `grade` (`grade`, `why`) and `notes` (`note`) below it.
#[derive(Debug, Template)]
#[template(path = "desk_obligor.html")]
pub struct DeskObligor {
    /// Around the page.
    pub shell: Shell,
    /// Its id.
    pub id: String,
    /// In short.
    pub card: ObligorCard,
    /// Whether the reader may write.
    pub writes: bool,
    /// The reader's own grade now; empty if none was given.
    pub grade: String,
    /// Grades to choose.
    pub grades: Vec<String>,
    /// Grades given, newest first.
    pub graded: Vec<LogLine>,
    /// Why no price may be proposed; empty if one may.
    pub gate: String,
    /// What is typed.
    pub form: Form,
    /// Looks into the disclosure, newest first.
    pub checks: Vec<CheckLine>,
    /// Notes, newest first.
    pub notes: Vec<LogLine>,
}

/// A look into the disclosure.
#[derive(Debug, Clone)]
pub struct CheckLine {
    /// On which day.
    pub day: String,
    /// Where.
    pub source: String,
    /// What was found.
    pub finding: String,
    /// Class of its dot.
    pub class: &'static str,
    /// By whom.
    pub who: String,
    /// The word with it.
    pub word: String,
}

/// `GET /desk/purchases/{quote}`; posts to `registered` (`certificate`), `pay` (passphrase) and
/// `paid` (`reference`) below it.
#[derive(Debug, Template)]
#[template(path = "desk_purchase.html")]
pub struct DeskPurchase {
    /// Around the page.
    pub shell: Shell,
    /// Id of the quote.
    pub id: String,
    /// What is paid out.
    pub proceeds: String,
    /// Where it stands.
    pub state: String,
    /// Class of its dot.
    pub state_class: &'static str,
    /// Everything about it.
    pub facts: Vec<Fact>,
    /// Whether the certificate of the public register has to be recorded first.
    pub to_register: bool,
    /// Letting the payment go, if it waits for that and the reader may.
    pub deed: Option<Signing>,
    /// Whether it waits for somebody else of the house.
    pub others: bool,
    /// What is typed.
    pub form: Form,
}
