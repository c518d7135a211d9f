//! Branches off the main line of a purchase: the bank pays late, the obligor is blocked meanwhile.

use chrono::Days;
use ledger_app::complete_discount;
use ledger_app::instant_quotes;
use ledger_app::notice::Notice;
use ledger_app::operator_tasks;
use ledger_app::payout_tasks;
use ledger_app::provider_inbox;
use ledger_app::quote_fragment;
use ledger_app::record_payment;
use ledger_app::report_payout;
use ledger_core::fragment::FragmentState;
use ledger_core::id::QuoteId;
use ledger_store::outbox::OutboxKind;
use ledger_store::quotes::DiscountState;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::fragment;
use crate::finance_stage::instruction;
use crate::finance_stage::part;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::issue_approval::block;
use crate::rate_cards::card_of;
use crate::rate_cards::publish;
use crate::rate_cards::row;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A supplier's paper and a bank.
struct Sale {
    stage: Stage,
    supplier: Actor,
    bank: Actor,
    paper: IssuedPaper,
}

impl Sale {
    fn new() -> Sale {
        let stage = Stage::new();
        let supplier = stage.supplier("溪谷五金");
        let bank = stage.bank("江口银行");
        let paper = stage.issued_paper(&supplier, Stage::yuan("5000.00"), MATURITY);
        Sale {
            stage,
            supplier,
            bank,
            paper,
        }
    }

    /// Offered by the bank, to be paid on the opening day.
    fn offered(&self) -> QuoteId {
        let (stage, face) = (&self.stage, Stage::yuan("5000.00"));
        let request = ask(
            stage,
            &self.supplier,
            &self.paper.fragment,
            face,
            &[&self.bank],
        );
        quote(stage, &self.bank, request.unwrap(), &terms(stage, "3")).unwrap()
    }

    fn rounds(&self) {
        complete_discount::run_due(&self.stage.app).unwrap();
        payout_tasks::watch(&self.stage.app).unwrap();
    }

    fn tasks(&self) -> Vec<String> {
        let open = operator_tasks::open(&self.stage.app, &self.stage.operator).unwrap();
        open.into_iter().map(|listed| listed.task.code).collect()
    }

    fn held(&self, who: &Actor) -> Vec<FragmentState> {
        let app = &self.stage.app;
        let found = app.store.read(|tx| tx.fragments_of_holder(who.party(), 9));
        found.unwrap().into_iter().map(|one| one.state).collect()
    }

    fn state(&self, quote: QuoteId) -> DiscountState {
        let app = &self.stage.app;
        let found = app.store.read(|tx| tx.discounts_by_quotes(&[quote]));
        found.unwrap()[0].state
    }

    /// The day of payment that the supplier's letters name.
    fn paid_on(&self) -> Vec<chrono::NaiveDate> {
        let app = &self.stage.app;
        let items = app.store.read(|tx| tx.outbox_latest(OutboxKind::Mail, 100));
        items
            .unwrap()
            .into_iter()
            .filter(|item| item.payload["to"]["email"] == self.supplier.email.as_str())
            .filter_map(
                |item| match serde_json::from_value(item.payload["notice"].clone()) {
                    Ok(Notice::DiscountPaid { paid_on, .. }) => Some(paid_on),
                    _ => None,
                },
            )
            .collect()
    }
}

#[test]
fn a_bank_that_pays_late_is_asked_after_and_the_fragment_moves_on_proof_at_the_signed_price() {
    let sale = Sale::new();
    let (stage, app) = (&sale.stage, &sale.stage.app);
    let id = sale.offered();
    let signed = sign(stage, &sale.supplier, id).unwrap();
    let proceeds = instruction(stage, id).amount;
    // The agreed day passes and no money goes: the supplier's fragment stays locked for the bank, and
    // within the days of grace the bank may still pay.
    stage.advance(OPENING + Days::new(3));
    sale.rounds();
    assert_eq!(sale.state(id), DiscountState::Signed);
    assert!(sale.tasks().is_empty(), "nothing is under way yet");
    register(stage, &sale.bank, id);
    report_payout::authorise(app, &sale.bank.who, id, None).unwrap();
    let out = record_payment::take_outgoing(app).unwrap();
    assert_eq!(out[0].execution_date, OPENING + Days::new(3), "at once");
    record_payment::note_sent(app, &out[0], "pain.001.001.09", "<Document/>").unwrap();

    // Money that is under way past its day is a person's business, once.
    sale.rounds();
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_unproven"]);
    assert_eq!(
        fragment(stage, &signed.fragment).state,
        FragmentState::FinanceLocked {
            provider: sale.bank.party()
        }
    );
    // However late, it is the bank's proof that moves the fragment, and nothing of the price changes.
    stage.advance(OPENING + Days::new(20));
    sale.rounds();
    assert_eq!(sale.state(id), DiscountState::Paying);
    let paid = OPENING + Days::new(20);
    assert_eq!(booked(stage, &instruction(stage, id), paid), 1);
    sale.rounds();
    assert_eq!(sale.state(id), DiscountState::Funded);
    assert_eq!(instruction(stage, id).amount, proceeds);
    assert_eq!(sale.held(&sale.bank), [FragmentState::Held]);
    assert!(sale.held(&sale.supplier).is_empty());
    assert_eq!(sale.paid_on(), [paid], "the letter names the day it came");
}

