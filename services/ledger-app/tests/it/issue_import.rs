//! Lists of payables: what is taken, what comes back, and many at once.

use std::collections::HashSet;

use ledger_app::import_payables;
use ledger_app::imported_row::ImportedProblem;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::imported_row::Weight;
use ledger_app::imports_view;
use ledger_app::onboard_party;
use ledger_app::onboard_party::OnboardParty;
use ledger_app::saved_mappings;
use ledger_core::amount::Amount;
use ledger_core::party::PartyKind;
use ledger_store::imports::ImportState;
use ledger_store::payables::PayableState;
use serde_json::json;

use crate::issue_steps::approve;
use crate::issue_steps::assert_tiled;
use crate::issue_steps::hand_in;
use crate::issue_steps::letters;
use crate::issue_steps::payables;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::stage::Stage;
use crate::stage::cny;
use crate::stage::credit_code;
use crate::stage::facts;

fn begin(stage: &Stage) -> ledger_core::id::ImportId {
    let maker = &stage.obligor().maker.who;
    import_payables::begin(&stage.app, maker, "a.csv", [1; 32], &json!({})).unwrap()
}

fn problem(line: u64, weight: Weight, code: &str) -> ImportedProblem {
    ImportedProblem {
        line,
        weight,
        column: "gross_amount".to_owned(),
        value: "-1".to_owned(),
        code: code.to_owned(),
        what_to_do_en: "…".to_owned(),
        what_to_do_zh: "…".to_owned(),
    }
}

fn codes(stage: &Stage, import: ledger_core::id::ImportId) -> Vec<(i64, String)> {
    let maker = &stage.obligor().maker.who;
    let found = imports_view::problems(&stage.app, maker, import, 0, 1_000).unwrap();
    found.into_iter().map(|p| (p.row_no, p.code)).collect()
}

#[test]
fn a_changed_payable_is_kept_as_it_was_and_comes_back() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let first = [row(2, "华南座椅", "A-1", Stage::yuan("5.00"))];
    hand_in(&stage, &first);
    let second = [
        row(2, "华南座椅", "A-1", Stage::yuan("6.00")),
        row(3, "华南座椅", "A-2", Stage::yuan("7.00")),
        row(4, "华南座椅", "A-2", Stage::yuan("7.00")),
        row(5, "华南座椅", "A-2", Stage::yuan("8.00")),
    ];
    let result = hand_in(&stage, &second);
    let counts = &result.counts;
    assert_eq!(
        (counts.new, counts.same, counts.changed, counts.refused),
        (1, 1, 2, 2)
    );
    let changed = "payable_changed".to_owned();
    assert_eq!(
        codes(&stage, result.import),
        [(2, changed.clone()), (5, changed)]
    );
    let proposed = propose(&stage, result.import);
    assert_eq!(
        proposed.total.words(),
        "CNY 7.00",
        "only what this list brought"
    );
}

