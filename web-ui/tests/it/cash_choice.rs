//! A small supplier's own choice on the page where it accepts a late paper: asked for in its
//! language, never ticked for it, and kept in the words it read.

use chrono::Days;
use ledger_app::approve_issue;
use ledger_app::approved::PaperOutcome;
use ledger_app::import_payables;
use ledger_app::imported_row::{ImportedRow, SupplierIdentity};
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::onboard_party::SizeClass;
use ledger_app::propose_issue::{self, Chosen};
use ledger_app::signing;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::sha256_of;
use ledger_core::id::PaperId;
use ledger_core::party::PartyKind;
use ledger_store::users::Role;

use crate::house::{House, OPENING, PASSPHRASE, Visitor};
use crate::supplier_stage::{all, first, principal};

const SMALL: &str = "小微精密件厂";

/// A paper for a payable accepted today and due in a hundred days; its id and offer.
fn late_paper(house: &House) -> (PaperId, String) {
    let (maker, checker) = (principal(house, "maker"), principal(house, "checker"));
    let row = ImportedRow {
        line: 2,
        digest: sha256_of(b"AP-1"),
        supplier: SupplierIdentity::Name(SMALL.to_owned()),
        supplier_uscc: None,
        vendor_id: None,
        supplier_name: Some(SMALL.to_owned()),
        payable_no: "AP-1".to_owned(),
        po_no: None,
        acceptance_date: Some(OPENING),
        invoice_no: Some("INV-1".to_owned()),
        invoice_date: Some(OPENING),
        invoice_gross: None,
        gross_amount: Amount::parse("1200.00", Currency::CNY).unwrap(),
        currency: Currency::CNY,
        due_date: OPENING.checked_add_days(Days::new(100)).unwrap(),
        company_code: String::new(),
        cost_centre: None,
        remark: None,
    };
    let none = Default::default();
    let list = import_payables::begin(&house.app, &maker, "a.csv", [1; 32], &none).unwrap();
    import_payables::load(&house.app, &maker, list, &[row], &[]).unwrap();
    let signer = signing::open_key(&house.app, &maker, PASSPHRASE).unwrap();
    let (chosen, terms) = (Chosen::Import(list), IssueTerms::default());
    propose_issue::run(&house.app, &maker, &signer, &chosen, &terms).unwrap();
    let signer = signing::open_key(&house.app, &checker, PASSPHRASE).unwrap();
    let done = approve_issue::run(&house.app, &checker, &signer, &Meant::Import(list)).unwrap();
    match &done.papers[0] {
        (paper, PaperOutcome::Issued { offer, .. }) => (*paper, format!("/offers/{offer}")),
        other => panic!("{other:?}"),
    }
}

fn accept(small: &Visitor, at: &str, agreed: &str) -> reqwest::blocking::Response {
    let page = small.page(at);
    let deed = first(&page, "form.deed input[name=deed]", "value");
    let mut fields = vec![("deed", deed.as_str()), ("passphrase", PASSPHRASE)];
    if !agreed.is_empty() {
        fields.push(("cash_choice", agreed));
    }
    small.send(at, &format!("{at}/accept"), &fields)
}

#[test]
fn a_small_supplier_chooses_the_paper_itself_or_is_told_that_it_has_to() {
    let house = House::open();
    let party = house.party_of_size(PartyKind::Supplier, SMALL, "", SizeClass::Small);
    house.person(party, "small@house.test", Role::Member);
    let (paper, offer) = late_paper(&house);
    let small = house.signed_in("small");
    let page = small.page(&offer);
    let boxes = all(
        &page,
        "form.deed input[name=cash_choice][required]",
        "value",
    );
    assert_eq!(boxes.len(), 1);
    assert_eq!(
        all(&page, "input[name=cash_choice][checked]", "value"),
        [""; 0],
        "nobody chooses for it"
    );

    let missing = accept(&small, &offer, "");
    assert_eq!(missing.status(), 422);
    assert!(missing.text().unwrap().contains("cash_choice_missing"));
    for wrong in ["yes".to_owned(), "00".repeat(32)] {
        let refused = accept(&small, &offer, &wrong);
        assert_eq!(refused.status(), 422);
        assert!(refused.text().unwrap().contains("cash_choice_outdated"));
    }
    assert_eq!(accept(&small, &offer, &boxes[0]).status(), 303);
    let kept = house
        .app
        .store
        .read(|tx| tx.cash_choices_of(&[paper]))
        .unwrap();
    assert_eq!(hex::encode(kept[0].words_sha256), boxes[0]);
    assert!(page.contains(&kept[0].words), "the words it read");
}
