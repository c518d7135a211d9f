//! Payables over the wire: as an obligor's system hands them in, and what became of them.

use chrono::NaiveDate;
use ledger_app::import_payees::ImportProblem;
use ledger_app::import_result::ImportCounts;
use ledger_app::import_result::ImportResult;
use ledger_app::payables_view::PayableFact;
use ledger_core::paper::PaperState;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::payable_rows::RowIn;
use crate::wire::Money;
use crate::wire::PartyRef;
use crate::wire_clocks::ClockOut;

/// A list of payables.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayablesIn {
    /// What people will know the list by.
    #[serde(default)]
    #[schema(example = "SAP payment run 2026-03-02")]
    pub name: Option<String>,
    /// One to 20,000 payables.
    #[schema(value_type = Vec<PayableIn>)]
    pub payables: Vec<RowIn>,
}

/// A payable as it is handed in. Every value is a string; what is missing, null or empty is not
/// given. `supplier_uscc` says who is to be paid, or else `vendor_id` with `supplier_name`.
#[derive(Debug, ToSchema)]
pub struct PayableIn {
    /// The supplier's unified social credit code.
    pub supplier_uscc: Option<String>,
    /// The obligor's own number of the supplier.
    pub vendor_id: Option<String>,
    /// The supplier's name.
    pub supplier_name: Option<String>,
    /// The obligor's number of the payable; unique with `company_code`.
    #[schema(example = "5100000001")]
    pub payable_no: String,
    /// Purchase order.
    pub po_no: Option<String>,
    /// When the goods or services were accepted, `2026-03-31`.
    pub acceptance_date: Option<String>,
    /// Invoice number.
    pub invoice_no: Option<String>,
    /// Invoice date.
    pub invoice_date: Option<String>,
    /// Total of the invoice with tax in major units, where the payable may be a part of it only;
    /// without it one paper stands for the invoice and no second.
    #[schema(example = "1200000.00")]
    pub invoice_gross: Option<String>,
    /// Amount with tax in major units.
    #[schema(example = "1200000.00")]
    pub gross_amount: String,
    /// ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// When it is to be paid.
    pub due_date: String,
    /// The obligor's company that owes it.
    pub company_code: Option<String>,
    /// Cost centre.
    pub cost_centre: Option<String>,
    /// Free text.
    pub remark: Option<String>,
}

/// How many rows became what.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountsOut {
    /// Payables that were added.
    pub new: u64,
    /// Payables that were there with the same content: nothing was done.
    pub same: u64,
    /// Payables that took the place of declined or refused ones under the same number.
    pub corrected: u64,
    /// Payables that were there with other content: nothing was done; counted in `refused` too.
    pub changed: u64,
    /// Rows that came back with a reason.
    pub refused: u64,
    /// Rows kept out without being wrong: credit notes, repetitions.
    pub set_aside: u64,
    /// Rows that proceed though somebody should look.
    pub warned: u64,
}

impl CountsOut {
    fn of(counts: &ImportCounts) -> CountsOut {
        CountsOut {
            new: counts.new,
            same: counts.same,
            corrected: counts.corrected,
            changed: counts.changed,
            refused: counts.refused,
            set_aside: counts.set_aside,
            warned: counts.warned,
        }
    }
}

/// Something wrong with one field of one row, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowProblemOut {
    /// Place in the list, from 1.
    pub row: i64,
    /// The field, or empty for the whole row.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// Stable code.
    #[schema(example = "amount_too_many_decimals")]
    pub code: String,
    /// What to do, in English.
    pub what_to_do: String,
    /// What to do, in Chinese.
    pub what_to_do_zh: String,
}

/// A list handed in, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportOut {
    /// Its id.
    pub import: String,
    /// Its name.
    pub name: String,
    /// `reading`, `read`, or `failed` if it broke off: then hand it in again.
    #[schema(example = "read")]
    pub state: String,
    /// How many rows became what.
    pub counts: CountsOut,
    /// What is wrong, in the order of the rows; a page of it.
    pub problems: Vec<RowProblemOut>,
    /// Cursor of the next page of problems, of `GET /v1/payables/imports/{import}`.
    pub next_cursor: Option<String>,
}

