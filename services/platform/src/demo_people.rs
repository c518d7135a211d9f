//! The demo's cast: an invented carmaker, its suppliers in three tiers, three banks, an operator
//! and an auditor; their accounts at the sandbox bank, their people, their keys.

use std::path::Path;

use ledger_app::app::App;
use ledger_app::enrol_key;
use ledger_app::first_visit;
use ledger_app::found_platform;
use ledger_app::found_platform::FoundPlatform;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::language::Language;
use ledger_app::onboard_party;
use ledger_app::onboard_party::OnboardParty;
use ledger_app::principal::Principal;
use ledger_app::sign_in;
use ledger_app::signing;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::users::Role;
use serde::Deserialize;
use serde::Serialize;

use crate::demo_cast::planned_parties;
use crate::failure::Context;
use crate::failure::Failure;
use crate::sandbox::BankControl;
use crate::secrets;

/// The sandbox bank's payment-system code: everybody banks there.
pub(crate) const BANK_CODE: &str = "102100099996";

/// A party of the demo, as written for people and for the story player.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CastParty {
    /// Short code: `oem`, `t1-1`, `bank-a`.
    pub(crate) code: String,
    /// Registered name.
    pub(crate) name: String,
    /// Name in English.
    pub(crate) name_en: String,
    /// Unified social credit code.
    pub(crate) uscc: String,
    /// Id in hexadecimal.
    pub(crate) party_id: String,
    /// Account number at the sandbox bank.
    pub(crate) account: String,
}

/// A person of the demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CastPerson {
    /// Code of the party.
    pub(crate) party: String,
    /// Id of the party.
    pub(crate) party_id: String,
    /// Name of the party.
    pub(crate) party_name: String,
    /// `maker`, `checker`, `member`, `operator`, `auditor`.
    pub(crate) role: String,
    /// Sign-in address.
    pub(crate) email: String,
    /// Made at random on the first start.
    pub(crate) passphrase: String,
    /// Language of letters and pages.
    pub(crate) language: String,
}

/// A bank's own system, with its key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CastClient {
    /// Code of the bank.
    pub(crate) party: String,
    /// Id of the bank.
    pub(crate) party_id: String,
    /// Name of the bank.
    pub(crate) party_name: String,
    /// Key id in hexadecimal.
    pub(crate) key_id: String,
    /// File with the key's seed: it is the bank's own, the platform never reads it again.
    pub(crate) seed_file: String,
}

/// Everybody.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Cast {
    /// Parties.
    pub(crate) parties: Vec<CastParty>,
    /// People.
    pub(crate) people: Vec<CastPerson>,
    /// Banks' systems.
    pub(crate) api_clients: Vec<CastClient>,
}

/// Takes the cast in on an empty platform.
pub(crate) fn enrol(app: &App, bank: &BankControl, keys: &Path) -> Result<Cast, Failure> {
    let mut cast = Cast::default();
    let operator = found_operator(app, &mut cast)?;
    let planned = planned_parties();
    let forms: Vec<OnboardParty> = planned.iter().map(|(_, form)| form.clone()).collect();
    let outcomes = onboard_party::run_many(app, &operator, &forms).doing("taking parties in")?;
    for ((code, form), outcome) in planned.iter().zip(outcomes) {
        let id = outcome.doing(code)?;
        open_account(bank, code, form)?;
        cast.parties.push(CastParty {
            code: code.clone(),
            name: form.name.clone(),
            name_en: form.name_en.clone(),
            uscc: form.registration.clone(),
            party_id: id.to_string(),
            account: form.account_number.clone(),
        });
        for (role, suffix) in roles(form.kind) {
            let email = format!("{}{suffix}@{}.example", login(form.kind), code);
            // The two treasurers read different languages, so that both are seen.
            let language = if suffix.ends_with("checker") {
                Language::En
            } else {
                Language::Zh
            };
            add_person(
                app, &operator, &mut cast, code, id, form, *role, &email, language,
            )?;
        }
        if form.kind == PartyKind::FinanceProvider {
            cast.api_clients
                .push(add_client(app, &operator, code, id, form, keys)?);
        }
    }
    Ok(cast)
}

