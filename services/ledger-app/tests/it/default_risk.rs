//! A default that is simulated and one that is played: holders' shares are the same to the cent, and
//! who may turn to whom follows from what was signed, leg by leg.

use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::answer_retransfer;
use ledger_app::complete_discount;
use ledger_app::error::AppError;
use ledger_app::own_default_risk;
use ledger_app::own_default_risk::OwnDefaultRisk;
use ledger_app::present_paper::Accepted;
use ledger_app::provider_book;
use ledger_app::report_payout;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::settle_paper;
use ledger_app::simulate_default;
use ledger_app::simulate_default::AssumedDefault;
use ledger_app::simulate_default::Bounds;
use ledger_app::simulate_default::SimulatedCurrency;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::offer;
use ledger_core::id::PartyId;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;

use crate::arrears::after;
use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::came_back;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

fn limited(yuan: &str) -> Recourse {
    Recourse::Limited(Stage::yuan(yuan))
}

/// Passed on and accepted: the public id of what the recipient holds.
fn passed(
    stage: &Stage,
    from: &Actor,
    fragment: &str,
    yuan: &str,
    to: &Actor,
    recourse: Recourse,
) -> String {
    let amount = Stage::yuan(yuan);
    let command = OfferTransfer {
        fragment: fragment.to_owned(),
        amount,
        to: to.party(),
        recourse,
        documents: vec![stage.invoice(to, from, amount)],
    };
    let offered = offer(&stage.app, &from.who, &from.signing(), &command, None).unwrap();
    let (app, id) = (&stage.app, &offered.offered);
    let done = answer_offer::run(app, &to.who, &to.signing(), id, Answer::Accept, None);
    done.unwrap().fragment.unwrap()
}

/// Sold and paid for: the public id of what the bank holds.
fn sold(
    stage: &Stage,
    from: &Actor,
    fragment: &str,
    yuan: &str,
    bank: &Actor,
    recourse: Recourse,
) -> String {
    let request = ask(stage, from, fragment, Stage::yuan(yuan), &[bank]).unwrap();
    let mut asked = terms(stage, "3.60");
    asked.recourse = recourse;
    let quote = quote(stage, bank, request, &asked).unwrap();
    sign(stage, from, quote).unwrap();
    register(stage, bank, quote);
    report_payout::authorise(&stage.app, &bank.who, quote, None).unwrap();
    booked(stage, &instruction(stage, quote), OPENING);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().completed, 1);
    let held = provider_book::holdings(&stage.app, &bank.who, 100).unwrap();
    held[0].id.clone()
}

fn retransferred(
    stage: &Stage,
    from: &Actor,
    fragment: &str,
    yuan: &str,
    to: &Actor,
    recourse: Recourse,
) {
    let command = OfferRetransfer {
        fragment: fragment.to_owned(),
        amount: Stage::yuan(yuan),
        to: to.party(),
        recourse,
        contract: "再转让 2026-9".to_owned(),
        price: None,
    };
    let (app, signing) = (&stage.app, from.signing());
    let done = retransfer_fragment::offer(app, &from.who, &signing, &command, None).unwrap();
    let id = RetransferId::parse(&done.retransfer).unwrap();
    let answer = Answer::Accept;
    answer_retransfer::run(app, &to.who, &to.signing(), id, answer, None).unwrap();
}

/// A paper of 1,000.00: the payee keeps 400.00, passes 600.00 on with recourse up to 200.00; of
/// these 400.00 are sold to a bank with recourse, which passes 100.00 on up to 50.00.
struct Chain {
    due: Due,
    bank: Actor,
    other: Actor,
}

impl Chain {
    fn new() -> Chain {
        let stage = Stage::new();
        let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
        let (bank, other) = (stage.bank("江口银行"), stage.bank("海港保理"));
        let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
        let first = paper.fragment.clone();
        let theirs = passed(&stage, &payee, &first, "600.00", &second, limited("200.00"));
        let bought = sold(&stage, &second, &theirs, "400.00", &bank, Recourse::With);
        retransferred(&stage, &bank, &bought, "100.00", &other, limited("50.00"));
        let papers = vec![paper];
        let due = Due {
            stage,
            payee,
            second,
            papers,
        };
        Chain { due, bank, other }
    }

    fn obligor(&self) -> PartyId {
        self.due.stage.obligor().maker.party()
    }

    fn simulated(&self, day: NaiveDate, percent: &str) -> SimulatedCurrency {
        let stage = &self.due.stage;
        let assumed = AssumedDefault {
            obligor: self.obligor(),
            day,
            recovery: percent.parse().unwrap(),
        };
        let found = simulate_default::run(&stage.app, &stage.operator, assumed).unwrap();
        assert_eq!(found.currencies.len(), 1);
        found.currencies[0].clone()
    }

