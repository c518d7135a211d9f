//! Parties come in.

use ledger_app::error::AppError;
use ledger_app::onboard_party;
use ledger_core::act::Act;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::parties::PartyState;

use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::stage::credit_code;
use crate::stage::facts;

#[test]
fn a_party_is_on_record_and_in_the_journal() {
    let stage = Stage::new();
    let before = stage.book_size();
    let new = facts(PartyKind::FinanceProvider, " 江南银行 ", 77);
    let id = onboard_party::run(&stage.app, &stage.operator, &new).unwrap();
    let party = stage.app.store.read(|tx| tx.party_by_id(id)).unwrap();
    assert_eq!(
        (party.state, party.name.as_str()),
        (PartyState::Active, "江南银行")
    );
    assert_eq!(stage.book_size(), before + 1);
    let named = last_enrolled(&stage);
    assert_eq!(named, id);
}

fn last_enrolled(stage: &Stage) -> PartyId {
    let entries = stage
        .app
        .store
        .read(|tx| {
            let book = tx.book_by_id(stage.app.book)?;
            tx.entries_by_nos(&[book.entry_no(book.size - 1)])
        })
        .unwrap();
    match &entries[0].sealed.entry().act {
        Act::EnrolParty(record) => record.id,
        other => panic!("not an enrolment: {other:?}"),
    }
}

#[test]
fn what_is_wrong_comes_back_with_its_field_and_nothing_happens() {
    let stage = Stage::new();
    let good = |kind| facts(kind, "甲", 500);
    let mut wrong = good(PartyKind::Obligor);
    wrong.name = "  ".to_owned();
    let mut tries = vec![(wrong, "name", "name_missing")];
    let mut wrong = good(PartyKind::Obligor);
    wrong.registration = "91310115O00000500".to_owned();
    tries.push((wrong, "registration", "social_credit_code_malformed"));
    let mut wrong = good(PartyKind::Obligor);
    wrong.registration.clear();
    tries.push((wrong, "registration", "registration_missing"));
    let mut wrong = good(PartyKind::Supplier);
    wrong.registration = "5493001KJTIIGC8Y1R13".to_owned();
    tries.push((wrong, "registration", "lei_wrong_check_digits"));
    let mut wrong = good(PartyKind::Supplier);
    wrong.account_number.clear();
    tries.push((wrong, "account_number", "account_missing"));
    let mut wrong = good(PartyKind::Supplier);
    wrong.account_number = "62/22".to_owned();
    tries.push((wrong, "account_number", "account_malformed"));
    let mut wrong = good(PartyKind::Supplier);
    wrong.account_bank_code = "1234".to_owned();
    tries.push((wrong, "account_bank_code", "bank_code_malformed"));
    let mut wrong = good(PartyKind::FinanceProvider);
    wrong.licence_note = " ".to_owned();
    tries.push((wrong, "licence_note", "licence_missing"));
    let mut wrong = good(PartyKind::Obligor);
    wrong.paper_bank_code = "10229000001".to_owned();
    tries.push((wrong, "paper_bank_code", "paper_bank_code_malformed"));
    let mut wrong = good(PartyKind::Supplier);
    wrong.name = "字".repeat(201);
    tries.push((wrong, "name", "text_too_long"));
    tries.push((good(PartyKind::Operator), "kind", "kind_not_taken_in"));

    let before = stage.book_size();
    for (wrong, field, code) in tries {
        match onboard_party::run(&stage.app, &stage.operator, &wrong).unwrap_err() {
            AppError::Invalid {
                field: Some(named),
                code: said,
                ..
            } => {
                assert_eq!((named, said), (field, code));
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    assert_eq!(stage.book_size(), before);
}

#[test]
fn a_wrong_check_digit_needs_a_reason_which_is_kept() {
    let stage = Stage::new();
    let mut new = facts(PartyKind::Supplier, "乙", 501);
    let right = credit_code(501);
    let other = if right.ends_with('0') { "1" } else { "0" };
    new.registration = format!("{}{other}", &right[..17]);
    let refused = onboard_party::run(&stage.app, &stage.operator, &new).unwrap_err();
    assert_eq!(refused.code(), "social_credit_code_wrong_check_digit");

    new.check_digit_reason = "营业执照原件如此".to_owned();
    let id = onboard_party::run(&stage.app, &stage.operator, &new).unwrap();
    let checks = stage.app.store.read(|tx| tx.party_checks_of(id)).unwrap();
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].finding, "social_credit_code_wrong_check_digit");
    assert_eq!(checks[0].reason, "营业执照原件如此");
    assert_eq!(checks[0].decided_by, stage.operator.subject());
}

#[test]
fn a_list_comes_in_as_one_and_its_bad_rows_come_back() {
    let stage = Stage::new();
    let mut list: Vec<_> = (0..1_203)
        .map(|n| facts(PartyKind::Supplier, &format!("供应商{n}"), 10_000 + n))
        .collect();
    list[5].account_number.clear();
    list[700].registration = credit_code(9_999);
    list[1_100].registration = credit_code(9_999);
    let before = stage.book_size();
    let outcomes = onboard_party::run_many(&stage.app, &stage.operator, &list).unwrap();
    let codes: Vec<(usize, &str)> = outcomes
        .iter()
        .enumerate()
        .filter_map(|(row, outcome)| Some((row, outcome.as_ref().err()?.code())))
        .collect();
    assert_eq!(
        codes,
        [(5, "account_missing"), (1_100, "party_already_known")]
    );
    assert_eq!(stage.book_size(), before + 1_201);
    let ids: Vec<PartyId> = outcomes.into_iter().flatten().collect();
    let found = stage.app.store.read(|tx| tx.parties_by_ids(&ids)).unwrap();
    assert_eq!(found.len(), 1_201);
}

#[test]
fn only_the_operator_takes_parties_in() {
    let stage = Stage::new();
    let new = facts(PartyKind::Supplier, "丙", 600);
    let maker = &stage.obligor().maker.who;
    let refused = onboard_party::run(&stage.app, maker, &new).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
}

#[test]
fn a_paper_on_the_stage_is_held_by_its_payee() {
    let stage = Stage::new();
    let supplier = stage.supplier("一级供应商");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1200000.00"), MATURITY);
    let held = stage
        .app
        .store
        .read(|tx| tx.fragments_of_holder(supplier.party(), 10))
        .unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].no, paper.no);
    assert_eq!(held[0].fragment.range.amount(), Stage::yuan("1200000.00"));
}
