//! People are invited, come for the first time, sign in, sign entries, change their passphrase.

use ledger_app::change_passphrase;
use ledger_app::choose_language;
use ledger_app::error::AppError;
use ledger_app::first_visit;
use ledger_app::found_platform;
use ledger_app::found_platform::FoundPlatform;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::language::Language;
use ledger_app::letters::QueuedLetter;
use ledger_app::notice::Notice;
use ledger_app::policy::Action;
use ledger_app::principal::Principal;
use ledger_app::sessions;
use ledger_app::sign_in;
use ledger_app::signing::open_key;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_store::access_log::AccessKind;
use ledger_store::signing_keys::Custody;
use ledger_store::users::Role;
use postgres::Client;
use postgres::NoTls;

use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::open_app;

pub(crate) const PASSPHRASE: &str = "seven brown otters sing";

fn invitee(party: PartyId, email: &str) -> InviteUser {
    InviteUser {
        party,
        display_name: "赵敏".to_owned(),
        email: email.to_owned(),
        language: Language::Zh,
        role: Role::Member,
    }
}

/// Changes what only time would change.
pub(crate) fn behind(stage: &Stage, statement: &str) {
    let mut client = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    client.batch_execute(statement).unwrap();
}

/// The invitation letters in the outbox, oldest first.
fn letters(stage: &Stage) -> Vec<QueuedLetter> {
    let mut client = Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    client
        .query("SELECT payload FROM outbox ORDER BY created_at, id", &[])
        .unwrap()
        .iter()
        .map(|row| serde_json::from_value(row.get(0)).unwrap())
        .collect()
}

fn token_in(letter: &QueuedLetter) -> String {
    match &letter.notice {
        Notice::Invitation { token, .. } => token.reveal().to_owned(),
        other => panic!("not an invitation: {other:?}"),
    }
}

/// A member of a new supplier who has chosen [`PASSPHRASE`].
pub(crate) fn member(stage: &Stage, email: &str) -> UserId {
    let supplier = stage.supplier("一级供应商");
    invited_member(stage, supplier.party(), email)
}

/// A member of a party who has chosen [`PASSPHRASE`].
pub(crate) fn invited_member(stage: &Stage, party: PartyId, email: &str) -> UserId {
    let new = invitee(party, email);
    let (invited, token) = invite_user::hand_over(&stage.app, &stage.operator, &new).unwrap();
    first_visit::run(&stage.app, token.reveal(), PASSPHRASE, "test").unwrap();
    invited.user
}

pub(crate) fn code<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> &'static str {
    outcome.unwrap_err().code()
}

fn kinds(stage: &Stage, user: UserId) -> Vec<AccessKind> {
    let log = stage
        .app
        .store
        .read(|tx| tx.access_log_of_user(user, 100))
        .unwrap();
    log.into_iter().rev().map(|line| line.kind).collect()
}

#[test]
fn from_the_letter_to_a_signature() {
    let stage = Stage::new();
    let supplier = stage.supplier("一级供应商");
    let new = invitee(supplier.party(), "zhao.min@example.com");
    let invited = invite_user::run(&stage.app, &stage.operator, &new).unwrap();
    let letter = &letters(&stage)[0];
    assert_eq!(letter.to.email, "zhao.min@example.com");
    let token = token_in(letter);
    assert_eq!(token.len(), 43);

    let greeting = first_visit::greet(&stage.app, &token).unwrap();
    assert_eq!(
        (greeting.email.as_str(), greeting.party_name.as_str()),
        ("zhao.min@example.com", "一级供应商")
    );
    for (weak, why) in [
        ("short", "passphrase_too_short"),
        ("aaaaaaaaaaaaaaa", "passphrase_too_simple"),
    ] {
        assert_eq!(
            code(first_visit::run(&stage.app, &token, weak, "test")),
            why
        );
    }
    let before = stage.book_size();
    first_visit::run(&stage.app, &token, PASSPHRASE, "test").unwrap();
    assert_eq!(
        stage.book_size(),
        before + 1,
        "the key is enrolled in the journal"
    );
    let again = first_visit::run(&stage.app, &token, PASSPHRASE, "test");
    assert_eq!(code(again), "invitation_unknown", "a link works once");

    let session = sign_in::run(&stage.app, "Zhao.Min@example.com", PASSPHRASE, "test").unwrap();
    let who = session.principal;
    assert_eq!(
        (who.user, who.party, who.role),
        (Some(invited.user), supplier.party(), Role::Member)
    );
    let resumed = sessions::resume(&stage.app, session.token.reveal())
        .unwrap()
        .unwrap();
    assert_eq!(resumed.principal, who);

    let signer = open_key(&stage.app, &who, PASSPHRASE).unwrap();
    let key = stage
        .app
        .store
        .read(|tx| tx.signing_key_by_id(signer.key()))
        .unwrap();
    assert_eq!(
        (key.public_key, key.party_id),
        (signer.public_key(), supplier.party())
    );
    let wrong = open_key(&stage.app, &who, "seven brown otters sink");
    assert_eq!(wrong.unwrap_err(), AppError::WrongPassphrase);

    sessions::sign_out(&stage.app, session.token.reveal(), "test").unwrap();
    assert_eq!(
        sessions::resume(&stage.app, session.token.reveal()).unwrap(),
        None
    );
    let expected = [
        AccessKind::PasswordSet,
        AccessKind::SignedIn,
        AccessKind::SignedOut,
    ];
    assert_eq!(kinds(&stage, invited.user), expected);
}

