//! What leaves for the bank leaves once, and what the bank books counts once.

use chrono::Days;
use chrono::TimeDelta;
use ledger_app::record_payment;
use ledger_app::record_payment::StatedBalance;
use ledger_core::currency::Currency;

use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::statement;
use crate::stage::MATURITY;

#[test]
fn a_worker_whose_lease_ran_out_sends_nothing_a_second_time() {
    let due = Due::instructed();
    let app = &due.stage.app;
    let batch = record_payment::take_outgoing(app).unwrap().remove(0);
    let mut late = batch.clone();
    late.message_id = "TSMLATE".to_owned();
    let send = |batch| record_payment::note_sent(app, batch, "pain.001.001.09", "<Document/>");
    send(&batch).unwrap();
    assert_eq!(send(&late).unwrap_err().code(), "busy");
    let kept = app
        .store
        .read(|tx| tx.bank_messages_by_message_id("TSMLATE"));
    assert_eq!(kept.unwrap(), [], "what was not sent is not on record");
}

#[test]
fn a_booking_under_a_reference_that_is_known_proves_no_other_payment() {
    let due = Due::instructed();
    let app = &due.stage.app;
    let credits = due.credits(&due.papers[0]);
    let note =
        |id: &str, bookings| record_payment::note_statement(app, &statement(id, bookings)).unwrap();
    assert_eq!(note("1", vec![booking(&credits[0])]), 1);
    let mut other = booking(&credits[1]);
    other.servicer_ref = booking(&credits[0]).servicer_ref;
    assert_eq!(note("2", vec![other]), 0);
    let tasks = due.tasks();
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    assert_eq!(tasks[0].code, "booking_reference_reused");
    for part in [&credits[0].end_to_end_id, &credits[1].end_to_end_id] {
        assert!(tasks[0].detail.contains(part), "{}", tasks[0].detail);
    }
    assert_eq!(note("again", vec![booking(&credits[0])]), 0);
    assert_eq!(
        due.tasks().len(),
        1,
        "the same booking again is nothing new"
    );
    let both = vec![booking(&credits[0]), booking(&credits[1])];
    assert_eq!(note("3", both), 1, "under its own reference it does");
}

#[test]
fn a_bank_is_not_asked_about_a_message_that_may_still_be_on_its_way() {
    let due = Due::instructed();
    let app = &due.stage.app;
    let batch = record_payment::take_outgoing(app).unwrap().remove(0);
    let call = TimeDelta::from_std(record_payment::LONGEST_CALL).unwrap();
    let asked = || due.credits(&due.papers[0])[0].next_attempt_at;
    let before = app.clock.now();
    record_payment::note_sent(app, &batch, "pain.001.001.09", "<Document/>").unwrap();
    assert!(asked() > before + call);
    record_payment::note_call_over(app, &batch.message_id).unwrap();
    assert!(asked() < app.clock.now() + call, "its call is over");
}

#[test]
fn a_payment_of_which_nothing_was_said_is_looked_for_in_the_statements() {
    let due = Due::instructed();
    let app = &due.stage.app;
    let on = |days: u64| MATURITY.checked_add_days(Days::new(days)).unwrap();
    let wanted = |today| {
        let moved = app.store.write(|tx| tx.business_date_advance(today));
        moved.unwrap();
        record_payment::statements_wanted(app).unwrap()
    };
    let credits = due.credits(&due.papers[0]);
    let account = vec![credits[0].debtor_account.clone()];
    assert_eq!(wanted(on(1)), [], "nothing has gone to the bank");
    let batch = record_payment::take_outgoing(app).unwrap().remove(0);
    record_payment::note_sent(app, &batch, "pain.001.001.09", "<Document/>").unwrap();
    let both = [(MATURITY, account.clone()), (on(1), account.clone())];
    assert_eq!(wanted(on(1)), both[..1], "the notification was lost");
    assert_eq!(wanted(on(2)), both, "it may have been booked a day late");
    let late = wanted(on(40));
    assert_eq!(late.len(), 31, "of the last days, whenever it was made");
    assert_eq!(late.last(), Some(&(on(39), account.clone())));
    let mut stated = statement("day", credits.iter().map(booking).collect());
    stated.balances.push(StatedBalance {
        account: account[0].clone(),
        day: MATURITY,
        opening: 100_000,
        closing: 0,
        currency: Currency::CNY,
    });
    assert_eq!(record_payment::note_statement(app, &stated).unwrap(), 2);
    assert_eq!(wanted(on(41)), [], "the bank has said it");
}
