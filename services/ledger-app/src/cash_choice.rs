//! The free choice of a small or medium supplier: a paper instead of money in time.
//!
//! A large obligor pays small and medium suppliers within 60 days of acceptance and may not force
//! papers on them (国务院令第802号 art. 9). A paper due later binds such a supplier only if it says
//! that it takes it freely, knowing by when it would have had money; the words it was shown are kept.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::agreement::Change;
use ledger_core::hash::sha256_of;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::payment_clock::CountedFrom;
use ledger_store::cash_choices::CashChoice;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::unit_of_work::ReadTx;

use crate::agreed_change::OnPaper;
use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::language::Language;
use crate::principal::Principal;
use crate::supplier_clock;
use crate::supplier_clock::clock_runs;

/// A choice that a supplier has to make before it accepts a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceAsked {
    /// The clock's first day: when its goods or services were accepted, as far as is known.
    pub accepted_on: NaiveDate,
    /// What that day is.
    pub counted_from: CountedFrom,
    /// By when it would have money.
    pub money_by: NaiveDate,
    /// When the paper is due.
    pub due_date: NaiveDate,
    /// Of a paper that is to be paid later by agreement, when it is due now.
    pub instead_of: Option<NaiveDate>,
    obligor: String,
}

impl ChoiceAsked {
    /// The words agreed to. What was shown once stays: other words are another text.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        let ChoiceAsked {
            money_by,
            due_date,
            obligor,
            ..
        } = self;
        let counted = self.counted(language);
        match (language, self.instead_of) {
            (Language::Zh, Some(old)) => format!(
                "我方自愿同意本凭证的到期日由 {old} 延至 {due_date}。我方知悉：{obligor}须于 {money_by} \
                 前（{counted} 60 日，遇节假日顺延）以现金支付；我方可以不同意展期，本凭证仍于 {old} 兑付，\
                 且不会因此受到不利对待。"
            ),
            (Language::En, Some(old)) => format!(
                "We agree of our own free will that this paper is paid on {due_date} instead of {old}. \
                 We know that {obligor} owes us money by {money_by} (60 days from {counted}, moved \
                 over holidays), and that we may say no, so that the paper is paid on {old}, without \
                 any disadvantage."
            ),
            (Language::Zh, None) => format!(
                "我方自愿接受本凭证（到期日 {due_date}）代替现金付款。我方知悉：{obligor}须于 {money_by} \
                 前（{counted} 60 日，遇节假日顺延）以现金支付；我方可以拒收本凭证并按\
                 该日期收取现金，且不会因此受到不利对待。"
            ),
            (Language::En, None) => format!(
                "We take this paper, due on {due_date}, of our own free will instead of money. We know \
                 that {obligor} owes us money by {money_by} (60 days from {counted}, \
                 moved over holidays), and that we may refuse the paper and be paid in money by that \
                 day without any disadvantage."
            ),
        }
    }

    /// From what the days are counted, within those words.
    fn counted(&self, language: Language) -> String {
        let day = self.accepted_on;
        match (self.counted_from, language) {
            (CountedFrom::Acceptance, Language::Zh) => format!("自 {day} 验收之日起"),
            (CountedFrom::Invoice, Language::Zh) => {
                format!("验收日期未提供，自 {day} 发票开具之日起")
            }
            (CountedFrom::Issue, Language::Zh) => {
                format!("验收日期和发票日期均未提供，自 {day} 本凭证开立之日起")
            }
            (CountedFrom::Acceptance, Language::En) => format!("acceptance on {day}"),
            (CountedFrom::Invoice, Language::En) => {
                format!("the invoice of {day}, no day of acceptance being given")
            }
            (CountedFrom::Issue, Language::En) => format!(
                "the issue of this paper on {day}, neither a day of acceptance nor of an invoice \
                 being given"
            ),
        }
    }

    /// SHA-256 over those words: what a supplier sends to say which it has agreed to.
    #[must_use]
    pub fn digest(&self, language: Language) -> [u8; 32] {
        sha256_of(self.words(language).as_bytes())
    }
}

/// The choice that has to be made before the paper of `held` is accepted; none if money would not
/// come earlier, or if nobody has to say.
///
/// # Errors
/// The store's; the calendar's if it does not reach so far.
pub fn asked(app: &App, held: &HeldFragment) -> Result<Option<ChoiceAsked>, AppError> {
    app.store.read(|tx| asked_in(app, tx, held))
}

