//! Early payment: offered by two people to every holder alike, accepted fragment by fragment, paid by the
//! obligor's bank, and left out of everything at maturity.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::accept_redemption;
use ledger_app::accept_redemption::Accepted;
use ledger_app::approve_redemption;
use ledger_app::complete_redemption;
use ledger_app::complete_redemption::Due as Done;
use ledger_app::consent_agreement::Consented;
use ledger_app::error::AppError;
use ledger_app::notice::Notice;
use ledger_app::notice_events::PaperEvent;
use ledger_app::notice_events::RedemptionStep;
use ledger_app::operator_tasks;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_redemption;
use ledger_app::propose_redemption::ProposeRedemption;
use ledger_app::redemptions_view;
use ledger_app::redemptions_view::ListedRedemption;
use ledger_app::redemptions_view::OfferedStanding;
use ledger_app::redemptions_view::RedemptionOfferState;
use ledger_app::settle_paper;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::Outcome;
use ledger_core::day_count::DayCount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::InstructionId;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_store::limits::LimitKind;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::RunState;
use uuid::Uuid;

use crate::agreements;
use crate::events_stage::code;
use crate::events_stage::held;
use crate::events_stage::letters_to;
use crate::events_stage::offer_on;
use crate::events_stage::pledge;
use crate::events_stage::today;
use crate::events_stage::verified;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::fragment;
use crate::finance_stage::rejected;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

const PAY_DATE: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 5).unwrap();
const ACCEPT_BY: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 10).unwrap();

fn early() -> Stage {
    let mut stage = Stage::new();
    stage.payment.early_redemption = EarlyRedemption::EqualTerms;
    stage
}

pub(crate) fn wanted(paper: &IssuedPaper) -> ProposeRedemption {
    ProposeRedemption {
        paper: paper.number.clone(),
        pay_date: PAY_DATE,
        percent: "3.6".parse().unwrap(),
        day_count: DayCount::Actual360,
        accept_by: ACCEPT_BY,
    }
}

pub(crate) fn proposed(stage: &Stage, wanted: &ProposeRedemption) -> Result<Uuid, AppError> {
    let maker = &stage.obligor().maker;
    propose_redemption::run(&stage.app, &maker.who, &maker.signer, wanted)
}

fn offered(stage: &Stage, paper: &IssuedPaper) -> Uuid {
    let id = proposed(stage, &wanted(paper)).unwrap();
    let checker = &stage.obligor().checker;
    approve_redemption::run(&stage.app, &checker.who, &checker.signer, id).unwrap();
    id
}

/// An offer on the first paper, and the second supplier's fragment under it.
pub(crate) fn offered_to(due: &Due) -> (Uuid, String) {
    let id = offered(&due.stage, &due.papers[0]);
    (id, first_of(&due.stage, &due.second))
}

fn listed(stage: &Stage, who: &Actor) -> Vec<ListedRedemption> {
    redemptions_view::list(&stage.app, &who.who).unwrap()
}

pub(crate) fn accept(
    stage: &Stage,
    who: &Actor,
    offer: Uuid,
    id: &str,
) -> Result<Accepted, AppError> {
    let (app, signing) = (&stage.app, who.signing());
    accept_redemption::run(app, &who.who, &signing, (offer, id), None)
}

/// The first fragment that a holder has.
pub(crate) fn first_of(stage: &Stage, who: &Actor) -> String {
    stage.app.public_ids.show(held(stage, who)[0].no)
}

pub(crate) fn payment(stage: &Stage, accepted: &Accepted) -> Instruction {
    let id = InstructionId::parse(&accepted.instruction).unwrap();
    let found = stage.app.store.read(|tx| tx.instructions_by_ids(&[id]));
    found.unwrap().pop().unwrap()
}

pub(crate) fn run_due(stage: &Stage) -> Done {
    complete_redemption::run_due(&stage.app).unwrap()
}

pub(crate) fn paper_now(stage: &Stage, paper: &IssuedPaper) -> ledger_core::paper::Paper {
    let found = stage.app.store.read(|tx| tx.papers_by_ids(&[paper.paper]));
    found.unwrap().pop().unwrap().paper
}

/// What a party was told about early payment, oldest first.
fn told(stage: &Stage, who: &Actor) -> Vec<(RedemptionStep, Option<String>)> {
    letters_to(stage, who)
        .into_iter()
        .filter_map(|notice| match notice {
            Notice::PaperEvent(PaperEvent::Redemption(told)) => Some((told.step, told.payment)),
            _ => None,
        })
        .collect()
}

