//! Calendars, rolls, tenors and day counts.

use chrono::Datelike;
use chrono::NaiveDate;
use ledger_core::calendar::Calendar;
use ledger_core::calendar::Roll;
use ledger_core::calendar_year::CalendarError;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::calendar_year::DayKind;
use ledger_core::calendar_year::Standing;
use ledger_core::day_count::DayCount;
use ledger_core::refusal::Refusal;
use ledger_core::rule_pack::RulePack;
use ledger_core::tenor::add_months;
use proptest::prelude::*;

const TABLES: &[&str] = &[
    include_str!("../../../fixtures/calendars/CN-2024.csv"),
    include_str!("../../../fixtures/calendars/CN-2025.csv"),
    include_str!("../../../fixtures/calendars/CN-2026.csv"),
    include_str!("../../../fixtures/calendars/CN-2027.csv"),
    include_str!("../../../fixtures/calendars/GB-2008.csv"),
    include_str!("../../../fixtures/calendars/GB-2009.csv"),
    include_str!("../../../fixtures/calendars/GB-2010.csv"),
    include_str!("../../../fixtures/calendars/GB-2011.csv"),
    include_str!("../../../fixtures/calendars/GB-2012.csv"),
    include_str!("../../../fixtures/calendars/GB-2013.csv"),
    include_str!("../../../fixtures/calendars/GB-2014.csv"),
    include_str!("../../../fixtures/calendars/GB-2026.csv"),
    include_str!("../../../fixtures/calendars/GB-2027.csv"),
];

