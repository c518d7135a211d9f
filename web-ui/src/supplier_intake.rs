//! Reads an uploaded list of suppliers and takes them in, some hundred at a time, while the page
//! shows how far it is.

use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::onboard_suppliers;
use ledger_app::onboard_suppliers::AT_ONCE;
use ledger_app::onboard_suppliers::NewSupplier;
use ledger_app::onboard_suppliers::TakenIn;
use ledger_app::principal::Principal;

use crate::portal_memory::PortalMemory;
use crate::supplier_file::CellFault;
use crate::supplier_file::Column;
use crate::supplier_file::SupplierFile;

/// Something wrong with a row.
#[derive(Debug, Clone)]
pub struct IntakeProblem {
    /// Its line.
    pub line: u64,
    /// In which column; none for the whole row.
    pub column: Option<Column>,
    /// What stands there.
    pub value: String,
    /// Stable code.
    pub code: &'static str,
}

/// What became of a list so far.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// Its file's name.
    pub file: String,
    /// Rows read.
    pub rows: u64,
    /// Bytes or rows done.
    pub done: u64,
    /// Bytes or rows in all.
    pub total: u64,
    /// Suppliers taken in and invited.
    pub new: u64,
    /// Suppliers that were here with the same facts.
    pub same: u64,
    /// What was wrong with the others, one a row.
    pub problems: Vec<IntakeProblem>,
    /// Whether the list was read to its end or as far as it could be.
    pub ended: bool,
    /// Why reading stopped before the end: the stable code.
    pub failed: Option<&'static str>,
}

/// A list that is being taken in.
#[derive(Debug)]
pub struct SupplierIntake {
    /// The ledger.
    pub app: App,
    /// Who handed it in.
    pub who: Principal,
    /// Names it in addresses.
    pub id: String,
    /// Where progress is noted.
    pub memory: PortalMemory,
}

impl SupplierIntake {
    /// Takes the list in to its end; what goes wrong is noted where the page looks. Blocks.
    pub fn run(&self, mut file: SupplierFile) {
        let failed = self.read(&mut file).err();
        self.memory.intake_change(&self.id, |intake| {
            intake.ended = true;
            intake.failed = failed;
        });
    }

    fn read(&self, file: &mut SupplierFile) -> Result<(), &'static str> {
        loop {
            let mut part: Vec<(u64, NewSupplier)> = Vec::with_capacity(AT_ONCE);
            let mut problems = Vec::new();
            let mut rows: u64 = 0;
            let mut ended = false;
            while part.len() < AT_ONCE {
                let Some(row) = file.next_row().map_err(|e| e.code())? else {
                    ended = true;
                    break;
                };
                rows = rows.saturating_add(1);
                match row.supplier {
                    Ok(supplier) => part.push((row.line, supplier)),
                    Err(fault) => problems.push(of_cell(row.line, fault)),
                }
            }
            let suppliers: Vec<NewSupplier> = part.iter().map(|(_, one)| one.clone()).collect();
            let outcomes = onboard_suppliers::run(&self.app, &self.who, &suppliers);
            let outcomes = outcomes.map_err(|error| {
                tracing::error!(%error, "a list of suppliers can't be taken in");
                crate::refusal::worded_code(&error)
            })?;
            let (mut new, mut same) = (0_u64, 0_u64);
            for (outcome, (line, supplier)) in outcomes.into_iter().zip(part) {
                match outcome {
                    TakenIn::New(_) => new = new.saturating_add(1),
                    TakenIn::Same => same = same.saturating_add(1),
                    TakenIn::Refused(error) => problems.push(of_row(line, &supplier, &error)),
                }
            }
            problems.sort_by_key(|problem| problem.line);
            let (done, total) = file.progress();
            self.memory.intake_change(&self.id, |intake| {
                intake.rows = intake.rows.saturating_add(rows);
                intake.new = intake.new.saturating_add(new);
                intake.same = intake.same.saturating_add(same);
                intake.problems.append(&mut problems);
                (intake.done, intake.total) = (done, total);
            });
            if ended {
                return Ok(());
            }
        }
    }
}

fn of_cell(line: u64, (column, value, code): CellFault) -> IntakeProblem {
    IntakeProblem {
        line,
        column: Some(column),
        value,
        code,
    }
}

fn of_row(line: u64, supplier: &NewSupplier, error: &AppError) -> IntakeProblem {
    let column = match error {
        AppError::Invalid {
            field: Some(field), ..
        } => Column::of_field(field),
        _ => None,
    };
    let value = match column {
        Some(Column::Registration) => &supplier.registration,
        Some(Column::Account) => &supplier.account_number,
        Some(Column::Bank) => &supplier.account_bank_code,
        Some(Column::Email) => &supplier.email,
        Some(Column::Name | Column::Language) | None => &supplier.name,
    };
    IntakeProblem {
        line,
        column,
        value: value.clone(),
        code: crate::refusal::worded_code(error),
    }
}
