//! The hands that kill: they hold the job that is running and the database under it.

use std::process::Child;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use crate::cluster::Cluster;
use crate::tell::tell;

/// What may be killed at a boundary.
#[derive(Debug)]
pub(crate) struct Hands {
    job: Mutex<Option<Child>>,
    cluster: Arc<Cluster>,
    met: AtomicBool,
}

impl Hands {
    /// Hands on this database.
    pub(crate) const fn on(cluster: Arc<Cluster>) -> Hands {
        Hands {
            job: Mutex::new(None),
            cluster,
            met: AtomicBool::new(false),
        }
    }

    /// Takes hold of a job.
    pub(crate) fn hold(&self, job: Child) {
        *self.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(job);
    }

    /// The job, if it has ended.
    pub(crate) fn ended(&self) -> Option<Child> {
        let mut held = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_mut().map(Child::try_wait) {
            Some(Ok(None)) | None => None,
            Some(_ended) => held.take(),
        }
    }

    /// Notes that the boundary of the fault was met.
    pub(crate) fn meet(&self) {
        self.met.store(true, Ordering::Release);
    }

    /// Whether it was met since the last call.
    pub(crate) fn was_met(&self) -> bool {
        self.met.swap(false, Ordering::AcqRel)
    }

    /// SIGKILL to the scheduler's process.
    pub(crate) fn kill_scheduler(&self) {
        let mut held = self.job.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = held.as_mut().map(Child::kill) {
            tell(&format!("a job could not be killed: {error}"));
        }
    }

    /// SIGKILL to the scheduler's process and to all of the database's.
    pub(crate) fn kill_machine(&self) {
        self.kill_scheduler();
        if let Err(failure) = self.cluster.kill() {
            tell(&format!("the database could not be killed: {failure}"));
        }
    }
}
