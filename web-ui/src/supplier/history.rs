//! Entries of the journal as sentences.

use ledger_app::trace_fragment::HistoryLine;
use ledger_core::currency::Currency;

use super::phrases;
use crate::dates;
use crate::i18n::Lang;
use crate::pages::papers::EntryLine;
use crate::words;

/// Lines of a history; a name that may not be told is said to be withheld.
pub(super) fn lines(lang: Lang, currency: Currency, history: &[HistoryLine]) -> Vec<EntryLine> {
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| lang.text("name-withheld"));
    history
        .iter()
        .map(|line| EntryLine {
            when: dates::long(line.date, lang),
            what: lang.text_with(
                &format!("did-{}", line.act.replace('_', "-")),
                &[("from", &name(&line.from)), ("to", &name(&line.to))],
            ),
            amount: words::money(line.amount, currency),
            hash: phrases::short_hash(&line.hash),
        })
        .collect()
}
