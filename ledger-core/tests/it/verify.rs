//! The offline verifier on a small journal: it accepts what was exported and nothing else.

use ledger_core::act::Act;
use ledger_core::checkpoint::Checkpoint;
use ledger_core::currency::Currency;
use ledger_core::entry::SealedEntry;
use ledger_core::hash::LogRoot;
use ledger_core::hash::SheetDigest;
use ledger_core::journal_file::Line;
use ledger_core::journal_file::write_note;
use ledger_core::merkle::root_of;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::verify::Report;
use ledger_core::verify::Verifier;
use ledger_core::verify_fault::Fault;
use ledger_core::verify_fault::Reason;

use crate::golden::every_act;
use crate::golden::first_acts;
use crate::support::*;

pub(crate) fn verify(file: &[u8]) -> Result<Report, Fault> {
    let mut verifier = Verifier::new(&book_verifier_key())?;
    for raw in file.split_inclusive(|byte| *byte == b'\n') {
        verifier.raw_line(raw)?;
    }
    verifier.finish()
}

/// The verifier takes the file with no byte changed of the line of its last entry.
pub(crate) fn every_byte_of_the_last_entry_counts(book: &Keeper) {
    let file = book.export();
    let lines: Vec<&str> = file.split_inclusive('\n').collect();
    let line = lines[book.journal.len()];
    for at in (0..line.len() - 1).step_by(5) {
        let mut bent = line.as_bytes().to_vec();
        bent[at] = if bent[at] == b'B' { b'C' } else { b'B' };
        let bent = String::from_utf8(bent).unwrap();
        let mut other = lines.clone();
        other[book.journal.len()] = &bent;
        assert!(verify(other.concat().as_bytes()).is_err(), "byte {at}");
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap()
}

#[test]
fn an_honest_journal_is_accepted_and_reported() {
    let book = every_act();
    let report = verify(book.export().as_bytes()).unwrap();
    let hashes: Vec<_> = book.journal.iter().map(|sealed| sealed.hash()).collect();
    let signatures: usize = book.journal.iter().map(|s| s.signatures().len()).sum();
    assert_eq!(report.origin, ORIGIN);
    assert_eq!(report.entries, count(book.journal.len()));
    assert_eq!(report.papers, 9);
    assert_eq!(report.parties, 7);
    // Of 0x31 (refused) and 0x32 (withdrawn) nothing is left.
    assert_eq!(
        report.face,
        [(Currency::CNY, 1_000 + 700 + 250 + 900 + 900 + 800 + 100_000)].into()
    );
    assert_eq!(
        report.live_fragments,
        count(book.ledger.fragments().count())
    );
    assert_eq!(report.settled_papers, 2);
    assert_eq!(report.signatures, count(signatures));
    assert_eq!(report.root, root_of(&hashes));
}

/// What a changed byte at `at` of the line `number` (from 0) does, started from `before`, the
/// verifier as it stood before that line.
fn verdict(before: &Verifier, lines: &[&[u8]], number: usize, changed: &[u8]) -> Option<Fault> {
    let mut verifier = before.clone();
    // A changed line feed joins this line and the next; a new one cuts it in two.
    let mut tail = changed.to_vec();
    let mut next = number + 1;
    if !tail.ends_with(b"\n") && next < lines.len() {
        tail.extend_from_slice(lines[next]);
        next += 1;
    }
    let cut = tail.split_inclusive(|byte| *byte == b'\n');
    for raw in cut.chain(lines[next..].iter().copied()) {
        if let Err(fault) = verifier.raw_line(raw) {
            return Some(fault);
        }
    }
    verifier.finish().err()
}

/// Exhaustive: every byte of the file, once with one bit flipped, once replaced by another
/// character of the same alphabet, which is the change that still looks lawful.
#[test]
fn no_byte_can_be_changed() {
    let file = first_acts().export();
    let lines: Vec<&[u8]> = file.as_bytes().split_inclusive(|b| *b == b'\n').collect();
    let mut before = Verifier::new(&book_verifier_key()).unwrap();
    let mut tried = 0;
    for (number, line) in lines.iter().enumerate() {
        let text = std::str::from_utf8(line).unwrap().trim_end_matches('\n');
        let entry = match Line::parse(text).unwrap() {
            Line::Entry { n, .. } | Line::Sheet { n, .. } => Some(n),
            _ => None,
        };
        for at in 0..line.len() {
            for byte in [line[at] ^ (1 << (at % 8)), sibling(line[at])] {
                let mut changed = line.to_vec();
                changed[at] = byte;
                let fault = verdict(&before, &lines, number, &changed)
                    .unwrap_or_else(|| panic!("line {number}, byte {at} could be {byte}"));
                let named = entry.is_none() || fault.entry == entry;
                assert!(named, "line {number}, byte {at}: {fault}");
                tried += 1;
            }
        }
        before.raw_line(line).unwrap();
    }
    before.finish().unwrap();
    assert_eq!(tried, 2 * file.len());
}

fn sibling(byte: u8) -> u8 {
    match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        _ => b'A',
    }
}

