//! The legs of a paper: who passed which units to whom, and whether one may turn back for them.
//!
//! A leg is an accepted offer, a concluded purchase or an accepted re-transfer. It states a mode
//! between its two sides and nobody else. All units of one leg came by the same leg before it, so
//! the legs of a paper form a tree that grows from the payee; the units held now stand at its ends.
//! A purchase whose money came back is no leg, nor is a transfer that both sides took back as a
//! mistake: the units stand where they stood before it. So do units that their giver has paid for by
//! recourse.

use std::collections::HashMap;

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::entry::Cut;
use crate::fragment::Side;
use crate::id::PartyId;
use crate::quote::Quote;
use crate::range::Range;
use crate::recourse::Recourse;

/// By what one party passed units to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LegKind {
    /// An offer on a trade document, accepted.
    Transfer,
    /// A purchase by a finance provider, paid.
    Sale,
    /// An offer from one finance provider to another, accepted.
    Retransfer,
}

impl LegKind {
    /// Stable word for files and interfaces.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            LegKind::Transfer => "transfer",
            LegKind::Sale => "sale",
            LegKind::Retransfer => "retransfer",
        }
    }
}

/// What an entry does to the fragment it spends, as far as turning back is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// The paper begins: the payee holds all of it.
    Begins,
    /// Its front part is offered or sold; nothing has moved yet.
    Offers(LegKind, Recourse),
    /// What was offered or sold goes to the other side.
    Takes,
    /// What was bought goes back to its seller.
    Returns,
    /// What was passed on by mistake goes back to its giver.
    TakenBack,
    /// The giver takes a claim by recourse up for this much, minor units; nothing has moved yet.
    Claims(i64),
    /// It has paid: what was claimed on is its own again.
    PaidBack,
    /// The obligor has paid it early, and holds it: nobody turns to anybody for it.
    Redeems,
    /// It stays with its holder, or ends.
    Stays,
}

impl Passing {
    /// What an act is; `None` for acts that spend no fragment and begin no paper.
    ///
    /// # Errors
    /// The quote of a sale is not in canonical form.
    pub fn of(act: &Act) -> Result<Option<Passing>, CanonicalError> {
        if let Some(quote) = act.quote_bytes() {
            let recourse = Quote::from_bytes(quote)?.recourse;
            return Ok(Some(Passing::Offers(LegKind::Sale, recourse)));
        }
        Ok(match act {
            Act::Issue(_) => Some(Passing::Begins),
            Act::Offer(offer) => Some(Passing::Offers(LegKind::Transfer, offer.recourse)),
            Act::OfferRetransfer(offer) => {
                Some(Passing::Offers(LegKind::Retransfer, offer.recourse))
            }
            Act::AcceptOffer | Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. } => {
                Some(Passing::Takes)
            }
            Act::ReverseDiscount(_) => Some(Passing::Returns),
            Act::Correct(_) => Some(Passing::TakenBack),
            Act::AgreeRecourse(recourse) => Some(Passing::Claims(recourse.amount.minor())),
            Act::CompleteRecourse { .. } => Some(Passing::PaidBack),
            Act::CompleteRedemption { .. } => Some(Passing::Redeems),
            Act::Accept
            | Act::Refuse
            | Act::Withdraw
            | Act::Split
            | Act::DeclineOffer
            | Act::RecallOffer
            | Act::LapseOffer(_)
            | Act::Pledge { .. }
            | Act::ReleasePledge
            | Act::Freeze(_)
            | Act::Unfreeze(_)
            | Act::ReleaseDiscount { .. }
            | Act::ReleaseRecourse { .. }
            | Act::WriteOff(_)
            | Act::Join(_)
            | Act::AcceptRedemption { .. }
            | Act::ReleaseRedemption { .. }
            | Act::AgreeDiscount { .. }
            | Act::AgreeDiscountByCard { .. } => Some(Passing::Stays),
            Act::OpenBook { .. }
            | Act::EnrolParty(_)
            | Act::EnrolKey { .. }
            | Act::RevokeKey { .. }
            | Act::Extend(_)
            | Act::Void(_)
            | Act::Settle { .. }
            | Act::Default(_)
            | Act::PayInterest(_) => None,
        })
    }
}

/// One entry of a paper, as far as its legs are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassingStep {
    /// A number that names the entry among those of its paper.
    pub entry: i64,
    /// The fragment it spends: the entry that made it, and which part; none for an issue.
    pub spends: Option<(i64, Side)>,
    /// The neighbour that it joins to it.
    pub joins: Option<(i64, Side)>,
    /// `[lo, mid)` is what it acts on.
    pub cut: Cut,
    /// Who holds `[lo, mid)` after it; none if nobody does.
    pub holder: Option<PartyId>,
    /// What it does.
    pub does: Passing,
}

/// An entry that doesn't follow from those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry} does not follow from the entries before it")]
pub struct Unfollowed {
    /// Its number.
    pub entry: i64,
}

/// One leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// The entry by which the units moved: the leg's identity.
    pub entry: i64,
    /// By what.
    pub kind: LegKind,
    /// Who passed them on.
    pub giver: PartyId,
    /// Who got them.
    pub recipient: PartyId,
    /// Whether the recipient may turn back to the giver.
    pub recourse: Recourse,
    /// All units of it.
    pub range: Range,
    /// Place of the leg by which the giver had got them, always an earlier one; none if the giver
    /// is the payee and has them from the issue.
    pub before: Option<usize>,
    /// Whether it was undone: a purchase whose money came back, a transfer taken back.
    pub undone: bool,
    /// What was paid on it by recourse, minor units: a limit leaves so much less.
    pub paid_back: i64,
}

