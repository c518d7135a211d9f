//! The journal: one door, one winner, nothing changed afterwards, live equals journal.

use std::sync::Barrier;
use std::thread;

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::act::OfferAct;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::seats::check_signatures;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_core::terms::PaperTerms;
use ledger_store::error::StoreError;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::unit_of_work::Store;
use postgres::Client;
use postgres::NoTls;
use testkit::database::TestDatabase;

use crate::samples::day;
use crate::samples::fen;
use crate::samples::party;
use crate::samples::random;
use crate::samples::random32;
use crate::samples::store;
use crate::samples::write;

pub(crate) struct Book {
    pub(crate) store: Store,
    id: BookId,
    pub(crate) no: i16,
    maker: Signer,
    checker: Signer,
    obligor: PartyId,
    holder: (PartyId, Signer),
    pub(crate) others: Vec<(PartyId, Signer)>,
    serial: std::sync::atomic::AtomicU32,
}

/// What a unit of work of these tests may say.
#[derive(Debug)]
pub(crate) enum No {
    Law(Refusal),
    Store(StoreError),
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        No::Store(error)
    }
}

fn today() -> NaiveDate {
    day("2026-03-02")
}

fn enrol(store: &Store, kind: PartyKind, name: &str) -> (PartyId, i32) {
    let new = party(kind, name);
    let no = write(store, |tx| tx.party_insert(&new));
    (new.id, no)
}

fn key(store: &Store, party: i32) -> Signer {
    let signer = Signer::from_seed(KeyId::from_bytes(random()), &random32()).unwrap();
    write(store, |tx| {
        tx.signing_key_insert(&NewSigningKey {
            id: signer.key(),
            party,
            user_id: None,
            public_key: signer.public_key(),
            custody: Custody::Own,
            sealed: None,
            valid_from: today(),
        })
    });
    signer
}

impl Book {
    pub(crate) fn open(database: &TestDatabase) -> Book {
        let store = store(database);
        let id = BookId::from_bytes(random());
        let recorder = Signer::from_seed(KeyId::from_bytes(random()), &random32()).unwrap();
        let record = write(&store, |tx| {
            tx.book_insert(id, "test/book", recorder.key(), &recorder.public_key())
        });
        let (obligor, obligor_no) = enrol(&store, PartyKind::Obligor, "Obligor");
        let person = |name: &str| {
            let (party, no) = enrol(&store, PartyKind::Supplier, name);
            (party, key(&store, no))
        };
        let opening = Entry {
            book: id,
            date: today(),
            paper: None,
            spends: None,
            cut: Cut::default(),
            act: Act::OpenBook {
                key: recorder.key(),
                public_key: recorder.public_key(),
                origin: "test/book".to_owned(),
            },
        };
        let book = Book {
            maker: key(&store, obligor_no),
            checker: key(&store, obligor_no),
            holder: person("Holder"),
            others: ["A", "B", "C"].into_iter().map(person).collect(),
            id,
            no: record.no,
            obligor,
            store,
            serial: std::sync::atomic::AtomicU32::new(0),
        };
        book.post(opening.sealed_by(&[(Seat::Book, &recorder)]), None)
            .unwrap();
        book
    }

    /// Loads, decides and posts one entry, as the posting path does.
    pub(crate) fn post(&self, sealed: SealedEntry, spent: Option<FragmentNo>) -> Result<i64, No> {
        let posting = Posting { sealed, spent };
        self.store.write(|tx| {
            let head = tx.book_lock(self.id)?;
            let mut facts = tx.batch_load(&head, (today(), 0), &[&posting], None)?;
            let sealed = &posting.sealed;
            check_signatures(sealed, |key| facts.ledger.key(key).map(|k| k.public_key))
                .map_err(No::Law)?;
            let applied = facts.ledger.apply(sealed).map_err(No::Law)?;
            let nos = tx.batch_post(&head, &mut facts, &[(sealed, &applied)])?;
            Ok(*nos.first().unwrap())
        })
    }

    pub(crate) fn entry(
        &self,
        paper: PaperId,
        spends: Option<&Fragment>,
        mid: i64,
        act: Act,
    ) -> Entry {
        let (lo, hi) = spends.map_or((0, mid), |f| (f.range.lo(), f.range.hi()));
        Entry {
            book: self.id,
            date: today(),
            paper: Some(paper),
            spends: spends.map(|f| f.reference),
            cut: Cut { lo, mid, hi },
            act,
        }
    }

