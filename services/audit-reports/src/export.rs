//! Writes the journal of a book as the text file that `platform verify` checks
//! ([`ledger_core::journal_file`]): entries, live fragments, clearing sheets, checkpoint.
//!
//! Bodies are put together from the columns and nothing else: a column that somebody changed gives
//! another body, whose signatures no longer hold. The file ends at the newest checkpoint; what was
//! posted after it is left out, and the live fragments are wound back to it. Rows are streamed
//! (`COPY … TO STDOUT`), so memory stays flat however long the journal is.

use std::io::Write;

use ledger_core::checkpoint::verifier_key;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::journal_file::LiveLine;
use ledger_core::journal_file::write_entry;
use ledger_core::journal_file::write_header;
use ledger_core::journal_file::write_live;
use ledger_core::journal_file::write_note;
use ledger_core::journal_file::write_sheet;
use ledger_core::range::Range;
use postgres::Transaction;
use postgres::binary_copy::BinaryCopyOutIter;
use postgres::binary_copy::BinaryCopyOutRow;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::Type;
use uuid::Uuid;

use crate::entry_columns::EntryColumns;
use crate::entry_columns::hash_of;
use crate::error::AuditError;
use crate::snapshot::AuditDatabase;

/// The low bits of an entry number are its place in the book, the high ones the book.
const BOOK_BITS: u32 = 40;

/// Text gathered before it is written out.
const CHUNK: usize = 64 * 1024;

/// Entries named in [`ExportReport::altered`]; there may be more.
const ALTERED_NAMED: usize = 100;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Name of the book.
    pub origin: String,
    /// The key to check the file with. Get it from the platform's people too, on another road.
    pub verifier_key: String,
    /// Entries written: the size stated by the newest checkpoint.
    pub entries: u64,
    /// Entries posted after that checkpoint, not in the file.
    pub after_checkpoint: u64,
    /// Live fragments written.
    pub live_fragments: u64,
    /// Clearing sheets written.
    pub sheets: u64,
    /// Bytes written.
    pub bytes: u64,
    /// Entries whose columns no longer give the hash on record (the first hundred). The file is
    /// written all the same: the verifier tells what is wrong with it.
    pub altered: Vec<u64>,
}

/// A book and its newest checkpoint.
pub(crate) struct SealedBook {
    id: [u8; 16],
    origin: String,
    public_key: [u8; 32],
    first: i64,
    size: i64,
    sealed: i64,
    note: String,
}

impl SealedBook {
    /// One past the last entry that the checkpoint covers.
    const fn end(&self) -> i64 {
        self.first.saturating_add(self.sealed)
    }

    /// One past the last number of the book.
    const fn last(&self) -> i64 {
        self.first.saturating_add(1 << BOOK_BITS)
    }
}

/// The verifier key of the book `origin`, or of the only one.
///
/// # Errors
/// [`AuditError::NotFound`], [`AuditError::SeveralBooks`], the database's.
pub fn book_verifier_key(
    database: &AuditDatabase,
    origin: Option<&str>,
) -> Result<String, AuditError> {
    database.report(|snapshot| {
        let (origin, key, _no) = find_book(snapshot, origin)?;
        Ok(verifier_key(&origin, &key))
    })
}

/// Writes the journal of the book `origin`, or of the only one, to `out`. Blocking.
///
/// # Errors
/// [`AuditError::NotFound`], [`AuditError::SeveralBooks`], [`AuditError::NoCheckpoint`],
/// [`AuditError::Unreadable`] for a row that has no place in the format, the database's, `out`'s.
pub fn export(
    database: &AuditDatabase,
    origin: Option<&str>,
    out: &mut dyn Write,
) -> Result<ExportReport, AuditError> {
    database.report(|snapshot| {
        let book = sealed_book(snapshot, origin)?;
        let mut sink = Sink::new(out);
        let key = verifier_key(&book.origin, &book.public_key);
        write_header(&mut sink.text, &key);
        let (entries, altered) = write_entries(snapshot, &book, &mut sink)?;
        let live_fragments = write_live_fragments(snapshot, &book, &mut sink)?;
        let sheets = write_sheets(snapshot, &book, &mut sink)?;
        write_note(&mut sink.text, &book.note);
        Ok(ExportReport {
            bytes: sink.finish()?,
            verifier_key: key,
            entries,
            after_checkpoint: u64::try_from(book.size.saturating_sub(book.sealed)).unwrap_or(0),
            live_fragments,
            sheets,
            altered,
            origin: book.origin,
        })
    })
}