    fn own(&self, who: &Actor) -> Result<OwnDefaultRisk, AppError> {
        own_default_risk::run(&self.due.stage.app, &who.who, self.obligor(), None)
    }

    fn hits(&self, of: &SimulatedCurrency) -> [i128; 4] {
        self.figures(of).map(|(hit, ..)| hit)
    }

    /// Payee, second supplier, bank, other bank: hit, may claim, claimed from, left.
    fn figures(&self, of: &SimulatedCurrency) -> [(i128, i128, i128, i128); 4] {
        [&self.due.payee, &self.due.second, &self.bank, &self.other].map(|who| {
            let one = of.parties.iter().find(|one| one.party == who.party());
            let one = one.unwrap().figures;
            (one.hit, one.claims, one.claimed_from, one.left)
        })
    }
}

#[test]
fn who_is_hit_and_who_may_turn_to_whom_follows_from_the_legs() {
    let chain = Chain::new();
    let found = chain.simulated(MATURITY, "0");
    assert_eq!(found.shortfall, 100_000);
    assert_eq!(
        chain.figures(&found),
        [
            (40_000, 0, 20_000, 60_000),
            (20_000, 20_000, 35_000, 35_000),
            (30_000, 35_000, 5_000, 0),
            (10_000, 5_000, 0, 5_000)
        ]
    );
    let claims: Vec<_> = found
        .claims
        .iter()
        .map(|one| {
            (
                one.claimant.as_str(),
                one.from.as_str(),
                one.kind.word(),
                one.lost.minor(),
                one.amount.minor(),
            )
        })
        .collect();
    assert_eq!(
        claims,
        [
            ("海港保理", "江口银行", "retransfer", 10_000, 5_000),
            ("江口银行", "二级供应商", "sale", 35_000, 35_000),
            ("二级供应商", "一级供应商", "transfer", 55_000, 20_000)
        ]
    );
    assert!(found.papers[0].followed);
    assert_eq!((found.left_out.papers, found.not_followed.papers), (0, 0));
}

#[test]
fn the_simulation_is_what_happens() {
    let chain = Chain::new();
    let holders = [
        &chain.due.payee,
        &chain.due.second,
        &chain.bank,
        &chain.other,
    ];
    let owed = |credited: &[i64; 4]| -> [i128; 4] {
        let units = [40_000, 20_000, 30_000, 10_000];
        std::array::from_fn(|at| i128::from(units[at] - credited[at]))
    };
    let credited = || holders.map(|who| chain.due.credited(who));
    let stage = &chain.due.stage;
    // 100.01 come on the day, 333.33 a day later: odd sums that nobody can share evenly.
    let first = chain.simulated(MATURITY, "10.001");
    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 1);
    assert_eq!(chain.due.answered(Accepted::Part(Stage::yuan("100.01"))), 1);
    assert_eq!(chain.due.paid_out(), 1);
    assert_eq!(credited().iter().sum::<i64>(), 10_001);
    assert_eq!(chain.hits(&first), owed(&credited()));
    assert_eq!(first.shortfall, 89_999);

    let second = chain.simulated(MATURITY, "33.333");
    assert_eq!(second.papers[0].paid, Stage::yuan("100.01"));
    assert_eq!(chain.due.day(after(1)), 1);
    assert_eq!(chain.due.answered(Accepted::Part(Stage::yuan("333.33"))), 1);
    assert_eq!(chain.due.paid_out(), 1);
    assert_eq!(chain.hits(&second), owed(&credited()));
    // Nothing more: it is how it stands.
    let stands = chain.simulated(after(1), "0");
    assert_eq!(chain.hits(&stands), owed(&credited()));
    assert_eq!(stands.shortfall, 100_000 - 43_334);
    // What each of them is told of its own is the same.
    for (who, hit) in holders.iter().zip(chain.hits(&stands)) {
        assert_eq!(chain.own(who).unwrap().currencies[0].hit, hit);
    }
}

#[test]
fn each_sees_its_own_legs_and_no_others() {
    let chain = Chain::new();
    let own = |who: &Actor| {
        let found = chain.own(who).unwrap().currencies.remove(0);
        let line = &found.lines[0];
        assert_eq!(found.lines.len(), 1);
        let side = |one: &own_default_risk::OtherSide| (one.name.clone(), one.at_most.minor());
        (
            (found.hit, found.may_claim, found.claimed_from),
            line.from.as_ref().map(side),
            line.passed_on.iter().map(side).collect::<Vec<_>>(),
        )
    };
    let side = |name: &str, minor: i64| (name.to_owned(), minor);
    // As if the second supplier had lost all it got: nobody learns that it sold.
    assert_eq!(
        own(&chain.due.payee),
        ((40_000, 0, 20_000), None, vec![side("二级供应商", 20_000)])
    );
    assert_eq!(
        own(&chain.due.second),
        (
            (20_000, 20_000, 40_000),
            Some(side("一级供应商", 20_000)),
            vec![side("江口银行", 40_000)]
        )
    );
    assert_eq!(
        own(&chain.bank),
        (
            (30_000, 35_000, 5_000),
            Some(side("二级供应商", 35_000)),
            vec![side("海港保理", 5_000)]
        )
    );
    assert_eq!(
        own(&chain.other),
        ((10_000, 5_000, 0), Some(side("江口银行", 5_000)), vec![])
    );
    let app = &chain.due.stage.app;
    let obligors = own_default_risk::obligors(app, &chain.due.second.who).unwrap();
    assert_eq!(obligors[0].id, chain.obligor());
}

