//! The stage on which use cases are tried: a fresh database, an open book, an obligor with its two
//! people, and suppliers and banks as asked.
//!
//! It stands alone, so that the tests of other rooms can stand on it too:
//! `#[path = "../../../ledger-app/tests/it/stage.rs"] mod stage;`. Keys are made directly, without
//! the cost of a passphrase; the people's passphrases are tried in `sign_in.rs`.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::app::PlatformSecrets;
use ledger_app::language::Language;
use ledger_app::onboard_party;
use ledger_app::onboard_party::OnboardParty;
use ledger_app::open_book;
use ledger_app::posting_queue::Effects;
use ledger_app::posting_queue::Posted;
use ledger_app::principal::Principal;
use ledger_app::sessions::principal_of;
use ledger_app::signing::Signing;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::amount::Amount;
use ledger_core::calendar::Roll;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::Side;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::sha256_of;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::paper_number::PaperNumber;
use ledger_core::paper_number::PaperType;
use ledger_core::party::PartyKind;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_core::social_credit_code::SocialCreditCode;
use ledger_core::social_credit_code::Verdict;
use ledger_core::terms::PaperTerms;
use ledger_store::documents::DocumentKind;
use ledger_store::live::FragmentNo;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::unit_of_work::StoreConfig;
use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;
use testkit::database::TestDatabase;
use testkit::database::workspace;

use crate::every_cent::EveryCent;

/// The business date on which every stage opens: a Monday.
pub(crate) const OPENING: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();

/// A maturity within the rules: six months later, a Wednesday.
pub(crate) const MATURITY: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();

/// Somebody who acts, with an opened key.
#[derive(Debug)]
pub(crate) struct Actor {
    /// Who.
    pub(crate) who: Principal,
    /// Its key.
    pub(crate) signer: Signer,
    /// The address it would sign in with.
    pub(crate) email: String,
}

impl Actor {
    /// The party it acts for.
    pub(crate) const fn party(&self) -> PartyId {
        self.who.party
    }

    /// How it signs.
    pub(crate) const fn signing(&self) -> Signing<'_> {
        Signing::With(&self.signer)
    }
}

/// An obligor's two people.
#[derive(Debug)]
pub(crate) struct Obligor {
    /// 经办.
    pub(crate) maker: Actor,
    /// 复核.
    pub(crate) checker: Actor,
}

/// A paper that its payee has accepted.
#[derive(Debug, Clone)]
pub(crate) struct IssuedPaper {
    /// Its id.
    pub(crate) paper: PaperId,
    /// Its number of 30 digits.
    pub(crate) number: String,
    /// Public id of its one fragment, held by the payee.
    pub(crate) fragment: String,
    /// Compact key of that fragment.
    pub(crate) no: FragmentNo,
}

/// Database, platform, operator, obligor.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The platform.
    pub(crate) app: App,
    /// Somebody who runs it.
    pub(crate) operator: Principal,
    pub(crate) obligor: Obligor,
    /// What its papers say about late, short and early payment.
    pub(crate) payment: PaymentTerms,
    counter: Arc<AtomicU32>,
    /// Looked at when the stage is struck.
    _every_cent: EveryCent,
    // Last: the platform's connections close before the database is dropped.
    /// The database.
    pub(crate) database: TestDatabase,
}

impl Stage {
    /// A new stage, dated [`OPENING`].
    pub(crate) fn new() -> Stage {
        let database = TestDatabase::fresh();
        let app = open_app(&database);
        let counter = Arc::new(AtomicU32::new(0));
        app.store
            .write(|tx| tx.business_date_advance(OPENING))
            .unwrap();
        open_book::run(&app).unwrap();
        let operator = found(&app);
        let party = take_in(&app, &operator, &counter, PartyKind::Obligor, "东风岭汽车");
        let obligor = Obligor {
            maker: person(&app, &counter, party, "王芳", Role::Maker),
            checker: person(&app, &counter, party, "李强", Role::Checker),
        };
        Stage {
            app,
            operator,
            obligor,
            payment: PaymentTerms::FIRST_FORM,
            counter,
            _every_cent: EveryCent::of(database.url_superuser()),
            database,
        }
    }

