//! Licences that may be shipped with an Apache-2.0 program without further duties than notices
//! (and, for MPL-2.0, its own files staying open). `deny.toml` holds the same list.

/// The licences, by SPDX identifier; an exception belongs to its licence.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Name and licence expression of every package in the answer of `cargo metadata`.
pub(crate) fn packages(metadata: &serde_json::Value) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect()
}

/// The packages whose licence expression can't be satisfied from the list.
pub(crate) fn refused(packages: &[(String, String)]) -> Vec<String> {
    packages
        .iter()
        .filter(|(_, expression)| !satisfied(expression))
        .map(|(name, expression)| format!("{name}: licence \"{expression}\" is not on the list"))
        .collect()
}

/// True when the expression can be satisfied from the list. SPDX syntax, with the old `/` for OR.
fn satisfied(expression: &str) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let held = either(&mut rest);
    held && rest.is_empty()
}

/// `both (OR both)*`
fn either(rest: &mut &[&str]) -> bool {
    let mut held = both(rest);
    while let Some(after) = rest.strip_prefix(&["OR"]) {
        *rest = after;
        held |= both(rest);
    }
    held
}

/// `one (AND one)*`
fn both(rest: &mut &[&str]) -> bool {
    let mut held = one(rest);
    while let Some(after) = rest.strip_prefix(&["AND"]) {
        *rest = after;
        held &= one(rest);
    }
    held
}

/// A licence, perhaps WITH an exception, or an expression in brackets.
fn one(rest: &mut &[&str]) -> bool {
    if let Some(after) = rest.strip_prefix(&["("]) {
        *rest = after;
        let held = either(rest);
        let Some(after) = rest.strip_prefix(&[")"]) else {
            return false;
        };
        *rest = after;
        return held;
    }
    match **rest {
        [licence, "WITH", exception, ref after @ ..] => {
            *rest = after;
            ALLOWED.contains(&format!("{licence} WITH {exception}").as_str())
        }
        [licence, ref after @ ..] => {
            *rest = after;
            ALLOWED.contains(&licence)
        }
        [] => false,
    }
}

#[test]
fn a_planted_licence_is_found() {
    let package = |licence: &str| [("x".to_owned(), licence.to_owned())];
    for bad in [
        "",
        "GPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "(MIT OR Apache-2.0) AND SSPL-1.0",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "(MIT",
        "MIT Apache-2.0",
    ] {
        assert_eq!(refused(&package(bad)).len(), 1, "{bad}");
    }
    for good in [
        "MIT",
        "MIT/Apache-2.0",
        "Apache-2.0 / MIT",
        "Apache-2.0 OR GPL-2.0-only",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "GPL-3.0-only OR Apache-2.0 WITH LLVM-exception OR Zlib",
    ] {
        assert!(refused(&package(good)).is_empty(), "{good}");
    }
}
