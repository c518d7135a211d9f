//! Maturity day on the stage: the use cases of the settlement with a bank's statement.

use ledger_app::close_settlement;
use ledger_app::present_paper;
use ledger_app::present_paper::PresentedRun;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::record_payment::note_sent;
use ledger_app::record_payment::note_statement;
use ledger_app::record_payment::take_outgoing;
use ledger_app::settle_paper;
use ledger_store::bank_messages::Booking;

use crate::stage::Stage;

/// Settles every paper that is due today.
pub(crate) fn settle_due(stage: &Stage) {
    let app = &stage.app;
    settle_paper::plan(app).unwrap();
    settle_paper::lock_due(app).unwrap();
    let answers: Vec<PresentedRun> = present_paper::to_present(app)
        .unwrap()
        .iter()
        .map(|one| PresentedRun::in_full(one.run, "PAIN013-1".to_owned()))
        .collect();
    present_paper::note_all_presented(app, &answers, None).unwrap();
    settle_paper::instruct(app).unwrap();
    let mut bookings = Vec::new();
    for batch in take_outgoing(app).unwrap() {
        note_sent(app, &batch, "pain.001.001.09", "<Document/>").unwrap();
        for instruction in &batch.instructions {
            bookings.push(StatedBooking {
                account: instruction.debtor_account.clone(),
                servicer_ref: format!("REF-{}", instruction.end_to_end_id),
                end_to_end_id: instruction.end_to_end_id.clone(),
                amount: instruction.amount,
                currency: instruction.currency,
                direction: Booking::Debit,
                booking_date: stage.today(),
                value_date: stage.today(),
                reversal: false,
            });
        }
    }
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "CAMT-1".to_owned(),
        body: "<Document>bookings</Document>".into(),
        bookings,
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    note_statement(app, &statement).unwrap();
    assert!(close_settlement::run(app).unwrap() > 0);
}
