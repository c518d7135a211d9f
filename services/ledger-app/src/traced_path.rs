//! The way of a fragment from the obligor's issue, one holder at a time, every signature on it
//! checked, and only those named whom the reader may know: itself, the obligor, and on each side the
//! party it shares a leg with.

use std::collections::HashMap;
use std::collections::HashSet;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::hash::EntryHash;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::seats::check_signatures;
use ledger_store::journal::EntryRecord;
use ledger_store::parties::Party;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;

/// Who sees the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PathReader {
    /// A supplier: its neighbours by name.
    Party(PartyId),
    /// A finance provider that was offered the fragment or has bought it: everybody on the path.
    Provider,
}

/// How somebody came to hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameBy {
    /// The obligor, who promised.
    Promise,
    /// Issued to it.
    Issue,
    /// Passed on to it.
    Transfer,
    /// Passed on to it by another finance provider.
    Retransfer,
    /// Bought.
    Discount,
    /// Its own again, because the money for it came back.
    Reversal,
    /// Its own again, because it paid for it by recourse.
    Recourse,
    /// Its own again, because it had been passed on by mistake.
    Correction,
}

/// One holder of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// The obligor is 0, the payee 1.
    pub tier: u16,
    /// Who, if the reader may know.
    pub holder: Option<String>,
    /// Whether it is the reader.
    pub own: bool,
    /// How it came to it.
    pub came_by: CameBy,
    /// When, if the reader was a side of that leg or it is the issue.
    pub date: Option<NaiveDate>,
    /// Whether hashes and signatures of all entries up to the next step hold. Of pieces that were joined,
    /// those of the lowest: the others came by the same entry and were cut from it since, which who
    /// replays the journal proves.
    pub proved: bool,
}

/// A stretch of the path with one holder.
struct Stretch {
    holder: PartyId,
    tier: u16,
    came_by: CameBy,
    date: NaiveDate,
    proved: bool,
}

/// The stretches of `path`, the entries from the issue to the last, each checked.
fn stretches(path: &[EntryRecord], keys: &HashMap<KeyId, [u8; 32]>) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut before: Option<EntryHash> = None;
    let mut retransferred = false;
    for record in path {
        let entry = record.sealed.entry();
        // The hash of an entry covers its parent's: the chain holds if each names the one before.
        let chained = entry.spends.map(|spent| spent.parent) == before;
        let proved =
            chained && check_signatures(&record.sealed, |key| keys.get(&key).copied()).is_ok();
        before = Some(record.sealed.hash());
        if let Act::Issue(issue) = &entry.act {
            found.push(Stretch {
                holder: issue.obligor,
                tier: 0,
                came_by: CameBy::Promise,
                date: entry.date,
                proved,
            });
        }
        let came_by = match &entry.act {
            Act::Issue(_) => CameBy::Issue,
            act if act.completes_purchase() => CameBy::Discount,
            Act::ReverseDiscount(_) => CameBy::Reversal,
            Act::CompleteRecourse { .. } => CameBy::Recourse,
            Act::Correct(_) => CameBy::Correction,
            Act::AcceptOffer if retransferred => CameBy::Retransfer,
            _ => CameBy::Transfer,
        };
        retransferred = matches!(entry.act, Act::OfferRetransfer(_));
        match (found.last_mut(), record.holder) {
            (Some(last), Some(holder)) if holder != last.holder => found.push(Stretch {
                holder,
                tier: record.tier,
                came_by,
                date: entry.date,
                proved,
            }),
            (Some(last), _) => last.proved &= proved,
            (None, _) => {}
        }
    }
    found
}

/// Public keys of all who signed `path`, the book's own among them.
fn public_keys(
    app: &App,
    tx: &mut ReadTx<'_>,
    path: &[EntryRecord],
) -> Result<HashMap<KeyId, [u8; 32]>, AppError> {
    let recorder = app.recorder();
    let signatures = path.iter().flat_map(|record| record.sealed.signatures());
    let others = signatures.map(|signature| signature.key);
    let others = others.filter(|key| *key != recorder.key());
    let mut keys = app.public_keys.of(tx, others)?;
    keys.insert(recorder.key(), recorder.public_key());
    Ok(keys)
}

/// A mistake that was put right is told to its two sides, and to who buys the whole path. To any other
/// supplier the fragment never left its giver; what was proved on the way back stays so.
fn told_to(found: Vec<Stretch>, reader: PathReader) -> Vec<Stretch> {
    let PathReader::Party(me) = reader else {
        return found;
    };
    let mut told: Vec<Stretch> = Vec::with_capacity(found.len());
    for stretch in found {
        let detour = told.last().map(|mistaken| mistaken.holder);
        let sides = [Some(stretch.holder), detour];
        if stretch.came_by != CameBy::Correction || sides.contains(&Some(me)) {
            told.push(stretch);
            continue;
        }
        let mistaken = told.pop();
        if let Some(giver) = told.last_mut() {
            giver.proved &= stretch.proved && mistaken.is_none_or(|mistaken| mistaken.proved);
        }
    }
    told
}

/// Whom `reader` may know on the path: by the parties' ids, in the order of the path.
fn known(stretches: &[Stretch], reader: PathReader) -> Vec<bool> {
    let PathReader::Party(me) = reader else {
        return vec![true; stretches.len()];
    };
    let mine = |at: Option<usize>| {
        at.and_then(|at| stretches.get(at))
            .is_some_and(|s| s.holder == me)
    };
    let last = stretches.len().checked_sub(1);
    // Whoever is only offered the fragment stands after the last holder.
    let offered = !stretches.iter().any(|s| s.holder == me);
    (0..stretches.len())
        .map(|at| {
            at == 0
                || mine(Some(at))
                || mine(at.checked_sub(1))
                || mine(at.checked_add(1))
                || (offered && Some(at) == last)
        })
        .collect()
}

/// The path as `reader` may see it, and whom it may know by it.
pub(crate) fn trace(
    app: &App,
    tx: &mut ReadTx<'_>,
    path: &[EntryRecord],
    reader: PathReader,
) -> Result<(Vec<PathStep>, HashMap<PartyId, Party>), AppError> {
    let keys = public_keys(app, tx, path)?;
    let stretches = told_to(stretches(path, &keys), reader);
    let known = known(&stretches, reader);
    let named: HashSet<PartyId> = stretches
        .iter()
        .zip(&known)
        .filter(|(_, known)| **known)
        .map(|(stretch, _)| stretch.holder)
        .collect();
    let parties = crate::held_fragment::names(tx, named)?;
    let is_me = |holder: PartyId| reader == PathReader::Party(holder);
    let mut giver: Option<PartyId> = None;
    let steps = stretches
        .iter()
        .zip(known)
        .map(|(stretch, known)| {
            let shared = match reader {
                PathReader::Provider => true,
                PathReader::Party(_) => {
                    matches!(stretch.came_by, CameBy::Promise | CameBy::Issue)
                        || is_me(stretch.holder)
                        || giver.is_some_and(is_me)
                }
            };
            giver = Some(stretch.holder);
            let name = parties.get(&stretch.holder).map(|p| p.name.clone());
            PathStep {
                tier: stretch.tier,
                holder: name.filter(|_| known),
                own: is_me(stretch.holder),
                came_by: stretch.came_by,
                date: shared.then_some(stretch.date),
                proved: stretch.proved,
            }
        })
        .collect();
    Ok((steps, parties))
}