/// The name before the @ of people of such a party.
pub(crate) const fn login(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Obligor => "treasury",
        PartyKind::Supplier => "owner",
        PartyKind::FinanceProvider => "desk",
        PartyKind::Operator => "operator",
        PartyKind::Auditor => "auditor",
    }
}

const fn roles(kind: PartyKind) -> &'static [(Role, &'static str)] {
    match kind {
        PartyKind::Obligor => &[(Role::Maker, ".maker"), (Role::Checker, ".checker")],
        PartyKind::Supplier => &[(Role::Member, "")],
        // A price and a payment take two people of a bank.
        PartyKind::FinanceProvider => &[(Role::Member, ""), (Role::Checker, ".checker")],
        PartyKind::Operator => &[],
        PartyKind::Auditor => &[(Role::Auditor, "")],
    }
}

fn found_operator(app: &App, cast: &mut Cast) -> Result<Principal, Failure> {
    let email = "operator@operator.example";
    let (id, token) = found_platform::run(
        app,
        &FoundPlatform {
            organisation: "泰利平台运营".to_owned(),
            display_name: "平台运营".to_owned(),
            email: email.to_owned(),
            language: Language::Zh,
        },
    )
    .doing("founding the platform")?;
    let passphrase = passphrase()?;
    first_visit::run(app, token.reveal(), &passphrase, "demo").doing("first visit")?;
    cast.people.push(CastPerson {
        party: "operator".to_owned(),
        party_id: id.to_string(),
        party_name: "泰利平台运营".to_owned(),
        role: "operator".to_owned(),
        email: email.to_owned(),
        passphrase: passphrase.clone(),
        language: Language::Zh.tag().to_owned(),
    });
    let principal = sign_in::run(app, email, &passphrase, "demo")
        .doing("sign-in")?
        .principal;
    add_second_operator(app, &principal, id, cast)?;
    Ok(principal)
}

/// What takes two people of the operator takes a second.
fn add_second_operator(
    app: &App,
    operator: &Principal,
    party: PartyId,
    cast: &mut Cast,
) -> Result<(), Failure> {
    let email = "operator.second@operator.example";
    let new = InviteUser {
        party,
        display_name: "平台运营（复核）".to_owned(),
        email: email.to_owned(),
        language: Language::En,
        role: Role::Operator,
    };
    let (_invited, token) = invite_user::hand_over(app, operator, &new).doing(email)?;
    let passphrase = passphrase()?;
    first_visit::run(app, token.reveal(), &passphrase, "demo").doing(email)?;
    cast.people.push(CastPerson {
        party: "operator".to_owned(),
        party_id: party.to_string(),
        party_name: "泰利平台运营".to_owned(),
        role: "second".to_owned(),
        email: email.to_owned(),
        passphrase,
        language: Language::En.tag().to_owned(),
    });
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "a person is all of these, and nothing groups them"
)]
fn add_person(
    app: &App,
    operator: &Principal,
    cast: &mut Cast,
    code: &str,
    party: PartyId,
    form: &OnboardParty,
    role: Role,
    email: &str,
    language: Language,
) -> Result<(), Failure> {
    let new = InviteUser {
        party,
        display_name: display_name(form, role, language),
        email: email.to_owned(),
        language,
        role,
    };
    let (_invited, token) = invite_user::hand_over(app, operator, &new).doing(email)?;
    let passphrase = passphrase()?;
    first_visit::run(app, token.reveal(), &passphrase, "demo").doing(email)?;
    cast.people.push(CastPerson {
        party: code.to_owned(),
        party_id: party.to_string(),
        party_name: form.name.clone(),
        role: role.word().to_owned(),
        email: email.to_owned(),
        passphrase,
        language: language.tag().to_owned(),
    });
    Ok(())
}

