//! Plans of money by day against a list that knows nothing of them.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::cash_plan::CashPlan;
use ledger_core::cash_plan::PlannedPart;
use ledger_core::cash_plan::PlannedUse;
use ledger_core::cash_plan::assumed_sale;
use ledger_core::pricing::PricingError;
use proptest::prelude::*;
use rust_decimal::Decimal;

fn day(after: u64) -> NaiveDate {
    let first = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap();
    first.checked_add_days(Days::new(after)).unwrap()
}

fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn plan(moves: &[(u64, i64)]) -> CashPlan {
    let mut plan = CashPlan::default();
    for (after, minor) in moves {
        plan.add(day(*after), i128::from(*minor));
    }
    plan
}

/// What a list of single moves comes to on each of 60 days: the model.
fn model(moves: &[(u64, i64)]) -> Vec<i128> {
    let on = |at| moves.iter().filter(move |(after, _)| *after == at);
    (0..60)
        .map(|at| on(at).map(|(_, minor)| i128::from(*minor)).sum())
        .collect()
}

fn as_list(plan: &CashPlan) -> Vec<i128> {
    (0..60).map(|at| plan.on(day(at))).collect()
}

proptest! {
    #[test]
    fn a_choice_about_one_part_moves_that_part_and_nothing_else(
        mut moves in prop::collection::vec((0_u64..60, 1_i64..1_000_000), 1..40),
        which in any::<prop::sample::Index>(),
        share in 1_i64..=1_000_000,
        pay_after in 0_u64..60,
        price_permille in 1_i64..=1_000,
    ) {
        let before = plan(&moves);
        let at = which.index(moves.len());
        let (after, held) = moves[at];
        let asked = share.min(held);
        let proceeds = (asked * price_permille / 1_000).max(1);
        let part = PlannedPart { amount: amount(asked), due_date: day(after) };
        prop_assert_eq!(before.after(part, PlannedUse::Hold), Some(before.clone()));
        moves[at].1 -= asked;
        let passed = before.after(part, PlannedUse::PassOn).unwrap();
        prop_assert_eq!(as_list(&passed), model(&moves));
        prop_assert_eq!(passed.total(), before.total() - i128::from(asked));
        moves.push((pay_after, proceeds));
        let choice = PlannedUse::Sell { pay_date: day(pay_after), proceeds: amount(proceeds) };
        let sold = before.after(part, choice).unwrap();
        prop_assert_eq!(as_list(&sold), model(&moves));
        prop_assert_eq!(sold.total(), before.total() - i128::from(asked - proceeds));
        let mut running = 0;
        for planned in sold.days() {
            running += planned.minor;
            prop_assert!(planned.minor > 0);
            prop_assert_eq!(planned.running, running);
            prop_assert_eq!(sold.up_to(planned.date), running);
        }
        prop_assert_eq!(running, sold.total());
    }
}

#[test]
fn what_is_not_there_cannot_be_chosen_about() {
    let plan = plan(&[(5, 100)]);
    let part = |after, minor| PlannedPart {
        amount: amount(minor),
        due_date: day(after),
    };
    assert_eq!(plan.after(part(5, 101), PlannedUse::PassOn), None);
    assert_eq!(plan.after(part(6, 1), PlannedUse::Hold), None);
    let left = plan.after(part(5, 100), PlannedUse::PassOn).unwrap();
    assert!(left.days().is_empty());
}

#[test]
fn an_assumed_rate_is_priced_as_a_quote_would_be() {
    let part = PlannedPart {
        amount: amount(30_000_000),
        due_date: day(170),
    };
    // 300,000.00 at 3.2 percent for 170 of 360 days: 4,533.33.
    let rate = |percent| Decimal::new(percent, 1);
    let price = assumed_sale(part, day(0), rate(32)).unwrap();
    assert_eq!(price.proceeds, amount(29_546_667));
    assert_eq!(
        assumed_sale(part, day(170), rate(32)),
        Err(PricingError::DateNotBeforeMaturity)
    );
    assert_eq!(
        assumed_sale(part, day(0), rate(1_001)),
        Err(PricingError::RateAbsurd)
    );
}
