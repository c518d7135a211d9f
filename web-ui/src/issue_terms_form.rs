//! The terms that an obligor's maker chooses for new papers. What is chosen is signed into each of
//! them, and shown to whoever approves, accepts or buys.

use std::ops::RangeInclusive;

use ledger_app::issue_terms::IssueTerms;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::LateInterest;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::payment_terms::RecourseTerms;
use rust_decimal::Decimal;

use crate::forms::Form;

/// Fills in what is usual where the form was not sent yet: what the law gives small suppliers where
/// nothing is agreed, and all else as open as the rules allow.
pub(crate) fn usual(form: &mut Form) {
    if FIELDS.iter().any(|name| !form.all(name).is_empty()) {
        return;
    }
    let terms = IssueTerms::default();
    let usual = [
        ("late", "statutory".to_owned()),
        ("early", "equal".to_owned()),
        ("recourse", "stated".to_owned()),
        ("transferable", "yes".to_owned()),
        ("deepest", terms.maximum_tier.to_string()),
        ("smallest", terms.minimum_major.to_string()),
    ];
    for (name, value) in usual {
        form.push(name, &value);
    }
}

/// Those that a form with terms must have.
const FIELDS: [&str; 6] = [
    "late",
    "early",
    "recourse",
    "transferable",
    "deepest",
    "smallest",
];

/// The terms; none if something is missing or can't be read, which is then marked. A form without any
/// of them, as a program may send it, means the usual ones.
pub(crate) fn read(form: &mut Form) -> Option<IssueTerms> {
    usual(form);
    let late_interest = late(form);
    let early = chosen(
        form,
        "early",
        [
            ("equal", EarlyRedemption::EqualTerms),
            ("not", EarlyRedemption::NotOffered),
        ],
    );
    let recourse = chosen(
        form,
        "recourse",
        [
            ("stated", RecourseTerms::Stated),
            ("without", RecourseTerms::OnlyWithout),
        ],
    );
    let transferable = chosen(form, "transferable", [("yes", true), ("no", false)]);
    let deepest = number(form, "deepest", 1..=u32::from(u16::MAX));
    let smallest = number(form, "smallest", 1..=u32::MAX);
    Some(IssueTerms {
        minimum_major: smallest?,
        maximum_tier: u16::try_from(deepest?).ok()?,
        transferable: transferable?,
        payment: PaymentTerms {
            late_interest: late_interest?,
            early_redemption: early?,
            recourse: recourse?,
            ..PaymentTerms::FIRST_FORM
        },
        ..IssueTerms::default()
    })
}

/// One of the values that a field offers.
fn chosen<T: Copy>(form: &mut Form, name: &str, offered: [(&str, T); 2]) -> Option<T> {
    let found = offered.iter().find(|(value, _)| *value == form.text(name));
    let found = found.map(|(_, meaning)| *meaning);
    if found.is_none() {
        form.refuse(name, "not_offered");
    }
    found
}

fn late(form: &mut Form) -> Option<Option<LateInterest>> {
    match form.text("late") {
        "none" => return Some(None),
        "statutory" => return Some(Some(LateInterest::STATUTORY)),
        "own" => {}
        _other => {
            form.refuse("late", "not_offered");
            return None;
        }
    }
    let rate = percent(form, "late_percent", true);
    let cap = percent(form, "late_cap", false);
    let grace = if form.text("late_grace").is_empty() {
        Some(0)
    } else {
        number(form, "late_grace", 0..=u32::from(u8::MAX))
    };
    let late = LateInterest {
        percent: rate??,
        grace_days: u8::try_from(grace?).ok()?,
        cap_percent: cap?,
        ..LateInterest::STATUTORY
    };
    if late.possible() {
        return Some(Some(late));
    }
    form.refuse("late_percent", "not_a_percentage");
    None
}

/// A number of percent above nothing and at most a hundred.
fn percent(form: &mut Form, name: &str, needed: bool) -> Option<Option<Decimal>> {
    let typed = form
        .text(name)
        .trim_end_matches(['%', '％'])
        .trim()
        .to_owned();
    if typed.is_empty() && !needed {
        return Some(None);
    }
    let found = Decimal::from_str_exact(&typed).ok().filter(|found| {
        *found > Decimal::ZERO && *found <= LateInterest::HIGHEST_PERCENT && typed.len() <= 12
    });
    if found.is_none() {
        let code = if typed.is_empty() {
            "missing"
        } else {
            "not_a_percentage"
        };
        form.refuse(name, code);
        return None;
    }
    Some(found)
}

/// A whole number in digits.
fn number(form: &mut Form, name: &str, lawful: RangeInclusive<u32>) -> Option<u32> {
    let typed = form.required(name)?;
    let found = typed.parse().ok().filter(|n| lawful.contains(n));
    if found.is_none() {
        form.refuse(name, "not_a_whole_number");
    }
    found
}
