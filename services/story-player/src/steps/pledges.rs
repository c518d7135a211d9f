//! A fragment secures a loan: its holder asks, the bank grants, the holder signs, and the bank lets go.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::steps::payment::holding;

const HERE: &str = "/pledges";

/// Asks a bank to take the front part of a piece as security. The rest keeps the piece's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskPledge {
    who: String,
    piece: String,
    /// Code of the bank.
    to: String,
    amount: String,
    secured: String,
    loan: String,
}

/// What somebody does about a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    /// The bank signs its deed.
    Grant,
    /// The holder signs the entry: the piece is pledged.
    Sign,
    /// The bank lets it go.
    Release,
}

/// Goes on with the pledge for a loan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerPledge {
    who: String,
    loan: String,
    act: Act,
    /// The piece that is cut when the holder signs.
    piece: Option<String>,
    /// What later steps call the pledged part.
    #[serde(rename = "as")]
    name: Option<String>,
}

impl Step for AskPledge {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let to = player.stage.name(&self.to);
        Ok(format!(
            "asks {to} to take {} of {} as security for {}",
            self.amount, self.piece, self.loan
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/fragments/{}", held.id))?;
        let to = player.stage.party(&self.to)?.party_id.clone();
        let form = Form::find(&page, "/fragments/", "/pledge")?
            .with("provider", &to)
            .with("amount", &self.amount)
            .with("secured", &self.secured)
            .with("loan", &player.filled(&self.loan)?);
        browser.submit(&form).map(|_page| ())
    }
}

impl Step for AnswerPledge {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        let verb = match self.act {
            Act::Grant => "signs the deed of the pledge for",
            Act::Sign => "signs the pledge for",
            Act::Release => "lets go what was pledged for",
        };
        Ok(format!("{verb} {}", self.loan))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let passphrase = player.passphrase(&self.who, false)?;
        let loan = player.filled(&self.loan)?;
        let browser = player.browser(&self.who)?;
        let list = browser.get(HERE)?;
        let mut address = None;
        for row in list.all("main tr")? {
            if text_of(row).contains(&loan) {
                let mut links = inside(row, "a")?.into_iter();
                let mut links = links.by_ref().map(|link| attribute(link, "href"));
                address = links.find(|href| href.starts_with(HERE)).map(str::to_owned);
            }
        }
        let address = address.ok_or_else(|| {
            Failure::unexpected(
                format!("a pledge for {}", self.loan),
                list.words().unwrap_or_default(),
            )
        })?;
        let page = browser.get(&address)?;
        let act = match self.act {
            Act::Grant => "grant",
            Act::Sign => "sign",
            Act::Release => "release",
        };
        let amount = shown::amount(&page.text("h1")?)
            .ok_or_else(|| Failure::unexpected("the pledge's amount", page.address.clone()))?;
        let form = Form::find(&page, &address, act)?.with("passphrase", &passphrase);
        browser.submit(&form)?;
        if let (Some(name), Some(part)) = (&self.piece, &self.name) {
            let whole = recall(&player.memory.pieces, name)?.clone();
            let last = whole.first.saturating_add(amount).saturating_sub(1);
            let rest = Piece {
                first: last.saturating_add(1),
                ..whole.clone()
            };
            let pledged = Piece { last, ..whole };
            holding(&browser, &pledged)?;
            player.transcript.note(&format!("pledged {pledged}"));
            player.memory.pieces.insert(part.clone(), pledged);
            player.memory.pieces.insert(name.clone(), rest);
        }
        Ok(())
    }
}
