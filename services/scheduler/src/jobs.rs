//! The jobs: name, when the bell rings, what is done. Each can be run at any time, any number of
//! times, by several processes at once.

use ledger_app::app::App;
use ledger_app::close_settlement;
use ledger_app::complete_discount;
use ledger_app::decline_issue;
use ledger_app::record_payment;
use ledger_app::request_finance;
use ledger_app::seal_journal;
use ledger_app::settle_paper;

use crate::bank_conversation;
use crate::bank_conversation::BankDesk;
use crate::error::JobError;
use crate::letters;
use crate::letters::MailRoom;
use crate::presentation;

/// All that jobs need.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The platform.
    pub app: App,
    /// The bank.
    pub bank: BankDesk,
    /// The mail room.
    pub mail: MailRoom,
}

/// A job.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// Its name, as sub-commands know it.
    pub name: &'static str,
    /// When the bell rings (seconds, minutes, hours, day, month, weekday).
    pub cron: &'static str,
    /// What is done; gives how many things were.
    pub run: fn(&Desk) -> Result<usize, JobError>,
}

/// All jobs.
pub const JOBS: &[Job] = &[
    Job {
        name: "settle",
        cron: "*/5 * * * * *",
        run: settle,
    },
    Job {
        name: "bank",
        cron: "*/3 * * * * *",
        run: talk_to_bank,
    },
    Job {
        name: "quotes",
        cron: "*/5 * * * * *",
        run: quotes,
    },
    Job {
        name: "statements",
        cron: "0 */10 * * * *",
        run: read_statements,
    },
    Job {
        name: "letters",
        cron: "*/2 * * * * *",
        run: deliver_letters,
    },
    Job {
        name: "seal",
        cron: "*/10 * * * * *",
        run: seal,
    },
];

/// A job by name.
#[must_use]
pub fn job(name: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.name == name)
}

/// Maturity: plan and tell, fix holders, present, instruct, and close what the bank has proved.
fn settle(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    let steps = [
        settle_paper::plan(app)?,
        settle_paper::lock_due(app)?,
        presentation::present(app, &desk.bank)?,
        settle_paper::instruct(app)?,
        close_settlement::run(app)?,
    ];
    Ok(steps.into_iter().fold(0, usize::saturating_add))
}

/// The bank: send, ask, read.
fn talk_to_bank(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    let steps = [
        bank_conversation::send_payments(app, &desk.bank)?,
        bank_conversation::ask_unanswered(app, &desk.bank)?,
        bank_conversation::read_notifications(app, &desk.bank)?,
    ];
    Ok(steps.into_iter().fold(0, usize::saturating_add))
}

/// Financing: what has lapsed, what the bank has proved paid or failed; proposals nobody answered.
fn quotes(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    let expired = request_finance::expire_due(app, app.clock.now())?;
    let done = complete_discount::run_due(app)?;
    let lapsed = usize::try_from(decline_issue::lapse_old(app)?).unwrap_or(usize::MAX);
    let parts = [
        expired.requests,
        expired.quotes,
        done.completed,
        done.released,
        lapsed,
    ];
    Ok(parts.into_iter().fold(0, usize::saturating_add))
}

/// The end-of-day statements of the accounts that pay, for each business day that has ended.
fn read_statements(desk: &Desk) -> Result<usize, JobError> {
    let wanted = record_payment::statements_wanted(&desk.app)?;
    let mut read: usize = 0;
    for (day, accounts) in wanted {
        read = read.saturating_add(bank_conversation::read_statements(
            &desk.app, &desk.bank, &accounts, day,
        )?);
    }
    Ok(read)
}

fn deliver_letters(desk: &Desk) -> Result<usize, JobError> {
    letters::deliver(&desk.app, &desk.mail)
}

fn seal(desk: &Desk) -> Result<usize, JobError> {
    Ok(usize::from(seal_journal::run(&desk.app)?.is_some()))
}
