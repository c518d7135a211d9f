//! The receiver: what it takes, what it refuses, what it keeps.

use tempfile::TempDir;

use crate::mailbox::Mailbox;

#[test]
fn a_letter_is_kept_over_a_restart() {
    let folder = TempDir::new().unwrap();
    let subject = "凭证 CNY 1,200,000.00 已签收";
    let text = "第一行\n.leading dot\n";
    {
        let mailbox = Mailbox::start(folder.path(), &[]);
        mailbox.send("李娜 <li.na@ruide.example>", subject, text, "<p>您好</p>");
    }
    let mailbox = Mailbox::start(folder.path(), &[]);
    mailbox.send("bank@jianghai.example", "second", "two", "<p>two</p>");
    let all = mailbox.json("");
    assert_eq!(all.len(), 2);
    assert_eq!(
        (all[0]["id"].as_u64(), all[0]["subject"].as_str()),
        (Some(2), Some("second"))
    );
    assert_eq!(all[1]["subject"], subject);
    assert_eq!(all[1]["to"][0], "li.na@ruide.example");
    assert_eq!(all[1]["text"].as_str().unwrap().trim_end(), text.trim_end());
    assert!(all[1]["date"].as_str().unwrap().ends_with(" UTC"));
    assert_eq!(all[1]["from"], "Tallystick <notices@tally.example>");
}

#[test]
fn json_filters_by_the_whole_address() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    for to in ["na@x.example", "li.na@x.example", "NA@x.example"] {
        mailbox.send(to, to, "text", "html");
    }
    let subjects: Vec<_> = mailbox
        .json("?to=na@x.example")
        .iter()
        .map(|message| message["subject"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(subjects, ["NA@x.example", "na@x.example"]);
    assert_eq!(mailbox.json("?limit=1").len(), 1);
}

#[test]
fn only_the_newest_are_kept() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &["--keep", "2"]);
    for subject in ["one", "two", "three"] {
        mailbox.send("a@x.example", subject, "text", "html");
    }
    let ids: Vec<_> = mailbox
        .json("")
        .iter()
        .map(|message| message["id"].as_u64())
        .collect();
    assert_eq!(ids, [Some(3), Some(2)]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(mailbox.get("/?open=1").status(), 404);
}

#[test]
fn recipients_come_from_the_envelope_and_not_from_the_message() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let mut talk = mailbox.talk();
    talk.envelope("real@x.example");
    talk.say(b"Delivered-To: forged@x.example\r\nTo: shown@x.example\r\n\r\nbody\r\n.\r\n");
    assert!(talk.hear().starts_with("250 "));
    assert_eq!(
        mailbox.json("")[0]["to"],
        serde_json::json!(["real@x.example"])
    );
}

#[test]
fn a_message_above_ten_megabytes_is_refused_and_the_next_one_taken() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let mut talk = mailbox.talk();
    talk.envelope("a@x.example");
    let line = [[b'x'; 98].as_slice(), b"\r\n"].concat();
    let megabyte = line.repeat(10_486);
    for _ in 0..11 {
        talk.say(&megabyte);
    }
    talk.say(b".\r\n");
    assert!(talk.hear().starts_with("552 "));
    assert_eq!(talk.code("MAIL FROM:<a@x.example> SIZE=10485761"), "552");
    talk.envelope("a@x.example");
    talk.say(b"Subject: small\r\n\r\nbody\r\n.\r\n");
    assert!(talk.hear().starts_with("250 "));
    assert_eq!(mailbox.json("").len(), 1);
}

#[test]
fn a_bare_line_feed_ends_no_message() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let mut talk = mailbox.talk();
    talk.envelope("a@x.example");
    talk.say(b"Subject: one\r\n\r\nbody\n.\r\nMAIL FROM:<eve@x.example>\r\n..dot\r\n.\r\n");
    assert!(talk.hear().starts_with("250 "));
    let all = mailbox.json("");
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["text"], "body\n.\nMAIL FROM:<eve@x.example>\n.dot\n");
}

#[test]
fn commands_out_of_order_or_out_of_shape_are_answered() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let mut talk = mailbox.talk();
    for (command, code) in [
        ("MAIL FROM:<a@x.example>", "503"),
        ("EHLO test", "250"),
        ("RCPT TO:<a@x.example>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@x.example", "501"),
        ("MAIL FROM:<>", "250"),
        ("DATA", "503"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<refused@x.example>", "550"),
        ("RCPT TO:<later@x.example>", "451"),
        ("RCPT TO:<@relay.example:b@x.example>", "250"),
        ("NOOP", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("STARTTLS", "502"),
        ("EHLO \u{7}", "500"),
        ("", "502"),
        ("QUIT", "221"),
    ] {
        assert_eq!(talk.code(command), code, "{command}");
    }
    assert_eq!(talk.hear(), "");
    let mut talk = mailbox.talk();
    talk.say(&[b'x'; 4096]);
    assert!(talk.hear().starts_with("500 "));
}

#[test]
fn a_broken_connection_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let mut talk = mailbox.talk();
    talk.envelope("a@x.example");
    talk.say(b"Subject: half\r\n\r\nbo");
    drop(talk);
    mailbox.send("a@x.example", "whole", "text", "html");
    assert_eq!(mailbox.json("").len(), 1);
}
