//! Lists of payables, and the two people who make papers of them.

use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::imports::ColumnMapping;
use ledger_store::imports::ImportBatch;
use ledger_store::imports::ImportProblem;
use ledger_store::imports::ImportState;
use ledger_store::payables::Loaded;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::proposals::IssueProposal;
use ledger_store::proposals::ProposalState;
use ledger_store::unit_of_work::Store;
use serde_json::json;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::added_key;
use crate::samples::added_user;
use crate::samples::fen;
use crate::samples::moment;
use crate::samples::payable;
use crate::samples::random;
use crate::samples::store;
use crate::samples::write;

fn obligor_and_supplier(store: &Store) -> (i32, PartyId, PartyId) {
    let (no, obligor) = added(store, PartyKind::Obligor, "江南汽车");
    (no, obligor, added(store, PartyKind::Supplier, "甲").1)
}

/// The same list from a system; nobody and both are refused.
fn handed_in_by_a_system(store: &Store, obligor_no: i32, list: &ImportBatch) -> ImportBatch {
    let by_a_system = ImportBatch {
        id: ImportId::from_bytes(random()),
        uploaded_by: None,
        uploaded_key: Some(added_key(store, obligor_no)),
        created_at: moment("2026-03-01T01:00:00Z"),
        ..list.clone()
    };
    write(store, |tx| tx.import_insert(&by_a_system));
    for (user, key) in [(None, None), (list.uploaded_by, by_a_system.uploaded_key)] {
        let nobody_or_both = ImportBatch {
            id: ImportId::from_bytes(random()),
            uploaded_by: user,
            uploaded_key: key,
            ..list.clone()
        };
        let refused = store.write(|tx| tx.import_insert(&nobody_or_both));
        let law = StoreError::Violated("import_batch_one_uploader".to_owned());
        assert_eq!(refused.unwrap_err(), law);
    }
    let reading = store.read(|tx| tx.imports_reading(9)).unwrap();
    assert_eq!(reading, [by_a_system.clone(), list.clone()]);
    by_a_system
}

#[test]
fn a_list_comes_back_with_its_problems_and_mappings() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (no, obligor, _) = obligor_and_supplier(&store);
    let mut list = ImportBatch {
        id: ImportId::from_bytes(random()),
        obligor,
        file_name: "应付.csv".to_owned(),
        sha256: [1; 32],
        uploaded_by: Some(added_user(&store, obligor)),
        uploaded_key: None,
        created_at: moment("2026-03-02T01:00:00Z"),
        mapping: json!({"amount": "Betrag"}),
        counts: json!({}),
        state: ImportState::Reading,
    };
    write(&store, |tx| tx.import_insert(&list));
    let by_a_system = handed_in_by_a_system(&store, no, &list);
    list.state = ImportState::Read;
    list.counts = json!({"new": 2, "bad": 1});
    write(&store, |tx| {
        tx.import_progress(list.id, list.state, &list.counts)
    });
    assert_eq!(store.read(|tx| tx.import_by_id(list.id)).unwrap(), list);
    assert_eq!(
        store.read(|tx| tx.imports_of_obligor(obligor, 9)).unwrap(),
        [list.clone(), by_a_system.clone()]
    );
    assert_eq!(
        store.read(|tx| tx.imports_reading(9)).unwrap(),
        [by_a_system]
    );
    let problem = |row_no, ordinal| ImportProblem {
        import: list.id,
        row_no,
        ordinal,
        column_name: "Betrag".to_owned(),
        value: "-1".to_owned(),
        code: "amount_negative".to_owned(),
        message_en: "write it as a positive amount".to_owned(),
        message_zh: "请填写正数".to_owned(),
    };
    let problems = [problem(2, 0), problem(2, 1), problem(7, 0)];
    assert_eq!(write(&store, |tx| tx.import_problems_insert(&problems)), 3);
    assert_eq!(write(&store, |tx| tx.import_problems_insert(&problems)), 0);
    assert_eq!(
        store.read(|tx| tx.import_problems(list.id, 0, 9)).unwrap(),
        problems
    );
    assert_eq!(
        store.read(|tx| tx.import_problems(list.id, 2, 9)).unwrap(),
        problems[2..]
    );

    let mut mapping = ColumnMapping {
        id: uuid::Uuid::new_v4(),
        party: obligor,
        name: "SAP".to_owned(),
        mapping: json!({"a": 1}),
    };
    write(&store, |tx| tx.column_mapping_save(&mapping));
    mapping.mapping = json!({"a": 2});
    write(&store, |tx| tx.column_mapping_save(&mapping));
    assert_eq!(
        store.read(|tx| tx.column_mappings(obligor)).unwrap(),
        [mapping]
    );
    write(&store, |tx| tx.column_mapping_delete(obligor, "SAP"));
    assert_eq!(store.read(|tx| tx.column_mappings(obligor)).unwrap(), []);
}

