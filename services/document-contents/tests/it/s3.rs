//! A bucket, over the wire: a small listener of the test's own that keeps what is put, tells how it
//! was asked, and answers as S3 does.

use std::collections::HashMap;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;

use document_contents::content_place::Bucket;
use document_contents::content_place::ContentPlace;
use ledger_app::contents::Contents as _;
use ledger_core::hash::sha256_of;

type Kept = Arc<Mutex<HashMap<String, Vec<u8>>>>;

fn serve(stream: TcpStream, kept: &Kept, asked: &Arc<Mutex<Vec<String>>>) {
    let mut out = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let (mut length, mut head) = (0_usize, first.clone());
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut words = first.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap().to_owned());
        asked.lock().unwrap().push(head);
        let mut kept = kept.lock().unwrap();
        let (status, answer) = match (method, kept.get(&path).cloned()) {
            ("PUT", Some(_)) => ("412 Precondition Failed", Vec::new()),
            ("PUT", None) => {
                kept.insert(path, body);
                ("200 OK", Vec::new())
            }
            (_, Some(bytes)) => ("200 OK", bytes),
            (_, None) => ("404 Not Found", Vec::new()),
        };
        write!(
            out,
            "HTTP/1.1 {status}\r\netag: \"e\"\r\nlast-modified: Mon, 02 Mar 2026 00:00:00 GMT\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        )
        .unwrap();
        out.write_all(&answer).unwrap();
    }
}

#[test]
fn a_bucket_keeps_bytes_under_their_digest_with_signed_requests() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (kept, asked) = (Kept::default(), Arc::new(Mutex::new(Vec::new())));
    let (kept_there, asked_there) = (Arc::clone(&kept), Arc::clone(&asked));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (kept, asked) = (Arc::clone(&kept_there), Arc::clone(&asked_there));
            std::thread::spawn(move || serve(stream, &kept, &asked));
        }
    });
    let place = ContentPlace::bucket(&Bucket {
        endpoint: format!("http://127.0.0.1:{port}"),
        region: "cn-east-1".to_owned(),
        bucket: "papers".to_owned(),
        access_key: "AKTEST".to_owned(),
        secret: "not a secret".to_owned(),
    })
    .unwrap();
    let bytes = b"%PDF-1.7 invoice".to_vec();
    let digest = sha256_of(&bytes);
    assert_eq!(place.get(&digest).unwrap(), None);
    place.put(&digest, &bytes).unwrap();
    place.put(&digest, &bytes).unwrap();
    assert_eq!(place.get(&digest).unwrap(), Some(bytes));
    let hex = hex::encode(digest);
    let wanted = format!("/papers/{}/{}/{hex}", &hex[..2], &hex[2..4]);
    assert_eq!(kept.lock().unwrap().keys().collect::<Vec<_>>(), [&wanted]);
    let asked = asked.lock().unwrap();
    assert!(!asked.is_empty());
    for head in asked.iter() {
        assert!(
            head.contains("AWS4-HMAC-SHA256 Credential=AKTEST/"),
            "{head}"
        );
        assert!(!head.contains("not a secret"), "{head}");
    }
    assert!(!format!("{place:?}").contains("not a secret"));
}
