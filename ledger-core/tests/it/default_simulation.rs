//! A default against a model that takes every lost cent by itself and walks it back from hand to
//! hand, in any order, until a mode or a used-up cap stops it. It shares cash cent by cent, too.

use std::collections::BTreeMap;

use ledger_core::clearing::ClearingError;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::default_for_party::ConcernedPaper;
use ledger_core::default_for_party::OwnLot;
use ledger_core::default_for_party::own_lots;
use ledger_core::default_simulation::HeldUnits;
use ledger_core::default_simulation::OwedPaper;
use ledger_core::default_simulation::PaperHolders;
use ledger_core::default_simulation::Recovery;
use ledger_core::default_simulation::Simulation;
use ledger_core::default_simulation::simulate;
use ledger_core::entry::Cut;
use ledger_core::fragment::Side;
use ledger_core::id::PaperId;
use ledger_core::leg_tree::LegKind;
use ledger_core::leg_tree::LegTree;
use ledger_core::leg_tree::Passing;
use ledger_core::leg_tree::PassingStep;
use ledger_core::recourse::Recourse;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::clearing::Dice;
use crate::clearing::amount;
use crate::passing_model::PARTIES;
use crate::passing_model::World;
use crate::passing_model::party;
use crate::passing_model::passed_about;

/// Gives `cash` to `weights` cent by cent, each to whoever is furthest behind its exact part.
/// Owes, and holds nothing of it.
const OBLIGOR: u8 = 250;

fn cent_by_cent(cash: i64, weights: &[i64]) -> Vec<i64> {
    let total: i64 = weights.iter().sum();
    let mut given = vec![0; weights.len()];
    for _ in 0..cash {
        let behind = |index: &usize| cash * weights[*index] - given[*index] * total;
        let most = (0..weights.len()).rev().max_by_key(behind).unwrap();
        given[most] += 1;
    }
    given
}

/// What was lost and claimed, by the model.
#[derive(Debug, Default)]
struct Walked {
    hit: BTreeMap<u8, i64>,
    left: BTreeMap<u8, i64>,
    /// By leg: claimed.
    claimed: BTreeMap<i64, i64>,
    claims: BTreeMap<u8, i64>,
    claimed_from: BTreeMap<u8, i64>,
}

fn walk(world: &World, receipts: &[i64], dice: &mut Dice) -> Walked {
    let ends = world.ends();
    let mut holders: Vec<u8> = Vec::new();
    for (_, _, holder) in &ends {
        if !holders.contains(holder) {
            holders.push(*holder);
        }
    }
    let units_of = |holder: &u8| {
        let own = ends.iter().filter(|(_, _, of)| of == holder);
        own.map(|(lo, hi, _)| hi - lo).sum::<i64>()
    };
    let mut owed: Vec<i64> = holders.iter().map(units_of).collect();
    for cash in receipts {
        let shares = cent_by_cent(*cash, &owed);
        owed.iter_mut()
            .zip(shares)
            .for_each(|(owed, share)| *owed -= share);
    }
    let mut walked = Walked::default();
    let mut lost: Vec<i64> = Vec::new();
    for (holder, owed) in holders.iter().zip(owed) {
        walked.hit.insert(*holder, owed);
        let own: Vec<_> = ends.iter().filter(|(_, _, of)| of == holder).collect();
        let weights: Vec<i64> = own.iter().map(|(lo, hi, _)| hi - lo).collect();
        for ((lo, _, _), cents) in own.iter().zip(cent_by_cent(owed, &weights)) {
            lost.extend(std::iter::repeat_n(*lo, usize::try_from(cents).unwrap()));
        }
    }
    for index in (1..lost.len()).rev() {
        let other = usize::try_from(dice.below(i64::try_from(index).unwrap() + 1)).unwrap();
        lost.swap(index, other);
    }
    for lo in lost {
        let unit = usize::try_from(lo).unwrap();
        let end = ends.iter().find(|(from, _, _)| *from == lo).unwrap();
        let mut with = end.2;
        for leg in world.units[unit].iter().rev() {
            assert_eq!(leg.recipient, with);
            let used = walked.claimed.entry(leg.entry).or_default();
            let goes = match leg.recourse {
                Recourse::Without => false,
                Recourse::With => true,
                Recourse::Limited(cap) => *used < cap.minor(),
            };
            if !goes {
                break;
            }
            *used += 1;
            *walked.claims.entry(leg.recipient).or_default() += 1;
            *walked.claimed_from.entry(leg.giver).or_default() += 1;
            with = leg.giver;
        }
        *walked.left.entry(with).or_default() += 1;
    }
    walked.claimed.retain(|_, cents| *cents > 0);
    walked
}

