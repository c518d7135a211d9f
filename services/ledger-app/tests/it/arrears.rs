//! Short, late, never: cash that comes in parts, the default and who is told of it, late interest,
//! and papers that nobody may issue meanwhile.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::close_settlement;
use ledger_app::error::AppError;
use ledger_app::lift_issue_stop;
use ledger_app::notice::Notice;
use ledger_app::present_paper;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::PresentedRun;
use ledger_app::record_defaults;
use ledger_app::settle_paper;
use ledger_core::amount::Amount;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::LateInterest;
use ledger_core::payment_terms::PaymentTerms;
use ledger_store::outbox::OutboxKind;
use ledger_store::papers::PaperRecord;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::RunState;
use ledger_store::users::Role;

use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// `count` papers of 1,000.00 with late interest of 0.05 percent a day, of which 300.00 each belong
/// to the second supplier, on their due date.
fn due(count: usize) -> Due {
    let mut stage = Stage::new();
    stage.payment = PaymentTerms {
        late_interest: Some(LateInterest::STATUTORY),
        ..PaymentTerms::FIRST_FORM
    };
    let due = Due::on(stage, count);
    due.stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(&due.stage.app).unwrap(), count);
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), count);
    due
}

pub(crate) fn after(days: u64) -> NaiveDate {
    MATURITY.checked_add_days(Days::new(days)).unwrap()
}

impl Due {
    /// Presents what is locked; the bank answers the same to each paper.
    pub(crate) fn answered(&self, accepted: Accepted) -> usize {
        let reason = if accepted == Accepted::All {
            ""
        } else {
            "AM04"
        };
        let answers: Vec<PresentedRun> = present_paper::to_present(&self.stage.app)
            .unwrap()
            .iter()
            .map(|one| PresentedRun {
                id: one.run,
                message_id: format!("P{}", one.asked_for),
                accepted,
                pays_by_claim: false,
                reason: reason.to_owned(),
            })
            .collect();
        let app = &self.stage.app;
        present_paper::note_all_presented(app, &answers, Some(b"<pain.014/>")).unwrap()
    }

    /// What the bank agreed to is instructed, booked and closed. Gives how many runs were closed.
    pub(crate) fn paid_out(&self) -> usize {
        settle_paper::instruct(&self.stage.app).unwrap();
        for paper in &self.papers {
            self.booked(paper);
        }
        close_settlement::run(&self.stage.app).unwrap()
    }

    /// A later day, up to what is locked to be presented. Gives how many defaults were recorded.
    pub(crate) fn day(&self, date: NaiveDate) -> usize {
        let app = &self.stage.app;
        self.stage.advance(date);
        let recorded = record_defaults::run(app).unwrap();
        settle_paper::plan(app).unwrap();
        settle_paper::lock_due(app).unwrap();
        recorded
    }

    pub(crate) fn record(&self, paper: usize) -> PaperRecord {
        let id = self.papers[paper].paper;
        let found = self.stage.app.store.read(|tx| tx.papers_by_ids(&[id]));
        found.unwrap().remove(0)
    }

    /// What a party was credited of the first paper so far, minor units.
    pub(crate) fn credited(&self, to: &Actor) -> i64 {
        let credits = self.credits(&self.papers[0]).into_iter();
        credits
            .filter(|credit| credit.creditor == to.party())
            .filter(|credit| credit.state == InstructionState::Settled)
            .map(|credit| credit.amount.minor())
            .sum()
    }

    fn blocked(&self) -> bool {
        let obligor = self.stage.obligor().maker.party();
        let found = self.stage.app.store.read(|tx| tx.party_by_id(obligor));
        found.unwrap().issuance_blocked
    }

    fn told(&self, to: &Actor, topic: &str) -> usize {
        let said = self.letters(to).into_iter();
        said.filter(|notice| match notice {
            Notice::SeveralPapers { topic: of, .. } => of.word() == topic,
            Notice::ShortPaid { .. } => topic == "short_paid",
            _ => false,
        })
        .count()
    }
}

