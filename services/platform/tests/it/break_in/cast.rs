//! Who is on the site: two chains that know nothing of each other, three finance providers, an
//! operator and an auditor; their people with passphrases, their systems with keys.

use std::collections::BTreeMap;

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
use ledger_app::signing::Signing;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::signature::Signer;
use ledger_store::parties::SizeClass;
use ledger_store::users::Role;

/// Everybody's passphrase.
pub(crate) const PASSPHRASE: &str = "seven quiet rivers meet";

/// Code, kind, name and registration of each party but the operator.
const PARTIES: [(&str, PartyKind, &str, &str); 10] = [
    ("oem", PartyKind::Obligor, "远山汽车", "91110000MA00YUAN2X"),
    ("oem2", PartyKind::Obligor, "北原重卡", "91110000MA00BEYU3X"),
    ("s1", PartyKind::Supplier, "溪谷制动", "91320500MA00XUXX1C"),
    ("s2", PartyKind::Supplier, "山城铸造", "91330200MA00XUXX24"),
    ("s3", PartyKind::Supplier, "平湖弹簧", "91330200MA00XUXX34"),
    (
        "rival",
        PartyKind::Supplier,
        "东岭橡塑",
        "91330200MA00XUXX44",
    ),
    (
        "bank-a",
        PartyKind::FinanceProvider,
        "江城银行",
        "91440300MA00BANK1Q",
    ),
    (
        "bank-b",
        PartyKind::FinanceProvider,
        "海岳银行",
        "91440300MA00BANK2Q",
    ),
    (
        "bank-c",
        PartyKind::FinanceProvider,
        "中鼎保理",
        "91440300MA00BANK3Q",
    ),
    ("auditor", PartyKind::Auditor, "公信会计师", ""),
];

/// A person or a system of a party.
#[derive(Debug)]
pub(crate) struct Actor {
    /// How tests call it: `oem.maker`, `s1`, `bank-a.system`.
    pub(crate) name: String,
    /// Code of the party.
    pub(crate) party: String,
    pub(crate) who: Principal,
    /// The key; none of who signs nothing.
    pub(crate) signer: Option<Signer>,
    /// Empty for a system.
    pub(crate) email: String,
}

impl Actor {
    pub(crate) fn signing(&self) -> Signing<'_> {
        Signing::With(self.signer())
    }

    pub(crate) fn signer(&self) -> &Signer {
        self.signer.as_ref().unwrap()
    }

    pub(crate) fn is_system(&self) -> bool {
        self.email.is_empty()
    }
}

/// What is known of a party by its own people.
#[derive(Debug, Clone)]
pub(crate) struct Company {
    pub(crate) id: PartyId,
    pub(crate) name: String,
    pub(crate) registration: String,
    pub(crate) account: String,
}

impl Company {
    /// Its id as the database prints it.
    pub(crate) fn uuid(&self) -> String {
        let id = self.id.to_string();
        format!(
            "{}-{}-{}-{}-{}",
            &id[..8],
            &id[8..12],
            &id[12..16],
            &id[16..20],
            &id[20..]
        )
    }
}

/// Everybody.
#[derive(Debug)]
pub(crate) struct Cast {
    pub(crate) actors: Vec<Actor>,
    pub(crate) companies: BTreeMap<String, Company>,
}

impl Cast {
    /// Somebody by name.
    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> &Actor {
        let found = self.actors.iter().find(|actor| actor.name == name);
        found.unwrap_or_else(|| panic!("nobody is called {name}"))
    }

    /// Takes everybody in.
    pub(crate) fn enrol(app: &App) -> Cast {
        let founder = FoundPlatform {
            organisation: "符木平台".to_owned(),
            display_name: "何平".to_owned(),
            email: email("operator"),
            language: Language::Zh,
        };
        let (_party, token) = found_platform::run(app, &founder).unwrap();
        first_visit::run(app, token.reveal(), PASSPHRASE, "test").unwrap();
        let operator = person(app, "operator", "operator");
        let mut cast = Cast {
            actors: vec![operator],
            companies: BTreeMap::new(),
        };
        for (serial, (code, kind, name, registration)) in (1..).zip(PARTIES) {
            cast.take_in(app, serial, code, kind, name, registration);
        }
        cast
    }

    fn take_in(
        &mut self,
        app: &App,
        serial: usize,
        code: &str,
        kind: PartyKind,
        name: &str,
        registration: &str,
    ) {
        let operator = self.get("operator").who.clone();
        let account = format!("62220055{serial:08}");
        let form = OnboardParty {
            kind,
            name: name.to_owned(),
            name_en: String::new(),
            registration: registration.to_owned(),
            check_digit_reason: "an invented code".to_owned(),
            size_class: SizeClass::Large,
            email: String::new(),
            language: Language::Zh,
            account_name: name.to_owned(),
            account_number: account.clone(),
            account_bank_code: "313100001729".to_owned(),
            licence_note: "licence".to_owned(),
            paper_bank_code: "313100001729".to_owned(),
        };
        let id = onboard_party::run(app, &operator, &form).unwrap();
        self.companies.insert(
            code.to_owned(),
            Company {
                id,
                name: name.to_owned(),
                registration: registration.to_owned(),
                account,
            },
        );
        for (role, suffix) in roles(kind) {
            let login = format!("{code}{suffix}");
            let new = InviteUser {
                party: id,
                display_name: format!("{login} person"),
                email: email(&login),
                language: Language::En,
                role: *role,
            };
            let (_invited, token) = invite_user::hand_over(app, &operator, &new).unwrap();
            first_visit::run(app, token.reveal(), PASSPHRASE, "test").unwrap();
            self.actors.push(person(app, &login, code));
        }
        if kind != PartyKind::Auditor {
            self.actors.push(system(app, &operator, id, code));
        }
    }
}

const fn roles(kind: PartyKind) -> &'static [(Role, &'static str)] {
    match kind {
        PartyKind::Obligor => &[(Role::Maker, ".maker"), (Role::Checker, ".checker")],
        PartyKind::Supplier => &[(Role::Member, "")],
        PartyKind::FinanceProvider => &[(Role::Maker, ".maker"), (Role::Checker, ".checker")],
        PartyKind::Auditor => &[(Role::Auditor, "")],
        PartyKind::Operator => &[],
    }
}

/// The address somebody signs in with.
pub(crate) fn email(login: &str) -> String {
    format!("{login}@site.test")
}

fn person(app: &App, login: &str, party: &str) -> Actor {
    let email = email(login);
    let who = sign_in::run(app, &email, PASSPHRASE, "test")
        .unwrap()
        .principal;
    Actor {
        name: login.to_owned(),
        party: party.to_owned(),
        signer: signing::open_key(app, &who, PASSPHRASE).ok(),
        who,
        email,
    }
}

/// A system of the party's, known by a key of its own.
fn system(app: &App, operator: &Principal, party: PartyId, code: &str) -> Actor {
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    let draft = Signer::from_seed(KeyId::from_bytes([0; 16]), &seed).unwrap();
    let prepared = enrol_key::prepare(app, operator, party, draft.public_key()).unwrap();
    let signature = draft.sign_raw(&prepared.payload);
    let key = enrol_key::submit(app, operator, &prepared.entry, signature).unwrap();
    let holder = enrol_key::principal_of_key(app, key).unwrap().unwrap();
    Actor {
        name: format!("{code}.system"),
        party: code.to_owned(),
        who: holder.principal,
        signer: Some(Signer::from_seed(key, &seed).unwrap()),
        email: String::new(),
    }
}