/// Receipts that leave something owed or nothing.
fn receipts(dice: &mut Dice, face: i64) -> Vec<i64> {
    let mut left = face;
    let mut found = Vec::new();
    for _ in 0..dice.below(4) {
        if left > 0 {
            let cash = 1 + dice.below(left);
            left -= cash;
            found.push(cash);
        }
    }
    found
}

fn owed_paper(number: u8, world: &World, earlier: &[i64]) -> OwedPaper {
    OwedPaper {
        id: PaperId::from_bytes([number; 16]),
        obligor: party(OBLIGOR),
        face: amount(world.face),
        rule: ClearingRule::V1,
        earlier: earlier.iter().map(|cash| amount(*cash)).collect(),
        holders: PaperHolders::Followed(world.tree()),
    }
}

fn of(all: &BTreeMap<u8, i64>, who: u8) -> i128 {
    i128::from(all.get(&who).copied().unwrap_or(0))
}

fn check_sums(found: &Simulation) {
    let sum = |part: fn(&ledger_core::default_simulation::PartyHit) -> i128| -> i128 {
        found.parties.values().map(part).sum()
    };
    assert_eq!(sum(|one| one.hit), found.shortfall(), "first hits");
    assert_eq!(sum(|one| one.left), found.shortfall(), "final losses");
    assert_eq!(sum(|one| one.claims), sum(|one| one.claimed_from));
    assert!(found.parties.values().all(|one| one.left >= 0));
    for claim in &found.claims {
        assert!(
            claim.amount <= claim.lost,
            "nobody claims more than it lost"
        );
        if let Recourse::Limited(cap) = claim.leg.recourse {
            assert!(claim.amount <= cap, "caps");
        }
        assert_ne!(claim.leg.recourse, Recourse::Without);
    }
}

