//! Maturity day through `settle_paper`, step by step. The banks' side is played by handing the
//! platform the statement a bank would send (`record_payment::note_statement`), one booking for
//! each instruction: no message is rendered or parsed here.

use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::settle_paper;
use ledger_store::bank_messages::Booking;
use ledger_store::payments::Instruction;

use crate::failure::Failure;

/// How long each step took, over all papers that were due.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Settling {
    /// Papers settled.
    pub(crate) papers: usize,
    /// Instructions made and proved.
    pub(crate) instructions: usize,
    /// Runs planned, holders told.
    pub(crate) plan: Duration,
    /// Clearing sheets computed and kept.
    pub(crate) sheets: Duration,
    /// Claims put together for the obligor's bank, its yes noted.
    pub(crate) present: Duration,
    /// Instructions made.
    pub(crate) instruct: Duration,
    /// The statement noted.
    pub(crate) evidence: Duration,
    /// Settlement entries posted.
    pub(crate) entries: Duration,
}

/// Moves the business date to `due` and settles all that is due then.
pub(crate) fn measure(app: &App, due: NaiveDate) -> Result<Settling, Failure> {
    app.store.write(|tx| tx.business_date_advance(due))?;
    let mut found = Settling::default();
    let mut to_prove: Vec<Instruction> = Vec::new();
    found.plan = until_nothing(|| Ok(settle_paper::plan(app)?))?;
    found.sheets = until_nothing(|| Ok(settle_paper::lock_due(app)?))?;
    found.present = until_nothing(|| {
        let presentations = settle_paper::to_present(app)?;
        for presentation in &presentations {
            let message = presentation.run.simple().to_string();
            settle_paper::note_presented(app, presentation.run, &message, true)?;
            to_prove.extend_from_slice(&presentation.claims);
        }
        Ok(presentations.len())
    })?;
    found.instruct = until_nothing(|| Ok(settle_paper::instruct(app)?))?;
    found.instructions = to_prove.len();
    let start = Instant::now();
    for (part, place) in to_prove.chunks(5_000).zip(0_u32..) {
        record_payment::note_statement(app, &statement(part, due, place))?;
    }
    found.evidence = start.elapsed();
    let mut settled = 0_usize;
    found.entries = until_nothing(|| {
        let done = ledger_app::close_settlement::run(app)?;
        settled = settled.saturating_add(done);
        Ok(done)
    })?;
    found.papers = settled;
    Ok(found)
}

/// Calls a step until it finds nothing to do any more, as the scheduler does.
fn until_nothing(mut step: impl FnMut() -> Result<usize, Failure>) -> Result<Duration, Failure> {
    let start = Instant::now();
    while step()? > 0 {}
    Ok(start.elapsed())
}

fn statement(paid: &[Instruction], day: NaiveDate, place: u32) -> BankStatement {
    let bookings = paid.iter().map(|i| StatedBooking {
        account: i.debtor_account.clone(),
        servicer_ref: i.end_to_end_id.clone(),
        end_to_end_id: i.end_to_end_id.clone(),
        amount: i.amount,
        currency: i.currency,
        direction: Booking::Debit,
        booking_date: day,
        value_date: day,
        reversal: false,
    });
    BankStatement {
        kind: "camt.054".to_owned(),
        message_id: format!("BENCH-{day}-{place}"),
        body: format!("bench {day} {place}"),
        bookings: bookings.collect(),
        balances: Vec::new(),
        feed: None,
    }
}
