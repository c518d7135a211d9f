//! Credits that a bank rejects: a person sees to each, and nobody is paid twice.

use ledger_app::operator_tasks;
use ledger_app::record_payment;
use ledger_app::record_payment::Instruction;
use ledger_app::record_payment::InstructionState;
use ledger_app::record_payment::InstructionWord;
use ledger_store::settlements::RunState;

use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::statement;

/// One paper whose two credits are with the bank.
fn instructed() -> Due {
    let due = Due::instructed();
    sent(&due, 2);
    due
}

/// Sends what waits, which are so many payments.
fn sent(due: &Due, count: usize) {
    let app = &due.stage.app;
    let mut all = 0;
    for batch in record_payment::take_outgoing(app).unwrap() {
        record_payment::note_sent(app, &batch, "pain.001.001.09", "<Document/>").unwrap();
        all += batch.instructions.len();
    }
    assert_eq!(all, count);
}

fn rejects(due: &Due, credit: &Instruction) {
    let word = InstructionWord {
        end_to_end_id: credit.end_to_end_id.clone(),
        state: InstructionState::Rejected,
        reason: "AC04".to_owned(),
        evidence: None,
    };
    let app = &due.stage.app;
    record_payment::note_answer(app, "pain.002", "B1", b"<Document/>", &[word]).unwrap();
}

fn books(due: &Due, id: &str, credit: &Instruction) -> usize {
    let stated = statement(id, vec![booking(credit)]);
    record_payment::note_statement(&due.stage.app, &stated).unwrap()
}

/// The attempt after this one.
fn next(due: &Due, before: &[Instruction]) -> Instruction {
    let mut credits = due.credits(&due.papers[0]);
    credits.retain(|one| before.iter().all(|known| known.id != one.id));
    assert_eq!(credits.len(), 1, "{credits:?}");
    credits.remove(0)
}

#[test]
fn a_rejected_credit_is_a_task_and_goes_out_anew_once_it_is_closed() {
    let due = instructed();
    let credits = due.credits(&due.papers[0]);
    rejects(&due, &credits[0]);
    rejects(&due, &credits[0]);
    let tasks = due.tasks();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].code, "credit_rejected");
    assert_eq!(tasks[0].subject, credits[0].id.to_string());
    let money = ["CNY 300.00", "CNY 700.00"].map(|sum| tasks[0].detail.contains(sum));
    assert!(money.contains(&true), "{}", tasks[0].detail);
    for part in [&due.papers[0].number, &credits[0].creditor_name, "AC04"] {
        assert!(tasks[0].detail.contains(part), "{}", tasks[0].detail);
    }
    sent(&due, 0);
    due.mended();
    let again = next(&due, &credits);
    assert_eq!(again.state, InstructionState::Created);
    assert_eq!(
        (again.amount, &again.creditor_account, again.run),
        (
            credits[0].amount,
            &credits[0].creditor_account,
            credits[0].run
        )
    );
    assert_ne!(again.end_to_end_id, credits[0].end_to_end_id);
    sent(&due, 1);
    assert_eq!(books(&due, "1", &again), 1);
    assert_eq!(due.close(), 0, "the other credit is not booked yet");
    assert_eq!(books(&due, "2", &credits[1]), 1);
    assert_eq!(
        due.close(),
        1,
        "what was rejected keeps nothing open and counts for nothing"
    );
    assert_eq!(due.run(&due.papers[0]).state, RunState::Completed);
    assert_eq!(due.codes(), []);
}

#[test]
fn of_two_closings_at_once_one_makes_an_attempt() {
    let due = instructed();
    let credits = due.credits(&due.papers[0]);
    rejects(&due, &credits[0]);
    let task = due.tasks().remove(0).id;
    let close = || operator_tasks::close(&due.stage.app, &due.stage.operator, task, "again");
    let closed: Vec<bool> = std::thread::scope(|scope| {
        let both = [scope.spawn(close), scope.spawn(close)];
        both.map(|one| one.join().unwrap().is_ok()).to_vec()
    });
    assert_eq!(closed.iter().filter(|ok| **ok).count(), 1);
    let second = next(&due, &credits);
    sent(&due, 1);
    // The third attempt comes of the second, never of the first again.
    rejects(&due, &credits[0]);
    assert_eq!(due.codes(), []);
    rejects(&due, &second);
    due.mended();
    let third = next(&due, &[credits, vec![second]].concat());
    assert_eq!(third.state, InstructionState::Created);
    sent(&due, 1);
}

#[test]
fn what_the_bank_booked_all_the_same_is_not_instructed_again() {
    let due = instructed();
    let credits = due.credits(&due.papers[0]);
    rejects(&due, &credits[0]);
    assert_eq!(
        books(&due, "1", &credits[0]),
        1,
        "its booking outweighs its answer"
    );
    due.mended();
    assert_eq!(due.credits(&due.papers[0]).len(), 2, "paid once is paid");
    sent(&due, 0);
    assert_eq!(books(&due, "2", &credits[1]), 1);
    assert_eq!(due.close(), 1);
}

#[test]
fn a_booking_of_an_attempt_that_another_took_the_place_of_holds_that_one_back() {
    let due = instructed();
    let credits = due.credits(&due.papers[0]);
    rejects(&due, &credits[0]);
    due.mended();
    let again = next(&due, &credits);
    assert_eq!(books(&due, "1", &credits[0]), 0);
    let codes: Vec<String> = due.codes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["credit_booked_after_rejection"]);
    sent(&due, 0);
    assert_eq!(again.amount, credits[0].amount);
}
