//! A bank passes on what it has bought: to another bank, on their contract, with limits moving along;
//! and the sums of what each of them has bought.

use ledger_app::answer_offer::Answer;
use ledger_app::answer_retransfer;
use ledger_app::complete_discount;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::provider_book;
use ledger_app::provider_statistics;
use ledger_app::provider_statistics::Sums;
use ledger_app::provider_statistics::Tenor;
use ledger_app::report_payout;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::retransfers_view;
use ledger_app::trace_fragment;
use ledger_app::traced_path::CameBy;
use ledger_core::fragment::FragmentState;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;
use ledger_store::limits::LimitKind;
use ledger_store::users::Role;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::fragment;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::limits_stage::House;
use crate::limits_stage::assert_exact;
use crate::limits_stage::figures;
use crate::limits_stage::obligor;
use crate::limits_stage::set;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A paper of its own, sold whole and paid for: public id of what the bank holds.
fn bought(stage: &Stage, supplier: &Actor, bank: &Actor, yuan: &str, rate: &str) -> String {
    let amount = Stage::yuan(yuan);
    let paper = stage.issued_paper(supplier, amount, MATURITY);
    let request = ask(stage, supplier, &paper.fragment, amount, &[bank]).unwrap();
    let quote = quote(stage, bank, request, &terms(stage, rate)).unwrap();
    sign(stage, supplier, quote).unwrap();
    register(stage, bank, quote);
    report_payout::authorise(&stage.app, &bank.who, quote, None).unwrap();
    booked(stage, &instruction(stage, quote), OPENING);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().completed, 1);
    let held = provider_book::holdings(&stage.app, &bank.who, 100).unwrap();
    let mine = held.iter().find(|one| one.paper.paper.id == paper.paper);
    mine.unwrap().id.clone()
}

fn wanted(fragment: &str, yuan: &str, to: &Actor) -> OfferRetransfer {
    OfferRetransfer {
        fragment: fragment.to_owned(),
        amount: Stage::yuan(yuan),
        to: to.party(),
        recourse: Recourse::Limited(Stage::yuan("50.00")),
        contract: "再转让 2026-9".to_owned(),
        price: Some(Stage::yuan("295.00")),
    }
}

fn offered(
    stage: &Stage,
    from: &Actor,
    command: &OfferRetransfer,
) -> Result<RetransferId, AppError> {
    let (app, signing) = (&stage.app, from.signing());
    let done = retransfer_fragment::offer(app, &from.who, &signing, command, None)?;
    Ok(RetransferId::parse(&done.retransfer).unwrap())
}

fn answered(
    stage: &Stage,
    by: &Actor,
    id: RetransferId,
    answer: Answer,
) -> Result<String, AppError> {
    let (app, signing) = (&stage.app, by.signing());
    answer_retransfer::run(app, &by.who, &signing, id, answer, None).map(|done| done.fragment)
}

fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> &'static str {
    result.unwrap_err().code()
}