#[test]
fn every_holder_is_offered_the_same_and_is_paid_to_its_own_account() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let id = proposed(stage, &wanted(paper)).unwrap();
    // No holder hears of it before the second person has signed, and no two offers stand.
    assert!(listed(stage, &due.payee).is_empty());
    let theirs = first_of(stage, &due.second);
    assert_eq!(code(accept(stage, &due.second, id, &theirs)), "not_found");
    assert_eq!(
        code(proposed(stage, &wanted(paper))),
        "redemption_offered_already"
    );
    for (who, reason) in [(maker, "forbidden"), (&due.payee, "forbidden")] {
        let by = approve_redemption::run(&stage.app, &who.who, &who.signer, id);
        assert_eq!(code(by), reason);
    }
    approve_redemption::run(&stage.app, &checker.who, &checker.signer, id).unwrap();
    // What two have signed stands.
    let back = propose_redemption::withdraw(&stage.app, &maker.who, id);
    assert_eq!(code(back), "redemption_offer_stands");
    let stated = |yuan: &str| Some(format!("CNY {yuan}"));
    assert_eq!(
        told(stage, &due.payee),
        [(RedemptionStep::Offered, stated("693.77"))]
    );
    assert_eq!(
        told(stage, &due.second),
        [(RedemptionStep::Offered, stated("297.33"))]
    );
    let seen = listed(stage, &due.second).pop().unwrap();
    // 5 June to 2 September: 89 days; 300.00 × 3.6 % × 89 / 360 = 2.67.
    assert_eq!(seen.days, 89);
    let line = &seen.fragments[0];
    assert_eq!(
        (line.rebate, line.payment, line.standing),
        (
            Stage::yuan("2.67"),
            Stage::yuan("297.33"),
            OfferedStanding::Free
        )
    );

    is_paid_on_the_day(&due, id, &line.fragment);
}

/// The second supplier accepts for its 300.00, which the obligor's bank pays on the day.
fn is_paid_on_the_day(due: &Due, id: Uuid, part: &str) {
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let (maker, stated) = (&stage.obligor().maker, |yuan: &str| {
        Some(format!("CNY {yuan}"))
    });
    let done = accept(stage, &due.second, id, part).unwrap();
    let locked = fragment(stage, &done.fragment);
    let provider = stage.obligor().maker.party();
    assert_eq!(locked.state, FragmentState::FinanceLocked { provider });
    let order = payment(stage, &done);
    assert_eq!(order.amount, Stage::yuan("297.33"));
    assert_eq!(
        (order.debtor, order.creditor),
        (provider, due.second.party())
    );
    assert_eq!(
        (order.state, order.next_attempt_at),
        (InstructionState::Created, HELD)
    );
    // The obligor is told that much was accepted, and not by whom.
    assert_eq!(
        told(stage, maker),
        [(RedemptionStep::Accepted, stated("297.33"))]
    );
    let own = listed(stage, maker).pop().unwrap();
    assert!(own.fragments.is_empty());
    assert_eq!(own.taken.unwrap().accepted, Stage::yuan("300.00"));
    // It goes to the bank on the day, and nothing moves before the bank's word.
    assert_eq!(run_due(stage), Done::default());
    stage.advance(PAY_DATE);
    let done_today = run_due(stage);
    assert_eq!((done_today.let_go, done_today.ended), (1, 1));
    assert_ne!(payment(stage, &done).next_attempt_at, HELD);
    booked(stage, &order, PAY_DATE);
    assert_eq!(run_due(stage).redeemed, 1);
    assert_eq!(run_due(stage), Done::default());
    let now = paper_now(stage, paper);
    assert_eq!(now.redeemed, Stage::yuan("300.00"));
    assert_eq!(
        (now.paid_of_face(), now.owed()),
        (Stage::yuan("300.00"), Stage::yuan("700.00"))
    );
    assert!(held(stage, &due.second).is_empty());
    // On its own page it was paid early by the obligor, not passed on to it.
    let trace = trace_fragment::run(&stage.app, &due.second.who, &done.fragment).unwrap();
    assert_eq!(trace.outcome, Outcome::Redeemed { on: PAY_DATE });
    let credits: Vec<_> = trace
        .credits
        .iter()
        .map(|credit| (credit.early, credit.amount, credit.state))
        .collect();
    let paid = (true, Stage::yuan("297.33"), InstructionState::Settled);
    assert_eq!(credits, [paid]);
    assert_eq!(
        told(stage, &due.second).last(),
        Some(&(RedemptionStep::Paid, stated("297.33")))
    );
    let own = listed(stage, maker).pop().unwrap().taken.unwrap();
    assert_eq!(
        (own.redeemed, own.paid),
        (Stage::yuan("300.00"), Stage::yuan("297.33"))
    );
    verified(stage);
}

