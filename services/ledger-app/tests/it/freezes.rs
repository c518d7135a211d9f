//! Freezes: entered by one, decided by another, kept, ended; what a frozen fragment can't do; and who
//! is paid when at maturity. Offers that nobody answered.

use chrono::Days;
use ledger_app::carry_out_freezes;
use ledger_app::decide_freeze;
use ledger_app::freezes_view;
use ledger_app::freezes_view::ListedFreeze;
use ledger_app::lapse_offers;
use ledger_app::notice::Notice;
use ledger_app::notice_events::FreezeStep;
use ledger_app::notice_events::PaperEvent;
use ledger_app::present_paper;
use ledger_app::propose_freeze;
use ledger_app::propose_freeze::FreezeScope;
use ledger_app::propose_freeze::ProposeFreeze;
use ledger_app::propose_freeze::ProposeLift;
use ledger_app::record_payment;
use ledger_app::settle_paper;
use ledger_app::trace_fragment;
use ledger_app::transfer_fragment;
use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::lapse::OFFER_DAYS;
use ledger_core::paper::PaperState;
use ledger_store::payments::HELD;
use ledger_store::payments::Instruction;
use ledger_store::settlements::RunState;
use uuid::Uuid;

use crate::events_stage::Desk;
use crate::events_stage::code;
use crate::events_stage::desk;
use crate::events_stage::held;
use crate::events_stage::letters_to;
use crate::events_stage::offer_on;
use crate::events_stage::pledge;
use crate::events_stage::release;
use crate::events_stage::today;
use crate::events_stage::verified;
use crate::finance_stage::fragment;
use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::pass_on;
use crate::settlement_stage::statement;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;

fn order(scope: FreezeScope, until: chrono::NaiveDate) -> ProposeFreeze {
    ProposeFreeze {
        authority: "江口市人民法院".to_owned(),
        reference: "（2026）江01执保117号".to_owned(),
        scope,
        until,
        word: String::new(),
    }
}

pub(crate) fn part(stage: &Stage, of: &Actor, fragment_id: &str, amount: &str) -> FreezeScope {
    let held = fragment(stage, fragment_id);
    let paper = stage
        .app
        .store
        .read(|tx| tx.papers_by_ids(&[held.paper]))
        .unwrap();
    FreezeScope::Part {
        holder: of.party(),
        paper: paper[0].paper.number.clone(),
        amount: amount.to_owned(),
    }
}

impl Desk {
    fn frozen(&self, stage: &Stage, wanted: &ProposeFreeze) -> Uuid {
        let id = propose_freeze::run(&stage.app, &self.first.who, wanted).unwrap();
        decide_freeze::run(&stage.app, &self.second.who, id).unwrap();
        id
    }

    fn listed(&self, stage: &Stage, id: Uuid) -> ListedFreeze {
        let all = freezes_view::list(&stage.app, &self.second.who).unwrap();
        all.into_iter().find(|one| one.id == id).unwrap()
    }

    fn lift(&self, stage: &Stage, freeze: Uuid) -> Uuid {
        let wanted = ProposeLift {
            freeze,
            authority: "江口市人民法院".to_owned(),
            reference: "（2026）江01执保117号之一".to_owned(),
            word: String::new(),
        };
        propose_freeze::lift(&stage.app, &self.first.who, &wanted).unwrap()
    }
}

