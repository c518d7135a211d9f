//! Many Ed25519 signatures checked together, with the verdict that ring gives on each of them.
//!
//! # What is asked
//! Let `B` be the base point, `l` the prime order of the group it makes, `A` a public key, `(R, S)`
//! a signature of the message `M` and `h = SHA-512(R, A, M) mod l`. ring accepts exactly if `A` is a
//! point, `S < l`, and the bytes of `S·B − h·A` are the 32 bytes `R`: no cofactor, one spelling.
//! The points of the curve are the group of `B` times eight points of *torsion*, and a point with a
//! torsion part has about the same right to be an `A` or an `R` as one without. The usual batch
//! equation, one random sum of all `S·B − h·A − R`, lets such parts cancel: with a chance of 1 in 8
//! at least (and with any odd coefficients for certain, where two parts are of order two) it passes
//! signatures that ring refuses. Only the owner of a key can make one, but that is who would want
//! to: an entry that was taken in at the door and that every strict verifier refuses afterwards.
//!
//! # What is done
//! 1. *Usual* signatures are those whose `A` and `R` are the one spelling of a point and whose `S`
//!    is below `l`. Each that is not is put to ring alone, so nothing here depends on how ring reads
//!    odd spellings.
//! 2. Every usual `R`, and every key that occurs (once; none of those in [`KnownKeys`], whose points
//!    have been found to have no torsion part), gets a coefficient `z` of 128 bits from
//!    SHA-256 over the whole batch: all `A`, `R`, `S` and `h`, the last of which stands for the
//!    message. Nothing is drawn from outside; the same batch always has the same verdict.
//! 3. *No torsion.* For each of the 128 bits, the points whose `z` has that bit are summed (by
//!    buckets of 8 bits, so that this costs 16 additions a point), and each sum `P` must have
//!    `l·P = 0`. If a single point has a torsion part, then each of the 128 sums, whatever the
//!    others hold, has one with a chance of at least 1/2, independently; so it passes with at most
//!    2^-128.
//! 4. *The equation.* The 128 sums, doubled into place, are the sum of all `z·R` and `z·A`. With it,
//!    `sum(z·S)·B − sum(z·h)·A − sum(z·R)` must be 0. All points have order `l` now, where
//!    coefficients modulo `l` are exact, and where a sum with one false term is 0 for at most one
//!    value of its `z`: 2^-128 again.
//!
//! # Soundness
//! *Complete*: if ring accepts every one, then `R = S·B − h·A` holds as points, and if no key has a
//! torsion part no `R` has one; both tests pass. (With a key that has one, the batch falls through
//! to ring; [`is_weak_key`](crate::signature::is_weak_key) keeps such keys out of the journal.)
//! *Sound*: if ring refuses one, the batch passes with a chance of at most 2^-127 over the
//! coefficients. Whoever can choose keys, messages and signatures, the keeper of the book included,
//! must try about 2^127 batches to meet one; that is the work of breaking Ed25519 itself. So a
//! batch that passed needs no further check, neither in the verifier nor before posting: both get
//! ring's verdict on each signature. A batch that fails says nothing about its members; ring judges
//! each, in [`first_unsigned`], and names the first that is bad.
//!
//! Everything here is public, so time may depend on the data.

use std::collections::HashMap;

use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use ring::digest::Context;
use ring::digest::SHA256;
use ring::digest::SHA512;

use crate::hash::sha256;
use crate::signature::is_signed_raw;

/// Up to here, single checks are quicker than what a batch costs whatever its size.
const SMALL: usize = 192;

/// Number of buckets of one step: one for each value of a byte of a coefficient.
const BUCKETS: usize = 256;

const DOMAIN: &[u8] = b"tallystick/v1/batch\0";

/// Who is said to have signed what, and the 64 bytes that are to prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Ed25519 public key.
    pub public_key: [u8; 32],
    /// `R` and `S`.
    pub signature: [u8; 64],
    /// Exactly what was signed; for entries [`signing_payload`](crate::signature::signing_payload).
    pub message: Vec<u8>,
}

impl Claim {
    /// ring's verdict on this one.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        is_signed_raw(&self.public_key, &self.signature, &self.message)
    }
}

/// Whether every signature of the batch holds: true exactly if ring accepts each (module text).
/// An empty batch holds. Large batches cost a third of single checks; a thousand is enough to see
/// most of that.
#[must_use]
pub fn all_signed(batch: &[Claim]) -> bool {
    passes(batch) || batch.iter().all(Claim::is_signed)
}

