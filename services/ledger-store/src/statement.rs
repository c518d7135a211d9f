//! SQL written by hand, prepared once a connection.
//!
//! diesel's own `sql_query` is parsed and planned anew at every call, since diesel can't know
//! whether its text repeats. Ours does: each text is written in this crate and there are finitely
//! many, so they go through diesel's cache of prepared statements. Planning had been half of the
//! database's time for a single transfer.

use std::marker::PhantomData;

use diesel::expression::QueryMetadata;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::AstPass;
use diesel::query_builder::Query;
use diesel::query_builder::QueryFragment;
use diesel::query_builder::QueryId;
use diesel::serialize::ToSql;
use diesel::sql_types::HasSqlType;
use diesel::sql_types::Untyped;

/// A statement with its values. Rows are read by column name, as with diesel's `sql_query`.
pub(crate) struct Statement<'v> {
    /// The text, cut at its placeholders: what goes before each, and the place of its value.
    pieces: Vec<(String, Option<usize>)>,
    values: Vec<Box<dyn QueryFragment<Pg> + 'v>>,
}

/// A statement from a text of this crate; `$1` stands for the first value bound. The text must be
/// one of a finite number: values are bound, never written into it.
pub(crate) fn sql_query<'v>(text: impl AsRef<str>) -> Statement<'v> {
    let mut pieces = Vec::new();
    let mut parts = text.as_ref().split('$');
    let mut before = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = part.split_at(digits);
        let place = number.parse().ok().and_then(|n: usize| n.checked_sub(1));
        if place.is_none() {
            // A dollar sign of the text's own.
            before.push('$');
            before.push_str(part);
            continue;
        }
        pieces.push((before, place));
        before = after.to_owned();
    }
    pieces.push((before, None));
    Statement {
        pieces,
        values: Vec::new(),
    }
}

impl<'v> Statement<'v> {
    /// Binds the next value.
    pub(crate) fn bind<ST, V>(mut self, value: V) -> Self
    where
        Pg: HasSqlType<ST>,
        V: ToSql<ST, Pg> + 'v,
        ST: 'v,
    {
        self.values.push(Box::new(Value {
            value,
            sql_type: PhantomData::<ST>,
        }));
        self
    }
}

struct Value<ST, V> {
    value: V,
    sql_type: PhantomData<ST>,
}

impl<ST, V> QueryFragment<Pg> for Value<ST, V>
where
    Pg: HasSqlType<ST>,
    V: ToSql<ST, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param(&self.value)
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (before, place) in &self.pieces {
            out.push_sql(before);
            if let Some(place) = place {
                let value = self.values.get(*place).ok_or_else(|| {
                    diesel::result::Error::QueryBuilderError("a value is not bound".into())
                })?;
                value.walk_ast(out.reborrow())?;
            }
        }
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    // Cached by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_>
where
    Pg: QueryMetadata<Untyped>,
{
    type SqlType = Untyped;
}

impl RunQueryDsl<PgConnection> for Statement<'_> {}
