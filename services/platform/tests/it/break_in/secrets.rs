//! What somebody must not learn, and who may know it: the visibility matrix, planted.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use super::cast::Cast;
use super::cast::email;

/// Something that only some may see, in every form in which it could come out.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    /// What it is, for whoever reads a failure.
    pub(crate) what: String,
    needles: Vec<String>,
    known_to: Vec<String>,
}

impl Secret {
    /// A text.
    pub(crate) fn text(what: &str, text: &str, known_to: &[&str]) -> Secret {
        assert!(
            text.len() >= 5,
            "{what}: {text:?} may stand anywhere by chance"
        );
        Secret {
            what: what.to_owned(),
            needles: vec![text.to_owned()],
            known_to: known_to.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// An amount in yuan: as pages group it, as files and messages write it, as it is stored, as
    /// the end of a printed range, and as it stands in signed bytes.
    pub(crate) fn amount(what: &str, amount: Amount, known_to: &[&str]) -> Secret {
        let minor = amount.minor();
        assert!(
            minor > 100_000,
            "{what}: {minor} may stand anywhere by chance"
        );
        let plain = amount.to_plain(Currency::CNY);
        Secret {
            needles: vec![
                amount.to_grouped(Currency::CNY),
                plain,
                minor.to_string(),
                hex::encode(minor.to_be_bytes()),
            ],
            ..Secret::text(what, "amount", known_to)
        }
    }

    /// One more form of it.
    pub(crate) fn or(mut self, text: &str) -> Secret {
        self.needles.push(text.to_owned());
        self
    }

    /// Whether somebody of that party, or that person, may know it.
    pub(crate) fn may_be_known_to(&self, party: &str, name: &str) -> bool {
        self.known_to.iter().any(|one| one == party || one == name)
    }

    /// The first form of it that stands in `text`.
    pub(crate) fn stands_in(&self, text: &str) -> Option<&str> {
        let found = self.needles.iter().find(|needle| {
            let mut places = text.match_indices(needle.as_str());
            places.any(|(at, _)| !is_of_a_longer_number(text, at, needle))
        });
        found.map(String::as_str)
    }
}

/// Whether `needle`, which stands in `text` at `at`, is a number there that only ends or begins a
/// longer one: a rate in the second and its fraction of a moment, an amount in the digits of an id.
fn is_of_a_longer_number(text: &str, at: usize, needle: &str) -> bool {
    let digits = |one: char| one.is_ascii_digit() || one == '.';
    if !needle.chars().all(digits) {
        return false;
    }
    let before = text[..at].chars().next_back();
    let after = text[at + needle.len()..].chars().next();
    if needle.contains('.') {
        // Zeros behind it are the same number, spelt out.
        before.is_some_and(|one| one.is_ascii_digit())
            || after.is_some_and(|one| matches!(one, '1'..='9'))
    } else {
        // Zeros before it too, as in the end of a printed range.
        before.is_some_and(|one| one != '0' && one.is_ascii_hexdigit())
            || after.is_some_and(|one| one.is_ascii_hexdigit())
    }
}

#[test]
fn a_rate_in_a_moment_is_no_finding() {
    let rate = Secret::text("a bid", "6.317", &[]);
    assert_eq!(rate.stands_in("at 2026-11-30T10:00:56.317Z, :06.317"), None);
    assert_eq!(rate.stands_in("r=6.3171"), None);
    for shown in ["6.317", "at 6.317 %", "\"rate\":\"6.317000\"", "CNY6.317"] {
        assert_eq!(rate.stands_in(shown), Some("6.317"), "{shown}");
    }
    let amount = Secret::amount("a price", yuan("6543.21"), &[]);
    assert_eq!(amount.stands_in("7654321 a654321 6543210"), None);
    assert_eq!(amount.stands_in("1-000000654321"), Some("654321"));
    assert_eq!(amount.stands_in("16,543.21 6,543.21"), Some("6,543.21"));
}

/// Yuan.
#[track_caller]
pub(crate) fn yuan(text: &str) -> Amount {
    Amount::parse(text, Currency::CNY).unwrap()
}

/// Who has dealt with whom: the party whose name it is, then who may know that it takes part.
/// The operator takes parties in; the auditor sees everything.
const PATHS: [(&str, &[&str]); 6] = [
    // Whose paper it is stands on every fragment of it; providers set limits on any obligor.
    (
        "oem",
        &["s1", "s2", "s3", "rival", "bank-a", "bank-b", "bank-c"],
    ),
    ("oem2", &["rival", "bank-a", "bank-b", "bank-c"]),
    // A tier knows its neighbours, the obligor its own payees, an invited provider the path.
    ("s1", &["oem", "s2", "rival", "bank-a", "bank-b"]),
    ("s2", &["s1", "s3", "bank-a", "bank-b"]),
    ("s3", &["s2", "bank-a", "bank-b"]),
    // s1 has offered it a fragment of the other chain.
    ("rival", &["oem2", "s1", "bank-c"]),
];

/// Every party's name, registration, account and id, and every person's address.
pub(crate) fn of_cast(cast: &Cast) -> Vec<Secret> {
    let mut secrets = Vec::new();
    for (party, others) in PATHS {
        let company = &cast.companies[party];
        let known: Vec<&str> = [party, "operator", "auditor"]
            .into_iter()
            .chain(others.iter().copied())
            .collect();
        let secret = Secret::text(&format!("that {party} takes part"), &company.name, &known)
            .or(&company.registration)
            .or(&company.id.to_string());
        secrets.push(secret);
    }
    for (party, company) in &cast.companies {
        if party != "auditor" {
            // Who buys a fragment pays to its holder's account.
            let buyer = if party == "s3" { "bank-b" } else { party };
            let known = [party.as_str(), buyer, "operator", "auditor"];
            let what = format!("the account of {party}");
            secrets.push(Secret::text(&what, &company.account, &known));
        }
    }
    for actor in cast.actors.iter().filter(|actor| !actor.is_system()) {
        let known = [actor.party.as_str(), "operator", "auditor"];
        let what = format!("the address of {}", actor.name);
        secrets.push(Secret::text(&what, &email(&actor.name), &known));
    }
    secrets
}
