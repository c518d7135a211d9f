//! Settlement of many papers: sheets from added-up claims, letters together, and broken runs that
//! stop no other.

use ledger_app::notice::Notice;
use ledger_app::notice::PapersTopic;
use ledger_app::operator_tasks;
use ledger_app::present_paper;
use ledger_app::record_payment;
use ledger_app::record_payment::MissingInBooking;
use ledger_app::record_payment::UnusableBooking;
use ledger_app::settle_paper;
use ledger_core::clearing::Leaf;
use ledger_core::clearing::clear;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::id::PartyId;
use ledger_store::bank_messages::BankMessage;
use ledger_store::parties::NewParty;
use ledger_store::parties::Party;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::RunState;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::pass_on;
use crate::settlement_stage::statement;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

fn set_aside(due: &Due, paper: usize, code: &str) {
    let run = due.run(&due.papers[paper]);
    assert_eq!(run.set_aside.as_deref(), Some(code));
    assert_eq!(due.codes(), [(code.to_owned(), run.id.to_string())]);
}

#[test]
fn many_papers_settle_and_each_party_gets_one_letter_a_step() {
    let due = Due::planned(3);
    let app = &due.stage.app;
    assert_eq!(settle_paper::lock_due(app).unwrap(), 3);
    assert_eq!(due.present(), 3);
    assert_eq!(settle_paper::instruct(app).unwrap(), 6);
    assert_eq!(settle_paper::instruct(app).unwrap(), 0);
    assert_eq!(due.close(), 0, "nothing is proved yet");
    for paper in &due.papers {
        due.booked(paper);
    }
    assert_eq!(due.close(), 3);
    assert_eq!(due.close(), 0);
    for paper in &due.papers {
        assert_eq!(due.run(paper).state, RunState::Completed);
    }
    assert_eq!(due.codes(), []);
    let about_many = |notice: &Notice| match notice {
        Notice::SeveralPapers {
            topic,
            count,
            total,
            papers,
            day,
            account,
        } => {
            assert_eq!((*count, papers.len(), *day), (3, 3, MATURITY));
            Some((*topic, total.clone(), account.is_some()))
        }
        _ => None,
    };
    let seen: Vec<_> = due
        .letters(&due.second)
        .iter()
        .filter_map(about_many)
        .collect();
    let all = "CNY 900.00".to_owned();
    assert_eq!(
        seen,
        [
            (PapersTopic::AheadHolder, all.clone(), false),
            (PapersTopic::Credited, all, true)
        ]
    );
    let maker = &due.stage.obligor().maker;
    let seen: Vec<_> = due.letters(maker).iter().filter_map(about_many).collect();
    let all = "CNY 3,000.00".to_owned();
    assert_eq!(
        seen,
        [
            (PapersTopic::AheadObligor, all.clone(), false),
            (PapersTopic::Presented, all.clone(), false),
            (PapersTopic::Completed, all, false)
        ]
    );
}

#[test]
fn one_paper_alone_is_told_as_before() {
    let due = Due::planned(1);
    let kinds: Vec<_> = due.letters(&due.second).iter().map(Notice::kind).collect();
    assert_eq!(kinds, ["transfer_offered", "maturity_ahead"]);
}

#[test]
fn the_locked_sheet_is_what_clearing_the_leaves_gives() {
    let stage = Stage::new();
    let payee = stage.supplier("一级供应商");
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let others: Vec<_> = (0..4)
        .map(|n| stage.supplier(&format!("二级供应商{n}")))
        .collect();
    // Each in turn gets the front of what the payee still holds, and the first two once more.
    for to in others.iter().chain(others.iter().take(2)) {
        let held = stage
            .app
            .store
            .read(|tx| tx.fragments_of_holder(payee.party(), 9))
            .unwrap();
        let id = stage.app.public_ids.show(held[0].no);
        pass_on(&stage, &payee, &id, "111.11", to);
    }
    stage.advance(MATURITY);
    settle_paper::plan(&stage.app).unwrap();
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 1);
    let (run, leaves) = stage
        .app
        .store
        .read(|tx| {
            let run = tx.settlements_of_papers(&[paper.paper])?.remove(0);
            let no = tx.papers_by_ids(&[paper.paper])?[0].no;
            let mut leaves = Vec::new();
            for fragment in tx.fragments_of_papers(&[no])? {
                let holder = tx.party_by_id(fragment.holder)?;
                leaves.push(Leaf {
                    range: fragment.range,
                    holder: fragment.holder,
                    account: AccountKey::of(&holder.account_bank_code, &holder.account_number),
                });
            }
            Ok::<_, ledger_app::error::AppError>((run, leaves))
        })
        .unwrap();
    assert_eq!(leaves.len(), 7);
    let face = Stage::yuan("1000.00");
    let sheet = clear(ClearingRule::V1, face, &leaves, &[], face).unwrap();
    assert_eq!(sheet.credits().len(), 5);
    assert_eq!(run.sheet, Some(sheet.canonical_bytes()));
}

