//! The receiver of a paper or a fragment accepts or refuses it.

use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::holdings;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_inside;
use crate::player::Player;
use crate::shown;

/// The box by which a supplier says that it takes a paper freely.
const CASH_CHOICE: &str = "cash_choice";

/// Accepts what waits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    who: String,
    piece: String,
    #[serde(default)]
    slip: bool,
}

/// Refuses it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    who: String,
    piece: String,
    #[serde(default)]
    slip: bool,
}

/// The page of the offer for `piece`: found among the tasks by its amount, and by the paper it is
/// about where several have the same.
fn offer(browser: &Browser, piece: &Piece) -> Result<Page, Failure> {
    let home = browser.get("/")?;
    let mut seen = Vec::new();
    for task in home.all(".tasks a")? {
        let href = attribute(task, "href");
        let sum = text_inside(task, ".sum")?;
        if !href.starts_with("/offers/") {
            continue;
        }
        if shown::amount(&sum) != Some(piece.amount()) {
            seen.push(sum);
            continue;
        }
        let page = browser.get(href)?;
        if is_about(&page, piece)? {
            return Ok(page);
        }
        seen.push(format!("{sum} of another paper"));
    }
    Err(Failure::unexpected(
        format!("waiting: {piece}"),
        if seen.is_empty() {
            "nothing waits".to_owned()
        } else {
            seen.join(" · ")
        },
    ))
}

/// Whether an offer's page shows the paper's number, or at least no other.
fn is_about(page: &Page, piece: &Piece) -> Result<bool, Failure> {
    let mut numbers = Vec::new();
    for fact in page.all("main dd, main .pn")? {
        numbers.extend(shown::paper_number(&crate::page::text_of(fact)));
    }
    let words: String = page.words()?.split_whitespace().collect();
    Ok(numbers.contains(&piece.paper) || numbers.is_empty() || words.contains(&piece.paper))
}

impl Step for Accept {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?;
        Ok(format!(
            "accepts {} and signs",
            shown::grouped(piece.amount())
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let page = offer(&browser, &piece)?;
        let form = Form::find(&page, "/offers/", "/accept")?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        // A paper due later than money would have to come: taken freely, which is to be said.
        let freely: Vec<String> = form
            .choices(CASH_CHOICE)
            .map(|choice| choice.value.clone())
            .collect();
        if !freely.is_empty() {
            player
                .transcript
                .note("takes it freely instead of money, and says so");
        }
        let form = form.ticked(CASH_CHOICE, &freely);
        let page = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("recorded: {}", page.text("h1")?));
        let held = holdings::read(&browser)?;
        if !held.iter().any(|line| line.piece == piece && line.free) {
            return Err(Failure::unexpected(
                format!("held: {piece}"),
                "not on the list of holdings",
            ));
        }
        player.transcript.note(&format!("holds {piece}"));
        Ok(())
    }
}

impl Step for Refuse {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?;
        Ok(format!("refuses {}", shown::grouped(piece.amount())))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let page = offer(&browser, &piece)?;
        let form = Form::find(&page, "/offers/", "/refuse")?;
        let reason = form
            .choices("reason")
            .next()
            .map(|choice| (choice.value.clone(), choice.words.clone()))
            .ok_or_else(|| Failure::unexpected("reasons to choose", "none"))?;
        let form = form
            .with("reason", &reason.0)
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        browser.submit(&form)?;
        player.transcript.note(&format!("reason: {}", reason.1));
        if holdings::read(&browser)?
            .iter()
            .any(|line| line.piece == piece)
        {
            return Err(Failure::unexpected(
                format!("not held: {piece}"),
                "on the list of holdings",
            ));
        }
        let home = browser.get("/")?;
        for task in home.all(".tasks a")? {
            let href = attribute(task, "href");
            let same_sum = inside(task, ".sum")?
                .into_iter()
                .any(|sum| shown::amount(&crate::page::text_of(sum)) == Some(piece.amount()));
            if same_sum && attribute(task, "href").starts_with("/offers/") {
                let page = browser.get(href)?;
                if is_about(&page, &piece)? {
                    return Err(Failure::unexpected("nothing left to answer", page.address));
                }
            }
        }
        player.transcript.note("gone from the list of what waits");
        Ok(())
    }
}
