//! Instructions, bank messages, settlement runs.

use std::collections::HashSet;
use std::sync::Barrier;

use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::bank_messages::BankMessage;
use ledger_store::bank_messages::Booking;
use ledger_store::bank_messages::Direction;
use ledger_store::bank_messages::StatementBalance;
use ledger_store::bank_messages::StatementEntry;
use ledger_store::error::StoreError;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use testkit::database::TestDatabase;
use uuid::Uuid;

use crate::samples::added;
use crate::samples::day;
use crate::samples::fen;
use crate::samples::instruction;
use crate::samples::moment;
use crate::samples::random;
use crate::samples::store;
use crate::samples::write;

fn word(of: &str, state: InstructionState, evidence: Option<&str>) -> InstructionWord {
    InstructionWord {
        end_to_end_id: of.to_owned(),
        state,
        reason: "AC04".to_owned(),
        evidence: evidence.map(str::to_owned),
    }
}

#[test]
fn a_payment_goes_out_once() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, debtor) = added(&store, PartyKind::Obligor, "江南汽车");
    let (_, creditor) = added(&store, PartyKind::Supplier, "甲");
    let run = planned(PaperId::from_bytes(random()), "2026-08-31");
    write(&store, |tx| {
        tx.settlements_insert(std::slice::from_ref(&run))
    });
    let pay = Instruction {
        run: Some(run.id),
        ..instruction(debtor, creditor, "E1")
    };
    let same_end_to_end = instruction(debtor, creditor, "E1");
    let new = write(&store, |tx| {
        tx.instructions_insert(&[pay.clone(), same_end_to_end.clone()])
    });
    assert_eq!(new, 1, "deterministic ids: the second is the first");
    let read = || {
        store
            .read(|tx| tx.instructions_by_ids(&[pay.id]))
            .unwrap()
            .remove(0)
    };
    assert_eq!(read(), pay);
    assert_eq!(
        store.read(|tx| tx.instructions_of_run(run.id)).unwrap(),
        [pay.clone()]
    );
    assert_eq!(
        store
            .read(|tx| tx.instructions_of_paper(pay.paper_id))
            .unwrap(),
        [pay.clone()]
    );

    let (now, lease) = (
        moment("2026-08-31T01:00:00Z"),
        moment("2026-08-31T01:05:00Z"),
    );
    let claim = |at| {
        write(&store, |tx| {
            tx.instructions_claim(InstructionState::Created, at, lease, 9)
        })
    };
    assert_eq!(claim(now).len(), 1);
    assert_eq!(claim(now), [], "leased");
    assert_eq!(claim(lease)[0].attempts, 2, "the lease ran out");
    let sent = || write(&store, |tx| tx.instructions_sent(&[pay.id], "M1", lease));
    assert_eq!((sent(), sent()), (1, 0));
    assert_eq!(read().message_id.as_deref(), Some("M1"));
}

#[test]
fn a_payment_hears_its_last_word_once() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, debtor) = added(&store, PartyKind::Obligor, "江南汽车");
    let (_, creditor) = added(&store, PartyKind::Supplier, "甲");
    let run = planned(PaperId::from_bytes(random()), "2026-08-31");
    let pay = Instruction {
        run: Some(run.id),
        ..instruction(debtor, creditor, "E1")
    };
    write(&store, |tx| {
        tx.settlements_insert(std::slice::from_ref(&run))?;
        tx.instructions_insert(std::slice::from_ref(&pay))
    });
    let hear = |state, evidence| {
        store.write(|tx| {
            tx.instructions_hear(&[word("E1", state, evidence), word("E9", state, evidence)])
        })
    };
    let changed = HashSet::from(["E1".to_owned()]);
    assert_eq!(hear(InstructionState::Accepted, None), Ok(changed.clone()));
    let refused = hear(InstructionState::Settled, None).unwrap_err();
    let named = "payment_instruction_settled_on_evidence".to_owned();
    assert_eq!(refused, StoreError::Violated(named));
    assert_eq!(
        hear(InstructionState::Settled, Some("B1")),
        Ok(changed.clone())
    );
    assert_eq!(
        hear(InstructionState::Settled, Some("B2")),
        Ok(HashSet::new()),
        "a duplicate"
    );
    assert_eq!(
        hear(InstructionState::Rejected, None),
        Ok(HashSet::new()),
        "too late"
    );
    let by_end = store
        .read(|tx| tx.instructions_by_end_to_end(&["E1".to_owned()]))
        .unwrap();
    assert_eq!(by_end[0].evidence.as_deref(), Some("B1"));
    assert_eq!(hear(InstructionState::Returned, Some("B3")), Ok(changed));
    let counts = store
        .read(|tx| tx.instruction_counts_of_run(run.id))
        .unwrap();
    assert_eq!(counts, [(InstructionState::Returned, 1)]);
}

