//! A holder writes off in its own books what nobody is left to pay.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::memory::recall;
use crate::player::Player;
use crate::shown;
use crate::steps::payment::holding;

/// Writes a piece off.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteOff {
    who: String,
    piece: String,
    /// What is still owed on it, as the deed says it.
    owed: String,
    reason: String,
    evidence: String,
}

/// What a holder has written off, and what came since.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectWrittenOff {
    who: String,
    written_off: String,
    recovered: String,
    owed: String,
}

impl Step for WriteOff {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "writes off {} of {} in its own books: {} ({})",
            self.owed, self.piece, self.reason, self.evidence
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/fragments/{}/write-off", held.id))?;
        let owed = shown::yuan(&self.owed)?;
        if !shown::amounts(&page.words()?).contains(&owed) {
            return Err(Failure::unexpected(
                format!("still owed: {}", self.owed),
                page.words()?,
            ));
        }
        let form = Form::find(&page, "/fragments/", "/write-off")?
            .with("reason", &self.reason)
            .with("evidence", &self.evidence)
            .with("passphrase", &player.passphrase(&self.who, false)?);
        browser.submit(&form)?;
        holding(&browser, &piece)?;
        player
            .transcript
            .note("the claim stands: it holds the piece as before");
        Ok(())
    }
}

impl Step for ExpectWrittenOff {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "has written off {}, of which {} came in since and {} is still owed",
            self.written_off, self.recovered, self.owed
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get("/write-offs")?;
        let mut figures = Vec::new();
        for figure in page.all("main .figures .big")? {
            figures.extend(shown::amount(&crate::page::text_of(figure)));
        }
        let told = [&self.written_off, &self.recovered, &self.owed]
            .into_iter()
            .map(|text| shown::yuan(text))
            .collect::<Result<Vec<_>, Failure>>()?;
        let words = |sums: &[i64]| {
            let all: Vec<String> = sums.iter().map(|sum| shown::grouped(*sum)).collect();
            all.join(", ")
        };
        same(
            "written off, recovered, owed:",
            &words(&told),
            &words(&figures),
        )
    }
}
