//! A rate card as somebody types it: the card as a whole, and rows with numbered fields.

use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::RowTerms;
use ledger_app::rate_cards_view::OwnCard;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::id::PartyId;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use rust_decimal::Decimal;

use super::terms::percent;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::pages::rates::TypedField;
use crate::pages::rates::TypedRow;
use crate::session::Signed;

/// Rows that an empty form has.
const USUAL_ROWS: usize = 3;

/// Most rows that are typed by hand; longer tables come by the API.
const MOST_ROWS: usize = 40;

/// Days for which a card stands unless somebody chooses otherwise.
const USUAL_DAYS: u64 = 30;

/// How many rows the form has.
pub(super) fn rows(form: &Form) -> usize {
    let said = form.text("rows").parse().unwrap_or(USUAL_ROWS);
    said.clamp(1, MOST_ROWS)
}

/// The same form with room for one row more.
pub(super) fn one_more(mut form: Form) -> Form {
    let count = rows(&form).saturating_add(1).min(MOST_ROWS);
    form.set("rows", &count.to_string());
    form
}

/// Fills in what is usual where nothing was typed.
pub(super) fn usual(who: &Signed, form: &mut Form) {
    let today = who.business_date;
    let until = today.checked_add_days(chrono::Days::new(USUAL_DAYS));
    let usual = [
        ("currency", "CNY".to_owned()),
        ("day_count", "actual_360".to_owned()),
        ("valid_from", today.to_string()),
        ("valid_until", until.unwrap_or(today).to_string()),
        ("lag", "1".to_owned()),
        ("minutes", "60".to_owned()),
    ];
    for (name, value) in usual {
        if form.text(name).is_empty() {
            form.push(name, &value);
        }
    }
}

/// Whether the form can say all that a card says: what came by the API may have fees, many rows, or
/// day counts that differ, and none of it may get lost unsaid.
pub(super) fn holds(card: &OwnCard) -> bool {
    let first = card.rows.first().map(|one| one.row.day_count);
    card.card.fees.is_empty()
        && card.rows.len() <= MOST_ROWS
        && card.rows.iter().all(|one| Some(one.row.day_count) == first)
}

/// A form that says what a card says, for the next one like it.
pub(super) fn like(card: &OwnCard) -> Form {
    let mut form = Form::default();
    let currency = card.card.currency;
    form.push("currency", &currency.to_string());
    form.push("lag", &card.card.payout_lag_days.to_string());
    form.push("minutes", &card.card.quote_minutes.to_string());
    if !card.card.most_in_all.is_zero() {
        form.push("in_all", &card.card.most_in_all.to_plain(currency));
    }
    if !card.card.buyer_paid_share.is_zero() {
        form.push("share", &card.card.buyer_paid_share.to_string());
    }
    form.push("rows", &card.rows.len().to_string());
    for (n, graded) in card.rows.iter().enumerate() {
        let row = &graded.row;
        let mut say = |name: &str, value: String| form.push(&format!("{name}_{n}"), &value);
        say(
            "obligor",
            row.obligor.map(|id| id.to_string()).unwrap_or_default(),
        );
        say(
            "grade",
            graded
                .grade
                .map(|(worst, _)| worst.to_string())
                .unwrap_or_default(),
        );
        say("days_from", row.days_from.to_string());
        say("days_to", row.days_to.to_string());
        say("least", row.amount_from.to_plain(currency));
        say("most", row.amount_to.to_plain(currency));
        say("rate", row.rate.annual_percent().to_string());
        match row.recourse {
            CardRecourse::Without => say("recourse", "without".to_owned()),
            CardRecourse::With => say("recourse", "with".to_owned()),
            CardRecourse::LimitedPercent(cap) => {
                say("recourse", "limited".to_owned());
                say("cap", cap.to_string());
            }
        }
        if n == 0 {
            form.push("day_count", row.day_count.code());
        }
    }
    form
}

/// The rows as typed, with what is wrong with them.
pub(super) fn typed(lang: Lang, form: &Form) -> Vec<TypedRow> {
    (0..rows(form))
        .map(|n| {
            let field = |name: &str| {
                let name = format!("{name}_{n}");
                TypedField {
                    value: form.value(&name).to_owned(),
                    wrong: form
                        .error_key(&name)
                        .map(|key| lang.text(&key))
                        .unwrap_or_default(),
                    name,
                }
            };
            TypedRow {
                no: n.saturating_add(1),
                obligor: field("obligor"),
                grade: field("grade"),
                days_from: field("days_from"),
                days_to: field("days_to"),
                least: field("least"),
                most: field("most"),
                recourse: field("recourse"),
                cap: field("cap"),
                rate: field("rate"),
            }
        })
        .collect()
}

