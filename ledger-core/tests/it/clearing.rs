//! The law of clearing, by example and by what holds of every paper.

use ledger_core::allocation::largest_remainder;
use ledger_core::amount::Amount;
use ledger_core::clearing::Claim;
use ledger_core::clearing::ClearingError;
use ledger_core::clearing::Leaf;
use ledger_core::clearing::OpenClaim;
use ledger_core::clearing::clear;
use ledger_core::clearing::clear_claims;
use ledger_core::clearing::clear_owed;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::clearing_sheet::Credit;
use ledger_core::id::PartyId;
use ledger_core::range::Range;
use proptest::prelude::*;

pub(crate) fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn leaf(lo: i64, hi: i64, holder: u8, account: u8) -> Leaf {
    Leaf {
        range: Range::new(lo, hi).unwrap(),
        holder: PartyId::from_bytes([holder; 16]),
        account: AccountKey::from_bytes([account; 32]),
    }
}

pub(crate) fn run(
    face: i64,
    leaves: &[Leaf],
    receipts: &[i64],
) -> Result<ClearingSheet, ClearingError> {
    let receipts: Vec<_> = receipts.iter().map(|minor| amount(*minor)).collect();
    let (cash, earlier) = receipts.split_last().unwrap();
    clear(ClearingRule::V1, amount(face), leaves, earlier, *cash)
}

fn paid(sheet: &ClearingSheet) -> Vec<i64> {
    sheet
        .credits()
        .iter()
        .map(|credit| credit.amount.minor())
        .collect()
}

