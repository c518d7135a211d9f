//! What is written: valid against the official schema, the same every time, exact, or refused.

use bank_channel::messages::identification::{AccountParty, Remittance, is_bic, is_iban};
use bank_channel::messages::pain001::{self, CreditTransfer, CreditTransferBatch, MAX_TRANSFERS};
use bank_channel::messages::pain013::{self, PaymentRequest};
use bank_channel::messages::writing::WriteError;
use chrono::{NaiveDate, TimeZone, Utc};
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use proptest::prelude::*;

use crate::schema;

pub(crate) fn party(name: &str, account: &str, bank_code: &str) -> AccountParty {
    AccountParty {
        name: name.to_owned(),
        account: account.to_owned(),
        bank_code: bank_code.to_owned(),
    }
}

pub(crate) fn transfer(id: usize, minor: i64, currency: Currency) -> CreditTransfer {
    CreditTransfer {
        instruction_id: format!("I-{id}"),
        end_to_end_id: format!("E-{id}"),
        amount: Amount::from_minor(minor).unwrap(),
        currency,
        creditor: party(
            "宁波精密冲压有限公司 <A&B>",
            "3901020000000000018",
            "102332000013",
        ),
        remittance: Remittance {
            reference: Some("710233200001320261120000000017".to_owned()),
            lines: vec!["凭证 1-120000000".to_owned()],
        },
    }
}

pub(crate) fn batch(transfers: Vec<CreditTransfer>) -> CreditTransferBatch {
    CreditTransferBatch {
        message_id: "M-1".to_owned(),
        created_at: Utc.with_ymd_and_hms(2026, 11, 20, 8, 30, 0).unwrap(),
        debtor: party("Huaxing Motors", "1001202609000000001", "102290000011"),
        requested_execution_date: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        transfers,
    }
}

fn between<'x>(xml: &'x str, open: &str, close: &str) -> Vec<&'x str> {
    xml.split(open)
        .skip(1)
        .map(|rest| rest.split(close).next().unwrap())
        .collect()
}

#[test]
fn an_order_is_valid_for_the_official_schema_and_always_the_same() {
    let mut order = batch(vec![
        transfer(1, 120_000_000, Currency::CNY),
        transfer(2, 1, Currency::CNY),
    ]);
    order.transfers[1].creditor = party("Ünïted Parts", "GB82WEST12345698765432", "BKCHCNBJ300");
    order.transfers[1].remittance = Remittance::default();
    let xml = pain001::write(&order).unwrap();
    schema::check(pain001::MESSAGE_NAME, &xml).unwrap();
    assert_eq!(xml, pain001::write(&order).unwrap());
    assert_eq!(
        between(&xml, "<CtrlSum>", "<"),
        ["1200000.01", "1200000.01"]
    );
    assert!(xml.contains("<Othr><Id>3901020000000000018</Id></Othr>"));
    assert!(xml.contains("<IBAN>GB82WEST12345698765432</IBAN>"));
    assert!(xml.contains("<Cd>CNAPS</Cd></ClrSysId><MmbId>102332000013</MmbId>"));
    assert!(xml.contains("<BICFI>BKCHCNBJ300</BICFI>"));
    assert!(xml.contains("宁波精密冲压有限公司 &lt;A&amp;B&gt;"));
}

#[test]
fn the_schema_check_itself_can_fail() {
    let xml = pain001::write(&batch(vec![transfer(1, 5, Currency::CNY)])).unwrap();
    let broken = xml.replace("<PmtMtd>TRF</PmtMtd>", "<PmtMtd>GIFT</PmtMtd>");
    assert!(schema::check(pain001::MESSAGE_NAME, &broken).is_err());
}

#[test]
fn two_hundred_orders_of_every_shape_are_valid() {
    let currencies: Vec<Currency> = ["CNY", "JPY", "KWD", "GBP"]
        .iter()
        .map(|code| code.parse().unwrap())
        .collect();
    // One xmllint for many transfers: the schema decides about each of them.
    for round in 0..8_usize {
        let transfers = (0..25)
            .map(|i| {
                let minor = i64::try_from(1 + i * 7_919 * (round + 1)).unwrap();
                let mut one = transfer(i, minor, currencies[(i + round) % 4]);
                if i % 3 == 0 {
                    one.remittance.reference = None;
                }
                if i % 5 == 0 {
                    one.remittance.lines = vec!["乙".repeat(140); 3];
                }
                one.creditor.name = "丁".repeat(1 + i * 5);
                one
            })
            .collect();
        let xml = pain001::write(&batch(transfers)).unwrap();
        schema::check(pain001::MESSAGE_NAME, &xml).unwrap();
    }
}

#[test]
fn the_control_sum_is_the_plain_sum_across_currencies() {
    let (yen, dinar) = ("JPY".parse().unwrap(), "KWD".parse().unwrap());
    let order = batch(vec![
        transfer(1, 100, yen),
        transfer(2, 1_001, dinar),
        transfer(3, 50, Currency::CNY),
    ]);
    let xml = pain001::write(&order).unwrap();
    assert_eq!(between(&xml, "<CtrlSum>", "<")[0], "101.501");
    schema::check(pain001::MESSAGE_NAME, &xml).unwrap();
}

