//! A purchase against its money: registered, instructed, proven, moved, undone; stopped at any point
//! and taken up again, with no answer as a state of its own.

use ledger_app::complete_discount;
use ledger_app::error::AppError;
use ledger_app::operator_tasks;
use ledger_app::payout_tasks;
use ledger_app::provider_book;
use ledger_app::provider_inbox;
use ledger_app::record_payment;
use ledger_app::register_discount;
use ledger_app::report_payout;
use ledger_app::reverse_discount;
use ledger_app::reverse_discount::Undone;
use ledger_core::fragment::FragmentState;
use ledger_core::id::QuoteId;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use ledger_store::quotes::DiscountState;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::rejected;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A supplier's paper, sold whole to a bank that has done nothing yet.
pub(crate) struct Sale {
    pub(crate) stage: Stage,
    supplier: Actor,
    bank: Actor,
    pub(crate) quote: QuoteId,
}

impl Sale {
    pub(crate) fn signed() -> Sale {
        let stage = Stage::new();
        let supplier = stage.supplier("溪谷五金");
        let bank = stage.bank("江口银行");
        let face = Stage::yuan("5000.00");
        let paper = stage.issued_paper(&supplier, face, MATURITY);
        let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
        let quote = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
        sign(&stage, &supplier, quote).unwrap();
        Sale {
            stage,
            supplier,
            bank,
            quote,
        }
    }

    /// Paid, and the fragment moved.
    fn funded() -> Sale {
        let sale = Sale::signed();
        register(&sale.stage, &sale.bank, sale.quote);
        sale.authorise().unwrap();
        booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
        sale.rounds();
        assert_eq!(sale.state(), DiscountState::Funded);
        sale
    }

    fn authorise(&self) -> Result<(), AppError> {
        report_payout::authorise(&self.stage.app, &self.bank.who, self.quote, None).map(|_| ())
    }

    pub(crate) fn state(&self) -> DiscountState {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.discounts_by_quotes(&[self.quote]));
        found.unwrap()[0].state
    }

    /// Every job that touches purchases, in the scheduler's order.
    fn rounds(&self) {
        let app = &self.stage.app;
        complete_discount::run_due(app).unwrap();
        reverse_discount::run_due(app).unwrap();
        payout_tasks::watch(app).unwrap();
    }

    /// Who holds what of the paper, and in which state.
    fn held(&self) -> Vec<(&'static str, FragmentState)> {
        let of = |who: &Actor, name| {
            let party = who.party();
            let found = self
                .stage
                .app
                .store
                .read(|tx| tx.fragments_of_holder(party, 9));
            let found = found.unwrap().into_iter();
            found.map(move |f| (name, f.state)).collect::<Vec<_>>()
        };
        [of(&self.supplier, "supplier"), of(&self.bank, "bank")].concat()
    }

    /// The bank gives no answer, or one of these, to the message that is out.
    fn answered(&self, state: InstructionState) {
        let word = InstructionWord {
            end_to_end_id: instruction(&self.stage, self.quote).end_to_end_id,
            state,
            reason: String::new(),
            evidence: None,
        };
        record_payment::note_answer(&self.stage.app, "none", "M", b"", &[word]).unwrap();
    }

    /// The bank states that the payment came back.
    fn came_back(&self) {
        came_back(&self.stage, &instruction(&self.stage, self.quote), OPENING);
    }

    fn tasks(&self) -> Vec<String> {
        let open = operator_tasks::open(&self.stage.app, &self.stage.operator).unwrap();
        open.into_iter().map(|listed| listed.task.code).collect()
    }

    fn close_tasks(&self) {
        let (app, operator) = (&self.stage.app, &self.stage.operator);
        for listed in operator_tasks::open(app, operator).unwrap() {
            operator_tasks::close(app, operator, listed.task.id, "asked the bank").unwrap();
        }
    }

    fn owner(&self, sql: &str) {
        let url = self.stage.database.url_owner();
        let mut hand = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        hand.batch_execute(sql).unwrap();
    }
}

