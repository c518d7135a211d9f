//! Rules about the text of source files.

/// A source file.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its path below the workspace, such as `ledger-core/src/amount.rs`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
}

/// The most lines a file may have outside its tests. We aim at 300.
const MOST_LINES: usize = 400;

/// Names that say nothing about what a file is for.
const VAGUE: &[&str] = &[
    "common", "helpers", "misc", "models", "types", "util", "utils",
];

/// What reaches for the world: clocks, environment, files, network, processes, async.
const WORLDLY: &[&str] = &[
    "Utc::now",
    "Local::now",
    "SystemTime",
    "Instant::now",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "async fn",
];

/// The lines with their numbers, up to the file's own tests.
fn lines_outside_tests(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source
        .text
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .map(|(index, line)| (index + 1, line.trim()))
}

/// Places where a file of the law reaches for the world.
pub(crate) fn worldly(source: &Source) -> Vec<String> {
    lines_outside_tests(source)
        .filter(|(_, line)| !line.starts_with("//"))
        .flat_map(|(number, line)| {
            let found = WORLDLY.iter().filter(move |word| line.contains(**word));
            found.map(move |word| format!("{}:{number}: {word}", source.path))
        })
        .collect()
}

/// Lines of a `lib.rs` that are neither its documentation nor name a module.
pub(crate) fn lib_holds_more(source: &Source) -> Vec<String> {
    if !source.path.ends_with("/lib.rs") {
        return Vec::new();
    }
    let lawful = |line: &str| {
        line.is_empty()
            || line.starts_with("//!")
            || ((line.starts_with("pub mod ") || line.starts_with("mod ")) && line.ends_with(';'))
    };
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| !lawful(line.trim_end()))
        .map(|(index, line)| format!("{}:{}: lib.rs holds `{line}`", source.path, index + 1))
        .collect()
}

/// A file or folder whose name says nothing.
pub(crate) fn vague_name(source: &Source) -> Option<String> {
    let vague = source
        .path
        .split('/')
        .any(|part| VAGUE.contains(&part.strip_suffix(".rs").unwrap_or(part)));
    vague.then(|| format!("{}: the name does not say what is in it", source.path))
}

/// A file that has grown too long.
pub(crate) fn too_long(source: &Source) -> Option<String> {
    // The tables as diesel knows them are one list, and belong together.
    if source.path.ends_with("/schema.rs") {
        return None;
    }
    let count = lines_outside_tests(source).count();
    (count > MOST_LINES).then(|| format!("{}: {count} lines, at most {MOST_LINES}", source.path))
}

/// A file for planting.
#[cfg(test)]
fn source(path: &str, text: &str) -> Source {
    Source {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}

#[test]
fn a_planted_clock_is_found() {
    let text = "// Utc::now is named here only\nlet x = Utc::now();\n#[cfg(test)]\nstd::fs::x();\n";
    let found = worldly(&source("ledger-core/src/x.rs", text));
    assert_eq!(found, ["ledger-core/src/x.rs:2: Utc::now"]);
}

#[test]
fn a_planted_line_in_lib_is_found() {
    for bad in ["pub use x::Y;", "mod x {", "pub fn x() {}", "pub mod x {"] {
        let text = format!("//! What it is.\n\npub mod a;\n{bad}\n");
        assert_eq!(
            lib_holds_more(&source("a/src/lib.rs", &text)).len(),
            1,
            "{bad}"
        );
        assert!(lib_holds_more(&source("a/src/x.rs", &text)).is_empty());
    }
}

#[test]
fn a_planted_name_and_a_planted_length_are_found() {
    for bad in ["a/src/utils.rs", "a/src/models/paper.rs"] {
        assert!(vague_name(&source(bad, "")).is_some(), "{bad}");
    }
    assert!(vague_name(&source("ledger-core/src/paper.rs", "")).is_none());
    let long = "x\n".repeat(MOST_LINES + 1);
    assert!(too_long(&source("a/src/x.rs", &long)).is_some());
    let tested = format!("{}#[cfg(test)]\n{long}", "x\n".repeat(MOST_LINES));
    assert!(too_long(&source("a/src/x.rs", &tested)).is_none());
}
