//! Steps of the way from a list of payables to papers, for the tests that walk it.

use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;
use chrono::NaiveDate;
use ledger_app::approve_issue;
use ledger_app::approved::Approved;
use ledger_app::approved::PaperOutcome;
use ledger_app::error::AppError;
use ledger_app::import_payables;
use ledger_app::import_result::ImportResult;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_core::amount::Amount;
use ledger_core::hash::sha256_of;
use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::tiling::tiles;
use ledger_store::outbox::OutboxKind;
use ledger_store::parties::NewParty;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use serde_json::Value;
use serde_json::json;

/// A row that names its supplier, with the digest of its content.
pub(crate) fn row(line: u64, supplier: &str, number: &str, amount: Amount) -> ImportedRow {
    due(line, supplier, number, amount, MATURITY)
}

/// The same with a due date.
pub(crate) fn due(
    line: u64,
    supplier: &str,
    number: &str,
    amount: Amount,
    due_date: NaiveDate,
) -> ImportedRow {
    let content = format!("{supplier} {number} {amount} {due_date}");
    ImportedRow {
        line,
        digest: sha256_of(content.as_bytes()),
        supplier: SupplierIdentity::Name(supplier.to_owned()),
        supplier_uscc: None,
        vendor_id: None,
        supplier_name: Some(supplier.to_owned()),
        payable_no: number.to_owned(),
        po_no: Some("PO-1".to_owned()),
        acceptance_date: Some(OPENING),
        invoice_no: None,
        invoice_date: None,
        invoice_gross: None,
        gross_amount: amount,
        currency: cny(),
        due_date,
        company_code: "1000".to_owned(),
        cost_centre: None,
        remark: None,
    }
}

/// Hands a list in, in one part, without problems of the reader's.
pub(crate) fn hand_in(stage: &Stage, rows: &[ImportedRow]) -> ImportResult {
    let maker = &stage.obligor().maker.who;
    let import =
        import_payables::begin(&stage.app, maker, "应付.csv", [1; 32], &json!({})).unwrap();
    import_payables::load(&stage.app, maker, import, rows, &[]).unwrap();
    import_payables::finish(&stage.app, maker, import).unwrap()
}

pub(crate) fn propose(stage: &Stage, import: ImportId) -> Proposed {
    let maker = &stage.obligor().maker;
    let chosen = Chosen::Import(import);
    let terms = IssueTerms::default();
    propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap()
}

pub(crate) fn try_approve(stage: &Stage, meant: &Meant) -> Result<Approved, AppError> {
    let checker = &stage.obligor().checker;
    approve_issue::run(&stage.app, &checker.who, &checker.signer, meant)
}

pub(crate) fn approve(stage: &Stage, import: ImportId) -> Approved {
    try_approve(stage, &Meant::Import(import)).unwrap()
}

pub(crate) fn payables(stage: &Stage, import: ImportId) -> Vec<Payable> {
    let listed = stage
        .app
        .store
        .read(|tx| tx.payables_of_import(import, 0, 100_000))
        .unwrap();
    listed.into_iter().map(|listed| listed.payable).collect()
}

pub(crate) fn states(stage: &Stage, import: ImportId) -> Vec<PayableState> {
    payables(stage, import)
        .iter()
        .map(|payable| payable.state)
        .collect()
}

/// The letters in the outbox of a kind, newest first.
pub(crate) fn letters(stage: &Stage, kind: &str) -> Vec<Value> {
    let items = stage
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 100_000))
        .unwrap();
    items
        .into_iter()
        .map(|item| item.payload)
        .filter(|letter| letter["notice"]["kind"] == kind)
        .collect()
}

/// Changes what is on record of the obligor.
pub(crate) fn change_obligor(stage: &Stage, change: impl Fn(&mut NewParty)) {
    change_party(stage, stage.obligor().maker.party(), change);
}

/// Changes what is on record of a party.
pub(crate) fn change_party(stage: &Stage, party: PartyId, change: impl Fn(&mut NewParty)) {
    stage
        .app
        .store
        .write(|tx| {
            let party = tx.party_by_id(party)?;
            let mut new = NewParty {
                id: party.id,
                kind: party.kind,
                name: party.name,
                name_en: party.name_en,
                uscc: party.uscc,
                size_class: party.size_class,
                state: party.state,
                email: party.email,
                language: party.language,
                account_name: party.account_name,
                account_number: party.account_number,
                account_bank_code: party.account_bank_code,
                licence_note: party.licence_note,
                issuance_blocked: party.issuance_blocked,
                paper_bank_code: party.paper_bank_code,
                created_on: party.created_on,
            };
            change(&mut new);
            tx.party_update(&new)
        })
        .unwrap();
}

/// Every paper of the obligor is tiled by its live fragments.
pub(crate) fn assert_tiled(stage: &Stage) -> usize {
    let obligor = stage.obligor().maker.party();
    stage
        .app
        .store
        .read(|tx| {
            let papers = tx.papers_of_obligor(obligor, true, None, 100_000)?;
            let nos: Vec<i64> = papers.iter().map(|p| p.no).collect();
            let mut live = std::collections::HashMap::<PaperId, Vec<_>>::new();
            for found in tx.fragments_of_papers(&nos)? {
                live.entry(found.paper).or_default().push(found.fragment);
            }
            for paper in &papers {
                let own = live.entry(paper.paper.id).or_default();
                assert!(
                    tiles(&paper.paper, own),
                    "paper {} is not tiled",
                    paper.paper.number
                );
            }
            Ok::<_, AppError>(papers.len())
        })
        .unwrap()
}

/// A stage with a supplier and three of its payables, handed in.
pub(crate) fn with_three() -> (Stage, Actor, ImportId) {
    let stage = Stage::new();
    let supplier = stage.supplier("华南座椅");
    let rows: Vec<_> = [("A-1", "1200000.00"), ("A-2", "0.01"), ("A-3", "77.70")]
        .iter()
        .zip(2..)
        .map(|((number, amount), line)| row(line, "华南座椅", number, Stage::yuan(amount)))
        .collect();
    let import = hand_in(&stage, &rows).import;
    (stage, supplier, import)
}

pub(crate) fn issued(approved: &Approved) -> Vec<(PaperId, String)> {
    let offer = |outcome: &PaperOutcome| match outcome {
        PaperOutcome::Issued { offer, .. } => Some(offer.clone()),
        PaperOutcome::Refused { .. } => None,
    };
    approved
        .papers
        .iter()
        .filter_map(|(paper, o)| Some((*paper, offer(o)?)))
        .collect()
}
