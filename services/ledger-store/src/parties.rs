//! Parties: obligors, suppliers, finance providers, the operator, auditors.

use chrono::NaiveDate;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel::sql_types::Date;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;

use crate::columns::Col;
use crate::columns::PartyUuid;
use crate::columns::cols;
use crate::columns::unnest_insert;
use crate::columns::word_column;
use crate::columns::word_type;
use crate::error::StoreError;
use crate::schema::party;
use crate::unit_of_work::ReadTx;
use crate::unit_of_work::WriteTx;

/// The word of a kind in the database, stable.
#[must_use]
pub const fn party_kind_word(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Obligor => "obligor",
        PartyKind::Supplier => "supplier",
        PartyKind::FinanceProvider => "finance_provider",
        PartyKind::Operator => "operator",
        PartyKind::Auditor => "auditor",
    }
}

/// A kind from its word.
#[must_use]
pub fn party_kind_from_word(word: &str) -> Option<PartyKind> {
    Some(match word {
        "obligor" => PartyKind::Obligor,
        "supplier" => PartyKind::Supplier,
        "finance_provider" => PartyKind::FinanceProvider,
        "operator" => PartyKind::Operator,
        "auditor" => PartyKind::Auditor,
        _ => return None,
    })
}

word_type! { PartyKindWord = PartyKind, party_kind_word, party_kind_from_word }

word_column! { SizeClassWord =
    /// How large an enterprise is; the payment deadlines for small ones hang on it.
    SizeClass {
        /// 大型企业.
        Large = "large",
        /// 中型企业.
        Medium = "medium",
        /// 小型企业.
        Small = "small",
        /// 微型企业.
        Micro = "micro",
        /// 个体工商户.
        SoleTrader = "sole_trader",
        /// 机关、事业单位.
        PublicBody = "public_body",
    }
}

word_column! { PartyStateWord =
    /// Where a party stands with the platform.
    PartyState {
        /// Has asked to take part; may do nothing yet.
        Applied = "applied",
        /// Takes part.
        Active = "active",
        /// Keeps what it holds, may do nothing new.
        Suspended = "suspended",
        /// Has left.
        Closed = "closed",
    }
}

word_column! { LanguageWord =
    /// The language somebody reads.
    Language {
        /// 简体中文.
        Chinese = "zh-CN",
        /// English.
        English = "en",
    }
}

/// A party to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParty {
    /// Its id, chosen by the caller.
    pub id: PartyId,
    /// What it may be.
    pub kind: PartyKind,
    /// Registered name.
    pub name: String,
    /// Name in Latin letters, or empty.
    pub name_en: String,
    /// Unified social credit code or LEI, or empty.
    pub uscc: String,
    /// Its size.
    pub size_class: SizeClass,
    /// Where it stands.
    pub state: PartyState,
    /// Where letters to the party as such go, or empty.
    pub email: String,
    /// Language of those letters.
    pub language: Language,
    /// Name on the settlement account.
    pub account_name: String,
    /// Number of the settlement account, or empty while none is bound.
    pub account_number: String,
    /// The bank of that account.
    pub account_bank_code: String,
    /// Licence of a finance provider, in words.
    pub licence_note: String,
    /// Payment-conduct gate: issues nothing new.
    pub issuance_blocked: bool,
    /// Of an obligor: its settlement bank's code as it stands in paper numbers.
    pub paper_bank_code: String,
    /// Business date of onboarding.
    pub created_on: NaiveDate,
}