#[test]
fn two_workers_never_claim_the_same_payment() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, debtor) = added(&store, PartyKind::Obligor, "江南汽车");
    let (_, creditor) = added(&store, PartyKind::Supplier, "甲");
    let all: Vec<_> = (0..6_000)
        .map(|n| instruction(debtor, creditor, &format!("E{n}")))
        .collect();
    assert_eq!(write(&store, |tx| tx.instructions_insert(&all)), 6_000);
    let (now, lease) = (
        moment("2026-08-31T01:00:00Z"),
        moment("2026-08-31T01:05:00Z"),
    );
    let start = Barrier::new(3);
    let work = || {
        start.wait();
        let mut mine = Vec::new();
        loop {
            let some = write(&store, |tx| {
                tx.instructions_claim(InstructionState::Created, now, lease, 250)
            });
            if some.is_empty() {
                return mine;
            }
            mine.extend(some.into_iter().map(|one| one.id));
        }
    };
    let claimed: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..3).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    assert_eq!(claimed.len(), 6_000);
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>().len(), 6_000);
}

fn booked(reference: &str, direction: Booking, message: Uuid) -> StatementEntry {
    StatementEntry {
        account: "A".to_owned(),
        servicer_ref: reference.to_owned(),
        end_to_end_id: "E1".to_owned(),
        amount: fen(100),
        currency: Currency::CNY,
        direction,
        booking_date: day("2026-08-31"),
        value_date: day("2026-09-01"),
        reversal: direction == Booking::Credit,
        message,
    }
}

#[test]
fn payments_and_bookings_name_what_is_on_record() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, debtor) = added(&store, PartyKind::Obligor, "江南汽车");
    let (_, creditor) = added(&store, PartyKind::Supplier, "甲");
    let nobody = PartyId::from_bytes(random());
    let good = instruction(debtor, creditor, "E0");
    let no_run = Instruction {
        run: Some(Uuid::new_v4()),
        ..instruction(debtor, creditor, "E1")
    };
    for (bad, law) in [
        (
            instruction(nobody, creditor, "E1"),
            "payment_instruction_debtor_fkey",
        ),
        (
            instruction(debtor, nobody, "E1"),
            "payment_instruction_creditor_fkey",
        ),
        (no_run, "payment_instruction_run_fkey"),
    ] {
        let both = [good.clone(), bad];
        let refused = store.write(|tx| tx.instructions_insert(&both)).unwrap_err();
        assert_eq!(refused, StoreError::Violated(law.to_owned()));
    }
    let nowhere = booked("R1", Booking::Debit, Uuid::new_v4());
    let refused = store
        .write(|tx| tx.statement_entries_append(std::slice::from_ref(&nowhere)))
        .unwrap_err();
    let law = "statement_entry_message_fkey".to_owned();
    assert_eq!(refused, StoreError::Violated(law));
    assert_eq!(
        write(&store, |tx| tx
            .instructions_insert(std::slice::from_ref(&good))),
        1
    );
}

