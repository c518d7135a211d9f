//! Recourse after a default: who may turn to whom, what is paid, and that nobody recovers twice.

use ledger_app::answer_recourse;
use ledger_app::answer_recourse::TakenUp;
use ledger_app::claim_recourse;
use ledger_app::conclude_recourse;
use ledger_app::error::AppError;
use ledger_app::notice::Notice;
use ledger_app::notice_events::PaperEvent;
use ledger_app::notice_events::RecourseStep;
use ledger_app::present_paper::Accepted;
use ledger_app::record_payment;
use ledger_app::recourse_view;
use ledger_app::recourse_view::ClaimState;
use ledger_app::recourse_view::Recourses;
use ledger_app::settle_paper;
use ledger_core::amount::Amount;
use ledger_core::paper::PaperState;
use ledger_core::recourse::Recourse;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use uuid::Uuid;

use crate::arrears::after;
use crate::events_stage::verified;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::rejected;
use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::pass_on_with;
use crate::settlement_stage::statement;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// 1,000.00: the payee keeps 400.00, the second has 400.00 from it with recourse, the third 200.00
/// from the second with recourse up to 150.00. On the due date 400.00 came, and no more.
pub(crate) struct Late {
    pub(crate) due: Due,
    pub(crate) third: Actor,
}

pub(crate) fn late() -> Late {
    let stage = Stage::new();
    let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    let third = stage.supplier("三级供应商");
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let of_second = pass_on_with(
        &stage,
        &payee,
        (&paper.fragment, "600.00"),
        &second,
        Recourse::With,
    );
    let limit = Recourse::Limited(Stage::yuan("150.00"));
    pass_on_with(&stage, &second, (&of_second, "200.00"), &third, limit);
    let due = Due {
        stage,
        payee,
        second,
        papers: vec![paper],
    };
    due.stage.advance(MATURITY);
    settle_paper::plan(&due.stage.app).unwrap();
    settle_paper::lock_due(&due.stage.app).unwrap();
    due.answered(Accepted::Part(Stage::yuan("400.00")));
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.day(after(1)), 1, "the default is recorded");
    due.answered(Accepted::Nothing);
    Late { due, third }
}

impl Late {
    fn seen(&self, who: &Actor) -> Recourses {
        recourse_view::list(&self.due.stage.app, &who.who).unwrap()
    }

    /// What somebody may claim: from whom, and how much.
    fn rights(&self, who: &Actor) -> Vec<(String, i64)> {
        let rights = self.seen(who).rights.into_iter();
        rights
            .map(|right| (right.giver, right.due.minor()))
            .collect()
    }

    fn claim(&self, who: &Actor, fragment: &str) -> Result<Uuid, AppError> {
        let app = &self.due.stage.app;
        let to_sign = claim_recourse::prepare(app, &who.who, fragment)?;
        let signing = who.signing();
        let made = claim_recourse::submit(app, &who.who, fragment, &to_sign.body, &signing, None)?;
        Ok(made.claim.parse().unwrap())
    }

    /// Claims on the first fragment that this party may claim on.
    pub(crate) fn claims(&self, who: &Actor) -> Uuid {
        let right = self.seen(who).rights.remove(0);
        self.claim(who, &right.fragment).unwrap()
    }

    pub(crate) fn takes_up(&self, who: &Actor, claim: Uuid) -> Result<TakenUp, AppError> {
        let app = &self.due.stage.app;
        answer_recourse::run(app, &who.who, &who.signing(), claim, None)
    }

    pub(crate) fn payments(&self) -> Vec<Instruction> {
        let paper = self.due.papers[0].paper;
        let app = &self.due.stage.app;
        let mut all = app
            .store
            .read(|tx| tx.instructions_of_paper(paper))
            .unwrap();
        all.retain(|one| one.kind == InstructionKind::RecoursePayment);
        all
    }

    /// The bank pays what it was asked by recourse; gives how many claims were concluded.
    fn paid(&self) -> usize {
        let waiting = self.payments().into_iter();
        let bookings = waiting
            .filter(|one| one.state != InstructionState::Settled)
            .map(|one| booking(&one))
            .collect::<Vec<_>>();
        let name = bookings[0].end_to_end_id.clone();
        let app = &self.due.stage.app;
        record_payment::note_statement(app, &statement(&name, bookings)).unwrap();
        conclude_recourse::run_due(app).unwrap()
    }

