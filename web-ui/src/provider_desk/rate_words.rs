//! Rate cards in the words of a finance provider's pages.

use ledger_app::proposed_rates::ProposedCard;
use ledger_app::rate_cards_view::OwnCard;
use ledger_app::rate_cards_view::RateCardState;
use ledger_app::rate_table::GradedRow;
use ledger_core::currency::Currency;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_core::rate_card::RateCard;

use crate::dates;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::pages::rates::CardShown;
use crate::pages::rates::RateLine;
use crate::session::Signed;
use crate::words;

/// A published card.
pub(super) fn card(who: &Signed, own: &OwnCard, obligors: &[(String, String)]) -> CardShown {
    let (state, state_class, stands) = match own.state {
        RateCardState::Withdrawn => ("rates-withdrawn", "ended", false),
        RateCardState::Standing if own.card.valid_until < who.business_date => {
            ("rates-past", "ended", false)
        }
        RateCardState::Standing if own.card.valid_from > who.business_date => {
            ("rates-to-come", "waiting", true)
        }
        RateCardState::Standing => ("rates-standing", "ok", true),
    };
    CardShown {
        id: own.card.id.to_string(),
        state: who.lang.text(state),
        state_class,
        stands,
        ..shown(who.lang, &own.card, &own.rows, obligors)
    }
}

/// A card that waits for a second hand.
pub(super) fn proposed(
    who: &Signed,
    one: &ProposedCard,
    obligors: &[(String, String)],
) -> CardShown {
    shown(who.lang, &one.whole.card, &one.whole.rows, obligors)
}

/// Currency, first and last day.
pub(super) fn dates(lang: Lang, card: &RateCard) -> String {
    let (from, until) = (
        dates::long(card.valid_from, lang),
        dates::long(card.valid_until, lang),
    );
    lang.text_with(
        "rates-dates",
        &[
            ("currency", &card.currency.to_string()),
            ("from", &from),
            ("until", &until),
        ],
    )
}

fn shown(
    lang: Lang,
    card: &RateCard,
    rows: &[GradedRow],
    obligors: &[(String, String)],
) -> CardShown {
    CardShown {
        id: String::new(),
        dates: dates(lang, card),
        state: String::new(),
        state_class: "waiting",
        facts: facts(lang, card),
        rows: rows
            .iter()
            .map(|row| line(lang, row, card.currency, obligors))
            .collect(),
        stands: false,
    }
}

fn facts(lang: Lang, card: &RateCard) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let days = lang.text_with("days-count", &[("days", &u32::from(card.payout_lag_days))]);
    let minutes = lang.text_with(
        "rates-minutes-count",
        &[("minutes", &u32::from(card.quote_minutes))],
    );
    let mut facts = vec![fact("rates-lag", days), fact("rates-minutes", minutes)];
    if !card.most_in_all.is_zero() {
        let most = words::money(card.most_in_all, card.currency);
        facts.push(fact("rates-in-all", most));
    }
    if !card.buyer_paid_share.is_zero() {
        facts.push(fact("desk-share", format!("{}%", card.buyer_paid_share)));
    }
    if !card.fees.is_empty() {
        facts.push(fact("rates-fees", card.fees.len().to_string()));
    }
    facts
}

fn line(
    lang: Lang,
    graded: &GradedRow,
    currency: Currency,
    obligors: &[(String, String)],
) -> RateLine {
    let row = &graded.row;
    let named = row.obligor.map(|id| id.to_string()).map(|id| {
        let known = obligors.iter().find(|(known, _name)| *known == id);
        known.map_or_else(String::new, |(_id, name)| name.clone())
    });
    let mut whom = named.unwrap_or_else(|| lang.text("rates-any-obligor"));
    if let Some((worst, _salt)) = graded.grade {
        whom = format!(
            "{whom} · {}",
            lang.text_with("rates-grade-to", &[("grade", &worst.to_string())])
        );
    }
    let count = lang.text(&format!(
        "day-count-{}",
        row.day_count.code().replace('_', "-")
    ));
    let rate = match row.rate {
        Rate::AnnualPercent(percent) => format!("{percent}%"),
        Rate::MonthlyPerMille(mille) => {
            lang.text_with("rates-per-mille", &[("rate", &mille.to_string())])
        }
    };
    RateLine {
        whom,
        days: format!("{}–{}", row.days_from, row.days_to),
        amounts: format!(
            "{} – {}",
            words::money(row.amount_from, currency),
            words::money(row.amount_to, currency)
        ),
        recourse: match row.recourse {
            CardRecourse::Without => lang.text("desk-recourse-without"),
            CardRecourse::With => lang.text("desk-recourse-with"),
            CardRecourse::LimitedPercent(cap) => {
                lang.text_with("rates-recourse-cap", &[("cap", &format!("{cap}%"))])
            }
        },
        rate: format!("{rate} · {count}"),
    }
}
