//! Puts the tables of holidays that the platform was started with on record, year by year: a table that
//! differs from the one on record becomes the year's next version, and holds from then on. By which
//! table a day was reckoned can be told afterwards.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::Datelike;
use chrono::NaiveDate;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::calendar_year::DayKind;
use ledger_core::calendar_year::Standing;
use ledger_store::calendars::CalendarDay;
use ledger_store::calendars::CalendarYearRecord;
use ledger_store::calendars::DayKind as KeptKind;
use ledger_store::calendars::YearStanding;
use ledger_store::error::StoreError;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;

/// The days of a table: kind and note.
type Days = BTreeMap<NaiveDate, (KeptKind, String)>;

/// Takes what is new. Gives how many tables were.
///
/// # Errors
/// The store's.
pub fn run(app: &App) -> Result<usize, AppError> {
    let taken = app.store.write(|tx| {
        let (years, days) = new_tables(app, tx)?;
        tx.calendar_years_insert(&years, &days)?;
        Ok::<_, AppError>(years.len())
    });
    match taken {
        // Another process that was started with the same tables has just taken them.
        Err(AppError::Store(StoreError::Duplicate(_))) => Ok(0),
        taken => taken,
    }
}

fn new_tables(
    app: &App,
    tx: &mut ReadTx<'_>,
) -> Result<(Vec<CalendarYearRecord>, Vec<CalendarDay>), AppError> {
    let (now, today) = (app.clock.now(), tx.business_date_today()?);
    let known: HashMap<(String, i32), CalendarYearRecord> = tx
        .calendar_years_newest()?
        .into_iter()
        .map(|year| ((year.calendar.clone(), year.year), year))
        .collect();
    let mut kept: HashMap<(String, i32), Days> = HashMap::new();
    for day in tx.calendar_days_newest()? {
        let year = (day.calendar, day.day.year());
        kept.entry(year)
            .or_default()
            .insert(day.day, (day.kind, day.note));
    }
    let (mut years, mut days) = (Vec::new(), Vec::new());
    for table in app.calendars().iter().flat_map(|one| one.years()) {
        let place = (table.calendar().to_owned(), table.year());
        let standing = match table.standing() {
            Standing::Official => YearStanding::Official,
            Standing::Provisional => YearStanding::Provisional,
        };
        let own = days_of(table);
        let version = match known.get(&place) {
            None => 1,
            Some(known) => {
                let same = known.standing == standing
                    && known.source == table.source()
                    && kept.get(&place).unwrap_or(&Days::new()) == &own;
                if same {
                    continue;
                }
                known.version.saturating_add(1)
            }
        };
        days.extend(own.into_iter().map(|(day, (kind, note))| CalendarDay {
            calendar: place.0.clone(),
            day,
            kind,
            note,
            source: table.source().to_owned(),
            version,
        }));
        years.push(CalendarYearRecord {
            calendar: place.0,
            year: place.1,
            version,
            standing,
            source: table.source().to_owned(),
            taken_on: today,
            taken_at: now,
        });
    }
    Ok((years, days))
}

fn days_of(table: &CalendarYear) -> Days {
    table
        .days()
        .map(|(day, kind, note)| {
            let kind = match kind {
                DayKind::Holiday => KeptKind::Holiday,
                DayKind::Workday => KeptKind::Working,
            };
            (day, (kind, note.to_owned()))
        })
        .collect()
}
