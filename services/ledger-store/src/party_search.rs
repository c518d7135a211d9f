//! Finds a supplier to pay, without being a directory: by what one knows of it, or among those who
//! have sent one an invoice.

use crate::statement::sql_query;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Text;
use ledger_core::id::PartyId;

use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::unit_of_work::ReadTx;

/// A supplier found.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct SupplierFound {
    /// Its id.
    #[diesel(sql_type = PartyUuid)]
    pub id: PartyId,
    /// Registered name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Unified social credit code, or empty.
    #[diesel(sql_type = Text)]
    pub uscc: String,
}

/// The text for LIKE, its signs meaning themselves.
fn literal(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '%' | '_' | '\\') {
            safe.push('\\');
        }
        safe.push(sign);
    }
    safe
}

impl ReadTx<'_> {
    /// Active obligors and suppliers with exactly this registered name or credit code, two at most:
    /// of two nobody knows which is meant.
    ///
    /// # Errors
    /// Database errors only.
    pub fn traders_named(&mut self, text: &str) -> Result<Vec<SupplierFound>, StoreError> {
        Ok(sql_query(
            "SELECT id, name, uscc FROM party \
             WHERE kind IN ('supplier', 'obligor') AND state = 'active' \
             AND (lower(name) = lower($1) OR lower(name_en) = lower($1) OR uscc = upper($1)) \
             AND $1 <> '' ORDER BY no LIMIT 2",
        )
        .bind::<Text, _>(text)
        .load(self.conn)?)
    }

    /// Active suppliers whose name contains `text` or whose credit code begins with it, by name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn suppliers_matching(
        &mut self,
        text: &str,
        limit: i64,
    ) -> Result<Vec<SupplierFound>, StoreError> {
        let text = literal(text);
        Ok(sql_query(
            "SELECT id, name, uscc FROM party WHERE kind = 'supplier' AND state = 'active' \
             AND (name ILIKE $1 OR name_en ILIKE $1 OR uscc LIKE upper($2)) \
             ORDER BY name, no LIMIT $3",
        )
        .bind::<Text, _>(format!("%{text}%"))
        .bind::<Text, _>(format!("{text}%"))
        .bind::<BigInt, _>(limit)
        .load(self.conn)?)
    }

    /// Active suppliers that have sold to a party on an invoice kept here, the latest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn sellers_to(
        &mut self,
        buyer: PartyId,
        limit: i64,
    ) -> Result<Vec<SupplierFound>, StoreError> {
        Ok(sql_query(
            "SELECT p.id, p.name, p.uscc FROM party p \
             JOIN (SELECT owner, max(issued_on) AS latest FROM document \
                   WHERE counterparty = $1 AND kind = 'invoice' GROUP BY owner) d \
               ON d.owner = p.id \
             WHERE p.kind = 'supplier' AND p.state = 'active' AND p.id <> $1 \
             ORDER BY d.latest DESC NULLS LAST, p.name LIMIT $2",
        )
        .bind::<PartyUuid, _>(buyer)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?)
    }
}
