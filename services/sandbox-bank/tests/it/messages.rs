//! Messages in both directions: answers valid against the official schemas, damage refused.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::bank::{Bank, CREDITOR, DEBTOR, between, order, payment, said};

/// Whether a message is valid, with what xmllint says. No schema, no test.
pub(crate) fn check(message_name: &str, xml: &str) -> Result<(), String> {
    let folder = std::env::var("TALLYSTICK_XSD")
        .expect("TALLYSTICK_XSD names no folder of schemas: run through cargo nextest or ops/test");
    let schema = PathBuf::from(folder).join(format!("{message_name}.xsd"));
    assert!(schema.is_file(), "{} is missing", schema.display());
    let xmllint = std::env::var("TALLYSTICK_XMLLINT").unwrap_or_else(|_| "xmllint".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message.xml");
    std::fs::write(&file, xml).unwrap();
    let said = Command::new(xmllint)
        .args(["--nonet", "--noout", "--schema"])
        .arg(&schema)
        .arg(&file)
        .output()
        .expect("xmllint runs");
    if said.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&said.stderr).into_owned())
    }
}

#[test]
fn every_answer_is_a_valid_pain002() {
    let bank = Bank::start();
    let valid = |xml: &str| {
        let answer = bank.send("pain.001", xml).text().unwrap();
        check("pain.002.001.12", &answer).unwrap();
        between(&answer, "<GrpSts>", "<")[0].to_owned()
    };
    let good = order("M-1", &[payment("E-1", "1.00"), payment("E-2", "2.00")]);
    check("pain.001.001.09", &good).unwrap();
    assert_eq!(valid(&good), "ACSC");
    assert_eq!(valid(&good), "ACSC");
    assert_eq!(
        valid(&order(
            "M-2",
            &[payment("E-3", "1.00"), payment("E-4", "9999.00")]
        )),
        "PART"
    );
    assert_eq!(valid(&order("M-3", &[payment("E-5", "9999.00")])), "RJCT");
    assert_eq!(valid(&order("M-4", &[payment("E-6", "1.005")])), "RJCT");
    let asked = bank.fetch("pain.002?msg=M-2").text().unwrap();
    check("pain.002.001.12", &asked).unwrap();
    assert!(check("pain.002.001.12", &asked.replace("PART", "PARTLY")).is_err());
}

#[test]
fn a_damaged_order_pays_nothing() {
    let bank = Bank::start();
    let good = order("M-1", &[payment("E-1", "1.00")]);
    let send = |from: &str, to: &str| {
        let changed = good.replace(from, to);
        assert_ne!(changed, good, "{from} is not in the message");
        let answer = bank.send("pain.001", &changed);
        (answer.status().as_u16(), answer.text().unwrap())
    };
    // With a message id there is a status report, without one a plain 400.
    for (from, to, reason) in [
        ("1.00<", "1.001<", "FF01"),
        ("1.00<", "-1.00<", "FF01"),
        ("1.00<", "1e2<", "FF01"),
        ("1.00<", "99999999999999999999<", "FF01"),
        ("<EndToEndId>E-1</EndToEndId>", "", "FF01"),
        ("<Dt>2126-05-29", "<Dt>2126-02-30", "FF01"),
        ("<NbOfTxs>1<", "<NbOfTxs>2<", "AM18"),
        ("</NbOfTxs>", "</NbOfTxs><CtrlSum>1.01</CtrlSum>", "AM10"),
        ("<Cdtr><Nm>Whoever &amp; Co</Nm></Cdtr>", "", "FF01"),
    ] {
        let (status, answer) = send(from, to);
        assert_eq!(status, 200, "{to}: {answer}");
        check("pain.002.001.12", &answer).unwrap();
        assert_eq!(between(&answer, "<Cd>", "<"), [reason], "{to}");
        assert_eq!(between(&answer, "<GrpSts>", "<"), ["RJCT"]);
    }
    for (from, to) in [
        ("</Document>", ""),
        ("<Document", "<!DOCTYPE d [<!ENTITY a \"b\">]><Document"),
        (">E-1<", ">&a;<"),
        ("pain.001.001.09", "pain.001.001.03"),
        ("<MsgId>M-1</MsgId>", ""),
        ("<MsgId>M-1</MsgId>", "<MsgId>M-1</MsgId><MsgId>M-2</MsgId>"),
    ] {
        let (status, answer) = send(from, to);
        assert_eq!(status, 400, "{to}: {answer}");
        assert!(answer.contains("FF01"), "{answer}");
    }
    let large = bank.send("pain.001", &good.replace("Huaxing", &"x".repeat(6_000_000)));
    assert_eq!(large.status(), 413);
    assert_eq!(bank.balance(CREDITOR), "0.00");
    assert_eq!(
        bank.pay("M-1", &[payment("E-1", "1.00")])[0].reasons.len(),
        0,
        "the ids are still free"
    );
}