#[test]
fn at_maturity_the_obligor_is_asked_for_the_rest_alone() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let done = accept(stage, &due.second, id, &first_of(stage, &due.second)).unwrap();
    stage.advance(MATURITY);
    run_due(stage);
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 1);
    // While the money is under way nobody knows whose the cash is.
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 0);
    booked(stage, &payment(stage, &done), MATURITY);
    assert_eq!(run_due(stage).redeemed, 1);
    due.caught_up();
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 1);
    assert_eq!(due.run(paper).cash, Some(Stage::yuan("700.00")));
    assert_eq!(due.present(), 1);
    assert_eq!(settle_paper::instruct(&stage.app).unwrap(), 1);
    let credits = due.credits(paper);
    assert_eq!(
        (credits[0].creditor, credits[0].amount),
        (due.payee.party(), Stage::yuan("700.00"))
    );
    due.booked(paper);
    assert_eq!(due.close(), 1);
    let now = paper_now(stage, paper);
    assert_eq!(now.state, PaperState::Settled);
    assert_eq!(
        (now.paid(), now.paid_of_face()),
        (Stage::yuan("700.00"), Stage::yuan("1000.00"))
    );
    verified(stage);
}

#[test]
fn a_paper_redeemed_whole_is_settled_and_its_run_given_up() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let mut accepted = Vec::new();
    for who in [&due.payee, &due.second] {
        accepted.push(accept(stage, who, id, &first_of(stage, who)).unwrap());
    }
    stage.advance(MATURITY - Days::new(3));
    run_due(stage);
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 1);
    for one in &accepted {
        booked(stage, &payment(stage, one), today(stage));
    }
    assert_eq!(run_due(stage).redeemed, 2);
    assert_eq!(paper_now(stage, paper).state, PaperState::Settled);
    assert_eq!(due.run(paper).state, RunState::Failed);
    stage.advance(MATURITY + Days::new(30));
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 0);
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 0);
    verified(stage);
}

#[test]
fn the_banks_no_gives_the_fragment_back_and_it_may_be_accepted_again() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let done = accept(stage, &due.second, id, &first_of(stage, &due.second)).unwrap();
    let order = payment(stage, &done);
    rejected(stage, &order);
    assert_eq!(run_due(stage).released, 1);
    let back = first_of(stage, &due.second);
    assert_eq!(fragment(stage, &back).state, FragmentState::Held);
    let traced = trace_fragment::run(&stage.app, &due.second.who, &back).unwrap();
    let paid: Vec<_> = traced
        .credits
        .iter()
        .map(|paid| (paid.early, paid.state))
        .collect();
    assert_eq!(paid, [(true, InstructionState::Rejected)]);
    assert_eq!(
        told(stage, &due.second).last().unwrap().0,
        RedemptionStep::Released
    );
    // A late booking of what was refused is for a person: the holder has money and fragment.
    booked(stage, &order, today(stage));
    assert_eq!(run_due(stage), Done::default());
    assert_eq!(
        due.tasks().pop().unwrap().code,
        "redemption_booked_after_end"
    );
    let again = accept(stage, &due.second, id, &back).unwrap();
    assert_ne!(again.instruction, done.instruction);
    verified(stage);
}

#[test]
fn money_that_comes_back_after_the_fragment_is_redeemed_is_paid_once_more() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let done = accept(stage, &due.second, id, &first_of(stage, &due.second)).unwrap();
    stage.advance(PAY_DATE);
    run_due(stage);
    let order = payment(stage, &done);
    booked(stage, &order, PAY_DATE);
    assert_eq!(run_due(stage).redeemed, 1);
    came_back(stage, &order, PAY_DATE);
    assert_eq!(run_due(stage), Done::default());
    let task = due.tasks().pop().unwrap();
    assert_eq!(task.code, "redemption_not_paid");
    operator_tasks::close(&stage.app, &stage.operator, task.id, "账户已核实").unwrap();
    let found = stage
        .app
        .store
        .read(|tx| tx.instructions_of_paper(paper.paper))
        .unwrap();
    let again = found.iter().find(|one| one.id != order.id).unwrap();
    assert_eq!(
        (again.amount, again.creditor),
        (order.amount, order.creditor)
    );
    // Refused as well: a person again. The bank books it after all, so that nothing is tried again.
    rejected(stage, again);
    let task = due.tasks().pop().unwrap();
    assert_eq!(task.subject, again.id.to_string());
    booked(stage, again, PAY_DATE);
    operator_tasks::close(&stage.app, &stage.operator, task.id, "已入账").unwrap();
    assert!(due.tasks().is_empty());
    // It comes back too: still owed, and asked about once more.
    came_back(stage, again, PAY_DATE);
    let task = due.tasks().pop().unwrap();
    assert_eq!(task.subject, again.id.to_string());
    operator_tasks::close(&stage.app, &stage.operator, task.id, "已更正").unwrap();
    let all = stage
        .app
        .store
        .read(|tx| tx.instructions_of_paper(paper.paper))
        .unwrap();
    assert_eq!(all.len(), 3);
    verified(stage);
}

