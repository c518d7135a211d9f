//! A step that must be refused, and leave the record as it was.

use serde::Deserialize;

use crate::deed::Deed;
use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::player::Player;
use crate::steps::audit::journal_size;

/// Tries something and expects a no.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectRefusal {
    /// What is wrong with the attempt, for the reader.
    because: String,
    /// Codes of which one must come.
    codes: Vec<String>,
    /// The form's field that must be marked, where the page marks a field instead of giving a code.
    field: Option<String>,
    attempt: Box<Deed>,
}

impl Step for ExpectRefusal {
    fn who(&self) -> &str {
        self.attempt.step().who()
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let tried = self.attempt.step().what(player)?;
        Ok(format!("tries: {tried} ({})", self.because))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let before = journal_size(player)?;
        let refusal = match self.attempt.step().run(player) {
            Err(Failure::Refused(refusal)) => refusal,
            Err(other) => return Err(other),
            Ok(()) => {
                return Err(Failure::unexpected(
                    format!("a refusal: {}", self.codes.join(" or ")),
                    "it was done",
                ));
            }
        };
        let coded = refusal.codes.iter().any(|code| self.codes.contains(code));
        let marked = refusal.codes.is_empty()
            && self
                .field
                .as_ref()
                .is_some_and(|field| refusal.fields.contains(field));
        if !coded && !marked {
            return Err(Failure::unexpected(
                format!("a refusal: {}", self.codes.join(" or ")),
                refusal.to_string(),
            ));
        }
        player.transcript.note(&format!("refused: {refusal}"));
        let after = journal_size(player)?;
        same("entries in the journal, as before:", &before, &after)?;
        player
            .transcript
            .note(&format!("the journal still has {after} entries"));
        Ok(())
    }
}
