//! What leaves for the bank leaves once.

use ledger_app::record_payment;
use ledger_app::settle_paper;

use crate::settlement_stage::Due;

#[test]
fn a_worker_whose_lease_ran_out_sends_nothing_a_second_time() {
    let due = Due::planned(1);
    let app = &due.stage.app;
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    assert_eq!(due.present(), 1);
    assert_eq!(settle_paper::instruct(app).unwrap(), 2);
    let batch = record_payment::take_outgoing(app).unwrap().remove(0);
    let mut late = batch.clone();
    late.message_id = "TSMLATE".to_owned();
    let send = |batch| record_payment::note_sent(app, batch, "pain.001.001.09", "<Document/>");
    send(&batch).unwrap();
    assert_eq!(send(&late).unwrap_err().code(), "busy");
    let kept = app
        .store
        .read(|tx| tx.bank_messages_by_message_id("TSMLATE"));
    assert_eq!(kept.unwrap(), [], "what was not sent is not on record");
}
