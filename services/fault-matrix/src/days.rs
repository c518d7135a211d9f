//! The days of the run and the jobs of each, as the scheduler's bells would ring them. On each day
//! the jobs take turns until a round of them finds nothing to do.

use chrono::NaiveDate;

use crate::stage::DUE;
use crate::stage::day;

/// A day of the run.
#[derive(Debug)]
pub(crate) struct Day {
    /// The business date.
    pub(crate) date: NaiveDate,
    /// What the table calls it.
    pub(crate) name: &'static str,
    /// The jobs of a round, in order.
    pub(crate) jobs: &'static [&'static str],
    /// What comes in on the short obligors' accounts as the day begins.
    pub(crate) arrives: &'static [&'static str],
}

/// All days.
pub(crate) const DAYS: &[Day] = &[
    Day {
        date: day(2026, 5, 27),
        name: "7 days before",
        // The giver pays what it took back, and the bank's word concludes it: on a later day, if the
        // bank holds its word back.
        jobs: &["settle", "bank", "quotes"],
        arrives: &[],
    },
    Day {
        date: DUE,
        name: "due day",
        jobs: &["settle", "bank", "quotes"],
        arrives: &[],
    },
    // The second obligor's default is recorded; it has nothing to pay with.
    Day {
        date: day(2026, 6, 4),
        name: "day after",
        jobs: &["settle", "bank", "quotes", "statements"],
        arrives: &[],
    },
    // It pays the rest, and so does the third, each with late interest.
    Day {
        date: day(2026, 6, 5),
        name: "two days after",
        jobs: &["settle", "bank", "quotes", "statements"],
        arrives: &["200000.00", "150000.00"],
    },
    // The statement of the day before tells what a notification that the bank holds back did not.
    Day {
        date: day(2026, 6, 8),
        name: "after the weekend",
        jobs: &["settle", "bank", "quotes", "statements"],
        arrives: &[],
    },
];

/// Rounds after which a day that is not at rest never will be.
pub(crate) const MOST_ROUNDS: usize = 14;

/// Where a run is: the next job of a round of a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    /// The day's place.
    pub(crate) day: usize,
    /// The round of the day, from 0.
    pub(crate) round: usize,
    /// The job's place in the round.
    pub(crate) job: usize,
    /// Whether this round has done anything yet, or failed to.
    pub(crate) busy: bool,
    /// Rounds before this one that did nothing though a payment still waited for a word.
    pub(crate) idle: usize,
}

impl Position {
    /// The day.
    pub(crate) fn day(&self) -> Option<&'static Day> {
        DAYS.get(self.day)
    }

    /// Name of the job.
    pub(crate) fn job(&self) -> Option<&'static str> {
        self.day()?.jobs.get(self.job).copied()
    }

    /// What the table calls it.
    pub(crate) fn label(&self) -> String {
        let day = self.day().map_or("", |day| day.name);
        let round = self.round.saturating_add(1);
        format!("{day}, round {round}: {}", self.job().unwrap_or_default())
    }

    /// The first of the next round.
    pub(crate) const fn next_round(&self, idle: usize) -> Position {
        Position {
            day: self.day,
            round: self.round.saturating_add(1),
            job: 0,
            busy: false,
            idle,
        }
    }

    /// The first of the next day.
    pub(crate) const fn next_day(&self) -> Position {
        Position {
            day: self.day.saturating_add(1),
            round: 0,
            job: 0,
            busy: false,
            idle: 0,
        }
    }
}
