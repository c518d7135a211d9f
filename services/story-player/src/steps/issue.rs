//! The two treasurers: one puts papers forward, another approves.

use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Failure;
use crate::form::Form;
use crate::holdings::next_page;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::text_inside;
use crate::player::Player;
use crate::shown;

/// Pages of the outstanding papers that are followed at most.
const PAGES: usize = 200;

/// Puts the good rows of an import forward for approval.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Propose {
    who: String,
    import: String,
    /// Types a wrong passphrase.
    #[serde(default)]
    slip: bool,
}

impl Step for Propose {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("puts the good rows forward and signs as the first person".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let page = browser.get(recall(&player.memory.imports, &self.import)?)?;
        let form = Form::find(&page, "/treasury/imports/", "/propose")?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        let page = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("seen: {}", page.text("h1")?));
        Ok(())
    }
}

/// Approves papers; without a list of them, everything that may be ticked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approve {
    who: String,
    paper: Vec<ProposedPaper>,
    #[serde(default)]
    slip: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposedPaper {
    /// Code of the payee.
    to: String,
    amount: String,
    /// The due date that the calendar gives, if the story wants it checked.
    due: Option<chrono::NaiveDate>,
    /// What later steps call the whole paper.
    #[serde(rename = "as")]
    name: String,
}

/// A line of the outstanding papers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperLine {
    /// Its number.
    pub number: String,
    /// Name of the payee.
    pub payee: String,
    /// Face in minor units.
    pub face: i64,
    /// Class of its state's dot.
    pub state: String,
}

impl Step for Approve {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "approves {} papers and signs as the second person",
            self.paper.len()
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let before = papers(&browser)?;
        let page = browser.get("/treasury/proposals")?;
        let form = Form::find(&page, "/treasury/proposals/", "/approve")?;
        let mut ticks = Vec::new();
        for paper in &self.paper {
            ticks.push(self.tick(player, &form, &ticks, paper)?);
        }
        let form = form
            .ticked("proposal", &ticks)
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        browser.submit(&form)?;
        let mut new: Vec<PaperLine> = papers(&browser)?
            .into_iter()
            .filter(|line| before.iter().all(|old| old.number != line.number))
            .collect();
        for paper in &self.paper {
            let face = shown::yuan(&paper.amount)?;
            let payee = player.stage.party(&paper.to)?.name.clone();
            let at = new
                .iter()
                .position(|line| line.payee == payee && line.face == face)
                .ok_or_else(|| {
                    Failure::unexpected(
                        format!("a new paper for {payee} over {}", shown::grouped(face)),
                        format!("{new:?}"),
                    )
                })?;
            let number = new.swap_remove(at).number;
            if let Some(due) = paper.due {
                check_due(&browser, &number, due)?;
            }
            let piece = Piece {
                paper: number,
                first: 1,
                last: face,
            };
            player
                .transcript
                .note(&format!("{}: {piece} → {payee}", paper.name));
            player.memory.pieces.insert(paper.name.clone(), piece);
        }
        if new.is_empty() {
            Ok(())
        } else {
            Err(Failure::unexpected("no other paper", format!("{new:?}")))
        }
    }
}

impl Approve {
    /// The value of the box to tick, which stands in a row with the payee and the amount.
    fn tick(
        &self,
        player: &Player,
        form: &Form,
        taken: &[String],
        paper: &ProposedPaper,
    ) -> Result<String, Failure> {
        let payee = &player.stage.party(&paper.to)?.name;
        let face = shown::yuan(&paper.amount)?;
        form.choices("proposal")
            .find(|choice| {
                choice.words.contains(payee.as_str())
                    && shown::amounts(&choice.words).contains(&face)
                    && !taken.contains(&choice.value)
            })
            .map(|choice| choice.value.clone())
            .ok_or_else(|| {
                Failure::unexpected(
                    format!("a proposal for {payee} over {}", shown::grouped(face)),
                    "none in the list",
                )
            })
    }
}

fn check_due(browser: &Browser, number: &str, due: chrono::NaiveDate) -> Result<(), Failure> {
    let page = browser.get(&format!("/papers/{number}"))?;
    let mut facts = Vec::new();
    for fact in page.all("main .facts dd")? {
        facts.push(crate::page::text_of(fact));
    }
    if facts.iter().any(|fact| shown::date(fact) == Some(due)) {
        return Ok(());
    }
    Err(Failure::unexpected(
        format!("{due} among the paper's facts"),
        facts.join(" · "),
    ))
}

/// Everything on the treasury's list of papers, ended ones too.
///
/// # Errors
/// The list can't be read.
pub fn papers(browser: &Browser) -> Result<Vec<PaperLine>, Failure> {
    let mut all = Vec::new();
    let mut next = Some("/treasury/papers?all=1".to_owned());
    for _ in 0..PAGES {
        let Some(address) = next.take() else {
            break;
        };
        let page = browser.get(&address)?;
        for row in page.all("main table.cards tbody tr")? {
            let number = shown::paper_number(&text_inside(row, ".pn")?);
            let face = shown::amount(&text_inside(row, ".sum")?);
            if let (Some(number), Some(face)) = (number, face) {
                all.push(PaperLine {
                    number,
                    payee: text_inside(row, "td.head")?,
                    face,
                    state: dot(row)?,
                });
            }
        }
        next = next_page(&page, "/treasury/papers?all=1&after=")?;
    }
    Ok(all)
}

/// The class of a state's dot inside an element.
///
/// # Errors
/// None but the player's own.
pub fn dot(element: scraper::ElementRef<'_>) -> Result<String, Failure> {
    let dots = crate::page::inside(element, ".dot")?;
    Ok(dots
        .into_iter()
        .next()
        .map(|dot| crate::page::attribute(dot, "class"))
        .unwrap_or_default()
        .replace("dot", "")
        .trim()
        .to_owned())
}
