//! A finance provider's own grade of an obligor, with its history. Nobody else ever sees it; its
//! rate cards may ask for it.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::obligor_grades::ObligorGrade;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::policy::Action;
use crate::principal::Principal;
use crate::random;

/// The worst grade; 1 is the best.
pub const WORST_GRADE: u8 = 20;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 2_000;

/// Most grades of one obligor that the history shows.
const HISTORY: i64 = 200;

/// An obligor of the platform as a finance provider sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obligor {
    /// Its id.
    pub party: PartyId,
    /// Its registered name.
    pub name: String,
    /// Its unified social credit code; may be empty.
    pub credit_code: String,
    /// The caller's own grade of it, the newest.
    pub grade: Option<Grade>,
}

/// A grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// 1 (the best) to [`WORST_GRADE`].
    pub grade: u8,
    /// Why.
    pub note: String,
    /// From when it counts.
    pub since: DateTime<Utc>,
}

fn shown(row: ObligorGrade) -> Grade {
    Grade {
        grade: u8::try_from(row.grade).unwrap_or(WORST_GRADE),
        note: row.note,
        since: row.since,
    }
}

/// All obligors, by name, with the caller's own grades.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<Obligor>, AppError> {
    who.may(Action::GradeObligor)?;
    app.store.read(|tx| {
        let mut grades: HashMap<PartyId, ObligorGrade> = tx
            .obligor_grades(who.party)?
            .into_iter()
            .map(|grade| (grade.obligor, grade))
            .collect();
        let all = tx.parties_of_kind(PartyKind::Obligor)?;
        Ok(all
            .into_iter()
            .map(|party| Obligor {
                party: party.id,
                name: party.name,
                credit_code: party.uscc,
                grade: grades.remove(&party.id).map(shown),
            })
            .collect())
    })
}

/// The caller's own grades of one obligor, newest first.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such obligor.
pub fn history(app: &App, who: &Principal, obligor: PartyId) -> Result<Vec<Grade>, AppError> {
    who.may(Action::GradeObligor)?;
    app.store.read(|tx| {
        if tx.party_by_id(obligor)?.kind != PartyKind::Obligor {
            return Err(AppError::NotFound);
        }
        let rows = tx.obligor_grade_history(who.party, obligor, HISTORY)?;
        Ok(rows.into_iter().map(shown).collect())
    })
}

/// Grades an obligor from now on; older grades stay on record.
///
/// # Errors
/// [`AppError::NotFound`] if there is no such obligor; [`AppError::Invalid`] `grade_not_possible`,
/// `text_too_long`.
pub fn set(
    app: &App,
    who: &Principal,
    obligor: PartyId,
    grade: u8,
    note: &str,
) -> Result<(), AppError> {
    who.may(Action::GradeObligor)?;
    if !(1..=WORST_GRADE).contains(&grade) {
        return Err(AppError::invalid_field(
            "grade",
            "grade_not_possible",
            format!("a grade is a number from 1, the best, to {WORST_GRADE}"),
        ));
    }
    let note = note.trim();
    if note.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid_field(
            "note",
            "text_too_long",
            format!("a note has at most {LONGEST_NOTE} characters"),
        ));
    }
    let row = ObligorGrade {
        id: Uuid::from_bytes(random::bytes()?),
        provider: who.party,
        obligor,
        grade: i16::from(grade),
        note: note.to_owned(),
        since: app.clock.now(),
        set_by: who.subject(),
    };
    app.store.write(|tx| {
        if tx.party_by_id(obligor)?.kind != PartyKind::Obligor {
            return Err(AppError::NotFound);
        }
        Ok(tx.obligor_grade_insert(&row)?)
    })
}
