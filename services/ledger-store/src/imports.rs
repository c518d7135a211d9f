//! Lists of payables as they were handed in, what was wrong with them, and saved mappings.

use chrono::DateTime;
use chrono::Utc;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Integer;
use diesel::sql_types::Jsonb;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::ImportId;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use serde_json::Value;
use uuid::Uuid;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::ImportUuid;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PartyUuid;
use crate::columns::UserUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::column_mapping;
use crate::schema::import_batch;
use crate::schema::import_problem;
use crate::schema::party;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { ImportStateWord =
    /// How far a list has been read.
    ImportState {
        /// Being read.
        Reading = "reading",
        /// Read to its end.
        Read = "read",
        /// Not readable as a whole.
        Failed = "failed",
    }
}

record! {
    /// One list handed in.
    ImportBatch in import_batch ("import_batch") {
        /// Its id.
        id: ImportId as ImportUuid,
        /// Whose payables.
        obligor: PartyId as PartyUuid,
        /// The file's name as given.
        file_name: String as Text,
        /// SHA-256 of the file.
        sha256: [u8; 32] as Bytes32,
        /// Who handed it in; none where a system did.
        uploaded_by: Option<UserId> as Nullable<UserUuid>,
        /// The key of the system that handed it in; none where a person did.
        uploaded_key: Option<KeyId> as Nullable<KeyUuid>,
        /// When.
        created_at: DateTime<Utc> as Timestamptz,
        /// Which column was read as which of ours.
        mapping: Value as Jsonb,
        /// How many rows became what.
        counts: Value as Jsonb,
        /// How far it has been read.
        state: ImportState as ImportStateWord,
    }
}

record! {
    /// One thing wrong with one cell.
    ImportProblem in import_problem ("import_problem") {
        /// In which list.
        import: ImportId as ImportUuid,
        /// Row of the file, 1-based as a spreadsheet shows it.
        row_no: i64 as BigInt,
        /// Which of the row's problems, from 0.
        ordinal: i32 as Integer,
        /// Column of the file, or empty for the whole row.
        column_name: String as Text,
        /// What stands there.
        value: String as Text,
        /// Stable code.
        code: String as Text,
        /// What to do, in English.
        message_en: String as Text,
        /// What to do, in Chinese.
        message_zh: String as Text,
    }
}

record! {
    /// A saved mapping of a party's own columns to ours.
    ColumnMapping in column_mapping ("column_mapping") {
        /// Its id.
        id: Uuid as SqlUuid,
        /// Whose.
        party: PartyId as PartyUuid,
        /// Its name, unique for the party.
        name: String as Text,
        /// The mapping, as payable-files reads it.
        mapping: Value as Jsonb,
    }
}

/// A party by its names.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = party, check_for_backend(diesel::pg::Pg))]
pub struct PartyNames {
    /// Its id.
    pub id: PartyId,
    /// Registered name.
    pub name: String,
    /// Name in Latin letters, or empty.
    pub name_en: String,
}

