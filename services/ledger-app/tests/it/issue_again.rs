//! What was declined, refused or broken off is done again: with a reason, corrected, from the start.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::decline_issue;
use ledger_app::error::AppError;
use ledger_app::import_payables;
use ledger_app::imports_view;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::principal::Principal;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_core::id::PaperId;
use ledger_core::id::PayableId;
use ledger_store::imports::ImportState;
use ledger_store::payables::PayableState;
use ledger_store::proposals::ProposalState;
use ledger_store::users::Role;
use serde_json::json;

use crate::issue_steps::approve;
use crate::issue_steps::assert_tiled;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::letters;
use crate::issue_steps::payables;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::issue_steps::states;
use crate::issue_steps::with_three;
use crate::stage::Stage;

fn decline(stage: &Stage, meant: &Meant, reason: &str) -> Result<u64, AppError> {
    decline_issue::because(&stage.app, &stage.obligor().checker.who, meant, reason)
}

#[test]
fn a_checker_says_why_and_each_maker_reads_it() {
    let (stage, _supplier, import) = with_three();
    propose(&stage, import);
    let second = stage.person(stage.obligor().maker.party(), "孙七", Role::Maker);
    let more = hand_in(&stage, &[row(9, "华南座椅", "B-1", Stage::yuan("5.00"))]).import;
    let (chosen, terms) = (Chosen::Import(more), IssueTerms::default());
    propose_issue::run(&stage.app, &second.who, &second.signer, &chosen, &terms).unwrap();
    let waiting: Vec<PaperId> = [import, more]
        .iter()
        .flat_map(|list| payables(&stage, *list))
        .filter_map(|payable| payable.paper_id)
        .collect();
    let meant = Meant::Papers(waiting.clone());
    for (reason, code) in [
        (" \n", "reason_missing"),
        (&"长".repeat(501)[..], "reason_too_long"),
    ] {
        assert_eq!(decline(&stage, &meant, reason).unwrap_err().code(), code);
    }
    assert_eq!(states(&stage, import), [PayableState::Proposed; 3]);
    assert_eq!(decline(&stage, &meant, " 到期日有误 ").unwrap(), 4);
    assert_eq!(decline(&stage, &meant, "again").unwrap(), 0);

    let told = letters(&stage, "proposals_declined");
    assert_eq!(told.len(), 2, "each maker once");
    let to = |email: &str| {
        let own = told.iter().find(|letter| letter["to"]["email"] == email);
        own.unwrap()["notice"].clone()
    };
    let mine = to(&stage.obligor().maker.email);
    assert_eq!(mine["reason"], "到期日有误");
    assert_eq!(mine["payables"], json!(["A-1", "A-2", "A-3"]));
    assert_eq!(
        (&mine["papers"], &mine["total"]),
        (&json!(3), &json!("CNY 1,200,077.71"))
    );
    assert_eq!(mine["import"], import.to_string());
    assert_eq!(mine["checker"], stage.obligor().checker.who.name.as_str());
    let hers = to(&second.email);
    assert_eq!(
        (&hers["papers"], &hers["import"]),
        (&json!(1), &json!(more.to_string()))
    );
    let kept = stage.app.store.read(|tx| tx.proposals_by_papers(&waiting));
    assert!(kept.unwrap().iter().all(|p| p.reason == "到期日有误"));

    // Again as it is, or corrected under the same number; the rest can't be changed.
    assert_eq!(propose(&stage, more).papers, 1);
    let rows = [
        row(2, "华南座椅", "A-1", Stage::yuan("1100000.00")),
        row(3, "华南座椅", "B-1", Stage::yuan("6.00")),
    ];
    let corrected = hand_in(&stage, &rows);
    let counts = &corrected.counts;
    assert_eq!((counts.corrected, counts.changed, counts.new), (1, 1, 0));
    assert_eq!(letters(&stage, "import_checked")[0]["notice"]["good"], 1);
    assert_eq!(
        propose(&stage, corrected.import).total.words(),
        "CNY 1,100,000.00"
    );
    assert_eq!(
        propose(&stage, import).papers,
        2,
        "the corrected one has left the old list"
    );
    let approved = approve(&stage, corrected.import);
    assert_eq!((approved.issued, assert_tiled(&stage)), (1, 1));
}

fn propose_these(stage: &Stage, ids: &[PayableId]) -> Proposed {
    let maker = &stage.obligor().maker;
    let (chosen, terms) = (Chosen::Payables(ids.to_vec()), IssueTerms::default());
    propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap()
}

