//! Guesses at the passphrase of somebody who is signed in already.

use ledger_app::change_passphrase;
use ledger_app::sign_in;
use ledger_app::signing::open_key;

use crate::sign_in::PASSPHRASE;
use crate::sign_in::behind;
use crate::sign_in::code;
use crate::sign_in::member;
use crate::stage::Stage;

const WRONG: &str = "not the right sentence";

#[test]
fn eight_wrong_passphrases_and_nothing_is_signed_for_a_while() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    let who = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let who = who.principal;
    let before = stage.book_size();
    let wrong = || code(open_key(&stage.app, &who, WRONG));
    for _ in 0..7 {
        assert_eq!(wrong(), "wrong_passphrase");
    }
    open_key(&stage.app, &who, PASSPHRASE).unwrap();
    for _ in 0..7 {
        assert_eq!(
            wrong(),
            "wrong_passphrase",
            "a right one forgets the others"
        );
    }
    // The page where a passphrase is changed is no way around.
    let changed = || change_passphrase::run(&stage.app, &who, WRONG, "another one indeed", "test");
    assert_eq!(code(changed()), "wrong_passphrase");
    assert_eq!(code(changed()), "passphrase_at_rest");
    assert_eq!(
        code(open_key(&stage.app, &who, PASSPHRASE)),
        "passphrase_at_rest"
    );
    let refused = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test");
    assert_eq!(code(refused), "sign_in_failed", "both doors count together");
    assert_eq!(stage.book_size(), before, "nothing came into the book");
    behind(
        &stage,
        "UPDATE app_user SET locked_until = now() - interval '1 second' \
        WHERE locked_until IS NOT NULL",
    );
    open_key(&stage.app, &who, PASSPHRASE).unwrap();
    let cleared = stage.app.store.read(|tx| tx.user_by_id(user)).unwrap();
    assert_eq!((cleared.failed_attempts, cleared.locked_until), (0, None));
}

#[test]
fn guesses_sent_together_are_each_counted() {
    let stage = Stage::new();
    let user = member(&stage, "a@c.de");
    let who = sign_in::run(&stage.app, "a@c.de", PASSPHRASE, "test").unwrap();
    let who = who.principal;
    let tried = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| code(open_key(&stage.app, &who, WRONG))))
            .collect();
        let codes = guesses.into_iter().map(|guess| guess.join().unwrap());
        codes.filter(|code| *code == "wrong_passphrase").count()
    });
    assert!(tried <= 8, "{tried} were tried");
    let counted = stage.app.store.read(|tx| tx.user_by_id(user)).unwrap();
    assert_eq!(usize::try_from(counted.failed_attempts), Ok(tried));
}
