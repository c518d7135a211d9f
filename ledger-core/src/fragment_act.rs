//! Acts on one fragment: what is split, offered, accepted, sold, and how the cut falls.

use crate::act::Act;
use crate::act::OfferAct;
use crate::agreed_terms::AgreedTerms;
use crate::apply::Applied;
use crate::entry::Entry;
use crate::fragment::Fragment;
use crate::fragment::FragmentRef;
use crate::fragment::FragmentState;
use crate::fragment::Side;
use crate::freeze::can_freeze;
use crate::freeze::check_order;
use crate::freeze::frozen;
use crate::freeze::thawed;
use crate::hash::EntryHash;
use crate::id::PartyId;
use crate::paper::Paper;
use crate::paper::PaperState;
use crate::party::PartyKind;
use crate::quote::Quote;
use crate::range::Range;
use crate::redemption::check_foreseen;
use crate::redemption::is_locked_for_obligor;
use crate::redemption::with_redeemed;
use crate::refusal::Refusal;
use crate::retransfer::RetransferAct;
use crate::rule_pack::RegistrationDuty;
use crate::rule_pack::RulePack;
use crate::standing_offer::ProvedRow;
use crate::write_off::check_evidence;
use crate::write_off::check_free_to_write_off;

/// An act on one fragment of one paper, with all it needs to be judged.
pub(crate) struct FragmentAct<'a> {
    pub(crate) entry: &'a Entry,
    pub(crate) paper: &'a Paper,
    pub(crate) spent: &'a Fragment,
    /// What the party is that the fragment waits for, if it waits for one.
    pub(crate) recipient: Option<PartyKind>,
    /// How far down the chain whoever gave the fragment to its holder stands.
    pub(crate) tier_of_giver: u16,
}