fn yuan(text: &str) -> Accepted {
    Accepted::Part(Stage::yuan(text))
}

#[test]
fn cash_comes_in_parts_and_everybody_gets_his_share_of_each() {
    let due = due(1);
    assert_eq!(due.answered(yuan("400.00")), 1);
    let run = due.run(&due.papers[0]);
    assert_eq!((run.state, run.paid_on), (RunState::Funded, Some(MATURITY)));
    assert_eq!(run.short_reason.as_deref(), Some("AM04"));
    assert_eq!(due.paid_out(), 1);
    assert_eq!(
        (due.credited(&due.payee), due.credited(&due.second)),
        (28_000, 12_000)
    );
    let paid = Amount::from_minor(40_000).unwrap();
    assert_eq!(due.record(0).paper.state, PaperState::PartSettled { paid });
    assert_eq!(due.told(&due.payee, "short_paid"), 1);
    assert!(
        !due.blocked(),
        "until the end of the day the obligor may pay"
    );

    assert_eq!(due.day(after(1)), 1);
    assert!(due.record(0).paper.arrears.dishonoured);
    assert!(due.blocked());
    for (who, topic) in [
        (&due.payee, "default_holder"),
        (&due.second, "default_holder"),
        (&due.stage.obligor().maker, "default_obligor"),
    ] {
        assert_eq!(due.told(who, topic), 1, "{topic}");
    }
    // 600.00 for ten days at 0.05 % a day is 3.00: asked for with the face, and no cent sooner.
    assert_eq!(due.answered(Accepted::Nothing), 1);
    assert_eq!(due.day(after(10)), 0, "a default is recorded once");
    let asked: i64 = present_paper::to_present(&due.stage.app).unwrap()[0]
        .claims
        .iter()
        .map(|claim| claim.amount.minor())
        .sum();
    assert_eq!(asked, 60_300);
    // The face comes first: 2.00 of interest are left, and owed in a round of their own.
    assert_eq!(due.answered(yuan("601.00")), 1);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.record(0).paper.state, PaperState::Settled);
    let arrears = due.record(0).paper.arrears;
    assert_eq!(
        (
            arrears.interest_asked.minor(),
            arrears.interest_paid.minor()
        ),
        (300, 100)
    );
    assert_eq!(
        (due.credited(&due.payee), due.credited(&due.second)),
        (70_070, 30_030)
    );
    assert!(due.cured().is_none());

    assert_eq!(due.day(after(20)), 0);
    assert_eq!(due.answered(Accepted::All), 1);
    assert_eq!(due.paid_out(), 1);
    // Interest bears no interest.
    assert_eq!(
        (due.credited(&due.payee), due.credited(&due.second)),
        (70_210, 30_090)
    );
    assert_eq!(due.cured(), Some(after(20)));
    assert!(due.blocked(), "only people let it issue again");
    assert_eq!(due.day(after(21)), 0);
    assert_eq!(present_paper::to_present(&due.stage.app).unwrap(), []);
    assert_eq!(due.run(&due.papers[0]).round, 3);
}

impl Due {
    fn cured(&self) -> Option<NaiveDate> {
        let id = self.papers[0].paper;
        let found = self.stage.app.store.read(|tx| tx.defaults_of_papers(&[id]));
        found.unwrap().remove(0).cured_on
    }
}

/// Most cents are left over where least can be seen of it: each receipt is an odd sum.
#[test]
fn odd_receipts_leave_no_cent_over() {
    let due = due(1);
    let mut total = 0;
    for (day, cents) in [(0, 1), (1, 33), (2, 33_333), (5, 49_999)] {
        if day > 0 {
            due.day(after(day));
        }
        due.answered(Accepted::Part(Amount::from_minor(cents).unwrap()));
        assert_eq!(due.paid_out(), 1);
        total += cents;
        let (payee, second) = (due.credited(&due.payee), due.credited(&due.second));
        assert_eq!(payee + second, total);
        // Within a cent a receipt of the exact proportion.
        assert!((payee * 3 - second * 7).abs() <= 10 * 4, "{payee} {second}");
    }
    due.day(after(8));
    due.answered(Accepted::All);
    assert_eq!(due.paid_out(), 1);
    let interest = due.record(0).paper.arrears.interest_paid.minor();
    assert_eq!(
        due.credited(&due.payee) + due.credited(&due.second),
        100_000 + interest
    );
    // 99,999 for a day, 99,966 for one, 66,633 for three, 16,634 for three, half a thousandth each.
    assert_eq!(interest, 225);
}

