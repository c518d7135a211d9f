//! The voucher for print, in the layout the field knows from transfer slips (流转单).

use askama::Template;

use crate::layout::{Fact, Shell};
use crate::words::AmountBox;

/// `GET /fragments/{id}/voucher`.
#[derive(Debug, Template)]
#[template(path = "voucher.html")]
pub struct Voucher {
    /// Around the page.
    pub shell: Shell,
    /// Address of the fragment.
    pub back: String,
    /// Paper number.
    pub number: String,
    /// Printed range.
    pub range: String,
    /// Number of the transfer; empty for the first holder.
    pub transfer_number: String,
    /// Number of the receipt.
    pub receipt_number: String,
    /// Number of the paper it came from.
    pub origin_number: String,
    /// Issue date.
    pub issued: String,
    /// Transfer date; empty for the first holder.
    pub transferred: String,
    /// Promised payment date.
    pub promised: String,
    /// Code of the currency and its name.
    pub currency: String,
    /// Amount in digits.
    pub amount: String,
    /// Amount in boxes; may be empty.
    pub boxes: Vec<AmountBox>,
    /// Amount in Chinese capitals; may be empty.
    pub capitals: String,
    /// Issuer or transferor, recipient, payer: title and name, account, bank, tax number.
    pub parties: Vec<VoucherParty>,
    /// Trade document, invoice.
    pub basis: Vec<Fact>,
    /// What the obligor signed into the paper.
    pub terms: Vec<Fact>,
    /// The clauses, each a sentence.
    pub clauses: Vec<String>,
    /// Whole hash of the entry and whose signatures stand under it.
    pub proof: Vec<Fact>,
}

/// A party on the voucher.
#[derive(Debug, Clone)]
pub struct VoucherParty {
    /// As what it appears.
    pub title: String,
    /// Name.
    pub name: String,
    /// Account, shortened where the reader may not see it whole.
    pub account: String,
    /// Bank.
    pub bank: String,
    /// Unified social credit code or tax number.
    pub tax_number: String,
}