/// The index of the first signature that doesn't hold, by ring's single verdict; none if the batch
/// holds. A batch with a bad signature costs as much as single checks of all up to it, on top.
#[must_use]
pub fn first_unsigned(batch: &[Claim]) -> Option<usize> {
    if passes(batch) {
        return None;
    }
    batch.iter().position(|claim| !claim.is_signed())
}

/// Whether the batch passes as a whole. If not, it may still hold: ask ring about each.
pub(crate) fn passes(batch: &[Claim]) -> bool {
    passes_knowing(batch, &KnownKeys::default())
}

/// Keys whose points have been worked out and found to have no torsion part, once for all batches
/// in which they occur: that is a third of what a signature of a key seen once costs.
#[derive(Debug, Clone, Default)]
pub struct KnownKeys(HashMap<[u8; 32], EdwardsPoint>);

impl KnownKeys {
    /// Remembers a key, unless its bytes are not the one spelling of a point without torsion.
    pub fn learn(&mut self, public_key: &[u8; 32]) {
        if self.0.contains_key(public_key) {
            return;
        }
        if let Some(point) = point_of(public_key).filter(is_torsion_free) {
            self.0.insert(*public_key, point);
        }
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// Whether the batch passes as a whole, with what is known of keys: then ring accepts each. If it
/// does not pass, as few never do, it may still hold.
#[must_use]
pub fn passes_knowing(batch: &[Claim], known: &KnownKeys) -> bool {
    if batch.len() <= SMALL {
        return false;
    }
    let mut usual = Usual {
        known,
        places: HashMap::new(),
        keys: Vec::new(),
        members: Vec::new(),
        transcript: Vec::new(),
    };
    batch
        .iter()
        .all(|claim| usual.take(claim) || claim.is_signed())
        && usual.hold()
}

/// The point whose one spelling these bytes are.
///
/// A spelling is `y` below the field's prime, little-endian, and the sign of `x` in the top bit,
/// which is 0 where `x` is 0.
pub(crate) fn point_of(bytes: &[u8; 32]) -> Option<EdwardsPoint> {
    let [low, middle @ .., high] = bytes;
    // y is p − 1 = 2^255 − 20 or more: x is 0 there, or y is not below p.
    let near_prime = middle.iter().all(|byte| *byte == 0xff) && (high & 0x7f) == 0x7f;
    if near_prime && (*low > 0xec || (*low == 0xec && *high == 0xff)) {
        return None;
    }
    // y is 1: x is 0.
    if *low == 1 && middle.iter().all(|byte| *byte == 0) && *high == 0x80 {
        return None;
    }
    CompressedEdwardsY(*bytes).decompress()
}

/// Whether the point is `l` times nothing but 0: `(l − 1)·P = −P`. The largest scalar is `l − 1`.
pub(crate) fn is_torsion_free(point: &EdwardsPoint) -> bool {
    let most = -Scalar::ONE;
    EdwardsPoint::vartime_double_scalar_mul_basepoint(&most, point, &Scalar::ZERO) == -point
}

/// A signature that can be checked with others.
struct Member {
    key: usize,
    r: EdwardsPoint,
    s: Scalar,
    h: Scalar,
}

/// A key of the batch.
struct Key {
    point: EdwardsPoint,
    /// Whether it is known to have no torsion part.
    proven: bool,
}

/// The signatures of a batch that can be checked together.
struct Usual<'k> {
    known: &'k KnownKeys,
    /// Where each key stands in `keys`; none if it is no point.
    places: HashMap<[u8; 32], Option<usize>>,
    keys: Vec<Key>,
    members: Vec<Member>,
    /// What the coefficients are derived from.
    transcript: Vec<u8>,
}

impl Usual<'_> {
    /// Takes the signature in, if it is a usual one.
    fn take(&mut self, claim: &Claim) -> bool {
        let Some(key) = self.place(&claim.public_key) else {
            return false;
        };
        let (Some(r_bytes), Some(s_bytes)) = (
            claim.signature.first_chunk::<32>(),
            claim.signature.last_chunk::<32>(),
        ) else {
            return false;
        };
        let s = Option::from(Scalar::from_canonical_bytes(*s_bytes));
        let (Some(r), Some(s)) = (point_of(r_bytes), s) else {
            return false;
        };
        let mut context = Context::new(&SHA512);
        for part in [r_bytes.as_slice(), &claim.public_key, &claim.message] {
            context.update(part);
        }
        let mut wide = [0; 64];
        wide.copy_from_slice(context.finish().as_ref());
        let h = Scalar::from_bytes_mod_order_wide(&wide);
        for part in [&claim.public_key, r_bytes, s_bytes, h.as_bytes()] {
            self.transcript.extend_from_slice(part);
        }
        self.members.push(Member { key, r, s, h });
        true
    }

