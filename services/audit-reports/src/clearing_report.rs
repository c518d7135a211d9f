//! One clearing sheet, read from its own bytes, beside the instructions that followed from it and
//! what banks stated about them.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::canonical::CanonicalError;
use ledger_core::canonical::Reader;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::currency::Currency;
use ledger_core::hash::sha256_of;
use postgres::Transaction;
use uuid::Uuid;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Column;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::text;

/// Columns of the credits.
pub const COLUMNS: &[Column] = &[
    text("holder"),
    text("account"),
    figures("first-unit"),
    figures("units"),
    figures("paid-before"),
    figures("credit"),
    figures("interest-paid"),
    figures("owed"),
    text("instruction"),
    text("state"),
    text("bank-reference"),
    text("booked-on"),
    figures("booked"),
    text("evidence"),
];

/// A sheet with all that belongs to it.
#[derive(Debug, Clone)]
pub struct ClearingReport {
    /// The paper's number.
    pub number: String,
    /// Facts about run and sheet: key of the name, value.
    pub facts: Vec<(&'static str, Cell)>,
    /// One line for each credit.
    pub lines: Vec<Vec<Cell>>,
    /// Sums of units, paid before, credit, late interest, owed and booked, in minor units.
    pub sums: [i128; 6],
    /// Which round it is, and how many have a sheet: a paper paid in parts has several.
    pub round: (i32, i64),
    /// Currency of all amounts.
    pub currency: Currency,
    /// Checks made here: key of the sentence, whether it holds.
    pub checks: Vec<(&'static str, bool)>,
}

/// A credit as its bytes say (`ledger_core::clearing_sheet`, `canonical_bytes`).
struct Credit {
    holder: [u8; 16],
    account: [u8; 32],
    lowest_lo: i64,
    units: i64,
    paid_before: i64,
    amount: i64,
    owed: i64,
}

struct Sheet {
    face: i64,
    earlier: Vec<i64>,
    cash: i64,
    credits: Vec<Credit>,
}

/// The shares of late interest that went out with the credits, by holder and account.
type Interest = HashMap<([u8; 16], [u8; 32]), i64>;

/// Reads an interest sheet: its tag, then the bytes of a clearing sheet over interest.
fn read_interest(bytes: Option<&[u8]>) -> Result<Interest, CanonicalError> {
    let Some(bytes) = bytes else {
        return Ok(Interest::new());
    };
    let mut r = Reader::new(bytes);
    if r.text()? != "tallystick/interest-sheet" {
        return Err(CanonicalError::Unlawful("interest sheet"));
    }
    let sheet = read_sheet(r.bytes()?)?;
    r.finish()?;
    let shares = sheet.credits.into_iter();
    Ok(shares
        .map(|credit| ((credit.holder, credit.account), credit.amount))
        .collect())
}

fn read_sheet(bytes: &[u8]) -> Result<Sheet, CanonicalError> {
    let mut r = Reader::new(bytes);
    if r.text()? != "tallystick/clearing-sheet" || r.u8()? != 1 {
        return Err(CanonicalError::Unlawful("clearing sheet"));
    }
    let _rule = r.u8()?;
    let face = r.i64()?;
    let earlier = (0..r.i64()?).map(|_| r.i64()).collect::<Result<_, _>>()?;
    let cash = r.i64()?;
    let mut credits = Vec::new();
    for _ in 0..r.i64()? {
        credits.push(Credit {
            holder: r.fixed()?,
            account: r.fixed()?,
            lowest_lo: r.i64()?,
            units: r.i64()?,
            paid_before: r.i64()?,
            amount: r.i64()?,
            owed: r.i64()?,
        });
    }
    r.finish()?;
    Ok(Sheet {
        face,
        earlier,
        cash,
        credits,
    })
}

/// An instruction and the booking that proves it.
struct Instruction {
    creditor: [u8; 16],
    account: AccountKey,
    account_number: String,
    end_to_end: String,
    amount: i64,
    state: String,
    evidence: Option<String>,
    reference: Option<String>,
    booked_on: Option<NaiveDate>,
    booked: Option<i64>,
}

/// The sheet of the paper of this number: of a round, or of the last that has one.
///
/// # Errors
/// [`AuditError::NotFound`] if there is no run or it has no sheet yet,
/// [`AuditError::Unreadable`] if its bytes are no sheet, the database's.
pub fn clearing_report(
    snapshot: &mut Transaction<'_>,
    number: &str,
    round: Option<i32>,
) -> Result<ClearingReport, AuditError> {
    let row = snapshot
        .query_opt(
            "SELECT r.id, r.sheet, r.sheet_digest, r.cash, r.state, r.due_date, \
               r.entry_no & ((1::bigint << 40) - 1), p.currency, p.face, o.name, o.name_en, e.act, \
               r.interest_sheet, r.round, (SELECT count(*) FROM settlement_run c \
               WHERE c.paper_id = r.paper_id AND c.sheet IS NOT NULL) \
             FROM settlement_run r JOIN paper p ON p.id = r.paper_id \
             JOIN party o ON o.no = p.obligor LEFT JOIN entry e ON e.no = r.entry_no \
             WHERE p.number = $1 AND r.sheet IS NOT NULL AND ($2::integer IS NULL OR r.round = $2) \
             ORDER BY r.round DESC LIMIT 1",
            &[&number, &round],
        )?
        .ok_or(AuditError::NotFound)?;
    let bytes: Vec<u8> = row.try_get(1)?;
    let sheet = read_sheet(&bytes)
        .map_err(|_form| AuditError::unreadable(format!("paper {number}"), "its sheet"))?;
    let interest: Option<Vec<u8>> = row.try_get(12)?;
    let interest = read_interest(interest.as_deref())
        .map_err(|_form| AuditError::unreadable(format!("paper {number}"), "its interest"))?;
    let round = (row.try_get(13)?, row.try_get(14)?);
    let currency = currency(row.try_get(7)?)?;
    let instructions = instructions(snapshot, row.try_get(0)?)?;
    let names = holders(snapshot, &sheet)?;
    let digest = sha256_of(&bytes);
    let act: Option<Vec<u8>> = row.try_get(11)?;
    let entry: Option<i64> = row.try_get(6)?;
    let (lines, sums) = lines(&sheet, &interest, &instructions, &names, currency);
    let [units, _before, credited, late, owed, booked] = sums;
    let earlier: i128 = sheet.earlier.iter().map(|one| i128::from(*one)).sum();
    let stated: Option<&[u8]> = row.try_get(2)?;
    let mut checks = vec![
        ("check-digest", stated == Some(digest.as_slice())),
        ("check-units", units == i128::from(sheet.face)),
        ("check-credits", credited == i128::from(sheet.cash)),
        (
            "check-owed",
            earlier + credited + owed == i128::from(sheet.face),
        ),
    ];
    if let Some(act) = act {
        // Cash so far, digest of the sheet, digest of the evidence (`ledger_core::act`, settle).
        checks.push(("check-entry", act.get(8..40) == Some(digest.as_slice())));
        checks.push(("check-booked", booked == credited + late));
    }
    let facts = vec![
        ("paper", Cell::Paper(number.to_owned())),
        ("obligor", Cell::Party(row.try_get(9)?, row.try_get(10)?)),
        ("due-date", Cell::Date(row.try_get(5)?)),
        (
            "state",
            Cell::Word(format!("run-{}", row.try_get::<_, &str>(4)?)),
        ),
        ("face", Cell::Money(i128::from(sheet.face), currency)),
        ("round", Cell::Count(i64::from(round.0))),
        ("cash", Cell::Money(i128::from(sheet.cash), currency)),
        ("entry", entry.map_or(Cell::Empty, Cell::Count)),
        ("sheet-digest", Cell::digest(Some(&digest))),
    ];
    Ok(ClearingReport {
        number: number.to_owned(),
        facts,
        lines,
        sums,
        round,
        currency,
        checks,
    })
}

fn instructions(snapshot: &mut Transaction<'_>, run: Uuid) -> Result<Vec<Instruction>, AuditError> {
    let rows = snapshot.query(
        "SELECT i.creditor, i.creditor_bank_code, i.creditor_account, i.end_to_end_id, i.amount, \
           i.state, i.evidence, s.servicer_ref, s.booking_date, \
           CASE WHEN s.amount = (SELECT sum(n.amount) FROM payment_instruction n \
               WHERE n.netted_in = i.netted_in) THEN i.amount ELSE s.amount END \
         FROM payment_instruction i LEFT JOIN LATERAL ( \
           SELECT servicer_ref, booking_date, amount FROM statement_entry \
           WHERE end_to_end_id = coalesce(i.netted_in, i.end_to_end_id) AND NOT reversal ORDER BY no LIMIT 1) s ON true \
         WHERE i.run = $1 \
           AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id)",
        &[&run],
    )?;
    rows.iter()
        .map(|row| {
            let number: String = row.try_get(2)?;
            Ok(Instruction {
                creditor: row.try_get::<_, Uuid>(0)?.into_bytes(),
                account: AccountKey::of(row.try_get(1)?, &number),
                account_number: number,
                end_to_end: row.try_get(3)?,
                amount: row.try_get(4)?,
                state: row.try_get(5)?,
                evidence: row.try_get(6)?,
                reference: row.try_get(7)?,
                booked_on: row.try_get(8)?,
                booked: row.try_get(9)?,
            })
        })
        .collect()
}

fn holders(
    snapshot: &mut Transaction<'_>,
    sheet: &Sheet,
) -> Result<Vec<([u8; 16], Cell)>, AuditError> {
    let ids: Vec<Uuid> = sheet
        .credits
        .iter()
        .map(|credit| Uuid::from_bytes(credit.holder))
        .collect();
    snapshot
        .query(
            "SELECT id, name, name_en FROM party WHERE id = ANY($1)",
            &[&ids],
        )?
        .iter()
        .map(|row| {
            let id: Uuid = row.try_get(0)?;
            let name = Cell::Party(row.try_get(1)?, row.try_get(2)?);
            Ok((id.into_bytes(), name))
        })
        .collect()
}

/// The instructions that belong to a credit: to this holder, at this account, of this amount. What is
/// frozen of it has an instruction of its own, so that there may be several.
fn told<'a>(credit: &Credit, paid: i64, instructions: &'a [Instruction]) -> Vec<&'a Instruction> {
    let to_holder =
        |i: &&Instruction| i.creditor == credit.holder && i.account.bytes() == &credit.account;
    let all: Vec<&Instruction> = instructions.iter().filter(to_holder).collect();
    let sum: i128 = all.iter().map(|i| i128::from(i.amount)).sum();
    if sum == i128::from(paid) {
        return all;
    }
    let exact = |i: &&Instruction| i.amount == paid;
    all.into_iter().find(exact).into_iter().collect()
}

