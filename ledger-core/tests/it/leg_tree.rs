//! The tree of legs against a model that keeps the way of every single unit.

use ledger_core::entry::Cut;
use ledger_core::fragment::Side;
use ledger_core::leg_tree::LegKind;
use ledger_core::leg_tree::LegTree;
use ledger_core::leg_tree::Passing;
use ledger_core::leg_tree::PassingStep;
use ledger_core::leg_tree::Unfollowed;
use ledger_core::recourse::Recourse;
use proptest::prelude::*;

use crate::clearing::Dice;
use crate::passing_model::party;
use crate::passing_model::passed_about;

proptest! {
    #[test]
    fn every_unit_has_the_way_it_came(seed: u64) {
        let world = passed_about(&mut Dice(seed), 60);
        let tree = world.tree();
        let ends = world.ends();
        prop_assert_eq!(tree.ends().len(), ends.len());
        for (end, (lo, hi, holder)) in tree.ends().iter().zip(ends) {
            prop_assert_eq!((end.range.lo(), end.range.hi()), (lo, hi));
            prop_assert_eq!(end.holder, party(holder));
            for unit in lo..hi {
                let mut at = end.leg;
                for told in world.units[usize::try_from(unit).unwrap()].iter().rev() {
                    let leg = tree.leg(at).unwrap();
                    prop_assert_eq!(leg.entry, told.entry);
                    prop_assert_eq!(leg.giver, party(told.giver));
                    prop_assert_eq!(leg.recipient, party(told.recipient));
                    prop_assert_eq!(leg.recourse, told.recourse);
                    prop_assert!(leg.range.lo() <= unit && unit < leg.range.hi());
                    prop_assert!(!leg.undone);
                    prop_assert!(leg.before < at);
                    at = leg.before;
                }
                prop_assert_eq!(at, None);
            }
        }
    }

    /// Whoever sees less sees its own holdings and legs as they are.
    #[test]
    fn a_part_of_the_steps_shows_a_party_its_own(seed: u64, me in 0..6_u8) {
        let world = passed_about(&mut Dice(seed), 60);
        let (all, part) = (world.tree(), world.tree_for(me));
        let id = party(me);
        let mine = |tree: &LegTree| -> Vec<_> {
            let held = tree.ends().iter().filter(|end| end.holder == id);
            held.map(|end| (end.range, tree.leg(end.leg).map(|leg| leg.entry))).collect()
        };
        prop_assert_eq!(mine(&all), mine(&part));
        let legs = |tree: &LegTree| -> Vec<_> {
            let mut legs: Vec<_> = tree.legs().iter().map(|leg| leg.entry * 2 + i64::from(leg.undone)).collect();
            legs.retain(|entry| tree.legs().iter().any(|leg| leg.entry == entry / 2 && (leg.giver == id || leg.recipient == id)));
            legs
        };
        prop_assert_eq!(legs(&all), legs(&part));
    }
}

fn step(entry: i64, spends: Option<(i64, Side)>, holder: u8, does: Passing) -> PassingStep {
    PassingStep {
        joins: None,
        entry,
        spends,
        cut: Cut {
            lo: 0,
            mid: 10,
            hi: 10,
        },
        holder: Some(party(holder)),
        does,
    }
}

#[test]
fn steps_that_do_not_follow_grow_nothing() {
    let issue = step(0, None, 0, Passing::Begins);
    let offers = Passing::Offers(LegKind::Sale, Recourse::With);
    let left = |entry| Some((entry, Side::Left));
    let offer = step(1, left(0), 0, offers);
    for (last, why) in [
        (step(2, left(0), 0, Passing::Stays), "spent twice"),
        (step(2, left(7), 0, Passing::Stays), "spends nothing"),
        (
            step(2, left(1), 3, Passing::Stays),
            "moves without an offer",
        ),
        (
            step(2, left(1), 3, Passing::Returns),
            "returns what was not bought",
        ),
        (step(2, left(1), 0, Passing::Begins), "begins in the middle"),
    ] {
        let grown = LegTree::grow([issue, offer, last]);
        assert_eq!(grown, Err(Unfollowed { entry: 2 }), "{why}");
    }
    let dropped = step(2, left(1), 0, Passing::Stays);
    let taken = step(3, left(2), 3, Passing::Takes);
    let grown = LegTree::grow([issue, offer, dropped, taken]);
    assert_eq!(
        grown,
        Err(Unfollowed { entry: 3 }),
        "an offer that was dropped"
    );
    let taken = step(2, left(1), 3, Passing::Takes);
    let back = step(3, left(2), 4, Passing::Returns);
    let grown = LegTree::grow([issue, offer, taken, back]);
    assert_eq!(grown, Err(Unfollowed { entry: 3 }), "back to somebody else");
}