#[test]
fn lines_can_not_be_dropped_doubled_or_swapped() {
    let file = every_act().export();
    let lines: Vec<&str> = file.split_inclusive('\n').collect();
    let refused = |lines: &[&str], what: &str| {
        assert!(verify(lines.concat().as_bytes()).is_err(), "{what}");
    };
    for at in 0..lines.len() {
        let mut dropped = lines.clone();
        dropped.remove(at);
        refused(&dropped, &format!("line {at} dropped"));
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at]);
        refused(&doubled, &format!("line {at} doubled"));
        if at > 0 {
            let mut swapped = lines.clone();
            swapped.swap(at - 1, at);
            refused(&swapped, &format!("lines {} and {at} swapped", at - 1));
        }
        refused(&lines[..at], &format!("cut off before line {at}"));
    }
    refused(
        &[lines.as_slice(), &["\n"]].concat(),
        "an empty line at the end",
    );
    assert!(verify(file.trim_end().as_bytes()).is_err());
    assert!(verify(file.replace('\n', "\r\n").as_bytes()).is_err());
}

#[test]
fn another_key_or_name_is_refused() {
    let file = every_act().export();
    let other_key = ledger_core::checkpoint::verifier_key(ORIGIN, &signer(OBLIGOR).public_key());
    let other_name =
        ledger_core::checkpoint::verifier_key("else.test/book", &signer(BOOK).public_key());
    for wrong in [other_key, other_name] {
        // Also when header (and so all that names the key in the file) agrees with the wrong key.
        let forged = file.replace(&book_verifier_key(), &wrong);
        for file in [&file, &forged] {
            let mut verifier = Verifier::new(&wrong).unwrap();
            let fault = file.lines().find_map(|line| verifier.line(line).err());
            assert_eq!(fault.unwrap().reason, Reason::AnotherBook);
        }
    }
    assert_eq!(
        Verifier::new("nonsense").unwrap_err().reason,
        Reason::BadVerifierKey
    );
}

/// The book's keeper holds the book's key, so it can sign what it likes: the recomputation finds it.
#[test]
fn a_sheet_that_does_not_follow_is_found_although_signed() {
    let mut book = Keeper::new();
    let whole = book.active(0x50, 100);
    book.act(&whole, 40, Act::Split, &[SUPPLIERS[0]]).unwrap();
    book.go_to(day("2026-05-03"));
    let (mut entry, sheet) = book.settle_entry(paper(0x50), &[], 100);
    let mut bytes = sheet.canonical_bytes();
    *bytes.last_mut().unwrap() ^= 1;
    if let Act::Settle { sheet, .. } = &mut entry.act {
        *sheet = SheetDigest::from_bytes(ledger_core::hash::sha256_of(&bytes));
    }
    let n = book.journal.len();
    book.post(sign(entry, &[BOOK])).unwrap();
    book.sheets.push((n, paper(0x50), bytes));
    let fault = verify(book.export().as_bytes()).unwrap_err();
    assert_eq!(fault.reason, Reason::AnotherSheet);
    assert_eq!(fault.paper, Some(paper(0x50)));
    assert_eq!(fault.entry, u64::try_from(n).ok());
}

/// A keeper that leaves an entry out and signs a new checkpoint over the rest is found too: what
/// rests on the entry names it by its hash.
#[test]
fn an_entry_left_out_is_found_although_the_checkpoint_is_signed_anew() {
    let honest = every_act();
    for at in 0..honest.journal.len() {
        let mut book = honest.clone();
        book.journal.remove(at);
        for (n, _, _) in &mut book.sheets {
            *n -= usize::from(*n > at);
        }
        let verdict = verify(book.export().as_bytes());
        // Only the revocation of a key that was never used again leaves no trace.
        let act = &honest.journal[at].entry().act;
        let unused = matches!(act, Act::RevokeKey { .. });
        assert_eq!(
            verdict.is_ok(),
            unused,
            "{} at {at}: {verdict:?}",
            act.name()
        );
    }
}

