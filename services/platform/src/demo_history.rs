//! Four months of trade before the demo opens: payables in, papers out, passed on, discounted and
//! paid, through the same use cases that people use. The seed is fixed, so every demo has the same
//! history.

use chrono::Datelike;
use chrono::Duration;
use chrono::NaiveDate;
use scheduler::jobs::JOBS;

use crate::demo_people::Actor;
use crate::demo_people::Cast;
use crate::demo_people::actor;
use crate::demo_people::client;
use crate::demo_trade::Dice;
use crate::demo_trade::Trade;
use crate::failure::Context;
use crate::failure::Failure;
use crate::job_runner::DeskRunner;
use crate::open::say;

/// The first day of the history.
const FIRST_DAY: (i32, u32, u32) = (2026, 3, 2);

/// The day on which the demo opens.
const OPENING_DAY: (i32, u32, u32) = (2026, 7, 1);

/// Everybody who acts in the history.
pub(crate) struct Company {
    pub(crate) maker: Actor,
    pub(crate) checker: Actor,
    pub(crate) tier_1: Vec<Actor>,
    pub(crate) tier_2: Vec<Actor>,
    pub(crate) tier_3: Vec<Actor>,
    pub(crate) banks: Vec<Actor>,
}

fn assemble(desk: &DeskRunner, cast: &Cast) -> Result<Company, Failure> {
    let app = &desk.desk.app;
    let tier = |prefix: &str, count: usize| -> Result<Vec<Actor>, Failure> {
        (1..=count)
            .map(|n| actor(app, cast, &format!("{prefix}-{n}"), "member"))
            .collect()
    };
    Ok(Company {
        maker: actor(app, cast, "oem", "maker")?,
        checker: actor(app, cast, "oem", "checker")?,
        tier_1: tier("t1", 3)?,
        tier_2: tier("t2", 8)?,
        tier_3: tier("t3", 20)?,
        banks: ["bank-a", "bank-b", "bank-c"]
            .into_iter()
            .map(|code| client(app, cast, code))
            .collect::<Result<_, _>>()?,
    })
}

fn day((year, month, day): (i32, u32, u32)) -> Result<NaiveDate, Failure> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| Failure("no such day".to_owned()))
}

/// The first day of the history.
pub(crate) fn first_day() -> Result<NaiveDate, Failure> {
    day(FIRST_DAY)
}

/// Plays the months.
pub(crate) fn play(desk: &DeskRunner, cast: &Cast) -> Result<(), Failure> {
    let company = assemble(desk, cast)?;
    let app = &desk.desk.app;
    let mut dice = Dice(20_260_302);
    let opening = day(OPENING_DAY)?;
    let mut today = day(FIRST_DAY)?;
    while today <= opening {
        move_to(desk, today)?;
        if app
            .calendar()
            .doing("calendar")?
            .is_business_day(today)
            .doing("calendar")?
        {
            let run = Trade {
                desk,
                company: &company,
                today,
            };
            run.day(&mut dice)?;
            bank_rounds(desk)?;
        }
        if today.day() == 1 {
            say(&format!("  history: {}", today.format("%Y-%m")));
        }
        today = today
            .checked_add_signed(Duration::days(1))
            .unwrap_or(opening);
    }
    Ok(())
}

fn move_to(desk: &DeskRunner, date: NaiveDate) -> Result<(), Failure> {
    use web_ui::portal::JobRunner;
    desk.set_business_date(date).map_err(Failure)
}

/// Lets settlement and bank take turns until neither has anything left to do today.
fn bank_rounds(desk: &DeskRunner) -> Result<(), Failure> {
    const MOST_ROUNDS: usize = 12;
    for _ in 0..MOST_ROUNDS {
        let mut done: usize = 0;
        for job in JOBS
            .iter()
            .filter(|job| matches!(job.name, "settle" | "bank" | "quotes"))
        {
            done = done.saturating_add((job.run)(&desk.desk).doing(job.name)?);
        }
        if done == 0 {
            return Ok(());
        }
    }
    Ok(())
}
