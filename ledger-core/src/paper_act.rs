//! Acts on a whole paper from its due date on: its cash shared out, its default, its late interest.
//! One entry for the paper, however many leaves it has.

use crate::act::Act;
use crate::amount::Amount;
use crate::apply::Applied;
use crate::apply::NOTHING;
use crate::arrears::Arrears;
use crate::arrears::DefaultAct;
use crate::arrears::InterestAct;
use crate::arrears::late_interest;
use crate::entry::SealedEntry;
use crate::ledger::Ledger;
use crate::paper::Paper;
use crate::paper::PaperState;
use crate::refusal::Refusal;
use crate::seats::Signers;

impl Ledger {
    pub(crate) fn settle(
        &self,
        sealed: &SealedEntry,
        cash_total: Amount,
    ) -> Result<Applied, Refusal> {
        let paper = self.paper_of(sealed)?;
        let (payable, id) = (paper.payable_at_maturity(), paper.id);
        self.check_circulates(paper)?;
        // Whom the cash belongs to is only known once the sale is concluded or released.
        if self.has_sold_fragment(id) {
            return Err(Refusal::PayoutOpen);
        }
        // What is frozen may not be paid out, and a receipt is closed when all of it is.
        if self.has_frozen_fragment(id) {
            return Err(Refusal::PartFrozen);
        }
        self.check_due(sealed, paper)?;
        if cash_total <= paper.paid() || cash_total > payable {
            return Err(Refusal::WrongCash);
        }
        let state = if cash_total == payable {
            PaperState::Settled
        } else {
            PaperState::PartSettled { paid: cash_total }
        };
        Ok(moved(Paper {
            state,
            ..paper.clone()
        }))
    }

    /// A default is recorded once, after the due date: until its end the obligor may pay.
    pub(crate) fn default(
        &self,
        sealed: &SealedEntry,
        default: &DefaultAct,
    ) -> Result<Applied, Refusal> {
        let paper = self.paper_of(sealed)?;
        self.check_circulates(paper)?;
        if paper.arrears.dishonoured {
            return Err(Refusal::AlreadyInDefault);
        }
        self.check_due(sealed, paper)?;
        if sealed.entry().date <= paper.due_date {
            return Err(Refusal::NotOverdue(paper.due_date));
        }
        if default.owed.is_zero() || default.owed > paper.owed() {
            return Err(Refusal::WrongCash);
        }
        Ok(moved(Paper {
            arrears: Arrears {
                dishonoured: true,
                ..paper.arrears
            },
            ..paper.clone()
        }))
    }

    /// The interest must follow from the paper's own terms and the receipts named; that these are
    /// the paper's settlements is checked where the whole journal is at hand
    /// ([`crate::replay`]).
    pub(crate) fn pay_interest(
        &self,
        sealed: &SealedEntry,
        act: &InterestAct,
    ) -> Result<Applied, Refusal> {
        let paper = self.paper_of(sealed)?;
        if paper.state != PaperState::Settled {
            return Err(Refusal::PrincipalOwed);
        }
        // Where nothing says that the obligor was asked and did not pay, it owes no interest.
        if !paper.arrears.dishonoured {
            return Err(Refusal::NotInDefault);
        }
        self.check_due(sealed, paper)?;
        let payable = paper.payable_at_maturity();
        let terms = paper.terms.payment.late_interest.as_ref();
        let last = act.receipts.last().map(|receipt| receipt.on);
        let cash = act
            .receipts
            .iter()
            .try_fold(Amount::ZERO, |sum, receipt| sum.checked_add(receipt.cash));
        let asked = last
            .and_then(|last| late_interest(terms, payable, paper.due_date, &act.receipts, last));
        let before = paper.arrears;
        let as_before = before.interest_asked.is_zero() || before.interest_asked == act.asked;
        if cash != Some(payable) || asked != Some(act.asked) || !as_before {
            return Err(Refusal::InterestDoesNotFit);
        }
        if act.paid_total <= before.interest_paid || act.paid_total > act.asked {
            return Err(Refusal::WrongCash);
        }
        Ok(moved(Paper {
            arrears: Arrears {
                interest_asked: act.asked,
                interest_paid: act.paid_total,
                ..before
            },
            ..paper.clone()
        }))
    }

    /// The paper of an entry that concerns it whole, once its seats are checked.
    fn paper_of(&self, sealed: &SealedEntry) -> Result<&Paper, Refusal> {
        let entry = sealed.entry();
        let (Some(paper), None) = (entry.paper, entry.spends) else {
            return Err(Refusal::WrongShape(match entry.act {
                Act::Settle { .. } => "a settlement names a paper and spends no one fragment",
                _ => "the act names a paper and spends no fragment",
            }));
        };
        let paper = self.paper(paper).ok_or(Refusal::UnknownPaper)?;
        self.check_seats(sealed, Signers::default())?;
        Ok(paper)
    }

    const fn check_circulates(&self, paper: &Paper) -> Result<(), Refusal> {
        match paper.state {
            PaperState::Active | PaperState::PartSettled { .. } => Ok(()),
            _ => Err(Refusal::PaperNotActive),
        }
    }

    fn check_due(&self, sealed: &SealedEntry, paper: &Paper) -> Result<(), Refusal> {
        let entry = sealed.entry();
        self.check_date(entry.date, 0)?;
        if entry.date < paper.due_date {
            return Err(Refusal::NotDue(paper.due_date));
        }
        let whole = paper.face.minor();
        if (entry.cut.lo, entry.cut.mid, entry.cut.hi) != (0, whole, whole) {
            return Err(Refusal::WrongCut);
        }
        Ok(())
    }
}

fn moved(paper: Paper) -> Applied {
    Applied {
        paper: Some(paper),
        ..NOTHING
    }
}