/// Small deterministic numbers for the random chains.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// A paper split and passed on at random; leaves in no order.
pub(crate) fn chain(dice: &mut Dice) -> (i64, Vec<Leaf>) {
    let face = 1 + dice.below(300);
    let mut cuts = vec![0, face];
    for _ in 0..dice.below(30) {
        cuts.push(dice.below(face + 1));
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut leaves: Vec<_> = cuts
        .windows(2)
        .map(|pair| {
            let holder = u8::try_from(dice.below(7)).unwrap();
            leaf(
                pair[0],
                pair[1],
                holder,
                holder / 2 + u8::try_from(dice.below(2)).unwrap(),
            )
        })
        .collect();
    for index in (1..leaves.len()).rev() {
        let other = usize::try_from(dice.below(i64::try_from(index).unwrap() + 1)).unwrap();
        leaves.swap(index, other);
    }
    (face, leaves)
}

/// Receipts that add up to at most the face; often exactly to it.
pub(crate) fn receipts(dice: &mut Dice, face: i64) -> Vec<i64> {
    let mut open = face;
    let mut receipts = Vec::new();
    while open > 0 && (receipts.is_empty() || dice.below(3) > 0) {
        let receipt = if dice.below(4) == 0 {
            open
        } else {
            1 + dice.below(open)
        };
        receipts.push(receipt);
        open -= receipt;
    }
    receipts
}

#[test]
fn full_cash_makes_everybody_whole() {
    let leaves = [leaf(60, 100, 2, 2), leaf(0, 10, 1, 1), leaf(10, 60, 3, 3)];
    let sheet = run(100, &leaves, &[100]).unwrap();
    assert_eq!(paid(&sheet), [10, 50, 40]);
    assert_eq!(sheet.owed(), Amount::ZERO);
}

#[test]
fn one_credit_for_each_holder_and_account() {
    let leaves = [
        leaf(0, 10, 1, 1),
        leaf(10, 20, 2, 1),
        leaf(20, 30, 1, 1),
        leaf(30, 40, 1, 9),
    ];
    let sheet = run(40, &leaves, &[20]).unwrap();
    assert_eq!(paid(&sheet), [10, 5, 5]);
    let lows: Vec<_> = sheet
        .credits()
        .iter()
        .map(|credit| credit.lowest_lo)
        .collect();
    assert_eq!(lows, [0, 10, 30]);
}

#[test]
fn ties_go_to_the_lowest_lo() {
    let leaves = [leaf(20, 30, 1, 1), leaf(10, 20, 2, 2), leaf(0, 10, 3, 3)];
    let sheet = run(30, &leaves, &[10]).unwrap();
    assert_eq!(paid(&sheet), [4, 3, 3]);
    assert_eq!(sheet.credits()[0].holder, PartyId::from_bytes([3; 16]));
}

/// Re-dividing all cash so far would take a cent back from the third holder when one more comes in.
#[test]
fn the_alabama_paradox_takes_nothing_back() {
    assert_eq!(largest_remainder(10, &[6, 6, 2]).unwrap(), [4, 4, 2]);
    assert_eq!(largest_remainder(11, &[6, 6, 2]).unwrap(), [5, 5, 1]);
    let leaves = [leaf(0, 6, 1, 1), leaf(6, 12, 2, 2), leaf(12, 14, 3, 3)];
    assert_eq!(paid(&run(14, &leaves, &[10]).unwrap()), [4, 4, 2]);
    assert_eq!(paid(&run(14, &leaves, &[10, 1]).unwrap()), [1, 0, 0]);
}

/// Leaf by leaf, 60 cents on 100 one-cent leaves would round up to far more than 60 % of them.
#[test]
fn cutting_a_fragment_into_crumbs_gains_nothing() {
    let whole = [leaf(0, 100, 1, 1), leaf(100, 1000, 2, 2)];
    let crumbs: Vec<_> = (0..100)
        .map(|unit| leaf(unit, unit + 1, 1, 1))
        .chain([leaf(100, 1000, 2, 2)])
        .collect();
    assert_eq!(paid(&run(1000, &whole, &[600]).unwrap()), [60, 540]);
    assert_eq!(
        run(1000, &crumbs, &[600]).unwrap().digest(),
        run(1000, &whole, &[600]).unwrap().digest()
    );
}

#[test]
fn leaves_that_do_not_tile_are_named() {
    let gap = |from, to| ClearingError::Gap { from, to };
    let face = amount(100);
    for (leaves, expected) in [
        (vec![], gap(0, 100)),
        (vec![leaf(1, 100, 1, 1)], gap(0, 1)),
        (vec![leaf(0, 99, 1, 1)], gap(99, 100)),
        (vec![leaf(70, 100, 1, 1), leaf(0, 60, 1, 1)], gap(60, 70)),
        (
            vec![leaf(0, 60, 1, 1), leaf(50, 100, 2, 2)],
            ClearingError::Overlap { from: 50, to: 60 },
        ),
        (
            vec![leaf(0, 100, 1, 1), leaf(20, 30, 2, 2)],
            ClearingError::Overlap { from: 20, to: 30 },
        ),
        (
            vec![leaf(0, 101, 1, 1)],
            ClearingError::BeyondFace { hi: 101, face },
        ),
        (
            vec![leaf(0, 100, 1, 1), leaf(120, 130, 1, 1)],
            ClearingError::BeyondFace { hi: 130, face },
        ),
    ] {
        assert_eq!(run(100, &leaves, &[50]), Err(expected));
    }
    assert_eq!(gap(0, 1).code(), "clearing_gap");
}

#[test]
fn cash_that_cannot_be_cleared() {
    let leaves = [leaf(0, 100, 1, 1)];
    let code = |receipts: &[i64]| {
        run(100, &leaves, receipts)
            .map(|_| ())
            .map_err(ClearingError::code)
    };
    assert_eq!(code(&[0]), Err("clearing_no_cash"));
    assert_eq!(code(&[0, 5]), Err("clearing_no_cash"));
    assert_eq!(code(&[101]), Err("clearing_cash_above_owed"));
    assert_eq!(code(&[60, 41]), Err("clearing_cash_above_owed"));
    assert_eq!(code(&[100, 1]), Err("clearing_cash_above_owed"));
    assert_eq!(code(&[60, 40]), Ok(()));
    let owed = amount(40);
    assert_eq!(
        run(100, &leaves, &[60, 41]),
        Err(ClearingError::CashAboveOwed { owed })
    );
}

/// The format is what settlement entries pin; a change of it needs a new version.
#[test]
fn the_digest_is_pinned() {
    let leaves = [leaf(0, 60, 1, 1), leaf(60, 100, 2, 2)];
    let sheet = run(100, &leaves, &[33, 50]).unwrap();
    assert_eq!(sheet.digest().to_string(), PINNED_DIGEST);
    let account = AccountKey::of("313290000017", "6222000012345678");
    assert_eq!(hex(account.bytes()), PINNED_ACCOUNT);
    assert_ne!(account, AccountKey::of("3132900000176", "222000012345678"));
}

// Both computed by a separate program from the documented format.
const PINNED_DIGEST: &str = "66e13b72f7b9fb548629bb64a21e865532bf3c658a9670e9343f420626adeefd";
const PINNED_ACCOUNT: &str = "14cbcc3e59bababe42c43b5ed209eafce1c7bc9d8105ff92fb7d65d0f2e4db3e";

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_million_leaves() {
    let leaves: Vec<_> = (0..1_000_000_i64)
        .map(|index| {
            let mut holder = [0; 16];
            holder[8..].copy_from_slice(&(index % 300_000).to_be_bytes());
            Leaf {
                range: Range::new(index * 100, index * 100 + 100).unwrap(),
                holder: PartyId::from_bytes(holder),
                account: AccountKey::from_bytes([5; 32]),
            }
        })
        .collect();
    let sheet = run(100_000_000, &leaves, &[77_777_777]).unwrap();
    assert_eq!(sheet.credits().len(), 300_000);
    assert_eq!(paid(&sheet).iter().sum::<i64>(), 77_777_777);
    assert_eq!(sheet.owed(), amount(22_222_223));
}

proptest! {
    /// Receipt by receipt: every sheet pays exactly its cash, nobody is paid a negative amount or
    /// above his claim, what was paid before is what the sheets before paid, and each claim stays
    /// within one unit per receipt of the exact proportion.
    #[test]
    fn laws_over_many_receipts(seed: u64) {
        let mut dice = Dice(seed);
        let (face, leaves) = chain(&mut dice);
        let receipts = receipts(&mut dice, face);
        let mut before: Option<Vec<i64>> = None;
        for count in 1..=receipts.len() {
            let so_far = &receipts[..count];
            let sheet = run(face, &leaves, so_far).unwrap();
            prop_assert_eq!(paid(&sheet).iter().sum::<i64>(), receipts[count - 1]);
            let total: i64 = so_far.iter().sum();
            prop_assert_eq!(sheet.owed().minor(), face - total);
            let bound = i64::try_from(count).unwrap() * face;
            for credit in sheet.credits() {
                let paid = credit.paid_before.minor() + credit.amount.minor();
                prop_assert_eq!(paid + credit.owed.minor(), credit.units.minor());
                let off = paid * face - total * credit.units.minor();
                prop_assert!(-bound < off && off < bound);
            }
            if let Some(before) = before {
                let now: Vec<_> = sheet.credits().iter().map(|c| c.paid_before.minor()).collect();
                prop_assert_eq!(before, now);
            }
            before = Some(
                sheet.credits().iter().map(|c| c.paid_before.minor() + c.amount.minor()).collect(),
            );
        }
    }

    /// Neither the order of the leaves nor joining a holder's neighbouring leaves changes a byte.
    #[test]
    fn blind_to_order_and_cuts(seed: u64) {
        let mut dice = Dice(seed);
        let (face, leaves) = chain(&mut dice);
        let receipts = receipts(&mut dice, face);
        let mut joined: Vec<Leaf> = Vec::new();
        let mut in_order = leaves.clone();
        in_order.sort_by_key(|leaf| leaf.range.lo());
        for leaf in in_order {
            match joined.last_mut() {
                Some(last) if (last.holder, last.account) == (leaf.holder, leaf.account) => {
                    last.range = Range::new(last.range.lo(), leaf.range.hi()).unwrap();
                }
                _ => joined.push(leaf),
            }
        }
        let one = run(face, &leaves, &receipts).unwrap();
        let other = run(face, &joined, &receipts).unwrap();
        prop_assert_eq!(one.canonical_bytes(), other.canonical_bytes());
    }
}

/// The claims behind leaves, added up apart from the code under test.
fn claims(leaves: &[Leaf]) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for leaf in leaves {
        let (lo, units) = (leaf.range.lo(), leaf.range.amount().minor());
        let same = |c: &&mut Claim| (c.holder, c.account) == (leaf.holder, leaf.account);
        if let Some(claim) = claims.iter_mut().find(same) {
            claim.lowest_lo = claim.lowest_lo.min(lo);
            claim.units += units;
        } else {
            claims.push(Claim {
                holder: leaf.holder,
                account: leaf.account,
                lowest_lo: lo,
                units,
            });
        }
    }
    claims
}

