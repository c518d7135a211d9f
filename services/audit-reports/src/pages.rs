//! The pages (`templates/reports`) and what they show.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use askama::Template;

use crate::cell::Cell;
use crate::gate::Auditor;
use crate::money;
use crate::overview::BookOverview;
use crate::statement::Column;
use crate::statement::Filter;
use crate::statement::Page;
use crate::statement::Statement;
use crate::statement::Total;
use crate::statements::LISTS;

/// Only the portal's own style sheet; no script at all.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Characters of a digest shown on a page; the whole of it is its title and stands in files.
const DIGEST_SHOWN: usize = 12;

/// What every page needs.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Who looks.
    pub auditor: Auditor,
    /// Address of the portal's style sheet.
    pub stylesheet: String,
    /// Address of its icon.
    pub icon: String,
    /// Address of the page with its query.
    pub path: String,
    /// Which list, for the menu.
    pub current: String,
    /// The platform's day.
    pub business_date: String,
}

impl Frame {
    /// A text in the reader's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.auditor.language.text(key)
    }

    /// The text of the key `first-second`.
    #[must_use]
    pub fn of(&self, first: &str, second: &str) -> String {
        self.t(&format!("{first}-{second}"))
    }

    /// The other language's tag.
    #[must_use]
    pub fn other_language(&self) -> &'static str {
        match self.auditor.language.tag() {
            "en" => "zh-CN",
            _ => "en",
        }
    }

    /// Names of the lists.
    #[must_use]
    pub fn lists(&self) -> Vec<&'static str> {
        LISTS.iter().map(|list| list.name).collect()
    }
}

/// A piece of a field.
#[derive(Debug, Clone)]
pub struct Bit {
    /// What is read.
    pub text: String,
    /// Class in the style sheet, or empty.
    pub class: &'static str,
    /// Where it leads, or empty.
    pub href: String,
    /// The whole of it, where the text is shortened, or empty.
    pub whole: String,
}

/// A field of a table.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name of its column.
    pub label: String,
    /// Whether it stands to the right.
    pub figures: bool,
    /// What stands in it, one below the other.
    pub bits: Vec<Bit>,
}

/// A table with its totals.
#[derive(Debug, Clone)]
pub struct Table {
    /// Names of the columns.
    pub columns: Vec<(String, bool)>,
    /// Rows.
    pub rows: Vec<Vec<Field>>,
    /// Names of the columns of the totals.
    pub total_columns: Vec<String>,
    /// Currency, number of rows, sums.
    pub totals: Vec<Vec<String>>,
    /// Address of the file.
    pub csv: String,
    /// Address of the next page, or empty.
    pub next: String,
}

fn bit(cell: &Cell, frame: &Frame) -> Bit {
    let language = frame.auditor.language;
    let whole = cell.to_text(language);
    let plain = Bit {
        text: whole.clone(),
        class: "",
        href: String::new(),
        whole: String::new(),
    };
    match cell {
        Cell::Money(minor, currency) => Bit {
            text: money::grouped(*minor, *currency),
            ..plain
        },
        Cell::Paper(number) => Bit {
            text: spaced(number),
            class: "pn",
            href: format!("/audit/papers/{number}"),
            ..plain
        },
        Cell::Sheet(number) => Bit {
            text: spaced(number),
            class: "pn",
            href: format!("/audit/settlements/{number}"),
            ..plain
        },
        Cell::Date(_) => Bit {
            class: "date",
            ..plain
        },
        Cell::Range(..) => Bit {
            class: "range",
            ..plain
        },
        Cell::Digest(_) if whole.len() > DIGEST_SHOWN => Bit {
            text: whole.chars().take(DIGEST_SHOWN).chain(['…']).collect(),
            class: "pn",
            whole,
            ..plain
        },
        Cell::Digest(_) => Bit {
            class: "pn",
            ..plain
        },
        _ => plain,
    }
}

