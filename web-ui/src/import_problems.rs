//! Every problem of a list as a file for spreadsheets.

use ledger_app::error::AppError;
use ledger_app::imports_view;
use ledger_core::id::ImportId;
use payable_files::problem_report::guard_cell;

use crate::answer::Answer;
use crate::import_result::row_problem;
use crate::session::Signed;

/// Rows of the download fetched at a time.
const FETCHED: i64 = 5_000;

/// Every problem of a list as CSV, for spreadsheets: UTF-8 with a byte-order mark.
///
/// # Errors
/// [`AppError::NotFound`] for somebody else's list.
pub fn csv(who: &Signed, import: ImportId) -> Result<Answer, AppError> {
    let lang = who.lang;
    let mut text = String::from("\u{feff}");
    let heads = ["row", "column", "value", "code", "what-to-do"].map(|key| lang.text(key));
    csv_line(&mut text, &heads);
    let mut after = 0;
    loop {
        let app = &who.portal.app;
        let found = imports_view::problems(app, &who.principal, import, after, FETCHED)?;
        let Some(last) = found.last() else { break };
        // A row's problems stand together: the page's last row is fetched whole the next time.
        let full = i64::try_from(found.len()).unwrap_or(0) >= FETCHED;
        let whole = last.row_no;
        after = if full { whole.saturating_sub(1) } else { whole };
        for one in found {
            if full && one.row_no == whole {
                break;
            }
            let one = row_problem(one, lang);
            csv_line(
                &mut text,
                &[one.row, one.column, one.value, one.code, one.advice],
            );
        }
        if !full {
            break;
        }
    }
    Ok(Answer::file(
        "problems.csv",
        "text/csv; charset=utf-8",
        text.into_bytes(),
    ))
}

/// Adds a line of cells, each quoted and guarded against spreadsheets.
pub(crate) fn csv_line(text: &mut String, cells: &[String]) {
    let quoted = cells
        .iter()
        .map(|cell| format!("\"{}\"", guard_cell(cell).replace('"', "\"\"")));
    text.push_str(&quoted.collect::<Vec<_>>().join(","));
    text.push_str("\r\n");
}
