//! A holder makes one fragment of pieces that lie side by side on one paper (合并): what an offer declined,
//! a sale released or a pledge let go had cut apart. Only pieces that came by one acquisition are
//! joined ([`ledger_core::join`]); nobody else has to agree, and nothing changes for anybody.

use std::sync::Arc;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::join::JoinAct;
use ledger_core::join::is_beside;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
use ledger_store::posting::Posting;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::joinable_pieces;
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
        let limit = i64::try_from(MOST_PIECES).unwrap_or(i64::MAX);
        let row = joinable_pieces::row_around(tx, &held, today, limit)?;
        let pieces = nearest(row.unwrap_or_else(|| vec![held.fragment]), held.fragment.no);
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

/// Ranges side by side, together.
fn sum(ranges: impl Iterator<Item = Range>) -> Amount {
    let minor = ranges.fold(0_i64, |sum, one| sum.saturating_add(one.amount().minor()));
    Amount::from_minor(minor).unwrap_or(Amount::ZERO)
}

/// At most [`MOST_PIECES`] of a row, with `at` in their middle as far as there are any.
fn nearest(row: Vec<FragmentRecord>, at: FragmentNo) -> Vec<FragmentRecord> {
    let place = row.iter().position(|one| one.no == at).unwrap_or(0);
    let from = place.saturating_sub(MOST_PIECES / 2);
    row.into_iter().skip(from).take(MOST_PIECES).collect()
}

/// What the holder signs today to join two fragments, the lower first. Keeps nothing.
///
/// # Errors
/// [`AppError::NotFound`] if one of them is not the caller's; the refusals `fragment_spent`,
/// `paper_not_active`, `fragment_not_free`, `past_maturity`, `not_neighbours`, `acquired_apart`.
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

/// Said before the entries are made: several go in together, and one that is refused takes the others
/// back.
fn load<'a>(
    app: &App,
    party: PartyId,
    fragments: impl Iterator<Item = &'a str>,
) -> Result<Row, AppError> {
    let nos = fragments
        .map(|id| app.public_ids.read(id).ok_or(AppError::NotFound))
        .collect::<Result<Vec<_>, AppError>>()?;
    app.store.read(|tx| {
        let pieces = HeldFragment::load_all(tx, &nos)?;
        let today = tx.business_date_today()?;
        if pieces.iter().any(|one| one.fragment.holder != party) {
            return Err(AppError::NotFound);
        }
        for one in &pieces {
            one.check_free_on(today)?;
        }
        let beside =
            |(one, next): (&HeldFragment, &HeldFragment)| is_beside(&one.fragment, &next.fragment);
        if !pieces.iter().zip(pieces.iter().skip(1)).all(beside) {
            return Err(Refusal::NotNeighbours.into());
        }
        let rows = joinable_pieces::rows(tx, pieces.iter().map(|one| one.fragment))?;
        if !rows.iter().any(|row| row.len() == pieces.len()) {
            return Err(Refusal::AcquiredApart.into());
        }
        Ok(Row { pieces, today })
    })
}

/// The entry that joins to `front`, which begins where `first` does, the piece that follows.
fn entry(
    app: &App,
    today: NaiveDate,
    first: &HeldFragment,
    front: &Fragment,
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
