//! How a part came to its holder, and who holds what, as far as somebody may see.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_inside;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::steps::payment::holding;

/// Follows a held piece back to the issue.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trace {
    who: String,
    piece: String,
    /// Codes from the obligor to the holder; `?` for a name that is withheld.
    path: Vec<String>,
}

impl Step for Trace {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("looks how {} came here", self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &piece)?;
        let page = browser.get(&format!("/fragments/{}", held.id))?;
        let shown_number = shown::paper_number(&page.text("main .eyebrow .pn")?);
        same(
            "paper",
            &piece.paper,
            &shown_number.unwrap_or_else(|| "none".to_owned()),
        )?;
        let mut came = Vec::new();
        for name in page.all("main ol.path > li > b")? {
            came.push(if attribute(name, "class").contains("maskedname") {
                "?".to_owned()
            } else {
                text_of(name)
            });
        }
        let told: Vec<String> = self
            .path
            .iter()
            .map(|code| player.stage.name(code).to_owned())
            .collect();
        same("path", &told.join(" → "), &came.join(" → "))?;
        for step in page.all("main ol.path > li")? {
            player.transcript.note(&text_of(step));
        }
        Ok(())
    }
}

/// Looks at the picture of a paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeePicture {
    who: String,
    /// A piece of the paper.
    piece: String,
    row: Vec<PictureRow>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureRow {
    piece: String,
    /// Code of the holder; `?` for one that is withheld; empty if the piece must not be shown.
    holder: String,
}

/// A row of the table beside a picture.
struct Shown {
    range: (i64, i64),
    holder: String,
    amount: i64,
}

fn rows(page: &Page) -> Result<Vec<Shown>, Failure> {
    let mut rows = Vec::new();
    for row in page.all("main figure.picture details.astable tbody tr")? {
        let cells: Vec<String> = inside(row, "td")?.into_iter().map(text_of).collect();
        let [range, holder, _tier, _state, _sum] = cells.as_slice() else {
            continue;
        };
        let sum = text_inside(row, "td.num")?;
        if let (Some(range), Some(amount)) = (shown::range(range), shown::amount(&sum)) {
            rows.push(Shown {
                range,
                holder: holder.clone(),
                amount,
            });
        }
    }
    Ok(rows)
}

impl SeePicture {
    /// The page with the picture: the fragment's for its holder, else the paper's.
    fn page(&self, player: &mut Player, piece: &Piece) -> Result<Page, Failure> {
        let browser = player.browser(&self.who)?;
        if let Ok(held) = holding(&browser, piece) {
            return browser.get(&format!("/fragments/{}", held.id));
        }
        browser.get(&format!("/papers/{}", piece.paper))
    }
}

impl Step for SeePicture {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?;
        Ok(format!("looks at the picture of {}", piece.paper))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let page = self.page(player, &piece)?;
        let rows = rows(&page)?;
        for row in &rows {
            let (first, last) = row.range;
            let length = last.saturating_sub(first).saturating_add(1);
            same(
                "amount of a range",
                &shown::grouped(length),
                &shown::grouped(row.amount),
            )?;
        }
        for told in &self.row {
            let part = recall(&player.memory.pieces, &told.piece)?;
            let range = (part.first, part.last);
            let here: Vec<&str> = rows
                .iter()
                .filter(|row| row.range == range)
                .map(|row| row.holder.as_str())
                .collect();
            let name = player.stage.name(&told.holder);
            let fits = match told.holder.as_str() {
                "" => here.is_empty(),
                "?" => {
                    let known =
                        |shown: &&str| player.stage.parties.iter().any(|p| p.name == **shown);
                    !here.is_empty() && !here.iter().any(known)
                }
                _ => here.contains(&name),
            };
            if !fits {
                let wanted = if told.holder.is_empty() {
                    "nobody"
                } else {
                    name
                };
                return Err(Failure::unexpected(
                    format!("{} held by {wanted}", part.range()),
                    if here.is_empty() {
                        "no such range".to_owned()
                    } else {
                        here.join(", ")
                    },
                ));
            }
            let line = format!("{:<24} {}", part.range(), here.join(", "));
            player.transcript.note(line.trim_end());
        }
        Ok(())
    }
}
