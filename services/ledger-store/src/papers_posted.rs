//! What entries make of papers, written with them: new ones, and where others stand now.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bool;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::SmallInt;
use diesel::sql_types::Text;
use ledger_core::act::Act;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::Paper;

use crate::columns::Bytes32;
use crate::columns::CurrencyCode;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::error::StoreError;
use crate::statement::sql_query;
use crate::unit_of_work::WriteTx;

impl WriteTx<'_> {
    /// Writes new papers, nothing paid on them, and gives their compact keys.
    pub(crate) fn papers_insert(
        &mut self,
        book: i16,
        new: &[(&Paper, &Act)],
        party_no: &HashMap<PartyId, i32>,
    ) -> Result<HashMap<PaperId, i64>, StoreError> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            no: i64,
            #[diesel(sql_type = PaperUuid)]
            id: PaperId,
        }
        if new.is_empty() {
            return Ok(HashMap::new());
        }
        let number_of = |id: PartyId| party_no.get(&id).copied().ok_or(StoreError::NotFound);
        let obligors = new
            .iter()
            .map(|(p, _)| number_of(p.obligor))
            .collect::<Result<Vec<_>, _>>()?;
        let payees = new
            .iter()
            .map(|(p, _)| number_of(p.payee))
            .collect::<Result<Vec<_>, _>>()?;
        let calendars: Vec<&str> = new
            .iter()
            .map(|(_, act)| {
                if let Act::Issue(i) = act {
                    i.calendar.as_str()
                } else {
                    ""
                }
            })
            .collect();
        macro_rules! column {
            ($field:ident) => {
                new.iter()
                    .map(|(p, _)| p.$field.clone())
                    .collect::<Vec<_>>()
            };
        }
        let rows: Vec<Row> = sql_query(
            "INSERT INTO paper (id, book, number, obligor, payee, currency, face, issue_date, \
             maturity, due_date, calendar, terms, state, paid, issued_by) \
             SELECT id, $1, number, obligor, payee, currency, face, issue_date, maturity, due_date, \
             calendar, terms, state, 0, issued_by \
             FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS t (id, number, \
             obligor, payee, currency, face, issue_date, maturity, due_date, calendar, terms, \
             issued_by, state) RETURNING no, id",
        )
        .bind::<SmallInt, _>(book)
        .bind::<Array<PaperUuid>, _>(column!(id))
        .bind::<Array<Text>, _>(column!(number))
        .bind::<Array<Integer>, _>(obligors)
        .bind::<Array<Integer>, _>(payees)
        .bind::<Array<CurrencyCode>, _>(column!(currency))
        .bind::<Array<Minor>, _>(column!(face))
        .bind::<Array<Date>, _>(column!(issue_date))
        .bind::<Array<Date>, _>(column!(maturity))
        .bind::<Array<Date>, _>(column!(due_date))
        .bind::<Array<Text>, _>(calendars)
        .bind::<Array<Bytea>, _>(new.iter().map(|(p, _)| p.terms.to_bytes()).collect::<Vec<_>>())
        .bind::<Array<Bytes32>, _>(
            new.iter().map(|(p, _)| *p.issued_by.bytes()).collect::<Vec<_>>(),
        )
        .bind::<Array<SmallInt>, _>(
            new.iter().map(|(p, _)| i16::from(p.state.code())).collect::<Vec<_>>(),
        )
        .load(self.conn)?;
        Ok(rows.into_iter().map(|r| (r.id, r.no)).collect())
    }

    /// Moves papers to the state that their last entry gave them.
    pub(crate) fn papers_move(&mut self, papers: &[&Paper]) -> Result<(), StoreError> {
        if papers.is_empty() {
            return Ok(());
        }
        sql_query(
            "UPDATE paper p SET state = t.state, paid = t.paid, dishonoured = t.dishonoured, \
             interest_asked = t.asked, interest_paid = t.interest, redeemed = t.redeemed \
             FROM unnest($1, $2, $3, $4, $5, $6, $7) \
             AS t (id, state, paid, dishonoured, asked, interest, redeemed) WHERE p.id = t.id",
        )
        .bind::<Array<PaperUuid>, _>(column(papers, |p| p.id))
        .bind::<Array<SmallInt>, _>(column(papers, |p| i16::from(p.state.code())))
        .bind::<Array<Minor>, _>(column(papers, Paper::paid_of_face))
        .bind::<Array<Bool>, _>(column(papers, |p| p.arrears.dishonoured))
        .bind::<Array<Minor>, _>(column(papers, |p| p.arrears.interest_asked))
        .bind::<Array<Minor>, _>(column(papers, |p| p.arrears.interest_paid))
        .bind::<Array<Minor>, _>(column(papers, |p| p.redeemed))
        .execute(self.conn)?;
        Ok(())
    }
}

fn column<T>(papers: &[&Paper], of: impl Fn(&Paper) -> T) -> Vec<T> {
    papers.iter().map(|paper| of(paper)).collect()
}
