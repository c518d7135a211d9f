//! What papers say about late, short and early payment: their bytes, what they allow, what late
//! payment costs.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::day_count::DayCount;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::LateInterest;
use ledger_core::payment_terms::Overdue;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::payment_terms::RecourseTerms;
use ledger_core::payment_terms::ShortfallRule;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_core::terms::PaperTerms;
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::issue;
use crate::refusals::refused;
use crate::refusals::refused_issue;
use crate::support::*;

/// All that can be declared, declared.
const DECLARED: PaymentTerms = PaymentTerms {
    shortfall: ShortfallRule::ProRata,
    late_interest: Some(LateInterest {
        cap_percent: Some(Decimal::from_parts(24, 0, 0, false, 0)),
        grace_days: 3,
        ..LateInterest::STATUTORY
    }),
    early_redemption: EarlyRedemption::EqualTerms,
    recourse: RecourseTerms::OnlyWithout,
};

const fn paper_terms(payment: PaymentTerms) -> PaperTerms {
    PaperTerms { payment, ..TERMS }
}

#[test]
fn each_form_keeps_its_bytes_for_ever() {
    let first = paper_terms(PaymentTerms::FIRST_FORM);
    assert_eq!(
        hex::encode(first.to_bytes()),
        concat!("01", "0001", "0000000000000000", "0003", "01")
    );
    let second = paper_terms(DECLARED);
    assert_eq!(
        hex::encode(second.to_bytes()),
        concat!(
            "02",
            "0001",
            "0000000000000000",
            "0003",
            "01", // as the first form
            "01", // pro rata
            "01",
            "00000005",
            "31382e3235",
            "0000000b",
            "61637475616c5f33363566",
            "03", // 18.25 act/365, 3
            "01",
            "00000002",
            "3234", // at most 24 %
            "01",
            "01", // early on equal terms, only without recourse
        )
    );
    for terms in [first, second] {
        assert_eq!(PaperTerms::from_bytes(&terms.to_bytes()).unwrap(), terms);
    }
}

#[test]
fn one_set_of_terms_has_one_form() {
    // The second form with nothing declared would be a second spelling of the first.
    let mut twice = paper_terms(PaymentTerms::FIRST_FORM).to_bytes();
    twice[0] = 2;
    twice.extend([1, 0, 0, 0]);
    assert!(PaperTerms::from_bytes(&twice).is_err());
    let declared = paper_terms(DECLARED).to_bytes();
    for at in 0..declared.len() {
        for bit in 0..8 {
            let mut changed = declared.clone();
            changed[at] ^= 1 << bit;
            if let Ok(other) = PaperTerms::from_bytes(&changed) {
                assert_ne!(other, paper_terms(DECLARED));
                assert_eq!(other.to_bytes(), changed, "byte {at} bit {bit}");
            }
        }
        assert!(PaperTerms::from_bytes(&declared[..at]).is_err());
    }
}

#[test]
fn what_no_paper_may_promise() {
    let with = |change: &dyn Fn(&mut LateInterest)| {
        let mut late = LateInterest::STATUTORY;
        change(&mut late);
        let payment = PaymentTerms {
            late_interest: Some(late),
            ..PaymentTerms::FIRST_FORM
        };
        let bytes = paper_terms(payment).to_bytes();
        let said = refused_issue(10, |i| i.terms.payment = payment);
        (PaperTerms::from_bytes(&bytes).is_ok(), said)
    };
    let number = |text: &str| -> Decimal { text.parse().unwrap() };
    let changes: [&dyn Fn(&mut LateInterest); 7] = [
        &|late| late.percent = Decimal::ZERO,
        &|late| late.percent = number("100.01"),
        &|late| late.percent = number("1.123456789"),
        &|late| late.percent = number("-1"),
        &|late| late.cap_percent = Some(Decimal::ZERO),
        &|late| late.cap_percent = Some(number("101")),
        &|late| late.day_count = DayCount::Thirty360,
    ];
    for change in changes {
        assert_eq!(with(change), (false, "wrong_shape"));
    }
}

