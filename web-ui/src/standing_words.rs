//! How an obligor stands with its payments, and how one of its papers does, as people read it.

use ledger_app::obligor_standing::ObligorStanding;
use ledger_core::amount::Amount;
use ledger_core::paper::Paper;

use crate::dates;
use crate::i18n::Arg;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::words;

/// How the obligor stands, in one line.
pub(crate) fn of_obligor(lang: Lang, standing: &ObligorStanding) -> Fact {
    let mut said = match standing.since {
        None => vec![lang.text("standing-clean")],
        Some(since) => {
            let since = dates::long(since, lang);
            let args: [(&str, &dyn Arg); 2] = [("count", &standing.overdue), ("since", &since)];
            vec![lang.text_with("standing-overdue", &args)]
        }
    };
    if standing.persistent {
        said.push(lang.text("standing-persistent"));
    }
    if standing.stopped {
        said.push(lang.text("standing-stopped"));
    }
    Fact::new(lang.text("standing"), said.join(&lang.text("list-comma")))
}

/// What is late of a paper that was in default.
pub(crate) fn of_paper(lang: Lang, paper: &Paper) -> Option<Fact> {
    if !paper.arrears.dishonoured {
        return None;
    }
    let money = |amount: Amount| words::money(amount, paper.currency);
    let owed = paper.owed();
    let mut said = Vec::new();
    if !owed.is_zero() {
        said.push(lang.text_with("arrears-owed", &[("amount", &money(owed))]));
    }
    let interest = paper.arrears.interest_owed();
    if !interest.is_zero() {
        said.push(lang.text_with("arrears-interest", &[("amount", &money(interest))]));
    }
    if said.is_empty() {
        said.push(lang.text("arrears-none-owed"));
    }
    Some(Fact::new(
        lang.text("arrears-title"),
        said.join(&lang.text("list-comma")),
    ))
}
