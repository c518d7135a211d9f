//! The SMTP server keeps what a client sends, and refuses whom it should.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use testkit::smtp::{SmtpError, SmtpServer};

/// Says one line and gives back the code of the answer.
fn say(stream: &mut BufReader<TcpStream>, line: &str) -> String {
    stream
        .get_mut()
        .write_all(format!("{line}\r\n").as_bytes())
        .unwrap();
    hear(stream)
}

/// The code of the next answer, whose last line has a blank after the code.
fn hear(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if line.get(3..4) != Some("-") {
            return line.get(..3).unwrap().to_owned();
        }
    }
}

#[test]
fn a_message_comes_out_as_it_went_in() {
    let server = SmtpServer::start().unwrap();
    let mut line = BufReader::new(TcpStream::connect(("127.0.0.1", server.port())).unwrap());
    assert_eq!(hear(&mut line), "220");
    assert_eq!(say(&mut line, "EHLO test"), "250");
    assert_eq!(say(&mut line, "MAIL FROM:<desk@platform.test>"), "250");
    assert_eq!(say(&mut line, "RCPT TO:<refused@supplier.test>"), "550");
    assert_eq!(say(&mut line, "RCPT TO:<later@supplier.test>"), "451");
    assert_eq!(say(&mut line, "RCPT TO:<treasury@supplier.test>"), "250");
    assert_eq!(say(&mut line, "DATA"), "354");
    assert_eq!(
        say(&mut line, "Subject: =?utf-8?B?5Yet6K+B?=\r\n\r\nDue.\r\n."),
        "250"
    );
    let messages = server.messages(1, Duration::from_secs(30)).unwrap();
    let [message] = messages.as_slice() else {
        panic!("one message: {messages:?}")
    };
    assert_eq!(message.from, "desk@platform.test");
    assert_eq!(message.to, ["treasury@supplier.test"]);
    assert_eq!(
        message.raw,
        b"Subject: =?utf-8?B?5Yet6K+B?=\r\n\r\nDue.\r\n"
    );
}

#[test]
fn waiting_for_mail_that_does_not_come_ends() {
    let server = SmtpServer::start().unwrap();
    let late = server.messages(1, Duration::ZERO).unwrap_err();
    assert!(
        matches!(
            late,
            SmtpError::Late {
                got: 0,
                wanted: 1,
                ..
            }
        ),
        "{late}"
    );
}
