//! The rules of a day over the wire.

use chrono::NaiveDate;
use ledger_app::rules_view::RulesOfDay;
use ledger_core::article::Article;
use ledger_core::article::Rule;
use ledger_core::party::PartyKind;
use ledger_core::rule_pack::RegistrationDuty;
use ledger_core::rule_pack::RulePack;
use serde::Deserialize;
use serde::Serialize;
use utoipa::IntoParams;
use utoipa::ToSchema;

/// Which day.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RulesQuery {
    /// The day; the business date if it is left out.
    pub on: Option<NaiveDate>,
}

/// Where a rule is written, in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleOut {
    /// In English.
    #[schema(example = "银发〔2025〕77号 art. 13")]
    pub en: String,
    /// In Chinese.
    #[schema(example = "银发〔2025〕77号第十三条")]
    pub zh: String,
}

/// One rule.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleOut {
    /// `tenor_months`, `face_major`, `maximum_tier`, `maximum_parts`, `smallest_fragment_minor`,
    /// `trade_document`, `discounters`, `registration` or `never_on_holder`.
    pub rule: String,
    /// What it says: a number, `true`, words parted by a blank, or `none`.
    pub says: String,
    /// Where that is written.
    pub article: ArticleOut,
}

/// The rules of one stretch of days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackOut {
    /// First day on which they are in force; none if they always were.
    pub since: Option<NaiveDate>,
    /// What they are called.
    pub title: ArticleOut,
    /// The rules.
    pub rules: Vec<RuleOut>,
}

/// The rules in force on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RulesOut {
    /// The day.
    pub on: NaiveDate,
    /// What applies on it.
    pub pack: PackOut,
    /// The first days of all packs there are.
    pub changes_on: Vec<NaiveDate>,
}

impl ArticleOut {
    fn of(article: Article) -> ArticleOut {
        ArticleOut {
            en: article.en.to_owned(),
            zh: article.zh.to_owned(),
        }
    }
}

impl RulesOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &RulesOfDay) -> RulesOut {
        RulesOut {
            on: found.on,
            pack: PackOut::of(&found.pack),
            changes_on: found.all.iter().filter_map(since).collect(),
        }
    }
}

fn since(pack: &RulePack) -> Option<NaiveDate> {
    (pack.since > NaiveDate::MIN).then_some(pack.since)
}

impl PackOut {
    fn of(pack: &RulePack) -> PackOut {
        let mut rules = vec![
            plain("tenor_months", pack.tenor_months),
            plain("face_major", pack.face_major),
            plain("maximum_tier", pack.maximum_tier),
        ];
        rules.extend(pack.maximum_parts.map(|rule| plain("maximum_parts", rule)));
        let kinds: Vec<&str> = pack.discounters.says.iter().map(|k| kind(*k)).collect();
        let fees: Vec<&str> = pack.never_on_holder.says.iter().map(|f| f.code()).collect();
        rules.extend([
            plain("smallest_fragment_minor", pack.smallest_fragment),
            plain("trade_document", pack.trade_document),
            rule("discounters", words(&kinds), pack.discounters.article),
            rule(
                "registration",
                duty(pack.registration.says).to_owned(),
                pack.registration.article,
            ),
            rule(
                "never_on_holder",
                words(&fees),
                pack.never_on_holder.article,
            ),
        ]);
        PackOut {
            since: since(pack),
            title: ArticleOut::of(pack.title),
            rules,
        }
    }
}

fn plain<T: ToString>(name: &str, says: Rule<T>) -> RuleOut {
    rule(name, says.says.to_string(), says.article)
}

fn rule(name: &str, says: String, article: Article) -> RuleOut {
    RuleOut {
        rule: name.to_owned(),
        says,
        article: ArticleOut::of(article),
    }
}

fn words(list: &[&str]) -> String {
    if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(" ")
    }
}

const fn kind(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Obligor => "obligor",
        PartyKind::Supplier => "supplier",
        PartyKind::FinanceProvider => "finance_provider",
        PartyKind::Operator => "operator",
        PartyKind::Auditor => "auditor",
    }
}

const fn duty(duty: RegistrationDuty) -> &'static str {
    match duty {
        RegistrationDuty::None => "none",
        RegistrationDuty::BeforePayOut => "before_pay_out",
        RegistrationDuty::InJournal => "before_pay_out_and_in_journal",
    }
}
