//! The obligor takes a paper back that its payee has not accepted.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::recall;
use crate::player::Player;

/// Takes a paper back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawPaper {
    who: String,
    /// The paper, as it was issued.
    piece: String,
    reason: String,
}

impl Step for WithdrawPaper {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("takes {} back: {}", self.piece, self.reason))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let browser = player.browser(&self.who)?;
        let page = browser.get(&format!("/papers/{paper}"))?;
        let form = Form::find(&page, "/papers/", "/withdraw")?
            .with("reason", &self.reason)
            .with("passphrase", &player.passphrase(&self.who, false)?);
        let page = browser.submit(&form)?;
        if Form::find(&page, "/papers/", "/withdraw").is_ok() {
            return Err(Failure::unexpected("a paper taken back", page.words()?));
        }
        Ok(())
    }
}
