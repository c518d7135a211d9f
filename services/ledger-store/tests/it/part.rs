//! One party's part in a paper, found step by step, against all of the paper looked through.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use ledger_core::act::Act;
use ledger_core::act::OfferAct;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::PartyId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::default_papers::Steps;
use ledger_store::journal::EntryRecord;
use ledger_store::live::FragmentNo;
use testkit::database::TestDatabase;

use crate::journal::Book;
use crate::samples::write;

/// Drawn numbers, the same at every run.
struct Drawn(u64);

impl Drawn {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

struct Trade {
    book: Book,
    live: Vec<(FragmentNo, Fragment)>,
    drawn: Drawn,
}

impl Trade {
    fn signer(&self, party: PartyId) -> &Signer {
        let mut people = std::iter::once(self.book.holder()).chain(&self.book.others);
        &people.find(|(id, _)| *id == party).unwrap().1
    }

    fn people(&self) -> Vec<PartyId> {
        let all = std::iter::once(self.book.holder()).chain(&self.book.others);
        all.map(|(id, _)| *id).collect()
    }

    /// One thing that somebody does with a fragment: cut and offer it, take it or not.
    fn step(&mut self) {
        let place = self.drawn.below(self.live.len());
        let (no, fragment) = self.live.swap_remove(place);
        let (act, mid, seat, by) = match fragment.state {
            FragmentState::Offered { to } => {
                let act = if self.drawn.below(3) == 0 {
                    Act::DeclineOffer
                } else {
                    Act::AcceptOffer
                };
                (act, fragment.range.hi(), Seat::Recipient, to)
            }
            _ => {
                let mut others = self.people();
                others.retain(|one| *one != fragment.holder);
                let to = *others.get(self.drawn.below(others.len())).unwrap();
                let size = usize::try_from(fragment.range.amount().minor()).unwrap();
                let part = i64::try_from(self.drawn.below(size) + 1).unwrap();
                let act = Act::Offer(OfferAct {
                    to,
                    recourse: Recourse::Without,
                    documents: vec![DocumentDigest::from_bytes([7; 32])],
                });
                let mid = fragment.range.lo() + part;
                (act, mid, Seat::Holder, fragment.holder)
            }
        };
        let entry = self.book.entry(fragment.paper, Some(&fragment), mid, act);
        let sealed = entry.sealed_by(&[(seat, self.signer(by))]);
        let made = self.book.post(sealed, Some(no)).unwrap();
        self.live.push(self.book.fragment(made, 0));
        if mid < fragment.range.hi() {
            self.live.push(self.book.fragment(made, 1));
        }
    }

