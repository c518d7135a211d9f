//! People come in by the link in their letter, choose a passphrase, change it, mistype it.

use std::time::Duration;

use ledger_app::deliver_letters;
use notices::courier::{Courier, CourierSettings, TlsMode};
use notices::links::Links;
use testkit::smtp::SmtpServer;

use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_stage::{digest, first};

/// Delivers what waits through a real mail server and gives what it took, soft line breaks undone.
fn mailed(house: &House, server: &SmtpServer, count: usize) -> Vec<String> {
    let courier = Courier::new(&CourierSettings {
        host: "127.0.0.1".to_owned(),
        port: server.port(),
        tls: TlsMode::None,
        extra_root: None,
        credentials: None,
        from_email: "tallystick@house.test".to_owned(),
        from_name: "Tallystick".to_owned(),
        timeout: Duration::from_secs(20),
    })
    .unwrap();
    let links = Links::parse(&house.url("/")).unwrap();
    for waiting in deliver_letters::take(&house.app).unwrap() {
        let to = &waiting.letter.to;
        let letter = notices::letters::write(&waiting.letter.notice, to, &links).unwrap();
        courier
            .deliver(&letter, to, &waiting.id.to_string())
            .unwrap();
        deliver_letters::note_sent(&house.app, &[(waiting.id, String::new())]).unwrap();
    }
    let taken = server.messages(count, Duration::from_secs(30)).unwrap();
    taken
        .iter()
        .map(|message| String::from_utf8_lossy(&message.raw).replace("=\r\n", ""))
        .collect()
}

/// The path of the first link of a letter that begins with the house's address.
fn link(house: &House, letter: &str) -> String {
    let base = house.url("/first-visit/");
    let at = letter
        .find(&base)
        .unwrap_or_else(|| panic!("no link in\n{letter}"));
    let rest = &letter[at + base.len()..];
    let token: String = rest
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    format!("/first-visit/{token}")
}

fn invited(house: &House, email: &str) -> Visitor {
    let operator = house.signed_in("operator");
    let party = first(
        &operator.page("/operator/users"),
        "select[name=party] option",
        "value",
    );
    let sent = operator.send(
        "/operator/users",
        "/operator/users",
        &[
            ("name", "Wang Fang"),
            ("email", email),
            ("party", &party),
            ("role", "maker"),
        ],
    );
    assert_eq!(Visitor::sent_to(&sent), "/operator/users");
    operator
}

#[test]
fn the_link_in_the_letter_leads_to_a_passphrase_and_the_first_sign_in() {
    let house = House::open();
    let server = SmtpServer::start().unwrap();
    let operator = invited(&house, "wang.fang@house.test");
    let letters = mailed(&house, &server, 1);
    let path = link(&house, &letters[0]);
    let visitor = house.visitor();
    let page = visitor.page(&path);
    assert!(
        page.contains("Wang Fang") && page.contains("wang.fang@house.test"),
        "{page}"
    );
    let set = |visitor: &Visitor, path: &str, one: &str, two: &str| {
        visitor.send(
            path,
            path,
            &[("passphrase", one), ("passphrase_again", two)],
        )
    };
    assert_eq!(
        set(&visitor, &path, "four short words", "four other words").status(),
        422
    );
    assert_eq!(set(&visitor, &path, "short", "short").status(), 422);
    let chosen = "four short words indeed";
    let done = set(&visitor, &path, chosen, chosen);
    assert_eq!(Visitor::sent_to(&done), "/sign-in?welcome=1");
    let fields = [("login", "wang.fang@house.test"), ("passphrase", chosen)];
    assert_eq!(visitor.send("/sign-in", "/sign-in", &fields).status(), 303);
    assert_eq!(visitor.get("/treasury/imports").status(), 200);
    let used = house.visitor().get(&path);
    assert_eq!(used.status(), 422);
    assert!(used.text().unwrap().contains("invitation_unknown"));
    let listed = operator.page("/operator/users");
    assert!(listed.contains("wang.fang@house.test"));
    assert!(
        !listed.contains("/invite\""),
        "nobody is left to invite again: {listed}"
    );
}

#[test]
fn whose_invitation_ran_out_is_invited_again_and_the_old_link_is_dead() {
    let house = House::open();
    let server = SmtpServer::start().unwrap();
    let operator = invited(&house, "wang.fang@house.test");
    let old = link(&house, &mailed(&house, &server, 1)[0]);
    let user = house
        .app
        .store
        .write(|tx| {
            let mut user = tx.user_by_email("wang.fang@house.test")?;
            user.invitation_expires = Some(house.app.clock.now() - chrono::TimeDelta::hours(1));
            tx.user_update(&user)?;
            Ok::<_, ledger_store::error::StoreError>(user.id)
        })
        .unwrap();
    let late = house.visitor().get(&old);
    assert_eq!(late.status(), 422);
    assert!(late.text().unwrap().contains("invitation_expired"));
    assert!(operator.page("/operator/users").contains("邀请已过期"));
    let to = format!("/operator/users/{user}/invite");
    let treasurer = house.signed_in("maker");
    let token = treasurer.token("/account");
    assert_eq!(treasurer.send_with(&token, &to, &[]).status(), 403);
    let again = operator.send("/operator/users", &to, &[]);
    assert_eq!(again.status(), 200);
    assert!(again.text().unwrap().contains("新的邀请函已发出"));
    let letters = mailed(&house, &server, 2);
    let new = letters
        .iter()
        .map(|letter| link(&house, letter))
        .find(|path| *path != old);
    let new = new.unwrap();
    assert_eq!(house.visitor().get(&old).status(), 422);
    let visitor = house.visitor();
    let chosen = [("passphrase", PASSPHRASE), ("passphrase_again", PASSPHRASE)];
    assert_eq!(
        Visitor::sent_to(&visitor.send(&new, &new, &chosen)),
        "/sign-in?welcome=1"
    );
    // Who has been here keeps the key: there is no such button and no such door.
    assert_eq!(operator.send("/operator/users", &to, &[]).status(), 404);
}

