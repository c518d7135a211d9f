//! Columns as core types, both ways. Each SQL type here is a built-in PostgreSQL type with a
//! meaning: the database sees `uuid` or `bigint`, the program can't mix up two of them, and what
//! doesn't parse on the way out is corrupt data, never a default.

use std::io::Write;

use diesel::deserialize::FromSql;
use diesel::deserialize::Queryable;
use diesel::deserialize::Result as FromSqlResult;
use diesel::expression::AsExpression;
use diesel::expression::TypedExpressionType;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::Pg;
use diesel::pg::PgValue;
use diesel::query_builder::QueryId;
use diesel::serialize::IsNull;
use diesel::serialize::Output;
use diesel::serialize::Result as ToSqlResult;
use diesel::serialize::ToSql;
use diesel::sql_types::SqlType;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;

/// Makes `$rust` readable from, comparable with and writable to a column of type `$sql`.
macro_rules! core_column {
    ($($sql:ident ($oid:literal, $array_oid:literal) = $rust:ty;)*) => {$(
        #[derive(Debug, Clone, Copy, SqlType, QueryId)]
        #[diesel(postgres_type(oid = $oid, array_oid = $array_oid))]
        #[doc(hidden)]
        /// Type of a column.
        pub struct $sql;

        impl Queryable<$sql, Pg> for $rust {
            type Row = Self;
            fn build(row: Self) -> FromSqlResult<Self> {
                Ok(row)
            }
        }
    )*};
}

/// A core value as an operand of a query: `party::id.eq(Col(id))`. The core knows no diesel, and
/// Rust lets nobody else make its types expressions; this room's own words need no wrapper.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Col<T>(pub(crate) T);

impl<T, ST: SqlType + TypedExpressionType> AsExpression<ST> for Col<T> {
    type Expression = Bound<ST, Col<T>>;
    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T: ToSql<ST, Pg> + std::fmt::Debug, ST> ToSql<ST, Pg> for Col<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
        self.0.to_sql(out)
    }
}

/// A list of core values as the right side of `= ANY`.
pub(crate) fn cols<T: Copy>(values: &[T]) -> Vec<Col<T>> {
    values.iter().copied().map(Col).collect()
}

/// Random 16-byte ids of the core, as `uuid`.
macro_rules! id_columns {
    ($($sql:ident = $id:ident;)*) => {
        core_column! {$( $sql (2950, 2951) = ledger_core::id::$id; )*}
        $(
            impl FromSql<$sql, Pg> for ledger_core::id::$id {
                fn from_sql(value: PgValue<'_>) -> FromSqlResult<Self> {
                    Ok(Self::from_bytes(value.as_bytes().try_into()?))
                }
            }
            impl ToSql<$sql, Pg> for ledger_core::id::$id {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
                    out.write_all(self.bytes())?;
                    Ok(IsNull::No)
                }
            }
        )*
    };
}

id_columns! {
    PartyUuid = PartyId;
    PaperUuid = PaperId;
    KeyUuid = KeyId;
    BookUuid = BookId;
    UserUuid = UserId;
    DocumentUuid = DocumentId;
    PayableUuid = PayableId;
    ImportUuid = ImportId;
    InquiryUuid = InquiryId;
    RequestUuid = RequestId;
    BidUuid = BidId;
    QuoteUuid = QuoteId;
    RateCardUuid = RateCardId;
    InstructionUuid = InstructionId;
    PledgeUuid = PledgeId;
    RetransferUuid = RetransferId;
}

core_column! {
    Minor (20, 1016) = Amount;
    CurrencyCode (25, 1009) = Currency;
    Bytes32 (17, 1001) = [u8; 32];
    Bytes64 (17, 1001) = [u8; 64];
    TokenBytes (17, 1001) = InvoiceToken;
    KinBytes (17, 1001) = InvoiceKin;
}

