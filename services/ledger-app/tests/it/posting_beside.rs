//! What one batch leaves known serves the next, and never longer than it is true: somebody else
//! posts to the same book, a key ends, a bundle is undone.

use std::sync::Arc;

use ledger_app::app::App;
use ledger_app::enrol_key;
use ledger_app::error::AppError;
use ledger_app::posting_queue::Bundle;
use ledger_app::posting_queue::Effects;
use ledger_app::posting_queue::Posted;
use ledger_app::posting_queue::Verdict;
use ledger_core::act::Act;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;

use crate::posting::Many;
use crate::stage::open_app;

fn post(app: &App, sealed: SealedEntry, spent: FragmentNo) -> Verdict {
    let mut verdicts = app
        .posting
        .post(Bundle {
            postings: vec![Posting {
                sealed,
                spent: Some(spent),
            }],
            effects: None,
        })
        .unwrap();
    verdicts.pop().unwrap()
}

/// An act of the seat's on the whole front part of an offer.
fn on_offered(many: &Many, offer: &Posted, act: Act, seat: Seat) -> (SealedEntry, FragmentNo) {
    let offered = offer.applied.left.unwrap();
    let (lo, hi) = (offered.range.lo(), offered.range.hi());
    let by = match seat {
        Seat::Recipient => &many.second,
        _ => &many.first,
    };
    let sealed = many
        .entry(offered.reference, &offered, (lo, hi, hi), act)
        .sealed_by(&[(seat, &by.signer)]);
    (sealed, FragmentNo::of(offer.no, Side::Left))
}

#[test]
fn what_another_platform_posted_meanwhile_counts() {
    let many = Many::new(2);
    let (here, beside) = (&many.stage.app, open_app(&many.stage.database));
    let offer = post(here, many.offer(0), many.held[0].0).unwrap();
    let (accept, offered) = on_offered(&many, &offer, Act::AcceptOffer, Seat::Recipient);
    let accepted = post(&beside, accept, offered).unwrap();
    // Here the offer was the last thing known of this fragment.
    let (recall, offered) = on_offered(&many, &offer, Act::RecallOffer, Seat::Holder);
    assert_eq!(post(here, recall, offered), Err(Refusal::FragmentSpent));
    // And the other way round, on what was made and is known there.
    let held = accepted.applied.left.unwrap();
    let (lo, hi) = (held.range.lo(), held.range.hi());
    let split = |mid| {
        let sealed = many
            .entry(held.reference, &held, (lo, mid, hi), Act::Split)
            .sealed_by(&[(Seat::Holder, &many.second.signer)]);
        (sealed, FragmentNo::of(accepted.no, Side::Left))
    };
    let (first, no) = split(lo + 10);
    post(here, first, no).unwrap();
    let (second, no) = split(lo + 20);
    assert_eq!(post(&beside, second, no), Err(Refusal::FragmentSpent));
    // What is known and true is used: made here, answered here.
    let offer = post(here, many.offer(1), many.held[1].0).unwrap();
    let (recall, offered) = on_offered(&many, &offer, Act::RecallOffer, Seat::Holder);
    post(here, recall.clone(), offered).unwrap();
    assert_eq!(post(here, recall, offered), Err(Refusal::FragmentSpent));
}

#[test]
fn a_key_ends_for_every_platform_at_once() {
    let many = Many::new(4);
    let (here, beside) = (&many.stage.app, open_app(&many.stage.database));
    post(here, many.offer(0), many.held[0].0).unwrap();
    post(&beside, many.offer(1), many.held[1].0).unwrap();
    enrol_key::revoke(&beside, &many.stage.operator, many.first.signer.key()).unwrap();
    let late = |app, place: usize| post(app, many.offer(place), many.held[place].0);
    assert_eq!(late(here, 2), Err(Refusal::RevokedKey));
    assert_eq!(late(&beside, 3), Err(Refusal::RevokedKey));
}

#[test]
fn what_was_undone_was_never_known() {
    let many = Many::new(1);
    let no: Effects = Arc::new(|_also, _date, _verdicts: &[Verdict]| {
        Err(AppError::invalid("test_says_no", "no"))
    });
    let undone = many.stage.app.posting.post(Bundle {
        postings: vec![Posting {
            sealed: many.offer(0),
            spent: Some(many.held[0].0),
        }],
        effects: Some(no),
    });
    assert_eq!(undone.unwrap_err().code(), "test_says_no");
    post(&many.stage.app, many.offer(0), many.held[0].0).unwrap();
}
