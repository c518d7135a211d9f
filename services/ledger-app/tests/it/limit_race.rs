//! Many at once on one limit: it is never overdrawn, and its figures stay the sums of the records.

use std::sync::Barrier;
use std::thread;

use ledger_app::complete_discount;
use ledger_app::report_payout;
use ledger_core::id::QuoteId;
use ledger_store::limits::LimitKind;
use uuid::Uuid;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::rejected;
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

const SIGNERS: usize = 50;

fn offers(stage: &Stage, supplier: &Actor, bank: &Actor, count: usize) -> Vec<QuoteId> {
    let amount = Stage::yuan("100.00");
    (0..count)
        .map(|_| {
            let paper = stage.issued_paper(supplier, amount, MATURITY);
            let request = ask(stage, supplier, &paper.fragment, amount, &[bank]).unwrap();
            quote(stage, bank, request, &terms(stage, "2.85")).unwrap()
        })
        .collect()
}

#[test]
fn fifty_signatures_at_once_take_no_more_than_there_is() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    let quotes = offers(&stage, &supplier, &house.one, SIGNERS);
    set(&stage, &house, obligor(&stage), "2050.00");
    let start = Barrier::new(SIGNERS);
    let outcomes: Vec<Result<_, _>> = thread::scope(|scope| {
        let (stage, supplier, start) = (&stage, &supplier, &start);
        let threads: Vec<_> = quotes
            .iter()
            .map(|quote| {
                scope.spawn(move || {
                    start.wait();
                    sign(stage, supplier, *quote)
                })
            })
            .collect();
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let signed = outcomes.iter().filter(|one| one.is_ok()).count();
    assert_eq!(signed, 20, "{outcomes:?}");
    for refused in outcomes.iter().filter_map(|one| one.as_ref().err()) {
        assert_eq!(refused.code(), "limit_exhausted");
    }
    let (_, used, reserved) = figures(&stage, &house.one, LimitKind::Obligor);
    assert_eq!((used, reserved), (0, 200_000));
    assert_exact(&stage);

    // Some are paid, some fail; the sums hold all the way.
    for (turn, (quote, outcome)) in quotes.iter().zip(&outcomes).enumerate() {
        if outcome.is_err() {
            continue;
        }
        crate::finance_stage::register(&stage, &house.one, *quote);
        report_payout::authorise(&stage.app, &house.one.who, *quote, None).unwrap();
        if turn % 3 == 0 {
            rejected(&stage, &instruction(&stage, *quote));
        } else {
            booked(&stage, &instruction(&stage, *quote), OPENING);
        }
        if turn % 4 == 0 {
            complete_discount::run_due(&stage.app).unwrap();
            assert_exact(&stage);
        }
    }
    complete_discount::run_due(&stage.app).unwrap();
    let (_, used, reserved) = figures(&stage, &house.one, LimitKind::Obligor);
    assert!(used > 0 && reserved == 0);
    assert_exact(&stage);
}

/// Past the platform's own order of entries: each from a connection of its own, straight into the
/// table, while the limit itself is set.
#[test]
fn fifty_connections_at_once_do_not_overdraw_even_while_the_limit_is_set() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    let quotes = offers(&stage, &supplier, &house.one, SIGNERS);
    let rows = stage
        .app
        .store
        .read(|tx| tx.quotes_by_ids(&quotes))
        .unwrap();
    let url = stage.database.url_app();
    let start = Barrier::new(SIGNERS + 1);
    let taken: Vec<bool> = thread::scope(|scope| {
        let (start, url, stage, house) = (&start, &url, &stage, &house);
        let obligor_id = Uuid::from_bytes(*stage.obligor().maker.party().bytes());
        let supplier_id = Uuid::from_bytes(*supplier.party().bytes());
        let threads: Vec<_> = rows
            .iter()
            .map(|row| {
                let signed = ledger_core::quote::Quote::from_bytes(&row.body).unwrap();
                scope.spawn(move || {
                    let mut hand = postgres::Client::connect(url, postgres::NoTls).unwrap();
                    let (quote, paper, owner) = (
                        Uuid::from_bytes(*signed.id.bytes()),
                        Uuid::from_bytes(*signed.paper.bytes()),
                        Uuid::from_bytes(*signed.provider.bytes()),
                    );
                    start.wait();
                    let outcome = hand.execute(
                        "INSERT INTO limit_use (quote, owner, obligor, supplier, paper, lo, hi, \
                         amount, currency, state, reserved_on) VALUES ($1, $2, $3, $4, $5, 0, \
                         10000, 10000, 'CNY', 'reserved', $6)",
                        &[&quote, &owner, &obligor_id, &supplier_id, &paper, &OPENING],
                    );
                    match outcome {
                        Ok(_one) => true,
                        Err(error) => {
                            let refusal = error.as_db_error().unwrap();
                            assert_eq!(refusal.constraint(), Some("limit_not_overdrawn"));
                            false
                        }
                    }
                })
            })
            .collect();
        start.wait();
        set(stage, house, obligor(stage), "1000.00");
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let taken = i64::try_from(taken.iter().filter(|one| **one).count()).unwrap();
    let (_, _, reserved) = figures(&stage, &house.one, LimitKind::Obligor);
    assert_eq!(reserved, taken * 10_000);
    assert!(taken >= 10, "at least what the limit has room for");
    assert_exact(&stage);
    // From now on not one more.
    let more = offers(&stage, &supplier, &house.one, 1);
    assert_eq!(
        sign(&stage, &supplier, more[0]).unwrap_err().code(),
        "limit_exhausted"
    );
}
