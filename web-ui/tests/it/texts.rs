//! Both languages say the same things, and nothing asks for a text that isn't there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use web_ui::i18n::Lang;
use web_ui::icicle::PieceState;
use web_ui::layout::Role;

/// Keys of a language with the names of their arguments.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("locales")
        .join(lang.tag());
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in fs::read_dir(folder).unwrap() {
        let mut last = String::new();
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            if let Some((key, _text)) = line.split_once(" =")
                && line.starts_with(|c: char| c.is_ascii_lowercase())
            {
                key.clone_into(&mut last);
                assert!(
                    found.insert(last.clone(), BTreeSet::new()).is_none(),
                    "{last} twice"
                );
            }
            for part in line.split('$').skip(1) {
                let name = part
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .next()
                    .unwrap();
                found.get_mut(&last).unwrap().insert(name.to_owned());
            }
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_keys_and_arguments() {
    let (zh, en) = (keys(Lang::Zh), keys(Lang::En));
    assert!(zh.len() > 200);
    for (key, args) in &zh {
        assert_eq!(Some(args), en.get(key), "{key}");
    }
    assert_eq!(zh.len(), en.len());
}

#[test]
fn chinese_is_chinese_and_english_is_not() {
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let alike = ["product", "list-comma", "seal-mark", "fee-line"];
    for (key, names) in keys(Lang::Zh) {
        if alike.contains(&key.as_str()) {
            continue;
        }
        let names = names
            .into_iter()
            .map(|name| -> &'static str { name.leak() });
        let args: Vec<(&'static str, &dyn web_ui::i18n::Arg)> = names
            .map(|name| -> (&str, &dyn web_ui::i18n::Arg) { (name, &"x") })
            .collect();
        let key = key.as_str();
        assert!(han(&Lang::Zh.text_with(key, &args)), "{key} has no Chinese");
        assert!(
            !han(&Lang::En.text_with(key, &args)),
            "{key} has Chinese in English"
        );
    }
}

/// Every literal handed to `t`, `t1` or `t2` in a template.
fn asked() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/portal");
    let mut found = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        for call in ["shell.t(\"", "shell.t1(\"", "shell.t2(\""] {
            let parts = text.split(call).skip(1);
            found.extend(parts.map(|part| part.split('"').next().unwrap().to_owned()));
        }
    }
    found
}

#[test]
fn templates_ask_only_for_texts_that_are_there() {
    let (asked, there) = (asked(), keys(Lang::Zh));
    assert!(asked.len() > 100);
    let missing: Vec<_> = asked
        .iter()
        .filter(|key| !there.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Keys that the program puts together from a code or a word begin so.
const PUT_TOGETHER: [&str; 46] = [
    "clock-",
    "rates-log-",
    "pledge-state-",
    "pledge-grant-",
    "pledge-sign-",
    "pledge-release-",
    "retransfer-",
    "tenor-",
    "bank-pledged",
    "bank-frozen",
    "bank-claimed",
    "bank-written-off",
    "bank-offered",
    "topic-",
    "says-",
    "desk-standing-",
    "desk-verdict-",
    "desk-fee-by-",
    "finding-",
    "todo-",
    "asked-",
    "bank-overdue",
    "bought-",
    "own-quote-",
    "supplier-column-",
    "field-",
    "refusal-",
    "problem-",
    "warning-",
    "column-",
    "import-",
    "kind-",
    "duty-",
    "size-",
    "weekday-",
    "job-",
    "purpose-",
    "match-",
    "owed-act-",
    "did-",
    "receipt-",
    "discount-",
    "fee-",
    "quote-",
    "request-",
    "day-count-",
];

/// Every string in the program's text that looks like a key.
fn named_in_code() -> BTreeSet<String> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // What stands between two strings is no key either way.
        found.extend(text.split('"').map(str::to_owned));
    }
    found
}

#[test]
fn keys_named_in_code_are_there_and_no_key_is_idle() {
    use Role::{Auditor, Bank, Operator, Supplier, TreasuryChecker, TreasuryMaker};
    let there = keys(Lang::Zh);
    let mut used = asked();
    for role in [
        TreasuryMaker,
        TreasuryChecker,
        Supplier,
        Bank,
        Auditor,
        Operator,
    ] {
        used.insert(role.key().to_owned());
        used.extend(role.pages().iter().map(|(_href, key)| (*key).to_owned()));
    }
    use PieceState::{Financed, Frozen, Live, Moved, Offered, Settled};
    for state in [Live, Moved, Offered, Financed, Frozen, Settled] {
        used.insert(state.key().to_owned());
    }
    used.extend(
        named_in_code()
            .into_iter()
            .filter(|word| there.contains_key(word)),
    );
    for key in &used {
        assert!(there.contains_key(key), "{key} is missing");
    }
    let idle: Vec<_> = there
        .keys()
        .filter(|key| !used.contains(*key))
        .filter(|key| !PUT_TOGETHER.iter().any(|start| key.starts_with(start)))
        .collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

#[test]
fn arguments_are_filled_in_without_isolation_marks() {
    let words = Lang::En.text_with(
        "pay-sentence",
        &[("recipient", &"Acme"), ("amount", &"¥1.00")],
    );
    assert_eq!(words, "Pay ¥1.00 to Acme");
    assert_eq!(
        Lang::En.text_with("problems-left-out", &[("count", &1_usize)]),
        "1 more problem is in the download."
    );
}

#[test]
fn the_browsers_language_is_taken_and_chinese_is_the_first() {
    assert_eq!(Lang::from_accept("de-DE,en-GB;q=0.7,zh;q=0.3"), Lang::En);
    assert_eq!(Lang::from_accept("zh-TW"), Lang::Zh);
    assert_eq!(Lang::from_accept("*,,é"), Lang::Zh);
}
