//! What letters about trade documents say.

use serde::Deserialize;
use serde::Serialize;

/// To the buyer on an invoice: the seller has handed in a higher price, which waits for its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrueUpWaiting {
    /// Id of the true-up.
    pub document: String,
    /// Who sells.
    pub seller: String,
    /// Number of the invoice.
    pub invoice: String,
    /// By how much.
    pub amount: String,
}

/// To seller and buyer: a credit note or true-up came after more was paid with the invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceOverdrawn {
    /// Number of the invoice.
    pub invoice: String,
    /// Who sells.
    pub seller: String,
    /// How much more it has carried than it may.
    pub over: String,
    /// Number of what changed it.
    pub document: String,
}

/// To the receiver of goods: the carrier has signed the waybill; now the receiver looks and signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsHandedOver {
    /// Id of the waybill.
    pub document: String,
    /// Who carried.
    pub carrier: String,
    /// Number of the waybill.
    pub number: String,
}
