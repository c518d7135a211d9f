//! Runs of one state with the credits that their locked sheets say.
//!
//! From the cut-off on the locked sheets are what counts: claims and credits are read from their kept
//! bytes, whose digests are checked. Should a holder's account be changed after it, the run waits
//! for a person instead of paying an account that the sheet does not name.

use std::collections::HashMap;

use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::settlements::RunState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::error::AppError;
use crate::maturing_papers::Crediting;
use crate::maturing_papers::payees;
use crate::run_fault::FaultyRun;
use crate::run_fault::RunFault;
use crate::run_fault::set_aside;
use crate::run_sheets::RunSheets;

/// Runs in one unit of work.
pub(crate) const RUNS_A_STEP: i64 = 2_500;

/// Bytes of sheets in one unit of work, a hundred thousand credits or so; a single run may have
/// more.
const SHEET_BYTES_A_STEP: i64 = 9_000_000;

/// A run with its paper and the credits of its locked sheets.
#[derive(Debug)]
pub(crate) struct Credited {
    pub(crate) run: SettlementRun,
    pub(crate) record: PaperRecord,
    pub(crate) credits: Vec<Instruction>,
}

/// The runs in `state` that are due, with their credits; those that can't go on are set aside.
pub(crate) fn credited(
    app: &App,
    tx: &mut WriteTx<'_>,
    state: RunState,
) -> Result<CreditedRuns, AppError> {
    let (today, now) = (tx.business_date_today()?, app.clock.now());
    let runs = tx.settlements_claim_sheets(state, today, RUNS_A_STEP, SHEET_BYTES_A_STEP)?;
    let ids: Vec<PaperId> = runs.iter().map(|run| run.paper_id).collect();
    let mut records: HashMap<PaperId, PaperRecord> = tx
        .papers_by_ids(&ids)?
        .into_iter()
        .map(|record| (record.paper.id, record))
        .collect();
    let mut faulty = Vec::new();
    let mut sound = Vec::with_capacity(runs.len());
    for run in runs {
        let Some(record) = records.remove(&run.paper_id) else {
            faulty.push(FaultyRun::new(&run, "", RunFault::PaperMissing));
            continue;
        };
        match RunSheets::kept(&run) {
            Ok(sheets) => sound.push((run, record, sheets)),
            Err(fault) => faulty.push(FaultyRun::new(&run, &record.paper.number, fault)),
        }
    }
    let of_run = |(_, record, sheets): &(SettlementRun, PaperRecord, RunSheets)| {
        let shares = sheets.shares();
        let holders = shares.iter().map(|share| share.holder);
        holders.chain([record.paper.obligor]).collect::<Vec<_>>()
    };
    let payees = payees(tx, sound.iter().flat_map(of_run).collect::<Vec<_>>())?;
    let crediting = Crediting {
        today,
        now,
        payees: &payees,
    };
    let mut credited = Vec::with_capacity(sound.len());
    for (run, record, sheets) in sound {
        match crediting.credits(&run, &record, &sheets) {
            Ok(credits) => credited.push(Credited {
                run,
                record,
                credits,
            }),
            Err(fault) => faulty.push(FaultyRun::new(&run, &record.paper.number, fault)),
        }
    }
    set_aside(tx, now, &faulty)?;
    let obligors = payees.into_iter().map(|(id, payee)| (id, payee.party));
    Ok((credited, obligors.collect()))
}

pub(crate) type CreditedRuns = (Vec<Credited>, HashMap<PartyId, Party>);
