//! A holder asks for money, openly or for sealed bids, or asks no more.

use chrono::NaiveDate;
use chrono::NaiveDateTime;
use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::recall;
use crate::player::Player;
use crate::steps::payment::holding;

/// Asks banks for money on a piece or its front part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskForMoney {
    who: String,
    piece: String,
    amount: String,
    /// Codes of the banks.
    banks: Vec<String>,
    /// Until when bids are sealed; without it they are open.
    bids_until: Option<NaiveDateTime>,
    /// Last day on which something may be signed; what the page proposes if not given.
    expires: Option<NaiveDate>,
    /// What later steps call the request.
    request: String,
}

impl Step for AskForMoney {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let banks: Vec<&str> = self
            .banks
            .iter()
            .map(|bank| player.stage.name(bank))
            .collect();
        let how = match self.bids_until {
            None => String::new(),
            Some(until) => format!(", in sealed bids until {until}"),
        };
        Ok(format!(
            "asks {} for {}{how}",
            banks.join(" and "),
            self.amount
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/finance/new?fragment={}", held.id))?;
        let form = Form::find(&page, "/finance", "/finance")?;
        let mut ticks = Vec::new();
        for bank in &self.banks {
            let name = &player.stage.party(bank)?.name;
            let choice = form
                .choices("bank")
                .find(|choice| choice.words.contains(name.as_str()));
            ticks.push(
                choice
                    .ok_or_else(|| Failure::unexpected(format!("{name} to ask"), "not listed"))?
                    .value
                    .clone(),
            );
        }
        let mut form = form
            .ticked("fragment", std::slice::from_ref(&held.id))
            .with(&format!("amount-{}", held.id), &self.amount)
            .ticked("bank", &ticks);
        if let Some(until) = self.bids_until {
            form = form
                .with("bidding", "sealed")
                .with("bids_until", &until.format("%Y-%m-%dT%H:%M").to_string());
        }
        if let Some(last) = self.expires {
            form = form.with("expires", &last.to_string());
        }
        let page = browser.submit(&form)?;
        let id = page
            .address
            .strip_prefix("/finance/")
            .ok_or_else(|| Failure::unexpected("the request's page", page.address.clone()))?;
        player.transcript.note(&format!("request {id}"));
        player.transcript.note(&format!("on {piece}"));
        player
            .memory
            .requests
            .insert(self.request.clone(), id.to_owned());
        Ok(())
    }
}

/// Takes a request back that nobody was signed for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    who: String,
    request: String,
}

impl Step for WithdrawRequest {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let id = recall(&player.memory.requests, &self.request)?;
        Ok(format!("takes request {id} back"))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let address = format!(
            "/finance/{}",
            recall(&player.memory.requests, &self.request)?
        );
        let page = browser.get(&address)?;
        browser.submit(&Form::find(&page, &address, "/withdraw")?)?;
        let page = browser.get(&address)?;
        match Form::find(&page, &address, "/withdraw") {
            Ok(_still) => Err(Failure::unexpected("a request that is over", page.words()?)),
            Err(_gone) => {
                player
                    .transcript
                    .note("nothing of it can be signed any more");
                Ok(())
            }
        }
    }
}
