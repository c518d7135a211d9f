//! Just enough of HTTP/1.1 to see where a request ends.

use std::io;
use std::io::BufRead;
use std::io::Read;

/// The largest head taken, in bytes.
const LARGEST_HEAD: u64 = 64 * 1024;

/// A request, complete.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// The last part of its path; with a question mark where an order that was sent before is
    /// asked after.
    pub(crate) name: String,
    /// As it came, but that the connection ends with its answer.
    pub(crate) bytes: Vec<u8>,
}

/// Reads a request with its body.
pub(crate) fn read_request(from: &mut impl BufRead) -> io::Result<Request> {
    let mut head = String::new();
    let mut length: usize = 0;
    let mut name = String::new();
    loop {
        let mut line = String::new();
        if Read::take(&mut *from, LARGEST_HEAD).read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
        }
        if name.is_empty() {
            name = named(&line);
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if line.trim().is_empty() {
            head.push_str("Connection: close\r\n\r\n");
            break;
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut bytes = head.into_bytes();
    let start = bytes.len();
    bytes.resize(start.saturating_add(length), 0);
    from.read_exact(bytes.get_mut(start..).unwrap_or_default())?;
    Ok(Request { name, bytes })
}

/// `POST /iso20022/pain.001 HTTP/1.1` is `pain.001`, `GET /iso20022/pain.002?msg=… HTTP/1.1` is
/// `pain.002?`.
fn named(line: &str) -> String {
    let path = line.split(' ').nth(1).unwrap_or("/");
    let (path, asks) = match path.split_once('?') {
        Some((path, query)) => (path, query.starts_with("msg=")),
        None => (path, false),
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    format!("{name}{}", if asks { "?" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_to_its_end_and_asks_for_the_connection_to_be_closed() {
        let bytes = b"POST /iso20022/pain.001 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\
            Content-Length: 4\r\n\r\nbodyGET /";
        let read = read_request(&mut bytes.as_slice()).unwrap();
        assert_eq!(read.name, "pain.001");
        let text = String::from_utf8(read.bytes).unwrap();
        assert!(text.ends_with("Connection: close\r\n\r\nbody"), "{text}");
        assert!(!text.contains("keep-alive"));
    }

    #[test]
    fn asking_after_an_order_has_a_name_of_its_own() {
        assert_eq!(named("GET /iso20022/pain.002?msg=M HTTP/1.1"), "pain.002?");
        assert_eq!(named("GET /iso20022/camt.054?after=3 HTTP/1.1"), "camt.054");
    }
}
