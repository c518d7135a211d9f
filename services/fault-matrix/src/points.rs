//! The enumeration: every boundary of the run without faults, with everything that may happen there.

use crate::fault::BankFault;
use crate::fault::Cut;
use crate::fault::Fault;

use crate::fault::Point;
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

/// All points of a run, seen twice. A boundary that only one of the two met belongs to a thread
/// that the job doesn't wait for: it is no step of the run.
pub(crate) fn all(first: &[Invocation], second: &[Invocation], accounts: &[String]) -> Vec<Point> {
    let mut points = Vec::new();
    for (place, (one, other)) in first.iter().zip(second).enumerate() {
        let mut add = |fault| {
            points.push(Point {
                invocation: place,
                fault,
            });
        };
        for key in &one.statements {
            if other.statements.contains(key) {
                CUTS.into_iter()
                    .map(|cut| Fault::Statement(key.clone(), cut))
                    .for_each(&mut add);
            }
        }
        for key in &one.messages {
            let is_repeated = key.nth > 1;
            WIRES
                .into_iter()
                .map(|wire| Fault::Message(key.clone(), wire))
                .for_each(&mut add);
            if is_repeated {
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
