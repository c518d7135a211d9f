//! The settlement statement (对账单) of a period between a seller and a buyer: the seller's invoices
//! beside the waybills they bill. What rests on a waybill signed by carrier and receiver is matched;
//! the rest is shown too, on either side.
//!
//! It is drawn up from what is on record, the same by either side, and kept as a document; both
//! agree by their signature under its digest.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::attestation::Statement;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::waybills::WaybillRecord;

use crate::app::App;
use crate::contents;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// Longest period.
const LONGEST_DAYS: i64 = 366;

/// Most invoices of one statement.
const MOST_LINES: usize = 2_000;

/// Between whom and for when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Who sells.
    pub seller: PartyId,
    /// Who buys.
    pub buyer: PartyId,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// In what.
    pub currency: Currency,
}

/// An invoice of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilledLine {
    /// The invoice.
    pub invoice: Document,
    /// What it is over after credit notes and true-ups.
    pub amount: Amount,
    /// How much of it is paid by fragments here.
    pub carried: Amount,
    /// Numbers of the waybills it bills.
    pub waybills: Vec<String>,
    /// Whether each of them is signed by carrier and receiver, and there is at least one.
    pub matched: bool,
}

/// The statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementOfAccount {
    /// Between whom and for when.
    pub period: Period,
    /// Name of the seller.
    pub seller: String,
    /// Name of the buyer.
    pub buyer: String,
    /// The invoices dated in the period.
    pub lines: Vec<BilledLine>,
    /// Waybills handed over in the period that no invoice bills: number and day.
    pub unbilled: Vec<(String, Option<NaiveDate>)>,
    /// Sum of matched invoices.
    pub matched: Amount,
    /// Sum of all invoices.
    pub total: Amount,
}

/// Draws it up.
///
/// # Errors
/// [`AppError::NotFound`] unless the caller is one of the two; [`AppError::Invalid`]
/// `period_not_possible`, `too_many_lines`.
pub fn draw(app: &App, who: &Principal, period: &Period) -> Result<StatementOfAccount, AppError> {
    who.may(Action::ViewDocuments)?;
    check(who, period)?;
    app.store.read(|tx| drawn(tx, period))
}

/// Draws it up and keeps it as a document that both can agree to. The same statement again is the
/// document kept first.
///
/// # Errors
/// As [`draw`].
pub fn keep(app: &App, who: &Principal, period: &Period) -> Result<DocumentId, AppError> {
    who.may(Action::StoreDocument)?;
    check(who, period)?;
    let statement = app.store.read(|tx| drawn(tx, period))?;
    let bytes = csv(&statement).into_bytes();
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let kept = contents::keep(app, bytes)?;
    let total = Some(statement.total).filter(|total| !total.is_zero());
    let document = Document {
        id: DocumentId::from_bytes(random::bytes()?),
        owner: period.seller,
        counterparty: Some(period.buyer),
        kind: DocumentKind::Statement,
        number: format!("{} – {}", period.from, period.to),
        issued_on: Some(period.to),
        amount: total,
        currency: total.map(|_| period.currency),
        sha256: kept.sha256(),
        media_type: "text/csv".to_owned(),
        size,
        file_name: format!("statement-{}-{}.csv", period.from, period.to),
        used: Amount::ZERO,
    };
    app.store.write(|tx| {
        let known = tx.documents_by_digests(&[document.sha256])?;
        let same = known
            .iter()
            .find(|d| d.owner == document.owner && d.counterparty == document.counterparty);
        if let Some(known) = same {
            return Ok(known.id);
        }
        kept.keep_in(tx)?;
        tx.documents_insert(std::slice::from_ref(&document))?;
        Ok(document.id)
    })
}

/// The statement as a CSV file: what is kept and signed. Amounts are plain decimals of the currency.
#[must_use]
pub fn csv(statement: &StatementOfAccount) -> String {
    let period = &statement.period;
    let money = |amount: Amount| amount.to_plain(period.currency);
    let mut out = String::from("\u{feff}");
    let mut row = |cells: &[&str]| {
        let line: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&line.join(","));
        out.push_str("\r\n");
    };
    row(&["seller", "buyer", "from", "to", "currency"]);
    row(&[
        &statement.seller,
        &statement.buyer,
        &period.from.to_string(),
        &period.to.to_string(),
        &period.currency.to_string(),
    ]);
    row(&[
        "invoice", "date", "amount", "carried", "waybills", "matched",
    ]);
    for line in &statement.lines {
        let day = line.invoice.issued_on.map(|d| d.to_string());
        row(&[
            &line.invoice.number,
            &day.unwrap_or_default(),
            &money(line.amount),
            &money(line.carried),
            &line.waybills.join(" "),
            if line.matched { "yes" } else { "no" },
        ]);
    }
    row(&["waybill without invoice", "date"]);
    for (number, day) in &statement.unbilled {
        row(&[number, &day.map(|d| d.to_string()).unwrap_or_default()]);
    }
    row(&["matched", &money(statement.matched)]);
    row(&["total", &money(statement.total)]);
    out
}

/// A cell; one that a spreadsheet would take for a formula is marked as text.
pub(crate) fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

