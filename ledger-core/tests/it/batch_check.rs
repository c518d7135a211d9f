//! A batch has the verdict that ring has on its members, whoever made them.

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use ledger_core::act::Act;
use ledger_core::batch_check::Claim;
use ledger_core::batch_check::KnownKeys;
use ledger_core::batch_check::all_signed;
use ledger_core::batch_check::first_unsigned;
use ledger_core::batch_check::passes_knowing;
use ledger_core::entry::SealedEntry;
use ledger_core::refusal::Refusal;
use ledger_core::seats::check_signatures;
use ledger_core::seats::check_signatures_together;
use ledger_core::signature::Seat;
use ledger_core::signature::is_weak_key;
use proptest::prelude::*;
use ring::digest::Context;
use ring::digest::SHA512;

use crate::support::*;

/// More than are checked one by one without a batch.
const MANY: usize = 257;

fn honest(n: usize) -> Claim {
    let signer = signer(u8::try_from(n % 7).unwrap());
    let message = format!("message {n}").into_bytes();
    Claim {
        public_key: signer.public_key(),
        signature: signer.sign_raw(&message),
        message,
    }
}

fn batch(count: usize) -> Vec<Claim> {
    (0..count).map(honest).collect()
}

/// What the batch must say, and says.
#[track_caller]
fn agrees(batch: &[Claim]) -> Option<usize> {
    let expected = batch.iter().position(|claim| !claim.is_signed());
    assert_eq!(first_unsigned(batch), expected);
    assert_eq!(all_signed(batch), expected.is_none());
    let mut known = KnownKeys::default();
    for claim in batch {
        known.learn(&claim.public_key);
    }
    // What passes holds; a key that may not be known keeps its batch from passing, or ring agrees.
    if passes_knowing(batch, &known) {
        assert_eq!(expected, None);
    }
    expected
}

/// A signature by the owner of the secret `a`, who adds torsion to the key and to R as they like.
fn crafted(a: u64, key_torsion: usize, r_torsion: usize, message: &str) -> Claim {
    let (a, r) = (Scalar::from(a), Scalar::from(a ^ 0x5555_5555));
    let public = ED25519_BASEPOINT_POINT * a + EIGHT_TORSION[key_torsion];
    let commitment = ED25519_BASEPOINT_POINT * r + EIGHT_TORSION[r_torsion];
    let (public_key, r_bytes) = (public.compress().0, commitment.compress().0);
    let message = message.as_bytes().to_vec();
    let mut context = Context::new(&SHA512);
    for part in [&r_bytes, &public_key, message.as_slice()] {
        context.update(part);
    }
    let h = Scalar::from_bytes_mod_order_wide(context.finish().as_ref().try_into().unwrap());
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&r_bytes);
    signature[32..].copy_from_slice((r + h * a).as_bytes());
    Claim {
        public_key,
        signature,
        message,
    }
}

#[test]
fn honest_batches_of_any_size_hold() {
    for count in [0, 1, 2, 191, 192, 193, MANY, 600] {
        assert_eq!(agrees(&batch(count)), None, "{count}");
    }
}

#[test]
fn the_first_bad_one_is_named() {
    for count in [1, 2, MANY] {
        for at in [0, count / 2, count - 1] {
            let mut claims = batch(count);
            claims[at].message.push(b'!');
            claims[count - 1].message.push(b'!');
            assert_eq!(agrees(&claims), Some(at));
        }
    }
}

/// Without torsion the crafted signature is a lawful one, so the crafting is right.
#[test]
fn a_crafted_signature_without_torsion_holds() {
    let mut claims = batch(MANY);
    claims[100] = crafted(77, 0, 0, "plain");
    assert_eq!(agrees(&claims), None);
    let mut known = KnownKeys::default();
    known.learn(&claims[100].public_key);
    assert!(passes_knowing(&claims, &known));
    for claim in &claims {
        known.learn(&claim.public_key);
    }
    assert!(passes_knowing(&claims, &known));
    claims[100].message.push(b'!');
    assert!(!passes_knowing(&claims, &known));
}

/// ring refuses every torsion part in an R, so must a batch, however the parts would cancel: a pair
/// of order two cancels under any two odd coefficients, eight of order eight under equal ones.
#[test]
fn torsion_in_r_never_passes() {
    for torsion in 1..8 {
        for copies in [1, 2, 4, 8, 64] {
            let mut claims = batch(MANY);
            for (n, secret) in (0..copies).zip(9_000..) {
                let message = format!("owner's choice {n}");
                claims[n * 3 + 5] = crafted(secret, 0, torsion, &message);
            }
            assert_eq!(agrees(&claims), Some(5), "{torsion} {copies}");
        }
        // One part and its opposite.
        let mut claims = batch(MANY);
        claims[7] = crafted(9_001, 0, torsion, "one");
        claims[8] = crafted(9_002, 0, 8 - torsion, "other");
        assert_eq!(agrees(&claims), Some(7));
    }
}

/// Many batches that differ in one message only: a test that let one in eight through would be seen.
#[test]
fn torsion_in_r_passes_under_no_coefficients() {
    let mut claims = batch(MANY);
    claims[3] = crafted(4_242, 0, 4, "order two");
    for n in 0..64 {
        claims[200] = honest(1_000 + n);
        assert_eq!(first_unsigned(&claims), Some(3));
    }
}

