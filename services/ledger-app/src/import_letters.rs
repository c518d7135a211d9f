//! Letters to who handed a list of payables in.

use chrono::DateTime;
use chrono::Utc;
use ledger_store::imports::ImportBatch;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::Role;

use crate::error::AppError;
use crate::letters;
use crate::notice::Notice;
use crate::person;

/// Tells the person who handed the list in; where a system did, the obligor's makers, since one of
/// them is to propose papers for it.
pub(crate) fn tell_uploader(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    list: &ImportBatch,
    notice: Notice,
) -> Result<(), AppError> {
    match list.uploaded_by {
        Some(user) => person::tell(tx, now, user, notice),
        None => letters::tell_role(tx, now, Role::Maker, &[(list.obligor, notice)]),
    }
}
