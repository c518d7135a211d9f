//! The function that writes entries, called past the law: what the database refuses by itself
//! within one batch.

use ledger_store::live::FragmentNo;
use postgres::Client;
use postgres::NoTls;
use testkit::database::TestDatabase;

use crate::journal::Book;

/// One entry as `post_entries` takes it.
#[derive(Clone, Copy)]
struct Row {
    paper: Option<i64>,
    spent: Option<i64>,
    cut: (i64, i64, i64),
    state: Option<i16>,
    joined: Option<i64>,
}

/// A book with a paper of 100 units in one fragment, and its door.
struct Door {
    client: Client,
    book: i16,
    paper: i64,
    holder: i32,
    fragment: FragmentNo,
    _database: TestDatabase,
}

impl Door {
    fn open() -> Door {
        let database = TestDatabase::fresh();
        let book = Book::open(&database);
        let (fragment, _) = book.paper(100);
        let mut client = Client::connect(&database.url_app(), NoTls).unwrap();
        let row = client
            .query_one("SELECT paper, holder FROM live_fragment_now", &[])
            .unwrap();
        Door {
            book: book.no,
            paper: row.get(0),
            holder: row.get(1),
            client,
            fragment,
            _database: database,
        }
    }

    fn size(&mut self) -> i64 {
        let row = self.client.query_one("SELECT size FROM book", &[]).unwrap();
        row.get(0)
    }

    /// The compact key of the part `side` that the `place`th entry of the next batch makes.
    fn next(&mut self, place: i64, side: i64) -> i64 {
        (((i64::from(self.book) << 40) + self.size() + place) << 1) + side
    }

    /// A cut of something on this paper.
    fn row(&self, spent: i64, cut: (i64, i64, i64)) -> Row {
        Row {
            paper: Some(self.paper),
            spent: Some(spent),
            cut,
            state: Some(2),
            joined: None,
        }
    }

    /// Posts the rows as one batch; the SQLSTATE if the database will not have it.
    fn post(&mut self, rows: &[Row]) -> Result<(), String> {
        let size = self.size();
        let column = |pick: fn(&Row) -> i64| rows.iter().map(pick).collect::<Vec<_>>();
        let hashes: Vec<Vec<u8>> = rows.iter().zip(1_u8..).map(|(_, n)| vec![n; 32]).collect();
        let nothing = vec![Vec::<u8>::new(); rows.len()];
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        self.client
            .execute(
                "SELECT post_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, \
                 $15, $16, $17, $18)",
                &[
                    &self.book,
                    &size,
                    &vec![0_u8; 32],
                    &rows.iter().map(|r| r.paper).collect::<Vec<_>>(),
                    &rows.iter().map(|r| r.spent).collect::<Vec<_>>(),
                    &column(|r| r.cut.0),
                    &column(|r| r.cut.1),
                    &column(|r| r.cut.2),
                    &vec![Some(self.holder); rows.len()],
                    &vec![None::<i32>; rows.len()],
                    &vec![day; rows.len()],
                    &vec![9_i16; rows.len()],
                    &rows.iter().map(|r| r.state).collect::<Vec<_>>(),
                    &vec![Some(1_i16); rows.len()],
                    &hashes,
                    &nothing,
                    &nothing,
                    &rows.iter().map(|r| r.joined).collect::<Vec<_>>(),
                ],
            )
            .map(|_| ())
            .map_err(|e| e.code().map(|c| c.code().to_owned()).unwrap_or_default())
    }

    fn refused(&mut self, rows: &[Row], code: &str, why: &str) {
        let before = self.size();
        assert_eq!(self.post(rows), Err(code.to_owned()), "{why}");
        assert_eq!(self.size(), before, "{why}");
    }
}

const MISFIT: &str = "23514";

