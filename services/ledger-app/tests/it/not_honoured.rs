//! Papers that an obligor's bank won't pay: nobody is left in the dark, and they are presented
//! again.

use ledger_app::notice::Notice;
use ledger_app::notice::PapersTopic;
use ledger_app::present_paper;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::PresentedRun;
use ledger_app::settle_paper;
use ledger_store::settlements::RunState;

use crate::settlement_stage::Due;
use crate::stage::Actor;

/// The bank answers what is presented: no to the first paper, yes to all others.
fn first_refused(due: &Due) {
    let first = due.run(&due.papers[0]).id;
    let answers: Vec<PresentedRun> = present_paper::to_present(&due.stage.app)
        .unwrap()
        .iter()
        .map(|one| PresentedRun {
            id: one.run,
            message_id: "PAIN013-1".to_owned(),
            accepted: if one.run == first {
                Accepted::Nothing
            } else {
                Accepted::All
            },
            pays_by_claim: false,
            reason: if one.run == first { "AM04" } else { "" }.to_owned(),
        })
        .collect();
    assert_eq!(answers.len(), 2);
    present_paper::note_all_presented(&due.stage.app, &answers, None).unwrap();
}

fn topics(due: &Due, to: &Actor) -> Vec<(String, u32)> {
    let told = due.letters(to).into_iter();
    told.filter_map(|notice| match notice {
        Notice::SeveralPapers { topic, count, .. } => Some((topic.word().to_owned(), count)),
        Notice::Presented { .. } => Some(("presented".to_owned(), 1)),
        _ => None,
    })
    .collect()
}

#[test]
fn a_paper_not_honoured_is_told_is_a_task_and_is_presented_again() {
    let due = Due::planned(2);
    let app = &due.stage.app;
    assert_eq!(settle_paper::lock_due(app).unwrap(), 2);
    first_refused(&due);
    let run = due.run(&due.papers[0]);
    assert_eq!(run.state, RunState::Short);
    assert_eq!(due.run(&due.papers[1]).state, RunState::Funded);
    let tasks = due.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].code, "paper_not_honoured");
    assert_eq!(tasks[0].subject, run.id.to_string());
    for part in [due.papers[0].number.as_str(), "CNY 1,000.00", "AM04"] {
        assert!(tasks[0].detail.contains(part), "{}", tasks[0].detail);
    }
    let obligor = &due.stage.obligor().maker;
    let unpaid = |topic: PapersTopic| (topic.word().to_owned(), 1);
    assert_eq!(
        topics(&due, obligor),
        [
            ("ahead_obligor".to_owned(), 2),
            ("presented".to_owned(), 1),
            unpaid(PapersTopic::UnpaidObligor)
        ]
    );
    let operators = due
        .stage
        .app
        .store
        .read(|tx| tx.outbox_latest(ledger_store::outbox::OutboxKind::Mail, 1_000));
    let to_operator = operators
        .unwrap()
        .into_iter()
        .any(|item| item.payload["notice"]["tasks"][0]["code"] == "paper_not_honoured");
    assert!(to_operator, "the operator is told");
    assert_eq!(present_paper::to_present(app).unwrap(), [], "not by itself");
    due.mended();
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    let again = present_paper::to_present(app).unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].run, run.id);
    assert_eq!(again[0].refused_message.as_deref(), Some("PAIN013-1"));
    assert_eq!(due.present(), 1);
    assert_eq!(due.run(&due.papers[0]).state, RunState::Funded);
    assert_eq!(settle_paper::instruct(app).unwrap(), 4);
}
