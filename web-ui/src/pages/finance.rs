//! Ask for money on a fragment, compare quotes, sign one.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Fact, Shell, Signing};
use crate::pages::pay::FragmentChoice;

/// `GET /finance`: the supplier's requests.
#[derive(Debug, Template)]
#[template(path = "finance_list.html")]
pub struct FinanceList {
    /// Around the page.
    pub shell: Shell,
    /// Requests, newest first.
    pub requests: Vec<RequestLine>,
    /// Whether there is anything to ask on.
    pub can_ask: bool,
}

/// One request in the list.
#[derive(Debug, Clone)]
pub struct RequestLine {
    /// Its address.
    pub href: String,
    /// Amount.
    pub amount: String,
    /// Obligor and maturity.
    pub what: String,
    /// `2 quotes, best 2.85 %`.
    pub status: String,
    /// Class of the state's dot.
    pub state_class: &'static str,
    /// Until when quotes may come.
    pub until: String,
}

/// `GET /finance/new?fragment=…`, `POST /finance`: `fragment` (several), `amount-ID` for each,
/// `bank` (several), `bidding` (`open`, `sealed`), `bids_until`, `expires`.
#[derive(Debug, Template)]
#[template(path = "ask.html")]
pub struct Ask {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Fragments that can be financed.
    pub fragments: Vec<AskChoice>,
    /// Banks: value, name, and what they said of themselves.
    pub banks: Vec<(String, String, String)>,
    /// What banks' standing rates give at once for what is chosen, most proceeds first.
    pub standing: Vec<StandingLine>,
}

/// One standing offer.
#[derive(Debug, Clone)]
pub struct StandingLine {
    /// The bank.
    pub bank: String,
    /// What would arrive.
    pub proceeds: String,
    /// All-in cost per year.
    pub cost_per_year: String,
    /// When it would arrive.
    pub pays_on: String,
    /// With, without or limited recourse, in words.
    pub recourse: String,
}

/// A fragment to ask on.
#[derive(Debug, Clone)]
pub struct AskChoice {
    /// What it is.
    pub choice: FragmentChoice,
    /// Name of the field for how much of it.
    pub amount_field: String,
    /// Label of that field, with the currency that is typed.
    pub amount_label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// `GET /finance/{request}`; with `HX-Request` only the table is replaced every ten seconds.
#[derive(Debug, Template)]
#[template(path = "quotes.html")]
pub struct Quotes {
    /// Around the page.
    pub shell: Shell,
    /// Id of one of the requests.
    pub id: String,
    /// Amount asked on.
    pub amount: String,
    /// Obligor, maturity, days.
    pub facts: Vec<Fact>,
    /// The fragments, if several: name, amount, what has become of each.
    pub parts: Vec<AskedLine>,
    /// Offers, cheapest all-in first.
    pub offers: Vec<OfferCard>,
    /// What comes of waiting: dates and amounts.
    pub hold: Vec<(String, String)>,
    /// While bids are sealed: how many there are and when they are shown.
    pub sealed: Option<String>,
    /// Banks that haven't answered.
    pub waiting: Vec<String>,
    /// Whether new quotes may still come (the page then looks again by itself).
    pub open: bool,
    /// Whether the inquiry can be withdrawn.
    pub can_withdraw: bool,
}

/// One fragment of an inquiry or of an offer.
#[derive(Debug, Clone)]
pub struct AskedLine {
    /// Obligor, or paper and range.
    pub what: String,
    /// How much.
    pub amount: String,
    /// Maturity and state, or price.
    pub note: String,
}

/// One bank's offer, everything in it said.
#[derive(Debug, Clone)]
pub struct OfferCard {
    /// Address of the page on which it is signed.
    pub href: String,
    /// The bank.
    pub bank: String,
    /// Follows from the bank's standing rates.
    pub at_once: bool,
    /// `2 of 3 fragments`; empty if it is on all that was asked.
    pub covers: String,
    /// What arrives in the account.
    pub proceeds: String,
    /// Interest charged.
    pub charge: String,
    /// Rate a year and day count; empty if they differ.
    pub rate: String,
    /// Fees, each with who bears it: words and amount.
    pub fees: Vec<(String, String)>,
    /// All that the supplier gives up.
    pub cost: String,
    /// The same per year, `2.91 %`.
    pub cost_per_year: String,
    /// When the money arrives.
    pub pays_on: String,
    /// With or without recourse, in words.
    pub recourse: String,
    /// Until when the offer stands.
    pub valid_until: String,
    /// Each fragment with its price, if several.
    pub lines: Vec<AskedLine>,
    /// The cheapest of those that stand and are on everything.
    pub best: bool,
    /// The one that was signed.
    pub chosen: bool,
    /// Can still be signed.
    pub stands: bool,
    /// Why not, if not.
    pub why_not: String,
}

/// `GET /finance/{request}/quotes/{quote}`; signing posts to the deed's action.
#[derive(Debug, Template)]
#[template(path = "sign_quote.html")]
pub struct SignQuote {
    /// Around the page.
    pub shell: Shell,
    /// Errors of the passphrase.
    pub form: Form,
    /// The bank.
    pub bank: String,
    /// What arrives.
    pub proceeds: String,
    /// When.
    pub pays_on: String,
    /// All-in cost in money.
    pub cost: String,
    /// And per year.
    pub cost_per_year: String,
    /// What is signed.
    pub deed: Signing,
    /// Address of the comparison.
    pub back: String,
}
