//! Several holders sign at the same time what one bank's limit does not bear together: exactly one
//! succeeds.

use std::sync::Barrier;
use std::thread;

use serde::Deserialize;

use crate::browser::Answered;
use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::Refusal;
use crate::failure::same;
use crate::memory::recall;
use crate::player::Player;
use crate::steps::offers;

/// Lets all sign at once. Afterwards the story may speak of the one who was first and of one who was
/// not by the names that it gives them here: as people, and of their pieces, requests and quotes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaceSign {
    runner: Vec<Runner>,
    /// Code of the refusal that all others meet.
    code: String,
    /// What the story calls the first.
    winner: String,
    /// What it calls another.
    loser: String,
}

/// One who signs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Runner {
    who: String,
    piece: String,
    request: String,
    quote: String,
}

impl RaceSign {
    /// Posts every signature in the same moment; the answers in the order of the runners.
    fn run_all(&self, player: &mut Player) -> Result<Vec<Option<Refusal>>, Failure> {
        let mut ready = Vec::new();
        for runner in &self.runner {
            let browser = player.browser(&runner.who)?;
            let id = recall(&player.memory.requests, &runner.request)?;
            let kept = recall(&player.memory.quotes, &runner.quote)?.clone();
            let page = browser.get(&format!("/finance/{id}"))?;
            let card = offers::card(player, &page, &kept)?;
            let form = offers::deed(&browser, card, &kept)?
                .with("passphrase", &player.passphrase(&runner.who, false)?);
            ready.push((browser, form));
        }
        let start = Barrier::new(ready.len());
        let answers: Vec<Result<Answered, Failure>> = thread::scope(|scope| {
            let running: Vec<_> = ready
                .iter()
                .map(|(browser, form)| {
                    let (browser, start) = (browser.as_ref(), &start);
                    scope.spawn(move || {
                        start.wait();
                        browser.send_form(form)
                    })
                })
                .collect();
            running
                .into_iter()
                .map(|one| {
                    one.join().unwrap_or_else(|_panic| {
                        Err(Failure::story("a runner of the race fell down"))
                    })
                })
                .collect()
        });
        answers
            .into_iter()
            .map(|answer| answer?.page().refusal())
            .collect()
    }

    /// Gives a runner, and all that is his, another name.
    fn call(&self, player: &mut Player, name: &str, at: usize) -> Result<(), Failure> {
        let runner = self
            .runner
            .get(at)
            .ok_or_else(|| Failure::story("a race without runners"))?;
        let memory = &mut player.memory;
        let piece = recall(&memory.pieces, &runner.piece)?.clone();
        let request = recall(&memory.requests, &runner.request)?.clone();
        let quote = recall(&memory.quotes, &runner.quote)?.clone();
        memory.pieces.insert(name.to_owned(), piece);
        memory.requests.insert(name.to_owned(), request);
        memory.quotes.insert(name.to_owned(), quote);
        let cast = &mut player.stage.cast;
        cast.insert(name.to_owned(), runner.who.clone());
        Ok(())
    }
}

impl Step for RaceSign {
    fn who(&self) -> &str {
        ""
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let names: Vec<&str> = self
            .runner
            .iter()
            .map(|runner| player.stage.name(&runner.who))
            .collect();
        Ok(format!("{} sign at the same moment", names.join(" and ")))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let ends = self.run_all(player)?;
        let mut first = Vec::new();
        let mut stopped = Vec::new();
        for (at, (runner, refusal)) in self.runner.iter().zip(&ends).enumerate() {
            let name = player.stage.name(&runner.who).to_owned();
            match refusal {
                None => {
                    first.push(at);
                    player.transcript.note(&format!("{name}: recorded"));
                }
                Some(refusal) if refusal.codes.contains(&self.code) => {
                    stopped.push(at);
                    player
                        .transcript
                        .note(&format!("{name}: refused: {refusal}"));
                }
                Some(refusal) => return Err(Failure::Refused(refusal.clone())),
            }
        }
        same("signatures that stand:", &1, &first.len())?;
        let (Some(first), Some(stopped)) = (first.first(), stopped.first()) else {
            return Err(Failure::story("a race needs two runners"));
        };
        self.call(player, &self.winner, *first)?;
        self.call(player, &self.loser, *stopped)
    }
}
