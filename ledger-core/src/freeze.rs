//! Freezing by order (冻结) and what ends it (解冻): a court or an authority orders, the operator's two
//! people carry it out, and the book's own key records it. The key disposes of nothing: a frozen
//! fragment stays its holder's, moves to nobody, and is its holder's again when the freeze ends.
//!
//! An order is not bound by what holders may do among themselves: it takes an offered fragment out of
//! its offer, it ranks before a pledge (which lives on behind it and stands again afterwards), and the
//! part it names may be smaller than the smallest that could be passed on. What is sold and waits for
//! its money it can't take: whose that is stands open until the bank has spoken.
//!
//! From the due date on nothing is frozen any more: then there is only the payment, and an order
//! against that goes to the bank that pays. What was frozen before stays frozen, and while it does the
//! paper can't be closed: the money of the frozen part may not be paid out, and is nobody's to hold.

use chrono::NaiveDate;

use crate::act::Act;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::Entry;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentState;
use crate::fragment::Side;
use crate::refusal::Refusal;
use crate::signature::signatures_to_bytes;

/// The order that something rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who ordered, such as a court.
    pub authority: String,
    /// Its number for the order.
    pub reference: String,
}

/// The operator's two people who carried it out, as the platform names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hands {
    /// Who entered it.
    pub proposed: String,
    /// Who held it against the order and decided.
    pub decided: String,
}

/// A freeze: on which order, until when, by which two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeAct {
    /// What was ordered.
    pub order: Order,
    /// The last day on which it stands.
    pub until: NaiveDate,
    /// Who carried it out.
    pub hands: Hands,
}

/// Why a freeze is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfreezing {
    /// Its last day has passed.
    Ended,
    /// It was lifted before that.
    Lifted {
        /// By which order.
        order: Order,
        /// Who carried it out.
        hands: Hands,
    },
}

/// The end of a freeze. It shows the entry that froze: a fragment is named by the hash of the entry
/// that made it, so that nothing else can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfreezeAct {
    /// The entry that froze the fragment.
    pub frozen: SealedEntry,
    /// Why it is over.
    pub ground: Unfreezing,
}

impl Order {
    fn write(&self, w: &mut Writer) {
        w.text(&self.authority);
        w.text(&self.reference);
    }

    fn read(r: &mut Reader<'_>) -> Result<Order, CanonicalError> {
        Ok(Order {
            authority: r.text()?,
            reference: r.text()?,
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.authority.trim().is_empty() || self.reference.trim().is_empty() {
            return Err(Refusal::NoOrder);
        }
        Ok(())
    }
}

impl Hands {
    fn write(&self, w: &mut Writer) {
        w.text(&self.proposed);
        w.text(&self.decided);
    }

    fn read(r: &mut Reader<'_>) -> Result<Hands, CanonicalError> {
        Ok(Hands {
            proposed: r.text()?,
            decided: r.text()?,
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        let named = !self.proposed.trim().is_empty() && !self.decided.trim().is_empty();
        if named && self.proposed != self.decided {
            Ok(())
        } else {
            Err(Refusal::SamePerson)
        }
    }
}

impl FreezeAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        self.order.write(w);
        w.date(self.until);
        self.hands.write(w);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<FreezeAct, CanonicalError> {
        Ok(FreezeAct {
            order: Order::read(r)?,
            until: r.date()?,
            hands: Hands::read(r)?,
        })
    }
}

impl UnfreezeAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.frozen.entry().to_bytes());
        w.bytes(&signatures_to_bytes(self.frozen.signatures()));
        match &self.ground {
            Unfreezing::Ended => w.u8(1),
            Unfreezing::Lifted { order, hands } => {
                w.u8(2);
                order.write(w);
                hands.write(w);
            }
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<UnfreezeAct, CanonicalError> {
        let body = r.bytes()?.to_vec();
        let frozen = SealedEntry::from_bytes(&body, r.bytes()?)?;
        if !matches!(frozen.entry().act, Act::Freeze(_)) {
            return Err(CanonicalError::Unlawful("entry of a freeze"));
        }
        let ground = match r.u8()? {
            1 => Unfreezing::Ended,
            2 => Unfreezing::Lifted {
                order: Order::read(r)?,
                hands: Hands::read(r)?,
            },
            _ => return Err(CanonicalError::Unlawful("end of a freeze")),
        };
        Ok(UnfreezeAct { frozen, ground })
    }

    /// The freeze that it ends.
    #[must_use]
    pub fn freeze(&self) -> Option<&FreezeAct> {
        match &self.frozen.entry().act {
            Act::Freeze(freeze) => Some(freeze),
            _ => None,
        }
    }

    /// Whether the entry shown is the one that froze this fragment.
    pub(crate) fn check_fit(&self, spent: &Fragment) -> Result<(), Refusal> {
        if spent.reference == self.frozen.fragment(Side::Left) {
            Ok(())
        } else {
            Err(Refusal::NotThatFreeze)
        }
    }
}

/// Two people, where an act is theirs: that stands with the signatures.
pub(crate) fn check_hands(act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Freeze(freeze) => freeze.hands.check(),
        Act::Unfreeze(unfreeze) => match &unfreeze.ground {
            Unfreezing::Ended => Ok(()),
            Unfreezing::Lifted { hands, .. } => hands.check(),
        },
        _ => Ok(()),
    }
}

/// An order begins before it ends; a freeze that nobody lifts stands until its last day is over.
pub(crate) fn check_days(entry: &Entry) -> Result<(), Refusal> {
    match &entry.act {
        Act::Freeze(freeze) if freeze.until < entry.date => Err(Refusal::OrderEnded(freeze.until)),
        Act::Unfreeze(unfreeze) if unfreeze.ground == Unfreezing::Ended => {
            match unfreeze.freeze().map(|freeze| freeze.until) {
                Some(until) if entry.date <= until => Err(Refusal::FreezeStands(until)),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Nothing is frozen, and nothing lifted before its time, without an order that is named.
pub(crate) fn check_order(act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Freeze(freeze) => freeze.order.check(),
        Act::Unfreeze(unfreeze) => match &unfreeze.ground {
            Unfreezing::Ended => Ok(()),
            Unfreezing::Lifted { order, .. } => order.check(),
        },
        _ => Ok(()),
    }
}

/// Whether a fragment in this state can be frozen.
pub(crate) const fn can_freeze(state: FragmentState) -> bool {
    matches!(
        state,
        FragmentState::Held | FragmentState::Offered { .. } | FragmentState::Pledged { .. }
    )
}

/// The state that a freeze gives: it remembers a pledge, and nothing else.
pub(crate) const fn frozen(before: FragmentState) -> FragmentState {
    match before {
        FragmentState::Pledged { pledgee } => FragmentState::Frozen {
            pledgee: Some(pledgee),
        },
        _ => FragmentState::Frozen { pledgee: None },
    }
}

/// The state after it.
pub(crate) const fn thawed(frozen: FragmentState) -> FragmentState {
    match frozen {
        FragmentState::Frozen {
            pledgee: Some(pledgee),
        } => FragmentState::Pledged { pledgee },
        _ => FragmentState::Held,
    }
}