/// Origin, public key and compact number of a book.
fn find_book(
    snapshot: &mut Transaction<'_>,
    origin: Option<&str>,
) -> Result<(String, [u8; 32], i16), AuditError> {
    let mut books = snapshot.query(
        "SELECT origin, recorder_public_key, no FROM book \
         WHERE $1::text IS NULL OR origin = $1 ORDER BY no LIMIT 2",
        &[&origin],
    )?;
    if books.len() > 1 {
        return Err(AuditError::SeveralBooks);
    }
    let book = books.pop().ok_or(AuditError::NotFound)?;
    let origin: String = book.try_get(0)?;
    let key = fixed(&book.try_get::<_, Vec<u8>>(1)?, &origin)?;
    Ok((origin, key, book.try_get(2)?))
}

fn sealed_book(
    snapshot: &mut Transaction<'_>,
    origin: Option<&str>,
) -> Result<SealedBook, AuditError> {
    let (origin, public_key, no) = find_book(snapshot, origin)?;
    let row = snapshot
        .query_opt(
            "SELECT b.id, b.size, c.size, c.note FROM book b JOIN checkpoint c ON c.book = b.no \
             WHERE b.no = $1 ORDER BY c.size DESC LIMIT 1",
            &[&no],
        )?
        .ok_or(AuditError::NoCheckpoint)?;
    Ok(SealedBook {
        id: row.try_get::<_, Uuid>(0)?.into_bytes(),
        origin,
        public_key,
        first: i64::from(no) << BOOK_BITS,
        size: row.try_get(1)?,
        sealed: row.try_get(2)?,
        note: row.try_get(3)?,
    })
}

