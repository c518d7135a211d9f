//! Pledges (质押): asked for by a holder, granted by a deed, entered in the journal, released.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::fragment::Side;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PledgeId;

use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::PledgeUuid;
use crate::columns::cols;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::schema::pledge;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { PledgeStateWord =
    /// How far a pledge is.
    PledgeState {
        /// The holder asks, the pledgee has not answered.
        Asked = "asked",
        /// The pledgee has signed a deed; the holder may sign the entry.
        Granted = "granted",
        /// Entered: the fragment stays put.
        Pledged = "pledged",
        /// The pledgee has let it go.
        Released = "released",
        /// The pledgee said no.
        Declined = "declined",
        /// The holder took it back.
        Withdrawn = "withdrawn",
    }
}

record! {
    /// A pledge, from the question on.
    Pledge in pledge ("pledge") {
        /// Its id; the deed bears the same.
        id: PledgeId as PledgeUuid,
        /// Who pledges.
        holder: PartyId as PartyUuid,
        /// Whose claim is secured.
        pledgee: PartyId as PartyUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// The entry that made the fragment asked on.
        parent: i64 as BigInt,
        /// Which part of that entry: 0 left, 1 right.
        side: i16 as SmallInt,
        /// First unit pledged.
        lo: i64 as BigInt,
        /// One past the last.
        hi: i64 as BigInt,
        /// In what.
        currency: Currency as CurrencyCode,
        /// The secured claim, minor units.
        secured: Amount as Minor,
        /// The two parties' name for the loan.
        loan: String as Text,
        /// How far it is.
        state: PledgeState as PledgeStateWord,
        /// What the pledgee signed.
        deed: Option<Vec<u8>> as Nullable<Bytea>,
        /// With which key.
        deed_key: Option<KeyId> as Nullable<KeyUuid>,
        /// The pledgee's signature over `deed`.
        deed_signature: Option<[u8; 64]> as Nullable<Bytes64>,
        /// Until when the holder may sign.
        expires_at: Option<DateTime<Utc>> as Nullable<Timestamptz>,
        /// The entry that pledges; its left part is the fragment pledged.
        entry: Option<i64> as Nullable<BigInt>,
        /// The entry that lets go.
        release_entry: Option<i64> as Nullable<BigInt>,
        /// Business date on which it was asked.
        asked_on: NaiveDate as Date,
        /// When it was asked.
        created_at: DateTime<Utc> as Timestamptz,
    }
}

/// A deed as its pledgee signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDeed {
    /// Canonical bytes.
    pub body: Vec<u8>,
    /// With which key.
    pub key: KeyId,
    /// The signature.
    pub signature: [u8; 64],
    /// Until when the holder may sign.
    pub expires_at: DateTime<Utc>,
}

impl Pledge {
    /// The fragment it stands on now: the one asked on, or, once entered, the one pledged.
    #[must_use]
    pub const fn fragment_no(&self) -> FragmentNo {
        match (self.entry, self.side) {
            (Some(entry), _) => FragmentNo::of(entry, Side::Left),
            (None, 0) => FragmentNo::of(self.parent, Side::Left),
            (None, _) => FragmentNo::of(self.parent, Side::Right),
        }
    }
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledges_by_ids(&mut self, ids: &[PledgeId]) -> Result<Vec<Pledge>, StoreError> {
        Ok(pledge::table
            .filter(pledge::id.eq_any(cols(ids)))
            .order(pledge::id)
            .select(Pledge::as_select())
            .load(self.conn)?)
    }

