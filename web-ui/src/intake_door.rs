//! Suppliers by the list: the operator's upload, what came of it, and whom the obligors' lists name
//! that nobody knows.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::unknown_suppliers;
use ledger_app::unknown_suppliers::ListWithUnknown;
use ledger_core::id::ImportId;
use payable_files::file_error::FileError;

use crate::answer::Answer;
use crate::dates;
use crate::file_templates::CSV;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::import_problems::csv_line;
use crate::layout::Banner;
use crate::layout::Figure;
use crate::layout::Tone;
use crate::pages::imports::ColumnHelp;
use crate::pages::imports::RowProblem;
use crate::pages::intake::IntakeProgress;
use crate::pages::intake::IntakeResult;
use crate::pages::intake::SuppliersNew;
use crate::pages::intake::UnknownList;
use crate::posted::Uploaded;
use crate::posted::UploadedFile;
use crate::refusal;
use crate::session::Signed;
use crate::supplier_file::COLUMNS;
use crate::supplier_file::Column;
use crate::supplier_file::SupplierFile;
use crate::supplier_intake::Intake;
use crate::supplier_intake::IntakeProblem;
use crate::supplier_intake::SupplierIntake;

const HERE: &str = "/operator/suppliers";

/// Problems shown on the page; all are in the download.
const SHOWN: usize = 100;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/operator/suppliers", web::get().to(page))
        .route("/operator/suppliers", web::post().to(upload))
        .route("/operator/unknown/{id}.csv", web::get().to(unknown))
        .route("/treasury/imports/{id}/unknown.csv", web::get().to(unknown))
        .route(
            "/operator/suppliers/{id}/problems.csv",
            web::get().to(problems),
        )
        .route("/operator/suppliers/{id}", web::get().to(result));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&new_view(who, Form::default())?))
        .await
}

fn new_view(who: &Signed, form: Form) -> Result<SuppliersNew, AppError> {
    let lists = unknown_suppliers::lists(&who.portal.app, &who.principal)?;
    Ok(SuppliersNew {
        shell: who.shell()?,
        form,
        columns: COLUMNS.map(|column| help(column, who.lang)).to_vec(),
        lists: lists.iter().map(|list| unknown_line(who, list)).collect(),
    })
}

fn header(column: Column, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => column.name_zh(),
        Lang::En => column.name(),
    }
}

fn help(column: Column, lang: Lang) -> ColumnHelp {
    let key = format!("supplier-column-{}", column.name().replace('_', "-"));
    let example = match (column, lang) {
        (Column::Name, Lang::Zh) => "示例铸造有限公司",
        (Column::Name, Lang::En) => "Example Castings",
        (Column::Registration, _) => "91330200MA00EXAM24",
        (Column::Account, _) => "622200000000002",
        (Column::Bank, _) => "313100001729",
        (Column::Email, _) => "finance@castings.example",
        (Column::Language, Lang::Zh) => "zh-CN",
        (Column::Language, Lang::En) => "en",
    };
    ColumnHelp {
        name: header(column, lang).to_owned(),
        meaning: lang.text(&key),
        example: example.to_owned(),
        required: column.required(),
    }
}

fn unknown_line(who: &Signed, list: &ListWithUnknown) -> UnknownList {
    UnknownList {
        href: format!("/operator/unknown/{}.csv", list.import),
        obligor: list.obligor.clone(),
        file: list.file_name.clone(),
        at: dates::moment(list.at, who.lang),
        payees: list.payees.waiting.len().to_string(),
        rows: list.payees.waiting_rows.to_string(),
    }
}

/// The unknown payees of a list in the columns of the supplier list, to be filled in and handed in.
async fn unknown(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let import = ImportId::parse(&id).map_err(|_not_hex| AppError::NotFound)?;
        let found = unknown_suppliers::view(&who.portal.app, &who.principal, import)?;
        let mut text = String::from("\u{feff}");
        let mut head = COLUMNS
            .map(|column| header(column, who.lang).to_owned())
            .to_vec();
        head.extend([
            who.lang.text("unknown-vendor"),
            who.lang.text("unknown-rows"),
        ]);
        csv_line(&mut text, &head);
        for payee in found.waiting {
            let mut cells = vec![
                payee.name.unwrap_or_default(),
                payee.uscc.unwrap_or_default(),
            ];
            cells.resize(COLUMNS.len(), String::new());
            cells.extend([payee.vendor_id.unwrap_or_default(), payee.rows.to_string()]);
            csv_line(&mut text, &cells);
        }
        Ok(Answer::file(
            "unknown-suppliers.csv",
            CSV,
            text.into_bytes(),
        ))
    })
    .await
}