#[test]
fn what_a_bank_says_is_kept_and_a_booking_counts_once() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let message = BankMessage::new(
        Uuid::new_v4(),
        Direction::In,
        ("camt.054.001.08", "C1"),
        // As the bank sent it, UTF-8 or not.
        b"<Document>\xa3\0</Document>".to_vec(),
        moment("2026-08-31T01:00:00Z"),
    );
    let twice = BankMessage {
        id: Uuid::new_v4(),
        ..message.clone()
    };
    let bookings = [
        booked("R1", Booking::Debit, message.id),
        booked("R2", Booking::Credit, message.id),
    ];
    let balance = StatementBalance {
        account: "A".to_owned(),
        day: day("2026-08-31"),
        opening: -5,
        closing: 95,
        currency: Currency::CNY,
        message: message.id,
    };
    write(&store, |tx| {
        tx.bank_messages_append(&[message.clone(), twice.clone()])?;
        assert_eq!(tx.statement_entries_append(&bookings)?, 2);
        assert_eq!(tx.statement_entries_append(&bookings)?, 0);
        assert_eq!(
            tx.statement_balances_append(std::slice::from_ref(&balance))?,
            1
        );
        tx.bank_cursor_set("b", "camt.054", "1", message.at)?;
        tx.bank_cursor_set("b", "camt.054", "2", message.at)
    });
    let both = [message.clone(), twice.clone()];
    assert_eq!(
        store
            .read(|tx| tx.bank_messages_by_message_id("C1"))
            .unwrap(),
        both
    );
    assert_eq!(
        store.read(|tx| tx.bank_messages_latest(1)).unwrap(),
        [twice]
    );
    let (first, last) = (day("2026-08-31"), day("2026-08-31"));
    assert_eq!(
        store
            .read(|tx| tx.statement_entries("A", first, last))
            .unwrap(),
        bookings
    );
    let by_end = store
        .read(|tx| tx.statement_entries_by_end_to_end(&["E1".to_owned()]))
        .unwrap();
    assert_eq!(by_end, bookings);
    assert_eq!(
        store
            .read(|tx| tx.statement_balances("A", first, last))
            .unwrap(),
        [balance]
    );
    let position = |feed: &str| store.read(|tx| tx.bank_cursor("b", feed)).unwrap();
    assert_eq!(
        (position("camt.054").as_deref(), position("camt.053")),
        (Some("2"), None)
    );
}

fn planned(paper_id: PaperId, due: &str) -> SettlementRun {
    let id = Uuid::from_bytes(random());
    SettlementRun::planned(id, paper_id, 1, day(due), moment("2026-03-02T01:00:00Z"))
}

#[test]
fn a_paper_is_settled_by_one_run_in_one_hand() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let mut run = planned(PaperId::from_bytes(random()), "2026-08-31");
    let later = planned(PaperId::from_bytes(random()), "2026-09-01");
    let twin = planned(run.paper_id, "2026-08-31");
    let new = write(&store, |tx| {
        tx.settlements_insert(&[run.clone(), later.clone(), twin.clone()])
    });
    assert_eq!(new, 2);
    let today = day("2026-08-31");
    store
        .write(|tx| {
            assert_eq!(
                tx.settlements_claim(RunState::Planned, today, 9)?,
                [run.clone()]
            );
            let other_hand = write(&store, |tx| {
                tx.settlements_claim(RunState::Planned, today, 9)
            });
            assert_eq!(other_hand, []);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    run.state = RunState::Short;
    run.cut_off_at = Some(moment("2026-08-30T16:00:00Z"));
    run.cash = Some(fen(99));
    run.sheet = Some(vec![1, 2]);
    run.sheet_digest = Some([6; 32]);
    run.entry_no = Some(12);
    run.presented_message = Some("M".to_owned());
    run.updated_at = moment("2026-08-31T02:00:00Z");
    write(&store, |tx| tx.settlement_update(&run));
    assert_eq!(store.read(|tx| tx.settlement_by_id(run.id)).unwrap(), run);
    assert_eq!(write(&store, |tx| tx.settlement_lock(run.id)), run);
    assert_eq!(
        store
            .read(|tx| tx.settlements_of_papers(&[run.paper_id]))
            .unwrap(),
        [run.clone()]
    );
    assert_eq!(store.read(|tx| tx.settlements_latest(1)).unwrap(), [later]);
    run.sheet_digest = None;
    let refused = store.write(|tx| tx.settlement_update(&run)).unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("settlement_run_sheet_whole".to_owned())
    );
}
