//! What a party holds, page by page, and what waits for it.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::error::AppError;
use ledger_app::find_supplier;
use ledger_app::portfolio;
use ledger_app::portfolio::HoldingState;
use ledger_app::portfolio::WaitsFor;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::recourse::Recourse;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    for days in [5, 3, 1, 4, 2] {
        let maturity = MATURITY - chrono::Days::new(days * 7);
        stage.issued_paper(&supplier, Stage::yuan("1000.00"), maturity);
    }
    let whole = portfolio::run(&stage.app, &supplier.who, None, 50).unwrap();
    assert_eq!(whole.holdings.len(), 5);
    assert!(whole.holdings.is_sorted_by_key(|held| held.due_date));
    assert_eq!(whole.next, None);
    assert_eq!(whole.days.len(), 5);
    assert_eq!(whole.total.iter().collect::<Vec<_>>(), [(cny(), 500_000)]);

    let mut paged = Vec::new();
    let mut after: Option<String> = None;
    let mut sizes = Vec::new();
    loop {
        let page = portfolio::run(&stage.app, &supplier.who, after.as_deref(), 2).unwrap();
        sizes.push(page.holdings.len());
        assert_eq!(page.total, whole.total);
        paged.extend(page.holdings);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
    assert_eq!(paged, whole.holdings);
    // Somebody else's place is no place of mine: the first page, and nothing of theirs.
    let other = stage.supplier("别家");
    let foreign = portfolio::run(&stage.app, &other.who, Some(&paged[3].fragment), 2).unwrap();
    assert!(foreign.holdings.is_empty());
    let error = portfolio::run(&stage.app, &supplier.who, Some("nonsense"), 2).unwrap_err();
    assert_eq!(error.code(), "unknown_place");
}

#[test]
fn what_waits_is_shown_to_the_one_it_waits_for() {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("甲厂"), stage.supplier("乙厂"));
    stage.unanswered_paper(&first, Stage::yuan("500.00"), MATURITY);
    let paper = stage.issued_paper(&first, Stage::yuan("1200.00"), MATURITY);
    let invoice = stage.invoice(&second, &first, Stage::yuan("300.00"));
    let command = OfferTransfer {
        fragment: paper.fragment,
        amount: Stage::yuan("300.00"),
        to: second.party(),
        recourse: Recourse::Without,
        documents: vec![invoice],
    };
    let offered =
        transfer_fragment::offer(&stage.app, &first.who, &first.signing(), &command, None).unwrap();

    let mine = portfolio::run(&stage.app, &first.who, None, 50).unwrap();
    assert_eq!(mine.waiting.len(), 1);
    assert_eq!(mine.waiting[0].waits_for, WaitsFor::Paper);
    assert_eq!(mine.waiting[0].from, "东风岭汽车");
    let states: Vec<_> = mine.holdings.iter().map(|h| h.state.clone()).collect();
    assert!(states.contains(&HoldingState::Offered("乙厂".to_owned())));
    assert!(states.contains(&HoldingState::Held));
    // What nobody has accepted is not held yet.
    assert_eq!(mine.total.iter().collect::<Vec<_>>(), [(cny(), 120_000)]);

    let theirs = portfolio::run(&stage.app, &second.who, None, 50).unwrap();
    assert_eq!(theirs.waiting.len(), 1);
    assert_eq!(theirs.waiting[0].waits_for, WaitsFor::Offer);
    assert_eq!(theirs.waiting[0].from, "甲厂");
    assert_eq!(theirs.waiting[0].holding.fragment, offered.offered);
    assert!(theirs.holdings.is_empty() && theirs.days.is_empty());

    let accept = Answer::Accept;
    answer_offer::run(
        &stage.app,
        &second.who,
        &second.signing(),
        &offered.offered,
        accept,
        None,
    )
    .unwrap();
    let theirs = portfolio::run(&stage.app, &second.who, None, 50).unwrap();
    assert!(theirs.waiting.is_empty());
    assert_eq!(theirs.holdings[0].tier, 2);
    assert!(theirs.holdings[0].is_free());
}

