//! An obligor that was in default: one of the operator says it is cured, another lifts the stop.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::player::Player;

const HERE: &str = "/operator/stops";

/// One person says that a default is cured, and on what evidence.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeCure {
    #[serde(default = "first")]
    who: String,
    evidence: String,
}

fn first() -> String {
    "operator".to_owned()
}

impl Step for ProposeCure {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("finds the default cured: {}", self.evidence))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(HERE)?;
        let form = Form::find(&page, "/operator/stops/", "/cure")?;
        browser.submit(&form.with("evidence", &self.evidence))?;
        Ok(())
    }
}

/// Another person lifts the stop.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftStop {
    #[serde(default = "second")]
    who: String,
}

fn second() -> String {
    "operator/second".to_owned()
}

impl Step for LiftStop {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("looks at the evidence and lifts the stop".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(HERE)?;
        let form = Form::find(&page, "/operator/cures/", "/approve")?;
        browser.submit(&form)?;
        if browser.get(HERE)?.all("main section.sheet")?.is_empty() {
            Ok(())
        } else {
            Err(Failure::unexpected("no stop", "one lasts"))
        }
    }
}
