//! Voids and extensions on their way to everybody's signature.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sql_types::Bytea;
use diesel::sql_types::Date;
use diesel::sql_types::Nullable;
use diesel::sql_types::Text;
use diesel::sql_types::Timestamptz;
use diesel::sql_types::Uuid as SqlUuid;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use uuid::Uuid;

use crate::columns::Bytes64;
use crate::columns::Col;
use crate::columns::KeyUuid;
use crate::columns::Known;
use crate::columns::PaperUuid;
use crate::columns::PartyUuid;
use crate::columns::record;
use crate::columns::word_column;
use crate::documents::DocumentTake;
use crate::error::StoreError;
use crate::parties::one_row;
use crate::schema::document_take;
use crate::schema::paper_agreement;
use crate::schema::paper_consent;
use crate::statement::sql_query;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

word_column! { AgreementKindWord =
    /// What is agreed on.
    AgreementKind {
        /// The paper is void.
        Void = "void",
        /// It is paid later.
        Extend = "extend",
    }
}

word_column! { AgreementStateWord =
    /// How far an agreement is.
    AgreementState {
        /// Waits for the obligor's second person.
        Waiting = "waiting",
        /// Waits for holders.
        Open = "open",
        /// The entry is made.
        Effective = "effective",
        /// The second person sent it back with a word.
        Returned = "returned",
        /// The obligor took it back.
        Withdrawn = "withdrawn",
        /// A holder said no.
        Declined = "declined",
        /// Not everybody signed in time.
        Lapsed = "lapsed",
    }
}

record! {
    /// An agreement.
    Agreement in paper_agreement ("paper_agreement") {
        /// Its id, which is in the signed bytes too.
        id: Uuid as SqlUuid,
        /// Of which paper.
        paper: PaperId as PaperUuid,
        /// Whose.
        obligor: PartyId as PartyUuid,
        /// What is agreed on.
        kind: AgreementKind as AgreementKindWord,
        /// What all sign.
        body: Vec<u8> as Bytea,
        /// The last day on which it can take effect.
        consent_by: NaiveDate as Date,
        /// Who proposed: `user:id` or `key:id`.
        made_by: String as Text,
        /// The name to show.
        maker_name: String as Text,
        /// With which key.
        maker_key: KeyId as KeyUuid,
        /// The signature.
        maker_signature: [u8; 64] as Bytes64,
        /// When.
        made_at: DateTime<Utc> as Timestamptz,
        /// Who decided at the obligor's as the second.
        checked_by: Option<String> as Nullable<Text>,
        /// The name to show.
        checker_name: String as Text,
        /// With which key.
        checker_key: Option<KeyId> as Nullable<KeyUuid>,
        /// The signature.
        checker_signature: Option<[u8; 64]> as Nullable<Bytes64>,
        /// The word with a no, or empty.
        word: String as Text,
        /// How far it is.
        state: AgreementState as AgreementStateWord,
        /// The entry that binds.
        entry: Option<i64> as Nullable<BigInt>,
    }
}

record! {
    /// A holder's or pledgee's signature under one.
    Consent in paper_consent ("paper_consent") {
        /// Under which.
        agreement: Uuid as SqlUuid,
        /// Whose.
        party: PartyId as PartyUuid,
        /// With which key.
        key_id: KeyId as KeyUuid,
        /// The 64 bytes.
        signature: [u8; 64] as Bytes64,
        /// By whose hand: `user:id` or `key:id`.
        given_by: String as Text,
        /// When.
        given_at: DateTime<Utc> as Timestamptz,
    }
}

/// How an agreement goes on at the obligor's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementStep {
    /// To which state.
    pub state: AgreementState,
    /// By whose hand; none if nobody's.
    pub by: Option<String>,
    /// The name to show.
    pub name: String,
    /// The second signature, if it is given.
    pub signed: Option<(KeyId, [u8; 64])>,
    /// The word with it, or empty.
    pub word: String,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

