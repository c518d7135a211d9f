//! Every message in and out, as it went over the wire.

use crate::books::Unit;
use crate::clock;
use crate::error::BankError;

/// How many messages the page shows.
const LATEST: i64 = 20;

/// A logged message without its body.
pub(crate) struct Logged {
    pub(crate) stamp: String,
    /// `in`, `out`, or `lost` for an answer the bank was told to lose.
    pub(crate) direction: String,
    pub(crate) name: String,
    pub(crate) message_id: String,
    /// In bytes.
    pub(crate) size: i32,
}

/// Keeps a message.
pub(crate) fn keep(
    unit: &mut Unit<'_>,
    direction: &str,
    name: &str,
    message_id: &str,
    body: &str,
) -> Result<(), BankError> {
    unit.sql.execute(
        "INSERT INTO message_log (stamp, direction, name, message_id, body)
         VALUES ($1, $2, $3, $4, $5)",
        &[&clock::stamp(), &direction, &name, &message_id, &body],
    )?;
    Ok(())
}

/// The latest messages, newest first.
pub(crate) fn latest(unit: &mut Unit<'_>) -> Result<Vec<Logged>, BankError> {
    let rows = unit.sql.query(
        "SELECT stamp, direction, name, message_id, octet_length(body) AS size FROM message_log
         ORDER BY id DESC LIMIT $1",
        &[&LATEST],
    )?;
    Ok(rows
        .iter()
        .map(|row| Logged {
            stamp: row.get("stamp"),
            direction: row.get("direction"),
            name: row.get("name"),
            message_id: row.get("message_id"),
            size: row.get("size"),
        })
        .collect())
}