#[test]
fn whoever_pays_on_the_due_date_after_a_no_was_never_in_default() {
    let due = due(1);
    assert_eq!(due.answered(Accepted::Nothing), 1);
    due.mended();
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 1);
    assert_eq!(due.answered(Accepted::All), 1);
    assert_eq!(due.day(after(1)), 0, "its credits are only not proved yet");
    assert_eq!(due.paid_out(), 1);
    assert!(!due.record(0).paper.arrears.dishonoured);
    assert!(!due.blocked());
}

#[test]
fn a_bank_that_says_nothing_says_nothing_against_the_obligor() {
    let due = due(1);
    assert_eq!(due.day(after(3)), 0);
    assert_eq!(due.answered(Accepted::All), 1);
    assert_eq!(due.paid_out(), 1);
    let arrears = due.record(0).paper.arrears;
    assert!(!arrears.dishonoured && arrears.interest_asked.is_zero());
}

#[test]
fn one_stop_for_many_papers_and_one_letter_a_party() {
    let due = due(3);
    assert_eq!(due.answered(Accepted::Nothing), 3);
    assert_eq!(due.day(after(1)), 3);
    assert_eq!(due.told(&due.second, "default_holder"), 1);
    let obligor = due.stage.obligor().maker.party();
    let stops = due.stage.app.store.read(|tx| tx.issue_stops_of(obligor));
    assert_eq!(stops.unwrap().len(), 1);
    for paper in &due.papers {
        let told = due
            .stage
            .app
            .store
            .read(|tx| tx.dishonour_notices_of(paper.paper))
            .unwrap();
        let parties: Vec<_> = told.iter().map(|one| one.party).collect();
        for party in [due.payee.party(), due.second.party(), obligor] {
            assert!(parties.contains(&party));
        }
        assert!(
            told.iter()
                .all(|one| one.taken_at.is_none() && !one.address.is_empty())
        );
    }
    // What the mail server said proves that a letter was taken.
    let app = &due.stage.app;
    for waiting in ledger_app::deliver_letters::take(app).unwrap() {
        let sent = [(waiting.id, "<1@tallystick> 250 taken".to_owned())];
        ledger_app::deliver_letters::note_sent(app, &sent).unwrap();
    }
    let told = app
        .store
        .read(|tx| tx.dishonour_notices_of(due.papers[0].paper));
    assert!(
        told.unwrap()
            .iter()
            .all(|one| one.reply.ends_with("250 taken"))
    );
    let mail = app.store.read(|tx| tx.outbox_latest(OutboxKind::Mail, 9));
    assert!(!mail.unwrap().is_empty());
}

