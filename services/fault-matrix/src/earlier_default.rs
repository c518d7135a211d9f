//! What has happened before the run begins: the paper of an obligor that can't pay falls due and goes
//! into default, and the last holder turns to whoever gave it the fragment. That one takes the claim
//! up; its payment is the first thing that the run has to do.

use std::fs;
use std::fs::File;
use std::path::Path;

use chrono::NaiveDate;
use ledger_app::answer_recourse;
use ledger_app::claim_recourse;
use ledger_app::signing::Signing;
use uuid::Uuid;

use crate::cast::Actor;
use crate::days::DAYS as DAYS_OF_RUN;
use crate::failure::Context;
use crate::failure::Failure;
use crate::program;
use crate::program::Settings;
use crate::restarted::Answer;
use crate::restarted::Restarted;
use crate::sandbox::Bank;
use crate::stage::EARLIER_DUE;
use crate::stage::Stage;
use crate::stage::UNPAID;
use crate::stage::day;

/// The week before it is due, the day, and the one on which the default is recorded.
const DAYS: [NaiveDate; 3] = [day(2026, 5, 13), EARLIER_DUE, day(2026, 5, 21)];

/// Rounds of jobs after which a day is over, whatever they find.
const MOST_ROUNDS: usize = 12;

/// Whose scheduler and bank let the days pass.
#[derive(Debug)]
pub(crate) struct Backstage<'b> {
    /// Folder of the executables.
    pub(crate) programs: &'b Path,
    /// Where the settings are written.
    pub(crate) folder: &'b Path,
    /// The settings.
    pub(crate) settings: Settings<'b>,
    /// The bank.
    pub(crate) bank: &'b Bank,
}

impl Backstage<'_> {
    /// Lets the paper go into default, has a holder claim and its giver take the claim up.
    pub(crate) fn play(&self, stage: &Stage) -> Result<(), Failure> {
        self.pass_days()?;
        // On the first day of the run: of a payment that is days old and unproven a person is asked.
        let first_day = DAYS_OF_RUN.first().map(|day| day.date);
        let first_day = first_day.ok_or_else(|| Failure("no day".to_owned()))?;
        stage
            .app
            .store
            .write(|tx| tx.business_date_advance(first_day))
            .doing("business date")?;
        let (holder, giver) = (stage.supplier(2)?, stage.supplier(1)?);
        let unpaid = stage.largest(holder, UNPAID)?;
        let fragment = stage.app.public_ids.show(unpaid.no);
        let claim = claim(stage, &holder.first, &fragment)?;
        let signing = Signing::With(&giver.first.signer);
        answer_recourse::run(&stage.app, &giver.first.who, &signing, claim, None)
            .doing("taking the claim up")?;
        Ok(())
    }

    fn pass_days(&self) -> Result<(), Failure> {
        let config = self.folder.join("stage.toml");
        fs::write(&config, self.settings.to_toml()).doing("stage.toml")?;
        let mut platform = program::platform(self.programs);
        platform.arg("run-jobs").arg("--config").arg(&config);
        platform.stderr(File::create(self.folder.join("stage.log")).doing("stage.log")?);
        let mut scheduler = Restarted::start(platform)?;
        for date in DAYS {
            self.bank.set_date(date)?;
            for _round in 0..MOST_ROUNDS {
                let mut busy = false;
                for job in ["settle", "bank"] {
                    match scheduler.run_job(job, date)? {
                        Answer::Did(count) => busy |= count > 0,
                        Answer::Failed | Answer::Ended => {
                            return Err(Failure(format!("{job} on {date}, before the run, fails")));
                        }
                    }
                }
                if !busy {
                    break;
                }
            }
        }
        Ok(())
    }
}

fn claim(stage: &Stage, holder: &Actor, fragment: &str) -> Result<Uuid, Failure> {
    let (app, who) = (&stage.app, &holder.who);
    let to_sign = claim_recourse::prepare(app, who, fragment).doing("claim")?;
    let signing = Signing::With(&holder.signer);
    let claimed =
        claim_recourse::submit(app, who, fragment, &to_sign.body, &signing, None).doing("claim")?;
    claimed.claim.parse().doing("claim")
}