impl ReadTx<'_> {
    /// One list.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn import_by_id(&mut self, id: ImportId) -> Result<ImportBatch, StoreError> {
        let found = import_batch::table.filter(import_batch::id.eq(Col(id)));
        Ok(found.select(ImportBatch::as_select()).first(self.conn)?)
    }

    /// The newest `limit` lists of an obligor.
    ///
    /// # Errors
    /// Database errors only.
    pub fn imports_of_obligor(
        &mut self,
        obligor: PartyId,
        limit: i64,
    ) -> Result<Vec<ImportBatch>, StoreError> {
        Ok(import_batch::table
            .filter(import_batch::obligor.eq(Col(obligor)))
            .order((import_batch::created_at.desc(), import_batch::id))
            .limit(limit)
            .select(ImportBatch::as_select())
            .load(self.conn)?)
    }

    /// The oldest `limit` lists of all obligors that are being read.
    ///
    /// # Errors
    /// Database errors only.
    pub fn imports_reading(&mut self, limit: i64) -> Result<Vec<ImportBatch>, StoreError> {
        Ok(import_batch::table
            .filter(import_batch::state.eq(ImportState::Reading))
            .order((import_batch::created_at, import_batch::id))
            .limit(limit)
            .select(ImportBatch::as_select())
            .load(self.conn)?)
    }

    /// Problems of a list in the order of its rows, from after row `after_row` (0 for the start).
    ///
    /// # Errors
    /// Database errors only.
    pub fn import_problems(
        &mut self,
        import: ImportId,
        after_row: i64,
        limit: i64,
    ) -> Result<Vec<ImportProblem>, StoreError> {
        Ok(import_problem::table
            .filter(import_problem::import.eq(Col(import)))
            .filter(import_problem::row_no.gt(after_row))
            .order((import_problem::row_no, import_problem::ordinal))
            .limit(limit)
            .select(ImportProblem::as_select())
            .load(self.conn)?)
    }

    /// What stands in the problems of one kind of a list, with the number of rows it stands in,
    /// most frequent first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn import_problem_values(
        &mut self,
        import: ImportId,
        code: &str,
        limit: i64,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(import_problem::table
            .filter(import_problem::import.eq(Col(import)))
            .filter(import_problem::code.eq(code))
            .group_by(import_problem::value)
            .select((import_problem::value, count_star()))
            .order((count_star().desc(), import_problem::value))
            .limit(limit)
            .load(self.conn)?)
    }

    /// The names of all parties of a kind, without the rest of their records: to be compared by
    /// rules that the database doesn't know.
    ///
    /// # Errors
    /// Database errors only.
    pub fn import_party_names(&mut self, kind: PartyKind) -> Result<Vec<PartyNames>, StoreError> {
        Ok(party::table
            .filter(party::kind.eq(Col(kind)))
            .order(party::no)
            .select(PartyNames::as_select())
            .load(self.conn)?)
    }

    /// A party's saved mappings, by name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn column_mappings(&mut self, party: PartyId) -> Result<Vec<ColumnMapping>, StoreError> {
        Ok(column_mapping::table
            .filter(column_mapping::party.eq(Col(party)))
            .order(column_mapping::name)
            .select(ColumnMapping::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Opens a list.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `import_batch_one_uploader`: a person or a system, not both.
    pub fn import_insert(&mut self, new: &ImportBatch) -> Result<(), StoreError> {
        ImportBatch::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_n| ())
    }

    /// One list, locked for this unit of work.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Contended`].
    pub fn import_lock(&mut self, id: ImportId) -> Result<ImportBatch, StoreError> {
        let found = import_batch::table.filter(import_batch::id.eq(Col(id)));
        Ok(found
            .select(ImportBatch::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Notes how far a list has been read and what became of its rows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn import_progress(
        &mut self,
        id: ImportId,
        state: ImportState,
        counts: &Value,
    ) -> Result<(), StoreError> {
        let changed = diesel::update(import_batch::table.filter(import_batch::id.eq(Col(id))))
            .set((
                import_batch::state.eq(state),
                import_batch::counts.eq(counts),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Adds problems; the same one again stays.
    ///
    /// # Errors
    /// Database errors only.
    pub fn import_problems_insert(
        &mut self,
        problems: &[ImportProblem],
    ) -> Result<usize, StoreError> {
        ImportProblem::insert_all(self.conn, problems, Known::Kept)
    }

    /// Saves a mapping; one of the same name is replaced.
    ///
    /// # Errors
    /// Database errors only.
    pub fn column_mapping_save(&mut self, mapping: &ColumnMapping) -> Result<(), StoreError> {
        let known = diesel::update(column_mapping::table)
            .filter(column_mapping::party.eq(Col(mapping.party)))
            .filter(column_mapping::name.eq(&mapping.name))
            .set(column_mapping::mapping.eq(&mapping.mapping))
            .execute(self.conn)?;
        if known == 0 {
            ColumnMapping::insert_all(self.conn, std::slice::from_ref(mapping), Known::Refused)?;
        }
        Ok(())
    }

    /// Removes a mapping; nothing if there is none of that name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn column_mapping_delete(&mut self, party: PartyId, name: &str) -> Result<(), StoreError> {
        diesel::delete(column_mapping::table)
            .filter(
                column_mapping::party
                    .eq(Col(party))
                    .and(column_mapping::name.eq(name)),
            )
            .execute(self.conn)?;
        Ok(())
    }
}
