//! A secret is changed while messages come: for a while both sign, then the new one alone.

use ledger_app::set_up_webhook;

use crate::sending::Told;

#[test]
fn both_secrets_sign_until_the_overlap_is_over() {
    let told = Told::new();
    let rotated = set_up_webhook::rotate(&told.app, &told.bank.who, told.webhook, 24).unwrap();
    let new = rotated.secret.reveal().to_string();
    assert_ne!(new, told.secret);
    told.ping();
    assert_eq!(told.run_in(0), 1);
    told.ping();
    assert_eq!(told.run_in(25 * 3_600), 1);
    let got = told.receiver.got();
    assert_eq!(got[0].signatures.len(), 2);
    assert!(got[0].is_signed_with(&new) && got[0].is_signed_with(&told.secret));
    assert_eq!(got[1].signatures.len(), 1);
    assert!(got[1].is_signed_with(&new) && !got[1].is_signed_with(&told.secret));
    assert!(told.shown().earlier_until.is_some());
}

#[test]
fn a_secret_that_got_out_signs_nothing_more() {
    let told = Told::new();
    let rotated = set_up_webhook::rotate(&told.app, &told.bank.who, told.webhook, 0).unwrap();
    told.ping();
    told.run_in(0);
    let got = told.receiver.got();
    assert!(got[0].is_signed_with(&rotated.secret.reveal()));
    assert!(!got[0].is_signed_with(&told.secret));
    assert_eq!(told.shown().earlier_until, None);
}

/// Only the two newest: what was before them is out.
#[test]
fn a_second_change_drops_the_first_secret() {
    let told = Told::new();
    let change = || {
        let rotated = set_up_webhook::rotate(&told.app, &told.bank.who, told.webhook, 24);
        rotated.unwrap().secret.reveal().to_string()
    };
    let (second, third) = (change(), change());
    told.ping();
    told.run_in(0);
    let got = told.receiver.got();
    assert_eq!(got[0].signatures.len(), 2);
    assert!(got[0].is_signed_with(&second) && got[0].is_signed_with(&third));
}