#[test]
fn a_batch_may_cut_what_it_made_further_in_front_and_only_where_it_lies() {
    let mut door = Door::open();
    let first = door.row(door.fragment.0, (0, 60, 100));
    let (front, rest) = (door.next(0, 0), door.next(0, 1));
    for (spent, cut, why) in [
        (front, (0, 10, 61), "past the end of the front part"),
        (front, (1, 10, 60), "behind its beginning"),
        (rest, (0, 10, 60), "the front part's range on the rest"),
        (rest, (60, 70, 99), "short of the end of the rest"),
    ] {
        let second = door.row(spent, cut);
        door.refused(&[first, second], MISFIT, why);
    }
    let other_paper = Row {
        paper: Some(door.paper + 1),
        ..door.row(front, (0, 10, 60))
    };
    door.refused(&[first, other_paper], MISFIT, "on another paper");
    let ended = Row {
        state: None,
        ..first
    };
    let second = door.row(front, (0, 10, 60));
    door.refused(&[ended, second], MISFIT, "a part that its entry ended");
    let twice = door.row(front, (0, 20, 60));
    door.refused(&[first, second, twice], "23505", "spent twice in one batch");
    let behind = door.row(rest, (60, 80, 100));
    assert_eq!(door.post(&[first, second, behind]), Ok(()));
}

#[test]
fn a_batch_can_not_cut_what_comes_behind_it_or_never_was() {
    let mut door = Door::open();
    let first = door.row(door.fragment.0, (0, 60, 100));
    let of_itself = door.next(0, 0);
    let itself = door.row(of_itself, (0, 60, 100));
    door.refused(&[itself], MISFIT, "itself");
    let of_second = door.next(1, 0);
    let ahead = door.row(of_second, (0, 60, 100));
    door.refused(&[ahead, first], MISFIT, "an entry behind it");
    let of_nobody = door.next(7, 0);
    let nobody = door.row(of_nobody, (0, 60, 100));
    door.refused(&[first, nobody], MISFIT, "an entry that is not there");
    let rootless = Row {
        paper: Some(door.paper + 1),
        spent: None,
        cut: (0, 60, 100),
        state: Some(1),
        joined: None,
    };
    door.refused(&[rootless], MISFIT, "a paper that is not there");
}

/// A book whose paper of 100 units is in three pieces, 0 to 30, 30 to 60 and the rest, and their keys.
fn in_three() -> (Door, [i64; 3]) {
    let mut door = Door::open();
    let first = door.row(door.fragment.0, (0, 30, 100));
    let (front, behind) = (door.next(0, 0), door.next(0, 1));
    let second = door.row(behind, (30, 60, 100));
    let (middle, rest) = (door.next(1, 0), door.next(1, 1));
    assert_eq!(door.post(&[first, second]), Ok(()));
    (door, [front, middle, rest])
}

impl Door {
    fn joining(&self, spent: i64, joined: i64, lo: i64, hi: i64) -> Row {
        Row {
            joined: Some(joined),
            ..self.row(spent, (lo, hi, hi))
        }
    }
}

#[test]
fn only_what_lies_beside_it_is_joined_and_then_it_is_spent() {
    let (mut door, [front, middle, rest]) = in_three();
    for (row, why) in [
        (door.joining(front, rest, 0, 100), "a gap between them"),
        (door.joining(middle, front, 30, 60), "the one before"),
        (door.joining(front, front, 0, 30), "itself"),
        (door.joining(front, middle, 0, 59), "short of its end"),
        (door.joining(front, middle, 0, 100), "past its end"),
        (door.joining(middle, rest, 29, 100), "before its beginning"),
        (
            door.joining(front, door.fragment.0, 0, 100),
            "one that begins with it",
        ),
        (door.joining(front, front + 1_000, 0, 60), "what never was"),
    ] {
        door.refused(&[row], MISFIT, why);
    }
    let leaves_rest = Row {
        cut: (0, 50, 60),
        ..door.joining(front, middle, 0, 60)
    };
    door.refused(&[leaves_rest], MISFIT, "with a rest");
    let elsewhere = Row {
        paper: Some(door.paper + 1),
        ..door.joining(front, middle, 0, 60)
    };
    door.refused(&[elsewhere], MISFIT, "on another paper");
    let pair = door.joining(front, middle, 0, 60);
    let cut = door.row(middle, (30, 40, 60));
    door.refused(&[pair, cut], "23505", "joined and cut in one batch");
    door.refused(&[cut, pair], "23505", "cut and joined in one batch");
    let other = door.joining(middle, rest, 30, 100);
    door.refused(&[pair, other], "23505", "joined, and joined to");
    // Joined twice over, each to what the batch has made before.
    let made = door.next(0, 0);
    let whole = door.joining(made, rest, 0, 100);
    assert_eq!(door.post(&[pair, whole]), Ok(()));
    for (gone, lo, hi) in [
        (front, 0, 30),
        (middle, 30, 60),
        (rest, 60, 100),
        (made, 0, 60),
    ] {
        let again = door.row(gone, (lo, hi, hi));
        door.refused(&[again], "23505", "used up by a join");
    }
    let live = "SELECT fragment, lo, hi FROM live_fragment_now";
    for _before_and_after in 0..2 {
        let rows = door.client.query(live, &[]).unwrap();
        let shown: Vec<(i64, i64, i64)> = rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect();
        assert_eq!(shown, [(made + 2, 0, 100)]);
        let follow = "SELECT advance_live_fragments(no) FROM book";
        door.client.batch_execute(follow).unwrap();
    }
}