    /// What concerns `party`, and what led there, out of all entries.
    fn expected(&self, all: &[EntryRecord], party: PartyId) -> Vec<i64> {
        let by_no: BTreeMap<i64, &EntryRecord> = all.iter().map(|one| (one.no, one)).collect();
        let waits = |no: i64| self.live.iter().any(|(live, _)| live.0 == no * 2);
        let mut found = BTreeSet::new();
        for one in all {
            let before = one
                .spent
                .and_then(|no| by_no.get(&no.entry()).unwrap().holder);
            let offered = one.counterparty == Some(party) && waits(one.no);
            if one.spent.is_none() || one.holder == Some(party) || before == Some(party) || offered
            {
                let mut at = Some(one.no);
                while let Some(no) = at {
                    found.insert(no);
                    at = by_no.get(&no).unwrap().spent.map(FragmentNo::entry);
                }
            }
        }
        found.into_iter().collect()
    }
}

fn nos(entries: &[EntryRecord]) -> Vec<i64> {
    entries.iter().map(|one| one.no).collect()
}

fn entries_of(steps: &Steps) -> Vec<i64> {
    steps.steps.iter().map(|one| one.step.entry).collect()
}

#[test]
fn a_part_of_a_paper_is_what_all_of_it_says_of_a_party() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let first = book.paper(1_000_000);
    // Another paper of the same people.
    book.paper(77);
    let paper = book.store.read(|tx| tx.papers_by_ids(&[first.1.paper]));
    let paper = paper.unwrap().pop().unwrap().no;
    let mut trade = Trade {
        book,
        live: vec![first],
        drawn: Drawn(20_261_130),
    };
    for round in 0..240 {
        trade.step();
        if round % 37 == 0 {
            write(&trade.book.store, |tx| tx.live_advance(trade.book.no));
        }
        if round % 40 != 39 {
            continue;
        }
        let read = &trade.book.store;
        let all = read.read(|tx| tx.entries_of_paper(paper)).unwrap();
        let every_step = read.read(|tx| tx.steps_of_papers(&[paper], 10_000));
        let every_step = every_step.unwrap();
        for party in trade.people() {
            let part = read.read(|tx| tx.part_of_paper(paper, party, None));
            let part = part.unwrap();
            let expected = trade.expected(&all, party);
            assert!(part.whole, "round {round}");
            assert_eq!(nos(&part.entries), expected, "round {round}");
            let steps = read.read(|tx| tx.steps_concerning(&[paper], party, 10_000));
            let mut steps_of_all = entries_of(&every_step);
            steps_of_all.retain(|no| expected.contains(no));
            assert_eq!(entries_of(&steps.unwrap()), steps_of_all, "round {round}");
        }
        for (no, fragment) in &trade.live {
            let way = read.read(|tx| tx.fragment_path(*no)).unwrap();
            let concerned = [Some(fragment.holder), fragment.state.counterparty()];
            for party in concerned.into_iter().flatten() {
                let part = read.read(|tx| tx.part_of_paper(paper, party, Some(*no)));
                assert_eq!(part.unwrap().way_to(*no).as_ref(), Some(&way));
                let around = read.read(|tx| tx.part_of_paper_within(paper, party, Some(*no), 1));
                let around = around.unwrap();
                assert!(!around.whole);
                assert_eq!(around.way_to(*no).as_ref(), Some(&way));
                let theirs = trade.expected(&all, party);
                assert!(nos(&around.entries).iter().all(|no| theirs.contains(no)));
            }
        }
    }
}

#[test]
fn a_part_that_nobody_could_read_is_not_loaded() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let mut rest = book.paper(1_000_000);
    let paper = book.store.read(|tx| tx.papers_by_ids(&[rest.1.paper]));
    let paper = paper.unwrap().pop().unwrap().no;
    let to = book.others.first().unwrap().0;
    let holder = book.holder().0;
    // Issue and acceptance are two.
    for _offer in 0..398 {
        let made = book.offer(&rest, 1, to).unwrap();
        rest = book.fragment(made, 1);
    }
    let read = |party, about: Option<FragmentNo>| {
        let part = book.store.read(|tx| tx.part_of_paper(paper, party, about));
        part.unwrap()
    };
    let all = read(holder, None);
    assert!(all.whole);
    assert_eq!(all.entries.len(), 400);
    let before = FragmentNo(all.entries.last().unwrap().no * 2);
    let made = book.offer(&rest, 1, to).unwrap();
    let last = FragmentNo(made * 2);
    let way = book.store.read(|tx| tx.fragment_path(last)).unwrap();
    let around = read(to, Some(last));
    assert!(!around.whole);
    assert_eq!(around.entries, way, "its way leads over all of them");
    assert_eq!(around.way_to(last).as_ref(), Some(&way));
    let earlier = read(holder, Some(before));
    assert!(!earlier.whole);
    assert_eq!(
        earlier.entries.len(),
        401,
        "what its holder did since is its own"
    );
    assert_eq!(earlier.way_to(last).as_ref(), Some(&way));
    let own = read(holder, None);
    assert!(!own.whole);
    assert_eq!(own.entries.len(), 2);
}
