//! Whether a payment may be made, and the ISO reason if not.
//!
//! Precedence: debtor unknown AC02, closed AC04, at another bank RC01, of another currency AM03;
//! creditor unknown AC01, closed AC04, at another bank RC01, of another currency AM03; nothing to
//! pay AM01; to itself AG01. Whether the money is there (AM04) is asked last, when it is booked.

use crate::accounts;
use crate::books::Unit;
use crate::error::BankError;
use crate::order::OrderedPayment;

/// An ISO reason code and words for people.
pub(crate) type Reason = (String, String);

/// Why a request to pay can't be accepted, if it can't.
pub(crate) fn refuse_request(
    unit: &mut Unit<'_>,
    payment: &OrderedPayment,
) -> Result<Option<Reason>, BankError> {
    let Some(debtor) = accounts::find(unit, &payment.debtor.account)? else {
        return Ok(Some(reason("AC02", "no such debtor account")));
    };
    Ok(if debtor.closed {
        Some(reason("AC04", "the debtor account is closed"))
    } else if debtor.standing_authority {
        None
    } else {
        Some(reason("MD01", "the debtor has given no standing authority"))
    })
}

/// A reason in one go.
pub(crate) fn reason(code: &str, text: &str) -> Reason {
    (code.to_owned(), text.to_owned())
}

/// The account and, where named, the bank of both sides.
pub(crate) struct Parties<'p> {
    pub(crate) debtor: (&'p str, Option<&'p str>),
    pub(crate) creditor: (&'p str, Option<&'p str>),
}

/// What speaks against a payment apart from the money being there.
pub(crate) fn objection(
    unit: &mut Unit<'_>,
    parties: &Parties<'_>,
    amount: i64,
    currency: &str,
) -> Result<Option<Reason>, BankError> {
    for ((number, bank), role, unknown) in [
        (parties.debtor, "debtor", "AC02"),
        (parties.creditor, "creditor", "AC01"),
    ] {
        let Some(account) = accounts::find(unit, number)? else {
            return Ok(Some(reason(
                unknown,
                &format!("no {role} account {number}"),
            )));
        };
        if account.closed {
            return Ok(Some(reason(
                "AC04",
                &format!("the {role} account is closed"),
            )));
        }
        if bank.is_some_and(|bank| bank != account.bank_code) {
            let text = format!("the {role} account is not at this bank");
            return Ok(Some(reason("RC01", &text)));
        }
        if account.currency != currency {
            let text = format!("the {role} account is in {}", account.currency);
            return Ok(Some(reason("AM03", &text)));
        }
    }
    Ok(if amount == 0 {
        Some(reason("AM01", "nothing to pay"))
    } else if parties.debtor.0 == parties.creditor.0 {
        Some(reason("AG01", "debtor and creditor are the same account"))
    } else {
        None
    })
}

/// The reason if the debtor has less than the amount.
pub(crate) fn short_of_money(
    unit: &mut Unit<'_>,
    debtor: &str,
    amount: i64,
) -> Result<Option<Reason>, BankError> {
    let balance = accounts::get(unit, debtor)?.balance_minor;
    Ok((balance < amount).then(|| reason("AM04", "insufficient funds")))
}
