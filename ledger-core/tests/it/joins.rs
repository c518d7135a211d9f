//! Joining: what a cut left lying side by side becomes one again; what came by two transfers does not.

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::join::Acquisition;
use ledger_core::join::Held;
use ledger_core::join::acquisitions;
use ledger_core::lineage::CellState;
use ledger_core::lineage::icicle;
use ledger_core::lineage::path_to_origin;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;
use ledger_core::verify_fault::Reason;

use crate::events::freeze;
use crate::golden::compare;
use crate::golden::left;
use crate::golden::vectors;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::refusals::active;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::every_byte_of_the_last_entry_counts;
use crate::verify::verify;

/// Offers the first `take` units to S2, who declines: two pieces, and nothing has happened.
fn declined(book: &mut Keeper, on: &Fragment, take: i64) -> (Fragment, Fragment) {
    let cut = book.act(on, take, offer(S2), &[S1]).unwrap();
    let back = book.act(&cut.left.unwrap(), take, Act::DeclineOffer, &[S2]);
    (left(back), cut.right.unwrap())
}

fn passed(
    book: &mut Keeper,
    on: &Fragment,
    take: i64,
    to: u8,
    from: u8,
) -> (Fragment, Option<Fragment>) {
    let cut = book.act(on, take, offer(to), &[from]).unwrap();
    let taken = book.act(&cut.left.unwrap(), take, Act::AcceptOffer, &[to]);
    (left(taken), cut.right)
}

impl Keeper {
    fn joins(&mut self, first: &Fragment, second: &Fragment, by: u8) -> Fragment {
        let sealed = sign(self.join_entry(first, second), &[by]);
        left(self.post(sealed))
    }

    fn refuses_join(&mut self, first: &Fragment, second: &Fragment, by: u8) -> &'static str {
        let entry = self.join_entry(first, second);
        refused(self, entry, &[by])
    }
}

#[test]
fn what_an_offer_cut_apart_becomes_one_again() {
    let (mut book, whole) = active();
    let (front, rest) = declined(&mut book, &whole, 400);
    let again = book.joins(&front, &rest, S1);
    let as_before = Fragment {
        reference: whole.reference,
        ..again
    };
    assert_eq!(as_before, whole);
    // It is one: all of it passes on at once, and neither piece is there any more.
    for gone in [&front, &rest] {
        let entry = book.act_entry(gone, 100, offer(S2));
        assert_eq!(refused(&mut book, entry, &[S1]), "fragment_spent");
    }
    let (at_s2, none) = passed(&mut book, &again, 1_000, S2, S1);
    assert_eq!((at_s2.range, none), (whole.range, None));
    assert!(verify(book.export().as_bytes()).is_ok());
}

#[test]
fn whatever_cut_them_apart_and_however_often() {
    let (mut book, whole) = active();
    let mut rest = whole;
    let mut pieces = Vec::new();
    for _ in 0..4 {
        let (front, behind) = declined(&mut book, &rest, 100);
        pieces.push(front);
        rest = behind;
    }
    let cut = book.act(&rest, 300, Act::Split, &[S1]).unwrap();
    let sold = agree(&quote(&cut.left.unwrap(), 300, BANK, book.today));
    let sold = left(book.act(&cut.left.unwrap(), 300, sold, &[BANK, S1]));
    let proof = Act::ReleaseDiscount {
        evidence: evidence(3),
    };
    pieces.push(left(book.act(&sold, 300, proof, &[BOOK])));
    let given = pledge(&deed(&cut.right.unwrap(), 300, BANK));
    let given = left(book.act(&cut.right.unwrap(), 300, given, &[BANK, S1]));
    pieces.push(left(book.act(&given, 300, Act::ReleasePledge, &[BANK])));
    let last = pieces.pop().unwrap();
    // From behind: what has been joined is joined again.
    let again = pieces
        .iter()
        .rev()
        .fold(last, |behind, front| book.joins(front, &behind, S1));
    assert_eq!(again.range, whole.range);
    assert!(verify(book.export().as_bytes()).is_ok());
}