/// A paper number in the groups in which people compare it.
fn spaced(number: &str) -> String {
    let mut out = String::with_capacity(34);
    for (at, digit) in number.chars().enumerate() {
        if number.len() == 30 && matches!(at, 1 | 13 | 21 | 29) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// The pieces of a field.
pub fn bits(cell: &Cell, frame: &Frame) -> Vec<Bit> {
    match cell {
        Cell::Empty => Vec::new(),
        Cell::Lines(cells) => cells.iter().map(|cell| bit(cell, frame)).collect(),
        cell => vec![bit(cell, frame)],
    }
}

impl Table {
    /// From rows and totals.
    #[must_use]
    pub fn of(
        frame: &Frame,
        columns: &[Column],
        lines: &[Vec<Cell>],
        (sums, totals): (&[&str], &[Total]),
    ) -> Table {
        let columns: Vec<(String, bool)> = columns
            .iter()
            .map(|column| (frame.t(column.key), column.figures))
            .collect();
        let rows = lines
            .iter()
            .map(|cells| {
                cells
                    .iter()
                    .zip(&columns)
                    .map(|(cell, (label, figures))| Field {
                        label: label.clone(),
                        figures: *figures,
                        bits: bits(cell, frame),
                    })
                    .collect()
            })
            .collect();
        let mut total_columns = vec![frame.t("currency"), frame.t("rows")];
        total_columns.extend(sums.iter().map(|sum| frame.t(sum)));
        Table {
            columns,
            rows,
            total_columns,
            totals: totals
                .iter()
                .map(|total| total_line(frame, total))
                .collect(),
            csv: String::new(),
            next: String::new(),
        }
    }

    /// One page of a list; `path` is its address.
    #[must_use]
    pub fn of_page(
        frame: &Frame,
        statement: &Statement,
        (path, filter): (&str, &Filter),
        (page, totals): (&Page, &[Total]),
    ) -> Table {
        let query = query(filter);
        let next = page
            .next
            .as_ref()
            .map(|next| format!("{path}?{query}after={next}"))
            .unwrap_or_default();
        Table {
            csv: format!("{path}?{query}format=csv"),
            next,
            ..Table::of(
                frame,
                statement.columns,
                &page.lines,
                (statement.sums, totals),
            )
        }
    }
}

fn total_line(frame: &Frame, total: &Total) -> Vec<String> {
    let code = match total.currency {
        Some(currency) => currency.to_string(),
        None => frame.t("no-currency"),
    };
    let mut line = vec![code, total.count.to_string()];
    line.extend(total.sums.iter().map(|sum| match total.currency {
        Some(currency) => money::grouped(*sum, currency),
        None => String::new(),
    }));
    line
}

/// The filter as the beginning of a query string, each value percent-encoded.
fn query(filter: &Filter) -> String {
    let values = [
        ("from", &filter.from),
        ("to", &filter.to),
        ("word", &filter.word),
        ("party", &filter.party),
        ("paper", &filter.paper),
    ];
    let mut out = String::new();
    for (name, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(name);
        out.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
                out.push(char::from(byte));
            } else {
                out.push('%');
                out.push_str(&hex::encode_upper([byte]));
            }
        }
        out.push('&');
    }
    out
}

/// The door itself.
#[derive(Debug, Template)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// Frame.
    pub frame: Frame,
    /// Books.
    pub books: Vec<BookOverview>,
}

/// A list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
pub struct ListPage {
    /// Frame.
    pub frame: Frame,
    /// Which.
    pub statement: &'static Statement,
    /// What was asked for.
    pub filter: Filter,
    /// The rows.
    pub table: Table,
    /// Whether the totals are there; else they are to be asked for.
    pub added_up: bool,
}

/// A paper.
#[derive(Debug, Template)]
#[template(path = "paper.html")]
pub struct PaperPage {
    /// Frame.
    pub frame: Frame,
    /// Its number.
    pub number: String,
    /// Facts: name, pieces of the value.
    pub facts: Vec<(String, Vec<Bit>)>,
    /// SVG, or empty.
    pub picture: String,
    /// Its live fragments.
    pub live: Table,
    /// Its entries.
    pub entries: Table,
    /// Whether a clearing sheet exists.
    pub has_sheet: bool,
}

/// A clearing sheet.
#[derive(Debug, Template)]
#[template(path = "sheet.html")]
pub struct SheetPage {
    /// Frame.
    pub frame: Frame,
    /// Facts: name, pieces of the value.
    pub facts: Vec<(String, Vec<Bit>)>,
    /// Checks: sentence, whether it holds.
    pub checks: Vec<(String, bool)>,
    /// The rounds that have a sheet, if there are several: address, number.
    pub rounds: Vec<(String, String)>,
    /// The credits.
    pub credits: Table,
}

/// Why there is no report.
#[derive(Debug, Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// Frame.
    pub frame: Frame,
    /// Stable code.
    pub code: &'static str,
}

/// Renders a page: never cached, nothing inline. A template that fails is our fault.
pub fn respond(status: StatusCode, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::build(status)
            .content_type("text/html; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a report page could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}
