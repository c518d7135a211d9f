//! What lies at the top of the tree.

/// Everything that must lie there, and nothing else but dot files and what the build leaves.
const TOP_LEVEL: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "fixtures",
    "ledger-core",
    "migrations",
    "ops",
    "rustfmt.toml",
    "services",
    "templates",
    "web-ui",
];

/// Entries that are missing from the top level, or have no business there.
pub(crate) fn top_level(entries: &[String]) -> Vec<String> {
    let missing = TOP_LEVEL
        .iter()
        .filter(|name| !entries.iter().any(|entry| entry == *name))
        .map(|name| format!("{name} is missing from the top level"));
    let strange = entries
        .iter()
        .filter(|entry| !entry.starts_with('.') && *entry != "target")
        .filter(|entry| !TOP_LEVEL.contains(&entry.as_str()))
        .map(|entry| format!("{entry} has no business at the top level"));
    missing.chain(strange).collect()
}

#[test]
fn a_planted_entry_and_a_missing_one_are_found() {
    let mut entries: Vec<String> = TOP_LEVEL.iter().map(|name| (*name).to_owned()).collect();
    entries.extend([".git".to_owned(), "target".to_owned()]);
    assert!(top_level(&entries).is_empty());
    entries.retain(|entry| entry != "README.md");
    entries.push("docs".to_owned());
    assert_eq!(
        top_level(&entries),
        [
            "README.md is missing from the top level",
            "docs has no business at the top level"
        ]
    );
}
