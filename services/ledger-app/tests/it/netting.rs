//! A holder that chose so is paid in one sum for all papers that one obligor pays on one day; each paper
//! keeps its own credit, and closes on its own.

use std::collections::BTreeSet;

use ledger_app::bank_reconciliation;
use ledger_app::bank_reconciliation::Match;
use ledger_app::choose_netting;
use ledger_app::error::AppError;
use ledger_app::present_paper;
use ledger_app::present_paper::PresentedRun;
use ledger_app::received_payments;
use ledger_app::record_payment;
use ledger_app::record_payment::Booking;
use ledger_app::record_payment::Instruction;
use ledger_app::record_payment::InstructionState;
use ledger_app::record_payment::InstructionWord;
use ledger_app::record_payment::OutgoingBatch;
use ledger_app::record_payment::Payment;
use ledger_app::record_payment::StatedBooking;
use ledger_app::settle_paper;
use ledger_store::settlements::RunState;

use crate::events_stage::code;
use crate::events_stage::verified;
use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::statement;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// Three papers of one obligor, of each 700.00 of the payee, who wants one sum, and 300.00 of the second
/// supplier, who does not; their credits are made.
fn instructed() -> Due {
    let due = Due::new(3);
    choose_netting::run(&due.stage.app, &due.payee.who, true).unwrap();
    due.stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(&due.stage.app).unwrap(), 3);
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 3);
    assert_eq!(due.present(), 3);
    assert_eq!(settle_paper::instruct(&due.stage.app).unwrap(), 6);
    due
}

fn take(due: &Due) -> Vec<OutgoingBatch> {
    record_payment::take_outgoing(&due.stage.app).unwrap()
}

fn send(due: &Due, batch: &OutgoingBatch) -> Result<(), AppError> {
    record_payment::note_sent(&due.stage.app, batch, "pain.001.001.09", "<Document/>")
}

/// The payee's credits, one a paper, and the name of the payment they are made in.
fn netted(due: &Due) -> (Vec<Instruction>, String) {
    let all = due.papers.iter().flat_map(|paper| due.credits(paper));
    let own: Vec<Instruction> = all
        .filter(|one| one.creditor == due.payee.party() && one.netted_in.is_some())
        .collect();
    let names: BTreeSet<&str> = own.iter().map(Instruction::booked_as).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    let name = own[0].booked_as().to_owned();
    (own, name)
}

/// The bank books the sum.
fn sum_booked(due: &Due, amount: &str) -> StatedBooking {
    let (credits, name) = netted(due);
    StatedBooking {
        end_to_end_id: name,
        amount: Stage::yuan(amount),
        ..booking(&credits[0])
    }
}

fn note(due: &Due, id: &str, bookings: Vec<StatedBooking>) -> usize {
    record_payment::note_statement(&due.stage.app, &statement(id, bookings)).unwrap()
}

fn states(due: &Due) -> Vec<InstructionState> {
    netted(due).0.iter().map(|credit| credit.state).collect()
}

fn rejected(due: &Due) {
    let word = InstructionWord {
        end_to_end_id: netted(due).1,
        state: InstructionState::Rejected,
        reason: "AC04".to_owned(),
        evidence: None,
    };
    let app = &due.stage.app;
    record_payment::note_answer(app, "pain.002", "B1", b"<Document/>", &[word]).unwrap();
}

#[test]
fn one_sum_goes_out_and_every_paper_closes_by_it() {
    let due = instructed();
    let batches = take(&due);
    assert_eq!(batches.len(), 1, "one account of one obligor");
    let payments = batches[0].payments().unwrap();
    let mut sums: Vec<_> = payments
        .iter()
        .map(|one| (one.amount, one.credits))
        .collect();
    sums.sort();
    let each = (Stage::yuan("300.00"), 1);
    assert_eq!(sums, [each, each, each, (Stage::yuan("2100.00"), 3)]);
    send(&due, &batches[0]).unwrap();
    assert_eq!(take(&due), []);

    let (_, name) = netted(&due);
    assert_eq!(note(&due, "1", vec![sum_booked(&due, "2100.00")]), 3);
    assert_eq!(states(&due), [InstructionState::Settled; 3]);
    assert_eq!(due.close(), 0, "the second supplier's are not booked yet");
    for paper in &due.papers {
        due_second(&due, paper);
    }
    assert_eq!(due.close(), 3);
    for paper in &due.papers {
        assert_eq!(due.run(paper).state, RunState::Completed);
    }
    assert_eq!(due.codes(), []);
    seen_as_one(&due, &name);
    verified(&due.stage);
}

