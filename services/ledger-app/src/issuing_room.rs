//! What an obligor's own limit still has room for, before papers are signed into the journal. What
//! binds is the database, which counts every paper against it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::currency::Currency;
use ledger_core::entry::Entry;
use ledger_core::id::PartyId;
use ledger_store::error::StoreError;
use ledger_store::limits::ISSUING_NOT_OVERDRAWN;
use ledger_store::limits::LimitKind;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::wording;

/// Code of a paper that the limit has no room for.
pub(crate) const EXHAUSTED: &str = "issuing_limit_exhausted";

/// Room by currency; a currency without a limit is not in it.
pub(crate) struct IssuingRoom {
    left: BTreeMap<Currency, i64>,
}

impl IssuingRoom {
    /// Loads what an obligor has.
    pub(crate) fn load(tx: &mut ReadTx<'_>, obligor: PartyId) -> Result<IssuingRoom, AppError> {
        let today: NaiveDate = tx.business_date_today()?;
        let own = tx.limits_of(obligor)?.into_iter();
        Ok(IssuingRoom {
            left: own
                .filter(|limit| limit.kind == LimitKind::OwnIssuing)
                .map(|limit| (limit.currency, limit.room_on(today)))
                .collect(),
        })
    }

    /// Takes the face of a paper, or says why not.
    pub(crate) fn take(&mut self, entry: &Entry) -> Result<(), String> {
        let Act::Issue(issue) = &entry.act else {
            return Ok(());
        };
        let Some(left) = self.left.get_mut(&issue.currency) else {
            return Ok(());
        };
        let after = left.saturating_sub(entry.cut.hi);
        if after < 0 {
            let free = wording::sum(*left, issue.currency);
            return Err(format!(
                "your own limit has {free} free; raise it, or wait until papers are paid"
            ));
        }
        *left = after;
        Ok(())
    }
}

/// Whether the database found a limit overdrawn that had room a moment before.
pub(crate) fn is_overdrawn(error: &StoreError) -> bool {
    matches!(error, StoreError::Violated(name) if name == ISSUING_NOT_OVERDRAWN)
}
