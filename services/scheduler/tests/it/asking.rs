//! Presenting to a bank that does not take everything: each paper on its own.

use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bank_channel::bank_client::BankClient;
use ledger_app::present_paper::Accepted;
use scheduler::bank_conversation::BankDesk;
use scheduler::presentation::Asked;
use scheduler::presentation::NotPresentable;
use scheduler::presentation::ask;

use crate::presenting::presentation;

/// What follows `<tag>` up to the next tag.
fn leaf<'a>(text: &'a str, tag: &str) -> &'a str {
    text.split(&format!("<{tag}>"))
        .nth(1)
        .map_or("", |rest| rest.split('<').next().unwrap_or_default())
}

fn whole(seen: &[u8]) -> bool {
    let seen = String::from_utf8_lossy(seen);
    if seen.starts_with("GET ") {
        seen.ends_with("\r\n\r\n")
    } else {
        seen.trim_end().ends_with("</Document>")
    }
}

/// A bank that answers each message and question by `answer`: an HTTP status line, and the body of a report.
pub(crate) fn bank(answer: impl Fn(&str) -> (String, String) + Send + 'static) -> BankDesk {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut seen, mut part) = (Vec::new(), [0_u8; 64 * 1024]);
            while !whole(&seen) {
                match stream.read(&mut part).unwrap() {
                    0 => break,
                    count => seen.extend_from_slice(&part[..count]),
                }
            }
            let (status, said) = answer(&String::from_utf8_lossy(&seen));
            let length = said.len();
            let head =
                format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close");
            stream
                .write_all(format!("{head}\r\n\r\n{said}").as_bytes())
                .unwrap();
        }
    });
    BankDesk {
        name: "bank".to_owned(),
        client: BankClient::new(&address, Duration::from_secs(20)).unwrap(),
        initiator: "platform".to_owned(),
    }
}

fn report(request: &str, status: &str, reason: &str) -> String {
    let id = leaf(request, "MsgId");
    let reason = if reason.is_empty() {
        String::new()
    } else {
        format!("<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf>")
    };
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.014.001.07\">\
         <CdtrPmtActvtnReqStsRpt><GrpHdr><MsgId>B1</MsgId>\
         <CreDtTm>2026-09-02T08:00:00Z</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{id}</OrgnlMsgId>\
         <OrgnlMsgNmId>pain.013.001.07</OrgnlMsgNmId><GrpSts>{status}</GrpSts>{reason}\
         </OrgnlGrpInfAndSts></CdtrPmtActvtnReqStsRpt></Document>"
    )
}

fn asked(answer: impl Fn(&str) -> (String, String) + Send + 'static) -> Asked {
    let group = [1, 2, 3].map(|paper| presentation(paper, 1, 2));
    ask(&bank(answer), chrono::DateTime::UNIX_EPOCH, &group)
}

fn pays(asked: &Asked) -> Vec<(u8, bool, &str)> {
    let answers = asked.answers.iter().flat_map(|(answers, _xml)| answers);
    answers
        .map(|one| {
            let pays = one.accepted == Accepted::All;
            (one.id.as_bytes()[0], pays, one.reason.as_str())
        })
        .collect()
}

#[test]
fn a_message_refused_for_one_claim_says_nothing_of_the_other_papers() {
    let asked = asked(|request| {
        let status = if request.contains("E2-1") {
            "400 Bad Request"
        } else {
            "200 OK"
        };
        (status.to_owned(), report(request, "ACCP", ""))
    });
    assert_eq!(pays(&asked), [(1, true, ""), (3, true, "")]);
    let (run, why) = &asked.unpresentable[0];
    assert_eq!(run.as_bytes()[0], 2);
    assert!(
        matches!(why, NotPresentable::Refused(text) if text.starts_with("400")),
        "{why:?}"
    );
    assert_eq!(asked.unpresentable.len(), 1);
}

#[test]
fn a_rejection_of_the_whole_message_is_asked_paper_by_paper() {
    let asked = asked(|request| {
        let (status, reason) = if request.contains("E3-0") {
            ("RJCT", "AM04")
        } else {
            ("ACCP", "")
        };
        ("200 OK".to_owned(), report(request, status, reason))
    });
    assert_eq!(
        pays(&asked),
        [(1, true, ""), (2, true, ""), (3, false, "AM04")]
    );
    assert_eq!(asked.unpresentable, []);
}

#[test]
fn a_bank_that_is_not_there_for_us_now_has_refused_nothing() {
    for status in [401, 403, 408, 425, 429, 500, 503] {
        let asked = asked(move |_request| (format!("{status} No"), String::new()));
        assert_eq!(asked, Asked::default(), "{status}");
    }
}

#[test]
fn asked_again_after_a_no_it_is_another_message() {
    let first = presentation(1, 1, 1);
    let mut again = presentation(1, 1, 1);
    again.refused_message = Some("TSP1".to_owned());
    let desk = bank(|request| ("200 OK".to_owned(), report(request, "ACCP", "")));
    let id = |one| {
        let asked = ask(&desk, chrono::DateTime::UNIX_EPOCH, &[one]);
        asked.answers[0].0[0].message_id.clone()
    };
    assert_eq!(
        id(first.clone()),
        id(first.clone()),
        "for want of an answer, the same"
    );
    assert_ne!(id(first), id(again));
}
