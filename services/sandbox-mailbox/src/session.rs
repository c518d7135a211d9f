//! The conversation of RFC 5321, without a socket: a command line in, what to answer out.

/// The largest message, in bytes, announced as SIZE and enforced by the receiver.
pub const MAX_MESSAGE: usize = 10 * 1024 * 1024;

/// The most recipients of one message (RFC 5321, 4.5.3.1.8 asks for at least 100).
const MAX_RECIPIENTS: usize = 100;

/// Who sent a message and for whom it is, as said outside the message itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The return path; empty for a bounce.
    pub from: String,
    /// The recipients, in the order they were named; at least one when data begins.
    pub to: Vec<String>,
}

/// What to do after a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Answer and read the next command.
    Say(String),
    /// Answer 354 and read the message of this envelope.
    Data(Envelope),
    /// Answer and hang up.
    Close(String),
}

/// One client's conversation.
#[derive(Debug, Default)]
pub struct Session {
    greeted: bool,
    envelope: Option<Envelope>,
}

impl Session {
    /// Takes one command line, with or without its line end.
    ///
    /// A recipient called `refused@…` is refused for good and `later@…` for now, so that a demo
    /// can show what happens then.
    pub fn command(&mut self, line: &[u8]) -> Next {
        let Ok(line) = std::str::from_utf8(line) else {
            return say("500 not UTF-8");
        };
        let line = line.trim_end_matches(['\r', '\n']);
        if line.contains(char::is_control) {
            return say("500 control characters in a command");
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => self.greet(&format!(
                "250-sandbox-mailbox\r\n250-SIZE {MAX_MESSAGE}\r\n250-8BITMIME\r\n250 SMTPUTF8"
            )),
            "HELO" => self.greet("250 sandbox-mailbox"),
            "MAIL" => self.mail(rest),
            "RCPT" => self.rcpt(rest),
            "DATA" => self.data(),
            "RSET" => {
                self.envelope = None;
                say("250 forgotten")
            }
            "NOOP" => say("250 fine"),
            "VRFY" => say("252 send it and see"),
            "QUIT" => Next::Close("221 goodbye".to_owned()),
            _ => say("502 no such command here"),
        }
    }

    fn greet(&mut self, answer: &str) -> Next {
        self.greeted = true;
        self.envelope = None;
        say(answer)
    }

    fn mail(&mut self, rest: &str) -> Next {
        if !self.greeted || self.envelope.is_some() {
            return say("503 not now");
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return say("501 MAIL FROM:<address>");
        };
        let size = parameters
            .split(' ')
            .filter_map(|parameter| parameter.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case("SIZE"))
            .and_then(|(_, size)| size.parse::<usize>().ok());
        if size.is_some_and(|size| size > MAX_MESSAGE) {
            return say("552 the message is too large");
        }
        self.envelope = Some(Envelope {
            from: from.to_owned(),
            to: Vec::new(),
        });
        say("250 sender taken")
    }

    fn rcpt(&mut self, rest: &str) -> Next {
        let Some(envelope) = &mut self.envelope else {
            return say("503 not now");
        };
        let Some((to, _)) = path(rest, "TO:") else {
            return say("501 RCPT TO:<address>");
        };
        if to.is_empty() {
            return say("501 RCPT TO:<address>");
        }
        match to.split_once('@').map_or(to, |(local, _)| local) {
            "refused" => return say("550 no such mailbox"),
            "later" => return say("451 try again later"),
            _ => {}
        }
        if envelope.to.len() >= MAX_RECIPIENTS {
            return say("452 too many recipients");
        }
        envelope.to.push(to.to_owned());
        say("250 recipient taken")
    }

    fn data(&mut self) -> Next {
        match self.envelope.take() {
            Some(envelope) if !envelope.to.is_empty() => Next::Data(envelope),
            without_recipients => {
                self.envelope = without_recipients;
                say("503 not now")
            }
        }
    }
}

fn say(answer: &str) -> Next {
    Next::Say(answer.to_owned())
}

/// `FROM:<path> parameters` → path and parameters. A source route (`@a,@b:x@y`) is dropped, as the
/// standard asks for.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (start, rest) = rest.split_at_checked(keyword.len())?;
    if !start.eq_ignore_ascii_case(keyword) {
        return None;
    }
    let (path, parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    let address = match path.strip_prefix('@') {
        Some(route) => route.split_once(':')?.1,
        None => path,
    };
    Some((address, parameters.trim_start()))
}