#[test]
fn a_certificate_is_recorded_once_and_belongs_to_one_purchase() {
    let sale = Sale::signed();
    let run = |who: &Actor, text: &str| {
        register_discount::run(&sale.stage.app, &who.who, sale.quote, text, None)
    };
    let code = |error: AppError| error.code();
    assert_eq!(code(sale.authorise().unwrap_err()), "not_registered");
    let reported = report_payout::report(&sale.stage.app, &sale.bank.who, sale.quote, "WIRE", None);
    assert_eq!(code(reported.unwrap_err()), "not_registered");
    for bad in ["", "1234", "登记证明编号00000001"] {
        let refused = run(&sale.bank, bad).unwrap_err();
        assert_eq!(code(refused), "certificate_invalid");
    }
    let other = sale.stage.bank("海港保理");
    assert_eq!(
        code(run(&other, "01234567000123456789").unwrap_err()),
        "not_found"
    );
    let supplier = run(&sale.supplier, "01234567000123456789").unwrap_err();
    assert_eq!(code(supplier), "forbidden");
    assert_eq!(sale.state(), DiscountState::Signed);
    let kept = run(&sale.bank, "0123 4567 0001 2345 6789").unwrap();
    assert_eq!(
        (kept.certificate.as_str(), kept.state.as_str()),
        ("01234567000123456789", "registered")
    );
    assert_eq!(run(&sale.bank, "01234567000123456789").unwrap(), kept);
    let changed = run(&sale.bank, "01234567000123456780").unwrap_err();
    assert_eq!(code(changed), "already_registered");
    let shown = provider_book::discount(&sale.stage.app, &sale.bank.who, sale.quote).unwrap();
    assert_eq!(shown.certificate.as_deref(), Some("01234567000123456789"));
    assert!(shown.awaits_payment());

    // The same certificate for another purchase of the same bank.
    let stage = &sale.stage;
    let face = Stage::yuan("100.00");
    let paper = stage.issued_paper(&sale.supplier, face, MATURITY);
    let request = ask(stage, &sale.supplier, &paper.fragment, face, &[&sale.bank]).unwrap();
    let second = quote(stage, &sale.bank, request, &terms(stage, "3")).unwrap();
    let unsigned = register_discount::run(&stage.app, &sale.bank.who, second, "87654321", None);
    assert_eq!(code(unsigned.unwrap_err()), "not_found");
    sign(stage, &sale.supplier, second).unwrap();
    let number = "01234567000123456789";
    let taken = register_discount::run(&stage.app, &sale.bank.who, second, number, None);
    assert_eq!(code(taken.unwrap_err()), "certificate_taken");

    // Never let go, a registered purchase lapses like any other.
    let late = OPENING + chrono::Days::new(6);
    stage.advance(late);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().released, 2);
    assert_eq!(sale.state(), DiscountState::Reversed);
    let over = register_discount::run(&stage.app, &sale.bank.who, second, "87654321", None);
    assert_eq!(code(over.unwrap_err()), "discount_over");
}

#[test]
fn no_answer_is_a_state_of_its_own_and_only_evidence_ends_it() {
    let sale = Sale::signed();
    register(&sale.stage, &sale.bank, sale.quote);
    sale.authorise().unwrap();
    let app = &sale.stage.app;
    let out = record_payment::take_outgoing(app).unwrap();
    record_payment::note_sent(app, &out[0], "pain.001.001.09", "<Document/>").unwrap();
    sale.answered(InstructionState::Unknown);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Unknown);
    // Both sides stay locked: no second payment, nothing moves, nothing lapses.
    let again = report_payout::report(app, &sale.bank.who, sale.quote, "WIRE", None);
    assert_eq!(again.unwrap_err().code(), "payment_already_authorised");
    sale.authorise().unwrap();
    assert!(record_payment::take_outgoing(app).unwrap().is_empty());
    let locked = FragmentState::FinanceLocked {
        provider: sale.bank.party(),
    };
    assert_eq!(sale.held(), [("supplier", locked)]);
    assert!(sale.tasks().is_empty());

    // An answer that is no evidence changes the word and nothing else.
    sale.answered(InstructionState::Accepted);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Paying);
    sale.answered(InstructionState::Unknown);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Unknown);

    // A day later a person is asked, once; when the task is closed, not at once again.
    sale.stage.advance(OPENING + chrono::Days::new(30));
    sale.rounds();
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_unproven"]);
    assert_eq!(sale.held(), [("supplier", locked)]);
    sale.close_tasks();
    sale.rounds();
    assert!(sale.tasks().is_empty());
    assert_eq!(sale.state(), DiscountState::Unknown);

    booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Funded);
    assert_eq!(sale.held(), [("bank", FragmentState::Held)]);
}

