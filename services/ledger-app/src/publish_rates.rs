//! A finance provider's standing rates (挂牌利率): prepared here, signed by its key, published, taken
//! back.
//!
//! As with quotes nothing is kept between [`prepare`] and [`submit`]: the bytes say everything and
//! are checked again when they come back signed.

use chrono::DateTime;
use chrono::Days;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::id::PartyId;
use ledger_core::id::RateCardId;
use ledger_core::party::PartyKind;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::rate_card::grade_condition;
use ledger_core::rate_card::root_of_rows;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use ledger_store::parties::PartyState;
use ledger_store::rate_cards::RateCardState;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::error::AppError;
use crate::idempotency::IdempotencyKey;
use crate::offered_quote::check_signature;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;
use crate::rate_table;
use crate::rate_table::GradedRow;
use crate::rate_table::WholeCard;
use crate::signing::Signing;

/// What a provider wants to publish.
#[derive(Debug, Clone)]
pub struct CardTerms {
    /// Currency of all amounts.
    pub currency: Currency,
    /// The table.
    pub rows: Vec<RowTerms>,
    /// Fees beside the interest, the same for all rows.
    pub fees: Vec<Fee>,
    /// Percent of the interest that the obligor bears (买方付息), usually 0.
    pub buyer_paid_share: Decimal,
    /// Days from signing to pay-out.
    pub payout_lag_days: u8,
    /// How many minutes a quote made from the card stands.
    pub quote_minutes: u16,
    /// First business date.
    pub valid_from: NaiveDate,
    /// Last.
    pub valid_until: NaiveDate,
    /// How much may be bought under it in all; zero for no such limit.
    pub most_in_all: Amount,
}

/// One row: for whom, how long, how much, on what recourse, at what rate.
#[derive(Debug, Clone)]
pub struct RowTerms {
    /// Only this obligor; any if none.
    pub obligor: Option<PartyId>,
    /// Only obligors to which the provider itself gave this grade or a better (smaller) one.
    pub worst_grade: Option<u8>,
    /// Fewest days from pay-out to the due date.
    pub days_from: u16,
    /// Most days.
    pub days_to: u16,
    /// Smallest amount.
    pub amount_from: Amount,
    /// Largest amount.
    pub amount_to: Amount,
    /// Always said.
    pub recourse: CardRecourse,
    /// The price.
    pub rate: Rate,
    /// How days are counted.
    pub day_count: DayCount,
}

/// A card to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedCard {
    /// The head.
    pub card: RateCard,
    /// The whole card: head, rows, grades. To be brought back with the signature.
    pub body: Vec<u8>,
    /// What the key signs: domain, seat and the head's canonical bytes.
    pub payload: Vec<u8>,
}

/// A card stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its id.
    pub card: String,
}

/// Checks the terms and gives what there is to sign. Keeps nothing.
///
/// # Errors
/// [`AppError::Invalid`] naming the field: `rate_table::check`'s codes, `card_dates_not_possible`,
/// `obligor_unknown`, `party_not_active`, `no_bound_account`.
pub fn prepare(app: &App, who: &Principal, terms: &CardTerms) -> Result<PreparedCard, AppError> {
    who.may(Action::PublishRates)?;
    let whole = drawn_up(who, terms)?;
    app.store
        .read(|tx| check_now(tx, &whole.card, &whole.rows))?;
    Ok(PreparedCard {
        body: whole.to_bytes(),
        payload: signing_payload(Seat::FinanceProvider, &whole.head),
        card: whole.card,
    })
}

/// The card of these terms, with an id of its own, checked as far as nothing is looked up.
///
/// # Errors
/// [`AppError::Invalid`]: `rate_table::check`'s codes.
pub(crate) fn drawn_up(who: &Principal, terms: &CardTerms) -> Result<WholeCard, AppError> {
    let rows = terms
        .rows
        .iter()
        .map(graded)
        .collect::<Result<Vec<_>, _>>()?;
    let leaves: Vec<CardRow> = rows.iter().map(|row| row.row.clone()).collect();
    let (count, root) = root_of_rows(&leaves).ok_or_else(rate_table::no_rows)?;
    let card = RateCard {
        id: RateCardId::from_bytes(random::bytes()?),
        provider: who.party,
        currency: terms.currency,
        rows: count,
        root,
        fees: terms.fees.clone(),
        buyer_paid_share: terms.buyer_paid_share.normalize(),
        payout_lag_days: terms.payout_lag_days,
        quote_minutes: terms.quote_minutes,
        valid_from: terms.valid_from,
        valid_until: terms.valid_until,
        most_in_all: terms.most_in_all,
    };
    rate_table::check(&card, &rows)?;
    let head = card.to_bytes().map_err(rate_table::unreadable)?;
    Ok(WholeCard { head, card, rows })
}

fn graded(terms: &RowTerms) -> Result<GradedRow, AppError> {
    let grade = terms
        .worst_grade
        .map(|worst| random::bytes().map(|salt| (worst, salt)))
        .transpose()?;
    Ok(GradedRow {
        row: CardRow {
            obligor: terms.obligor,
            grade: grade.map_or([0; 32], |(worst, salt)| grade_condition(&salt, worst)),
            days_from: terms.days_from,
            days_to: terms.days_to,
            amount_from: terms.amount_from,
            amount_to: terms.amount_to,
            recourse: terms.recourse,
            rate: terms.rate,
            day_count: terms.day_count,
        },
        grade,
    })
}

