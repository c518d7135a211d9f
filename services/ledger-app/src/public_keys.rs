//! The public keys of those who signed, remembered from one page to the next.
//!
//! A key never changes: the database lets nobody alter or delete it, only revoke it, and what it
//! signed stays checkable after that. A key that somebody alters in the database all the same is looked
//! at again after a restart; `platform verify` asks no database at all.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;

use ledger_core::id::KeyId;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;

/// Keys remembered before they are all looked up anew: some megabytes.
const MOST: usize = 50_000;

/// All that were asked for so far.
#[derive(Debug, Default)]
pub(crate) struct PublicKeys(RwLock<HashMap<KeyId, [u8; 32]>>);

impl PublicKeys {
    /// Those of `ids` that are on record, revoked ones too.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn of(
        &self,
        tx: &mut ReadTx<'_>,
        ids: impl IntoIterator<Item = KeyId>,
    ) -> Result<HashMap<KeyId, [u8; 32]>, AppError> {
        let (mut found, unknown) = self.look_up(ids);
        if unknown.is_empty() {
            return Ok(found);
        }
        let loaded = tx.signing_keys_by_ids(&unknown)?;
        let loaded: Vec<_> = loaded.iter().map(|key| (key.id, key.public_key)).collect();
        found.extend(loaded.iter().copied());
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len().saturating_add(loaded.len()) > MOST {
            known.clear();
        }
        known.extend(loaded);
        Ok(found)
    }

    /// Those that are remembered, and the ids of the others.
    fn look_up(
        &self,
        ids: impl IntoIterator<Item = KeyId>,
    ) -> (HashMap<KeyId, [u8; 32]>, Vec<KeyId>) {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut unknown) = (HashMap::new(), BTreeSet::new());
        for id in ids {
            if let Some(key) = known.get(&id) {
                found.insert(id, *key);
            } else {
                unknown.insert(id);
            }
        }
        (found, unknown.into_iter().collect())
    }
}