#[test]
fn a_person_changes_the_passphrase_and_other_sessions_end() {
    let house = House::open();
    let (here, elsewhere) = (house.signed_in("maker"), house.signed_in("maker"));
    let new = "another good sentence";
    let change = |old: &str, one: &str, two: &str| {
        let fields = [
            ("passphrase", old),
            ("passphrase_new", one),
            ("passphrase_again", two),
        ];
        here.send("/account", "/account", &fields)
    };
    for (old, one, two, said) in [
        ("not it at all", new, new, "wrong_passphrase"),
        (
            PASSPHRASE,
            new,
            "another good sentenze",
            "passphrase_again-wrong",
        ),
        (PASSPHRASE, "short", "short", "passphrase_new-wrong"),
        (PASSPHRASE, PASSPHRASE, PASSPHRASE, "passphrase_unchanged"),
        (
            PASSPHRASE,
            "aaaaaaaaaaaaaaaa",
            "aaaaaaaaaaaaaaaa",
            "passphrase_too_simple",
        ),
    ] {
        let answer = change(old, one, two);
        assert_eq!(answer.status(), 422, "{said}");
        let page = answer.text().unwrap();
        assert!(page.contains(said), "{said}: {page}");
        assert!(!page.contains(new), "a passphrase is never shown");
    }
    assert_eq!(elsewhere.get("/account").status(), 200);
    assert_eq!(
        Visitor::sent_to(&change(PASSPHRASE, new, new)),
        "/account?changed=1"
    );
    assert!(
        here.page("/account?changed=1")
            .contains("Your passphrase has been changed.")
    );
    assert_eq!(
        elsewhere.get("/account").status(),
        303,
        "other sessions have ended"
    );
    let sign_in = |passphrase: &str| {
        let fields = [("login", "maker@house.test"), ("passphrase", passphrase)];
        house
            .visitor()
            .send("/sign-in", "/sign-in", &fields)
            .status()
    };
    assert_eq!(
        (sign_in(PASSPHRASE).as_u16(), sign_in(new).as_u16()),
        (401, 303)
    );
}

#[test]
fn wrong_passphrases_at_signing_come_to_rest_and_the_book_stays() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let file = testkit::database::workspace().join("fixtures/payables/domestic-utf8.csv");
    let sent = maker.upload("a.csv", std::fs::read(file).unwrap(), "own");
    let list = Visitor::sent_to(&sent);
    maker.read_result(&list);
    let before = digest(&house);
    let propose = |passphrase: &str| {
        let answer = maker.send(
            &list,
            &format!("{list}/propose"),
            &[("passphrase", passphrase)],
        );
        (answer.status().as_u16(), answer.text().unwrap())
    };
    for _ in 0..8 {
        let (status, page) = propose("not it at all");
        assert_eq!(status, 200.max(status));
        assert!(page.contains("wrong_passphrase"), "{page}");
    }
    let (_, page) = propose(PASSPHRASE);
    assert!(
        page.contains("passphrase_at_rest"),
        "the right one has to wait too: {page}"
    );
    assert_eq!(digest(&house), before);
    assert!(
        maker.page("/treasury/proposals").contains("notebox"),
        "nothing was proposed"
    );
    // Another person of the same party is not held up.
    assert_eq!(
        house
            .signed_in("checker")
            .get("/treasury/proposals")
            .status(),
        200
    );
}

/// Tries to sign in wrongly, saying to come from `address`; the status.
fn knock(house: &House, address: &str) -> u16 {
    let visitor = house.visitor();
    let token = visitor.token("/sign-in");
    let fields = [
        ("csrf", token.as_str()),
        ("login", "nobody@house.test"),
        ("passphrase", "x"),
    ];
    let post = visitor.client.post(house.url("/sign-in")).form(&fields);
    post.header("X-Forwarded-For", address)
        .send()
        .unwrap()
        .status()
        .as_u16()
}

#[test]
fn addresses_are_told_apart_by_the_proxys_word_only_behind_one() {
    for (behind_proxy, another) in [(false, 429), (true, 401)] {
        let house = House::open_behind(behind_proxy);
        // Twenty at once, and a new one every three seconds while we knock.
        let knocks = (0..60).map(|_| knock(&house, "203.0.113.7"));
        let let_in = knocks.take_while(|status| *status == 401).count();
        assert!((20..60).contains(&let_in), "{let_in} were let in");
        assert_eq!(
            knock(&house, "198.51.100.9"),
            another,
            "behind a proxy: {behind_proxy}"
        );
    }
}
