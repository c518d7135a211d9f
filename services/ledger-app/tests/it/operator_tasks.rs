//! What a person of the operator is asked to look at: told once, shown with what it is about,
//! closed with a word.

use ledger_app::notice::Notice;
use ledger_app::notice_tasks::OperatorTasks;
use ledger_app::operator_tasks;
use ledger_app::present_paper;
use ledger_app::record_payment;
use ledger_app::record_payment::MissingInBooking;
use ledger_app::record_payment::UnusableBooking;
use ledger_app::settle_paper;
use ledger_core::currency::Currency;
use ledger_store::outbox::OutboxKind;

use crate::settlement_stage::Due;
use crate::settlement_stage::statement;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// What the letters to the operator said, oldest first: how many tasks, and the codes named.
fn told(due: &Due) -> Vec<(u32, Vec<String>)> {
    let items = due
        .stage
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1_000))
        .unwrap();
    let mut told: Vec<_> = items
        .into_iter()
        .filter_map(
            |item| match serde_json::from_value(item.payload["notice"].clone()).unwrap() {
                Notice::OperatorTasks(OperatorTasks { count, tasks }) => Some((
                    count,
                    tasks.into_iter().map(|task| task.code).collect::<Vec<_>>(),
                )),
                _other => None,
            },
        )
        .collect();
    told.reverse();
    told
}

#[test]
fn the_operator_is_told_of_each_task_once() {
    let due = Due::planned(3);
    due.caught_up();
    assert_eq!(told(&due), []);
    for paper in &due.papers[..2] {
        let no = paper.no.0;
        due.break_by(&format!(
            "UPDATE live_fragment SET lo = lo + 1 WHERE lo > 0 \
             AND paper = (SELECT e.paper FROM entry e WHERE e.no = {no} >> 1)"
        ));
    }
    settle_paper::lock_due(&due.stage.app).unwrap();
    let both = (2, vec!["paper_not_tiled".to_owned(); 2]);
    assert_eq!(told(&due), std::slice::from_ref(&both));
    // The job comes by again, and somebody notes the same run: nothing new, no letter.
    settle_paper::lock_due(&due.stage.app).unwrap();
    let run = due.run(&due.papers[0]).id;
    present_paper::note_not_presentable(&due.stage.app, run, "x").unwrap();
    assert_eq!(due.tasks().len(), 2);
    assert_eq!(told(&due), std::slice::from_ref(&both));
    // Closed and still broken: that is a new task, told of anew.
    let (app, operator) = (&due.stage.app, &due.stage.operator);
    operator_tasks::close(app, operator, due.tasks()[0].id, "tried").unwrap();
    settle_paper::lock_due(app).unwrap();
    assert_eq!(told(&due), [both, (1, vec!["paper_not_tiled".to_owned()])]);
}

#[test]
fn a_task_shows_the_paper_and_the_obligor_it_is_about() {
    let due = Due::planned(1);
    settle_paper::lock_due(&due.stage.app).unwrap();
    let (app, operator) = (&due.stage.app, &due.stage.operator);
    assert_eq!(operator_tasks::waiting(app, operator).unwrap(), (0, None));
    let run = due.run(&due.papers[0]).id;
    present_paper::note_not_presentable(app, run, "too long a name").unwrap();
    let listed = operator_tasks::open(app, operator).unwrap();
    let settling = listed[0].settling.as_ref().unwrap();
    assert_eq!(settling.paper, due.papers[0].number);
    assert_eq!(settling.obligor, "东风岭汽车");
    assert_eq!(settling.due_date, MATURITY);
    let since = Some(listed[0].task.opened_at);
    assert_eq!(operator_tasks::waiting(app, operator).unwrap(), (1, since));
    let refused = operator_tasks::waiting(app, &due.payee.who).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    due.mended();
    assert_eq!(operator_tasks::waiting(app, operator).unwrap(), (0, None));
}

#[test]
fn a_message_that_comes_twice_is_told_of_once() {
    let due = Due::new(1);
    let mut told_by_bank = statement("1", Vec::new());
    told_by_bank.unusable.push(UnusableBooking {
        place: 1,
        account: "622200005678".to_owned(),
        end_to_end_id: String::new(),
        amount: Stage::yuan("10.00"),
        currency: Currency::CNY,
        missing: MissingInBooking::BookingDate,
    });
    for _ in 0..2 {
        record_payment::note_statement(&due.stage.app, &told_by_bank).unwrap();
    }
    let once = (1, vec!["booking_without_date".to_owned()]);
    assert_eq!(told(&due), [once]);
}
