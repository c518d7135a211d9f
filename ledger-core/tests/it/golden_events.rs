//! Golden vectors of the other events in a paper's life. They stand in a file of their own, so that
//! the bytes of the acts before them don't move.

use chrono::Days;
use ledger_core::act::Act;
use ledger_core::agreement::Change;

use crate::events::freeze;
use crate::golden::compare;
use crate::golden::left;
use crate::golden::vectors;
use crate::support::*;

/// A book in which each of them happens.
fn events() -> Keeper {
    let mut book = Keeper::new();
    let [s1, s2, ..] = SUPPLIERS;
    let whole = book.active(0x38, 900);
    let cut = book.act(&whole, 300, offer(s2), &[s1]).unwrap();
    let (offered, rest) = (cut.left.unwrap(), cut.right.unwrap());
    let until = book.today + Days::new(31);
    let frozen = left(book.act(&rest, 200, freeze(until), &[BOOK]));
    book.go_to(until);
    left(book.act(&offered, 300, book.lapse(&offered), &[BOOK]));
    left(book.act(&frozen, 200, book.thaw(&frozen, true), &[BOOK]));
    let maturity = day("2026-06-30");
    let later = Change::Extend {
        maturity,
        due_date: maturity,
        calendar: "CN".to_owned(),
    };
    let later = book.agreement(0x38, later);
    book.post(book.agreed(&later, &[s1])).unwrap();
    let void = book.agreement(0x38, Change::Void);
    book.post(book.agreed(&void, &[s1])).unwrap();
    book
}

#[test]
fn the_bytes_of_every_event_are_pinned() {
    let all = vectors(&events().journal);
    let new = [
        "freeze ",
        "unfreeze ",
        "transfer_lapse ",
        "extend ",
        "void ",
    ];
    let of_events = |line: &&str| new.iter().any(|name| line.starts_with(name));
    let produced: String = all
        .lines()
        .take(1)
        .chain(all.lines().filter(of_events))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 1 + new.len());
    let pinned = include_str!("../../../fixtures/golden/entries-events.txt");
    compare("entries-events.txt", pinned, &produced);
}

#[test]
fn a_file_of_events_verifies_and_no_bit_of_it_can_be_changed() {
    let book = events();
    let file = book.export();
    crate::verify::verify(file.as_bytes()).unwrap();
    let lines: Vec<&str> = file.split_inclusive('\n').collect();
    for (n, sealed) in book.journal.iter().enumerate() {
        if !matches!(
            sealed.entry().act,
            Act::Freeze(_) | Act::Unfreeze(_) | Act::LapseOffer(_) | Act::Extend(_) | Act::Void(_)
        ) {
            continue;
        }
        // The header stands before the first entry.
        let line = lines[n + 1];
        for at in (0..line.len() - 1).step_by(5) {
            let mut bent = line.as_bytes().to_vec();
            bent[at] = if bent[at] == b'B' { b'C' } else { b'B' };
            let bent = String::from_utf8(bent).unwrap();
            let mut changed = lines.clone();
            changed[n + 1] = &bent;
            assert!(crate::verify::verify(changed.concat().as_bytes()).is_err());
        }
    }
}
