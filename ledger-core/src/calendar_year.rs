//! One year of a business calendar: its exceptional days, as data with a source.

use std::collections::BTreeMap;

use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Weekday;

/// What a day is, if it is not what its weekday says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Closed, whatever the weekday.
    Holiday,
    /// A Saturday or Sunday that is worked.
    Workday,
}

/// How sure a year's table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// From the published notice.
    Official,
    /// The notice is not out yet: days may be missing. Callers warn.
    Provisional,
}

/// Why a calendar can't be read or can't answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The date lies in a year that was not loaded.
    #[error("calendar {calendar} has no table for {year}: load it before dates in it are used")]
    YearNotLoaded {
        /// The calendar asked.
        calendar: String,
        /// The year missing.
        year: i32,
    },
    /// A line of a table can't be read.
    #[error("calendar line {line}: {reason}")]
    BadLine {
        /// 1-based line number.
        line: usize,
        /// What is wrong and what to write instead.
        reason: &'static str,
    },
    /// A `# key: value` line is missing or unreadable.
    #[error("a calendar table starts with the line `# {key}: …`")]
    BadHeading {
        /// Which key.
        key: &'static str,
    },
    /// A day of a table breaks the table's rules.
    #[error("{date}: {reason}")]
    BadDay {
        /// The day.
        date: NaiveDate,
        /// Which rule.
        reason: &'static str,
    },
    /// A year given twice, or a year of another calendar.
    #[error("the table {calendar}-{year} does not belong here or is there twice")]
    YearClash {
        /// The table's calendar.
        calendar: String,
        /// The table's year.
        year: i32,
    },
}

impl CalendarError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            CalendarError::YearNotLoaded { .. } => "calendar_not_loaded",
            CalendarError::BadLine { .. } => "calendar_bad_line",
            CalendarError::BadHeading { .. } => "calendar_bad_heading",
            CalendarError::BadDay { .. } => "calendar_bad_day",
            CalendarError::YearClash { .. } => "calendar_year_clash",
        }
    }
}

/// The exceptional days of one year, with their source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    calendar: String,
    year: i32,
    standing: Standing,
    source: String,
    days: BTreeMap<NaiveDate, (DayKind, String)>,
}

impl CalendarYear {
    /// A table from its parts, such as database rows. `days` are (date, kind, note).
    ///
    /// # Errors
    /// [`CalendarError::BadDay`] for a day of another year, a day given twice, or a workday that is
    /// no Saturday or Sunday.
    pub fn new(
        calendar: &str,
        year: i32,
        standing: Standing,
        source: &str,
        days: impl IntoIterator<Item = (NaiveDate, DayKind, String)>,
    ) -> Result<CalendarYear, CalendarError> {
        let mut table = BTreeMap::new();
        for (date, kind, note) in days {
            let bad = |reason| Err(CalendarError::BadDay { date, reason });
            if date.year() != year {
                return bad("the day lies in another year than the table");
            }
            if kind == DayKind::Workday && !is_weekend(date) {
                return bad("only a Saturday or Sunday is listed as workday");
            }
            if table.insert(date, (kind, note)).is_some() {
                return bad("the day is listed twice");
            }
        }
        Ok(CalendarYear {
            calendar: calendar.to_owned(),
            year,
            standing,
            source: source.to_owned(),
            days: table,
        })
    }

    /// Reads a table as text: the lines `# calendar: CN`, `# year: 2026`, `# status: official` (or
    /// `provisional`) and `# source: …` in any order among other `#` comments, the heading
    /// `date,kind,note`, then one day a line, `2026-01-04,workday,元旦调休上班`.
    ///
    /// # Errors
    /// What [`CalendarError`] says about headings, lines and days.
    pub fn parse(text: &str) -> Result<CalendarYear, CalendarError> {
        let text = text.trim_start_matches('\u{feff}');
        let calendar = heading(text, "calendar")?;
        let year = heading(text, "year")?
            .parse()
            .map_err(|_no_number| CalendarError::BadHeading { key: "year" })?;
        let standing = match heading(text, "status")? {
            "official" => Standing::Official,
            "provisional" => Standing::Provisional,
            _ => return Err(CalendarError::BadHeading { key: "status" }),
        };
        let source = heading(text, "source")?;
        let mut days = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line == "date,kind,note" {
                continue;
            }
            let day = parse_day(line).map_err(|reason| CalendarError::BadLine {
                line: index.saturating_add(1),
                reason,
            })?;
            days.push(day);
        }
        CalendarYear::new(calendar, year, standing, source, days)
    }

    /// Whether business is done on `date`, which lies in this year.
    #[must_use]
    pub fn is_business_day(&self, date: NaiveDate) -> bool {
        match self.days.get(&date) {
            Some((DayKind::Holiday, _)) => false,
            Some((DayKind::Workday, _)) => true,
            None => !is_weekend(date),
        }
    }

    /// The calendar this year belongs to, such as `CN`.
    #[must_use]
    pub fn calendar(&self) -> &str {
        &self.calendar
    }

    /// The year.
    #[must_use]
    pub const fn year(&self) -> i32 {
        self.year
    }

    /// Official or provisional.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        self.standing
    }

    /// Where the days come from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The exceptional days in order, with their notes.
    pub fn days(&self) -> impl Iterator<Item = (NaiveDate, DayKind, &str)> {
        self.days
            .iter()
            .map(|(date, (kind, note))| (*date, *kind, note.as_str()))
    }
}

fn heading<'a>(text: &'a str, key: &'static str) -> Result<&'a str, CalendarError> {
    text.lines()
        .filter_map(|line| line.strip_prefix('#')?.trim().strip_prefix(key))
        .find_map(|rest| rest.strip_prefix(':'))
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .ok_or(CalendarError::BadHeading { key })
}

fn parse_day(line: &str) -> Result<(NaiveDate, DayKind, String), &'static str> {
    let mut fields = line.splitn(3, ',');
    let date = fields.next().unwrap_or_default().trim();
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d")
        .map_err(|_no_date| "the first field is a date such as 2026-10-01")?;
    let kind = match fields.next().unwrap_or_default().trim() {
        "holiday" => DayKind::Holiday,
        "workday" => DayKind::Workday,
        _ => return Err("the second field is holiday or workday"),
    };
    let note = fields.next().unwrap_or_default().trim().to_owned();
    Ok((date, kind, note))
}

/// Whether `date` is a Saturday or Sunday.
#[must_use]
pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}