#[test]
fn a_presentation_names_every_claim_in_the_order_of_the_standard() {
    let order = batch(vec![transfer(1, 250, Currency::CNY)]);
    let request = PaymentRequest {
        message_id: order.message_id,
        created_at: order.created_at,
        initiator_name: "Tallystick".to_owned(),
        debtor: order.debtor,
        requested_execution_date: order.requested_execution_date,
        expiry_date: NaiveDate::from_ymd_opt(2026, 12, 20),
        claims: order.transfers,
    };
    let xml = pain013::write(&request).unwrap();
    let at = |name: &str| xml.find(&format!("<{name}>")).unwrap();
    let wanted = [
        "CdtrPmtActvtnReq",
        "GrpHdr",
        "NbOfTxs",
        "CtrlSum",
        "InitgPty",
        "PmtInf",
        "PmtInfId",
        "PmtMtd",
        "ReqdExctnDt",
        "XpryDt",
        "Dbtr",
        "DbtrAcct",
        "DbtrAgt",
        "CdtTrfTx",
        "PmtId",
        "Amt",
        "ChrgBr",
        "CdtrAgt",
        "Cdtr",
        "CdtrAcct",
        "RmtInf",
    ];
    assert!(wanted.map(at).is_sorted());
    assert!(xml.contains("<InstdAmt Ccy=\"CNY\">2.50</InstdAmt>"));
    assert_eq!(xml, pain013::write(&request).unwrap());
}

#[test]
fn what_a_bank_may_not_get_is_refused_and_nothing_is_shortened() {
    let one = || transfer(1, 5, Currency::CNY);
    let refused = |change: &dyn Fn(&mut CreditTransferBatch)| {
        let mut order = batch(vec![one()]);
        change(&mut order);
        pain001::write(&order).unwrap_err().code()
    };
    assert_eq!(refused(&|o| o.transfers.clear()), "bank_message_empty");
    assert_eq!(
        refused(&|o| o.transfers.push(one())),
        "bank_message_repeated_id"
    );
    assert_eq!(
        refused(&|o| o.transfers[0].amount = Amount::ZERO),
        "bank_transaction_zero"
    );
    assert_eq!(
        refused(&|o| o.message_id = "x".repeat(36)),
        "bank_field_too_long"
    );
    assert_eq!(
        refused(&|o| o.transfers[0].creditor.name = "甲".repeat(141)),
        "bank_field_too_long"
    );
    assert_eq!(
        refused(&|o| o.transfers[0].creditor.account = String::new()),
        "bank_field_empty"
    );
    assert_eq!(
        refused(&|o| o.message_id = " M".to_owned()),
        "bank_field_empty"
    );
    assert_eq!(
        refused(&|o| o.debtor.name = "a\u{0}b".to_owned()),
        "bank_field_control_character"
    );
    let many = (0..=MAX_TRANSFERS)
        .map(|i| transfer(i, 5, Currency::CNY))
        .collect();
    assert_eq!(
        pain001::write(&batch(many)),
        Err(WriteError::TooMany {
            limit: MAX_TRANSFERS
        })
    );
    let fat = (0..MAX_TRANSFERS).map(|i| {
        let mut one = transfer(i, 5, Currency::CNY);
        one.remittance.lines = vec!["乙".repeat(140); 8];
        one
    });
    assert_eq!(
        pain001::write(&batch(fat.collect())),
        Err(WriteError::TooLarge)
    );
}

#[test]
fn accounts_and_banks_are_recognised_by_their_shape() {
    assert!(is_iban("GB82WEST12345698765432"));
    assert!(is_iban("DE89370400440532013000"));
    assert!(!is_iban("GB82WEST12345698765431"), "a wrong check digit");
    assert!(!is_iban("6222020200112233445"), "a Chinese account");
    assert!(is_bic("BKCHCNBJ300") && is_bic("BKCHCNBJ"));
    assert!(!is_bic("102332000013") && !is_bic("BKCHCNB"));
}

proptest! {
    #[test]
    fn every_amount_survives_the_way_to_the_bank_and_back(
        minors in prop::collection::vec(1_i64..=1_000_000_000_000, 1..20),
        code in prop::sample::select(vec!["CNY", "JPY", "KWD"]),
    ) {
        let currency: Currency = code.parse().unwrap();
        let transfers = minors.iter().enumerate().map(|(i, m)| transfer(i, *m, currency));
        let xml = pain001::write(&batch(transfers.collect())).unwrap();
        let written = between(&xml, &format!("<InstdAmt Ccy=\"{code}\">"), "<");
        let entries: String = written
            .iter()
            .map(|text| crate::statements::entry(text, code, "CRDT", "R", ""))
            .collect();
        let camt = crate::statements::notification("camt.054.001.08", &entries);
        let read = bank_channel::messages::camt::read(camt.as_bytes()).unwrap();
        let back: Vec<i64> = read[0].entries.iter().map(|e| e.amount.minor()).collect();
        prop_assert_eq!(back, minors);
    }
}
