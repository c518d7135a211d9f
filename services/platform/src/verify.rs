//! Checks an exported journal, offline: hashes, signatures, tiling, liveness, clearing sheets.

use std::fs::File;
use std::io::BufRead;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use ledger_core::amount::Amount;
use ledger_core::verify::Verifier;

use crate::failure::Context;
use crate::failure::Failure;
use crate::open::say;

/// Longest line of a journal: a clearing sheet of a million holders fits.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

/// Verifies `file` and prints what it found; the exit code says whether it holds.
pub(crate) fn run(key: &str, file: &Path) -> Result<ExitCode, Failure> {
    let key = match std::fs::read_to_string(key) {
        Ok(text) => text.trim().to_owned(),
        Err(_not_a_file) => key.trim().to_owned(),
    };
    let mut verifier = Verifier::new(&key).doing("verifier key")?;
    let mut reader = BufReader::new(File::open(file).doing("journal file")?);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut reader, LONGEST_LINE)
            .read_until(b'\n', &mut line)
            .doing("journal file")?;
        if read == 0 {
            break;
        }
        if let Err(fault) = verifier.raw_line(&line) {
            return Ok(refuted(&fault.to_string()));
        }
    }
    match verifier.finish() {
        Err(fault) => Ok(refuted(&fault.to_string())),
        Ok(report) => {
            say(&format!("book            {}", report.origin));
            say(&format!("entries         {}", report.entries));
            say(&format!("signatures      {} checked", report.signatures));
            say(&format!("parties         {}", report.parties));
            say(&format!(
                "papers          {} ({} settled)",
                report.papers, report.settled_papers
            ));
            say(&format!("live fragments  {}", report.live_fragments));
            for (currency, face) in &report.face {
                let shown = i64::try_from(*face)
                    .ok()
                    .and_then(|minor| Amount::from_minor(minor).ok())
                    .map_or_else(
                        || format!("{face} minor units"),
                        |a| a.to_grouped(*currency),
                    );
                say(&format!("face            {currency} {shown}"));
            }
            say(&format!("log root        {}", report.root));
            say(
                "VERIFIED: every entry, signature, split, cent and clearing sheet follows from the record",
            );
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn refuted(why: &str) -> ExitCode {
    say(&format!("NOT VERIFIED: {why}"));
    ExitCode::FAILURE
}