    /// Paid to, less paid by a party, by recourse, minor units.
    fn recovered(&self, who: &Actor) -> i64 {
        let sum = |one: &Instruction| match () {
            () if one.creditor == who.party() => one.amount.minor(),
            () if one.debtor == who.party() => -one.amount.minor(),
            () => 0,
        };
        let paid = self.payments().into_iter();
        paid.filter(|one| one.state == InstructionState::Settled)
            .map(|one| sum(&one))
            .sum()
    }

    fn steps(&self, to: &Actor) -> Vec<RecourseStep> {
        let letters = self.due.letters(to).into_iter();
        letters
            .filter_map(|notice| match notice {
                Notice::PaperEvent(PaperEvent::Recourse(told)) => Some(told.step),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn state(&self, who: &Actor, claim: Uuid) -> ClaimState {
        let app = &self.due.stage.app;
        recourse_view::one(app, &who.who, claim).unwrap().state
    }
}

#[test]
fn each_turns_to_the_one_before_and_nobody_recovers_twice() {
    let late = late();
    let Late { due, third } = &late;
    let (payee, second) = (&due.payee, &due.second);
    let name = |who: &Actor| {
        let found = due.stage.app.store.read(|tx| tx.party_by_id(who.party()));
        found.unwrap().name
    };
    // Who may turn to whom follows from what was signed on each leg; the payee has nobody before it.
    assert_eq!(late.rights(third), [(name(second), 12_000)]);
    assert_eq!(late.rights(second), [(name(payee), 24_000)]);
    assert_eq!(late.rights(payee), []);

    let claim = late.claims(third);
    assert_eq!(late.rights(third), [], "claimed already");
    assert_eq!(late.takes_up(payee, claim).unwrap_err().code(), "not_found");
    let taken = late.takes_up(second, claim).unwrap();
    assert_eq!(taken.amount, 12_000);
    assert_eq!(late.state(third, claim), ClaimState::Agreed);
    // The next round waits: whose the cash is stands open.
    due.stage.advance(after(2));
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 0);
    assert_eq!(conclude_recourse::run_due(&due.stage.app).unwrap(), 0);
    assert_eq!(late.paid(), 1);
    assert_eq!(late.state(second, claim), ClaimState::Paid);
    assert_eq!(late.recovered(third), 12_000);

    // It has stepped into the right, and goes on with both parts.
    assert_eq!(
        late.rights(second),
        [(name(payee), 12_000), (name(payee), 24_000)]
    );
    for _part in 0..2 {
        let claim = late.claims(second);
        late.takes_up(payee, claim).unwrap();
        assert_eq!(late.paid(), 1);
    }
    assert_eq!(late.rights(payee), []);

    // The rest comes: one credit, to the payee, who paid for all of it.
    due.day(after(3));
    due.answered(Accepted::All);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.record(0).paper.state, PaperState::Settled);
    for (who, units) in [(payee, 40_000), (second, 40_000), (third, 20_000)] {
        assert_eq!(due.credited(who) + late.recovered(who), units);
    }
    assert_eq!(
        late.steps(third),
        [RecourseStep::Agreed, RecourseStep::Paid]
    );
    assert_eq!(
        late.steps(payee),
        [
            RecourseStep::Claimed,
            RecourseStep::Paid,
            RecourseStep::Claimed,
            RecourseStep::Paid
        ]
    );
    verified(&due.stage);
}

#[test]
fn a_projection_left_behind_keeps_no_paper_from_being_asked_for() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    due.caught_up();
    let url = due.stage.database.url_superuser();
    let mut hand = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    hand.batch_execute(
        "CREATE TABLE kept AS SELECT * FROM live_fragment; \
         CREATE TABLE kept_cursor AS SELECT * FROM live_cursor",
    )
    .unwrap();
    assert_eq!(late.paid(), 1);
    due.caught_up();
    // As if the process had been killed between posting and following: the fragment still seems to
    // wait for its money, and nothing is posted after it.
    hand.batch_execute(
        "DELETE FROM live_fragment; INSERT INTO live_fragment SELECT * FROM kept; \
         UPDATE live_cursor c SET through = k.through FROM kept_cursor k WHERE k.book = c.book",
    )
    .unwrap();
    due.stage.advance(after(2));
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 1);
}

