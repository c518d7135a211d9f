//! A provider's own grades of obligors over the wire.

use ledger_app::grade_obligor::Grade;
use ledger_app::grade_obligor::Obligor;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::moment;

/// A grade to be given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GradeIn {
    /// 1 (the best) to 20.
    #[schema(example = 4)]
    pub grade: u8,
    /// Why, in the caller's words.
    pub note: Option<String>,
}

/// A grade.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeOut {
    /// 1 (the best) to 20.
    pub grade: u8,
    /// Why.
    pub note: String,
    /// From when it counts.
    pub since: String,
}

/// Grades of one obligor, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GradeList {
    /// The grades.
    pub items: Vec<GradeOut>,
}

/// An obligor with the caller's own grade.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = GradedObligorOut)]
pub struct ObligorOut {
    /// Its id.
    pub id: String,
    /// Its registered name.
    pub name: String,
    /// Its unified social credit code, or empty.
    pub registration: String,
    /// The caller's newest grade, if there is one.
    pub grade: Option<GradeOut>,
}

/// All obligors, by name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ObligorPage {
    /// The obligors.
    pub items: Vec<ObligorOut>,
}

impl GradeOut {
    /// For an answer.
    #[must_use]
    pub fn of(grade: &Grade) -> GradeOut {
        GradeOut {
            grade: grade.grade,
            note: grade.note.clone(),
            since: moment(grade.since),
        }
    }
}

impl ObligorOut {
    /// For an answer.
    #[must_use]
    pub fn of(obligor: &Obligor) -> ObligorOut {
        ObligorOut {
            id: obligor.party.to_string(),
            name: obligor.name.clone(),
            registration: obligor.credit_code.clone(),
            grade: obligor.grade.as_ref().map(GradeOut::of),
        }
    }
}
