//! A bank that speaks again between its word being read and the entry that rests on it: nothing happens
//! on the word that no longer stands, and the next look goes by the new one.

use std::thread;

use ledger_app::complete_discount;
use ledger_app::complete_redemption;
use ledger_app::conclude_recourse;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_store::quotes::DiscountState;
use ledger_store::recourse_claims::ClaimState;
use postgres::Client;
use postgres::NoTls;

use crate::events_stage::verified;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::instruction;
use crate::finance_stage::rejected;
use crate::planning::somebody_waits;
use crate::purchases::Sale;
use crate::recourse;
use crate::redemptions;
use crate::settlement_stage::Due;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// Does `act`, and `meanwhile` once it has read what it goes by and waits for its turn to post.
fn between<T: Send>(stage: &Stage, act: impl FnOnce() -> T + Send, meanwhile: impl FnOnce()) -> T {
    let hand = || Client::connect(&stage.database.url_superuser(), NoTls).unwrap();
    let (mut watcher, mut holder) = (hand(), hand());
    let mut head = holder.transaction().unwrap();
    head.execute("SELECT FROM book FOR UPDATE", &[]).unwrap();
    thread::scope(|scope| {
        let acting = scope.spawn(act);
        somebody_waits(&mut watcher, "%FROM book%FOR UPDATE%");
        meanwhile();
        head.rollback().unwrap();
        acting.join().unwrap()
    })
}

#[test]
fn a_purchase_is_not_completed_with_money_that_has_gone_back() {
    let sale = Sale::signed();
    let payout = instruction(&sale.stage, sale.quote);
    let app = &sale.stage.app;
    booked(&sale.stage, &payout, OPENING);
    let size = sale.stage.book_size();
    let back = || came_back(&sale.stage, &payout, OPENING);
    let done = between(
        &sale.stage,
        || complete_discount::run_due(app).unwrap(),
        back,
    );
    // The same look releases it: its second list goes by the new word.
    assert_eq!((done.completed, done.failed, done.released), (0, 1, 1));
    assert_eq!(
        (sale.stage.book_size(), sale.state()),
        (size + 1, DiscountState::Reversed)
    );
    verified(&sale.stage);
}

#[test]
fn a_purchase_is_not_released_once_the_bank_has_paid_after_all() {
    let sale = Sale::signed();
    let payout = instruction(&sale.stage, sale.quote);
    let app = &sale.stage.app;
    rejected(&sale.stage, &payout);
    let paid = || {
        booked(&sale.stage, &payout, OPENING);
    };
    let done = between(
        &sale.stage,
        || complete_discount::run_due(app).unwrap(),
        paid,
    );
    assert_eq!((done.released, done.failed), (0, 1));
    assert_eq!(complete_discount::run_due(app).unwrap().completed, 1);
    assert_eq!(sale.state(), DiscountState::Funded);
    verified(&sale.stage);
}

#[test]
fn an_early_payment_goes_by_the_banks_last_word() {
    let mut stage = Stage::new();
    stage.payment.early_redemption = EarlyRedemption::EqualTerms;
    let due = Due::on(stage, 1);
    let stage = &due.stage;
    let (id, fragment) = redemptions::offered_to(&due);
    let accepted = redemptions::accept(stage, &due.second, id, &fragment).unwrap();
    let order = redemptions::payment(stage, &accepted);
    rejected(stage, &order);
    let paid = || {
        booked(stage, &order, OPENING);
    };
    let look = || complete_redemption::run_due(&stage.app).unwrap();
    let done = between(stage, look, paid);
    assert_eq!((done.released, done.redeemed), (0, 0));
    assert_eq!(look().redeemed, 1);
    verified(stage);
}

#[test]
fn recourse_goes_by_the_banks_last_word() {
    let late = recourse::late();
    let (due, third) = (&late.due, &late.third);
    let claim = late.claims(third);
    late.takes_up(&due.second, claim).unwrap();
    let order = late.payments().remove(0);
    rejected(&due.stage, &order);
    let paid = || {
        booked(&due.stage, &order, MATURITY);
    };
    let look = || conclude_recourse::run_due(&due.stage.app).unwrap();
    assert_eq!(between(&due.stage, look, paid), 0);
    assert_eq!(look(), 1);
    assert_eq!(late.state(third, claim), ClaimState::Paid);
    due.caught_up();
    verified(&due.stage);
}
