//! Two platforms, two servers, one invoice, at issue: what stands behind a paper on the one backs no
//! paper on the other, and the line between them shows nothing of it.

use std::net::TcpListener;

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approve_issue;
use ledger_app::approved::Approved;
use ledger_app::approved::PaperOutcome;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_app::tell_peers;
use ledger_core::hash::sha256_of;
use ledger_core::id::ImportId;

use crate::circle::Line;
use crate::circle::NUMBER;
use crate::circle::Platform;
use crate::circle::SELLER;
use crate::circle::platform;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

/// A list of one payable: a part of an invoice over 731.90.
fn listed(on: &Platform, number: &str, amount: &str) -> ImportId {
    let maker = &on.stage.obligor().maker.who;
    let row = ImportedRow {
        line: 2,
        digest: sha256_of(number.as_bytes()),
        supplier: SupplierIdentity::Name(SELLER.to_owned()),
        supplier_uscc: None,
        vendor_id: None,
        supplier_name: Some(SELLER.to_owned()),
        payable_no: number.to_owned(),
        po_no: None,
        acceptance_date: Some(OPENING),
        invoice_no: Some(NUMBER.to_owned()),
        invoice_date: Some(OPENING),
        invoice_gross: Some(Stage::yuan("731.90")),
        gross_amount: Stage::yuan(amount),
        currency: cny(),
        due_date: MATURITY,
        company_code: "1000".to_owned(),
        cost_centre: None,
        remark: None,
    };
    let none = Default::default();
    let list = import_payables::begin(&on.app, maker, "a.csv", [1; 32], &none).unwrap();
    import_payables::load(&on.app, maker, list, &[row], &[]).unwrap();
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

fn offer(approved: &Approved) -> String {
    match &approved.papers[0].1 {
        PaperOutcome::Issued { offer, .. } => offer.clone(),
        PaperOutcome::Refused { code, .. } => panic!("{code}"),
    }
}

#[test]
fn an_invoice_backs_a_paper_on_one_platform_only() {
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (first, second) = (listen(), listen());
    let to_first = Line::to(first.local_addr().unwrap().port());
    let to_second = Line::to(second.local_addr().unwrap().port());
    let one = platform(first, &to_first.address, 1, (&to_second.address, 2));
    let two = platform(second, &to_second.address, 2, (&to_first.address, 1));
    let here = listed(&one, "A-1", "500.00");
    let (there, rest) = (listed(&two, "B-1", "231.91"), listed(&two, "B-2", "231.90"));

    assert_eq!(propose(&one, here).papers, 1);
    let offered = offer(&approve(&one, here));
    let refused = propose(&two, there);
    assert_eq!(
        (refused.papers, refused.refused[0].code),
        (0, "invoice_used_elsewhere")
    );
    assert_eq!(propose(&two, rest).papers, 1);
    assert_eq!(approve(&two, rest).issued, 1);

    let (who, signing) = (&one.seller.who, one.seller.signing());
    answer_offer::run(&one.app, who, &signing, &offered, Answer::Refuse, None).unwrap();
    tell_peers::run_due(&one.app).unwrap();
    assert_eq!(propose(&two, there).papers, 1);
    assert_eq!(approve(&two, there).issued, 1);

    let wire = format!("{}{}", to_first.text(), to_second.text());
    for act in ["ask", "reserve", "commit", "cancel"] {
        assert!(wire.contains(&format!("\"act\":\"{act}\"")), "{act}");
    }
    let ids = [&one, &two].map(|p| p.seller.party().to_string());
    let secrets = [NUMBER, SELLER, "731.90", "73190", "2026-03-02"];
    for secret in secrets.into_iter().chain(ids.iter().map(String::as_str)) {
        assert!(!wire.contains(secret), "{secret} is on the wire");
    }
}
