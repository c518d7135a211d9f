//! Use cases don't call use cases. Each asks the policy first and opens its own unit of work; one
//! inside another would ask twice, or run in two transactions what belongs in one. What two of them
//! share is a room of its own.

use super::sources::Source;

/// Where the use cases are.
const FOLDER: &str = "services/ledger-app/src/";

/// Rooms whose public functions take app and principal like a use case's, and are shared: they
/// answer one question about who acts and change nothing of the trade.
const ROOMS: &[(&str, &str)] = &[
    ("access", "writes down that somebody was refused"),
    ("person", "whether a person acts, and with its own key"),
    ("signing", "opens the key of whoever acts"),
];

/// A public function that takes app and principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entrance {
    module: String,
    name: String,
}

/// The name of the module in a path below [`FOLDER`].
fn module(source: &Source) -> Option<&str> {
    source.path.strip_prefix(FOLDER)?.strip_suffix(".rs")
}

/// The entrances of all use cases.
pub(crate) fn entrances(sources: &[Source]) -> Vec<Entrance> {
    let mut found = Vec::new();
    for source in sources {
        let Some(module) = module(source) else {
            continue;
        };
        if ROOMS.iter().any(|(room, _)| *room == module) {
            continue;
        }
        let functions = source
            .text
            .split("\npub fn ")
            .skip(1)
            .chain(source.text.split("\npub async fn ").skip(1));
        for function in functions {
            // Up to the body or, in the types of closures, the first of their braces: long enough.
            let head = function.split('{').next().unwrap_or_default();
            if head.contains("&App") && head.contains("&Principal") {
                let name = head.split(['(', '<']).next().unwrap_or_default();
                found.push(Entrance {
                    module: module.to_owned(),
                    name: name.to_owned(),
                });
            }
        }
    }
    found
}

/// Files of the application that call another use case's entrance, or bring its name in.
pub(crate) fn calls(sources: &[Source], entrances: &[Entrance]) -> Vec<String> {
    let mut wrong = Vec::new();
    for source in sources {
        let Some(own) = module(source) else { continue };
        let code: String = source
            .text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        for Entrance { module, name } in entrances.iter().filter(|e| e.module != own) {
            let path = format!("{module}::{name}");
            let named = code.match_indices(&path).any(|(at, _)| {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let before = code.get(..at).and_then(|text| text.chars().next_back());
                let after = code.get(at + path.len()..).and_then(|t| t.chars().next());
                !before.is_some_and(is_word) && !after.is_some_and(is_word)
            });
            if named {
                wrong.push(format!("{}: calls the use case {path}", source.path));
            }
        }
    }
    wrong
}

/// Files of the application, for planting.
#[cfg(test)]
fn planted(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(module, text)| Source {
            path: format!("{FOLDER}{module}.rs"),
            text: (*text).to_owned(),
        })
        .collect()
}

#[test]
fn a_planted_call_is_found() {
    let case = "//! One.\n\npub fn run(\n    app: &App,\n    who: &Principal,\n) -> Result<(), E> {\n}\n\
                pub fn shown(amount: Amount) -> String {\n}\n";
    for bad in [
        "fn x() {\n    trace_paper::run(app, who)?;\n}\n",
        "fn x() {\n    crate::trace_paper::run(app, who)?;\n}\n",
        "use crate::trace_paper::run as trace;\n",
        "fn x() {\n    all.map(|one| trace_paper::run(app, one));\n    ids.map(trace_paper::run)\n}\n",
    ] {
        let files = planted(&[("trace_paper", case), ("portfolio", bad)]);
        let entrances = entrances(&files);
        assert_eq!(entrances.len(), 1);
        assert_eq!(
            calls(&files, &entrances),
            ["services/ledger-app/src/portfolio.rs: calls the use case trace_paper::run"],
            "{bad}"
        );
    }
    for good in [
        "/// As [`trace_paper::run`].\nfn x() {}\n",
        "// trace_paper::run( is not called\n",
        "fn x() {\n    trace_paper::shown(amount);\n    retrace_paper::run(app, who);\n}\n",
        "fn x() {\n    trace_paper::running(app, who);\n}\n",
    ] {
        let files = planted(&[("trace_paper", case), ("portfolio", good)]);
        assert!(calls(&files, &entrances(&files)).is_empty(), "{good}");
    }
    // A room is no use case, and a use case may call itself.
    let files = planted(&[("signing", case), ("portfolio", "signing::run(app, who)")]);
    assert!(entrances(&files).is_empty());
    let files = planted(&[(
        "trace_paper",
        "\npub fn run(a: &App, w: &Principal) {\n    trace_paper::run(a, w);\n}\n",
    )]);
    assert!(calls(&files, &entrances(&files)).is_empty());
}