impl ReadTx<'_> {
    /// Agreements that concern a party: those of its own papers as the obligor, and those beyond the
    /// obligor's second signature on papers of which it holds a part, has one pledged to it, or whose
    /// agreement it has signed. Newest first, at most `most`.
    ///
    /// # Errors
    /// Database errors only.
    pub fn agreements_of(
        &mut self,
        party: PartyId,
        most: i64,
    ) -> Result<Vec<Agreement>, StoreError> {
        let rows: Vec<IdRow> = sql_query(
            "SELECT a.id FROM paper_agreement a JOIN paper p ON p.id = a.paper \
             WHERE a.obligor = $1 OR (a.checker_key IS NOT NULL \
               AND (EXISTS (SELECT 1 FROM paper_consent c WHERE c.agreement = a.id AND c.party = $1) \
                 OR EXISTS (SELECT 1 FROM live_fragment_now f \
                            JOIN party h ON h.no IN (f.holder, f.counterparty) \
                            WHERE f.paper = p.no AND h.id = $1 \
                              AND (f.counterparty IS DISTINCT FROM h.no OR f.state = 5)))) \
             ORDER BY a.made_at DESC, a.id LIMIT $2",
        )
        .bind::<PartyUuid, _>(party)
        .bind::<BigInt, _>(most)
        .load(self.conn)?;
        let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
        Ok(paper_agreement::table
            .filter(paper_agreement::id.eq_any(ids))
            .order((paper_agreement::made_at.desc(), paper_agreement::id))
            .select(Agreement::as_select())
            .load(self.conn)?)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn agreement_by_id(&mut self, id: Uuid) -> Result<Agreement, StoreError> {
        Ok(paper_agreement::table
            .filter(paper_agreement::id.eq(id))
            .select(Agreement::as_select())
            .first(self.conn)?)
    }

    /// The one that waits for a signature under a paper, if there is one.
    ///
    /// # Errors
    /// Database errors only.
    pub fn agreement_open_on(&mut self, paper: PaperId) -> Result<Option<Agreement>, StoreError> {
        Ok(paper_agreement::table
            .filter(paper_agreement::paper.eq(Col(paper)))
            .filter(paper_agreement::state.eq_any([AgreementState::Waiting, AgreementState::Open]))
            .select(Agreement::as_select())
            .first(self.conn)
            .optional()?)
    }

    /// Those that wait for holders, oldest first.
    ///
    /// # Errors
    /// Database errors only.
    pub fn agreements_open(&mut self) -> Result<Vec<Agreement>, StoreError> {
        Ok(paper_agreement::table
            .filter(paper_agreement::state.eq(AgreementState::Open))
            .order((paper_agreement::made_at, paper_agreement::id))
            .select(Agreement::as_select())
            .load(self.conn)?)
    }

    /// The signatures under these agreements.
    ///
    /// # Errors
    /// Database errors only.
    pub fn consents_of(&mut self, agreements: &[Uuid]) -> Result<Vec<Consent>, StoreError> {
        Ok(paper_consent::table
            .filter(paper_consent::agreement.eq_any(agreements))
            .order((paper_consent::given_at, paper_consent::party))
            .select(Consent::as_select())
            .load(self.conn)?)
    }

    /// What these offers took of each of their documents, as far as they took of several.
    ///
    /// # Errors
    /// Database errors only.
    pub fn document_takes_of_all(
        &mut self,
        entries: &[i64],
    ) -> Result<Vec<DocumentTake>, StoreError> {
        Ok(document_take::table
            .filter(document_take::entry.eq_any(entries))
            .select(DocumentTake::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds an agreement.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `paper_agreement_open_unique`.
    pub fn agreement_insert(&mut self, new: &Agreement) -> Result<(), StoreError> {
        Agreement::insert_all(self.conn, std::slice::from_ref(new), Known::Refused).map(|_one| ())
    }

    /// Locks an agreement for this unit of work.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn agreement_lock(&mut self, id: Uuid) -> Result<Agreement, StoreError> {
        Ok(paper_agreement::table
            .filter(paper_agreement::id.eq(id))
            .select(Agreement::as_select())
            .for_no_key_update()
            .first(self.conn)?)
    }

    /// Moves an agreement on from the state in which it was read.
    ///
    /// # Errors
    /// `Violated` by the table's law of four eyes; [`StoreError::NotFound`] if it has moved.
    pub fn agreement_step(
        &mut self,
        id: Uuid,
        from: AgreementState,
        step: &AgreementStep,
    ) -> Result<(), StoreError> {
        let of = paper_agreement::table
            .filter(paper_agreement::id.eq(id))
            .filter(paper_agreement::state.eq(from));
        let changed = match (&step.by, step.signed) {
            (Some(by), Some((key, signature))) => diesel::update(of)
                .set((
                    paper_agreement::state.eq(step.state),
                    paper_agreement::checked_by.eq(by),
                    paper_agreement::checker_name.eq(&step.name),
                    paper_agreement::checker_key.eq(Some(Col(key))),
                    paper_agreement::checker_signature.eq(Some(Col(signature))),
                    paper_agreement::word.eq(&step.word),
                ))
                .execute(self.conn)?,
            (Some(by), None) if from == AgreementState::Waiting => diesel::update(of)
                .set((
                    paper_agreement::state.eq(step.state),
                    paper_agreement::checked_by.eq(by),
                    paper_agreement::checker_name.eq(&step.name),
                    paper_agreement::word.eq(&step.word),
                ))
                .execute(self.conn)?,
            _ => diesel::update(of)
                .set((
                    paper_agreement::state.eq(step.state),
                    paper_agreement::word.eq(&step.word),
                ))
                .execute(self.conn)?,
        };
        one_row(changed)
    }

    /// The entry of an open agreement is made.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it is not open any more.
    pub fn agreement_effective(&mut self, id: Uuid, entry: i64) -> Result<(), StoreError> {
        let changed = diesel::update(paper_agreement::table)
            .filter(paper_agreement::id.eq(id))
            .filter(paper_agreement::state.eq(AgreementState::Open))
            .set((
                paper_agreement::state.eq(AgreementState::Effective),
                paper_agreement::entry.eq(Some(entry)),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Those that wait for a signature and can't take effect any more on `today` have lapsed.
    ///
    /// # Errors
    /// Database errors only.
    pub fn agreements_lapse(&mut self, today: NaiveDate) -> Result<Vec<Agreement>, StoreError> {
        Ok(diesel::update(paper_agreement::table)
            .filter(paper_agreement::state.eq_any([AgreementState::Waiting, AgreementState::Open]))
            .filter(paper_agreement::consent_by.lt(today))
            .set(paper_agreement::state.eq(AgreementState::Lapsed))
            .returning(Agreement::as_returning())
            .get_results(self.conn)?)
    }

    /// Adds a signature; one of the same party stays as it is.
    ///
    /// # Errors
    /// Database errors only.
    pub fn consent_insert(&mut self, new: &Consent) -> Result<(), StoreError> {
        Consent::insert_all(self.conn, std::slice::from_ref(new), Known::Kept).map(|_one| ())
    }
}
