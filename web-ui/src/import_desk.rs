//! Payables in: upload, mapping, what came of every row, and the proposal of papers.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::import_payables;
use ledger_app::imports_view;
use ledger_app::policy::Action;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::signing::open_key;
use ledger_core::id::ImportId;
use payable_files::column_mapping::ColumnMapping;
use payable_files::file_error::FileError;

use crate::answer::Answer;
use crate::forms::Form;
use crate::import_mapping;
use crate::import_problems;
use crate::import_reading;
use crate::import_reading::ImportReading;
use crate::import_result;
use crate::issue_terms_form;
use crate::pages::imports::ImportMapping;
use crate::pages::imports::ImportNew;
use crate::portal_memory::Parked;
use crate::portal_memory::Reading;
use crate::posted::Posted;
use crate::posted::Uploaded;
use crate::posted::UploadedFile;
use crate::session::Signed;

const HERE: &str = "/treasury/imports";

/// Lists shown below the upload form.
const RECENT: i64 = 20;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/imports", web::get().to(page))
        .route("/treasury/imports", web::post().to(upload))
        .route(
            "/treasury/imports/{id}/mapping",
            web::get().to(mapping_page),
        )
        .route("/treasury/imports/{id}/mapping", web::post().to(map))
        .route(
            "/treasury/imports/{id}/problems.csv",
            web::get().to(problems),
        )
        .route("/treasury/imports/{id}/propose", web::post().to(propose))
        .route("/treasury/imports/{id}", web::get().to(result));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&new_view(who, Form::default())?))
        .await
}

fn new_view(who: &Signed, form: Form) -> Result<ImportNew, AppError> {
    who.principal.may(Action::ViewOutstanding)?;
    let latest = imports_view::latest(&who.portal.app, &who.principal, RECENT)?;
    let may = who.principal.may(Action::ProposeIssue).is_ok();
    Ok(ImportNew {
        shell: who.shell()?,
        form,
        may_upload: may,
        mappings: if may {
            import_mapping::choices(who)?
        } else {
            Vec::new()
        },
        columns: import_mapping::columns(who.lang),
        recent: latest
            .iter()
            .map(|list| import_result::line(who, list))
            .collect(),
    })
}

async fn upload(uploaded: Uploaded) -> HttpResponse {
    uploaded
        .answer(|who, form, file| {
            who.principal.may(Action::ProposeIssue)?;
            match take_in(who, &form, file) {
                Ok(answer) => Ok(answer),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&new_view(&who, form)?)
                }
            }
        })
        .await
}

/// The file's first look: read it, or ask which column is which.
fn take_in(who: &Signed, form: &Form, file: Option<UploadedFile>) -> Result<Answer, AppError> {
    let file = file.filter(|file| file.size > 0).ok_or_else(file_missing)?;
    match import_mapping::chosen(who, form.text("mapping"))? {
        None => park(who, file, ""),
        Some(mapping) => match import_reading::open(file.content.as_file(), &mapping) {
            Err(FileError::MissingColumn { .. }) => park(who, file, "?missing=1"),
            Err(error) => Err(file_refused(&error)),
            Ok(_header_fits) => start(who, file, mapping),
        },
    }
}

fn file_missing() -> AppError {
    AppError::invalid_field("file", "file_empty", "choose a file")
}

fn file_refused(error: &FileError) -> AppError {
    match error {
        FileError::Io(e) => AppError::invalid_field("file", "file_unreadable", e.to_string()),
        other => AppError::invalid_field("file", other.code(), other.to_string()),
    }
}

fn park(who: &Signed, file: UploadedFile, query: &str) -> Result<Answer, AppError> {
    let user = who.principal.user.ok_or(AppError::NotFound)?;
    let id = hex::encode(ledger_app::random::bytes::<16>()?);
    let to = format!("{HERE}/{id}/mapping{query}");
    let at = who.portal.app.clock.now();
    who.portal.memory.park(user, Parked { id, file, at });
    Ok(Answer::see_other(to))
}