/// A claim as it stood before the receipt.
fn open_before(credit: &Credit) -> OpenClaim {
    OpenClaim {
        claim: Claim {
            holder: credit.holder,
            account: credit.account,
            lowest_lo: credit.lowest_lo,
            units: credit.units.minor(),
        },
        received: credit.paid_before.minor(),
    }
}

proptest! {
    #[test]
    fn claims_clear_as_their_leaves_do_and_sheets_are_read_back(seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let (face, leaves) = chain(&mut dice);
        let receipts = receipts(&mut dice, face);
        let sheet = run(face, &leaves, &receipts).unwrap();
        let amounts: Vec<_> = receipts.iter().map(|minor| amount(*minor)).collect();
        let (cash, earlier) = amounts.split_last().unwrap();
        let rule = ClearingRule::V1;
        let lean = clear_claims(rule, amount(face), &claims(&leaves), earlier, *cash).unwrap();
        prop_assert_eq!(&lean, &sheet);
        let open: Vec<OpenClaim> = sheet.credits().iter().map(open_before).collect();
        let owed = clear_owed(rule, amount(face), &open, earlier, *cash).unwrap();
        prop_assert_eq!(&owed, &sheet, "nothing has moved since the earlier receipts");
        let bytes = sheet.canonical_bytes();
        prop_assert_eq!(ClearingSheet::from_bytes(&bytes).unwrap(), sheet);
        let cut = usize::try_from(dice.below(i64::try_from(bytes.len()).unwrap())).unwrap();
        prop_assert!(ClearingSheet::from_bytes(&bytes[..cut]).is_err());
    }
}

