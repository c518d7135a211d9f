//! A transfer taken back, as the auditor reads it: which entry was corrected, by whom, why, and whether the
//! words are those that both sides signed.

use audit_reports::cell::Cell;
use audit_reports::statement::Filter;
use audit_reports::statements::corrections::CORRECTIONS;
use audit_reports::statements::trace::TRACE;
use chrono::DateTime;
use ledger_core::act::Act;
use ledger_core::correction::CorrectionAct;
use ledger_core::correction::TransferCorrection as Signed;
use ledger_core::correction::reason_digest;
use ledger_core::party::PartyKind;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::transfer_corrections::CorrectionState;
use ledger_store::transfer_corrections::TransferCorrection;
use postgres::Client;
use postgres::NoTls;
use uuid::Uuid;

use crate::stage::Stage;
use crate::statements::rows;

const REASON: &str = "误选收款方";

/// 400.00 passed on and taken back; gives the paper's number and the corrected entry.
fn taken_back(stage: &Stage) -> (String, i64) {
    let obligor = stage.party(PartyKind::Obligor, "鸿途汽车股份有限公司", "Hongtu Motor");
    let first = stage.party(PartyKind::Supplier, "一级配件", "Tier One Parts");
    let second = stage.party(PartyKind::Supplier, "二级冲压", "Tier Two Presses");
    let paper = stage.issue(&obligor, &first, "CNY", 100_000, "2026-08-28");
    let held = stage.accept(&paper, &first);
    let (moved, _rest) = stage.pay(held, 40_000, &first, &second);
    let entry = |no: i64| {
        let found = stage.app.store.read(|tx| tx.entries_by_nos(&[no]));
        found.unwrap().remove(0)
    };
    let accepted = entry(FragmentNo(moved.no).entry());
    let offered = entry(accepted.spent.unwrap().entry());
    let id = *b"correction-no-01";
    let signed = Signed {
        id,
        paper: moved.fragment.paper,
        transfer: accepted.sealed.hash(),
        range: moved.fragment.range,
        holder: second.id,
        giver: first.id,
        reason: reason_digest(&id, REASON),
    };
    let act = Act::Correct(Box::new(CorrectionAct {
        correction: signed.to_bytes(),
        offered: offered.sealed,
        accepted: accepted.sealed,
    }));
    let seats = [(Seat::Holder, &second), (Seat::Recipient, &first)];
    let back = stage.act(moved, 40_000, act, &seats).0.unwrap();
    let correcting = FragmentNo(back.no).entry();
    let proposed = entry(correcting).sealed.signatures()[0].clone();
    let open = TransferCorrection {
        id: Uuid::from_bytes(id),
        paper: signed.paper,
        transfer: accepted.no,
        lo: signed.range.lo(),
        hi: signed.range.hi(),
        holder: signed.holder,
        giver: signed.giver,
        proposer: signed.holder,
        body: signed.to_bytes(),
        reason: REASON.to_owned(),
        made_by: "key".to_owned(),
        key: proposed.key,
        signature: proposed.bytes,
        state: CorrectionState::Open,
        word: String::new(),
        made_on: stage.today(),
        created_at: DateTime::UNIX_EPOCH,
        entry: None,
    };
    let kept = stage.app.store.write(|tx| {
        tx.transfer_correction_insert(&open)?;
        tx.transfer_correction_effective(open.id, correcting)
    });
    assert!(kept.unwrap());
    (paper.number, accepted.no)
}

#[test]
fn the_auditor_reads_what_was_corrected_why_and_whether_that_was_signed() {
    let stage = Stage::new();
    let (number, corrected) = taken_back(&stage);
    let (found, totals) = rows(&stage, &CORRECTIONS, &Filter::of_paper(&number));
    assert_eq!((found.len(), totals[0].sums[0]), (1, 40_000));
    let row = &found[0];
    assert_eq!(row[2], Cell::Count(corrected & ((1 << 40) - 1)));
    let party = |zh: &str, en: &str| Cell::Party(zh.to_owned(), en.to_owned());
    assert_eq!(row[5], party("二级冲压", "Tier Two Presses"));
    assert_eq!(row[6], party("一级配件", "Tier One Parts"));
    assert_eq!(row[10], Cell::Text(REASON.to_owned()));
    assert_eq!(row[11], Cell::Word("check-holds".to_owned()));
    // The entry and all before it still prove themselves.
    let (trace, _) = rows(&stage, &TRACE, &Filter::of_paper(&number));
    let broken = Cell::Word("check-broken".to_owned());
    assert!(trace.iter().all(|row| !row.contains(&broken)));
    // Other words than those that were signed are seen.
    let mut hand = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    hand.execute("UPDATE transfer_correction SET reason = 'x'", &[])
        .unwrap();
    let (found, _) = rows(&stage, &CORRECTIONS, &Filter::default());
    assert_eq!(found[0][11], broken);
}
