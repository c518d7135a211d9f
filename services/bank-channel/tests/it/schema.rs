//! The official schemas of ISO 20022, asked through xmllint. Their absence fails the test.

use std::path::PathBuf;
use std::process::Command;

/// Whether a message is valid, with what xmllint says.
pub(crate) fn check(message_name: &str, xml: &str) -> Result<(), String> {
    let folder = std::env::var("TALLYSTICK_XSD")
        .expect("TALLYSTICK_XSD names no folder of schemas: run through cargo nextest or ops/test");
    let schema = PathBuf::from(folder).join(format!("{message_name}.xsd"));
    assert!(schema.is_file(), "{} is missing", schema.display());
    let xmllint = std::env::var("TALLYSTICK_XMLLINT").unwrap_or_else(|_| "xmllint".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("message.xml");
    std::fs::write(&file, xml).unwrap();
    let said = Command::new(xmllint)
        .args(["--nonet", "--noout", "--schema"])
        .arg(&schema)
        .arg(&file)
        .output()
        .expect("xmllint runs");
    if said.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&said.stderr).into_owned())
    }
}
