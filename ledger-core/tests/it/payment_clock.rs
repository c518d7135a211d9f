//! Sixty days from acceptance, rolled over holidays.

use ledger_core::payment_clock::CountedFrom;
use ledger_core::payment_clock::PaymentClock;
use ledger_core::payment_clock::is_within;
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

#[test]
fn within_the_sixty_days_no_calendar_is_asked() {
    let started_on = day("2028-12-20");
    assert!(is_within(started_on, day("2028-12-01")));
    assert!(is_within(started_on, day("2029-02-18")));
    assert!(!is_within(started_on, day("2029-02-19")));
}

#[test]
fn without_a_day_of_acceptance_it_is_counted_from_what_is_known() {
    let china = calendar("CN");
    let (accepted, invoiced, issued) = (day("2026-03-03"), day("2026-03-05"), day("2026-03-09"));
    let from = |accepted, invoiced, issued| {
        PaymentClock::of(accepted, invoiced, issued, &china)
            .unwrap()
            .map(|clock| (clock.counted_from.code(), clock.started_on))
    };
    let all = from(Some(accepted), Some(invoiced), Some(issued));
    assert_eq!(all, Some(("acceptance", accepted)));
    let some = from(None, Some(invoiced), Some(issued));
    assert_eq!(some, Some(("invoice", invoiced)));
    assert_eq!(from(None, None, Some(issued)), Some(("issue", issued)));
    assert_eq!(from(None, None, None), None);
    for counted in [
        CountedFrom::Acceptance,
        CountedFrom::Invoice,
        CountedFrom::Issue,
    ] {
        assert_eq!(CountedFrom::from_code(counted.code()), Some(counted));
    }
    assert_eq!(CountedFrom::from_code("delivery"), None);
}

#[test]
fn days_over_are_counted_from_the_last_day_in_time() {
    let clock = PaymentClock::of(Some(day("2026-03-03")), None, None, &calendar("CN"));
    let clock = clock.unwrap().unwrap();
    assert_eq!(clock.days_over(day("2026-05-06")), 0);
    assert_eq!(clock.days_over(day("2026-05-07")), 1);
    assert_eq!(clock.days_over(day("2026-05-02")), -4);
}
