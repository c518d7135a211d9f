//! What recourse rests on: by which leg fragments came to their holders, and what holders have of a
//! paper.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Text;
use ledger_core::act::Act;
use ledger_core::fragment::FragmentRef;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::legs::Leg;
use ledger_core::legs::PathEntry;
use ledger_core::legs::leg_to;

use crate::columns::InstructionUuid;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::journal::EntryRecord;
use crate::live::FragmentNo;
use crate::posting::Posting;
use crate::recourse_claims::ClaimState;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;

// One lookup by key for each entry of each path, as for a single one.
const PATHS: &str = "WITH RECURSIVE path (fragment, no, spent) AS ( \
      SELECT f, e.no, e.spent FROM unnest($1) AS f \
      CROSS JOIN LATERAL (SELECT * FROM entry m WHERE m.no = f >> 1 OFFSET 0) e \
      UNION ALL SELECT p.fragment, e.no, e.spent FROM path p \
      CROSS JOIN LATERAL (SELECT * FROM entry m WHERE m.no = p.spent >> 1 OFFSET 0) e) \
    SELECT fragment, no FROM path ORDER BY fragment, no DESC";

#[derive(QueryableByName)]
struct PaymentRow {
    #[diesel(sql_type = InstructionUuid)]
    instruction: InstructionId,
}

impl ReadTx<'_> {
    /// The legs by which these fragments came to their holders; what a payee has from the obligor is
    /// left out. Two statements, however many there are; each path is checked by its hashes.
    ///
    /// # Errors
    /// Database errors; [`StoreError::Corrupt`] if an entry no longer gives its hash.
    pub fn legs_to(
        &mut self,
        fragments: &[(FragmentRef, FragmentNo)],
    ) -> Result<HashMap<FragmentRef, Leg>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            fragment: i64,
            #[diesel(sql_type = BigInt)]
            no: i64,
        }
        if fragments.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<Row> = sql_query(PATHS)
            .bind::<Array<BigInt>, _>(fragments.iter().map(|(_, no)| no.0).collect::<Vec<_>>())
            .load(self.conn)?;
        let mut nos: Vec<i64> = rows.iter().map(|row| row.no).collect();
        nos.sort_unstable();
        nos.dedup();
        let entries: HashMap<i64, EntryRecord> = self
            .entries_by_nos(&nos)?
            .into_iter()
            .map(|record| (record.no, record))
            .collect();
        let mut paths: HashMap<i64, Vec<&EntryRecord>> = HashMap::new();
        for row in &rows {
            if let Some(record) = entries.get(&row.no) {
                paths.entry(row.fragment).or_default().push(record);
            }
        }
        let leg = |(fragment, no): &(FragmentRef, FragmentNo)| {
            let path = paths.get(&no.0)?.iter().filter_map(|record| {
                Some(PathEntry {
                    sealed: &record.sealed,
                    holder: record.holder?,
                })
            });
            Some((*fragment, leg_to(*fragment, path)?))
        };
        Ok(fragments.iter().filter_map(leg).collect())
    }

    /// What claims by recourse and write-offs among new entries rest on: the legs by which their
    /// fragments came to their holders.
    ///
    /// # Errors
    /// As [`ReadTx::legs_to`].
    pub(crate) fn legs_claimed_on(
        &mut self,
        postings: &[&Posting],
    ) -> Result<HashMap<FragmentRef, Leg>, StoreError> {
        let claimed = |posting: &&Posting| {
            let entry = posting.sealed.entry();
            matches!(entry.act, Act::AgreeRecourse(_) | Act::WriteOff(_))
                .then_some((entry.spends?, posting.spent?))
        };
        let claimed: Vec<_> = postings.iter().filter_map(claimed).collect();
        self.legs_to(&claimed)
    }

    /// How many units each of these holders has of each of these papers; pairs without any are
    /// missing.
    ///
    /// # Errors
    /// Database errors only.
    pub fn units_of_holders(
        &mut self,
        held: &[(PaperId, PartyId)],
    ) -> Result<HashMap<(PaperId, PartyId), i64>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = PaperUuid)]
            paper: PaperId,
            #[diesel(sql_type = PartyUuid)]
            holder: PartyId,
            #[diesel(sql_type = BigInt)]
            units: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT p.id AS paper, h.id AS holder, sum(f.hi - f.lo)::bigint AS units \
             FROM (SELECT DISTINCT * FROM unnest($1, $2) AS t (paper, holder)) t \
             JOIN paper p ON p.id = t.paper JOIN party h ON h.id = t.holder \
             JOIN live_fragment_now f ON f.paper = p.no AND f.holder = h.no GROUP BY 1, 2",
        )
        .bind::<Array<PaperUuid>, _>(held.iter().map(|(paper, _)| *paper).collect::<Vec<_>>())
        .bind::<Array<PartyUuid>, _>(held.iter().map(|(_, holder)| *holder).collect::<Vec<_>>())
        .load(self.conn)?;
        let pair = |row: Row| ((row.paper, row.holder), row.units);
        Ok(rows.into_iter().map(pair).collect())
    }

    /// Those of these payments whose claims have ended so: `paid`, the fragment has moved; `unpaid`, it is
    /// its holder's again.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_payments_ended(
        &mut self,
        payments: &[InstructionId],
        how: ClaimState,
    ) -> Result<Vec<InstructionId>, StoreError> {
        let rows: Vec<PaymentRow> = sql_query(
            "SELECT instruction FROM recourse_claim WHERE instruction = ANY($1) AND state = $2",
        )
        .bind::<Array<InstructionUuid>, _>(payments.to_vec())
        .bind::<Text, _>(how.word())
        .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.instruction).collect())
    }

    /// Payments whose claims are agreed and not concluded.
    ///
    /// # Errors
    /// Database errors only.
    pub fn recourse_payments_waiting(&mut self) -> Result<Vec<InstructionId>, StoreError> {
        let rows: Vec<PaymentRow> =
            sql_query("SELECT instruction FROM recourse_claim WHERE state = 'agreed'")
                .load(self.conn)?;
        Ok(rows.into_iter().map(|row| row.instruction).collect())
    }

    /// Free fragments that a party holds of papers in default, the oldest due first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn holding_nos_in_default(
        &mut self,
        holder: PartyId,
        limit: i64,
    ) -> Result<Vec<FragmentNo>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            fragment: i64,
        }
        let rows: Vec<Row> = sql_query(
            "SELECT f.fragment FROM live_fragment_now f JOIN paper p ON p.no = f.paper \
             WHERE f.holder = (SELECT no FROM party WHERE id = $1) AND f.state = 2 \
               AND p.dishonoured AND p.state IN (2, 5) \
             ORDER BY p.due_date, f.paper, f.lo LIMIT $2",
        )
        .bind::<PartyUuid, _>(holder)
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| FragmentNo(row.fragment))
            .collect())
    }
}