impl FragmentAct<'_> {
    pub(crate) fn check_state(&self) -> Result<(), Refusal> {
        let waits_for_payee = self.paper.state == PaperState::PendingAcceptance;
        match (&self.entry.act, self.spent.state) {
            (Act::Accept | Act::Refuse | Act::Withdraw, state) => {
                if waits_for_payee && state == FragmentState::PendingAcceptance {
                    Ok(())
                } else {
                    Err(Refusal::NothingToAnswer)
                }
            }
            // Only an order's end may come after the first payment.
            (Act::Unfreeze(_), FragmentState::Frozen { .. }) if self.paper.state.is_owed() => {
                Ok(())
            }
            (act, state) if is_recourse(act) => self.check_recourse_state(state),
            (Act::WriteOff(_), state) => check_free_to_write_off(self.paper, state),
            _ if self.paper.state != PaperState::Active => Err(Refusal::PaperNotActive),
            (_, FragmentState::WrittenOff) => Err(Refusal::AlreadyWrittenOff),
            (Act::Freeze(_), state) if can_freeze(state) => Ok(()),
            (
                Act::Split
                | Act::Offer(_)
                | Act::OfferRetransfer(_)
                | Act::AgreeDiscount { .. }
                | Act::AgreeDiscountByCard { .. }
                | Act::Pledge { .. }
                | Act::AcceptRedemption { .. }
                | Act::ReverseDiscount(_)
                | Act::Correct(_)
                | Act::Join(_),
                FragmentState::Held,
            )
            | (Act::ReleasePledge, FragmentState::Pledged { .. })
            | (
                Act::AcceptOffer | Act::DeclineOffer | Act::RecallOffer | Act::LapseOffer(_),
                FragmentState::Offered { .. },
            ) => Ok(()),
            (
                Act::CompleteDiscount { .. }
                | Act::CompleteRegistered { .. }
                | Act::ReleaseDiscount { .. },
                state @ FragmentState::FinanceLocked { .. },
            ) if !is_locked_for_obligor(state, self.paper) => Ok(()),
            (Act::CompleteRedemption { .. } | Act::ReleaseRedemption { .. }, state)
                if is_locked_for_obligor(state, self.paper) =>
            {
                Ok(())
            }
            (
                Act::Split
                | Act::Offer(_)
                | Act::OfferRetransfer(_)
                | Act::AgreeDiscount { .. }
                | Act::AgreeDiscountByCard { .. }
                | Act::Pledge { .. }
                | Act::Freeze(_)
                | Act::AcceptRedemption { .. }
                | Act::ReverseDiscount(_)
                | Act::Correct(_)
                | Act::Join(_),
                _,
            ) => Err(Refusal::FragmentNotFree),
            _ => Err(Refusal::NothingToAnswer),
        }
    }

    /// Recourse begins with a default on record, and goes on when a part of the face has come since.
    fn check_recourse_state(&self, state: FragmentState) -> Result<(), Refusal> {
        if !self.paper.state.is_owed() {
            return Err(Refusal::PaperNotActive);
        }
        match (&self.entry.act, state) {
            (Act::AgreeRecourse(_), FragmentState::Held) if self.paper.arrears.dishonoured => {
                Ok(())
            }
            (Act::AgreeRecourse(_), FragmentState::Held) => Err(Refusal::NotInDefault),
            (Act::AgreeRecourse(_), FragmentState::WrittenOff) => Err(Refusal::AlreadyWrittenOff),
            (Act::AgreeRecourse(_), _) => Err(Refusal::FragmentNotFree),
            (_, FragmentState::Recourse { .. }) => Ok(()),
            _ => Err(Refusal::NothingToAnswer),
        }
    }

    /// From the due date on nothing moves but money. What undoes an open offer or a sale whose
    /// money never came, or finishes one whose money did, must still be possible.
    pub(crate) fn check_maturity_passed(&self) -> Result<(), Refusal> {
        let moves = matches!(
            self.entry.act,
            Act::Accept
                | Act::Split
                | Act::Offer(_)
                | Act::OfferRetransfer(_)
                | Act::AcceptOffer
                | Act::AgreeDiscount { .. }
                | Act::AgreeDiscountByCard { .. }
                | Act::Pledge { .. }
                | Act::AcceptRedemption { .. }
                | Act::Freeze(_)
                | Act::Correct(_)
                | Act::Join(_)
        );
        if moves && self.entry.date >= self.paper.due_date {
            return Err(Refusal::PastMaturity(self.paper.due_date));
        }
        Ok(())
    }

    /// The cut must lie on the spent fragment; acts on a whole fragment cut at its end.
    pub(crate) fn check_cut(&self) -> Result<Range, Refusal> {
        let cut = self.entry.cut;
        let range = self.spent.range;
        let asked = cut.mid.saturating_sub(cut.lo);
        if asked <= 0 {
            return Err(Refusal::ZeroAmount);
        }
        let held = range.amount();
        if asked > held.minor() {
            return Err(Refusal::MoreThanHeld { held, asked });
        }
        if cut.lo != range.lo() || cut.hi != range.hi() {
            return Err(Refusal::WrongCut);
        }
        let may_leave_rest = matches!(
            self.entry.act,
            Act::Split
                | Act::Offer(_)
                | Act::OfferRetransfer(_)
                | Act::AgreeDiscount { .. }
                | Act::AgreeDiscountByCard { .. }
                | Act::Pledge { .. }
                | Act::AgreeRecourse(_)
        ) || self.freezes_front();
        let leaves_rest = cut.mid < cut.hi;
        let must_leave_rest = matches!(self.entry.act, Act::Split);
        if (leaves_rest && !may_leave_rest) || (must_leave_rest && !leaves_rest) {
            return Err(Refusal::WrongCut);
        }
        Range::new(cut.lo, cut.mid).map_err(|_empty| Refusal::ZeroAmount)
    }

    pub(crate) fn check_quote(&self, quote: &Quote, left: Range) -> Result<(), Refusal> {
        let fits = quote.paper == self.spent.paper
            && quote.fragment == self.spent.reference
            && quote.holder == self.spent.holder
            && quote.range == left
            && quote.currency == self.paper.currency
            && quote.pay_date >= self.entry.date
            && quote.pay_date < self.paper.due_date
            && quote.adds_up();
        if fits {
            Ok(())
        } else {
            Err(Refusal::QuoteDoesNotFit)
        }
    }

    /// The quote must be the one that the card gives today, to the cent and to the day.
    pub(crate) fn check_card(&self, quote: &Quote, proved: &ProvedRow) -> Result<(), Refusal> {
        let (obligor, due_date) = (self.paper.obligor, self.paper.due_date);
        match proved.quote(quote, obligor, due_date, self.entry.date) {
            Some(follows) if follows == *quote => Ok(()),
            _ => Err(Refusal::CardDoesNotFit),
        }
    }

    /// The rules of the entry's day, and the paper's own terms.
    pub(crate) fn check_terms(&self, agreed: &AgreedTerms) -> Result<(), Refusal> {
        let terms = &self.paper.terms;
        let pack = RulePack::on(self.entry.date);
        agreed.check_rules(pack)?;
        if matches!(self.entry.act, Act::CompleteDiscount { .. })
            && pack.registration.says == RegistrationDuty::InJournal
        {
            pack.check_registered(false)?;
        }
        if matches!(self.entry.act, Act::Offer(_) | Act::OfferRetransfer(_)) && !terms.transferable
        {
            return Err(Refusal::NotTransferable);
        }
        if matches!(self.entry.act, Act::Offer(_)) && self.spent.tier >= terms.maximum_tier {
            return Err(Refusal::TooDeep(terms.maximum_tier));
        }
        if let Some(stated) = agreed.recourse(&self.entry.act)
            && !terms.payment.recourse.allow(stated)
        {
            return Err(Refusal::RecourseNotAllowed);
        }
        check_foreseen(&self.entry.act, self.paper)?;
        let cut = self.entry.cut;
        if cut.mid < cut.hi && !self.freezes_front() && !is_recourse(&self.entry.act) {
            let smallest = cut
                .mid
                .saturating_sub(cut.lo)
                .min(cut.hi.saturating_sub(cut.mid));
            if smallest < terms.minimum_fragment.minor() {
                return Err(Refusal::BelowMinimumFragment(terms.minimum_fragment));
            }
        }
        check_order(&self.entry.act)?;
        check_evidence(&self.entry.act)?;
        match &self.entry.act {
            Act::Offer(offer) if offer.documents.is_empty() => Err(Refusal::NoTradeDocument),
            Act::OfferRetransfer(offer) if offer.contract.trim().is_empty() => {
                Err(Refusal::NoFinancingContract)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn outcome(
        &self,
        hash: EntryHash,
        left_range: Range,
        terms: &AgreedTerms,
    ) -> Applied {
        let made = |side: Side, range: Range| Fragment {
            reference: FragmentRef { parent: hash, side },
            range,
            ..*self.spent
        };
        let left = self.after(terms).map(|(holder, state, tier)| Fragment {
            holder,
            state,
            tier,
            ..made(Side::Left, left_range)
        });
        let right = Range::new(left_range.hi(), self.spent.range.hi())
            .ok()
            .map(|rest| made(Side::Right, rest));
        Applied {
            left,
            right,
            spent: Some(*self.spent),
            joined: None,
            paper: self.paper_after(),
        }
    }

    /// Whose the part it acts on is afterwards, in which state and on which tier; none if it has
    /// ended.
    fn after(&self, terms: &AgreedTerms) -> Option<(PartyId, FragmentState, u16)> {
        let Fragment {
            holder,
            state: before,
            tier,
            ..
        } = *self.spent;
        let stays = |state| Some((holder, state, tier));
        let held = FragmentState::Held;
        match (&self.entry.act, before) {
            (Act::Refuse | Act::Withdraw, _) => None,
            (
                Act::Offer(OfferAct { to, .. }) | Act::OfferRetransfer(RetransferAct { to, .. }),
                _,
            ) => stays(FragmentState::Offered { to: *to }),
            (Act::AcceptOffer, FragmentState::Offered { to }) => {
                Some((to, held, self.tier_of_recipient()))
            }
            (Act::AgreeDiscount { .. } | Act::AgreeDiscountByCard { .. }, _) => {
                let provider = terms.provider()?;
                stays(FragmentState::FinanceLocked { provider })
            }
            (Act::Pledge { .. }, _) => {
                let pledgee = terms.provider()?;
                stays(FragmentState::Pledged { pledgee })
            }
            (Act::AcceptRedemption { .. }, _) => stays(FragmentState::FinanceLocked {
                provider: self.paper.obligor,
            }),
            (Act::CompleteRedemption { .. }, _) => {
                Some((self.paper.obligor, FragmentState::Redeemed, tier))
            }
            (Act::WriteOff(_), _) => stays(FragmentState::WrittenOff),
            (Act::Freeze(_), before) => stays(frozen(before)),
            (Act::Unfreeze(_), before) => stays(thawed(before)),
            (Act::ReverseDiscount(reversal), _) => {
                Some((reversal.seller_of(self.spent)?, held, tier))
            }
            (Act::Correct(_), _) => Some((terms.giver()?, held, self.tier_of_giver)),
            (Act::AgreeRecourse(_), _) => {
                let payer = terms.payer()?;
                stays(FragmentState::Recourse { payer })
            }
            (Act::CompleteRecourse { .. }, FragmentState::Recourse { payer }) => {
                Some((payer, held, self.tier_of_giver))
            }
            // The provider takes the place of the holder in the chain, not a tier of its own.
            (
                Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. },
                FragmentState::FinanceLocked { provider },
            ) => Some((provider, held, tier)),
            _ => stays(held),
        }
    }

    /// A part of a free fragment may be frozen, as small as the order says; what is offered or pledged
    /// is frozen as it stands, for the rest of a cut is free.
    const fn freezes_front(&self) -> bool {
        matches!(
            (&self.entry.act, self.spent.state),
            (Act::Freeze(_), FragmentState::Held)
        )
    }

    /// A finance provider takes the place of the one before it in the chain, not a tier of its own.
    const fn tier_of_recipient(&self) -> u16 {
        match self.recipient {
            Some(PartyKind::FinanceProvider) => self.spent.tier,
            _ => self.spent.tier.saturating_add(1),
        }
    }

    fn paper_after(&self) -> Option<Paper> {
        let state = match self.entry.act {
            Act::Accept => PaperState::Active,
            Act::Refuse => PaperState::Refused,
            Act::Withdraw => PaperState::Withdrawn,
            Act::CompleteRedemption { .. } => {
                return Some(with_redeemed(self.paper, self.spent.range.amount()));
            }
            _ => return None,
        };
        Some(Paper {
            state,
            ..self.paper.clone()
        })
    }
}

const fn is_recourse(act: &Act) -> bool {
    matches!(
        act,
        Act::AgreeRecourse(_) | Act::CompleteRecourse { .. } | Act::ReleaseRecourse { .. }
    )
}
