//! The table of a rate card with the grades that its rows only commit to: its bytes on the way to
//! the signer and back, its rows on record, and what no card may say.

use std::collections::HashMap;

use ledger_core::amount::Amount;
use ledger_core::canonical::CanonicalError;
use ledger_core::canonical::Reader;
use ledger_core::canonical::Writer;
use ledger_core::id::RateCardId;
use ledger_core::pricing::DiscountTerms;
use ledger_core::pricing::check_terms;
use ledger_core::rate_card::CardRecourse;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::rate_card::grade_condition;
use ledger_core::rate_card::root_of_rows;
use ledger_store::rate_cards::RateCardRow;
use rust_decimal::Decimal;

use crate::error::AppError;
use crate::grade_obligor::WORST_GRADE;
use crate::priced_quote::MOST_FEES;

/// Most rows a card may have.
pub const MOST_ROWS: usize = 200;

/// Longest tenor a row may name, in days.
pub const LONGEST_TENOR: u16 = 3_660;

/// Shortest and longest stay of a quote made from a card, in minutes.
pub const QUOTE_MINUTES: std::ops::RangeInclusive<u16> = 5..=1_440;

/// Most days from signing to pay-out.
pub const LONGEST_LAG: u8 = 30;

/// A row with the grade it commits to, and the commitment's salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradedRow {
    /// The row as it is signed.
    pub row: CardRow,
    /// The worst grade it takes, with the salt; none for any.
    pub grade: Option<(u8, [u8; 16])>,
}

/// A card with its table, as it travels to the signer and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeCard {
    /// Canonical bytes of the head: what is signed.
    pub head: Vec<u8>,
    /// The head.
    pub card: RateCard,
    /// The table.
    pub rows: Vec<GradedRow>,
}

impl WholeCard {
    /// Head and rows as they travel. What is signed is the head alone.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.bytes(&self.head);
        w.u16(u16::try_from(self.rows.len()).unwrap_or(u16::MAX));
        for row in &self.rows {
            w.bytes(&row.row.to_bytes());
            match &row.grade {
                None => w.u8(0),
                Some((worst, salt)) => {
                    w.u8(1);
                    w.u8(*worst);
                    w.fixed(salt);
                }
            }
        }
        w.finish()
    }
}

impl GradedRow {
    fn commits(&self) -> bool {
        let said = self
            .grade
            .map_or([0; 32], |(worst, salt)| grade_condition(&salt, worst));
        self.row.grade == said
    }
}

fn wrong(field: &'static str, code: &'static str, message: impl Into<String>) -> AppError {
    AppError::invalid_field(field, code, message)
}

pub(crate) fn no_rows() -> AppError {
    wrong(
        "rows",
        "card_rows_not_possible",
        format!("a card has 1 to {MOST_ROWS} rows"),
    )
}

pub(crate) fn unreadable(error: CanonicalError) -> AppError {
    wrong(
        "body",
        "rate_card_unreadable",
        format!("these are not a rate card's bytes: {error}"),
    )
}

/// Checks what can be checked without looking anything up.
///
/// # Errors
/// [`AppError::Invalid`]: `card_rows_not_possible`, `too_many_fees`, `quote_minutes_not_possible`,
/// `payout_lag_not_possible`, `card_days_not_possible`, `card_amounts_not_possible`,
/// `grade_not_possible`, `recourse_cap_not_possible`, `rate_card_unreadable`, or the pricing rule's
/// own codes.
pub(crate) fn check(card: &RateCard, rows: &[GradedRow]) -> Result<(), AppError> {
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return Err(no_rows());
    }
    if card.fees.len() > MOST_FEES {
        return Err(wrong(
            "fees",
            "too_many_fees",
            format!("a card has at most {MOST_FEES} fees"),
        ));
    }
    if !QUOTE_MINUTES.contains(&card.quote_minutes) {
        return Err(wrong(
            "quote_minutes",
            "quote_minutes_not_possible",
            "a quote stands for 5 minutes to a day",
        ));
    }
    if card.payout_lag_days > LONGEST_LAG {
        return Err(wrong(
            "payout_lag_days",
            "payout_lag_not_possible",
            format!("the money is paid within {LONGEST_LAG} days"),
        ));
    }
    let leaves: Vec<CardRow> = rows.iter().map(|row| row.row.clone()).collect();
    if root_of_rows(&leaves) != Some((card.rows, card.root)) {
        return Err(unreadable(CanonicalError::Unlawful("root of the rows")));
    }
    rows.iter().try_for_each(|row| check_row(card, row))
}

