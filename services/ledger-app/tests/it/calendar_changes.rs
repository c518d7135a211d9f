//! A newer table of holidays: the signed due date stays, the day of presentation and the planned run
//! move, and everybody whom it concerns is told once for each change.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::move_presentations;
use ledger_app::notice::MaturitySide;
use ledger_app::notice::Notice;
use ledger_app::notice_events::DayMoved;
use ledger_app::notice_events::PaperEvent;
use ledger_app::settle_paper;
use ledger_app::take_calendars;
use ledger_store::settlements::RunState;

use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::stage::open_app_resting;

fn after(days: u64) -> NaiveDate {
    MATURITY.checked_add_days(Days::new(days)).unwrap()
}

/// The platform is started anew with days of rest besides those of the fixtures. Gives how many tables
/// were new and how many papers moved.
fn started_with(due: &mut Due, besides: &[NaiveDate]) -> (usize, usize) {
    due.stage.app = open_app_resting(&due.stage.database, besides);
    let app = &due.stage.app;
    (
        take_calendars::run(app).unwrap(),
        move_presentations::run(app).unwrap(),
    )
}

fn moved(due: &Due, to: &Actor) -> Vec<DayMoved> {
    let letters = due.letters(to).into_iter();
    letters
        .filter_map(|notice| match notice {
            Notice::PaperEvent(PaperEvent::DayMoved(moved)) => Some(moved),
            _ => None,
        })
        .collect()
}

/// Days on which somebody was told that papers fall due.
fn told_ahead(due: &Due, to: &Actor) -> Vec<NaiveDate> {
    let letters = due.letters(to).into_iter();
    letters
        .filter_map(|notice| match notice {
            Notice::SeveralPapers { day, .. } => Some(day),
            Notice::MaturityAhead { payment_date, .. } => Some(payment_date),
            _ => None,
        })
        .collect()
}

/// Two papers, planned and told a week ahead by the tables of the fixtures.
fn planned() -> Due {
    let mut due = Due::new(2);
    let (tables, papers) = started_with(&mut due, &[]);
    assert!(tables > 1 && papers == 0, "{tables} {papers}");
    assert_eq!(started_with(&mut due, &[]), (0, 0), "the same tables again");
    due.stage
        .advance(MATURITY.checked_sub_days(Days::new(7)).unwrap());
    assert_eq!(settle_paper::plan(&due.stage.app).unwrap(), 2);
    assert_eq!(told_ahead(&due, &due.payee), [MATURITY]);
    due
}

#[test]
fn a_due_date_that_becomes_a_holiday_is_presented_on_the_next_business_day() {
    let mut due = planned();
    assert_eq!(started_with(&mut due, &[MATURITY]), (1, 2));
    for (who, side, total) in [
        (
            &due.stage.obligor.maker,
            MaturitySide::Obligor,
            "CNY 2,000.00",
        ),
        (&due.payee, MaturitySide::Holder, "CNY 1,400.00"),
        (&due.second, MaturitySide::Holder, "CNY 600.00"),
    ] {
        let told = moved(&due, who);
        assert_eq!(told.len(), 1, "one letter for both papers: {told:?}");
        assert_eq!((told[0].from, told[0].to), (MATURITY, after(1)));
        assert_eq!(
            (told[0].side, told[0].count, told[0].total.as_str()),
            (side, 2, total)
        );
        assert!(
            told[0].source.contains("2026年部分节假日"),
            "{}",
            told[0].source
        );
    }
    assert_eq!(started_with(&mut due, &[MATURITY]), (0, 0), "told once");
    assert_eq!(moved(&due, &due.payee).len(), 1);

    let app = due.stage.app.clone();
    due.stage.advance(MATURITY);
    assert_eq!(settle_paper::lock_due(&app).unwrap(), 0, "a holiday");
    due.stage.advance(after(1));
    assert_eq!(settle_paper::lock_due(&app).unwrap(), 2);
    assert_eq!(due.present(), 2);
    assert_eq!(settle_paper::instruct(&app).unwrap(), 4);
    for paper in &due.papers {
        due.booked(paper);
    }
    assert_eq!(due.close(), 2);
    for paper in &due.papers {
        let run = due.run(paper);
        assert_eq!((run.state, run.due_date), (RunState::Completed, after(1)));
        assert_eq!(run.interest_asked, None, "the day was no day to pay on");
        let record = app
            .store
            .read(|tx| tx.papers_by_ids(&[paper.paper]))
            .unwrap();
        assert_eq!(record[0].paper.due_date, MATURITY, "what was signed stays");
    }
}

#[test]
fn a_change_taken_back_is_told_too_and_each_step_is_on_record() {
    let mut due = planned();
    assert_eq!(started_with(&mut due, &[MATURITY]), (1, 2));
    assert_eq!(started_with(&mut due, &[MATURITY, after(1)]), (1, 2));
    assert_eq!(started_with(&mut due, &[]), (1, 2));
    let told: Vec<_> = moved(&due, &due.payee)
        .iter()
        .map(|one| (one.from, one.to))
        .collect();
    let steps = [
        (MATURITY, after(1)),
        (after(1), after(2)),
        (after(2), MATURITY),
    ];
    assert_eq!(told, steps);
    let paper = due.papers[0].paper;
    let kept = due
        .stage
        .app
        .store
        .read(|tx| tx.presentation_moves_of(&[paper]))
        .unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|one| (one.from_day, one.to_day, one.version))
        .collect();
    assert_eq!(
        kept,
        [
            (steps[0].0, steps[0].1, 2),
            (steps[1].0, steps[1].1, 3),
            (steps[2].0, steps[2].1, 4),
        ]
    );
    assert_eq!(due.run(&due.papers[0]).due_date, MATURITY);
}

#[test]
fn what_is_planned_after_the_change_is_told_the_new_day_at_once() {
    let mut due = Due::new(1);
    started_with(&mut due, &[]);
    assert_eq!(started_with(&mut due, &[MATURITY]), (1, 1));
    due.stage
        .advance(MATURITY.checked_sub_days(Days::new(7)).unwrap());
    assert_eq!(settle_paper::plan(&due.stage.app).unwrap(), 1);
    assert_eq!(told_ahead(&due, &due.payee), [after(1)]);
    assert_eq!(due.run(&due.papers[0]).due_date, after(1));
}

#[test]
fn days_that_roll_as_before_are_told_to_nobody() {
    let mut due = planned();
    assert_eq!(started_with(&mut due, &[after(1)]), (1, 0));
    assert_eq!(moved(&due, &due.payee), []);
    let stage: &Stage = &due.stage;
    let years = stage
        .app
        .store
        .read(|tx| tx.calendar_years_newest())
        .unwrap();
    let cn = years
        .iter()
        .find(|one| one.calendar == "CN" && one.year == 2026);
    assert_eq!(cn.unwrap().version, 2);
}