/// A party on record.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = party, check_for_backend(diesel::pg::Pg))]
pub struct Party {
    /// Compact key inside this database; never leaves the platform.
    pub no: i32,
    /// Its id.
    pub id: PartyId,
    /// What it may be.
    pub kind: PartyKind,
    /// Registered name.
    pub name: String,
    /// Name in Latin letters, or empty.
    pub name_en: String,
    /// Unified social credit code or LEI, or empty.
    pub uscc: String,
    /// Its size.
    pub size_class: SizeClass,
    /// Where it stands.
    pub state: PartyState,
    /// Where letters to the party as such go, or empty.
    pub email: String,
    /// Language of those letters.
    pub language: Language,
    /// Name on the settlement account.
    pub account_name: String,
    /// Number of the settlement account, or empty while none is bound.
    pub account_number: String,
    /// The bank of that account.
    pub account_bank_code: String,
    /// Licence of a finance provider, in words.
    pub licence_note: String,
    /// Payment-conduct gate: issues nothing new.
    pub issuance_blocked: bool,
    /// Of an obligor: its settlement bank's code as it stands in paper numbers.
    pub paper_bank_code: String,
    /// Business date of onboarding.
    pub created_on: NaiveDate,
}

impl ReadTx<'_> {
    /// One party.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn party_by_id(&mut self, id: PartyId) -> Result<Party, StoreError> {
        let found = self.parties_each_once(&[id], |conn, _id| {
            let one = party::table.filter(party::id.eq(Col(id)));
            one.select(Party::as_select()).load(conn)
        })?;
        found.into_iter().next().ok_or(StoreError::NotFound)
    }

    /// Those of `ids` that are on record, by number.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_by_ids(&mut self, ids: &[PartyId]) -> Result<Vec<Party>, StoreError> {
        let mut known = self.parties_each_once(ids, |conn, ids| {
            let all = party::table.filter(party::id.eq_any(cols(ids)));
            all.select(Party::as_select()).load(conn)
        })?;
        known.sort_unstable_by_key(|party| party.no);
        Ok(known)
    }

    fn parties_each_once(
        &mut self,
        ids: &[PartyId],
        load: impl FnOnce(&mut PgConnection, &[PartyId]) -> QueryResult<Vec<Party>>,
    ) -> Result<Vec<Party>, StoreError> {
        self.each_once(
            ids,
            |remembered| &mut remembered.parties,
            |party| party.id,
            |conn, ids| Ok(load(conn, ids)?),
        )
    }

    /// Those of `nos` that are on record, by number.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_by_nos(&mut self, nos: &[i32]) -> Result<Vec<Party>, StoreError> {
        Ok(party::table
            .filter(party::no.eq_any(nos))
            .order(party::no)
            .select(Party::as_select())
            .load(self.conn)?)
    }

    /// Parties registered under one of these codes, by number.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_by_usccs(&mut self, usccs: &[String]) -> Result<Vec<Party>, StoreError> {
        Ok(party::table
            .filter(party::uscc.eq_any(usccs).and(party::uscc.ne("")))
            .order(party::no)
            .select(Party::as_select())
            .load(self.conn)?)
    }

    /// Parties that bear one of these registered names exactly, by number. Names are not unique.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_by_names(
        &mut self,
        kind: PartyKind,
        names: &[String],
    ) -> Result<Vec<Party>, StoreError> {
        Ok(party::table
            .filter(party::kind.eq(Col(kind)).and(party::name.eq_any(names)))
            .order(party::no)
            .select(Party::as_select())
            .load(self.conn)?)
    }

    /// All parties of a kind, by name.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_of_kind(&mut self, kind: PartyKind) -> Result<Vec<Party>, StoreError> {
        let found = party::table
            .filter(party::kind.eq(Col(kind)))
            .order((party::name, party::no))
            .select(Party::as_select())
            .load(self.conn)?;
        if let Some(remembered) = self.remembered() {
            remembered.parties.keep(&found, |party| party.id);
        }
        Ok(found)
    }

    /// All parties of these kinds, by number.
    ///
    /// # Errors
    /// Database errors only.
    pub fn parties_of_kinds(&mut self, kinds: &[PartyKind]) -> Result<Vec<Party>, StoreError> {
        Ok(party::table
            .filter(party::kind.eq_any(cols(kinds)))
            .order(party::no)
            .select(Party::as_select())
            .load(self.conn)?)
    }
}