#[test]
fn the_path_and_the_picture_are_those_of_one_holding() {
    let (mut book, whole) = active();
    let (second, _rest) = passed(&mut book, &whole, 600, S2, S1);
    let cut = book.act(&second, 200, Act::Split, &[S2]).unwrap();
    let again = book.joins(&cut.left.unwrap(), &cut.right.unwrap(), S2);
    let (third, _rest) = passed(&mut book, &again, 300, S3, S2);
    let steps = book.steps(0x60);
    let acts: Vec<u8> = path_to_origin(&steps, third.range)
        .iter()
        .map(|step| step.act)
        .collect();
    assert_eq!(acts, [5, 6, 10, 11, 45, 10, 11]);
    let cells = icicle(&steps);
    let live = |lo, hi, tag, depth| (Range::new(lo, hi).unwrap(), party(tag), depth);
    let drawn: Vec<_> = cells
        .iter()
        .filter(|cell| cell.state == CellState::Live(FragmentState::Held))
        .map(|cell| (cell.range, cell.holder, cell.depth_from))
        .collect();
    assert_eq!(
        drawn,
        [
            live(600, 1_000, S1, 0),
            live(300, 600, S2, 1),
            live(0, 300, S3, 2)
        ]
    );
}

/// Who sees a fragment's own path alone has not seen how its neighbour was cut.
#[test]
fn the_picture_of_one_path_covers_the_whole_paper() {
    let (mut book, whole) = active();
    let (front, rest) = declined(&mut book, &whole, 300);
    let (middle, _rest) = declined(&mut book, &rest, 300);
    book.joins(&front, &middle, S1);
    let steps = book.steps(0x60);
    // Issue, acceptance, the first offer and its end, the join.
    let path: Vec<_> = [0, 1, 2, 3, 6].map(|at| steps[at]).to_vec();
    assert_eq!(path.last().unwrap().act, 45);
    let ranges: Vec<Range> = icicle(&path).iter().map(|cell| cell.range).collect();
    let expected = [(0, 600), (600, 1_000)].map(|(lo, hi)| Range::new(lo, hi).unwrap());
    assert_eq!(ranges, expected);
}

#[test]
fn what_came_by_two_transfers_stays_two() {
    let (mut book, whole) = active();
    let (first, rest) = passed(&mut book, &whole, 300, S2, S1);
    let (second, rest) = passed(&mut book, &rest.unwrap(), 300, S2, S1);
    assert_eq!(book.refuses_join(&first, &second, S2), "acquired_apart");
    // Nor is what came back one with what never left.
    let (third, rest) = passed(&mut book, &rest.unwrap(), 200, S3, S1);
    let act = book.correct(&third, S1);
    let back = left(book.act(&third, 200, act, &[S3, S1]));
    assert_eq!(
        book.refuses_join(&back, &rest.unwrap(), S1),
        "acquired_apart"
    );
}

#[test]
fn only_neighbours_in_one_free_hand() {
    let (mut book, whole) = active();
    let (front, rest) = declined(&mut book, &whole, 300);
    let (middle, rest) = declined(&mut book, &rest, 300);
    assert_eq!(book.refuses_join(&middle, &front, S1), "not_neighbours");
    assert_eq!(book.refuses_join(&front, &rest, S1), "not_neighbours");
    assert_eq!(book.refuses_join(&front, &front, S1), "not_neighbours");
    assert_eq!(book.refuses_join(&front, &middle, S2), "wrong_signer");
    let elsewhere = book.active(0x61, 1_000);
    assert_eq!(
        book.refuses_join(&front, &elsewhere, S1),
        "unknown_fragment"
    );
    for hi in [599, 601, 1_000] {
        let mut entry = book.join_entry(&front, &middle);
        (entry.cut.mid, entry.cut.hi) = (hi, hi);
        assert_eq!(refused(&mut book, entry, &[S1]), "wrong_cut");
    }
    let mut entry = book.join_entry(&front, &middle);
    entry.cut.mid = 400;
    assert_eq!(refused(&mut book, entry, &[S1]), "wrong_cut");
    let mut past = book.clone();
    past.go_to(day("2026-05-03"));
    assert_eq!(past.refuses_join(&front, &middle, S1), "past_maturity");
    let given = pledge(&deed(&middle, 300, BANK));
    for (act, by) in [
        (offer(S2), &[S1][..]),
        (given, &[BANK, S1]),
        (freeze(book.today), &[BOOK]),
    ] {
        let mut other = book.clone();
        let bound = left(other.act(&middle, 300, act, by));
        assert_eq!(other.refuses_join(&front, &bound, S1), "fragment_not_free");
        assert_eq!(other.refuses_join(&bound, &rest, S1), "fragment_not_free");
    }
    // The neighbour is another's.
    let (at_s2, _none) = passed(&mut book, &middle, 300, S2, S1);
    assert_eq!(book.refuses_join(&front, &at_s2, S1), "wrong_signer");
}

