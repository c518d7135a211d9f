//! The auditor: takes the journal home, checks it offline with the platform's own program, and
//! sees that one flipped byte is found.

use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;
use std::time::Instant;

use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::memory::recall;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_of;
use crate::player::Player;

/// Who audits.
const AUDITOR: &str = "auditor";

/// How long the newest entries may wait for their checkpoint, and the pause between two looks.
const SEAL_SECONDS: u64 = 90;
const PAUSE: Duration = Duration::from_millis(500);

/// Entries of the journal, and how many of them are sealed, as the auditor's page says.
fn entries(page: &Page) -> Result<(u64, u64), Failure> {
    for facts in page.all("main section dl.facts")? {
        let values: Vec<u64> = inside(facts, "dd")?
            .into_iter()
            .take(2)
            .filter_map(|value| text_of(value).replace([',', ' '], "").parse().ok())
            .collect();
        if let [all, sealed] = values.as_slice() {
            return Ok((*all, *sealed));
        }
    }
    Err(Failure::unexpected(
        "the size of the journal",
        page.words()?,
    ))
}

/// How many entries the journal has, as the auditor's page says.
///
/// # Errors
/// The page can't be read.
pub fn journal_size(player: &mut Player) -> Result<u64, Failure> {
    let page = player.browser(AUDITOR)?.get("/audit")?;
    entries(&page).map(|(all, _sealed)| all)
}

/// The auditor's page once every entry is under a checkpoint.
fn sealed_page(browser: &Browser) -> Result<(Page, u64), Failure> {
    let end = Instant::now()
        .checked_add(Duration::from_secs(SEAL_SECONDS))
        .ok_or_else(|| Failure::story("a deadline beyond time"))?;
    loop {
        let page = browser.get("/audit")?;
        let (all, sealed) = entries(&page)?;
        if all == sealed {
            return Ok((page, all));
        }
        if Instant::now() >= end {
            return Err(Failure::unexpected(
                format!("{all} entries sealed"),
                sealed.to_string(),
            ));
        }
        sleep(PAUSE);
    }
}

/// What the program said about a file.
struct Verdict {
    lines: Vec<String>,
    holds: bool,
}

/// Runs `platform verify`, with an empty environment: nothing but key and file. (Where the loader
/// finds the program's libraries stays: without root's help they lie in a folder of their own.)
fn verify(program: &Path, key: &str, file: &Path) -> Result<Verdict, Failure> {
    const LOADER: &str = "LD_LIBRARY_PATH";
    let output = Command::new(program)
        .arg("verify")
        .arg("--key")
        .arg(key)
        .arg(file)
        .env_clear()
        .envs(std::env::var_os(LOADER).map(|folders| (LOADER, folders)))
        .output()
        .doing(&program.display().to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let says = lines
        .last()
        .is_some_and(|line| line.starts_with("VERIFIED"));
    if lines.is_empty() {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Failure::unexpected("a verdict", why));
    }
    Ok(Verdict {
        holds: says && output.status.success(),
        lines,
    })
}

/// Downloads the journal and its key, and checks the file offline.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportAndVerify {
    #[serde(default = "auditor")]
    who: String,
    /// What later steps call the file.
    file: String,
    /// Pieces whose papers must have left no live fragment and a clearing sheet each.
    #[serde(default)]
    settled: Vec<String>,
}

fn auditor() -> String {
    AUDITOR.to_owned()
}