#[test]
fn a_payable_whose_paper_was_refused_is_proposed_again_or_corrected() {
    let (stage, supplier, import) = with_three();
    propose(&stage, import);
    let papers = issued(&approve(&stage, import));
    for (_, offer) in &papers {
        let signing = supplier.signing();
        let no = Answer::Refuse;
        answer_offer::run(&stage.app, &supplier.who, &signing, offer, no, None).unwrap();
    }
    assert_eq!(states(&stage, import), [PayableState::Rejected; 3]);
    let ids: Vec<PayableId> = payables(&stage, import).iter().map(|p| p.id).collect();
    assert_eq!(
        propose(&stage, import).papers,
        0,
        "not with the list as a whole"
    );

    // The same content, chosen by itself.
    let again = propose_these(&stage, &ids[1..2]);
    assert_eq!(
        (again.papers, again.total.words()),
        (1, "CNY 0.01".to_owned())
    );
    assert_eq!(
        propose_these(&stage, &ids[1..2]).refused_by_code["payable_not_waiting"],
        1
    );
    let ended = stage.app.store.read(|tx| {
        let old: Vec<PaperId> = papers.iter().map(|(paper, _)| *paper).collect();
        tx.proposals_by_papers(&old)
    });
    let ended: Vec<_> = ended
        .unwrap()
        .iter()
        .map(|p| (p.payable == ids[1], p.state))
        .collect();
    for (chosen, state) in ended {
        let expected = if chosen {
            ProposalState::Refused
        } else {
            ProposalState::Issued
        };
        assert_eq!(state, expected);
    }
    assert_eq!(approve(&stage, import).issued, 1);

    // Corrected, under the same number; the same content again changes nothing.
    let rows = [
        row(2, "华南座椅", "A-1", Stage::yuan("1199999.00")),
        row(3, "华南座椅", "A-3", Stage::yuan("77.70")),
    ];
    let corrected = hand_in(&stage, &rows);
    assert_eq!((corrected.counts.corrected, corrected.counts.same), (1, 1));
    assert_eq!(hand_in(&stage, &rows).counts.same, 2);
    assert_eq!(propose(&stage, corrected.import).papers, 1);
    assert_eq!(approve(&stage, corrected.import).issued, 1);
    assert_eq!(
        propose_these(&stage, &ids[..1]).refused_by_code["payable_not_waiting"],
        1
    );
    assert_eq!(
        states(&stage, import),
        [
            PayableState::Replaced,
            PayableState::Issued,
            PayableState::Rejected
        ]
    );
    assert_eq!(assert_tiled(&stage), 5);
}

#[test]
fn a_list_whose_reader_died_is_closed_and_can_be_handed_in_again() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let (app, maker) = (&stage.app, &stage.obligor().maker.who);
    let system = Principal {
        user: None,
        key: Some(stage.obligor().maker.signer.key()),
        ..maker.clone()
    };
    let rows = [
        row(2, "华南座椅", "A-1", Stage::yuan("3.00")),
        row(3, "华南座椅", "A-2", Stage::yuan("4.00")),
    ];
    let broken = import_payables::begin(app, maker, "a.csv", [1; 32], &json!({})).unwrap();
    import_payables::load(app, maker, broken, &rows[..1], &[]).unwrap();
    let other = import_payables::begin(app, &system, "b.json", [2; 32], &json!({})).unwrap();
    let done = hand_in(&stage, &[]).import;

    assert_eq!(import_payables::close_interrupted(app).unwrap(), 2);
    assert_eq!(import_payables::close_interrupted(app).unwrap(), 0);
    let state = |list| imports_view::view(app, maker, list).unwrap().state;
    assert_eq!(state(broken), ImportState::Failed);
    assert_eq!(state(other), ImportState::Failed);
    assert_eq!(state(done), ImportState::Read);
    let told = letters(&stage, "import_interrupted");
    assert_eq!(told.len(), 2);
    let first = told
        .iter()
        .find(|l| l["notice"]["file"] == "a.csv")
        .unwrap();
    assert_eq!(first["notice"]["through_line"], 2);
    assert_eq!(first["to"]["email"], stage.obligor().maker.email.as_str());
    // A system reads no letters: its party's makers do.
    let second = told
        .iter()
        .find(|l| l["notice"]["file"] == "b.json")
        .unwrap();
    assert_eq!(second["to"]["email"], stage.obligor().maker.email.as_str());

    let late = import_payables::load(app, maker, broken, &rows[1..], &[]).unwrap_err();
    assert_eq!(late.code(), "import_closed");
    let again = hand_in(&stage, &rows);
    assert_eq!((again.counts.same, again.counts.new), (1, 1));
    assert_eq!(
        propose(&stage, broken).papers + propose(&stage, again.import).papers,
        2
    );
}