/// A paper of 1,000 units whose terms declare `payment`, held by the first supplier.
fn declared(payment: PaymentTerms) -> (Keeper, ledger_core::fragment::Fragment) {
    let mut book = Keeper::new();
    let entry = issue(&book, 1_000, |i| i.terms.payment = payment);
    let waiting = book.post(sign(entry, &[OBLIGOR, CHECKER])).unwrap();
    let accepted = book.act(&waiting.left.unwrap(), 1_000, Act::Accept, &[S1]);
    let whole = accepted.unwrap().left.unwrap();
    (book, whole)
}

#[test]
fn a_paper_without_recourse_is_passed_on_and_sold_without() {
    let (mut book, whole) = declared(DECLARED);
    for stated in [Recourse::With, Recourse::Limited(amount(5))] {
        let mut act = offer(S2);
        if let Act::Offer(offer) = &mut act {
            offer.recourse = stated;
        }
        let entry = book.act_entry(&whole, 400, act);
        assert_eq!(refused(&mut book, entry, &[S1]), "recourse_not_allowed");
        let bid = Quote {
            recourse: stated,
            ..quote(&whole, 400, BANK, book.today)
        };
        let entry = book.act_entry(&whole, 400, agree(&bid));
        assert_eq!(
            refused(&mut book, entry, &[BANK, S1]),
            "recourse_not_allowed"
        );
    }
    let (card, rows) = card(BANK, book.today);
    // The card's second row has limited recourse.
    let (bid, sale) = by_card(&card, &rows, 1, &book.ledger, &whole, 400);
    let entry = book.act_entry(&whole, 400, agree_by_card(&bid, sale));
    assert_eq!(
        refused(&mut book, entry, &[BANK, S1]),
        "recourse_not_allowed"
    );
    let offered = book.act(&whole, 400, offer(S2), &[S1]).unwrap();
    let rest = offered.right.unwrap();
    let bid = quote(&rest, 600, BANK, book.today);
    let locked = book.act(&rest, 600, agree(&bid), &[BANK, S1]);
    let locked = locked.unwrap().left.unwrap();
    let bought = book.act(&locked, 600, complete_registered(8), &[BOOK]);
    let bought = bought.unwrap().left.unwrap();
    let mut act = retransfer(BANKS[1]);
    if let Act::OfferRetransfer(offer) = &mut act {
        offer.recourse = Recourse::With;
    }
    let entry = book.act_entry(&bought, 600, act);
    assert_eq!(refused(&mut book, entry, &[BANK]), "recourse_not_allowed");
    // Where the paper leaves it open, each states its own.
    let (mut open, whole) = declared(PaymentTerms {
        recourse: RecourseTerms::Stated,
        ..DECLARED
    });
    let mut act = offer(S2);
    if let Act::Offer(offer) = &mut act {
        offer.recourse = Recourse::With;
    }
    open.act(&whole, 400, act, &[S1]).unwrap();
}

const DUE: &str = "2026-08-31";

fn late(owed: i64, from: u64, to: u64) -> Overdue {
    let at = |days: u64| day(DUE).checked_add_days(Days::new(days)).unwrap();
    Overdue {
        owed: amount(owed),
        from: at(from),
        to: at(to),
    }
}

fn asked(interest: &LateInterest, due: i64, stretches: &[Overdue]) -> Option<i64> {
    let on = interest.on(amount(due), day(DUE), stretches);
    on.map(ledger_core::amount::Amount::minor)
}

