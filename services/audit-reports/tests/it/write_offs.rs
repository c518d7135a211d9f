//! The auditor's list of write-offs: what was said, beside the entry that says it.

use audit_reports::cell::Cell;
use audit_reports::language::Language;
use audit_reports::snapshot::AuditDatabase;
use audit_reports::statement::Filter;
use audit_reports::statements::journal::JOURNAL;
use audit_reports::statements::write_offs::WRITE_OFFS;
use ledger_core::act::Act;
use ledger_core::currency::Currency;
use ledger_core::party::PartyKind;
use ledger_core::signature::Seat;
use ledger_core::write_off::WriteOffAct;
use ledger_core::write_off::reason_digest;
use ledger_store::write_offs::WriteOff;

use crate::stage::Stage;
use crate::stage::minor;

const REASON: &str = "无可供执行财产";
const EVIDENCE: &str = "(2026)沪执15号";

fn rows(stage: &Stage, statement: &audit_reports::statement::Statement) -> Vec<Vec<Cell>> {
    let database = AuditDatabase::new(&stage.database.url_audit()).unwrap();
    database
        .report(|snapshot| {
            let mut rows = Vec::new();
            statement.each(snapshot, &Filter::default(), |row| {
                rows.push(row);
                Ok(())
            })?;
            Ok(rows)
        })
        .unwrap()
}

#[test]
fn the_auditor_reads_who_wrote_what_off_and_why() {
    let stage = Stage::new();
    let obligor = stage.party(PartyKind::Obligor, "鸿途汽车股份有限公司", "Hongtu Motor");
    let payee = stage.party(PartyKind::Supplier, "一级配件", "Tier One Parts");
    let paper = stage.issue(&obligor, &payee, "CNY", 70_000, "2026-03-31");
    let held = stage.accept(&paper, &payee);
    stage.today_is("2026-04-01");
    stage.not_paid(held);
    let act = Act::WriteOff(Box::new(WriteOffAct {
        amount: minor(70_000),
        reason: reason_digest(REASON),
        evidence: EVIDENCE.to_owned(),
    }));
    let made = stage.act(held, 70_000, act, &[(Seat::Holder, &payee)]).0;
    let made = made.unwrap();
    let new = |reason: &str| WriteOff {
        entry: made.no >> 1,
        paper: made.fragment.paper,
        holder: payee.id,
        lo: 0,
        hi: 70_000,
        amount: minor(70_000),
        currency: Currency::CNY,
        reason: reason.to_owned(),
        reason_digest: *reason_digest(REASON).bytes(),
        evidence: EVIDENCE.to_owned(),
        written_off_on: stage.today(),
    };
    // The database takes only the very words that were signed.
    let bent = stage
        .app
        .store
        .write(|tx| tx.write_off_insert(&new("另一理由")));
    assert!(bent.is_err());
    stage
        .app
        .store
        .write(|tx| tx.write_off_insert(&new(REASON)))
        .unwrap();

    let found = rows(&stage, &WRITE_OFFS);
    assert_eq!(found.len(), 1);
    let row: Vec<String> = found[0]
        .iter()
        .map(|cell| cell.to_text(Language::English))
        .collect();
    assert!(row.contains(&"700.00".to_owned()), "{row:?}");
    assert!(row.contains(&REASON.to_owned()) && row.contains(&EVIDENCE.to_owned()));
    assert_eq!(
        row[10],
        made.fragment.reference.parent.to_string(),
        "its entry's hash"
    );
    let acts = rows(&stage, &JOURNAL);
    let last = acts.last().unwrap()[2].to_text(Language::English);
    assert_eq!(last, "Written off in its holder's books");
}