/// Units that stand at an end of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which units.
    pub range: Range,
    /// Who holds them; what is offered, sold and unpaid, pledged or frozen is its holder's.
    pub holder: PartyId,
    /// Place of the leg by which the holder got them; none if by the issue.
    pub leg: Option<usize>,
}

/// All legs of a paper and the units at their ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegTree {
    legs: Vec<Leg>,
    ends: Vec<Standing>,
}

/// An end while the tree grows.
#[derive(Debug, Clone, Copy)]
struct Open {
    stands: Standing,
    offered: Option<(LegKind, Recourse)>,
    claimed: i64,
}

impl LegTree {
    /// Grows it from entries of one paper in book order. With all of them the ends tile the face;
    /// with some, each with all before it on its path, what was left out has not happened. Linear.
    ///
    /// # Errors
    /// [`Unfollowed`]: a fragment is spent that isn't there, or moves without having been offered.
    pub fn grow(steps: impl IntoIterator<Item = PassingStep>) -> Result<LegTree, Unfollowed> {
        let mut open: HashMap<(i64, Side), Open> = HashMap::new();
        let mut legs: Vec<Leg> = Vec::new();
        for step in steps {
            let broken = Unfollowed { entry: step.entry };
            let left = Range::new(step.cut.lo, step.cut.mid).map_err(|_empty| broken)?;
            let after = match step.spends {
                None => begun(&step, left),
                Some(spent) => {
                    let spent = open.remove(&spent).ok_or(broken)?;
                    if let Some(neighbour) = step.joins {
                        let neighbour = open.remove(&neighbour).ok_or(broken)?;
                        if !is_beside(&spent.stands, &neighbour.stands) {
                            return Err(broken);
                        }
                    }
                    if let Ok(rest) = Range::new(left.hi(), spent.stands.range.hi()) {
                        let rest = Standing {
                            range: rest,
                            ..spent.stands
                        };
                        let rest = Open {
                            stands: rest,
                            offered: None,
                            claimed: 0,
                        };
                        open.insert((step.entry, Side::Right), rest);
                    }
                    passed(&step, spent, left, &mut legs)
                }
            };
            match (after, step.holder) {
                (Some(after), Some(_)) => {
                    open.insert((step.entry, Side::Left), after);
                }
                (None, None) => {}
                _ => return Err(broken),
            }
        }
        let mut ends: Vec<Standing> = open.into_values().map(|end| end.stands).collect();
        ends.sort_unstable_by_key(|end| end.range.lo());
        Ok(LegTree { legs, ends })
    }

    /// The legs in book order; a leg stands after the one before it.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// The units at the ends, in their order.
    #[must_use]
    pub fn ends(&self) -> &[Standing] {
        &self.ends
    }

    /// The leg at a place.
    #[must_use]
    pub fn leg(&self, place: Option<usize>) -> Option<&Leg> {
        self.legs.get(place?)
    }
}

/// Whether the second goes on where the first ends, in the same hand and by the same leg.
fn is_beside(first: &Standing, second: &Standing) -> bool {
    first.range.hi() == second.range.lo()
        && first.holder == second.holder
        && first.leg == second.leg
}

fn begun(step: &PassingStep, range: Range) -> Option<Open> {
    let holder = step.holder.filter(|_| step.does == Passing::Begins)?;
    let stands = Standing {
        range,
        holder,
        leg: None,
    };
    Some(Open {
        stands,
        offered: None,
        claimed: 0,
    })
}

/// What becomes of `left`, the front of what was spent; `None` if it ends, or if that can't be.
fn passed(step: &PassingStep, spent: Open, left: Range, legs: &mut Vec<Leg>) -> Option<Open> {
    let before = Standing {
        range: left,
        ..spent.stands
    };
    let holder = step.holder?;
    let mut claimed = 0;
    let (holder, leg, offered) = match step.does {
        Passing::Begins => return None,
        Passing::Stays if holder == before.holder => (holder, before.leg, None),
        Passing::Offers(kind, recourse) if holder == before.holder => {
            (holder, before.leg, Some((kind, recourse)))
        }
        Passing::Claims(sum) if holder == before.holder => {
            claimed = sum;
            (holder, before.leg, None)
        }
        Passing::PaidBack => {
            let came_by = legs.get_mut(before.leg?)?;
            if came_by.giver != holder {
                return None;
            }
            came_by.paid_back = came_by.paid_back.checked_add(spent.claimed)?;
            (holder, came_by.before, None)
        }
        Passing::Redeems => (holder, None, None),
        Passing::Stays | Passing::Offers(..) | Passing::Claims(_) => return None,
        Passing::Takes => {
            let (kind, recourse) = spent.offered?;
            legs.push(Leg {
                entry: step.entry,
                kind,
                giver: before.holder,
                recipient: holder,
                recourse,
                range: left,
                before: before.leg,
                undone: false,
                paid_back: 0,
            });
            (holder, legs.len().checked_sub(1), None)
        }
        Passing::Returns | Passing::TakenBack => {
            let kind = if step.does == Passing::Returns {
                LegKind::Sale
            } else {
                LegKind::Transfer
            };
            let undone = legs.get_mut(before.leg?)?;
            if undone.giver != holder || undone.kind != kind {
                return None;
            }
            undone.undone = true;
            (holder, undone.before, None)
        }
    };
    let stands = Standing {
        range: left,
        holder,
        leg,
    };
    Some(Open {
        stands,
        offered,
        claimed,
    })
}
