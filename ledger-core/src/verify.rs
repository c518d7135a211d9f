//! The offline verifier: reads an exported journal line by line and believes nothing but the book's
//! public key.
//!
//! It checks that the first entry opens the book with that key, every signature, every entry under
//! the full law, conservation at each entry, the tiling of each paper at the end, that each clearing
//! sheet follows from the fragments, that the stated live fragments are those the entries lead to,
//! and that the signed checkpoint has this size and root. Entries stream through; only live state is
//! kept, and up to some thousand signatures that wait to be checked together
//! ([`crate::batch_check`]).
//!
//! The fault that is reported is the first in the file. A signature's may show some thousand lines
//! later, at the latest in [`Verifier::finish`]; before another fault is reported, the signatures
//! that wait are checked.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use crate::checkpoint::Checkpoint;
use crate::checkpoint::parse_verifier_key;
use crate::currency::Currency;
use crate::hash::LogRoot;
use crate::hash::SheetDigest;
use crate::hash::sha256_of;
use crate::id::PaperId;
use crate::journal_file::Line;
use crate::journal_file::LiveLine;
use crate::paper::PaperState;
use crate::refusal::Refusal;
use crate::replay::Replay;
use crate::replay::Unsigned;
use crate::verify_fault::Fault;
use crate::verify_fault::Reason;

/// Lines of a signed checkpoint: name, size, root, an empty one, the book's signature.
const NOTE_LINES: usize = 5;

/// How many signatures are checked together: more is hardly quicker, and this many take a megabyte.
const BATCH: usize = 4_096;

/// Line of the first entry: the header stands before it.
const FIRST_ENTRY_LINE: u64 = 2;

/// What was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Name of the book.
    pub origin: String,
    /// Entries.
    pub entries: u64,
    /// Papers ever issued.
    pub papers: u64,
    /// Enrolled parties.
    pub parties: u64,
    /// Face of all papers that were not refused, withdrawn or voided, in minor units per currency.
    pub face: BTreeMap<Currency, i128>,
    /// Live fragments, those of settled papers included.
    pub live_fragments: u64,
    /// Papers paid in full.
    pub settled_papers: u64,
    /// Signatures checked, the checkpoint's aside.
    pub signatures: u64,
    /// Root of the Merkle log.
    pub root: LogRoot,
}

/// Which lines may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Header,
    Entries,
    Live,
    Sheets,
    Note,
}

/// A settlement whose sheet must still appear.
#[derive(Debug, Clone)]
struct AwaitedSheet {
    n: u64,
    paper: PaperId,
    digest: SheetDigest,
}

/// Checks one exported journal.
#[derive(Debug, Clone)]
pub struct Verifier {
    verifier_key: String,
    origin: String,
    public_key: [u8; 32],
    section: Section,
    line: u64,
    replay: Replay,
    awaited: VecDeque<AwaitedSheet>,
    note: Vec<String>,
    signatures: u64,
    live_fragments: u64,
}

/// What is wrong with the line at hand: entry, paper, reason.
type Finding = (Option<u64>, Option<PaperId>, Reason);

impl Verifier {
    /// For the journal of the book with this verifier key (`origin+hash+base64`).
    ///
    /// # Errors
    /// A [`Fault`] before the first line, if the key can't be read.
    pub fn new(verifier_key: &str) -> Result<Verifier, Fault> {
        let bad_key = |_unreadable| Fault {
            line: 0,
            entry: None,
            paper: None,
            reason: Reason::BadVerifierKey,
        };
        let (origin, public_key) = parse_verifier_key(verifier_key).map_err(bad_key)?;
        Ok(Verifier {
            verifier_key: verifier_key.to_owned(),
            origin: origin.clone(),
            public_key,
            section: Section::Header,
            line: 0,
            replay: Replay::new(origin, public_key),
            awaited: VecDeque::new(),
            note: Vec::new(),
            signatures: 0,
            live_fragments: 0,
        })
    }

    /// Takes the next line as it stands in the file, with its line feed.
    ///
    /// # Errors
    /// The first [`Fault`], of this or an earlier line; the verifier must be given up then.
    pub fn raw_line(&mut self, raw: &[u8]) -> Result<(), Fault> {
        let text = raw
            .strip_suffix(b"\n")
            .and_then(|line| std::str::from_utf8(line).ok());
        match text {
            Some(text) => self.line(text),
            None => {
                self.line = self.line.saturating_add(1);
                let fault = self.fault((self.entry_at_hand(), None, Reason::NotText));
                Err(self.first_of(fault))
            }
        }
    }

