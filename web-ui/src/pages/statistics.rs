//! A finance provider's own figures.

use askama::Template;

use crate::forms::Form;
use crate::layout::{Chart, Shell};

/// `GET /desk/statistics?from=…&to=…`.
#[derive(Debug, Template)]
#[template(path = "desk_statistics.html")]
pub struct StatisticsPage {
    /// Around the page.
    pub shell: Shell,
    /// The days asked for.
    pub form: Form,
    /// Bought by month, in the currency in which most was bought; `None` without a purchase.
    pub chart: Option<Chart>,
    /// By currency, month, obligor, length: title and lines.
    pub tables: Vec<(String, Vec<StatisticsLine>)>,
    /// Address of the same as CSV.
    pub file: String,
}

/// One line of a table, all for people.
#[derive(Debug, Clone)]
pub struct StatisticsLine {
    /// What it is about; with its currency.
    pub of: String,
    /// How many purchases.
    pub purchases: String,
    /// Face bought.
    pub bought: String,
    /// Still held.
    pub held: String,
    /// Of that, overdue.
    pub overdue: String,
    /// Paid at maturity.
    pub matured: String,
    /// Came back.
    pub returned: String,
    /// Sold or passed on.
    pub passed_on: String,
    /// Average charge a year; a dash where it isn't known.
    pub charge: String,
}
