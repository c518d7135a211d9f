//! The terms that an obligor signed into a paper, as people read them.

use ledger_core::currency::Currency;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::LateInterest;
use ledger_core::payment_terms::RecourseTerms;
use ledger_core::payment_terms::ShortfallRule;
use ledger_core::terms::PaperTerms;

use crate::i18n::Lang;
use crate::layout::Fact;
use crate::words;

/// Each term with what it says.
pub(crate) fn lines(lang: Lang, terms: &PaperTerms, currency: Currency) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let transfer = if terms.transferable {
        let deepest = u32::from(terms.maximum_tier);
        lang.text_with("terms-transferable", &[("tier", &deepest)])
    } else {
        lang.text("terms-not-transferable")
    };
    let early = match terms.payment.early_redemption {
        EarlyRedemption::NotOffered => "terms-early-not",
        EarlyRedemption::EqualTerms => "terms-early-equal",
    };
    let recourse = match terms.payment.recourse {
        RecourseTerms::Stated => "terms-recourse-stated",
        RecourseTerms::OnlyWithout => "terms-recourse-without",
    };
    let shortfall = match terms.payment.shortfall {
        ShortfallRule::ProRata => "terms-shortfall-pro-rata",
    };
    let late = terms.payment.late_interest.as_ref();
    vec![
        fact("terms-transfer", transfer),
        fact(
            "terms-smallest",
            words::money(terms.minimum_fragment, currency),
        ),
        fact("terms-shortfall", lang.text(shortfall)),
        fact(
            "terms-late",
            late.map_or_else(|| lang.text("terms-late-none"), |late| interest(lang, late)),
        ),
        fact("terms-early", lang.text(early)),
        fact("terms-recourse", lang.text(recourse)),
        fact(
            "terms-clearing",
            lang.text_with(
                "terms-clearing-version",
                &[("version", &u32::from(terms.clearing_rule))],
            ),
        ),
    ]
}

fn interest(lang: Lang, late: &LateInterest) -> String {
    let count = lang.text(&format!(
        "day-count-{}",
        late.day_count.code().replace('_', "-")
    ));
    let rate = format!("{}%", late.percent.normalize());
    let mut said = vec![lang.text_with("terms-late-rate", &[("rate", &rate), ("count", &count)])];
    if late.grace_days > 0 {
        let days = u32::from(late.grace_days);
        said.push(lang.text_with("terms-late-grace", &[("days", &days)]));
    }
    if let Some(cap) = late.cap_percent {
        let cap = format!("{}%", cap.normalize());
        said.push(lang.text_with("terms-late-cap", &[("cap", &cap)]));
    }
    said.join(&lang.text("list-comma"))
}
