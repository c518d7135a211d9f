//! Parts that only the play casts.

use story_player::stage::Stage;

const STAGE: &str = r#"{
    "portal": "http://127.0.0.1:1", "mailbox": "http://127.0.0.1:2",
    "sandbox_bank": "http://127.0.0.1:3", "sandbox_bank_control_token": "t",
    "verifier_key": "k", "business_date": "2026-07-01",
    "people": [
        {"party": "t1-1", "party_name": "One", "role": "member", "email": "one@t1.example", "passphrase": "p"},
        {"party": "t1-2", "party_name": "Two", "role": "member", "email": "two@t1.example", "passphrase": "p"}
    ],
    "parties": [
        {"code": "t1-1", "name": "One", "party_id": "01"},
        {"code": "t1-2", "name": "Two", "party_id": "02"}
    ]
}"#;

#[test]
fn who_won_is_spoken_of_by_the_part_the_story_gave_and_by_the_own_name_alike() {
    let mut stage: Stage = serde_json::from_str(STAGE).unwrap();
    assert!(stage.party("winner").is_err() && stage.person("winner").is_err());
    stage.cast.insert("winner".to_owned(), "t1-2".to_owned());
    assert_eq!(stage.party("winner").unwrap().party_id, "02");
    assert_eq!(stage.name("winner"), "Two");
    for who in ["winner", "winner/member", "t1-2"] {
        assert_eq!(stage.person(who).unwrap().email, "two@t1.example");
    }
    assert!(stage.person("winner/checker").is_err());
    assert_eq!(stage.name("t1-1"), "One");
    assert!(stage.client("winner").is_err(), "suppliers have none");
}
