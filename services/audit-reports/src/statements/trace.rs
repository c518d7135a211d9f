//! The trace of a paper: every entry about it with its documents, its signers, and whether they
//! hold. The check is made again here, from the columns, for every row shown.

use ledger_core::act::Act;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::sha256_of;
use ledger_core::id::KeyId;
use postgres::Row;
use uuid::Uuid;

use crate::cell::Cell;
use crate::entry_columns::EntryColumns;
use crate::entry_columns::holds;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::money;
use crate::statement::party;
use crate::statement::text;

/// Documents named on a page for one entry; a paper may stand for thousands of payables.
const DOCUMENTS_NAMED: usize = 20;

/// Every entry about the paper `$5`, oldest first.
pub const TRACE: Statement = Statement {
    name: "trace",
    columns: &[
        figures("entry"),
        text("date"),
        text("act"),
        text("range"),
        text("holder"),
        text("counterparty"),
        figures("units"),
        text("documents"),
        text("signers"),
        text("hash"),
        text("check"),
    ],
    filters: Filters {
        dates: false,
        words: ("", &[]),
        party: false,
        paper: false,
    },
    // A signature has 81 bytes: seat, 16 of the key's id, 64 (`ledger_core::signature`). Where the
    // length doesn't fit, nobody is named and the check fails.
    rows: "SELECT e.no & ((1::bigint << 40) - 1), e.date, e.kind, e.lo, e.mid, e.hi, h.name, \
             h.name_en, c.name, c.name_en, p.currency, e.mid - e.lo, e.hash, e.act, e.signatures, \
             b.id, p.id, e.spent, parent.hash, g.seats, g.names, g.latin, g.ids, g.keys, ''::text, \
             e.no \
           FROM paper p JOIN entry e ON e.paper = p.no JOIN book b ON b.no = e.no >> 40 \
           LEFT JOIN entry parent ON parent.no = e.spent >> 1 \
           LEFT JOIN party h ON h.no = e.holder LEFT JOIN party c ON c.no = e.counterparty \
           CROSS JOIN LATERAL ( \
             SELECT coalesce(array_agg(s.seat ORDER BY s.i), '{}') AS seats, \
               coalesce(array_agg(coalesce(y.name, b.origin) ORDER BY s.i), '{}') AS names, \
               coalesce(array_agg(coalesce(y.name_en, '') ORDER BY s.i), '{}') AS latin, \
               coalesce(array_agg(s.key ORDER BY s.i), '{}') AS ids, \
               coalesce(array_agg(coalesce(k.public_key, CASE WHEN s.key = b.recorder_key \
                 THEN b.recorder_public_key END) ORDER BY s.i), '{}') AS keys \
             FROM (SELECT i, get_byte(e.signatures, 1 + 81 * i) AS seat, \
                 encode(substring(e.signatures FROM 3 + 81 * i FOR 16), 'hex')::uuid AS key \
               FROM generate_series(0, CASE WHEN octet_length(e.signatures) % 81 = 1 \
                 THEN octet_length(e.signatures) / 81 - 1 ELSE -1 END) i) s \
             LEFT JOIN signing_key k ON k.id = s.key LEFT JOIN party y ON y.no = k.party) g \
           WHERE p.number = $5 AND ($7 IS NULL OR e.no > $7)",
    order: "e.no",
    totals: "SELECT NULL::text, count(*) FROM paper p JOIN entry e ON e.paper = p.no \
             WHERE p.number = $5",
    sums: &[],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let currency = currency(row.try_get(10)?)?;
    let kind: i16 = row.try_get(2)?;
    let act = u8::try_from(kind)
        .ok()
        .and_then(|code| Act::from_bytes(code, row.try_get(13).ok()?).ok());
    Ok(vec![
        Cell::Count(row.try_get(0)?),
        Cell::Date(row.try_get(1)?),
        Cell::Word(format!("act-{}", act.as_ref().map_or("unknown", Act::name))),
        Cell::Range(row.try_get(3)?, row.try_get(4)?),
        party(row, 6)?,
        party(row, 8)?,
        money(row, 11, currency)?,
        Cell::Lines(act.as_ref().map(documents).unwrap_or_default()),
        Cell::Lines(signers(row)?),
        Cell::digest(row.try_get(12)?),
        Cell::Word(if entry_holds(row)? {
            "check-holds".to_owned()
        } else {
            "check-broken".to_owned()
        }),
    ])
}

/// The digests an entry rests on.
fn documents(act: &Act) -> Vec<Cell> {
    let digests: Vec<String> = match act {
        Act::Issue(issue) => issue.payables.iter().map(ToString::to_string).collect(),
        Act::Offer(offer) => offer.documents.iter().map(ToString::to_string).collect(),
        Act::CompleteDiscount { evidence } | Act::ReleaseDiscount { evidence } => {
            vec![evidence.to_string()]
        }
        Act::CompleteRegistered {
            evidence,
            certificate,
        } => vec![certificate.to_string(), evidence.to_string()],
        Act::ReverseDiscount(reversal) => vec![reversal.evidence.to_string()],
        Act::Correct(corrected) => vec![
            corrected.accepted.hash().to_string(),
            DocumentDigest::from_bytes(sha256_of(&corrected.correction)).to_string(),
        ],
        Act::Extend(agreed) | Act::Void(agreed) => {
            vec![DocumentDigest::from_bytes(sha256_of(&agreed.agreement)).to_string()]
        }
        Act::Settle {
            sheet, evidence, ..
        } => vec![sheet.to_string(), evidence.to_string()],
        _ => Vec::new(),
    };
    let rest = digests.len().saturating_sub(DOCUMENTS_NAMED);
    let mut cells: Vec<Cell> = digests
        .into_iter()
        .take(DOCUMENTS_NAMED)
        .map(Cell::Digest)
        .collect();
    if rest > 0 {
        cells.push(Cell::Text(format!("+ {rest}")));
    }
    cells
}

fn signers(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let names: Vec<String> = row.try_get(20)?;
    let latin: Vec<String> = row.try_get(21)?;
    Ok(names
        .into_iter()
        .zip(latin)
        .map(|(name, latin)| Cell::Party(name, latin))
        .collect())
}

fn entry_holds(row: &Row) -> Result<bool, AuditError> {
    let columns = EntryColumns {
        book: row.try_get::<_, Uuid>(15)?.into_bytes(),
        kind: row.try_get(2)?,
        date: row.try_get(1)?,
        paper: Some(row.try_get::<_, Uuid>(16)?.into_bytes()),
        spent: row.try_get(17)?,
        parent: row.try_get(18)?,
        lo: row.try_get(3)?,
        mid: row.try_get(4)?,
        hi: row.try_get(5)?,
        act: row.try_get(13)?,
    };
    let ids: Vec<Uuid> = row.try_get(22)?;
    let keys: Vec<Option<Vec<u8>>> = row.try_get(23)?;
    let public_key = |wanted: KeyId| {
        let at = ids.iter().position(|id| id.as_bytes() == wanted.bytes())?;
        keys.get(at)?.as_deref()?.try_into().ok()
    };
    Ok(holds(
        &columns,
        row.try_get(14)?,
        row.try_get(12)?,
        public_key,
    ))
}