#[test]
fn invitations_are_refused_with_their_reason() {
    let stage = Stage::new();
    let party = stage.supplier("一级供应商").party();
    let invite = |new: &InviteUser| code(invite_user::run(&stage.app, &stage.operator, new));
    for email in [
        "nobody",
        "a@b@c.de",
        "a b@c.de",
        "a@c",
        "<a@c.de>",
        "a@c.de\r\nBcc: x@y.de",
    ] {
        assert_eq!(
            invite(&invitee(party, email)),
            "email_malformed",
            "{email:?}"
        );
    }
    let unnamed = InviteUser {
        display_name: " ".to_owned(),
        ..invitee(party, "a@c.de")
    };
    assert_eq!(invite(&unnamed), "name_missing");
    let auditor = InviteUser {
        role: Role::Auditor,
        ..invitee(party, "a@c.de")
    };
    assert_eq!(invite(&auditor), "role_not_of_party");
    assert_eq!(
        invite(&invitee(PartyId::from_bytes([9; 16]), "a@c.de")),
        "not_found"
    );
    invite_user::run(&stage.app, &stage.operator, &invitee(party, "a@c.de")).unwrap();
    assert_eq!(invite(&invitee(party, "A@C.de")), "email_taken");
    let maker = &stage.obligor().maker.who;
    let not_hers = invite_user::run(&stage.app, maker, &invitee(party, "b@c.de"));
    assert_eq!(code(not_hers), "forbidden");
    assert_eq!(letters(&stage).len(), 1, "only the good one is written to");
}

#[test]
fn an_expired_invitation_opens_nothing() {
    let stage = Stage::new();
    let party = stage.supplier("一级供应商").party();
    let new = invitee(party, "a@c.de");
    let (_, token) = invite_user::hand_over(&stage.app, &stage.operator, &new).unwrap();
    behind(
        &stage,
        "UPDATE app_user SET invitation_expires = now() - interval '1 second' \
        WHERE invitation_hash IS NOT NULL",
    );
    assert_eq!(
        code(first_visit::greet(&stage.app, token.reveal())),
        "invitation_expired"
    );
    let visit = first_visit::run(&stage.app, token.reveal(), PASSPHRASE, "test");
    assert_eq!(code(visit), "invitation_expired");
    assert_eq!(
        code(first_visit::greet(&stage.app, "")),
        "invitation_unknown"
    );
}

#[test]
fn who_is_invited_again_gets_a_new_key_and_loses_the_old_one() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    let old = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let old_key = open_key(&stage.app, &old.principal, PASSPHRASE).unwrap();

    invite_user::again(&stage.app, &stage.operator, user).unwrap();
    assert_eq!(
        sessions::resume(&stage.app, old.token.reveal()).unwrap(),
        None
    );
    assert_eq!(
        code(sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test")),
        "sign_in_failed"
    );
    let token = token_in(letters(&stage).last().unwrap());
    first_visit::run(&stage.app, &token, "another good sentence", "test").unwrap();
    let new = sign_in::run(&stage.app, "a@c.de", "another good sentence", "test").unwrap();
    let new_key = open_key(&stage.app, &new.principal, "another good sentence").unwrap();
    assert_ne!(old_key.public_key(), new_key.public_key());
    let kept = stage
        .app
        .store
        .read(|tx| tx.signing_key_by_id(old_key.key()))
        .unwrap();
    assert!(kept.revoked_at.is_some());
}