proptest! {
    #[test]
    fn every_lost_cent_is_walked_back(seed: u64) {
        let mut dice = Dice(seed);
        let world = passed_about(&mut dice, 80);
        let mut all = receipts(&mut dice, world.face);
        let mut earlier = all.clone();
        // The last receipt is what is assumed to come still.
        let percent = Decimal::from(dice.below(101));
        let coming = (Decimal::from(world.face) * percent / Decimal::ONE_HUNDRED)
            .round_dp_with_strategy(0, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let coming = i64::try_from(coming.mantissa() / 10_i128.pow(coming.scale())).unwrap();
        let coming = coming.min(world.face - all.iter().sum::<i64>());
        let recovery = if coming > 0 {
            all.push(coming);
            Recovery::percent(percent).unwrap()
        } else {
            earlier = all.clone();
            Recovery::NOTHING
        };
        let found = simulate(&[owed_paper(1, &world, &earlier)], recovery).unwrap();
        check_sums(&found);
        let shortfall = world.face - all.iter().sum::<i64>();
        prop_assert_eq!(found.shortfall(), i128::from(shortfall));
        prop_assert_eq!(found.papers[0].recovered.minor(), coming.max(0));
        let walked = walk(&world, &all, &mut dice);
        for who in 0..PARTIES {
            let one = found.parties.get(&party(who)).copied().unwrap_or_default();
            prop_assert_eq!(one.hit, of(&walked.hit, who));
            prop_assert_eq!(one.claims, of(&walked.claims, who));
            prop_assert_eq!(one.claimed_from, of(&walked.claimed_from, who));
            prop_assert_eq!(one.left, of(&walked.left, who));
        }
        let claimed: BTreeMap<i64, i64> =
            found.claims.iter().map(|one| (one.leg.entry, one.amount.minor())).collect();
        prop_assert_eq!(claimed.len(), found.claims.len(), "a leg is claimed once");
        prop_assert_eq!(claimed, walked.claimed);
        // A claim stands after those that have to be paid first.
        let entries: Vec<i64> = found.claims.iter().map(|one| one.leg.entry).collect();
        prop_assert!(entries.is_sorted_by(|one, next| one > next));
    }

    /// Several papers are several simulations, and holders added up are hit as holders followed.
    #[test]
    fn papers_add_up(seed: u64) {
        let mut dice = Dice(seed);
        let worlds = [passed_about(&mut dice, 30), passed_about(&mut dice, 30)];
        let papers: Vec<OwedPaper> = (1..).zip(&worlds)
            .map(|(number, world)| {
                let earlier = receipts(&mut dice, world.face);
                owed_paper(number, world, &earlier)
            })
            .collect();
        let both = simulate(&papers, Recovery::NOTHING).unwrap();
        check_sums(&both);
        let each: Vec<Simulation> = papers.iter()
            .map(|paper| simulate(std::slice::from_ref(paper), Recovery::NOTHING).unwrap())
            .collect();
        for (who, one) in &both.parties {
            let parts = each.iter().filter_map(|alone| alone.parties.get(who));
            prop_assert_eq!(one.left, parts.map(|part| part.left).sum::<i128>());
        }
        let summed: Vec<OwedPaper> = papers.iter().zip(&worlds)
            .map(|(paper, world)| OwedPaper { holders: PaperHolders::Summed(held(world)), ..paper.clone() })
            .collect();
        let summed = simulate(&summed, Recovery::NOTHING).unwrap();
        check_sums(&summed);
        prop_assert!(summed.claims.is_empty());
        for (who, one) in &both.parties {
            let alone = summed.parties.get(who).map_or(0, |part| part.hit);
            prop_assert_eq!(one.hit, alone);
        }
    }

    /// What a party can say by itself: its own hit exactly, all else at least as much as comes true.
    #[test]
    fn a_party_sees_its_own_and_a_bound(seed: u64, me in 0..PARTIES) {
        let mut dice = Dice(seed);
        let world = passed_about(&mut dice, 60);
        let earlier = receipts(&mut dice, world.face);
        let whole = simulate(&[owed_paper(1, &world, &earlier)], Recovery::NOTHING).unwrap();
        let lots = lots(&world, &earlier, me);
        let mine = whole.parties.get(&party(me)).copied().unwrap_or_default();
        let hit: i64 = lots.iter().map(|lot| lot.hit.minor()).sum();
        prop_assert_eq!(i128::from(hit), mine.hit);
        // Each receipt is rounded once for each holder.
        let cents = i64::try_from(earlier.len()).unwrap() * i64::from(PARTIES);
        for claim in whole.claims.iter().filter(|one| one.leg.giver == party(me)) {
            let told = lots.iter().flat_map(|lot| &lot.passed_on)
                .find(|one| one.leg.entry == claim.leg.entry);
            prop_assert!(told.is_some_and(|one| one.at_most.minor() + cents >= claim.amount.minor()));
        }
        for claim in whole.claims.iter().filter(|one| one.leg.recipient == party(me)) {
            let told = lots.iter().find(|lot| lot.from.map(|leg| leg.entry) == Some(claim.leg.entry));
            prop_assert!(told.is_some_and(|lot| lot.may_claim.minor() + cents >= claim.amount.minor()));
        }
    }

    /// What others do among themselves changes nothing of what a party is told.
    #[test]
    fn what_others_do_is_not_told(seed: u64, me in 0..PARTIES) {
        let mut dice = Dice(seed);
        let mut world = passed_about(&mut dice, 40);
        let before = lots(&world, &[], me);
        for _ in 0..30 {
            world.step(&mut dice, |holder, other| holder != me && other != Some(me));
        }
        prop_assert_eq!(before, lots(&world, &[], me));
    }
}

fn held(world: &World) -> Vec<HeldUnits> {
    let mut held: Vec<HeldUnits> = Vec::new();
    for (lo, hi, holder) in world.ends() {
        match held.iter_mut().find(|one| one.holder == party(holder)) {
            Some(one) => one.units += hi - lo,
            None => held.push(HeldUnits {
                holder: party(holder),
                lowest_lo: lo,
                units: hi - lo,
            }),
        }
    }
    held
}

fn lots(world: &World, earlier: &[i64], me: u8) -> Vec<OwnLot> {
    let paper = ConcernedPaper {
        id: PaperId::from_bytes([1; 16]),
        obligor: party(OBLIGOR),
        redeemed: amount(0),
        face: amount(world.face),
        rule: ClearingRule::V1,
        earlier: earlier.iter().map(|cash| amount(*cash)).collect(),
        held: held(world),
        legs: world.tree_for(me),
    };
    own_lots(&[paper], party(me)).unwrap()
}

/// The random worlds reach what they are there for.
#[test]
fn random_papers_have_caps_that_bind_and_claims_in_a_row() {
    let (mut bound, mut reclaimed) = (0, 0);
    for seed in 0..200 {
        let world = passed_about(&mut Dice(seed), 80);
        let found = simulate(&[owed_paper(1, &world, &[])], Recovery::NOTHING).unwrap();
        bound += found
            .claims
            .iter()
            .filter(|one| one.amount < one.lost)
            .count();
        let tree = world.tree();
        let again = |one: &&ledger_core::default_simulation::PossibleClaim| {
            tree.legs().iter().any(|leg| {
                leg.entry > one.leg.entry
                    && leg.before.and_then(|at| tree.leg(Some(at))) == Some(&one.leg)
            })
        };
        reclaimed += found.claims.iter().filter(again).count();
    }
    assert!(bound > 100 && reclaimed > 100, "{bound} {reclaimed}");
}

#[test]
fn a_share_that_comes_is_a_percentage() {
    let percent = |text: &str| Recovery::percent(text.parse().unwrap());
    for lawful in ["0", "0.0001", "33.3300", "100", "100.00"] {
        assert!(percent(lawful).is_some(), "{lawful}");
    }
    for unlawful in ["-0.01", "100.0001", "0.00001"] {
        assert!(percent(unlawful).is_none(), "{unlawful}");
    }
}

#[test]
fn a_paper_that_can_not_be_shared_is_named() {
    let paper = |units: i64, earlier: &[i64]| OwedPaper {
        id: PaperId::from_bytes([7; 16]),
        obligor: party(OBLIGOR),
        face: amount(100),
        rule: ClearingRule::V1,
        earlier: earlier.iter().map(|cash| amount(*cash)).collect(),
        holders: PaperHolders::Summed(vec![HeldUnits {
            holder: party(1),
            lowest_lo: 0,
            units,
        }]),
    };
    let why = |paper: OwedPaper| {
        let refused = simulate(&[paper], Recovery::NOTHING).unwrap_err();
        assert_eq!(refused.paper, PaperId::from_bytes([7; 16]));
        refused.why
    };
    for earlier in [&[][..], &[10]] {
        let not_face = ClearingError::NotTheFace {
            claimed: 99,
            face: amount(100),
        };
        assert_eq!(why(paper(99, earlier)), not_face);
    }
    let above = ClearingError::CashAboveOwed { owed: amount(100) };
    assert_eq!(why(paper(100, &[60, 41])), above);
}

/// A purchase that was undone can't be claimed on: what is told to its seller doesn't name it.
#[test]
fn an_undone_purchase_is_no_bound() {
    let step = |entry: i64, holder: u8, does: Passing| PassingStep {
        joins: None,
        entry,
        spends: (entry > 0).then(|| (entry - 1, Side::Left)),
        cut: Cut {
            lo: 0,
            mid: 100,
            hi: 100,
        },
        holder: Some(party(holder)),
        does,
    };
    let mut steps = vec![
        step(0, 0, Passing::Begins),
        step(1, 0, Passing::Offers(LegKind::Sale, Recourse::With)),
        step(2, 1, Passing::Takes),
    ];
    let told = |steps: &[PassingStep]| {
        let paper = ConcernedPaper {
            id: PaperId::from_bytes([1; 16]),
            obligor: party(OBLIGOR),
            redeemed: amount(0),
            face: amount(100),
            rule: ClearingRule::V1,
            earlier: Vec::new(),
            held: Vec::new(),
            legs: LegTree::grow(steps.iter().copied()).unwrap(),
        };
        let lots = own_lots(&[paper], party(0)).unwrap();
        assert_eq!(lots.len(), 1);
        (lots[0].hit.minor(), lots[0].claimed_from().minor())
    };
    assert_eq!(told(&steps), (0, 100));
    steps.push(step(3, 0, Passing::Returns));
    assert_eq!(told(&steps), (100, 0));
}

/// Face 100, of which 60 went another way and were redeemed: nothing of the 40 is paid by that.
#[test]
fn what_another_was_paid_early_makes_no_claim_smaller() {
    let step = |entry: i64, spends: Option<(i64, Side)>, cut: Cut, holder: u8, does: Passing| {
        PassingStep {
            joins: None,
            entry,
            spends,
            cut,
            holder: Some(party(holder)),
            does,
        }
    };
    let whole = Cut {
        lo: 0,
        mid: 100,
        hi: 100,
    };
    let offered = Cut {
        lo: 0,
        mid: 40,
        hi: 100,
    };
    let taken = Cut {
        lo: 0,
        mid: 40,
        hi: 40,
    };
    let offers = Passing::Offers(LegKind::Sale, Recourse::With);
    let steps = [
        step(0, None, whole, 0, Passing::Begins),
        step(1, Some((0, Side::Left)), offered, 0, offers),
        step(2, Some((1, Side::Left)), taken, 1, Passing::Takes),
    ];
    for (redeemed, at_most) in [(0, 40), (60, 40)] {
        let paper = ConcernedPaper {
            id: PaperId::from_bytes([1; 16]),
            obligor: party(OBLIGOR),
            redeemed: amount(redeemed),
            face: amount(100),
            rule: ClearingRule::V1,
            earlier: Vec::new(),
            held: Vec::new(),
            legs: LegTree::grow(steps).unwrap(),
        };
        let lots = own_lots(&[paper], party(0)).unwrap();
        let claimed: i64 = lots.iter().map(|lot| lot.claimed_from().minor()).sum();
        assert_eq!(claimed, at_most, "{redeemed} redeemed");
    }
}
