//! States, prices and sums in the words of a finance provider's pages.

use ledger_app::provider_inbox::DeskState;
use ledger_core::quote::Quote;

use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::desk::Price;
use crate::supplier::phrases;
use crate::words;

/// Words and dot of where a request stands.
pub(super) fn standing(lang: Lang, standing: DeskState) -> (String, &'static str) {
    let words = lang.text(&format!(
        "desk-standing-{}",
        standing.word().replace('_', "-")
    ));
    let class = match standing {
        DeskState::ToQuote | DeskState::ToApprove => "waiting",
        DeskState::Quoted => "financed",
        DeskState::Won => "ok",
        DeskState::Declined | DeskState::Over => "ended",
    };
    (words, class)
}

/// All figures of a price.
pub(super) fn price(lang: Lang, quote: &Quote) -> Price {
    let money = |amount| words::money(amount, quote.currency);
    let days = lang.text_with("days-count", &[("days", &u32::from(quote.days))]);
    let count = lang.text(&format!("day-count-{}", quote.day_count.replace('_', "-")));
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("amount", money(quote.range.amount())),
        fact("quote-rate", format!("{}% · {count} · {days}", quote.rate)),
        fact("quote-charge", money(quote.charge)),
    ];
    for fee in &quote.fees {
        let kind = lang.text(&format!("fee-{}", fee.kind));
        let payer = lang.text(&format!("desk-fee-by-{}", fee.payer));
        let line = lang.text_with("fee-line", &[("kind", &kind), ("payer", &payer)]);
        facts.push(Fact::new(line, money(fee.amount)));
    }
    if !quote.obligor_share.is_zero() {
        facts.push(fact("fee-obligor-share", money(quote.obligor_share)));
    }
    let cost = quote.range.amount().checked_sub(quote.proceeds);
    facts.extend([
        fact("desk-holder-cost", cost.map(money).unwrap_or_default()),
        fact("quote-cost-year", format!("{}%", quote.annual_cost)),
        fact(
            "quote-recourse",
            phrases::recourse(lang, quote.recourse, quote.currency),
        ),
        fact("bank-pay-date", dates::long(quote.pay_date, lang)),
    ]);
    if let Some(until) = chrono::DateTime::from_timestamp(quote.expires_at, 0) {
        facts.push(fact("quote-valid", dates::moment(until, lang)));
    }
    Price {
        proceeds: money(quote.proceeds),
        facts,
    }
}
