//! The 60-day clock of a debt stops on the day on which the last of it was paid.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approve_redemption;
use ledger_app::clock_view;
use ledger_app::clock_view::ClocksListed;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_redemption::ProposeRedemption;
use ledger_app::supplier_clock::ClockStanding;
use ledger_app::withdraw_paper;
use ledger_core::day_count::DayCount;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_store::parties::SizeClass;

use crate::events_stage::today;
use crate::events_stage::verified;
use crate::finance_stage::booked;
use crate::issue_steps::approve;
use crate::issue_steps::change_obligor;
use crate::issue_steps::due;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::redemptions;
use crate::redemptions::first_of;
use crate::redemptions::proposed;
use crate::redemptions::run_due;
use crate::stage::Stage;

/// Accepted on 2 March 2026: its last day is 6 May.
const DUE: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 30).unwrap();
const PAY_DATE: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 15).unwrap();
const ACCEPT_BY: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 10).unwrap();

#[test]
fn a_debt_paid_early_in_full_grows_no_older() {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let supplier = stage.supplier("华南座椅");
    let rows = [due(2, "华南座椅", "A-2", Stage::yuan("100.00"), DUE)];
    let import = hand_in(&stage, &rows).import;
    let mut terms = IssueTerms::default();
    terms.payment.early_redemption = EarlyRedemption::EqualTerms;
    let chosen = Chosen::Import(import);
    propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap();
    let (paper, offer) = issued(&approve(&stage, import)).remove(0);
    let (app, signing) = (&stage.app, supplier.signing());
    answer_offer::run(app, &supplier.who, &signing, &offer, Answer::Accept, None).unwrap();

    let of_paper = || {
        let found = stage.app.store.read(|tx| tx.papers_by_ids(&[paper]));
        found.unwrap().remove(0)
    };
    let wanted = ProposeRedemption {
        paper: of_paper().paper.number.to_string(),
        pay_date: PAY_DATE,
        percent: "3.6".parse().unwrap(),
        day_count: DayCount::Actual360,
        accept_by: ACCEPT_BY,
    };
    let id = proposed(&stage, &wanted).unwrap();
    approve_redemption::run(&stage.app, &checker.who, &checker.signer, id).unwrap();
    let theirs = first_of(&stage, &supplier);
    let accepted = redemptions::accept(&stage, &supplier, id, &theirs).unwrap();
    stage.advance(PAY_DATE);
    run_due(&stage);
    booked(
        &stage,
        &redemptions::payment(&stage, &accepted),
        today(&stage),
    );
    assert_eq!(run_due(&stage).redeemed, 1);
    assert_eq!(of_paper().paper.state, PaperState::Settled);

    stage.advance(DUE + Days::new(60));
    let clock = clock_view::view(&stage.app, &maker.who, ClocksListed::Past, None, 10).unwrap();
    assert!(clock.page.is_empty());
    assert!(clock.unpaid.is_empty());
    let standing: Vec<_> = clock.all.keys().collect();
    assert_eq!(standing, [&(SizeClass::Small, ClockStanding::InTime)]);
    verified(&stage);
}

/// Taking a paper back settles nothing: what it stood for runs on, and is one debt when it is listed anew.
#[test]
fn a_debt_whose_paper_was_taken_back_runs_on_until_it_is_listed_anew() {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let maker = &stage.obligor().maker;
    stage.supplier("华南座椅");
    let listed = |number: &str, invoice: &str| {
        let mut row = due(2, "华南座椅", number, Stage::yuan("100.00"), DUE);
        row.invoice_no = Some(invoice.to_owned());
        hand_in(&stage, &[row]).import
    };
    let late = || {
        let past = ClocksListed::Past;
        let found = clock_view::view(&stage.app, &maker.who, past, None, 10).unwrap();
        found.page.len()
    };
    let import = listed("A-2", "INV-1");
    let chosen = Chosen::Import(import);
    let terms = IssueTerms::default();
    propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap();
    let (paper, _offer) = issued(&approve(&stage, import)).remove(0);
    withdraw_paper::run(&stage.app, &maker.who, &maker.signing(), paper, None, None).unwrap();
    stage.advance(DUE + Days::new(60));
    assert_eq!(late(), 1, "owed as before");
    listed("A-3", "INV-2");
    assert_eq!(late(), 2, "another invoice is another debt");
    listed("A-4", "INV-1");
    assert_eq!(late(), 2, "the same invoice is the same debt");
}
