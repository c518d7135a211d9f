//! A finance provider records that it has looked an obligor up in the public disclosure of bills.

use chrono::NaiveDate;
use ledger_core::id::PartyId;
use ledger_store::obligor_file::DisclosureCheck;
use ledger_store::obligor_file::Finding;

use crate::app::App;
use crate::error::AppError;
use crate::four_eyes;
use crate::obligor_status::check_deals;
use crate::party_facts::check_text;
use crate::policy::Action;
use crate::principal::Principal;

/// A look into the disclosure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedUp {
    /// About whom.
    pub obligor: PartyId,
    /// On which day; today or before.
    pub on: NaiveDate,
    /// Where: the name of the register or list.
    pub source: String,
    /// What was found.
    pub finding: Finding,
    /// A word with it, or empty.
    pub word: String,
}

/// Records it. It stands as it was recorded: another look is another record.
///
/// # Errors
/// [`AppError::NotFound`] as [`obligor_status::run`](crate::obligor_status::run);
/// [`AppError::Invalid`] `source_missing`, `text_too_long`, `text_not_printable`,
/// `day_in_the_future`, `word_too_long`.
pub fn run(app: &App, who: &Principal, look: &LookedUp) -> Result<(), AppError> {
    who.may(Action::ProposeAnswer)?;
    let source = look.source.trim();
    if source.is_empty() {
        return Err(AppError::invalid_field(
            "source",
            "source_missing",
            "say where you looked",
        ));
    }
    check_text("source", source)?;
    let word = four_eyes::word(&look.word)?;
    let now = app.clock.now();
    app.store.write(|tx| {
        check_deals(tx, who, look.obligor)?;
        if look.on > tx.business_date_today()? {
            return Err(AppError::invalid_field(
                "looked_up_on",
                "day_in_the_future",
                "give today or an earlier day",
            ));
        }
        Ok(tx.disclosure_check_insert(&DisclosureCheck {
            provider: who.party,
            obligor: look.obligor,
            looked_up_on: look.on,
            source: source.to_owned(),
            finding: look.finding,
            word: word.clone(),
            made_by: who.subject(),
            maker_name: who.name.clone(),
            made_at: now,
        })?)
    })
}