    /// A paper of `face`, issued and accepted; its one fragment.
    pub(crate) fn paper(&self, face: i64) -> (FragmentNo, Fragment) {
        let paper = PaperId::from_bytes(random());
        let serial = self
            .serial
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let issue = Act::Issue(Box::new(IssueAct {
            number: format!("{serial:030}"),
            obligor: self.obligor,
            payee: self.holder.0,
            currency: Currency::CNY,
            maturity: day("2026-06-01"),
            due_date: day("2026-06-01"),
            calendar: "CN".to_owned(),
            terms: PaperTerms {
                clearing_rule: 1,
                minimum_fragment: fen(1),
                maximum_tier: 10,
                transferable: true,
                payment: PaymentTerms::FIRST_FORM,
            },
            payables: vec![DocumentDigest::from_bytes(random32())],
        }));
        let issued = self
            .entry(paper, None, face, issue)
            .sealed_by(&[(Seat::Maker, &self.maker), (Seat::Checker, &self.checker)]);
        let no = self.post(issued, None).unwrap();
        let (spent, pending) = self.fragment(no, 0);
        let accepted = self
            .entry(paper, Some(&pending), face, Act::Accept)
            .sealed_by(&[(Seat::Holder, &self.holder.1)]);
        let no = self.post(accepted, Some(spent)).unwrap();
        self.fragment(no, 0)
    }

    /// The payee of its papers, with its key.
    pub(crate) const fn holder(&self) -> &(PartyId, Signer) {
        &self.holder
    }

    pub(crate) fn fragment(&self, entry: i64, side: i64) -> (FragmentNo, Fragment) {
        let no = FragmentNo(entry * 2 + side);
        let found = self.store.read(|tx| tx.fragments_by_nos(&[no])).unwrap();
        (no, found.first().unwrap().fragment)
    }

    pub(crate) fn offer(
        &self,
        from: &(FragmentNo, Fragment),
        amount: i64,
        to: PartyId,
    ) -> Result<i64, No> {
        let act = Act::Offer(OfferAct {
            to,
            recourse: Recourse::Without,
            documents: vec![DocumentDigest::from_bytes([7; 32])],
        });
        let mid = from.1.range.lo() + amount;
        let sealed = self
            .entry(from.1.paper, Some(&from.1), mid, act)
            .sealed_by(&[(Seat::Holder, &self.holder.1)]);
        self.post(sealed, Some(from.0))
    }
}

#[test]
fn of_two_connections_after_one_fragment_exactly_one_wins_a_thousand_times() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let mut fragment = book.paper(1_000_000);
    for round in 0..1_000 {
        let start = Barrier::new(2);
        let (book, contested) = (&book, &fragment);
        let outcomes: Vec<Result<i64, No>> = thread::scope(|scope| {
            let racers: Vec<_> = (0..2_usize)
                .map(|n| {
                    let (start, to) = (&start, book.others.get(n).unwrap().0);
                    scope.spawn(move || {
                        start.wait();
                        book.offer(contested, 1, to)
                    })
                })
                .collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap())
                .collect()
        });
        let mut won = outcomes.iter().filter_map(|o| o.as_ref().ok());
        let winner = *won
            .next()
            .unwrap_or_else(|| panic!("round {round}: nobody: {outcomes:?}"));
        assert!(won.next().is_none(), "round {round}: both won");
        let lost = outcomes.iter().find_map(|o| o.as_ref().err()).unwrap();
        match lost {
            No::Law(refusal) => assert_eq!(refusal.code(), "fragment_spent", "round {round}"),
            No::Store(error) => panic!("round {round}: the loser was told {error}"),
        }
        fragment = book.fragment(winner, 1);
    }
}

#[test]
fn the_application_can_neither_change_the_journal_nor_write_past_its_door() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    book.paper(100);
    let refused = |url: &str, sql: &str| {
        let mut client = Client::connect(url, NoTls).unwrap();
        let error = client.execute(sql, &[]).expect_err(sql);
        error.code().expect(sql).code().to_owned()
    };
    let app = database.url_app();
    for sql in [
        "UPDATE entry SET holder = holder",
        "UPDATE entry SET lo = lo WHERE false",
        "DELETE FROM entry",
        "TRUNCATE entry",
        "INSERT INTO entry SELECT * FROM entry",
        "DELETE FROM paper",
        "UPDATE paper SET face = face + 1",
        "UPDATE book SET size = 0",
        "UPDATE checkpoint SET note = ''",
        "DELETE FROM live_fragment",
    ] {
        assert_eq!(refused(&app, sql), "42501", "{sql}");
    }
    // The owner trips over the trigger, by accident at least.
    assert_eq!(
        refused(&database.url_owner(), "UPDATE entry SET hi = hi"),
        "23001"
    );
    assert_eq!(refused(&database.url_owner(), "DELETE FROM entry"), "23001");
}

