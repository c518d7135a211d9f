//! Days that differ from the week, and the day it is.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;

use crate::columns::Known;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::business_date;
use crate::schema::calendar_day;
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

record! {
    /// A day that differs from the week.
    CalendarDay in calendar_day ("calendar_day") {
        /// Whose calendar: `cn`, `gb`.
        calendar: String as Text,
        /// Which day.
        day: NaiveDate as Date,
        /// What it is.
        kind: DayKind as DayKindWord,
        /// Why: the holiday's name.
        note: String as Text,
        /// The notice it follows.
        source: String as Text,
        /// A later version of a day overrides an earlier.
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
    /// The days of a calendar in their newest version, in order.
    ///
    /// # Errors
    /// Database errors only.
    pub fn calendar_days(&mut self, calendar: &str) -> Result<Vec<CalendarDay>, StoreError> {
        Ok(calendar_day::table
            .filter(calendar_day::calendar.eq(calendar))
            .distinct_on(calendar_day::day)
            .order((calendar_day::day, calendar_day::version.desc()))
            .select(CalendarDay::as_select())
            .load(self.conn)?)
    }

    /// The platform's day.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] before the first [`WriteTx::business_date_advance`].
    pub fn business_date_today(&mut self) -> Result<NaiveDate, StoreError> {
        Ok(business_date::table
            .select(business_date::today)
            .first(self.conn)?)
    }

    /// The platform's day, and how far it is ahead of the wall clock.
    ///
    /// # Errors
    /// As [`ReadTx::business_date_today`].
    pub fn business_day(&mut self) -> Result<BusinessDay, StoreError> {
        let (today, ahead_days) = business_date::table
            .select((business_date::today, business_date::ahead_days))
            .first(self.conn)?;
        Ok(BusinessDay { today, ahead_days })
    }
}

impl WriteTx<'_> {
    /// Adds days; a version of a day that is there already stays. Gives how many were new.
    ///
    /// # Errors
    /// Database errors only.
    pub fn calendar_days_insert(&mut self, days: &[CalendarDay]) -> Result<usize, StoreError> {
        CalendarDay::insert_all(self.conn, days, Known::Kept)
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