#[test]
fn a_request_to_pay_is_accepted_refused_or_paid_as_the_obligor_has_said() {
    let bank = Bank::start();
    let request = |message: &str, debtor: &str, id: &str| {
        let xml = order(message, &[payment(id, "10.00")])
            .replace("pain.001.001.09", "pain.013.001.07")
            .replace("CstmrCdtTrfInitn", "CdtrPmtActvtnReq")
            .replace("CdtTrfTxInf", "CdtTrfTx")
            .replace(DEBTOR, debtor);
        let answer = bank.send("pain.013", &xml).text().unwrap();
        assert!(answer.contains("xsd:pain.014.001.07\"><CdtrPmtActvtnReqStsRpt><GrpHdr>"));
        assert_eq!(between(&answer, "<OrgnlMsgNmId>", "<"), ["pain.013.001.07"]);
        (
            between(&answer, "<GrpSts>", "<")[0].to_owned(),
            between(&answer, "<Rsn><Cd>", "<").concat(),
        )
    };
    let open = |id: &str, standing: bool, pays: bool| {
        let new = json!({
            "id": id, "owner": "Obligor", "bank_code": "B", "currency": "CNY",
            "standing_authority": standing, "pays_on_request": pays,
        });
        assert_eq!(bank.post("accounts", &new).0, 201);
        bank.post(
            &format!("accounts/{id}/fund"),
            &json!({ "amount": "100.00" }),
        );
    };
    open("ANSWERS", true, false);
    open("PAYS", true, true);
    assert_eq!(
        request("R-1", DEBTOR, "E-1"),
        ("RJCT".to_owned(), "MD01".to_owned())
    );
    assert_eq!(
        request("R-2", "nobody", "E-1"),
        ("RJCT".to_owned(), "AC02".to_owned())
    );
    assert_eq!(
        request("R-3", "ANSWERS", "E-1"),
        ("ACCP".to_owned(), String::new())
    );
    assert_eq!(bank.balance(CREDITOR), "0.00");
    assert_eq!(
        request("R-4", "PAYS", "E-1"),
        ("ACSC".to_owned(), String::new())
    );
    assert_eq!(
        request("R-4", "PAYS", "E-1"),
        ("ACSC".to_owned(), "AM05".to_owned())
    );
    assert_eq!(bank.balance(CREDITOR), "10.00");
}

#[test]
fn one_sum_draws_what_several_requests_were_promised() {
    let bank = Bank::start();
    let fund = |amount: &str| bank.post("accounts/GIVES/fund", &json!({ "amount": amount }));
    let new = json!({
        "id": "GIVES", "owner": "Obligor", "bank_code": "B", "currency": "CNY",
        "standing_authority": true, "pays_on_request": false,
    });
    assert_eq!(bank.post("accounts", &new).0, 201);
    fund("1000.00");
    let from = |message: &str, id: &str, amount: &str| {
        order(message, &[payment(id, amount)]).replace(DEBTOR, "GIVES")
    };
    let asked = |message: &str, id: &str, amount: &str| {
        let xml = from(message, id, amount)
            .replace("pain.001.001.09", "pain.013.001.07")
            .replace("CstmrCdtTrfInitn", "CdtrPmtActvtnReq")
            .replace("CdtTrfTxInf", "CdtTrfTx");
        let answer = bank.send("pain.013", &xml).text().unwrap();
        between(&answer, "<GrpSts>", "<")[0].to_owned()
    };
    // All there is is promised to two requests, and paid in one sum.
    assert_eq!(asked("R-1", "C-1", "600.00"), "ACCP");
    assert_eq!(asked("R-2", "C-2", "400.00"), "ACCP");
    assert_eq!(asked("R-3", "C-3", "0.01"), "RJCT");
    let paid = bank
        .send("pain.001", &from("M-1", "NET", "1000.00"))
        .text()
        .unwrap();
    assert_eq!(said(&paid)[0].status, "ACSC");
    // Nothing of the promises is left: what comes in later is free.
    fund("5.00");
    assert_eq!(asked("R-4", "C-4", "5.00"), "ACCP");
}