    /// The obligor's people.
    pub(crate) const fn obligor(&self) -> &Obligor {
        &self.obligor
    }

    /// A new supplier with one person.
    pub(crate) fn supplier(&self, name: &str) -> Actor {
        self.member(PartyKind::Supplier, name)
    }

    /// A new finance provider with one person.
    pub(crate) fn bank(&self, name: &str) -> Actor {
        self.member(PartyKind::FinanceProvider, name)
    }

    fn member(&self, kind: PartyKind, name: &str) -> Actor {
        let party = take_in(&self.app, &self.operator, &self.counter, kind, name);
        self.person(party, name, Role::Member)
    }

    /// One more active person of a party, with a key.
    pub(crate) fn person(&self, party: PartyId, name: &str, role: Role) -> Actor {
        person(&self.app, &self.counter, party, name, role)
    }

    /// Moves the business date on.
    pub(crate) fn advance(&self, to: NaiveDate) {
        self.app
            .store
            .write(|tx| tx.business_date_advance(to))
            .unwrap();
    }

    /// An amount in yuan, such as `1200000.00`.
    pub(crate) fn yuan(text: &str) -> Amount {
        Amount::parse(text, cny()).unwrap()
    }

    /// A paper of the obligor's to `payee`, issued and accepted by entries alone, without payables.
    pub(crate) fn issued_paper(
        &self,
        payee: &Actor,
        face: Amount,
        maturity: NaiveDate,
    ) -> IssuedPaper {
        let issued = self.unanswered_paper(payee, face, maturity);
        let entry = Entry {
            book: self.app.book,
            date: self.app.business_date().unwrap(),
            paper: Some(issued.paper),
            spends: Some(self.reference(issued.no)),
            cut: Cut {
                lo: 0,
                mid: face.minor(),
                hi: face.minor(),
            },
            act: Act::Accept,
        };
        let posting = Posting {
            sealed: entry.sealed_by(&[(Seat::Holder, &payee.signer)]),
            spent: Some(issued.no),
        };
        let posted = self.app.posting.post_one(posting, None).unwrap();
        IssuedPaper {
            no: self.left(&posted),
            fragment: self.shown(&posted),
            ..issued
        }
    }

    /// A paper that waits for the payee's answer.
    pub(crate) fn unanswered_paper(
        &self,
        payee: &Actor,
        face: Amount,
        maturity: NaiveDate,
    ) -> IssuedPaper {
        let date = self.app.business_date().unwrap();
        let serial = self.counter.fetch_add(1, Ordering::Relaxed);
        let number = PaperNumber::new(
            PaperType::SupplyChainCommercial,
            "102290000018",
            date,
            serial,
        )
        .unwrap()
        .to_string();
        let paper = PaperId::from_bytes(random());
        let calendar = self.app.calendar().unwrap();
        let entry = Entry {
            book: self.app.book,
            date,
            paper: Some(paper),
            spends: None,
            cut: Cut {
                lo: 0,
                mid: face.minor(),
                hi: face.minor(),
            },
            act: Act::Issue(Box::new(IssueAct {
                number: number.clone(),
                obligor: self.obligor.maker.party(),
                payee: payee.party(),
                currency: cny(),
                maturity,
                due_date: calendar.adjust(maturity, Roll::Following).unwrap(),
                calendar: calendar.id().to_owned(),
                terms: PaperTerms {
                    clearing_rule: 1,
                    minimum_fragment: Amount::from_minor(1).unwrap(),
                    maximum_tier: 10,
                    transferable: true,
                    payment: self.payment,
                },
                payables: vec![DocumentDigest::from_bytes(sha256_of(number.as_bytes()))],
            })),
        };
        let sealed = entry.sealed_by(&[
            (Seat::Maker, &self.obligor.maker.signer),
            (Seat::Checker, &self.obligor.checker.signer),
        ]);
        let posted = self
            .app
            .posting
            .post_one(
                Posting {
                    sealed,
                    spent: None,
                },
                None,
            )
            .unwrap();
        IssuedPaper {
            paper,
            number,
            fragment: self.shown(&posted),
            no: self.left(&posted),
        }
    }