#[test]
fn a_fragment_passes_between_banks_with_recourse_and_limits() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (first, second) = (
        House::new(&stage, "江口银行"),
        House::new(&stage, "海港保理"),
    );
    let third = stage.bank("远洋银行");
    set(&stage, &first, obligor(&stage), "1000.00");
    set(&stage, &second, obligor(&stage), "250.00");
    let used = |house: &House| figures(&stage, &house.one, LimitKind::Obligor).1;
    let mine = bought(&stage, &supplier, &first.one, "1000.00", "3.60");
    assert_eq!((used(&first), used(&second)), (100_000, 0));

    let id = offered(&stage, &first.one, &wanted(&mine, "300.00", &second.one)).unwrap();
    assert_eq!(letters(&stage, &second.one).last(), Some(&"retransfer"));
    // Offered is not passed on: limits stand as they did, and it is the recipient's to answer.
    assert_eq!((used(&first), used(&second)), (100_000, 0));
    for stranger in [&third, &first.one] {
        let no = answered(&stage, stranger, id, Answer::Accept);
        assert_eq!(code(no), "not_found");
    }
    assert_eq!(
        code(retransfers_view::one(&stage.app, &third.who, id)),
        "not_found"
    );
    // The recipient's own limit has no room: nothing has moved on either side.
    let before = stage.book_size();
    let full = answered(&stage, &second.one, id, Answer::Accept);
    assert_eq!(code(full), "own_limit_exhausted");
    assert_eq!(stage.book_size(), before);
    set(&stage, &second, obligor(&stage), "400.00");
    let theirs = answered(&stage, &second.one, id, Answer::Accept).unwrap();
    assert_eq!((used(&first), used(&second)), (70_000, 30_000));
    assert_exact(&stage);
    let held = fragment(&stage, &theirs);
    assert_eq!(
        (held.holder, held.state, held.tier),
        (second.one.party(), FragmentState::Held, 1)
    );
    assert_eq!(letters(&stage, &first.one).last(), Some(&"retransfer"));
    let again = answered(&stage, &second.one, id, Answer::Accept);
    assert_eq!(code(again), "retransfer_not_open");

    // The path shows how it came, the fragment from whom and on which terms.
    let trace = trace_fragment::run(&stage.app, &second.one.who, &theirs).unwrap();
    let came: Vec<CameBy> = trace.path.iter().map(|step| step.came_by).collect();
    assert_eq!(
        came,
        [
            CameBy::Promise,
            CameBy::Issue,
            CameBy::Discount,
            CameBy::Retransfer
        ]
    );
    assert!(trace.path.iter().all(|step| step.proved));
    assert_eq!(trace.from.unwrap().id, first.one.party());
    assert_eq!(
        trace.recourse,
        Some(Recourse::Limited(Stage::yuan("50.00")))
    );
    // And on to a third; what came by a re-transfer leaves by one.
    let on = OfferRetransfer {
        price: None,
        recourse: Recourse::Without,
        ..wanted(&theirs, "100.00", &third)
    };
    let id = offered(&stage, &second.one, &on).unwrap();
    answered(&stage, &third, id, Answer::Accept).unwrap();
    assert_eq!((used(&first), used(&second)), (70_000, 20_000));
    assert_exact(&stage);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn an_offer_may_be_declined_or_taken_back_and_needs_a_contract_and_a_bank() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (first, second) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let app = &stage.app;
    let mine = bought(&stage, &supplier, &first, "1000.00", "3.60");
    let base = wanted(&mine, "1000.00", &second);
    for (command, wrong) in [
        (
            OfferRetransfer {
                contract: String::new(),
                ..base.clone()
            },
            "reference_not_possible",
        ),
        (
            OfferRetransfer {
                to: supplier.party(),
                ..base.clone()
            },
            "provider_not_active",
        ),
        (
            OfferRetransfer {
                to: first.party(),
                ..base.clone()
            },
            "self_transfer",
        ),
        (
            OfferRetransfer {
                recourse: Recourse::Limited(Stage::yuan("1000.01")),
                ..base.clone()
            },
            "recourse_cap_not_possible",
        ),
        (
            OfferRetransfer {
                price: Some(Stage::yuan("0.00")),
                ..base.clone()
            },
            "price_not_possible",
        ),
    ] {
        assert_eq!(code(offered(&stage, &first, &command)), wrong);
    }
    assert_eq!(code(offered(&stage, &second, &base)), "not_found");
    assert_eq!(code(offered(&stage, &supplier, &base)), "forbidden");
    let maker = stage.person(first.party(), "陈静", Role::Maker);
    assert_eq!(code(offered(&stage, &maker, &base)), "forbidden");

    let id = offered(&stage, &first, &base).unwrap();
    let recall = |who: &Actor, id| retransfer_fragment::recall(app, &who.who, &who.signing(), id);
    assert_eq!(code(recall(&second, id)), "not_found");
    recall(&first, id).unwrap();
    assert_eq!(code(recall(&first, id)), "retransfer_not_open");
    let late = answered(&stage, &second, id, Answer::Accept);
    assert_eq!(code(late), "retransfer_not_open");
    let held = provider_book::holdings(app, &first.who, 10).unwrap();
    let id = offered(&stage, &first, &wanted(&held[0].id, "1000.00", &second)).unwrap();
    let back = answered(&stage, &second, id, Answer::Refuse).unwrap();
    assert_eq!(fragment(&stage, &back).holder, first.party());
    let page = retransfers_view::list(app, &first.who, None, 50).unwrap();
    let states: Vec<&str> = page
        .items
        .iter()
        .map(|one| one.retransferred.retransfer.state.word())
        .collect();
    assert_eq!(states, ["declined", "recalled"]);
    // The same key offers once.
    let command = wanted(&back, "1000.00", &second);
    let once = || {
        let key = IdempotencyKey::new(&first.who, "k", &[b"one"]).unwrap();
        let signing = first.signing();
        retransfer_fragment::offer(app, &first.who, &signing, &command, Some(key)).unwrap()
    };
    assert_eq!(once(), once());
}

