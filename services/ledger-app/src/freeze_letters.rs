//! Who is told what of a freeze: one letter a party and order. The holder and the pledgee read whose
//! order it is; to whom a fragment was offered learns that the offer is over, and not why.

use std::collections::BTreeMap;

use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use ledger_store::freezes::FreezeProposal;

use crate::held_fragment::HeldFragment;
use crate::notice::Notice;
use crate::notice_events::FreezeStep;
use crate::notice_events::FreezeTold;
use crate::notice_events::FrozenNamed;
use crate::notice_events::PaperEvent;

/// Fragments that one letter names.
const NAMED: usize = 20;

/// Fragments by reader and what they are to it.
#[derive(Default)]
pub(crate) struct Gathered(BTreeMap<(PartyId, u8), (FreezeStep, Vec<FrozenNamed>, u32)>);

impl Gathered {
    fn add(&mut self, reader: PartyId, step: FreezeStep, held: &HeldFragment, amount: Amount) {
        let place = match step {
            FreezeStep::Frozen => 0,
            FreezeStep::FrozenPledge => 1,
            FreezeStep::OfferOver => 2,
            FreezeStep::Ended => 3,
        };
        let (_, named, count) = self
            .0
            .entry((reader, place))
            .or_insert_with(|| (step, Vec::new(), 0));
        *count = count.saturating_add(1);
        if named.len() < NAMED {
            named.push(FrozenNamed {
                fragment: held.named(amount),
                amount: held.money(amount),
            });
        }
    }

    /// The front `amount` of this fragment has been frozen.
    pub(crate) fn frozen(&mut self, held: &HeldFragment, amount: Amount) {
        self.add(held.fragment.holder, FreezeStep::Frozen, held, amount);
        match held.fragment.state {
            FragmentState::Pledged { pledgee } => {
                self.add(pledgee, FreezeStep::FrozenPledge, held, amount);
            }
            FragmentState::Offered { to } => self.add(to, FreezeStep::OfferOver, held, amount),
            FragmentState::PendingAcceptance
            | FragmentState::Held
            | FragmentState::FinanceLocked { .. }
            | FragmentState::Frozen { .. }
            | FragmentState::Redeemed => {}
            FragmentState::Recourse { .. } | FragmentState::WrittenOff => {}
        }
    }

    /// This fragment is frozen no more.
    pub(crate) fn ended(&mut self, held: &HeldFragment) {
        let amount = held.fragment.range.amount();
        self.add(held.fragment.holder, FreezeStep::Ended, held, amount);
        if let Some(pledgee) = held.fragment.state.counterparty() {
            self.add(pledgee, FreezeStep::Ended, held, amount);
        }
    }

    /// The letters about an order that has caught these, or that is over.
    pub(crate) fn letters(self, freeze: &FreezeProposal) -> Vec<(PartyId, Notice)> {
        let letter = |((reader, _), (step, fragments, count))| {
            let told = step != FreezeStep::OfferOver;
            let shown = |text: &str| if told { text.to_owned() } else { String::new() };
            let notice = Notice::PaperEvent(PaperEvent::Freeze(FreezeTold {
                step,
                authority: shown(&freeze.authority),
                reference: shown(&freeze.reference),
                until: freeze.until.filter(|_| told && step != FreezeStep::Ended),
                fragments,
                count,
            }));
            (reader, notice)
        };
        self.0.into_iter().map(letter).collect()
    }
}
