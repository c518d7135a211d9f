//! Obligors over the wire. Sums may be wider than any amount and are strings of major units.

use chrono::NaiveDate;
use ledger_app::error::AppError;
use ledger_app::obligor_status::Finding;
use ledger_app::obligor_status::ObligorStatus;
use ledger_app::record_disclosure::LookedUp;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::moment;

/// A look into the public disclosure.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisclosureIn {
    /// On which day; today or before.
    pub looked_up_on: NaiveDate,
    /// Where: the name of the register or list.
    pub source: String,
    /// `clean`, `overdue_listed` or `not_disclosed`.
    #[schema(example = "clean")]
    pub finding: String,
    /// A remark, at most 500 characters.
    #[serde(default)]
    pub word: String,
}

/// A note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteIn {
    /// At most 2,000 characters.
    pub note: String,
}

/// What a provider knows of an obligor.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatusOut {
    /// Its id.
    pub id: String,
    /// Its registered name.
    pub name: String,
    /// Whether it issues nothing new at present.
    pub issuance_blocked: bool,
    /// Papers due from this day on are counted.
    pub since: NaiveDate,
    /// How it has paid, by currency.
    pub conduct: Vec<ConductOut>,
    /// The caller's exposure, by currency.
    pub exposure: Vec<ExposureOut>,
    /// Why no price may be proposed: `disclosure_not_checked` or `disclosure_not_clean`.
    pub gate: Option<String>,
    /// The caller's looks into the disclosure, newest first.
    pub disclosure: Vec<DisclosureOut>,
    /// The caller's notes, newest first.
    pub notes: Vec<NoteOut>,
}

/// How an obligor has paid in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConductOut {
    /// ISO 4217.
    pub currency: String,
    /// Papers paid in full on their due date or before.
    pub on_time: i64,
    /// Papers paid in full after it.
    pub late: i64,
    /// The longest of these delays, in days.
    pub worst_delay_days: i32,
    /// Papers past their date of which only a part was paid.
    pub short: i64,
    /// Papers past their date and not paid in full, the short ones among them.
    pub overdue: i64,
    /// Faces paid in full.
    pub paid: Money,
    /// What is past its date and not paid.
    pub overdue_amount: Money,
}

/// The caller's exposure in one currency.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExposureOut {
    /// Fragments held.
    pub held: Money,
    /// Purchases signed and not yet paid for.
    pub committed: Money,
    /// Quotes on offer, which a holder may sign.
    pub offered: Money,
}

/// A recorded look into the disclosure.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DisclosureOut {
    /// On which day.
    pub looked_up_on: NaiveDate,
    /// Where.
    pub source: String,
    /// What was found.
    pub finding: String,
    /// The remark.
    pub word: String,
    /// By whom.
    pub made_by: String,
    /// When it was recorded.
    pub made_at: String,
}

/// A note that was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoteOut {
    /// The note.
    pub note: String,
    /// By whom.
    pub made_by: String,
    /// When.
    pub made_at: String,
}

impl DisclosureIn {
    /// The look.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `finding_unknown`.
    pub fn read(&self, obligor: PartyId) -> Result<LookedUp, AppError> {
        let finding = Finding::ALL.iter().find(|one| one.word() == self.finding);
        Ok(LookedUp {
            obligor,
            on: self.looked_up_on,
            source: self.source.clone(),
            finding: finding.copied().ok_or_else(|| {
                AppError::invalid_field(
                    "finding",
                    "finding_unknown",
                    "clean, overdue_listed or not_disclosed",
                )
            })?,
            word: self.word.clone(),
        })
    }
}

/// A sum of minor units as money; one beyond the ledger's amounts stands at the largest of them.
fn sum(minor: i128, currency: Currency) -> Money {
    let minor = i64::try_from(minor).unwrap_or(i64::MAX);
    Money::of(Amount::from_minor(minor).unwrap_or(Amount::ZERO), currency)
}

impl StatusOut {
    /// For an answer.
    #[must_use]
    pub fn of(status: &ObligorStatus) -> StatusOut {
        StatusOut {
            id: status.obligor.id.to_string(),
            name: status.obligor.name.clone(),
            issuance_blocked: status.obligor.issuance_blocked,
            since: status.since,
            conduct: status
                .paid
                .iter()
                .map(|paid| ConductOut {
                    currency: paid.currency.to_string(),
                    on_time: paid.on_time,
                    late: paid.late,
                    worst_delay_days: paid.worst_delay,
                    short: paid.short,
                    overdue: paid.overdue,
                    paid: sum(paid.paid, paid.currency),
                    overdue_amount: sum(paid.overdue_sum, paid.currency),
                })
                .collect(),
            exposure: status
                .exposure
                .iter()
                .map(|one| ExposureOut {
                    held: sum(one.held, one.currency),
                    committed: sum(one.committed, one.currency),
                    offered: sum(one.offered, one.currency),
                })
                .collect(),
            gate: status.gate.map(str::to_owned),
            disclosure: status
                .checks
                .iter()
                .map(|check| DisclosureOut {
                    looked_up_on: check.looked_up_on,
                    source: check.source.clone(),
                    finding: check.finding.word().to_owned(),
                    word: check.word.clone(),
                    made_by: check.maker_name.clone(),
                    made_at: moment(check.made_at),
                })
                .collect(),
            notes: status
                .notes
                .iter()
                .map(|note| NoteOut {
                    note: note.word.clone(),
                    made_by: note.maker_name.clone(),
                    made_at: moment(note.made_at),
                })
                .collect(),
        }
    }
}
