//! Takes a list of payables in, a few thousand rows at a time: what is new is loaded, the same
//! again changes nothing, and everything wrong comes back with row, value and what to do.

use std::collections::HashMap;

use ledger_core::id::ImportId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_store::imports::ImportBatch;
use ledger_store::imports::ImportProblem;
use ledger_store::imports::ImportState;
use ledger_store::payables::Loaded;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::unit_of_work::WriteTx;
use serde_json::Value;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::import_letters;
use crate::import_result::ImportCounts;
use crate::import_result::ImportResult;
use crate::imported_row::ImportedProblem;
use crate::imported_row::ImportedRow;
use crate::imported_row::LoadProblem;
use crate::imported_row::Weight;
use crate::notice::Notice;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::supplier_lookup::SupplierLookup;
use crate::supplier_lookup::written;

/// Opens a list, handed in by a person or by the obligor's own system. `mapping` says which column
/// was read as which of ours, as the file reader has it.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `person_needed` for who is neither.
pub fn begin(
    app: &App,
    who: &Principal,
    file_name: &str,
    sha256: [u8; 32],
    mapping: &Value,
) -> Result<ImportId, AppError> {
    who.may(Action::ProposeIssue)?;
    let (uploaded_by, uploaded_key) = match (who.user, who.key) {
        (None, Some(key)) => (None, Some(key)),
        _ => (Some(person::acting(who)?), None),
    };
    let batch = ImportBatch {
        id: ImportId::from_bytes(random::bytes()?),
        obligor: who.party,
        file_name: file_name
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect(),
        sha256,
        uploaded_by,
        uploaded_key,
        created_at: app.clock.now(),
        mapping: mapping.clone(),
        counts: ImportCounts::default().json()?,
        state: ImportState::Reading,
    };
    app.store
        .write(|tx| Ok::<_, AppError>(tx.import_insert(&batch)?))?;
    Ok(batch.id)
}

/// Loads the next part of a list: its good rows and the problems the reader found, both in the
/// order of their lines, and nothing of a line in two parts. Lines up to
/// [`ImportCounts::through_line`] were taken before and are passed over, so that a part whose
/// answer was lost can be sent again.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's list; [`AppError::Invalid`] `import_closed`.
pub fn load(
    app: &App,
    who: &Principal,
    import: ImportId,
    rows: &[ImportedRow],
    problems: &[ImportedProblem],
) -> Result<ImportCounts, AppError> {
    who.may(Action::ProposeIssue)?;
    app.store.write(|tx| {
        let mut counts = ImportCounts::read(&open(tx, who, import)?.counts)?;
        let rows = rows.get(rows.partition_point(|r| r.line <= counts.through_line)..);
        let rows = rows.unwrap_or_default();
        let found = problems
            .iter()
            .filter(|p| p.line > counts.through_line)
            .cloned();
        let mut problems: Vec<ImportedProblem> = found.collect();
        let last = rows
            .iter()
            .map(|r| r.line)
            .chain(problems.iter().map(|p| p.line))
            .max();
        let (payables, lines) = payables_of(tx, who.party, import, rows, &mut problems)?;
        for (became, row) in tx.payables_load(&payables)?.into_iter().zip(lines) {
            let count = match became {
                Loaded::New => &mut counts.new,
                Loaded::Same => &mut counts.same,
                Loaded::Corrected => &mut counts.corrected,
                Loaded::Changed => {
                    problems.push(LoadProblem::Changed.at(row.line, row.payable_no.clone()));
                    &mut counts.changed
                }
            };
            *count = count.saturating_add(1);
        }
        tx.import_problems_insert(&records(import, &mut counts, problems))?;
        counts.through_line = last.unwrap_or(counts.through_line);
        tx.import_progress(import, ImportState::Reading, &counts.json()?)?;
        Ok(counts)
    })
}

/// The caller's list, locked, while it is being read.
fn open(tx: &mut WriteTx<'_>, who: &Principal, import: ImportId) -> Result<ImportBatch, AppError> {
    let batch = tx.import_lock(import)?;
    if batch.obligor != who.party {
        return Err(AppError::NotFound);
    }
    if batch.state != ImportState::Reading {
        return Err(AppError::invalid(
            "import_closed",
            "this list has been read to its end; hand in another",
        ));
    }
    Ok(batch)
}

/// The rows that are payables, and, side by side, the rows they come from. Adds what is wrong
/// with the others to `problems`.
fn payables_of<'r>(
    tx: &mut WriteTx<'_>,
    obligor: PartyId,
    import: ImportId,
    rows: &'r [ImportedRow],
    problems: &mut Vec<ImportedProblem>,
) -> Result<(Vec<Payable>, Vec<&'r ImportedRow>), AppError> {
    let suppliers = SupplierLookup::load(tx, rows)?;
    let mut payables = Vec::with_capacity(rows.len());
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(fault) = row.fault() {
            problems.push(fault.at(row.line, row.payable_no.clone()));
            continue;
        }
        match suppliers.find(row) {
            Ok(supplier) => {
                payables.push(payable(obligor, import, supplier, row)?);
                lines.push(row);
            }
            Err(problem) => problems.push(problem.at(row.line, written(row))),
        }
    }
    Ok((payables, lines))
}

