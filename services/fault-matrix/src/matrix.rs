//! Tries the points, several at a time, and gathers what came of them.

use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::failure::Failure;
use crate::fault::Fault;
use crate::fault::Point;
use crate::outcome::Outcome;
use crate::play;
use crate::play::Invocation;
use crate::table::Table;
use crate::tell::tell;
use crate::theatre::Theatre;

/// How often a point is tried whose boundary isn't met: two threads of a job may pass each other.
const TRIES: usize = 12;

/// How often progress is told.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// Differences of one point that are shown.
const SHOWN: usize = 60;

/// What all points came to.
#[derive(Debug, Default)]
pub(crate) struct Tried {
    /// The table.
    pub(crate) table: Table,
    /// Points that ended otherwise, in words.
    pub(crate) differing: Vec<String>,
    /// Points whose boundary was not met again.
    pub(crate) not_met: Vec<String>,
}

/// The run without faults, to which every other is compared.
#[derive(Debug)]
pub(crate) struct Expected {
    /// Its invocations.
    pub(crate) invocations: Vec<Invocation>,
    /// What it came to.
    pub(crate) outcome: Outcome,
}

/// Tries all `points`; the first failure of the matrix itself ends it. The table so far is kept in
/// a file meanwhile: a run that is stopped was not in vain.
pub(crate) fn attempt(
    theatres: &[Theatre],
    expected: &Expected,
    points: &[Point],
    so_far: &Path,
) -> Result<Tried, Failure> {
    let next = AtomicUsize::new(0);
    let progress = Progress {
        tried: Mutex::default(),
        told: Mutex::new(Instant::now()),
        all: points.len(),
        so_far,
    };
    let outcomes: Vec<Result<(), Failure>> = thread::scope(|scope| {
        let workers: Vec<_> = theatres
            .iter()
            .map(|theatre| {
                scope.spawn(|| {
                    while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let tried = attempt_one(theatre, expected, point);
                        // The others end with the point they are at.
                        tried
                            .map(|differences| progress.note(expected, point, differences))
                            .inspect_err(|_failure| next.store(points.len(), Ordering::Relaxed))?;
                    }
                    Ok(())
                })
            })
            .collect();
        let gone = |_panicked| Err(Failure("a worker panicked".to_owned()));
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(gone))
            .collect()
    });
    outcomes.into_iter().collect::<Result<(), Failure>>()?;
    let tried = progress.tried.into_inner();
    Ok(tried.unwrap_or_else(PoisonError::into_inner))
}

/// What differs, or nothing if the boundary was never met.
fn attempt_one(
    theatre: &Theatre,
    expected: &Expected,
    point: &Point,
) -> Result<Option<Vec<String>>, Failure> {
    let Some(invocation) = expected.invocations.get(point.invocation) else {
        return Ok(None);
    };
    for _again in 0..TRIES {
        let (place, position) = (point.invocation, invocation.position);
        let played = play::with_fault(theatre, place, position, &point.fault)?;
        let differences = if matches!(point.fault, Fault::Bank(_)) {
            let expected = expected.outcome.whenever();
            played.outcome.whenever().differences(&expected)
        } else {
            played.outcome.differences(&expected.outcome)
        };
        if played.met || !differences.is_empty() {
            return Ok(Some(differences));
        }
    }
    Ok(None)
}

struct Progress<'p> {
    so_far: &'p Path,
    tried: Mutex<Tried>,
    told: Mutex<Instant>,
    all: usize,
}

impl Progress<'_> {
    fn note(&self, expected: &Expected, point: &Point, differences: Option<Vec<String>>) {
        let label = expected
            .invocations
            .get(point.invocation)
            .map(|invocation| invocation.position.label())
            .unwrap_or_default();
        let words = format!("{label}: {}", point.fault.words());
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        match differences {
            None => {
                tell(&format!("not met again: {words}"));
                tried.not_met.push(words);
            }
            Some(differences) => {
                let (row, column) = (point.fault.row(), point.fault.column());
                let place = (point.invocation, label);
                tried
                    .table
                    .count(place, row, column, differences.is_empty());
                if !differences.is_empty() {
                    tell(&format!("DIFFERENT: {words}"));
                    for line in differences.iter().take(SHOWN) {
                        tell(&format!("    {line}"));
                    }
                    tried.differing.push(words);
                }
            }
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() > TOLD_EVERY {
            *told = Instant::now();
            let (done, equal) = tried.table.sums();
            let words = format!("{done} of {} points tried, {equal} equal", self.all);
            tell(&words);
            let table = format!("{}\n{words}\n", tried.table.markdown());
            if let Err(error) = std::fs::write(self.so_far, table) {
                tell(&format!("the table so far could not be kept: {error}"));
            }
        }
    }
}