    /// Pledges of which `party` is a side, newest first: a page from after the one made at `after`
    /// with that id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledges_page(
        &mut self,
        party: PartyId,
        after: Option<(DateTime<Utc>, PledgeId)>,
        limit: i64,
    ) -> Result<Vec<Pledge>, StoreError> {
        let mut page = pledge::table
            .filter(
                pledge::holder
                    .eq(Col(party))
                    .or(pledge::pledgee.eq(Col(party))),
            )
            .order((pledge::created_at.desc(), pledge::id))
            .limit(limit)
            .select(Pledge::as_select())
            .into_boxed();
        if let Some((at, id)) = after {
            page = page.filter(
                pledge::created_at
                    .lt(at)
                    .or(pledge::created_at.eq(at).and(pledge::id.gt(Col(id)))),
            );
        }
        Ok(page.load(self.conn)?)
    }

    /// The pledge that the entry `entry` has entered, or that stands again since this entry ended a
    /// freeze before which it stood.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledge_by_entry(&mut self, entry: i64) -> Result<Option<Pledge>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            no: i64,
        }
        // 15 and 16: freeze and unfreeze (ledger_core::act).
        let rows: Vec<Row> = sql_query(
            "WITH RECURSIVE up AS ( \
               SELECT e.no, e.kind, e.spent FROM entry e WHERE e.no = $1 \
               UNION ALL \
               SELECT p.no, p.kind, p.spent FROM up JOIN entry p ON p.no = up.spent >> 1 \
               WHERE up.kind IN (15, 16)) SELECT no FROM up",
        )
        .bind::<diesel::sql_types::BigInt, _>(entry)
        .load(self.conn)?;
        Ok(pledge::table
            .filter(pledge::entry.eq_any(rows.into_iter().map(|row| Some(row.no))))
            .select(Pledge::as_select())
            .first(self.conn)
            .optional()?)
    }

    /// What stands pledged of these papers.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledges_standing_on(&mut self, papers: &[PaperId]) -> Result<Vec<Pledge>, StoreError> {
        Ok(pledge::table
            .filter(pledge::paper.eq_any(cols(papers)))
            .filter(pledge::state.eq(PledgeState::Pledged))
            .order((pledge::paper, pledge::lo))
            .select(Pledge::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Notes that a holder asks.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `pledge_fragment_unique`: one is open on this fragment.
    pub fn pledge_insert(&mut self, new: &Pledge) -> Result<(), StoreError> {
        Pledge::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Locks a pledge for this unit of work: grant, signature and withdrawal take turns.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn pledge_lock(&mut self, id: PledgeId) -> Result<Pledge, StoreError> {
        Ok(pledge::table
            .filter(pledge::id.eq(Col(id)))
            .select(Pledge::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Keeps the deed of a pledge that is asked for or granted; a later deed takes the place of an
    /// earlier one. False if it is neither any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledge_grant(&mut self, id: PledgeId, deed: &SignedDeed) -> Result<bool, StoreError> {
        let changed = diesel::update(pledge::table)
            .filter(pledge::id.eq(Col(id)))
            .filter(pledge::state.eq_any([PledgeState::Asked, PledgeState::Granted]))
            .set((
                pledge::state.eq(PledgeState::Granted),
                pledge::deed.eq(Some(&deed.body)),
                pledge::deed_key.eq(Col(Some(deed.key))),
                pledge::deed_signature.eq(Col(Some(deed.signature))),
                pledge::expires_at.eq(Some(deed.expires_at)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Ends a pledge that is not entered; false if it is over or entered already.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledge_end(&mut self, id: PledgeId, state: PledgeState) -> Result<bool, StoreError> {
        let changed = diesel::update(pledge::table)
            .filter(pledge::id.eq(Col(id)))
            .filter(pledge::state.eq_any([PledgeState::Asked, PledgeState::Granted]))
            .set(pledge::state.eq(state))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Notes the entry that pledges on the terms of `deed`; false if the pledge is not granted on
    /// them any more.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledge_enter(
        &mut self,
        id: PledgeId,
        deed: &[u8],
        entry: i64,
    ) -> Result<bool, StoreError> {
        let changed = diesel::update(pledge::table)
            .filter(pledge::id.eq(Col(id)))
            .filter(pledge::state.eq(PledgeState::Granted))
            .filter(pledge::deed.eq(Some(deed)))
            .set((
                pledge::state.eq(PledgeState::Pledged),
                pledge::entry.eq(Some(entry)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }

    /// Notes the entry that lets go; false if nothing stands pledged under this id.
    ///
    /// # Errors
    /// Database errors only.
    pub fn pledge_release(&mut self, id: PledgeId, entry: i64) -> Result<bool, StoreError> {
        let changed = diesel::update(pledge::table)
            .filter(pledge::id.eq(Col(id)))
            .filter(pledge::state.eq(PledgeState::Pledged))
            .set((
                pledge::state.eq(PledgeState::Released),
                pledge::release_entry.eq(Some(entry)),
            ))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
