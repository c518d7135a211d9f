//! The rules of a day, for everybody who has signed in.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::rules_view;
use ledger_app::rules_view::RulesOfDay;
use ledger_core::article::Article;
use ledger_core::rule_pack::RegistrationDuty;
use ledger_core::rule_pack::RulePack;

use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::pages::rules::RuleLine;
use crate::pages::rules::Rules;
use crate::session::Signed;

const HERE: &str = "/rules";

/// Mounts the page.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let query = who.path.split_once('?').map_or("", |(_, query)| query);
        let form = Form::parse(query.as_bytes());
        let on = NaiveDate::parse_from_str(form.text("on"), "%Y-%m-%d").ok();
        let found = rules_view::run(&who.portal.app, &who.principal, on)?;
        who.page(&view(who, &found)?)
    })
    .await
}

fn view(who: &Signed, found: &RulesOfDay) -> Result<Rules, AppError> {
    let lang = who.lang;
    let others = found
        .all
        .iter()
        .filter(|pack| pack.since > NaiveDate::MIN && pack.since != found.pack.since)
        .map(|pack| {
            let href = format!("{HERE}?on={}", pack.since);
            (href, dates::long(pack.since, lang))
        });
    Ok(Rules {
        shell: who.at(HERE).shell()?,
        on: found.on.to_string(),
        day: dates::long(found.on, lang),
        title: cited(found.pack.title, lang).to_owned(),
        since: match found.pack.since {
            NaiveDate::MIN => String::new(),
            since => dates::long(since, lang),
        },
        rules: lines(&found.pack, lang),
        others: others.collect(),
    })
}

const fn cited(article: Article, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => article.zh,
        Lang::En => article.en,
    }
}

fn lines(pack: &RulePack, lang: Lang) -> Vec<RuleLine> {
    let line = |name: &str, says: String, article: Article| RuleLine {
        name: lang.text(name),
        says,
        article: cited(article, lang).to_owned(),
    };
    let number = |key: &str, n: i64| lang.text_with(key, &[("n", &grouped(n))]);
    let mut lines = vec![
        line(
            "rule-tenor",
            number("rule-tenor-says", i64::from(pack.tenor_months.says)),
            pack.tenor_months.article,
        ),
        line(
            "rule-face",
            number("rule-face-says", pack.face_major.says),
            pack.face_major.article,
        ),
        line(
            "rule-tier",
            number("rule-tier-says", i64::from(pack.maximum_tier.says)),
            pack.maximum_tier.article,
        ),
    ];
    if let Some(parts) = pack.maximum_parts {
        let says = number("rule-parts-says", parts.says);
        lines.push(line("rule-parts", says, parts.article));
    }
    let duty = match pack.registration.says {
        RegistrationDuty::None => "rule-registration-none",
        RegistrationDuty::BeforePayOut => "rule-registration-before",
        RegistrationDuty::InJournal => "rule-registration-journal",
    };
    let fees = if pack.never_on_holder.says.is_empty() {
        "rule-fees-none"
    } else {
        "rule-fees-confirmation"
    };
    let plain = |name: &str, says: &str, article| line(name, lang.text(says), article);
    lines.extend([
        plain(
            "rule-smallest",
            "rule-smallest-says",
            pack.smallest_fragment.article,
        ),
        plain("rule-trade", "rule-trade-says", pack.trade_document.article),
        plain(
            "rule-discounters",
            "rule-discounters-says",
            pack.discounters.article,
        ),
        plain("rule-registration", duty, pack.registration.article),
        plain("rule-fees", fees, pack.never_on_holder.article),
    ]);
    lines
}

/// A whole number with its thousands parted.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len().saturating_mul(2));
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
