//! What the bank does when it is told to fail.

use serde_json::json;

use crate::bank::{Bank, CREDITOR, DEBTOR, OTHER, Payment, between, order, payment};

fn fault(bank: &Bank, fault: serde_json::Value) {
    assert_eq!(bank.post("faults", &fault).0, 204);
}

#[test]
fn a_lost_answer_has_booked_and_can_be_asked_for_again() {
    let bank = Bank::start();
    for (manner, id) in [("close", "1"), ("504", "2")] {
        fault(
            &bank,
            json!({ "kind": "lose_answer", "count": 1, "manner": manner }),
        );
        let (message, end_to_end) = (format!("M-{id}"), format!("E-{id}"));
        let xml = order(&message, &[payment(&end_to_end, "10.00")]);
        let url = format!("{}/iso20022/pain.001", bank.url);
        let answer = bank.http.post(url).body(xml.clone()).send().and_then(|r| {
            assert!(manner == "close" || r.status() == 504);
            r.error_for_status()?.text()
        });
        assert!(answer.is_err(), "{manner}: {answer:?}");
        let asked = bank.ask(&message);
        assert_eq!(
            (asked[0].status.as_str(), asked[0].reasons.len()),
            ("ACSC", 0)
        );
        let repeated = bank.pay(&message, &[payment(&end_to_end, "10.00")]);
        assert_eq!(repeated[0].reasons, ["AM05"]);
        assert_eq!(repeated[0].reference, asked[0].reference);
    }
    assert_eq!(bank.balance(CREDITOR), "20.00");
    assert_eq!(bank.fetch("pain.002?msg=M-9").status(), 404);
}

#[test]
fn a_delayed_payment_is_booked_when_its_steps_are_over() {
    let bank = Bank::start();
    fault(&bank, json!({ "kind": "delay", "count": 2, "steps": 2 }));
    let said = bank.pay("M-1", &[payment("E-1", "900.00"), payment("E-2", "900.00")]);
    assert_eq!(
        (said[0].status.as_str(), said[1].status.as_str()),
        ("ACCP", "ACCP")
    );
    assert_eq!(bank.balance(CREDITOR), "0.00");
    assert_eq!(bank.post("steps", &json!({ "count": 1 })).1["booked"], 0);
    assert_eq!(
        bank.pay("M-1", &[payment("E-1", "900.00"), payment("E-2", "900.00")])[0].status,
        "ACCP"
    );
    // The next business date is the second step; the money is enough for one of the two.
    assert_eq!(
        bank.put("business-date", &json!({ "date": "2126-06-01" }))
            .1["booked"],
        1
    );
    let asked = bank.ask("M-1");
    assert_eq!(asked[0].status, "ACSC");
    assert_eq!(
        (asked[1].status.as_str(), asked[1].reasons.concat()),
        ("RJCT", "AM04".to_owned())
    );
    assert_eq!(bank.balance(CREDITOR), "900.00");
}

#[test]
fn rejections_hit_the_next_or_one_creditor() {
    let bank = Bank::start();
    fault(&bank, json!({ "kind": "reject", "count": 1 }));
    fault(
        &bank,
        json!({ "kind": "reject", "account": OTHER, "reason": "AC06" }),
    );
    assert_eq!(bank.get("faults").1["faults"].as_array().unwrap().len(), 2);
    let to_other = Payment {
        id: "E-3",
        creditor: OTHER,
        amount: "1.00",
    };
    let said = bank.pay(
        "M-1",
        &[payment("E-1", "1.00"), payment("E-2", "1.00"), to_other],
    );
    let reasons: Vec<_> = said.iter().map(|one| one.reasons.concat()).collect();
    assert_eq!(reasons, ["MS03", "", "AC06"]);
    assert_eq!(bank.delete("faults").0, 204);
    let again = Payment {
        id: "E-4",
        ..to_other
    };
    assert_eq!(bank.pay("M-2", &[again])[0].status, "ACSC");
}

#[test]
fn notifications_are_repeated_and_reordered_but_tell_the_same_bookings() {
    let bank = Bank::start();
    let bookings = |xml: &str| -> Vec<String> {
        let found = between(xml, "<Ntry>", "</Ntry>");
        found
            .iter()
            .map(|entry| between(entry, "<AcctSvcrRef>", "<")[0].to_owned())
            .collect()
    };
    // Two accounts are told of each batch: the fault strikes both.
    fault(
        &bank,
        json!({ "kind": "duplicate_notification", "count": 2 }),
    );
    bank.pay("M-1", &[payment("E-1", "1.00")]);
    let twice = bank.notifications(CREDITOR, 0);
    assert_eq!(twice.len(), 2);
    assert_eq!(bookings(&twice[0].1), bookings(&twice[1].1));

    fault(&bank, json!({ "kind": "reorder_notification", "count": 2 }));
    bank.pay("M-2", &[payment("E-2", "2.00")]);
    assert_eq!(
        bank.notifications(CREDITOR, twice[1].0).len(),
        0,
        "held back"
    );
    bank.pay("M-3", &[payment("E-3", "3.00")]);
    let told = bank.notifications(CREDITOR, twice[1].0);
    let amounts: Vec<_> = told
        .iter()
        .map(|(_, xml)| between(xml, "<Amt Ccy=\"CNY\">", "<")[0])
        .collect();
    assert_eq!(amounts, ["3.00", "2.00"]);

    fault(&bank, json!({ "kind": "reorder_notification", "count": 2 }));
    bank.pay("M-4", &[payment("E-4", "4.00")]);
    bank.put("business-date", &json!({ "date": "2126-05-30" }));
    assert_eq!(
        bank.notifications(CREDITOR, told[1].0).len(),
        1,
        "out at the latest with the day"
    );
}