fn minor(sums: &Sums) -> [i128; 6] {
    [
        sums.bought,
        sums.held,
        sums.overdue,
        sums.matured,
        sums.returned,
        sums.passed_on(),
    ]
}

#[test]
fn statistics_say_what_was_bought_and_what_became_of_it() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (first, second) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let app = &stage.app;
    let mine = bought(&stage, &supplier, &first, "1000.00", "3.60");
    bought(&stage, &supplier, &first, "500.00", "1.80");
    let id = offered(&stage, &first, &wanted(&mine, "300.00", &second)).unwrap();
    answered(&stage, &second, id, Answer::Accept).unwrap();

    let seen = provider_statistics::run(app, &first.who, None, None).unwrap();
    assert_eq!(seen.totals.len(), 1);
    let total = &seen.totals[0].sums;
    assert_eq!(total.purchases, 2);
    assert_eq!(minor(total), [150_000, 120_000, 0, 0, 0, 30_000]);
    // 1,000.00 at 3.60 % and 500.00 at 1.80 %, as long: 3.00 %, but for the cents of each.
    let average = total.average_charge().unwrap();
    assert!(
        ("2.999".parse().unwrap().."3.001".parse().unwrap()).contains(&average),
        "{average}"
    );
    assert_eq!(seen.obligors.len(), 1);
    assert_eq!(seen.obligors[0].of, "东风岭汽车");
    assert_eq!(seen.tenors[0].of, Tenor::Beyond);
    assert_eq!(
        seen.months[0].of,
        chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
    );
    // The other bank's figures are its own: bought for 295.00 what is worth 300.00.
    let other = provider_statistics::run(app, &second.who, None, None).unwrap();
    assert_eq!(minor(&other.totals[0].sums), [30_000, 30_000, 0, 0, 0, 0]);
    let days = i128::from((MATURITY - OPENING).num_days());
    let expected = (5_i128 * 360 * 1_000_000 * 2 / (300 * days) + 1) / 2;
    let average = other.totals[0].sums.average_charge().unwrap();
    assert_eq!(average.mantissa(), expected);

    // What is due and unpaid is overdue, and still held.
    stage.advance(MATURITY + chrono::Days::new(1));
    let from = Some(OPENING);
    let late = provider_statistics::run(app, &first.who, from, None).unwrap();
    assert_eq!(
        minor(&late.totals[0].sums),
        [150_000, 120_000, 120_000, 0, 0, 30_000]
    );
    let none = provider_statistics::run(app, &first.who, Some(MATURITY), None).unwrap();
    assert!(none.totals.is_empty());
    let wrong = provider_statistics::run(app, &first.who, Some(MATURITY), Some(OPENING));
    assert_eq!(code(wrong), "statistics_dates_not_possible");
    assert_eq!(
        code(provider_statistics::run(app, &supplier.who, None, None)),
        "forbidden"
    );
}