#[test]
fn a_paper_that_does_not_tile_is_set_aside_and_stops_no_other() {
    let due = Due::planned(3);
    due.caught_up();
    let no = due.papers[1].no.0;
    let of_paper =
        format!("WHERE paper = (SELECT e.paper FROM entry e WHERE e.no = {no} >> 1) AND lo > 0");
    due.break_by(&format!("UPDATE live_fragment SET lo = lo + 1 {of_paper}"));
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 2);
    set_aside(&due, 1, "paper_not_tiled");
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 0);
    assert_eq!(due.present(), 2);
    // As long as it is broken, it is set aside again, with a task of its own.
    let first = due.tasks().remove(0);
    due.mended();
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 0);
    set_aside(&due, 1, "paper_not_tiled");
    assert_ne!(due.tasks()[0].id, first.id);
    due.break_by(&format!("UPDATE live_fragment SET lo = lo - 1 {of_paper}"));
    due.mended();
    assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 1);
    assert_eq!(due.codes(), []);
}

#[test]
fn a_sheet_that_was_changed_is_set_aside_and_stops_no_other() {
    let due = Due::planned(2);
    settle_paper::lock_due(&due.stage.app).unwrap();
    let run = due.run(&due.papers[0]);
    let sheet = hex::encode(run.sheet.unwrap());
    let of_run = format!("WHERE id = '{}'", run.id);
    due.break_by(&format!(
        "UPDATE settlement_run SET sheet = set_byte(sheet, 60, get_byte(sheet, 60) # 1) {of_run}"
    ));
    assert_eq!(due.present(), 1);
    set_aside(&due, 0, "sheet_changed");
    due.break_by(&format!(
        "UPDATE settlement_run SET sheet = decode('{sheet}', 'hex') {of_run}"
    ));
    due.mended();
    assert_eq!(due.present(), 1);
    assert_eq!(settle_paper::instruct(&due.stage.app).unwrap(), 4);
}

fn new_party(of: &Party, account: &str) -> NewParty {
    NewParty {
        id: of.id,
        kind: of.kind,
        name: of.name.clone(),
        name_en: of.name_en.clone(),
        uscc: of.uscc.clone(),
        size_class: of.size_class,
        state: of.state,
        email: of.email.clone(),
        language: of.language,
        account_name: of.account_name.clone(),
        account_number: account.to_owned(),
        account_bank_code: of.account_bank_code.clone(),
        licence_note: of.licence_note.clone(),
        issuance_blocked: of.issuance_blocked,
        paper_bank_code: of.paper_bank_code.clone(),
        created_on: of.created_on,
    }
}

/// Gives a party another account; gives the one it had.
fn move_account(due: &Due, party: PartyId, account: &str) -> String {
    let store = &due.stage.app.store;
    let before = store.read(|tx| tx.party_by_id(party)).unwrap();
    let changed = new_party(&before, account);
    store.write(|tx| tx.party_update(&changed)).unwrap();
    before.account_number
}

#[test]
fn no_account_is_paid_that_the_locked_sheet_does_not_name() {
    let due = Due::planned(1);
    let app = &due.stage.app;
    settle_paper::lock_due(app).unwrap();
    assert_eq!(due.present(), 1);
    let sheet = due.run(&due.papers[0]).sheet;
    let account = move_account(&due, due.second.party(), "6222999999999999");
    assert_eq!(settle_paper::instruct(app).unwrap(), 0);
    set_aside(&due, 0, "holder_account_changed");
    assert!(due.tasks()[0].detail.contains("二级供应商"));
    assert_eq!(due.credits(&due.papers[0]), []);
    move_account(&due, due.second.party(), &account);
    due.mended();
    assert_eq!(settle_paper::instruct(app).unwrap(), 2);
    // Once instructed, the credit goes where it was sent to.
    move_account(&due, due.second.party(), "6222999999999999");
    let credits = due.credits(&due.papers[0]);
    assert!(
        credits
            .iter()
            .any(|credit| credit.creditor_account == account)
    );
    due.booked(&due.papers[0]);
    assert_eq!(due.close(), 1);
    assert_eq!(due.run(&due.papers[0]).sheet, sheet);
}

#[test]
fn what_can_not_be_closed_is_set_aside_and_stops_no_other() {
    let due = Due::planned(3);
    let app = &due.stage.app;
    settle_paper::lock_due(app).unwrap();
    due.present();
    settle_paper::instruct(app).unwrap();
    for paper in &due.papers {
        due.booked(paper);
    }
    let lost = due.credits(&due.papers[2])[0].id;
    due.break_by(&format!(
        "UPDATE payment_instruction SET amount = amount + 1 WHERE id = '{lost}'"
    ));
    assert_eq!(due.close(), 2);
    set_aside(&due, 2, "credits_not_cash");
    assert_eq!(due.run(&due.papers[0]).state, RunState::Completed);
    assert_eq!(due.close(), 0);
}

