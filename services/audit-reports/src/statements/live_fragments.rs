//! The live fragments of one paper: they tile its face.

use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;
use postgres::Row;

use crate::cell::Cell;
use crate::error::AuditError;
use crate::statement::Filters;
use crate::statement::Statement;
use crate::statement::currency;
use crate::statement::figures;
use crate::statement::money;
use crate::statement::party;
use crate::statement::text;

/// Who holds which range of the paper `$5` now.
pub const LIVE_FRAGMENTS: Statement = Statement {
    name: "live",
    columns: &[
        text("range"),
        text("holder"),
        text("state"),
        text("counterparty"),
        figures("tier"),
        figures("amount"),
    ],
    filters: Filters {
        dates: false,
        words: ("", &[]),
        party: false,
        paper: false,
    },
    rows: "SELECT l.lo, l.hi, h.name, h.name_en, l.state, c.name, c.name_en, l.tier::bigint, \
             p.currency, l.hi - l.lo, ''::text, l.lo \
           FROM live_fragment_now l JOIN paper p ON p.no = l.paper JOIN party h ON h.no = l.holder \
           LEFT JOIN party c ON c.no = l.counterparty \
           WHERE p.number = $5 AND ($7 IS NULL OR l.lo > $7)",
    order: "l.lo",
    totals: "SELECT p.currency, count(*), sum(l.hi - l.lo)::text \
             FROM live_fragment_now l JOIN paper p ON p.no = l.paper \
             WHERE p.number = $5 GROUP BY p.currency",
    sums: &["amount"],
    line,
};

fn line(row: &Row) -> Result<Vec<Cell>, AuditError> {
    let currency = currency(row.try_get(8)?)?;
    let with_other = row.try_get::<_, Option<&str>>(5)?.is_some();
    let state = state(row.try_get(4)?, with_other);
    Ok(vec![
        Cell::Range(row.try_get(0)?, row.try_get(1)?),
        party(row, 2)?,
        Cell::Word(format!("fragment-{}", state.map_or("unknown", word))),
        party(row, 5)?,
        Cell::Count(row.try_get(7)?),
        money(row, 9, currency)?,
    ])
}

/// The state of this code. The word for it does not hang on who the other party is, but on there being
/// one where there has to be.
fn state(code: i16, with_other: bool) -> Option<FragmentState> {
    let other = with_other.then(|| PartyId::from_bytes([0; 16]));
    FragmentState::from_code(u8::try_from(code).ok()?, other)
}

const fn word(state: FragmentState) -> &'static str {
    match state {
        FragmentState::PendingAcceptance => "pending",
        FragmentState::Held => "held",
        FragmentState::Offered { .. } => "offered",
        FragmentState::FinanceLocked { .. } => "locked",
        FragmentState::Pledged { .. } => "pledged",
        FragmentState::Frozen { .. } => "frozen",
        FragmentState::Recourse { .. } => "recourse",
        FragmentState::Redeemed => "redeemed",
        FragmentState::WrittenOff => "written_off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_in_both_languages() {
        let somebody = PartyId::from_bytes([1; 16]);
        let texts = [
            include_str!("../../locales/en/audit.ftl"),
            include_str!("../../locales/zh-CN/audit.ftl"),
        ];
        let mut codes = 0;
        for code in 0..=u8::MAX {
            for other in [None, Some(somebody)] {
                let Some(lawful) = FragmentState::from_code(code, other) else {
                    continue;
                };
                codes += 1;
                let read = state(i16::from(code), other.is_some());
                assert_eq!(read.map(word), Some(word(lawful)));
                let line = format!("\nfragment-{} = ", word(lawful));
                assert!(texts.iter().all(|text| text.contains(&line)), "{line}");
            }
        }
        // One a state, and a freeze with and without a pledge behind it.
        assert_eq!(codes, 10);
        assert_eq!(state(99, false), None);
    }
}
