//! The client against a wire that misbehaves: each case is one raw TCP answer.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bank_channel::bank_client::{BankClient, Outcome};
use bank_channel::messages::pain001::CreditTransferBatch;
use ledger_core::currency::Currency;

use crate::orders::{batch, transfer};

/// A listener that reads one request and answers with these bytes, then closes.
fn wire(answer: impl Into<String>) -> BankClient {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answer = answer.into();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0_u8; 64 * 1024];
        let mut seen = Vec::new();
        // The request is read whole, so that closing does not reset it.
        while !complete(&seen) {
            match stream.read(&mut request).unwrap() {
                0 => break,
                count => seen.extend_from_slice(&request[..count]),
            }
        }
        stream.write_all(answer.as_bytes()).unwrap();
    });
    BankClient::new(&address, Duration::from_secs(20)).unwrap()
}

fn complete(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen);
    match text.split_once("\r\n\r\n") {
        Some((head, _)) if head.starts_with("GET") => true,
        Some((_, body)) => body.trim_end().ends_with("</Document>"),
        None => false,
    }
}

fn http(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn report(message_id: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\"><CstmrPmtStsRpt>\
         <GrpHdr><MsgId>B-1</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>{message_id}</OrgnlMsgId>\
         <OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>ACSC</GrpSts></OrgnlGrpInfAndSts>\
         </CstmrPmtStsRpt></Document>"
    )
}

fn order() -> CreditTransferBatch {
    batch(vec![transfer(1, 5, Currency::CNY)])
}

fn is_unknown<T>(outcome: &Outcome<T>) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

#[test]
fn an_answer_is_an_answer_only_if_it_answers_this_message() {
    let answered = wire(http("200 OK", &report("M-1"))).pay(&order()).unwrap();
    assert_eq!(
        answered.answered().unwrap().message.original_message_id,
        "M-1"
    );
    let other = wire(http("200 OK", &report("M-2"))).pay(&order()).unwrap();
    assert!(is_unknown(&other), "{other:?}");
}

#[test]
fn whatever_leaves_the_booking_open_is_unknown() {
    let half = http("200 OK", &report("M-1")).replace("</Document>", "");
    for answer in [
        String::new(),
        half,
        http("504 Gateway Timeout", ""),
        http("500 Internal Server Error", ""),
        http("401 Unauthorized", ""),
        http("403 Forbidden", ""),
        http("408 Request Timeout", ""),
        http("425 Too Early", ""),
        http("429 Too Many Requests", ""),
        http("200 OK", "<html>welcome</html>"),
        "nonsense".to_owned(),
    ] {
        let outcome = wire(answer.clone()).pay(&order()).unwrap();
        assert!(is_unknown(&outcome), "{answer:?} gave {outcome:?}");
    }
}

#[test]
fn nobody_there_is_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let bank = BankClient::new(&address, Duration::from_secs(5)).unwrap();
    assert!(is_unknown(&bank.pay(&order()).unwrap()));
    assert!(is_unknown(&bank.ask_status("M-1")));
}

#[test]
fn a_silent_bank_runs_into_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let bank = BankClient::new(&address, Duration::from_millis(200)).unwrap();
    assert!(is_unknown(&bank.pay(&order()).unwrap()));
    drop(listener);
}

#[test]
fn a_refusal_is_told_and_a_message_the_bank_never_saw_is_none() {
    let refused = wire(http("400 Bad Request", "FF01")).pay(&order()).unwrap();
    assert_eq!(
        refused,
        Outcome::Refused {
            status: 400,
            text: "FF01".to_owned()
        }
    );
    let never_seen = wire(http("404 Not Found", "")).ask_status("M-1");
    assert_eq!(never_seen, Outcome::Answered(None));
}

#[test]
fn what_can_not_be_written_is_not_sent() {
    let bank = wire("");
    assert!(bank.pay(&batch(Vec::new())).is_err());
    assert_eq!(
        BankClient::new("ftp://bank", Duration::from_secs(1))
            .unwrap_err()
            .code(),
        "bank_address_invalid"
    );
}

#[test]
fn notifications_come_with_their_cursor_or_not_at_all() {
    let nothing = wire("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    assert_eq!(nothing.notification_after(None, 7), Outcome::Answered(None));
    let entry = crate::statements::entry("1.00", "CNY", "CRDT", "R-1", "");
    let xml = crate::statements::notification("camt.054.001.08", &entry);
    let with = http("200 OK", &xml).replace("Connection", "X-Cursor: 8\r\nConnection");
    let told = wire(with)
        .notification_after(Some("390102"), 7)
        .answered()
        .unwrap()
        .unwrap();
    assert_eq!((told.cursor, told.reports[0].entries.len()), (8, 1));
    assert_eq!(told.xml, xml.as_bytes());
    let without = wire(http("200 OK", &xml)).notification_after(None, 7);
    assert!(is_unknown(&without), "without a cursor nobody can go on");
}
