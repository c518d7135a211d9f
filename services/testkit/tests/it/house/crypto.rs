//! One crypto stack: ring. No second one in the lock file, not even for another platform.
//!
//! The arithmetic of the curve comes from `curve25519-dalek` beside it, for one thing that ring does
//! not offer: checking many signatures together. It verifies only, in one file of the law; nothing
//! secret passes through it.

use super::sources::Source;

/// Packages that carry a crypto stack of their own.
const OTHER_STACKS: &[&str] = &[
    "aws-lc-fips-sys",
    "aws-lc-rs",
    "aws-lc-sys",
    "boring",
    "boring-sys",
    "ed25519-dalek",
    "libsodium-sys",
    "mbedtls",
    "mbedtls-sys-auto",
    "native-tls",
    "openssl",
    "openssl-src",
    "openssl-sys",
    "rsa",
    "wolfssl-sys",
];

/// The packages of other stacks in the text of a `Cargo.lock`.
pub(crate) fn second_stacks(lock: &str) -> Vec<String> {
    lock.lines()
        .filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'))
        .filter(|name| OTHER_STACKS.contains(name))
        .map(|name| format!("Cargo.lock has {name}: a second crypto stack"))
        .collect()
}

/// The one room that may ask for the arithmetic of the curve, and the one file that may name it.
const CURVE_ROOM: &str = "ledger-core";
const CURVE_FILE: &str = "ledger-core/src/batch_check.rs";

/// Packages in the text of a `Cargo.lock` that depend on the arithmetic of the curve and may not.
pub(crate) fn curve_users(lock: &str) -> Vec<String> {
    // A dependency is named alone, or with its version where the lock file has several.
    let needs = ["\n \"curve25519-dalek\"", "\n \"curve25519-dalek "];
    lock.split("[[package]]")
        .filter(|package| needs.iter().any(|need| package.contains(need)))
        .filter_map(|package| {
            let (_, rest) = package.split_once("name = \"")?;
            rest.split_once('"').map(|(name, _)| name)
        })
        .filter(|name| *name != CURVE_ROOM)
        .map(|name| format!("{name} depends on curve25519-dalek: {CURVE_ROOM} alone may"))
        .collect()
}

/// Whether a source file uses the arithmetic of the curve and may not.
pub(crate) fn curve_used(source: &Source) -> Option<String> {
    let uses = source.text.contains("curve25519_dalek") && source.path != CURVE_FILE;
    uses.then(|| {
        format!(
            "{} uses curve25519-dalek: {CURVE_FILE} alone may",
            source.path
        )
    })
}

#[test]
fn a_planted_use_of_the_curve_is_found() {
    let package = |name: &str| {
        format!("[[package]]\nname = \"{name}\"\ndependencies = [\n \"curve25519-dalek\",\n]\n")
    };
    let lock = [package("ledger-core"), package("ledger-app")].concat();
    assert_eq!(
        curve_users(&lock),
        ["ledger-app depends on curve25519-dalek: ledger-core alone may"]
    );
    let source = |path: &str| Source {
        path: path.to_owned(),
        text: "use curve25519_dalek::scalar::Scalar;".to_owned(),
    };
    assert!(curve_used(&source("ledger-core/src/signature.rs")).is_some());
    assert!(curve_used(&source("ledger-core/src/batch_check.rs")).is_none());
}

#[test]
fn a_planted_stack_is_found() {
    let lock = "[[package]]\nname = \"openssl-sys\"\nversion = \"0.9.1\"\n";
    assert_eq!(
        second_stacks(lock),
        ["Cargo.lock has openssl-sys: a second crypto stack"]
    );
    assert!(second_stacks("name = \"openssl-probe\"\nname = \"ring\"\n").is_empty());
}
