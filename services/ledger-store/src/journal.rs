//! Books and their entries, read back as the sealed entries that were posted.

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::FragmentRef;
use ledger_core::hash::ChainHash;
use ledger_core::hash::EntryHash;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::signature::signatures_from_bytes;

use crate::columns::BookUuid;
use crate::columns::Bytes32;
use crate::columns::KeyUuid;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::error::StoreError;
use crate::live::FragmentNo;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// How many entries a book may have: the low bits of an entry number.
pub const BOOK_BITS: u32 = 40;

/// A book and its head.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct BookRecord {
    /// Compact key, the high bits of its entry numbers.
    #[diesel(sql_type = SmallInt)]
    pub no: i16,
    /// Its id.
    #[diesel(sql_type = BookUuid)]
    pub id: BookId,
    /// Its unique name, the origin of its checkpoints.
    #[diesel(sql_type = Text)]
    pub origin: String,
    /// The key that records it.
    #[diesel(sql_type = KeyUuid)]
    pub recorder_key: KeyId,
    #[diesel(sql_type = Bytes32)]
    /// Public half of that key.
    pub recorder_public_key: [u8; 32],
    /// Number of entries.
    #[diesel(sql_type = BigInt)]
    pub size: i64,
    #[diesel(sql_type = Bytes32)]
    chain: [u8; 32],
    /// Papers numbered so far.
    #[diesel(sql_type = BigInt)]
    pub paper_serial: i64,
}

impl BookRecord {
    /// Running hash over all its entries.
    #[must_use]
    pub const fn chain(&self) -> ChainHash {
        ChainHash::from_bytes(self.chain)
    }

    /// Number of the entry at `position`.
    #[must_use]
    pub fn entry_no(&self, position: i64) -> i64 {
        (i64::from(self.no) << BOOK_BITS).saturating_add(position)
    }
}

const BOOK_COLUMNS: &str = "SELECT no, id, origin, recorder_key, recorder_public_key, size, chain, \
    paper_serial FROM book ";

/// An entry on record, with what the state said when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    /// Its number.
    pub no: i64,
    /// The entry.
    pub sealed: SealedEntry,
    /// The fragment it spent.
    pub spent: Option<FragmentNo>,
    /// The neighbour it joined to it.
    pub joined: Option<FragmentNo>,
    /// Who holds `[lo, mid)` after it.
    pub holder: Option<PartyId>,
    /// The other party of the state of `[lo, mid)`.
    pub counterparty: Option<PartyId>,
    /// State code of `[lo, mid)`; none if the entry ended it.
    pub state: Option<u8>,
    /// Tier of `[lo, mid)`.
    pub tier: u16,
}

/// An entry as [`ENTRY_COLUMNS`] reads it.
#[derive(QueryableByName)]
pub(crate) struct EntryRow {
    #[diesel(sql_type = BigInt)]
    no: i64,
    #[diesel(sql_type = BookUuid)]
    book: BookId,
    #[diesel(sql_type = Nullable<PaperUuid>)]
    paper: Option<PaperId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    spent: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    joined: Option<i64>,
    #[diesel(sql_type = Nullable<Bytes32>)]
    parent: Option<[u8; 32]>,
    #[diesel(sql_type = BigInt)]
    lo: i64,
    #[diesel(sql_type = BigInt)]
    mid: i64,
    #[diesel(sql_type = BigInt)]
    hi: i64,
    #[diesel(sql_type = Date)]
    date: NaiveDate,
    #[diesel(sql_type = SmallInt)]
    kind: i16,
    #[diesel(sql_type = Nullable<PartyUuid>)]
    holder: Option<PartyId>,
    #[diesel(sql_type = Nullable<PartyUuid>)]
    counterparty: Option<PartyId>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    state: Option<i16>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    tier: Option<i16>,
    #[diesel(sql_type = Bytes32)]
    hash: [u8; 32],
    #[diesel(sql_type = Bytea)]
    act: Vec<u8>,
    #[diesel(sql_type = Bytea)]
    signatures: Vec<u8>,
}

