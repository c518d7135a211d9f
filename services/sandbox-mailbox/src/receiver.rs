//! Sockets for the conversation: one thread per client, few clients, everything bounded.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use crate::folder::Folder;
use crate::session::MAX_MESSAGE;
use crate::session::Next;
use crate::session::Session;

/// Clients at a time; more are asked to come back.
const MAX_CLIENTS: usize = 32;

/// A command line is at most 512 octets, more with extensions (RFC 5321, 4.5.3.1.4).
const MAX_COMMAND: u64 = 4096;

/// How much of a message that is too large is still listened to, so that the client hears why.
const MAX_IGNORED: usize = 10 * MAX_MESSAGE;

/// How long a silent client is waited for (RFC 5321, 4.5.3.2.7).
const SILENCE: Duration = Duration::from_secs(300);

/// Takes clients until the process ends.
pub fn serve(listener: &TcpListener, folder: &Arc<Folder>) {
    let clients = Arc::new(());
    for stream in listener.incoming() {
        let mut stream = match stream {
            Ok(stream) => stream,
            Err(error) => {
                tracing::warn!(%error, "a client could not be taken");
                continue;
            }
        };
        if Arc::strong_count(&clients) > MAX_CLIENTS {
            // Whether it hears us or not, it is sent away.
            let _ = stream.write_all(b"421 too many clients, come back later\r\n");
            continue;
        }
        let (folder, here) = (Arc::clone(folder), Arc::clone(&clients));
        let talk = move || {
            if let Err(error) = converse(&stream, &folder) {
                tracing::debug!(%error, "a client went away");
            }
            drop(here);
        };
        if let Err(error) = std::thread::Builder::new()
            .name("smtp-client".to_owned())
            .spawn(talk)
        {
            tracing::warn!(%error, "no thread for a client");
        }
    }
}

fn converse(stream: &TcpStream, folder: &Folder) -> std::io::Result<()> {
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut session = Session::default();
    answer(&mut writer, "220 sandbox-mailbox ESMTP")?;
    loop {
        let mut line = Vec::new();
        reader
            .by_ref()
            .take(MAX_COMMAND)
            .read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        if !line.ends_with(b"\n") {
            return answer(&mut writer, "500 the line is too long");
        }
        match session.command(&line) {
            Next::Say(text) => answer(&mut writer, &text)?,
            Next::Close(text) => return answer(&mut writer, &text),
            Next::Data(envelope) => {
                answer(&mut writer, "354 end with a dot on a line of its own")?;
                let text = match read_message(&mut reader)? {
                    None => "552 the message is too large".to_owned(),
                    Some(message) => match folder.keep(&envelope, &message) {
                        Ok(id) => format!("250 kept as {id}"),
                        Err(error) => {
                            tracing::error!(%error, "a message could not be kept");
                            "451 the message could not be kept".to_owned()
                        }
                    },
                };
                answer(&mut writer, &text)?;
            }
        }
    }
}

fn answer(writer: &mut impl Write, text: &str) -> std::io::Result<()> {
    writer.write_all(format!("{text}\r\n").as_bytes())
}

/// Reads up to the dot on a line of its own and takes back the doubled dots. `None`: too large.
/// Only CR LF ends a line, so that no bare LF can smuggle a second message in.
fn read_message(reader: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut ignored = 0_usize;
    let mut fresh_line = true;
    let mut piece = Vec::new();
    loop {
        piece.clear();
        reader
            .by_ref()
            .take(64 * 1024)
            .read_until(b'\n', &mut piece)?;
        if piece.is_empty() || ignored > MAX_IGNORED {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if fresh_line && piece == b".\r\n" {
            return Ok((ignored == 0).then_some(message));
        }
        let content = match piece.strip_prefix(b".") {
            Some(rest) if fresh_line => rest,
            _ => piece.as_slice(),
        };
        if ignored > 0 || message.len().saturating_add(content.len()) > MAX_MESSAGE {
            ignored = ignored.saturating_add(content.len().max(1));
        } else {
            message.extend_from_slice(content);
        }
        fresh_line = piece.ends_with(b"\r\n");
    }
}
