//! The jobs: name, when the bell rings, what is done. Each can be run at any time, any number of
//! times, by several processes at once.

use ledger_app::app::App;
use ledger_app::carry_out_freezes;
use ledger_app::close_settlement;
use ledger_app::complete_discount;
use ledger_app::complete_redemption;
use ledger_app::conclude_recourse;
use ledger_app::consent_agreement;
use ledger_app::decline_issue;
use ledger_app::expire_inquiries;
use ledger_app::lapse_offers;
use ledger_app::payout_tasks;
use ledger_app::record_defaults;
use ledger_app::record_payment;
use ledger_app::reverse_discount;
use ledger_app::seal_journal;
use ledger_app::settle_paper;
use ledger_app::tell_issue_stops;
use ledger_app::tell_peers;
use webhook_courier::courier;
use webhook_courier::sender::Sender;

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
    /// The way to parties' own systems.
    pub webhooks: Sender,
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
        name: "events",
        cron: "*/5 * * * * *",
        run: events,
    },
    Job {
        name: "circle",
        cron: "*/7 * * * * *",
        run: circle,
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
        name: "webhooks",
        cron: "*/2 * * * * *",
        run: deliver_webhooks,
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

/// One step of a job; gives how many things were done.
pub type Step<'a> = &'a dyn Fn() -> Result<usize, JobError>;

/// Takes each step, whatever became of those before it: none waits for another's fault to be
/// mended. Gives what they did together.
///
/// # Errors
/// The first step's that failed, once all were taken; those of later ones are logged.
pub fn each(steps: &[Step<'_>]) -> Result<usize, JobError> {
    let mut done: usize = 0;
    let mut first = None;
    for step in steps {
        match step() {
            Ok(count) => done = done.saturating_add(count),
            Err(error) if first.is_none() => first = Some(error),
            Err(error) => tracing::error!(%error, "a later step failed too"),
        }
    }
    first.map_or(Ok(done), Err)
}

/// Maturity: record what was not paid, plan and tell, fix holders, present, instruct, and close what
/// the bank has proved.
fn settle(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    each(&[
        &|| Ok(record_defaults::run(app)?),
        &|| Ok(settle_paper::plan(app)?),
        &|| Ok(settle_paper::lock_due(app)?),
        &|| presentation::present(app, &desk.bank),
        &|| Ok(settle_paper::instruct(app)?),
        &|| Ok(close_settlement::run(app)?),
    ])
}

/// The bank: send, ask, read.
fn talk_to_bank(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    each(&[
        &|| bank_conversation::send_payments(app, &desk.bank),
        &|| bank_conversation::ask_unanswered(app, &desk.bank),
        &|| bank_conversation::read_notifications(app, &desk.bank),
    ])
}

/// Financing: what has lapsed, which sealed bids are to be shown, what the bank has proved paid or failed; proposals nobody answered.
fn quotes(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    each(&[
        &|| {
            let expired = expire_inquiries::run(app, app.moment()?)?;
            Ok(expired.requests.saturating_add(expired.quotes))
        },
        &|| Ok(expire_inquiries::call_reveals(app, app.moment()?)?),
        &|| {
            let done = complete_discount::run_due(app)?;
            Ok(done.completed.saturating_add(done.released))
        },
        &|| Ok(reverse_discount::run_due(app)?),
        &|| Ok(conclude_recourse::run_due(app)?),
        &|| Ok(payout_tasks::watch(app)?),
        &|| Ok(usize::try_from(decline_issue::lapse_old(app)?).unwrap_or(usize::MAX)),
    ])
}

/// What a day brings to papers: freezes that are kept or have ended, offers and agreements that have lapsed,
/// early payments.
fn events(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    each(&[
        &|| Ok(carry_out_freezes::run_due(app)?),
        &|| Ok(lapse_offers::run_due(app)?),
        &|| Ok(consent_agreement::run_due(app)?),
        &|| Ok(consent_agreement::lapse_due(app)?),
        &|| {
            let done = complete_redemption::run_due(app)?;
            Ok(done.redeemed.saturating_add(done.released))
        },
    ])
}

/// Invoices held too long are free again; other platforms hear what became of what they hold.
fn circle(desk: &Desk) -> Result<usize, JobError> {
    Ok(tell_peers::run_due(&desk.app)?)
}

/// The end-of-day statements that are wanted of accounts that pay.
fn read_statements(desk: &Desk) -> Result<usize, JobError> {
    let wanted = record_payment::statements_wanted(&desk.app)?;
    bank_conversation::read_statements(&desk.app, &desk.bank, &wanted)
}

fn deliver_letters(desk: &Desk) -> Result<usize, JobError> {
    letters::deliver(&desk.app, &desk.mail)
}

/// Parties' own systems: what nobody else has told them yet, then all that is due.
fn deliver_webhooks(desk: &Desk) -> Result<usize, JobError> {
    let app = &desk.app;
    let now = || app.clock.now();
    each(&[&|| Ok(tell_issue_stops::run_due(app, now())?), &|| {
        Ok(courier::run(app, &desk.webhooks, &now)?)
    }])
}

fn seal(desk: &Desk) -> Result<usize, JobError> {
    Ok(usize::from(seal_journal::run(&desk.app)?.is_some()))
}
