//! What a holder does with pieces of its own: takes an offer back, and joins what lies side by side.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::steps::payment::holding;

/// Takes an offer back that nobody has answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallOffer {
    who: String,
    piece: String,
}

/// Makes one piece of several that lie side by side.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinPieces {
    who: String,
    /// The pieces, in the order of the units.
    pieces: Vec<String>,
    /// What later steps call the one.
    #[serde(rename = "as")]
    name: String,
}

impl Step for RecallOffer {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("takes back the offer of {}", self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/offers/{}", held.id))?;
        let form = Form::find(&page, "/offers/", "/recall")?
            .with("passphrase", &player.passphrase(&self.who, false)?);
        let receipt = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("recorded: {}", receipt.text("h1")?));
        if !holding(&browser, &piece)?.free {
            return Err(Failure::unexpected(format!("free: {piece}"), "not free"));
        }
        Ok(())
    }
}

impl Step for JoinPieces {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("joins {}", self.pieces.join(", ")))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let pieces = self
            .pieces
            .iter()
            .map(|name| recall(&player.memory.pieces, name).cloned())
            .collect::<Result<Vec<Piece>, Failure>>()?;
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Err(Failure::story("no pieces to join"));
        };
        let held = holding(&browser, first)?;
        let page = browser.get(&format!("/fragments/{}/join", held.id))?;
        let mut ranges = Vec::new();
        for range in page.all("main table .range")? {
            ranges.extend(shown::range(&text_of(range)));
        }
        let told: Vec<(i64, i64)> = pieces.iter().map(|one| (one.first, one.last)).collect();
        same(
            "pieces to join:",
            &shown::ranges(&told),
            &shown::ranges(&ranges),
        )?;
        let whole = Piece {
            last: last.last,
            ..first.clone()
        };
        let form = Form::find(&page, "/fragments/", "/join")?
            .with("passphrase", &player.passphrase(&self.who, false)?);
        browser.submit(&form)?;
        let held = holding(&browser, &whole)?;
        player
            .transcript
            .note(&format!("one piece: {}", held.piece));
        for name in &self.pieces {
            player.memory.pieces.remove(name);
        }
        player.memory.pieces.insert(self.name.clone(), whole);
        Ok(())
    }
}
