//! What the bank tells: valid messages, and statements that add up.

use serde_json::json;

use crate::bank::{Bank, CREDITOR, DAY, DEBTOR, OTHER, Payment, between, payment};
use crate::messages::check;

/// Minor units of a written amount with two places.
fn minor(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// Opening, what the entries add up to, last balance, and its code.
fn sums(xml: &str) -> (i64, i64, i64, String) {
    let balances = between(xml, "<Bal>", "</Bal>");
    let amount = |block: &str| {
        let sign = if block.contains("<CdtDbtInd>DBIT") {
            -1
        } else {
            1
        };
        sign * minor(between(block, "<Amt Ccy=\"CNY\">", "<")[0])
    };
    let entries = between(xml, "<Ntry>", "</Ntry>");
    (
        amount(balances[0]),
        entries.iter().map(|entry| amount(entry)).sum(),
        amount(balances[1]),
        between(balances[1], "<CdOrPrtry><Cd>", "<")[0].to_owned(),
    )
}

#[test]
fn statements_open_where_the_day_before_closed_and_add_up() {
    let bank = Bank::start();
    bank.pay("M-1", &[payment("E-1", "123.45"), payment("E-2", "0.55")]);
    bank.put("business-date", &json!({ "date": "2126-05-30" }));
    let other = Payment {
        id: "E-3",
        creditor: OTHER,
        amount: "76.00",
    };
    bank.pay("M-2", &[other]);
    let back = json!({ "debtor_account": DEBTOR, "end_to_end_id": "E-2" });
    assert_eq!(bank.post("returns", &back).0, 200);
    bank.put("business-date", &json!({ "date": "2126-05-31" }));

    let statement = |account: &str, date: &str| {
        let path = format!("camt.053?account={account}&date={date}");
        let xml = bank.fetch(&path).text().unwrap();
        check("camt.053.001.08", &xml).unwrap();
        sums(&xml)
    };
    let first = statement(DEBTOR, DAY);
    assert_eq!(first, (0, 100_000 - 12_400, 87_600, "CLBD".to_owned()));
    let second = statement(DEBTOR, "2126-05-30");
    assert_eq!(second, (87_600, -7_600 + 55, 80_055, "CLBD".to_owned()));
    let third = statement(DEBTOR, "2126-05-31");
    assert_eq!(
        third,
        (80_055, 0, 80_055, "ITBD".to_owned()),
        "the day has not ended"
    );
    assert_eq!(
        statement(CREDITOR, "2126-05-30"),
        (12_400, -55, 12_345, "CLBD".to_owned())
    );
    assert_eq!(bank.balance(DEBTOR), "800.55");

    assert_eq!(
        bank.fetch(&format!("camt.053?account={DEBTOR}&date=2126-06-01"))
            .status(),
        404
    );
    assert_eq!(
        bank.fetch(&format!("camt.053?account=nobody&date={DAY}"))
            .status(),
        404
    );
    assert_eq!(
        bank.fetch(&format!("camt.053?account={DEBTOR}&date=today"))
            .status(),
        400
    );
}

#[test]
fn one_valid_notification_for_each_account_and_batch() {
    let bank = Bank::start();
    let other = Payment {
        id: "E-3",
        creditor: OTHER,
        amount: "3.00",
    };
    bank.pay(
        "M-1",
        &[payment("E-1", "1.00"), payment("E-2", "2.00"), other],
    );
    let mine = bank.notifications(DEBTOR, 0);
    assert_eq!(mine.len(), 2, "the funding and the batch");
    for (_, xml) in &mine {
        check("camt.054.001.08", xml).unwrap();
    }
    let xml = &mine[1].1;
    assert_eq!(between(xml, "<EndToEndId>", "<"), ["E-1", "E-2", "E-3"]);
    assert_eq!(between(xml, "<MsgId>", "<")[1..], ["M-1", "M-1", "M-1"]);
    let theirs = bank.notifications(CREDITOR, 0);
    assert_eq!(theirs.len(), 1);
    check("camt.054.001.08", &theirs[0].1).unwrap();
    assert_eq!(between(&theirs[0].1, "<EndToEndId>", "<"), ["E-1", "E-2"]);
    assert_eq!(between(&theirs[0].1, "<Ref>", "<"), ["PAPER-1", "PAPER-1"]);
    assert_eq!(between(&theirs[0].1, "<Ustrd>", "<")[0], "凭证 1-100");
    assert!(
        theirs[0]
            .1
            .contains("<Nm>宁波精密冲压 &lt;A&amp;B&gt;</Nm>")
    );

    // Without an account the queue has everything, in one order.
    let (mut after, mut count) = (0_i64, 0);
    loop {
        let response = bank.fetch(&format!("camt.054?after={after}"));
        if response.status() == 204 {
            break;
        }
        after = response.headers()["x-cursor"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        count += 1;
    }
    assert_eq!(count, 4);
}
