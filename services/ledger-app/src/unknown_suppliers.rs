//! Whom a list of payables names that nobody knows: the payees whose rows wait until the operator
//! has taken them in.

use std::collections::BTreeMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::ImportId;
use ledger_core::party::PartyKind;
use ledger_store::unit_of_work::ReadTx;

use crate::app::App;
use crate::error::AppError;
use crate::imported_row::LoadProblem;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_lookup::UnknownSupplier;
use crate::supplier_lookup::comparable;

/// The payees of a list that were unknown when it was read, sorted by whether they still are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownSuppliers {
    /// Nobody on the platform is meant by these; those in most rows first. A payee that the list
    /// writes in several ways stands here once, as long as the names compare alike.
    pub waiting: Vec<UnknownSupplier>,
    /// Rows that name them.
    pub waiting_rows: u64,
    /// How many have been taken in since: their rows load when the list is handed in again.
    pub taken_in: usize,
}

/// The unknown payees of a list. For the operator, and for the obligor whose list it is.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`] for somebody else's list.
pub fn view(app: &App, who: &Principal, import: ImportId) -> Result<UnknownSuppliers, AppError> {
    let operator = who.may(Action::OnboardParty).is_ok();
    if !operator {
        who.may(Action::ViewOutstanding)?;
    }
    app.store.read(|tx| {
        let list = tx.import_by_id(import)?;
        if !operator && list.obligor != who.party {
            return Err(AppError::NotFound);
        }
        load(tx, import)
    })
}

fn load(tx: &mut ReadTx<'_>, import: ImportId) -> Result<UnknownSuppliers, AppError> {
    let code = LoadProblem::UnknownSupplier.code();
    // Payees, not rows: a file has as many of them as its obligor has suppliers.
    let written = tx.import_problem_values(import, code, i64::MAX)?;
    let mut payees: BTreeMap<String, UnknownSupplier> = BTreeMap::new();
    for (text, rows) in written {
        let one = UnknownSupplier::read(&text, rows);
        let same = payees.entry(identity(&one)).or_insert(UnknownSupplier {
            rows: 0,
            ..one.clone()
        });
        same.rows = same.rows.saturating_add(rows);
    }
    if payees.is_empty() {
        return Ok(UnknownSuppliers::default());
    }
    let codes: Vec<String> = payees.values().filter_map(|one| one.uscc.clone()).collect();
    let mut here: HashSet<String> = HashSet::new();
    here.extend(tx.parties_by_usccs(&codes)?.into_iter().map(|p| p.uscc));
    for party in tx.import_party_names(PartyKind::Supplier)? {
        here.extend([comparable(&party.name), comparable(&party.name_en)]);
    }
    here.remove("");
    let mut found = UnknownSuppliers::default();
    for (identity, payee) in payees {
        if here.contains(&identity) {
            found.taken_in = found.taken_in.saturating_add(1);
        } else {
            found.waiting_rows = found
                .waiting_rows
                .saturating_add(u64::try_from(payee.rows).unwrap_or(0));
            found.waiting.push(payee);
        }
    }
    found
        .waiting
        .sort_by_key(|payee| std::cmp::Reverse(payee.rows));
    Ok(found)
}

/// By what a later look-up will find it: its code, else its name.
fn identity(payee: &UnknownSupplier) -> String {
    match (&payee.uscc, &payee.name) {
        (Some(code), _) => code.clone(),
        (None, Some(name)) => comparable(name),
        (None, None) => String::new(),
    }
}

/// A list with payees that were unknown when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListWithUnknown {
    /// The list.
    pub import: ImportId,
    /// Who handed it in.
    pub obligor: String,
    /// Its file's name.
    pub file_name: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Its payees.
    pub payees: UnknownSuppliers,
}

/// Lists looked at for each obligor.
const LATEST: i64 = 5;

/// The latest lists of every obligor that name payees still unknown, newest first: what waits for
/// the operator.
///
/// # Errors
/// [`AppError::Forbidden`].
pub fn lists(app: &App, who: &Principal) -> Result<Vec<ListWithUnknown>, AppError> {
    who.may(Action::OnboardParty)?;
    let code = LoadProblem::UnknownSupplier.code();
    app.store.read(|tx| {
        let mut lists = Vec::new();
        for obligor in tx.parties_of_kind(PartyKind::Obligor)? {
            for list in tx.imports_of_obligor(obligor.id, LATEST)? {
                if list.counts.pointer(&format!("/by_code/{code}")).is_none() {
                    continue;
                }
                let payees = load(tx, list.id)?;
                if !payees.waiting.is_empty() {
                    lists.push(ListWithUnknown {
                        import: list.id,
                        obligor: obligor.name.clone(),
                        file_name: list.file_name,
                        at: list.created_at,
                        payees,
                    });
                }
            }
        }
        lists.sort_by_key(|list| std::cmp::Reverse(list.at));
        Ok(lists)
    })
}
