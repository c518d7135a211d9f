//! Payables of an obligor, handed in by its own system.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::cursor::next_link;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::import_payables;
use ledger_app::imports_view;
use ledger_app::payables_view;
use ledger_app::payables_view::PayableChoice;
use ledger_app::payables_view::PayableState;
use ledger_app::policy::Action;
use ledger_app::principal::Principal;
use ledger_core::hash::sha256_of;
use ledger_core::id::ImportId;
use ledger_core::id::PayableId;
use payable_files::file_error::FileError;
use serde::Deserialize;
use serde::Serialize;

use crate::answer::once_viewed;
use crate::answer::run;
use crate::payable_rows;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_payables::ImportOut;
use crate::wire_payables::PayableOut;
use crate::wire_payables::PayablePageOut;
use crate::wire_payables::PayableQuery;
use crate::wire_payables::PayablesIn;
use crate::wire_payables::ProblemQuery;
use crate::wire_problem::Problems;
use http_support::checked_rows::CheckedRows;

/// Names of the lists in their cursors.
const PAYABLES: &str = "payables";
const PROBLEMS: &str = "payable-problems";

/// Problems in one answer.
const PROBLEMS_A_PAGE: usize = 500;

/// Rows in one unit of work.
const PART: u64 = 2_000;

/// What a list is called that came without a name.
const UNNAMED: &str = "payables.json";

/// Hand payables in
///
/// Every row goes through the checks of an uploaded file: bad rows come back with row, field, value
/// and what to do, good rows proceed. A number that is there with the same content changes nothing;
/// with other content it is refused, unless its paper was declined or refused: then the new content
/// takes its place. A list that can be read is always answered with what became of its rows, even
/// where none proceeds. Papers are then proposed by a maker and approved by a checker, at the
/// portal.
#[utoipa::path(
    tag = "Payables",
    operation_id = "handInPayables",
    params(
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each list"),
    ),
    request_body = PayablesIn,
    responses((status = 200, description = "What became of the rows", body = ImportOut), Problems)
)]
#[post("")]
pub(crate) async fn hand_in(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
) -> Result<HttpResponse, Problem> {
    // Who may not hand in is told so before anything is read.
    run(&app, &caller, |_app, who| who.may(Action::ProposeIssue)).await?;
    let list: PayablesIn = caller.json()?;
    let (subject, digest) = (caller.principal.subject(), sha256_of(&caller.body));
    once_viewed(
        &app,
        &caller,
        move |app, who, key| take_in(app, who, list, digest, &key),
        move |app, who, import: String| {
            let import = id(&import, ImportId::parse)?;
            let (mut shown, next) = view(app, who, import, 0)?;
            // A cursor that can't be written is no reason to deny what was done.
            shown.next_cursor = next.and_then(|row| {
                cursors
                    .seal(PROBLEMS, &subject, &(import.to_string(), row))
                    .ok()
            });
            Ok(shown)
        },
    )
    .await
}

/// Opens, loads and closes the list; gives its id.
fn take_in(
    app: &App,
    who: &Principal,
    list: PayablesIn,
    digest: [u8; 32],
    key: &IdempotencyKey,
) -> Result<String, AppError> {
    let name = list.name.filter(|name| !name.trim().is_empty());
    let checked = payable_rows::check(list.payables).map_err(|error| refused(&error))?;
    let name = name.unwrap_or_else(|| UNNAMED.to_owned());
    let no_mapping = serde_json::Value::Object(serde_json::Map::new());
    let import = import_payables::begin(app, who, &name, digest, &no_mapping)?;
    let done = load(app, who, import, &checked)
        .and_then(|()| import_payables::finish_once(app, who, import, key));
    if let Err(error) = done {
        import_payables::fail(app, who, import)?;
        return Err(error);
    }
    Ok(import.to_string())
}

fn refused(error: &FileError) -> AppError {
    match error {
        FileError::Empty => {
            AppError::invalid_field("payables", "list_empty", "hand in one payable at least")
        }
        other => AppError::invalid_field("payables", other.code(), other.to_string()),
    }
}

fn load(
    app: &App,
    who: &Principal,
    import: ImportId,
    checked: &CheckedRows,
) -> Result<(), AppError> {
    let (mut rows, mut problems) = (checked.rows.as_slice(), checked.problems.as_slice());
    let mut until = PART;
    while !rows.is_empty() || !problems.is_empty() {
        let (some, rest) = rows.split_at(rows.partition_point(|row| row.line <= until));
        let wrong = problems.partition_point(|problem| problem.line <= until);
        let (wrong, other) = problems.split_at(wrong);
        import_payables::load(app, who, import, some, wrong)?;
        (rows, problems) = (rest, other);
        until = until.saturating_add(PART);
    }
    Ok(())
}

