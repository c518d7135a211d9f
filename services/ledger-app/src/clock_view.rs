//! The 60-day clock of an obligor's debts: for each, from when to when it runs, how many days are
//! left or over, and whether the supplier chose to be paid later.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PayableId;
use ledger_core::payment_clock::PaymentClock;
use ledger_store::parties::SizeClass;
use ledger_store::payment_clocks::ClockLine;
pub use ledger_store::payment_clocks::ClockStage;
pub use ledger_store::payment_clocks::ClocksListed;

use crate::app::App;
use crate::debt_clock::DebtClock;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;
use crate::supplier_clock;
use crate::supplier_clock::ClockFacts;
use crate::supplier_clock::ClockStanding;
use crate::supplier_clock::CountedDebts;

/// A debt on its clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockItem {
    /// The payable.
    pub payable: PayableId,
    /// The obligor's number of it.
    pub payable_no: String,
    /// The invoice, or empty.
    pub invoice_no: String,
    /// To whom it is owed.
    pub supplier: String,
    /// That supplier's size.
    pub size_class: SizeClass,
    /// How much.
    pub amount: Amount,
    /// In what.
    pub currency: Currency,
    /// Number of the paper that stands for it.
    pub paper: Option<String>,
    /// How far it has come.
    pub stage: ClockStage,
    /// Its clock; none if its last day can't be told.
    pub clock: Option<PaymentClock>,
    /// When it is due, rolled to a business day.
    pub due_date: NaiveDate,
    /// When it was paid in full.
    pub paid_on: Option<NaiveDate>,
    /// When it ends: paid, or due, or today if that has passed.
    pub ends_on: NaiveDate,
    /// Up to which due date its payee chose paper.
    pub chosen_until: Option<NaiveDate>,
    /// Where it stands.
    pub standing: ClockStanding,
}

impl ClockItem {
    /// Days from the last one in time to its end; none if there is no last day.
    #[must_use]
    pub fn days_over(&self) -> Option<i64> {
        self.clock.map(|clock| clock.days_over(self.ends_on))
    }

    /// Days from `today` to the last one in time; negative once it has passed.
    #[must_use]
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        self.clock
            .map(|clock| clock.days_over(today).saturating_neg())
    }
}

/// Debts by size of the supplier and by standing.
pub type ByClass = BTreeMap<(SizeClass, ClockStanding), CountedDebts>;

/// An obligor's clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockView {
    /// The business date they are seen on.
    pub today: NaiveDate,
    /// Whether the clock runs against this obligor at all.
    pub obliged: bool,
    /// All that is not paid.
    pub unpaid: ByClass,
    /// Paid ones too.
    pub all: ByClass,
    /// The page asked for, the earliest last day first.
    pub page: Vec<ClockItem>,
    /// Where the next page starts, if there is one.
    pub next: Option<PayableId>,
}

/// The caller's clocks, with the page of those listed from after the payable `after`.
///
/// # Errors
/// [`AppError::NotFound`] if `after` is not the caller's payable.
pub fn view(
    app: &App,
    who: &Principal,
    listed: ClocksListed,
    after: Option<PayableId>,
    limit: i64,
) -> Result<ClockView, AppError> {
    who.may(Action::ViewOutstanding)?;
    let calendar = app.calendar()?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let obligor = tx.party_by_id(who.party)?;
        let mut view = ClockView {
            today,
            obliged: supplier_clock::obliges(obligor.size_class),
            unpaid: ByClass::new(),
            all: ByClass::new(),
            page: Vec::new(),
            next: None,
        };
        if !view.obliged {
            return Ok(view);
        }
        if let Some(after) = after {
            let known = tx.payables_by_ids(&[after])?;
            if known.iter().all(|payable| payable.obligor != who.party) {
                return Err(AppError::NotFound);
            }
        }
        let groups = tx.clock_groups(who.party, None)?;
        let last_days = supplier_clock::last_days(&groups, calendar);
        for group in &groups {
            let money_by = group.started_on.and_then(|first| last_days.get(&first));
            let standing = ClockFacts::of(group, calendar).standing(money_by.copied(), today);
            let place = (group.size_class, standing);
            view.all.entry(place).or_default().add(group)?;
            if group.stage != ClockStage::Paid {
                view.unpaid.entry(place).or_default().add(group)?;
            }
        }
        let days: Vec<_> = last_days
            .iter()
            .map(|(first, last)| (*first, *last))
            .collect();
        let rows = limit.saturating_add(1);
        let mut lines = tx.clock_lines(who.party, today, (listed, &days), after, rows)?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = lines.len() > most;
        lines.truncate(most);
        view.next = lines.last().filter(|_| more).map(|line| line.id);
        let suppliers = names(tx, lines.iter().map(|line| line.supplier))?;
        view.page = lines
            .into_iter()
            .map(|line| {
                let supplier = suppliers.get(&line.supplier);
                let supplier = supplier.map(|party| party.name.clone());
                let money_by = line.started_on.and_then(|first| last_days.get(&first));
                let debt = DebtClock::of(&line, money_by.copied(), today, calendar);
                item(line, supplier.unwrap_or_default(), &debt)
            })
            .collect();
        Ok(view)
    })
}

/// A debt with its clock.
fn item(line: ClockLine, supplier: String, debt: &DebtClock) -> ClockItem {
    ClockItem {
        clock: debt.clock(),
        standing: debt.standing,
        ends_on: debt.ends_on,
        due_date: debt.due_date,
        supplier,
        payable: line.id,
        payable_no: line.payable_no,
        invoice_no: line.invoice_no,
        size_class: line.size_class,
        amount: line.amount,
        currency: line.currency,
        paper: line.paper,
        stage: line.stage,
        paid_on: line.paid_on,
        chosen_until: line.chosen_until,
    }
}

/// What of `by_class` stands so, whatever the supplier's size.
#[must_use]
pub fn standing_so(by_class: &ByClass, standing: ClockStanding) -> CountedDebts {
    let mut sum = CountedDebts::default();
    for ((_, of), counted) in by_class {
        if *of == standing {
            sum.add_all(counted);
        }
    }
    sum
}
