//! The player's own figures, worked by hand.

use chrono::NaiveDate;
use story_player::reckoning::ReckonedFee;
use story_player::reckoning::quote;
use story_player::reckoning::rate;
use story_player::shown::yuan;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn a_quote_is_reckoned_as_by_hand() {
    // 300,000.00 at 2.85 % for 99 days over 360: 2,351.25; fee 60.00.
    let fees = [ReckonedFee::Flat(6_000)];
    let told = quote(
        30_000_000,
        rate("2.85").unwrap(),
        date("2026-07-01"),
        date("2026-10-08"),
        360,
        &fees,
    )
    .unwrap();
    assert_eq!(told.days, 99);
    assert_eq!(told.charge, 235_125);
    assert_eq!(told.cost, 241_125);
    assert_eq!(told.proceeds, 29_758_875);
    // 2,411.25 / 297,588.75 × 360 / 99 = 2.94643… %
    assert_eq!(told.cost_per_year, 29_464);
}

#[test]
fn half_a_cent_goes_up_and_per_mille_is_of_the_face() {
    // 1.00 at 1 % for 180 days over 360 is half a cent.
    let one = rate("1").unwrap();
    let told = quote(100, one, date("2026-01-01"), date("2026-06-30"), 360, &[]).unwrap();
    assert_eq!((told.days, told.charge), (180, 1));
    let fees = [ReckonedFee::PerMille(rate("1.5").unwrap())];
    let told = quote(
        30_000_000,
        one,
        date("2026-01-01"),
        date("2026-06-30"),
        360,
        &fees,
    )
    .unwrap();
    assert_eq!(told.fees, [45_000]);
}

#[test]
fn agrees_with_published_examples() {
    let table = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/golden/pricing.csv"
    );
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path(table)
        .unwrap();
    let mut compared = 0;
    for record in reader.records() {
        let record = record.unwrap();
        // The player knows annual rates by actual days; the other conventions are not told in
        // stories.
        let year = match (&record[2], &record[4]) {
            ("annual_percent", "actual_360") => 360,
            ("annual_percent", "actual_365f") => 365,
            _ => continue,
        };
        let told = quote(
            yuan(&record[1]).unwrap(),
            rate(&record[3]).unwrap(),
            date(&record[5]),
            date(&record[6]),
            year,
            &[],
        )
        .unwrap();
        assert_eq!(told.days.to_string(), record[7], "{}", &record[0]);
        assert_eq!(told.charge, yuan(&record[8]).unwrap(), "{}", &record[0]);
        assert_eq!(told.proceeds, yuan(&record[9]).unwrap(), "{}", &record[0]);
        compared += 1;
    }
    assert!(compared >= 5, "{compared} examples");
}

#[test]
fn what_is_no_rate_is_refused() {
    for text in ["", "-1", "1e3", "2,85", ".5", "1.123456789", "x"] {
        assert!(rate(text).is_err(), "{text}");
    }
    assert_eq!(rate("2.85").unwrap(), 285_000_000);
}