#[test]
fn the_database_itself_refuses_a_cut_that_does_not_lie_on_its_parent() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let (fragment, _) = book.paper(100);
    let mut client = Client::connect(&database.url_app(), NoTls).unwrap();
    let size: i64 = client
        .query_one("SELECT size FROM book", &[])
        .unwrap()
        .get(0);
    let paper: i64 = client
        .query_one("SELECT no FROM paper", &[])
        .unwrap()
        .get(0);
    let holder: i32 = client
        .query_one("SELECT holder FROM live_fragment_now", &[])
        .unwrap()
        .get(0);
    let mut post = |lo: i64, mid: i64, hi: i64| {
        client
            .execute(
                "SELECT post_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
                 $15, $16, $17)",
                &[
                    &book.no,
                    &size,
                    &vec![0_u8; 32],
                    &vec![Some(paper)],
                    &vec![Some(fragment.0)],
                    &vec![lo],
                    &vec![mid],
                    &vec![hi],
                    &vec![Some(holder)],
                    &vec![None::<i32>],
                    &vec![today()],
                    &vec![9_i16],
                    &vec![Some(2_i16)],
                    &vec![Some(1_i16)],
                    &vec![vec![1_u8; 32]],
                    &vec![Vec::<u8>::new()],
                    &vec![Vec::<u8>::new()],
                ],
            )
            .map_err(|e| e.code().map(|c| c.code().to_owned()).unwrap_or_default())
    };
    for (lo, mid, hi) in [
        (0, 50, 101),
        (1, 50, 100),
        (0, 101, 100),
        (60, 50, 100),
        (-1, 50, 100),
    ] {
        assert_eq!(
            post(lo, mid, hi),
            Err("23514".to_owned()),
            "{lo} {mid} {hi}"
        );
    }
    assert!(post(0, 50, 100).is_ok());
}

#[test]
fn live_is_what_the_journal_says_before_and_after_the_projection_follows() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let (no, whole) = book.paper(1_000);
    let offered = book
        .offer(&(no, whole), 300, book.others.first().unwrap().0)
        .unwrap();
    let paper = book
        .store
        .read(|tx| tx.papers_by_ids(&[whole.paper]))
        .unwrap()
        .pop()
        .unwrap();
    let live = || {
        let found = book
            .store
            .read(|tx| tx.fragments_of_papers(&[paper.no]))
            .unwrap();
        found
            .into_iter()
            .map(|f| (f.no, f.fragment))
            .collect::<Vec<_>>()
    };
    let expected = vec![book.fragment(offered, 0), book.fragment(offered, 1)];
    assert_eq!(live(), expected);
    let caught_up = write(&book.store, |tx| tx.live_advance(book.no));
    assert!(caught_up > 0);
    assert_eq!(live(), expected);
    assert_eq!(write(&book.store, |tx| tx.live_advance(book.no)), 0);
    let mut client = Client::connect(&database.url_owner(), NoTls).unwrap();
    let rows: i64 = client
        .query_one("SELECT count(*) FROM live_fragment", &[])
        .unwrap()
        .get(0);
    assert_eq!(rows, 2);
}

#[test]
fn an_entry_comes_back_with_the_hash_it_was_posted_with() {
    let database = TestDatabase::fresh();
    let book = Book::open(&database);
    let (no, whole) = book.paper(1_000);
    book.offer(&(no, whole), 1, book.others.first().unwrap().0)
        .unwrap();
    let head = book.store.read(|tx| tx.book_by_id(book.id)).unwrap();
    let entries = book
        .store
        .read(|tx| tx.entries_of_book(&head, -1, 100))
        .unwrap();
    assert_eq!(entries.len(), 4);
    let chain = entries.iter().fold([0; 32], |chain, entry| {
        ledger_core::hash::sha256(&[&chain, entry.sealed.hash().bytes()])
    });
    assert_eq!(&chain, head.chain().bytes());
    let path = book
        .store
        .read(|tx| tx.fragment_path(FragmentNo(entries.last().unwrap().no * 2 + 1)))
        .unwrap();
    assert_eq!(path.len(), 3);
    // One by one or along the path, an entry is read the same, its parent and parties too.
    let nos: Vec<i64> = path.iter().map(|entry| entry.no).collect();
    let alone = book.store.read(|tx| tx.entries_by_nos(&nos)).unwrap();
    assert_eq!(path, alone);
    let nobody = book.store.read(|tx| tx.fragment_path(FragmentNo(2)));
    assert_eq!(nobody.unwrap(), []);
}
