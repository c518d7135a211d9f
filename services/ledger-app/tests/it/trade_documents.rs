//! Words under signatures, waybills signed by both sides, the statement of a period, contents under
//! their digest.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_app::attest_document;
use ledger_app::attest_document::AttestDocument;
use ledger_app::contents::Contents;
use ledger_app::documents_view;
use ledger_app::error::AppError;
use ledger_app::hand_over_goods;
use ledger_app::hand_over_goods::HandOver;
use ledger_app::settlement_statement;
use ledger_app::settlement_statement::Period;
use ledger_app::signing::Signing;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::store_document::StructuredFacts;
use ledger_core::attestation::Attestation;
use ledger_core::attestation::Statement;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::sha256_of;
use ledger_core::id::DocumentId;
use ledger_core::invoice::InvoiceFace;
use ledger_core::invoice::InvoiceParty;
use ledger_core::invoice::InvoiceStatus;
use ledger_core::signature::is_signed_raw;
use ledger_core::waybill::WaybillLine;
use ledger_store::documents::DocumentKind;

use crate::stage::Actor;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

fn say(
    stage: &Stage,
    who: &Actor,
    document: DocumentId,
    statement: Statement,
) -> Result<bool, AppError> {
    let command = AttestDocument {
        document,
        statement,
        digest: None,
    };
    attest_document::run(&stage.app, &who.who, &who.signing(), &command)
}

fn hand_over(stage: &Stage, shipper: &Actor, receiver: &Actor) -> HandOver {
    let now = stage.app.clock.now();
    HandOver {
        number: "YD-1".to_owned(),
        shipper: shipper.party(),
        receiver: receiver.party(),
        vehicle: "沪A12345".to_owned(),
        picked_up_at: now - Duration::hours(5),
        handed_over_at: now,
        lines: vec![WaybillLine {
            item: "LSVAA4182E2184841".to_owned(),
            quantity: 1,
        }],
        exceptions: String::new(),
    }
}

#[test]
fn a_word_is_signed_over_the_contents_and_stays() {
    let stage = Stage::new();
    let (buyer, seller) = (stage.supplier("买方"), stage.supplier("卖方"));
    let stranger = stage.supplier("路人");
    let invoice = stage.invoice(&seller, &buyer, Stage::yuan("100.00"));
    assert_eq!(
        say(&stage, &buyer, invoice, Statement::GoodsReceived),
        Ok(true)
    );
    assert_eq!(
        say(&stage, &buyer, invoice, Statement::GoodsReceived),
        Ok(false)
    );
    let seen = documents_view::one(&stage.app, &seller.who, invoice).unwrap();
    assert_eq!(seen.words.len(), 1);
    let word = &seen.words[0].record;
    let attested = Attestation {
        document: DocumentDigest::from_bytes(seen.document.sha256),
        by: buyer.party(),
        statement: Statement::GoodsReceived,
        on: OPENING,
    };
    assert!(is_signed_raw(
        &buyer.signer.public_key(),
        &word.signature,
        &attested.signing_payload()
    ));
    let code = |done: Result<bool, AppError>| done.unwrap_err().code().to_owned();
    let wrong = say(&stage, &seller, invoice, Statement::GoodsReceived);
    assert_eq!(code(wrong), "statement_not_yours");
    let foreign = say(&stage, &stranger, invoice, Statement::SeenOriginal);
    assert_eq!(code(foreign), "not_found");
    // A third party that has the document before it names its digest.
    let by_digest = |digest| AttestDocument {
        document: invoice,
        statement: Statement::SeenOriginal,
        digest: Some(DocumentDigest::from_bytes(digest)),
    };
    let third = |digest| {
        let signing = stranger.signing();
        attest_document::run(&stage.app, &stranger.who, &signing, &by_digest(digest))
    };
    assert_eq!(code(third([0; 32])), "not_found");
    assert_eq!(third(seen.document.sha256), Ok(true));
    // Somebody else's key, or a signature under other bytes, is none.
    let stolen = AttestDocument {
        statement: Statement::Disputed,
        ..by_digest(seen.document.sha256)
    };
    let refused = attest_document::run(&stage.app, &buyer.who, &seller.signing(), &stolen);
    assert_eq!(code(refused), "signature_wrong");
    let brought = Signing::Brought {
        key: buyer.signer.key(),
        bytes: word.signature,
    };
    let refused = attest_document::run(&stage.app, &buyer.who, &brought, &stolen);
    assert_eq!(code(refused), "signature_wrong");
}

