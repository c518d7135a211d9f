//! Business calendars as data: one table per year, because China moves working weekends (调休) by a
//! yearly notice and no rule can foretell them.
//!
//! A calendar answers only for the years it was given. Outside them it refuses: a guessed holiday is
//! a wrong maturity date. Calendars are plural; the settlement days of a bank are not those of an
//! office.

use std::collections::BTreeMap;

use chrono::Datelike;
use chrono::NaiveDate;

use crate::calendar_year::CalendarError;
use crate::calendar_year::CalendarYear;
use crate::calendar_year::Standing;

/// How a date on a closed day moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Roll {
    /// To the next business day: the domestic rule for maturities (到期日遇节假日顺延).
    Following,
    /// To the next business day, unless that lies in another month: then the one before.
    ModifiedFollowing,
    /// To the business day before.
    Preceding,
    /// It stays, and no calendar is asked.
    None,
}

impl Roll {
    /// Stable name in files, messages and canonical form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Roll::Following => "following",
            Roll::ModifiedFollowing => "modified_following",
            Roll::Preceding => "preceding",
            Roll::None => "none",
        }
    }

    /// From the stable name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Roll> {
        [
            Roll::Following,
            Roll::ModifiedFollowing,
            Roll::Preceding,
            Roll::None,
        ]
        .into_iter()
        .find(|roll| roll.code() == code)
    }
}

/// The loaded years of one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    id: String,
    years: BTreeMap<i32, CalendarYear>,
}

impl Calendar {
    /// A calendar from its years. It may have none, and then refuses every question.
    ///
    /// # Errors
    /// [`CalendarError::YearClash`] for a year twice or of another calendar.
    pub fn new(
        id: &str,
        tables: impl IntoIterator<Item = CalendarYear>,
    ) -> Result<Calendar, CalendarError> {
        let mut years = BTreeMap::new();
        for table in tables {
            let year = table.year();
            let calendar = table.calendar().to_owned();
            if calendar != id || years.insert(year, table).is_some() {
                return Err(CalendarError::YearClash { calendar, year });
            }
        }
        Ok(Calendar {
            id: id.to_owned(),
            years,
        })
    }

    /// Its name, such as `CN`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The loaded years in order.
    pub fn years(&self) -> impl Iterator<Item = &CalendarYear> {
        self.years.values()
    }

    fn table(&self, date: NaiveDate) -> Result<&CalendarYear, CalendarError> {
        self.years
            .get(&date.year())
            .ok_or_else(|| CalendarError::YearNotLoaded {
                calendar: self.id.clone(),
                year: date.year(),
            })
    }

    /// Whether the table of `date`'s year is official or provisional.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`].
    pub fn standing(&self, date: NaiveDate) -> Result<Standing, CalendarError> {
        self.table(date).map(CalendarYear::standing)
    }

    /// Whether business is done on `date`.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`].
    pub fn is_business_day(&self, date: NaiveDate) -> Result<bool, CalendarError> {
        Ok(self.table(date)?.is_business_day(date))
    }

    /// Moves `date` to a business day as `roll` says; a business day stays.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`] if the date, or a day the search has to look at, lies in a
    /// year that is not loaded. [`Roll::None`] asks nothing and can't fail.
    pub fn adjust(&self, date: NaiveDate, roll: Roll) -> Result<NaiveDate, CalendarError> {
        match roll {
            Roll::None => Ok(date),
            Roll::Following => self.nearest(date, |day| day.succ_opt()),
            Roll::Preceding => self.nearest(date, |day| day.pred_opt()),
            Roll::ModifiedFollowing => {
                let next = self.nearest(date, |day| day.succ_opt())?;
                if next.month() == date.month() {
                    Ok(next)
                } else {
                    self.nearest(date, |day| day.pred_opt())
                }
            }
        }
    }

    fn nearest(
        &self,
        date: NaiveDate,
        step: impl Fn(NaiveDate) -> Option<NaiveDate>,
    ) -> Result<NaiveDate, CalendarError> {
        let mut day = date;
        while !self.is_business_day(day)? {
            day = step(day).ok_or_else(|| CalendarError::YearNotLoaded {
                calendar: self.id.clone(),
                year: day.year(),
            })?;
        }
        Ok(day)
    }
}