    /// Takes the next line, without its line feed.
    ///
    /// # Errors
    /// The first [`Fault`], of this or an earlier line; the verifier must be given up then.
    pub fn line(&mut self, text: &str) -> Result<(), Fault> {
        self.line = self.line.saturating_add(1);
        let checked = match Line::parse(text) {
            Ok(line) => self.check(line),
            Err(_unreadable) => Err((self.entry_at_hand(), None, Reason::NotALine)),
        };
        if let Err(finding) = checked {
            let fault = self.fault(finding);
            return Err(self.first_of(fault));
        }
        if self.replay.unchecked_signatures() < BATCH {
            return Ok(());
        }
        self.check_signatures()
    }

    /// Checks the signatures that wait, for callers who want the verdict on the lines so far.
    ///
    /// # Errors
    /// The [`Fault`] of the first entry whose signature doesn't hold.
    pub fn check_signatures(&mut self) -> Result<(), Fault> {
        match self.replay.first_unsigned() {
            None => Ok(()),
            Some(Unsigned { n, paper }) => Err(Fault {
                line: n.saturating_add(FIRST_ENTRY_LINE),
                entry: Some(n),
                paper,
                reason: Reason::Refused(Refusal::BadSignature),
            }),
        }
    }

    /// Closes the file.
    ///
    /// # Errors
    /// A [`Fault`] if something is missing or the checkpoint doesn't hold.
    pub fn finish(mut self) -> Result<Report, Fault> {
        self.check_signatures()?;
        self.check_checkpoint()
            .map_err(|reason| self.fault((None, None, reason)))?;
        Ok(self.report())
    }

    /// This fault, unless a signature that stands before it, or under the same entry, is bad.
    fn first_of(&mut self, fault: Fault) -> Fault {
        self.check_signatures().err().unwrap_or(fault)
    }

    /// The entry that a line here must be, or belong to.
    fn entry_at_hand(&self) -> Option<u64> {
        match self.section {
            Section::Entries => Some(self.replay.size()),
            Section::Live if self.replay.has_next_live() => None,
            Section::Live | Section::Sheets => self.awaited.front().map(|sheet| sheet.n),
            Section::Header | Section::Note => None,
        }
    }

    const fn fault(&self, (entry, paper, reason): Finding) -> Fault {
        Fault {
            line: self.line,
            entry,
            paper,
            reason,
        }
    }

    fn check(&mut self, line: Line<'_>) -> Result<(), Finding> {
        match line {
            Line::Header { verifier_key } => {
                if self.section != Section::Header {
                    return Err((self.entry_at_hand(), None, Reason::OutOfPlace("no header")));
                }
                if verifier_key != self.verifier_key {
                    return Err((None, None, Reason::AnotherBook));
                }
                self.section = Section::Entries;
                Ok(())
            }
            Line::Entry {
                n,
                body,
                signatures,
            } => {
                self.advance(Section::Entries)?;
                self.check_entry(n, &body, &signatures)
            }
            Line::Live(live) => {
                self.advance(Section::Live)?;
                self.check_live(&live)
            }
            Line::Sheet { paper, n, bytes } => {
                self.advance(Section::Sheets)?;
                self.check_sheet(paper, n, &bytes)
            }
            Line::Note(text) => {
                self.advance(Section::Note)?;
                if self.note.len() >= NOTE_LINES {
                    return Err((None, None, Reason::OutOfPlace("the end of the file")));
                }
                self.note.push(text.to_owned());
                Ok(())
            }
        }
    }