/// A key with a torsion part: ring's verdict depends on h modulo 8, the batch's is ring's.
#[test]
fn keys_with_torsion_get_rings_verdict_and_are_not_enrolled() {
    let (mut held, mut failed) = (0, 0);
    for key_torsion in 1..8 {
        for r_torsion in 0..8 {
            let claim = crafted(31, key_torsion, r_torsion, "mixed order");
            assert!(is_weak_key(&claim.public_key));
            let mut claims = batch(MANY);
            claims[9] = claim;
            match agrees(&claims) {
                None => held += 1,
                Some(at) => {
                    assert_eq!(at, 9);
                    failed += 1;
                }
            }
        }
    }
    assert!(held > 0 && failed > 0, "{held} {failed}");
}

/// Small points, spellings of no point and of y above the prime: as key, and as R.
#[test]
fn odd_points_and_spellings_get_rings_verdict() {
    let mut odd: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|p| p.compress().0).collect();
    for low in 0xe9..=0xff {
        let mut bytes = [0xff; 32];
        bytes[0] = low;
        odd.push(bytes);
        bytes[31] = 0x7f;
        odd.push(bytes);
    }
    for point in odd.clone() {
        let mut signed = point;
        signed[31] ^= 0x80;
        odd.push(signed);
    }
    odd.push([2; 32]);
    for bytes in odd {
        assert!(is_weak_key(&bytes) || EIGHT_TORSION.iter().all(|t| t.compress().0 != bytes));
        let mut claims = batch(MANY);
        claims[11].public_key = bytes;
        agrees(&claims);
        let mut claims = batch(MANY);
        claims[11].signature[..32].copy_from_slice(&bytes);
        assert_eq!(agrees(&claims), Some(11));
        // R is the neutral point under a key of small order, S is 0: the forger's classic.
        let mut claims = batch(MANY);
        claims[11].public_key = bytes;
        claims[11].signature = [0; 64];
        claims[11].signature[0] = 1;
        agrees(&claims);
    }
}

#[test]
fn an_s_above_the_order_does_not_pass() {
    // S + l is the same scalar in another spelling.
    let order: [u8; 32] = {
        let mut bytes = (-Scalar::ONE).to_bytes();
        bytes[0] += 1;
        bytes
    };
    let mut claims = batch(MANY);
    let mut carry = 0_u16;
    for (byte, more) in claims[13].signature[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(more) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_eq!(agrees(&claims), Some(13));
}

/// A whole journal at once: the verdict on each entry is the one it gets alone.
#[test]
fn entries_together_are_judged_as_alone() {
    let mut book = Keeper::new();
    book.active(0x60, 1_000);
    for _ in 0..200 {
        let largest = book
            .ledger
            .fragments()
            .max_by_key(|f| f.range.hi() - f.range.lo());
        let largest = *largest.unwrap();
        book.act(&largest, 1, Act::Split, &[SUPPLIERS[0]]).unwrap();
    }
    let mut entries = book.journal.clone();
    let public_key = |id| book.ledger.key(id).map(|key| key.public_key);
    let mut known = KnownKeys::default();
    let judged = check_signatures_together(&entries, &known, public_key);
    known.learn(&signer(SUPPLIERS[0]).public_key());
    assert_eq!(judged, vec![Ok(()); entries.len()]);
    // One signed by another key than it says, one by a key that nobody knows.
    let forge = |sealed: &SealedEntry, named: u8| {
        let mut signature = signer(STRANGER).sign(Seat::Holder, &sealed.entry().to_bytes());
        signature.key = key(named);
        SealedEntry::new(sealed.entry().clone(), vec![signature])
    };
    let at = entries.len() - 150;
    entries[at] = forge(&entries[at], SUPPLIERS[0]);
    entries[at + 9] = forge(&entries[at + 9], STRANGER);
    let alone: Vec<_> = entries
        .iter()
        .map(|e| check_signatures(e, public_key))
        .collect();
    assert_eq!(alone[at], Err(Refusal::BadSignature));
    assert_eq!(alone[at + 9], Err(Refusal::UnknownKey));
    let together = |known| check_signatures_together(&entries, known, public_key);
    assert_eq!(together(&known), alone);
    assert_eq!(together(&KnownKeys::default()), alone);
}

#[test]
fn only_points_of_the_prime_order_group_are_keys() {
    for torsion in EIGHT_TORSION {
        assert!(is_weak_key(&torsion.compress().0));
        let mixed = ED25519_BASEPOINT_POINT + torsion;
        let neutral = torsion == EdwardsPoint::identity();
        assert_eq!(is_weak_key(&mixed.compress().0), !neutral);
    }
    assert!(is_weak_key(&[2; 32]), "no point");
    for tag in 1..20 {
        assert!(!is_weak_key(&signer(tag).public_key()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Any bytes of any member changed, moved or swapped.
    #[test]
    fn batch_and_single_verdicts_agree(
        changes in prop::collection::vec((0..MANY, 0..110_usize, 1..=255_u8), 0..4),
        swapped in prop::option::of((0..MANY, 0..MANY)),
    ) {
        let mut claims = batch(MANY);
        for (at, byte, with) in changes {
            let claim = &mut claims[at];
            match byte {
                0..32 => claim.public_key[byte] ^= with,
                32..96 => claim.signature[byte - 32] ^= with,
                _ => {
                    let length = claim.message.len();
                    claim.message[byte % length] ^= with;
                }
            }
        }
        if let Some((one, other)) = swapped {
            let bytes = claims[one].signature;
            claims[one].signature = claims[other].signature;
            claims[other].signature = bytes;
        }
        agrees(&claims);
    }
}
