//! What two parties agreed on beside the entry itself: a quote, a deed, an offer to pay early, a claim,
//! or the purchase or transfer that is undone.

use chrono::NaiveDate;

use crate::act::Act;
use crate::act::MAX_DIGESTS;
use crate::correction::Corrected;
use crate::fragment_act::FragmentAct;
use crate::id::PartyId;
use crate::pledge::PledgeDeed;
use crate::quote::Quote;
use crate::range::Range;
use crate::recourse::Recourse;
use crate::recourse_claim::Claimed;
use crate::redemption::RedemptionOffer;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::standing_offer::ProvedRow;

/// The terms that come with an act on a fragment.
pub(crate) enum AgreedTerms {
    /// None: the entry says it all.
    None,
    /// A quote, signed by its provider.
    Quoted(Box<Quote>),
    /// A quote that follows from a rate card, which its provider signed.
    Standing(Box<Quote>, Box<ProvedRow>),
    /// A deed, signed by its pledgee.
    Pledged(Box<PledgeDeed>),
    /// An offer to redeem, signed by the obligor.
    Redeemed(Box<RedemptionOffer>),
    /// A claim by recourse, signed by the holder.
    Claimed(Box<Claimed>),
    /// A transfer taken back, signed by both its sides.
    Corrected(Box<Corrected>),
}

impl AgreedTerms {
    /// Reads them from the act.
    pub(crate) fn of(act: &Act) -> Result<AgreedTerms, Refusal> {
        match act {
            Act::AgreeDiscount { quote } => read_quote(quote).map(AgreedTerms::Quoted),
            Act::AgreeDiscountByCard { quote, offer } => {
                let quote = read_quote(quote)?;
                let row = offer
                    .proved()
                    .map_err(|_bytes| Refusal::WrongShape("the rate card can't be read"))?
                    .ok_or(Refusal::WrongShape("the row is not one of the rate card's"))?;
                Ok(AgreedTerms::Standing(quote, Box::new(row)))
            }
            Act::Pledge { deed } => PledgeDeed::from_bytes(deed)
                .map(|deed| AgreedTerms::Pledged(Box::new(deed)))
                .map_err(|_bytes| Refusal::WrongShape("the deed can't be read")),
            Act::AcceptRedemption { offer } => RedemptionOffer::from_bytes(offer)
                .map(|offer| AgreedTerms::Redeemed(Box::new(offer)))
                .map_err(|_bytes| Refusal::WrongShape("the offer to redeem can't be read")),
            Act::AgreeRecourse(recourse) => Claimed::of(recourse),
            Act::Correct(correction) => Corrected::of(correction),
            Act::Offer(offer) if offer.documents.len() > MAX_DIGESTS => {
                Err(Refusal::WrongShape("more documents than an entry can name"))
            }
            _ => Ok(AgreedTerms::None),
        }
    }

    /// The finance provider that signed them.
    pub(crate) fn provider(&self) -> Option<PartyId> {
        match self {
            AgreedTerms::None
            | AgreedTerms::Redeemed(_)
            | AgreedTerms::Claimed(_)
            | AgreedTerms::Corrected(_) => None,
            AgreedTerms::Quoted(quote) | AgreedTerms::Standing(quote, _) => Some(quote.provider),
            AgreedTerms::Pledged(deed) => Some(deed.pledgee),
        }
    }

    /// To whom the holder turns.
    pub(crate) fn payer(&self) -> Option<PartyId> {
        match self {
            AgreedTerms::Claimed(claimed) => Some(claimed.claim.against),
            _ => None,
        }
    }

    /// Who gets back what it had given.
    pub(crate) fn giver(&self) -> Option<PartyId> {
        match self {
            AgreedTerms::Corrected(corrected) => Some(corrected.correction.giver),
            _ => None,
        }
    }

    /// What is stated on recourse, where an act passes a fragment on.
    pub(crate) fn recourse(&self, act: &Act) -> Option<Recourse> {
        match (self, act) {
            (AgreedTerms::Quoted(quote) | AgreedTerms::Standing(quote, _), _) => {
                Some(quote.recourse)
            }
            (_, Act::Offer(offer)) => Some(offer.recourse),
            (_, Act::OfferRetransfer(offer)) => Some(offer.recourse),
            _ => None,
        }
    }