impl WriteTx<'_> {
    /// Adds parties and gives their numbers, in the order of the list.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] `party_id_unique` or `party_uscc_unique`; then none is added.
    pub fn parties_insert(&mut self, new: &[NewParty]) -> Result<Vec<i32>, StoreError> {
        let rows = unnest_insert!(self.conn, "party", new, "RETURNING no", load NoRow, {
            id: PartyUuid = |p| p.id;
            kind: PartyKindWord = |p| p.kind;
            name: Text = |p| p.name.as_str();
            name_en: Text = |p| p.name_en.as_str();
            uscc: Text = |p| p.uscc.as_str();
            size_class: SizeClassWord = |p| p.size_class;
            state: PartyStateWord = |p| p.state;
            email: Text = |p| p.email.as_str();
            language: LanguageWord = |p| p.language;
            account_name: Text = |p| p.account_name.as_str();
            account_number: Text = |p| p.account_number.as_str();
            account_bank_code: Text = |p| p.account_bank_code.as_str();
            licence_note: Text = |p| p.licence_note.as_str();
            issuance_blocked: Bool = |p| p.issuance_blocked;
            paper_bank_code: Text = |p| p.paper_bank_code.as_str();
            created_on: Date = |p| p.created_on;
        });
        Ok(rows.into_iter().map(|row| row.no).collect())
    }

    /// Adds one party and gives its number.
    ///
    /// # Errors
    /// As [`WriteTx::parties_insert`].
    pub fn party_insert(&mut self, new: &NewParty) -> Result<i32, StoreError> {
        let nos = self.parties_insert(std::slice::from_ref(new))?;
        nos.first().copied().ok_or(StoreError::NotFound)
    }

    /// Sets everything about a party that may change: all but id, kind and day of onboarding.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Duplicate`] `party_uscc_unique`.
    pub fn party_update(&mut self, to: &NewParty) -> Result<(), StoreError> {
        let changed = diesel::update(party::table.filter(party::id.eq(Col(to.id))))
            .set((
                party::name.eq(&to.name),
                party::name_en.eq(&to.name_en),
                party::uscc.eq(&to.uscc),
                party::size_class.eq(to.size_class),
                party::state.eq(to.state),
                party::email.eq(&to.email),
                party::language.eq(to.language),
                party::account_name.eq(&to.account_name),
                party::account_number.eq(&to.account_number),
                party::account_bank_code.eq(&to.account_bank_code),
                party::licence_note.eq(&to.licence_note),
                party::issuance_blocked.eq(to.issuance_blocked),
                party::paper_bank_code.eq(&to.paper_bank_code),
            ))
            .execute(self.conn)?;
        one_row(changed)
    }

    /// Holds a party for this unit of work: whoever changes it waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn party_hold(&mut self, id: PartyId) -> Result<(), StoreError> {
        let held: Vec<i32> = party::table
            .filter(party::id.eq(Col(id)))
            .select(party::no)
            .for_no_key_update()
            .load(self.conn)?;
        one_row(held.len())
    }

    /// Moves a party to another state.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn party_state_set(&mut self, id: PartyId, state: PartyState) -> Result<(), StoreError> {
        let changed = diesel::update(party::table.filter(party::id.eq(Col(id))))
            .set(party::state.eq(state))
            .execute(self.conn)?;
        one_row(changed)
    }
}

/// A compact key as an insert returns it.
#[derive(QueryableByName)]
pub(crate) struct NoRow {
    #[diesel(sql_type = Integer)]
    pub(crate) no: i32,
}

/// An update by key touches its row or the row is not there.
pub(crate) fn one_row(changed: usize) -> Result<(), StoreError> {
    if changed == 0 {
        Err(StoreError::NotFound)
    } else {
        Ok(())
    }
}