/// A connection that posts plans once. Planned on an empty journal, and kept, each row must still be one
/// step into an index when there are thousands: a loop over all entries was.
#[test]
fn a_plan_made_on_an_empty_journal_reads_no_more_when_it_has_grown() {
    const BATCH: i64 = 100;
    const BATCHES: i64 = 30;
    let database = TestDatabase::fresh();
    let mut client = Client::connect(&database.url_superuser(), NoTls).unwrap();
    client.batch_execute(PAPERS_WITHOUT_ENTRIES).unwrap();
    let all: Vec<i64> = (0..BATCH).collect();
    let none = vec![None::<i64>; all.len()];
    let face = vec![100_i64; all.len()];
    for batch in 0..BATCHES {
        let size = batch * BATCH;
        let papers: Vec<i64> = all.iter().map(|place| size + place + 1).collect();
        let hashes: Vec<Vec<u8>> = papers
            .iter()
            .map(|no| vec![u8::try_from(no % 256).unwrap(); 32])
            .collect();
        let (held, day) = (
            vec![Some(1_i32); all.len()],
            chrono::NaiveDate::from_ymd_opt(2026, 3, 2),
        );
        let nothing = vec![Vec::<u8>::new(); all.len()];
        let issued = client.execute(
            "SELECT post_entries(1::smallint, $1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $11, $12, \
             $13, $13)",
            &[
                &size,
                &vec![0_u8; 32],
                &papers,
                &none,
                &vec![0_i64; all.len()],
                &face,
                &held,
                &vec![None::<i32>; all.len()],
                &vec![day.unwrap(); all.len()],
                &vec![5_i16; all.len()],
                &vec![1_i16; all.len()],
                &hashes,
                &nothing,
            ],
        );
        assert_eq!(issued.unwrap(), 1);
    }
    let flush = "SELECT pg_stat_force_next_flush()";
    client.batch_execute(flush).unwrap();
    let read = "SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'entry_pkey'";
    let read: i64 = client.query_one(read, &[]).unwrap().get(0);
    assert!(read < BATCH * BATCHES, "{read} entries read");
}

/// A book, two parties and three thousand papers, and a session that posts.
const PAPERS_WITHOUT_ENTRIES: &str = "SET session_replication_role = replica; \
    INSERT INTO book (id, origin, recorder_key, recorder_public_key) \
      VALUES (gen_random_uuid(), 'x', gen_random_uuid(), decode(repeat('00', 32), 'hex')); \
    INSERT INTO party (id, kind, name, size_class, state, language, created_on) \
      SELECT gen_random_uuid(), 'obligor', 'x', 'large', 'active', 'en', '2026-01-01' \
      FROM generate_series(1, 2); \
    INSERT INTO paper (id, book, number, obligor, payee, currency, face, issue_date, maturity, \
        due_date, calendar, terms, state, issued_by) \
      SELECT gen_random_uuid(), 1, lpad(i::text, 30, '0'), 1, 2, 'CNY', 100, '2026-01-01', \
        '2026-06-01', '2026-06-01', 'CN', '', 1, decode(repeat('00', 32), 'hex') \
      FROM generate_series(1, 3000) i; \
    SET session_replication_role = origin; \
    SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
    SET enable_hashjoin = off; SET enable_mergejoin = off";
