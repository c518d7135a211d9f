//! An obligor asks all holders of a paper; each signs or says no.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::text_of;
use crate::player::Player;

const PAGE: &str = "/agreements";

/// Proposes that a paper be void, or paid later.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskHolders {
    who: String,
    /// A piece of the paper.
    piece: String,
    /// The new promised date; none: the paper shall be void.
    later: Option<NaiveDate>,
    reason: String,
    consent_by: NaiveDate,
}

/// What somebody does about an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    /// Signs as the obligor's second person.
    Approve,
    /// Signs as a holder.
    Sign,
    /// Says no.
    Decline,
}

impl Answer {
    const fn word(self) -> &'static str {
        match self {
            Answer::Approve => "approve",
            Answer::Sign => "sign",
            Answer::Decline => "decline",
        }
    }
}

/// Answers what is asked on a paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerAgreement {
    who: String,
    /// A piece of the paper.
    piece: String,
    answer: Answer,
}

/// The form for `act` on the agreement about this paper.
fn form_on(page: &Page, paper: &str, act: &str) -> Result<Form, Failure> {
    for card in page.all("main section.sheet")? {
        let id = attribute(card, "id").trim_start_matches("deed-");
        let dense: String = text_of(card).split_whitespace().collect();
        if id.is_empty() || !dense.contains(paper) {
            continue;
        }
        if let Ok(form) = Form::find(page, &format!("{PAGE}/{id}/{act}"), "") {
            return Ok(form);
        }
    }
    Err(Failure::unexpected(
        format!("an agreement on {paper} to {act}"),
        page.words()?,
    ))
}

impl Step for AskHolders {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(match self.later {
            None => format!("asks that {} be void: {}", self.piece, self.reason),
            Some(later) => format!(
                "asks that {} be paid on {later}: {}",
                self.piece, self.reason
            ),
        })
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let asked = if self.later.is_none() {
            "void"
        } else {
            "extend"
        };
        let form = Form::find(&browser.get(PAGE)?, PAGE, "/agreements")?
            .ticked("asked", &[asked.to_owned()])
            .with("paper", &paper)
            .with("reason", &self.reason)
            .with("consent_by", &self.consent_by.to_string())
            .with(
                "maturity",
                &self.later.map(|date| date.to_string()).unwrap_or_default(),
            )
            .with("passphrase", &passphrase);
        browser.submit(&form).map(|_page| ())
    }
}

impl Step for AnswerAgreement {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        let verb = match self.answer {
            Answer::Approve => "signs as the second person what is asked on",
            Answer::Sign => "signs what is asked on",
            Answer::Decline => "says no to what is asked on",
        };
        Ok(format!("{verb} {}", self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let form = form_on(&browser.get(PAGE)?, &paper, self.answer.word())?;
        let form = if self.answer == Answer::Decline {
            form
        } else {
            form.with("passphrase", &passphrase)
        };
        browser.submit(&form).map(|_page| ())
    }
}