/// The book's key signs for another root or size than these entries have: two stories told.
#[test]
fn a_true_signature_under_another_root_or_size_is_refused() {
    let file = every_act().export();
    let (entries, _note) = file.split_once("\nC ").unwrap();
    let report = verify(file.as_bytes()).unwrap();
    let with = |size, root| {
        let origin = ORIGIN.to_owned();
        let signed = Checkpoint { origin, size, root }.signed(&signer(BOOK));
        let mut out = format!("{entries}\n");
        write_note(&mut out, &signed);
        verify(out.as_bytes()).map_err(|fault| fault.reason)
    };
    assert_eq!(with(report.entries, report.root), Ok(report.clone()));
    let other = LogRoot::from_bytes([1; 32]);
    assert_eq!(with(report.entries, other), Err(Reason::AnotherRoot));
    let size = report.entries - 1;
    assert_eq!(with(size, report.root).unwrap_err().code(), "another_size");
}

/// A carriage return under the signature alone: what is signed stays whole, the spelling doesn't.
#[test]
fn a_checkpoint_has_one_spelling_too() {
    let checkpoint = Checkpoint {
        origin: ORIGIN.to_owned(),
        size: 1,
        root: LogRoot::from_bytes([1; 32]),
    };
    let note = checkpoint.signed(&signer(BOOK));
    let public_key = signer(BOOK).public_key();
    assert_eq!(Checkpoint::open(&note, &public_key), Ok(checkpoint));
    let returned = format!("{}\r\n", note.trim_end());
    assert!(Checkpoint::open(&returned, &public_key).is_err());
}

/// The forged signature of an entry is told at that entry, whatever else is wrong behind it and
/// wherever in a batch it stands: in the first, or in the one that only the end of the file closes.
#[test]
fn a_bad_signature_is_named_although_it_is_checked_with_thousands() {
    let mut book = Keeper::new();
    let mut largest = book.active(0x61, 1_000_000);
    for _ in 0..4_500 {
        let cut = book.act(&largest, 1, Act::Split, &[SUPPLIERS[0]]);
        largest = cut.unwrap().right.unwrap();
    }
    let honest = book.export();
    verify(honest.as_bytes()).unwrap();
    for at in [30, 4_510] {
        let mut forged = book.clone();
        let entry = forged.journal[at].entry().clone();
        let mut signature = signer(STRANGER).sign(Seat::Holder, &entry.to_bytes());
        signature.key = key(SUPPLIERS[0]);
        // The bytes of the entry stay, only its signature and so its hash are others.
        forged.journal[at] = SealedEntry::new(entry, vec![signature]);
        let lines = forged.export();
        // What follows names the honest entry as its parent, which is a fault of its own.
        let fault = verify(lines.as_bytes()).unwrap_err();
        assert_eq!(fault.reason, Reason::Refused(Refusal::BadSignature), "{at}");
        assert_eq!(fault.entry, u64::try_from(at).ok());
        assert_eq!(fault.paper, Some(paper(0x61)));
        assert_eq!(fault.line, u64::try_from(at).unwrap() + 2);
    }
    // Nothing behind the last entry rests on it but the checkpoint, whose root would not hold.
    let last = book.journal.len() - 1;
    let with = |signed: &SealedEntry| {
        let mut forged = book.clone();
        forged.journal[last] = signed.clone();
        let mut verifier = Verifier::new(&book_verifier_key()).unwrap();
        let file = forged.export();
        let all = file.lines().try_for_each(|line| verifier.line(line));
        (all, verifier)
    };
    let entry = book.journal[last].entry().clone();
    let mut signature = signer(STRANGER).sign(Seat::Holder, &entry.to_bytes());
    signature.key = key(SUPPLIERS[0]);
    let (lines, verifier) = with(&SealedEntry::new(entry, vec![signature]));
    assert_eq!(lines, Ok(()), "the signature still waits");
    assert_eq!(
        verifier.clone().check_signatures().unwrap_err().entry,
        u64::try_from(last).ok()
    );
    assert_eq!(
        verifier.finish().unwrap_err().reason,
        Reason::Refused(Refusal::BadSignature)
    );
}