#[test]
fn suppliers_are_found_by_code_or_name_and_unknown_ones_invited() {
    let stage = Stage::new();
    stage.supplier("Acme (UK) Ltd.");
    let register = |name: &str, code: &str| {
        let new = OnboardParty {
            registration: code.to_owned(),
            ..facts(PartyKind::Supplier, name, 77)
        };
        onboard_party::run(&stage.app, &stage.operator, &new).unwrap()
    };
    let coded = register("江苏底盘", &credit_code(500));
    let obligor_code = {
        let party = stage.obligor().maker.party();
        stage
            .app
            .store
            .read(|tx| tx.party_by_id(party))
            .unwrap()
            .uscc
    };
    let by_code = |line, code: &str, number: &str| ImportedRow {
        supplier: SupplierIdentity::Uscc(code.to_owned()),
        supplier_uscc: Some(code.to_owned()),
        ..row(line, "随便写的名称", number, Stage::yuan("1.00"))
    };
    let by_vendor = |line, name: Option<&str>, number: &str| ImportedRow {
        supplier: SupplierIdentity::VendorId("V9".to_owned()),
        vendor_id: Some("V9".to_owned()),
        supplier_name: name.map(str::to_owned),
        ..row(line, "", number, Stage::yuan("1.00"))
    };
    let unknown_code = credit_code(501);
    let rows = [
        row(2, "ＡＣＭＥ UK LTD", "name", Stage::yuan("1.00")),
        by_code(3, &credit_code(500), "code"),
        by_vendor(4, Some("acme uk, ltd"), "vendor"),
        by_vendor(5, None, "vendor alone"),
        by_code(6, &unknown_code, "unknown code"),
        row(7, "新来的", "unknown name", Stage::yuan("1.00")),
        row(8, "新来的", "unknown name again", Stage::yuan("1.00")),
        by_code(9, &obligor_code, "obligor"),
    ];
    let result = hand_in(&stage, &rows);
    assert_eq!((result.counts.new, result.counts.refused), (3, 5));
    assert_eq!(result.counts.by_code["unknown_supplier"], 4);
    assert_eq!(result.counts.by_code["not_a_supplier"], 1);
    assert_eq!(payables(&stage, result.import)[1].supplier, coded);
    let unknown =
        imports_view::suppliers_unknown(&stage.app, &stage.operator, result.import).unwrap();
    let named: Vec<_> = unknown
        .iter()
        .map(|u| {
            (
                u.uscc.as_deref(),
                u.vendor_id.as_deref(),
                u.name.as_deref(),
                u.rows,
            )
        })
        .collect();
    assert_eq!(named[0], (None, None, Some("新来的"), 2));
    assert!(named.contains(&(None, Some("V9"), None, 1)), "{named:?}");
    assert!(named.contains(&(Some(unknown_code.as_str()), None, Some("随便写的名称"), 1)));

    register("新来的", "");
    let again = hand_in(&stage, &rows);
    assert_eq!(
        (again.counts.new, again.counts.same, again.counts.refused),
        (2, 3, 3)
    );
}

#[test]
fn two_suppliers_of_one_name_need_a_code() {
    let stage = Stage::new();
    stage.supplier("同名");
    let twin = OnboardParty {
        name_en: "同名".to_owned(),
        ..facts(PartyKind::Supplier, "另一家", 78)
    };
    onboard_party::run(&stage.app, &stage.operator, &twin).unwrap();
    let result = hand_in(&stage, &[row(2, "同名", "1", Stage::yuan("1.00"))]);
    assert_eq!(
        codes(&stage, result.import),
        [(2, "supplier_ambiguous".to_owned())]
    );
}

#[test]
fn a_part_sent_again_counts_once_and_a_closed_list_takes_no_more() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let maker = &stage.obligor().maker.who;
    let import = begin(&stage);
    let rows = [
        row(2, "华南座椅", "A-1", Stage::yuan("5.00")),
        row(4, "华南座椅", "A-2", Stage::yuan("5.00")),
    ];
    let problems = [
        problem(3, Weight::Refused, "amount_not_a_number"),
        problem(3, Weight::Warning, "uscc_check_digit"),
        problem(4, Weight::Warning, "possible_duplicate"),
        problem(5, Weight::SetAside, "credit_note"),
    ];
    let first = import_payables::load(&stage.app, maker, import, &rows, &problems).unwrap();
    let again = import_payables::load(&stage.app, maker, import, &rows, &problems).unwrap();
    assert_eq!(first, again);
    assert_eq!(
        (first.new, first.refused, first.set_aside, first.warned),
        (2, 1, 1, 1)
    );
    let more = [row(6, "华南座椅", "A-3", Stage::yuan("5.00"))];
    import_payables::load(&stage.app, maker, import, &more, &[]).unwrap();
    let done = import_payables::finish(&stage.app, maker, import).unwrap();
    assert_eq!(
        (done.state, done.counts.new, done.counts.through_line),
        (ImportState::Read, 3, 6)
    );
    assert_eq!(
        import_payables::finish(&stage.app, maker, import).unwrap(),
        done
    );
    assert_eq!(letters(&stage, "import_checked").len(), 1, "one letter");
    let closed = import_payables::load(&stage.app, maker, import, &more, &[]).unwrap_err();
    assert_eq!(closed.code(), "import_closed");
    assert_eq!(imports_view::latest(&stage.app, maker, 9).unwrap(), [done]);
    let stranger = stage.supplier("别人").who;
    let foreign = imports_view::view(&stage.app, &stranger, import).unwrap_err();
    assert_eq!(foreign.code(), "forbidden");
}

