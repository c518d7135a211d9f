//! What belongs to the entries of a batch and happens in the same unit of work.
//!
//! The effects of each bundle see its verdicts and say what is to happen. What most bundles bring
//! (capacity of documents, letters, receipts) is gathered and carried out once for the whole batch,
//! set-based; what is rare is done at once through the unit of work itself.

use std::fmt;
use std::ops::Deref;
use std::ops::DerefMut;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_store::receipts::Receipt;
use ledger_store::unit_of_work::WriteTx;

use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::webhook_event;
use crate::webhook_event::Happening;

/// The unit of work of a batch, with what its bundles have asked for so far.
pub struct BatchEffects<'t, 'c> {
    tx: &'t mut WriteTx<'c>,
    releases: Vec<(DocumentId, Amount)>,
    takes: Vec<(DocumentId, Amount)>,
    letters: Vec<(PartyId, Notice)>,
    happenings: Vec<(PartyId, Happening)>,
    receipts: Vec<Receipt>,
}

impl<'c> Deref for BatchEffects<'_, 'c> {
    type Target = WriteTx<'c>;
    fn deref(&self) -> &WriteTx<'c> {
        self.tx
    }
}

impl<'c> DerefMut for BatchEffects<'_, 'c> {
    fn deref_mut(&mut self) -> &mut WriteTx<'c> {
        self.tx
    }
}

impl fmt::Debug for BatchEffects<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchEffects")
            .field("releases", &self.releases.len())
            .field("takes", &self.takes.len())
            .field("letters", &self.letters.len())
            .field("happenings", &self.happenings.len())
            .field("receipts", &self.receipts.len())
            .finish_non_exhaustive()
    }
}

impl<'t, 'c> BatchEffects<'t, 'c> {
    pub(crate) fn new(tx: &'t mut WriteTx<'c>) -> Self {
        BatchEffects {
            tx,
            releases: Vec::new(),
            takes: Vec::new(),
            letters: Vec::new(),
            happenings: Vec::new(),
            receipts: Vec::new(),
        }
    }

    /// Takes capacity of documents; if one has not enough left, the bundle is undone with
    /// `document_used_up`. What other bundles of the batch give back counts first.
    pub fn take_capacity(&mut self, takes: &[(DocumentId, Amount)]) {
        self.takes.extend_from_slice(takes);
    }

    /// Gives capacity of documents back.
    pub fn release_capacity(&mut self, gifts: &[(DocumentId, Amount)]) {
        self.releases.extend_from_slice(gifts);
    }

    /// Tells every active user of a party.
    pub fn tell(&mut self, party: PartyId, notice: Notice) {
        self.letters.push((party, notice));
    }

    /// Tells many at once.
    pub fn tell_all(&mut self, notices: impl IntoIterator<Item = (PartyId, Notice)>) {
        self.letters.extend(notices);
    }

    /// Tells parties' own systems.
    pub fn announce_all(&mut self, happenings: impl IntoIterator<Item = (PartyId, Happening)>) {
        self.happenings.extend(happenings);
    }

    /// Keeps what is answered to a request.
    pub fn keep(&mut self, receipt: Receipt) {
        self.receipts.push(receipt);
    }

    /// Does what was gathered.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `document_used_up`; the store's.
    pub(crate) fn carry_out(self, now: DateTime<Utc>) -> Result<(), AppError> {
        self.tx.document_capacity_release(&self.releases)?;
        if !self.tx.document_capacity_take(&self.takes)?.is_empty() {
            return Err(used_up());
        }
        letters::tell_parties(self.tx, now, &self.letters)?;
        webhook_event::tell(self.tx, now, &self.happenings)?;
        Ok(self.tx.receipts_insert(&self.receipts)?)
    }
}

fn used_up() -> AppError {
    AppError::invalid_field(
        "invoice_number",
        "document_used_up",
        "the invoice has already carried other transfers for the rest of its amount",
    )
}
