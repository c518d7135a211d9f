//! What the portal keeps for a moment and may lose: uploads that wait for their mapping, how far a
//! file has been read, when a job last ran, how often somebody tried to sign in.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use chrono::DateTime;
use chrono::Utc;
use http_support::rate_limit::RateLimit;
use ledger_core::id::ImportId;
use ledger_core::id::UserId;

use crate::approval_run::ApprovalRun;
use crate::posted::UploadedFile;
use crate::supplier_intake::Intake;

/// Sign-ins from one address that are let through at once, and then each minute.
const SIGN_INS: NonZeroU32 = match NonZeroU32::new(20) {
    Some(sign_ins) => sign_ins,
    None => NonZeroU32::MIN,
};

/// Most uploads kept for their mapping, one a person.
const PARKED: usize = 32;

/// An upload that waits until its columns are mapped.
#[derive(Debug)]
pub struct Parked {
    /// Names it in addresses.
    pub id: String,
    /// The file.
    pub file: UploadedFile,
    /// When it came.
    pub at: DateTime<Utc>,
}

/// How far a file has been read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Rows read.
    pub rows: u64,
    /// Bytes or rows done.
    pub done: u64,
    /// Bytes or rows in all.
    pub total: u64,
    /// Why reading stopped before the end: the stable code.
    pub failed: Option<&'static str>,
}

/// What came of a job.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// How many things it moved, or why it stopped.
    pub outcome: Result<usize, String>,
}

/// Lists of suppliers, and approvals, remembered once they are over.
const ENDED_RUNS: usize = 32;

/// Things under way by their ids, the oldest first.
type Runs<T> = Mutex<VecDeque<(String, T)>>;

struct Inside {
    intakes: Runs<Intake>,
    approvals: Runs<ApprovalRun>,
    parked: Mutex<HashMap<UserId, Parked>>,
    readings: Mutex<HashMap<ImportId, Reading>>,
    jobs: Mutex<HashMap<String, JobRun>>,
    sign_ins: RateLimit,
}

/// The memory. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct PortalMemory(Arc<Inside>);

impl fmt::Debug for PortalMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PortalMemory")
    }
}

impl Default for PortalMemory {
    fn default() -> Self {
        PortalMemory(Arc::new(Inside {
            intakes: Mutex::default(),
            approvals: Mutex::default(),
            parked: Mutex::default(),
            readings: Mutex::default(),
            jobs: Mutex::default(),
            sign_ins: RateLimit::per_minute(SIGN_INS, false),
        }))
    }
}

/// A thread that panicked while it held the lock has left whole values behind: each change is one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Remembers one more; the oldest go that are over. What is under way stays: there are no more of
/// those than the pool has threads.
fn begin<T>(runs: &Runs<T>, id: &str, run: T, ended: impl Fn(&T) -> bool) {
    let mut all = lock(runs);
    all.push_back((id.to_owned(), run));
    let over = all.iter().filter(|(_, run)| ended(run)).count();
    for _ in ENDED_RUNS..over {
        if let Some(oldest) = all.iter().position(|(_, run)| ended(run)) {
            all.remove(oldest);
        }
    }
}

fn change<T>(runs: &Runs<T>, id: &str, note: impl FnOnce(&mut T)) {
    let mut all = lock(runs);
    if let Some((_, run)) = all.iter_mut().find(|(known, _)| known == id) {
        note(run);
    }
}

fn find<T: Clone>(runs: &Runs<T>, id: &str) -> Option<T> {
    let all = lock(runs);
    let found = all.iter().find(|(known, _)| known == id);
    found.map(|(_, run)| run.clone())
}

impl PortalMemory {
    /// Keeps an upload for its mapping; the person's earlier one goes, and the oldest of all if
    /// there are too many.
    pub fn park(&self, user: UserId, parked: Parked) {
        let mut all = lock(&self.0.parked);
        all.insert(user, parked);
        while all.len() > PARKED {
            let oldest = all.iter().min_by_key(|(_, p)| p.at).map(|(user, _)| *user);
            let Some(oldest) = oldest else { return };
            all.remove(&oldest);
        }
    }

    /// Looks at the person's parked upload.
    pub fn parked<T>(&self, user: UserId, id: &str, look: impl FnOnce(&Parked) -> T) -> Option<T> {
        let all = lock(&self.0.parked);
        all.get(&user).filter(|parked| parked.id == id).map(look)
    }

    /// Takes the person's parked upload out.
    #[must_use]
    pub fn take_parked(&self, user: UserId, id: &str) -> Option<Parked> {
        let mut all = lock(&self.0.parked);
        all.get(&user).filter(|parked| parked.id == id)?;
        all.remove(&user)
    }

    /// Notes how far a file has been read.
    pub fn reading_note(&self, import: ImportId, reading: Reading) {
        lock(&self.0.readings).insert(import, reading);
    }

    /// How far a file has been read; none if nobody reads it in this process.
    #[must_use]
    pub fn reading(&self, import: ImportId) -> Option<Reading> {
        lock(&self.0.readings).get(&import).cloned()
    }

    /// Forgets a file that was read to its end.
    pub fn reading_done(&self, import: ImportId) {
        lock(&self.0.readings).remove(&import);
    }

    /// Remembers a list of suppliers that is being taken in; the oldest that is over goes if there
    /// are too many. What it says follows from the list: handed in again, it says the same.
    pub fn intake_begin(&self, id: &str, intake: Intake) {
        begin(&self.0.intakes, id, intake, |known| known.ended);
    }

    /// Notes what has become of a list of suppliers.
    pub fn intake_change(&self, id: &str, note: impl FnOnce(&mut Intake)) {
        change(&self.0.intakes, id, note);
    }

    /// What has become of a list of suppliers.
    #[must_use]
    pub fn intake(&self, id: &str) -> Option<Intake> {
        find(&self.0.intakes, id)
    }

    /// Remembers an approval under way. What it issued stands in the ledger, whoever forgets.
    pub fn approval_begin(&self, id: &str, run: ApprovalRun) {
        begin(&self.0.approvals, id, run, |known| known.ended);
    }

    /// Notes how far an approval is.
    pub fn approval_change(&self, id: &str, note: impl FnOnce(&mut ApprovalRun)) {
        change(&self.0.approvals, id, note);
    }

    /// How far an approval is.
    #[must_use]
    pub fn approval(&self, id: &str) -> Option<ApprovalRun> {
        find(&self.0.approvals, id)
    }

    /// Notes what came of a job.
    pub fn job_note(&self, name: &str, run: JobRun) {
        lock(&self.0.jobs).insert(name.to_owned(), run);
    }

    /// What came of a job the last time it was started here.
    #[must_use]
    pub fn job(&self, name: &str) -> Option<JobRun> {
        lock(&self.0.jobs).get(name).cloned()
    }

    /// Whether another sign-in from `source` is let through now.
    #[must_use]
    pub fn may_try_sign_in(&self, source: &str) -> bool {
        self.0.sign_ins.check(source).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::ENDED_RUNS;
    use super::PortalMemory;
    use crate::supplier_intake::Intake;

    #[test]
    fn what_is_under_way_is_not_forgotten_for_what_is_over() {
        let memory = PortalMemory::default();
        memory.intake_begin("under way", Intake::default());
        for n in 0..ENDED_RUNS * 2 {
            let over = Intake {
                ended: true,
                ..Intake::default()
            };
            memory.intake_begin(&n.to_string(), over);
        }
        assert!(memory.intake("under way").is_some());
        assert!(memory.intake("0").is_none());
        assert!(memory.intake(&(ENDED_RUNS * 2 - 1).to_string()).is_some());
    }
}
