//! Joint views: among those who agreed, and nobody else.

use ledger_app::limit_circles;
use ledger_app::limit_circles::Joint;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::finance_stage::ask;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::limits_stage::House;
use crate::limits_stage::minor;
use crate::limits_stage::obligor;
use crate::limits_stage::set;
use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::stage::cny;

fn joint(limit: &str, reserved: &str) -> Joint {
    Joint {
        currency: cny(),
        limit: minor(limit),
        used: 0,
        reserved: minor(reserved),
    }
}

#[test]
fn members_see_sums_and_their_own_part_and_the_rest_nothing() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let one = House::new(&stage, "江口银行");
    let two = House::new(&stage, "海港保理");
    let outside = House::new(&stage, "北岸银行");
    set(&stage, &one, obligor(&stage), "1000.00");
    set(&stage, &two, obligor(&stage), "500.00");
    set(&stage, &outside, obligor(&stage), "70.00");
    let paper = stage.issued_paper(&supplier, Stage::yuan("300.00"), MATURITY);
    let whole = Stage::yuan("300.00");
    let request = ask(&stage, &supplier, &paper.fragment, whole, &[&two.one]).unwrap();
    let offer = quote(&stage, &two.one, request, &terms(&stage, "3")).unwrap();
    sign(&stage, &supplier, offer).unwrap();

    let app = &stage.app;
    let others: [PartyId; 1] = [two.one.party()];
    let made = limit_circles::propose(app, &one.one.who, obligor(&stage), &others, None).unwrap();
    let id = made.circle;
    assert_eq!(
        letters(&stage, &two.one).last(),
        Some(&"limit_circle_invited")
    );
    // Asked, but not agreed: its figures are nobody's to see, nor does it see any.
    let early = limit_circles::one(app, &one.two.who, id).unwrap();
    assert_eq!(early.sums, [joint("1000.00", "0.00")]);
    let asked = limit_circles::one(app, &two.one.who, id).unwrap();
    assert!(!asked.member && asked.sums.is_empty() && asked.own.is_empty());

    limit_circles::join(app, &two.one.who, id).unwrap();
    limit_circles::join(app, &two.one.who, id).unwrap();
    let seen = limit_circles::one(app, &one.one.who, id).unwrap();
    assert_eq!(seen.sums, [joint("1500.00", "300.00")]);
    assert_eq!(seen.own, [joint("1000.00", "0.00")]);
    let seen = limit_circles::one(app, &two.two.who, id).unwrap();
    assert_eq!(seen.own, [joint("500.00", "300.00")]);

    for who in [&outside.one.who, &outside.two.who] {
        let code = limit_circles::one(app, who, id).unwrap_err();
        assert_eq!(code.code(), "not_found");
        assert!(limit_circles::list(app, who).unwrap().is_empty());
        assert_eq!(
            limit_circles::join(app, who, id).unwrap_err().code(),
            "not_found"
        );
        assert_eq!(
            limit_circles::leave(app, who, id).unwrap_err().code(),
            "not_found"
        );
    }
    for who in [&supplier.who, &stage.operator, &stage.obligor().checker.who] {
        let code = limit_circles::one(app, who, id).unwrap_err();
        assert_eq!(code.code(), "forbidden");
        assert_eq!(
            limit_circles::list(app, who).unwrap_err().code(),
            "forbidden"
        );
    }

    limit_circles::leave(app, &two.two.who, id).unwrap();
    let gone = limit_circles::one(app, &two.one.who, id).unwrap_err();
    assert_eq!(gone.code(), "not_found");
    let left = limit_circles::one(app, &one.one.who, id).unwrap();
    assert_eq!(left.sums, [joint("1000.00", "0.00")]);
    assert_eq!(left.seats.len(), 1);
}

#[test]
fn a_circle_needs_others_that_take_part() {
    let stage = Stage::new();
    let one = House::new(&stage, "江口银行");
    let supplier = stage.supplier("溪谷五金");
    let nobody = PartyId::from_bytes(*Uuid::from_bytes([7; 16]).as_bytes());
    for others in [
        vec![],
        vec![one.one.party()],
        vec![nobody],
        vec![supplier.party()],
    ] {
        let made = limit_circles::propose(&stage.app, &one.one.who, obligor(&stage), &others, None);
        assert_eq!(
            made.unwrap_err().code(),
            "circle_members_unknown",
            "{others:?}"
        );
    }
}
