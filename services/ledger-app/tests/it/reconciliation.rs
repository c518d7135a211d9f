//! What was asked of the bank against what it booked: to the cent, and nothing hidden.

use ledger_app::bank_reconciliation::{self, BankDay, Match};
use ledger_app::error::AppError;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_store::bank_messages::{
    BankMessage, Booking, Direction, StatementBalance, StatementEntry,
};
use ledger_store::payments::{Instruction, InstructionKind, InstructionState};
use uuid::Uuid;

use crate::stage::{Actor, IssuedPaper, MATURITY, OPENING, Stage};

fn cny() -> Currency {
    "CNY".parse().unwrap()
}

struct Desk {
    stage: Stage,
    paper: IssuedPaper,
    payee: Actor,
    message: Uuid,
}

impl Desk {
    fn open() -> Desk {
        let stage = Stage::new();
        let payee = stage.supplier("苏州明锐精密冲压有限公司");
        let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
        let message = BankMessage::new(
            Uuid::from_bytes([5; 16]),
            Direction::In,
            ("camt.053.001.08", "STMT-1"),
            b"<x/>".to_vec(),
            stage.app.clock.now(),
        );
        let id = message.id;
        stage
            .app
            .store
            .write(|tx| tx.bank_messages_append(std::slice::from_ref(&message)))
            .unwrap();
        Desk {
            stage,
            paper,
            payee,
            message: id,
        }
    }

    fn instruct(&self, number: u8, fen: i64, state: InstructionState) -> String {
        let end_to_end_id = format!("E2E-{number}");
        let paid = matches!(
            state,
            InstructionState::Settled | InstructionState::Returned
        );
        let instruction = Instruction {
            id: InstructionId::from_bytes([number; 16]),
            kind: InstructionKind::Collection,
            paper_id: self.paper.paper,
            run: None,
            discount: None,
            debtor: self.stage.obligor().maker.party(),
            debtor_name: "东风岭汽车".to_owned(),
            debtor_account: "DEBTOR".to_owned(),
            debtor_bank_code: "102290000018".to_owned(),
            creditor: self.payee.party(),
            creditor_name: "明锐".to_owned(),
            creditor_account: "CREDITOR".to_owned(),
            creditor_bank_code: "102290000018".to_owned(),
            amount: Amount::from_minor(fen).unwrap(),
            currency: cny(),
            end_to_end_id: end_to_end_id.clone(),
            message_id: None,
            state,
            reason: String::new(),
            evidence: paid.then(|| "REF".to_owned()),
            business_date: OPENING,
            attempts: 0,
            next_attempt_at: self.stage.app.clock.now(),
            netted_in: None,
        };
        let store = &self.stage.app.store;
        assert_eq!(
            store
                .write(|tx| tx.instructions_insert(std::slice::from_ref(&instruction)))
                .unwrap(),
            1
        );
        end_to_end_id
    }

    fn book(&self, account: &str, id: &str, fen: i64, direction: Booking, reference: &str) {
        let entry = StatementEntry {
            account: account.to_owned(),
            servicer_ref: reference.to_owned(),
            end_to_end_id: id.to_owned(),
            amount: Amount::from_minor(fen).unwrap(),
            currency: cny(),
            direction,
            booking_date: OPENING,
            value_date: OPENING,
            reversal: false,
            message: self.message,
        };
        self.stage
            .app
            .store
            .write(|tx| tx.statement_entries_append(std::slice::from_ref(&entry)))
            .unwrap();
    }

    fn day(&self) -> BankDay {
        bank_reconciliation::view(&self.stage.app, &self.stage.operator, OPENING).unwrap()
    }
}

fn matches(day: &BankDay) -> Vec<(String, Match)> {
    day.lines
        .iter()
        .map(|line| (line.end_to_end_id.clone(), line.matched))
        .collect()
}

#[test]
fn a_day_on_which_all_agrees_is_even_to_the_cent() {
    let desk = Desk::open();
    let paid = desk.instruct(1, 100_000, InstructionState::Settled);
    desk.book("DEBTOR", &paid, 100_000, Booking::Debit, "R1");
    desk.book("CREDITOR", &paid, 100_000, Booking::Credit, "R2");
    desk.instruct(2, 700, InstructionState::Rejected);
    desk.instruct(3, 800, InstructionState::Sent);
    let back = desk.instruct(4, 900, InstructionState::Returned);
    desk.book("DEBTOR", &back, 900, Booking::Debit, "R3");
    desk.book("DEBTOR", &back, 900, Booking::Credit, "R4");
    let day = desk.day();
    assert!(day.is_even(), "{day:?}");
    let sums = day.sums[&cny()];
    assert_eq!(
        (sums.expected, sums.booked, sums.instructions),
        (100_000, 100_000, 4)
    );
    assert_eq!(matches(&day)[0], ("E2E-3".to_owned(), Match::OnItsWay));
}

#[test]
fn a_cent_too_little_a_missing_booking_and_a_stranger_are_named() {
    let desk = Desk::open();
    let short = desk.instruct(1, 100_000, InstructionState::Settled);
    desk.book("CREDITOR", &short, 99_999, Booking::Credit, "R1");
    desk.instruct(2, 500, InstructionState::Settled);
    let early = desk.instruct(3, 600, InstructionState::Rejected);
    desk.book("DEBTOR", &early, 600, Booking::Debit, "R2");
    desk.book("DEBTOR", "NOT-OURS", 77, Booking::Debit, "R3");
    let day = desk.day();
    assert!(!day.is_even());
    let mut found = matches(&day);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        found,
        [
            (short, Match::Differs),
            ("E2E-2".to_owned(), Match::Missing),
            (early, Match::Differs),
            ("NOT-OURS".to_owned(), Match::NotOurs),
        ]
    );
    let stranger = day.lines.last().unwrap();
    assert_eq!((stranger.booked, stranger.expected), (Some(-77), None));
}

#[test]
fn balances_that_do_not_follow_from_the_bookings_are_odd() {
    let desk = Desk::open();
    let paid = desk.instruct(1, 100, InstructionState::Settled);
    desk.book("CREDITOR", &paid, 100, Booking::Credit, "R1");
    let balance = |closing| StatementBalance {
        account: "CREDITOR".to_owned(),
        day: OPENING,
        opening: 1_000,
        closing,
        currency: cny(),
        message: desk.message,
    };
    let store = &desk.stage.app.store;
    store
        .write(|tx| tx.statement_balances_append(&[balance(1_101)]))
        .unwrap();
    let day = desk.day();
    assert!(!day.is_even());
    assert_eq!((day.odd_accounts.len(), day.odd_accounts[0].gap), (1, 1));
}

#[test]
fn only_the_operator_looks() {
    let desk = Desk::open();
    let maker = &desk.stage.obligor().maker.who;
    let refused = bank_reconciliation::view(&desk.stage.app, maker, OPENING);
    assert!(matches!(refused, Err(AppError::Forbidden(_))));
}
