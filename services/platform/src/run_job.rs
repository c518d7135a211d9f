//! Runs jobs now, each on a date if one is given: one, or those that are asked for.

use std::process::ExitCode;

use chrono::NaiveDate;
use scheduler::jobs;
use scheduler::jobs::Desk;
use scheduler::jobs::Job;

use crate::config::Settings;
use crate::failure::Context;
use crate::failure::Failure;
use crate::open;

/// Runs one and prints how many things were done.
pub(crate) fn run(
    settings: &Settings,
    name: &str,
    date: Option<NaiveDate>,
) -> Result<ExitCode, Failure> {
    let job = named(name)?;
    let desk = open::desk(settings, open::app(settings)?)?;
    let count = run_on(&desk, job, date)?;
    open::say(&format!("{name}: {count}"));
    Ok(ExitCode::SUCCESS)
}

/// Runs those that standard input names, a line each, until it ends; answers each with a line.
pub(crate) fn run_asked(settings: &Settings) -> Result<ExitCode, Failure> {
    let desk = open::desk(settings, open::app(settings)?)?;
    let mut code = ExitCode::SUCCESS;
    for line in std::io::stdin().lines() {
        let line = line.doing("reading what is asked for")?;
        match asked(&line).and_then(|(job, date)| run_on(&desk, job, date)) {
            Ok(count) => open::say(&format!("{line}: {count}")),
            Err(failure) => {
                tracing::error!("{line}: {failure}");
                // A line for a line: whoever asks counts on it.
                let why = failure.to_string().replace('\n', " ");
                open::say(&format!("{line}: failed: {why}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn named(name: &str) -> Result<&'static Job, Failure> {
    jobs::job(name).ok_or_else(|| {
        let names: Vec<&str> = jobs::JOBS.iter().map(|job| job.name).collect();
        Failure(format!(
            "there is no job {name:?}; jobs are: {}",
            names.join(", ")
        ))
    })
}

/// A job, and a date if one is given.
fn asked(line: &str) -> Result<(&'static Job, Option<NaiveDate>), Failure> {
    let mut words = line.split_whitespace();
    let job = named(words.next().unwrap_or_default())?;
    let date = words.next().map(str::parse).transpose().doing("date")?;
    match words.next() {
        Some(more) => Err(Failure(format!(
            "{more:?} is too much: give a job and perhaps a date"
        ))),
        None => Ok((job, date)),
    }
}

fn run_on(desk: &Desk, job: &Job, date: Option<NaiveDate>) -> Result<usize, Failure> {
    if let Some(date) = date {
        desk.app
            .store
            .write(|tx| tx.business_date_advance(date))
            .doing("moving the business date")?;
    }
    (job.run)(desk).doing(job.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_job_and_perhaps_a_date() {
        let (job, date) = asked("settle 2026-06-03").unwrap();
        assert_eq!(
            (job.name, date),
            ("settle", NaiveDate::from_ymd_opt(2026, 6, 3))
        );
        assert_eq!(asked("  bank ").unwrap().1, None);
        for wrong in ["", "settel", "settle tomorrow", "settle 2026-06-03 bank"] {
            assert!(asked(wrong).is_err(), "{wrong:?} was taken");
        }
    }
}
