//! What platforms of one circle tell each other about an invoice without showing it: keyed tokens.
//!
//! Numbers, registrations and totals are easily guessed, so a plain hash of them would hide nothing.
//! A token is HMAC-SHA256 (RFC 2104) under a key that only the platforms of the circle hold: whoever
//! reads the wire or a stolen table learns nothing, and two platforms that hold the same invoice
//! arrive at the same token.

use chrono::NaiveDate;
use ring::hmac;

use crate::amount::Amount;
use crate::canonical::Writer;
use crate::currency::Currency;
use crate::hash::InvoiceKin;
use crate::hash::InvoiceToken;

const TOKEN_DOMAIN: &[u8] = b"tallystick/v1/invoice-token\0";
const KIN_DOMAIN: &[u8] = b"tallystick/v1/invoice-kin\0";

/// The key that the platforms of a circle share, 32 random bytes.
pub struct CircleKey(hmac::Key);

impl std::fmt::Debug for CircleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CircleKey(hidden)")
    }
}

/// What makes an invoice this very invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceIdentity<'a> {
    /// Its number.
    pub number: &'a str,
    /// The seller's registration (统一社会信用代码), or its name where it has none.
    pub seller: &'a str,
    /// Its total with tax, minor units of `currency`.
    pub gross: Amount,
    /// In what.
    pub currency: Currency,
    /// Its date, if it bears one.
    pub issued_on: Option<NaiveDate>,
}

/// Both tokens of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvoiceTokens {
    /// Of number, seller, total and date: the same invoice.
    pub token: InvoiceToken,
    /// Of number and seller alone. Two invoices of one kin with different tokens can't both be
    /// genuine, since a seller uses a number once: one of them has been altered.
    pub kin: InvoiceKin,
}

impl CircleKey {
    /// From its 32 bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> CircleKey {
        CircleKey(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    /// The tokens of an invoice.
    #[must_use]
    pub fn tokens(&self, invoice: &InvoiceIdentity<'_>) -> InvoiceTokens {
        let mut kin = Writer::new();
        kin.fixed(KIN_DOMAIN);
        kin.text(&spelling(invoice.number));
        kin.text(&spelling(invoice.seller));
        let mut token = Writer::new();
        token.fixed(TOKEN_DOMAIN);
        token.text(&spelling(invoice.number));
        token.text(&spelling(invoice.seller));
        token.fixed(&invoice.currency.code_bytes());
        token.i64(invoice.gross.minor());
        match invoice.issued_on {
            Some(day) => {
                token.u8(1);
                token.date(day);
            }
            None => token.u8(0),
        }
        InvoiceTokens {
            token: InvoiceToken::from_bytes(self.mac(&token.finish())),
            kin: InvoiceKin::from_bytes(self.mac(&kin.finish())),
        }
    }

    fn mac(&self, bytes: &[u8]) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(hmac::sign(&self.0, bytes).as_ref());
        out
    }
}

/// One spelling for what people type in several: no spaces, capitals, full-width forms as ASCII.
#[must_use]
pub fn spelling(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => u32::from(c)
                .checked_sub(0xfee0)
                .and_then(char::from_u32)
                .unwrap_or(c),
            other => other,
        })
        .flat_map(char::to_uppercase)
        .collect()
}
