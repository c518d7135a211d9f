//! Somebody of a finance provider or an obligor says what a limit of its own shall be. It binds
//! once a second one there approves ([`decide_limit`](crate::decide_limit)).

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_store::limits::LimitProposal;
use serde::Deserialize;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::limit_subject;
use crate::limit_subject::LimitSubject;
use crate::notice::Notice;
use crate::notice_limits::LimitProposed;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::wording;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// What a limit shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeLimit {
    /// On what.
    pub subject: LimitSubject,
    /// In what.
    pub currency: Currency,
    /// How much: zero takes nothing new at all; none: there shall be no limit any more.
    pub amount: Option<Amount>,
    /// Last day on which something new may be taken; none: until it is changed.
    pub valid_until: Option<NaiveDate>,
    /// Why, for the colleague who decides; may be empty.
    pub reason: String,
}

/// A proposal on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub proposal: Uuid,
}

/// Proposes. Everybody else of the party gets a letter.
///
/// # Errors
/// [`AppError::Invalid`] `limit_subject_unknown`, `limit_until_past`, `limit_not_there` (an end to
/// what is not set), `reason_too_long`.
pub fn run(
    app: &App,
    who: &Principal,
    wanted: &ProposeLimit,
    key: Option<IdempotencyKey>,
) -> Result<Proposed, AppError> {
    who.may(Action::ProposeLimit)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let reason = reason_of(&wanted.reason)?;
    let id = Uuid::from_bytes(random::bytes()?);
    let now = app.clock.now();
    app.store.write(|tx| {
        wanted.subject.check(tx, who)?;
        let today = tx.business_date_today()?;
        if wanted.valid_until.is_some_and(|last| last < today) {
            return Err(AppError::invalid_field(
                "valid_until",
                "limit_until_past",
                "the last day of a limit is today or later",
            ));
        }
        let there = tx.limits_of(who.party)?.into_iter().any(|limit| {
            LimitSubject::new(limit.kind, limit.subject) == wanted.subject
                && limit.currency == wanted.currency
        });
        if wanted.amount.is_none() && !there {
            return Err(AppError::invalid_field(
                "amount",
                "limit_not_there",
                "there is no such limit to take away",
            ));
        }
        let maker = person::hand(tx, who)?;
        tx.limit_proposal_insert(&LimitProposal {
            id,
            owner: who.party,
            kind: wanted.subject.kind(),
            subject: wanted.subject.id(),
            currency: wanted.currency,
            amount: wanted.amount.map(Amount::minor),
            valid_until: wanted.valid_until.filter(|_| wanted.amount.is_some()),
            reason: reason.clone(),
            maker,
            made_at: now,
        })?;
        let names = limit_subject::names(tx, [wanted.subject])?;
        let notice = Notice::LimitProposed(LimitProposed {
            maker: who.name.clone(),
            subject: names.into_values().next().unwrap_or_default(),
            amount: wanted
                .amount
                .map(|amount| wording::money(amount, wanted.currency)),
        });
        letters::tell_parties(tx, now, &[(who.party, notice)])?;
        let answer = Proposed { proposal: id };
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// A reason as it is kept.
pub(crate) fn reason_of(text: &str) -> Result<String, AppError> {
    let text = text.trim().replace('\0', "");
    if text.chars().count() > LONGEST_REASON {
        return Err(AppError::invalid_field(
            "reason",
            "reason_too_long",
            format!("a reason has {LONGEST_REASON} characters at most"),
        ));
    }
    Ok(text)
}