    fn place(&mut self, public_key: &[u8; 32]) -> Option<usize> {
        let keys = &mut self.keys;
        *self.places.entry(*public_key).or_insert_with(|| {
            let known = self.known.0.get(public_key);
            keys.push(Key {
                point: known.copied().or_else(|| point_of(public_key))?,
                proven: known.is_some(),
            });
            Some(keys.len().saturating_sub(1))
        })
    }

    /// Both tests of the module text.
    fn hold(&self) -> bool {
        let seed = self.seed();
        let of_keys = coefficients(&seed, 0, self.keys.len());
        let of_members = coefficients(&seed, 1, self.members.len());
        let points = self
            .keys
            .iter()
            .zip(&of_keys)
            .filter(|(key, _)| !key.proven)
            .map(|(key, z)| (&key.point, z))
            .chain(self.members.iter().map(|member| &member.r).zip(&of_members));
        let sums = sums_by_bit(points);
        if !sums.iter().all(is_torsion_free) {
            return false;
        }
        let sum_of_points = sums
            .iter()
            .fold(EdwardsPoint::identity(), |sum, next| sum + sum + next);
        // sum(z·S)·B − sum(z·h)·A − sum(z·R) = 0, where the keys' own share is taken out of the sum
        // of points again.
        let mut of_base = Scalar::ZERO;
        let own_share = |(key, z): (&Key, &Coefficient)| {
            if key.proven {
                Scalar::ZERO
            } else {
                as_scalar(z)
            }
        };
        let mut of_key: Vec<Scalar> = self.keys.iter().zip(&of_keys).map(own_share).collect();
        for (member, z) in self.members.iter().zip(&of_members) {
            let z = as_scalar(z);
            of_base += z * member.s;
            if let Some(sum) = of_key.get_mut(member.key) {
                *sum -= z * member.h;
            }
        }
        let base = curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
        let scalars = of_key.iter().chain([&of_base]);
        let points = self.keys.iter().map(|key| &key.point).chain([&base]);
        EdwardsPoint::vartime_multiscalar_mul(scalars, points) == sum_of_points
    }

    fn seed(&self) -> [u8; 32] {
        let mut context = Context::new(&SHA256);
        context.update(DOMAIN);
        context.update(&self.transcript);
        let mut seed = [0; 32];
        seed.copy_from_slice(context.finish().as_ref());
        seed
    }
}

/// A coefficient, most significant byte first.
type Coefficient = [u8; 16];

fn as_scalar(z: &Coefficient) -> Scalar {
    Scalar::from(u128::from_be_bytes(*z))
}

/// As many coefficients as asked for, two from each digest of seed, kind and number.
fn coefficients(seed: &[u8; 32], kind: u8, count: usize) -> Vec<Coefficient> {
    (0_u64..)
        .flat_map(|n| {
            let digest = sha256(&[seed, &[kind], &n.to_be_bytes()]);
            [digest.first_chunk().copied(), digest.last_chunk().copied()]
        })
        .flatten()
        .take(count)
        .collect()
}

/// For each bit of the coefficients, the highest first, the sum of the points that have it.
fn sums_by_bit<'a>(
    points: impl Iterator<Item = (&'a EdwardsPoint, &'a Coefficient)> + Clone,
) -> Vec<EdwardsPoint> {
    let bytes = Coefficient::default().len();
    let mut sums = Vec::with_capacity(bytes.saturating_mul(8));
    for byte in 0..bytes {
        let mut buckets = vec![EdwardsPoint::identity(); BUCKETS];
        for (point, z) in points.clone() {
            let value = z.get(byte).copied().map(usize::from);
            if let Some(bucket) = value.and_then(|value| buckets.get_mut(value)) {
                *bucket += point;
            }
        }
        // The upper half of the buckets has the highest bit; without it, it falls on the lower.
        while buckets.len() > 1 {
            let upper = buckets.split_off(buckets.len() / 2);
            sums.push(upper.iter().sum());
            for (low, high) in buckets.iter_mut().zip(&upper) {
                *low += high;
            }
        }
    }
    sums
}