    /// Goes on to `section`, closing every section before it.
    fn advance(&mut self, section: Section) -> Result<(), Finding> {
        if self.section == Section::Header {
            return Err((None, None, Reason::OutOfPlace("the header")));
        }
        if section < self.section {
            let reason = Reason::OutOfPlace("sections are entries, fragments, sheets, checkpoint");
            return Err((None, None, reason));
        }
        if self.section == Section::Entries
            && section > Section::Entries
            && let Some(paper) = self.replay.untiled()
        {
            return Err((None, Some(paper), Reason::NotTiled));
        }
        if self.section <= Section::Live
            && section > Section::Live
            && let Some(missing) = self.replay.next_live()
        {
            let reason = Reason::OutOfPlace("a live fragment is missing");
            return Err((None, Some(missing.paper), reason));
        }
        if section > Section::Sheets
            && let Some(missing) = self.awaited.front()
        {
            let reason = Reason::OutOfPlace("a clearing sheet is missing");
            return Err((Some(missing.n), Some(missing.paper), reason));
        }
        self.section = section;
        Ok(())
    }

    fn check_entry(&mut self, n: u64, body: &[u8], signatures: &[u8]) -> Result<(), Finding> {
        let expected = self.replay.size();
        if n != expected {
            let reason = Reason::OutOfPlace("entries count up from 0");
            return Err((Some(expected), None, reason));
        }
        let replayed = self
            .replay
            .entry(body, signatures)
            .map_err(|(paper, reason)| (Some(n), paper, reason))?;
        let given = u64::try_from(replayed.sealed.signatures().len()).unwrap_or(u64::MAX);
        self.signatures = self.signatures.saturating_add(given);
        if let (Some(digest), Some(paper)) = (replayed.sheet, replayed.sealed.entry().paper) {
            self.awaited.push_back(AwaitedSheet { n, paper, digest });
        }
        Ok(())
    }

    fn check_live(&mut self, stated: &LiveLine) -> Result<(), Finding> {
        let replayed = self.replay.next_live();
        if replayed.as_ref().map(LiveLine::from) != Some(*stated) {
            let paper = replayed.map_or(stated.paper, |fragment| fragment.paper);
            return Err((None, Some(paper), Reason::AnotherFragment));
        }
        self.live_fragments = self.live_fragments.saturating_add(1);
        Ok(())
    }

    fn check_sheet(&mut self, paper: PaperId, n: u64, bytes: &[u8]) -> Result<(), Finding> {
        let Some(awaited) = self.awaited.pop_front() else {
            let reason = Reason::OutOfPlace("no further clearing sheet");
            return Err((Some(n), Some(paper), reason));
        };
        let at = (Some(awaited.n), Some(awaited.paper));
        if (awaited.n, awaited.paper) != (n, paper) {
            let reason = Reason::OutOfPlace("clearing sheets come in the order of their entries");
            return Err((at.0, at.1, reason));
        }
        if awaited.digest != SheetDigest::from_bytes(sha256_of(bytes)) {
            return Err((at.0, at.1, Reason::SheetBytes));
        }
        Ok(())
    }

    fn check_checkpoint(&self) -> Result<(), Reason> {
        if self.note.len() != NOTE_LINES {
            return Err(Reason::EndsEarly("the signed checkpoint is its last part"));
        }
        let mut note = self.note.join("\n");
        note.push('\n');
        let checkpoint = Checkpoint::open(&note, &self.public_key).map_err(Reason::Checkpoint)?;
        if checkpoint.origin != self.origin {
            return Err(Reason::AnotherBook);
        }
        if checkpoint.size != self.replay.size() {
            return Err(Reason::AnotherSize {
                stated: checkpoint.size,
                found: self.replay.size(),
            });
        }
        if checkpoint.root != self.replay.root() {
            return Err(Reason::AnotherRoot);
        }
        Ok(())
    }

    fn report(&self) -> Report {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let mut face = BTreeMap::new();
        for paper in self.replay.papers() {
            let ended = matches!(
                paper.state,
                PaperState::Refused | PaperState::Withdrawn | PaperState::Void
            );
            let sum: &mut i128 = face.entry(paper.currency).or_default();
            *sum += i128::from(if ended { 0 } else { paper.face.minor() });
        }
        let settled = |state| state == PaperState::Settled;
        Report {
            origin: self.origin.clone(),
            entries: self.replay.size(),
            papers: count(self.replay.papers().count()),
            parties: count(self.replay.ledger().map_or(0, |l| l.parties().count())),
            face,
            live_fragments: self.live_fragments,
            settled_papers: count(self.replay.papers().filter(|p| settled(p.state)).count()),
            signatures: self.signatures,
            root: self.replay.root(),
        }
    }
}
