//! Recourse after a default: a holder turns to the party before, which pays.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::text_of;
use crate::player::Player;

const HERE: &str = "/recourse";

/// Turns to the party before for the first part of a paper on which something is due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimRecourse {
    who: String,
    /// A piece of the paper.
    piece: String,
    /// What is due, as the page says it.
    amount: String,
}

/// Pays what is claimed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayRecourse {
    who: String,
    /// A piece of the paper.
    piece: String,
    /// How much, as the page says it.
    amount: String,
}

/// The form on the first card about this paper and this sum whose address begins and ends so.
fn form_on(page: &Page, paper: &str, amount: &str, ends: (&str, &str)) -> Result<Form, Failure> {
    for card in page.all("main section.sheet")? {
        let dense: String = text_of(card).split_whitespace().collect();
        let id = attribute(card, "id");
        let id = id.trim_start_matches("right-").trim_start_matches("deed-");
        let start = format!("{}{id}", ends.0);
        if dense.contains(paper)
            && dense.contains(amount)
            && let Ok(form) = Form::find(page, &start, ends.1)
        {
            return Ok(form);
        }
    }
    Err(Failure::unexpected(
        format!("recourse on {paper} for {amount}"),
        page.words()?,
    ))
}

impl Step for ClaimRecourse {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "turns to the party before for {} of {}",
            self.amount, self.piece
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let ends = ("/fragments/", "/claim");
        let form = form_on(&browser.get(HERE)?, &paper, &self.amount, ends)?;
        browser
            .submit(&form.with("passphrase", &passphrase))
            .map(|_page| ())
    }
}

impl Step for PayRecourse {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "signs and pays {}, claimed by recourse on {}",
            self.amount, self.piece
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let ends = ("/recourse/", "/pay");
        let form = form_on(&browser.get(HERE)?, &paper, &self.amount, ends)?;
        browser
            .submit(&form.with("passphrase", &passphrase))
            .map(|_page| ())
    }
}
