//! Payables: approved invoice debts, from list to paper.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::statement::sql_query;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::Array;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;

use crate::columns::Bytes32;
use crate::columns::Col;
use crate::columns::CurrencyCode;
use crate::columns::ImportUuid;
use crate::columns::Minor;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::PayableUuid;
use crate::columns::ROWS_A_STATEMENT;
use crate::columns::cols;
use crate::columns::unnest_insert;
use crate::columns::word_column;
use crate::error::StoreError;
use crate::schema::payable;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { PayableStateWord =
    /// What has become of a payable.
    PayableState {
        /// On the list, nothing done.
        Loaded = "loaded",
        /// A maker has proposed a paper for it.
        Proposed = "proposed",
        /// A paper stands for it.
        Issued = "issued",
        /// Its payee refused the paper; it can be proposed again, or corrected.
        Rejected = "rejected",
        /// The obligor took it off the list.
        Cancelled = "cancelled",
        /// A corrected one has come under its number.
        Replaced = "replaced",
    }
}

/// An approved invoice debt of an obligor.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = payable, check_for_backend(diesel::pg::Pg))]
pub struct Payable {
    /// Its id.
    pub id: PayableId,
    /// Who owes.
    pub obligor: PartyId,
    /// The list it came with; none when it came by the API.
    pub import: Option<ImportId>,
    /// The obligor's company code, or empty.
    pub company_code: String,
    /// The obligor's number of it; unique with obligor and company code.
    pub payable_no: String,
    /// SHA-256 over the row's content.
    pub content_digest: [u8; 32],
    /// To whom.
    pub supplier: PartyId,
    /// How much, minor units.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// The invoice, or empty.
    pub invoice_no: String,
    /// Its date.
    pub invoice_date: Option<NaiveDate>,
    /// When goods or services were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// The purchase order, or empty.
    pub po_no: String,
    /// When it is due.
    pub due_date: NaiveDate,
    /// Total of the invoice with tax where it is known; above `amount` if this is a part of it.
    pub invoice_gross: Option<Amount>,
    /// The obligor's cost centre, or empty.
    pub cost_centre: String,
    /// The obligor's remark, or empty.
    pub remark: String,
    /// What has become of it.
    pub state: PayableState,
    /// The paper proposed or issued for it.
    pub paper_id: Option<PaperId>,
}

/// What became of one payable of a list handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loaded {
    /// New: it was added.
    New,
    /// On the list already with the same content: nothing was done.
    Same,
    /// On the list already with other content: nothing was done, and somebody must look.
    Changed,
    /// It takes the place of one with other content whose paper a checker declined or its payee
    /// refused.
    Corrected,
}

/// A payable with its place on the list.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = payable, check_for_backend(diesel::pg::Pg))]
pub struct ListedPayable {
    /// Where the next page starts.
    pub no: i64,
    /// The payable.
    #[diesel(embed)]
    pub payable: Payable,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = PayableUuid)]
    id: PayableId,
}

#[derive(QueryableByName)]
struct FreedRow {
    #[diesel(sql_type = Text)]
    company_code: String,
    #[diesel(sql_type = Text)]
    payable_no: String,
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = PayableUuid)]
    offered: PayableId,
    #[diesel(sql_type = Bytes32)]
    content_digest: [u8; 32],
}