fn payable(
    obligor: PartyId,
    import: ImportId,
    supplier: PartyId,
    row: &ImportedRow,
) -> Result<Payable, AppError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ok(Payable {
        id: PayableId::from_bytes(random::bytes()?),
        obligor,
        import: Some(import),
        company_code: row.company_code.clone(),
        payable_no: row.payable_no.clone(),
        content_digest: row.digest,
        supplier,
        amount: row.gross_amount,
        currency: row.currency,
        invoice_no: text(&row.invoice_no),
        invoice_date: row.invoice_date,
        invoice_gross: row.invoice_gross,
        acceptance_date: row.acceptance_date,
        po_no: text(&row.po_no),
        due_date: row.due_date,
        cost_centre: text(&row.cost_centre),
        remark: text(&row.remark),
        state: PayableState::Loaded,
        paper_id: None,
    })
}

/// Counts problems and numbers them within their rows.
fn records(
    import: ImportId,
    counts: &mut ImportCounts,
    problems: Vec<ImportedProblem>,
) -> Vec<ImportProblem> {
    let mut rows: HashMap<u64, (i32, Weight)> = HashMap::new();
    let mut records = Vec::with_capacity(problems.len());
    for problem in problems {
        counts.note(&problem);
        let (ordinal, gravest) = rows.entry(problem.line).or_insert((0, problem.weight));
        records.push(problem.record(import, *ordinal));
        *ordinal = ordinal.saturating_add(1);
        if matches!(
            (problem.weight, *gravest),
            (Weight::Refused, _) | (Weight::SetAside, Weight::Warning)
        ) {
            *gravest = problem.weight;
        }
    }
    for (_, weight) in rows.into_values() {
        counts.note_row(weight);
    }
    records
}

/// Closes a list that was read to its end and writes to who handed it in. Again: the same answer,
/// no second letter.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's list.
pub fn finish(app: &App, who: &Principal, import: ImportId) -> Result<ImportResult, AppError> {
    close(app, who, import, ImportState::Read, None)
}

/// The same for a request with an idempotency key, whose answer is the list's id.
///
/// # Errors
/// As [`finish`]; `duplicate` if the same request is being answered at this moment.
pub fn finish_once(
    app: &App,
    who: &Principal,
    import: ImportId,
    key: &IdempotencyKey,
) -> Result<ImportResult, AppError> {
    close(app, who, import, ImportState::Read, Some(key))
}

/// Closes a list that turned out not to be readable to its end. What was loaded stays: good rows
/// can proceed.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's list.
pub fn fail(app: &App, who: &Principal, import: ImportId) -> Result<ImportResult, AppError> {
    close(app, who, import, ImportState::Failed, None)
}

fn close(
    app: &App,
    who: &Principal,
    import: ImportId,
    state: ImportState,
    key: Option<&IdempotencyKey>,
) -> Result<ImportResult, AppError> {
    who.may(Action::ProposeIssue)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        let batch = tx.import_lock(import)?;
        if batch.obligor != who.party {
            return Err(AppError::NotFound);
        }
        if batch.state != ImportState::Reading {
            return ImportResult::of(batch);
        }
        tx.import_progress(import, state, &batch.counts)?;
        let closed = ImportResult::of(ImportBatch {
            state,
            ..batch.clone()
        })?;
        import_letters::tell_uploader(tx, now, &batch, checked(&closed))?;
        if let Some(key) = key {
            key.keep(tx, now, &import.to_string())?;
        }
        Ok(closed)
    })
}

fn checked(closed: &ImportResult) -> Notice {
    let rows = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Notice::ImportChecked {
        import: closed.import.to_string(),
        file: closed.file_name.clone(),
        good: rows(closed.counts.good()),
        bad: rows(closed.counts.bad()),
    }
}

/// Lists closed in one look.
const CLOSED_AT_ONCE: i64 = 100;

/// Closes every list that was being read when the process reading it ended, of all obligors, and
/// tells who handed it in what to do: hand the same list in again. For the start of the platform,
/// before anybody can hand a list in. Gives how many there were.
///
/// # Errors
/// The store's.
pub fn close_interrupted(app: &App) -> Result<u64, AppError> {
    let now = app.clock.now();
    let mut closed: u64 = 0;
    loop {
        let found = app.store.read(|tx| tx.imports_reading(CLOSED_AT_ONCE))?;
        if found.is_empty() {
            return Ok(closed);
        }
        for list in found {
            app.store.write(|tx| {
                let batch = tx.import_lock(list.id)?;
                if batch.state != ImportState::Reading {
                    return Ok::<_, AppError>(());
                }
                tx.import_progress(batch.id, ImportState::Failed, &batch.counts)?;
                let counts = ImportCounts::read(&batch.counts)?;
                let notice = Notice::ImportInterrupted {
                    import: batch.id.to_string(),
                    file: batch.file_name.clone(),
                    through_line: counts.through_line,
                };
                import_letters::tell_uploader(tx, now, &batch, notice)
            })?;
            closed = closed.saturating_add(1);
        }
    }
}
