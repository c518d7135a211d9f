//! A real book on a real database: parties with keys, papers issued, split, discounted and settled
//! through the posting queue and the use cases, every entry signed.

use std::cell::RefCell;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::app::PlatformSecrets;
use ledger_app::posting_queue::Posted;
use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::act::OfferAct;
use ledger_core::amount::Amount;
use ledger_core::arrears::DefaultAct;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::Side;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256;
use ledger_core::id::DocumentId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::id::QuoteId;
use ledger_core::paper_number::PaperNumber;
use ledger_core::paper_number::PaperType;
use ledger_core::party::PartyKind;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_core::terms::PaperTerms;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentBlob;
use ledger_store::documents::DocumentKind;
use ledger_store::live::FragmentNo;
use ledger_store::parties::Language;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::unit_of_work::StoreConfig;
use testkit::database::TestDatabase;

/// Calendar of the papers.
const CALENDAR: &str = include_str!("../../../../fixtures/calendars/CN-2026.csv");

/// The bank whose code stands in paper numbers.
const BANK_CODE: &str = "102100099996";

/// A party with its keys.
pub(crate) struct Actor {
    pub(crate) id: PartyId,
    signers: Vec<Signer>,
}

/// A fragment and where it is to be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) no: i64,
    pub(crate) fragment: Fragment,
}

/// An issued paper.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) number: String,
    pub(crate) piece: Piece,
}

/// A platform on a fresh database.
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) database: TestDatabase,
    counter: RefCell<u32>,
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn minor(units: i64) -> Amount {
    Amount::from_minor(units).unwrap()
}

/// The platform of a book on a database.
fn platform(database: &TestDatabase, origin: &str) -> App {
    App::open(AppConfig {
        store: StoreConfig::new(database.url_app()),
        secrets: PlatformSecrets {
            recorder_seed: [7; 32],
            public_id_key: [8; 32],
            serial_key: [9; 32],
            webhook_key: [10; 32],
        },
        origin: origin.to_owned(),
        calendars: vec![CalendarYear::parse(CALENDAR).unwrap()],
        calendar: "CN".to_owned(),
    })
    .unwrap()
}

impl Stage {
    /// Opens the book on 2 March 2026.
    pub(crate) fn new() -> Stage {
        let database = TestDatabase::fresh();
        let stage = Stage {
            app: platform(&database, "ledger.example.com/book-1"),
            database,
            counter: RefCell::new(0),
        };
        stage.today_is("2026-03-02");
        ledger_app::open_book::run(&stage.app).unwrap();
        stage
    }

    /// Goes on in another book of the same database.
    pub(crate) fn next_book(self) -> Stage {
        let app = platform(&self.database, "ledger.example.com/book-2");
        ledger_app::open_book::run(&app).unwrap();
        Stage { app, ..self }
    }

    pub(crate) fn today_is(&self, date: &str) {
        let to = day(date);
        self.app
            .store
            .write(|tx| tx.business_date_advance(to))
            .unwrap();
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.app.business_date().unwrap()
    }

    /// Something new: the same in every run.
    fn fresh(&self) -> [u8; 32] {
        let mut counter = self.counter.borrow_mut();
        *counter += 1;
        sha256(&[b"stage", &counter.to_be_bytes()])
    }

    fn fresh_id(&self) -> [u8; 16] {
        *self.fresh().first_chunk().unwrap()
    }

    fn entry(&self, paper: Option<PaperId>, act: Act) -> Entry {
        Entry {
            book: self.app.book,
            date: self.today(),
            paper,
            spends: None,
            cut: Cut::default(),
            act,
        }
    }

    fn post(&self, entry: Entry, spent: Option<i64>, seats: &[(Seat, &Signer)]) -> Posted {
        let posting = Posting {
            sealed: entry.sealed_by(seats),
            spent: spent.map(FragmentNo),
        };
        self.app.posting.post_one(posting, None).unwrap()
    }