/// Business days a month, counted by two independent programs (chinesecalendar 1.11.0,
/// python-holidays 0.108 for England).
const ORACLE: &[(&str, i32, [usize; 12])] = &[
    ("CN", 2024, [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]),
    ("CN", 2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
    ("CN", 2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ("GB", 2008, [22, 21, 19, 22, 20, 21, 23, 20, 22, 23, 20, 21]),
    ("GB", 2009, [21, 20, 22, 20, 19, 22, 23, 20, 22, 22, 21, 21]),
    ("GB", 2010, [20, 20, 23, 20, 19, 22, 22, 21, 22, 21, 22, 21]),
    ("GB", 2011, [20, 20, 23, 18, 20, 22, 21, 22, 22, 21, 22, 20]),
    ("GB", 2012, [21, 21, 22, 19, 22, 19, 22, 22, 20, 23, 22, 19]),
    ("GB", 2013, [22, 20, 20, 21, 21, 20, 23, 21, 21, 23, 21, 20]),
    ("GB", 2014, [22, 20, 21, 20, 20, 21, 23, 20, 22, 23, 20, 21]),
    ("GB", 2026, [21, 20, 22, 20, 19, 22, 23, 20, 22, 22, 21, 21]),
    ("GB", 2027, [20, 20, 21, 22, 19, 22, 22, 21, 22, 21, 22, 21]),
];

pub(crate) fn calendar(id: &str) -> Calendar {
    let tables = TABLES.iter().map(|text| CalendarYear::parse(text).unwrap());
    Calendar::new(id, tables.filter(|table| table.calendar() == id)).unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn business_days_agree_with_independent_counts() {
    for (id, year, months) in ORACLE {
        let calendar = calendar(id);
        let mut counted = [0; 12];
        let first = NaiveDate::from_ymd_opt(*year, 1, 1).unwrap();
        for date in first.iter_days().take_while(|date| date.year() == *year) {
            if calendar.is_business_day(date).unwrap() {
                counted[usize::try_from(date.month0()).unwrap()] += 1;
            }
        }
        assert_eq!(counted, *months, "{id} {year}");
        assert_eq!(calendar.standing(first), Ok(Standing::Official));
    }
}

#[test]
fn working_weekends_of_the_2026_notice() {
    let cn = calendar("CN");
    let worked: Vec<_> = cn
        .years()
        .find(|table| table.year() == 2026)
        .unwrap()
        .days()
        .filter(|(_, kind, _)| *kind == DayKind::Workday)
        .map(|(date, _, _)| date.to_string())
        .collect();
    assert_eq!(
        worked,
        [
            "2026-01-04",
            "2026-02-14",
            "2026-02-28",
            "2026-05-09",
            "2026-09-20",
            "2026-10-10"
        ]
    );
    // A package in use ends the Spring Festival on 21 February; the notice on the 23rd.
    assert_eq!(cn.is_business_day(day("2026-02-23")), Ok(false));
    assert_eq!(cn.is_business_day(day("2026-02-24")), Ok(true));
}

#[test]
fn rolls() {
    let (cn, gb) = (calendar("CN"), calendar("GB"));
    for (calendar, date, roll, expected) in [
        (&cn, "2026-10-01", Roll::Following, "2026-10-08"),
        (&cn, "2026-10-01", Roll::Preceding, "2026-09-30"),
        (&cn, "2026-10-01", Roll::None, "2026-10-01"),
        // A Saturday that is worked stays.
        (&cn, "2026-10-10", Roll::Following, "2026-10-10"),
        (&cn, "2026-10-11", Roll::Following, "2026-10-12"),
        // Sunday, the last of the month: the next business day lies in June.
        (&gb, "2026-05-31", Roll::Following, "2026-06-01"),
        (&gb, "2026-05-31", Roll::ModifiedFollowing, "2026-05-29"),
        (&gb, "2026-05-30", Roll::Following, "2026-06-01"),
        (&gb, "2011-04-29", Roll::Following, "2011-05-03"),
        (&gb, "2026-12-25", Roll::ModifiedFollowing, "2026-12-29"),
        // Over a year's end, both years loaded.
        (&cn, "2025-12-31", Roll::Following, "2025-12-31"),
        (&cn, "2026-01-01", Roll::Preceding, "2025-12-31"),
    ] {
        assert_eq!(
            calendar.adjust(day(date), roll),
            Ok(day(expected)),
            "{date} {roll:?}"
        );
    }
}

#[test]
fn outside_the_loaded_years_it_refuses() {
    let gb = calendar("GB");
    let missing = |year| {
        Err(CalendarError::YearNotLoaded {
            calendar: "GB".to_owned(),
            year,
        })
    };
    assert_eq!(gb.adjust(day("2015-01-02"), Roll::Following), missing(2015));
    // 1 January 2008 is loaded, but the business day before it is not.
    assert_eq!(gb.adjust(day("2008-01-01"), Roll::Preceding), missing(2007));
    assert_eq!(
        gb.is_business_day(day("2025-06-02")).unwrap_err().code(),
        "calendar_not_loaded"
    );
    assert_eq!(
        gb.adjust(day("2015-01-02"), Roll::None),
        Ok(day("2015-01-02"))
    );
}

#[test]
fn the_year_without_a_notice_is_provisional() {
    let cn = calendar("CN");
    assert_eq!(cn.standing(day("2027-01-01")), Ok(Standing::Provisional));
    assert_eq!(cn.is_business_day(day("2027-01-01")), Ok(false));
    assert_eq!(cn.is_business_day(day("2027-01-02")), Ok(false));
    assert_eq!(cn.is_business_day(day("2027-01-04")), Ok(true));
}

#[test]
fn tables_that_cannot_be_read() {
    let head = "# calendar: X\n# year: 2026\n# status: official\n# source: test\ndate,kind,note\n";
    let code = |text: &str| CalendarYear::parse(text).map_err(|error| error.code());
    let with = |line: &str| code(&format!("{head}{line}\n")).map(|_| ());
    assert_eq!(with("2026-03-02,holiday,with, a comma"), Ok(()));
    assert_eq!(with("02/03/2026,holiday,"), Err("calendar_bad_line"));
    assert_eq!(with("2026-03-02,feast,"), Err("calendar_bad_line"));
    assert_eq!(with("2025-03-02,holiday,"), Err("calendar_bad_day"));
    assert_eq!(with("2026-03-02,workday,a Monday"), Err("calendar_bad_day"));
    assert_eq!(
        with("2026-03-02,holiday,\n2026-03-02,holiday,"),
        Err("calendar_bad_day")
    );
    for key in ["calendar", "year", "status", "source"] {
        let without = head.replace(&format!("# {key}:"), "# other:");
        assert_eq!(code(&without), Err("calendar_bad_heading"), "{key}");
    }
    assert_eq!(
        code(&head.replace("official", "likely")),
        Err("calendar_bad_heading")
    );
    let table = CalendarYear::parse(head).unwrap();
    let twice = Calendar::new("X", [table.clone(), table.clone()]);
    assert_eq!(twice.unwrap_err().code(), "calendar_year_clash");
    assert_eq!(
        Calendar::new("Y", [table]).unwrap_err().code(),
        "calendar_year_clash"
    );
}

#[test]
fn names_of_rolls_and_day_counts_round_trip() {
    for roll in [
        Roll::Following,
        Roll::ModifiedFollowing,
        Roll::Preceding,
        Roll::None,
    ] {
        assert_eq!(Roll::from_code(roll.code()), Some(roll));
    }
    for count in [
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::Thirty360,
    ] {
        assert_eq!(DayCount::from_code(count.code()), Some(count));
    }
}

#[test]
fn months_are_clamped_to_the_month_end() {
    for (from, months, to) in [
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-10-15", 6, "2027-04-15"),
        ("2026-02-28", 6, "2026-08-28"),
    ] {
        assert_eq!(add_months(day(from), months), Some(day(to)));
    }
}

#[test]
fn a_tenor_is_held_against_the_rule_of_the_day_of_issue() {
    let check = |issued, maturity| {
        let issued = day(issued);
        RulePack::on(issued).check_tenor(issued, day(maturity))
    };
    for (issued, last, after) in [
        // The day before the notice is in force, and the day it is.
        ("2025-06-14", "2026-06-14", "2026-06-15"),
        ("2025-06-15", "2025-12-15", "2025-12-16"),
        // Month ends are clamped.
        ("2025-08-31", "2026-02-28", "2026-03-01"),
        ("2023-08-31", "2024-08-31", "2024-09-01"),
    ] {
        assert_eq!(check(issued, last), Ok(()), "{issued} {last}");
        let refused = check(issued, after).unwrap_err();
        assert_eq!(refused.code(), "tenor_too_long", "{issued} {after}");
    }
    let refused = check("2025-06-15", "2026-06-15").unwrap_err();
    assert!(
        matches!(refused, Refusal::TenorTooLong { months: 6, article } if article.zh.contains("77号"))
    );
    let end_of_time = chrono::NaiveDate::MAX;
    let pack = RulePack::on(end_of_time);
    assert!(pack.check_tenor(end_of_time, end_of_time).is_err());
}

#[test]
fn days_by_convention() {
    for (count, start, end, days) in [
        (DayCount::Actual360, "2024-02-28", "2024-03-01", 2),
        (DayCount::Actual365Fixed, "2023-02-28", "2023-03-01", 1),
        (DayCount::Thirty360, "2023-02-28", "2023-03-01", 3),
        (DayCount::Thirty360, "2025-01-31", "2025-03-31", 60),
        (DayCount::Thirty360, "2025-01-31", "2025-03-15", 45),
        (DayCount::Thirty360, "2025-01-15", "2025-03-31", 76),
        (DayCount::Thirty360, "2025-07-30", "2025-07-31", 0),
        (DayCount::Thirty360, "2003-06-03", "2003-08-15", 72),
        (DayCount::Actual360, "2003-06-03", "2003-08-15", 73),
        (DayCount::Actual360, "2025-01-02", "2025-01-01", -1),
    ] {
        assert_eq!(
            count.days(day(start), day(end)),
            days,
            "{count:?} {start} {end}"
        );
    }
}

proptest! {
    /// A rolled date is a business day, on the right side, with only closed days in between.
    #[test]
    fn roll_laws(offset in 10..1080_u64) {
        let cn = calendar("CN");
        let date = day("2024-01-01") + chrono::Days::new(offset);
        let after = cn.adjust(date, Roll::Following).unwrap();
        let before = cn.adjust(date, Roll::Preceding).unwrap();
        prop_assert!(before <= date && date <= after);
        prop_assert_eq!(before == date, cn.is_business_day(date).unwrap());
        for passed in before.iter_days().take_while(|day| *day <= after) {
            let edge = passed == before || passed == after;
            prop_assert_eq!(cn.is_business_day(passed).unwrap(), edge);
        }
        let modified = cn.adjust(date, Roll::ModifiedFollowing).unwrap();
        prop_assert_eq!(modified, if after.month() == date.month() { after } else { before });
    }
}