/// The terms; none if something can't be read, which is then marked. Rows without a rate and
/// without amounts are left out: the form has more room than most cards need.
pub(super) fn read(form: &mut Form) -> Option<CardTerms> {
    let currency: Option<Currency> = form.text("currency").to_uppercase().parse().ok();
    if currency.is_none() {
        form.refuse("currency", "currency_unknown");
    }
    let currency = currency?;
    let day_count = DayCount::from_code(form.text("day_count"));
    if day_count.is_none() {
        form.refuse("day_count", "not_offered");
    }
    let day_count = day_count?;
    let most_in_all = if form.text("in_all").is_empty() {
        Some(Amount::ZERO)
    } else {
        form.amount("in_all", currency)
    };
    let said: Vec<usize> = (0..rows(form))
        .filter(|n| {
            ["rate", "least", "most", "days_to"]
                .iter()
                .any(|name| !form.text(&format!("{name}_{n}")).is_empty())
        })
        .collect();
    if said.is_empty() {
        form.refuse("rate_0", "missing");
    }
    // Every row is read, so that every mistake is marked at once.
    let rows: Vec<Option<RowTerms>> = said
        .into_iter()
        .map(|n| row(form, n, currency, day_count))
        .collect();
    let share = percent(form, "share", false);
    let lag = whole(form, "lag");
    let minutes = whole(form, "minutes");
    let (from, until) = (form.date("valid_from"), form.date("valid_until"));
    Some(CardTerms {
        currency,
        rows: rows.into_iter().collect::<Option<Vec<_>>>()?,
        fees: Vec::new(),
        buyer_paid_share: share?,
        payout_lag_days: lag?,
        quote_minutes: minutes?,
        valid_from: from?,
        valid_until: until?,
        most_in_all: most_in_all?,
    })
    .filter(|terms| !terms.rows.is_empty())
}

/// A whole number that fits.
fn whole<N: std::str::FromStr>(form: &mut Form, name: &str) -> Option<N> {
    let typed = form.required(name)?;
    let number = typed.parse().ok();
    if number.is_none() {
        form.refuse(name, "not_a_whole_number");
    }
    number
}

fn row(form: &mut Form, n: usize, currency: Currency, day_count: DayCount) -> Option<RowTerms> {
    let at = |name: &str| format!("{name}_{n}");
    let obligor = match form.text(&at("obligor")) {
        "" => Some(None),
        id => PartyId::parse(id).ok().map(Some),
    };
    if obligor.is_none() {
        form.refuse(&at("obligor"), "not_offered");
    }
    let worst_grade = if form.text(&at("grade")).is_empty() {
        Some(None)
    } else {
        whole(form, &at("grade")).map(Some)
    };
    let days_from = if form.text(&at("days_from")).is_empty() {
        Some(1)
    } else {
        whole(form, &at("days_from"))
    };
    let days_to = whole(form, &at("days_to"));
    let amount_from = form.amount(&at("least"), currency);
    let amount_to = form.amount(&at("most"), currency);
    let recourse = recourse(form, n);
    let rate = percent(form, &at("rate"), true);
    Some(RowTerms {
        obligor: obligor?,
        worst_grade: worst_grade?,
        days_from: days_from?,
        days_to: days_to?,
        amount_from: amount_from?,
        amount_to: amount_to?,
        recourse: recourse?,
        rate: Rate::AnnualPercent(rate?),
        day_count,
    })
}

/// Said of every row: nothing is chosen before somebody chooses.
fn recourse(form: &mut Form, n: usize) -> Option<CardRecourse> {
    let (name, cap) = (format!("recourse_{n}"), format!("cap_{n}"));
    match form.text(&name) {
        "without" => Some(CardRecourse::Without),
        "with" => Some(CardRecourse::With),
        "limited" => percent(form, &cap, true)
            .filter(|percent| *percent > Decimal::ZERO)
            .map(CardRecourse::LimitedPercent),
        _ => {
            form.refuse(&name, "missing");
            None
        }
    }
}