#[test]
fn no_answer_may_also_end_in_a_refusal() {
    let sale = Sale::signed();
    register(&sale.stage, &sale.bank, sale.quote);
    sale.authorise().unwrap();
    sale.answered(InstructionState::Unknown);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Unknown);
    rejected(&sale.stage, &instruction(&sale.stage, sale.quote));
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Reversed);
    assert_eq!(sale.held(), [("supplier", FragmentState::Held)]);
    // Booked after all, too late: nobody guesses, a person is told.
    booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_booked_after_end"]);
    assert_eq!(sale.held(), [("supplier", FragmentState::Held)]);
}

#[test]
fn a_booking_outweighs_a_refusal_that_was_not_acted_on_yet() {
    let sale = Sale::signed();
    register(&sale.stage, &sale.bank, sale.quote);
    sale.authorise().unwrap();
    rejected(&sale.stage, &instruction(&sale.stage, sale.quote));
    booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Funded);
    assert_eq!(sale.held(), [("bank", FragmentState::Held)]);
    assert!(sale.tasks().is_empty());
}

/// The steps between signature and moved fragment, each as it stands on record when it is done.
const STEPS: [fn(&Sale); 6] = [
    |sale| {
        register(&sale.stage, &sale.bank, sale.quote);
    },
    |sale| sale.authorise().unwrap(),
    |sale| {
        let app = &sale.stage.app;
        for batch in record_payment::take_outgoing(app).unwrap() {
            record_payment::note_sent(app, &batch, "pain.001.001.09", "<Document/>").unwrap();
        }
    },
    |sale| {
        if instruction(&sale.stage, sale.quote).state == InstructionState::Sent {
            sale.answered(InstructionState::Unknown);
        }
    },
    |sale| {
        booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
    },
    Sale::rounds,
];

#[test]
fn stopped_after_any_step_it_is_taken_up_again_and_ends_the_same() {
    for stopped_after in 0..=STEPS.len() {
        let sale = Sale::signed();
        let before = sale.stage.book_size();
        for step in &STEPS[..stopped_after] {
            step(&sale);
        }
        // What a program that starts again does: every round, twice, and the last step once more.
        sale.rounds();
        sale.rounds();
        let from = stopped_after.saturating_sub(1);
        for step in &STEPS[from..] {
            step(&sale);
            sale.rounds();
        }
        assert_eq!(sale.state(), DiscountState::Funded, "{stopped_after}");
        assert_eq!(sale.held(), [("bank", FragmentState::Held)]);
        assert_eq!(sale.stage.book_size(), before + 1);
        let told = letters(&sale.stage, &sale.supplier);
        let paid = told.iter().filter(|kind| **kind == "discount_paid");
        assert_eq!(paid.count(), 1, "{stopped_after}: {told:?}");
        assert!(sale.tasks().is_empty());
    }
}

#[test]
fn a_conclusion_that_fails_at_any_statement_leaves_nothing_behind() {
    for (table, event) in [
        ("discount", "UPDATE"),
        ("finance_request", "UPDATE"),
        ("outbox", "INSERT"),
        ("entry", "INSERT"),
        ("book", "UPDATE"),
    ] {
        let sale = Sale::signed();
        register(&sale.stage, &sale.bank, sale.quote);
        sale.authorise().unwrap();
        booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
        let before = (sale.stage.book_size(), sale.held(), sale.state());
        sale.owner(&format!(
            "CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the power is out'; END $$; \
             CREATE TRIGGER power_cut BEFORE {event} ON {table} \
             FOR EACH ROW EXECUTE FUNCTION power_cut();"
        ));
        let done = complete_discount::run_due(&sale.stage.app).unwrap();
        assert_eq!((done.completed, done.failed), (0, 1), "{table}");
        let after = (sale.stage.book_size(), sale.held(), sale.state());
        assert_eq!(after, before, "{table}");
        sale.owner(&format!(
            "DROP TRIGGER power_cut ON {table}; DROP FUNCTION power_cut();"
        ));
        sale.rounds();
        assert_eq!(sale.state(), DiscountState::Funded, "{table}");
        assert_eq!(sale.held(), [("bank", FragmentState::Held)]);
        assert_eq!(sale.stage.book_size(), before.0 + 1);
    }
}