/// Digests of the core, as `bytea`.
macro_rules! digest_columns {
    ($($sql:ident = $digest:ty;)*) => {$(
        impl FromSql<$sql, Pg> for $digest {
            fn from_sql(value: PgValue<'_>) -> FromSqlResult<Self> {
                Ok(<$digest>::from_bytes(value.as_bytes().try_into()?))
            }
        }
        impl ToSql<$sql, Pg> for $digest {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
                out.write_all(self.bytes())?;
                Ok(IsNull::No)
            }
        }
    )*};
}

digest_columns! {
    TokenBytes = InvoiceToken;
    KinBytes = InvoiceKin;
}

impl FromSql<Minor, Pg> for Amount {
    fn from_sql(value: PgValue<'_>) -> FromSqlResult<Self> {
        Ok(Amount::from_minor(i64::from_be_bytes(
            value.as_bytes().try_into()?,
        ))?)
    }
}

impl ToSql<Minor, Pg> for Amount {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
        out.write_all(&self.minor().to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl FromSql<CurrencyCode, Pg> for Currency {
    fn from_sql(value: PgValue<'_>) -> FromSqlResult<Self> {
        Ok(std::str::from_utf8(value.as_bytes())?.parse()?)
    }
}

impl ToSql<CurrencyCode, Pg> for Currency {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
        out.write_all(&self.code_bytes())?;
        Ok(IsNull::No)
    }
}

/// Byte strings of one length, as `bytea`.
macro_rules! fixed_bytes {
    ($($sql:ident = $length:literal;)*) => {$(
        impl FromSql<$sql, Pg> for [u8; $length] {
            fn from_sql(value: PgValue<'_>) -> FromSqlResult<Self> {
                Ok(value.as_bytes().try_into()?)
            }
        }
        impl ToSql<$sql, Pg> for [u8; $length] {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> ToSqlResult {
                out.write_all(self)?;
                Ok(IsNull::No)
            }
        }
    )*};
}

fixed_bytes! {
    Bytes32 = 32;
    Bytes64 = 64;
}

/// The word in the database is not one this program knows.
#[derive(Debug, thiserror::Error)]
#[error("{word:?} is not a {of}")]
pub(crate) struct UnknownWord {
    pub(crate) word: String,
    pub(crate) of: &'static str,
}

/// An enum that stands in the database as a word, and the SQL type of such a column.
macro_rules! word_column {
    ($sql:ident = $(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The word in the database, stable.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }

            /// From its word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }

        $crate::columns::word_type! { $sql = $name, $name::word, $name::from_word }

        impl diesel::expression::AsExpression<$sql> for $name {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, $name>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }

        impl<'a> diesel::expression::AsExpression<$sql> for &'a $name {
            type Expression = diesel::internal::derives::as_expression::Bound<$sql, &'a $name>;
            fn as_expression(self) -> Self::Expression {
                diesel::internal::derives::as_expression::Bound::new(self)
            }
        }
    };
}
pub(crate) use word_column;

/// The SQL type of a column of words for an enum, with the functions to its word and back.
macro_rules! word_type {
    ($sql:ident = $name:ident, $to_word:expr, $from_word:expr) => {
        #[derive(
            Debug, Clone, Copy, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
        )]
        #[diesel(postgres_type(oid = 25, array_oid = 1009))]
        #[doc(hidden)]
        /// Type of a column.
        pub struct $sql;

        impl diesel::deserialize::Queryable<$sql, diesel::pg::Pg> for $name {
            type Row = Self;
            fn build(row: Self) -> diesel::deserialize::Result<Self> {
                Ok(row)
            }
        }

        impl diesel::deserialize::FromSql<$sql, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let word = std::str::from_utf8(value.as_bytes())?;
                $from_word(word).ok_or_else(|| {
                    $crate::columns::UnknownWord {
                        word: word.to_owned(),
                        of: stringify!($name),
                    }
                    .into()
                })
            }
        }

        impl diesel::serialize::ToSql<$sql, diesel::pg::Pg> for $name {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>,
            ) -> diesel::serialize::Result {
                std::io::Write::write_all(out, $to_word(*self).as_bytes())?;
                Ok(diesel::serialize::IsNull::No)
            }
        }
    };
}
pub(crate) use word_type;

