//! How accounts and banks are named in a message, shared by what is written and what is read.

use super::document::{Element, ReadError};
use super::writing::{MessageWriter, WriteError};

/// Somebody's account at a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountParty {
    /// The name of the owner, at most 140 characters.
    pub name: String,
    /// The account number: an IBAN where its check digits hold, any other number (at most 34
    /// characters) otherwise, as Chinese accounts are.
    pub account: String,
    /// The bank: a BIC where shaped like one, otherwise the 12-digit CNAPS code (联行号).
    pub bank_code: String,
}

/// What a payment says about its purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remittance {
    /// Structured creditor reference, at most 35 characters, such as a paper's number.
    pub reference: Option<String>,
    /// Free lines of at most 140 characters each.
    pub lines: Vec<String>,
}

/// Whether money comes to the account or leaves it, seen from the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Money came in (`CRDT`).
    Credit,
    /// Money went out (`DBIT`).
    Debit,
}

impl Side {
    /// From `CRDT` or `DBIT`.
    pub(crate) fn read(text: &str) -> Result<Side, ReadError> {
        match text {
            "CRDT" => Ok(Side::Credit),
            "DBIT" => Ok(Side::Debit),
            _ => Err(ReadError::bad_value("CdtDbtInd", text, "CRDT or DBIT")),
        }
    }
}

/// Whether the text is an IBAN: shape and ISO 7064 MOD 97-10 check digits.
#[must_use]
pub fn is_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = (15..=34).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit);
    if !shaped {
        return false;
    }
    // The first four characters move to the end; letters count A = 10 to Z = 35.
    let moved = bytes.iter().skip(4).chain(bytes.iter().take(4));
    let remainder = moved.fold(0_u32, |rest, byte| {
        let value = char::from(*byte).to_digit(36).unwrap_or(0);
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    });
    remainder == 1
}

/// Whether the text is shaped like a BIC: 4 letters or digits, 2 letters, 2, and 3 more or none.
#[must_use]
pub fn is_bic(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes.len(), 8 | 11)
        && bytes
            .iter()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && bytes.iter().skip(4).take(2).all(u8::is_ascii_uppercase)
}

/// Writes an account: `<name><Id>…</Id></name>`.
pub(crate) fn write_account(
    out: &mut MessageWriter,
    name: &'static str,
    account: &str,
) -> Result<(), WriteError> {
    out.open_all(&[name, "Id"]);
    if is_iban(account) {
        out.code("IBAN", account);
    } else {
        out.open("Othr");
        out.text("Id", account, 34)?;
        out.close(1);
    }
    out.close(2);
    Ok(())
}

/// Writes a bank: `<name><FinInstnId>…</FinInstnId></name>`.
pub(crate) fn write_bank(
    out: &mut MessageWriter,
    name: &'static str,
    bank_code: &str,
) -> Result<(), WriteError> {
    out.open_all(&[name, "FinInstnId"]);
    if is_bic(bank_code) {
        out.code("BICFI", bank_code);
    } else {
        out.open_all(&["ClrSysMmbId", "ClrSysId"]);
        out.code("Cd", "CNAPS");
        out.close(1);
        out.text("MmbId", bank_code, 35)?;
        out.close(1);
    }
    out.close(2);
    Ok(())
}

/// Writes `RmtInf` if there is anything to say.
pub(crate) fn write_remittance(
    out: &mut MessageWriter,
    remittance: &Remittance,
) -> Result<(), WriteError> {
    if remittance.lines.is_empty() && remittance.reference.is_none() {
        return Ok(());
    }
    out.open("RmtInf");
    for line in &remittance.lines {
        out.text("Ustrd", line, 140)?;
    }
    if let Some(reference) = &remittance.reference {
        out.open_all(&["Strd", "CdtrRefInf"]);
        out.text("Ref", reference, 35)?;
        out.close(2);
    }
    out.close(1);
    Ok(())
}

/// Reads the number out of an element that holds `Id/IBAN` or `Id/Othr/Id`.
pub(crate) fn read_account(holder: &Element) -> Result<String, ReadError> {
    let id = holder.required("Id")?;
    if let Some(iban) = id.optional_text(&["IBAN"])? {
        return Ok(iban.to_owned());
    }
    Ok(id.required_text(&["Othr", "Id"])?.to_owned())
}

/// Reads `RmtInf` of a transaction; the first structured creditor reference counts.
pub(crate) fn read_remittance(details: &Element) -> Result<Remittance, ReadError> {
    let Some(found) = details.optional("RmtInf")? else {
        return Ok(Remittance::default());
    };
    let mut reference = None;
    for structured in found.all("Strd") {
        if reference.is_none() {
            reference = structured.optional_text(&["CdtrRefInf", "Ref"])?;
        }
    }
    Ok(Remittance {
        reference: reference.map(str::to_owned),
        lines: found
            .all("Ustrd")
            .map(|line| line.text().to_owned())
            .collect(),
    })
}