    /// Takes a party in, with two keys.
    pub(crate) fn party(&self, kind: PartyKind, name: &str, name_en: &str) -> Actor {
        let id = PartyId::from_bytes(self.fresh_id());
        let account = format!("62220200{:08}", *self.counter.borrow());
        let new = NewParty {
            id,
            kind,
            name: name.to_owned(),
            name_en: name_en.to_owned(),
            uscc: String::new(),
            size_class: SizeClass::Small,
            state: PartyState::Active,
            email: "finance@example.com".to_owned(),
            language: Language::Chinese,
            account_name: name.to_owned(),
            account_number: account.clone(),
            account_bank_code: BANK_CODE.to_owned(),
            licence_note: String::new(),
            issuance_blocked: false,
            paper_bank_code: BANK_CODE.to_owned(),
            created_on: self.today(),
        };
        let no = self.app.store.write(|tx| tx.party_insert(&new)).unwrap();
        let act = Act::EnrolParty(PartyRecord {
            id,
            kind,
            name: name.to_owned(),
            registration: String::new(),
            account: SettlementAccount {
                bank_code: BANK_CODE.to_owned(),
                number: account,
            },
        });
        self.post(
            self.entry(None, act),
            None,
            &[(Seat::Book, self.app.recorder())],
        );
        Actor {
            id,
            signers: (0..2).map(|_| self.key(id, no)).collect(),
        }
    }

    fn key(&self, party: PartyId, no: i32) -> Signer {
        let key = KeyId::from_bytes(self.fresh_id());
        let signer = Signer::from_seed(key, &self.fresh()).unwrap();
        let new = NewSigningKey {
            id: key,
            party: no,
            user_id: None,
            public_key: signer.public_key(),
            custody: Custody::Hosted,
            sealed: Some(vec![1, 2, 3]),
            valid_from: self.today(),
        };
        let act = Act::EnrolKey {
            party,
            key,
            public_key: signer.public_key(),
        };
        let seats = [(Seat::Book, self.app.recorder()), (Seat::Subject, &signer)];
        self.post(self.entry(None, act), None, &seats);
        self.app
            .store
            .write(|tx| tx.signing_key_insert(&new))
            .unwrap();
        signer
    }

    /// Issues a paper for one payable, which is put on the list.
    pub(crate) fn issue(
        &self,
        obligor: &Actor,
        payee: &Actor,
        currency: &str,
        face: i64,
        due: &str,
    ) -> Issued {
        self.issue_proposed_on(self.today(), obligor, payee, (currency, face), due)
    }

    /// The same, as its maker proposed it up to ten days ago: that day is the entry's.
    pub(crate) fn issue_proposed_on(
        &self,
        proposed: NaiveDate,
        obligor: &Actor,
        payee: &Actor,
        (currency, face): (&str, i64),
        due: &str,
    ) -> Issued {
        let id = PaperId::from_bytes(self.fresh_id());
        let serial = *self.counter.borrow();
        let (kind, today) = (PaperType::SupplyChainCommercial, proposed);
        let number = PaperNumber::new(kind, BANK_CODE, today, serial).unwrap();
        let currency: Currency = currency.parse().unwrap();
        let payable = self.fresh();
        let due = day(due);
        let listed = Payable {
            id: PayableId::from_bytes(self.fresh_id()),
            obligor: obligor.id,
            import: None,
            company_code: "1000".to_owned(),
            payable_no: format!("FA-{serial:05}"),
            content_digest: payable,
            supplier: payee.id,
            amount: minor(face),
            currency,
            invoice_no: format!("INV-{serial}"),
            invoice_date: Some(today),
            invoice_gross: None,
            acceptance_date: None,
            po_no: "PO-1".to_owned(),
            due_date: due,
            cost_centre: String::new(),
            remark: String::new(),
            state: PayableState::Loaded,
            paper_id: None,
        };
        self.app
            .store
            .write(|tx| {
                tx.payables_load(std::slice::from_ref(&listed))?;
                tx.payables_move(
                    &[(listed.id, Some(id))],
                    PayableState::Loaded,
                    PayableState::Issued,
                )
            })
            .unwrap();
        let issue = IssueAct {
            number: number.to_string(),
            obligor: obligor.id,
            payee: payee.id,
            currency,
            maturity: due,
            due_date: due,
            calendar: "CN".to_owned(),
            terms: terms(),
            payables: vec![DocumentDigest::from_bytes(payable)],
        };
        let entry = Entry {
            cut: Cut {
                lo: 0,
                mid: face,
                hi: face,
            },
            date: proposed,
            ..self.entry(Some(id), Act::Issue(Box::new(issue)))
        };
        let seats = [
            (Seat::Maker, &obligor.signers[0]),
            (Seat::Checker, &obligor.signers[1]),
        ];
        Issued {
            number: number.to_string(),
            piece: left(&self.post(entry, None, &seats)),
        }
    }

