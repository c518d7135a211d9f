//! Every refusal has words in both languages: the codes are read from where they are made.

use std::collections::BTreeSet;

use ledger_app::error::AppError;
use ledger_store::error::StoreError;
use testkit::database::workspace;
use web_ui::i18n::Lang;
use web_ui::refusal::{advice_key, status, title_key, worded_code};

/// Codes that only machines meet, at the financing API and at founding.
const NOT_ON_PAGES: [&str; 10] = [
    "already_founded",
    "discount_funded",
    "enrolment_malformed",
    "idempotency_key_invalid",
    "party_signs_nothing",
    "payment_not_proven",
    "payment_under_way",
    "statement_dates_not_possible",
    "too_many_fees",
    "use_id_taken",
];

/// The string literals that follow `call`, at place `place` among its arguments.
fn literals(text: &str, call: &str, place: usize) -> Vec<String> {
    let code = |rest: &str| {
        let argument = rest.split(',').nth(place)?.trim();
        let inner = argument.strip_prefix('"')?.split('"').next()?;
        Some(inner.to_owned())
    };
    text.split(call).skip(1).filter_map(code).collect()
}

fn sources(folder: &str) -> Vec<String> {
    let folder = workspace().join(folder);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect()
}

fn codes() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let law = std::fs::read_to_string(workspace().join("ledger-core/src/refusal.rs")).unwrap();
    let arms = law.split("pub const fn code").nth(1).unwrap();
    let mut refusals = 0;
    for part in arms.split("=> \"").skip(1) {
        codes.insert(part.split('"').next().unwrap().to_owned());
        refusals += 1;
    }
    assert!(refusals >= 30, "{refusals}");
    for text in sources("services/ledger-app/src")
        .iter()
        .chain(&sources("web-ui/src"))
    {
        codes.extend(literals(text, "AppError::invalid(", 0));
        codes.extend(literals(text, "AppError::invalid_field(", 1));
    }
    for text in sources("services/payable-files/src") {
        let Some((_, arms)) = text.split_once("FileError::Io(_) => ") else {
            continue;
        };
        let arms = arms
            .split("FileError::")
            .filter_map(|arm| arm.split('"').nth(1));
        codes.extend(arms.map(str::to_owned));
    }
    codes
}

#[test]
fn every_code_that_pages_can_meet_is_worded_in_both_languages() {
    let codes = codes();
    assert!(codes.len() > 100, "{}", codes.len());
    let mut missing = Vec::new();
    for code in codes
        .iter()
        .filter(|code| !NOT_ON_PAGES.contains(&code.as_str()))
    {
        for key in [title_key(code), advice_key(code)] {
            for lang in Lang::ALL {
                if lang.text(&key) == key {
                    missing.push(format!("{lang} {key}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_pages_never_meet_is_still_made_somewhere() {
    let codes = codes();
    for code in NOT_ON_PAGES {
        assert!(codes.contains(code), "{code} is gone");
    }
}

#[test]
fn no_connection_left_is_a_busy_moment_and_no_fault_of_the_platform() {
    let crowded = AppError::from(StoreError::Unavailable("timed out".to_owned()));
    assert_eq!(
        (worded_code(&crowded), status(&crowded).as_u16()),
        ("busy", 503)
    );
    let broken = AppError::from(StoreError::Corrupt("a sum".to_owned()));
    assert_eq!(
        (worded_code(&broken), status(&broken).as_u16()),
        ("internal", 500)
    );
}
