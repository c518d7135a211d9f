//! What is planned is what comes: forecasts against sales and a maturity day that really happen.

use chrono::Days;
use ledger_app::cash_arriving;
use ledger_app::cash_arriving::Way;
use ledger_app::cash_arriving::WhatIf;
use ledger_app::complete_discount;
use ledger_app::decide_freeze;
use ledger_app::error::AppError;
use ledger_app::portfolio;
use ledger_app::propose_freeze;
use ledger_app::propose_freeze::ProposeFreeze;
use ledger_app::report_payout;
use ledger_app::settle_paper;
use ledger_app::supplier_quotes;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::rate_card::CardRecourse;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_store::payments::InstructionState;
use rust_decimal::Decimal;

use crate::events_stage::desk;
use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::part;
use crate::finance_stage::register;
use crate::finance_stage::sign;
use crate::freezes::part as part_of;
use crate::rate_cards::card_of;
use crate::rate_cards::publish;
use crate::rate_cards::row;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

/// A holder's plan in yuan as days and minor units.
fn plan(stage: &Stage, who: &Actor) -> Vec<(chrono::NaiveDate, i128)> {
    let seen = cash_arriving::run(&stage.app, &who.who).unwrap();
    let days = seen.plans.get(&cny()).map(|plan| plan.days());
    let days = days.unwrap_or_default().into_iter();
    days.map(|day| (day.date, day.minor)).collect()
}

fn what_if(
    stage: &Stage,
    who: &Actor,
    fragment: &str,
    amount: &str,
    rate: Option<Decimal>,
) -> Result<WhatIf, AppError> {
    let seen = cash_arriving::run(&stage.app, &who.who)?;
    let part = part(fragment, Stage::yuan(amount));
    cash_arriving::what_if(&stage.app, &who.who, &seen, &part, rate)
}

fn first_held(stage: &Stage, who: &Actor) -> String {
    let seen = portfolio::run(&stage.app, &who.who, None, 10).unwrap();
    seen.holdings[0].fragment.clone()
}

#[test]
fn a_sale_and_a_maturity_day_bring_what_was_planned_to_the_cent() {
    let due = Due::new(2);
    let (stage, payee) = (&due.stage, &due.payee);
    let app = &stage.app;
    assert_eq!(plan(stage, payee), [(MATURITY, 140_000)]);
    assert_eq!(plan(stage, &due.second), [(MATURITY, 60_000)]);
    let fragment = first_held(stage, payee);
    let none = what_if(stage, payee, &fragment, "500.00", None).unwrap();
    let ways: Vec<_> = none.ways.iter().map(|taken| &taken.way).collect();
    assert_eq!(ways, [&Way::Hold, &Way::PassOn]);
    assert_eq!(none.ways[1].plan.total(), 90_000);

    let bank = stage.bank("江口银行");
    publish(
        stage,
        &bank,
        &card_of(vec![row(CardRecourse::Without, "3.20")]),
    )
    .unwrap();
    let found = what_if(stage, payee, &fragment, "500.00", None).unwrap();
    let sold = &found.ways[2];
    assert!(matches!(&sold.way, Way::Standing { provider, .. } if provider == "江口银行"));
    assert_eq!(sold.cost.minor() + sold.arrives.minor(), 50_000);
    let request = ask(stage, payee, &fragment, Stage::yuan("500.00"), &[&bank]).unwrap();
    let seen = supplier_quotes::run(app, &payee.who, request).unwrap();
    let quote = seen.quotes().next().unwrap().id;
    sign(stage, payee, quote).unwrap();
    let payout = instruction(stage, quote);
    assert_eq!(payout.amount, sold.arrives);
    let leaving = cash_arriving::run(app, &payee.who).unwrap().leaving;
    assert_eq!(leaving.iter().collect::<Vec<_>>(), [(cny(), 50_000)]);
    register(stage, &bank, quote);
    report_payout::authorise(app, &bank.who, quote, None).unwrap();
    booked(stage, &payout, OPENING);
    complete_discount::run_due(app).unwrap();
    let mut then = plan(stage, payee);
    then.insert(0, (sold.date, i128::from(payout.amount.minor())));
    let planned = sold.plan.days().into_iter();
    assert_eq!(then, planned.map(|d| (d.date, d.minor)).collect::<Vec<_>>());

    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(app).unwrap(), 2);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 2);
    assert_eq!(due.present(), 2);
    settle_paper::instruct(app).unwrap();
    for paper in &due.papers {
        due.booked(paper);
    }
    assert_eq!(due.close(), 2);
    let came: i64 = due
        .papers
        .iter()
        .flat_map(|paper| due.credits(paper))
        .filter(|credit| credit.creditor == payee.party())
        .filter(|credit| credit.state == InstructionState::Settled)
        .map(|credit| credit.amount.minor())
        .sum();
    assert_eq!(
        i128::from(came + payout.amount.minor()),
        sold.plan.total(),
        "the plan and the accounts agree"
    );
    assert!(plan(stage, payee).is_empty());
}

