//! A simulated default as files: UTF-8 with a mark for spreadsheet programs, amounts in major units.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::recourse::Recourse;
use ledger_store::parties::party_kind_word;
use rust_decimal::Decimal;

use crate::settlement_statement::quoted;
use crate::simulate_default::SimulatedDefault;

/// Who is hit and who is left with it: one line a party and currency.
#[must_use]
pub fn parties(of: &SimulatedDefault) -> String {
    let mut out = begun(&[
        "party",
        "id",
        "kind",
        "currency",
        "hit_first",
        "may_claim",
        "may_be_claimed_from",
        "left_with",
    ]);
    for one in &of.currencies {
        let wide = |minor| major(minor, one.currency);
        for party in &one.parties {
            let figures = party.figures;
            row(
                &mut out,
                &[
                    party.name.clone(),
                    party.party.to_string(),
                    party_kind_word(party.kind).to_owned(),
                    one.currency.to_string(),
                    wide(figures.hit),
                    wide(figures.claims),
                    wide(figures.claimed_from),
                    wide(figures.left),
                ],
            );
        }
    }
    out
}

/// The possible claims, in their order.
#[must_use]
pub fn claims(of: &SimulatedDefault) -> String {
    let mut out = begun(&[
        "paper",
        "claimant",
        "from",
        "leg",
        "recourse",
        "cap",
        "currency",
        "lost",
        "may_claim",
    ]);
    for one in &of.currencies {
        let money = |amount: Amount| amount.to_plain(one.currency);
        for claim in &one.claims {
            let (mode, cap) = match claim.recourse {
                Recourse::Without => ("without", String::new()),
                Recourse::With => ("with", String::new()),
                Recourse::Limited(cap) => ("limited", money(cap)),
            };
            row(
                &mut out,
                &[
                    claim.number.clone(),
                    claim.claimant.clone(),
                    claim.from.clone(),
                    claim.kind.word().to_owned(),
                    mode.to_owned(),
                    cap,
                    one.currency.to_string(),
                    money(claim.lost),
                    money(claim.amount),
                ],
            );
        }
    }
    out
}

/// Minor units as major ones.
fn major(minor: i128, currency: Currency) -> String {
    Decimal::try_from_i128_with_scale(minor, u32::from(currency.exponent()))
        .map_or_else(|_beyond| minor.to_string(), |sum| sum.to_string())
}

fn begun(heading: &[&str]) -> String {
    let mut out = String::from("\u{feff}");
    let heading: Vec<String> = heading.iter().map(|one| (*one).to_owned()).collect();
    row(&mut out, &heading);
    out
}

fn row(out: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}
