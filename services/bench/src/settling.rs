//! Maturity day through `settle_paper`, step by step. The banks' side is played by handing the
//! platform the statement a bank would send (`record_payment::note_statement`), one booking for
//! each instruction: no message is rendered or parsed here.

use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::present_paper;
use ledger_app::present_paper::PresentedRun;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::settle_paper;
use ledger_store::bank_messages::Booking;
use ledger_store::payments::Instruction;

use crate::failure::Failure;
use crate::processor_time::ProcessorTime;

/// What one step took, over all papers that were due.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Step {
    /// By the clock.
    pub(crate) took: Duration,
    /// By the processor.
    pub(crate) processor: ProcessorTime,
}

/// What each step took, over all papers that were due.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Settling {
    /// Papers settled.
    pub(crate) papers: usize,
    /// Instructions made and proved.
    pub(crate) instructions: usize,
    /// Runs planned, holders told.
    pub(crate) plan: Step,
    /// Clearing sheets computed and kept.
    pub(crate) sheets: Step,
    /// Claims put together for the obligor's bank, its yes noted.
    pub(crate) present: Step,
    /// Instructions made.
    pub(crate) instruct: Step,
    /// The statement noted.
    pub(crate) evidence: Step,
    /// Settlement entries posted.
    pub(crate) entries: Step,
}

/// Moves the business date to `due` and settles all that is due then.
pub(crate) fn measure(app: &App, superuser: &str, due: NaiveDate) -> Result<Settling, Failure> {
    app.store.write(|tx| tx.business_date_advance(due))?;
    let mut found = Settling::default();
    let mut to_prove: Vec<Instruction> = Vec::new();
    let measured =
        |step: &mut dyn FnMut() -> Result<usize, Failure>| until_nothing(superuser, step);
    found.plan = measured(&mut || Ok(settle_paper::plan(app)?))?;
    found.sheets = measured(&mut || Ok(settle_paper::lock_due(app)?))?;
    found.present = measured(&mut || {
        let presentations = present_paper::to_present(app)?;
        let answers: Vec<PresentedRun> = presentations
            .iter()
            .map(|one| PresentedRun::in_full(one.run, one.run.simple().to_string()))
            .collect();
        present_paper::note_all_presented(app, &answers, None)?;
        to_prove.extend(presentations.into_iter().flat_map(|one| one.claims));
        Ok(answers.len())
    })?;
    found.instruct = measured(&mut || Ok(settle_paper::instruct(app)?))?;
    found.instructions = to_prove.len();
    let mut parts = to_prove.chunks(5_000).zip(0_u32..);
    found.evidence = measured(&mut || {
        let Some((part, place)) = parts.next() else {
            return Ok(0);
        };
        Ok(record_payment::note_statement(
            app,
            &statement(part, due, place),
        )?)
    })?;
    let mut settled = 0_usize;
    found.entries = measured(&mut || {
        let done = ledger_app::close_settlement::run(app)?;
        settled = settled.saturating_add(done);
        Ok(done)
    })?;
    found.papers = settled;
    Ok(found)
}

/// Calls a step until it finds nothing to do any more, as the scheduler does.
fn until_nothing(
    superuser: &str,
    step: &mut dyn FnMut() -> Result<usize, Failure>,
) -> Result<Step, Failure> {
    let before = ProcessorTime::read(superuser)?;
    let start = Instant::now();
    while step()? > 0 {}
    let took = start.elapsed();
    let processor = ProcessorTime::read(superuser)?.since(before);
    Ok(Step { took, processor })
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
        body: format!("bench {day} {place}").into_bytes(),
        bookings: bookings.collect(),
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    }
}
