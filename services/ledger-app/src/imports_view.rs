//! The lists an obligor handed in, what was wrong with them, and whom they name that nobody knows.

use ledger_core::id::ImportId;
use ledger_store::imports::ImportProblem;

use crate::app::App;
use crate::error::AppError;
use crate::import_result::ImportResult;
use crate::imported_row::LoadProblem;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_lookup::UnknownSupplier;

/// One list of the caller's.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn view(app: &App, who: &Principal, import: ImportId) -> Result<ImportResult, AppError> {
    who.may(Action::ViewOutstanding)?;
    let batch = app
        .store
        .read(|tx| Ok::<_, AppError>(tx.import_by_id(import)?))?;
    if batch.obligor != who.party {
        return Err(AppError::NotFound);
    }
    ImportResult::of(batch)
}

/// The caller's newest lists.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn latest(app: &App, who: &Principal, limit: i64) -> Result<Vec<ImportResult>, AppError> {
    who.may(Action::ViewOutstanding)?;
    let lists = app
        .store
        .read(|tx| tx.imports_of_obligor(who.party, limit))?;
    lists.into_iter().map(ImportResult::of).collect()
}

/// Problems of one of the caller's lists in the order of its lines, from after line `after_line`.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn problems(
    app: &App,
    who: &Principal,
    import: ImportId,
    after_line: i64,
    limit: i64,
) -> Result<Vec<ImportProblem>, AppError> {
    view(app, who, import)?;
    Ok(app
        .store
        .read(|tx| tx.import_problems(import, after_line, limit))?)
}

/// Most unknown suppliers listed at once.
const LISTED_SUPPLIERS: i64 = 1_000;

/// The suppliers of a list that are not on the platform, those in most rows first: whom the
/// operator is to invite. For the operator, and for the obligor whose list it is.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn suppliers_unknown(
    app: &App,
    who: &Principal,
    import: ImportId,
) -> Result<Vec<UnknownSupplier>, AppError> {
    if who.may(Action::OnboardParty).is_err() {
        view(app, who, import)?;
    }
    let code = LoadProblem::UnknownSupplier.code();
    let found = app
        .store
        .read(|tx| tx.import_problem_values(import, code, LISTED_SUPPLIERS))?;
    Ok(found
        .iter()
        .map(|(text, rows)| UnknownSupplier::read(text, *rows))
        .collect())
}
