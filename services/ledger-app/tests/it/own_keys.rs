//! Keys that parties keep themselves.

use ledger_app::enrol_key;
use ledger_app::enrol_key::Prepared;
use ledger_app::error::AppError;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::signature::Signer;
use ledger_store::users::Role;

use crate::stage::Stage;

/// A key of nobody yet.
fn fresh_key(id: KeyId) -> Signer {
    Signer::from_seed(id, &ledger_app::random::bytes().unwrap()).unwrap()
}

/// Prepares, and signs with the private half.
fn signed(stage: &Stage, party: PartyId) -> (Prepared, [u8; 64], [u8; 32]) {
    let signer = fresh_key(KeyId::from_bytes([0; 16]));
    let public = signer.public_key();
    let prepared = enrol_key::prepare(&stage.app, &stage.operator, party, public).unwrap();
    let signature = signer.sign_raw(&prepared.payload);
    (prepared, signature, public)
}

fn code<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> &'static str {
    outcome.unwrap_err().code()
}

#[test]
fn a_bank_enrols_its_own_key_and_is_known_by_it_until_it_is_revoked() {
    let stage = Stage::new();
    let bank = stage.bank("江南银行");
    let (prepared, signature, public) = signed(&stage, bank.party());
    let key = enrol_key::submit(&stage.app, &stage.operator, &prepared.entry, signature).unwrap();
    assert_eq!(key, prepared.key);

    let holder = enrol_key::principal_of_key(&stage.app, key)
        .unwrap()
        .unwrap();
    assert_eq!(holder.public_key, public);
    assert_eq!(holder.principal.party, bank.party());
    assert_eq!(
        (holder.principal.user, holder.principal.key),
        (None, Some(key))
    );
    assert_eq!(holder.principal.role, Role::Member);

    let before = stage.book_size();
    enrol_key::revoke(&stage.app, &stage.operator, key).unwrap();
    assert_eq!(stage.book_size(), before + 1);
    assert_eq!(enrol_key::principal_of_key(&stage.app, key).unwrap(), None);
    enrol_key::revoke(&stage.app, &stage.operator, key).unwrap();
    assert_eq!(
        stage.book_size(),
        before + 1,
        "a second time changes nothing"
    );
}

#[test]
fn an_enrolment_is_refused_for_its_reason() {
    let stage = Stage::new();
    let bank = stage.bank("江南银行");
    let submit = |entry: &[u8], signature| {
        code(enrol_key::submit(
            &stage.app,
            &stage.operator,
            entry,
            signature,
        ))
    };
    let (prepared, signature, public) = signed(&stage, bank.party());
    let before = stage.book_size();
    assert_eq!(submit(&prepared.entry, [7; 64]), "bad_signature");
    assert_eq!(
        submit(&prepared.entry[1..], signature),
        "enrolment_malformed"
    );
    assert_eq!(submit(&[], signature), "enrolment_malformed");
    let mut other_party = prepared.entry.clone();
    let at = other_party
        .windows(16)
        .position(|w| w == bank.party().bytes())
        .unwrap();
    other_party[at..at + 16].copy_from_slice(stage.supplier("乙").party().bytes());
    let after_supplier = stage.book_size();
    assert_eq!(submit(&other_party, signature), "bad_signature");
    assert_eq!(stage.book_size(), after_supplier);
    assert!(after_supplier > before);

    let weak = enrol_key::prepare(&stage.app, &stage.operator, bank.party(), [0; 32]);
    assert_eq!(code(weak), "unusable_key");
    let operators = enrol_key::prepare(&stage.app, &stage.operator, stage.operator.party, public);
    assert_eq!(code(operators), "party_signs_nothing");
    let maker = &stage.obligor().maker.who;
    assert_eq!(
        code(enrol_key::prepare(&stage.app, maker, bank.party(), public)),
        "forbidden"
    );
}

#[test]
fn one_key_is_one_partys() {
    let stage = Stage::new();
    let (bank, other) = (stage.bank("江南银行"), stage.bank("江北银行"));
    let signer = fresh_key(KeyId::from_bytes([0; 16]));
    let enrol = |party| {
        let prepared =
            enrol_key::prepare(&stage.app, &stage.operator, party, signer.public_key()).unwrap();
        let signature = signer.sign_raw(&prepared.payload);
        enrol_key::submit(&stage.app, &stage.operator, &prepared.entry, signature)
    };
    enrol(bank.party()).unwrap();
    let before = stage.book_size();
    assert_eq!(code(enrol(other.party())), "unusable_key");
    assert_eq!(code(enrol(bank.party())), "unusable_key");
    assert_eq!(stage.book_size(), before);
}

#[test]
fn what_was_prepared_yesterday_is_signed_again() {
    let stage = Stage::new();
    let bank = stage.bank("江南银行");
    let (prepared, signature, _) = signed(&stage, bank.party());
    stage.advance(crate::stage::OPENING.succ_opt().unwrap());
    let late = enrol_key::submit(&stage.app, &stage.operator, &prepared.entry, signature);
    assert_eq!(code(late), "wrong_date");
}

#[test]
fn a_persons_key_identifies_no_system() {
    let stage = Stage::new();
    let supplier = stage.supplier("一级供应商");
    let key = supplier.signer.key();
    assert_eq!(enrol_key::principal_of_key(&stage.app, key).unwrap(), None);
    let nobody = KeyId::from_bytes([5; 16]);
    assert_eq!(
        enrol_key::principal_of_key(&stage.app, nobody).unwrap(),
        None
    );
}
