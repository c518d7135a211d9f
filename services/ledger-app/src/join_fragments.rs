//! A holder makes one fragment of pieces that lie side by side on one paper (合并): what an offer declined,
//! a sale released or a pledge let go had cut apart. Only pieces that came by one receipt are joined
//! ([`ledger_core::join`]); nobody else has to agree, and nothing changes for anybody.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::join::JoinAct;
use ledger_core::join::Receipt;
use ledger_core::paper::PaperState;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::posting::Posting;
use ledger_store::unit_of_work::ReadTx;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::pledged::ToSign;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::principal::Principal;
use crate::signing::Signing;

/// Most pieces joined at once: each takes an entry.
pub const MOST_PIECES: usize = 50;

/// A piece that can be joined with its neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Public id.
    pub fragment: String,
    /// Which units.
    pub range: Range,
}

/// A fragment with those beside it that can be joined with it.
#[derive(Debug, Clone)]
pub struct Pieces {
    /// The one that was asked about.
    pub held: HeldFragment,
    /// All of them, lowest first; one alone can't be joined.
    pub pieces: Vec<Piece>,
    /// How much they are together.
    pub whole: Amount,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    /// Public id of the one fragment.
    pub fragment: String,
    /// How much it is, minor units.
    pub amount: i64,
    /// The last entry's hash.
    pub entry: String,
}

/// Fragments about to be joined, lowest first.
struct Row {
    pieces: Vec<HeldFragment>,
    today: NaiveDate,
}

/// The pieces that can be joined with a fragment of the caller's, itself among them: at most
/// [`MOST_PIECES`], those nearest to it. Alone if there are none.
///
/// # Errors
/// [`AppError::NotFound`] if the fragment is not the caller's.
pub fn beside(app: &App, who: &Principal, fragment: &str) -> Result<Pieces, AppError> {
    who.may(Action::JoinFragments)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        let today = tx.business_date_today()?;
        let pieces = match is_free(&held, today) {
            true => pieces_beside(tx, &held)?,
            false => vec![held.fragment],
        };
        let piece = |one: &FragmentRecord| Piece {
            fragment: app.public_ids.show(one.no),
            range: one.range,
        };
        Ok(Pieces {
            whole: sum(pieces.iter().map(|one| one.range)),
            pieces: pieces.iter().map(piece).collect(),
            held,
        })
    })
}

fn is_free(held: &HeldFragment, today: NaiveDate) -> bool {
    let paper = &held.paper.paper;
    !held.fragment.spent
        && held.fragment.state == FragmentState::Held
        && paper.state == PaperState::Active
        && today < paper.due_date
}