#[test]
fn late_interest_by_hand() {
    let statutory = LateInterest::STATUTORY;
    // 100,000.00 at 0.05 % a day: 50.00 a day.
    assert_eq!(
        asked(&statutory, 10_000_000, &[late(10_000_000, 0, 1)]),
        Some(5_000)
    );
    assert_eq!(
        asked(&statutory, 10_000_000, &[late(10_000_000, 0, 10)]),
        Some(50_000)
    );
    // Paid on the due date: nothing.
    assert_eq!(
        asked(&statutory, 10_000_000, &[late(10_000_000, 0, 0)]),
        Some(0)
    );
    assert_eq!(asked(&statutory, 10_000_000, &[]), Some(0));
    // 60,000.00 came on the 10th day: 10 days on the whole, 20 on the rest.
    let two = [late(10_000_000, 0, 10), late(4_000_000, 10, 30)];
    assert_eq!(asked(&statutory, 10_000_000, &two), Some(50_000 + 40_000));
    // Over the turn of a leap year actual/365 counts days as they are.
    let new_year = LateInterest {
        percent: "3.65".parse().unwrap(),
        ..statutory
    };
    assert_eq!(
        asked(&new_year, 100_000, &[late(100_000, 0, 547)]),
        Some(5_470)
    );
    // One cent for a day is less than half a cent.
    assert_eq!(asked(&statutory, 1, &[late(1, 0, 1)]), Some(0));
    // 2.5 cents round up.
    let half = LateInterest {
        percent: "36.5".parse().unwrap(),
        ..statutory
    };
    assert_eq!(asked(&half, 2_500, &[late(2_500, 0, 1)]), Some(3));
}

#[test]
fn grace_and_cap() {
    let gracious = LateInterest {
        grace_days: 3,
        ..LateInterest::STATUTORY
    };
    assert_eq!(
        asked(&gracious, 10_000_000, &[late(10_000_000, 0, 3)]),
        Some(0)
    );
    // Past the days of grace it runs from the due date.
    assert_eq!(
        asked(&gracious, 10_000_000, &[late(10_000_000, 0, 4)]),
        Some(20_000)
    );
    let capped = LateInterest {
        cap_percent: Some("5".parse().unwrap()),
        ..LateInterest::STATUTORY
    };
    assert_eq!(
        asked(&capped, 10_000_000, &[late(10_000_000, 0, 100)]),
        Some(500_000)
    );
    assert_eq!(
        asked(&capped, 10_000_000, &[late(10_000_000, 0, 101)]),
        Some(500_000)
    );
    assert_eq!(
        asked(&capped, 10_000_000, &[late(10_000_000, 0, 99)]),
        Some(495_000)
    );
}

#[test]
fn stretches_stand_in_order() {
    let statutory = LateInterest::STATUTORY;
    let overlapping = [late(100, 0, 10), late(100, 9, 12)];
    assert_eq!(asked(&statutory, 100, &overlapping), None);
    let mut before = late(100, 1, 2);
    before.from = day("2026-08-30");
    assert_eq!(asked(&statutory, 100, &[before]), None);
    let mut back = late(100, 5, 9);
    back.to = day("2026-09-01");
    assert_eq!(asked(&statutory, 100, &[back]), None);
}

proptest! {
    /// Cutting a stretch in two changes nothing, more owed or longer never costs less, and the sum
    /// is the exact fraction rounded half-up (recomputed with decimals, which are exact here).
    #[test]
    fn late_interest_is_exact(owed in 1_i64..10_000_000_000, days in 1_u64..2_000, cut in 0_u64..2_000, hundredths in 1_i64..10_000) {
        let cut = cut.min(days);
        let interest = LateInterest {
            percent: Decimal::new(hundredths, 2),
            ..LateInterest::STATUTORY
        };
        let whole = asked(&interest, owed, &[late(owed, 0, days)]).unwrap();
        let parts = asked(&interest, owed, &[late(owed, 0, cut), late(owed, cut, days)]).unwrap();
        prop_assert_eq!(whole, parts);
        let twice = i128::from(owed) * i128::from(days) * i128::from(hundredths) * 2;
        let over = 100_i128 * 100 * 365;
        prop_assert_eq!(i128::from(whole), (twice + over) / (2 * over));
        prop_assert!(asked(&interest, owed, &[late(owed, 0, days + 1)]).unwrap() >= whole);
    }
}

#[test]
fn the_day_it_is_due_counts_and_the_day_it_is_paid_does_not() {
    let (due, paid): (NaiveDate, NaiveDate) = (day("2028-02-28"), day("2028-03-01"));
    let stretch = Overdue {
        owed: amount(10_000_000),
        from: due,
        to: paid,
    };
    // 2028 is a leap year: 28 and 29 February.
    let on = LateInterest::STATUTORY.on(amount(10_000_000), due, &[stretch]);
    assert_eq!(on, Some(amount(10_000)));
}