#[test]
fn cash_that_comes_in_between_is_shared_by_what_is_owed() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    assert_eq!(late.paid(), 1);
    due.day(after(2));
    due.answered(Accepted::Part(Stage::yuan("300.00")));
    assert_eq!(due.paid_out(), 1);
    // 240 and 360 are owed; 300 are shared two to three.
    assert_eq!(due.credited(&due.payee), 16_000 + 12_000);
    assert_eq!(due.credited(&due.second), 16_000 + 18_000);
    assert_eq!(due.credited(third), 8_000);
    due.day(after(3));
    due.answered(Accepted::All);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(
        due.credited(&due.second) + late.recovered(&due.second),
        40_000
    );
    verified(&due.stage);
}

#[test]
fn while_the_obligors_bank_may_still_pay_nothing_is_taken_up() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    due.day(after(2));
    let code = |done: Result<TakenUp, AppError>| done.unwrap_err().code();
    assert_eq!(code(late.takes_up(&due.second, claim)), "cash_under_way");
    assert_eq!(late.payments(), []);
    due.answered(Accepted::All);
    assert_eq!(code(late.takes_up(&due.second, claim)), "cash_under_way");
    assert_eq!(due.paid_out(), 1);
    // The obligor has paid after all: the claim is over, and both are told.
    assert_eq!(late.state(third, claim), ClaimState::Lapsed);
    assert_eq!(code(late.takes_up(&due.second, claim)), "claim_not_open");
    assert_eq!(late.steps(third), [RecourseStep::Lapsed]);
    assert_eq!(
        late.steps(&due.second),
        [RecourseStep::Claimed, RecourseStep::Lapsed]
    );
    verified(&due.stage);
}

#[test]
fn what_the_bank_does_not_pay_can_be_claimed_again() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    rejected(&due.stage, &late.payments()[0]);
    assert_eq!(conclude_recourse::run_due(&due.stage.app).unwrap(), 1);
    assert_eq!(late.state(third, claim), ClaimState::Unpaid);
    assert_eq!(
        late.steps(&due.second),
        [RecourseStep::Claimed, RecourseStep::Unpaid]
    );
    let again = late.claims(third);
    late.takes_up(&due.second, again).unwrap();
    assert_eq!(late.paid(), 1);
    assert_eq!(late.recovered(third), 12_000);
    verified(&due.stage);
}

#[test]
fn what_comes_back_after_the_fragment_moved_is_a_persons_task() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    assert_eq!(late.paid(), 1);
    came_back(&due.stage, &late.payments()[0], after(2));
    let codes = due.codes();
    assert!(
        codes.iter().any(|(code, _)| code == "recourse_returned"),
        "{codes:?}"
    );
    assert_eq!(conclude_recourse::run_due(&due.stage.app).unwrap(), 0);
    assert_eq!(late.state(third, claim), ClaimState::Paid);
    verified(&due.stage);
}

#[test]
fn a_bank_that_says_nothing_of_a_recourse_payment_is_asked_about() {
    let late = late();
    let Late { due, third } = &late;
    let app = &due.stage.app;
    let asked = || {
        let codes = due.codes().into_iter();
        codes
            .filter(|(code, _)| code == "recourse_unproven")
            .count()
    };
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    let order = late.payments().remove(0);
    let now = app.clock.now();
    app.store
        .write(|tx| tx.instructions_sent(&[order.id], "PAIN001-9", now))
        .unwrap();
    conclude_recourse::run_due(app).unwrap();
    assert_eq!(asked(), 0, "its day is not over");
    due.stage.advance(after(2));
    conclude_recourse::run_due(app).unwrap();
    conclude_recourse::run_due(app).unwrap();
    assert_eq!(asked(), 1);
    // Only the bank's word moves anything.
    assert_eq!(late.state(third, claim), ClaimState::Agreed);
    assert_eq!(late.paid(), 1);
    assert_eq!(late.state(third, claim), ClaimState::Paid);
    verified(&due.stage);
}

