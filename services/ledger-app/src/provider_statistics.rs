//! What a finance provider has bought and what became of it: by obligor, by length, by currency and
//! by month of purchase. Sums over its own book; no other provider's figures come in.
//!
//! In every line what was bought is what is held, matured, came back and was passed on together. The
//! average charge is the interest over face times days of the same purchases, for a year of 360
//! days: large and long purchases weigh more. Where two providers have noted no price, a
//! re-transfer counts as bought and not in the average.

use std::collections::BTreeMap;

use chrono::Datelike;
use chrono::NaiveDate;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_store::provider_figures::PurchaseFigures;
use rust_decimal::Decimal;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment;
use crate::policy::Action;
use crate::principal::Principal;
use crate::settlement_statement::quoted;

/// Longest stretch, in days: five years.
const LONGEST_DAYS: i64 = 5 * 366;

/// Days of a year in the average charge.
const YEAR_DAYS: i128 = 360;

/// Days from purchase to due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tenor {
    /// Up to 30.
    To30,
    /// 31 to 60.
    To60,
    /// 61 to 90.
    To90,
    /// 91 to 180.
    To180,
    /// 181 and more.
    Beyond,
}

impl Tenor {
    /// Its stable word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Tenor::To30 => "to-30",
            Tenor::To60 => "31-60",
            Tenor::To90 => "61-90",
            Tenor::To180 => "91-180",
            Tenor::Beyond => "over-180",
        }
    }

    const fn of(bucket: i32) -> Tenor {
        match bucket {
            ..=0 => Tenor::To30,
            1 => Tenor::To60,
            2 => Tenor::To90,
            3 => Tenor::To180,
            _ => Tenor::Beyond,
        }
    }
}

/// Sums of some purchases in one currency, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// How many.
    pub purchases: i64,
    /// Face bought.
    pub bought: i128,
    /// Still held.
    pub held: i128,
    /// Of what is held, due and not paid.
    pub overdue: i128,
    /// Paid at maturity.
    pub matured: i128,
    /// Came back: the purchase was undone.
    pub returned: i128,
    charge: i128,
    face_days: i128,
}

impl Sums {
    fn add(&mut self, more: &PurchaseFigures) {
        let add = |to: &mut i128, minor: i64| *to = to.saturating_add(i128::from(minor));
        self.purchases = self.purchases.saturating_add(more.purchases);
        add(&mut self.bought, more.bought);
        add(&mut self.held, more.held);
        add(&mut self.overdue, more.overdue);
        add(&mut self.matured, more.matured);
        add(&mut self.returned, more.returned);
        add(&mut self.charge, more.charge);
        self.face_days = self.face_days.saturating_add(more.face_days);
    }

    /// Sold or passed on to others.
    #[must_use]
    pub const fn passed_on(&self) -> i128 {
        self.bought
            .saturating_sub(self.held)
            .saturating_sub(self.matured)
            .saturating_sub(self.returned)
    }

    /// Average interest, percent a year, four places; none where no price is known.
    #[must_use]
    pub fn average_charge(&self) -> Option<Decimal> {
        // Ten-thousandths of a percent, half up once, in whole numbers: minor units times days are beyond what a
        // decimal holds exactly.
        let scaled = self
            .charge
            .checked_mul(YEAR_DAYS)?
            .checked_mul(2_000_000)?
            .checked_add(self.face_days)?
            .checked_div(self.face_days.checked_mul(2)?)?;
        Decimal::try_from_i128_with_scale(scaled, 4).ok()
    }
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<K> {
    /// What the line is about.
    pub of: K,
    /// In what.
    pub currency: Currency,
    /// Its sums.
    pub sums: Sums,
}

/// All tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statistics {
    /// First day of purchase.
    pub from: NaiveDate,
    /// Last day of purchase.
    pub to: NaiveDate,
    /// The business date on which it stands so.
    pub today: NaiveDate,
    /// By currency alone.
    pub totals: Vec<Line<()>>,
    /// By obligor's name.
    pub obligors: Vec<Line<String>>,
    /// By length.
    pub tenors: Vec<Line<Tenor>>,
    /// By month of purchase, its first day.
    pub months: Vec<Line<NaiveDate>>,
}

/// The stretch shown where nobody asked for another: this month and the eleven before it.
#[must_use]
pub fn usual_stretch(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let first = today.with_day(1).unwrap_or(today);
    let from = first.checked_sub_months(chrono::Months::new(11));
    (from.unwrap_or(first), today)
}