/// Opens a list and reads the file into it beside the requests.
fn start(who: &Signed, file: UploadedFile, mapping: ColumnMapping) -> Result<Answer, AppError> {
    let app = &who.portal.app;
    let broken = |e: std::io::Error| AppError::Internal(format!("upload: {e}"));
    let sha256 = import_reading::digest_of(file.content.as_file()).map_err(broken)?;
    let payables =
        import_reading::open(file.content.as_file(), &mapping).map_err(|e| file_refused(&e))?;
    let saved = serde_json::to_value(&mapping)
        .map_err(|e| AppError::Internal(format!("a mapping can't be kept: {e}")))?;
    let import = import_payables::begin(app, &who.principal, &file.name, sha256, &saved)?;
    let reading = ImportReading {
        app: app.clone(),
        who: who.principal.clone(),
        import,
        memory: who.portal.memory.clone(),
    };
    reading.memory.reading_note(import, Reading::default());
    std::thread::Builder::new()
        .name("import".to_owned())
        .spawn(move || {
            reading.run(payables);
            // The file is kept on disk until it has been read.
            drop(file);
        })
        .map_err(broken)?;
    Ok(Answer::see_other(format!("{HERE}/{import}")))
}

async fn mapping_page(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let view = mapping_view(who, &id, Form::default())?;
        who.page(&view)
    })
    .await
}

fn mapping_view(who: &Signed, id: &str, form: Form) -> Result<ImportMapping, AppError> {
    who.principal.may(Action::ProposeIssue)?;
    let user = who.principal.user.ok_or(AppError::NotFound)?;
    let parked = who.portal.memory.parked(user, id, |parked| {
        let headers = import_mapping::headers(parked.file.content.as_file());
        (parked.file.name.clone(), headers)
    });
    let (file, headers) = parked.ok_or(AppError::NotFound)?;
    Ok(ImportMapping {
        shell: who.shell()?,
        form,
        id: id.to_owned(),
        file,
        columns: import_mapping::columns(who.lang),
        headers: headers.map_err(|e| file_refused(&e))?,
    })
}

async fn map(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::ProposeIssue)?;
            match mapped(who, &id, &form) {
                Ok(answer) => Ok(answer),
                Err(error) => {
                    let who = who.refused(error)?;
                    who.page_again(&mapping_view(&who, &id, form)?)
                }
            }
        })
        .await
}

fn mapped(who: &Signed, id: &str, form: &Form) -> Result<Answer, AppError> {
    let user = who.principal.user.ok_or(AppError::NotFound)?;
    let memory = &who.portal.memory;
    let mapping = import_mapping::posted(form)?;
    memory
        .parked(user, id, |parked| {
            import_reading::open(parked.file.content.as_file(), &mapping).map(|_fits| ())
        })
        .ok_or(AppError::NotFound)?
        .map_err(|error| file_refused(&error))?;
    let name = form.text("name");
    if !name.is_empty() {
        import_mapping::save(who, name, &mapping)?;
    }
    let parked = memory.take_parked(user, id).ok_or(AppError::NotFound)?;
    start(who, parked.file, mapping)
}

async fn result(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| import_result::show(who, import_id(&id)?, Form::default()))
        .await
}

fn import_id(text: &str) -> Result<ImportId, AppError> {
    ImportId::parse(text).map_err(|_not_hex| AppError::NotFound)
}

async fn problems(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| import_problems::csv(who, import_id(&id)?))
        .await
}

async fn propose(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let import = import_id(&id)?;
            match proposed(who, import, &mut form) {
                Ok(answer) => Ok(answer),
                Err(error) => {
                    let who = who.at(&format!("{HERE}/{import}")).refused(error)?;
                    import_result::show(&who, import, form)
                }
            }
        })
        .await
}

fn proposed(who: &Signed, import: ImportId, form: &mut Form) -> Result<Answer, AppError> {
    let app = &who.portal.app;
    who.principal.may(Action::ProposeIssue)?;
    let signer = open_key(app, &who.principal, form.passphrase("passphrase"))?;
    let chosen = Chosen::Import(import);
    let Some(terms) = issue_terms_form::read(form) else {
        return import_result::show(who, import, form.clone());
    };
    let done = propose_issue::run(app, &who.principal, &signer, &chosen, &terms)?;
    import_result::proposed_receipt(who, import, &done)
}
