//! The face of a fully digital invoice beside what was stated about it.

use ledger_core::id::DocumentId;
use ledger_core::invoice::InvoiceFace;
use ledger_store::documents::Document;
use ledger_store::invoice_faces::InvoiceFaceRecord;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment;

/// Checks the face itself, and that it says what the document is said to be.
///
/// # Errors
/// [`AppError::Invalid`] with the face's own fault, or `invoice_face_differs`.
pub(crate) fn check(
    tx: &mut ReadTx<'_>,
    document: &Document,
    face: &InvoiceFace,
) -> Result<(), AppError> {
    face.check()
        .map_err(|fault| AppError::invalid_field("document", fault.code(), fault.to_string()))?;
    let parties = held_fragment::names(
        tx,
        std::iter::once(document.owner).chain(document.counterparty),
    )?;
    let is_named = |party, tax_id: &str| {
        parties
            .get(&party)
            .is_some_and(|p| p.uscc.is_empty() || p.uscc.eq_ignore_ascii_case(tax_id.trim()))
    };
    let agrees = face.number == document.number
        && Some(face.gross) == document.amount
        && Some(face.currency) == document.currency
        && document.issued_on.is_none_or(|day| day == face.issued_on)
        && is_named(document.owner, &face.seller.tax_id)
        && document
            .counterparty
            .is_none_or(|buyer| is_named(buyer, &face.buyer.tax_id));
    if agrees {
        Ok(())
    } else {
        Err(AppError::invalid_field(
            "document",
            "invoice_face_differs",
            "the file says another number, date, total, seller or buyer than was stated",
        ))
    }
}

/// The row of a face.
pub(crate) fn record(document: DocumentId, face: &InvoiceFace) -> InvoiceFaceRecord {
    let lines: Vec<serde_json::Value> = face
        .lines
        .iter()
        .map(|line| {
            serde_json::json!({
                "item": line.item,
                "net": line.net.minor(),
                "tax": line.tax.minor(),
            })
        })
        .collect();
    InvoiceFaceRecord {
        document,
        number: face.number.clone(),
        issued_on: face.issued_on,
        seller_name: face.seller.name.clone(),
        seller_tax_id: face.seller.tax_id.clone(),
        buyer_name: face.buyer.name.clone(),
        buyer_tax_id: face.buyer.tax_id.clone(),
        currency: face.currency,
        net: face.net,
        tax: face.tax,
        gross: face.gross,
        capitals: face.capitals.clone(),
        lines: lines.into(),
    }
}
