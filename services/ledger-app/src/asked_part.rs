//! The fragments on which a holder asks for money: whether each can be sold at all, asked before
//! anybody prices anything.

use std::collections::BTreeSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::range::Range;
use ledger_core::refusal::Refusal;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::principal::Principal;
use crate::request_finance::AskedPart;
use crate::request_finance::MOST_FRAGMENTS;
use crate::standing_offers::Asked;

/// A fragment of the caller's with the cents asked on.
pub(crate) struct Part {
    /// The fragment with its paper.
    pub(crate) held: HeldFragment,
    /// Its front part, or all of it.
    pub(crate) asked: Range,
}

impl Part {
    /// As standing rates look at it, for quotes that stand no longer than `until`.
    pub(crate) fn wanted(&self, until: DateTime<Utc>) -> Asked<'_> {
        Asked::of(&self.held, self.asked, until)
    }
}

/// Looks the fragments up.
///
/// # Errors
/// [`AppError::NotFound`] if one is not the caller's; [`AppError::Invalid`] `no_fragment`,
/// `too_many_fragments`, `fragment_asked_twice`, `currencies_differ`; the refusals that signing a
/// quote on it would meet.
pub(crate) fn look_up(
    app: &App,
    who: &Principal,
    asked: &[AskedPart],
) -> Result<Vec<Part>, AppError> {
    let wrong = |code, message: &str| AppError::invalid_field("fragment", code, message);
    if asked.is_empty() {
        return Err(wrong("no_fragment", "choose at least one fragment"));
    }
    if asked.len() > MOST_FRAGMENTS {
        return Err(wrong(
            "too_many_fragments",
            "choose at most fifty fragments; ask again for the rest",
        ));
    }
    let nos = asked
        .iter()
        .map(|part| {
            app.public_ids
                .read(&part.fragment)
                .ok_or(AppError::NotFound)
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    if nos.iter().collect::<BTreeSet<_>>().len() < nos.len() {
        return Err(wrong(
            "fragment_asked_twice",
            "one of the fragments is chosen twice",
        ));
    }
    let held = app.store.read(|tx| HeldFragment::load_all(tx, &nos))?;
    let today = app.business_date()?;
    let parts = held
        .into_iter()
        .zip(asked)
        .map(|(held, part)| {
            if held.fragment.holder != who.party {
                return Err(AppError::NotFound);
            }
            held.check_concerned(who.party)?;
            Ok(Part {
                asked: check_free(&held, today, part.amount)?,
                held,
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    let currencies: BTreeSet<String> = parts
        .iter()
        .map(|part| part.held.paper.paper.currency.to_string())
        .collect();
    if currencies.len() > 1 {
        return Err(wrong(
            "currencies_differ",
            "ask for each currency by itself: offers are compared in one",
        ));
    }
    Ok(parts)
}

/// What the law will ask when a quote is signed, asked before anybody prices anything.
pub(crate) fn check_free(
    held: &HeldFragment,
    today: NaiveDate,
    amount: Amount,
) -> Result<Range, Refusal> {
    held.check_free_on(today)?;
    let paper = &held.paper.paper;
    if amount.is_zero() {
        return Err(Refusal::ZeroAmount);
    }
    let range = held.fragment.range;
    let (front, rest) = range.cut(amount).ok_or(Refusal::MoreThanHeld {
        held: range.amount(),
        asked: amount.minor(),
    })?;
    let minimum = paper.terms.minimum_fragment;
    if let Some(rest) = rest
        && front.amount().min(rest.amount()) < minimum
    {
        return Err(Refusal::BelowMinimumFragment(minimum));
    }
    Ok(front)
}
