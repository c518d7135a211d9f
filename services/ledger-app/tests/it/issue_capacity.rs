//! Papers promise an invoice once: whole or in parts, whoever lists it, and no more of it than its
//! total less credit notes.

use std::collections::HashMap;
use std::thread;

use ledger_app::adjust_invoice;
use ledger_app::adjust_invoice::AdjustInvoice;
use ledger_app::adjust_invoice::Change;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::decline_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::issue_rules::UsedBy;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::onboard_party;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::withdraw_paper;
use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;
use ledger_core::id::ImportId;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;
use ledger_store::billed_invoices::BilledChange;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::DocumentKind;
use ledger_store::error::StoreError;
use ledger_store::payables::Payable;
use ledger_store::users::Role;

use crate::issue_steps::approve;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::payables;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::stage::Actor;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;
use crate::stage::facts;

const SELLER: &str = "华南座椅";
const NUMBER: &str = "26312000000000000001";

/// A part of the invoice, with or without its total.
fn part(line: u64, number: &str, amount: &str, total: Option<&str>) -> ImportedRow {
    ImportedRow {
        invoice_no: Some(NUMBER.to_owned()),
        invoice_date: Some(OPENING),
        invoice_gross: total.map(Stage::yuan),
        ..row(line, SELLER, number, Stage::yuan(amount))
    }
}

fn list(stage: &Stage, rows: &[ImportedRow]) -> ImportId {
    hand_in(stage, rows).import
}

/// Code of each refusal, by payable number.
fn refused(proposed: &Proposed) -> HashMap<String, &'static str> {
    let codes = proposed
        .refused
        .iter()
        .map(|one| (one.payable_no.clone(), one.code));
    codes.collect()
}

/// What papers promise of the invoice, which is what the payables proposed and issued add up to.
fn promised(stage: &Stage, of: &Payable) -> Amount {
    let (found, states) = stage
        .app
        .store
        .read(|tx| {
            let found = tx.billed_invoices_of(&[of])?;
            let users = tx.payables_promising(of.obligor, &[found[0].key()])?;
            Ok::<_, StoreError>((found, tx.payables_by_ids(&users)?))
        })
        .unwrap();
    let sum = states
        .iter()
        .fold(Amount::ZERO, |sum, p| sum.checked_add(p.amount).unwrap());
    assert_eq!(found[0].promised, sum, "as the payables say");
    assert_eq!(usize::try_from(found[0].papers).unwrap(), states.len());
    sum
}

/// The seller's own record of the invoice to the obligor.
fn record(stage: &Stage, seller: &Actor, amount: &str) -> DocumentId {
    let new = NewDocument {
        kind: DocumentKind::Invoice,
        issuer: None,
        counterparty: Some(stage.obligor().maker.party()),
        // Spelled otherwise: the same number.
        number: NUMBER.replace("2631", "２６ 31"),
        issued_on: Some(OPENING),
        amount: Some((Stage::yuan(amount), cny())),
        file_name: String::new(),
        bytes: Vec::new(),
    };
    store_document::run(&stage.app, &seller.who, &new).unwrap()
}

fn credit(stage: &Stage, seller: &Actor, invoice: DocumentId, number: &str, amount: &str) {
    let command = AdjustInvoice {
        invoice,
        change: Change::Credit,
        number: number.to_owned(),
        issued_on: None,
        amount: Stage::yuan(amount),
        file_name: String::new(),
        bytes: Vec::new(),
    };
    adjust_invoice::run(&stage.app, &seller.who, &command).unwrap();
}

fn capacity(stage: &Stage, invoice: DocumentId) -> DocumentCapacity {
    let found = stage
        .app
        .store
        .read(|tx| tx.document_capacities(&[invoice]));
    found.unwrap()[0]
}