fn check(who: &Principal, period: &Period) -> Result<(), AppError> {
    if who.party != period.seller && who.party != period.buyer {
        return Err(AppError::NotFound);
    }
    let days = period.to.signed_duration_since(period.from).num_days();
    if (0..LONGEST_DAYS).contains(&days) {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "to",
            "period_not_possible",
            "choose a first and a last day, a year apart at most",
        ))
    }
}

fn drawn(tx: &mut ReadTx<'_>, period: &Period) -> Result<StatementOfAccount, AppError> {
    let invoices = tx.invoices_between(
        period.seller,
        period.buyer,
        period.currency,
        (period.from, period.to),
    )?;
    if invoices.len() > MOST_LINES {
        return Err(AppError::invalid_field(
            "to",
            "too_many_lines",
            "a statement has 2,000 invoices at most; choose a shorter period",
        ));
    }
    let ids: Vec<DocumentId> = invoices.iter().map(|d| d.id).collect();
    let links = tx.document_links_of(&ids)?;
    let billed = tx.documents_by_ids(&links.iter().map(|l| l.rests_on).collect::<Vec<_>>())?;
    let handed_over = tx.waybills_between(
        period.seller,
        period.buyer,
        midnight(period.from),
        midnight(
            period
                .to
                .checked_add_days(chrono::Days::new(1))
                .unwrap_or(period.to),
        ),
    )?;
    let of_period: Vec<DocumentId> = handed_over.iter().map(|w| w.document).collect();
    let unbilled = unbilled(tx, &of_period)?;
    let signed = signed_by_both(tx, &billed)?;
    let capacities: HashMap<DocumentId, DocumentCapacity> = tx
        .document_capacities(&ids)?
        .into_iter()
        .map(|c| (c.id, c))
        .collect();
    let parties = tx.parties_by_ids(&[period.seller, period.buyer])?;
    let name = |id| {
        let found = parties.iter().find(|p: &&Party| p.id == id);
        found.map(|p| p.name.clone()).ok_or(AppError::NotFound)
    };
    let line = |invoice: Document| {
        let waybills: Vec<&Document> = links
            .iter()
            .filter(|l| l.document == invoice.id)
            .filter_map(|l| billed.iter().find(|d| d.id == l.rests_on))
            .filter(|d| d.kind == DocumentKind::Waybill)
            .collect();
        let capacity = capacities.get(&invoice.id);
        billed_line(invoice, capacity, &waybills, &signed)
    };
    let lines: Vec<BilledLine> = invoices.into_iter().map(line).collect();
    let sum = |wanted: fn(&BilledLine) -> bool| {
        lines
            .iter()
            .filter(|line| wanted(line))
            .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.amount))
            .ok_or_else(|| AppError::Internal("a statement beyond the ledger".to_owned()))
    };
    Ok(StatementOfAccount {
        period: *period,
        seller: name(period.seller)?,
        buyer: name(period.buyer)?,
        matched: sum(|line| line.matched)?,
        total: sum(|_line| true)?,
        lines,
        unbilled,
    })
}

fn billed_line(
    invoice: Document,
    capacity: Option<&DocumentCapacity>,
    waybills: &[&Document],
    signed: &HashSet<DocumentId>,
) -> BilledLine {
    BilledLine {
        amount: capacity.map_or(Amount::ZERO, DocumentCapacity::total),
        carried: capacity.map_or(Amount::ZERO, |c| c.used),
        matched: !waybills.is_empty() && waybills.iter().all(|d| signed.contains(&d.id)),
        waybills: waybills.iter().map(|d| d.number.clone()).collect(),
        invoice,
    }
}

/// Waybills that no invoice rests on.
fn unbilled(
    tx: &mut ReadTx<'_>,
    waybills: &[DocumentId],
) -> Result<Vec<(String, Option<NaiveDate>)>, AppError> {
    let billed: HashSet<DocumentId> = tx
        .document_links_to(waybills)?
        .into_iter()
        .map(|l| l.rests_on)
        .collect();
    let left: Vec<DocumentId> = waybills
        .iter()
        .copied()
        .filter(|id| !billed.contains(id))
        .collect();
    Ok(tx
        .documents_by_ids(&left)?
        .into_iter()
        .map(|d| (d.number, d.issued_on))
        .collect())
}

/// Those of the waybills that carrier and receiver have both signed.
fn signed_by_both(
    tx: &mut ReadTx<'_>,
    documents: &[Document],
) -> Result<HashSet<DocumentId>, AppError> {
    let ids: Vec<DocumentId> = documents.iter().map(|d| d.id).collect();
    let words = tx.attestations_of(&ids)?;
    let said = |document, party, statement| {
        words
            .iter()
            .any(|w| (w.document, w.party, w.statement) == (document, party, statement))
    };
    let both = |w: &WaybillRecord| {
        said(w.document, w.carrier, Statement::Carried)
            && said(w.document, w.receiver, Statement::GoodsReceived)
    };
    Ok(tx
        .waybills_by_documents(&ids)?
        .into_iter()
        .filter(both)
        .map(|w| w.document)
        .collect())
}

/// The beginning of a day in the platform's business time zone.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let utc = day.and_time(chrono::NaiveTime::MIN).and_utc();
    utc.checked_sub_signed(Duration::hours(8)).unwrap_or(utc)
}
