//! Finds the suppliers that the rows of a list mean: by credit code, or by name.
//!
//! A vendor number means something only inside the obligor's own system; a row that is identified
//! by one is found by its credit code if it brings one, else by its name.

use std::collections::HashMap;

use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::social_credit_code::SocialCreditCode;
use ledger_store::error::StoreError;
use ledger_store::unit_of_work::ReadTx;

use crate::imported_row::ImportedRow;
use crate::imported_row::LoadProblem;
use crate::imported_row::SupplierIdentity;

/// Suppliers by code and by comparable name, as far as some rows need them.
#[derive(Debug, Default)]
pub(crate) struct SupplierLookup {
    by_uscc: HashMap<String, (PartyId, PartyKind)>,
    by_name: HashMap<String, Named>,
}

#[derive(Debug, Clone, Copy)]
enum Named {
    One(PartyId),
    Several,
}

/// How a row says who its supplier is.
enum Means<'a> {
    Uscc(&'a str),
    Name(String),
    Nothing,
}

fn means(row: &ImportedRow) -> Means<'_> {
    let name = |name: Option<&String>| match name.map(|name| comparable(name)) {
        Some(name) if !name.is_empty() => Means::Name(name),
        _ => Means::Nothing,
    };
    match (&row.supplier, &row.supplier_uscc) {
        (SupplierIdentity::Uscc(code), _) | (SupplierIdentity::VendorId(_), Some(code)) => {
            Means::Uscc(code)
        }
        (SupplierIdentity::VendorId(_), None) => name(row.supplier_name.as_ref()),
        (SupplierIdentity::Name(written), _) => name(Some(written)),
    }
}

/// A name for comparing: full-width letters made plain, capitals, every run of spaces and
/// punctuation one space, none at the ends. The rule by which the file readers compare names.
pub(crate) fn comparable(name: &str) -> String {
    let mut plain = String::new();
    for sign in name.chars() {
        let narrow = match u32::from(sign) {
            code @ 0xff01..=0xff5e => char::from_u32(code.saturating_sub(0xfee0)).unwrap_or(sign),
            _ => sign,
        };
        if narrow.is_alphanumeric() {
            plain.extend(narrow.to_uppercase());
        } else if !plain.ends_with(' ') && !plain.is_empty() {
            plain.push(' ');
        }
    }
    plain.trim_end().to_owned()
}

impl SupplierLookup {
    /// Loads what `rows` need, in at most two queries.
    pub(crate) fn load(
        tx: &mut ReadTx<'_>,
        rows: &[ImportedRow],
    ) -> Result<SupplierLookup, StoreError> {
        let mut codes = Vec::new();
        let mut named = false;
        for row in rows {
            match means(row) {
                Means::Uscc(code) => codes.push(code.to_owned()),
                Means::Name(_) => named = true,
                Means::Nothing => {}
            }
        }
        codes.sort_unstable();
        codes.dedup();
        let mut lookup = SupplierLookup::default();
        if !codes.is_empty() {
            for party in tx.parties_by_usccs(&codes)? {
                lookup.by_uscc.insert(party.uscc, (party.id, party.kind));
            }
        }
        if named {
            for party in tx.import_party_names(PartyKind::Supplier)? {
                lookup.know(&party.name, party.id);
                lookup.know(&party.name_en, party.id);
            }
        }
        Ok(lookup)
    }

    fn know(&mut self, name: &str, party: PartyId) {
        let name = comparable(name);
        if name.is_empty() {
            return;
        }
        self.by_name
            .entry(name)
            .and_modify(|known| {
                if !matches!(known, Named::One(same) if *same == party) {
                    *known = Named::Several;
                }
            })
            .or_insert(Named::One(party));
    }

    /// The supplier of a row.
    pub(crate) fn find(&self, row: &ImportedRow) -> Result<PartyId, LoadProblem> {
        match means(row) {
            Means::Uscc(code) => match self.by_uscc.get(code) {
                Some((id, PartyKind::Supplier)) => Ok(*id),
                Some(_) => Err(LoadProblem::NotASupplier),
                None => Err(LoadProblem::UnknownSupplier),
            },
            Means::Name(name) => match self.by_name.get(&name) {
                Some(Named::One(id)) => Ok(*id),
                Some(Named::Several) => Err(LoadProblem::AmbiguousSupplier),
                None => Err(LoadProblem::UnknownSupplier),
            },
            Means::Nothing => Err(LoadProblem::UnknownSupplier),
        }
    }
}

/// Between the parts of a written identity.
const BETWEEN: &str = " · ";

/// Who a row means, in one text for the list of problems: code, `#` vendor number, name.
pub(crate) fn written(row: &ImportedRow) -> String {
    let identity = match &row.supplier {
        SupplierIdentity::Name(name) => Some(name),
        _ => None,
    };
    let vendor = row.vendor_id.as_ref().map(|id| format!("#{id}"));
    [
        row.supplier_uscc.as_ref(),
        vendor.as_ref(),
        row.supplier_name.as_ref().or(identity),
    ]
    .into_iter()
    .flatten()
    .map(String::as_str)
    .collect::<Vec<_>>()
    .join(BETWEEN)
}

/// A supplier of a list that is not on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSupplier {
    /// Unified social credit code, if the list gives one.
    pub uscc: Option<String>,
    /// The obligor's vendor number, if the list gives one.
    pub vendor_id: Option<String>,
    /// Name as written, if the list gives one.
    pub name: Option<String>,
    /// In how many rows.
    pub rows: i64,
}

impl UnknownSupplier {
    /// Reads what [`written`] wrote.
    pub(crate) fn read(text: &str, rows: i64) -> UnknownSupplier {
        let mut rest = text;
        let mut take = |fits: fn(&str) -> bool| {
            let (first, after) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
            fits(first).then(|| {
                rest = after;
                first.to_owned()
            })
        };
        let uscc = take(|part| SocialCreditCode::parse(part).is_ok());
        let vendor_id =
            take(|part| part.starts_with('#')).map(|part| part.trim_start_matches('#').to_owned());
        let name = Some(rest.to_owned()).filter(|name| !name.is_empty());
        UnknownSupplier {
            uscc,
            vendor_id,
            name,
            rows,
        }
    }
}
