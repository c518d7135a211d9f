//! An obligor's payables, page by page, with what has become of them.

use diesel::prelude::*;
use ledger_core::id::ImportId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;

use crate::columns::Col;
use crate::error::StoreError;
use crate::payables::Payable;
use crate::payables::PayableState;
use crate::schema::payable;
use crate::unit_of_work::ReadTx;

/// Which of an obligor's payables are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PayableChoice {
    /// In this state only.
    pub state: Option<PayableState>,
    /// Of this list only.
    pub import: Option<ImportId>,
}

impl ReadTx<'_> {
    /// An obligor's payables in the order in which they were handed in, a page from after the
    /// payable `after`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if `after` is no payable of this obligor.
    pub fn payables_chosen(
        &mut self,
        obligor: PartyId,
        choice: PayableChoice,
        after: Option<PayableId>,
        limit: i64,
    ) -> Result<Vec<Payable>, StoreError> {
        let own = payable::obligor.eq(Col(obligor));
        let after_no: i64 = match after {
            None => 0,
            Some(id) => payable::table
                .filter(own.and(payable::id.eq(Col(id))))
                .select(payable::no)
                .first(self.conn)?,
        };
        let mut chosen = payable::table
            .filter(own)
            .filter(payable::no.gt(after_no))
            .into_boxed();
        if let Some(state) = choice.state {
            chosen = chosen.filter(payable::state.eq(state));
        }
        if let Some(import) = choice.import {
            chosen = chosen.filter(payable::import.eq(Col(Some(import))));
        }
        Ok(chosen
            .order(payable::no)
            .limit(limit)
            .select(Payable::as_select())
            .load(self.conn)?)
    }
}
