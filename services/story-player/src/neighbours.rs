//! The programs beside the platform in a demo: the mailbox and the sandbox bank's control door.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::bank_api;
use crate::browser::client;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::shown;
use crate::stage::Stage;

/// A letter as the mailbox keeps it.
#[derive(Debug, Clone, Deserialize)]
pub struct Letter {
    /// Number, rising.
    pub id: u64,
    /// Its subject.
    pub subject: String,
    /// Its plain text.
    pub text: String,
}

/// Letters to an address, newest first.
///
/// # Errors
/// No answer.
pub fn letters(stage: &Stage, to: &str) -> Result<Vec<Letter>, Failure> {
    mailbox(stage, &[("to", to), ("limit", "500")])
}

/// Number of the newest letter to anybody; 0 before the first.
///
/// # Errors
/// No answer.
pub fn newest_letter(stage: &Stage) -> Result<u64, Failure> {
    let newest = mailbox(stage, &[("limit", "1")])?;
    Ok(newest.first().map_or(0, |letter| letter.id))
}

fn mailbox(stage: &Stage, query: &[(&str, &str)]) -> Result<Vec<Letter>, Failure> {
    let address = format!("{}/messages.json", stage.mailbox.trim_end_matches('/'));
    let url = url::Url::parse_with_params(&address, query).doing(&address)?;
    let text = client(false)?
        .get(url)
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .and_then(reqwest::blocking::Response::text)
        .doing("the mailbox")?;
    serde_json::from_str(&text).doing("the mailbox")
}

#[derive(Debug, Deserialize)]
struct Books {
    business_date: NaiveDate,
    accounts: Vec<Account>,
}

#[derive(Debug, Deserialize)]
struct Account {
    id: String,
    balance_minor: i64,
}

/// The sandbox bank's date, and the balance of every account in minor units.
///
/// # Errors
/// No answer.
pub fn balances(stage: &Stage) -> Result<(NaiveDate, BTreeMap<String, i64>), Failure> {
    let bank = stage.sandbox_bank.trim_end_matches('/');
    let text = client(false)?
        .get(format!("{bank}/control/accounts"))
        .bearer_auth(&stage.sandbox_bank_control_token)
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .and_then(reqwest::blocking::Response::text)
        .doing("the sandbox bank")?;
    let books: Books = serde_json::from_str(&text).doing("the sandbox bank")?;
    let accounts = books.accounts.into_iter();
    Ok((
        books.business_date,
        accounts
            .map(|account| (account.id, account.balance_minor))
            .collect(),
    ))
}

/// Moves cash at the counter of the sandbox bank until an account has exactly so much, minor units.
///
/// # Errors
/// No answer, or the bank refuses.
pub fn leave(stage: &Stage, account: &str, minor: i64) -> Result<(), Failure> {
    let (_date, accounts) = balances(stage)?;
    let has = accounts.get(account).copied().unwrap_or(0);
    let (way, amount) = if has > minor {
        ("draw", has.saturating_sub(minor))
    } else {
        ("fund", minor.saturating_sub(has))
    };
    if amount == 0 {
        return Ok(());
    }
    let plain = shown::grouped(amount).replace(',', "");
    control(
        stage,
        &format!("/control/accounts/{account}/{way}"),
        &serde_json::json!({ "amount": plain }),
    )
    .map(|_account| ())
}

fn control(
    stage: &Stage,
    path: &str,
    body: &serde_json::Value,
) -> Result<serde_json::Value, Failure> {
    let bank = stage.sandbox_bank.trim_end_matches('/');
    let text = client(false)?
        .post(format!("{bank}{path}"))
        .bearer_auth(&stage.sandbox_bank_control_token)
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .and_then(reqwest::blocking::Response::text)
        .doing("the sandbox bank")?;
    serde_json::from_str(&text).doing("the sandbox bank")
}

/// Has the sandbox bank send a booked payment back, for a reason of ISO 20022's list; gives its own
/// reference of the return.
///
/// # Errors
/// No answer, or there is nothing to send back.
pub fn send_back(
    stage: &Stage,
    debtor_account: &str,
    end_to_end_id: &str,
    reason: &str,
) -> Result<String, Failure> {
    let answer = control(
        stage,
        "/control/returns",
        &serde_json::json!({
            "debtor_account": debtor_account,
            "end_to_end_id": end_to_end_id,
            "reason": reason,
        }),
    )?;
    bank_api::text(&answer, "servicer_reference").map(str::to_owned)
}
