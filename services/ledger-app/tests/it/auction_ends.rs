//! The odd ends of a sealed auction: nobody shows a bid, one shows it late, two bid the same, one shows
//! another than it sealed.

use ledger_app::business_time;
use ledger_app::expire_inquiries;
use ledger_app::quote_fragment;
use ledger_core::sealed_bid::Opening;
use ledger_store::finance::RequestState;
use ledger_store::quotes::QuoteState;
use ledger_store::sealed_bids::BidState;

use crate::finance_stage::ask;
use crate::finance_stage::bid_terms;
use crate::finance_stage::letters;
use crate::finance_stage::sign;
use crate::sealed_auction::Auction;
use crate::sealed_auction::Kept;
use crate::sealed_auction::auction;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// What time ends, as the job finds it now.
fn expire(auction: &Auction) -> (usize, usize, usize) {
    let now = auction.stage.app.moment().unwrap();
    let ended = expire_inquiries::run(&auction.stage.app, now).unwrap();
    (ended.requests, ended.quotes, ended.bids)
}

#[test]
fn an_auction_in_which_nobody_shows_a_bid_ends_with_nothing() {
    let auction = auction();
    let stage = &auction.stage;
    let [one, other] = &auction.banks;
    let first = auction.bid(one, "3.10").unwrap();
    let second = auction.bid(other, "2.90").unwrap();
    auction.close_bids();
    let now = stage.app.moment().unwrap();
    expire_inquiries::call_reveals(&stage.app, now).unwrap();
    assert_eq!(auction.seen().waiting.len(), 2, "both could show theirs");
    auction.end();
    assert_eq!(expire(&auction), (1, 0, 2));
    assert_eq!(expire(&auction), (0, 0, 0));
    for kept in [&first, &second] {
        assert_eq!(auction.state(kept.bid), BidState::Lapsed);
    }
    let seen = auction.seen();
    assert!(seen.offers.is_empty() && !seen.is_open());
    assert_eq!(
        seen.parts[0].asked.request.state,
        RequestState::Expired,
        "nothing is left to sign"
    );
    for bank in [one, other] {
        assert_eq!(
            letters(stage, bank),
            ["finance_requested", "reveal_due", "bid_lapsed"]
        );
    }
    // Nobody has learnt a figure, and the fragment is free for another question.
    let parts = &seen.parts[0];
    let amount = parts.asked.request.amount;
    ask(stage, &auction.supplier, &parts.fragment, amount, &[one]).unwrap();
}

#[test]
fn a_bid_shown_after_the_end_is_refused_and_the_one_shown_in_time_ends_with_the_inquiry() {
    let auction = auction();
    let [prompt, late] = &auction.banks;
    let first = auction.bid(prompt, "3.10").unwrap();
    let second = auction.bid(late, "2.90").unwrap();
    auction.close_bids();
    auction.reveal(prompt, &first).unwrap();
    auction.end();
    // Late is late, whether or not a job has been by, and though it is the better bid.
    let refused = auction.reveal(late, &second).unwrap_err();
    assert_eq!(refused.code(), "request_not_open");
    assert_eq!(auction.state(second.bid), BidState::Sealed);
    assert_eq!(expire(&auction), (1, 1, 1));
    assert_eq!(auction.state(second.bid), BidState::Lapsed);
    assert_eq!(auction.state(first.bid), BidState::Revealed);
    let lapsed = sign(&auction.stage, &auction.supplier, first.prepared.quote.id);
    assert_eq!(lapsed.unwrap_err().code(), "quote_expired");
    let again = auction.reveal(late, &second).unwrap_err();
    assert_eq!(again.code(), "request_not_open");
}

#[test]
fn a_bid_shown_after_another_was_signed_comes_too_late() {
    let auction = auction();
    let [prompt, late] = &auction.banks;
    let first = auction.bid(prompt, "3.10").unwrap();
    let second = auction.bid(late, "2.90").unwrap();
    auction.close_bids();
    auction.reveal(prompt, &first).unwrap();
    sign(&auction.stage, &auction.supplier, first.prepared.quote.id).unwrap();
    let size = auction.stage.book_size();
    let refused = auction.reveal(late, &second).unwrap_err();
    assert_eq!(refused.code(), "request_not_open");
    assert_eq!(auction.state(second.bid), BidState::Lapsed);
    assert_eq!(auction.stage.book_size(), size);
    assert_eq!(auction.seen().offers.len(), 1, "its figures stay unread");
}

