//! Every notice in both languages, word for word.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::recipient::Recipient;
use notices::letters::Letter;
use notices::letters::write;
use notices::links::Links;
use notices::texts;

use crate::samples;

fn links() -> Links {
    Links::parse("https://tally.example/").unwrap()
}

fn letter(notice: &Notice, language: Language) -> Letter {
    write(notice, &samples::recipient(language), &links()).unwrap()
}

/// The letters of a language, as they stand in `tests/golden`. After an intended change run once
/// with `TALLYSTICK_GOLDEN=write` and read the difference.
fn check_golden(language: Language) {
    let mut actual = String::new();
    for notice in samples::all() {
        let letter = letter(&notice, language);
        let kind = notice.kind();
        write!(
            actual,
            "===== {kind}\n{}\n\n{}",
            letter.subject, letter.text
        )
        .unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{language}.txt"));
    if std::env::var_os("TALLYSTICK_GOLDEN").is_some_and(|value| value == "write") {
        std::fs::write(&path, &actual).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (ours, theirs) in actual.lines().zip(golden.lines()) {
        assert_eq!(ours, theirs, "{}", path.display());
    }
    assert_eq!(actual, golden, "{}", path.display());
}

#[test]
fn letters_in_chinese_read_as_agreed() {
    check_golden(Language::Zh);
}

#[test]
fn letters_in_english_read_as_agreed() {
    check_golden(Language::En);
}

#[test]
fn samples_cover_every_kind() {
    let kinds: BTreeSet<&str> = samples::all().iter().map(Notice::kind).collect();
    assert_eq!(kinds.len(), 43);
}

#[test]
fn every_notice_survives_its_outbox_row() {
    for notice in samples::all() {
        let json = serde_json::to_value(&notice).unwrap();
        assert_eq!(json["kind"], notice.kind());
        assert_eq!(serde_json::from_value::<Notice>(json).unwrap(), notice);
    }
}

#[test]
fn older_and_newer_rows_are_read() {
    let row = r#"{"kind":"paper_withdrawn","paper":{"number":"6","obligor":"远航"},
        "face":"CNY 1.00","added_in_a_later_release":true}"#;
    let Notice::PaperWithdrawn { reason, .. } = serde_json::from_str(row).unwrap() else {
        panic!("another kind was read")
    };
    assert_eq!(reason, None);
}

#[test]
fn both_languages_have_the_same_keys() {
    let keys = |language: Language| -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(
            "../../templates/mail/locales/{language}/letters.ftl"
        ));
        std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .map(|line| line.split_once(" = ").unwrap().0.to_owned())
            .collect()
    };
    assert_eq!(keys(Language::Zh), keys(Language::En));
}

#[test]
fn a_missing_text_is_an_error_and_not_english() {
    let error = texts::text(Language::Zh, "no-such-text", &[]).unwrap_err();
    assert_eq!(
        (error.key.as_str(), error.code()),
        ("no-such-text", "mail_text_missing")
    );
    texts::text(Language::En, "greeting", &[]).unwrap_err();
}

#[test]
fn no_letter_shows_a_key_or_an_open_place() {
    for language in Language::ALL {
        for notice in samples::all() {
            let letter = letter(&notice, language);
            for text in [&letter.subject, &letter.text] {
                assert!(!text.contains('{') && !text.contains("fact-"), "{text}");
            }
            assert!(
                letter.text.contains("https://tally.example/"),
                "{}",
                letter.text
            );
        }
    }
}

#[test]
fn html_loads_nothing_and_says_the_same() {
    for language in Language::ALL {
        for notice in samples::all() {
            let letter = letter(&notice, language);
            for forbidden in ["<img", "<script", "<link", "src=", "url(", "@import"] {
                assert!(!letter.html.contains(forbidden), "{forbidden}");
            }
            assert!(letter.html.contains(&format!("<html lang=\"{language}\">")));
            let shown = letter.html.replace("&#39;", "'");
            assert!(shown.contains(&letter.subject), "{shown}");
            for line in letter
                .text
                .lines()
                .map(|line| line.trim_end().trim_end_matches([':', '：']))
                .filter(|line| *line != "--")
            {
                let value = line
                    .rsplit(": ")
                    .next()
                    .unwrap()
                    .rsplit('：')
                    .next()
                    .unwrap();
                assert!(shown.contains(value), "{value} is only in the text");
            }
        }
    }
}

#[test]
fn names_are_escaped_in_html_and_plain_in_text() {
    let recipient = Recipient {
        email: "a@b.example".into(),
        name: "<b>O'Neil & \"Söhne\"</b>".into(),
        language: Language::En,
    };
    let letter = write(&samples::all()[0], &recipient, &links()).unwrap();
    assert!(letter.text.starts_with("Dear <b>O'Neil & \"Söhne\"</b>,\n"));
    assert!(!letter.html.contains("<b>"), "{}", letter.html);
    assert!(
        letter.html.contains("O&#39;Neil &#38; &#34;Söhne&#34;"),
        "{}",
        letter.html
    );
}

#[test]
fn a_name_cannot_start_a_line_of_its_own() {
    let Notice::PaperAccepted {
        paper,
        face,
        maturity,
        ..
    } = samples::all()[1].clone()
    else {
        panic!("the second sample is a paper accepted")
    };
    let payee = "Ruide\r\nBcc: all@bank.example\n\nPay to \u{202E}another account".to_owned();
    let notice = Notice::PaperAccepted {
        paper,
        payee,
        face,
        maturity,
    };
    let letter = letter(&notice, Language::En);
    assert!(
        letter
            .subject
            .starts_with("Ruide Bcc: all@bank.example Pay to another account has")
    );
    assert!(
        letter
            .text
            .lines()
            .all(|line| !line.starts_with("Bcc") && !line.starts_with("Pay"))
    );
}

#[test]
fn links_lead_into_the_portal_whatever_an_id_holds() {
    let path = Links::parse("https://tally.example/scf/?x=1#y").unwrap();
    let notice = Notice::ImportChecked {
        import: "../../evil?x=1#/é".into(),
        file: "a.csv".into(),
        good: 1,
        bad: 0,
    };
    let letter = write(&notice, &samples::recipient(Language::En), &path).unwrap();
    let link = "https://tally.example/scf/treasury/imports/..%2F..%2Fevil%3Fx=1%23%2F%C3%A9";
    assert!(
        letter.text.contains(&format!("\n{link}\n")),
        "{}",
        letter.text
    );
    for bad in [
        "",
        "tally.example",
        "javascript:alert(1)",
        "ftp://tally.example/",
        "/portal",
    ] {
        Links::parse(bad).unwrap_err();
    }
}

#[test]
fn a_token_is_not_printed_by_debug() {
    let printed = format!("{:?}", samples::all());
    assert!(!printed.contains("Zm9vYmFyLTEyMw"), "{printed}");
}
