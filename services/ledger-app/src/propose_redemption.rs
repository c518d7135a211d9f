//! The obligor offers every holder of a paper to pay it early (提前兑付). One of its people signs the
//! offer and proposes it; another signs too ([`approve_redemption`](crate::approve_redemption)) before
//! any holder hears of it.
//!
//! An offer names a paper and no holder: all of them are offered the same rate, the same day, the same
//! time to decide. There is one offer on a paper at a time, and what two people have signed stands until
//! its last day (Civil Code art. 476: an offer with a period for acceptance is not revoked), so that
//! nobody is served first and the others shut out.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::paper::Paper;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::redemption::RedemptionOffer;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::redemption_offers::RedemptionOfferRow;
use ledger_store::redemption_offers::RedemptionOfferState;
use ledger_store::users::Role;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::letters;
use crate::notice_events::RedemptionStep;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::redemption;

/// How many days the holders have at most.
const LONGEST_DAYS: u64 = 60;

/// An offer as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeRedemption {
    /// Number of the paper.
    pub paper: String,
    /// When it is paid: a business day before the due date.
    pub pay_date: NaiveDate,
    /// The rebate, percent a year; zero pays at par.
    pub percent: Decimal,
    /// How its days are counted.
    pub day_count: DayCount,
    /// The last day on which a holder may accept: tomorrow at the earliest, the pay date at the latest.
    pub accept_by: NaiveDate,
}

/// Signs and proposes.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's paper; [`AppError::Invalid`] `person_needed`,
/// `not_your_key`, `pay_date_not_possible`, `accept_by_not_possible`, `redemption_offered_already`, what
/// pricing says about rates; the refusals `paper_not_active`, `past_maturity`, `early_not_foreseen`.
pub fn run(
    app: &App,
    who: &Principal,
    signer: &Signer,
    wanted: &ProposeRedemption,
) -> Result<Uuid, AppError> {
    who.may(Action::ProposeRedemption)?;
    person::signing(app, who, signer.key())?;
    let (id, now) = (random::bytes()?, app.clock.now());
    app.store.write(|tx| {
        let paper = tx.paper_by_number(&wanted.paper)?.paper;
        if paper.obligor != who.party {
            return Err(AppError::NotFound);
        }
        let today = tx.business_date_today()?;
        check_paper(&paper, today)?;
        check_days(app, &paper, wanted, today)?;
        if tx.redemption_offer_open_on(paper.id)?.is_some() {
            return Err(AppError::invalid(
                "redemption_offered_already",
                "an offer on this paper stands or waits for a signature",
            ));
        }
        let offer = RedemptionOffer {
            id,
            paper: paper.id,
            issued_by: paper.issued_by,
            due_date: paper.due_date,
            pay_date: wanted.pay_date,
            percent: wanted.percent,
            day_count: wanted.day_count,
            accept_by: wanted.accept_by,
        };
        let whole = offer
            .price(paper.face)
            .map_err(|error| AppError::invalid_field("percent", error.code(), error.to_string()))?;
        let body = offer.to_bytes();
        let row = RedemptionOfferRow {
            id: Uuid::from_bytes(id),
            paper: paper.id,
            obligor: who.party,
            maker_signature: signer.sign(Seat::Maker, &body).bytes,
            body,
            pay_date: wanted.pay_date,
            accept_by: wanted.accept_by,
            made_by: person::hand(tx, who)?,
            maker_name: who.name.clone(),
            maker_key: signer.key(),
            made_at: now,
            checked_by: None,
            checker_name: String::new(),
            checker_key: None,
            checker_signature: None,
            word: String::new(),
            state: RedemptionOfferState::Waiting,
        };
        tx.redemption_offer_insert(&row)?;
        let all = redemption::load(tx, row)?;
        let face = all.paper.paper.payable_at_maturity();
        let price = (face == paper.face).then_some(whole);
        let letter = (who.party, all.told(RedemptionStep::Proposed, face, price));
        letters::tell_role(tx, now, Role::Checker, &[letter])?;
        Ok(Uuid::from_bytes(id))
    })
}

/// What the law would refuse at the first acceptance is told early.
pub(crate) fn check_paper(paper: &Paper, today: NaiveDate) -> Result<(), AppError> {
    if paper.state != PaperState::Active || paper.owed() == Amount::ZERO {
        return Err(Refusal::PaperNotActive.into());
    }
    if today >= paper.due_date {
        return Err(Refusal::PastMaturity(paper.due_date).into());
    }
    match paper.terms.payment.early_redemption {
        EarlyRedemption::EqualTerms => Ok(()),
        EarlyRedemption::NotOffered => Err(Refusal::EarlyNotForeseen.into()),
    }
}

/// Every holder has at least until tomorrow to decide, and is paid on a day on which banks work.
fn check_days(
    app: &App,
    paper: &Paper,
    wanted: &ProposeRedemption,
    today: NaiveDate,
) -> Result<(), AppError> {
    let last = today.checked_add_days(Days::new(LONGEST_DAYS));
    let in_time = wanted.accept_by > today
        && wanted.accept_by <= wanted.pay_date
        && last.is_some_and(|last| wanted.accept_by <= last);
    let open = wanted.pay_date < paper.due_date
        && app
            .calendar()?
            .is_business_day(wanted.pay_date)
            .unwrap_or(false);
    if !open {
        return Err(AppError::invalid_field(
            "pay_date",
            "pay_date_not_possible",
            format!(
                "choose a business day before the due date of {}",
                paper.due_date
            ),
        ));
    }
    if !in_time {
        return Err(AppError::invalid_field(
            "accept_by",
            "accept_by_not_possible",
            format!("holders decide from tomorrow on, within {LONGEST_DAYS} days, by the pay date"),
        ));
    }
    Ok(())
}

/// Takes an offer back before its second signature.
///
/// # Errors
/// [`AppError::NotFound`] if it is another party's; [`AppError::Invalid`] `redemption_offer_stands` once
/// two have signed, `redemption_offer_over`.
pub fn withdraw(app: &App, who: &Principal, offer: Uuid) -> Result<(), AppError> {
    who.may(Action::ProposeRedemption)?;
    app.store.write(|tx| {
        let found = tx.redemption_offer_lock(offer)?;
        if found.obligor != who.party {
            return Err(AppError::NotFound);
        }
        match found.state {
            RedemptionOfferState::Waiting => Ok(tx.redemption_offer_withdraw(offer)?),
            RedemptionOfferState::Open => Err(AppError::invalid(
                "redemption_offer_stands",
                "two people have signed it: it stands for every holder until its last day",
            )),
            _ended => Err(over()),
        }
    })
}

pub(crate) fn over() -> AppError {
    AppError::invalid(
        "redemption_offer_over",
        "this offer is over or was never made; look at it again",
    )
}
