//! Sixty days from acceptance, rolled over holidays.

use ledger_core::payment_clock::money_by;

use crate::calendar::calendar;
use crate::calendar::day;

#[test]
fn sixty_natural_days_and_then_to_the_next_business_day() {
    let china = calendar("CN");
    let by = |accepted: &str| money_by(day(accepted), &china).unwrap().to_string();
    // A Monday, 60 days on: a holiday of Labour Day is passed over.
    assert_eq!(by("2026-03-03"), "2026-05-06");
    assert_eq!(by("2026-06-22"), "2026-08-21");
    // 2 August 2026 is a Sunday.
    assert_eq!(by("2026-06-03"), "2026-08-03");
    // National Day week.
    assert_eq!(by("2026-08-03"), "2026-10-08");
}

#[test]
fn beyond_the_loaded_years_there_is_no_answer() {
    let late = money_by(day("2028-12-20"), &calendar("CN"));
    assert_eq!(late.unwrap_err().code(), "calendar_not_loaded");
}
