//! The circle: other platforms that are asked, by keyed token, whether an invoice is used up.
//!
//! Every use is reserved with all peers before it is made here, then committed or cancelled; a
//! reservation that nobody decides lapses, on both sides, at the moment it named itself. What is
//! said holds tokens, an amount and a moment: no number, name, total or date.

use std::fmt;
use std::sync::Arc;

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::invoice_token::CircleKey;
use ledger_core::invoice_token::InvoiceIdentity;
use ledger_core::invoice_token::InvoiceTokens;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::foreign_uses::DocumentToken;
use ledger_store::parties::Party;
use uuid::Uuid;

/// How long a reservation holds unless it is decided.
pub const HOLD: Duration = Duration::minutes(30);

/// Longest a peer may ask to hold.
pub const LONGEST_HOLD: Duration = Duration::hours(24);

/// What one platform asks of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerAct {
    /// Would it fit? Nothing is kept.
    Ask,
    /// Hold it until the moment named.
    Reserve,
    /// It is used.
    Commit,
    /// It is given back, whether reserved or used.
    Cancel,
}

/// One message about one use of one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerMessage {
    /// What is asked.
    pub act: PeerAct,
    /// Id of the use, the asking platform's own.
    pub id: Uuid,
    /// Token of the invoice.
    pub token: InvoiceToken,
    /// Kin of the invoice.
    pub kin: InvoiceKin,
    /// How much of it, minor units of `currency`.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// Until when it is held.
    pub expires_at: DateTime<Utc>,
}

/// What a peer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerAnswer {
    /// It fits, or it is done.
    Fits,
    /// It doesn't: the rest of the invoice is used there, or it is known there in another form.
    DoesNotFit,
    /// No answer that can be relied on.
    Unknown(String),
}

/// Another platform, as this one reaches it. Blocking.
pub trait Peer: Send + Sync + fmt::Debug {
    /// Its name in this platform's configuration.
    fn name(&self) -> &str;
    /// Says something to it and waits for the answer.
    fn say(&self, message: &PeerMessage) -> PeerAnswer;
}

/// The circle as this platform knows it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Circle {
    key: Arc<CircleKey>,
    peers: Arc<[Arc<dyn Peer>]>,
}

impl Circle {
    /// With the key that all share and all other platforms of the circle.
    #[must_use]
    pub fn new(key: CircleKey, peers: Vec<Arc<dyn Peer>>) -> Circle {
        Circle {
            key: Arc::new(key),
            peers: peers.into(),
        }
    }

    /// The other platforms.
    #[must_use]
    pub fn peers(&self) -> &[Arc<dyn Peer>] {
        &self.peers
    }

    /// The tokens of an invoice; none of anything else. A seller without registration is known by
    /// its name.
    #[must_use]
    pub fn tokens(&self, invoice: &Document, seller: &Party) -> Option<DocumentToken> {
        if invoice.kind != DocumentKind::Invoice {
            return None;
        }
        let tokens = self.tokens_of(
            &invoice.number,
            seller,
            (invoice.amount?, invoice.currency?),
            invoice.issued_on,
        );
        Some(DocumentToken {
            document: invoice.id,
            token: tokens.token,
            kin: tokens.kin,
        })
    }

    /// The tokens of what is stated of an invoice: number, seller, total with tax, date.
    #[must_use]
    pub fn tokens_of(
        &self,
        number: &str,
        seller: &Party,
        (gross, currency): (Amount, Currency),
        issued_on: Option<NaiveDate>,
    ) -> InvoiceTokens {
        let seller = if seller.uscc.is_empty() {
            &seller.name
        } else {
            &seller.uscc
        };
        self.key.tokens(&InvoiceIdentity {
            number,
            seller,
            gross,
            currency,
            issued_on,
        })
    }
}
