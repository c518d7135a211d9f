//! Parties and their keys.

use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::parties::NewParty;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::party_checks::PartyCheck;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::added_user;
use crate::samples::day;
use crate::samples::moment;
use crate::samples::party;
use crate::samples::random;
use crate::samples::random32;
use crate::samples::store;
use crate::samples::write;

fn same(on_record: &Party, new: &NewParty) -> bool {
    let Party {
        no: _,
        id,
        kind,
        name,
        name_en,
        uscc,
        size_class,
        state,
        email,
        language,
        account_name,
        account_number,
        account_bank_code,
        licence_note,
        issuance_blocked,
        paper_bank_code,
        created_on,
    } = on_record.clone();
    NewParty {
        id,
        kind,
        name,
        name_en,
        uscc,
        size_class,
        state,
        email,
        language,
        account_name,
        account_number,
        account_bank_code,
        licence_note,
        issuance_blocked,
        paper_bank_code,
        created_on,
    } == *new
}

#[test]
fn a_party_comes_back_as_it_went_in_and_as_it_was_changed() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let mut new = NewParty {
        uscc: "91310000MA1FL0001X".to_owned(),
        licence_note: "金融许可证 B0001".to_owned(),
        ..party(PartyKind::FinanceProvider, "江南银行")
    };
    let no = write(&store, |tx| tx.party_insert(&new));
    let read = |id| store.read(|tx| tx.party_by_id(id)).unwrap();
    assert_eq!(read(new.id).no, no);
    assert!(same(&read(new.id), &new));
    new.name = "江南商业银行".to_owned();
    new.issuance_blocked = true;
    new.account_number = "1".to_owned();
    write(&store, |tx| tx.party_update(&new));
    assert!(same(&read(new.id), &new));
    write(&store, |tx| {
        tx.party_state_set(new.id, PartyState::Suspended)
    });
    assert_eq!(read(new.id).state, PartyState::Suspended);
    let by_code = store
        .read(|tx| tx.parties_by_usccs(&[new.uscc.clone(), String::new()]))
        .unwrap();
    assert_eq!(by_code.len(), 1);
    let by_name = store
        .read(|tx| tx.parties_by_names(PartyKind::FinanceProvider, &[new.name.clone()]))
        .unwrap();
    assert_eq!(by_name.len(), 1);
    assert_eq!(store.read(|tx| tx.parties_by_nos(&[no])).unwrap().len(), 1);
    assert_eq!(
        store
            .read(|tx| tx.parties_of_kind(PartyKind::Obligor))
            .unwrap(),
        []
    );
}

#[test]
fn many_parties_get_numbers_in_their_order() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let new: Vec<_> = (0..6_000)
        .map(|n| party(PartyKind::Supplier, &format!("supplier {n}")))
        .collect();
    let nos = write(&store, |tx| tx.parties_insert(&new));
    let ids: Vec<_> = new.iter().map(|p| p.id).collect();
    let back = store.read(|tx| tx.parties_by_ids(&ids)).unwrap();
    assert_eq!(back.iter().map(|p| p.no).collect::<Vec<_>>(), nos);
    assert_eq!(back.iter().map(|p| p.id).collect::<Vec<_>>(), ids);
}

#[test]
fn one_registration_is_one_party_and_one_id_too() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let first = NewParty {
        uscc: "X".to_owned(),
        ..party(PartyKind::Supplier, "甲")
    };
    write(&store, |tx| tx.party_insert(&first));
    let twin = NewParty {
        uscc: "X".to_owned(),
        ..party(PartyKind::Supplier, "乙")
    };
    let refused = store.write(|tx| tx.party_insert(&twin)).unwrap_err();
    assert!(refused.is_duplicate_of("party_uscc_unique"), "{refused}");
    let again = NewParty {
        uscc: "Y".to_owned(),
        ..first.clone()
    };
    let refused = store.write(|tx| tx.party_insert(&again)).unwrap_err();
    assert!(refused.is_duplicate_of("party_id_unique"), "{refused}");
    let unknown = party(PartyKind::Supplier, "丙");
    let refused = store.write(|tx| tx.party_update(&unknown)).unwrap_err();
    assert_eq!(refused, StoreError::NotFound);
}

#[test]
fn a_key_belongs_to_one_party_and_keeps_its_first_revocation() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (one, one_id) = added(&store, PartyKind::Supplier, "甲");
    let (two, _) = added(&store, PartyKind::Supplier, "乙");
    let user = added_user(&store, one_id);
    let new = NewSigningKey {
        id: KeyId::from_bytes(random()),
        party: one,
        user_id: Some(user),
        public_key: random32(),
        custody: Custody::Hosted,
        sealed: Some(vec![1, 2, 3]),
        valid_from: day("2026-03-02"),
    };
    let no = write(&store, |tx| tx.signing_key_insert(&new));
    let key = store.read(|tx| tx.signing_key_by_id(new.id)).unwrap();
    assert_eq!((key.no, key.party, key.party_id), (no, one, one_id));
    assert_eq!(
        (key.public_key, key.sealed.clone()),
        (new.public_key, new.sealed.clone())
    );
    assert_eq!((key.user_id, key.valid_from), (new.user_id, new.valid_from));
    let stolen = NewSigningKey {
        id: KeyId::from_bytes(random()),
        party: two,
        ..new.clone()
    };
    let refused = store
        .write(|tx| tx.signing_key_insert(&stolen))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("signing_key_public_key_unique"),
        "{refused}"
    );
    let unsealed = NewSigningKey {
        public_key: random32(),
        sealed: None,
        ..stolen
    };
    let refused = store
        .write(|tx| tx.signing_key_insert(&unsealed))
        .unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("signing_key_sealed_when_hosted".to_owned())
    );

    write(&store, |tx| tx.signing_key_reseal(new.id, &[9]));
    let of_user = store.read(|tx| tx.signing_keys_of_user(user)).unwrap();
    assert_eq!(of_user[0].sealed, Some(vec![9]));
    let at = moment("2026-03-03T01:02:03Z");
    write(&store, |tx| tx.signing_key_revoke(new.id, at));
    write(&store, |tx| {
        tx.signing_key_revoke(new.id, moment("2026-04-01T00:00:00Z"))
    });
    let of_party = store
        .read(|tx| tx.signing_keys_of_parties(&[one_id]))
        .unwrap();
    assert_eq!(of_party[0].revoked_at, Some(at));
    assert_eq!(store.read(|tx| tx.signing_keys_of_user(user)).unwrap(), []);
    assert_eq!(
        store
            .read(|tx| tx.signing_keys_by_ids(&[new.id]))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn what_was_overridden_about_a_party_is_kept_in_order() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, party) = added(&store, PartyKind::Supplier, "甲");
    let check = |reason: &str| PartyCheck {
        at: moment("2026-03-02T01:00:00Z"),
        party,
        finding: "social_credit_code_wrong_check_digit".to_owned(),
        reason: reason.to_owned(),
        decided_by: "user:1".to_owned(),
    };
    let checks = [check("营业执照如此"), check("again")];
    write(&store, |tx| tx.party_checks_append(&checks));
    assert_eq!(store.read(|tx| tx.party_checks_of(party)).unwrap(), checks);
    let nobodys = PartyCheck {
        party: PartyId::from_bytes([9; 16]),
        ..check("x")
    };
    let refused = store.write(|tx| tx.party_checks_append(std::slice::from_ref(&nobodys)));
    assert!(
        matches!(refused, Err(StoreError::Violated(_))),
        "{refused:?}"
    );
}