#[test]
fn a_returned_payment_is_booked_back_once_and_says_why() {
    let bank = Bank::start();
    bank.pay("M-1", &[payment("E-1", "100.00")]);
    let before = bank.notifications(DEBTOR, 0).last().unwrap().0;
    let order = json!({ "debtor_account": DEBTOR, "end_to_end_id": "E-1", "reason": "AC04" });
    assert_eq!(bank.post("returns", &order).0, 200);
    assert_eq!(bank.balance(DEBTOR), "1000.00");
    assert_eq!(bank.balance(CREDITOR), "0.00");
    let told = bank.notifications(DEBTOR, before);
    let xml = &told[0].1;
    assert_eq!(between(xml, "<CdtDbtInd>", "<")[0], "CRDT");
    assert_eq!(between(xml, "<EndToEndId>", "<"), ["E-1"]);
    assert_eq!(between(xml, "<RtrInf><Rsn><Cd>", "<"), ["AC04"]);
    assert_eq!(bank.post("returns", &order).0, 409, "only once");
    assert_eq!(bank.balance(DEBTOR), "1000.00");
    let nothing = json!({ "debtor_account": DEBTOR, "end_to_end_id": "E-7" });
    assert_eq!(bank.post("returns", &nothing).0, 404);
}

#[test]
fn a_payment_told_to_come_back_is_booked_first_and_comes_back_with_its_step() {
    let mut bank = Bank::start();
    let told =
        json!({ "kind": "return", "account": CREDITOR, "reason": "AC04", "count": 1, "steps": 2 });
    fault(&bank, told);
    let to_other = Payment {
        id: "E-0",
        creditor: OTHER,
        amount: "5.00",
    };
    bank.pay(
        "M-1",
        &[to_other, payment("E-1", "100.00"), payment("E-2", "1.00")],
    );
    assert_eq!(bank.ask("M-1")[1].status, "ACSC");
    assert_eq!(
        (bank.balance(DEBTOR), bank.balance(CREDITOR)),
        pair("894.00", "101.00")
    );
    let before = bank.notifications(DEBTOR, 0).last().unwrap().0;
    bank.post("steps", &json!({ "count": 1 }));
    // What the bank was told outlives it.
    bank.restart();
    assert_eq!(bank.notifications(DEBTOR, before).len(), 0);
    bank.put("business-date", &json!({ "date": "2126-05-30" }));
    assert_eq!(
        (bank.balance(DEBTOR), bank.balance(CREDITOR)),
        pair("994.00", "1.00")
    );
    let back = bank.notifications(DEBTOR, before);
    assert_eq!(back.len(), 1);
    assert_eq!(between(&back[0].1, "<EndToEndId>", "<"), ["E-1"]);
    assert_eq!(between(&back[0].1, "<RtrInf><Rsn><Cd>", "<"), ["AC04"]);
    let theirs = bank.notifications(CREDITOR, 0);
    assert_eq!(
        between(&theirs.last().unwrap().1, "<CdtDbtInd>", "<")[0],
        "DBIT"
    );
    bank.post("steps", &json!({ "count": 5 }));
    assert_eq!(bank.balance(DEBTOR), "994.00", "once");
    let order = json!({ "debtor_account": DEBTOR, "end_to_end_id": "E-1" });
    assert_eq!(bank.post("returns", &order).0, 409);
}

#[test]
fn what_the_creditor_has_spent_comes_back_when_the_money_is_there() {
    let bank = Bank::start();
    fault(&bank, json!({ "kind": "return", "count": 1 }));
    bank.pay("M-1", &[payment("E-1", "100.00")]);
    bank.sql()
        .batch_execute(&format!(
            "UPDATE sandbox_bank.account SET balance = 4000 WHERE id = '{CREDITOR}'"
        ))
        .unwrap();
    bank.post("steps", &json!({ "count": 1 }));
    assert_eq!(bank.balance(DEBTOR), "900.00");
    let path = format!("accounts/{CREDITOR}/fund");
    bank.post(&path, &json!({ "amount": "60.00" }));
    bank.post("steps", &json!({ "count": 1 }));
    assert_eq!(
        (bank.balance(DEBTOR), bank.balance(CREDITOR)),
        pair("1000.00", "0.00")
    );
    let told = bank.notifications(DEBTOR, 0);
    assert_eq!(
        between(&told.last().unwrap().1, "<RtrInf><Rsn><Cd>", "<"),
        ["MS03"]
    );
}

fn pair(one: &str, other: &str) -> (String, String) {
    (one.to_owned(), other.to_owned())
}
