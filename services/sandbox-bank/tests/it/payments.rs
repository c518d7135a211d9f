//! Paying: once, exactly, and for the right reasons not.

use serde_json::json;

use crate::bank::{Bank, CREDITOR, DEBTOR, OTHER, Payment, between, order, payment, said};

#[test]
fn a_payment_moves_money_once_however_often_it_is_ordered() {
    let mut bank = Bank::start();
    let first = bank.pay("M-1", &[payment("E-1", "250.05"), payment("E-2", "0.01")]);
    assert_eq!(
        (first[0].status.as_str(), first[0].reasons.len()),
        ("ACSC", 0)
    );
    assert_eq!(bank.balance(DEBTOR), "749.94");
    assert_eq!(bank.balance(CREDITOR), "250.06");

    let again = bank.pay("M-1", &[payment("E-1", "250.05"), payment("E-2", "0.01")]);
    assert_eq!(again[0].status, "ACSC");
    assert_eq!(again[0].reasons, ["AM05"]);
    assert_eq!(again[0].reference, first[0].reference);

    // The same payment in another message, beside a new one.
    let mixed = bank.pay("M-2", &[payment("E-1", "250.05"), payment("E-3", "1.00")]);
    assert_eq!(
        (mixed[0].status.as_str(), &mixed[0].reasons[0]),
        ("ACSC", &"AM05".to_owned())
    );
    assert_eq!(
        (mixed[1].status.as_str(), mixed[1].reasons.len()),
        ("ACSC", 0)
    );

    // The same ids with other content are no repetition.
    let other = bank.pay("M-3", &[payment("E-1", "250.06")]);
    assert_eq!(
        (other[0].status.as_str(), &other[0].reasons[0]),
        ("RJCT", &"AM05".to_owned())
    );
    let xml = bank
        .send("pain.001", &order("M-1", &[payment("E-9", "5.00")]))
        .text()
        .unwrap();
    assert_eq!(between(&xml, "<GrpSts>", "<"), ["RJCT"]);
    assert_eq!(between(&xml, "<Cd>", "<"), ["AM05"]);

    bank.restart();
    let after = bank.pay("M-1", &[payment("E-1", "250.05"), payment("E-2", "0.01")]);
    assert_eq!(after[0].reference, first[0].reference);
    assert_eq!(bank.balance(DEBTOR), "748.94");
    assert_eq!(bank.balance(CREDITOR), "251.06");
}

#[test]
fn orders_at_the_same_time_pay_once() {
    let bank = Bank::start();
    let xml = order("M-1", &[payment("E-1", "600.00")]);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..16)
            .map(|_| scope.spawn(|| said(&bank.send("pain.001", &xml).text().unwrap())))
            .collect();
        let all: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
        assert!(all.iter().all(|said| said[0].status == "ACSC"));
        assert_eq!(
            all.iter().filter(|said| said[0].reasons.is_empty()).count(),
            1
        );
    });
    assert_eq!(bank.balance(CREDITOR), "600.00");
}