#[test]
fn claims_that_are_not_the_whole_face_are_not_cleared() {
    let one = |holder: u8, lowest_lo, units| Claim {
        holder: PartyId::from_bytes([holder; 16]),
        account: AccountKey::from_bytes([holder; 32]),
        lowest_lo,
        units,
    };
    let code = |claims: &[Claim]| {
        clear_claims(ClearingRule::V1, amount(10), claims, &[], amount(10))
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&[]), "clearing_gap");
    assert_eq!(code(&[one(1, 1, 10)]), "clearing_gap");
    assert_eq!(code(&[one(1, 0, 5), one(2, 0, 5)]), "clearing_overlap");
    assert_eq!(code(&[one(1, 0, 5), one(2, 5, 4)]), "clearing_not_the_face");
    assert_eq!(code(&[one(1, 0, 5), one(2, 5, 6)]), "clearing_not_the_face");
    assert_eq!(
        code(&[one(1, 0, 11), one(2, 5, -1)]),
        "clearing_not_the_face"
    );
    let none = clear_claims(
        ClearingRule::V1,
        amount(10),
        &[one(1, 0, 10)],
        &[],
        Amount::ZERO,
    );
    assert_eq!(none.unwrap_err().code(), "clearing_no_cash");
}

#[test]
fn what_was_received_stays_with_the_units_when_they_change_hands() {
    // Two holders of 6 and 4 got 3 and 2 of 5. The first passes 3 units on with 1 received on them.
    let sheet = run(10, &[leaf(0, 6, 1, 1), leaf(6, 10, 2, 2)], &[5]).unwrap();
    assert_eq!(paid(&sheet), [3, 2]);
    let open = |holder: u8, lowest_lo, units, received| OpenClaim {
        claim: Claim {
            holder: PartyId::from_bytes([holder; 16]),
            account: AccountKey::from_bytes([holder; 32]),
            lowest_lo,
            units,
        },
        received,
    };
    let clear = |claims: &[OpenClaim], cash| {
        clear_owed(
            ClearingRule::V1,
            amount(10),
            claims,
            &[amount(5)],
            amount(cash),
        )
    };
    let moved = [open(1, 0, 3, 2), open(3, 3, 3, 1), open(2, 6, 4, 2)];
    let rest = clear(&moved, 5).unwrap();
    assert_eq!(paid(&rest), [1, 2, 2]);
    assert!(rest.owed().is_zero());
    let less = rest.with_cash(amount(2)).unwrap();
    assert_eq!(less, clear(&moved, 2).unwrap());
    assert_eq!(paid(&less), [0, 1, 1]);

    let code = |claims: &[OpenClaim]| clear(claims, 5).unwrap_err().code();
    let lost = [open(1, 0, 6, 3), open(2, 6, 4, 1)];
    assert_eq!(code(&lost), "clearing_received_does_not_fit");
    let above = [open(1, 0, 6, 7), open(2, 6, 4, -2)];
    assert_eq!(code(&above), "clearing_received_does_not_fit");
}

#[test]
fn a_sheet_whose_lines_do_not_add_up_is_not_read() {
    let sheet = run(10, &[leaf(0, 4, 1, 1), leaf(4, 10, 2, 2)], &[10]).unwrap();
    let mut bytes = sheet.canonical_bytes();
    // The last eight bytes are what the last claim is still owed.
    *bytes.last_mut().unwrap() = 1;
    assert!(ClearingSheet::from_bytes(&bytes).is_err());
}
