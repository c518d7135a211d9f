//! From rows of a list of payables to issued papers with two signatures: `import_payables`,
//! `propose_issue`, `approve_issue`, as the treasury's pages call them, from parsed rows on.

use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::approve_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_core::amount::Amount;
use ledger_core::hash::sha256_of;

use crate::cast::Cast;
use crate::cast::supplier_name;
use crate::failure::Failure;
use crate::failure::lost;
use crate::signed_entries::cny;

/// Rows handed over in one go.
const PART: usize = 1_000;

/// How long each step took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Issuing {
    /// Papers issued.
    pub(crate) papers: usize,
    /// Rows into payables.
    pub(crate) import: Duration,
    /// The maker's proposals, signed.
    pub(crate) propose: Duration,
    /// The checker's approvals, signed; entries durable.
    pub(crate) approve: Duration,
}

/// Issues a paper for each of `count` payables.
pub(crate) fn measure(
    app: &App,
    cast: &Cast,
    count: usize,
    due_date: NaiveDate,
) -> Result<Issuing, Failure> {
    let rows = rows(app, cast, count, due_date)?;
    let (maker, checker) = (&cast.maker, &cast.checker);
    let start = Instant::now();
    let list = import_payables::begin(app, &maker.who, "bench.csv", [1; 32], &Default::default())?;
    for part in rows.chunks(PART) {
        import_payables::load(app, &maker.who, list, part, &[])?;
    }
    import_payables::finish(app, &maker.who, list)?;
    let import = start.elapsed();
    let start = Instant::now();
    let (chosen, terms) = (Chosen::Import(list), IssueTerms::default());
    let proposed = propose_issue::run(app, &maker.who, &maker.signer, &chosen, &terms)?;
    let propose = start.elapsed();
    let start = Instant::now();
    let meant = Meant::Import(list);
    let approved = approve_issue::run(app, &checker.who, &checker.signer, &meant)?;
    let approve = start.elapsed();
    let issued = usize::try_from(approved.issued).unwrap_or(0);
    if issued != count {
        return Err(lost(format!(
            "{issued} of {count} papers were issued; proposals refused: {:?}",
            proposed.refused_by_code
        )));
    }
    Ok(Issuing {
        papers: issued,
        import,
        propose,
        approve,
    })
}

fn rows(
    app: &App,
    cast: &Cast,
    count: usize,
    due_date: NaiveDate,
) -> Result<Vec<ImportedRow>, Failure> {
    let (date, currency) = (app.business_date()?, cny()?);
    let mut rows = Vec::with_capacity(count);
    let suppliers = cast.suppliers.len().max(1);
    for (place, line) in (0..count).zip(2_u64..) {
        let name = supplier_name(place.checked_rem(suppliers).unwrap_or(0).saturating_add(1));
        let payable_no = format!("BENCH-{place}");
        rows.push(ImportedRow {
            line,
            digest: sha256_of(payable_no.as_bytes()),
            supplier: SupplierIdentity::Name(name.clone()),
            supplier_uscc: None,
            vendor_id: None,
            supplier_name: Some(name),
            payable_no,
            po_no: Some("PO-1".to_owned()),
            acceptance_date: Some(date),
            invoice_no: Some(format!("{:020}", place)),
            invoice_date: Some(date),
            invoice_gross: None,
            gross_amount: Amount::from_minor(12_345_678).map_err(|e| lost(e.to_string()))?,
            currency,
            due_date,
            company_code: "1000".to_owned(),
            cost_centre: None,
            remark: None,
        });
    }
    Ok(rows)
}
