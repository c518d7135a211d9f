//! What stays of an invitation's secret once its letter is out.

use ledger_app::deliver_letters;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::invite_user::Role;
use ledger_app::language::Language;
use ledger_app::notice::Notice;

use crate::stage::Stage;

fn invite(stage: &Stage, name: &str) {
    let new = InviteUser {
        party: stage.operator.party,
        display_name: name.to_owned(),
        email: format!("{name}@example.com"),
        language: Language::Zh,
        role: Role::Operator,
    };
    invite_user::run(&stage.app, &stage.operator, &new).unwrap();
}

/// Everything that stands in the outbox, as the owner of the database reads it.
fn outbox(stage: &Stage) -> String {
    let mut owner =
        postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    let rows = owner.query("SELECT o::text FROM outbox o ORDER BY no", &[]);
    rows.unwrap()
        .iter()
        .map(|row| row.get::<_, String>(0))
        .collect()
}

#[test]
fn the_secret_of_a_link_is_gone_from_the_table_once_the_letter_is_out_or_given_up() {
    let stage = Stage::new();
    for name in ["sent", "deferred", "refused"] {
        invite(&stage, name);
    }
    let letters = deliver_letters::take(&stage.app).unwrap();
    let secrets: Vec<String> = letters
        .iter()
        .map(|one| match &one.letter.notice {
            Notice::Invitation { token, .. } => token.reveal().to_owned(),
            other => panic!("no invitation: {other:?}"),
        })
        .collect();
    let [sent, deferred, refused] = letters.as_slice() else {
        panic!("{letters:?}");
    };
    let kept = |stage: &Stage| -> Vec<bool> {
        let table = outbox(stage);
        secrets
            .iter()
            .map(|secret| table.contains(secret.as_str()))
            .collect()
    };
    assert_eq!(kept(&stage), [true, true, true]);
    deliver_letters::note_failed(&stage.app, deferred, "450 later", false).unwrap();
    assert_eq!(kept(&stage), [true, true, true], "it is still needed");
    deliver_letters::note_sent(&stage.app, &[(sent.id, "<1@test> 250 taken".to_owned())]).unwrap();
    deliver_letters::note_failed(&stage.app, refused, "550 never", true).unwrap();
    assert_eq!(kept(&stage), [false, true, false]);
    // What else the letter said is still on record.
    let read = |id| stage.app.store.read(|tx| tx.outbox_by_id(id)).unwrap();
    let payload = read(sent.id).payload;
    assert_eq!(payload["to"]["email"], "sent@example.com");
    let notice = serde_json::from_value(payload["notice"].clone()).unwrap();
    assert!(matches!(notice, Notice::Invitation { token, .. } if token.reveal().is_empty()));
}