fn check_row(card: &RateCard, graded: &GradedRow) -> Result<(), AppError> {
    let row = &graded.row;
    if row.days_from == 0 || row.days_from > row.days_to || row.days_to > LONGEST_TENOR {
        return Err(wrong(
            "rows",
            "card_days_not_possible",
            format!("days run from 1 or more to {LONGEST_TENOR} at most"),
        ));
    }
    if row.amount_from == Amount::ZERO || row.amount_from > row.amount_to {
        return Err(wrong(
            "rows",
            "card_amounts_not_possible",
            "amounts run from above zero to the same or more",
        ));
    }
    if graded
        .grade
        .is_some_and(|(worst, _)| !(1..=WORST_GRADE).contains(&worst))
    {
        return Err(wrong(
            "rows",
            "grade_not_possible",
            format!("a grade is a number from 1, the best, to {WORST_GRADE}"),
        ));
    }
    if !graded.commits() {
        return Err(unreadable(CanonicalError::Unlawful("grade of a row")));
    }
    if let CardRecourse::LimitedPercent(percent) = row.recourse
        && (percent <= Decimal::ZERO || percent > Decimal::ONE_HUNDRED || percent.scale() > 8)
    {
        return Err(wrong(
            "rows",
            "recourse_cap_not_possible",
            "limited recourse has a percentage above 0 and up to 100, with eight places at most",
        ));
    }
    check_terms(&DiscountTerms {
        rate: row.rate,
        day_count: row.day_count,
        fees: card.fees.clone(),
        buyer_paid_share: card.buyer_paid_share,
        roll: ledger_core::calendar::Roll::None,
        transit_days: 0,
    })
    .map_err(|error| wrong("rows", error.code(), error.to_string()))
}

/// Reads what [`WholeCard::to_bytes`] wrote.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<WholeCard, AppError> {
    read(bytes).map_err(unreadable)
}

fn read(bytes: &[u8]) -> Result<WholeCard, CanonicalError> {
    let mut r = Reader::new(bytes);
    let head = r.bytes()?.to_vec();
    let card = RateCard::from_bytes(&head)?;
    let rows = (0..r.u16()?)
        .map(|_| {
            Ok(GradedRow {
                row: CardRow::from_bytes(r.bytes()?)?,
                grade: match r.u8()? {
                    0 => None,
                    1 => Some((r.u8()?, r.fixed()?)),
                    _ => return Err(CanonicalError::Unlawful("grade flag")),
                },
            })
        })
        .collect::<Result<_, _>>()?;
    r.finish()?;
    Ok(WholeCard { head, card, rows })
}

/// The rows as they go on record.
pub(crate) fn kept(card: RateCardId, rows: &[GradedRow]) -> Vec<RateCardRow> {
    (0..)
        .zip(rows)
        .map(|(no, graded)| RateCardRow {
            card,
            no,
            obligor: graded.row.obligor,
            worst_grade: graded.grade.map(|(worst, _)| i16::from(worst)),
            salt: graded.grade.map(|(_, salt)| salt.to_vec()),
            days_from: i32::from(graded.row.days_from),
            days_to: i32::from(graded.row.days_to),
            amount_from: graded.row.amount_from,
            amount_to: graded.row.amount_to,
            body: graded.row.to_bytes(),
        })
        .collect()
}

/// The rows on record, by card.
pub(crate) fn read_kept(
    rows: Vec<RateCardRow>,
) -> Result<HashMap<RateCardId, Vec<GradedRow>>, AppError> {
    let mut tables: HashMap<RateCardId, Vec<GradedRow>> = HashMap::new();
    for row in rows {
        let grade = match (row.worst_grade, row.salt) {
            (Some(worst), Some(salt)) => {
                let broken = || AppError::Internal("a card's grade can't be read".to_owned());
                let worst = u8::try_from(worst).map_err(|_range| broken())?;
                Some((worst, salt.try_into().map_err(|_length| broken())?))
            }
            _ => None,
        };
        tables.entry(row.card).or_default().push(GradedRow {
            row: CardRow::from_bytes(&row.body).map_err(unreadable)?,
            grade,
        });
    }
    Ok(tables)
}