#[test]
fn neither_a_part_of_the_sum_nor_the_sum_under_a_parts_name_proves_anything() {
    let due = instructed();
    send(&due, &take(&due)[0]).unwrap();
    let (credits, _) = netted(&due);
    let part = StatedBooking {
        servicer_ref: "PART".to_owned(),
        ..sum_booked(&due, "700.00")
    };
    let astray = StatedBooking {
        amount: Stage::yuan("2100.00"),
        servicer_ref: "ASTRAY".to_owned(),
        ..booking(&credits[0])
    };
    let own_name = booking(&credits[1]);
    assert_eq!(note(&due, "0", vec![part, astray, own_name]), 0);
    assert_eq!(states(&due), [InstructionState::Sent; 3]);
    let day = bank_reconciliation::view(&due.stage.app, &due.stage.operator, MATURITY).unwrap();
    assert!(!day.is_even());
}

#[test]
fn a_stray_booking_beside_the_sum_takes_nothing_from_it() {
    let due = instructed();
    send(&due, &take(&due)[0]).unwrap();
    let (credits, _) = netted(&due);
    let both = vec![booking(&credits[1]), sum_booked(&due, "2100.00")];
    assert_eq!(note(&due, "1", both), 3);
    assert_eq!(states(&due), [InstructionState::Settled; 3]);
}

#[test]
fn what_is_booked_under_the_sums_name_keeps_a_second_attempt_back() {
    let due = instructed();
    send(&due, &take(&due)[0]).unwrap();
    rejected(&due);
    let odd = sum_booked(&due, "1400.00");
    assert_eq!(note(&due, "1", vec![odd]), 0);
    for task in due.tasks() {
        let (app, operator) = (&due.stage.app, &due.stage.operator);
        ledger_app::operator_tasks::close(app, operator, task.id, "asked the bank").unwrap();
    }
    assert_eq!(
        take(&due),
        [],
        "the bank has paid something: a person asks on"
    );
}

#[test]
fn a_paper_of_nothing_but_netted_credits_closes_on_the_sums_evidence() {
    let stage = Stage::new();
    let payee = stage.supplier("一级供应商");
    let papers: Vec<_> = (0..2)
        .map(|_| stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY))
        .collect();
    let second = stage.supplier("二级供应商");
    let due = Due {
        stage,
        payee,
        second,
        papers,
    };
    let app = &due.stage.app;
    choose_netting::run(app, &due.payee.who, true).unwrap();
    due.stage.advance(MATURITY);
    settle_paper::plan(app).unwrap();
    settle_paper::lock_due(app).unwrap();
    due.present();
    settle_paper::instruct(app).unwrap();
    send(&due, &take(&due)[0]).unwrap();
    assert_eq!(note(&due, "1", vec![sum_booked(&due, "2000.00")]), 2);
    assert_eq!(due.close(), 2);
    verified(&due.stage);
}

/// The second supplier's credit of a paper is booked.
fn due_second(due: &Due, paper: &crate::stage::IssuedPaper) {
    let mut credits = due.credits(paper);
    credits.retain(|one| one.creditor == due.second.party());
    let of = &credits[0];
    assert_eq!(of.netted_in, None);
    assert_eq!(note(due, &of.end_to_end_id, vec![booking(of)]), 1);
}

/// Payee and operator see one payment, with three papers in it.
fn seen_as_one(due: &Due, name: &str) {
    let app = &due.stage.app;
    let seen = received_payments::view(app, &due.payee.who, Some(MATURITY)).unwrap();
    assert_eq!(seen.payments.len(), 1);
    let one = &seen.payments[0];
    assert_eq!(one.end_to_end_id, name);
    assert_eq!(one.state(), Some(InstructionState::Settled));
    assert_eq!((one.amount, one.papers.len()), (Stage::yuan("2100.00"), 3));
    let second = received_payments::view(app, &due.second.who, Some(MATURITY)).unwrap();
    assert_eq!(second.payments.len(), 3);
    assert!(second.choice.is_none());

    let day = bank_reconciliation::view(app, &due.stage.operator, MATURITY).unwrap();
    let line = day.lines.iter().find(|line| line.end_to_end_id == name);
    let line = line.unwrap();
    assert_eq!((line.credits, line.matched), (3, Match::Even));
    assert_eq!(day.lines.len(), 4);
    assert!(day.is_even());
}

