//! The files people start from: our columns with example rows, as CSV and as a workbook.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use payable_files::problem_report::Language;
use payable_files::template::template_csv;
use rust_xlsxwriter::Format;
use rust_xlsxwriter::Workbook;
use rust_xlsxwriter::XlsxError;

use crate::answer::Answer;
use crate::i18n::Lang;
use crate::session::Signed;
use crate::supplier_file::COLUMNS;

/// Media type of a workbook, ECMA-376.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Media type of the CSV files.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// Mounts the downloads; before the pages whose addresses end in an id.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/imports/template.{kind}", web::get().to(payables))
        .route(
            "/operator/suppliers/template.{kind}",
            web::get().to(suppliers),
        );
}

async fn payables(who: Signed, kind: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        who.principal.may(Action::ViewOutstanding)?;
        let language = match who.lang {
            Lang::Zh => Language::Zh,
            Lang::En => Language::En,
        };
        file("payables", &kind, &template_csv(language))
    })
    .await
}

async fn suppliers(who: Signed, kind: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        who.principal.may(Action::OnboardParty)?;
        file("suppliers", &kind, &supplier_csv(who.lang))
    })
    .await
}

/// Our columns with two invented suppliers. No cell holds a separator or a quotation mark.
fn supplier_csv(lang: Lang) -> String {
    let header = COLUMNS.map(|column| match lang {
        Lang::Zh => column.name_zh(),
        Lang::En => column.name(),
    });
    let (brakes, castings, tag) = match lang {
        Lang::Zh => ("示例制动系统有限公司", "示例铸造有限公司", "zh-CN"),
        Lang::En => ("Example Brake Systems", "Example Castings", "en"),
    };
    let rows = [
        header,
        [
            brakes,
            "91320500MA00EXAM1C",
            "622200000000001",
            "313100001729",
            "finance@brakes.example",
            tag,
        ],
        [
            castings,
            "91330200MA00EXAM24",
            "622200000000002",
            "313100001729",
            "finance@castings.example",
            tag,
        ],
    ];
    let mut text = String::from("\u{feff}");
    for row in rows {
        text.push_str(&row.join(","));
        text.push_str("\r\n");
    }
    text
}

fn file(name: &str, kind: &str, csv: &str) -> Result<Answer, AppError> {
    match kind {
        "csv" => Ok(Answer::file(
            format!("{name}.csv"),
            CSV,
            csv.to_owned().into_bytes(),
        )),
        "xlsx" => {
            let bytes = workbook(csv)
                .map_err(|e| AppError::Internal(format!("a workbook can't be made: {e}")))?;
            Ok(Answer::file(format!("{name}.xlsx"), WORKBOOK, bytes))
        }
        _ => Err(AppError::NotFound),
    }
}

/// The template as a workbook. Every column is text: a credit code of digits, an account or an
/// invoice number must not become a number that loses its end.
fn workbook(csv: &str) -> Result<Vec<u8>, XlsxError> {
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_bold());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(csv.trim_start_matches('\u{feff}').lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            if row == 0 {
                sheet.set_column_format(column, &text)?;
                sheet.set_column_width(column, 20)?;
                sheet.write_string_with_format(row, column, cell, &bold)?;
            } else {
                sheet.write_string_with_format(row, column, cell, &text)?;
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}