#[test]
fn what_is_offered_counts_until_it_is_answered_and_what_is_late_never() {
    let due = Due::new(1);
    let (stage, payee) = (&due.stage, &due.payee);
    let invoice = stage.invoice(&due.second, payee, Stage::yuan("100.00"));
    let command = OfferTransfer {
        fragment: first_held(stage, payee),
        amount: Stage::yuan("100.00"),
        to: due.second.party(),
        recourse: Recourse::Without,
        documents: vec![invoice],
    };
    transfer_fragment::offer(&stage.app, &payee.who, &payee.signing(), &command, None).unwrap();
    let seen = cash_arriving::run(&stage.app, &payee.who).unwrap();
    assert_eq!(plan(stage, payee), [(MATURITY, 70_000)]);
    assert_eq!(seen.leaving.iter().collect::<Vec<_>>(), [(cny(), 10_000)]);
    assert_eq!(plan(stage, &due.second), [(MATURITY, 30_000)]);
    stage.advance(MATURITY);
    assert_eq!(plan(stage, payee), [(MATURITY, 70_000)]);
    stage.advance(MATURITY + Days::new(1));
    let seen = cash_arriving::run(&stage.app, &payee.who).unwrap();
    assert!(seen.plans.is_empty());
    assert_eq!(seen.late.iter().collect::<Vec<_>>(), [(cny(), 70_000)]);
}

#[test]
fn nobody_plans_with_what_is_not_free_or_not_his() {
    let due = Due::new(1);
    let (stage, payee) = (&due.stage, &due.payee);
    let fragment = first_held(stage, payee);
    let code = |who: &Actor, fragment: &str, amount: &str, rate| {
        let refused = what_if(stage, who, fragment, amount, rate).unwrap_err();
        refused.code().to_owned()
    };
    assert_eq!(code(&due.second, &fragment, "1.00", None), "not_found");
    assert_eq!(code(payee, "nonsense", "1.00", None), "not_found");
    let more = what_if(stage, payee, &fragment, "700.01", None).unwrap_err();
    assert!(matches!(
        more,
        AppError::Refused(Refusal::MoreThanHeld { .. })
    ));
    let absurd = Some(Decimal::ONE_HUNDRED + Decimal::ONE);
    assert_eq!(code(payee, &fragment, "1.00", absurd), "rate_absurd");
    let bank = stage.bank("江口银行");
    for other in [&bank.who, &stage.obligor().maker.who, &stage.operator] {
        let refused = cash_arriving::run(&stage.app, other).unwrap_err();
        assert!(matches!(refused, AppError::Forbidden(_)));
    }
}

#[test]
fn what_is_frozen_is_not_counted() {
    let due = Due::new(1);
    let (stage, payee) = (&due.stage, &due.payee);
    let desk = desk(stage);
    let order = ProposeFreeze {
        authority: "江口市人民法院".to_owned(),
        reference: "（2026）江01执保118号".to_owned(),
        scope: part_of(stage, payee, &first_held(stage, payee), "300.00"),
        until: MATURITY,
        word: String::new(),
    };
    let id = propose_freeze::run(&stage.app, &desk.first.who, &order).unwrap();
    decide_freeze::run(&stage.app, &desk.second.who, id).unwrap();
    let seen = cash_arriving::run(&stage.app, &payee.who).unwrap();
    assert_eq!(plan(stage, payee), [(MATURITY, 40_000)]);
    assert_eq!(seen.frozen.iter().collect::<Vec<_>>(), [(cny(), 30_000)]);
}
