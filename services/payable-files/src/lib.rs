//! Payables files (CSV, XLSX, records from the API) into checked rows, and reports back out.
//!
//! Knows no database, clock, network or file system: bytes are handed in, rows come out one at a
//! time. Start at [`payables_file::PayablesFile::open`].
pub mod amount_cell;
pub mod column_mapping;
pub mod column_plan;
pub mod date_cell;
pub mod delimited;
pub mod field;
pub mod file_error;
pub mod file_row;
pub mod limits;
pub mod payable_row;
pub mod payables_file;
pub mod problem_report;
pub mod record;
pub mod row_checks;
pub mod row_problem;
pub mod seen;
pub mod summary;
pub mod supplier_checks;
pub mod template;
pub mod text_encoding;
pub mod uscc;
pub mod workbook;
