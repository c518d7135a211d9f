//! The program, started for a test, and ways to talk to it.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use lettre::Message;
use lettre::SmtpTransport;
use lettre::Transport as _;
use lettre::message::MultiPart;
use reqwest::blocking::Client;
use reqwest::blocking::Response;
use testkit::process::Process;

const START: Duration = Duration::from_secs(30);

pub(crate) struct Mailbox {
    pub(crate) smtp: String,
    pub(crate) http: String,
    client: Client,
    _process: Process,
}

impl Mailbox {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        testkit::tls::install();
        let mut command = Command::new(env!("CARGO_BIN_EXE_sandbox-mailbox"));
        command.arg("--folder").arg(folder).args(more);
        let mut process = Process::start(&mut command).unwrap();
        let (smtp, http) = process
            .wait_for_line(START, |line| {
                let (smtp, http) = line.strip_prefix("ready smtp ")?.split_once(' ')?;
                Some((smtp.to_owned(), http.to_owned()))
            })
            .unwrap();
        Self {
            smtp,
            http,
            client: Client::new(),
            _process: process,
        }
    }

    pub(crate) fn send(&self, to: &str, subject: &str, text: &str, html: &str) {
        let message = Message::builder()
            .from("Tallystick <notices@tally.example>".parse().unwrap())
            .to(to.parse().unwrap())
            .subject(subject)
            .multipart(MultiPart::alternative_plain_html(
                text.to_owned(),
                html.to_owned(),
            ))
            .unwrap();
        let (host, port) = self.smtp.split_once(':').unwrap();
        SmtpTransport::builder_dangerous(host)
            .port(port.parse().unwrap())
            .build()
            .send(&message)
            .unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.http))
            .send()
            .unwrap()
    }

    pub(crate) fn get_with(&self, path: &str, header: &str, value: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.http))
            .header(header, value)
            .send()
            .unwrap()
    }

    pub(crate) fn json(&self, query: &str) -> Vec<serde_json::Value> {
        self.get(&format!("/messages.json{query}")).json().unwrap()
    }

    pub(crate) fn talk(&self) -> Talk {
        let stream = TcpStream::connect(&self.smtp).unwrap();
        let mut talk = Talk {
            reader: BufReader::new(stream),
        };
        assert!(talk.hear().starts_with("220 "));
        talk
    }
}

/// A conversation line by line.
pub(crate) struct Talk {
    reader: BufReader<TcpStream>,
}

impl Talk {
    /// Says something as it is, line end included.
    pub(crate) fn say(&mut self, bytes: &[u8]) {
        self.reader.get_mut().write_all(bytes).unwrap();
    }

    /// The last line of the next answer; empty when the other side hung up.
    pub(crate) fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    /// Says a command and hears the code of the answer.
    pub(crate) fn code(&mut self, command: &str) -> String {
        self.say(format!("{command}\r\n").as_bytes());
        self.hear().get(..3).unwrap_or_default().to_owned()
    }

    pub(crate) fn envelope(&mut self, to: &str) {
        assert_eq!(self.code("EHLO test"), "250");
        assert_eq!(self.code("MAIL FROM:<a@tally.example> SIZE=100"), "250");
        assert_eq!(self.code(&format!("RCPT TO:<{to}>")), "250");
        assert_eq!(self.code("DATA"), "354");
    }
}
