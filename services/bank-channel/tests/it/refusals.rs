//! Hostile and damaged messages.

use bank_channel::messages::camt;
use bank_channel::messages::document::{MAX_DOCUMENT_BYTES, ReadError};
use proptest::prelude::*;

use crate::statements::{entry, notification};

fn sound() -> String {
    let extra = "<Refs><EndToEndId>E-1</EndToEndId></Refs>";
    notification(
        "camt.054.001.08",
        &entry("1.00", "CNY", "CRDT", "R-1", extra),
    )
}

fn code(xml: &str) -> &'static str {
    camt::read(xml.as_bytes()).unwrap_err().code()
}

#[test]
fn a_mutated_message_is_refused_with_its_own_code() {
    camt::read(sound().as_bytes()).unwrap();
    let with = |from: &str, to: &str| {
        let changed = sound().replace(from, to);
        assert_ne!(changed, sound(), "{from} is not in the message");
        code(&changed)
    };
    let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Document";
    assert_eq!(with("<Document", bomb), "message_doctype_refused");
    assert_eq!(
        with(
            "<Document",
            "<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><Document"
        ),
        "message_doctype_refused"
    );
    assert_eq!(with(">E-1<", ">&a;<"), "message_entity_refused");
    assert_eq!(with(">E-1<", ">&#0;<"), "message_entity_refused");
    assert_eq!(with(">E-1<", ">&#x1;<"), "message_entity_refused");
    assert_eq!(with("UTF-8", "GB18030"), "message_not_utf8");
    assert_eq!(with("</Document>", ""), "message_not_xml");
    assert_eq!(with("</Ntfctn>", "</Ntfctm>"), "message_not_xml");
    assert_eq!(
        with("</Document>", "</Document><Document/>"),
        "message_not_xml"
    );
    assert_eq!(
        with("camt.054.001.08", "camt.054.001.01"),
        "message_of_another_kind"
    );
    assert_eq!(
        with("camt.054.001.08", "camt.054.002.08"),
        "message_of_another_kind"
    );
    assert_eq!(with("urn:iso", "urn:iss"), "message_of_another_kind");
    assert_eq!(with("<MsgId>N-1</MsgId>", ""), "message_element_missing");
    assert_eq!(
        with("<MsgId>N-1</MsgId>", "<MsgId>N-1</MsgId><MsgId>N-2</MsgId>"),
        "message_element_repeated"
    );
    assert_eq!(with(" Ccy=\"CNY\"", ""), "message_element_missing");
    assert_eq!(with("\"CNY\"", "\"XXX\""), "message_value_invalid");
    for amount in ["1.005", "-1.00", "1e3", "1,00", "", "99999999999999999999"] {
        assert_eq!(
            with(">1.00<", &format!(">{amount}<")),
            "message_value_invalid",
            "{amount:?}"
        );
    }
    assert_eq!(with("CRDT", "BOTH"), "message_value_invalid");
    assert_eq!(
        with("2026-11-20</Dt>", "2026-02-30</Dt>"),
        "message_value_invalid"
    );
    assert_eq!(with("<Ntry>", "<Ntry>text"), "message_value_invalid");
}

#[test]
fn size_and_depth_are_bounded() {
    let deep = sound().replace(
        ">E-1<",
        &format!(">{}{}<", "<x>".repeat(100), "</x>".repeat(100)),
    );
    assert_eq!(code(&deep), "message_too_complex");
    let large = vec![b' '; MAX_DOCUMENT_BYTES + 1];
    assert_eq!(camt::read(&large), Err(ReadError::TooLarge));
    assert_eq!(camt::read(b"\xff\xfe<"), Err(ReadError::NotUtf8));
    assert_eq!(code(""), "message_not_xml");
}

proptest! {
    #[test]
    fn no_damage_makes_the_reader_panic(at in 0_usize..2_000, byte: u8, cut: bool) {
        let mut bytes = sound().into_bytes();
        let at = at % bytes.len();
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        // Whatever it says, an amount that comes through is one that was written.
        if let Ok(reports) = camt::read(&bytes) {
            prop_assert!(reports[0].entries.len() <= 1);
        } else if !cut {
            prop_assert_ne!(bytes, sound().into_bytes());
        }
    }
}