#[test]
fn a_bank_that_says_nothing_is_asked_about() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let done = accept(stage, &due.second, id, &first_of(stage, &due.second)).unwrap();
    stage.advance(PAY_DATE);
    run_due(stage);
    let order = payment(stage, &done);
    let now = stage.app.clock.now();
    stage
        .app
        .store
        .write(|tx| tx.instructions_sent(&[order.id], "PAIN001-9", now))
        .unwrap();
    run_due(stage);
    assert!(due.tasks().is_empty());
    stage.advance(PAY_DATE + Days::new(1));
    run_due(stage);
    let task = due.tasks().pop().unwrap();
    assert_eq!(task.code, "redemption_unproven");
    // Closing it pays nothing: only the bank knows.
    operator_tasks::close(&stage.app, &stage.operator, task.id, "已询问").unwrap();
    run_due(stage);
    assert!(due.tasks().is_empty());
    assert_eq!(payment(stage, &done).state, InstructionState::Sent);
}

#[test]
fn a_later_date_ends_an_offer_made_for_the_earlier_one() {
    let stage = early();
    let first = stage.supplier("溪谷五金");
    let day = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
    let later = NaiveDate::from_ymd_opt(2026, 8, 3).unwrap();
    let paper = stage.issued_paper(&first, Stage::yuan("1000.00"), day);
    let pay_date = day - Days::new(14);
    let want = ProposeRedemption {
        pay_date,
        ..wanted(&paper)
    };
    let offer = proposed(&stage, &want).unwrap();
    let checker = &stage.obligor().checker;
    approve_redemption::run(&stage.app, &checker.who, &checker.signer, offer).unwrap();
    let change = agreements::asked(&stage, &paper, Asked::Extend(later));
    let signed = agreements::sign(&stage, &first, change).unwrap();
    assert_eq!(signed, Consented::Effective);
    assert_eq!(
        listed(&stage, &stage.obligor().maker)[0].state,
        RedemptionOfferState::Ended
    );
    assert!(listed(&stage, &first).is_empty());
    // Made anew, it reckons to the later day.
    proposed(&stage, &want).unwrap();
    verified(&stage);
}

