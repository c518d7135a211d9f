//! Loads the demo chain where the database is empty, and finds it again where it isn't.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::demo_desks;
use crate::demo_history;
use crate::demo_people;
use crate::demo_people::Cast;
use crate::failure::Context;
use crate::failure::Failure;
use crate::job_runner::DeskRunner;
use crate::open::say;

/// The cast of the demo in `data`, enrolled with its history on the first start.
pub(crate) fn load(desk: &DeskRunner, data: &Path) -> Result<Cast, Failure> {
    let file = data.join("cast.json");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return serde_json::from_str(&text).doing("cast.json");
    }
    let app = &desk.desk.app;
    let begun = app
        .store
        .read(|tx| tx.parties_of_kind(ledger_core::party::PartyKind::Operator))
        .doing("looking for an earlier demo")?;
    if !begun.is_empty() {
        return Err(Failure(
            "an earlier first start was interrupted: start over with ops/demo --reset".to_owned(),
        ));
    }
    let Some(bank) = &desk.bank else {
        return Err(Failure("the demo needs the sandbox bank".to_owned()));
    };
    say("enrolling the demo chain: 1 carmaker, 31 suppliers, 3 banks");
    let keys = data.join("bank-keys");
    std::fs::create_dir_all(&keys).doing("folder of the banks' keys")?;
    let cast = demo_people::enrol(app, bank, &keys)?;
    say("playing four months of trade");
    demo_history::play(desk, &cast)?;
    demo_desks::set_up(app, &cast)?;
    let text = serde_json::to_string_pretty(&cast).doing("cast.json")?;
    write_private(&file, &text)?;
    Ok(cast)
}

/// Writes a file that only the server's user reads.
pub(crate) fn write_private(file: &Path, text: &str) -> Result<(), Failure> {
    let name = file.display().to_string();
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .doing(&name)?;
    out.write_all(text.as_bytes()).doing(&name)?;
    out.sync_all().doing(&name)
}