/// Reads entries `e`, one lookup by key for whatever they name; a condition on `e` follows.
pub(crate) const ENTRY_COLUMNS: &str = "SELECT e.no, b.id AS book, p.id AS paper, e.spent, e.joined, \
    parent.hash AS parent, e.lo, e.mid, e.hi, e.date, e.kind, h.id AS holder, \
    c.id AS counterparty, e.state, e.tier, e.hash, e.act, e.signatures \
    FROM entry e JOIN book b ON b.no = e.no >> 40 LEFT JOIN paper p ON p.no = e.paper \
    LEFT JOIN entry parent ON parent.no = e.spent >> 1 \
    LEFT JOIN party h ON h.no = e.holder LEFT JOIN party c ON c.no = e.counterparty ";

// One lookup by key for each entry and each name. The parts of a path have one book and one paper,
// and the parent of each is the one before it; that this is so is checked by its hash.
const PATH: &str = "WITH RECURSIVE path AS ( \
      SELECT * FROM entry WHERE no = $1 \
      UNION ALL SELECT e.* FROM path p JOIN entry e ON e.no = p.spent >> 1) \
    SELECT e.no, (SELECT b.id FROM book b WHERE b.no = $1 >> 40) AS book, \
      (SELECT p.id FROM paper p JOIN entry last ON p.no = last.paper WHERE last.no = $1) AS paper, \
      e.spent, e.joined, lag(e.hash) OVER (ORDER BY e.no) AS parent, e.lo, e.mid, e.hi, e.date, e.kind, \
      (SELECT h.id FROM party h WHERE h.no = e.holder) AS holder, \
      (SELECT c.id FROM party c WHERE c.no = e.counterparty) AS counterparty, \
      e.state, e.tier, e.hash, e.act, e.signatures \
    FROM path e ORDER BY e.no";

impl EntryRow {
    /// Rebuilds the entry and checks that it still has the hash it was posted with.
    fn into_record(self) -> Result<EntryRecord, StoreError> {
        let corrupt = |what: &str| StoreError::Corrupt(format!("entry {}: {what}", self.no));
        let kind = u8::try_from(self.kind).unwrap_or(0);
        let act = Act::from_bytes(kind, &self.act).map_err(|e| corrupt(&e.to_string()))?;
        let signatures =
            signatures_from_bytes(&self.signatures).map_err(|e| corrupt(&e.to_string()))?;
        let spent = self.spent.map(FragmentNo);
        let spends = match (spent, self.parent) {
            (None, None) => None,
            (Some(no), Some(parent)) => Some(FragmentRef {
                parent: EntryHash::from_bytes(parent),
                side: no.side(),
            }),
            _ => return Err(corrupt("its parent is missing")),
        };
        let entry = Entry {
            book: self.book,
            date: self.date,
            paper: self.paper,
            spends,
            cut: Cut {
                lo: self.lo,
                mid: self.mid,
                hi: self.hi,
            },
            act,
        };
        let sealed = SealedEntry::new(entry, signatures);
        if *sealed.hash().bytes() != self.hash {
            return Err(corrupt("its columns do not give its hash"));
        }
        Ok(EntryRecord {
            no: self.no,
            sealed,
            spent,
            joined: self.joined.map(FragmentNo),
            holder: self.holder,
            counterparty: self.counterparty,
            state: self.state.and_then(|state| u8::try_from(state).ok()),
            tier: self
                .tier
                .and_then(|tier| u16::try_from(tier).ok())
                .unwrap_or(0),
        })
    }
}

pub(crate) fn into_records(rows: Vec<EntryRow>) -> Result<Vec<EntryRecord>, StoreError> {
    rows.into_iter().map(EntryRow::into_record).collect()
}