#[test]
fn hostile_amounts_never_become_papers() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let hostile = [
        "-1",
        "1.234",
        "1e9",
        "NaN",
        "0",
        "0.00",
        "99999999999999999999",
        "１２",
        " 1",
        "+1",
        "1,000",
        "0x10",
        "",
        "10000000000.01",
        "-0",
        "∞",
    ];
    let mut rows = Vec::new();
    for (text, line) in hostile.iter().zip(2..) {
        // What reads as an amount at all goes on to the list.
        if let Ok(amount) = Amount::parse(text, cny()) {
            assert!(amount.is_zero(), "{text:?} reads as {amount}");
            rows.push(row(line, "华南座椅", text, amount));
        }
    }
    let largest = Amount::parse("10000000000.00", cny()).unwrap();
    rows.push(row(90, "华南座椅", "largest amount", largest));
    rows.push(row(91, "华南座椅", "nul\0", Stage::yuan("1.00")));
    rows.push(row(92, "华南座椅", "", Stage::yuan("1.00")));
    rows.push(row(93, "华南座椅", "good", Stage::yuan("1.00")));
    let size = stage.book_size();
    let result = hand_in(&stage, &rows);
    let by_code = &result.counts.by_code;
    assert_eq!(
        (by_code["amount_zero"], by_code["control_character"]),
        (2, 1)
    );
    assert_eq!((by_code["missing_field"], result.counts.new), (1, 2));
    let proposed = propose(&stage, result.import);
    assert_eq!(proposed.refused_by_code["face_too_large"], 1);
    assert_eq!(approve(&stage, result.import).issued, 1);
    assert_eq!((stage.book_size(), assert_tiled(&stage)), (size + 1, 1));
}

#[test]
fn ten_thousand_rows_become_ten_thousand_papers() {
    let stage = Stage::new();
    for name in ["一", "二", "三"] {
        stage.supplier(name);
    }
    let maker = &stage.obligor().maker.who;
    let import = begin(&stage);
    let rows: Vec<_> = (2..10_002_u64)
        .map(|line| {
            let supplier = ["一", "二", "三"][usize::try_from(line % 3).unwrap()];
            let amount = Amount::from_minor(i64::try_from(line).unwrap() * 7).unwrap();
            row(line, supplier, &format!("N{line}"), amount)
        })
        .collect();
    for part in rows.chunks(3_000) {
        import_payables::load(&stage.app, maker, import, part, &[]).unwrap();
    }
    let result = import_payables::finish(&stage.app, maker, import).unwrap();
    assert_eq!(result.counts.new, 10_000);
    let proposed = propose(&stage, import);
    assert_eq!((proposed.papers, proposed.refused.len()), (10_000, 0));
    assert_eq!(
        letters(&stage, "approval_waiting").len(),
        1,
        "one letter for all of them"
    );
    let size = stage.book_size();
    let approved = approve(&stage, import);
    assert_eq!(
        (approved.issued, stage.book_size()),
        (10_000, size + 10_000)
    );
    assert_eq!(approved.total, proposed.total);
    assert!(
        payables(&stage, import)
            .iter()
            .all(|p| p.state == PayableState::Issued)
    );
    let papers: HashSet<_> = payables(&stage, import)
        .iter()
        .map(|p| p.paper_id)
        .collect();
    assert_eq!((papers.len(), assert_tiled(&stage)), (10_000, 10_000));
    assert_eq!(letters(&stage, "paper_issued").len(), 10_000);
}

#[test]
fn mappings_are_saved_by_name() {
    let stage = Stage::new();
    let maker = &stage.obligor().maker.who;
    let save = |name: &str, mapping| saved_mappings::save(&stage.app, maker, name, &mapping);
    save(" SAP ", json!({"a": 1})).unwrap();
    save("SAP", json!({"a": 2})).unwrap();
    assert_eq!(save("", json!({})).unwrap_err().code(), "name_invalid");
    let saved = saved_mappings::list(&stage.app, maker).unwrap();
    assert_eq!((saved.len(), &saved[0].mapping), (1, &json!({"a": 2})));
    saved_mappings::remove(&stage.app, maker, "SAP").unwrap();
    assert_eq!(saved_mappings::list(&stage.app, maker).unwrap(), []);
    let checker = &stage.obligor().checker.who;
    assert_eq!(
        saved_mappings::list(&stage.app, checker)
            .unwrap_err()
            .code(),
        "forbidden"
    );
}