/// A list with the problems of the rows after `after`, and the row after which more follow.
fn view(
    app: &App,
    who: &Principal,
    import: ImportId,
    after: i64,
) -> Result<(ImportOut, Option<i64>), AppError> {
    let list = imports_view::view(app, who, import)?;
    let limit = i64::try_from(PROBLEMS_A_PAGE).unwrap_or(i64::MAX);
    let mut problems = imports_view::problems(app, who, import, after, limit)?;
    let mut next = None;
    if problems.len() == PROBLEMS_A_PAGE {
        // The last row may have more problems than fit: it opens the next page, whole.
        let last = problems.last().map(|problem| problem.row_no);
        problems.retain(|problem| Some(problem.row_no) != last);
        next = problems.last().map(|problem| problem.row_no);
    }
    Ok((ImportOut::of(&list, problems), next))
}

/// What became of a list
#[utoipa::path(
    tag = "Payables",
    operation_id = "getImport",
    params(("import" = String, Path, description = "Id of the list"), ProblemQuery),
    responses((status = 200, description = "The list", body = ImportOut), Problems)
)]
#[get("/imports/{import}")]
pub(crate) async fn one_import(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    path: Path<String>,
    query: Query<ProblemQuery>,
) -> Result<HttpResponse, Problem> {
    let import = id(&path, ImportId::parse)?;
    let subject = caller.principal.subject();
    let after = match &query.cursor {
        None => 0,
        Some(cursor) => match cursors.open::<(String, i64)>(PROBLEMS, &subject, cursor)? {
            (list, row) if list == import.to_string() => row,
            _another_list => return Err(other_cursor()),
        },
    };
    let (mut shown, next) =
        run(&app, &caller, move |app, who| view(app, who, import, after)).await?;
    let seal = |row| cursors.seal(PROBLEMS, &subject, &(import.to_string(), row));
    shown.next_cursor = next.map(seal).transpose()?;
    let path = format!("/v1/payables/imports/{import}");
    Ok(page(&path, shown.next_cursor.as_deref()).json(shown))
}

fn other_cursor() -> Problem {
    AppError::invalid_field(
        "cursor",
        "cursor_invalid",
        "this cursor is not of this list; start again without one",
    )
    .into()
}

/// An answer with the way to the next page.
fn page(path: &str, next: Option<&str>) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = next {
        response.insert_header((header::LINK, next_link(path, cursor)));
    }
    response
}

/// A place in the list of payables, with what was asked for.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    state: Option<String>,
    import: Option<String>,
    after: String,
}

/// Payables
///
/// The caller's payables in the order in which they were handed in, with what has become of each and
/// how it stands on the 60-day clock for paying small and medium suppliers in money.
#[utoipa::path(
    tag = "Payables",
    operation_id = "listPayables",
    params(PayableQuery),
    responses((status = 200, description = "A page", body = PayablePageOut), Problems)
)]
#[get("")]
pub(crate) async fn list_payables(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    query: Query<PayableQuery>,
) -> Result<HttpResponse, Problem> {
    let subject = caller.principal.subject();
    let asked = query.into_inner();
    let limit = PageQuery {
        cursor: None,
        limit: asked.limit,
    }
    .limit()?;
    let mark = match &asked.cursor {
        None => None,
        Some(cursor) => Some(cursors.open::<Mark>(PAYABLES, &subject, cursor)?),
    };
    let (state, import, after) = filters(asked, mark)?;
    let choice = choice(state.as_deref(), import.as_deref())?;
    let after = after
        .map(|after| id(&after, PayableId::parse))
        .transpose()?;
    let found = run(&app, &caller, move |app, who| {
        payables_view::list(app, who, choice, after, limit)
    })
    .await?;
    let seal = |after: PayableId| {
        let (state, import) = (state.clone(), import.clone());
        let after = after.to_string();
        cursors.seal(
            PAYABLES,
            &subject,
            &Mark {
                state,
                import,
                after,
            },
        )
    };
    let next_cursor = found.next.map(seal).transpose()?;
    Ok(
        page("/v1/payables", next_cursor.as_deref()).json(PayablePageOut {
            items: found
                .items
                .iter()
                .map(|fact| PayableOut::of(fact, found.today))
                .collect(),
            next_cursor,
            as_of: found.today,
        }),
    )
}

type Filters = (Option<String>, Option<String>, Option<String>);

/// What is asked for: with a cursor, what it was given for, which may be said again but not changed.
fn filters(asked: PayableQuery, mark: Option<Mark>) -> Result<Filters, Problem> {
    let Some(mark) = mark else {
        return Ok((asked.state, asked.import, None));
    };
    let fits = |again: &Option<String>, first: &Option<String>| again.is_none() || again == first;
    if fits(&asked.state, &mark.state) && fits(&asked.import, &mark.import) {
        Ok((mark.state, mark.import, Some(mark.after)))
    } else {
        Err(other_cursor())
    }
}

fn choice(state: Option<&str>, import: Option<&str>) -> Result<PayableChoice, AppError> {
    let state = state.map(|word| {
        PayableState::from_word(word).ok_or_else(|| {
            AppError::invalid_field(
                "state",
                "state_unknown",
                "a payable is loaded, proposed, issued, rejected, cancelled or replaced",
            )
        })
    });
    Ok(PayableChoice {
        state: state.transpose()?,
        import: import.map(|text| id(text, ImportId::parse)).transpose()?,
    })
}
