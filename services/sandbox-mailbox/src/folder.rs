//! The messages on disk: one `.eml` file each, numbered in the order they came.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::SystemTime;

use chrono::DateTime;
use chrono::Utc;

use crate::letter::Summary;
use crate::session::Envelope;

/// The folder with an index in memory. Shared by the receiver and the page.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    keep: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    last: u64,
    /// Oldest first.
    summaries: VecDeque<Summary>,
}

impl Folder {
    /// Opens or makes a folder; reads what an earlier run kept. At most `keep` messages stay.
    ///
    /// # Errors
    /// The folder can't be made or read.
    pub fn open(path: &Path, keep: usize) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let mut ids = Vec::new();
        for entry in fs::read_dir(path)? {
            let name = entry?.file_name();
            let id = name
                .to_str()
                .and_then(|name| name.strip_suffix(".eml")?.parse::<u64>().ok());
            ids.extend(id);
        }
        ids.sort_unstable();
        let folder = Self {
            path: path.to_owned(),
            keep,
            shelf: Mutex::default(),
        };
        let mut shelf = Shelf {
            last: ids.last().copied().unwrap_or(0),
            ..Shelf::default()
        };
        for id in ids {
            shelf
                .summaries
                .push_back(Summary::read(id, &fs::read(folder.file(id))?));
        }
        folder.clear_out(&mut shelf)?;
        *folder.shelf() = shelf;
        Ok(folder)
    }

    /// Keeps one message and gives its number. Written aside, synced and renamed, so that a stop
    /// in between leaves no half message.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&self, envelope: &Envelope, message: &[u8]) -> io::Result<u64> {
        let mut whole = trace_lines(envelope).into_bytes();
        whole.extend_from_slice(message);
        let mut shelf = self.shelf();
        let id = shelf.last.saturating_add(1);
        let aside = self.path.join(format!("{id}.part"));
        let mut file = fs::File::create(&aside)?;
        file.write_all(&whole)?;
        file.sync_all()?;
        fs::rename(&aside, self.file(id))?;
        shelf.last = id;
        shelf.summaries.push_back(Summary::read(id, &whole));
        self.clear_out(&mut shelf)?;
        Ok(id)
    }

    /// Messages that `wanted` likes, newest first, at most `limit`; `before` skips all from that
    /// number on.
    pub fn list(
        &self,
        before: Option<u64>,
        limit: usize,
        wanted: impl Fn(&Summary) -> bool,
    ) -> Vec<Summary> {
        self.shelf()
            .summaries
            .iter()
            .rev()
            .filter(|summary| before.is_none_or(|before| summary.id < before))
            .filter(|summary| wanted(summary))
            .take(limit)
            .cloned()
            .collect()
    }

    /// Every address that got something, sorted.
    #[must_use]
    pub fn recipients(&self) -> Vec<String> {
        let shelf = self.shelf();
        let mut all: Vec<String> = shelf
            .summaries
            .iter()
            .flat_map(|summary| summary.to.iter().cloned())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The bytes of a message, trace lines first; `None` if there is none of that number (any more).
    ///
    /// # Errors
    /// The disk refuses.
    pub fn source(&self, id: u64) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(id)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn clear_out(&self, shelf: &mut Shelf) -> io::Result<()> {
        while shelf.summaries.len() > self.keep {
            if let Some(oldest) = shelf.summaries.pop_front() {
                fs::remove_file(self.file(oldest.id))?;
            }
        }
        Ok(())
    }

    fn file(&self, id: u64) -> PathBuf {
        self.path.join(format!("{id:012}.eml"))
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // A panic elsewhere can't leave the index half changed in a way that matters here.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lines a last mail server puts on top (RFC 5321, 4.4). `Received` comes last: what stands
/// under it was said by the sender.
fn trace_lines(envelope: &Envelope) -> String {
    let mut lines = format!("Return-Path: <{}>\r\n", envelope.from);
    for to in &envelope.to {
        lines.push_str("Delivered-To: ");
        lines.push_str(to);
        lines.push_str("\r\n");
    }
    let now = DateTime::<Utc>::from(SystemTime::now()).to_rfc2822();
    lines.push_str(&format!(
        "Received: by sandbox-mailbox with ESMTP; {now}\r\n"
    ));
    lines
}