fn lines(
    sheet: &Sheet,
    interest: &Interest,
    instructions: &[Instruction],
    names: &[([u8; 16], Cell)],
    currency: Currency,
) -> (Vec<Vec<Cell>>, [i128; 6]) {
    let money = |minor: i64| Cell::Money(i128::from(minor), currency);
    let mut sums = [0; 6];
    let mut lines = Vec::with_capacity(sheet.credits.len());
    for credit in &sheet.credits {
        let late = interest.get(&(credit.holder, credit.account));
        let late = late.copied().unwrap_or(0);
        let paid = credit.amount.saturating_add(late);
        let told = told(credit, paid, instructions);
        let booked = told.iter().filter_map(|i| i.booked).sum();
        let figures = [
            credit.units,
            credit.paid_before,
            credit.amount,
            late,
            credit.owed,
            booked,
        ];
        for (sum, figure) in sums.iter_mut().zip(figures) {
            *sum += i128::from(figure);
        }
        let holder = names.iter().find(|(id, _)| *id == credit.holder);
        let of = |cell: fn(&Instruction) -> Option<Cell>| {
            let mut cells: Vec<Cell> = told.iter().filter_map(|i| cell(i)).collect();
            match (cells.len(), cells.pop()) {
                (1, Some(only)) => only,
                (_, Some(last)) => {
                    cells.push(last);
                    Cell::Lines(cells)
                }
                (_, None) => Cell::Empty,
            }
        };
        let any_booked = told.iter().any(|i| i.booked.is_some());
        lines.push(vec![
            holder.map_or(Cell::Empty, |(_, name)| name.clone()),
            of(|i| Some(Cell::Text(i.account_number.clone()))),
            Cell::Count(credit.lowest_lo.saturating_add(1)),
            money(credit.units),
            money(credit.paid_before),
            money(credit.amount),
            money(late),
            money(credit.owed),
            of(|i| Some(Cell::Digest(i.end_to_end.clone()))),
            of(|i| Some(Cell::Word(format!("instruction-{}", i.state)))),
            of(|i| i.reference.clone().map(Cell::Digest)),
            of(|i| i.booked_on.map(Cell::Date)),
            if any_booked {
                money(booked)
            } else {
                Cell::Empty
            },
            of(|i| i.evidence.clone().map(Cell::Digest)),
        ]);
    }
    (lines, sums)
}