#[test]
fn every_reason_for_not_paying_has_its_code() {
    let bank = Bank::start();
    let to = |creditor, amount, id| Payment {
        id,
        creditor,
        amount,
    };
    assert_eq!(
        bank.post(&format!("accounts/{OTHER}/close"), &json!({})).0,
        200
    );
    let foreign = json!({ "id": "GBP-1", "owner": "X", "bank_code": "B", "currency": "GBP" });
    assert_eq!(bank.post("accounts", &foreign).0, 201);
    let all = bank.pay(
        "M-1",
        &[
            to(CREDITOR, "1000.01", "E-1"),
            to("nobody", "1.00", "E-2"),
            to(OTHER, "1.00", "E-3"),
            to(DEBTOR, "1.00", "E-4"),
            to(CREDITOR, "0", "E-5"),
            to("GBP-1", "1.00", "E-6"),
            to(CREDITOR, "1000.00", "E-7"),
        ],
    );
    let reasons: Vec<_> = all.iter().map(|one| one.reasons.concat()).collect();
    assert_eq!(
        reasons,
        ["AM04", "AC01", "AC04", "AG01", "AM01", "AM03", ""]
    );
    assert_eq!(all[6].status, "ACSC");
    assert_eq!(bank.balance(DEBTOR), "0.00");

    let order = order("M-2", &[payment("E-8", "1.00")]);
    let unknown = order.replace(DEBTOR, "nobody-at-all");
    assert_eq!(
        said(&bank.send("pain.001", &unknown).text().unwrap())[0].reasons,
        ["AC02"]
    );
    let elsewhere = order.replace("M-2", "M-3").replace("E-8", "E-9").replace(
        "<FinInstnId/>",
        "<FinInstnId><BICFI>BKCHCNBJ</BICFI></FinInstnId>",
    );
    assert_eq!(
        said(&bank.send("pain.001", &elsewhere).text().unwrap())[0].reasons,
        ["RC01"]
    );
}

#[test]
fn a_rejected_payment_stays_rejected_under_its_id() {
    let bank = Bank::start();
    assert_eq!(
        bank.pay("M-1", &[payment("E-1", "1500.00")])[0].reasons,
        ["AM04"]
    );
    let fund = format!("accounts/{DEBTOR}/fund");
    assert_eq!(bank.post(&fund, &json!({ "amount": "1000.00" })).0, 200);
    let again = bank.pay("M-1", &[payment("E-1", "1500.00")]);
    assert_eq!(
        (again[0].status.as_str(), again[0].reasons.concat()),
        ("RJCT", "AM04AM05".to_owned())
    );
    assert_eq!(
        bank.pay("M-2", &[payment("E-2", "1500.00")])[0].status,
        "ACSC"
    );
}

#[test]
fn an_order_for_a_later_day_waits_for_it() {
    let bank = Bank::start();
    let xml = order("M-1", &[payment("E-1", "10.00")])
        .replace("<ReqdExctnDt><Dt>2126-05-29", "<ReqdExctnDt><Dt>2126-06-01");
    assert_eq!(
        said(&bank.send("pain.001", &xml).text().unwrap())[0].status,
        "ACCP"
    );
    bank.put("business-date", &json!({ "date": "2126-05-31" }));
    assert_eq!(bank.ask("M-1")[0].status, "ACCP");
    let (_, moved) = bank.put("business-date", &json!({ "date": "2126-06-01" }));
    assert_eq!(moved["booked"], 1);
    assert_eq!(bank.ask("M-1")[0].status, "ACSC");
    assert_eq!(bank.balance(CREDITOR), "10.00");
    assert_eq!(
        bank.put("business-date", &json!({ "date": "2126-05-31" }))
            .0,
        409
    );
}

#[test]
fn the_books_refuse_change_imbalance_and_overdraft() {
    let bank = Bank::start();
    bank.pay("M-1", &[payment("E-1", "10.00")]);
    let mut sql = bank.sql();
    let mut refused = |statement: &str, why: &str| {
        let error = sql.batch_execute(statement).unwrap_err();
        let said = error.as_db_error().unwrap().message().to_owned();
        assert!(said.contains(why), "{statement}: {said}");
    };
    refused(
        "UPDATE sandbox_bank.booking SET amount = 1",
        "never changed",
    );
    refused("DELETE FROM sandbox_bank.booking", "never changed");
    refused("TRUNCATE sandbox_bank.booking", "never changed");
    refused(
        "INSERT INTO sandbox_bank.booking (batch, account, side, amount, currency, booked_on,
            servicer_ref, other_account, other_name)
         SELECT batch, account, side, amount, currency, booked_on, 'new', 'x', 'x'
         FROM sandbox_bank.booking LIMIT 1",
        "debits and credits differ",
    );
    refused(
        "UPDATE sandbox_bank.account SET balance = -1 WHERE NOT may_go_negative",
        "violates check constraint",
    );
}