/// However little is looked at, it is of the party's own papers: also of those it has nothing of any
/// more and may be turned to for.
#[test]
fn an_obligors_larger_papers_hide_none_of_ones_own() {
    let chain = Chain::new();
    let stage = &chain.due.stage;
    let (large, last) = (stage.supplier("大供应商"), stage.supplier("末级供应商"));
    stage.issued_paper(&large, Stage::yuan("90000.00"), MATURITY);
    let bounds = Bounds {
        papers: 1,
        ..Bounds::PAGE
    };
    let own = |who: &Actor| {
        own_default_risk::run_within(&stage.app, &who.who, chain.obligor(), None, bounds).unwrap()
    };
    for who in [
        &chain.due.payee,
        &chain.due.second,
        &chain.bank,
        &chain.other,
    ] {
        let (found, whole) = (own(who), chain.own(who).unwrap());
        assert_eq!(found.currencies, whole.currencies);
        assert!(!found.more && !whole.more);
    }
    // A second paper of one's own is more than was asked for: the larger one is shown.
    let small = stage.issued_paper(&large, Stage::yuan("10.00"), MATURITY);
    assert_eq!(own(&large).currencies[0].hit, 9_000_000);
    assert!(own(&large).more);
    // Passed on whole, with recourse: nothing is held, and all may be claimed.
    passed(
        stage,
        &large,
        &small.fragment,
        "10.00",
        &last,
        Recourse::With,
    );
    let found = chain.own(&large).unwrap().currencies.remove(0);
    assert_eq!((found.hit, found.claimed_from), (9_000_000, 1_000));
}

#[test]
fn others_see_nothing() {
    let chain = Chain::new();
    let stage = &chain.due.stage;
    let code = |result: Result<(), AppError>| result.unwrap_err().code();
    let own = |who: &Actor| code(chain.own(who).map(|_| ()));
    assert_eq!(own(&stage.supplier("路人供应商")), "not_found");
    assert_eq!(own(&stage.bank("路人银行")), "not_found");
    let maker = &stage.obligor().maker;
    assert_eq!(own(maker), "forbidden");
    let assumed = AssumedDefault {
        obligor: chain.obligor(),
        day: MATURITY,
        recovery: rust_decimal::Decimal::ZERO,
    };
    for who in [maker, &chain.due.payee, &chain.bank] {
        let refused = simulate_default::run(&stage.app, &who.who, assumed);
        assert_eq!(code(refused.map(|_| ())), "forbidden");
        let refused = simulate_default::obligors(&stage.app, &who.who);
        assert_eq!(code(refused.map(|_| ())), "forbidden");
    }
    let (app, operator) = (&stage.app, &stage.operator);
    let asked = |assumed| code(simulate_default::run(app, operator, assumed).map(|_| ()));
    let of_a_bank = AssumedDefault {
        obligor: chain.bank.party(),
        ..assumed
    };
    assert_eq!(asked(of_a_bank), "not_found");
    let too_much = AssumedDefault {
        recovery: "100.01".parse().unwrap(),
        ..assumed
    };
    assert_eq!(asked(too_much), "recovery_not_possible");
}

