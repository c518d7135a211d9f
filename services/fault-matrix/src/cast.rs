//! Who takes part in the maturity that is tried: taken in as the operator of a new platform would.

use ledger_app::app::App;
use ledger_app::first_visit;
use ledger_app::found_platform;
use ledger_app::found_platform::FoundPlatform;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::language::Language;
use ledger_app::onboard_party;
use ledger_app::onboard_party::OnboardParty;
use ledger_app::principal::Principal;
use ledger_app::random;
use ledger_app::sign_in;
use ledger_app::signing;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::signature::Signer;
use ledger_core::social_credit_code;
use ledger_core::social_credit_code::Verdict;
use ledger_store::parties::SizeClass;
use ledger_store::users::Role;

use crate::failure::Context;
use crate::failure::Failure;

/// Everybody banks there.
pub(crate) const BANK_CODE: &str = "102100099996";

/// Somebody who acts, with an opened key.
#[derive(Debug)]
pub(crate) struct Actor {
    /// Who.
    pub(crate) who: Principal,
    /// With which key.
    pub(crate) signer: Signer,
}

/// A party with its people.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its account at the bank.
    pub(crate) account: String,
    /// The name on it.
    pub(crate) name: String,
    /// Whoever acts for it; of an obligor, who proposes.
    pub(crate) first: Actor,
    /// Of an obligor, who approves.
    pub(crate) second: Option<Actor>,
}

impl Member {
    /// Its id.
    pub(crate) const fn party(&self) -> PartyId {
        self.first.who.party
    }
}

/// Everybody.
#[derive(Debug)]
pub(crate) struct Cast {
    /// Who owes.
    pub(crate) obligors: Vec<Member>,
    /// Who is owed, first tier first.
    pub(crate) suppliers: Vec<Member>,
}

const OBLIGORS: [&str; 3] = [
    "云岭汽车股份有限公司",
    "海潮客车股份有限公司",
    "枫谷专用车有限公司",
];
const SUPPLIERS: [&str; 4] = [
    "长风动力有限公司",
    "广源铸造有限公司",
    "小河模具厂",
    "北岸包装厂",
];

impl Cast {
    /// Takes everybody in on an empty platform.
    pub(crate) fn take_in(app: &App) -> Result<Cast, Failure> {
        let operator = operator(app)?;
        let mut serial: u32 = 0;
        let mut all = |kind: PartyKind, names: &[&str]| -> Result<Vec<Member>, Failure> {
            let mut members = Vec::new();
            for name in names {
                serial = serial.saturating_add(1);
                members.push(member(app, &operator, kind, name, serial)?);
            }
            Ok(members)
        };
        Ok(Cast {
            obligors: all(PartyKind::Obligor, &OBLIGORS)?,
            suppliers: all(PartyKind::Supplier, &SUPPLIERS)?,
        })
    }
}

fn passphrase() -> Result<String, Failure> {
    let bytes: [u8; 16] = random::bytes().doing("passphrase")?;
    Ok(hex::encode(bytes))
}

fn operator(app: &App) -> Result<Principal, Failure> {
    let email = "operator@operator.example";
    let (_party, token) = found_platform::run(
        app,
        &FoundPlatform {
            organisation: "平台运营".to_owned(),
            display_name: "运营".to_owned(),
            email: email.to_owned(),
            language: Language::Zh,
        },
    )
    .doing("founding the platform")?;
    // The operator signs nothing and has no key.
    visit(app, email, token.reveal(), &passphrase()?)
}

/// A first visit, after which the person can sign in.
fn visit(app: &App, email: &str, token: &str, passphrase: &str) -> Result<Principal, Failure> {
    first_visit::run(app, token, passphrase, "fault matrix").doing(email)?;
    let session = sign_in::run(app, email, passphrase, "fault matrix").doing(email)?;
    Ok(session.principal)
}

/// A first visit, after which the person's key can be opened.
fn actor(app: &App, email: &str, token: &str) -> Result<Actor, Failure> {
    let passphrase = passphrase()?;
    let who = visit(app, email, token, &passphrase)?;
    let signer = signing::open_key(app, &who, &passphrase).doing(email)?;
    Ok(Actor { who, signer })
}

fn member(
    app: &App,
    operator: &Principal,
    kind: PartyKind,
    name: &str,
    serial: u32,
) -> Result<Member, Failure> {
    let is_obligor = kind == PartyKind::Obligor;
    let form = OnboardParty {
        kind,
        name: name.to_owned(),
        name_en: String::new(),
        registration: credit_code(serial),
        check_digit_reason: String::new(),
        size_class: SizeClass::Large,
        email: format!("post@party-{serial}.example"),
        language: Language::Zh,
        account_name: name.to_owned(),
        account_number: format!("6220{serial:015}"),
        account_bank_code: BANK_CODE.to_owned(),
        licence_note: String::new(),
        paper_bank_code: if is_obligor {
            BANK_CODE.to_owned()
        } else {
            String::new()
        },
    };
    let party = onboard_party::run(app, operator, &form).doing(name)?;
    let person = |role: Role| -> Result<Actor, Failure> {
        let email = format!("{}@party-{serial}.example", role.word());
        let new = InviteUser {
            party,
            display_name: format!("{name} {}", role.word()),
            email: email.clone(),
            language: Language::Zh,
            role,
        };
        let (_invited, token) = invite_user::hand_over(app, operator, &new).doing(&email)?;
        actor(app, &email, token.reveal())
    };
    let (first, second) = if is_obligor {
        (person(Role::Maker)?, Some(person(Role::Checker)?))
    } else {
        (person(Role::Member)?, None)
    };
    Ok(Member {
        account: form.account_number,
        name: form.account_name,
        first,
        second,
    })
}

/// An invented code of the right form: nobody's, with a right check digit.
fn credit_code(serial: u32) -> String {
    let stem = format!("91310000MA{serial:07}");
    match social_credit_code::check(&format!("{stem}0")) {
        Verdict::WrongCheckDigit { expected } => format!("{stem}{expected}"),
        Verdict::Valid | Verdict::Malformed => format!("{stem}0"),
    }
}
