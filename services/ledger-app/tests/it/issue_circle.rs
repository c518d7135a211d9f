//! Two platforms and one invoice, at issue: what stands behind a paper on the one can't stand behind
//! a paper on the other; and where both have used it all the same, people are asked to talk.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::answer_peer;
use ledger_app::approve_issue;
use ledger_app::approved::Approved;
use ledger_app::circle::PeerAct;
use ledger_app::circle::PeerMessage;
use ledger_app::decline_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::operator_tasks;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_app::tell_peers;
use ledger_core::id::ImportId;
use ledger_store::operator_tasks::OperatorTaskKind;
use uuid::Uuid;

use crate::circle::Platform;
use crate::circle::two;
use crate::issue_steps::issued;
use crate::issue_steps::payables;
use crate::issue_steps::row;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

const SELLER: &str = "同一个卖方";
const NUMBER: &str = "24217000000146091898";

/// A list of one payable on the invoice.
fn listed(on: &Platform, number: &str, amount: &str, total: Option<&str>) -> ImportId {
    let maker = &on.stage.obligor().maker.who;
    let none = serde_json::json!({});
    let rows = [ImportedRow {
        invoice_no: Some(NUMBER.to_owned()),
        invoice_date: Some(OPENING),
        invoice_gross: total.map(Stage::yuan),
        ..row(2, SELLER, number, Stage::yuan(amount))
    }];
    let list = import_payables::begin(&on.app, maker, "a.csv", [1; 32], &none).unwrap();
    import_payables::load(&on.app, maker, list, &rows, &[]).unwrap();
    list
}

fn propose(on: &Platform, import: ImportId) -> Proposed {
    let maker = &on.stage.obligor().maker;
    let (chosen, terms) = (Chosen::Import(import), IssueTerms::default());
    propose_issue::run(&on.app, &maker.who, &maker.signer, &chosen, &terms).unwrap()
}

fn approve(on: &Platform, import: ImportId) -> Approved {
    let checker = &on.stage.obligor().checker;
    let meant = Meant::Import(import);
    approve_issue::run(&on.app, &checker.who, &checker.signer, &meant).unwrap()
}

fn code(proposed: &Proposed) -> &'static str {
    assert_eq!(proposed.papers, 0);
    proposed.refused[0].code
}

#[test]
fn an_invoice_behind_a_paper_here_backs_no_paper_there() {
    let (one, two) = two();
    let here = listed(&one, "A-1", "60.00", Some("100.00"));
    let there = listed(&two, "B-1", "60.00", Some("100.00"));
    assert_eq!(propose(&one, here).papers, 1);
    // It is promised by a proposal already: whoever asks hears no.
    assert_eq!(code(&propose(&two, there)), "invoice_used_elsewhere");
    let (_, offer) = issued(&approve(&one, here)).remove(0);
    assert_eq!(code(&propose(&two, there)), "invoice_used_elsewhere");
    let rest = listed(&two, "B-2", "40.00", Some("100.00"));
    assert_eq!(propose(&two, rest).papers, 1);
    assert_eq!(approve(&two, rest).issued, 1);
    // Its seller's own record, handed in there, knows all of it.
    let invoice = two.invoice_to(&two.stage.obligor().maker, "100.00");
    let found = two.capacity(invoice);
    assert_eq!(found.elsewhere, Stage::yuan("60.00"));
    assert_eq!(found.promised, Stage::yuan("40.00"));
    // Refused here, it is free there.
    let (who, signing) = (&one.seller.who, one.seller.signing());
    answer_offer::run(&one.app, who, &signing, &offer, Answer::Refuse, None).unwrap();
    tell_peers::run_due(&one.app).unwrap();
    assert_eq!(propose(&two, there).papers, 1);
    assert_eq!(approve(&two, there).issued, 1);
}

#[test]
fn the_same_number_over_another_total_backs_no_paper() {
    let (one, two) = two();
    let here = listed(&one, "A-1", "60.00", Some("100.00"));
    propose(&one, here);
    let there = listed(&two, "B-1", "10.00", Some("1000.00"));
    assert_eq!(code(&propose(&two, there)), "invoice_used_elsewhere");
}

#[test]
fn without_an_answer_no_paper_is_issued_and_two_that_promise_at_once_are_both_told() {
    let (one, two) = two();
    let here = listed(&one, "A-1", "100.00", None);
    let there = listed(&two, "B-1", "100.00", None);
    one.way.lead_to(None);
    two.way.lead_to(None);
    assert_eq!(
        (propose(&one, here).papers, propose(&two, there).papers),
        (1, 1)
    );
    let refused = approve(&one, here);
    assert_eq!(refused.refused_by_code["circle_unreachable"], 1);
    one.way.lead_to(Some(&two.app));
    two.way.lead_to(Some(&one.app));
    for (platform, import) in [(&one, here), (&two, there)] {
        let refused = approve(platform, import);
        assert_eq!(refused.refused_by_code["invoice_used_elsewhere"], 1);
    }
    let checker = &two.stage.obligor().checker.who;
    let meant = Meant::Import(there);
    decline_issue::because(&two.app, checker, &meant, "financed elsewhere").unwrap();
    assert_eq!(approve(&one, here).issued, 1);
}

#[test]
fn a_contested_use_is_a_persons_task_closed_with_a_word() {
    let (one, two) = two();
    let here = listed(&one, "A-1", "100.00", None);
    propose(&one, here);
    // The line is cut between the reservation and its commit, and stays so until it has lapsed.
    one.way.cut_at(PeerAct::Commit);
    assert_eq!(approve(&one, here).issued, 1);
    two.lapse_everything();
    let payable = payables(&one.stage, here).remove(0);
    let billed = one
        .app
        .store
        .read(|tx| tx.billed_invoices_of(&[&payable]))
        .unwrap();
    let between = PeerMessage {
        act: PeerAct::Commit,
        id: Uuid::from_bytes([7; 16]),
        token: billed[0].token.unwrap(),
        kin: billed[0].kin.unwrap(),
        amount: Stage::yuan("100.00"),
        currency: cny(),
        expires_at: two.app.clock.now(),
    };
    // A third platform uses it there meanwhile, and it is known there.
    let invoice = two.invoice_to(&two.stage.obligor().maker, "100.00");
    assert_eq!(answer_peer::run(&two.app, "third", &between), Ok(true));
    assert_eq!(two.capacity(invoice).elsewhere, Stage::yuan("100.00"));
    one.way.lead_to(Some(&two.app));
    one.tell_at_once();
    let (app, operator) = (&one.app, &one.stage.operator);
    let tasks = operator_tasks::open(app, operator).unwrap();
    assert_eq!(tasks.len(), 1);
    let task = &tasks[0].task;
    assert_eq!(task.kind, OperatorTaskKind::InvoiceUse);
    assert_eq!(task.code, "invoice_use_contested");
    for told in ["other", "CNY 100.00", NUMBER, SELLER] {
        assert!(task.detail.contains(told), "{}", task.detail);
    }
    one.tell_at_once();
    assert_eq!(
        operator_tasks::open(app, operator).unwrap().len(),
        1,
        "asked once"
    );
    let missing = operator_tasks::close(app, operator, task.id, " ").unwrap_err();
    assert_eq!(missing.code(), "note_missing");
    operator_tasks::close(app, operator, task.id, "both banks called").unwrap();
    assert!(operator_tasks::open(app, operator).unwrap().is_empty());
}