#[test]
fn an_obligor_issues_again_once_two_people_found_it_cured() {
    let due = due(1);
    due.answered(Accepted::Nothing);
    due.day(after(1));
    let (app, one) = (&due.stage.app, &due.stage.operator);
    let other = due.stage.person(one.party, "运营二", Role::Operator);
    let stop = lift_issue_stop::lasting(app, one).unwrap().remove(0);
    assert_eq!(stop.overdue.len(), 1);
    let code = |result: Result<uuid::Uuid, AppError>| result.unwrap_err().code();
    let id = stop.stop.id;
    assert_eq!(
        code(lift_issue_stop::propose(app, one, id, "paid")),
        "still_overdue"
    );
    assert_eq!(due.answered(Accepted::All), 1);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.cured(), Some(after(1)));
    assert_eq!(
        code(lift_issue_stop::propose(app, one, id, " ")),
        "word_missing"
    );
    let banker = due.stage.bank("某银行");
    for stranger in [&due.stage.obligor().checker, &due.payee, &banker] {
        let refused = lift_issue_stop::propose(app, &stranger.who, id, "paid");
        assert_eq!(code(refused), "forbidden");
    }
    let proposal = lift_issue_stop::propose(app, one, id, "camt.054 of the day after").unwrap();
    assert_eq!(
        code(lift_issue_stop::propose(app, &other.who, id, "paid")),
        "cure_waits"
    );
    let own = lift_issue_stop::approve(app, one, proposal).unwrap_err();
    assert_eq!(own.code(), "same_person");
    assert!(due.blocked());
    lift_issue_stop::send_back(app, &other.who, proposal, "which statement?").unwrap();
    let proposal = lift_issue_stop::propose(app, one, id, "statement 12 of the day").unwrap();
    lift_issue_stop::approve(app, &other.who, proposal).unwrap();
    assert!(!due.blocked());
    assert!(lift_issue_stop::lasting(app, one).unwrap().is_empty());
    let again = lift_issue_stop::approve(app, &other.who, proposal).unwrap_err();
    assert_eq!(again.code(), "cure_decided");
}

/// A run that the bank has not answered is locked anew on each later day: interest runs on, and is
/// asked up to the day on which the obligor pays.
#[test]
fn interest_runs_on_while_the_bank_says_nothing() {
    let due = due(1);
    assert_eq!(due.answered(Accepted::Nothing), 1);
    assert_eq!(due.day(after(1)), 1);
    let app = &due.stage.app;
    let asked = |day: u64| {
        let all = present_paper::to_present(app).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].interest_until, Some(after(day)));
        let claims = all[0].claims.iter();
        claims.map(|claim| claim.amount.minor()).sum::<i64>()
    };
    assert_eq!(asked(1), 100_050);
    due.stage.advance(after(2));
    assert_eq!(
        present_paper::to_present(app).unwrap(),
        [],
        "that sum is of yesterday"
    );
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 0, "once a day");
    assert_eq!(asked(2), 100_100);
    assert_eq!(due.answered(Accepted::All), 1);
    // The day turns before the credits are proved: the obligor has paid all the same.
    due.stage.advance(after(3));
    assert_eq!(due.paid_out(), 1);
    let arrears = due.record(0).paper.arrears;
    assert_eq!(arrears.interest_paid.minor(), 100);
    assert_eq!(due.cured(), Some(after(2)));
    assert_eq!(due.tasks().len(), 0);
}

/// Nothing is asked for again before the default is on record: else no interest would be.
#[test]
fn a_default_comes_before_the_next_presentation() {
    let due = due(1);
    assert_eq!(due.answered(Accepted::Nothing), 1);
    due.stage.advance(after(1));
    let app = &due.stage.app;
    assert_eq!(settle_paper::lock_due(app).unwrap(), 0);
    assert_eq!(record_defaults::run(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    assert_eq!(due.answered(Accepted::All), 1);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.record(0).paper.arrears.interest_paid.minor(), 50);
}

/// What else keeps a run is not forgotten because its obligor did not pay in full.
#[test]
fn a_run_that_is_short_can_have_another_fault_beside() {
    let due = due(1);
    assert_eq!(due.answered(yuan("400.00")), 1);
    due.break_by("UPDATE settlement_run SET sheet = sheet || '\\x00'::bytea");
    settle_paper::instruct(&due.stage.app).unwrap();
    let codes: Vec<String> = due.codes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["paper_not_honoured", "sheet_changed"]);
    let first = due.tasks().remove(0);
    let (app, operator) = (&due.stage.app, &due.stage.operator);
    ledger_app::operator_tasks::close(app, operator, first.id, "asked them").unwrap();
    let run = due.run(&due.papers[0]);
    assert_eq!(run.set_aside.as_deref(), Some("sheet_changed"));
}