impl ReadTx<'_> {
    /// All books.
    ///
    /// # Errors
    /// Database errors.
    pub fn books(&mut self) -> Result<Vec<BookRecord>, StoreError> {
        Ok(sql_query(format!("{BOOK_COLUMNS} ORDER BY no")).load(self.conn)?)
    }

    /// One book.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn book_by_id(&mut self, id: BookId) -> Result<BookRecord, StoreError> {
        Ok(sql_query(format!("{BOOK_COLUMNS} WHERE id = $1"))
            .bind::<BookUuid, _>(id)
            .get_result(self.conn)?)
    }

    /// A stretch of a book in order: up to `limit` entries after number `after`.
    ///
    /// # Errors
    /// Database errors; [`StoreError::Corrupt`] if an entry no longer gives its hash.
    pub fn entries_of_book(
        &mut self,
        book: &BookRecord,
        after: i64,
        limit: i64,
    ) -> Result<Vec<EntryRecord>, StoreError> {
        let rows = sql_query(format!(
            "{ENTRY_COLUMNS} WHERE e.no > $1 AND e.no < $2 ORDER BY e.no LIMIT $3"
        ))
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(book.entry_no(1_i64 << BOOK_BITS))
        .bind::<BigInt, _>(limit)
        .load(self.conn)?;
        into_records(rows)
    }

    /// All entries of a paper, oldest first.
    ///
    /// # Errors
    /// As [`ReadTx::entries_of_book`].
    pub fn entries_of_paper(&mut self, paper: i64) -> Result<Vec<EntryRecord>, StoreError> {
        let rows = sql_query(format!("{ENTRY_COLUMNS} WHERE e.paper = $1 ORDER BY e.no"))
            .bind::<BigInt, _>(paper)
            .load(self.conn)?;
        into_records(rows)
    }

    /// Entries by number.
    ///
    /// # Errors
    /// As [`ReadTx::entries_of_book`].
    pub fn entries_by_nos(&mut self, nos: &[i64]) -> Result<Vec<EntryRecord>, StoreError> {
        let rows = sql_query(format!(
            "{ENTRY_COLUMNS} WHERE e.no = ANY($1) ORDER BY e.no"
        ))
        .bind::<Array<BigInt>, _>(nos)
        .load(self.conn)?;
        into_records(rows)
    }

    /// The path of a fragment: the entries from its paper's issue to the one that made it, oldest
    /// first. Follows the parent link in one statement, so it costs as much as the path is long.
    ///
    /// # Errors
    /// As [`ReadTx::entries_of_book`].
    pub fn fragment_path(&mut self, fragment: FragmentNo) -> Result<Vec<EntryRecord>, StoreError> {
        let rows = sql_query(PATH)
            .bind::<BigInt, _>(fragment.entry())
            .load(self.conn)?;
        into_records(rows)
    }

    /// Hashes of a stretch of a book, for the Merkle log: up to `limit` from position `from`.
    ///
    /// # Errors
    /// Database errors.
    pub fn entry_hashes(
        &mut self,
        book: &BookRecord,
        from: i64,
        limit: i64,
    ) -> Result<Vec<EntryHash>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Bytes32)]
            hash: [u8; 32],
        }
        let rows: Vec<Row> =
            sql_query("SELECT hash FROM entry WHERE no >= $1 AND no < $2 ORDER BY no LIMIT $3")
                .bind::<BigInt, _>(book.entry_no(from))
                .bind::<BigInt, _>(book.entry_no(book.size))
                .bind::<BigInt, _>(limit)
                .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| EntryHash::from_bytes(row.hash))
            .collect())
    }
}

impl WriteTx<'_> {
    /// Opens a book: its row and its live cursor. The opening entry is posted like any other.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`].
    pub fn book_insert(
        &mut self,
        id: BookId,
        origin: &str,
        recorder_key: KeyId,
        recorder_public_key: &[u8; 32],
    ) -> Result<BookRecord, StoreError> {
        sql_query(
            "WITH b AS (INSERT INTO book (id, origin, recorder_key, recorder_public_key) \
             VALUES ($1, $2, $3, $4) RETURNING no) \
             INSERT INTO live_cursor (book, through) SELECT no, (no::bigint << 40) - 1 FROM b",
        )
        .bind::<BookUuid, _>(id)
        .bind::<Text, _>(origin)
        .bind::<KeyUuid, _>(recorder_key)
        .bind::<Bytes32, _>(recorder_public_key)
        .execute(self.conn)?;
        self.book_by_id(id)
    }

    /// Locks the head of a book: from here on nobody else appends to it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn book_lock(&mut self, id: BookId) -> Result<BookRecord, StoreError> {
        Ok(
            sql_query(format!("{BOOK_COLUMNS} WHERE id = $1 FOR UPDATE"))
                .bind::<BookUuid, _>(id)
                .get_result(self.conn)?,
        )
    }

    /// Takes `count` serial numbers for papers and gives the first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn book_take_serials(&mut self, id: BookId, count: i64) -> Result<i64, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            first: i64,
        }
        let row: Row = sql_query(
            "UPDATE book SET paper_serial = paper_serial + $2 WHERE id = $1 \
             RETURNING paper_serial - $2 AS first",
        )
        .bind::<BookUuid, _>(id)
        .bind::<BigInt, _>(count)
        .get_result(self.conn)?;
        Ok(row.first)
    }
}