#[test]
fn a_waybill_is_signed_by_carrier_and_receiver_over_the_same_bytes() {
    let stage = Stage::new();
    let (carrier, shipper) = (stage.supplier("承运"), stage.supplier("发货"));
    let receiver = stage.supplier("收货");
    let command = hand_over(&stage, &shipper, &receiver);
    let run = |command: &HandOver| {
        hand_over_goods::run(&stage.app, &carrier.who, &carrier.signing(), command)
    };
    let document = run(&command).unwrap();
    assert_eq!(run(&command), Ok(document), "the same again is the same");
    let other = HandOver {
        exceptions: "右后门划痕".to_owned(),
        ..command.clone()
    };
    assert_eq!(run(&other).unwrap_err().code(), "waybill_number_taken");
    let early = HandOver {
        number: "YD-2".to_owned(),
        handed_over_at: command.picked_up_at - Duration::seconds(1),
        ..command.clone()
    };
    let refused = run(&early).unwrap_err();
    assert_eq!(refused.code(), "waybill_handed_over_before_pick_up");
    let not_yet = say(&stage, &shipper, document, Statement::GoodsReceived);
    assert_eq!(not_yet.unwrap_err().code(), "statement_not_yours");
    assert_eq!(
        say(&stage, &receiver, document, Statement::GoodsReceived),
        Ok(true)
    );
    for party in [&carrier, &shipper, &receiver] {
        let seen = documents_view::one(&stage.app, &party.who, document).unwrap();
        let mut said: Vec<_> = seen
            .words
            .iter()
            .map(|w| (w.record.party, w.record.statement))
            .collect();
        said.sort_unstable_by_key(|(_, statement)| *statement);
        assert_eq!(
            said,
            [
                (receiver.party(), Statement::GoodsReceived),
                (carrier.party(), Statement::Carried)
            ]
        );
        let waybill = documents_view::waybill(&stage.app, &party.who, document).unwrap();
        assert_eq!(waybill.lines, command.lines);
        assert_eq!(*waybill.digest().unwrap().bytes(), seen.document.sha256);
    }
    let stranger = stage.supplier("路人");
    let refused = documents_view::one(&stage.app, &stranger.who, document);
    assert_eq!(refused.unwrap_err(), AppError::NotFound);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_statement_matches_invoices_with_waybills_signed_by_both() {
    let stage = Stage::new();
    let (carrier, seller) = (stage.supplier("承运"), stage.supplier("卖方"));
    let buyer = stage.supplier("买方");
    let command = hand_over(&stage, &seller, &buyer);
    let deliver = |number: &str| {
        let command = HandOver {
            number: number.to_owned(),
            ..command.clone()
        };
        hand_over_goods::run(&stage.app, &carrier.who, &carrier.signing(), &command).unwrap()
    };
    let (signed, unsigned) = (deliver("YD-1"), deliver("YD-2"));
    deliver("YD-3");
    say(&stage, &buyer, signed, Statement::GoodsReceived).unwrap();
    let today = ledger_app::business_time::local(stage.app.clock.now()).date();
    let bill = |number: &str, yuan: &str, rests_on: Vec<DocumentId>| {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(buyer.party()),
            number: number.to_owned(),
            issued_on: Some(today),
            amount: Some((Stage::yuan(yuan), cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        let facts = StructuredFacts {
            face: None,
            rests_on,
        };
        store_document::structured(&stage.app, &seller.who, &new, &facts)
    };
    bill("A-1", "100.00", vec![signed]).unwrap();
    bill("A-2", "50.00", vec![unsigned]).unwrap();
    bill("A-3", "7.00", Vec::new()).unwrap();
    let foreign = bill("A-4", "1.00", vec![DocumentId::from_bytes([9; 16])]);
    assert_eq!(foreign.unwrap_err().code(), "unknown_document");
    let period = Period {
        seller: seller.party(),
        buyer: buyer.party(),
        from: today,
        to: today,
        currency: cny(),
    };
    let by_seller = settlement_statement::draw(&stage.app, &seller.who, &period).unwrap();
    let by_buyer = settlement_statement::draw(&stage.app, &buyer.who, &period).unwrap();
    assert_eq!(by_seller, by_buyer);
    let matched: Vec<(String, bool)> = by_seller
        .lines
        .iter()
        .map(|line| (line.invoice.number.clone(), line.matched))
        .collect::<std::collections::BTreeMap<_, _>>()
        .into_iter()
        .collect();
    let wanted = [("A-1", true), ("A-2", false), ("A-3", false)];
    assert_eq!(matched, wanted.map(|(n, m)| (n.to_owned(), m)));
    assert_eq!(by_seller.matched, Stage::yuan("100.00"));
    assert_eq!(by_seller.total, Stage::yuan("157.00"));
    assert_eq!(by_seller.unbilled, [("YD-3".to_owned(), Some(today))]);
    let outsider = settlement_statement::draw(&stage.app, &carrier.who, &period);
    assert_eq!(outsider.unwrap_err(), AppError::NotFound);
    let backwards = Period {
        to: today.pred_opt().unwrap(),
        ..period
    };
    let refused = settlement_statement::draw(&stage.app, &seller.who, &backwards);
    assert_eq!(refused.unwrap_err().code(), "period_not_possible");

    let kept = settlement_statement::keep(&stage.app, &seller.who, &period).unwrap();
    let again = settlement_statement::keep(&stage.app, &buyer.who, &period).unwrap();
    assert_eq!(kept, again, "both sides keep the same bytes");
    let (_, bytes) = documents_view::content(&stage.app, &buyer.who, kept).unwrap();
    assert_eq!(bytes, settlement_statement::csv(&by_seller).into_bytes());
    for party in [&seller, &buyer] {
        assert_eq!(say(&stage, party, kept, Statement::BalanceAgreed), Ok(true));
    }
}

#[test]
fn the_face_of_a_digital_invoice_must_say_what_was_stated() {
    let stage = Stage::new();
    let (buyer, seller) = (stage.supplier("买方"), stage.supplier("卖方"));
    let face = |number: &str, gross: &str| InvoiceFace {
        number: number.to_owned(),
        issued_on: "2024-11-21".parse::<NaiveDate>().unwrap(),
        seller: InvoiceParty {
            name: "卖方".to_owned(),
            tax_id: "91210112MA10499C0F".to_owned(),
        },
        buyer: InvoiceParty {
            name: "买方".to_owned(),
            tax_id: "91350100M000100Y43".to_owned(),
        },
        currency: cny(),
        net: Stage::yuan("169.03"),
        tax: Stage::yuan("21.97"),
        gross: Stage::yuan(gross),
        capitals: String::new(),
        lines: Vec::new(),
        status: InvoiceStatus::Normal,
    };
    let keep = |face: InvoiceFace| {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(buyer.party()),
            number: "24217000000146091898".to_owned(),
            issued_on: Some(face.issued_on),
            amount: Some((Stage::yuan("191.00"), cny())),
            file_name: "invoice.xml".to_owned(),
            bytes: b"<?xml version=\"1.0\"?><EInvoice/>".to_vec(),
        };
        let facts = StructuredFacts {
            face: Some(face),
            rests_on: Vec::new(),
        };
        store_document::structured(&stage.app, &seller.who, &new, &facts)
    };
    let code = |face| keep(face).unwrap_err().code().to_owned();
    assert_eq!(
        code(face("24217000000146091898", "191.01")),
        "invoice_totals_differ"
    );
    assert_eq!(
        code(face("24217000000146091899", "191.00")),
        "invoice_face_differs"
    );
    let id = keep(face("24217000000146091898", "191.00")).unwrap();
    let seen = documents_view::one(&stage.app, &buyer.who, id).unwrap();
    assert_eq!(seen.face.unwrap().net, Stage::yuan("169.03"));
    assert_eq!(seen.document.media_type, "application/xml");
}

/// A place in memory, to see what is asked of it.
#[derive(Debug, Default)]
struct Shelf(Mutex<HashMap<[u8; 32], Vec<u8>>>);

impl Contents for Shelf {
    fn put(&self, sha256: &[u8; 32], bytes: &[u8]) -> Result<(), String> {
        self.0.lock().unwrap().insert(*sha256, bytes.to_vec());
        Ok(())
    }
    fn get(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.lock().unwrap().get(sha256).cloned())
    }
}

#[test]
fn contents_lie_outside_the_database_old_ones_stay_readable_and_spoilt_ones_are_seen() {
    let stage = Stage::new();
    let (buyer, seller) = (stage.supplier("买方"), stage.supplier("卖方"));
    let old = stage.invoice(&seller, &buyer, Stage::yuan("100.00"));
    let shelf = Arc::new(Shelf::default());
    let contents: Arc<dyn Contents> = shelf.clone();
    let app = stage.app.clone().with_contents(contents);
    let bytes = b"%PDF-1.7 contract".to_vec();
    let new = NewDocument {
        kind: DocumentKind::Contract,
        issuer: None,
        counterparty: Some(buyer.party()),
        number: "HT-1".to_owned(),
        issued_on: Some(OPENING),
        amount: None,
        file_name: "contract.pdf".to_owned(),
        bytes: bytes.clone(),
    };
    let id = store_document::run(&app, &seller.who, &new).unwrap();
    let digest = sha256_of(&bytes);
    assert!(
        stage
            .app
            .store
            .read(|tx| tx.document_blob(&digest))
            .is_err()
    );
    let read = |id| documents_view::content(&app, &buyer.who, id);
    assert_eq!(read(id).unwrap().1, bytes);
    assert!(
        !read(old).unwrap().1.is_empty(),
        "kept in the database before"
    );
    shelf.put(&digest, b"%PDF-1.7 forged").unwrap();
    assert_eq!(read(id).unwrap_err().code(), "internal");
}
