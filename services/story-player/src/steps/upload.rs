//! The month's payables, as a CSV file through the treasury's upload form.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::Duration;

use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::page::Page;
use crate::page::inside;
use crate::page::text_inside;
use crate::player::Player;
use crate::shown;

/// Tries to see a file read to its end, and the pause between two.
const LOOKS: usize = 300;
const PAUSE: Duration = Duration::from_millis(200);

/// Our published columns, as far as stories fill them.
const COLUMNS: [&str; 11] = [
    "supplier_uscc",
    "supplier_name",
    "payable_no",
    "po_no",
    "acceptance_date",
    "invoice_no",
    "invoice_date",
    "gross_amount",
    "currency",
    "due_date",
    "company_code",
];

/// Uploads rows as a CSV file; expects good rows put forward and each bad one named by its code.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadPayables {
    who: String,
    /// Name of the file.
    file: String,
    /// What later steps call the import.
    import: String,
    row: Vec<Row>,
}

/// A row; what is not given is left to sensible values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// Code of the supplier: its credit code and name are filled in.
    #[serde(default)]
    supplier: String,
    /// Instead of the supplier's own.
    supplier_uscc: Option<String>,
    payable_no: String,
    #[serde(default)]
    po_no: String,
    #[serde(default)]
    acceptance_date: String,
    #[serde(default)]
    invoice_no: String,
    #[serde(default)]
    invoice_date: String,
    gross_amount: String,
    #[serde(default = "yuan")]
    currency: String,
    due_date: String,
    /// The code under which the row must come back.
    bad: Option<String>,
}

fn yuan() -> String {
    "CNY".to_owned()
}

/// A problem as the page or the download names it.
type Problem = (u64, String);

impl UploadPayables {
    /// The file's bytes: UTF-8 with a byte-order mark, as spreadsheets write it.
    ///
    /// # Errors
    /// A supplier nobody knows.
    pub fn csv(&self, player: &Player) -> Result<Vec<u8>, Failure> {
        let mut writer = csv::Writer::from_writer(vec![0xef, 0xbb, 0xbf]);
        writer.write_record(COLUMNS).doing("CSV")?;
        for row in &self.row {
            let (uscc, name) = if row.supplier.is_empty() {
                (String::new(), String::new())
            } else {
                let party = player.stage.party(&row.supplier)?;
                (party.uscc.clone(), party.name.clone())
            };
            let uscc = row.supplier_uscc.clone().unwrap_or(uscc);
            let payable_no = player.filled(&row.payable_no)?;
            let invoice_no = player.filled(&row.invoice_no)?;
            writer
                .write_record([
                    uscc.as_str(),
                    &name,
                    &payable_no,
                    &row.po_no,
                    &row.acceptance_date,
                    &invoice_no,
                    &row.invoice_date,
                    &row.gross_amount,
                    &row.currency,
                    &row.due_date,
                    "1000",
                ])
                .doing("CSV")?;
        }
        writer.into_inner().doing("CSV")
    }

    /// Sum of the good rows by supplier's name, in minor units.
    fn good(&self, player: &Player) -> Result<BTreeMap<String, i64>, Failure> {
        let mut good = BTreeMap::new();
        for row in self.row.iter().filter(|row| row.bad.is_none()) {
            let name = player.stage.party(&row.supplier)?.name.clone();
            let sum: &mut i64 = good.entry(name).or_default();
            *sum = sum.saturating_add(shown::yuan(&row.gross_amount)?);
        }
        Ok(good)
    }

    /// Line in the file and code of each bad row; the header is line 1.
    fn bad(&self) -> Vec<Problem> {
        (2_u64..)
            .zip(&self.row)
            .filter_map(|(line, row)| Some((line, row.bad.clone()?)))
            .collect()
    }
}

impl Step for UploadPayables {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("uploads {} ({} rows)", self.file, self.row.len()))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let bytes = self.csv(player)?;
        let page = browser.get("/treasury/imports")?;
        let form = Form::find(&page, "/treasury/imports", "")?.with_file("file", &self.file, bytes);
        let page = read_to_the_end(&browser, browser.submit(&form)?)?;
        let put_forward = put_forward(&page)?;
        let good = self.good(player)?;
        for (payee, amount) in &good {
            let came = put_forward.get(payee).copied().unwrap_or(0);
            let what = format!("put forward for {payee}:");
            same(&what, &shown::grouped(*amount), &shown::grouped(came))?;
            player
                .transcript
                .note(&format!("good  {payee}  {}", shown::grouped(came)));
        }
        same("payees put forward:", &good.len(), &put_forward.len())?;
        let expected = self.bad();
        let seen = problems_on(&page)?;
        same("problems shown:", &list(&expected), &list(&seen))?;
        for (line, code) in &seen {
            player.transcript.note(&format!("bad   row {line}  {code}"));
        }
        if !expected.is_empty() {
            let path = format!("{}/problems.csv", page.address);
            let file = problems_in(&browser.download(&path)?)?;
            same("problems in problems.csv:", &list(&expected), &list(&file))?;
            player
                .transcript
                .note(&format!("problems.csv lists the same {}", file.len()));
        }
        player
            .memory
            .imports
            .insert(self.import.clone(), page.address);
        Ok(())
    }
}

fn list(problems: &[Problem]) -> String {
    let words: Vec<String> = problems
        .iter()
        .map(|(line, code)| format!("{line} {code}"))
        .collect();
    words.join(", ")
}

/// The page once the file is read; it may have to be looked at again.
fn read_to_the_end(browser: &Browser, first: Page) -> Result<Page, Failure> {
    let mut page = first;
    for _ in 0..LOOKS {
        if page.all(".progress")?.is_empty() {
            return page.accepted();
        }
        sleep(PAUSE);
        page = browser.get(&page.address)?;
    }
    Err(Failure::unexpected("the file read", page.words()?))
}

/// Sums put forward by payee, from the page.
fn put_forward(page: &Page) -> Result<BTreeMap<String, i64>, Failure> {
    let mut sums = BTreeMap::new();
    for row in page.all("main table tbody tr")? {
        let Some(amount) = shown::amount(&text_inside(row, "td.sum")?) else {
            continue;
        };
        let sum: &mut i64 = sums.entry(text_inside(row, "td.head")?).or_default();
        *sum = sum.saturating_add(amount);
    }
    Ok(sums)
}

fn problems_on(page: &Page) -> Result<Vec<Problem>, Failure> {
    let mut found = Vec::new();
    for row in page.all("main table tbody tr")? {
        let code = text_inside(row, "td code.soft")?;
        let line = inside(row, "td.num")?
            .into_iter()
            .next()
            .and_then(|cell| crate::page::text_of(cell).replace(',', "").parse().ok());
        if let (Some(line), false) = (line, code.is_empty()) {
            found.push((line, code));
        }
    }
    found.sort();
    Ok(found)
}

/// Line and code of every problem in the download, whose columns are found by their names.
fn problems_in(bytes: &[u8]) -> Result<Vec<Problem>, Failure> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.doing("problems.csv")?;
        let line = record.iter().find_map(|cell| cell.parse().ok());
        let code = record.iter().find(|cell| is_code(cell));
        if let (Some(line), Some(code)) = (line, code) {
            found.push((line, code.to_owned()));
        }
    }
    found.sort();
    Ok(found)
}

/// Lower-case words with underscores between them, unlike our column names.
fn is_code(cell: &str) -> bool {
    cell.contains('_')
        && cell.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        && !COLUMNS.contains(&cell)
}
