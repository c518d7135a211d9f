//! What a party was paid at maturity, payment by payment as its bank shows them, with the papers in each.

use std::collections::HashMap;

use chrono::Datelike;
use chrono::Days;
use chrono::Months;
use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_store::netting::NettingChoice;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::net_credits;
use crate::policy::Action;
use crate::principal::Principal;

/// Credits looked at for a month.
const MOST: i64 = 5_000;

/// One paper's part in a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidPaper {
    /// The paper's number.
    pub number: String,
    /// How much of the payment is for it.
    pub amount: Amount,
    /// How far this part is: parts differ once one of them was asked for again.
    pub state: InstructionState,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPayment {
    /// What the bank's statement calls it.
    pub end_to_end_id: String,
    /// Who pays.
    pub payer: String,
    /// To which account.
    pub account: String,
    /// The business date on which the bank was asked.
    pub date: NaiveDate,
    /// How much, all papers together.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// For which papers.
    pub papers: Vec<PaidPaper>,
}

impl ReceivedPayment {
    /// How far it is, as long as that is the same for all its papers.
    #[must_use]
    pub fn state(&self) -> Option<InstructionState> {
        let first = self.papers.first()?.state;
        let same = self.papers.iter().all(|paper| paper.state == first);
        same.then_some(first)
    }
}

/// A month of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedPayments {
    /// The month's first day.
    pub month: NaiveDate,
    /// The months before and after it in which there may be any: back to the first payment, on to
    /// the business date.
    pub beside: (Option<NaiveDate>, Option<NaiveDate>),
    /// The newest first.
    pub payments: Vec<ReceivedPayment>,
    /// What the bank has proved of them.
    pub arrived: CurrencyTotals,
    /// Whether there are more than are looked at.
    pub more: bool,
    /// What the party chose last; none if it never did: it is paid paper by paper then.
    pub choice: Option<NettingChoice>,
}

/// The month in which `day` is, or the business date's.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `day_not_possible`.
pub fn view(
    app: &App,
    who: &Principal,
    day: Option<NaiveDate>,
) -> Result<ReceivedPayments, AppError> {
    who.may(Action::ViewPortfolio)?;
    if day.is_some_and(|day| !(1..=9_999).contains(&day.year())) {
        return Err(AppError::invalid_field(
            "day",
            "day_not_possible",
            "name a day of the years 1 to 9999",
        ));
    }
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let day = day.unwrap_or(today);
        let month = day.with_day(1).unwrap_or(day);
        let next = month.checked_add_months(Months::new(1));
        let last = next.and_then(|next| next.checked_sub_days(Days::new(1)));
        let last = last.unwrap_or(day);
        let first = tx.first_credit_on(who.party)?;
        let before = month.checked_sub_months(Months::new(1));
        let mut credits = tx.credits_received(who.party, (month, last), MOST.saturating_add(1))?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let more = credits.len() > most;
        // Where it is cut off, no payment is shown with a part of its papers.
        let beyond = credits.get(most).map(|one| one.booked_as().to_owned());
        credits.truncate(most);
        credits.retain(|one| beyond.as_deref() != Some(one.booked_as()));
        let ids: Vec<PaperId> = credits.iter().map(|credit| credit.paper_id).collect();
        let numbers: HashMap<PaperId, String> = tx
            .papers_by_ids(&ids)?
            .into_iter()
            .map(|record| (record.paper.id, record.paper.number))
            .collect();
        let mut arrived = CurrencyTotals::default();
        for credit in &credits {
            if credit.state == InstructionState::Settled {
                arrived.add_minor(i128::from(credit.amount.minor()), credit.currency);
            }
        }
        Ok(ReceivedPayments {
            month,
            beside: (
                before.filter(|_| first.is_some_and(|first| first < month)),
                next.filter(|next| *next <= today),
            ),
            payments: payments(&credits, &numbers)?,
            arrived,
            more,
            choice: tx.netting_choices(&[who.party])?.remove(&who.party),
        })
    })
}

fn payments(
    credits: &[Instruction],
    numbers: &HashMap<PaperId, String>,
) -> Result<Vec<ReceivedPayment>, AppError> {
    let mut papers: HashMap<&str, Vec<PaidPaper>> = HashMap::new();
    for credit in credits {
        let part = PaidPaper {
            number: numbers.get(&credit.paper_id).cloned().unwrap_or_default(),
            amount: credit.amount,
            state: credit.state,
        };
        papers.entry(credit.booked_as()).or_default().push(part);
    }
    let payment = |payment: &net_credits::Payment<'_>| {
        let first = payment.first;
        let mut papers = papers.remove(first.booked_as()).unwrap_or_default();
        papers.sort_by(|a, b| a.number.cmp(&b.number));
        ReceivedPayment {
            end_to_end_id: first.booked_as().to_owned(),
            payer: first.debtor_name.clone(),
            account: first.creditor_account.clone(),
            date: first.business_date,
            amount: payment.amount,
            currency: first.currency,
            papers,
        }
    };
    Ok(net_credits::payments(credits)?
        .iter()
        .map(payment)
        .collect())
}
