//! Every story in the folder is one the player can read.

use std::fs;

use story_player::scenario::Scenario;

fn folder() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/scenarios")
}

#[test]
fn every_story_is_readable_and_ends_with_the_offline_check() {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let story = Scenario::load(&path);
        assert!(story.is_ok(), "{}: {}", path.display(), story.unwrap_err());
        let story = story.unwrap();
        assert!(!story.title.is_empty());
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("do = \"export_and_verify\""),
            "{}: nothing is checked offline",
            path.display()
        );
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
    }
    for name in ["main-line", "document-used", "financing", "events"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
}

#[test]
fn a_word_outside_of_the_vocabulary_is_refused_with_its_step() {
    let head = "title = \"x\"\nbegins = \"2026-07-01\"\n";
    let good = format!("{head}[[step]]\ndo = \"remember_balances\"\nas = \"a\"\n");
    assert_eq!(Scenario::parse(&good).unwrap().steps.len(), 1);
    for (wrong, says) in [
        ("[[step]]\ndo = \"conjure\"\n", "step 2"),
        (
            "[[step]]\ndo = \"remember_balances\"\nas = \"a\"\nfast = true\n",
            "fast",
        ),
        ("[[step]]\ndo = \"trace\"\nwho = \"t1-1\"\n", "step 2"),
    ] {
        let error = Scenario::parse(&format!("{good}{wrong}")).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}