#[test]
fn a_bank_that_pays_after_the_days_of_grace_gets_no_fragment_and_a_person_is_asked() {
    let sale = Sale::new();
    let (stage, app) = (&sale.stage, &sale.stage.app);
    let id = sale.offered();
    sign(stage, &sale.supplier, id).unwrap();
    register(stage, &sale.bank, id);
    let grace = u64::try_from(complete_discount::GRACE_DAYS).unwrap();
    stage.advance(OPENING + Days::new(grace + 1));
    sale.rounds();
    assert_eq!(sale.state(id), DiscountState::Reversed);
    assert_eq!(sale.held(&sale.supplier), [FragmentState::Held]);
    let late = report_payout::authorise(app, &sale.bank.who, id, None).unwrap_err();
    assert_eq!(late.code(), "discount_over");
    // Its own transfer arrives all the same: whose the money is, is between the two.
    booked(
        stage,
        &instruction(stage, id),
        OPENING + Days::new(grace + 2),
    );
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_booked_after_end"]);
    assert_eq!(sale.held(&sale.supplier), [FragmentState::Held]);
    assert!(sale.held(&sale.bank).is_empty());
}

#[test]
fn an_obligor_blocked_between_quote_and_signature_is_shown_and_the_bank_may_take_its_word_back() {
    let sale = Sale::new();
    let (stage, app) = (&sale.stage, &sale.stage.app);
    let id = sale.offered();
    let request = app.store.read(|tx| tx.quotes_by_ids(&[id])).unwrap()[0].request;
    block(stage, true);
    let known = provider_inbox::provenance(app, &sale.bank.who, request).unwrap();
    assert!(known.obligor.issuance_blocked, "the bank sees it");
    quote_fragment::withdraw(app, &sale.bank.who, id).unwrap();
    let size = stage.book_size();
    let refused = sign(stage, &sale.supplier, id).unwrap_err();
    assert_eq!(refused.code(), "quote_not_on_offer");
    assert_eq!(stage.book_size(), size);
    assert_eq!(sale.held(&sale.supplier), [FragmentState::Held]);
}

#[test]
fn a_word_that_a_bank_leaves_standing_binds_it_though_the_obligor_is_blocked() {
    let sale = Sale::new();
    let (stage, app) = (&sale.stage, &sale.stage.app);
    let id = sale.offered();
    block(stage, true);
    // The stop is on new promises (77号 art. 15); this one was issued before, and the price is the
    // bank's own signed word.
    sign(stage, &sale.supplier, id).unwrap();
    register(stage, &sale.bank, id);
    report_payout::authorise(app, &sale.bank.who, id, None).unwrap();
    booked(stage, &instruction(stage, id), OPENING);
    sale.rounds();
    assert_eq!(sale.state(id), DiscountState::Funded);
    assert_eq!(sale.held(&sale.bank), [FragmentState::Held]);
}

#[test]
fn standing_rates_give_nothing_new_on_a_blocked_obligor_since_nobody_looks_there() {
    let sale = Sale::new();
    let (stage, app) = (&sale.stage, &sale.stage.app);
    let recourse = ledger_core::rate_card::CardRecourse::Without;
    publish(stage, &sale.bank, &card_of(vec![row(recourse, "3.20")])).unwrap();
    let parts = [part(&sale.paper.fragment, Stage::yuan("5000.00"))];
    let at_once = || instant_quotes::preview(app, &sale.supplier.who, &parts).unwrap();
    assert_eq!(at_once().len(), 1);
    block(stage, true);
    assert!(at_once().is_empty());
    let face = Stage::yuan("5000.00");
    let fragment = &sale.paper.fragment;
    let request = ask(stage, &sale.supplier, fragment, face, &[&sale.bank]).unwrap();
    let again = instant_quotes::again(app, &sale.supplier.who, request);
    assert_eq!(again, Ok(0));
    // A person of the bank may still look and quote.
    quote(stage, &sale.bank, request, &terms(stage, "4.50")).unwrap();
    block(stage, false);
    assert_eq!(at_once().len(), 1);
}
