//! What somebody's own page says they hold.

use chrono::NaiveDate;

use crate::browser::Browser;
use crate::failure::Failure;
use crate::memory::Piece;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_inside;
use crate::shown;

/// Pages of a list that are followed at most.
const PAGES: usize = 200;

/// One line of the list.
#[derive(Debug, Clone)]
pub struct Holding {
    /// Public id of the fragment, as its address has it.
    pub id: String,
    /// Which cents of which paper.
    pub piece: Piece,
    /// When it is paid.
    pub due: Option<NaiveDate>,
    /// Whether it can be passed on or financed.
    pub free: bool,
}

/// Everything on somebody's list.
///
/// # Errors
/// The list can't be read, or an amount on it is not that of its range.
pub fn read(browser: &Browser) -> Result<Vec<Holding>, Failure> {
    let mut all = Vec::new();
    let mut next = Some("/".to_owned());
    for _ in 0..PAGES {
        let Some(address) = next.take() else {
            break;
        };
        let page = browser.get(&address)?;
        read_page(&page, &mut all)?;
        next = next_page(&page, "/?")?;
    }
    Ok(all)
}

/// The address of the list's next page, which begins with `start`.
///
/// # Errors
/// None but the player's own.
pub fn next_page(page: &Page, start: &str) -> Result<Option<String>, Failure> {
    let links = page.all("main section > p > a")?;
    Ok(links
        .into_iter()
        .map(|link| attribute(link, "href"))
        .find(|href| href.starts_with(start))
        .map(str::to_owned))
}

fn read_page(page: &Page, all: &mut Vec<Holding>) -> Result<(), Failure> {
    for row in page.all("main table tbody tr")? {
        let links = inside(row, "td.head a")?;
        let Some(id) = links
            .into_iter()
            .find_map(|link| attribute(link, "href").strip_prefix("/fragments/"))
        else {
            continue;
        };
        let paper = shown::paper_number(&text_inside(row, ".pn")?);
        let range = shown::range(&text_inside(row, ".range")?);
        let amount = shown::amount(&text_inside(row, ".sum")?);
        let (Some(paper), Some((first, last)), Some(amount)) = (paper, range, amount) else {
            return Err(Failure::unexpected(
                "a holding with paper, range and amount",
                crate::page::text_of(row),
            ));
        };
        let piece = Piece { paper, first, last };
        if piece.amount() != amount {
            return Err(Failure::unexpected(
                format!("the amount of {piece}"),
                shown::grouped(amount),
            ));
        }
        all.push(Holding {
            id: id.to_owned(),
            piece,
            due: shown::date(&text_inside(row, "time")?),
            free: !inside(row, "a[href^='/pay?']")?.is_empty(),
        });
    }
    Ok(())
}
