//! What the auditor's role may not: change anything, read any secret.

use postgres::Client;
use postgres::NoTls;

use audit_reports::snapshot::AuditDatabase;

use crate::chain::Chain;
use crate::stage::Stage;

#[test]
fn the_auditors_role_changes_nothing_and_reads_no_secret() {
    let stage = Stage::new();
    Chain::play(&stage);
    let mut audit = Client::connect(&stage.database.url_audit(), NoTls).unwrap();
    // The role starts read only; the grants must hold for whoever switches that off.
    let refused = audit
        .batch_execute("UPDATE paper SET paid = face")
        .unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "25006");
    audit
        .batch_execute("SET default_transaction_read_only = off")
        .unwrap();
    for sql in [
        "INSERT INTO access_log (at, kind) VALUES (now(), 'signed_in')",
        "INSERT INTO entry (no, lo, mid, hi, date, kind, hash, act, signatures) \
         VALUES (1, 0, 0, 0, '2026-03-02', 1, '', '', '')",
        "UPDATE paper SET paid = face",
        "UPDATE business_date SET today = today + 1",
        "DELETE FROM payable",
        "TRUNCATE entry",
        "SELECT advance_live_fragments(1::smallint)",
        "SELECT sealed FROM signing_key",
        "SELECT * FROM signing_key",
        "SELECT password_hash FROM app_user",
        "SELECT invitation_hash FROM app_user",
        "SELECT token_hash FROM session",
        "SELECT bytes FROM document_blob",
        "SELECT payload FROM outbox",
        "SELECT response FROM idempotency_receipt",
    ] {
        let refused = audit.batch_execute(sql).unwrap_err();
        let code = refused.code().unwrap().code();
        assert_eq!(code, "42501", "{sql}: {refused}");
    }
}

#[test]
fn a_report_runs_in_a_transaction_that_only_reads() {
    let stage = Stage::new();
    // Even with a role that may write.
    let database = AuditDatabase::new(&stage.database.url_app()).unwrap();
    let refused = database
        .report(|snapshot| Ok(snapshot.execute("UPDATE paper SET paid = 0", &[])?))
        .unwrap_err();
    assert_eq!(refused.code(), "database");
    let isolation: String = database
        .report(|snapshot| {
            let row = snapshot.query_one("SHOW transaction_isolation", &[])?;
            Ok(row.get(0))
        })
        .unwrap();
    assert_eq!(isolation, "repeatable read");
}
