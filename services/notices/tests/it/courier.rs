//! Letters handed to a real SMTP server.

use std::net::TcpListener;
use std::time::Duration;

use ledger_app::language::Language;
use ledger_app::recipient::Recipient;
use mail_parser::MessageParser;
use notices::courier::Courier;
use notices::courier::CourierError;
use notices::courier::CourierSettings;
use notices::courier::TlsMode;
use notices::letters::Letter;
use notices::letters::write;
use notices::links::Links;
use testkit::smtp::SmtpServer;

use crate::samples;

const WITHIN: Duration = Duration::from_secs(20);

fn settings(port: u16) -> CourierSettings {
    CourierSettings {
        host: "127.0.0.1".into(),
        port,
        tls: TlsMode::None,
        extra_root: None,
        credentials: None,
        from_email: "notices@tally.example".into(),
        from_name: "Tallystick 通知".into(),
        timeout: Duration::from_secs(20),
    }
}

fn letter(language: Language) -> Letter {
    let links = Links::parse("https://tally.example").unwrap();
    write(&samples::all()[0], &samples::recipient(language), &links).unwrap()
}

fn named(name: &str, email: &str) -> Recipient {
    Recipient {
        email: email.into(),
        name: name.into(),
        language: Language::Zh,
    }
}

#[test]
fn a_letter_arrives_as_it_was_written() {
    let server = SmtpServer::start().unwrap();
    let courier = Courier::new(&settings(server.port())).unwrap();
    let letter = letter(Language::Zh);
    let to = samples::recipient(Language::Zh);
    let delivered = courier.deliver(&letter, &to, "0042").unwrap();
    assert_eq!(delivered.message_id, "<notice-0042@tally.example>");

    let message = server.messages(1, WITHIN).unwrap().remove(0);
    assert_eq!(message.from, "notices@tally.example");
    assert_eq!(message.to, ["li.na@ruide.example"]);
    let parsed = MessageParser::default().parse(&message.raw).unwrap();
    assert_eq!(
        parsed.subject(),
        Some("远航汽车股份有限公司向您开立凭证 CNY 1,200,000.00")
    );
    assert_eq!(parsed.message_id(), Some("notice-0042@tally.example"));
    assert_eq!(
        parsed.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    assert_eq!(
        parsed.header_raw("Content-Language").map(str::trim),
        Some("zh-CN")
    );
    let recipient = parsed.to().unwrap().first().unwrap();
    assert_eq!(recipient.name(), Some("李娜"));
    assert_eq!(
        parsed.from().unwrap().first().unwrap().name(),
        Some("Tallystick 通知")
    );
    let unix = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(unix(&parsed.body_text(0).unwrap()), unix(&letter.text));
    assert_eq!(unix(&parsed.body_html(0).unwrap()), unix(&letter.html));
    assert!(
        message.raw.is_ascii(),
        "a server without 8BITMIME must be able to take it"
    );
}

#[test]
fn a_repeat_carries_the_same_message_id() {
    let server = SmtpServer::start().unwrap();
    let courier = Courier::new(&settings(server.port())).unwrap();
    let to = samples::recipient(Language::En);
    for _ in 0..2 {
        courier.deliver(&letter(Language::En), &to, "7").unwrap();
    }
    for message in server.messages(2, WITHIN).unwrap() {
        let parsed = MessageParser::default().parse(&message.raw).unwrap();
        assert_eq!(parsed.message_id(), Some("notice-7@tally.example"));
    }
}

#[test]
fn line_breaks_in_names_add_no_header() {
    let server = SmtpServer::start().unwrap();
    let courier = Courier::new(&settings(server.port())).unwrap();
    let mut letter = letter(Language::En);
    letter.subject = "Paper\r\nBcc: eve@bad.example\r\n\r\nbody".into();
    for name in [
        "Li\r\nBcc: eve@bad.example",
        "李\nBcc: eve@bad.example",
        "\r\n.\r\nQUIT",
        "\"\\\r\n",
    ] {
        courier
            .deliver(&letter, &named(name, "li@ruide.example"), "1")
            .unwrap();
    }
    for message in server.messages(4, WITHIN).unwrap() {
        assert_eq!(message.to, ["li@ruide.example"]);
        let parsed = MessageParser::default().parse(&message.raw).unwrap();
        assert!(parsed.bcc().is_none());
        assert_eq!(parsed.subject(), Some("Paper Bcc: eve@bad.example body"));
        assert_eq!(
            parsed.to().unwrap().first().unwrap().address(),
            Some("li@ruide.example")
        );
    }
    let error = courier
        .deliver(
            &letter,
            &named("Li", "li@ruide.example\r\nRCPT TO:<eve@bad.example>"),
            "1",
        )
        .unwrap_err();
    assert!(
        matches!(error, CourierError::Address(_)) && error.is_permanent(),
        "{error:?}"
    );
    let error = courier
        .deliver(&letter, &named("Li", "li@ruide.example"), "1>\r\nBcc: x")
        .unwrap_err();
    assert_eq!(error.code(), "mail_outbox_id_invalid");
}

#[test]
fn a_refused_recipient_is_permanent_and_a_deferred_one_is_not() {
    let server = SmtpServer::start().unwrap();
    let courier = Courier::new(&settings(server.port())).unwrap();
    let send = |to: &str| {
        courier
            .deliver(&letter(Language::En), &named("X", to), "1")
            .unwrap_err()
    };
    let error = send("refused@ruide.example");
    assert!(
        matches!(error, CourierError::Refused { code: 550, .. }),
        "{error:?}"
    );
    assert!(error.is_permanent());
    let error = send("later@ruide.example");
    assert!(
        matches!(error, CourierError::Deferred { code: 451, .. }),
        "{error:?}"
    );
    assert!(!error.is_permanent());
    assert!(server.taken().unwrap().is_empty());
    // The connection stays of use to the next letter.
    courier
        .deliver(
            &letter(Language::En),
            &named("X", "good@ruide.example"),
            "2",
        )
        .unwrap();
}

#[test]
fn a_server_that_is_not_there_is_transient() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let courier = Courier::new(&settings(port)).unwrap();
    let to = samples::recipient(Language::En);
    let error = courier
        .deliver(&letter(Language::En), &to, "1")
        .unwrap_err();
    assert!(matches!(error, CourierError::Unreachable(_)), "{error:?}");
    assert!(!error.is_permanent());
}

#[test]
fn a_server_without_tls_gets_no_letter_when_tls_is_asked_for() {
    let server = SmtpServer::start().unwrap();
    for tls in [TlsMode::StartTls, TlsMode::Tls] {
        let courier = Courier::new(&CourierSettings {
            tls,
            ..settings(server.port())
        })
        .unwrap();
        let to = samples::recipient(Language::En);
        let error = courier
            .deliver(&letter(Language::En), &to, "1")
            .unwrap_err();
        assert!(matches!(error, CourierError::Unreachable(_)), "{error:?}");
    }
    assert!(server.taken().unwrap().is_empty());
}

#[test]
fn settings_are_checked_when_the_courier_is_made() {
    let bad = CourierSettings {
        from_email: "nobody".into(),
        ..settings(25)
    };
    assert_eq!(
        Courier::new(&bad).unwrap_err().code(),
        "mail_settings_invalid"
    );
    let bad = CourierSettings {
        tls: TlsMode::Tls,
        extra_root: Some(
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
        ),
        ..settings(25)
    };
    assert_eq!(
        Courier::new(&bad).unwrap_err().code(),
        "mail_settings_invalid"
    );
}
