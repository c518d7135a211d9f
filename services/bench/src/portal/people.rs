//! Who is at the portal: mostly suppliers, some of the treasury, an auditor and an operator here and
//! there, each with an open session.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use ledger_app::app::App;
use ledger_app::random;
use ledger_core::hash::sha256_of;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_store::sessions::Session;
use ledger_store::users::Role;
use web_ui::session::session_cookie_name;

use crate::cast::Actor;
use crate::cast::Cast;
use crate::failure::Failure;
use crate::failure::lost;

/// One of so many people is of the treasury.
const TREASURY_EVERY: usize = 10;

/// One of so many reads everything, as auditor or operator in turns.
const OVERSEER_EVERY: usize = 25;

/// A person with an open session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// As what.
    pub(crate) part: &'static str,
    /// The cookie.
    pub(crate) cookie: String,
}

/// Opens the sessions of `count` people.
pub(crate) fn sign_in(app: &App, cast: &Cast, count: usize) -> Result<Vec<Person>, Failure> {
    let overseers = [
        (
            "auditor",
            Cast::overseer(app, PartyKind::Auditor, Role::Auditor)?,
        ),
        (
            "operator",
            Cast::overseer(app, PartyKind::Operator, Role::Operator)?,
        ),
    ];
    let treasury = [("maker", &cast.maker), ("checker", &cast.checker)];
    let step = cast.suppliers.len().checked_div(count).unwrap_or(1).max(1);
    let mut suppliers = cast.suppliers.iter().step_by(step).cycle();
    let mut people = Vec::with_capacity(count);
    for place in 0..count {
        let (part, actor): (&'static str, &Actor) = if place % OVERSEER_EVERY == 1 {
            let [auditor, operator] = &overseers;
            let (part, actor) = if place % 2 == 0 { auditor } else { operator };
            (*part, actor)
        } else if place % TREASURY_EVERY == 2 {
            let [maker, checker] = treasury;
            if place % 4 == 2 { maker } else { checker }
        } else {
            let supplier = suppliers.next().ok_or_else(|| lost("no suppliers"))?;
            ("supplier", supplier)
        };
        let user = actor.who.user.ok_or_else(|| lost("a person"))?;
        let cookie = session(app, user)?;
        people.push(Person { part, cookie });
    }
    Ok(people)
}

/// The first of each kind.
pub(crate) fn one_of_each(people: &[Person]) -> Vec<&Person> {
    let mut found: Vec<&Person> = Vec::new();
    for person in people {
        if found.iter().all(|one| one.part != person.part) {
            found.push(person);
        }
    }
    found
}

/// Opens a session as signing in would, without the cost of a passphrase.
fn session(app: &App, user: UserId) -> Result<String, Failure> {
    let token = BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>()?);
    let now = app.clock.now();
    let session = Session {
        token_hash: sha256_of(token.as_bytes()),
        user_id: user,
        csrf: random::bytes()?,
        created_at: now,
        last_seen_at: now,
        expires_at: now.checked_add_signed(TimeDelta::hours(12)).unwrap_or(now),
    };
    app.store
        .write(|tx| Ok::<_, Failure>(tx.session_insert(&session)?))?;
    Ok(format!("{}={token}", session_cookie_name(false)))
}