#[test]
fn an_offer_ends_and_what_is_bound_is_not_redeemed() {
    let due = Due::on(early(), 1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let id = offered(stage, paper);
    let bank = stage.bank("江口银行");
    let third = stage.supplier("北岭机电");
    let own = first_of(stage, &due.payee);
    let invoice = stage.invoice(&third, &due.payee, Stage::yuan("700.00"));
    pledge(
        stage,
        &due.second,
        &first_of(stage, &due.second),
        "300.00",
        &bank,
    );
    offer_on(stage, &due.payee, &own, "700.00", &third, invoice).unwrap();
    for who in [&due.payee, &due.second] {
        let line = listed(stage, who).pop().unwrap().fragments.pop().unwrap();
        assert_eq!(line.standing, OfferedStanding::Bound);
        let refused = accept(stage, who, id, &line.fragment);
        assert_eq!(code(refused), "fragment_not_free");
    }
    // Neither a stranger nor the pledgee accepts for the holder.
    let theirs = first_of(stage, &due.second);
    for who in [&third, &bank] {
        assert_eq!(code(accept(stage, who, id, &theirs)), "not_found");
    }
    stage.advance(ACCEPT_BY + Days::new(1));
    assert_eq!(run_due(stage).ended, 1);
    let refused = accept(stage, &due.second, id, &theirs);
    assert_eq!(code(refused), "redemption_offer_over");
    let own = listed(stage, &stage.obligor().maker).pop().unwrap();
    assert_eq!(own.state, RedemptionOfferState::Ended);
    // Another may follow.
    let mut next = wanted(paper);
    next.accept_by = today(stage) + Days::new(5);
    proposed(stage, &next).unwrap();
}

#[test]
fn what_can_not_be_offered_is_told_at_once() {
    let stage = early();
    let payee = stage.supplier("溪谷五金");
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let refused = |change: &dyn Fn(&mut ProposeRedemption)| {
        let mut want = wanted(&paper);
        change(&mut want);
        code(proposed(&stage, &want))
    };
    let saturday = NaiveDate::from_ymd_opt(2026, 6, 6).unwrap();
    for (day, reason) in [
        (saturday, "pay_date_not_possible"),
        (MATURITY, "pay_date_not_possible"),
        (ACCEPT_BY - Days::new(1), "accept_by_not_possible"),
    ] {
        assert_eq!(refused(&|want| want.pay_date = day), reason);
    }
    // Every holder has a day at least to decide.
    let today = today(&stage);
    assert_eq!(
        refused(&|want| want.accept_by = today),
        "accept_by_not_possible"
    );
    let late = today + Days::new(61);
    assert_eq!(
        refused(&|want| want.accept_by = late),
        "accept_by_not_possible"
    );
    assert_eq!(
        refused(&|want| want.percent = "-1".parse().unwrap()),
        "rate_negative"
    );
    assert_eq!(refused(&|want| want.paper = "1".repeat(30)), "not_found");
    // A paper that doesn't foresee it.
    let plain = Stage::new();
    let payee = plain.supplier("溪谷五金");
    let paper = plain.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    assert_eq!(
        code(proposed(&plain, &wanted(&paper))),
        "early_not_foreseen"
    );
    // Sent back, with a word.
    let paper = stage.issued_paper(&stage.supplier("南山铸造"), Stage::yuan("50.00"), MATURITY);
    let id = proposed(&stage, &wanted(&paper)).unwrap();
    let checker = &stage.obligor().checker;
    let silent = approve_redemption::send_back(&stage.app, &checker.who, id, " ");
    assert_eq!(code(silent), "word_missing");
    approve_redemption::send_back(&stage.app, &checker.who, id, "利率不对").unwrap();
    let seen = listed(&stage, &stage.obligor().maker);
    let seen = seen.iter().find(|one| one.id == id).unwrap();
    assert_eq!(
        (seen.state, seen.word.as_str()),
        (RedemptionOfferState::Returned, "利率不对")
    );
    // Or taken back before anybody else has signed.
    let id = proposed(&stage, &wanted(&paper)).unwrap();
    propose_redemption::withdraw(&stage.app, &stage.obligor().maker.who, id).unwrap();
    let checked = approve_redemption::run(&stage.app, &checker.who, &checker.signer, id);
    assert_eq!(code(checked), "redemption_offer_over");
}

#[test]
fn a_provider_that_is_paid_early_has_its_room_again() {
    let stage = early();
    let house = crate::limits_stage::House::new(&stage, "江口银行");
    let of_obligor = crate::limits_stage::obligor(&stage);
    crate::limits_stage::set(&stage, &house, of_obligor, "5000.00");
    let supplier = stage.supplier("溪谷五金");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let bank = &house.one;
    let amount = Stage::yuan("600.00");
    let request =
        crate::finance_stage::ask(&stage, &supplier, &paper.fragment, amount, &[bank]).unwrap();
    let terms = crate::finance_stage::terms(&stage, "2.85");
    let quote = crate::finance_stage::quote(&stage, bank, request, &terms).unwrap();
    crate::finance_stage::sign(&stage, &supplier, quote).unwrap();
    crate::finance_stage::register(&stage, bank, quote);
    ledger_app::report_payout::authorise(&stage.app, &bank.who, quote, None).unwrap();
    let payout = crate::finance_stage::instruction(&stage, quote);
    booked(&stage, &payout, today(&stage));
    ledger_app::complete_discount::run_due(&stage.app).unwrap();
    let figures = || crate::limits_stage::figures(&stage, bank, LimitKind::Obligor);
    assert_eq!(figures(), (500_000, 60_000, 0));
    let id = offered(&stage, &paper);
    let theirs = first_of(&stage, bank);
    let done = accept(&stage, bank, id, &theirs).unwrap();
    assert_eq!(figures(), (500_000, 60_000, 0));
    stage.advance(PAY_DATE);
    run_due(&stage);
    booked(&stage, &payment(&stage, &done), PAY_DATE);
    assert_eq!(run_due(&stage).redeemed, 1);
    assert_eq!(figures(), (500_000, 0, 0));
    crate::limits_stage::assert_exact(&stage);
    verified(&stage);
}
