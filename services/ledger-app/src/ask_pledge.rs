//! A holder asks a finance provider to secure a claim on a fragment, or its front part (质押申请), and
//! takes the question back.
//!
//! It binds nobody: the pledgee answers with a deed ([`crate::grant_pledge`]), and the fragment is
//! pledged when the holder signs that ([`crate::pledge_fragment`]).

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::id::PledgeId;
use ledger_core::range::Range;
use ledger_store::pledges::Pledge;
use ledger_store::pledges::PledgeState;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::asked_part;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::idempotency::IdempotencyKey;
use crate::letters;
use crate::notice_pledges::PledgeStep;
use crate::other_provider;
use crate::pledged;
use crate::pledged::PledgeSide;
use crate::pledged::not_in_that_state;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// What to pledge, to whom, for which claim.
#[derive(Debug, Clone)]
pub struct AskPledge {
    /// Public id of the fragment.
    pub fragment: String,
    /// Its front part, or all.
    pub amount: Amount,
    /// Whose claim it secures: a finance provider.
    pub pledgee: PartyId,
    /// The claim, in the paper's currency.
    pub secured: Amount,
    /// The two parties' name for the loan, such as its contract number.
    pub loan: String,
}

/// A question on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its id.
    pub pledge: String,
}

/// Asks.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's fragment; the refusals that signing the entry
/// would meet; [`AppError::Invalid`] `reference_not_possible`, `secured_missing`,
/// `provider_not_active`, `pledge_asked_already`.
pub fn run(
    app: &App,
    who: &Principal,
    command: &AskPledge,
    key: Option<IdempotencyKey>,
) -> Result<Asked, AppError> {
    who.may(Action::AskPledge)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let loan = other_provider::reference("loan", &command.loan)?;
    if command.secured.is_zero() {
        return Err(AppError::invalid_field(
            "secured",
            "secured_missing",
            "say how large the secured claim is",
        ));
    }
    let no = app
        .public_ids
        .read(&command.fragment)
        .ok_or(AppError::NotFound)?;
    let id = PledgeId::from_bytes(random::bytes()?);
    let answer = Asked {
        pledge: id.to_string(),
    };
    let now = app.clock.now();
    app.store.write(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        held.check_concerned(who.party)?;
        let today = tx.business_date_today()?;
        let range = asked_part::check_free(&held, today, command.amount)?;
        other_provider::check(tx, who, command.pledgee)?;
        let pledge = question(&held, range, command, &loan, (id, today, now));
        tx.pledge_insert(&pledge).map_err(|error| {
            if error.is_duplicate_of("pledge_fragment_unique") {
                AppError::invalid_field(
                    "fragment",
                    "pledge_asked_already",
                    "a pledge is asked for on this fragment; take that back first",
                )
            } else {
                error.into()
            }
        })?;
        let asked = pledged::of_either(tx, who, id)?;
        let told = [(command.pledgee, asked.told(PledgeStep::Asked)?)];
        letters::tell_parties(tx, now, &told)?;
        match &key {
            Some(key) => key.keep(tx, now, &answer),
            None => Ok(()),
        }
    })?;
    Ok(answer)
}

/// The question on the cents `range` of a fragment of the asker's.
fn question(
    held: &HeldFragment,
    range: Range,
    command: &AskPledge,
    loan: &str,
    (id, asked_on, created_at): (PledgeId, NaiveDate, DateTime<Utc>),
) -> Pledge {
    let no = held.fragment.no;
    Pledge {
        id,
        holder: held.fragment.holder,
        pledgee: command.pledgee,
        paper: held.paper.paper.id,
        parent: no.entry(),
        side: i16::from(no.side() == Side::Right),
        lo: range.lo(),
        hi: range.hi(),
        currency: held.paper.paper.currency,
        secured: command.secured,
        loan: loan.to_owned(),
        state: PledgeState::Asked,
        deed: None,
        deed_key: None,
        deed_signature: None,
        expires_at: None,
        entry: None,
        release_entry: None,
        asked_on,
        created_at,
    }
}

/// Takes the question, or a deed that is not signed yet, back. A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; [`AppError::Invalid`] `pledge_not_open`.
pub fn withdraw(app: &App, who: &Principal, pledge: PledgeId) -> Result<(), AppError> {
    who.may(Action::AskPledge)?;
    app.store.write(|tx| {
        let known = pledged::of_side(tx, who, pledge, PledgeSide::Holder)?;
        if known.pledge.state == PledgeState::Withdrawn
            || tx.pledge_end(pledge, PledgeState::Withdrawn)?
        {
            Ok(())
        } else {
            Err(not_in_that_state())
        }
    })
}