/// Inserts a list of rows, each column as one array, some thousand rows a statement. Gives the
/// number of rows inserted, or, with `load Row`, what the statement returns as one list. The tail
/// is what follows, such as ON CONFLICT or RETURNING.
macro_rules! unnest_insert {
    ($conn:expr, $table:literal, $rows:expr, $tail:literal, $columns:tt) => {{
        let mut inserted: usize = 0;
        for some in $rows.chunks($crate::columns::ROWS_A_STATEMENT) {
            let statement = $crate::columns::unnest_statement!($table, some, $tail, $columns);
            inserted = inserted.saturating_add(diesel::RunQueryDsl::execute(statement, $conn)?);
        }
        inserted
    }};
    ($conn:expr, $table:literal, $rows:expr, $tail:literal, load $row:ty, $columns:tt) => {{
        let mut returned: Vec<$row> = Vec::new();
        for some in $rows.chunks($crate::columns::ROWS_A_STATEMENT) {
            let statement = $crate::columns::unnest_statement!($table, some, $tail, $columns);
            returned.extend(diesel::RunQueryDsl::load::<$row>(statement, $conn)?);
        }
        returned
    }};
}
pub(crate) use unnest_insert;

/// One statement of [`unnest_insert`].
macro_rules! unnest_statement {
    ($table:literal, $rows:expr, $tail:literal, { $($column:ident : $sql:ty = $value:expr;)+ }) => {{
        let columns = [$(stringify!($column)),+];
        let places: Vec<String> =
            columns.iter().zip(1..).map(|(_, place)| format!("${place}")).collect();
        let statement = $crate::statement::sql_query(format!(
            concat!("INSERT INTO ", $table, " ({}) SELECT * FROM unnest({}) ", $tail),
            columns.join(", "),
            places.join(", "),
        ));
        $(
            let statement = statement.bind::<diesel::sql_types::Array<$sql>, _>(
                $rows.iter().map($value).collect::<Vec<_>>(),
            );
        )+
        statement
    }};
}
pub(crate) use unnest_statement;

/// A record of a table: its struct, read by column name, and its set-based insert.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident in $table:ident ($table_name:literal) {
            $($(#[$field_doc:meta])* $field:ident : $rust:ty as $sql:ty,)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable, diesel::Selectable)]
        #[diesel(table_name = $table, check_for_backend(diesel::pg::Pg))]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $rust,)+
        }

        impl $name {
            /// Inserts some rows and gives how many were new; with `DO NOTHING` known ones stay.
            pub(crate) fn insert_all(
                conn: &mut diesel::pg::PgConnection,
                rows: &[$name],
                known: $crate::columns::Known,
            ) -> Result<usize, $crate::error::StoreError> {
                Ok(match known {
                    $crate::columns::Known::Refused => {
                        $crate::columns::unnest_insert!(conn, $table_name, rows, "", {
                            $($field: $sql = |row| &row.$field;)+
                        })
                    }
                    $crate::columns::Known::Kept => {
                        $crate::columns::unnest_insert!(
                            conn, $table_name, rows, "ON CONFLICT DO NOTHING",
                            { $($field: $sql = |row| &row.$field;)+ }
                        )
                    }
                })
            }
        }
    };
}
pub(crate) use record;

/// What an insert does with a row whose unique key is there already.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Known {
    /// The statement fails: [`crate::error::StoreError::Duplicate`].
    Refused,
    /// The old row stays as it is.
    Kept,
}

/// Rows in one set-based statement: few enough for flat memory, many enough to pay for the trip.
pub(crate) const ROWS_A_STATEMENT: usize = 5_000;
