//! What the record says of one paper, and the steps from which its picture is drawn.

use ledger_core::entry::Cut;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::id::PartyId;
use ledger_core::lineage::Step;
use postgres::Transaction;
use uuid::Uuid;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::currency;

/// Papers with more entries than this have no picture: nobody could read it.
const STEPS_DRAWN: usize = 2_000;

/// A paper.
#[derive(Debug, Clone)]
pub struct PaperReport {
    /// Facts: key of the name, value.
    pub facts: Vec<(&'static str, Cell)>,
    /// Its steps in book order; none if there are too many to draw.
    pub steps: Vec<Step>,
    /// Names of the parties in them.
    pub names: Vec<(PartyId, Cell)>,
    /// Units of its face.
    pub face: i64,
    /// Whether a clearing sheet exists.
    pub has_sheet: bool,
}

/// The paper of this number.
///
/// # Errors
/// [`AuditError::NotFound`], the database's.
pub fn paper_report(
    snapshot: &mut Transaction<'_>,
    number: &str,
) -> Result<PaperReport, AuditError> {
    let row = snapshot
        .query_opt(
            "SELECT p.no, p.currency, p.face, p.paid, o.name, o.name_en, y.name, y.name_en, \
               p.issue_date, p.maturity, p.due_date, p.calendar, \
               (ARRAY['pending_acceptance', 'active', 'refused', 'withdrawn', 'part_settled', \
                 'settled', 'overdue', 'void'])[p.state], \
               EXISTS (SELECT 1 FROM settlement_run r WHERE r.paper_id = p.id AND r.sheet IS NOT NULL) \
             FROM paper p JOIN party o ON o.no = p.obligor JOIN party y ON y.no = p.payee \
             WHERE p.number = $1",
            &[&number],
        )?
        .ok_or(AuditError::NotFound)?;
    let currency = currency(row.try_get(1)?)?;
    let face: i64 = row.try_get(2)?;
    let facts = vec![
        ("obligor", Cell::Party(row.try_get(4)?, row.try_get(5)?)),
        ("payee", Cell::Party(row.try_get(6)?, row.try_get(7)?)),
        ("currency", Cell::Text(row.try_get(1)?)),
        ("face", Cell::Money(i128::from(face), currency)),
        (
            "paid",
            Cell::Money(i128::from(row.try_get::<_, i64>(3)?), currency),
        ),
        (
            "state",
            Cell::Word(format!("state-{}", row.try_get::<_, &str>(12)?)),
        ),
        ("issue-date", Cell::Date(row.try_get(8)?)),
        ("maturity", Cell::Date(row.try_get(9)?)),
        ("due-date", Cell::Date(row.try_get(10)?)),
        ("calendar", Cell::Text(row.try_get(11)?)),
    ];
    let no: i64 = row.try_get(0)?;
    let steps = steps(snapshot, no)?;
    let names = names(snapshot, &steps)?;
    Ok(PaperReport {
        facts,
        steps,
        names,
        face,
        has_sheet: row.try_get(13)?,
    })
}

fn steps(snapshot: &mut Transaction<'_>, paper: i64) -> Result<Vec<Step>, AuditError> {
    let limit = STEPS_DRAWN.saturating_add(1);
    let rows = snapshot.query(
        &format!(
            "SELECT e.hash, e.kind, e.date, e.lo, e.mid, e.hi, b.id, h.id, c.id, e.state, e.tier \
             FROM entry e LEFT JOIN entry parent ON parent.no = e.spent >> 1 \
             LEFT JOIN party b ON b.no = parent.holder LEFT JOIN party h ON h.no = e.holder \
             LEFT JOIN party c ON c.no = e.counterparty \
             WHERE e.paper = $1 ORDER BY e.no LIMIT {limit}"
        ),
        &[&paper],
    )?;
    if rows.len() > STEPS_DRAWN {
        return Ok(Vec::new());
    }
    rows.iter()
        .map(|row| {
            let unreadable = |what| AuditError::unreadable("an entry", what);
            let party = |at: usize| {
                let id: Option<Uuid> = row.try_get(at)?;
                Ok::<_, AuditError>(id.map(|id| PartyId::from_bytes(id.into_bytes())))
            };
            let state: Option<i16> = row.try_get(9)?;
            let state_after = state
                .and_then(|code| u8::try_from(code).ok())
                .and_then(|code| FragmentState::from_code(code, party(8).ok().flatten()));
            let hash: [u8; 32] = row
                .try_get::<_, &[u8]>(0)?
                .try_into()
                .map_err(|_length| unreadable("its hash"))?;
            Ok(Step {
                entry: EntryHash::from_bytes(hash),
                act: u8::try_from(row.try_get::<_, i16>(1)?)
                    .map_err(|_big| unreadable("its kind"))?,
                date: row.try_get(2)?,
                cut: Cut {
                    lo: row.try_get(3)?,
                    mid: row.try_get(4)?,
                    hi: row.try_get(5)?,
                },
                holder_before: party(6)?,
                // An entry that ends a fragment still says whose it was.
                holder_after: state_after.and(party(7)?),
                state_after,
                tier: row
                    .try_get::<_, Option<i16>>(10)?
                    .and_then(|tier| u16::try_from(tier).ok())
                    .unwrap_or(0),
            })
        })
        .collect()
}

fn names(
    snapshot: &mut Transaction<'_>,
    steps: &[Step],
) -> Result<Vec<(PartyId, Cell)>, AuditError> {
    let mut ids: Vec<Uuid> = steps
        .iter()
        .flat_map(|step| [step.holder_before, step.holder_after])
        .flatten()
        .map(|id| Uuid::from_bytes(*id.bytes()))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    snapshot
        .query(
            "SELECT id, name, name_en FROM party WHERE id = ANY($1) ORDER BY no",
            &[&ids],
        )?
        .iter()
        .map(|row| {
            let id: Uuid = row.try_get(0)?;
            let name = Cell::Party(row.try_get(1)?, row.try_get(2)?);
            Ok((PartyId::from_bytes(id.into_bytes()), name))
        })
        .collect()
}
