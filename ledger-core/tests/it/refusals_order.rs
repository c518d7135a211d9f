//! Where two reasons apply the one listed first is given; and keys that must never be enrolled.

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::id::BookId;
use ledger_core::id::PartyId;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;

use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::active;
use crate::refusals::issue;
use crate::refusals::refused;
use crate::support::*;

/// Adds one fault after the other to an entry, the latest in the order of precedence first, and
/// sees each newer one win.
#[test]
fn the_first_reason_wins() {
    let mut book = Keeper::new();
    let mut strict = issue(&book, 1_000, |i| {
        i.terms.minimum_fragment = amount(100);
        i.terms.maximum_tier = 1;
    });
    strict.paper = Some(paper(0x60));
    let waiting = book
        .post(sign(strict, &[OBLIGOR, CHECKER]))
        .unwrap()
        .left
        .unwrap();
    let whole = book
        .act(&waiting, 1_000, Act::Accept, &[S1])
        .unwrap()
        .left
        .unwrap();

    let mut entry = book.act_entry(&whole, 99, offer(S2));
    let change = |entry: &mut Entry, change: fn(&mut ledger_core::act::OfferAct)| {
        if let Act::Offer(offer) = &mut entry.act {
            change(offer);
        }
    };
    change(&mut entry, |offer| offer.documents.clear());
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "too_deep");
    entry.cut.hi += 1;
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "wrong_cut");
    entry.cut.mid = 2_000;
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "more_than_held");
    entry.cut.mid = -4;
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "zero_amount");
    change(&mut entry, |offer| offer.to = party(S1));
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "self_transfer");
    change(&mut entry, |offer| offer.to = party(BANK));
    assert_eq!(
        refused(&mut book, entry.clone(), &[S1]),
        "wrong_kind_of_party"
    );
    change(&mut entry, |offer| offer.to = PartyId::from_bytes([0; 16]));
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "unknown_party");
    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    book.go_to(due);
    entry.date = due;
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "past_maturity");
    entry.date = day("2026-01-01");
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "wrong_date");
    book.settle(whole.paper, &[], 10);
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "paper_not_active");
    assert_eq!(refused(&mut book, entry.clone(), &[S2]), "wrong_signer");
    assert_eq!(refused(&mut book, entry.clone(), &[REVOKED]), "revoked_key");
    assert_eq!(
        refused(&mut book, entry.clone(), &[STRANGER]),
        "unknown_key"
    );
    assert_eq!(refused(&mut book, entry.clone(), &[]), "missing_signature");
    entry.spends = Some(waiting.reference);
    assert_eq!(refused(&mut book, entry.clone(), &[]), "fragment_spent");
    entry.paper = Some(paper(0x99));
    assert_eq!(refused(&mut book, entry.clone(), &[]), "unknown_paper");
    entry.spends = None;
    assert_eq!(refused(&mut book, entry.clone(), &[]), "wrong_shape");
    entry.book = BookId::from_bytes([0; 16]);
    assert_eq!(refused(&mut book, entry, &[]), "wrong_book");
}

#[test]
fn the_first_reason_wins_over_several_seats() {
    let mut book = Keeper::new();
    let new = book.issue_entry(0x61, 10);
    assert_eq!(refused(&mut book, new.clone(), &[S1]), "missing_signature");
    assert_eq!(
        refused(&mut book, new.clone(), &[REVOKED, STRANGER]),
        "unknown_key"
    );
    assert_eq!(
        refused(&mut book, new.clone(), &[S1, REVOKED]),
        "revoked_key"
    );
    assert_eq!(
        refused(&mut book, new.clone(), &[REVOKED, REVOKED]),
        "revoked_key"
    );
    assert_eq!(refused(&mut book, new, &[S1, S1]), "wrong_signer");
    let (mut book, whole) = active();
    let misfit = Quote {
        expires_at: 0,
        charge: amount(7),
        ..quote(&whole, 10, S2, book.today)
    };
    let entry = book.act_entry(&whole, 2_000, agree(&misfit));
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "quote_expired");
}

#[test]
fn weak_keys_are_refused_however_they_are_written() {
    let mut book = Keeper::new();
    for (n, start, end) in [
        (0, "01", "00"),
        (1, "01", "80"),
        (2, "00", "00"),
        (3, "00", "80"),
        (4, "ec", "7f"),
        (5, "ec", "ff"),
        (6, "ed", "7f"),
        (7, "ed", "ff"),
        (8, "ee", "7f"),
        (9, "ee", "ff"),
    ] {
        let inner = if n < 4 { "00" } else { "ff" };
        let point = format!("{start}{}{end}", inner.repeat(30));
        let public_key = hex::decode(point).unwrap().try_into().unwrap();
        let weak = Act::EnrolKey {
            party: party(S1),
            key: key(60),
            public_key,
        };
        let sealed = sign(book.entry(None, None, weak), &[BOOK, 60]);
        // Beside the cryptography, which a weak key might let through.
        assert_eq!(
            book.ledger.apply(&sealed),
            Err(Refusal::UnusableKey),
            "{start}..{end}"
        );
    }
}