#[test]
fn eight_failures_and_the_address_rests() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    let attempt = |passphrase: &str| sign_in::run(&stage.app, "a@c.de", passphrase, "test");
    for _ in 0..7 {
        assert_eq!(code(attempt("not the right sentence")), "sign_in_failed");
    }
    attempt(PASSPHRASE).unwrap();
    for _ in 0..8 {
        assert_eq!(code(attempt("not the right sentence")), "sign_in_failed");
    }
    let refused = attempt(PASSPHRASE).unwrap_err();
    assert!(kinds(&stage, user).contains(&AccessKind::Locked));

    let unknown = sign_in::run(&stage.app, "b@c.de", PASSPHRASE, "test").unwrap_err();
    assert_eq!(
        refused, unknown,
        "the answer tells nothing about the address"
    );

    behind(
        &stage,
        "UPDATE app_user SET locked_until = now() - interval '1 second' \
        WHERE locked_until IS NOT NULL",
    );
    attempt(PASSPHRASE).unwrap();
    let cleared = stage.app.store.read(|tx| tx.user_by_id(user)).unwrap();
    assert_eq!((cleared.failed_attempts, cleared.locked_until), (0, None));
}

#[test]
fn guesses_sent_together_are_counted_too() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| sign_in::run(&stage.app, "a@c.de", "not the right sentence", "test"));
        }
    });
    let counted = stage.app.store.read(|tx| tx.user_by_id(user)).unwrap();
    assert_eq!(
        counted.failed_attempts,
        sign_in::FAILURES,
        "no more than the limit was looked at"
    );
    assert!(counted.locked_until.is_some());
}

#[test]
fn sessions_end_when_idle_when_old_and_when_told() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    let open = || sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let lives = |token: &sessions::SessionToken| {
        sessions::resume(&stage.app, token.reveal())
            .unwrap()
            .is_some()
    };
    let session = open();
    behind(
        &stage,
        "UPDATE session SET last_seen_at = now() - interval '29 minutes'",
    );
    assert!(lives(&session.token));
    let noted = stage
        .app
        .store
        .read(|tx| tx.sessions_of_user(user))
        .unwrap()[0]
        .last_seen_at;
    assert!(
        (stage.app.clock.now() - noted).num_minutes() < 1,
        "its use was noted"
    );
    behind(
        &stage,
        "UPDATE session SET last_seen_at = now() - interval '31 minutes'",
    );
    assert!(!lives(&session.token));
    assert!(
        stage
            .app
            .store
            .read(|tx| tx.sessions_of_user(user))
            .unwrap()
            .is_empty()
    );

    let session = open();
    behind(
        &stage,
        "UPDATE session SET expires_at = now() - interval '1 second'",
    );
    assert!(!lives(&session.token));

    let (one, two) = (open(), open());
    assert_eq!(sessions::end_all(&stage.app, &one.principal).unwrap(), 2);
    assert!(!lives(&one.token) && !lives(&two.token));
    for odd in ["", "x", "\u{0}", &"a".repeat(10_000)] {
        assert_eq!(sessions::resume(&stage.app, odd).unwrap(), None);
    }
    let suspended = open();
    behind(
        &stage,
        "UPDATE party SET state = 'suspended' WHERE kind = 'supplier'",
    );
    assert!(lives(&suspended.token), "it may look");
    behind(
        &stage,
        "UPDATE party SET state = 'closed' WHERE kind = 'supplier'",
    );
    assert!(!lives(&suspended.token));
}

