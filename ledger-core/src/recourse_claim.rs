//! Recourse (追索) and going on with it (再追索): who holds a part of a paper in default turns to the
//! party that gave it, if the leg between the two says so, and to nobody further up. That party pays
//! what is owed on the part, the part is its own again, and it may turn to whom it had it from.
//!
//! Two signatures make an agreement of it: the holder signs the claim, the other the entry that
//! carries it. Then the part waits for the money; on the bank's word it moves, or is free again. While
//! it waits the paper isn't closed: whose cash is whose stands open, so nobody is paid twice.
//!
//! What is claimed is the part of the face that is owed on these units. Late interest is paid by the
//! obligor to whoever holds them when it comes, for the whole time; what the two settle between them
//! about the days before is theirs.

use crate::agreed_terms::AgreedTerms;
use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::fragment_act::FragmentAct;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::party::PartyKind;
use crate::quote::read_range;
use crate::range::Range;
use crate::recourse::Recourse;
use crate::refusal::Refusal;
use crate::terms::read_amount;

/// First byte of a claim: no other thing that a party signs begins with it.
const FORM: u8 = 0xa2;

/// What the holder signs: it turns to `against` for what is owed on these units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecourseClaim {
    /// Its id.
    pub id: [u8; 16],
    /// Of which paper.
    pub paper: PaperId,
    /// The fragment that is given up for the money.
    pub fragment: FragmentRef,
    /// All its units.
    pub range: Range,
    /// Who holds it.
    pub claimant: PartyId,
    /// From whom it was had.
    pub against: PartyId,
    /// The entry by which it was had: what it states on recourse is what the claim rests on.
    pub leg: EntryHash,
}

/// The claim taken up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecourseAct {
    /// The claim's canonical bytes, which the holder signed.
    pub claim: Vec<u8>,
    /// What will be paid for the units that the entry acts on.
    pub amount: Amount,
}

/// What is due by recourse on a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecourseDue {
    /// How many units move for it, from the fragment's first on: all, but where the leg has a limit.
    pub units: i64,
    /// What is owed on them.
    pub amount: Amount,
}

impl RecourseClaim {
    /// Canonical bytes: what the claimant signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(FORM);
        w.fixed(&self.id);
        w.fixed(self.paper.bytes());
        w.fixed(self.fragment.parent.bytes());
        w.u8(self.fragment.side.code());
        w.i64(self.range.lo());
        w.i64(self.range.hi());
        w.fixed(self.claimant.bytes());
        w.fixed(self.against.bytes());
        w.fixed(self.leg.bytes());
        w.finish()
    }

    /// Reads what [`RecourseClaim::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<RecourseClaim, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != FORM {
            return Err(CanonicalError::Unlawful("form of a claim"));
        }
        let claim = RecourseClaim {
            id: r.fixed()?,
            paper: PaperId::from_bytes(r.fixed()?),
            fragment: FragmentRef {
                parent: EntryHash::from_bytes(r.fixed()?),
                side: Side::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("side"))?,
            },
            range: read_range(&mut r)?,
            claimant: PartyId::from_bytes(r.fixed()?),
            against: PartyId::from_bytes(r.fixed()?),
            leg: EntryHash::from_bytes(r.fixed()?),
        };
        r.finish()?;
        Ok(claim)
    }
}

impl RecourseAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.claim);
        w.i64(self.amount.minor());
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<RecourseAct, CanonicalError> {
        Ok(RecourseAct {
            claim: r.bytes()?.to_vec(),
            amount: read_amount(r)?,
        })
    }
}

/// What of `received` on `whole` units of one holder lies on `units` of them, in minor units, rounded
/// down: what goes with the units when they change hands.
#[must_use]
pub fn received_on(units: i64, whole: i64, received: i64) -> i64 {
    let part = i128::from(received)
        .checked_mul(i128::from(units))
        .and_then(|product| product.checked_div(i128::from(whole)));
    part.and_then(|part| i64::try_from(part).ok()).unwrap_or(0)
}

/// What is due on a fragment of `units` of a holder who has `whole` units of the paper in all and has
/// `received` on them: all that is owed, or up to `limit` the front part on which that much is. None
/// if nothing is owed, or the limit is used up.
#[must_use]
pub fn recourse_due(
    units: i64,
    whole: i64,
    received: i64,
    limit: Option<Amount>,
) -> Option<RecourseDue> {
    let owed_on = |units: i64| units.saturating_sub(received_on(units, whole, received));
    let all = owed_on(units);
    let amount = limit.map_or(all, |limit| limit.minor().min(all));
    if amount <= 0 {
        return None;
    }
    // What is owed grows by one or nothing with each unit: the first number of units that reaches it.
    let (mut low, mut high) = (amount, units);
    while amount < all && low < high {
        let middle = low.midpoint(high);
        if owed_on(middle) < amount {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    Some(RecourseDue {
        units: high,
        amount: Amount::from_minor(amount).ok()?,
    })
}

/// A claim with the sum that is agreed on.
pub(crate) struct Claimed {
    pub(crate) claim: RecourseClaim,
    pub(crate) amount: Amount,
}

impl Claimed {
    pub(crate) fn of(act: &RecourseAct) -> Result<AgreedTerms, Refusal> {
        let claim = RecourseClaim::from_bytes(&act.claim)
            .map_err(|_bytes| Refusal::WrongShape("the claim can't be read"))?;
        let amount = act.amount;
        Ok(AgreedTerms::Claimed(Box::new(Claimed { claim, amount })))
    }

    /// Whether the claim is this holder's on this very fragment.
    pub(crate) fn check_fit(&self, act: &FragmentAct<'_>) -> Result<(), Refusal> {
        let (claim, spent) = (&self.claim, act.spent);
        let fits = claim.paper == spent.paper
            && claim.fragment == spent.reference
            && claim.range == spent.range
            && claim.claimant == spent.holder;
        if fits {
            Ok(())
        } else {
            Err(Refusal::ClaimDoesNotFit)
        }
    }
}

impl Ledger {
    /// Whether the fragment came by this leg from the party to whom the holder turns, and the leg
    /// gives recourse. How much is owed is known where the whole journal is at hand
    /// ([`crate::replay`]).
    pub(crate) fn check_leg(&self, claimed: &Claimed, left: Range) -> Result<(), Refusal> {
        let claim = &claimed.claim;
        let leg = self.leg(claim.fragment).filter(|leg| {
            leg.moved_by == claim.leg
                && leg.giver == claim.against
                && leg.recipient == claim.claimant
        });
        let possible = match leg.ok_or(Refusal::ClaimDoesNotFit)?.recourse {
            Recourse::Without => return Err(Refusal::NoRecourse),
            Recourse::With => left == claim.range,
            // A rest is only left where the limit is reached.
            Recourse::Limited(most) => claimed.amount <= most,
        };
        if possible && !claimed.amount.is_zero() && claimed.amount <= left.amount() {
            Ok(())
        } else {
            Err(Refusal::RecourseSumDoesNotFit)
        }
    }

    /// The tier of whoever takes a fragment back: a supplier had it from one tier up, a finance
    /// provider stands where its seller stood.
    pub(crate) fn tier_of_giver(&self, spent: &Fragment) -> u16 {
        match self.party(spent.holder).map(|party| party.kind) {
            Some(PartyKind::FinanceProvider) => spent.tier,
            _ => spent.tier.saturating_sub(1).max(1),
        }
    }
}
