//! The exported journal: verifies as it is, and not after anybody touched file or record.

use audit_reports::export::ExportReport;
use audit_reports::export::book_verifier_key;
use audit_reports::export::export;
use audit_reports::snapshot::AuditDatabase;
use ledger_core::party::PartyKind;
use ledger_core::verify::Report;
use ledger_core::verify::Verifier;
use ledger_core::verify_fault::Fault;
use postgres::Client;
use postgres::NoTls;

use crate::chain::Chain;
use crate::stage::Stage;

fn database(stage: &Stage) -> AuditDatabase {
    AuditDatabase::new(&stage.database.url_audit()).unwrap()
}

fn exported(stage: &Stage) -> (Vec<u8>, ExportReport) {
    let mut file = Vec::new();
    let report = export(&database(stage), None, &mut file).unwrap();
    assert_eq!(usize::try_from(report.bytes), Ok(file.len()));
    (file, report)
}

fn verified(stage: &Stage, file: &[u8]) -> Result<Report, Fault> {
    let mut verifier = Verifier::new(&stage.app.verifier_key()).unwrap();
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        verifier.raw_line(line)?;
    }
    verifier.finish()
}

/// Changes the record as only somebody with the superuser's password can.
fn tamper(stage: &Stage, sql: &str) {
    let mut superuser = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    // The projection follows in its own time: what is to be changed must be there.
    superuser
        .batch_execute("SELECT advance_live_fragments(no) FROM book")
        .unwrap();
    superuser
        .batch_execute(&format!(
            "SET session_replication_role = replica; {sql}; SET session_replication_role = origin"
        ))
        .unwrap();
}

#[test]
fn the_exported_journal_verifies() {
    let stage = Stage::new();
    Chain::play(&stage).then_maturity(&stage);
    stage.seal();
    let (file, said) = exported(&stage);
    let report = verified(&stage, &file).unwrap();
    assert_eq!(report.entries, said.entries);
    assert_eq!(report.live_fragments, said.live_fragments);
    assert_eq!((said.sheets, report.settled_papers), (1, 1));
    assert_eq!((said.after_checkpoint, said.altered.len()), (0, 0));
    assert_eq!(said.verifier_key, stage.app.verifier_key());
    assert_eq!(
        book_verifier_key(&database(&stage), None).unwrap(),
        stage.app.verifier_key()
    );
}

#[test]
fn what_was_posted_after_the_checkpoint_is_left_out_and_live_fragments_are_wound_back() {
    let stage = Stage::new();
    let chain = Chain::play(&stage);
    stage.seal();
    let (before, _said) = exported(&stage);
    // The very first entry after the checkpoint spends what was live under it, the next what the
    // first made.
    let held = stage.accept(&chain.pounds, &chain.second);
    let third = stage.party(PartyKind::Supplier, "四级", "");
    stage.pay(held, 1_234, &chain.second, &third);
    chain.then_maturity(&stage);
    let (after, said) = exported(&stage);
    assert!(said.after_checkpoint > 0);
    assert_eq!(before, after);
    verified(&stage, &after).unwrap();
    stage.seal();
    let (sealed, said) = exported(&stage);
    assert_eq!(said.after_checkpoint, 0);
    assert_ne!(before, sealed);
    verified(&stage, &sealed).unwrap();
}

#[test]
fn a_projection_that_trails_the_journal_exports_the_same() {
    let stage = Stage::new();
    Chain::play(&stage);
    stage.seal();
    let (caught_up, _said) = exported(&stage);
    // Back to an empty projection: everything is in the tail.
    tamper(
        &stage,
        "DELETE FROM live_fragment; UPDATE live_cursor SET through = (book::bigint << 40) - 1",
    );
    let (trailing, _said) = exported(&stage);
    assert_eq!(caught_up, trailing);
}

#[test]
fn no_flipped_byte_passes() {
    let stage = Stage::new();
    Chain::play(&stage).then_maturity(&stage);
    stage.seal();
    let (file, _said) = exported(&stage);
    // A prime step reaches every kind of line and every place in it.
    for at in (0..file.len()).step_by(97) {
        let mut flipped = file.clone();
        flipped[at] ^= 1;
        assert!(verified(&stage, &flipped).is_err(), "byte {at}");
    }
}

#[test]
fn a_change_behind_the_platform_is_found_and_named() {
    for (sql, reason) in [
        (
            "UPDATE entry SET date = date - 1 WHERE no & 1023 = 25",
            "bad_signature",
        ),
        (
            "UPDATE entry SET mid = mid - 1, lo = lo WHERE no & 1023 = 25",
            "bad_signature",
        ),
        (
            "UPDATE live_fragment SET holder = (SELECT min(no) FROM party) \
             WHERE fragment = (SELECT max(fragment) FROM live_fragment)",
            "another_fragment",
        ),
        (
            "UPDATE live_fragment SET hi = hi - 1 \
             WHERE fragment = (SELECT max(fragment) FROM live_fragment)",
            "another_fragment",
        ),
        (
            "UPDATE settlement_run SET sheet = sheet || '\\x00'",
            "sheet_bytes",
        ),
        (
            "UPDATE checkpoint SET note = replace(note, 'book-1', 'book-2')",
            "checkpoint",
        ),
    ] {
        let stage = Stage::new();
        Chain::play(&stage).then_maturity(&stage);
        stage.seal();
        tamper(&stage, sql);
        let (file, said) = exported(&stage);
        let fault = verified(&stage, &file).unwrap_err();
        assert_eq!(fault.reason.code(), reason, "{sql}: {fault}");
        if sql.starts_with("UPDATE entry") {
            assert_eq!((fault.entry, said.altered), (Some(25), vec![25]), "{sql}");
        }
    }
}

#[test]
fn a_book_without_checkpoint_and_an_unknown_book_are_refused() {
    let stage = Stage::new();
    let error = export(&database(&stage), None, &mut Vec::new()).unwrap_err();
    assert_eq!(error.code(), "no_checkpoint");
    stage.seal();
    let error = export(&database(&stage), Some("elsewhere"), &mut Vec::new()).unwrap_err();
    assert_eq!(error.code(), "not_found");
}
