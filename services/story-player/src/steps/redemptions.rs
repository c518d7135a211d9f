//! An obligor offers to pay a paper early; each holder decides.

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

const PAGE: &str = "/redemptions";

/// Offers all holders of a paper to pay it early.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferEarly {
    who: String,
    /// A piece of the paper.
    piece: String,
    pay_date: NaiveDate,
    accept_by: NaiveDate,
    /// The rebate, percent a year.
    percent: String,
}

/// Signs such an offer as the obligor's second person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApproveEarly {
    who: String,
    /// A piece of the paper.
    piece: String,
}

/// Accepts it for the first fragment that can be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptEarly {
    who: String,
    /// A piece of the paper.
    piece: String,
}

/// The first form on the card about this paper whose address ends so.
fn form_on(page: &Page, paper: &str, end: &str) -> Result<Form, Failure> {
    for card in page.all("main section.sheet")? {
        let id = attribute(card, "id").trim_start_matches("redemption-");
        let dense: String = text_of(card).split_whitespace().collect();
        if id.is_empty() || !dense.contains(paper) {
            continue;
        }
        if let Ok(form) = Form::find(page, &format!("{PAGE}/{id}/"), end) {
            return Ok(form);
        }
    }
    Err(Failure::unexpected(
        format!("an offer to pay {paper} early, to {end}"),
        page.words()?,
    ))
}

/// Signs what stands on the card.
fn signed(player: &mut Player, who: &str, piece: &str, end: &str) -> Result<(), Failure> {
    let paper = recall(&player.memory.pieces, piece)?.paper.clone();
    let passphrase = player.passphrase(who, false)?;
    let browser = player.browser(who)?;
    let form = form_on(&browser.get(PAGE)?, &paper, end)?;
    browser
        .submit(&form.with("passphrase", &passphrase))
        .map(|_page| ())
}

impl Step for OfferEarly {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "offers all holders of {} to pay on {}, at a rebate of {} % a year",
            self.piece, self.pay_date, self.percent
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let passphrase = player.passphrase(&self.who, false)?;
        let browser = player.browser(&self.who)?;
        let form = Form::find(&browser.get(PAGE)?, PAGE, PAGE)?
            .with("paper", &paper)
            .with("pay_date", &self.pay_date.to_string())
            .with("accept_by", &self.accept_by.to_string())
            .with("percent", &self.percent)
            .with("day_count", "actual_360")
            .with("passphrase", &passphrase);
        browser.submit(&form).map(|_page| ())
    }
}

impl Step for ApproveEarly {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "signs the offer to pay {} early as the second person",
            self.piece
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        signed(player, &self.who, &self.piece, "/approve")
    }
}

impl Step for AcceptEarly {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("accepts to be paid early on {}", self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        signed(player, &self.who, &self.piece, "/accept")
    }
}