/// Rows of a query, streamed in PostgreSQL's binary form. `sql` holds no parameters: COPY takes
/// none. Only numbers from the record itself are put into it.
fn stream(
    snapshot: &mut Transaction<'_>,
    sql: &str,
    types: &[Type],
    mut take: impl FnMut(&BinaryCopyOutRow) -> Result<(), AuditError>,
) -> Result<u64, AuditError> {
    let reader = snapshot.copy_out(&format!("COPY ({sql}) TO STDOUT (FORMAT binary)"))?;
    let mut rows = BinaryCopyOutIter::new(reader, types);
    let mut count = 0_u64;
    while let Some(row) = rows.next()? {
        take(&row)?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn write_entries(
    snapshot: &mut Transaction<'_>,
    book: &SealedBook,
    sink: &mut Sink<'_>,
) -> Result<(u64, Vec<u64>), AuditError> {
    let sql = format!(
        "SELECT e.no - {first}, p.id, e.spent, parent.hash, e.lo, e.mid, e.hi, e.date, e.kind, \
           e.act, e.signatures, e.hash \
         FROM entry e LEFT JOIN paper p ON p.no = e.paper \
         LEFT JOIN entry parent ON parent.no = e.spent >> 1 \
         WHERE e.no >= {first} AND e.no < {end} ORDER BY e.no",
        first = book.first,
        end = book.end(),
    );
    let types = [
        Type::INT8,
        Type::UUID,
        Type::INT8,
        Type::BYTEA,
        Type::INT8,
        Type::INT8,
        Type::INT8,
        Type::DATE,
        Type::INT2,
        Type::BYTEA,
        Type::BYTEA,
        Type::BYTEA,
    ];
    let mut altered = Vec::new();
    let count = stream(snapshot, &sql, &types, |row| {
        let n = u64::try_from(row.try_get::<i64>(0)?).unwrap_or(u64::MAX);
        let body = entry_body(book, n, row)?;
        let signatures: &[u8] = row.try_get(10)?;
        if hash_of(&body, signatures) != row.try_get::<&[u8]>(11)? && altered.len() < ALTERED_NAMED
        {
            altered.push(n);
        }
        write_entry(&mut sink.text, n, &body, signatures);
        sink.pour()
    })?;
    Ok((count, altered))
}

fn entry_body(book: &SealedBook, n: u64, row: &BinaryCopyOutRow) -> Result<Vec<u8>, AuditError> {
    let columns = EntryColumns {
        book: book.id,
        kind: row.try_get(8)?,
        date: row.try_get(7)?,
        paper: row.try_get::<Option<Uuid>>(1)?.map(Uuid::into_bytes),
        spent: row.try_get(2)?,
        parent: row.try_get(3)?,
        lo: row.try_get(4)?,
        mid: row.try_get(5)?,
        hi: row.try_get(6)?,
        act: row.try_get(9)?,
    };
    columns
        .body()
        .map_err(|what| AuditError::unreadable(format!("entry {n}"), what))
}

/// What `live_fragment_now` shows, wound back to the checkpoint: without what later entries made,
/// with what they spent. The projection itself is exported, so that the verifier proves it.
fn write_live_fragments(
    snapshot: &mut Transaction<'_>,
    book: &SealedBook,
    sink: &mut Sink<'_>,
) -> Result<u64, AuditError> {
    let sql = format!(
        "SELECT p.id, l.lo, l.hi, h.id, l.state, c.id, l.tier FROM ( \
           SELECT paper, lo, hi, holder, state, counterparty, tier FROM live_fragment_now \
           WHERE fragment >= {first} * 2 AND fragment < {end} * 2 \
           UNION ALL \
           SELECT k.paper, k.lo, k.hi, k.holder, k.state, k.counterparty, k.tier \
           FROM spent_fragment s \
           JOIN entry_child k ON k.entry = s.fragment >> 1 AND k.fragment = s.fragment \
           WHERE s.entry >= {end} AND s.entry < {last} AND s.fragment < {end} * 2) l \
         JOIN paper p ON p.no = l.paper JOIN party h ON h.no = l.holder \
         LEFT JOIN party c ON c.no = l.counterparty ORDER BY p.id, l.lo",
        first = book.first,
        end = book.end(),
        last = book.last(),
    );
    let types = [
        Type::UUID,
        Type::INT8,
        Type::INT8,
        Type::UUID,
        Type::INT2,
        Type::UUID,
        Type::INT2,
    ];
    stream(snapshot, &sql, &types, |row| {
        write_live(&mut sink.text, &live_line(row)?);
        sink.pour()
    })
}

fn live_line(row: &BinaryCopyOutRow) -> Result<LiveLine, AuditError> {
    let paper = PaperId::from_bytes(row.try_get::<Uuid>(0)?.into_bytes());
    let unreadable =
        |what| AuditError::unreadable(format!("a live fragment of paper {paper}"), what);
    let counterparty = row
        .try_get::<Option<Uuid>>(5)?
        .map(|party| PartyId::from_bytes(party.into_bytes()));
    let state = u8::try_from(row.try_get::<i16>(4)?)
        .ok()
        .and_then(|code| FragmentState::from_code(code, counterparty))
        .ok_or_else(|| unreadable("its state"))?;
    Ok(LiveLine {
        paper,
        range: Range::new(row.try_get(1)?, row.try_get(2)?)
            .map_err(|_range| unreadable("its range"))?,
        holder: PartyId::from_bytes(row.try_get::<Uuid>(3)?.into_bytes()),
        state,
        tier: u16::try_from(row.try_get::<i16>(6)?).map_err(|_below| unreadable("its tier"))?,
    })
}

fn write_sheets(
    snapshot: &mut Transaction<'_>,
    book: &SealedBook,
    sink: &mut Sink<'_>,
) -> Result<u64, AuditError> {
    let sql = format!(
        "SELECT r.paper_id, x.no - {first}, x.sheet FROM settlement_run r \
         CROSS JOIN LATERAL (VALUES (r.entry_no, r.sheet), (r.interest_entry_no, r.interest_sheet)) \
         AS x (no, sheet) \
         WHERE x.no >= {first} AND x.no < {end} AND x.sheet IS NOT NULL ORDER BY x.no",
        first = book.first,
        end = book.end(),
    );
    stream(
        snapshot,
        &sql,
        &[Type::UUID, Type::INT8, Type::BYTEA],
        |row| {
            let paper = PaperId::from_bytes(row.try_get::<Uuid>(0)?.into_bytes());
            let n = u64::try_from(row.try_get::<i64>(1)?).unwrap_or(u64::MAX);
            write_sheet(&mut sink.text, paper, n, row.try_get(2)?);
            sink.pour()
        },
    )
}

/// Gathers text and writes it out in large pieces.
struct Sink<'a> {
    text: String,
    out: &'a mut dyn Write,
    bytes: u64,
}

impl<'a> Sink<'a> {
    fn new(out: &'a mut dyn Write) -> Sink<'a> {
        Sink {
            text: String::with_capacity(CHUNK.saturating_mul(2)),
            out,
            bytes: 0,
        }
    }

    /// Writes out when enough has gathered.
    fn pour(&mut self) -> Result<(), AuditError> {
        if self.text.len() >= CHUNK {
            self.drain()?;
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), AuditError> {
        self.out.write_all(self.text.as_bytes())?;
        let written = u64::try_from(self.text.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(written);
        self.text.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<u64, AuditError> {
        self.drain()?;
        self.out.flush()?;
        Ok(self.bytes)
    }
}

fn fixed<const N: usize>(bytes: &[u8], origin: &str) -> Result<[u8; N], AuditError> {
    <[u8; N]>::try_from(bytes)
        .map_err(|_length| AuditError::unreadable(format!("book {origin}"), "its key"))
}