/// A purchase whose money came back is no leg; one that is not paid yet isn't one either.
#[test]
fn what_was_undone_or_is_not_paid_yet_is_no_leg() {
    let stage = Stage::new();
    let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    let (bank, other) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let request = ask(
        &stage,
        &payee,
        &paper.fragment,
        Stage::yuan("300.00"),
        &[&bank],
    )
    .unwrap();
    let mut asked = terms(&stage, "3.60");
    asked.recourse = Recourse::With;
    let quote = quote(&stage, &bank, request, &asked).unwrap();
    sign(&stage, &payee, quote).unwrap();
    let chain = Chain {
        due: Due {
            stage,
            payee,
            second,
            papers: Vec::<IssuedPaper>::new(),
        },
        other,
        bank,
    };
    let stage = &chain.due.stage;
    let hit = |found: &SimulatedCurrency| -> Vec<(PartyId, i128)> {
        found
            .parties
            .iter()
            .map(|one| (one.party, one.figures.hit))
            .collect()
    };
    let (payee, bank) = (chain.due.payee.party(), chain.bank.party());
    let waits = chain.simulated(MATURITY, "0");
    assert_eq!(hit(&waits), [(payee, 100_000)]);
    assert!(waits.claims.is_empty());
    register(stage, &chain.bank, quote);
    report_payout::authorise(&stage.app, &chain.bank.who, quote, None).unwrap();
    booked(stage, &instruction(stage, quote), OPENING);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().completed, 1);
    let paid = chain.simulated(MATURITY, "0");
    assert_eq!(hit(&paid), [(payee, 70_000), (bank, 30_000)]);
    assert_eq!(paid.claims.len(), 1);
    came_back(stage, &instruction(stage, quote), OPENING);
    ledger_app::reverse_discount::run_due(&stage.app).unwrap();
    let undone = chain.simulated(MATURITY, "0");
    assert_eq!(hit(&undone), [(payee, 100_000)]);
    assert!(undone.claims.is_empty());
    let own = chain.own(&chain.due.payee).unwrap().currencies.remove(0);
    assert_eq!((own.hit, own.claimed_from), (100_000, 0));
}

/// Papers due before the day are taken as paid, but for those overdue already.
#[test]
fn the_day_says_which_papers_count() {
    let stage = Stage::new();
    let payee = stage.supplier("一级供应商");
    let due = |month: u32| NaiveDate::from_ymd_opt(2026, month, 2).unwrap();
    for (yuan, month) in [("100.00", 4), ("20.00", 6), ("3.00", 7)] {
        stage.issued_paper(&payee, Stage::yuan(yuan), due(month));
    }
    let obligor = stage.obligor().maker.party();
    let owed = |day: NaiveDate| {
        let assumed = AssumedDefault {
            obligor,
            day,
            recovery: rust_decimal::Decimal::ZERO,
        };
        let found = simulate_default::run(&stage.app, &stage.operator, assumed).unwrap();
        let sums = found.currencies.iter().map(|one| one.shortfall);
        sums.sum::<i128>()
    };
    let days = [OPENING, due(4), due(5), due(7), due(8)];
    assert_eq!(days.map(owed), [12_300, 12_300, 2_300, 300, 0]);
    // The first paper's day is over: it counts whatever the day.
    stage.advance(due(5));
    assert_eq!(days.map(owed), [12_300, 12_300, 12_300, 10_300, 10_000]);
}

/// What lies beyond the bounds is said, and what is within is exact.
#[test]
fn what_lies_beyond_the_bounds_is_said() {
    let chain = Chain::new();
    let stage = &chain.due.stage;
    let small = stage.issued_paper(&chain.due.second, Stage::yuan("200.00"), MATURITY);
    let with = Recourse::With;
    passed(
        stage,
        &chain.due.second,
        &small.fragment,
        "50.00",
        &chain.due.payee,
        with,
    );
    let within = |bounds: Bounds| {
        let assumed = AssumedDefault {
            obligor: chain.obligor(),
            day: MATURITY,
            recovery: rust_decimal::Decimal::ZERO,
        };
        let app = &stage.app;
        let found = simulate_default::run_within(app, &stage.operator, assumed, bounds).unwrap();
        let mut one = found.currencies[0].clone();
        let hit = one
            .parties
            .iter()
            .map(|party| party.figures.hit)
            .sum::<i128>();
        let left = one
            .parties
            .iter()
            .map(|party| party.figures.left)
            .sum::<i128>();
        assert_eq!((hit, left), (one.shortfall, one.shortfall));
        one.claims.retain(|claim| claim.lost.minor() > 0);
        let beyond = |of: simulate_default::Beyond| (of.papers, of.minor);
        (
            one.shortfall,
            one.claims.len(),
            beyond(one.left_out),
            beyond(one.not_followed),
        )
    };
    let all = Bounds::PAGE;
    assert_eq!(within(all), (120_000, 4, (0, 0), (0, 0)));
    let papers = Bounds { papers: 1, ..all };
    assert_eq!(within(papers), (100_000, 3, (1, 20_000), (0, 0)));
    // The large paper has eight entries, the small one four.
    let entries = Bounds { entries: 10, ..all };
    assert_eq!(within(entries), (120_000, 3, (0, 0), (1, 20_000)));
    let entries = Bounds { entries: 3, ..all };
    assert_eq!(within(entries), (120_000, 0, (0, 0), (2, 120_000)));
    // Four holders of the large one: the fifth row is of the small one, which is incomplete.
    let holders = Bounds {
        entries: 3,
        holders: 5,
        ..all
    };
    assert_eq!(within(holders), (100_000, 0, (1, 20_000), (1, 100_000)));
}
