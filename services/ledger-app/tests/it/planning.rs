//! Planning keeps nobody from posting.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use ledger_app::settle_paper;
use postgres::Client;
use postgres::NoTls;

use crate::settlement_stage::Due;
use crate::settlement_stage::pass_on;
use crate::stage::MATURITY;

/// Waits until somebody waits for a lock in a statement like this one.
pub(crate) fn somebody_waits(hand: &mut Client, like: &str) {
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND cardinality(pg_blocking_pids(pid)) > 0 AND query LIKE $1";
    let until = Instant::now() + Duration::from_secs(30);
    while hand.query_one(waiting, &[&like]).unwrap().get::<_, i64>(0) == 0 {
        assert!(Instant::now() < until, "nobody waits in {like}");
        thread::yield_now();
    }
}

#[test]
fn while_letters_are_written_the_live_fragments_cursor_is_free() {
    let due = Due::new(1);
    let app = &due.stage.app;
    let hand = || Client::connect(&due.stage.database.url_superuser(), NoTls).unwrap();
    let (mut watcher, mut first, mut second) = (hand(), hand(), hand());
    // The projection lags: nobody gets at its cursor while the paper is passed on once more.
    let mut cursor = first.transaction().unwrap();
    cursor
        .execute("SELECT FROM live_cursor FOR UPDATE", &[])
        .unwrap();
    let held = app
        .store
        .read(|tx| tx.fragments_of_holder(due.payee.party(), 9));
    let fragment = app.public_ids.show(held.unwrap()[0].no);
    pass_on(&due.stage, &due.payee, &fragment, "100.00", &due.second);
    due.stage.advance(MATURITY);
    // No letter gets written.
    let mut letters = second.transaction().unwrap();
    letters
        .execute("LOCK TABLE outbox IN EXCLUSIVE MODE", &[])
        .unwrap();
    thread::scope(|scope| {
        let planning = scope.spawn(|| settle_paper::plan(app).unwrap());
        somebody_waits(&mut watcher, "%advance_live_fragments(b)%");
        cursor.rollback().unwrap();
        somebody_waits(&mut watcher, "%outbox%");
        // Shorter than the platform waits for a lock itself: it must not be its giving up that frees it.
        watcher.batch_execute("SET lock_timeout = '2s'").unwrap();
        let free = watcher.execute("SELECT FROM live_cursor FOR UPDATE", &[]);
        letters.rollback().unwrap();
        assert_eq!(planning.join().unwrap(), 1);
        assert!(free.is_ok(), "{free:?}");
    });
}
