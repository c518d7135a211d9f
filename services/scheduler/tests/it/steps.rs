//! The steps of a job do not wait for each other's faults.

use std::cell::RefCell;

use ledger_app::error::AppError;
use scheduler::jobs::each;

#[test]
fn a_step_that_fails_keeps_no_later_one_from_running() {
    let taken = RefCell::new(Vec::new());
    let step = |name: &'static str, outcome: Result<usize, AppError>| {
        taken.borrow_mut().push(name);
        Ok(outcome?)
    };
    let failed = each(&[
        &|| step("plan", Ok(2)),
        &|| step("lock", Err(AppError::NotFound)),
        &|| step("present", Err(AppError::Internal("later".to_owned()))),
        &|| step("close", Ok(3)),
    ]);
    assert_eq!(*taken.borrow(), ["plan", "lock", "present", "close"]);
    let first = AppError::NotFound.to_string();
    assert_eq!(failed.unwrap_err().to_string(), first, "the first is told");
    let done = each(&[&|| step("plan", Ok(2)), &|| step("close", Ok(3))]);
    assert_eq!(done.unwrap(), 5);
}