    /// Acts on the front `amount` of a piece; gives what was made.
    pub(crate) fn act(
        &self,
        on: Piece,
        amount: i64,
        act: Act,
        seats: &[(Seat, &Actor)],
    ) -> (Option<Piece>, Option<Piece>) {
        let range = on.fragment.range;
        let entry = Entry {
            spends: Some(on.fragment.reference),
            cut: Cut {
                lo: range.lo(),
                mid: range.lo() + amount,
                hi: range.hi(),
            },
            ..self.entry(Some(on.fragment.paper), act)
        };
        let seats: Vec<(Seat, &Signer)> = seats.iter().map(|(s, a)| (*s, &a.signers[0])).collect();
        let posted = self.post(entry, Some(on.no), &seats);
        (
            posted.applied.left.map(|f| piece(posted.no, f)),
            posted.applied.right.map(|f| piece(posted.no, f)),
        )
    }

    /// Records that a paper was not paid: no cent of it came on its day.
    pub(crate) fn not_paid(&self, on: Piece) {
        let whole = Self::whole(on);
        let act = Act::Default(Box::new(DefaultAct {
            owed: minor(whole),
            reason: "AM04".to_owned(),
            evidence: EvidenceDigest::from_bytes([3; 32]),
        }));
        let entry = Entry {
            cut: Cut {
                lo: 0,
                mid: whole,
                hi: whole,
            },
            ..self.entry(Some(on.fragment.paper), act)
        };
        self.post(entry, None, &[(Seat::Book, self.app.recorder())]);
    }

    fn whole(on: Piece) -> i64 {
        on.fragment.range.amount().minor()
    }

    /// The payee takes the paper.
    pub(crate) fn accept(&self, paper: &Issued, payee: &Actor) -> Piece {
        let seats = [(Seat::Holder, payee)];
        self.act(paper.piece, Self::whole(paper.piece), Act::Accept, &seats)
            .0
            .unwrap()
    }

    /// Offers and answers: gives what the recipient holds now and the rest.
    pub(crate) fn pay(
        &self,
        on: Piece,
        amount: i64,
        from: &Actor,
        to: &Actor,
    ) -> (Piece, Option<Piece>) {
        let (offered, rest) = self.offer(on, amount, from, to);
        let seats = [(Seat::Recipient, to)];
        let taken = self
            .act(offered, amount, Act::AcceptOffer, &seats)
            .0
            .unwrap();
        (taken, rest)
    }

    /// Offers against a document that is put on record.
    pub(crate) fn offer(
        &self,
        on: Piece,
        amount: i64,
        from: &Actor,
        to: &Actor,
    ) -> (Piece, Option<Piece>) {
        let digest = self.document(to, amount);
        let act = Act::Offer(OfferAct {
            to: to.id,
            recourse: Recourse::Without,
            documents: vec![DocumentDigest::from_bytes(digest)],
        });
        let (offered, rest) = self.act(on, amount, act, &[(Seat::Holder, from)]);
        (offered.unwrap(), rest)
    }

