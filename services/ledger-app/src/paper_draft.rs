//! Writes new papers: id, number, the issue entry, and the maker's signature under it.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::PaperId;
use ledger_core::id::UserId;
use ledger_core::paper_number::PaperNumber;
use ledger_core::paper_number::PaperType;
use ledger_core::paper_serial::SERIALS;
use ledger_core::paper_serial::scatter_serial;
use ledger_core::rule_pack::RulePack;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::payables::Payable;
use ledger_store::proposals::IssueProposal;
use ledger_store::proposals::ProposalState;

use crate::app::App;
use crate::error::AppError;
use crate::in_parallel;
use crate::issue_terms::IssueTerms;
use crate::random;

/// A paper on its way to become a proposal.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What is to be kept.
    pub(crate) proposal: IssueProposal,
    /// Its face.
    pub(crate) amount: Amount,
    /// In what.
    pub(crate) currency: Currency,
}

/// Who writes papers, when, and on which terms.
#[derive(Debug)]
pub(crate) struct Drafter<'a> {
    pub(crate) app: &'a App,
    pub(crate) signer: &'a Signer,
    pub(crate) terms: &'a IssueTerms,
    pub(crate) maker: UserId,
    pub(crate) today: NaiveDate,
    /// The settlement bank's 12 digits in the paper's number.
    pub(crate) bank_code: &'a str,
}

impl Drafter<'_> {
    /// Numbers and signs, outside of any unit of work: only taking the serials locks the book.
    ///
    /// # Errors
    /// The store's; [`AppError::Internal`].
    pub(crate) fn drafts(&self, lawful: &[(&Payable, NaiveDate)]) -> Result<Vec<Draft>, AppError> {
        if lawful.is_empty() {
            return Ok(Vec::new());
        }
        let count = i64::try_from(lawful.len()).unwrap_or(i64::MAX);
        let app = self.app;
        let first = app
            .store
            .write(|tx| tx.book_take_serials(app.book, count))?;
        let made_at = app.clock.now();
        let numbered: Vec<_> = lawful.iter().zip(first..).collect();
        in_parallel::map(&numbered, |((payable, due), counter)| {
            self.draft(payable, *due, *counter, made_at)
        })
    }

    fn draft(
        &self,
        payable: &Payable,
        due_date: NaiveDate,
        counter: i64,
        made_at: DateTime<Utc>,
    ) -> Result<Draft, AppError> {
        let paper_id = PaperId::from_bytes(random::bytes()?);
        let face = payable.amount.minor();
        let entry = Entry {
            book: self.app.book,
            date: self.today,
            paper: Some(paper_id),
            spends: None,
            cut: Cut {
                lo: 0,
                mid: face,
                hi: face,
            },
            act: Act::Issue(Box::new(IssueAct {
                number: self.number(counter)?,
                obligor: payable.obligor,
                payee: payable.supplier,
                currency: payable.currency,
                maturity: payable.due_date,
                due_date,
                calendar: self.app.calendar()?.id().to_owned(),
                terms: self.terms.paper_terms(
                    payable.amount,
                    payable.currency,
                    RulePack::on(self.today),
                )?,
                payables: vec![DocumentDigest::from_bytes(payable.content_digest)],
            })),
        };
        let body = entry.to_bytes();
        let signature = self.signer.sign(Seat::Maker, &body);
        let proposal = IssueProposal {
            paper_id,
            payable: payable.id,
            obligor: payable.obligor,
            body,
            maker: self.maker,
            maker_key: signature.key,
            maker_signature: signature.bytes,
            made_at,
            state: ProposalState::Waiting,
            checker: None,
            reason: String::new(),
        };
        Ok(Draft {
            proposal,
            amount: payable.amount,
            currency: payable.currency,
        })
    }

    /// The book counts on for ever, a day has a hundred million serials: the remainder is unique
    /// within a day, and the day is part of the number.
    fn number(&self, counter: i64) -> Result<String, AppError> {
        let broken = |what: String| AppError::Internal(format!("paper number: {what}"));
        let of_day = u32::try_from(counter.rem_euclid(i64::from(SERIALS)))
            .map_err(|e| broken(e.to_string()))?;
        let serial = scatter_serial(of_day, &self.app.serial_key, self.today)
            .ok_or_else(|| broken("no serial".to_owned()))?;
        let bank = self.bank_code;
        PaperNumber::new(PaperType::SupplyChainCommercial, bank, self.today, serial)
            .map(|number| number.to_string())
            .map_err(|e| broken(e.to_string()))
    }
}
