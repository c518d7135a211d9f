//! The enumeration: every boundary of the run without faults, with everything that may happen there.

use std::collections::HashSet;

use crate::fault::BankFault;
use crate::fault::Cut;
use crate::fault::Fault;

use crate::fault::MessageKey;
use crate::fault::Point;
use crate::fault::StatementKey;
use crate::fault::Wire;
use crate::play::Invocation;

const CUTS: [Cut; 4] = [
    Cut::ConnectionBefore,
    Cut::ConnectionAfter,
    Cut::Scheduler,
    Cut::Machine,
];

const WIRES: [Wire; 13] = [
    Wire::RequestLost,
    Wire::RequestLate(1),
    Wire::RequestLate(2),
    Wire::RequestLate(3),
    Wire::RequestTwice,
    Wire::AnswerLost,
    Wire::AnswerHalved,
    Wire::AnswerReplaced,
    Wire::AnswerTwice,
    Wire::SchedulerBefore,
    Wire::SchedulerAfter,
    Wire::MachineBefore,
    Wire::MachineAfter,
];

/// The message that carries orders to pay.
const ORDER: &str = "pain.001";

/// All points of a run, seen twice.
///
/// A boundary that only one of the two met belongs to a thread that the job doesn't wait for: it is
/// no step of the run. An invocation that finds nothing to do and says just what an earlier one of
/// its kind has said is tried once, and so is the opening of a job's sessions, in which nothing has
/// been done yet.
pub(crate) fn all(first: &[Invocation], second: &[Invocation], accounts: &[String]) -> Vec<Point> {
    let (mut points, mut opened, mut idle) = (Vec::new(), HashSet::new(), HashSet::new());
    for (place, (one, other)) in first.iter().zip(second).enumerate() {
        if one.did == 0 && !idle.insert(said(one)) {
            continue;
        }
        let mut add = |fault| {
            points.push(Point {
                invocation: place,
                fault,
            });
        };
        let opens_first = opened.insert(one.position.job());
        let tried = |key: &&StatementKey| opens_first || !key.opens_session();
        for key in one.statements.iter().filter(tried) {
            if other.statements.contains(key) {
                CUTS.into_iter()
                    .map(|cut| Fault::Statement(key.clone(), cut))
                    .for_each(&mut add);
            }
        }
        for key in &one.messages {
            WIRES
                .into_iter()
                .map(|wire| Fault::Message(key.clone(), wire))
                .for_each(&mut add);
            if key.nth > 1 {
                add(Fault::Message(key.clone(), Wire::AnswerStale));
            }
        }
        if one.messages.iter().any(|key| key.name == ORDER) {
            own_faults(accounts)
                .into_iter()
                .map(Fault::Bank)
                .for_each(&mut add);
        }
    }
    points
}

/// The planted points: each order to pay, sent again under other ids.
pub(crate) fn planted(run: &[Invocation]) -> Vec<Point> {
    let of = |(place, one): (usize, &Invocation)| {
        let orders = one.messages.iter().filter(|key| key.name == ORDER);
        let forged = orders.map(move |key| Point {
            invocation: place,
            fault: Fault::Message(key.clone(), Wire::RequestForged),
        });
        forged.collect::<Vec<_>>()
    };
    run.iter().enumerate().flat_map(of).collect()
}

/// What an invocation says to database and bank once its sessions are open, in an order that does
/// not depend on which of its threads was faster.
fn said(one: &Invocation) -> (Option<&str>, Vec<&StatementKey>, &[MessageKey]) {
    let said = one.statements.iter().filter(|key| !key.opens_session());
    let mut statements: Vec<&StatementKey> = said.collect();
    statements.sort();
    (one.position.job(), statements, &one.messages)
}

/// What the sandbox bank can do wrong by itself without changing what is owed to whom.
fn own_faults(accounts: &[String]) -> Vec<BankFault> {
    let mut faults = Vec::new();
    for manner in ["close", "504"] {
        for count in [Some(1), Some(2), None] {
            faults.push(BankFault {
                kind: "lose_answer",
                manner: Some(manner),
                account: None,
                count,
            });
        }
    }
    for (kind, count) in [
        ("duplicate_notification", Some(1)),
        ("duplicate_notification", None),
        ("reorder_notification", Some(1)),
        ("reorder_notification", Some(2)),
    ] {
        faults.push(BankFault {
            kind,
            manner: None,
            account: None,
            count,
        });
    }
    for account in accounts {
        faults.push(BankFault {
            kind: "delay",
            manner: None,
            account: Some(account.clone()),
            count: None,
        });
    }
    faults
}
