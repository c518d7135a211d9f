//! The calendars that come with the program; a folder of newer ones can be named.

use std::path::Path;

use ledger_core::calendar_year::CalendarYear;

use crate::failure::Context;
use crate::failure::Failure;

const SHIPPED: &[&str] = &[
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

/// The calendar years: those of `folder` where one is given, else those shipped.
pub(crate) fn load(folder: Option<&Path>) -> Result<Vec<CalendarYear>, Failure> {
    let Some(folder) = folder else {
        return SHIPPED
            .iter()
            .map(|text| CalendarYear::parse(text).doing("calendar"))
            .collect();
    };
    let mut years = Vec::new();
    for file in std::fs::read_dir(folder).doing("folder of calendars")? {
        let path = file.doing("folder of calendars")?.path();
        if path.extension().is_some_and(|end| end == "csv") {
            let text = std::fs::read_to_string(&path).doing("calendar file")?;
            years.push(CalendarYear::parse(&text).doing(&path.display().to_string())?);
        }
    }
    Ok(years)
}
