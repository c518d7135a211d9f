//! Days that differ from the week, and the day it is.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;

use crate::columns::Known;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::business_date;
use crate::schema::calendar_day;
use crate::schema::calendar_year;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { DayKindWord =
    /// What sort of day it is.
    DayKind {
        /// A weekday on which banks rest.
        Holiday = "holiday",
        /// A weekend day on which they work (调休).
        Working = "working",
    }
}

word_column! { YearStandingWord =
    /// How sure a year's table is.
    YearStanding {
        /// From the published notice.
        Official = "official",
        /// Days may be missing yet.
        Provisional = "provisional",
    }
}

record! {
    /// A version of a year's table of holidays.
    CalendarYearRecord in calendar_year ("calendar_year") {
        /// Whose calendar.
        calendar: String as Text,
        /// The year.
        year: i32 as Integer,
        /// 1 for the first that the platform took.
        version: i32 as Integer,
        /// How sure it is.
        standing: YearStanding as YearStandingWord,
        /// The notice it follows.
        source: String as Text,
        /// From which business date on it holds.
        taken_on: NaiveDate as Date,
        /// When it was taken.
        taken_at: DateTime<Utc> as Timestamptz,
    }
}

record! {
    /// A day that differs from the week.
    CalendarDay in calendar_day ("calendar_day") {
        /// Whose calendar: `CN`, `GB`.
        calendar: String as Text,
        /// Which day.
        day: NaiveDate as Date,
        /// What it is.
        kind: DayKind as DayKindWord,
        /// Why: the holiday's name.
        note: String as Text,
        /// The notice it follows.
        source: String as Text,
        /// Of which version of its year. Each lists all its days.
        version: i32 as Integer,
    }
}

/// The platform's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusinessDay {
    /// Its date.
    pub today: NaiveDate,
    /// How many days the wall clock was behind it when it was last moved. Never falls.
    pub ahead_days: i32,
}

impl ReadTx<'_> {
    /// The newest version of each year of every calendar, in order.
    ///
    /// # Errors
    /// Database errors only.
    pub fn calendar_years_newest(&mut self) -> Result<Vec<CalendarYearRecord>, StoreError> {
        Ok(calendar_year::table
            .distinct_on((calendar_year::calendar, calendar_year::year))
            .order((
                calendar_year::calendar,
                calendar_year::year,
                calendar_year::version.desc(),
            ))
            .select(CalendarYearRecord::as_select())
            .load(self.conn)?)
    }

    /// The days of the newest version of each year of every calendar, in order.
    ///
    /// # Errors
    /// Database errors only.
    pub fn calendar_days_newest(&mut self) -> Result<Vec<CalendarDay>, StoreError> {
        let newest: HashMap<(String, i32), i32> = self
            .calendar_years_newest()?
            .into_iter()
            .map(|year| ((year.calendar, year.year), year.version))
            .collect();
        // A few hundred rows at most: what was superseded is told apart here.
        let all: Vec<CalendarDay> = calendar_day::table
            .order((calendar_day::calendar, calendar_day::day))
            .select(CalendarDay::as_select())
            .load(self.conn)?;
        Ok(all
            .into_iter()
            .filter(|day| {
                let year = (day.calendar.clone(), day.day.year());
                newest.get(&year) == Some(&day.version)
            })
            .collect())
    }

    /// The platform's day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] before the first [`WriteTx::business_date_advance`].
    pub fn business_date_today(&mut self) -> Result<NaiveDate, StoreError> {
        Ok(self.business_day()?.today)
    }

    /// The platform's day, and how far it is ahead of the wall clock.
    ///
    /// # Errors
    /// As [`ReadTx::business_date_today`].
    pub fn business_day(&mut self) -> Result<BusinessDay, StoreError> {
        if let Some(day) = self.remembered().and_then(|known| known.day()) {
            return Ok(day);
        }
        let (today, ahead_days) = business_date::table
            .select((business_date::today, business_date::ahead_days))
            .first(self.conn)?;
        let day = BusinessDay { today, ahead_days };
        if let Some(known) = self.remembered() {
            known.keep_day(day);
        }
        Ok(day)
    }
}

impl WriteTx<'_> {
    /// Adds versions of years with all their days.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if one is there already.
    pub fn calendar_years_insert(
        &mut self,
        years: &[CalendarYearRecord],
        days: &[CalendarDay],
    ) -> Result<(), StoreError> {
        CalendarYearRecord::insert_all(self.conn, years, Known::Refused)?;
        CalendarDay::insert_all(self.conn, days, Known::Refused).map(|_new| ())
    }

    /// Sets the platform's day, which only rises; the same day again is no change.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `business_date_rises`.
    pub fn business_date_advance(&mut self, to: NaiveDate) -> Result<(), StoreError> {
        diesel::insert_into(business_date::table)
            .values((business_date::row_one.eq(true), business_date::today.eq(to)))
            .on_conflict(business_date::row_one)
            .do_update()
            .set(business_date::today.eq(to))
            .execute(self.conn)?;
        Ok(())
    }
}
