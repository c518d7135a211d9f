//! Hands in what changes an invoice afterwards: a credit note (红字发票) or a price true-up (多退少补).
//!
//! What lowers an invoice counts at once, even below what it has carried already: it is a fact, and
//! nothing new can be carried until it fits again; both sides are told. What raises it counts once
//! the buyer says so, by handing it in or by confirming the debt: a seller alone can't make an
//! invoice carry more.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::error::StoreError;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::contents;
use crate::document_type;
use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::notice_documents::InvoiceOverdrawn;
use crate::notice_documents::TrueUpWaiting;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::wording;

/// In which direction an invoice changes, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A credit note: less.
    Credit,
    /// A true-up: the price fell.
    Down,
    /// A true-up: the price rose.
    Up,
}

/// What is handed in.
#[derive(Debug, Clone)]
pub struct AdjustInvoice {
    /// The invoice it names.
    pub invoice: DocumentId,
    /// What it does.
    pub change: Change,
    /// Its own number.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// By how much, in the invoice's currency.
    pub amount: Amount,
    /// The file's name.
    pub file_name: String,
    /// The file's bytes; empty if only the facts are known.
    pub bytes: Vec<u8>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adjusted {
    /// The credit note or true-up.
    pub document: DocumentId,
    /// Whether it counts; a rise waits for the buyer.
    pub counted: bool,
    /// How much more the invoice has carried than it now may.
    pub overdrawn: Amount,
}

/// Hands it in.
///
/// # Errors
/// [`AppError::NotFound`] unless the caller sells or buys on the invoice; [`AppError::Invalid`]
/// `adjustment_incomplete`, `adjustment_number_taken`, `credit_beyond_invoice`, and those of files.
pub fn run(app: &App, who: &Principal, command: &AdjustInvoice) -> Result<Adjusted, AppError> {
    who.may(Action::StoreDocument)?;
    let number = command.number.trim().to_owned();
    if number.is_empty() || number.chars().count() > 100 || command.amount.is_zero() {
        return Err(AppError::invalid_field(
            "number",
            "adjustment_incomplete",
            "give its own number and an amount above zero",
        ));
    }
    let invoice = app.store.read(|tx| {
        let found = tx.documents_by_ids(&[command.invoice])?.pop();
        found
            .filter(|d| d.kind == DocumentKind::Invoice)
            .filter(|d| d.owner == who.party || d.counterparty == Some(who.party))
            .ok_or(AppError::NotFound)
    })?;
    let (bytes, media_type, file_name) = content(command, &invoice)?;
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let kept = contents::keep(app, bytes)?;
    let document = Document {
        id: DocumentId::from_bytes(random::bytes()?),
        owner: invoice.owner,
        counterparty: invoice.counterparty,
        kind: match command.change {
            Change::Credit => DocumentKind::CreditNote,
            Change::Down | Change::Up => DocumentKind::PriceTrueUp,
        },
        number,
        issued_on: command.issued_on,
        amount: Some(command.amount),
        currency: invoice.currency,
        sha256: kept.sha256(),
        media_type: media_type.to_owned(),
        size,
        file_name,
        used: Amount::ZERO,
    };
    let counted = command.change != Change::Up || invoice.counterparty == Some(who.party);
    app.store.write(|tx| {
        // One after the other on one invoice.
        tx.document_capacity_lock(invoice.id)?;
        kept.keep_in(tx)?;
        tx.documents_insert(std::slice::from_ref(&document))
            .map_err(number_taken)?;
        book(app, tx, command, &document, counted)?;
        let after = tx.document_capacity_lock(invoice.id)?;
        tell(app, tx, &invoice, &document, counted, after.overdrawn)?;
        Ok(Adjusted {
            document: document.id,
            counted,
            overdrawn: after.overdrawn,
        })
    })
}

fn book(
    app: &App,
    tx: &mut WriteTx<'_>,
    command: &AdjustInvoice,
    document: &Document,
    counted: bool,
) -> Result<(), AppError> {
    let (now, amount) = (app.clock.now(), command.amount);
    let done = match command.change {
        Change::Credit => tx.document_credit(document.id, command.invoice, amount, now),
        Change::Down => tx.document_true_up(
            document.id,
            command.invoice,
            amount.minor().saturating_neg(),
            true,
            now,
        ),
        Change::Up => {
            tx.document_true_up(document.id, command.invoice, amount.minor(), counted, now)
        }
    };
    done.map_err(|error| match error {
        StoreError::Violated(law) if law == "document_total" => AppError::invalid_field(
            "amount",
            "credit_beyond_invoice",
            "an invoice can't be lowered below zero; check the amount",
        ),
        other => other.into(),
    })
}

fn number_taken(error: StoreError) -> AppError {
    if error.is_duplicate_of("document_adjustment_number_unique") {
        AppError::invalid_field(
            "number",
            "adjustment_number_taken",
            "this seller has another one under the same number",
        )
    } else {
        error.into()
    }
}

/// Tells the other side, and both where more is carried than may be.
fn tell(
    app: &App,
    tx: &mut WriteTx<'_>,
    invoice: &Document,
    document: &Document,
    counted: bool,
    overdrawn: Amount,
) -> Result<(), AppError> {
    let Some(currency) = invoice.currency else {
        return Ok(());
    };
    let seller = tx.party_by_id(invoice.owner)?.name;
    let money = |amount| wording::money(amount, currency);
    let mut told = Vec::new();
    if !counted && let Some(buyer) = invoice.counterparty {
        told.push((
            buyer,
            Notice::TrueUpWaiting(TrueUpWaiting {
                document: document.id.to_string(),
                seller: seller.clone(),
                invoice: invoice.number.clone(),
                amount: money(document.amount.unwrap_or(Amount::ZERO)),
            }),
        ));
    }
    if !overdrawn.is_zero() {
        let notice = Notice::InvoiceOverdrawn(InvoiceOverdrawn {
            invoice: invoice.number.clone(),
            seller,
            over: money(overdrawn),
            document: document.number.clone(),
        });
        let sides = std::iter::once(invoice.owner).chain(invoice.counterparty);
        told.extend(sides.map(|party| (party, notice.clone())));
    }
    letters::tell_parties(tx, app.clock.now(), &told)
}

fn content(
    command: &AdjustInvoice,
    invoice: &Document,
) -> Result<(Vec<u8>, &'static str, String), AppError> {
    if !command.bytes.is_empty() {
        return Ok((
            command.bytes.clone(),
            document_type::of(&command.bytes)?,
            document_type::file_name(&command.file_name),
        ));
    }
    let word = match command.change {
        Change::Credit => "credit_note",
        Change::Down => "true_up_down",
        Change::Up => "true_up_up",
    };
    let facts = format!(
        "kind: {word}\nissuer: {}\nnumber: {}\ndate: {}\ninvoice: {}\namount: {}\n",
        invoice.owner,
        command.number.trim(),
        command.issued_on.map(|d| d.to_string()).unwrap_or_default(),
        invoice.number,
        invoice
            .currency
            .map(|c| format!("{c} {}", command.amount.to_plain(c)))
            .unwrap_or_default(),
    );
    Ok((facts.into_bytes(), "text/plain", "facts.txt".to_owned()))
}
