//! How purchases come about and go on.

use diesel::prelude::*;
use ledger_core::id::QuoteId;

use crate::columns::Col;
use crate::columns::Known;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::quotes::Discount;
use crate::quotes::DiscountState;
use crate::schema::discount;
use crate::unit_of_work::WriteTx;

impl WriteTx<'_> {
    /// Concludes purchases. Their instructions may follow later in the unit of work.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if a quote has one.
    pub fn discounts_insert(&mut self, new: &[Discount]) -> Result<(), StoreError> {
        Discount::insert_all(self.conn, new, Known::Refused).map(|_all| ())
    }

    /// Locks a purchase for this unit of work: two reports of one payment take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn discount_lock(&mut self, id: QuoteId) -> Result<Discount, StoreError> {
        Ok(discount::table
            .filter(discount::quote.eq(Col(id)))
            .select(Discount::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Sets how far a purchase is, and the evidence for it if there is any (older evidence stays).
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Violated`] `discount_funded_on_evidence`.
    pub fn discount_state_set(
        &mut self,
        id: QuoteId,
        state: DiscountState,
        evidence: Option<[u8; 32]>,
    ) -> Result<(), StoreError> {
        let row = discount::table.filter(discount::quote.eq(Col(id)));
        let changed = match evidence {
            Some(digest) => diesel::update(row)
                .set((
                    discount::state.eq(state),
                    discount::evidence.eq(Col(Some(digest))),
                ))
                .execute(self.conn)?,
            None => diesel::update(row)
                .set(discount::state.eq(state))
                .execute(self.conn)?,
        };
        one_row(changed)
    }
}
