//! Accounts: opening, closing, paying cash in, listing.

use postgres::Row;
use serde::{Deserialize, Serialize};

use crate::bookings::{self, Posting};
use crate::books::Unit;
use crate::error::BankError;
use crate::money;

/// What the control door says to open an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAccount {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) bank_code: String,
    pub(crate) currency: String,
    #[serde(default)]
    pub(crate) standing_authority: bool,
    #[serde(default)]
    pub(crate) pays_on_request: bool,
}

/// An account as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) bank_code: String,
    pub(crate) currency: String,
    /// Decimal text.
    pub(crate) balance: String,
    pub(crate) balance_minor: i64,
    pub(crate) standing_authority: bool,
    pub(crate) pays_on_request: bool,
    pub(crate) closed: bool,
}

/// Opens an account. The same account again changes nothing and gives `false`.
pub(crate) fn open(unit: &mut Unit<'_>, new: &NewAccount) -> Result<bool, BankError> {
    let sized = |text: &str, longest| {
        let plain = !text.chars().any(char::is_control) && text.trim() == text;
        plain && (1..=longest).contains(&text.chars().count())
    };
    if !sized(&new.id, 34) || !sized(&new.owner, 140) || !sized(&new.bank_code, 35) {
        return Err(BankError::Malformed(
            "id (1 to 34 characters), owner (1 to 140) and bank_code (1 to 35) are needed"
                .to_owned(),
        ));
    }
    if money::places(&new.currency).is_none() {
        return Err(BankError::Malformed(
            "currency is three capital letters".to_owned(),
        ));
    }
    let added = unit.sql.execute(
        "INSERT INTO account (id, owner, bank_code, currency, standing_authority, pays_on_request)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        &[
            &new.id,
            &new.owner,
            &new.bank_code,
            &new.currency,
            &(new.standing_authority || new.pays_on_request),
            &new.pays_on_request,
        ],
    )?;
    if added == 1 {
        return Ok(true);
    }
    let there = find(unit, &new.id)?;
    let same = there.is_some_and(|there| {
        there.owner == new.owner
            && there.bank_code == new.bank_code
            && there.currency == new.currency
            && !there.closed
    });
    if same {
        Ok(false)
    } else {
        Err(BankError::Conflict(format!(
            "another account has the number {}",
            new.id
        )))
    }
}

/// The account of this number.
pub(crate) fn find(unit: &mut Unit<'_>, id: &str) -> Result<Option<Account>, BankError> {
    let row = unit
        .sql
        .query_opt("SELECT * FROM account WHERE id = $1", &[&id])?;
    Ok(row.as_ref().map(account))
}

/// The account of this number, or a refusal.
pub(crate) fn get(unit: &mut Unit<'_>, id: &str) -> Result<Account, BankError> {
    find(unit, id)?.ok_or_else(|| BankError::Unknown(format!("no account {id}")))
}

/// The customers' accounts in the order they were opened.
pub(crate) fn list(unit: &mut Unit<'_>) -> Result<Vec<Account>, BankError> {
    let rows = unit.sql.query(
        "SELECT * FROM account WHERE NOT may_go_negative ORDER BY opened_at",
        &[],
    )?;
    Ok(rows.iter().map(account).collect())
}

/// Pays cash in from the bank's vault of that currency; gives the new balance.
pub(crate) fn fund(unit: &mut Unit<'_>, id: &str, amount: &str) -> Result<Account, BankError> {
    over_the_counter(unit, id, amount, Counter::In)
}

/// Pays cash out to the bank's vault of that currency; gives the new balance.
pub(crate) fn draw(unit: &mut Unit<'_>, id: &str, amount: &str) -> Result<Account, BankError> {
    over_the_counter(unit, id, amount, Counter::Out)
}

/// Which way cash goes over the counter.
enum Counter {
    In,
    Out,
}

fn over_the_counter(
    unit: &mut Unit<'_>,
    id: &str,
    amount: &str,
    way: Counter,
) -> Result<Account, BankError> {
    let account = get(unit, id)?;
    if account.closed {
        return Err(BankError::Conflict(format!("account {id} is closed")));
    }
    let minor = money::parse(amount, &account.currency)
        .filter(|minor| *minor > 0)
        .ok_or_else(|| {
            BankError::Malformed(format!("{amount:?} is no amount of {}", account.currency))
        })?;
    if matches!(way, Counter::Out) && minor > account.balance_minor {
        return Err(BankError::Conflict(format!(
            "account {id} has {} only",
            account.balance
        )));
    }
    let vault = format!("VAULT-{}", account.currency);
    unit.sql.execute(
        "INSERT INTO account (id, owner, bank_code, currency, may_go_negative)
         VALUES ($1, 'Sandbox bank, cash', 'VAULT', $2, true) ON CONFLICT DO NOTHING",
        &[&vault, &account.currency],
    )?;
    let cash = (vault.as_str(), "Sandbox bank, cash");
    let own = (id, account.owner.as_str());
    let (debtor, creditor) = match way {
        Counter::In => (cash, own),
        Counter::Out => (own, cash),
    };
    let batch = bookings::new_batch(unit)?;
    bookings::post(
        unit,
        batch,
        &Posting {
            debtor_account: debtor.0,
            debtor_name: debtor.1,
            creditor_account: creditor.0,
            creditor_name: creditor.1,
            amount: minor,
            currency: &account.currency,
            payment: None,
            return_reason: None,
        },
    )?;
    bookings::notify(unit, batch)?;
    get(unit, id)
}

/// Closes an account; what is on it stays, nothing comes or goes any more.
pub(crate) fn close(unit: &mut Unit<'_>, id: &str) -> Result<Account, BankError> {
    get(unit, id)?;
    unit.sql
        .execute("UPDATE account SET closed = true WHERE id = $1", &[&id])?;
    get(unit, id)
}

fn account(row: &Row) -> Account {
    let (minor, currency): (i64, String) = (row.get("balance"), row.get("currency"));
    Account {
        id: row.get("id"),
        owner: row.get("owner"),
        bank_code: row.get("bank_code"),
        balance: money::signed(minor, &currency),
        balance_minor: minor,
        currency,
        standing_authority: row.get("standing_authority"),
        pays_on_request: row.get("pays_on_request"),
        closed: row.get("closed"),
    }
}