fn steps(stage: &Stage, who: &Actor) -> Vec<FreezeStep> {
    let told = letters_to(stage, who);
    told.into_iter()
        .filter_map(|notice| match notice {
            Notice::PaperEvent(PaperEvent::Freeze(told)) => Some(told.step),
            _ => None,
        })
        .collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn an_order_is_entered_by_one_and_decided_by_another() {
    let stage = Stage::new();
    let desk = desk(&stage);
    let (supplier, other) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let bank = stage.bank("江口银行");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let app = &stage.app;
    let until = today(&stage) + Days::new(20);
    let wanted = order(part(&stage, &supplier, &paper.fragment, "300.00"), until);
    // Nobody but the operator's people, and not one of them alone.
    for who in [&supplier, &other, &bank, &stage.obligor().maker] {
        assert_eq!(
            code(propose_freeze::run(app, &who.who, &wanted)),
            "forbidden"
        );
        assert_eq!(code(freezes_view::list(app, &who.who)), "forbidden");
    }
    let id = propose_freeze::run(app, &desk.first.who, &wanted).unwrap();
    assert_eq!(
        code(decide_freeze::run(app, &desk.first.who, id)),
        "same_person"
    );
    assert_eq!(
        code(decide_freeze::run(app, &supplier.who, id)),
        "forbidden"
    );
    assert_eq!(held(&stage, &supplier).len(), 1, "nothing is frozen by one");
    assert_eq!(
        code(decide_freeze::send_back(app, &desk.second.who, id, " ")),
        "word_missing"
    );
    decide_freeze::send_back(app, &desk.second.who, id, "金额应为400").unwrap();
    assert_eq!(
        code(decide_freeze::run(app, &desk.second.who, id)),
        "freeze_decided"
    );

    let wanted = order(part(&stage, &supplier, &paper.fragment, "400.00"), until);
    let id = propose_freeze::run(app, &desk.first.who, &wanted).unwrap();
    assert_eq!(decide_freeze::run(app, &desk.second.who, id).unwrap(), 1);
    let all = held(&stage, &supplier);
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].state, FragmentState::Frozen { pledgee: None });
    assert_eq!(all[0].range.amount(), Stage::yuan("400.00"));
    assert_eq!(all[1].state, FragmentState::Held);
    assert_eq!(steps(&stage, &supplier), [FreezeStep::Frozen]);
    assert!(steps(&stage, &other).is_empty());
    // The holder reads whose order it is, and can do nothing with what is frozen.
    let frozen = app.public_ids.show(all[0].no);
    let seen = trace_fragment::run(app, &supplier.who, &frozen).unwrap();
    assert_eq!(seen.frozen.unwrap().until, until);
    let invoice = stage.invoice(&other, &supplier, Stage::yuan("100.00"));
    let sold = offer_on(&stage, &supplier, &frozen, "100.00", &other, invoice);
    assert_eq!(code(sold), "fragment_not_free");
    pass_on(
        &stage,
        &supplier,
        &app.public_ids.show(all[1].no),
        "100.00",
        &other,
    );
    // An order takes no more than it says, however often it is carried out.
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 0);
    assert_eq!(desk.listed(&stage, id).fragments, 1);

    // It ends by itself after its last day, and not on it.
    stage.advance(until);
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 0);
    stage.advance(until + Days::new(1));
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 1);
    let freed = held(&stage, &supplier);
    assert!(freed.iter().all(|one| one.state == FragmentState::Held));
    assert!(!desk.listed(&stage, id).stands());
    assert_eq!(
        steps(&stage, &supplier),
        [FreezeStep::Frozen, FreezeStep::Ended]
    );
    verified(&stage);
}