#[test]
fn one_paper_stands_for_an_invoice_whose_total_nobody_has_said() {
    let stage = Stage::new();
    stage.supplier(SELLER);
    let twice = list(
        &stage,
        &[
            part(2, "A-1", "100.00", None),
            part(3, "A-2", "100.00", None),
        ],
    );
    let proposed = propose(&stage, twice);
    assert_eq!(proposed.papers, 1);
    assert_eq!(refused(&proposed)["A-2"], "invoice_used_up");
    assert!(proposed.refused[0].message.contains("invoice_gross"));
    assert_eq!(
        proposed.refused[0].used_by,
        [UsedBy {
            payable_no: "A-1".to_owned(),
            paper: None,
            amount: "CNY 100.00".to_owned(),
        }]
    );
    // Nor from another list, under another spelling, for a cent, once the paper is issued.
    let paper = issued(&approve(&stage, twice));
    assert_eq!(paper.len(), 1);
    let again = ImportedRow {
        invoice_no: Some(NUMBER.replace('2', "２")),
        ..part(2, "A-3", "0.01", None)
    };
    let again = list(&stage, &[again]);
    let proposed = propose(&stage, again);
    assert_eq!(refused(&proposed)["A-3"], "invoice_used_up");
    assert!(proposed.refused[0].used_by[0].paper.is_some());
    assert_eq!(
        promised(&stage, &payables(&stage, again)[0]),
        Stage::yuan("100.00")
    );
}

#[test]
fn parts_of_an_invoice_fit_its_total_and_no_cent_more() {
    let stage = Stage::new();
    stage.supplier(SELLER);
    let total = Some("1000.00");
    let parts = list(
        &stage,
        &[
            part(2, "A-1", "400.00", total),
            part(3, "A-2", "600.01", total),
            part(4, "A-3", "250.00", None),
            part(5, "A-4", "350.00", total),
            part(6, "A-5", "0.01", total),
            part(7, "A-6", "1.00", Some("1001.00")),
        ],
    );
    let proposed = propose(&stage, parts);
    assert_eq!(proposed.papers, 3);
    let codes = refused(&proposed);
    assert_eq!(codes["A-2"], "invoice_used_up");
    assert_eq!(codes["A-5"], "invoice_used_up");
    assert_eq!(codes["A-6"], "invoice_differs");
    let all = payables(&stage, parts);
    assert_eq!(promised(&stage, &all[0]), Stage::yuan("1000.00"));
    assert_eq!(approve(&stage, parts).issued, 3);
    assert_eq!(promised(&stage, &all[0]), Stage::yuan("1000.00"));
}

#[test]
fn what_is_declined_lapses_is_refused_or_withdrawn_is_free_again() {
    let stage = Stage::new();
    let supplier = stage.supplier(SELLER);
    let first = list(&stage, &[part(2, "A-1", "100.00", None)]);
    let second = list(&stage, &[part(2, "B-1", "70.00", None)]);
    let (of, checker) = (payables(&stage, first).remove(0), &stage.obligor().checker);
    let proposed = |import| propose(&stage, import).papers;
    let free = || assert_eq!(promised(&stage, &of), Amount::ZERO);

    assert_eq!((proposed(first), proposed(second)), (1, 0));
    let meant = Meant::Import(first);
    decline_issue::because(&stage.app, &checker.who, &meant, "twice").unwrap();
    free();
    assert_eq!((proposed(second), proposed(first)), (1, 0));
    stage.advance("2026-03-13".parse().unwrap());
    assert_eq!(decline_issue::lapse_old(&stage.app).unwrap(), 1);
    free();

    assert_eq!((proposed(first), proposed(second)), (1, 0));
    let (_, offer) = issued(&approve(&stage, first)).remove(0);
    let (who, signing) = (&supplier.who, supplier.signing());
    answer_offer::run(&stage.app, who, &signing, &offer, Answer::Refuse, None).unwrap();
    free();

    assert_eq!((proposed(second), proposed(first)), (1, 0));
    let (paper, _) = issued(&approve(&stage, second)).remove(0);
    let maker = &stage.obligor().maker;
    withdraw_paper::run(&stage.app, &maker.who, &maker.signing(), paper, None, None).unwrap();
    free();
    // The payee's refusal stands; the payable is proposed again by itself only.
    let chosen = Chosen::Payables(vec![of.id]);
    let terms = IssueTerms::default();
    let again = propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms);
    assert_eq!(again.unwrap().papers, 1);
    assert_eq!(promised(&stage, &of), Stage::yuan("100.00"));
}