impl Step for ExportAndVerify {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("takes the journal home and checks it without network".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let (page, size) = sealed_page(&browser)?;
        let links = page.all("main a[href^='/audit/journal-file']")?;
        let link = links
            .into_iter()
            .map(|link| attribute(link, "href"))
            .next()
            .ok_or_else(|| Failure::unexpected("a link to the journal", page.address.clone()))?;
        let bytes = browser.download(link)?;
        let file = player.folder.join(format!("{}.txt", self.file));
        std::fs::write(&file, &bytes).doing(&file.display().to_string())?;
        player.transcript.note(&format!(
            "{size} entries, {} bytes in {}",
            bytes.len(),
            file.display()
        ));
        for name in &self.settled {
            check_sheet(player, &browser, name)?;
        }
        let verdict = verify(&player.platform, &player.stage.verifier_key, &file)?;
        for line in &verdict.lines {
            player.transcript.note(line);
        }
        let said = verdict.lines.last().cloned().unwrap_or_default();
        if !verdict.holds {
            return Err(Failure::unexpected("VERIFIED", said));
        }
        player.memory.verdict = Some(said);
        player.memory.files.insert(self.file.clone(), file);
        Ok(())
    }
}

/// The clearing sheet of a settled paper: the auditor's page shows it with every check good.
fn check_sheet(player: &mut Player, browser: &Browser, name: &str) -> Result<(), Failure> {
    let paper = recall(&player.memory.pieces, name)?.paper.clone();
    let page = browser.get(&format!("/audit/settlements/{paper}"))?;
    let checks = page.all("main ul.plainlist li")?;
    for check in &checks {
        if inside(*check, ".dot.ok")?.is_empty() {
            return Err(Failure::unexpected(
                "a clearing sheet that holds",
                text_of(*check),
            ));
        }
    }
    if checks.is_empty() {
        return Err(Failure::unexpected(
            format!("the clearing sheet of {paper}"),
            page.words()?,
        ));
    }
    player.transcript.note(&format!(
        "clearing sheet of {paper}: {} checks hold",
        checks.len()
    ));
    Ok(())
}

/// Flips one bit of a copy of a file: the check must fail and name the entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TamperAndVerify {
    #[serde(default = "auditor")]
    who: String,
    file: String,
}

/// Flips the case or the last bit of a byte in the middle of the line of an entry in the middle of
/// a journal; gives the new bytes and the entry's number, where the line says one.
#[must_use]
pub fn flip(journal: &[u8]) -> Option<(Vec<u8>, String)> {
    let text = std::str::from_utf8(journal).ok()?;
    let entries: Vec<&str> = text.lines().filter(|line| line.starts_with("E ")).collect();
    let line = entries.get(entries.len() / 2)?;
    let number = line.split(' ').nth(1)?.to_owned();
    let start = text.find(line)?;
    let at = start.checked_add(line.len() / 2)?;
    let mut bytes = journal.to_vec();
    let byte = bytes.get_mut(at)?;
    // Base 64 stays base 64: one letter for another.
    *byte = match *byte {
        b'A' => b'B',
        letter if letter.is_ascii_uppercase() => b'A',
        b'a' => b'b',
        letter if letter.is_ascii_lowercase() => b'a',
        b'0' => b'1',
        _ => b'0',
    };
    Some((bytes, number))
}

impl Step for TamperAndVerify {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("changes one byte of a copy and checks that".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let file = recall(&player.memory.files, &self.file)?;
        let bytes = std::fs::read(file).doing(&file.display().to_string())?;
        let (changed, entry) =
            flip(&bytes).ok_or_else(|| Failure::unexpected("entries in the file", "none"))?;
        let copy = player.folder.join(format!("{}-changed.txt", self.file));
        std::fs::write(&copy, changed).doing(&copy.display().to_string())?;
        let verdict = verify(&player.platform, &player.stage.verifier_key, &copy)?;
        let said = verdict.lines.last().cloned().unwrap_or_default();
        let names = said
            .split(|c: char| !c.is_ascii_digit())
            .any(|number| number == entry);
        if verdict.holds || !names {
            return Err(Failure::unexpected(
                format!("not verified, because of entry {entry}"),
                said,
            ));
        }
        player
            .transcript
            .note(&format!("one byte of entry {entry} changed"));
        player.transcript.note(&said);
        Ok(())
    }
}