#[test]
fn only_another_order_and_another_person_lift_a_freeze_before_its_day() {
    let stage = Stage::new();
    let desk = desk(&stage);
    let supplier = stage.supplier("溪谷五金");
    stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let until = today(&stage) + Days::new(60);
    let id = desk.frozen(&stage, &order(FreezeScope::Holder(supplier.party()), until));
    let app = &stage.app;
    let lift = desk.lift(&stage, id);
    let again = ProposeLift {
        freeze: id,
        authority: "法院".to_owned(),
        reference: "2".to_owned(),
        word: String::new(),
    };
    assert_eq!(
        code(propose_freeze::lift(app, &desk.second.who, &again)),
        "freeze_lift_waits"
    );
    assert_eq!(
        code(decide_freeze::run(app, &desk.first.who, lift)),
        "same_person"
    );
    let nameless = ProposeLift {
        reference: " ".to_owned(),
        ..again.clone()
    };
    assert_eq!(
        code(propose_freeze::lift(app, &desk.first.who, &nameless)),
        "order_missing"
    );
    assert_eq!(
        code(propose_freeze::withdraw(app, &desk.second.who, lift)),
        "freeze_not_yours"
    );
    propose_freeze::withdraw(app, &desk.first.who, lift).unwrap();
    let lift = desk.lift(&stage, id);
    assert_eq!(decide_freeze::run(app, &desk.second.who, lift).unwrap(), 1);
    assert_eq!(held(&stage, &supplier)[0].state, FragmentState::Held);
    assert_eq!(
        code(propose_freeze::lift(app, &desk.first.who, &again)),
        "freeze_not_standing"
    );
    // What it would catch now stays free: a lifted order takes nothing more.
    stage.issued_paper(&supplier, Stage::yuan("10.00"), MATURITY);
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 0);
    verified(&stage);
}

#[test]
fn an_order_over_a_holder_is_kept_and_takes_offers_and_pledges_with_it() {
    let stage = Stage::new();
    let desk = desk(&stage);
    let (supplier, other) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let bank = stage.bank("江口银行");
    let app = &stage.app;
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let invoice = stage.invoice(&other, &supplier, Stage::yuan("300.00"));
    let offered = offer_on(
        &stage,
        &supplier,
        &paper.fragment,
        "300.00",
        &other,
        invoice,
    )
    .unwrap();
    pledge(&stage, &supplier, &offered.rest.unwrap(), "200.00", &bank);
    let until = today(&stage) + Days::new(20);
    let id = desk.frozen(&stage, &order(FreezeScope::Holder(supplier.party()), until));
    let all = held(&stage, &supplier);
    assert_eq!(all.len(), 3);
    assert!(
        all.iter()
            .all(|one| matches!(one.state, FragmentState::Frozen { .. }))
    );
    assert_eq!(steps(&stage, &other), [FreezeStep::OfferOver]);
    assert_eq!(steps(&stage, &bank), [FreezeStep::FrozenPledge]);
    // The invoice of the offer is free again.
    let free = app
        .store
        .read(|tx| tx.document_capacities(&[invoice]))
        .unwrap();
    assert_eq!(free[0].free(), Stage::yuan("300.00"));
    // What comes into the holder's hands while the order stands is caught by the next run.
    stage.issued_paper(&supplier, Stage::yuan("70.00"), MATURITY);
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 1);
    assert_eq!(desk.listed(&stage, id).fragments, 4);
    let lift = desk.lift(&stage, id);
    decide_freeze::run(app, &desk.second.who, lift).unwrap();
    // The pledge stands again and its pledgee lets it go.
    let behind = held(&stage, &supplier)
        .into_iter()
        .find(|one| {
            one.state
                == FragmentState::Pledged {
                    pledgee: bank.party(),
                }
        })
        .unwrap();
    release(&stage, &bank, &app.public_ids.show(behind.no)).unwrap();
    verified(&stage);
}

