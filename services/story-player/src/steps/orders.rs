//! Orders to freeze at the operator's: one person enters them, another decides.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::text_of;
use crate::player::Player;

const PAGE: &str = "/operator/freezes";

/// Enters an order to freeze part of what a holder has of a paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnterOrder {
    who: String,
    /// Code of the holder.
    holder: String,
    /// A piece of the paper.
    piece: String,
    /// As typed.
    amount: String,
    authority: String,
    reference: String,
    until: NaiveDate,
}

/// Enters an order that lifts a freeze.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiftOrder {
    who: String,
    /// Number of the order that froze.
    order: String,
    authority: String,
    /// Number of the order that lifts it.
    reference: String,
}

/// Decides what a colleague entered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideOrder {
    who: String,
    /// Its number.
    order: String,
}

/// The id of the order of this number that has a form for `act`.
fn order_with(page: &Page, reference: &str, act: &str) -> Result<String, Failure> {
    for card in page.all("main .sheet")? {
        let id = attribute(card, "id").trim_start_matches("freeze-");
        if id.is_empty() || !text_of(card).contains(reference) {
            continue;
        }
        let action = format!("{PAGE}/{id}/{act}");
        if Form::find(page, &action, "").is_ok() {
            return Ok(id.to_owned());
        }
    }
    Err(Failure::unexpected(
        format!("an order {reference} to {act}"),
        page.words()?,
    ))
}

fn submit(browser: &Browser, form: &Form) -> Result<(), Failure> {
    browser.submit(form).map(|_page| ())
}

impl Step for EnterOrder {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "enters order {} of {}: {} of what {} has is frozen until {}",
            self.reference,
            self.authority,
            self.amount,
            player.stage.name(&self.holder),
            self.until
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let paper = recall(&player.memory.pieces, &self.piece)?.paper.clone();
        let holder = player.stage.party(&self.holder)?.party_id.clone();
        let browser = player.browser(&self.who)?;
        let form = Form::find(&browser.get(PAGE)?, PAGE, "/freezes")?
            .ticked("scope", &["part".to_owned()])
            .with("holder", &holder)
            .with("paper", &paper)
            .with("amount", &self.amount)
            .with("authority", &self.authority)
            .with("reference", &self.reference)
            .with("until", &self.until.to_string());
        submit(&browser, &form)
    }
}

impl Step for LiftOrder {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "enters order {} of {}: the freeze {} is lifted",
            self.reference, self.authority, self.order
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(PAGE)?;
        let id = order_with(&page, &self.order, "lift")?;
        let form = Form::find(&page, &format!("{PAGE}/{id}/lift"), "")?
            .with("authority", &self.authority)
            .with("reference", &self.reference);
        submit(&browser, &form)
    }
}

impl Step for DecideOrder {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "holds order {} against the paper and decides",
            self.order
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(PAGE)?;
        // Who entered it is shown no such button; a stranger to the page could post it all the same.
        let id = match order_with(&page, &self.order, "decide") {
            Ok(id) => id,
            Err(_own) => order_with(&page, &self.order, "withdraw")?,
        };
        let mut form = Form::find(&page, &format!("{PAGE}/{id}/"), "")?;
        form.action = format!("{PAGE}/{id}/decide");
        submit(&browser, &form)
    }
}
