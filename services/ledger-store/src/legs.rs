//! One party's part in a paper: the entries that concern it, and what it was paid. Whoever looks at
//! a paper is shown only what follows from these; the rest is never loaded.

use crate::statement::sql_query;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::journal::EntryRecord;
use crate::live::FragmentNo;
use crate::payments::Instruction;
use crate::schema::payment_instruction;
use crate::unit_of_work::ReadTx;

#[derive(QueryableByName)]
struct NoRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
}

/// Who holds how much of a paper at one tier, without names.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct TierShare {
    #[diesel(sql_type = SmallInt)]
    tier: i16,
    /// Number of different holders.
    #[diesel(sql_type = BigInt)]
    pub holders: i64,
    #[diesel(sql_type = Text)]
    minor: String,
    #[diesel(sql_type = Text)]
    financed: String,
}

impl TierShare {
    /// The tier; the payee's is 1.
    #[must_use]
    pub fn tier(&self) -> u16 {
        u16::try_from(self.tier).unwrap_or(0)
    }

    /// What is held there, minor units.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn minor(&self) -> Result<i64, StoreError> {
        number(&self.minor)
    }

    /// The part of it that finance providers hold.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn financed(&self) -> Result<i64, StoreError> {
        number(&self.financed)
    }
}

fn number(digits: &str) -> Result<i64, StoreError> {
    digits
        .parse()
        .map_err(|_range| StoreError::Corrupt(format!("a sum reads {digits:?}")))
}

impl ReadTx<'_> {
    /// The entries of a paper that concern a party, with all that came before them on the way from
    /// the issue, oldest first: those by which it got, was offered, cut or passed on a range, and
    /// the paper's settlements. What others did with what it passed on is left out.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entries_concerning(
        &mut self,
        paper: i64,
        party: PartyId,
    ) -> Result<Vec<EntryRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query(
            "WITH RECURSIVE me AS (SELECT no FROM party WHERE id = $2), \
             concerning (no, spent) AS ( \
               SELECT e.no, e.spent FROM entry e \
               LEFT JOIN entry b ON b.no = e.spent >> 1 \
               WHERE e.paper = $1 AND (e.spent IS NULL \
                 OR e.holder = (SELECT no FROM me) OR e.counterparty = (SELECT no FROM me) \
                 OR b.holder = (SELECT no FROM me)) \
               UNION SELECT e.no, e.spent FROM concerning c JOIN entry e ON e.no = c.spent >> 1) \
             SELECT DISTINCT no FROM concerning",
        )
        .bind::<BigInt, _>(paper)
        .bind::<PartyUuid, _>(party)
        .load(self.conn)?;
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        self.entries_by_nos(&nos)
    }

    /// The entry that spent a fragment; none while it lives.
    ///
    /// # Errors
    /// Database errors, corrupt rows.
    pub fn entry_spending(
        &mut self,
        fragment: FragmentNo,
    ) -> Result<Option<EntryRecord>, StoreError> {
        let rows: Vec<NoRow> = sql_query("SELECT no FROM entry WHERE spent = $1")
            .bind::<BigInt, _>(fragment.0)
            .load(self.conn)?;
        let nos: Vec<i64> = rows.into_iter().map(|row| row.no).collect();
        Ok(self.entries_by_nos(&nos)?.pop())
    }

    /// How a paper is spread over the tiers now.
    ///
    /// # Errors
    /// Database errors only.
    pub fn tier_shares(&mut self, paper: i64) -> Result<Vec<TierShare>, StoreError> {
        Ok(sql_query(
            "SELECT f.tier, count(DISTINCT f.holder) AS holders, sum(f.hi - f.lo)::text AS minor, \
             coalesce(sum(f.hi - f.lo) FILTER (WHERE h.kind = 'finance_provider'), 0)::text \
               AS financed \
             FROM live_fragment_now f JOIN party h ON h.no = f.holder \
             WHERE f.paper = $1 GROUP BY f.tier ORDER BY f.tier",
        )
        .bind::<BigInt, _>(paper)
        .load(self.conn)?)
    }

    /// Payments about a paper that go to one party.
    ///
    /// # Errors
    /// Database errors only.
    pub fn credits_of_party(
        &mut self,
        paper: PaperId,
        creditor: PartyId,
    ) -> Result<Vec<Instruction>, StoreError> {
        Ok(payment_instruction::table
            .filter(payment_instruction::paper_id.eq(Col(paper)))
            .filter(payment_instruction::creditor.eq(Col(creditor)))
            .order((payment_instruction::business_date, payment_instruction::id))
            .select(Instruction::as_select())
            .load(self.conn)?)
    }
}
