//! The XML of a fully digital invoice as the tax authority delivers it (`EInvoice`).
//!
//! Read is what the face says; whether it adds up is [`InvoiceFace::check`]. The seal of the tax
//! authority needs its certificate chain and is not checked here.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::invoice::InvoiceFace;
use ledger_core::invoice::InvoiceLine;
use ledger_core::invoice::InvoiceParty;
use ledger_core::invoice::InvoiceStatus;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Deepest nesting and most lines that are read.
const DEEPEST: usize = 16;
const MOST_LINES: usize = 2_000;

/// Why a file can't be read as an invoice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EInvoiceFault {
    /// Not well-formed, or with a document type, which no invoice has.
    #[error("the file is no XML that can be read")]
    Xml,
    /// Another kind of XML.
    #[error("the file is no fully digital invoice; {0} is missing")]
    Missing(&'static str),
    /// A value has not the shape it must have.
    #[error("the file can't be read as an invoice: {0} is malformed")]
    Malformed(&'static str),
}

impl EInvoiceFault {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            EInvoiceFault::Xml => "invoice_xml_unreadable",
            EInvoiceFault::Missing(_) | EInvoiceFault::Malformed(_) => "invoice_xml_not_an_invoice",
        }
    }
}

/// Whether bytes begin as XML does.
#[must_use]
pub fn is_xml(bytes: &[u8]) -> bool {
    bytes.starts_with(b"<?xml") || bytes.starts_with(b"\xef\xbb\xbf<?xml")
}

/// Reads an invoice.
///
/// # Errors
/// [`EInvoiceFault`].
pub fn read(bytes: &[u8]) -> Result<InvoiceFace, EInvoiceFault> {
    let fields = Fields::read(bytes)?;
    let text = |name: &'static str| fields.text(name).ok_or(EInvoiceFault::Missing(name));
    let number = fields
        .text("InvoiceNumber")
        .or_else(|| fields.text("EIid"))
        .ok_or(EInvoiceFault::Missing("InvoiceNumber"))?;
    let moment = fields
        .text("IssueTime")
        .or_else(|| fields.text("RequestTime"))
        .ok_or(EInvoiceFault::Missing("IssueTime"))?;
    let issued_on = moment
        .get(..10)
        .and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok())
        .ok_or(EInvoiceFault::Malformed("IssueTime"))?;
    let lines = fields
        .lines
        .iter()
        .map(|line| {
            let of = |name: &'static str| line.get(name).map(String::as_str).unwrap_or_default();
            Ok(InvoiceLine {
                item: of("ItemName").to_owned(),
                net: amount(of("Amount"), "Amount")?,
                tax: amount(of("ComTaxAm"), "ComTaxAm")?,
            })
        })
        .collect::<Result<_, EInvoiceFault>>()?;
    Ok(InvoiceFace {
        number,
        issued_on,
        seller: InvoiceParty {
            name: text("SellerName")?,
            tax_id: text("SellerIdNum")?,
        },
        buyer: InvoiceParty {
            name: text("BuyerName")?,
            tax_id: text("BuyerIdNum")?,
        },
        currency: Currency::CNY,
        net: amount(&text("TotalAmWithoutTax")?, "TotalAmWithoutTax")?,
        tax: amount(&text("TotalTaxAm")?, "TotalTaxAm")?,
        gross: amount(&text("TotalTax-includedAmount")?, "TotalTax-includedAmount")?,
        capitals: fields
            .text("TotalTax-includedAmountInChinese")
            .unwrap_or_default(),
        lines,
        status: InvoiceStatus::Normal,
    })
}

/// Yuan; a red-letter invoice has a minus sign and is no invoice that carries anything.
fn amount(text: &str, name: &'static str) -> Result<Amount, EInvoiceFault> {
    Amount::parse(text.trim(), Currency::CNY).map_err(|_shape| EInvoiceFault::Malformed(name))
}

/// The leaves of the file: those of the lines apart, of the others the first of a name.
#[derive(Default)]
struct Fields {
    texts: HashMap<String, String>,
    lines: Vec<HashMap<String, String>>,
}

impl Fields {
    fn read(bytes: &[u8]) -> Result<Fields, EInvoiceFault> {
        let text = std::str::from_utf8(bytes).map_err(|_not_utf8| EInvoiceFault::Xml)?;
        let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
        let mut fields = Fields::default();
        let mut path: Vec<String> = Vec::new();
        let mut leaf = String::new();
        loop {
            match reader.read_event().map_err(|_xml| EInvoiceFault::Xml)? {
                Event::Eof if path.is_empty() => return Ok(fields),
                Event::Eof | Event::DocType(_) => return Err(EInvoiceFault::Xml),
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    if path.is_empty() && name != "EInvoice" {
                        return Err(EInvoiceFault::Missing("EInvoice"));
                    }
                    if name == "IssuItemInformation" {
                        fields.lines.push(HashMap::new());
                    }
                    path.push(name);
                    leaf.clear();
                    if path.len() > DEEPEST || fields.lines.len() > MOST_LINES {
                        return Err(EInvoiceFault::Xml);
                    }
                }
                Event::Text(text) => leaf.push_str(&text),
                Event::CData(text) => leaf.push_str(&text),
                Event::GeneralRef(sign) => leaf.push_str(meaning(&sign)?),
                Event::End(_) => {
                    let name = path.pop().ok_or(EInvoiceFault::Xml)?;
                    fields.keep(&path, name, leaf.trim());
                    leaf.clear();
                }
                _ => {}
            }
        }
    }

    fn keep(&mut self, path: &[String], name: String, text: &str) {
        if text.is_empty() {
            return;
        }
        let in_line = path.iter().any(|part| part == "IssuItemInformation");
        let place = match self.lines.last_mut() {
            Some(line) if in_line => line,
            _ => &mut self.texts,
        };
        place.entry(name).or_insert_with(|| text.to_owned());
    }

    fn text(&self, name: &str) -> Option<String> {
        self.texts.get(name).cloned()
    }
}

/// The five entities that XML itself defines; no file defines others here.
fn meaning(sign: &str) -> Result<&'static str, EInvoiceFault> {
    Ok(match sign {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(EInvoiceFault::Xml),
    })
}