async fn upload(uploaded: Uploaded) -> HttpResponse {
    uploaded
        .answer(|who, form, file| {
            who.principal.may(Action::OnboardParty)?;
            match start(who, file) {
                Ok(answer) => Ok(answer),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&new_view(&who, form)?)
                }
            }
        })
        .await
}

fn file_refused(error: &FileError) -> AppError {
    AppError::invalid_field("file", error.code(), error.to_string())
}

/// Looks at the file's header and takes it in beside the requests.
fn start(who: &Signed, file: Option<UploadedFile>) -> Result<Answer, AppError> {
    let file = file.filter(|file| file.size > 0);
    let file =
        file.ok_or_else(|| AppError::invalid_field("file", "file_empty", "choose a file"))?;
    let list = SupplierFile::open(file.content.as_file()).map_err(|e| file_refused(&e))?;
    let id = hex::encode(ledger_app::random::bytes::<16>()?);
    let intake = SupplierIntake {
        app: who.portal.app.clone(),
        who: who.principal.clone(),
        id: id.clone(),
        memory: who.portal.memory.clone(),
    };
    let begun = Intake {
        file: file.name.clone(),
        total: file.size,
        ..Intake::default()
    };
    intake.memory.intake_begin(&id, begun);
    std::thread::Builder::new()
        .name("supplier-intake".to_owned())
        .spawn(move || {
            intake.run(list);
            // The file is kept on disk until it has been read.
            drop(file);
        })
        .map_err(|e| AppError::Internal(format!("upload: {e}")))?;
    Ok(Answer::see_other(format!("{HERE}/{id}")))
}

async fn result(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| show(who, &id)).await
}

fn show(who: &Signed, id: &str) -> Result<Answer, AppError> {
    who.principal.may(Action::OnboardParty)?;
    let intake = who.portal.memory.intake(id).ok_or(AppError::NotFound)?;
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let progress = (!intake.ended).then(|| IntakeProgress {
        id: id.to_owned(),
        words: who
            .lang
            .text_with("import-rows-read", &[("rows", &intake.rows)]),
        done: size(intake.done),
        total: size(intake.total).max(1),
    });
    if who.part_only {
        return match &progress {
            Some(progress) => who.page(progress),
            // It is over: htmx is told to load the whole page.
            None => Ok(Answer::bare(StatusCode::NO_CONTENT).with_refresh()),
        };
    }
    let who = match intake.failed {
        Some(code) => who.with_banner(Banner {
            tone: Tone::Refused,
            title: who.lang.text(&refusal::title_key(code)),
            advice: who.lang.text(&refusal::advice_key(code)),
            code: code.to_owned(),
        }),
        None => who.clone(),
    };
    let shown = intake.problems.iter().take(SHOWN);
    who.page(&IntakeResult {
        shell: who.shell()?,
        id: id.to_owned(),
        figures: figures(&intake, who.lang),
        problems: shown.map(|one| problem_line(one, who.lang)).collect(),
        left_out: intake.problems.len().saturating_sub(SHOWN),
        file: intake.file,
        progress,
    })
}

fn figures(intake: &Intake, lang: Lang) -> Vec<Figure> {
    let figure = |key: &str, value: String| Figure {
        label: lang.text(key),
        value,
        note: String::new(),
    };
    vec![
        figure("intake-new", intake.new.to_string()),
        figure("intake-same", intake.same.to_string()),
        figure("import-refused", intake.problems.len().to_string()),
    ]
}

fn problem_line(problem: &IntakeProblem, lang: Lang) -> RowProblem {
    let column = problem.column.map(|column| header(column, lang));
    RowProblem {
        row: problem.line.to_string(),
        column: column.unwrap_or_default().to_owned(),
        value: problem.value.clone(),
        advice: format!(
            "{} {}",
            lang.text(&refusal::title_key(problem.code)),
            lang.text(&refusal::advice_key(problem.code))
        ),
        code: problem.code.to_owned(),
    }
}

async fn problems(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        who.principal.may(Action::OnboardParty)?;
        let intake = who.portal.memory.intake(&id).ok_or(AppError::NotFound)?;
        let mut text = String::from("\u{feff}");
        let heads = ["row", "column", "value", "code", "what-to-do"];
        csv_line(&mut text, &heads.map(|key| who.lang.text(key)));
        for one in &intake.problems {
            let one = problem_line(one, who.lang);
            csv_line(
                &mut text,
                &[one.row, one.column, one.value, one.code, one.advice],
            );
        }
        Ok(Answer::file("problems.csv", CSV, text.into_bytes()))
    })
    .await
}
