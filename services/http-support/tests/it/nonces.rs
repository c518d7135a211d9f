//! Nonces are remembered for their time, in bounded memory.

use http_support::seen_nonces::Seen;
use http_support::seen_nonces::SeenNonces;
use ledger_core::id::KeyId;

#[test]
fn a_nonce_is_new_once_for_each_key_while_it_could_come_again() {
    let (one, two) = (KeyId::from_bytes([1; 16]), KeyId::from_bytes([2; 16]));
    let seen = SeenNonces::new(10);
    assert_eq!(seen.remember(one, "a", 100, 400), Seen::New);
    assert_eq!(seen.remember(one, "a", 100, 400), Seen::Before);
    assert_eq!(seen.remember(two, "a", 100, 400), Seen::New);
    assert_eq!(
        seen.remember(one, "a", 400, 700),
        Seen::Before,
        "until its last second"
    );
    assert_eq!(seen.remember(one, "a", 401, 700), Seen::New);
}

#[test]
fn when_the_memory_is_full_nothing_is_served_until_time_has_passed() {
    let key = KeyId::from_bytes([1; 16]);
    let seen = SeenNonces::new(3);
    for nonce in ["a", "b", "c"] {
        assert_eq!(seen.remember(key, nonce, 100, 400), Seen::New);
    }
    assert_eq!(seen.remember(key, "d", 100, 400), Seen::Full);
    assert_eq!(seen.remember(key, "a", 100, 400), Seen::Before);
    assert_eq!(seen.remember(key, "d", 401, 700), Seen::New);
}