#[test]
fn at_maturity_all_are_paid_but_the_frozen_claim_which_is_paid_when_the_freeze_ends() {
    let due = Due::new(1);
    let (stage, paper) = (&due.stage, &due.papers[0]);
    let desk = desk(stage);
    let app = &stage.app;
    let scope = FreezeScope::Part {
        holder: due.payee.party(),
        paper: paper.number.clone(),
        amount: "150.00".to_owned(),
    };
    let id = desk.frozen(stage, &order(scope, MATURITY + Days::new(30)));
    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    // The obligor is asked for the whole face, by one claim a holder.
    let asked = present_paper::to_present(app).unwrap();
    assert_eq!(asked[0].claims.len(), 2);
    assert_eq!(due.present(), 1);
    assert_eq!(settle_paper::instruct(app).unwrap(), 3);
    assert_eq!(settle_paper::instruct(app).unwrap(), 0);
    let (held, free): (Vec<_>, Vec<_>) = due
        .credits(paper)
        .into_iter()
        .partition(|credit| credit.next_attempt_at == HELD);
    let amounts = |credits: &[Instruction], to: &Actor| -> Vec<Amount> {
        let own = credits
            .iter()
            .filter(|credit| credit.creditor == to.party());
        own.map(|credit| credit.amount).collect()
    };
    assert_eq!(amounts(&free, &due.second), [Stage::yuan("300.00")]);
    assert_eq!(amounts(&free, &due.payee), [Stage::yuan("550.00")]);
    assert_eq!(amounts(&held, &due.payee), [Stage::yuan("150.00")]);
    // It goes from the obligor's account to the holder's own, like every other.
    let free_one = free
        .iter()
        .find(|one| one.creditor == due.payee.party())
        .unwrap();
    assert_eq!(held[0].debtor_account, free_one.debtor_account);
    assert_eq!(held[0].creditor_account, free_one.creditor_account);
    let bookings = free.iter().map(booking).collect();
    record_payment::note_statement(app, &statement("FREE", bookings)).unwrap();
    assert_eq!(due.close(), 0);
    assert_eq!(carry_out_freezes::run_due(app).unwrap(), 0);
    assert_eq!(due.run(paper).state, RunState::Instructed);
    assert!(due.tasks().is_empty(), "nothing is amiss");

    // The freeze is lifted: the credit may be sent, and with its proof the paper is settled.
    let lift = desk.lift(stage, id);
    assert_eq!(decide_freeze::run(app, &desk.second.who, lift).unwrap(), 1);
    assert_eq!(
        carry_out_freezes::run_due(app).unwrap(),
        0,
        "the decision let it go at once"
    );
    assert!(
        due.credits(paper)
            .iter()
            .all(|credit| credit.next_attempt_at < HELD)
    );
    assert_eq!(due.close(), 0);
    let bookings = held.iter().map(booking).collect();
    record_payment::note_statement(app, &statement("HELD", bookings)).unwrap();
    assert_eq!(due.close(), 1);
    let settled = app
        .store
        .read(|tx| tx.papers_by_ids(&[paper.paper]))
        .unwrap();
    assert_eq!(settled[0].paper.state, PaperState::Settled);
    verified(stage);
}

#[test]
fn an_offer_that_nobody_answers_lapses() {
    let stage = Stage::new();
    let (supplier, other) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let app = &stage.app;
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let invoice = stage.invoice(&other, &supplier, Stage::yuan("300.00"));
    let offered = offer_on(
        &stage,
        &supplier,
        &paper.fragment,
        "300.00",
        &other,
        invoice,
    )
    .unwrap();
    stage.advance(today(&stage) + Days::new(OFFER_DAYS));
    assert_eq!(lapse_offers::run_due(app).unwrap(), 0);
    stage.advance(today(&stage) + Days::new(1));
    assert_eq!(lapse_offers::run_due(app).unwrap(), 1);
    assert_eq!(lapse_offers::run_due(app).unwrap(), 0);
    let all = held(&stage, &supplier);
    assert!(all.iter().all(|one| one.state == FragmentState::Held));
    let free = app
        .store
        .read(|tx| tx.document_capacities(&[invoice]))
        .unwrap();
    assert_eq!(free[0].free(), Stage::yuan("300.00"));
    for who in [&supplier, &other] {
        let told = letters_to(&stage, who);
        let lapsed = |n: &Notice| matches!(n, Notice::PaperEvent(PaperEvent::OfferLapsed(_)));
        assert_eq!(told.iter().filter(|n| lapsed(n)).count(), 1);
    }
    let late = transfer_fragment::recall(app, &supplier.who, &supplier.signing(), &offered.offered);
    assert_eq!(code(late), "fragment_spent");
    verified(&stage);
}