    fn document(&self, owner: &Actor, amount: i64) -> [u8; 32] {
        let bytes = self.fresh().to_vec();
        let digest = sha256(&[&bytes]);
        let serial = *self.counter.borrow();
        let document = Document {
            id: DocumentId::from_bytes(self.fresh_id()),
            owner: owner.id,
            counterparty: None,
            kind: DocumentKind::Invoice,
            number: format!("{serial:08}"),
            issued_on: Some(self.today()),
            amount: Some(minor(amount)),
            currency: Some(Currency::CNY),
            sha256: digest,
            media_type: "application/pdf".to_owned(),
            size: 32,
            file_name: "invoice.pdf".to_owned(),
            used: minor(amount),
        };
        let blob = DocumentBlob {
            sha256: digest,
            bytes,
        };
        self.app
            .store
            .write(|tx| {
                tx.document_blobs_insert(std::slice::from_ref(&blob))?;
                tx.documents_insert(std::slice::from_ref(&document))
            })
            .unwrap();
        digest
    }

    /// Sells the front `amount` to `bank`, paid at once.
    pub(crate) fn discount(
        &self,
        on: Piece,
        amount: i64,
        holder: &Actor,
        bank: &Actor,
    ) -> (Piece, Option<Piece>) {
        let lo = on.fragment.range.lo();
        let quote = Quote {
            id: QuoteId::from_bytes(self.fresh_id()),
            provider: bank.id,
            holder: holder.id,
            paper: on.fragment.paper,
            fragment: on.fragment.reference,
            range: ledger_core::range::Range::new(lo, lo + amount).unwrap(),
            currency: Currency::CNY,
            rate: "3.6".to_owned(),
            day_count: "act/360".to_owned(),
            days: 60,
            charge: minor(amount / 100),
            obligor_share: Amount::ZERO,
            fees: Vec::new(),
            proceeds: minor(amount - amount / 100),
            annual_cost: "3.6500".to_owned(),
            recourse: Recourse::Without,
            pay_date: self.today(),
            expires_at: self.app.clock.now().timestamp() + 3600,
        };
        let body = quote.to_bytes().unwrap();
        let entry = Entry {
            spends: Some(on.fragment.reference),
            cut: Cut {
                lo,
                mid: lo + amount,
                hi: on.fragment.range.hi(),
            },
            ..self.entry(Some(on.fragment.paper), Act::AgreeDiscount { quote: body })
        };
        let seats = [
            (Seat::FinanceProvider, &bank.signers[0]),
            (Seat::Holder, &holder.signers[0]),
        ];
        let posted = self.post(entry, Some(on.no), &seats);
        let locked = left(&posted);
        let evidence = EvidenceDigest::from_bytes(self.fresh());
        let entry = Entry {
            spends: Some(locked.fragment.reference),
            cut: Cut {
                lo,
                mid: lo + amount,
                hi: lo + amount,
            },
            ..self.entry(Some(on.fragment.paper), Act::CompleteDiscount { evidence })
        };
        let paid = self.post(entry, Some(locked.no), &[(Seat::Book, self.app.recorder())]);
        (
            left(&paid),
            posted.applied.right.map(|f| piece(posted.no, f)),
        )
    }

    /// Signs a checkpoint.
    pub(crate) fn seal(&self) {
        ledger_app::seal_journal::run(&self.app).unwrap();
    }
}

fn terms() -> PaperTerms {
    PaperTerms {
        clearing_rule: 1,
        minimum_fragment: minor(1),
        maximum_tier: 6,
        transferable: true,
        payment: PaymentTerms::FIRST_FORM,
    }
}

fn piece(no: i64, fragment: Fragment) -> Piece {
    Piece {
        no: FragmentNo::of(no, fragment.reference.side).0,
        fragment,
    }
}

fn left(posted: &Posted) -> Piece {
    let fragment = posted.applied.left.unwrap();
    assert_eq!(fragment.reference.side, Side::Left);
    piece(posted.no, fragment)
}
