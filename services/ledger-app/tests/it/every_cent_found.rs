//! The look that every staged test ends with can fail: each thing it looks for, planted, is found.

use crate::every_cent::look;
use crate::settlement_stage::Due;

#[test]
fn each_thing_that_is_looked_for_is_found() {
    let due = Due::instructed();
    due.booked(&due.papers[0]);
    assert_eq!(due.close(), 1);
    let url = due.stage.database.url_owner();
    assert_eq!(look(&url), []);
    let operator = due.stage.operator.party;
    let payee = due.payee.party();
    for (breaks, mends, found) in [
        (
            "UPDATE paper SET paid = paid - 1".to_owned(),
            "UPDATE paper SET paid = paid + 1".to_owned(),
            "face",
        ),
        (
            "UPDATE paper SET interest_asked = 1, interest_paid = 1".to_owned(),
            "UPDATE paper SET interest_asked = 0, interest_paid = 0".to_owned(),
            "late interest",
        ),
        (
            format!(
                "UPDATE payment_instruction SET amount = amount + 1 WHERE creditor = '{payee}'"
            ),
            format!(
                "UPDATE payment_instruction SET amount = amount - 1 WHERE creditor = '{payee}'"
            ),
            "credits",
        ),
        (
            format!(
                "UPDATE payment_instruction SET creditor = '{operator}' WHERE creditor = '{payee}'"
            ),
            format!(
                "UPDATE payment_instruction SET creditor = '{payee}' WHERE creditor = '{operator}'"
            ),
            "a platform account in a payment",
        ),
    ] {
        due.break_by(&breaks);
        let amiss = look(&url);
        assert!(
            amiss.iter().any(|(_, what)| what == found),
            "{found}: {amiss:?}"
        );
        due.break_by(&mends);
    }
}
