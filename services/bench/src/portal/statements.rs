//! Counts the statements that reach the database, by its own log.

use std::fs::File;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::path::Path;
use std::path::PathBuf;

use postgres::Client;
use postgres::NoTls;

use crate::failure::Failure;

/// What frames a unit of work or tries a connection, and asks for nothing.
const FRAMES: &[&str] = &["BEGIN", "COMMIT", "ROLLBACK", "SET "];

/// What a pool tries a connection with.
const PING: &str = "SELECT 1";

/// Has every new session of the database write its statements to the server's log.
pub(crate) struct Listener {
    client: Client,
    log: PathBuf,
}

impl Listener {
    /// From now on.
    pub(crate) fn begin(superuser: &str, log: &Path) -> Result<Listener, Failure> {
        let mut client = Client::connect(superuser, NoTls)?;
        client.batch_execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET log_statement = ''all''',
                                        current_database()); END $$",
        )?;
        let log = log.to_owned();
        Ok(Listener { client, log })
    }

    /// Sessions opened from now on are silent again.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        Ok(self.client.batch_execute(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET log_statement',
                                        current_database()); END $$",
        )?)
    }

    /// Does the work and gives how many statements it took.
    pub(crate) fn count<T>(
        &self,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<(T, usize), Failure> {
        let mut log = File::open(&self.log)?;
        log.seek(SeekFrom::End(0))?;
        let done = work()?;
        let mut written = Vec::new();
        log.read_to_end(&mut written)?;
        Ok((done, statements(&String::from_utf8_lossy(&written))))
    }
}

fn statements(log: &str) -> usize {
    let asked = log.lines().filter_map(|line| {
        let (_moment, said) = line.split_once(" LOG:  ")?;
        match said.strip_prefix("statement: ") {
            Some(text) => Some(text),
            None => Some(said.strip_prefix("execute ")?.split_once(": ")?.1),
        }
    });
    asked
        .filter(|text| *text != PING && !FRAMES.iter().any(|frame| text.starts_with(frame)))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_parameters_are_no_statements() {
        let log = "2026-03-02 08:00:00.000 UTC [7] LOG:  statement: BEGIN READ ONLY\n\
            2026-03-02 08:00:00.000 UTC [7] LOG:  execute __diesel_stmt_0: SELECT a\n\
            \x20 FROM b\n\
            2026-03-02 08:00:00.000 UTC [7] DETAIL:  parameters: $1 = '1'\n\
            2026-03-02 08:00:00.000 UTC [7] LOG:  statement: COMMIT\n\
            2026-03-02 08:00:00.000 UTC [7] LOG:  statement: SELECT 1\n\
            2026-03-02 08:00:00.000 UTC [7] LOG:  execute s1: SELECT 1 FROM c\n";
        assert_eq!(statements(log), 2);
    }
}