    /// Whether they may still be signed at this second.
    pub(crate) fn check_expiry(&self, unix: i64) -> Result<(), Refusal> {
        match self {
            AgreedTerms::Quoted(quote) | AgreedTerms::Standing(quote, _)
                if unix > quote.expires_at =>
            {
                Err(Refusal::QuoteExpired)
            }
            AgreedTerms::Pledged(deed) if unix > deed.expires_at => Err(Refusal::DeedExpired),
            _ => Ok(()),
        }
    }

    /// Whether they may still be signed on this day.
    pub(crate) fn check_day(&self, date: NaiveDate) -> Result<(), Refusal> {
        match self {
            AgreedTerms::Redeemed(offer) => offer.check_day(date),
            _ => Ok(()),
        }
    }

    /// Whether they speak of this very fragment, and of the part of it that the entry acts on.
    pub(crate) fn check_fit(&self, act: &FragmentAct<'_>, left: Range) -> Result<(), Refusal> {
        match self {
            AgreedTerms::None => match &act.entry.act {
                Act::ReverseDiscount(reversal) => reversal
                    .seller_of(act.spent)
                    .map(|_seller| ())
                    .ok_or(Refusal::NotThatPurchase),
                Act::LapseOffer(lapse) => lapse.check_fit(act.spent),
                Act::Unfreeze(unfreeze) => unfreeze.check_fit(act.spent),
                Act::WriteOff(write_off) => write_off.check_sum(act, left),
                _ => Ok(()),
            },
            AgreedTerms::Quoted(quote) => act.check_quote(quote, left),
            AgreedTerms::Standing(quote, row) => {
                act.check_quote(quote, left)?;
                act.check_card(quote, row)
            }
            AgreedTerms::Pledged(deed) => check_deed(act, deed, left),
            AgreedTerms::Redeemed(offer) => offer.check_fit(act.paper, act.spent),
            AgreedTerms::Claimed(claimed) => claimed.check_fit(act),
            AgreedTerms::Corrected(corrected) => corrected.check_fit(act),
        }
    }

    /// No quote outlives what its card allows, counted from this second.
    pub(crate) fn check_stay(&self, unix: i64) -> Result<(), Refusal> {
        match self {
            AgreedTerms::Standing(quote, row)
                if quote.expires_at.saturating_sub(unix)
                    > i64::from(row.card.quote_minutes).saturating_mul(60) =>
            {
                Err(Refusal::CardDoesNotFit)
            }
            _ => Ok(()),
        }
    }

    /// Whether the rules of the day allow what they charge.
    pub(crate) fn check_rules(&self, pack: RulePack) -> Result<(), Refusal> {
        match self {
            AgreedTerms::Quoted(quote) | AgreedTerms::Standing(quote, _) => quote
                .fees
                .iter()
                .try_for_each(|fee| pack.check_fee(&fee.kind, &fee.payer, fee.amount)),
            AgreedTerms::None
            | AgreedTerms::Pledged(_)
            | AgreedTerms::Redeemed(_)
            | AgreedTerms::Claimed(_)
            | AgreedTerms::Corrected(_) => Ok(()),
        }
    }
}

fn read_quote(bytes: &[u8]) -> Result<Box<Quote>, Refusal> {
    Quote::from_bytes(bytes)
        .map(Box::new)
        .map_err(|_bytes| Refusal::WrongShape("the quote can't be read"))
}

fn check_deed(act: &FragmentAct<'_>, deed: &PledgeDeed, left: Range) -> Result<(), Refusal> {
    let fits = deed.paper == act.spent.paper
        && deed.fragment == act.spent.reference
        && deed.holder == act.spent.holder
        && deed.range == left
        && deed.currency == act.paper.currency
        && !deed.secured.is_zero();
    if fits {
        Ok(())
    } else {
        Err(Refusal::DeedDoesNotFit)
    }
}
