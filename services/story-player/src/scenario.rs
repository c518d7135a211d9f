//! A story as data: a TOML file with a title and its steps in order.

use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::deed::Deed;
use crate::failure::Doing;
use crate::failure::Failure;

/// A story.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its title.
    pub title: String,
    /// The business date it begins on; an earlier one is moved there first.
    pub begins: NaiveDate,
    /// What happens.
    pub steps: Vec<ToldStep>,
}

/// One step.
#[derive(Debug, Clone)]
pub struct ToldStep {
    /// A line over the step, for the reader.
    pub heading: Option<String>,
    /// What is done and must be seen.
    pub deed: Deed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    begins: String,
    step: Vec<toml::Table>,
}

impl Scenario {
    /// Reads a story file.
    ///
    /// # Errors
    /// The file can't be read, or what [`Scenario::parse`] says.
    pub fn load(path: &Path) -> Result<Scenario, Failure> {
        let text = std::fs::read_to_string(path).doing(&format!("story {}", path.display()))?;
        Scenario::parse(&text)
    }

    /// Reads a story.
    ///
    /// # Errors
    /// Not TOML, or not this vocabulary; says which step.
    pub fn parse(text: &str) -> Result<Scenario, Failure> {
        let written: Written = toml::from_str(text).doing("the story")?;
        let begins = written
            .begins
            .parse()
            .doing("the date on which the story begins")?;
        let mut steps = Vec::with_capacity(written.step.len());
        for (mut table, number) in written.step.into_iter().zip(1..) {
            let heading = match table.remove("heading") {
                Some(toml::Value::String(text)) => Some(text),
                Some(_) => return Err(Failure::story("a heading is text")),
                None => None,
            };
            let deed = toml::Value::Table(table)
                .try_into()
                .doing(&format!("step {number} of the story"))?;
            steps.push(ToldStep { heading, deed });
        }
        Ok(Scenario {
            title: written.title,
            begins,
            steps,
        })
    }
}
