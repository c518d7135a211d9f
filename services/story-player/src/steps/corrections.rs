//! A transfer made by mistake: one side says so, the other signs too, or says no.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::holdings;
use crate::memory::recall;
use crate::page::attribute;
use crate::page::text_of;
use crate::player::Player;
use crate::steps::payment::holding;

const HERE: &str = "/corrections";

/// Says of a piece that it was passed on, or taken, by mistake.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposeCorrection {
    who: String,
    piece: String,
    reason: String,
}

/// Signs that it was, or says no.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerCorrection {
    who: String,
    piece: String,
    #[serde(default = "yes")]
    sign: bool,
}

const fn yes() -> bool {
    true
}

impl Step for ProposeCorrection {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "says that {} was passed on by mistake: {}",
            self.piece, self.reason
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/fragments/{}", held.id))?;
        let form = Form::find(&page, "/fragments/", "/correct")?
            .with("reason", &self.reason)
            .with("passphrase", &player.passphrase(&self.who, false)?);
        browser.submit(&form).map(|_page| ())
    }
}

impl Step for AnswerCorrection {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        let verb = if self.sign {
            "signs that it was a mistake to pass on"
        } else {
            "says no to taking back"
        };
        Ok(format!("{verb} {}", self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let page = browser.get(HERE)?;
        let act = if self.sign { "sign" } else { "decline" };
        let mut found = None;
        for card in page.all("main section.sheet")? {
            let dense: String = text_of(card).split_whitespace().collect();
            let id = attribute(card, "id").trim_start_matches("deed-");
            let about = dense.contains(&piece.paper) && dense.contains(&piece.range());
            if about && let Ok(form) = Form::find(&page, &format!("{HERE}/{id}/"), act) {
                found = Some(form);
            }
        }
        let form = found.ok_or_else(|| {
            Failure::unexpected(
                format!("a correction of {piece}"),
                page.words().unwrap_or_default(),
            )
        })?;
        let form = if self.sign {
            form.with("passphrase", &passphrase)
        } else {
            form
        };
        browser.submit(&form)?;
        let held = holdings::read(&browser)?;
        let holds = held.iter().any(|line| line.piece == piece);
        player.transcript.note(if holds {
            "holds it now"
        } else {
            "holds it no longer"
        });
        Ok(())
    }
}