/// The caller's statistics over purchases from `from` to `to`, both included; without them over the
/// [usual stretch](usual_stretch).
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::Invalid`] `statistics_dates_not_possible`; the store's.
pub fn run(
    app: &App,
    who: &Principal,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> Result<Statistics, AppError> {
    who.may(Action::ViewRequests)?;
    app.store.read(|tx| {
        let today = tx.business_date_today()?;
        let usual = usual_stretch(today);
        let (from, to) = (from.unwrap_or(usual.0), to.unwrap_or(usual.1));
        let days = to.signed_duration_since(from).num_days();
        if !(0..LONGEST_DAYS).contains(&days) {
            return Err(AppError::invalid_field(
                "to",
                "statistics_dates_not_possible",
                "choose a first and a later last day, five years apart at most",
            ));
        }
        let figures = tx.purchase_figures(who.party, (from, to), today)?;
        let names = held_fragment::names(tx, figures.iter().map(|one| one.obligor))?;
        let name = |id: PartyId| names.get(&id).map(|p| p.name.clone()).unwrap_or_default();
        Ok(Statistics {
            from,
            to,
            today,
            totals: lines(&figures, |_one| ()),
            obligors: lines(&figures, |one| name(one.obligor)),
            tenors: lines(&figures, |one| Tenor::of(one.tenor)),
            months: lines(&figures, |one| one.month),
        })
    })
}

/// All tables as one file: each line says by what it is summed.
#[must_use]
pub fn csv(statistics: &Statistics) -> String {
    let mut out = String::from("\u{feff}");
    let heading = [
        "by",
        "of",
        "currency",
        "purchases",
        "bought",
        "held",
        "overdue",
        "matured",
        "returned",
        "passed_on",
        "average_charge_percent",
    ];
    row(&mut out, &heading.map(str::to_owned));
    rows(&mut out, "currency", &statistics.totals, |(): &()| {
        String::new()
    });
    rows(&mut out, "month", &statistics.months, |of| {
        of.format("%Y-%m").to_string()
    });
    rows(&mut out, "obligor", &statistics.obligors, String::clone);
    rows(&mut out, "tenor", &statistics.tenors, |of| {
        of.word().to_owned()
    });
    out
}

fn rows<K>(out: &mut String, by: &str, lines: &[Line<K>], of: impl Fn(&K) -> String) {
    for line in lines {
        let sums = &line.sums;
        let places = u32::from(line.currency.exponent());
        let money = |minor: i128| {
            Decimal::try_from_i128_with_scale(minor, places)
                .map_or_else(|_beyond| minor.to_string(), |sum| sum.to_string())
        };
        let charge = sums.average_charge();
        let cells = [
            by.to_owned(),
            of(&line.of),
            line.currency.to_string(),
            sums.purchases.to_string(),
            money(sums.bought),
            money(sums.held),
            money(sums.overdue),
            money(sums.matured),
            money(sums.returned),
            money(sums.passed_on()),
            charge.map(|rate| rate.to_string()).unwrap_or_default(),
        ];
        row(out, &cells);
    }
}

fn row(out: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// The figures summed by one thing and currency, in the order of the two.
fn lines<K: Ord + Clone>(
    figures: &[PurchaseFigures],
    of: impl Fn(&PurchaseFigures) -> K,
) -> Vec<Line<K>> {
    let mut sums: BTreeMap<(String, K), (Currency, Sums)> = BTreeMap::new();
    for one in figures {
        sums.entry((one.currency.to_string(), of(one)))
            .or_insert_with(|| (one.currency, Sums::default()))
            .1
            .add(one);
    }
    sums.into_iter()
        .map(|((_, of), (currency, sums))| Line { of, currency, sums })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Sums;

    #[test]
    fn the_average_is_weighed_by_face_and_days_and_rounded_once() {
        // 100.00 over 36 days at 3 % and 900.00 over 72 days at 4 %: 0.30 and 7.20 of interest.
        let sums = Sums {
            charge: 30 + 720,
            face_days: 10_000 * 36 + 90_000 * 72,
            ..Sums::default()
        };
        assert_eq!(sums.average_charge().unwrap().to_string(), "3.9474");
        assert_eq!(Sums::default().average_charge(), None);
    }
}
