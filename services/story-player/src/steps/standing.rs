//! What must be so: letters that came, pieces that are held, papers that are settled.

use std::thread::sleep;
use std::time::Duration;
use std::time::Instant;

use serde::Deserialize;

use crate::bank_api;
use crate::deed::Step;
use crate::failure::Failure;
use crate::holdings;
use crate::memory::Piece;
use crate::memory::recall;
use crate::neighbours;
use crate::player::Player;
use crate::shown;
use crate::steps::issue::dot;

/// How long a letter may be under way, and the pause between two looks.
const LETTER_SECONDS: u64 = 60;
const PAUSE: Duration = Duration::from_millis(300);

/// A letter came that no step has counted yet.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectLetter {
    who: String,
    /// What its subject or text must hold, all of it; `{name:…}` and so on are filled in. Amounts
    /// are compared as amounts, other words without regard to spaces.
    contains: Vec<String>,
    /// A note of balances; the letter must be newer.
    since: Option<String>,
    /// How long it may be under way.
    #[serde(default = "patience")]
    seconds: u64,
}

const fn patience() -> u64 {
    LETTER_SECONDS
}

/// Whether a letter holds all that is wanted.
fn fits(letter: &str, wanted: &[String]) -> bool {
    let dense = |text: &str| text.split_whitespace().collect::<String>();
    let words = dense(letter);
    let sums = shown::amounts(letter);
    wanted
        .iter()
        .all(|wanted| match shown::amounts(wanted).as_slice() {
            [sum] => sums.contains(sum),
            _ => words.contains(&dense(wanted)),
        })
}

impl Step for ExpectLetter {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("gets a letter".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let to = player.stage.person(&self.who)?.email.clone();
        let wanted: Vec<String> = self
            .contains
            .iter()
            .map(|text| player.filled(text))
            .collect::<Result<_, Failure>>()?;
        let oldest = match &self.since {
            Some(since) => recall(&player.memory.balances, since)?.newest_letter,
            None => 0,
        };
        let end = Instant::now()
            .checked_add(Duration::from_secs(self.seconds))
            .ok_or_else(|| Failure::story("a deadline beyond time"))?;
        loop {
            let letters = neighbours::letters(&player.stage, &to)?;
            let found = letters.iter().find(|letter| {
                letter.id > oldest
                    && !player.memory.letters.contains(&letter.id)
                    && fits(&format!("{}\n{}", letter.subject, letter.text), &wanted)
            });
            if let Some(letter) = found {
                player
                    .transcript
                    .note(&format!("“{}” at {to}", letter.subject));
                player.memory.letters.insert(letter.id);
                return Ok(());
            }
            if Instant::now() >= end {
                let newest: Vec<&str> = letters
                    .iter()
                    .take(3)
                    .map(|letter| letter.subject.as_str())
                    .collect();
                return Err(Failure::unexpected(
                    format!("a letter to {to} with {}", wanted.join(", ")),
                    format!("{} letters, newest: {}", letters.len(), newest.join(" · ")),
                ));
            }
            sleep(PAUSE);
        }
    }
}

/// Somebody holds a piece, or must not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectHolding {
    who: String,
    piece: String,
    #[serde(default = "yes")]
    holds: bool,
}

const fn yes() -> bool {
    true
}

/// Everything a party holds: banks by their own system, others by their page.
fn held(player: &mut Player, who: &str) -> Result<Vec<Piece>, Failure> {
    if player.stage.client(who).is_err() {
        let browser = player.browser(who)?;
        let lines = holdings::read(&browser)?;
        return Ok(lines.into_iter().map(|line| line.piece).collect());
    }
    let answer = player.client(who)?.get("/v1/holdings")?;
    let mut pieces = Vec::new();
    for item in bank_api::list(&answer, "items")? {
        let range = bank_api::text(item, "range")?;
        let (first, last) = shown::range(range)
            .ok_or_else(|| Failure::unexpected("a printed range", range.to_owned()))?;
        let piece = Piece {
            paper: bank_api::text(item, "paper_number")?.to_owned(),
            first,
            last,
        };
        crate::failure::same(
            "amount of a holding",
            &shown::grouped(piece.amount()),
            &shown::grouped(shown::yuan(bank_api::text(item, "amount.amount")?)?),
        )?;
        pieces.push(piece);
    }
    Ok(pieces)
}

impl Step for ExpectHolding {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?;
        let verb = if self.holds { "holds" } else { "does not hold" };
        Ok(format!(
            "{verb} {} ({})",
            self.piece,
            shown::grouped(piece.amount())
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let piece = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = held(player, &self.who)?;
        if held.contains(&piece) == self.holds {
            player.transcript.note(&format!(
                "{}: {piece}",
                if self.holds { "held" } else { "not held" }
            ));
            return Ok(());
        }
        let ranges: Vec<String> = held
            .iter()
            .filter(|other| other.paper == piece.paper)
            .map(Piece::range)
            .collect();
        Err(Failure::unexpected(
            self.what(player)?,
            format!("of {}: {}", piece.paper, ranges.join(", ")),
        ))
    }
}

/// A paper is settled, or isn't yet, as the obligor's page shows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectSettled {
    who: String,
    /// Pieces of the papers.
    pieces: Vec<String>,
    #[serde(default = "yes")]
    settled: bool,
}

impl Step for ExpectSettled {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        let verb = if self.settled {
            "settled"
        } else {
            "not settled yet"
        };
        Ok(format!("sees {} {verb}", self.pieces.join(", ")))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        for name in &self.pieces {
            let paper = recall(&player.memory.pieces, name)?.paper.clone();
            let page = browser.get(&format!("/papers/{paper}"))?;
            let lead = page.all("main p.lead")?.into_iter().next();
            let state = lead.map(dot).transpose()?.unwrap_or_default();
            let words = page.text("main p.lead")?;
            // A closed paper has no colour any more; that it was paid and not withdrawn is what its
            // clearing sheet shows, which the auditor's step looks at.
            let closed = matches!(state.as_str(), "off" | "settled");
            if closed != self.settled {
                return Err(Failure::unexpected(
                    self.what(player)?,
                    format!("{paper}: {words} ({state})"),
                ));
            }
            player.transcript.note(&format!("{paper}: {words}"));
        }
        Ok(())
    }
}