#[test]
fn a_sale_that_is_open_keeps_its_paper_and_no_other_from_settling() {
    let due = Due::new(2);
    let (stage, app) = (&due.stage, &due.stage.app);
    let bank = stage.bank("江口银行");
    let held = app
        .store
        .read(|tx| tx.fragments_of_holder(due.payee.party(), 9))
        .unwrap();
    let id = app.public_ids.show(held[0].no);
    let part = Stage::yuan("100.00");
    let request = ask(stage, &due.payee, &id, part, &[&bank]).unwrap();
    let quote = quote(stage, &bank, request, &terms(stage, "2.85")).unwrap();
    sign(stage, &due.payee, quote).unwrap();
    stage.advance(MATURITY);
    settle_paper::plan(app).unwrap();
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 0);
    assert_eq!(due.codes(), [], "it will go on by itself");

    // Even if the platform's own list of sales were blind, the law is not.
    due.caught_up();
    due.break_by("UPDATE live_fragment SET state = 2, counterparty = NULL WHERE state = 4");
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    due.present();
    settle_paper::instruct(app).unwrap();
    due.break_by(
        "UPDATE live_fragment l SET state = e.state, counterparty = e.counterparty \
         FROM entry e WHERE e.no = l.fragment >> 1 AND l.fragment & 1 = 0 AND e.state = 4",
    );
    for paper in &due.papers {
        due.booked(paper);
    }
    assert_eq!(due.close(), 1);
    let refused: Vec<String> = due.codes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(refused, ["payout_open"]);

    let payout = instruction(stage, quote);
    crate::finance_stage::register(stage, &bank, quote);
    ledger_app::report_payout::authorise(app, &bank.who, quote, None).unwrap();
    booked(stage, &payout, OPENING);
    ledger_app::complete_discount::run_due(app).unwrap();
    due.mended();
    assert_eq!(due.close(), 1);
}

#[test]
fn a_booking_without_reference_or_date_becomes_one_task() {
    let due = Due::planned(1);
    let app = &due.stage.app;
    settle_paper::lock_due(app).unwrap();
    due.present();
    settle_paper::instruct(app).unwrap();
    let credits = due.credits(&due.papers[0]);
    let mut told = statement("1", vec![booking(&credits[0])]);
    // Latin-1 and a zero byte: what the bank sent is kept as it is.
    told.body = b"<Ntfctn>\xa3\0</Ntfctn>".to_vec();
    told.unusable = vec![UnusableBooking {
        place: 2,
        account: credits[1].debtor_account.clone(),
        end_to_end_id: credits[1].end_to_end_id.clone(),
        amount: credits[1].amount,
        currency: cny(),
        missing: MissingInBooking::BookingDate,
    }];
    for _twice in 0..2 {
        record_payment::note_statement(app, &told).unwrap();
    }
    let tasks = due.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].code, "booking_without_date");
    assert!(tasks[0].detail.contains(&credits[1].end_to_end_id));
    assert!(tasks[0].subject.ends_with(":2"));
    let states: Vec<_> = due
        .credits(&due.papers[0])
        .iter()
        .map(|credit| credit.state)
        .collect();
    assert!(states.contains(&InstructionState::Settled));
    assert!(states.contains(&InstructionState::Created), "no evidence");
    let kept = app
        .store
        .read(|tx| tx.bank_messages_by_message_id("N1"))
        .unwrap();
    assert_eq!(
        kept.iter().map(BankMessage::bytes).collect::<Vec<_>>(),
        [&told.body; 2]
    );
    let proof = app
        .store
        .read(|tx| tx.payment_proof(&credits[0].end_to_end_id))
        .unwrap();
    assert_eq!(proof, Some(told.body));
}

#[test]
fn only_the_operator_sees_and_closes_tasks() {
    let due = Due::planned(1);
    settle_paper::lock_due(&due.stage.app).unwrap();
    let run = due.run(&due.papers[0]).id;
    present_paper::note_not_presentable(&due.stage.app, run, "too long a name").unwrap();
    set_aside(&due, 0, "presentation_not_written");
    let (app, task) = (&due.stage.app, due.tasks().remove(0));
    let refused = operator_tasks::open(app, &due.payee.who).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    let refused = operator_tasks::close(app, &due.payee.who, task.id, "x").unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    let wordless = operator_tasks::close(app, &due.stage.operator, task.id, " ").unwrap_err();
    assert_eq!(wordless.code(), "note_missing");
    due.mended();
    let twice = operator_tasks::close(app, &due.stage.operator, task.id, "x").unwrap_err();
    assert_eq!(twice.code(), "not_found");
    assert_eq!(due.present(), 1);
}