/// A suspended party keeps what it holds, so it must see it; it does nothing new.
#[test]
fn a_suspended_party_reads_and_does_not_act() {
    let stage = Stage::new();
    member(&stage, "a@c.de");
    let active = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    behind(
        &stage,
        "UPDATE party SET state = 'suspended' WHERE kind = 'supplier'",
    );
    let signed_in = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let resumed = sessions::resume(&stage.app, active.token.reveal());
    let resumed = resumed.unwrap().unwrap().principal;
    for who in [&signed_in.principal, &resumed] {
        assert!(ledger_app::portfolio::run(&stage.app, who, None, 10).is_ok());
        for action in Action::ALL {
            let reads = matches!(
                action,
                Action::ViewPortfolio
                    | Action::TraceFragment
                    | Action::ViewDocuments
                    | Action::ViewPledges
                    | Action::ViewAgreements
                    | Action::ViewRecourse
                    | Action::ViewRedemptions
                    | Action::ViewCorrections
                    | Action::ViewWriteOffs
                    | Action::ViewOwnDefaultRisk
                    | Action::ViewWebhooks
                    | Action::ViewRules
            );
            assert_eq!(who.may(*action).is_ok(), reads, "{action}");
        }
        let found = ledger_app::find_supplier::run(&stage.app, who, "x");
        assert_eq!(code(found), "forbidden");
    }
    assert!(active.principal.may(Action::OfferTransfer).is_ok());
}

#[test]
fn a_new_passphrase_opens_the_same_key_and_ends_other_sessions() {
    let stage = Stage::new();
    member(&stage, "a@c.de");
    let other = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let own = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let who: &Principal = &own.principal;
    let before = open_key(&stage.app, who, PASSPHRASE).unwrap();
    let change = |old, new| change_passphrase::run(&stage.app, who, old, new, "test");
    assert_eq!(
        code(change("not the right sentence", "another good sentence")),
        "wrong_passphrase"
    );
    assert_eq!(code(change(PASSPHRASE, PASSPHRASE)), "passphrase_unchanged");
    assert_eq!(code(change(PASSPHRASE, "short")), "passphrase_too_short");

    let session = change(PASSPHRASE, "another good sentence").unwrap();
    assert!(
        sessions::resume(&stage.app, session.reveal())
            .unwrap()
            .is_some()
    );
    for ended in [&other.token, &own.token] {
        assert_eq!(sessions::resume(&stage.app, ended.reveal()).unwrap(), None);
    }
    let after = open_key(&stage.app, who, "another good sentence").unwrap();
    assert_eq!(
        (before.key(), before.public_key()),
        (after.key(), after.public_key())
    );
    assert_eq!(
        code(open_key(&stage.app, who, PASSPHRASE)),
        "wrong_passphrase"
    );
    assert_eq!(
        code(sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test")),
        "sign_in_failed"
    );
}

#[test]
fn the_language_is_the_persons_own() {
    let stage = Stage::new();
    member(&stage, "a@c.de");
    let session = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    assert_eq!(session.principal.language, Language::Zh);
    choose_language::run(&stage.app, &session.principal, Language::En).unwrap();
    let resumed = sessions::resume(&stage.app, session.token.reveal())
        .unwrap()
        .unwrap();
    assert_eq!(resumed.principal.language, Language::En);
}

#[test]
fn a_platform_is_founded_once_and_its_operator_signs_nothing() {
    let database = testkit::database::TestDatabase::fresh();
    let app = open_app(&database);
    app.store
        .write(|tx| tx.business_date_advance(OPENING))
        .unwrap();
    ledger_app::open_book::run(&app).unwrap();
    let new = FoundPlatform {
        organisation: "链信运营".to_owned(),
        display_name: "周杰".to_owned(),
        email: "zhou@example.com".to_owned(),
        language: Language::Zh,
    };
    let (party, token) = found_platform::run(&app, &new).unwrap();
    assert_eq!(code(found_platform::run(&app, &new)), "already_founded");
    first_visit::run(&app, token.reveal(), PASSPHRASE, "test").unwrap();
    let session = sign_in::run(&app, "zhou@example.com", PASSPHRASE, "test").unwrap();
    assert_eq!(
        (session.principal.party, session.principal.role),
        (party, Role::Operator)
    );
    let keys = app
        .store
        .read(|tx| tx.signing_keys_of_parties(&[party]))
        .unwrap();
    assert!(
        keys.iter().all(|key| key.custody != Custody::Hosted),
        "{keys:?}"
    );
    assert_eq!(
        code(open_key(&app, &session.principal, PASSPHRASE)),
        "no_signing_key"
    );
}
