//! People, their sessions, the access log.

use ledger_core::party::PartyKind;
use ledger_store::access_log::AccessKind;
use ledger_store::access_log::AccessRecord;
use ledger_store::error::StoreError;
use ledger_store::sessions::Session;
use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::added_user;
use crate::samples::moment;
use crate::samples::random32;
use crate::samples::store;
use crate::samples::user;
use crate::samples::write;

#[test]
fn a_person_comes_back_as_invited_and_as_changed() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, party) = added(&store, PartyKind::Obligor, "江南汽车");
    let mut person = User {
        state: UserState::Invited,
        password_hash: String::new(),
        invitation_hash: Some(random32()),
        invitation_expires: Some(moment("2026-03-09T00:00:00Z")),
        ..user(party, "Wang.Fang@example.com")
    };
    write(&store, |tx| tx.users_insert(std::slice::from_ref(&person)));
    assert_eq!(store.read(|tx| tx.user_by_id(person.id)).unwrap(), person);
    let hash = person.invitation_hash.unwrap();
    assert_eq!(
        store.read(|tx| tx.user_by_invitation(&hash)).unwrap(),
        person
    );
    assert_eq!(
        store
            .read(|tx| tx.user_by_email("wang.fang@EXAMPLE.com"))
            .unwrap(),
        person
    );

    person.state = UserState::Active;
    let refused = store.write(|tx| tx.user_update(&person)).unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("app_user_active_has_password".to_owned())
    );
    person.password_hash = "$argon2id$".to_owned();
    person.invitation_hash = None;
    person.invitation_expires = None;
    person.role = Role::Checker;
    write(&store, |tx| tx.user_update(&person));
    assert_eq!(
        store.read(|tx| tx.users_of_parties(&[party])).unwrap(),
        [person.clone()]
    );

    let until = moment("2026-03-02T02:00:00Z");
    assert_eq!(
        write(&store, |tx| tx.user_failure_count(person.id, None)),
        1
    );
    assert_eq!(
        write(&store, |tx| tx.user_failure_count(person.id, Some(until))),
        2
    );
    assert_eq!(
        store
            .read(|tx| tx.user_by_id(person.id))
            .unwrap()
            .locked_until,
        Some(until)
    );
    write(&store, |tx| tx.user_failures_clear(person.id));
    assert_eq!(store.read(|tx| tx.user_by_id(person.id)).unwrap(), person);

    let twin = user(party, "WANG.FANG@example.com");
    let refused = store
        .write(|tx| tx.users_insert(std::slice::from_ref(&twin)))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("app_user_email_unique"),
        "{refused}"
    );
}

#[test]
fn sessions_end_one_by_one_all_together_and_by_time() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, party) = added(&store, PartyKind::Obligor, "江南汽车");
    let user_id = added_user(&store, party);
    let open = |minute: u32| Session {
        token_hash: random32(),
        user_id,
        csrf: random32(),
        created_at: moment(&format!("2026-03-02T01:{minute:02}:00Z")),
        last_seen_at: moment("2026-03-02T01:00:00Z"),
        expires_at: moment(&format!("2026-03-02T13:{minute:02}:00Z")),
    };
    let all = [open(1), open(2), open(3), open(4)];
    for session in &all {
        write(&store, |tx| tx.session_insert(session));
    }
    let found = |token| store.read(|tx| tx.session_by_token(token));
    let first = found(&all[0].token_hash).unwrap();
    assert_eq!(first.session, all[0]);
    assert_eq!((first.user.id, first.party.id), (user_id, party));
    assert_eq!(first.day, None, "no business date yet");
    let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
    write(&store, |tx| tx.business_date_advance(day));
    let seen = found(&all[3].token_hash).unwrap().day;
    assert_eq!(seen.map(|seen| seen.today), Some(day));
    let seen = moment("2026-03-02T01:30:00Z");
    write(&store, |tx| tx.session_touch(&all[0].token_hash, seen));
    let touched = found(&all[0].token_hash).unwrap();
    assert_eq!(touched.session.last_seen_at, seen);
    write(&store, |tx| tx.session_end(&all[0].token_hash));
    assert_eq!(found(&all[0].token_hash).unwrap_err(), StoreError::NotFound);
    assert_eq!(
        write(&store, |tx| tx
            .sessions_expired_end(moment("2026-03-02T13:02:00Z"))),
        1
    );
    let left = store.read(|tx| tx.sessions_of_user(user_id)).unwrap();
    assert_eq!(left, [all[3].clone(), all[2].clone()]);
    assert_eq!(write(&store, |tx| tx.sessions_of_user_end(user_id)), 2);
}

#[test]
fn the_access_log_keeps_what_happened() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, party) = added(&store, PartyKind::Obligor, "江南汽车");
    let user_id = added_user(&store, party);
    let line = |kind| AccessRecord {
        at: moment("2026-03-02T01:00:00.123456Z"),
        kind,
        user_id: Some(user_id),
        party: Some(party),
        email: "a@example.com".to_owned(),
        action: "issue_paper".to_owned(),
        source: "127.0.0.1 portal".to_owned(),
        detail: String::new(),
    };
    let lines: Vec<_> = AccessKind::ALL.iter().map(|kind| line(*kind)).collect();
    write(&store, |tx| tx.access_log_append(&lines));
    let mut newest_first = store
        .read(|tx| tx.access_log_of_user(user_id, 100))
        .unwrap();
    newest_first.reverse();
    assert_eq!(newest_first, lines);
}
