//! How a range is spread over tiers: exact whatever part of it the projection has seen.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use ledger_core::act::Act;
use ledger_core::fragment::Fragment;
use ledger_core::id::PartyId;
use ledger_core::range::Range;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use testkit::database::TestDatabase;

use crate::journal::Book;
use crate::samples::write;

/// Tier, holders, fragments, minor units, of that with finance providers.
type Share = (u16, i64, i64, i64, i64);

fn stated(book: &Book, paper: i64, range: Range) -> Vec<Share> {
    let shares = book.store.read(|tx| tx.tier_shares(paper, range)).unwrap();
    shares
        .iter()
        .map(|share| {
            (
                share.tier,
                share.holders,
                share.fragments,
                share.minor,
                share.financed,
            )
        })
        .collect()
}

/// The same from the live fragments one by one; nobody here is a finance provider.
fn counted(book: &Book, paper: i64, range: Range) -> Vec<Share> {
    let live = book.store.read(|tx| tx.fragments_of_papers(&[paper]));
    let mut tiers: BTreeMap<u16, (BTreeSet<PartyId>, i64, i64)> = BTreeMap::new();
    for found in live.unwrap() {
        let Fragment { range: at, .. } = found.fragment;
        if range.lo() <= at.lo() && at.hi() <= range.hi() {
            let tier = tiers.entry(found.fragment.tier).or_default();
            tier.0.insert(found.fragment.holder);
            tier.1 += 1;
            tier.2 += at.hi() - at.lo();
        }
    }
    let share = |(tier, (holders, fragments, minor)): (u16, (BTreeSet<PartyId>, i64, i64))| {
        (
            tier,
            i64::try_from(holders.len()).unwrap(),
            fragments,
            minor,
            0,
        )
    };
    tiers.into_iter().map(share).collect()
}

fn accept(book: &Book, offered: i64, by: usize) -> (FragmentNo, Fragment) {
    let (no, fragment) = book.fragment(offered, 0);
    let mid = fragment.range.hi();
    let signer = &book.others.get(by).unwrap().1;
    let sealed = book
        .entry(fragment.paper, Some(&fragment), mid, Act::AcceptOffer)
        .sealed_by(&[(Seat::Recipient, signer)]);
    let entry = book.post(sealed, Some(no)).unwrap();
    book.fragment(entry, 0)
}

#[test]
fn the_spread_is_exact_before_while_and_after_the_projection_follows() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let mut held = book.paper(1_000);
    // Another paper, so that a sum over all of them would show.
    book.paper(77);
    let paper = book.store.read(|tx| tx.papers_by_ids(&[held.1.paper]));
    let paper = paper.unwrap().pop().unwrap().no;
    let ranges = [(0, 1_000), (0, 400), (100, 1_000), (150, 350), (999, 1_000)];
    let check = |expected: &[Share]| {
        for (lo, hi) in ranges {
            let range = Range::new(lo, hi).unwrap();
            assert_eq!(stated(&book, paper, range), counted(&book, paper, range));
        }
        let whole = Range::new(0, 1_000).unwrap();
        assert_eq!(stated(&book, paper, whole), expected);
    };
    let seen = || write(&book.store, |tx| tx.live_advance(book.no));
    check(&[(1, 1, 1, 1_000, 0)]);
    assert!(seen() > 0);
    check(&[(1, 1, 1, 1_000, 0)]);
    for round in 0..6 {
        let by = round % 3;
        let to = book.others.get(by).unwrap().0;
        let offered = book.offer(&held, 100, to).unwrap();
        held = book.fragment(offered, 1);
        if round == 1 {
            // The projection holds an offer that the tail accepts.
            seen();
        }
        accept(&book, offered, by);
        if round == 3 {
            seen();
        }
    }
    let expected = [(1, 1, 1, 400, 0), (2, 3, 6, 600, 0)];
    check(&expected);
    seen();
    check(&expected);
}