#[test]
fn money_that_comes_back_takes_the_fragment_back_too() {
    let sale = Sale::funded();
    let before = sale.stage.book_size();
    let app = &sale.stage.app;
    let payout = instruction(&sale.stage, sale.quote).id;
    let guess = ledger_core::hash::EvidenceDigest::from_bytes([7; 32]);
    let early = reverse_discount::run(app, payout, guess).unwrap_err();
    assert_eq!(early.code(), "payment_not_proven");
    sale.came_back();
    assert_eq!(reverse_discount::due(app).unwrap(), [payout]);
    sale.rounds();
    sale.rounds();
    assert_eq!(sale.state(), DiscountState::Reversed);
    assert_eq!(sale.held(), [("supplier", FragmentState::Held)]);
    assert_eq!(sale.stage.book_size(), before + 1);
    let evidence = complete_discount::evidence_of(app, payout).unwrap();
    let again = reverse_discount::run(app, payout, evidence).unwrap();
    assert_eq!(again, Undone::Before);
    for who in [&sale.supplier, &sale.bank] {
        let told = letters(&sale.stage, who);
        assert!(told.ends_with(&["discount_reversed"]), "{told:?}");
    }
    assert!(sale.tasks().is_empty());
    let statement = provider_book::statement(app, &sale.bank.who, OPENING, MATURITY).unwrap();
    assert!(statement.totals.is_empty());
    // The fragment can be sold again, under its new name.
    let party = sale.supplier.party();
    let free = app
        .store
        .read(|tx| tx.fragments_of_holder(party, 9))
        .unwrap();
    let name = app.public_ids.show(free[0].no);
    let face = Stage::yuan("5000.00");
    let other = sale.stage.bank("海港保理");
    let banks = [&sale.bank, &other];
    let request = ask(&sale.stage, &sale.supplier, &name, face, &banks).unwrap();
    // What the first one had paid stands in the sale and in its reversal: told to it alone.
    for (who, told) in [(&sale.bank, true), (&other, false)] {
        let seen = provider_inbox::provenance(app, &who.who, request).unwrap();
        let priced = ["discount_agree", "discount_reverse"];
        let told_of: Vec<bool> = seen
            .steps
            .iter()
            .filter(|step| priced.contains(&step.kind))
            .map(|step| step.proof.is_some())
            .collect();
        assert_eq!(told_of, [told, told]);
    }
}

#[test]
fn money_that_comes_back_once_the_paper_is_due_is_a_persons_to_see_to() {
    let sale = Sale::funded();
    let before = sale.stage.book_size();
    sale.stage.advance(MATURITY);
    // The clearing sheet may name the bank already: moved back, the fragment would be paid to one
    // and belong to another.
    sale.came_back();
    sale.rounds();
    sale.rounds();
    assert_eq!(sale.stage.book_size(), before);
    assert_eq!(sale.state(), DiscountState::Funded);
    assert_eq!(sale.tasks(), ["payout_returned_after_use"]);
}

#[test]
fn what_the_bank_has_used_is_not_taken_back_but_told() {
    let sale = Sale::funded();
    let app = &sale.stage.app;
    let party = sale.bank.party();
    let mine = app
        .store
        .read(|tx| tx.fragments_of_holder(party, 9))
        .unwrap();
    let name = app.public_ids.show(mine[0].no);
    let held = ledger_app::held_fragment::HeldFragment::load(app, &name).unwrap();
    // Any lawful use makes it another fragment: here it is cut in two.
    let half = Stage::yuan("2000.00");
    let entry = held.entry(
        app,
        app.business_date().unwrap(),
        half,
        ledger_core::act::Act::Split,
    );
    let seat = ledger_core::signature::Seat::Holder;
    let posting = ledger_store::posting::Posting {
        sealed: entry.sealed_by(&[(seat, &sale.bank.signer)]),
        spent: Some(held.fragment.no),
    };
    app.posting.post_one(posting, None).unwrap();
    sale.came_back();
    let before = (sale.stage.book_size(), sale.held());
    sale.rounds();
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_returned_after_use"]);
    assert_eq!((sale.stage.book_size(), sale.held()), before);
    assert_eq!(sale.state(), DiscountState::Funded);
    sale.close_tasks();
    sale.rounds();
    assert!(sale.tasks().is_empty(), "a closed task is the last word");
}

#[test]
fn from_the_day_on_which_the_journal_wants_it_no_fragment_moves_uncertified() {
    let sale = Sale::signed();
    // Paid by the bank on its own, unasked and unregistered.
    booked(&sale.stage, &instruction(&sale.stage, sale.quote), OPENING);
    sale.stage.advance("2026-12-01".parse().unwrap());
    let done = complete_discount::run_due(&sale.stage.app).unwrap();
    assert!(done.completed == 0 && done.failed > 0);
    sale.rounds();
    assert_eq!(sale.tasks(), ["payout_not_registered"]);
    register(&sale.stage, &sale.bank, sale.quote);
    sale.rounds();
    assert_eq!(sale.held(), [("bank", FragmentState::Held)]);
}
