//! The bell: tokio-cron-scheduler in memory, nothing but a wake-up.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use tokio_cron_scheduler::Job as Bell;
use tokio_cron_scheduler::JobScheduler;
use tokio_cron_scheduler::JobSchedulerError;

use crate::jobs::Desk;
use crate::jobs::JOBS;

/// Starts ringing; stops when [`Ticker::stop`] is called.
pub struct Ticker {
    scheduler: JobScheduler,
}

impl std::fmt::Debug for Ticker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticker")
    }
}

impl Ticker {
    /// Starts a bell for every job.
    ///
    /// # Errors
    /// A cron line that can't be read; the table is fixed, so that is a fault of ours.
    pub async fn start(desk: Desk) -> Result<Ticker, JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        for job in JOBS {
            let desk = desk.clone();
            // A ring while the job still runs is dropped: the next one finds what is left.
            let running = Arc::new(AtomicBool::new(false));
            let bell = Bell::new_async(job.cron, move |_id, _scheduler| {
                let (desk, running) = (desk.clone(), Arc::clone(&running));
                Box::pin(async move {
                    if running.swap(true, Ordering::AcqRel) {
                        return;
                    }
                    let outcome = tokio::task::spawn_blocking(move || (job.run)(&desk)).await;
                    running.store(false, Ordering::Release);
                    match outcome {
                        Ok(Ok(0)) => {}
                        Ok(Ok(count)) => tracing::info!(job = job.name, count, "done"),
                        Ok(Err(error)) => tracing::error!(job = job.name, %error, "failed"),
                        Err(error) => tracing::error!(job = job.name, %error, "panicked"),
                    }
                })
            })?;
            scheduler.add(bell).await?;
        }
        scheduler.start().await?;
        Ok(Ticker { scheduler })
    }

    /// Stops ringing.
    ///
    /// # Errors
    /// The scheduler's.
    pub async fn stop(mut self) -> Result<(), JobSchedulerError> {
        self.scheduler.shutdown().await
    }
}
