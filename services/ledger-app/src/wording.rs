//! Papers, fragments and amounts as notices and pages word them.

use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::range::Range;

use crate::notice::FragmentNamed;
use crate::notice::PaperNamed;

/// `CNY 1,200,000.00`.
#[must_use]
pub fn money(amount: Amount, currency: Currency) -> String {
    format!("{currency} {}", amount.to_grouped(currency))
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