#[test]
fn of_two_workers_one_sends_the_sum() {
    let due = instructed();
    let first = take(&due);
    // The second comes when the first's lease has run out.
    due.break_by("UPDATE payment_instruction SET next_attempt_at = now() - interval '1 hour'");
    let second = take(&due);
    assert_eq!(second.len(), 1);
    assert_eq!(second[0].message_id, first[0].message_id);
    send(&due, &first[0]).unwrap();
    assert_eq!(code(send(&due, &second[0])), "busy");
    // A bank that never saw the message gets the same sum again.
    record_payment::send_again(&due.stage.app, &first[0].message_id).unwrap();
    let again = take(&due);
    assert_eq!(again[0].message_id, first[0].message_id);
    let sums = |batch: &OutgoingBatch| {
        let payments = batch.payments().unwrap();
        let of = |one: &Payment<'_>| (one.end_to_end_id().to_owned(), one.amount);
        payments.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(sums(&again[0]), sums(&first[0]));
}

#[test]
fn a_sum_is_sent_whole_or_not_at_all() {
    let due = instructed();
    let (credits, _) = netted(&due);
    // Only one of the three is due to be sent: the others come with it.
    let others =
        "UPDATE payment_instruction SET next_attempt_at = now() + interval '1 day' WHERE id <> ";
    due.break_by(&format!("{others}'{}'", credits[0].id));
    let batches = take(&due);
    assert_eq!(batches[0].payments().unwrap().len(), 1);
    assert_eq!(batches[0].instructions.len(), 3);
    // One that has left already keeps the sum back: what the bank would get is not what is owed.
    due.break_by("UPDATE payment_instruction SET next_attempt_at = now() - interval '1 hour'");
    let gone = "UPDATE payment_instruction SET state = 'accepted' WHERE id = ";
    due.break_by(&format!("{gone}'{}'", credits[1].id));
    let left: usize = take(&due).iter().map(|one| one.instructions.len()).sum();
    assert_eq!(left, 3, "the second supplier's");
}

#[test]
fn the_banks_no_is_a_task_for_each_paper_and_each_is_paid_by_itself() {
    let due = instructed();
    for batch in take(&due) {
        send(&due, &batch).unwrap();
    }
    rejected(&due);
    assert_eq!(states(&due), [InstructionState::Rejected; 3]);
    let (_, name) = netted(&due);
    let tasks = due.tasks();
    assert_eq!(tasks.len(), 3);
    assert!(tasks.iter().all(|task| task.code == "credit_rejected"));
    assert!(tasks.iter().all(|task| task.detail.contains(&name)));
    let (app, operator) = (&due.stage.app, &due.stage.operator);
    ledger_app::operator_tasks::close(app, operator, tasks[0].id, "account mended").unwrap();
    let again = take(&due);
    assert_eq!(again[0].instructions.len(), 1);
    assert_eq!(again[0].instructions[0].netted_in, None);

    // Now the sum is booked after all: two papers are paid by it, the third is asked about.
    assert_eq!(note(&due, "1", vec![sum_booked(&due, "2100.00")]), 2);
    let mut after = states(&due);
    after.sort();
    assert_eq!(
        after,
        [
            InstructionState::Settled,
            InstructionState::Settled,
            InstructionState::Rejected
        ]
    );
    let codes: BTreeSet<String> = due.codes().into_iter().map(|(code, _)| code).collect();
    assert!(codes.contains("credit_booked_after_rejection"), "{codes:?}");
    assert_eq!(take(&due), [], "what waited in its place is held");
}

#[test]
fn a_returned_sum_leaves_every_paper_open() {
    let due = instructed();
    for batch in take(&due) {
        send(&due, &batch).unwrap();
    }
    let out = sum_booked(&due, "2100.00");
    let (credits, _) = netted(&due);
    assert_eq!(note(&due, "1", vec![out.clone()]), 3);
    let back = StatedBooking {
        servicer_ref: "BACK".to_owned(),
        account: credits[0].debtor_account.clone(),
        direction: Booking::Credit,
        reversal: true,
        ..out
    };
    assert_eq!(note(&due, "2", vec![back]), 3);
    assert_eq!(states(&due), [InstructionState::Returned; 3]);
    assert_eq!(due.tasks().len(), 3);
    for paper in &due.papers {
        due_second(&due, paper);
    }
    assert_eq!(due.close(), 0);
}

#[test]
fn a_choice_is_the_partys_own_and_the_last_one_holds() {
    let due = Due::new(2);
    let app = &due.stage.app;
    let no = choose_netting::run(app, &due.stage.obligor().maker.who, true);
    assert_eq!(code(no), "forbidden");
    for netted in [true, true, false] {
        choose_netting::run(app, &due.payee.who, netted).unwrap();
    }
    due.stage.advance(MATURITY);
    let choice = received_payments::view(app, &due.payee.who, None).unwrap();
    assert!(!choice.choice.unwrap().netted);
    settle_paper::plan(app).unwrap();
    settle_paper::lock_due(app).unwrap();
    due.present();
    settle_paper::instruct(app).unwrap();
    let all = due.papers.iter().flat_map(|paper| due.credits(paper));
    assert!(all.into_iter().all(|credit| credit.netted_in.is_none()));
}

#[test]
fn what_the_bank_may_be_paying_by_itself_is_never_netted() {
    let due = Due::new(3);
    let app = &due.stage.app;
    choose_netting::run(app, &due.payee.who, true).unwrap();
    due.stage.advance(MATURITY);
    settle_paper::plan(app).unwrap();
    settle_paper::lock_due(app).unwrap();
    let asked = present_paper::to_present(app).unwrap();
    // Of one request the bank says that it is paying: under the claims' own ids.
    let by_itself = asked[0].run;
    let answers: Vec<PresentedRun> = asked
        .iter()
        .map(|one| PresentedRun {
            pays_by_claim: one.run == by_itself,
            ..PresentedRun::in_full(one.run, "PAIN013-1".to_owned())
        })
        .collect();
    present_paper::note_all_presented(app, &answers, None).unwrap();
    settle_paper::instruct(app).unwrap();
    let all = due.papers.iter().flat_map(|paper| due.credits(paper));
    let own: Vec<Instruction> = all
        .filter(|one| one.creditor == due.payee.party())
        .collect();
    assert_eq!(own.len(), 3);
    for credit in own {
        assert_eq!(
            credit.netted_in.is_none(),
            credit.run == Some(by_itself),
            "{credit:?}"
        );
    }
}

#[test]
fn credits_of_different_ways_are_never_one_payment() {
    let due = instructed();
    let (credits, name) = netted(&due);
    for other in [
        "creditor_account = '1'",
        "debtor_account = '1'",
        "currency = 'EUR'",
        "business_date = business_date + 1",
    ] {
        let mut hand =
            postgres::Client::connect(&due.stage.database.url_owner(), postgres::NoTls).unwrap();
        let mut unit = hand.transaction().unwrap();
        let copy = format!(
            "CREATE TEMP TABLE odd ON COMMIT DROP AS SELECT * FROM payment_instruction \
             WHERE id = '{}'; UPDATE odd SET id = gen_random_uuid(), \
             end_to_end_id = 'ODD', {other}; INSERT INTO payment_instruction SELECT * FROM odd",
            credits[0].id
        );
        let refused = unit.batch_execute(&copy).unwrap_err();
        let constraint = refused.as_db_error().and_then(|error| error.constraint());
        assert_eq!(
            constraint,
            Some("payment_instruction_netted_alike"),
            "{other}"
        );
    }
    assert!(name.starts_with("TSN"));
}

/// A month that is cut off at its bound shows no payment with a part of its papers.
#[test]
fn a_month_that_is_too_long_is_cut_between_payments() {
    let due = instructed();
    let (credits, sum) = netted(&due);
    // Two sums of three thousand credits each: five thousand are looked at.
    due.break_by(
        "INSERT INTO payment_instruction (id, kind, paper_id, run, debtor, debtor_name, debtor_account, \
           debtor_bank_code, creditor, creditor_name, creditor_account, creditor_bank_code, amount, \
           currency, end_to_end_id, state, business_date, next_attempt_at, netted_in) \
         SELECT gen_random_uuid(), i.kind, i.paper_id, i.run, i.debtor, i.debtor_name, i.debtor_account, \
           i.debtor_bank_code, i.creditor, i.creditor_name, i.creditor_account, i.creditor_bank_code, 1, \
           i.currency, 'E' || n, i.state, i.business_date + 1, i.next_attempt_at, 'SUM' || n / 3000 \
         FROM (SELECT * FROM payment_instruction WHERE netted_in IS NOT NULL LIMIT 1) i, \
           generate_series(0, 5999) n",
    );
    let seen = |day| received_payments::view(&due.stage.app, &due.payee.who, Some(day)).unwrap();
    let month = seen(MATURITY.succ_opt().unwrap());
    assert!(month.more);
    let shown: Vec<(&str, usize)> = month
        .payments
        .iter()
        .map(|one| (one.end_to_end_id.as_str(), one.papers.len()))
        .collect();
    assert_eq!(shown, [("SUM0", 3_000)]);
    due.break_by("DELETE FROM payment_instruction WHERE netted_in LIKE 'SUM%'");
    let month = seen(MATURITY);
    assert!(!month.more);
    assert!(month.payments.iter().any(|one| one.end_to_end_id == sum));
    assert!(!credits.is_empty());
}