    /// An invoice of `seller` to `buyer`, handed in by the seller.
    pub(crate) fn invoice(&self, seller: &Actor, buyer: &Actor, amount: Amount) -> DocumentId {
        let number = format!("INV-{}", self.counter.fetch_add(1, Ordering::Relaxed));
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(buyer.party()),
            number,
            issued_on: Some(OPENING),
            amount: Some((amount, cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        store_document::run(&self.app, &seller.who, &new).unwrap()
    }

    /// How many entries the book has: a refusal leaves it as it was.
    pub(crate) fn book_size(&self) -> i64 {
        self.app
            .store
            .read(|tx| tx.book_by_id(self.app.book))
            .unwrap()
            .size
    }

    fn left(&self, posted: &Posted) -> FragmentNo {
        FragmentNo::of(posted.no, Side::Left)
    }

    fn shown(&self, posted: &Posted) -> String {
        self.app.public_ids.show(self.left(posted))
    }

    fn reference(&self, no: FragmentNo) -> ledger_core::fragment::FragmentRef {
        let found = self
            .app
            .store
            .read(|tx| tx.fragments_by_nos(&[no]))
            .unwrap();
        found[0].fragment.reference
    }
}

/// The yuan.
pub(crate) fn cny() -> Currency {
    "CNY".parse().unwrap()
}

/// Random bytes of an id.
pub(crate) fn random() -> [u8; 16] {
    ledger_app::random::bytes().unwrap()
}

/// Opens the platform on a database, with fixed secrets and the calendars of the fixtures.
pub(crate) fn open_app(database: &TestDatabase) -> App {
    open_app_resting(database, &[])
}

/// The same with days of 2026 on which banks rest besides.
pub(crate) fn open_app_resting(database: &TestDatabase, besides: &[NaiveDate]) -> App {
    let folder = workspace().join("fixtures/calendars");
    let calendars = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .map(|mut text| {
            if text.starts_with("# calendar: CN\n# year: 2026") {
                for day in besides {
                    text.push_str(&format!("\n{day},holiday,临时放假"));
                }
            }
            CalendarYear::parse(&text).unwrap()
        })
        .collect();
    App::open(AppConfig {
        store: StoreConfig::new(database.url_app()),
        secrets: PlatformSecrets {
            recorder_seed: [1; 32],
            public_id_key: [2; 32],
            serial_key: [3; 32],
            webhook_key: [10; 32],
        },
        origin: "ledger.test/book-1".to_owned(),
        calendars,
        calendar: "CN".to_owned(),
    })
    .unwrap()
}

/// A facts sheet that passes every check; tests spoil one field at a time.
pub(crate) fn facts(kind: PartyKind, name: &str, counter: u32) -> OnboardParty {
    let needs_code = matches!(kind, PartyKind::Obligor | PartyKind::FinanceProvider);
    OnboardParty {
        kind,
        name: name.to_owned(),
        name_en: String::new(),
        registration: if needs_code {
            credit_code(counter)
        } else {
            String::new()
        },
        check_digit_reason: String::new(),
        size_class: SizeClass::Small,
        email: String::new(),
        language: Language::Zh,
        account_name: name.to_owned(),
        account_number: format!("62220000{counter:08}"),
        account_bank_code: "102290000018".to_owned(),
        licence_note: "金融许可证 B0001H111000001".to_owned(),
        paper_bank_code: "102290000018".to_owned(),
    }
}

/// A lawful unified social credit code, another for each number.
pub(crate) fn credit_code(number: u32) -> String {
    let body = format!("91310115{number:09}");
    let code = SocialCreditCode::parse(&format!("{body}0")).unwrap();
    match code.verdict() {
        Verdict::WrongCheckDigit { expected } => format!("{body}{expected}"),
        _ => code.to_string(),
    }
}

fn take_in(
    app: &App,
    operator: &Principal,
    counter: &AtomicU32,
    kind: PartyKind,
    name: &str,
) -> PartyId {
    let new = facts(kind, name, counter.fetch_add(1, Ordering::Relaxed));
    onboard_party::run(app, operator, &new).unwrap()
}

/// The operator's party and a person of it, straight into the store.
fn found(app: &App) -> Principal {
    let party = NewParty {
        id: PartyId::from_bytes(random()),
        kind: PartyKind::Operator,
        name: "链信运营".to_owned(),
        name_en: String::new(),
        uscc: String::new(),
        size_class: SizeClass::Medium,
        state: PartyState::Active,
        email: String::new(),
        language: ledger_store::parties::Language::Chinese,
        account_name: String::new(),
        account_number: String::new(),
        account_bank_code: String::new(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: String::new(),
        created_on: OPENING,
    };
    let user = user(party.id, "运营", Role::Operator, 0);
    let party = app
        .store
        .write(|tx| {
            tx.party_insert(&party)?;
            tx.users_insert(std::slice::from_ref(&user))?;
            tx.party_by_id(party.id)
        })
        .unwrap();
    principal_of(user, party)
}

fn user(party: PartyId, name: &str, role: Role, number: u32) -> User {
    User {
        id: UserId::from_bytes(random()),
        party,
        display_name: name.to_owned(),
        email: format!("person-{number}-{}@example.com", role.word()),
        language: ledger_store::parties::Language::Chinese,
        role,
        password_hash: "$argon2id$none".to_owned(),
        state: UserState::Active,
        invitation_hash: None,
        invitation_expires: None,
        failed_attempts: 0,
        locked_until: None,
        created_at: moment(),
    }
}

/// A person whose party has no key in the book, as the operator's people: its signer signs nothing.
pub(crate) fn keyless(stage: &Stage, party: PartyId, name: &str, role: Role) -> Actor {
    let number = stage.counter.fetch_add(1, Ordering::Relaxed);
    let user = user(party, name, role, number);
    let party = stage
        .app
        .store
        .write(|tx| {
            tx.users_insert(std::slice::from_ref(&user))?;
            tx.party_by_id(party)
        })
        .unwrap();
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    Actor {
        signer: Signer::from_seed(KeyId::from_bytes(random()), &seed).unwrap(),
        email: user.email.clone(),
        who: principal_of(user, party),
    }
}

/// A person with a key whose seal nobody can open: its signer is in the actor.
fn person(app: &App, counter: &AtomicU32, party: PartyId, name: &str, role: Role) -> Actor {
    let user = user(party, name, role, counter.fetch_add(1, Ordering::Relaxed));
    let party = app
        .store
        .write(|tx| {
            tx.users_insert(std::slice::from_ref(&user))?;
            tx.party_by_id(party)
        })
        .unwrap();
    let seed: [u8; 32] = ledger_app::random::bytes().unwrap();
    let signer = Signer::from_seed(KeyId::from_bytes(random()), &seed).unwrap();
    let date = app.business_date().unwrap();
    let key = NewSigningKey {
        id: signer.key(),
        party: party.no,
        user_id: Some(user.id),
        public_key: signer.public_key(),
        custody: Custody::Hosted,
        sealed: Some(vec![0]),
        valid_from: date,
    };
    let entry = Entry {
        book: app.book,
        date,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act: Act::EnrolKey {
            party: party.id,
            key: signer.key(),
            public_key: signer.public_key(),
        },
    };
    let sealed = entry.sealed_by(&[(Seat::Book, app.recorder()), (Seat::Subject, &signer)]);
    let effects: Effects = Arc::new(move |tx, _date, _verdicts| {
        tx.signing_key_insert(&key)?;
        Ok(())
    });
    app.posting
        .post_one(
            Posting {
                sealed,
                spent: None,
            },
            Some(effects),
        )
        .unwrap();
    let email = user.email.clone();
    Actor {
        who: principal_of(user, party),
        signer,
        email,
    }
}

fn moment() -> chrono::DateTime<Utc> {
    "2026-03-02T01:00:00Z".parse().unwrap()
}