#[test]
fn credit_notes_on_the_sellers_record_lower_what_papers_may_promise() {
    let stage = Stage::new();
    let seller = stage.supplier(SELLER);
    let invoice = record(&stage, &seller, "1000.00");
    credit(&stage, &seller, invoice, "红-1", "300.00");
    let parts = list(
        &stage,
        &[
            part(2, "A-1", "700.01", Some("1000.00")),
            part(3, "A-2", "500.00", None),
            part(4, "A-3", "100.00", Some("700.00")),
            part(5, "A-4", "150.00", Some("1000.00")),
        ],
    );
    let proposed = propose(&stage, parts);
    let codes = refused(&proposed);
    assert_eq!(proposed.papers, 2, "{codes:?}");
    assert_eq!(
        (codes["A-1"], codes["A-3"]),
        ("invoice_used_up", "invoice_differs")
    );
    assert_eq!(capacity(&stage, invoice).promised, Stage::yuan("650.00"));
    assert_eq!(capacity(&stage, invoice).free(), Stage::yuan("50.00"));
    // A credit note between proposal and approval: the checker signs for nothing more of it.
    credit(&stage, &seller, invoice, "红-2", "60.00");
    let approved = approve(&stage, parts);
    assert_eq!(approved.refused_by_code["invoice_overdrawn"], 2);
    let (app, checker) = (&stage.app, &stage.obligor().checker.who);
    decline_issue::because(app, checker, &Meant::Import(parts), "credited").unwrap();
    assert_eq!(capacity(&stage, invoice).promised, Amount::ZERO);
    assert_eq!(capacity(&stage, invoice).free(), Stage::yuan("640.00"));
}

#[test]
fn a_record_that_comes_in_later_finds_what_papers_promise() {
    let stage = Stage::new();
    let seller = stage.supplier(SELLER);
    let import = list(&stage, &[part(2, "A-1", "400.00", Some("1000.00"))]);
    assert_eq!(propose(&stage, import).papers, 1);
    let invoice = record(&stage, &seller, "300.00");
    let found = capacity(&stage, invoice);
    assert_eq!(
        (found.promised, found.overdrawn),
        (Stage::yuan("400.00"), Stage::yuan("100.00"))
    );
    assert_eq!(
        approve(&stage, import).refused_by_code["invoice_overdrawn"],
        1
    );
}

#[test]
fn a_suppliers_own_purchase_under_the_same_number_is_another_invoice() {
    let stage = Stage::new();
    let (tier_1, tier_2) = (stage.supplier(SELLER), stage.supplier("二级供应商"));
    let import = list(&stage, &[part(2, "A-1", "100.00", None)]);
    propose(&stage, import);
    let (_, offer) = issued(&approve(&stage, import)).remove(0);
    let (who, signing) = (&tier_1.who, tier_1.signing());
    let accepted = answer_offer::run(&stage.app, who, &signing, &offer, Answer::Accept, None);
    let new = NewDocument {
        kind: DocumentKind::Invoice,
        issuer: None,
        counterparty: Some(tier_1.party()),
        number: NUMBER.to_owned(),
        issued_on: Some(OPENING),
        amount: Some((Stage::yuan("100.00"), cny())),
        file_name: String::new(),
        bytes: Vec::new(),
    };
    let invoice = store_document::run(&stage.app, &tier_2.who, &new).unwrap();
    assert_eq!(capacity(&stage, invoice).free(), Stage::yuan("100.00"));
    let command = OfferTransfer {
        fragment: accepted.unwrap().fragment.unwrap(),
        amount: Stage::yuan("100.00"),
        to: tier_2.party(),
        recourse: Recourse::Without,
        documents: vec![invoice],
    };
    transfer_fragment::offer(&stage.app, who, &signing, &command, None).unwrap();
}

