//! Runs one job now, on a date if one is given.

use std::process::ExitCode;

use chrono::NaiveDate;
use scheduler::jobs;

use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::open;

/// Runs it and prints how many things were done.
pub(crate) fn run(
    settings: &Settings,
    name: &str,
    date: Option<NaiveDate>,
) -> Result<ExitCode, Failure> {
    let job = jobs::job(name).ok_or_else(|| {
        let names: Vec<&str> = jobs::JOBS.iter().map(|job| job.name).collect();
        Failure(format!(
            "there is no job {name:?}; jobs are: {}",
            names.join(", ")
        ))
    })?;
    let app = open::app(settings)?;
    if let Some(date) = date {
        app.store
            .write(|tx| tx.business_date_advance(date))
            .doing("moving the business date")?;
    }
    let count = (job.run)(&open::desk(settings, app)?).doing(name)?;
    open::say(&format!("{name}: {count}"));
    Ok(ExitCode::SUCCESS)
}
