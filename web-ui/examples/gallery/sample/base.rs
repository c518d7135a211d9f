//! What the invented pages share.

use askama::Template;
use web_ui::i18n::Lang;
use web_ui::layout::{Badge, Fact, Figure, Role, Shell, Signing, Task};

/// A rendered page.
pub(crate) struct Page {
    /// Its name in the gallery.
    pub(crate) name: &'static str,
    /// The document.
    pub(crate) html: String,
}

/// Renders a view; a failure is shown as the page, so that the tests see it.
pub(crate) fn page(name: &'static str, view: &impl Template) -> Page {
    Page {
        name,
        html: view
            .render()
            .unwrap_or_else(|error| format!("FAILED {error}")),
    }
}

/// Chinese or English.
pub(crate) fn say(lang: Lang, zh: &str, en: &str) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => en.to_owned(),
    }
}

/// A fact in both languages.
pub(crate) fn fact(lang: Lang, label: (&str, &str), value: (&str, &str)) -> Fact {
    Fact::new(say(lang, label.0, label.1), say(lang, value.0, value.1))
}

/// The invented carmaker.
pub(crate) fn oem(lang: Lang) -> String {
    say(lang, "远山汽车股份有限公司", "Yuanshan Motor Co., Ltd.")
}

/// The supplier whose pages are shown.
pub(crate) fn me(lang: Lang) -> String {
    say(
        lang,
        "苏州明锐精密冲压有限公司",
        "Mingrui Precision Stamping (Suzhou)",
    )
}

/// A number of thirty digits.
pub(crate) const NUMBER: &str = "731313100001720261109000000124";

/// Around a page.
pub(crate) fn shell(lang: Lang, role: Option<Role>, path: &str) -> Shell {
    let party = match role {
        Some(Role::Supplier) => me(lang),
        Some(Role::Operator) => say(lang, "平台运营方", "Platform operator"),
        _treasury => oem(lang),
    };
    Shell {
        lang,
        user: role.map(|role| Badge {
            name: say(lang, "周敏", "Zhou Min"),
            login: "zhou.min@mingrui.example".to_owned(),
            party,
            role,
        }),
        path: path.to_owned(),
        banner: None,
        business_date: say(lang, "2026年11月20日", "20 Nov 2026"),
        csrf: "sample-token".to_owned(),
        demo: true,
    }
}

/// A deed to sign.
pub(crate) fn deed(
    lang: Lang,
    action: &str,
    statement: String,
    facts: Vec<Fact>,
    submit: String,
) -> Signing {
    Signing {
        action: action.to_owned(),
        statement,
        facts,
        consequences: vec![
            say(
                lang,
                "签署后立即记账，不能撤销；如有错误，以新的签名记录更正。",
                "It is recorded at once and can't be undone; a mistake is put right by a new signed entry.",
            ),
            say(
                lang,
                "您对这笔交易真实、合法、无争议负责。",
                "You answer for the trade being real, lawful and undisputed.",
            ),
        ],
        submit,
        hidden: vec![(
            "deed".to_owned(),
            "b1946ac92492d2347c6235b4d2611184".to_owned(),
        )],
    }
}

/// A task.
pub(crate) fn task(title: String, note: String, amount: &str, verb: String) -> Task {
    Task {
        title,
        note,
        amount: amount.to_owned(),
        href: "/".to_owned(),
        verb,
    }
}

/// A figure.
pub(crate) fn figure(lang: Lang, label: (&str, &str), value: &str, note: (&str, &str)) -> Figure {
    Figure {
        label: say(lang, label.0, label.1),
        value: value.to_owned(),
        note: say(lang, note.0, note.1),
    }
}
