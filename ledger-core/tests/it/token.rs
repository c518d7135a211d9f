//! Properties of the token: cuts conserve, names are unique, lines have one spelling.

use std::collections::BTreeSet;

use ledger_core::act::Act;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::journal_file::Line;
use ledger_core::journal_file::LiveLine;
use ledger_core::range::Range;
use ledger_core::tiling::tiles;
use ledger_core::verify::Verifier;
use proptest::prelude::*;

use crate::support::*;
use crate::verify::verify;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// However a paper is cut and passed on, its fragments tile it, each unit has one holder, the
    /// holders' sums are the face, and the verifier agrees.
    #[test]
    fn cuts_conserve(
        face in 1..1_000_000_000_i64,
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 1..100_u32, 0..4_usize), 0..12),
    ) {
        let mut book = Keeper::new();
        let mut live = vec![book.active(0x30, face)];
        let mut ever: BTreeSet<_> = live.iter().map(|f| f.reference).collect();
        for (which, percent, to) in cuts {
            let on = live.swap_remove(which.index(live.len()));
            let size = on.range.amount().minor();
            let take = (size * i64::from(percent) / 100).max(1);
            let holder = on.holder.bytes()[0];
            let to = SUPPLIERS[to];
            let made = if to == holder {
                if take == size {
                    live.push(on);
                    continue;
                }
                book.act(&on, take, Act::Split, &[holder]).unwrap()
            } else if on.tier < TERMS.maximum_tier {
                let offered = book.act(&on, take, offer(to), &[holder]).unwrap();
                live.extend(offered.right);
                let offered = offered.left.unwrap();
                prop_assert!(ever.insert(offered.reference));
                book.act(&offered, take, Act::AcceptOffer, &[to]).unwrap()
            } else {
                live.push(on);
                continue;
            };
            for fragment in [made.left, made.right].into_iter().flatten() {
                prop_assert!(ever.insert(fragment.reference), "a fragment's name came twice");
                live.push(fragment);
            }
        }
        let held = book.ledger.paper(paper(0x30)).unwrap();
        let mut fragments: Vec<Fragment> = book.ledger.fragments().copied().collect();
        prop_assert!(tiles(held, &mut fragments));
        live.sort_by_key(|f| f.range.lo());
        prop_assert_eq!(&live, &fragments);
        let sum: i64 = fragments.iter().map(|f| f.range.amount().minor()).sum();
        prop_assert_eq!(sum, face);
        // The tiling check itself can see a lost, a doubled and a moved unit.
        if fragments.len() > 1 {
            let lost = fragments.remove(0);
            prop_assert!(!tiles(held, &mut fragments.clone()));
            fragments.extend([lost, lost]);
            prop_assert!(!tiles(held, &mut fragments));
        }
        let report = verify(book.export().as_bytes());
        prop_assert_eq!(report.unwrap().entries, u64::try_from(book.journal.len()).unwrap());
    }

    #[test]
    fn a_line_reads_back_as_it_was_written(
        n: u64, body: Vec<u8>, signatures: Vec<u8>, lo in 0..1_000_i64, size in 1..1_000_i64,
        ids: [u8; 16], other: [u8; 16], state in 1..5_u8, tier: u16,
    ) {
        let counterparty = (state > 2).then_some(ledger_core::id::PartyId::from_bytes(other));
        let live = LiveLine {
            paper: ledger_core::id::PaperId::from_bytes(ids),
            range: Range::new(lo, lo + size).unwrap(),
            holder: ledger_core::id::PartyId::from_bytes(ids),
            state: FragmentState::from_code(state, counterparty).unwrap(),
            tier,
        };
        let sheet = Line::Sheet { paper: live.paper, n, bytes: body.clone() };
        for line in [Line::Entry { n, body, signatures }, Line::Live(live), sheet] {
            let mut text = String::new();
            line.write(&mut text);
            prop_assert_eq!(Line::parse(text.strip_suffix('\n').unwrap()), Ok(line));
        }
    }

    /// Nonsense is refused and never stops the program.
    #[test]
    fn nonsense_is_refused(text in "(E|L|S|C|tallystick-journal v1)? ?[0-9a-f+/= -]{0,80}", raw: Vec<u8>) {
        if let Ok(line) = Line::parse(&text) {
            let mut again = String::new();
            line.write(&mut again);
            prop_assert_eq!(again.strip_suffix('\n'), Some(text.as_str()));
        }
        let mut verifier = Verifier::new(&book_verifier_key()).unwrap();
        prop_assert!(verifier.raw_line(&raw).is_err());
        prop_assert!(verifier.line(&text).is_err());
    }
}

#[test]
fn other_spellings_of_a_line_are_refused() {
    let id = "30".repeat(16);
    let live = format!("L {id} 0 10 {id} 2 - 1");
    assert!(Line::parse(&live).is_ok());
    for other in [
        live.replace(" 0 ", " 00 "),
        live.replace(" 10 ", " +10 "),
        format!("{live} "),
        format!("{live} 1"),
        live.replace("- 1", &format!("{id} 1")),
        live.replace(" 2 - ", " 3 - "),
        live.replacen("30", "3A", 1)
            .replace("3A", "3a")
            .replacen("3a", "3A", 1),
        live.replacen(&id, "30303030-3030-3030-3030-303030303030", 1),
        live.replace(" 0 10 ", " 10 10 "),
    ] {
        assert!(Line::parse(&other).is_err(), "{other}");
    }
    assert!(Line::parse("E 0 AA== AA==").is_ok());
    for other in [
        "E 0 AB== AA==",
        "E 0 AA AA==",
        "E 0 AA== AA== ",
        "e 0 AA== AA==",
    ] {
        assert!(Line::parse(other).is_err(), "{other}");
    }
}
