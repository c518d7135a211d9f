//! A checked payable as a file or an API call gave it, and its digest.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ring::digest::Context;
use ring::digest::SHA256;

use crate::field::ALL;
use crate::field::Field;

/// One payable that passed every check a file alone can be given. Texts are trimmed, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableRow {
    /// Who is to be paid, by the strongest means the row has.
    pub supplier: SupplierIdentity,
    /// Unified social credit code in capitals; its check digit may be wrong (a warning).
    pub supplier_uscc: Option<String>,
    /// The obligor's vendor number.
    pub vendor_id: Option<String>,
    /// The supplier's name as written.
    pub supplier_name: Option<String>,
    /// The obligor's number of the payable.
    pub payable_no: String,
    /// Purchase order.
    pub po_no: Option<String>,
    /// When the goods were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// Invoice number.
    pub invoice_no: Option<String>,
    /// Invoice date.
    pub invoice_date: Option<NaiveDate>,
    /// Total of the invoice with tax, not below the amount.
    pub invoice_gross: Option<Amount>,
    /// Amount with tax, above zero.
    pub gross_amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// When it is to be paid: from the file, or from the payment terms.
    pub due_date: NaiveDate,
    /// The obligor's company, empty if neither file nor mapping names one.
    pub company_code: String,
    /// Cost centre.
    pub cost_centre: Option<String>,
    /// Free text.
    pub remark: Option<String>,
}

/// What identifies the supplier, chosen by the mapping's order of preference.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SupplierIdentity {
    /// Unified social credit code.
    Uscc(String),
    /// The obligor's vendor number.
    VendorId(String),
    /// The name by [`normalised_name`].
    Name(String),
}

impl PayableRow {
    /// The idempotency key: (company code, payable number).
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.company_code, &self.payable_no)
    }

    /// A field in the form the published columns write it; nothing if it is empty.
    #[must_use]
    pub fn field_text(&self, field: Field) -> Option<String> {
        let date = |date: NaiveDate| date.format("%Y-%m-%d").to_string();
        match field {
            Field::SupplierUscc => self.supplier_uscc.clone(),
            Field::VendorId => self.vendor_id.clone(),
            Field::SupplierName => self.supplier_name.clone(),
            Field::PayableNo => Some(self.payable_no.clone()),
            Field::PoNo => self.po_no.clone(),
            Field::AcceptanceDate => self.acceptance_date.map(date),
            Field::InvoiceNo => self.invoice_no.clone(),
            Field::InvoiceDate => self.invoice_date.map(date),
            Field::InvoiceGross => self
                .invoice_gross
                .map(|gross| gross.to_plain(self.currency)),
            Field::GrossAmount => Some(self.gross_amount.to_plain(self.currency)),
            Field::Currency => Some(self.currency.code().to_owned()),
            Field::DueDate => Some(date(self.due_date)),
            Field::CompanyCode => Some(self.company_code.clone()).filter(|code| !code.is_empty()),
            Field::CostCentre => self.cost_centre.clone(),
            Field::Remark => self.remark.clone(),
        }
    }

    /// SHA-256 over the canonical form: a version line, then for each field in the order of
    /// [`ALL`] one byte for presence, the length in bytes as 8 bytes big-endian, the UTF-8 text.
    /// The same payable from CSV, XLSX or the API has the same digest. The invoice's total came to
    /// the columns later: without one a row has the digest that it always had.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(b"tallystick payable row v1\n");
        for field in ALL {
            let text = self.field_text(field);
            if field == Field::InvoiceGross && text.is_none() {
                continue;
            }
            context.update(&[u8::from(text.is_some())]);
            update_text(&mut context, &text.unwrap_or_default());
        }
        finish(context)
    }

    /// SHA-256 over what two bookings of one debt would share: all but the numbers the obligor
    /// gave it and the texts for its own use.
    #[must_use]
    pub fn likeness(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        let (kind, identity) = match &self.supplier {
            SupplierIdentity::Uscc(code) => (0, code),
            SupplierIdentity::VendorId(id) => (1, id),
            SupplierIdentity::Name(name) => (2, name),
        };
        context.update(&[kind]);
        update_text(&mut context, identity);
        for field in [
            Field::CompanyCode,
            Field::InvoiceNo,
            Field::InvoiceDate,
            Field::GrossAmount,
            Field::Currency,
            Field::DueDate,
        ] {
            update_text(&mut context, &self.field_text(field).unwrap_or_default());
        }
        finish(context)
    }
}

fn update_text(context: &mut Context, text: &str) {
    context.update(&u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
    context.update(text.as_bytes());
}

fn finish(context: Context) -> [u8; 32] {
    let mut digest = [0; 32];
    for (place, byte) in digest.iter_mut().zip(context.finish().as_ref()) {
        *place = *byte;
    }
    digest
}

/// SHA-256 of (company code, payable number), length-prefixed.
#[must_use]
pub fn key_digest(company_code: &str, payable_no: &str) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    update_text(&mut context, company_code);
    update_text(&mut context, payable_no);
    finish(context)
}

/// A name for comparing: full-width letters made plain, capitals, every run of spaces and
/// punctuation one space, none at the ends. `Acme (UK) Ltd.` and `ACME UK LTD` are one; what the
/// words mean (LTD, LIMITED) is not touched.
#[must_use]
pub fn normalised_name(name: &str) -> String {
    let mut plain = String::new();
    for sign in name.chars() {
        let narrow = match u32::from(sign) {
            code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(sign),
            _ => sign,
        };
        if narrow.is_alphanumeric() {
            plain.extend(narrow.to_uppercase());
        } else if !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.trim_end().to_owned()
}