impl ImportOut {
    /// A list with a page of its problems.
    #[must_use]
    pub fn of(list: &ImportResult, problems: Vec<ImportProblem>) -> ImportOut {
        ImportOut {
            import: list.import.to_string(),
            name: list.file_name.clone(),
            state: list.state.word().to_owned(),
            counts: CountsOut::of(&list.counts),
            problems: problems
                .into_iter()
                .map(|problem| RowProblemOut {
                    row: problem.row_no,
                    field: problem.column_name,
                    value: problem.value,
                    code: problem.code,
                    what_to_do: problem.message_en,
                    what_to_do_zh: problem.message_zh,
                })
                .collect(),
            next_cursor: None,
        }
    }
}

/// The paper that stands for a payable.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaperOut {
    /// Its number of 30 digits.
    pub number: String,
    /// `pending_acceptance`, `active`, `refused`, `withdrawn`, `part_settled` or `settled`.
    #[schema(example = "active")]
    pub state: String,
}

/// A payable and what has become of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayableOut {
    /// Its id.
    pub id: String,
    /// The list it came with.
    pub import: Option<String>,
    /// The obligor's company, or empty.
    pub company_code: String,
    /// The obligor's number of it.
    pub payable_no: String,
    /// Who is to be paid.
    pub supplier: PartyRef,
    /// How much.
    pub amount: Money,
    /// When it is due.
    pub due_date: NaiveDate,
    /// The invoice, or empty.
    pub invoice_no: String,
    /// Its total with tax, where one was given.
    pub invoice_gross: Option<Money>,
    /// `loaded`: waits for a maker; `proposed`: waits for a checker; `issued`: `paper` stands for
    /// it; `rejected`: the supplier refused the paper, it can be proposed again or handed in
    /// corrected; `cancelled`: its paper was withdrawn; `replaced`: a corrected one has its number.
    #[schema(example = "issued")]
    pub state: String,
    /// Of a `loaded` one that a checker declined: why.
    pub declined_because: Option<String>,
    /// Of an `issued` one: its paper.
    pub paper: Option<PaperOut>,
    /// Its 60-day clock; null where none runs: you or the supplier are of no such size, or the
    /// debt stands no more.
    pub clock: Option<ClockOut>,
}

impl PayableOut {
    /// For an answer; `today` is the business date.
    #[must_use]
    pub fn of(fact: &PayableFact, today: NaiveDate) -> PayableOut {
        let payable = &fact.payable;
        PayableOut {
            id: payable.id.to_string(),
            import: payable.import.map(|import| import.to_string()),
            company_code: payable.company_code.clone(),
            payable_no: payable.payable_no.clone(),
            supplier: PartyRef {
                id: fact.supplier.id.to_string(),
                name: fact.supplier.name.clone(),
                registration: fact.supplier.uscc.clone(),
            },
            amount: Money::of(payable.amount, payable.currency),
            due_date: payable.due_date,
            invoice_no: payable.invoice_no.clone(),
            invoice_gross: payable
                .invoice_gross
                .map(|gross| Money::of(gross, payable.currency)),
            state: payable.state.word().to_owned(),
            declined_because: fact.declined_because.clone(),
            paper: fact.paper.as_ref().map(|paper| PaperOut {
                number: paper.number.clone(),
                state: paper_word(paper.state).to_owned(),
            }),
            clock: fact.clock.as_ref().map(|clock| ClockOut::of(clock, today)),
        }
    }
}

const fn paper_word(state: PaperState) -> &'static str {
    match state {
        PaperState::PendingAcceptance => "pending_acceptance",
        PaperState::Active => "active",
        PaperState::Refused => "refused",
        PaperState::Withdrawn => "withdrawn",
        PaperState::PartSettled { .. } => "part_settled",
        PaperState::Settled => "settled",
        PaperState::Void => "void",
    }
}

/// A page of payables, in the order in which they were handed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayablePageOut {
    /// The payables.
    pub items: Vec<PayableOut>,
    /// Cursor of the next page, if there is one.
    pub next_cursor: Option<String>,
    /// The business date on which the clocks are seen.
    pub as_of: NaiveDate,
}

/// Which payables, and which page of them. A cursor belongs to the filters it was given for.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PayableQuery {
    /// In this state only: `loaded`, `proposed`, `issued`, `rejected`, `cancelled`, `replaced`.
    pub state: Option<String>,
    /// Of this list only.
    pub import: Option<String>,
    /// `next_cursor` of the page before; none for the first page.
    pub cursor: Option<String>,
    /// Items a page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// Which page of a list's problems.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProblemQuery {
    /// `next_cursor` of the page before; none for the first page.
    pub cursor: Option<String>,
}
