//! The holder compares the offers against the player's own figures, and signs one.

use scraper::ElementRef;
use serde::Deserialize;

use crate::browser::Browser;
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
///
/// # Errors
/// There is none.
pub(super) fn card<'a>(
    player: &Player,
    page: &'a Page,
    kept: &QuoteKept,
) -> Result<ElementRef<'a>, Failure> {
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

/// Holds a card against the player's own figures; gives proceeds, cost and cost per year as shown.
///
/// # Errors
/// The first figure that differs.
pub(super) fn check_card(card: ElementRef<'_>, kept: &QuoteKept) -> Result<[String; 3], Failure> {
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
        let form = deed(&browser, card, &kept)?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        let page = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("recorded: {}", page.text("h1")?));
        Ok(())
    }
}

/// The form that signs the offer on a card: what it says to be signed must be the proceeds.
///
/// # Errors
/// The offer does not stand, or other proceeds would be signed.
pub(super) fn deed(
    browser: &Browser,
    card: ElementRef<'_>,
    kept: &QuoteKept,
) -> Result<Form, Failure> {
    let href = link(card)?;
    let page = browser.get(&href)?;
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
    Form::find(&page, "/finance/", "/sign")
}

/// Where the offer on a card is signed.
///
/// # Errors
/// It does not stand.
pub(super) fn link(card: ElementRef<'_>) -> Result<String, Failure> {
    inside(card, "a.button")?
        .into_iter()
        .map(|link| attribute(link, "href").to_owned())
        .next()
        .ok_or_else(|| Failure::unexpected("a quote that stands", text_of(card)))
}