/// Publishes a signed card: from now on quotes follow from it.
///
/// # Errors
/// As [`prepare`]; [`AppError::Invalid`] `rate_card_unreadable`, `rate_card_not_yours`,
/// `rate_card_id_taken`; the refusals `unknown_key`, `revoked_key`, `wrong_signer`, `bad_signature`.
pub fn submit(
    app: &App,
    who: &Principal,
    body: &[u8],
    signing: &Signing<'_>,
    key: Option<IdempotencyKey>,
) -> Result<Published, AppError> {
    who.may(Action::PublishRates)?;
    if let Some(key) = &key
        && let Some(answer) = key.answered(&app.store)?
    {
        return Ok(answer);
    }
    let now = app.clock.now();
    let card = rate_table::from_bytes(body)?;
    let signature = signing.sign(Seat::FinanceProvider, &card.head);
    app.store.write(|tx| {
        let answer = put_up(tx, who, now, &card, &signature)?;
        if let Some(key) = &key {
            key.keep(tx, now, &answer)?;
        }
        Ok(answer)
    })
}

/// Puts a signed card up in the caller's unit of work.
///
/// # Errors
/// As [`submit`].
pub(crate) fn put_up(
    tx: &mut WriteTx<'_>,
    who: &Principal,
    now: DateTime<Utc>,
    whole: &WholeCard,
    signature: &PartySignature,
) -> Result<Published, AppError> {
    let WholeCard { head, card, rows } = whole;
    if card.provider != who.party {
        return Err(AppError::invalid_field(
            "body",
            "rate_card_not_yours",
            "the card names another finance provider",
        ));
    }
    rate_table::check(card, rows)?;
    check_now(tx, card, rows)?;
    check_signature(tx, who, signature, head)?;
    let row = row(now, card, head.clone(), signature);
    tx.rate_card_insert(&row, &rate_table::kept(card.id, rows))
        .map_err(|error| {
            if error.is_duplicate_of("rate_card_pkey") {
                AppError::invalid_field(
                    "body",
                    "rate_card_id_taken",
                    "this card is published already; prepare a new one",
                )
            } else {
                error.into()
            }
        })?;
    Ok(Published {
        card: card.id.to_string(),
    })
}

fn row(
    now: DateTime<Utc>,
    card: &RateCard,
    head: Vec<u8>,
    signature: &PartySignature,
) -> ledger_store::rate_cards::RateCard {
    ledger_store::rate_cards::RateCard {
        id: card.id,
        provider: card.provider,
        currency: card.currency,
        body: head,
        key_id: signature.key,
        signature: signature.bytes,
        most_in_all: card.most_in_all,
        valid_from: card.valid_from,
        valid_until: card.valid_until,
        state: RateCardState::Standing,
        created_at: now,
        withdrawn_at: None,
    }
}

/// Takes a card back: no new quote follows from it. Quotes made before stay good until they expire.
/// A second time changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's.
pub fn withdraw(app: &App, who: &Principal, card: RateCardId) -> Result<(), AppError> {
    who.may(Action::PublishRates)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        if tx.rate_card_lock(card)?.provider != who.party {
            return Err(AppError::NotFound);
        }
        tx.rate_card_withdraw(card, now)?;
        Ok(())
    })
}

/// What a card may promise today.
///
/// # Errors
/// [`AppError::Invalid`] `card_dates_not_possible`, `obligor_unknown`, `party_not_active`,
/// `no_bound_account`.
pub(crate) fn check_now(
    tx: &mut ReadTx<'_>,
    card: &RateCard,
    rows: &[GradedRow],
) -> Result<(), AppError> {
    let today = tx.business_date_today()?;
    let longest = card.valid_from.checked_add_days(Days::new(LONGEST_DAYS));
    let possible = card.valid_from <= card.valid_until
        && card.valid_until >= today
        && longest.is_some_and(|last| card.valid_until <= last);
    if !possible {
        return Err(AppError::invalid_field(
            "valid_until",
            "card_dates_not_possible",
            format!("a card is valid to {today} at least and for {LONGEST_DAYS} days at most"),
        ));
    }
    let mut obligors: Vec<PartyId> = rows.iter().filter_map(|row| row.row.obligor).collect();
    obligors.sort_unstable();
    obligors.dedup();
    let known = tx.parties_by_ids(&obligors)?;
    if known.len() != obligors.len() || known.iter().any(|p| p.kind != PartyKind::Obligor) {
        return Err(AppError::invalid_field(
            "rows",
            "obligor_unknown",
            "a row names a party that is no obligor of this platform",
        ));
    }
    let provider = tx.party_by_id(card.provider)?;
    if provider.state != PartyState::Active {
        return Err(AppError::invalid(
            "party_not_active",
            "your organisation may do nothing new at present",
        ));
    }
    if provider.account_number.is_empty() {
        return Err(AppError::invalid(
            "no_bound_account",
            "no account is bound to your organisation yet, from which it could pay",
        ));
    }
    Ok(())
}

/// Longest life of a card in days.
pub const LONGEST_DAYS: u64 = 366;
