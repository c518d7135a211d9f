//! The courier: takes what is due, sends it on many threads at once, notes what came of each. A
//! receiver that is slow keeps nobody else waiting: while its few messages are on their way, those of
//! all others go out, and more are taken.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::mpsc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread::Scope;
use std::time::Duration;

use chrono::DateTime;
use chrono::Utc;
use ledger_app::app::App;
use ledger_app::deliver_webhooks;
use ledger_app::deliver_webhooks::DueMessage;
use ledger_app::deliver_webhooks::Outcome;
use ledger_app::error::AppError;
use uuid::Uuid;

use crate::sender::Sender;

/// Messages on their way at once, each on a thread of its own.
const AT_ONCE: usize = 64;

/// How often more is looked for while some are on their way.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How long one run goes on taking messages, in seconds: a run comes to its end whatever receivers do,
/// and the next begins where it stopped.
const RUN_SECONDS: i64 = 30;

/// A message that has come back.
struct Back {
    message: DueMessage,
    sent_at: DateTime<Utc>,
    outcome: Outcome,
}

/// What is on its way, and since when the run goes on.
#[derive(Debug)]
struct Round {
    begun: DateTime<Utc>,
    flying: HashMap<Uuid, usize>,
    taken: usize,
}

impl Round {
    fn count(&self) -> usize {
        self.flying.values().sum()
    }

    /// Webhooks of which nothing more is taken now: their messages are on their way.
    fn barred(&self) -> Vec<Uuid> {
        self.flying.keys().copied().collect()
    }

    /// Whether nothing more is taken at all.
    fn over(&self, now: DateTime<Utc>) -> bool {
        now.signed_duration_since(self.begun).num_seconds() >= RUN_SECONDS
    }

    fn gone_out(&mut self, webhook: Uuid) {
        let count = self.flying.entry(webhook).or_default();
        *count = count.saturating_add(1);
    }

    fn come_back(&mut self, back: &Back) {
        let webhook = back.message.webhook;
        if let Some(count) = self.flying.get_mut(&webhook) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.flying.remove(&webhook);
            }
        }
        if matches!(back.outcome, Outcome::Taken { .. }) {
            self.taken = self.taken.saturating_add(1);
        }
    }
}

/// Sends what is due until nothing is, by the clock `now`; gives how many were taken by their
/// receivers. Several may run at once, in one process or many.
///
/// # Errors
/// The store's. What was on its way is waited for and noted first, as far as the store takes it; what
/// could not be noted is sent again, under the same id.
pub fn run(
    app: &App,
    sender: &Sender,
    now: &(dyn Fn() -> DateTime<Utc> + Sync),
) -> Result<usize, AppError> {
    std::thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let mut round = Round {
            begun: now(),
            flying: HashMap::new(),
            taken: 0,
        };
        let mut first = None;
        loop {
            let more = match first {
                None => take(app, &round, now()),
                Some(_) => Ok(Vec::new()),
            };
            match more {
                Ok(due) => {
                    for message in due {
                        round.gone_out(message.webhook);
                        fly(scope, sender, message, now, tell.clone());
                    }
                }
                Err(error) => first = Some(error),
            }
            if round.count() == 0 {
                return first.map_or(Ok(round.taken), Err);
            }
            if let Err(error) = land(app, &mut round, &told) {
                first = first.or(Some(error));
            }
        }
    })
}

fn take(app: &App, round: &Round, now: DateTime<Utc>) -> Result<Vec<DueMessage>, AppError> {
    let room = AT_ONCE.saturating_sub(round.count());
    if room == 0 || round.over(now) {
        return Ok(Vec::new());
    }
    let room = i64::try_from(room).unwrap_or(1);
    deliver_webhooks::take(app, now, &round.barred(), room)
}

/// Sends one message on a thread of its own.
fn fly<'scope>(
    scope: &'scope Scope<'scope, '_>,
    sender: &'scope Sender,
    message: DueMessage,
    now: &'scope (dyn Fn() -> DateTime<Utc> + Sync),
    tell: mpsc::Sender<Back>,
) {
    scope.spawn(move || {
        let sent_at = now();
        // Whatever happens here is one message's fault, and the courier hears of it.
        let send = AssertUnwindSafe(|| sender.send(&message, sent_at.timestamp()));
        let outcome = catch_unwind(send).unwrap_or_else(|_panic| Outcome::Failed {
            status: None,
            why: "sending broke off".to_owned(),
        });
        // The courier waits for all that are on their way.
        let _heard = tell.send(Back {
            message,
            sent_at,
            outcome,
        });
    });
}

/// Waits a little for the next that comes back, and notes it with all that came with it.
fn land(app: &App, round: &mut Round, told: &mpsc::Receiver<Back>) -> Result<(), AppError> {
    let next = match told.recv_timeout(LOOK_AGAIN) {
        Ok(back) => back,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(()),
    };
    let mut noted = Ok(());
    for back in std::iter::once(next).chain(told.try_iter()) {
        round.come_back(&back);
        let (of, outcome) = (&back.message, &back.outcome);
        if !matches!(outcome, Outcome::Taken { .. }) {
            tracing::warn!(webhook = %of.webhook, id = %of.event, ?outcome, "a message was not taken");
        }
        let this = deliver_webhooks::note(app, back.sent_at, of, outcome);
        noted = noted.and(this);
    }
    noted
}
