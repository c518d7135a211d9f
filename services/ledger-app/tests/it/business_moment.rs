//! Deadlines follow one notion of time: the business date, with the time of day of the clock. What is
//! not business keeps to the clock.

use chrono::Days;
use ledger_app::business_time;
use ledger_app::expire_inquiries;
use ledger_app::provider_inbox;
use ledger_app::quote_fragment;
use ledger_app::sessions;
use ledger_app::sign_in;
use ledger_store::finance::RequestState;
use ledger_store::outbox::OutboxKind;
use ledger_store::sealed_bids::BidState;

use crate::finance_stage::ask;
use crate::finance_stage::bid_terms;
use crate::finance_stage::in_hours;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::sealed_auction::auction;
use crate::sign_in::PASSPHRASE;
use crate::sign_in::behind;
use crate::sign_in::invited_member;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

#[test]
fn the_business_moment_is_the_clock_moved_on_to_the_business_date_and_never_falls() {
    let stage = Stage::new();
    let (clock, moment) = (stage.app.clock.now(), stage.app.moment().unwrap());
    assert_eq!(business_time::local(moment).date(), OPENING);
    // The same time of day, whole days apart.
    let apart = (moment - clock).num_seconds().rem_euclid(86_400);
    assert!(apart < 60, "{apart}");
    stage.advance(OPENING + Days::new(9));
    let later = stage.app.moment().unwrap();
    assert_eq!((later - moment).num_days(), 9);
    // The same date again changes nothing.
    stage.advance(OPENING + Days::new(9));
    assert_eq!((stage.app.moment().unwrap() - later).num_days(), 0);
    // A platform that was off for days makes up for them one by one: what has passed stays passed.
    behind(
        &stage,
        "ALTER TABLE business_date DISABLE TRIGGER USER; \
         UPDATE business_date SET ahead_days = ahead_days + 3; \
         ALTER TABLE business_date ENABLE TRIGGER USER",
    );
    let before = stage.app.moment().unwrap();
    stage.advance(OPENING + Days::new(10));
    assert_eq!((stage.app.moment().unwrap() - before).num_days(), 0);
    stage.advance(OPENING + Days::new(13));
    assert_eq!((stage.app.moment().unwrap() - before).num_days(), 1);
}

#[test]
fn a_date_moved_in_the_evening_before_brings_no_deadline_forward() {
    let stage = Stage::new();
    behind(
        &stage,
        "ALTER TABLE business_date DISABLE TRIGGER USER; \
         UPDATE business_date SET ahead_days = 0, \
           today = (clock_timestamp() AT TIME ZONE 'UTC' + interval '8 hours')::date; \
         ALTER TABLE business_date ENABLE TRIGGER USER; \
         UPDATE business_date SET today = today + 1",
    );
    let (clock, moment) = (stage.app.clock.now(), stage.app.moment().unwrap());
    assert!((moment - clock).num_seconds().abs() < 60, "{moment}");
    // Two days are no evening: such a platform keeps to its date.
    behind(&stage, "UPDATE business_date SET today = today + 1");
    assert_eq!((stage.app.moment().unwrap() - moment).num_days(), 2);
}

#[test]
fn requests_and_quotes_end_when_the_business_date_passes_them() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (one, other) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    // Until 48 hours from now; the quote until 24.
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&one, &other]).unwrap();
    let id = quote(&stage, &one, request, &terms(&stage, "3")).unwrap();
    stage.advance(OPENING + Days::new(1));
    let listed = provider_inbox::one(&stage.app, &other.who, request).unwrap();
    assert!(listed.available);
    stage.advance(OPENING + Days::new(2));
    // Before any job: the moment counts.
    let refused = sign(&stage, &supplier, id).unwrap_err();
    assert_eq!(refused.code(), "quote_expired");
    stage.advance(OPENING + Days::new(3));
    let late = quote_fragment::prepare(&stage.app, &other.who, request, &terms(&stage, "3"));
    assert_eq!(late.unwrap_err().code(), "request_not_open");
    let now = stage.app.moment().unwrap();
    let ended = expire_inquiries::run(&stage.app, now).unwrap();
    assert_eq!((ended.requests, ended.quotes), (1, 1));
    let asked = stage
        .app
        .store
        .read(|tx| tx.finance_requests_by_ids(&[request]));
    assert_eq!(asked.unwrap()[0].state, RequestState::Expired);
    assert!(letters(&stage, &one).ends_with(&["quote_lapsed"]));
}

#[test]
fn bids_close_with_the_business_date_for_bidder_holder_and_database_alike() {
    let auction = auction();
    let [one, other] = &auction.banks;
    // A bid names a day of payment behind the day on which bids close.
    let mut terms = bid_terms(&auction.stage, "3.10");
    terms.expires_at = in_hours(&auction.stage, 40);
    let kept = auction.bid_on(one, &terms).unwrap();
    assert!(auction.seen().sealed);
    assert_eq!(
        auction.reveal(one, &kept).unwrap_err().code(),
        "bids_not_closed"
    );
    auction.stage.advance(OPENING + Days::new(1));
    let late = auction.bid_on(other, &terms).err().unwrap();
    assert_eq!(late.code(), "bids_closed");
    assert!(!auction.seen().sealed);
    auction.reveal(one, &kept).unwrap();
    assert_eq!(auction.state(kept.bid), BidState::Revealed);
    sign(&auction.stage, &auction.supplier, kept.prepared.quote.id).unwrap();
}

#[test]
fn sessions_and_letters_keep_to_the_clock_wherever_the_date_is() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    invited_member(&stage, supplier.party(), "who@supplier.test");
    let signed = sign_in::run(&stage.app, "who@supplier.test", PASSPHRASE, "test").unwrap();
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    // Years ahead of the clock in one step, though the paper is overdue then.
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    stage.advance("2031-03-03".parse().unwrap());
    assert!(
        sessions::resume(&stage.app, signed.token.reveal())
            .unwrap()
            .is_some()
    );
    let now = stage.app.moment().unwrap();
    expire_inquiries::run(&stage.app, now).unwrap();
    let asked = stage
        .app
        .store
        .read(|tx| tx.finance_requests_by_ids(&[request]));
    assert_eq!(asked.unwrap()[0].state, RequestState::Expired);
    let clock = stage.app.clock.now();
    let queued = stage
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 100));
    for letter in queued.unwrap() {
        assert!(
            letter.next_at <= clock,
            "a letter waits for {}",
            letter.next_at
        );
    }
}
