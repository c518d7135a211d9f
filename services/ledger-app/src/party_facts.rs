//! What a program can check about a party before it is taken in.

use ledger_core::lei::Lei;
use ledger_core::party::PartyKind;
use ledger_core::social_credit_code::SocialCreditCode;
use ledger_core::social_credit_code::Verdict;

use crate::error::AppError;
use crate::onboard_party::OnboardParty;

/// Longest name or note in characters.
const LONGEST_TEXT: usize = 200;

/// The facts in the form in which they are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) registration: String,
    pub(crate) account_name: String,
    pub(crate) account_number: String,
    pub(crate) account_bank_code: String,
    /// A warning's code and why somebody overrode it.
    pub(crate) overridden: Option<(&'static str, String)>,
}

/// Checks and normalises.
pub(crate) fn check(new: &OnboardParty) -> Result<Checked, AppError> {
    if new.kind == PartyKind::Operator {
        return Err(AppError::invalid_field(
            "kind",
            "kind_not_taken_in",
            "the platform has one operator",
        ));
    }
    check_texts(new)?;
    let (registration, overridden) = registration(new)?;
    let (account_number, account_bank_code) = account(new)?;
    if new.kind == PartyKind::FinanceProvider && new.licence_note.trim().is_empty() {
        return Err(AppError::invalid_field(
            "licence_note",
            "licence_missing",
            "name the licence under which this party discounts, and who granted it",
        ));
    }
    let paper_bank_code = new.paper_bank_code.trim();
    if new.kind == PartyKind::Obligor && !is_bank_code(paper_bank_code) {
        return Err(AppError::invalid_field(
            "paper_bank_code",
            "paper_bank_code_malformed",
            "an obligor's paper numbers need its settlement bank's code of 12 digits",
        ));
    }
    let account_name = match new.account_name.trim() {
        "" => new.name.trim(),
        name => name,
    };
    Ok(Checked {
        name: new.name.trim().to_owned(),
        registration,
        account_name: account_name.to_owned(),
        account_number,
        account_bank_code,
        overridden,
    })
}

fn check_texts(new: &OnboardParty) -> Result<(), AppError> {
    if new.name.trim().is_empty() {
        return Err(AppError::invalid_field(
            "name",
            "name_missing",
            "give the registered name",
        ));
    }
    let texts = [
        ("name", &new.name),
        ("name_en", &new.name_en),
        ("email", &new.email),
        ("check_digit_reason", &new.check_digit_reason),
        ("account_name", &new.account_name),
        ("licence_note", &new.licence_note),
    ];
    for (field, text) in texts {
        check_text(field, text)?;
    }
    Ok(())
}

/// Refuses what is longer than any name, or would break a line where it is printed.
pub(crate) fn check_text(field: &'static str, text: &str) -> Result<(), AppError> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(AppError::invalid_field(
            field,
            "text_too_long",
            format!("use at most {LONGEST_TEXT} characters"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid_field(
            field,
            "text_not_printable",
            "take out line breaks and control characters",
        ));
    }
    Ok(())
}

/// The code in capitals, with the warning that was overridden.
///
/// Real companies carry codes with a wrong check character, so that one is a warning.
type Registration = (String, Option<(&'static str, String)>);

fn registration(new: &OnboardParty) -> Result<Registration, AppError> {
    let text = new.registration.trim();
    let refuse =
        |code, message: String| Err(AppError::invalid_field("registration", code, message));
    if text.is_empty() {
        if matches!(new.kind, PartyKind::Obligor | PartyKind::FinanceProvider) {
            return refuse(
                "registration_missing",
                "give the unified social credit code or the LEI".to_owned(),
            );
        }
        return Ok((String::new(), None));
    }
    if text.chars().count() == 20 {
        return match Lei::parse(text) {
            Ok(lei) => Ok((lei.to_string(), None)),
            Err(error) => refuse(error.code(), error.to_string()),
        };
    }
    let code = match SocialCreditCode::parse(text) {
        Ok(code) => code,
        Err(error) => return refuse(error.code(), error.to_string()),
    };
    let verdict = code.verdict();
    let reason = new.check_digit_reason.trim();
    match verdict {
        Verdict::Valid => Ok((code.to_string(), None)),
        Verdict::WrongCheckDigit { expected } if reason.is_empty() => refuse(
            verdict.code(),
            format!(
                "the last character should be {expected}; if the certificate says otherwise, \
                 give the reason for taking it nevertheless"
            ),
        ),
        Verdict::WrongCheckDigit { .. } => {
            Ok((code.to_string(), Some((verdict.code(), reason.to_owned()))))
        }
        Verdict::Malformed => refuse(verdict.code(), "not a code".to_owned()),
    }
}

/// Number and bank of the settlement account, without blanks. An auditor needs none.
fn account(new: &OnboardParty) -> Result<(String, String), AppError> {
    let tight = |text: &str| -> String {
        text.chars()
            .filter(|c| !matches!(c, ' ' | '-'))
            .map(|c| c.to_ascii_uppercase())
            .collect()
    };
    let (number, bank) = (tight(&new.account_number), tight(&new.account_bank_code));
    if new.kind == PartyKind::Auditor && number.is_empty() && bank.is_empty() {
        return Ok((number, bank));
    }
    if number.is_empty() {
        return Err(AppError::invalid_field(
            "account_number",
            "account_missing",
            "give the account to which this party is paid",
        ));
    }
    // An IBAN has at most 34; Chinese accounts have up to 32 digits.
    if number.len() > 34 || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(AppError::invalid_field(
            "account_number",
            "account_malformed",
            "an account number has up to 34 letters and digits",
        ));
    }
    if !is_bank_code(&bank) && !is_bic(&bank) {
        return Err(AppError::invalid_field(
            "account_bank_code",
            "bank_code_malformed",
            "give the bank's 12-digit payment-system code, or its BIC",
        ));
    }
    Ok((number, bank))
}

fn is_bank_code(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// ISO 9362: four of prefix, two letters of country, two of suffix, three of branch or none.
fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text
            .bytes()
            .skip(4)
            .take(2)
            .all(|b| b.is_ascii_alphabetic())
}