#[test]
fn the_same_number_is_the_same_payable() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, obligor, supplier) = obligor_and_supplier(&store);
    let first = payable(obligor, supplier, "1");
    let second = payable(obligor, supplier, "2");
    let load = |list: &[Payable]| write(&store, |tx| tx.payables_load(list));
    assert_eq!(
        load(&[first.clone(), second.clone()]),
        [Loaded::New, Loaded::New]
    );
    let again = payable(obligor, supplier, "1");
    let changed = Payable {
        content_digest: [8; 32],
        amount: fen(1),
        ..payable(obligor, supplier, "2")
    };
    let third = payable(obligor, supplier, "3");
    let twice = payable(obligor, supplier, "3");
    assert_eq!(
        load(&[again, changed, third.clone(), twice]),
        [Loaded::Same, Loaded::Changed, Loaded::New, Loaded::Same]
    );
    let page = store.read(|tx| tx.payables_waiting(obligor, 0, 2)).unwrap();
    assert_eq!([&page[0].payable, &page[1].payable], [&first, &second]);
    let rest = store
        .read(|tx| tx.payables_waiting(obligor, page[1].no, 9))
        .unwrap();
    assert_eq!(rest[0].payable, third);
    assert_eq!(rest.len(), 1);
    let counts = store.read(|tx| tx.payable_counts(obligor)).unwrap();
    assert_eq!(counts, [(PayableState::Loaded, 3)]);
}

#[test]
fn a_declined_or_refused_payable_gives_its_number_to_a_corrected_one() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (no, obligor, supplier) = obligor_and_supplier(&store);
    let owed: Vec<Payable> = ["declined", "refused", "waiting", "fresh"]
        .map(|number| payable(obligor, supplier, number))
        .into();
    write(&store, |tx| tx.payables_load(&owed));
    let (maker, checker) = (added_user(&store, obligor), added_user(&store, obligor));
    let first = proposal(&store, no, &owed[0], maker);
    write(&store, |tx| {
        tx.proposals_insert(std::slice::from_ref(&first))?;
        tx.proposals_decline(&[first.paper_id], checker, "金额有误")
    });
    let declined = store.read(|tx| tx.proposals_declined(&[owed[0].id, owed[3].id]));
    assert_eq!(declined.unwrap()[0].reason, "金额有误");
    write(&store, |tx| {
        tx.payables_move(
            &[(owed[1].id, None)],
            PayableState::Loaded,
            PayableState::Rejected,
        )?;
        let paper = PaperId::from_bytes(random());
        tx.payables_move(
            &[(owed[2].id, Some(paper))],
            PayableState::Loaded,
            PayableState::Proposed,
        )
    });
    let corrected = |number: &str| Payable {
        content_digest: [8; 32],
        amount: fen(7),
        ..payable(obligor, supplier, number)
    };
    let list: Vec<Payable> = owed.iter().map(|p| corrected(&p.payable_no)).collect();
    let load = |list: &[Payable]| write(&store, |tx| tx.payables_load(list));
    let mut twice = list.clone();
    twice.push(Payable {
        content_digest: [9; 32],
        ..corrected("refused")
    });
    assert_eq!(
        load(&twice),
        [
            Loaded::Corrected,
            Loaded::Corrected,
            Loaded::Changed,
            Loaded::Changed,
            Loaded::Changed
        ]
    );
    assert_eq!(
        load(&list),
        [Loaded::Same, Loaded::Same, Loaded::Changed, Loaded::Changed]
    );
    let ids: Vec<_> = owed.iter().map(|p| p.id).collect();
    let old = store.read(|tx| tx.payables_by_ids(&ids)).unwrap();
    assert_eq!(
        (old[0].state, old[0].amount),
        (PayableState::Replaced, owed[0].amount)
    );
    assert_eq!(old[1].state, PayableState::Replaced);
    let ids: Vec<_> = list.iter().map(|p| p.id).collect();
    let new = store.read(|tx| tx.payables_by_ids(&ids)).unwrap();
    assert_eq!(new, list[..2]);
}

