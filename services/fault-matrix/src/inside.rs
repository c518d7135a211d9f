//! Who is inside a gate. A job may end while its last answer is still on the way: whoever is struck
//! down there is struck down after the job, and nothing may go on before.

use std::sync::Arc;
use std::sync::Condvar;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::failure::Failure;

/// Longest that a gate may be busy for nobody.
const LONGEST: Duration = Duration::from_secs(60);

/// A count of those inside.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inside(Arc<(Mutex<usize>, Condvar)>);

/// Somebody inside, as long as this value lives.
#[derive(Debug)]
pub(crate) struct Visitor(Inside);

impl Inside {
    /// Somebody comes in.
    pub(crate) fn enter(&self) -> Visitor {
        self.change(|count| count.saturating_add(1));
        Visitor(self.clone())
    }

    /// Waits until all are gone.
    pub(crate) fn wait_for_none(&self) -> Result<(), Failure> {
        let (count, changed) = &*self.0;
        let held = count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_timeout_while(held, LONGEST, |count| *count > 0);
        let (left, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match *left {
            0 => Ok(()),
            some => Err(Failure(format!("{some} are still inside a gate"))),
        }
    }

    fn change(&self, by: impl FnOnce(usize) -> usize) {
        let (count, changed) = &*self.0;
        let mut held = count.lock().unwrap_or_else(PoisonError::into_inner);
        *held = by(*held);
        changed.notify_all();
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.0.change(|count| count.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_is_waited_for_until_the_last_one_has_left() {
        let inside = Inside::default();
        let visitors = [inside.enter(), inside.enter()];
        let waiting = inside.clone();
        let waits = std::thread::spawn(move || waiting.wait_for_none());
        for visitor in visitors {
            assert!(!waits.is_finished());
            drop(visitor);
        }
        waits.join().unwrap().unwrap();
    }
}
