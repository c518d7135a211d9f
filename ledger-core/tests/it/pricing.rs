//! Discount pricing against published figures, and its laws.

use std::str::FromStr;

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::calendar::Calendar;
use ledger_core::calendar::Roll;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fee::ConfirmationPayer;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::FeeKind;
use ledger_core::fee::Payer;
use ledger_core::pricing::DiscountTerms;
use ledger_core::pricing::Price;
use ledger_core::pricing::PricingError;
use ledger_core::pricing::Rate;
use ledger_core::pricing::annualised_dynamic_discount;
use ledger_core::pricing::price;
use ledger_core::sale_cost::SaleCost;
use ledger_core::sale_cost::combined_annual_cost;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::calendar::calendar;
use crate::calendar::day;

const VECTORS: &str = include_str!("../../../fixtures/golden/pricing.csv");

fn decimal(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

fn money(text: &str) -> Amount {
    Amount::parse(text, Currency::CNY).unwrap()
}

fn no_calendar() -> Calendar {
    Calendar::new("none", []).unwrap()
}

fn plain(rate: Rate, day_count: DayCount) -> DiscountTerms {
    DiscountTerms {
        rate,
        day_count,
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        roll: Roll::None,
        transit_days: 0,
    }
}

fn percent(text: &str) -> DiscountTerms {
    plain(Rate::AnnualPercent(decimal(text)), DayCount::Actual360)
}

#[test]
fn published_vectors() {
    let rows = VECTORS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("vector,"));
    let mut seen = 0;
    for row in rows {
        let f: Vec<_> = row.split(',').collect();
        let rate = match f[2] {
            "annual_percent" => Rate::AnnualPercent(decimal(f[3])),
            "monthly_per_mille" => Rate::MonthlyPerMille(decimal(f[3])),
            other => panic!("{other}"),
        };
        let terms = plain(rate, DayCount::from_code(f[4]).unwrap());
        let priced = price(money(f[1]), day(f[5]), day(f[6]), &no_calendar(), &terms).unwrap();
        assert_eq!(priced.days.to_string(), f[7], "{row}");
        assert_eq!(priced.charge, money(f[8]), "{row}");
        assert_eq!(priced.proceeds, money(f[9]), "{row}");
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn two_ten_net_thirty() {
    let cost = annualised_dynamic_discount(decimal("2"), 20).unwrap();
    assert_eq!(cost, decimal("37.2449"));
    assert_eq!(cost.round_dp(2), decimal("37.24"));
    assert_eq!(annualised_dynamic_discount(decimal("100"), 20), None);
    assert_eq!(annualised_dynamic_discount(decimal("2"), 0), None);
}

#[test]
fn the_holiday_roll_bears_interest() {
    let mut terms = percent("3.6");
    terms.roll = Roll::Following;
    let cn = calendar("CN");
    let at = |maturity| {
        price(
            money("1000000.00"),
            day("2026-09-01"),
            day(maturity),
            &cn,
            &terms,
        )
    };
    let rolled = at("2026-10-01").unwrap();
    assert_eq!((rolled.days, rolled.due_date), (37, day("2026-10-08")));
    assert_eq!(rolled.charge, money("3700.00"));
    assert!(!rolled.provisional);
    assert!(at("2027-03-01").unwrap().provisional);
    assert_eq!(at("2028-03-01").unwrap_err().code(), "calendar_not_loaded");
}

#[test]
fn days_in_transit_bear_interest_but_do_not_move_the_due_date() {
    let mut terms = percent("3.6");
    terms.transit_days = 3;
    let priced = price(
        money("1000000.00"),
        day("2026-01-05"),
        day("2026-02-04"),
        &no_calendar(),
        &terms,
    );
    let priced = priced.unwrap();
    assert_eq!((priced.days, priced.due_date), (33, day("2026-02-04")));
    assert_eq!(priced.charge, money("3300.00"));
}

/// 1,000,000.01 at 3.65 % for 91 days with every kind of fee, reckoned by hand:
/// interest 1,000,000.01 × 0.0365 × 91 / 360 = 9,226.39 (9,226.38898…); buyer 33.33 % = 3,075.16
/// (3,075.155787); platform 0.5 ‰ = 500.00; handling 0.4 % a year = 1,011.11; flat 30.00.
#[test]
fn shares_and_fees() {
    let holder = Payer::Holder;
    let mut terms = percent("3.65");
    terms.buyer_paid_share = decimal("33.33");
    terms.fees = vec![
        Fee::Platform {
            payer: holder,
            charge: FeeCharge::PerMilleOfFace(decimal("0.5")),
        },
        Fee::Handling {
            payer: holder,
            charge: FeeCharge::AnnualOnFace(decimal("0.4")),
        },
        Fee::Registration {
            payer: Payer::Funder,
            charge: FeeCharge::Flat(money("30.00")),
        },
        Fee::Confirmation {
            payer: ConfirmationPayer::Obligor,
            charge: FeeCharge::PerMilleOfFace(decimal("0.1")),
        },
    ];
    let priced = price(
        money("1000000.01"),
        day("2026-01-05"),
        day("2026-04-06"),
        &no_calendar(),
        &terms,
    );
    let priced = priced.unwrap();
    let amounts = [
        (priced.charge, "9226.39"),
        (priced.buyer_share, "3075.16"),
        (priced.holder_charge, "6151.23"),
        (priced.holder_fees, "1511.11"),
        (priced.funder_fees, "30.00"),
        (priced.obligor_fees, "100.00"),
        (priced.proceeds, "992337.67"),
    ];
    for (amount, expected) in amounts {
        assert_eq!(amount, money(expected));
    }
    assert_eq!(priced.days, 91);
    // 7,662.34 / 992,337.67 × 360 / 91
    assert_eq!(priced.annualised_cost, decimal("3.0547"));
    assert_eq!(priced.fees.len(), 4);
}

/// 100.50 at 3.6 % for 100 days is 1.005 of interest, rounded 1.01; half of that, 0.505, is rounded
/// 0.51. Half of the unrounded interest would be 0.50: the interest is rounded first, then the share.
#[test]
fn interest_is_rounded_before_the_share_of_it() {
    let mut terms = percent("3.6");
    terms.buyer_paid_share = decimal("50");
    let (from, to) = (day("2026-01-05"), day("2026-04-15"));
    let priced = price(money("100.50"), from, to, &no_calendar(), &terms).unwrap();
    let amounts = [priced.charge, priced.buyer_share, priced.holder_charge];
    assert_eq!(amounts, [money("1.01"), money("0.51"), money("0.50")]);
    assert_eq!(priced.proceeds, money("100.00"));
}

/// 1,000,000.00 at 5 % for 73 days: a fifth of a year of 365 to the cent, more in a year of 360.
#[test]
fn the_year_is_a_term_of_the_deal() {
    let at = |day_count| {
        let terms = plain(Rate::AnnualPercent(decimal("5")), day_count);
        let (from, to) = (day("2026-01-05"), day("2026-03-19"));
        let priced = price(money("1000000.00"), from, to, &no_calendar(), &terms);
        priced.map(|priced| (priced.days, priced.charge)).unwrap()
    };
    assert_eq!(at(DayCount::Actual365Fixed), (73, money("10000.00")));
    assert_eq!(at(DayCount::Actual360), (73, money("10138.89")));
    // Two months of 30 days and fourteen more.
    assert_eq!(at(DayCount::Thirty360), (74, money("10277.78")));
}

/// A maturity on Saturday 31 January 2026 and one on 1 October 2026, in the week of the national day.
#[test]
fn each_roll_goes_its_own_way() {
    let cn = calendar("CN");
    let due = |roll, maturity| {
        let mut terms = percent("3.6");
        terms.roll = roll;
        let priced = price(
            money("1000.00"),
            day("2026-01-05"),
            day(maturity),
            &cn,
            &terms,
        );
        priced.map(|priced| (priced.due_date, priced.days)).unwrap()
    };
    assert_eq!(due(Roll::Following, "2026-01-31"), (day("2026-02-02"), 28));
    assert_eq!(
        due(Roll::ModifiedFollowing, "2026-01-31"),
        (day("2026-01-30"), 25)
    );
    assert_eq!(due(Roll::Preceding, "2026-01-31"), (day("2026-01-30"), 25));
    assert_eq!(due(Roll::None, "2026-01-31"), (day("2026-01-31"), 26));
    assert_eq!(due(Roll::Following, "2026-10-01").0, day("2026-10-08"));
    assert_eq!(
        due(Roll::ModifiedFollowing, "2026-10-01").0,
        day("2026-10-08")
    );
    assert_eq!(due(Roll::Preceding, "2026-10-01").0, day("2026-09-30"));
}

#[test]
fn nobody_lays_a_confirmation_fee_on_the_holder() {
    let charge = FeeCharge::Flat(money("1.00"));
    let refused = Fee::from_parts(FeeKind::Confirmation, Payer::Holder, charge).unwrap_err();
    assert_eq!(refused.code(), "confirmation_fee_on_holder");
    let kinds = [
        FeeKind::Confirmation,
        FeeKind::Platform,
        FeeKind::Handling,
        FeeKind::Registration,
    ];
    for kind in kinds {
        assert_eq!(FeeKind::from_code(kind.code()), Some(kind));
        for payer in [Payer::Holder, Payer::Funder, Payer::Obligor] {
            assert_eq!(Payer::from_code(payer.code()), Some(payer));
            if let Ok(fee) = Fee::from_parts(kind, payer, charge) {
                assert_eq!(
                    (fee.kind(), fee.payer(), fee.charge()),
                    (kind, payer, charge)
                );
            } else {
                assert_eq!((kind, payer), (FeeKind::Confirmation, Payer::Holder));
            }
        }
    }
}

#[test]
fn refusals_have_stable_codes() {
    let code = |face: &str, from: &str, to: &str, terms: &DiscountTerms| {
        let priced = price(money(face), day(from), day(to), &no_calendar(), terms);
        priced
            .map_err(|error: PricingError| error.code())
            .map(|_| ())
    };
    let (from, to) = ("2026-01-30", "2026-03-30");
    let with = |change: &dyn Fn(&mut DiscountTerms)| {
        let mut terms = percent("5");
        change(&mut terms);
        code("1000.00", from, to, &terms)
    };
    assert_eq!(with(&|_| {}), Ok(()));
    assert_eq!(
        code("0.00", from, to, &percent("5")),
        Err("discount_face_zero")
    );
    assert_eq!(
        code("1.00", to, to, &percent("5")),
        Err("discount_not_before_maturity")
    );
    assert_eq!(
        code("1.00", to, from, &percent("5")),
        Err("discount_not_before_maturity")
    );
    for (rate, expected) in [
        (Rate::AnnualPercent(decimal("-0.01")), "rate_negative"),
        (Rate::AnnualPercent(decimal("100.01")), "rate_absurd"),
        (
            Rate::AnnualPercent(decimal("3.123456789")),
            "rate_too_precise",
        ),
        (Rate::MonthlyPerMille(decimal("83.34")), "rate_absurd"),
        (Rate::AnnualPercent(Decimal::MAX), "rate_absurd"),
    ] {
        assert_eq!(with(&|terms| terms.rate = rate), Err(expected));
    }
    let monthly = plain(
        Rate::MonthlyPerMille(decimal("3")),
        DayCount::Actual365Fixed,
    );
    assert_eq!(code("1.00", from, to, &monthly), Err("rate_needs_months"));
    assert_eq!(
        with(&|t| t.buyer_paid_share = decimal("100.1")),
        Err("buyer_share_out_of_range")
    );
    assert_eq!(
        with(&|t| t.buyer_paid_share = decimal("-1")),
        Err("buyer_share_out_of_range")
    );
    assert_eq!(
        with(&|t| t.roll = Roll::Following),
        Err("calendar_not_loaded")
    );
    let empty = plain(Rate::AnnualPercent(decimal("5")), DayCount::Thirty360);
    assert_eq!(
        code("1.00", "2026-07-30", "2026-07-31", &empty),
        Err("discount_no_interest_days")
    );
    let flat = |charge: &str| Fee::Handling {
        payer: Payer::Holder,
        charge: FeeCharge::Flat(money(charge)),
    };
    let eaten = "discount_proceeds_not_positive";
    assert_eq!(with(&|t| t.fees = vec![flat("991.80")]), Ok(()));
    assert_eq!(with(&|t| t.fees = vec![flat("991.81")]), Err(eaten));
    assert_eq!(with(&|t| t.fees = vec![flat("2000.00")]), Err(eaten));
}

fn charges() -> impl Strategy<Value = FeeCharge> {
    prop_oneof![
        (0..10_000_i64).prop_map(|minor| FeeCharge::Flat(Amount::from_minor(minor).unwrap())),
        (0..500_i64).prop_map(|n| FeeCharge::PerMilleOfFace(Decimal::new(n, 2))),
        (0..500_i64).prop_map(|n| FeeCharge::AnnualOnFace(Decimal::new(n, 2))),
    ]
}

fn fees() -> impl Strategy<Value = Vec<Fee>> {
    let payer = prop::sample::select(vec![Payer::Holder, Payer::Funder, Payer::Obligor]);
    let kind = prop::sample::select(vec![
        FeeKind::Confirmation,
        FeeKind::Platform,
        FeeKind::Handling,
    ]);
    let fee = (kind, payer, charges()).prop_filter_map("not a fee", |(kind, payer, charge)| {
        Fee::from_parts(kind, payer, charge).ok()
    });
    prop::collection::vec(fee, 0..5)
}

fn counts() -> impl Strategy<Value = DayCount> {
    prop::sample::select(vec![
        DayCount::Actual360,
        DayCount::Actual365Fixed,
        DayCount::Thirty360,
    ])
}

fn priced(face: i64, rate: i64, days: u64, terms: &DiscountTerms) -> Option<Price> {
    let start: NaiveDate = day("2024-01-01");
    let mut terms = terms.clone();
    terms.rate = Rate::AnnualPercent(Decimal::new(rate, 4));
    let maturity = start + Days::new(days);
    let face = Amount::from_minor(face).unwrap();
    price(face, start, maturity, &no_calendar(), &terms).ok()
}

proptest! {
    /// Nothing is made or lost: what the holder gets and gives up is the face to the cent, the two
    /// shares are the interest, and the fee lines are the fee sums.
    #[test]
    fn conservation(
        face in 1..=1_000_000_000_000_i64, rate in 0..=300_000_i64, days in 1..800_u64,
        share in 0..=10_000_i64, fees in fees(), day_count in counts(),
    ) {
        let mut terms = percent("0");
        terms.buyer_paid_share = Decimal::new(share, 2);
        terms.fees = fees;
        terms.day_count = day_count;
        if let Some(p) = priced(face, rate, days, &terms) {
            prop_assert_eq!(p.proceeds.minor() + p.holder_charge.minor() + p.holder_fees.minor(), face);
            prop_assert_eq!(p.buyer_share.minor() + p.holder_charge.minor(), p.charge.minor());
            let lines: i64 = p.fees.iter().map(|line| line.amount.minor()).sum();
            prop_assert_eq!(
                lines, p.holder_fees.minor() + p.funder_fees.minor() + p.obligor_fees.minor()
            );
            prop_assert!(p.proceeds.minor() > 0);
        }
    }

    /// A rate per month costs to the cent what its annual rate, twelve tenths of it, costs.
    #[test]
    fn a_rate_per_month_is_its_annual_rate(
        face in 1..=1_000_000_000_000_i64, per_mille in 0..=830_000_i64, days in 1..700_u64,
    ) {
        let start: NaiveDate = day("2024-01-01");
        let face = Amount::from_minor(face).unwrap();
        let rate = Rate::MonthlyPerMille(Decimal::new(per_mille, 4));
        let at = |rate| {
            let terms = plain(rate, DayCount::Actual360);
            price(face, start, start + Days::new(days), &no_calendar(), &terms).ok()
        };
        prop_assert_eq!(at(rate), at(Rate::AnnualPercent(rate.annual_percent())));
    }

    /// The charge is the nearest cent to the exact interest, and a tie goes up.
    #[test]
    fn one_rounding(face in 1..=1_000_000_000_000_i64, rate in 0..=200_000_i64, days in 1..700_u64) {
        if let Some(p) = priced(face, rate, days, &percent("0")) {
            // Twice the exact interest in minor units is `twice / over`.
            let over = 36_000 * 10_000;
            let twice = 2 * i128::from(face) * i128::from(rate) * i128::from(days);
            let charge = i128::from(p.charge.minor());
            prop_assert!((2 * charge - 1) * over <= twice && twice < (2 * charge + 1) * over);
        }
    }

    /// Dearer or longer money never costs less.
    #[test]
    fn monotone(
        face in 1..=1_000_000_000_000_i64, rate in 0..=200_000_i64, more in 0..=50_000_i64,
        days in 1..600_u64, longer in 0..100_u64, day_count in counts(), fees in fees(),
    ) {
        let mut terms = percent("0");
        terms.day_count = day_count;
        terms.fees = fees;
        if let Some(base) = priced(face, rate, days, &terms) {
            if let Some(dearer) = priced(face, rate + more, days, &terms) {
                prop_assert!(dearer.charge >= base.charge && dearer.proceeds <= base.proceeds);
                prop_assert!(dearer.annualised_cost >= base.annualised_cost);
            }
            if let Some(longer) = priced(face, rate, days + longer, &terms) {
                prop_assert!(longer.charge >= base.charge && longer.proceeds <= base.proceeds);
            }
        }
    }
}

#[test]
fn one_sale_costs_what_it_costs_and_several_are_weighed_by_money_and_days() {
    let sale = |cost: i64, proceeds: i64, days, day_count| SaleCost {
        cost: Amount::from_minor(cost).unwrap(),
        proceeds: Amount::from_minor(proceeds).unwrap(),
        days,
        day_count,
    };
    // 300,000.00 for 184 days at 2.85 % on 360: 4,370.00 of 295,630.00.
    let one = sale(437_000, 29_563_000, 184, DayCount::Actual360);
    let alone = combined_annual_cost(&[one]).unwrap();
    assert_eq!(alone.to_string(), "2.8921");
    // The same sale twice costs the same a year.
    assert_eq!(combined_annual_cost(&[one, one]), Some(alone));
    // (10 + 20) × 100 / (1,000 × 36/360 + 2,000 × 73/365) = 3,000 / 500.
    let mixed = [
        sale(10, 1_000, 36, DayCount::Actual360),
        sale(20, 2_000, 73, DayCount::Actual365Fixed),
    ];
    assert_eq!(combined_annual_cost(&mixed).unwrap().to_string(), "6.0000");
    assert_eq!(combined_annual_cost(&[]), None);
}
