//! An offer to pay a paper early, with its paper as it stands: what it says, what it comes to for each
//! holder, and what people are told.

use std::collections::BTreeMap;

use ledger_core::amount::Amount;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use ledger_core::redemption::Redeemed;
use ledger_core::redemption::RedemptionOffer;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
pub use ledger_store::redemption_offers::RedemptionOfferRow;
pub use ledger_store::redemption_offers::RedemptionOfferState;
use ledger_store::unit_of_work::ReadTx;

use crate::error::AppError;
use crate::held_fragment::names;
use crate::notice::Notice;
use crate::notice_events::PaperEvent;
use crate::notice_events::RedemptionStep;
use crate::notice_events::RedemptionTold;
use crate::wording;

/// An offer and its paper.
#[derive(Debug, Clone)]
pub(crate) struct OnOffer {
    pub(crate) row: RedemptionOfferRow,
    pub(crate) offer: RedemptionOffer,
    pub(crate) paper: PaperRecord,
    pub(crate) obligor: String,
}

/// Loads one with its paper.
///
/// # Errors
/// [`AppError::NotFound`].
pub(crate) fn load(tx: &mut ReadTx<'_>, row: RedemptionOfferRow) -> Result<OnOffer, AppError> {
    load_all(tx, vec![row])?.pop().ok_or(AppError::NotFound)
}

/// Several, set-based, in their order.
///
/// # Errors
/// [`AppError::NotFound`] if a paper or obligor is not there; [`AppError::Internal`] if what was signed
/// can't be read.
pub(crate) fn load_all(
    tx: &mut ReadTx<'_>,
    rows: Vec<RedemptionOfferRow>,
) -> Result<Vec<OnOffer>, AppError> {
    let ids: Vec<_> = rows.iter().map(|row| row.paper).collect();
    let papers = tx.papers_by_ids(&ids)?;
    let obligors = names(tx, rows.iter().map(|row| row.obligor))?;
    let one = |row: RedemptionOfferRow| {
        let paper = papers.iter().find(|record| record.paper.id == row.paper);
        let obligor = obligors.get(&row.obligor);
        let offer = RedemptionOffer::from_bytes(&row.body)
            .map_err(|error| AppError::Internal(format!("offer {}: {error}", row.id)))?;
        Ok(OnOffer {
            offer,
            paper: paper.ok_or(AppError::NotFound)?.clone(),
            obligor: obligor.ok_or(AppError::NotFound)?.name.clone(),
            row,
        })
    };
    rows.into_iter().map(one).collect()
}

/// What each holder has of a paper that could be redeemed one day, fragment by fragment: what is offered,
/// pledged or frozen too, for it may be free again in time.
///
/// # Errors
/// The store's.
pub(crate) fn claims_on(
    tx: &mut ReadTx<'_>,
    paper: &PaperRecord,
) -> Result<BTreeMap<PartyId, Vec<Amount>>, AppError> {
    let mut claims: BTreeMap<PartyId, Vec<Amount>> = BTreeMap::new();
    for found in tx.fragments_of_papers(&[paper.no])? {
        if is_claim(&found) {
            let own = claims.entry(found.holder).or_default();
            own.push(found.range.amount());
        }
    }
    Ok(claims)
}

const fn is_claim(found: &FragmentRecord) -> bool {
    matches!(
        found.fragment.state,
        FragmentState::Held
            | FragmentState::Offered { .. }
            | FragmentState::Pledged { .. }
            | FragmentState::Frozen { .. }
    )
}

impl OnOffer {
    /// The two signatures under it, once the second person has signed.
    pub(crate) fn signatures(&self) -> Option<[PartySignature; 2]> {
        let row = &self.row;
        let checker = PartySignature {
            seat: Seat::Checker,
            key: row.checker_key?,
            bytes: row.checker_signature?,
        };
        let maker = PartySignature {
            seat: Seat::Maker,
            key: row.maker_key,
            bytes: row.maker_signature,
        };
        Some([maker, checker])
    }

    /// What fragments of these faces are redeemed at together, and their face: each is rounded by itself,
    /// as each is accepted by itself. No price if one of them gets nothing.
    pub(crate) fn price_of_all(&self, faces: &[Amount]) -> (Amount, Option<Redeemed>) {
        // Parts of one face, which is an amount.
        let sum = |of: &mut dyn Iterator<Item = Amount>| {
            of.fold(Amount::ZERO, |sum, one| sum.checked_add(one).unwrap_or(sum))
        };
        let prices: Option<Vec<Redeemed>> = faces
            .iter()
            .map(|face| self.offer.price(*face).ok())
            .collect();
        let together = prices.and_then(|prices| {
            let days = prices.first()?.days;
            Some(Redeemed {
                days,
                rebate: sum(&mut prices.iter().map(|price| price.rebate)),
                payment: sum(&mut prices.iter().map(|price| price.payment)),
            })
        });
        (sum(&mut faces.iter().copied()), together)
    }

    /// What is told about a part of this face; with what it comes to, where that is one fragment's.
    pub(crate) fn told(
        &self,
        step: RedemptionStep,
        amount: Amount,
        price: Option<Redeemed>,
    ) -> Notice {
        let money = |amount| wording::money(amount, self.paper.paper.currency);
        Notice::PaperEvent(PaperEvent::Redemption(RedemptionTold {
            offer: self.row.id.to_string(),
            step,
            paper: wording::paper(&self.paper.paper.number, &self.obligor),
            amount: money(amount),
            percent: self.offer.percent.normalize().to_string(),
            day_count: self.offer.day_count.code().to_owned(),
            rebate: price.map(|price| money(price.rebate)),
            payment: price.map(|price| money(price.payment)),
            pay_date: self.offer.pay_date,
            due: self.offer.due_date,
            until: self.offer.accept_by,
        }))
    }
}
