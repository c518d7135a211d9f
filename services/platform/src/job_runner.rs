//! Jobs and the business date, as the operator's page may use them.

use chrono::NaiveDate;
use scheduler::jobs;
use scheduler::jobs::Desk;
use web_ui::portal::JobRunner;

use crate::sandbox::BankControl;

/// Runs jobs of the desk; in the demo, moves the sandbox bank's day along.
#[derive(Debug)]
pub struct DeskRunner {
    /// The desk.
    pub(crate) desk: Desk,
    /// The sandbox bank's control door, in the demo.
    pub(crate) bank: Option<BankControl>,
}

impl DeskRunner {
    /// Runs the jobs of a platform that has no sandbox bank beside it.
    #[must_use]
    pub const fn new(desk: Desk) -> DeskRunner {
        DeskRunner { desk, bank: None }
    }
}

impl JobRunner for DeskRunner {
    fn names(&self) -> Vec<&'static str> {
        jobs::JOBS.iter().map(|job| job.name).collect()
    }

    fn run(&self, name: &str) -> Result<usize, String> {
        let job = jobs::job(name).ok_or_else(|| format!("there is no job {name:?}"))?;
        (job.run)(&self.desk).map_err(|error| error.to_string())
    }

    fn set_business_date(&self, date: NaiveDate) -> Result<(), String> {
        self.desk
            .app
            .store
            .write(|tx| tx.business_date_advance(date))
            .map_err(|error| error.to_string())?;
        match &self.bank {
            Some(bank) => bank.set_date(date).map_err(|failure| failure.to_string()),
            None => Ok(()),
        }
    }
}
