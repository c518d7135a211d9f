//! The time from issue to maturity: calendar months, and the cap that the rules put on it.

use chrono::Months;
use chrono::NaiveDate;

/// `date` plus `months` calendar months; a day that the target month lacks becomes its last day
/// (31 August plus 6 months is 28 or 29 February). `None` beyond the calendar's end.
#[must_use]
pub fn add_months(date: NaiveDate, months: u32) -> Option<NaiveDate> {
    date.checked_add_months(Months::new(months))
}

/// How long a paper may run, in calendar months from issue.
///
/// 银发〔2025〕77号 art. 11: in principle not above 6 months, never above a year; above 6 months the
/// reason is recorded and the bank looks closer. A rule pack with a later date may set both to 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenorCap {
    /// Up to here nothing has to be explained.
    pub usual_months: u32,
    /// Beyond here no paper is issued.
    pub longest_months: u32,
}

impl TenorCap {
    /// The cap of 77号 art. 11.
    pub const DOMESTIC_2025: TenorCap = TenorCap {
        usual_months: 6,
        longest_months: 12,
    };
}

/// A lawful tenor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenorStanding {
    /// Within the usual months.
    Usual,
    /// Lawful, but a reason must be recorded.
    NeedsReason,
}

/// Why a maturity is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TenorError {
    /// Maturity on or before the day of issue.
    #[error("maturity must lie after the day of issue")]
    MaturityNotAfterIssue,
    /// Maturity after the last lawful day.
    #[error(
        "the tenor may be {longest_months} months at most: the last possible maturity is {last}"
    )]
    TooLong {
        /// The cap in months.
        longest_months: u32,
        /// The last lawful maturity.
        last: NaiveDate,
    },
}

impl TenorError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            TenorError::MaturityNotAfterIssue => "maturity_not_after_issue",
            TenorError::TooLong { .. } => "tenor_too_long",
        }
    }
}

/// Holds a maturity against the cap. The maturity is the agreed one, before any holiday roll.
///
/// # Errors
/// What [`TenorError`] says.
pub fn check_tenor(
    issued: NaiveDate,
    maturity: NaiveDate,
    cap: TenorCap,
) -> Result<TenorStanding, TenorError> {
    if maturity <= issued {
        return Err(TenorError::MaturityNotAfterIssue);
    }
    let last = add_months(issued, cap.longest_months).unwrap_or(NaiveDate::MAX);
    if maturity > last {
        return Err(TenorError::TooLong {
            longest_months: cap.longest_months,
            last,
        });
    }
    let usual = add_months(issued, cap.usual_months).unwrap_or(NaiveDate::MAX);
    Ok(if maturity > usual {
        TenorStanding::NeedsReason
    } else {
        TenorStanding::Usual
    })
}