#[test]
fn what_the_bank_books_after_its_no_is_a_persons_task() {
    let late = late();
    let Late { due, third } = &late;
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    let order = late.payments().remove(0);
    rejected(&due.stage, &order);
    assert_eq!(conclude_recourse::run_due(&due.stage.app).unwrap(), 1);
    booked(&due.stage, &order, after(2));
    let codes = due.codes();
    assert!(
        codes
            .iter()
            .any(|(code, _)| code == "recourse_booked_after_end"),
        "{codes:?}"
    );
    assert_eq!(late.state(third, claim), ClaimState::Unpaid);
    verified(&due.stage);
}

#[test]
fn a_dispute_leaves_the_claim_standing_and_only_its_sides_act_on_it() {
    let late = late();
    let Late { due, third } = &late;
    let app = &due.stage.app;
    let own = late.seen(third).rights.remove(0).fragment;
    let code = |done: Result<Uuid, AppError>| done.unwrap_err().code();
    assert_eq!(code(late.claim(&due.second, &own)), "not_found");
    let claim = late.claim(third, &own).unwrap();
    assert_eq!(code(late.claim(third, &own)), "claim_stands");

    let says = |who: &Actor, word: &str| {
        let said = answer_recourse::dispute(app, &who.who, claim, word);
        said.map_err(|error| error.code())
    };
    assert_eq!(says(third, "no"), Err("not_found"));
    assert!(says(&due.second, "  ").is_err());
    assert_eq!(says(&due.second, "货物有质量问题"), Ok(()));
    let seen = recourse_view::one(app, &third.who, claim).unwrap();
    assert_eq!(seen.state, ClaimState::Disputed);
    assert_eq!(seen.sides.claim.word, "货物有质量问题");
    assert_eq!(
        recourse_view::one(app, &due.payee.who, claim)
            .unwrap_err()
            .code(),
        "not_found"
    );
    let takes_back = |who: &Actor| {
        let done = claim_recourse::withdraw(app, &who.who, claim);
        done.map_err(|error| error.code())
    };
    assert_eq!(takes_back(&due.second), Err("not_found"));
    assert_eq!(takes_back(third), Ok(()));
    assert_eq!(takes_back(third), Ok(()));
    assert_eq!(
        late.takes_up(&due.second, claim).unwrap_err().code(),
        "claim_not_open"
    );
    assert_eq!(late.rights(third).len(), 1, "it may be claimed on anew");
}

#[test]
fn a_limit_is_used_up_by_all_parts_together() {
    let stage = Stage::new();
    let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    let third = stage.supplier("三级供应商");
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let limit = Recourse::Limited(Stage::yuan("250.00"));
    let fragment = (paper.fragment.as_str(), "600.00");
    let of_second = pass_on_with(&stage, &payee, fragment, &second, limit);
    pass_on_with(
        &stage,
        &second,
        (&of_second, "200.00"),
        &third,
        Recourse::With,
    );
    let papers = vec![paper];
    let due = Due {
        stage,
        payee,
        second,
        papers,
    };
    due.stage.advance(MATURITY);
    settle_paper::plan(&due.stage.app).unwrap();
    settle_paper::lock_due(&due.stage.app).unwrap();
    due.answered(Accepted::Nothing);
    due.mended();
    due.stage.advance(after(1));
    ledger_app::record_defaults::run(&due.stage.app).unwrap();
    let late = Late { due, third };
    let (payee, second) = (&late.due.payee, &late.due.second);
    let claim = late.claims(&late.third);
    late.takes_up(second, claim).unwrap();
    assert_eq!(late.paid(), 1);
    // 200.00 came back and 400.00 were its own: of 600.00 only 250.00 can be claimed.
    let sums: Vec<i64> = late.rights(second).into_iter().map(|one| one.1).collect();
    assert_eq!(sums, [20_000, 25_000]);
    let claim = late.claims(second);
    late.takes_up(payee, claim).unwrap();
    assert_eq!(late.paid(), 1);
    let sums: Vec<i64> = late.rights(second).into_iter().map(|one| one.1).collect();
    assert_eq!(sums, [5_000]);
    let claim = late.claims(second);
    assert_eq!(late.takes_up(payee, claim).unwrap().amount, 5_000);
    assert_eq!(late.paid(), 1);
    let left: Vec<i64> = late.rights(second).into_iter().map(|one| one.1).collect();
    assert_eq!(left, [0], "350.00 are left with it");
    let none = Amount::from_minor(0).unwrap();
    assert_eq!(late.seen(second).rights[0].due, none);
    verified(&late.due.stage);
}