/// Ranges side by side, together.
fn sum(ranges: impl Iterator<Item = Range>) -> Amount {
    let minor = ranges.fold(0_i64, |sum, one| sum.saturating_add(one.amount().minor()));
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

fn pieces_beside(
    tx: &mut ReadTx<'_>,
    held: &HeldFragment,
) -> Result<Vec<FragmentRecord>, AppError> {
    let limit = i64::try_from(MOST_PIECES).unwrap_or(i64::MAX);
    let around = tx.free_pieces_around(&held.fragment, limit)?;
    let nos: Vec<FragmentNo> = around.iter().map(|one| one.no).collect();
    let receipts = tx.receipts_of(&nos)?;
    let all = joinable_run(&around, &receipts, held.fragment.no);
    let at = all.iter().position(|one| one.no == held.fragment.no);
    let from = at.unwrap_or(0).saturating_sub(MOST_PIECES / 2);
    Ok(all.into_iter().skip(from).take(MOST_PIECES).collect())
}

/// Of fragments of one holder and paper in their order, those around `at` that lie side by side without a
/// gap and came by the same entry.
fn joinable_run(
    sorted: &[FragmentRecord],
    receipts: &HashMap<FragmentNo, Receipt>,
    at: FragmentNo,
) -> Vec<FragmentRecord> {
    let goes_on = |one: &FragmentRecord, next: &FragmentRecord| {
        one.range.hi() == next.range.lo() && receipts.get(&one.no) == receipts.get(&next.no)
    };
    sorted
        .chunk_by(goes_on)
        .find(|run| run.iter().any(|one| one.no == at))
        .map(<[FragmentRecord]>::to_vec)
        .unwrap_or_default()
}

/// Which of these fragments of one holder have a neighbour among them to be joined with. No statement
/// where none lie side by side.
///
/// # Errors
/// The store's.
pub(crate) fn with_neighbours(
    tx: &mut ReadTx<'_>,
    fragments: impl Iterator<Item = FragmentRecord>,
) -> Result<Vec<FragmentNo>, AppError> {
    let mut sorted: Vec<FragmentRecord> = fragments
        .filter(|one| one.state == FragmentState::Held)
        .collect();
    sorted.sort_unstable_by_key(|one| (one.paper, one.range.lo()));
    let beside = |one: &FragmentRecord, next: &FragmentRecord| {
        one.paper == next.paper && one.range.hi() == next.range.lo()
    };
    let runs = sorted.chunk_by(beside).filter(|run| run.len() > 1);
    let nos: Vec<FragmentNo> = runs.clone().flatten().map(|one| one.no).collect();
    let receipts = tx.receipts_of(&nos)?;
    let same = |one: &FragmentRecord, next: &FragmentRecord| {
        beside(one, next) && receipts.get(&one.no) == receipts.get(&next.no)
    };
    let joinable = sorted.chunk_by(same).filter(|run| run.len() > 1);
    Ok(joinable.flatten().map(|one| one.no).collect())
}

/// What the holder signs today to join two fragments, the lower first. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if one of them is not the caller's; the refusals `fragment_spent`,
/// `not_neighbours`.
pub fn prepare(app: &App, who: &Principal, pair: [&str; 2]) -> Result<ToSign, AppError> {
    who.may(Action::JoinFragments)?;
    let row = load(app, who.party, pair.iter().copied())?;
    let [first, second] = row.pieces.as_slice() else {
        return Err(AppError::NotFound);
    };
    let body = entry(app, row.today, first, &first.fragment, second).to_bytes();
    Ok(ToSign {
        payload: signing_payload(Seat::Holder, &body),
        body,
    })
}

/// Joins these fragments, lowest first, all of them or none. A signature that is brought covers one entry
/// and joins two.
///
/// # Errors
/// [`AppError::NotFound`] if one of them is not the caller's; [`AppError::Invalid`]
/// `pieces_not_possible` for fewer than two or more than [`MOST_PIECES`]; the ledger's refusals.
pub fn run(
    app: &App,
    who: &Principal,
    signing: &Signing<'_>,
    fragments: &[&str],
    key: Option<IdempotencyKey>,
) -> Result<Joined, AppError> {
    who.may(Action::JoinFragments)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let most = match signing {
        Signing::With(_) => MOST_PIECES,
        Signing::Brought { .. } => 2,
    };
    if !(2..=most).contains(&fragments.len()) {
        return Err(AppError::invalid(
            "pieces_not_possible",
            format!("name the pieces in their order, 2 to {most}"),
        ));
    }
    let row = load(app, who.party, fragments.iter().copied())?;
    let postings = postings(app, signing, &row)?;
    let whole = sum(row.pieces.iter().map(|one| one.fragment.range));
    let (now, ids) = (app.clock.now(), app.public_ids.clone());
    let answer_of = move |no: i64, entry: String| Joined {
        fragment: ids.show(FragmentNo::of(no, Side::Left)),
        amount: whole.minor(),
        entry,
    };
    let answer_in = answer_of.clone();
    let effects: Effects = Arc::new(move |also, _date, verdicts| {
        // All of it or nothing. What is alone has done nothing that would have to be undone.
        if let Some(Err(refusal)) = verdicts.iter().find(|one| one.is_err()) {
            return match verdicts.len() {
                1 => Ok(()),
                _ => Err(refusal.clone().into()),
            };
        }
        if let (Some(key), Some(Ok(last))) = (&key, verdicts.last()) {
            let answer = answer_in(last.no, last.sealed.hash().to_string());
            also.keep(key.receipt(now, &answer)?);
        }
        Ok(())
    });
    let posted = app.posting.post_all(Bundle {
        postings,
        effects: Some(effects),
    })?;
    let last = posted
        .last()
        .ok_or_else(|| AppError::Internal("nothing was joined".to_owned()))?;
    Ok(answer_of(last.no, last.sealed.hash().to_string()))
}

fn load<'a>(
    app: &App,
    party: PartyId,
    fragments: impl Iterator<Item = &'a str>,
) -> Result<Row, AppError> {
    let nos = fragments
        .map(|id| app.public_ids.read(id).ok_or(AppError::NotFound))
        .collect::<Result<Vec<_>, AppError>>()?;
    let (pieces, receipts, today) = app.store.read(|tx| {
        let pieces = HeldFragment::load_all(tx, &nos)?;
        Ok::<_, AppError>((pieces, tx.receipts_of(&nos)?, tx.business_date_today()?))
    })?;
    if pieces.iter().any(|one| one.fragment.holder != party) {
        return Err(AppError::NotFound);
    }
    if pieces.iter().any(|one| one.fragment.spent) {
        return Err(Refusal::FragmentSpent.into());
    }
    let beside = |(one, next): (&HeldFragment, &HeldFragment)| {
        one.fragment.paper == next.fragment.paper
            && one.fragment.range.hi() == next.fragment.range.lo()
    };
    if !pieces.iter().zip(pieces.iter().skip(1)).all(beside) {
        return Err(Refusal::NotNeighbours.into());
    }
    let receipt = |one: &HeldFragment| receipts.get(&one.fragment.no).copied();
    check_free(&pieces, today)?;
    if pieces.windows(2).any(|two| receipt_differs(two, receipt)) {
        return Err(Refusal::AnotherReceipt.into());
    }
    Ok(Row { pieces, today })
}

