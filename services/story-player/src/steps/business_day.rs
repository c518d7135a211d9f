//! The operator: jobs, the business date, reconciliation.

use std::thread::sleep;
use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Deed;
use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::steps::issue::dot;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_millis(300);

/// How long something may take to come about, unless the story says otherwise.
const DEADLINE_SECONDS: u64 = 60;

/// Runs jobs, again and again until something holds if the story says what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunJobs {
    #[serde(default = "operator")]
    who: String,
    jobs: Vec<String>,
    /// An expectation that must come to hold.
    until: Option<Box<Deed>>,
    /// For how long to try.
    #[serde(default = "deadline")]
    seconds: u64,
}

fn operator() -> String {
    "operator".to_owned()
}

const fn deadline() -> u64 {
    DEADLINE_SECONDS
}

/// Runs one job by its button.
fn run_job(browser: &Browser, job: &str) -> Result<(), Failure> {
    let page = browser.get("/operator/day")?;
    let form = Form::find(&page, &format!("/operator/jobs/{job}"), "")?;
    browser.submit(&form)?;
    Ok(())
}

impl Step for RunJobs {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let jobs = self.jobs.join(", ");
        match &self.until {
            None => Ok(format!("runs {jobs}")),
            Some(until) => {
                let step = until.step();
                let who = player.called(step.who());
                Ok(format!("runs {jobs} until: {who} {}", step.what(player)?))
            }
        }
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let end = Instant::now()
            .checked_add(Duration::from_secs(self.seconds))
            .ok_or_else(|| Failure::story("a deadline beyond time"))?;
        loop {
            for job in &self.jobs {
                run_job(&browser, job)?;
            }
            let Some(until) = &self.until else {
                return Ok(());
            };
            match until.step().run(player) {
                Err(Failure::Unexpected { .. }) if Instant::now() < end => sleep(PAUSE),
                verdict => return verdict,
            }
        }
    }
}

/// Moves the business date forward, at once or in steps with jobs between them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceDate {
    #[serde(default = "operator")]
    who: String,
    to: NaiveDate,
    /// Days of one step; 0 goes at once.
    #[serde(default)]
    by_days: i64,
    /// Jobs after each step.
    #[serde(default)]
    jobs: Vec<String>,
}

/// Moves the business date to `to` through the operator's page.
///
/// # Errors
/// The page refuses, or shows another date afterwards.
pub fn advance(player: &mut Player, who: &str, to: NaiveDate) -> Result<(), Failure> {
    let browser = player.browser(who)?;
    let page = browser.get("/operator/day")?;
    let form = Form::find(&page, "/operator/day", "")?.with("date", &to.to_string());
    let page = browser.submit(&form)?;
    let shown = page.text("header .today b")?;
    if shown::date(&shown) == Some(to) {
        return Ok(());
    }
    let shown = browser.get("/operator/day")?.text("header .today b")?;
    if shown::date(&shown) == Some(to) {
        Ok(())
    } else {
        Err(Failure::unexpected(format!("business date {to}"), shown))
    }
}

impl Step for AdvanceDate {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("moves the business date to {}", self.to))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let mut today = player.business_date(&self.who)?;
        let mut stops: usize = 0;
        while today < self.to {
            let next = match self.by_days {
                0 => self.to,
                days => today
                    .checked_add_signed(chrono::Duration::days(days))
                    .map_or(self.to, |day| day.min(self.to)),
            };
            advance(player, &self.who, next)?;
            for job in &self.jobs {
                run_job(&browser, job)?;
            }
            today = next;
            stops = stops.saturating_add(1);
        }
        let page = browser.get("/operator/day")?;
        player.transcript.note(&format!(
            "{} ({})",
            page.text("main .sumline")?,
            page.text("main .lead")?
        ));
        if stops > 1 {
            player
                .transcript
                .note(&format!("in {stops} stops, jobs run at each"));
        }
        Ok(())
    }
}

/// The operator's reconciliation of a day shows no difference.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectReconciled {
    #[serde(default = "operator")]
    who: String,
    date: NaiveDate,
    /// Least number of lines: a day without payments proves nothing.
    #[serde(default = "one")]
    lines: usize,
}

const fn one() -> usize {
    1
}

impl Step for ExpectReconciled {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "compares the ledger with the bank statement of {}",
            self.date
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(&format!("/operator/reconciliation?date={}", self.date))?;
        let verdict = page.text("main .verdict")?;
        let lines = page.all("main table.cards tbody tr")?;
        if page.all("main .verdict.even")?.is_empty() {
            return Err(Failure::unexpected("no difference", verdict));
        }
        let mut alike: usize = 0;
        for line in &lines {
            // What the bank booked without being asked is somebody else's business.
            if dot(*line)? == "off" {
                continue;
            }
            let sums: Vec<i64> = crate::page::inside(*line, "td.num")?
                .into_iter()
                .filter_map(|cell| shown::amount(&text_of(cell)))
                .collect();
            match sums.as_slice() {
                [instructed, booked] if instructed == booked => alike = alike.saturating_add(1),
                _ => {
                    return Err(Failure::unexpected(
                        "instructed and booked alike",
                        text_of(*line),
                    ));
                }
            }
        }
        if alike < self.lines {
            return Err(Failure::unexpected(
                format!("at least {} lines", self.lines),
                alike.to_string(),
            ));
        }
        let difference = page.text("main .figures .big")?;
        if shown::amount(&difference) != Some(0) {
            return Err(Failure::unexpected("a difference of nothing", difference));
        }
        player
            .transcript
            .note(&format!("{alike} lines, each alike: {verdict}"));
        for figure in page.all("main .figures > div")? {
            player.transcript.note(&text_of(figure));
        }
        Ok(())
    }
}
