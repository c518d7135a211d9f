//! What the bank has been told to do wrong.

use serde::{Deserialize, Serialize};

use crate::books::Unit;
use crate::error::BankError;

/// A fault as the control door says it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// `reject`, `delay`, `return`, `lose_answer`, `duplicate_notification`,
    /// `reorder_notification`.
    pub(crate) kind: String,
    /// How many times; until cleared if absent.
    #[serde(default)]
    pub(crate) count: Option<i32>,
    /// `reject`, `delay`, `return`: only payments to this creditor account.
    #[serde(default)]
    pub(crate) account: Option<String>,
    /// `reject`, `return`: the ISO reason, `MS03` (no reason given) if absent.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// `delay`, `return`: business steps until it is booked, or comes back; 1 if absent.
    #[serde(default)]
    pub(crate) steps: Option<i32>,
    /// `lose_answer`: `close` (the connection breaks) or `504`; `close` if absent.
    #[serde(default)]
    pub(crate) manner: Option<String>,
}

/// Puts a fault in force.
pub(crate) fn add(unit: &mut Unit<'_>, fault: &Fault) -> Result<(), BankError> {
    let known = matches!(
        fault.kind.as_str(),
        "reject"
            | "delay"
            | "return"
            | "lose_answer"
            | "duplicate_notification"
            | "reorder_notification"
    );
    let shaped = fault.count.is_none_or(|count| count > 0)
        && fault.steps.is_none_or(|steps| steps > 0)
        && fault.reason.as_ref().is_none_or(|code| {
            code.len() == 4
                && code
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        })
        && matches!(fault.manner.as_deref(), None | Some("close" | "504"));
    if !known || !shaped {
        return Err(BankError::Malformed(
            "kind is reject, delay, return, lose_answer, duplicate_notification or \
             reorder_notification; count and steps are more than zero, reason is an ISO code, \
             manner is close or 504"
                .to_owned(),
        ));
    }
    unit.sql.execute(
        "INSERT INTO fault (kind, remaining, account, reason, steps, manner)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            &fault.kind,
            &fault.count,
            &fault.account,
            &fault.reason,
            &fault.steps,
            &fault.manner,
        ],
    )?;
    Ok(())
}

/// The faults in force.
pub(crate) fn list(unit: &mut Unit<'_>) -> Result<Vec<Fault>, BankError> {
    let rows = unit.sql.query("SELECT * FROM fault ORDER BY id", &[])?;
    Ok(rows
        .iter()
        .map(|row| Fault {
            kind: row.get("kind"),
            count: row.get("remaining"),
            account: row.get("account"),
            reason: row.get("reason"),
            steps: row.get("steps"),
            manner: row.get("manner"),
        })
        .collect())
}

/// Takes all faults away.
pub(crate) fn clear(unit: &mut Unit<'_>) -> Result<(), BankError> {
    unit.sql.execute("DELETE FROM fault", &[])?;
    Ok(())
}

/// The oldest fault of this kind that applies, used up by one.
pub(crate) fn strikes(
    unit: &mut Unit<'_>,
    kind: &str,
    account: Option<&str>,
) -> Result<Option<Fault>, BankError> {
    let Some(row) = unit.sql.query_opt(
        "SELECT * FROM fault WHERE kind = $1 AND (account IS NULL OR account = $2)
         ORDER BY id LIMIT 1",
        &[&kind, &account],
    )?
    else {
        return Ok(None);
    };
    let id: i64 = row.get("id");
    let gone = unit
        .sql
        .execute("DELETE FROM fault WHERE id = $1 AND remaining = 1", &[&id])?;
    if gone == 0 {
        unit.sql.execute(
            "UPDATE fault SET remaining = remaining - 1 WHERE id = $1",
            &[&id],
        )?;
    }
    Ok(Some(Fault {
        kind: row.get("kind"),
        count: row.get("remaining"),
        account: row.get("account"),
        reason: row.get("reason"),
        steps: row.get("steps"),
        manner: row.get("manner"),
    }))
}