fn receipt_differs(two: &[HeldFragment], of: impl Fn(&HeldFragment) -> Option<Receipt>) -> bool {
    match two {
        [one, next] => of(one) != of(next),
        _ => false,
    }
}

/// What the law would say of each, said before the entries are made: several go in together, and one that
/// is refused takes the others back.
fn check_free(pieces: &[HeldFragment], today: NaiveDate) -> Result<(), Refusal> {
    for one in pieces {
        let paper = &one.paper.paper;
        if paper.state != PaperState::Active {
            return Err(Refusal::PaperNotActive);
        }
        if one.fragment.state != FragmentState::Held {
            return Err(Refusal::FragmentNotFree);
        }
        if today >= paper.due_date {
            return Err(Refusal::PastMaturity(paper.due_date));
        }
    }
    Ok(())
}

/// The entry that joins to `front`, which begins where `first` does, the piece that follows.
fn entry(
    app: &App,
    today: NaiveDate,
    first: &HeldFragment,
    front: &ledger_core::fragment::Fragment,
    next: &HeldFragment,
) -> Entry {
    let neighbour = next.fragment.reference;
    let hi = next.fragment.range.hi();
    Entry {
        book: app.book,
        date: today,
        paper: Some(first.fragment.paper),
        spends: Some(front.reference),
        cut: Cut {
            lo: front.range.lo(),
            mid: hi,
            hi,
        },
        act: Act::Join(JoinAct { neighbour }),
    }
}

/// One entry for each piece after the first: each joins it to what the one before has made.
fn postings(app: &App, signing: &Signing<'_>, row: &Row) -> Result<Vec<Posting>, AppError> {
    let Some((first, rest)) = row.pieces.split_first() else {
        return Ok(Vec::new());
    };
    let mut front = first.fragment.fragment;
    let mut spent = Some(first.fragment.no);
    let mut postings = Vec::with_capacity(rest.len());
    for next in rest {
        let sealed = signing.seal(Seat::Holder, entry(app, row.today, first, &front, next));
        front.reference = sealed.fragment(Side::Left);
        front.range = Range::new(front.range.lo(), next.fragment.range.hi())
            .map_err(|_empty| Refusal::NotNeighbours)?;
        // What the entry before has made has no number yet.
        let spent = spent.take();
        postings.push(Posting { sealed, spent });
    }
    Ok(postings)
}
