//! Spreads work that needs no store, such as signing, over the processors.

use std::thread;

use crate::error::AppError;

/// Below this many items a second thread costs more than it helps.
const PARALLEL_FROM: usize = 64;

/// Maps every item, in order; the first error ends it.
///
/// # Errors
/// The first of the items' errors; [`AppError::Internal`] if a thread panicked.
pub fn map<'i, T: Sync, R: Send>(
    items: &'i [T],
    work: impl Fn(&'i T) -> Result<R, AppError> + Sync,
) -> Result<Vec<R>, AppError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || items.len() < PARALLEL_FROM {
        return items.iter().map(work).collect();
    }
    let work = &work;
    let mut out = Vec::with_capacity(items.len());
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(items.len().div_ceil(threads))
            .map(|part| scope.spawn(move || part.iter().map(work).collect::<Result<Vec<R>, _>>()))
            .collect();
        for part in parts {
            let done = part
                .join()
                .map_err(|_panic| AppError::Internal("a worker thread panicked".to_owned()))?;
            out.extend(done?);
        }
        Ok(())
    })
    .map(|()| out)
}