fn asked_in(
    app: &App,
    tx: &mut ReadTx<'_>,
    held: &HeldFragment,
) -> Result<Option<ChoiceAsked>, AppError> {
    let paper = &held.paper.paper;
    let supplier = tx.party_by_id(paper.payee)?;
    let payables = tx.payables_of_papers(&[paper.id])?;
    asked_of(app, held, &supplier, &payables)
}

/// The same for a paper to this supplier that stands for these payables.
pub(crate) fn asked_of(
    app: &App,
    held: &HeldFragment,
    supplier: &Party,
    payables: &[Payable],
) -> Result<Option<ChoiceAsked>, AppError> {
    let paper = &held.paper.paper;
    if !clock_runs(held.obligor.size_class, supplier.size_class) {
        return Ok(None);
    }
    let calendar = app.calendar()?;
    let (due_date, issued_on) = (paper.due_date, paper.issue_date);
    let Some(clock) = supplier_clock::past_by(due_date, payables, issued_on, calendar)? else {
        return Ok(None);
    };
    Ok(Some(ChoiceAsked {
        accepted_on: clock.started_on,
        counted_from: clock.counted_from,
        money_by: clock.money_by,
        due_date: paper.due_date,
        instead_of: None,
        obligor: held.obligor.name.clone(),
    }))
}

/// The choice that `party` has to make before it agrees that the paper of `all` is paid later; none if
/// it is not the paper's payee, or if the new day is in time. Who came by a part of it further down
/// the chain has taken it for a debt of another's.
pub(crate) fn asked_by_extension(
    app: &App,
    tx: &mut ReadTx<'_>,
    party: PartyId,
    all: &OnPaper,
) -> Result<Option<ChoiceAsked>, AppError> {
    let paper = &all.paper.paper;
    let due_date = match &all.read.change {
        Change::Extend { due_date, .. } if paper.payee == party => *due_date,
        Change::Extend { .. } | Change::Void => return Ok(None),
    };
    let (obligor, supplier) = (tx.party_by_id(paper.obligor)?, tx.party_by_id(party)?);
    if !clock_runs(obligor.size_class, supplier.size_class) {
        return Ok(None);
    }
    let payables = tx.payables_of_papers(&[paper.id])?;
    let (issued_on, calendar) = (paper.issue_date, app.calendar()?);
    let clock = supplier_clock::past_by(due_date, &payables, issued_on, calendar)?;
    Ok(clock.map(|clock| ChoiceAsked {
        accepted_on: clock.started_on,
        counted_from: clock.counted_from,
        money_by: clock.money_by,
        due_date,
        instead_of: Some(paper.due_date),
        obligor: obligor.name,
    }))
}

/// What is put on record when `who` accepts the paper of `held`, having agreed to the words with
/// this digest.
///
/// # Errors
/// [`AppError::Invalid`] `cash_choice_missing` if it has to choose and has not;
/// `cash_choice_outdated` if the words are others now.
pub(crate) fn chosen(
    app: &App,
    who: &Principal,
    held: &HeldFragment,
    agreed: Option<[u8; 32]>,
    now: DateTime<Utc>,
) -> Result<Option<CashChoice>, AppError> {
    let Some(asked) = asked(app, held)? else {
        return Ok(None);
    };
    asked.made(who, held.paper.paper.id, agreed, now).map(Some)
}

impl ChoiceAsked {
    /// What is put on record when `who` has agreed to the words with this digest.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `cash_choice_missing` if it has not; `cash_choice_outdated` if the words
    /// are others now.
    pub(crate) fn made(
        &self,
        who: &Principal,
        paper: PaperId,
        agreed: Option<[u8; 32]>,
        now: DateTime<Utc>,
    ) -> Result<CashChoice, AppError> {
        let asked = self;
        let agreed = agreed.ok_or_else(|| {
        AppError::invalid_field(
            "cash_choice",
            "cash_choice_missing",
            format!(
                "the paper is due after {}, when money would have to come: say that you take it \
                 freely, or refuse it",
                asked.money_by
            ),
        )
    })?;
        let language = [Language::Zh, Language::En]
            .into_iter()
            .find(|language| asked.digest(*language) == agreed)
            .ok_or_else(|| {
                AppError::invalid_field(
                    "cash_choice",
                    "cash_choice_outdated",
                    "the words to agree to are others now; read them again",
                )
            })?;
        Ok(CashChoice {
            paper,
            supplier: who.party,
            accepted_on: asked.accepted_on,
            money_by: asked.money_by,
            due_date: asked.due_date,
            words: asked.words(language),
            words_sha256: agreed,
            made_by: who.subject(),
            made_at: now,
            counted_from: asked.counted_from,
        })
    }
}