/// Makes a bank's own key, as the bank would, and has the operator enrol it.
fn add_client(
    app: &App,
    operator: &Principal,
    code: &str,
    party: PartyId,
    form: &OnboardParty,
    keys: &Path,
) -> Result<CastClient, Failure> {
    let path = keys.join(format!("{code}.seed"));
    let seed = secrets::secret(&path)?;
    let unnamed = Signer::from_seed(KeyId::from_bytes([0; 16]), &seed).doing(code)?;
    let prepared =
        enrol_key::prepare(app, operator, party, unnamed.public_key()).doing("enrolling a key")?;
    let signature = unnamed.sign(Seat::Subject, &prepared.entry).bytes;
    let key =
        enrol_key::submit(app, operator, &prepared.entry, signature).doing("enrolling a key")?;
    Ok(CastClient {
        party: code.to_owned(),
        party_id: party.to_string(),
        party_name: form.name.clone(),
        key_id: key.to_string(),
        seed_file: path.display().to_string(),
    })
}

fn open_account(bank: &BankControl, code: &str, form: &OnboardParty) -> Result<(), Failure> {
    if form.account_number.is_empty() {
        return Ok(());
    }
    let is_obligor = form.kind == PartyKind::Obligor;
    bank.open(
        &form.account_number,
        &form.account_name,
        BANK_CODE,
        "CNY",
        is_obligor,
    )?;
    match form.kind {
        PartyKind::Obligor => bank.fund(&form.account_number, "500000000.00"),
        PartyKind::FinanceProvider => bank.fund(&form.account_number, "200000000.00"),
        PartyKind::Supplier if code.starts_with("t1") => {
            bank.fund(&form.account_number, "300000.00")
        }
        PartyKind::Supplier | PartyKind::Operator | PartyKind::Auditor => Ok(()),
    }
}

/// A random passphrase, easy to type: five groups of four.
fn passphrase() -> Result<String, Failure> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let text: Vec<String> = secrets::random_bytes()?
        .chunks(4)
        .take(5)
        .map(|group| {
            group
                .iter()
                .filter_map(|byte| LETTERS.get(usize::from(byte & 31)))
                .map(|letter| char::from(*letter))
                .collect()
        })
        .collect();
    Ok(text.join("-"))
}

/// Somebody of the cast who acts in the history: principal and opened key.
pub(crate) struct Actor {
    /// Who.
    pub(crate) who: Principal,
    /// With which key.
    pub(crate) signer: Signer,
}

/// Signs a person in and opens the key.
pub(crate) fn actor(app: &App, cast: &Cast, party: &str, role: &str) -> Result<Actor, Failure> {
    let person = cast
        .people
        .iter()
        .find(|person| person.party == party && person.role == role)
        .ok_or_else(|| Failure(format!("nobody is {role} at {party}")))?;
    let who = sign_in::run(app, &person.email, &person.passphrase, "demo")
        .doing(&person.email)?
        .principal;
    let signer = signing::open_key(app, &who, &person.passphrase).doing(&person.email)?;
    Ok(Actor { who, signer })
}

/// A bank's system: principal and key.
pub(crate) fn client(app: &App, cast: &Cast, party: &str) -> Result<Actor, Failure> {
    let client = cast
        .api_clients
        .iter()
        .find(|client| client.party == party)
        .ok_or_else(|| Failure(format!("{party} has no system of its own")))?;
    let key = KeyId::parse(&client.key_id).doing(party)?;
    let seed = secrets::secret(Path::new(&client.seed_file))?;
    let holder = enrol_key::principal_of_key(app, key)
        .doing(party)?
        .ok_or_else(|| Failure(format!("the key of {party} is not enrolled")))?;
    Ok(Actor {
        who: holder.principal,
        signer: Signer::from_seed(key, &seed).doing(party)?,
    })
}

/// A person's invented name, in the language in which the person reads.
fn display_name(form: &OnboardParty, role: Role, language: Language) -> String {
    let duty = match role {
        Role::Maker => "经办",
        Role::Checker => "复核",
        Role::Member => "业务经办",
        Role::Auditor => "审计",
        Role::Operator => "运营",
    };
    match language {
        Language::Zh => format!("{} · {duty}", form.name),
        Language::En => format!("{} {}", form.name_en, role.word()),
    }
}
