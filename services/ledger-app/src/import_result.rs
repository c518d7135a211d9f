//! What became of a list of payables.

use std::collections::BTreeMap;

use ledger_core::id::ImportId;
use ledger_store::imports::ImportBatch;
use ledger_store::imports::ImportState;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::error::AppError;
use crate::imported_row::ImportedProblem;
use crate::imported_row::Weight;

/// What became of the rows of a list; rests as JSON with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportCounts {
    /// Payables that were added.
    pub new: u64,
    /// Payables that were there with the same content.
    pub same: u64,
    /// Payables that were there with other content; counted in `refused` too.
    pub changed: u64,
    /// Payables that took the place of declined or refused ones with other content.
    pub corrected: u64,
    /// Rows that came back with a reason.
    pub refused: u64,
    /// Rows kept out without being wrong: credit notes, repetitions.
    pub set_aside: u64,
    /// Rows that proceed though somebody should look.
    pub warned: u64,
    /// How often each problem was found; a row can have several.
    pub by_code: BTreeMap<String, u64>,
    /// The last line taken account of.
    pub through_line: u64,
}

impl ImportCounts {
    pub(crate) fn read(value: &Value) -> Result<ImportCounts, AppError> {
        serde_json::from_value(value.clone())
            .map_err(|e| AppError::Internal(format!("counts of a list can't be read: {e}")))
    }

    pub(crate) fn json(&self) -> Result<Value, AppError> {
        serde_json::to_value(self)
            .map_err(|e| AppError::Internal(format!("counts of a list can't be kept: {e}")))
    }

    /// Rows that can proceed.
    #[must_use]
    pub const fn good(&self) -> u64 {
        self.new
            .saturating_add(self.same)
            .saturating_add(self.corrected)
    }

    /// Rows that came back.
    #[must_use]
    pub const fn bad(&self) -> u64 {
        self.refused.saturating_add(self.set_aside)
    }

    pub(crate) fn note(&mut self, problem: &ImportedProblem) {
        let seen = self.by_code.entry(problem.code.clone()).or_default();
        *seen = seen.saturating_add(1);
    }

    /// Notes a row by the gravest of its problems.
    pub(crate) fn note_row(&mut self, weight: Weight) {
        let rows = match weight {
            Weight::Refused => &mut self.refused,
            Weight::SetAside => &mut self.set_aside,
            Weight::Warning => &mut self.warned,
        };
        *rows = rows.saturating_add(1);
    }
}

/// A list handed in, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportResult {
    /// Its id.
    pub import: ImportId,
    /// The file's name as given.
    pub file_name: String,
    /// How far it has been read.
    pub state: ImportState,
    /// What became of its rows.
    pub counts: ImportCounts,
}

impl ImportResult {
    pub(crate) fn of(batch: ImportBatch) -> Result<ImportResult, AppError> {
        Ok(ImportResult {
            import: batch.id,
            file_name: batch.file_name,
            state: batch.state,
            counts: ImportCounts::read(&batch.counts)?,
        })
    }
}