/// Two banks bid the same; gives who stands first in the comparison.
fn tie(shown_first: usize) -> (Auction, [Kept; 2]) {
    let auction = auction();
    let kept = [0, 1].map(|at| auction.bid(&auction.banks[at], "2.90").unwrap());
    auction.close_bids();
    for at in [shown_first, 1 - shown_first] {
        auction.reveal(&auction.banks[at], &kept[at]).unwrap();
    }
    (auction, kept)
}

#[test]
fn equal_bids_stand_side_by_side_whoever_shows_first_and_the_holder_chooses() {
    for (shown_first, chosen) in [(0, 1), (1, 1)] {
        let (auction, kept) = tie(shown_first);
        let seen = auction.seen();
        let [one, other] = seen.offers.as_slice() else {
            panic!("two offers")
        };
        assert!(one.stands && other.stands);
        assert_eq!(one.proceeds, other.proceeds);
        assert_eq!(one.annual_cost, other.annual_cost);
        // Neither the moment of sealing nor that of showing puts one before the other.
        assert!(one.provider < other.provider);
        let quote = kept[chosen].prepared.quote.id;
        sign(&auction.stage, &auction.supplier, quote).unwrap();
        let seen = auction.seen();
        let state = |at: usize| {
            let id = kept[at].prepared.quote.id;
            seen.quotes().find(|one| one.id == id).map(|one| one.state)
        };
        assert_eq!(state(chosen), Some(QuoteState::Accepted));
        assert_eq!(state(1 - chosen), Some(QuoteState::Lost));
    }
}

#[test]
fn a_bidder_that_shows_another_bid_than_it_sealed_is_refused_and_may_still_show_its_own() {
    let auction = auction();
    let stage = &auction.stage;
    let [bank, rival] = &auction.banks;
    let kept = auction.bid(bank, "3.10").unwrap();
    let theirs = auction.bid(rival, "2.90").unwrap();
    auction.close_bids();
    auction.reveal(rival, &theirs).unwrap();
    // Having seen what others bid would be of no use: only what was sealed can be shown.
    let cheaper = quote_fragment::prepare(
        &stage.app,
        &bank.who,
        auction.request,
        &bid_terms(stage, "2.80"),
    );
    let other = Kept {
        bid: kept.bid,
        opening: Opening {
            nonce: kept.opening.nonce,
            quote: cheaper.unwrap().body,
        },
        prepared: kept.prepared.clone(),
    };
    let refused = auction.reveal(bank, &other).unwrap_err();
    assert_eq!(refused.code(), "commitment_differs");
    // Nor another's bid under one's own name.
    let borrowed = Kept {
        bid: kept.bid,
        opening: theirs.opening.clone(),
        prepared: theirs.prepared.clone(),
    };
    assert!(auction.reveal(bank, &borrowed).is_err());
    assert_eq!(auction.state(kept.bid), BidState::Sealed);
    auction.reveal(bank, &kept).unwrap();
    assert_eq!(auction.seen().offers.len(), 2);
    let face = Stage::yuan("310000.00");
    assert_eq!(auction.seen().hold[0].amount, face);
    assert_eq!(auction.seen().hold[0].due_date, MATURITY);
}

#[test]
fn a_bid_promises_money_for_the_day_on_which_bids_close_at_the_earliest() {
    let auction = auction();
    let [bank, _] = &auction.banks;
    let mut terms = bid_terms(&auction.stage, "3.10");
    terms.pay_date = OPENING;
    let early = auction.bid_on(bank, &terms).err().unwrap();
    assert_eq!(early.code(), "pay_date_past");
    let closed = business_time::local(auction.seen().inquiry.bids_until.unwrap()).date();
    assert!(early.to_string().contains(&closed.to_string()), "{early}");
    terms.pay_date = closed;
    auction.bid_on(bank, &terms).unwrap();
}

#[test]
fn a_bid_outlives_the_bidding() {
    let auction = auction();
    let [bank, _] = &auction.banks;
    let mut terms = bid_terms(&auction.stage, "3.10");
    let until = auction.seen().inquiry.bids_until.unwrap();
    terms.expires_at = until;
    let early = auction.bid_on(bank, &terms).err().unwrap();
    assert_eq!(early.code(), "expiry_not_possible");
    terms.expires_at = until + chrono::Duration::seconds(1);
    auction.bid_on(bank, &terms).unwrap();
}
