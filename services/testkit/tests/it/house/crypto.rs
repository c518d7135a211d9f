//! One crypto stack: ring. No second one in the lock file, not even for another platform.

/// Packages that carry a crypto stack of their own.
const OTHER_STACKS: &[&str] = &[
    "aws-lc-fips-sys",
    "aws-lc-rs",
    "aws-lc-sys",
    "boring",
    "boring-sys",
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

#[test]
fn a_planted_stack_is_found() {
    let lock = "[[package]]\nname = \"openssl-sys\"\nversion = \"0.9.1\"\n";
    assert_eq!(
        second_stacks(lock),
        ["Cargo.lock has openssl-sys: a second crypto stack"]
    );
    assert!(second_stacks("name = \"openssl-probe\"\nname = \"ring\"\n").is_empty());
}