#[test]
fn requests_are_listed_until_one_is_signed_and_the_bank_holds_what_it_paid() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("海港保理"));
    let paper = stage.issued_paper(&supplier, Stage::yuan("120000.00"), MATURITY);
    let request = ask(
        &stage,
        &supplier,
        &paper.fragment,
        Stage::yuan("50000.00"),
        &[&bank],
    )
    .unwrap();
    let open = |who: &Actor| portfolio::run(&stage.app, &who.who, None, 50).unwrap();
    assert_eq!(open(&supplier).inquiries[0].offers, 0);
    let quoted = quote(&stage, &bank, request, &terms(&stage, "2.85")).unwrap();
    let seen = open(&supplier).inquiries;
    assert_eq!((seen.len(), seen[0].offers), (1, 1));
    assert!(seen[0].best_annual_cost.is_some());

    sign(&stage, &supplier, quoted).unwrap();
    let mine = open(&supplier);
    assert!(mine.inquiries.is_empty());
    assert!(
        mine.holdings
            .iter()
            .any(|h| h.state == HoldingState::Selling("海港保理".to_owned()))
    );
    assert_eq!(open(&bank).waiting[0].waits_for, WaitsFor::Payment);
    assert!(open(&bank).holdings.is_empty());

    booked(&stage, &instruction(&stage, quoted), OPENING);
    ledger_app::complete_discount::run_due(&stage.app).unwrap();
    let bought = open(&bank);
    assert!(bought.waiting.is_empty());
    assert_eq!(bought.holdings[0].amount, Stage::yuan("50000.00"));
    assert_eq!(
        open(&supplier).total.iter().collect::<Vec<_>>(),
        [(cny(), 7_000_000)]
    );
}

#[test]
fn days_pass_and_the_portfolio_says_so() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    stage.issued_paper(&supplier, Stage::yuan("10.00"), MATURITY);
    let state = || {
        portfolio::run(&stage.app, &supplier.who, None, 1)
            .unwrap()
            .holdings[0]
            .state
            .clone()
    };
    assert_eq!(state(), HoldingState::Held);
    stage.advance(MATURITY);
    assert_eq!(state(), HoldingState::Due);
    stage.advance(MATURITY + chrono::Days::new(1));
    assert_eq!(state(), HoldingState::Overdue);
}

#[test]
fn an_obligor_has_no_portfolio() {
    let stage = Stage::new();
    let error = portfolio::run(&stage.app, &stage.obligor().maker.who, None, 10).unwrap_err();
    assert!(matches!(error, AppError::Forbidden(_)));
}

#[test]
fn suppliers_are_found_by_what_one_knows_of_them_and_no_other_way() {
    let stage = Stage::new();
    let (me, other) = (
        stage.supplier("溪谷五金制品"),
        stage.supplier("海州五金加工"),
    );
    stage.bank("五金银行");
    let find = |text: &str| find_supplier::run(&stage.app, &me.who, text);
    let names = |text: &str| -> Vec<String> {
        find(text)
            .unwrap()
            .into_iter()
            .map(|found| found.name)
            .collect()
    };
    assert_eq!(names("五金"), ["海州五金加工"]);
    assert_eq!(find("五").unwrap_err().code(), "search_too_short");
    for pattern in ["%%", "__", "%金%", "\\%"] {
        assert!(find(pattern).unwrap().is_empty(), "{pattern}");
    }
    // Unasked, only those are shown who have sold to me before.
    assert!(names("").is_empty());
    stage.invoice(&other, &me, Stage::yuan("10.00"));
    assert_eq!(names(" "), ["海州五金加工"]);
    let bank = stage.bank("别家银行");
    let error = find_supplier::run(&stage.app, &bank.who, "五金").unwrap_err();
    assert!(matches!(error, AppError::Forbidden(_)));
}
