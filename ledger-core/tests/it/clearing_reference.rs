//! Clearing against a second implementation that shares nothing with the first but its types: it
//! paints every unit of the face, and hands out cent by cent to whoever is furthest behind. Of papers
//! too large for that it adds the leaves up and divides; on the small ones both forms are held to the
//! same bytes.

use std::cmp::Reverse;
use std::collections::HashMap;

use ledger_core::clearing::Leaf;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::id::PartyId;
use ledger_core::range::Range;

use crate::clearing::Dice;
use crate::clearing::chain;
use crate::clearing::receipts;
use crate::clearing::run;

struct Reference {
    holder: [u8; 16],
    account: [u8; 32],
    first: i64,
    units: i64,
    owed: i64,
    share: i64,
}

fn reference(face: i64, leaves: &[Leaf], receipts: &[i64]) -> Vec<Reference> {
    let mut claims: Vec<Reference> = Vec::new();
    for unit in 0..face {
        let leaf = leaves
            .iter()
            .find(|leaf| leaf.range.lo() <= unit && unit < leaf.range.hi())
            .unwrap();
        let (holder, account) = (*leaf.holder.bytes(), *leaf.account.bytes());
        let known = claims
            .iter_mut()
            .find(|claim| claim.holder == holder && claim.account == account);
        if let Some(claim) = known {
            claim.units += 1;
            claim.owed += 1;
        } else {
            claims.push(Reference {
                holder,
                account,
                first: unit,
                units: 1,
                owed: 1,
                share: 0,
            });
        }
    }
    for receipt in receipts {
        let open: i64 = claims.iter().map(|claim| claim.owed).sum();
        claims.iter_mut().for_each(|claim| claim.share = 0);
        for _cent in 0..*receipt {
            // How far behind its exact share, in fractions of `open`; the first of equals.
            let mut furthest = 0;
            let behind = |claim: &Reference| receipt * claim.owed - claim.share * open;
            for index in 1..claims.len() {
                if behind(&claims[index]) > behind(&claims[furthest]) {
                    furthest = index;
                }
            }
            claims[furthest].share += 1;
        }
        claims
            .iter_mut()
            .for_each(|claim| claim.owed -= claim.share);
    }
    claims
}

fn reference_bytes(face: i64, receipts: &[i64], claims: &[Reference]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 25];
    bytes.extend(b"tallystick/clearing-sheet\x01\x01");
    let (cash, earlier) = receipts.split_last().unwrap();
    let mut numbers = vec![face, i64::try_from(earlier.len()).unwrap()];
    numbers.extend(earlier);
    numbers.extend([*cash, i64::try_from(claims.len()).unwrap()]);
    bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    for c in claims {
        bytes.extend(c.holder);
        bytes.extend(c.account);
        let before = c.units - c.owed - c.share;
        for number in [c.first, c.units, before, c.share, c.owed] {
            bytes.extend(number.to_be_bytes());
        }
    }
    bytes
}

/// The same for papers too large to go through unit by unit and cent by cent.
fn reference_of_many(leaves: &[Leaf], receipts: &[i64]) -> Vec<Reference> {
    let mut places: HashMap<([u8; 16], [u8; 32]), usize> = HashMap::new();
    let mut claims: Vec<Reference> = Vec::new();
    for leaf in leaves {
        let (holder, account) = (*leaf.holder.bytes(), *leaf.account.bytes());
        let place = *places.entry((holder, account)).or_insert(claims.len());
        if place == claims.len() {
            claims.push(Reference {
                holder,
                account,
                first: i64::MAX,
                units: 0,
                owed: 0,
                share: 0,
            });
        }
        let (claim, units) = (&mut claims[place], leaf.range.hi() - leaf.range.lo());
        claim.first = claim.first.min(leaf.range.lo());
        claim.units += units;
        claim.owed += units;
    }
    claims.sort_unstable_by_key(|claim| claim.first);
    for receipt in receipts {
        let open: i128 = claims.iter().map(|claim| i128::from(claim.owed)).sum();
        let exact = |claim: &Reference| i128::from(*receipt) * i128::from(claim.owed);
        let remainders: Vec<i128> = claims.iter().map(|claim| exact(claim) % open).collect();
        let mut given = 0;
        for claim in &mut claims {
            claim.share = i64::try_from(exact(claim) / open).unwrap();
            given += claim.share;
        }
        let mut turns: Vec<usize> = (0..claims.len()).collect();
        turns.sort_by_key(|place| Reverse(remainders[*place]));
        for place in &turns[..usize::try_from(receipt - given).unwrap()] {
            claims[*place].share += 1;
        }
        claims
            .iter_mut()
            .for_each(|claim| claim.owed -= claim.share);
    }
    claims
}

#[test]
fn ten_thousand_chains_agree_byte_for_byte() {
    for seed in 0..10_000 {
        let mut dice = Dice(seed);
        let (face, leaves) = chain(&mut dice);
        let receipts = receipts(&mut dice, face);
        let sheet = run(face, &leaves, &receipts).unwrap();
        let bytes = reference_bytes(face, &receipts, &reference(face, &leaves, &receipts));
        assert_eq!(sheet.canonical_bytes(), bytes, "seed {seed}");
        let added_up = reference_bytes(face, &receipts, &reference_of_many(&leaves, &receipts));
        assert_eq!(
            added_up, bytes,
            "seed {seed}: the second implementation's two forms"
        );
    }
}

#[test]
fn a_chain_of_a_million_leaves_agrees_byte_for_byte() {
    let mut dice = Dice(1_000_000);
    let mut face = 0;
    let mut leaves: Vec<Leaf> = (0..1_000_000)
        .map(|_| {
            let lo = face;
            face += 1 + dice.below(100_000);
            let (mut holder, mut account) = ([0; 16], [0; 32]);
            let who = dice.below(5_000);
            holder[8..].copy_from_slice(&who.to_be_bytes());
            account[24..].copy_from_slice(&(who / 2 + dice.below(2)).to_be_bytes());
            Leaf {
                range: Range::new(lo, face).unwrap(),
                holder: PartyId::from_bytes(holder),
                account: AccountKey::from_bytes(account),
            }
        })
        .collect();
    for index in (1..leaves.len()).rev() {
        let other = dice.below(i64::try_from(index).unwrap() + 1);
        leaves.swap(index, usize::try_from(other).unwrap());
    }
    let receipts = [face / 3, 1, face / 7, face - face / 3 - 1 - face / 7 - 5];
    for count in 1..=receipts.len() {
        let so_far = &receipts[..count];
        let sheet = run(face, &leaves, so_far).unwrap();
        assert!(sheet.credits().len() > 9_000, "{}", sheet.credits().len());
        let bytes = reference_bytes(face, so_far, &reference_of_many(&leaves, so_far));
        assert_eq!(sheet.canonical_bytes(), bytes, "after {count} receipts");
    }
}
