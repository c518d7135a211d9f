//! Papers, fragments and amounts as notices and pages word them.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::range::Range;
use ledger_core::recourse::Recourse;

use crate::currency_totals::CurrencyTotals;
use crate::notice::FragmentNamed;
use crate::notice::PaperNamed;
use crate::notice::RecourseNamed;

/// `CNY 1,200,000.00`.
#[must_use]
pub fn money(amount: Amount, currency: Currency) -> String {
    format!("{currency} {}", amount.to_grouped(currency))
}

/// The same of minor units that may be more than one paper's: sums and limits. Below zero, as where
/// a limit was lowered under its use, it says zero.
#[must_use]
pub fn sum(minor: i64, currency: Currency) -> String {
    let mut total = CurrencyTotals::default();
    total.add_minor(i128::from(minor.max(0)), currency);
    total.words()
}

/// A paper in a notice.
#[must_use]
pub fn paper(number: &str, obligor: &str) -> PaperNamed {
    PaperNamed {
        number: number.to_owned(),
        obligor: obligor.to_owned(),
    }
}

/// A fragment in a notice.
#[must_use]
pub fn fragment(number: &str, obligor: &str, range: Range) -> FragmentNamed {
    FragmentNamed {
        paper: paper(number, obligor),
        range: range.to_string(),
    }
}

/// Recourse in a notice.
#[must_use]
pub fn recourse(recourse: Recourse, currency: Currency) -> RecourseNamed {
    match recourse {
        Recourse::Without => RecourseNamed::Without,
        Recourse::With => RecourseNamed::With,
        Recourse::Limited(cap) => RecourseNamed::Limited(money(cap, currency)),
    }
}