#[test]
fn another_obligor_cannot_promise_it_again_and_is_not_told_by_whom() {
    let stage = Stage::new();
    stage.supplier(SELLER);
    let import = list(&stage, &[part(2, "A-1", "100.00", None)]);
    assert_eq!(propose(&stage, import).papers, 1);
    let other = facts(PartyKind::Obligor, "另一家整车厂", 77);
    let other = onboard_party::run(&stage.app, &stage.operator, &other).unwrap();
    let maker = stage.person(other, "赵敏", Role::Maker);
    let none = serde_json::json!({});
    let list = import_payables::begin(&stage.app, &maker.who, "b.csv", [2; 32], &none).unwrap();
    let rows = [part(2, "B-1", "100.00", Some("100.00"))];
    import_payables::load(&stage.app, &maker.who, list, &rows, &[]).unwrap();
    let (chosen, terms) = (Chosen::Import(list), IssueTerms::default());
    let proposed =
        propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap();
    assert_eq!(refused(&proposed)["B-1"], "invoice_used_up");
    assert_eq!(proposed.refused[0].used_by, [], "whose paper it is");
    assert!(!proposed.refused[0].message.contains("A-1"));
}

#[test]
fn of_two_makers_at_the_same_moment_one_gets_the_invoice() {
    let stage = Stage::new();
    stage.supplier(SELLER);
    let lists: Vec<ImportId> = (0..4)
        .map(|n| {
            list(
                &stage,
                &[part(2, &format!("A-{n}"), "60.00", Some("100.00"))],
            )
        })
        .collect();
    let papers: u64 = thread::scope(|scope| {
        let runs: Vec<_> = lists
            .iter()
            .map(|import| scope.spawn(|| propose(&stage, *import).papers))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).sum()
    });
    assert_eq!(papers, 1);
    let of = payables(&stage, lists[0]).remove(0);
    assert_eq!(promised(&stage, &of), Stage::yuan("60.00"));
}

#[test]
fn the_database_itself_promises_no_more_than_the_total() {
    let stage = Stage::new();
    let seller = stage.supplier(SELLER);
    let import = list(&stage, &[part(2, "A-1", "60.00", Some("100.00"))]);
    propose(&stage, import);
    let of = payables(&stage, import).remove(0);
    let more = |amount: &str, total: Option<&str>| {
        stage.app.store.write(|tx| {
            let held = tx.billed_invoices_lock(&[&of])?;
            tx.billed_invoices_change(&[BilledChange {
                key: held[&of.id].key(),
                currency: cny(),
                total: total.map(Stage::yuan),
                amount: Stage::yuan(amount),
                papers: 1,
                document: None,
            }])
        })
    };
    let law = |name: &str| Err(StoreError::Violated(name.to_owned()));
    assert_eq!(
        more("40.01", Some("100.00")),
        law("billed_invoice_capacity")
    );
    assert_eq!(more("40.00", None), law("billed_invoice_in_parts"));
    let invoice = record(&stage, &seller, "100.00");
    let beside = stage
        .app
        .store
        .write(|tx| tx.document_capacity_take(&[(invoice, Stage::yuan("40.01"))]));
    assert_eq!(
        beside.unwrap(),
        [invoice],
        "what papers promise is not free for other uses"
    );
    assert!(
        stage
            .app
            .store
            .write(|tx| tx.document_capacity_take(&[(invoice, Stage::yuan("40.00"))]))
            .unwrap()
            .is_empty()
    );
}