impl ReadTx<'_> {
    /// Those of `ids` that are on record.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_by_ids(&mut self, ids: &[PayableId]) -> Result<Vec<Payable>, StoreError> {
        Ok(payable::table
            .filter(payable::id.eq_any(cols(ids)))
            .order(payable::no)
            .select(Payable::as_select())
            .load(self.conn)?)
    }

    /// The payables a paper stands for.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_of_papers(&mut self, papers: &[PaperId]) -> Result<Vec<Payable>, StoreError> {
        Ok(payable::table
            .filter(payable::paper_id.eq_any(papers.iter().map(|id| Col(Some(*id)))))
            .order(payable::no)
            .select(Payable::as_select())
            .load(self.conn)?)
    }

    /// An obligor's payables in a state, a page from after `after_no` (0 for the start).
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_in_state(
        &mut self,
        obligor: PartyId,
        state: PayableState,
        after_no: i64,
        limit: i64,
    ) -> Result<Vec<ListedPayable>, StoreError> {
        Ok(payable::table
            .filter(
                payable::obligor
                    .eq(Col(obligor))
                    .and(payable::state.eq(state)),
            )
            .filter(payable::no.gt(after_no))
            .order(payable::no)
            .limit(limit)
            .select(ListedPayable::as_select())
            .load(self.conn)?)
    }

    /// An obligor's payables on which nothing has been done, a page from after `after_no`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_waiting(
        &mut self,
        obligor: PartyId,
        after_no: i64,
        limit: i64,
    ) -> Result<Vec<ListedPayable>, StoreError> {
        self.payables_in_state(obligor, PayableState::Loaded, after_no, limit)
    }

    /// The payables of a list, a page from after `after_no`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payables_of_import(
        &mut self,
        import: ImportId,
        after_no: i64,
        limit: i64,
    ) -> Result<Vec<ListedPayable>, StoreError> {
        Ok(payable::table
            .filter(
                payable::import
                    .eq(Col(Some(import)))
                    .and(payable::no.gt(after_no)),
            )
            .order(payable::no)
            .limit(limit)
            .select(ListedPayable::as_select())
            .load(self.conn)?)
    }

    /// How many payables of an obligor are in each state; states without any are missing.
    ///
    /// # Errors
    /// Database errors only.
    pub fn payable_counts(
        &mut self,
        obligor: PartyId,
    ) -> Result<Vec<(PayableState, i64)>, StoreError> {
        Ok(payable::table
            .filter(payable::obligor.eq(Col(obligor)))
            .group_by(payable::state)
            .select((payable::state, diesel::dsl::count_star()))
            .order(payable::state)
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Puts payables on the list, in the order given, and says what became of each. Numbers that
    /// are there already are left as they are, unless their papers were declined or refused and
    /// the content differs: then the new payable takes the number. Of two equal numbers in one call
    /// the first counts.
    ///
    /// # Errors
    /// [`StoreError::Violated`] for an unknown party.
    pub fn payables_load(&mut self, payables: &[Payable]) -> Result<Vec<Loaded>, StoreError> {
        let mut became = Vec::with_capacity(payables.len());
        for some in payables.chunks(ROWS_A_STATEMENT) {
            let new = self.payables_add(some)?;
            let rest: Vec<&Payable> = some.iter().filter(|p| !new.contains(&p.id)).collect();
            let known = self.payables_known(&rest)?;
            let changed = rest
                .into_iter()
                .filter(|p| known.get(&p.id).is_some_and(|d| *d != p.content_digest));
            let corrected = self.payables_correct(&changed.collect::<Vec<_>>())?;
            became.extend(some.iter().map(|p| match known.get(&p.id) {
                _ if new.contains(&p.id) => Loaded::New,
                _ if corrected.contains(&p.id) => Loaded::Corrected,
                Some(digest) if *digest == p.content_digest => Loaded::Same,
                _ => Loaded::Changed,
            }));
        }
        Ok(became)
    }

    fn payables_add(&mut self, some: &[Payable]) -> Result<HashSet<PayableId>, StoreError> {
        let rows = unnest_insert!(self.conn, "payable", some,
            "ON CONFLICT ON CONSTRAINT payable_number_unique DO NOTHING RETURNING id",
            load IdRow, {
            id: PayableUuid = |p| &p.id;
            obligor: PartyUuid = |p| &p.obligor;
            import: Nullable<ImportUuid> = |p| &p.import;
            company_code: Text = |p| &p.company_code;
            payable_no: Text = |p| &p.payable_no;
            content_digest: Bytes32 = |p| &p.content_digest;
            supplier: PartyUuid = |p| &p.supplier;
            amount: Minor = |p| &p.amount;
            currency: CurrencyCode = |p| &p.currency;
            invoice_no: Text = |p| &p.invoice_no;
            invoice_date: Nullable<Date> = |p| &p.invoice_date;
            invoice_gross: Nullable<Minor> = |p| &p.invoice_gross;
            acceptance_date: Nullable<Date> = |p| &p.acceptance_date;
            po_no: Text = |p| &p.po_no;
            due_date: Date = |p| &p.due_date;
            cost_centre: Text = |p| &p.cost_centre;
            remark: Text = |p| &p.remark;
            state: PayableStateWord = |p| &p.state;
            paper_id: Nullable<PaperUuid> = |p| &p.paper_id;
        });
        Ok(rows.into_iter().map(|row| row.id).collect())
    }

    /// Puts payables in the place of those under their numbers whose papers were declined or
    /// refused, and gives which of them.
    fn payables_correct(&mut self, offered: &[&Payable]) -> Result<HashSet<PayableId>, StoreError> {
        if offered.is_empty() {
            return Ok(HashSet::new());
        }
        let freed: Vec<FreedRow> = sql_query(
            "UPDATE payable p SET state = 'replaced'
               FROM (SELECT id FROM unnest($1, $2, $3) AS o (obligor, company_code, payable_no)
                       JOIN payable p USING (obligor, company_code, payable_no)
                      WHERE p.state = 'rejected' OR (p.state = 'loaded' AND EXISTS (
                            SELECT 1 FROM issue_proposal i
                             WHERE i.payable = p.id AND i.state = 'declined'))
                      ORDER BY id FOR NO KEY UPDATE OF p) f
              WHERE p.id = f.id AND p.state IN ('loaded', 'rejected')
              RETURNING p.company_code, p.payable_no",
        )
        .bind::<Array<PartyUuid>, _>(offered.iter().map(|p| p.obligor).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(offered.iter().map(|p| &p.company_code).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(offered.iter().map(|p| &p.payable_no).collect::<Vec<_>>())
        .load(self.conn)?;
        let freed: HashSet<(String, String)> = freed
            .into_iter()
            .map(|row| (row.company_code, row.payable_no))
            .collect();
        let free = |p: &Payable| freed.contains(&(p.company_code.clone(), p.payable_no.clone()));
        let again: Vec<Payable> = offered
            .iter()
            .filter(|p| free(p))
            .map(|p| (*p).clone())
            .collect();
        self.payables_add(&again)
    }

    /// Digests on record under the numbers of the offered payables, by the offered id.
    fn payables_known(
        &mut self,
        offered: &[&Payable],
    ) -> Result<HashMap<PayableId, [u8; 32]>, StoreError> {
        if offered.is_empty() {
            return Ok(HashMap::new());
        }
        let rows: Vec<KnownRow> = sql_query(
            "SELECT o.id AS offered, p.content_digest
               FROM unnest($1, $2, $3, $4) AS o (id, obligor, company_code, payable_no)
               JOIN payable p USING (obligor, company_code, payable_no)
              WHERE p.replaced_no = 0",
        )
        .bind::<Array<PayableUuid>, _>(offered.iter().map(|p| p.id).collect::<Vec<_>>())
        .bind::<Array<PartyUuid>, _>(offered.iter().map(|p| p.obligor).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(offered.iter().map(|p| &p.company_code).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(offered.iter().map(|p| &p.payable_no).collect::<Vec<_>>())
        .load(self.conn)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.offered, row.content_digest))
            .collect())
    }

    /// Moves payables from one state to another, with the paper of each, and gives those that
    /// were not in `from` any more (somebody else was first): the caller must then stop. What a
    /// payable's paper promised of its invoice is free again once no paper is proposed or issued.
    ///
    /// # Errors
    /// [`StoreError::Violated`] `payable_issued_has_paper`.
    pub fn payables_move(
        &mut self,
        moves: &[(PayableId, Option<PaperId>)],
        from: PayableState,
        to: PayableState,
    ) -> Result<Vec<PayableId>, StoreError> {
        let moved: Vec<IdRow> = sql_query(
            "UPDATE payable p SET state = $3, paper_id = m.paper_id
               FROM (SELECT id, m.paper_id FROM unnest($1, $2) AS m (id, paper_id)
                       JOIN payable USING (id) ORDER BY id FOR NO KEY UPDATE OF payable) m
              WHERE p.id = m.id AND p.state = $4
              RETURNING p.id",
        )
        .bind::<Array<PayableUuid>, _>(moves.iter().map(|m| m.0).collect::<Vec<_>>())
        .bind::<Array<Nullable<PaperUuid>>, _>(moves.iter().map(|m| m.1).collect::<Vec<_>>())
        .bind::<Text, _>(to.word())
        .bind::<Text, _>(from.word())
        .load(self.conn)?;
        let moved: HashSet<PayableId> = moved.into_iter().map(|row| row.id).collect();
        if from.promises() && !to.promises() {
            self.billed_invoices_release(&moved.iter().copied().collect::<Vec<_>>())?;
        }
        Ok(moves
            .iter()
            .map(|m| m.0)
            .filter(|id| !moved.contains(id))
            .collect())
    }
}