#[test]
fn more_rows_than_a_statement_takes_keep_their_order() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, obligor, supplier) = obligor_and_supplier(&store);
    let list: Vec<_> = (0..12_000)
        .map(|n| payable(obligor, supplier, &n.to_string()))
        .collect();
    let known: Vec<_> = list.iter().step_by(3).cloned().collect();
    write(&store, |tx| tx.payables_load(&known));
    let became = write(&store, |tx| tx.payables_load(&list));
    for (n, loaded) in became.iter().enumerate() {
        let expected = if n % 3 == 0 {
            Loaded::Same
        } else {
            Loaded::New
        };
        assert_eq!(*loaded, expected, "row {n}");
    }
}

#[test]
fn a_payable_moves_once() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, obligor, supplier) = obligor_and_supplier(&store);
    let list = [
        payable(obligor, supplier, "1"),
        payable(obligor, supplier, "2"),
    ];
    write(&store, |tx| tx.payables_load(&list));
    let paper = PaperId::from_bytes(random());
    let moves = [(list[0].id, Some(paper))];
    let propose = || {
        write(&store, |tx| {
            tx.payables_move(&moves, PayableState::Loaded, PayableState::Proposed)
        })
    };
    assert_eq!(propose(), []);
    assert_eq!(propose(), [list[0].id], "it is not loaded any more");
    let of_paper = store.read(|tx| tx.payables_of_papers(&[paper])).unwrap();
    assert_eq!(of_paper[0].state, PayableState::Proposed);
    let refused = store.write(|tx| {
        tx.payables_move(
            &[(list[1].id, None)],
            PayableState::Loaded,
            PayableState::Issued,
        )
    });
    assert_eq!(
        refused.unwrap_err(),
        StoreError::Violated("payable_issued_has_paper".to_owned())
    );
}

fn proposal(store: &Store, obligor_no: i32, payable: &Payable, maker: UserId) -> IssueProposal {
    IssueProposal {
        paper_id: PaperId::from_bytes(random()),
        payable: payable.id,
        obligor: payable.obligor,
        body: vec![1, 2, 3],
        maker,
        maker_key: added_key(store, obligor_no),
        maker_signature: [5; 64],
        made_at: moment("2026-03-02T01:00:00Z"),
        state: ProposalState::Waiting,
        checker: None,
        reason: String::new(),
    }
}

#[test]
fn two_people_make_a_paper() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (no, obligor, supplier) = obligor_and_supplier(&store);
    let owed = payable(obligor, supplier, "1");
    write(&store, |tx| tx.payables_load(std::slice::from_ref(&owed)));
    let (maker, checker) = (added_user(&store, obligor), added_user(&store, obligor));
    let first = proposal(&store, no, &owed, maker);
    write(&store, |tx| {
        tx.proposals_insert(std::slice::from_ref(&first))
    });
    assert_eq!(
        store.read(|tx| tx.proposals_waiting(obligor, 9)).unwrap(),
        [first.clone()]
    );
    let rival = proposal(&store, no, &owed, checker);
    let refused = store
        .write(|tx| tx.proposals_insert(std::slice::from_ref(&rival)))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("issue_proposal_payable_unique"),
        "{refused}"
    );

    let paper = [first.paper_id];
    let decide = |who| store.write(|tx| tx.proposals_decide(&paper, ProposalState::Declined, who));
    let alone = decide(Some(maker)).unwrap_err();
    assert_eq!(
        alone,
        StoreError::Violated("issue_proposal_two_people".to_owned())
    );
    let nobody = decide(None).unwrap_err();
    assert_eq!(
        nobody,
        StoreError::Violated("issue_proposal_checked".to_owned())
    );
    assert_eq!(write(&store, |tx| tx.proposals_lock(&paper)), [first]);
    assert_eq!(decide(Some(checker)).unwrap(), 1);
    assert_eq!(decide(Some(checker)).unwrap(), 0, "decided once");
    write(&store, |tx| {
        tx.proposals_insert(std::slice::from_ref(&rival))
    });
    let decided = store.read(|tx| tx.proposals_by_papers(&paper)).unwrap();
    assert_eq!(
        (decided[0].state, decided[0].checker),
        (ProposalState::Declined, Some(checker))
    );
}
