//! Orders against entries: every planted difference is found, and nothing else.

use std::collections::BTreeSet;

use bank_channel::messages::camt::{EntryStatus, ReturnInfo, StatementEntry};
use bank_channel::messages::identification::{Remittance, Side};
use bank_channel::reconcile::{Expected, reconcile};
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use proptest::prelude::*;

fn expected(id: usize, minor: i64) -> Expected {
    Expected {
        end_to_end_id: format!("E-{id}"),
        amount: Amount::from_minor(minor).unwrap(),
        currency: Currency::CNY,
        side: Side::Debit,
    }
}

fn answer(order: &Expected, reference: &str) -> StatementEntry {
    StatementEntry {
        account: "1001".to_owned(),
        amount: order.amount,
        currency: order.currency,
        side: order.side,
        status: EntryStatus::Booked,
        booking_date: None,
        value_date: None,
        servicer_reference: Some(reference.to_owned()),
        ordered_by_message: None,
        instruction_id: None,
        end_to_end_id: Some(order.end_to_end_id.clone()),
        counterparty_name: None,
        counterparty_account: None,
        remittance: Remittance::default(),
        returned: None,
    }
}

#[test]
fn what_is_booked_as_ordered_balances_to_zero() {
    let orders = [expected(1, 500), expected(2, 1)];
    let entries = [answer(&orders[1], "R-2"), answer(&orders[0], "R-1")];
    let outcome = reconcile(&orders, &entries);
    assert!(outcome.is_balanced());
    assert_eq!(outcome.matched.len(), 2);
    assert_eq!(outcome.totals[&Currency::CNY].booked_minor, -501);
    assert_eq!(outcome.totals[&Currency::CNY].difference_minor(), 0);
}

#[test]
fn a_repetition_is_harmless_but_a_second_payment_is_not() {
    let orders = [expected(1, 500)];
    let told_twice = [answer(&orders[0], "R-1"), answer(&orders[0], "R-1")];
    let outcome = reconcile(&orders, &told_twice);
    assert!(outcome.is_balanced());
    assert_eq!(outcome.repeated.len(), 1);
    let paid_twice = [answer(&orders[0], "R-1"), answer(&orders[0], "R-2")];
    let outcome = reconcile(&orders, &paid_twice);
    assert!(!outcome.is_balanced());
    assert_eq!(outcome.unexpected, [paid_twice[1].clone()]);
    assert_eq!(outcome.totals[&Currency::CNY].difference_minor(), -500);
}

#[test]
fn money_that_comes_back_is_held_against_its_order() {
    let orders = [expected(1, 500)];
    let paid = answer(&orders[0], "R-1");
    let back = StatementEntry {
        side: Side::Credit,
        servicer_reference: Some("R-2".to_owned()),
        returned: Some(ReturnInfo {
            code: Some("AC04".to_owned()),
            text: Vec::new(),
        }),
        ..paid.clone()
    };
    let outcome = reconcile(&orders, &[paid, back.clone()]);
    assert_eq!(outcome.returned[0].entry, back);
    assert_eq!(outcome.matched.len(), 1);
    assert!(!outcome.is_balanced());
}

#[test]
fn what_is_only_announced_or_goes_the_other_way_is_no_answer() {
    let orders = [expected(1, 500)];
    let mut announced = answer(&orders[0], "R-1");
    announced.status = EntryStatus::NotBooked;
    let outcome = reconcile(&orders, &[announced]);
    assert_eq!((outcome.missing.len(), outcome.not_booked.len()), (1, 1));
    let mut against = answer(&orders[0], "R-1");
    against.side = Side::Credit;
    let outcome = reconcile(&orders, &[against]);
    assert_eq!((outcome.missing.len(), outcome.unexpected.len()), (1, 1));
}

/// What is done to the entry of one order.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Planted {
    Nothing,
    Lost,
    Told,
    PaidTwice,
    OffByOne,
}

proptest! {
    #[test]
    fn every_planted_difference_is_found(
        plan in prop::collection::vec((prop::sample::select(vec![
            Planted::Nothing, Planted::Lost, Planted::Told, Planted::PaidTwice, Planted::OffByOne,
        ]), 1_i64..1_000_000), 0..40),
        turn in 0_usize..40,
    ) {
        let orders: Vec<Expected> = plan.iter().enumerate().map(|(i, (_, m))| expected(i, *m)).collect();
        let mut entries = Vec::new();
        for (index, (order, (planted, minor))) in orders.iter().zip(&plan).enumerate() {
            let mut entry = answer(order, &format!("R-{index}"));
            if *planted == Planted::Lost { continue }
            if *planted == Planted::OffByOne { entry.amount = Amount::from_minor(minor + 1).unwrap() }
            if *planted == Planted::Told { entries.push(entry.clone()) }
            if *planted == Planted::PaidTwice {
                entries.push(StatementEntry { servicer_reference: Some(format!("X-{index}")), ..entry.clone() });
            }
            entries.push(entry);
        }
        let turn = turn % entries.len().max(1);
        entries.rotate_left(turn);
        let outcome = reconcile(&orders, &entries);
        let ids = |of: Planted| -> BTreeSet<String> {
            plan.iter().enumerate().filter(|(_, (p, _))| *p == of).map(|(i, _)| format!("E-{i}")).collect()
        };
        let missing: BTreeSet<String> = outcome.missing.iter().map(|e| e.end_to_end_id.clone()).collect();
        prop_assert_eq!(missing, ids(Planted::Lost));
        let off: BTreeSet<String> = outcome.mismatched.iter().map(|m| m.expected.end_to_end_id.clone()).collect();
        prop_assert_eq!(off, ids(Planted::OffByOne));
        let twice: BTreeSet<String> = outcome.unexpected.iter().filter_map(|e| e.end_to_end_id.clone()).collect();
        prop_assert_eq!(twice, ids(Planted::PaidTwice));
        prop_assert_eq!(outcome.repeated.len(), ids(Planted::Told).len());
        let clean = plan.iter().all(|(p, _)| matches!(p, Planted::Nothing | Planted::Told));
        prop_assert_eq!(outcome.is_balanced(), clean);
        let difference: i128 = plan.iter().map(|(p, m)| match p {
            Planted::Nothing | Planted::Told => 0,
            Planted::Lost => i128::from(*m),
            Planted::PaidTwice => -i128::from(*m),
            Planted::OffByOne => -1,
        }).sum();
        let found: i128 = outcome.totals.values().map(|t| t.difference_minor()).sum();
        prop_assert_eq!(found, difference);
    }
}
