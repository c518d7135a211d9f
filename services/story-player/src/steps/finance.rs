//! A holder asks for money, compares the quotes against the player's own figures, signs one.

use chrono::Duration;
use scraper::ElementRef;
use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::memory::QuoteKept;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_inside;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::steps::payment::holding;
use crate::wall_clock;

/// Days that a request stays open where the page proposes none.
const OPEN_DAYS: i64 = 7;

/// Asks banks for money on a piece or its front part.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskForMoney {
    who: String,
    piece: String,
    amount: String,
    /// Codes of the banks.
    banks: Vec<String>,
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
        Ok(format!("asks {} for {}", banks.join(" and "), self.amount))
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
        let later = wall_clock::now()
            .checked_add_signed(Duration::days(OPEN_DAYS))
            .ok_or_else(|| Failure::story("no such day"))?;
        let expires = match form.value("expires") {
            "" => later.date_naive().to_string(),
            proposed => proposed.to_owned(),
        };
        let form = form
            .ticked("fragment", std::slice::from_ref(&held.id))
            .with(&format!("amount-{}", held.id), &self.amount)
            .ticked("bank", &ticks)
            .with("expires", &expires);
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

/// Looks at the quotes side by side; each figure must be the player's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeeQuotes {
    who: String,
    request: String,
    /// The quotes expected, the cheapest first.
    quotes: Vec<String>,
}

/// The card of a bank's quote.
fn card<'a>(player: &Player, page: &'a Page, kept: &QuoteKept) -> Result<ElementRef<'a>, Failure> {
    let name = player.stage.name(&kept.bank);
    for card in page.all("main article.quote")? {
        if text_inside(card, "h2")?.contains(name) {
            return Ok(card);
        }
    }
    Err(Failure::unexpected(
        format!("a quote by {name}"),
        page.words()?,
    ))
}

fn check_card(card: ElementRef<'_>, kept: &QuoteKept) -> Result<[String; 3], Failure> {
    let figure = |what: &str, text: String, expected: i64| {
        let came = shown::amount(&text).map_or(text, shown::grouped);
        same(what, &shown::grouped(expected), &came)
    };
    let reckoned = &kept.reckoned;
    let values = inside(card, "dl > div > dd")?;
    let mut values = values.into_iter().map(text_of);
    let mut next = || values.next().unwrap_or_default();
    let (proceeds, pays_on, charge) = (next(), next(), next());
    figure("proceeds", proceeds.clone(), reckoned.proceeds)?;
    figure("charge", charge, reckoned.charge)?;
    if shown::date(&pays_on).is_none() {
        return Err(Failure::unexpected("a day of payment", pays_on));
    }
    let totals: Vec<String> = inside(card, "dl > div.total > dd")?
        .into_iter()
        .map(text_of)
        .collect();
    let [cost, per_year] = totals.as_slice() else {
        return Err(Failure::unexpected(
            "cost and cost per year",
            totals.join(" · "),
        ));
    };
    figure("all-in cost", cost.clone(), reckoned.cost)?;
    if !shown::percent_fits(per_year, reckoned.cost_per_year) {
        return Err(Failure::unexpected(
            format!(
                "cost per year {}",
                shown::percent_words(reckoned.cost_per_year)
            ),
            per_year.clone(),
        ));
    }
    Ok([proceeds, cost.clone(), per_year.clone()])
}

impl Step for SeeQuotes {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("compares {} quotes", self.quotes.len()))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?;
        let page = browser.get(&format!("/finance/{id}"))?;
        let cards = page.all("main article.quote")?;
        let standing = cards
            .iter()
            .filter(|card| !attribute(**card, "class").contains("hold"))
            .count();
        same("quotes:", &self.quotes.len(), &standing)?;
        for (place, name) in self.quotes.iter().enumerate() {
            let kept = recall(&player.memory.quotes, name)?.clone();
            let card = card(player, &page, &kept)?;
            let [proceeds, cost, per_year] = check_card(card, &kept)?;
            let bank = player.stage.name(&kept.bank).to_owned();
            let best = attribute(card, "class")
                .split(' ')
                .any(|class| class == "best");
            same(&format!("{bank} marked as cheapest:"), &(place == 0), &best)?;
            player.transcript.note(&format!(
                "{bank}: gets {proceeds}, all-in {cost}, a year {per_year}{}",
                if best { " (cheapest)" } else { "" }
            ));
        }
        player
            .transcript
            .note("each figure as reckoned by the player itself");
        Ok(())
    }
}

/// Signs a quote.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignQuote {
    who: String,
    request: String,
    quote: String,
    #[serde(default)]
    slip: bool,
}

impl Step for SignQuote {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let kept = recall(&player.memory.quotes, &self.quote)?;
        let bank = player.stage.name(&kept.bank);
        Ok(format!("signs the quote by {bank}"))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?;
        let kept = recall(&player.memory.quotes, &self.quote)?.clone();
        let page = browser.get(&format!("/finance/{id}"))?;
        let card = card(player, &page, &kept)?;
        let links = inside(card, "a.button")?;
        let href = links
            .into_iter()
            .map(|link| attribute(link, "href"))
            .next()
            .ok_or_else(|| Failure::unexpected("a quote that stands", text_of(card)))?;
        let page = browser.get(href)?;
        let sentence = page.text("h1")?;
        if !shown::amounts(&sentence).contains(&kept.reckoned.proceeds) {
            return Err(Failure::unexpected(
                format!(
                    "proceeds of {} in what is signed",
                    shown::grouped(kept.reckoned.proceeds)
                ),
                sentence,
            ));
        }
        let form = Form::find(&page, "/finance/", "/sign")?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        let page = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("recorded: {}", page.text("h1")?));
        Ok(())
    }
}