#[test]
fn without_knowing_how_they_came_nothing_is_joined() {
    let (mut book, whole) = active();
    let (front, rest) = declined(&mut book, &whole, 300);
    let entry = sign(book.join_entry(&front, &rest), &[S1]);
    let mut bare = book.ledger.clone();
    bare.load_acquisition(front.reference, Acquisition(1));
    bare.load_acquisition(rest.reference, Acquisition(2));
    assert_eq!(bare.apply(&entry), Err(Refusal::AcquiredApart));
}

/// A keeper that joins what came by two transfers, its own acquisitions bent to allow it, writes a journal
/// that nobody takes.
#[test]
fn the_verifier_follows_the_acquisitions_itself() {
    let (mut book, whole) = active();
    let (first, rest) = passed(&mut book, &whole, 300, S2, S1);
    let (second, _rest) = passed(&mut book, &rest.unwrap(), 300, S2, S1);
    assert!(verify(book.export().as_bytes()).is_ok());
    for fragment in [&first, &second] {
        book.ledger
            .load_acquisition(fragment.reference, Acquisition(7));
        book.acquisitions.insert(fragment.reference, Acquisition(7));
    }
    book.joins(&first, &second, S2);
    let fault = verify(book.export().as_bytes()).unwrap_err();
    assert_eq!(fault.reason, Reason::Refused(Refusal::AcquiredApart));
    assert_eq!(
        fault.entry,
        Some(u64::try_from(book.journal.len()).unwrap() - 1)
    );
}

/// S1 has it by 2; S2 takes a part by 4 and another by 8, each offered by the entry before; both cut. Asked
/// for together, nobody's is taken from the way of another's.
#[test]
fn an_acquisition_is_the_first_entry_after_which_it_was_the_holders() {
    let held = |entry, parent, tag| Held {
        entry,
        parent,
        holder: party(tag),
    };
    let ways = [
        held(2, Some(1), S1),
        held(3, Some(2), S1),
        held(4, Some(3), S2),
        held(5, Some(4), S2),
        held(7, Some(3), S1),
        held(8, Some(7), S2),
        held(9, Some(8), S1),
    ];
    let by = acquisitions(ways);
    let of = |entry: i64| by.get(&entry).map(|one| one.0);
    let all = [2, 3, 4, 5, 7, 8, 9].map(of);
    assert_eq!(all, [2, 2, 4, 4, 2, 8, 9].map(Some));
    assert_eq!(of(1), None);
}

#[test]
fn the_bytes_of_a_join_are_pinned() {
    let (mut book, whole) = active();
    let (front, rest) = declined(&mut book, &whole, 400);
    book.joins(&front, &rest, S1);
    let produced: String = vectors(&book.journal)
        .lines()
        .filter(|line| line.starts_with("join ") || line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 2);
    let pinned = include_str!("../../../fixtures/golden/entries-joins.txt");
    compare("entries-joins.txt", pinned, &produced);
    let sealed = book.journal.last().unwrap();
    let body = sealed.entry().to_bytes();
    assert_eq!(&Entry::from_bytes(&body).unwrap(), sealed.entry());
    every_byte_of_the_last_entry_counts(&book);
}
