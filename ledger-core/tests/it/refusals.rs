//! Every refusal can be provoked: shape, existence, signatures and state here, the rest in the
//! files beside it. Whatever is refused changes nothing.

use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::hash::EntryHash;
use ledger_core::id::BookId;

use crate::support::*;

pub(crate) const S1: u8 = SUPPLIERS[0];
pub(crate) const S2: u8 = SUPPLIERS[1];
pub(crate) const S3: u8 = SUPPLIERS[2];
pub(crate) const BANK: u8 = BANKS[0];

/// What the law says to an entry; whatever it says no to must change nothing.
pub(crate) fn refused(book: &mut Keeper, entry: Entry, signers: &[u8]) -> &'static str {
    refuse_sealed(book, sign(entry, signers))
}

pub(crate) fn refuse_sealed(book: &mut Keeper, sealed: SealedEntry) -> &'static str {
    let before = book.ledger.clone();
    let refusal = book.post(sealed).unwrap_err();
    assert!(
        book.ledger == before,
        "{} changed something",
        refusal.code()
    );
    assert!(!refusal.to_string().is_empty());
    refusal.code()
}

/// A book with an active paper of 1,000 units and its one fragment.
pub(crate) fn active() -> (Keeper, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active(0x60, 1_000);
    (book, whole)
}

/// An issue with its particulars changed.
pub(crate) fn issue(book: &Keeper, face: i64, change: impl FnOnce(&mut IssueAct)) -> Entry {
    let mut entry = book.issue_entry(0x61, face);
    if let Act::Issue(issue) = &mut entry.act {
        change(issue);
    }
    entry
}

pub(crate) fn refused_issue(face: i64, change: impl FnOnce(&mut IssueAct)) -> &'static str {
    let mut book = Keeper::new();
    let entry = issue(&book, face, change);
    refused(&mut book, entry, &[OBLIGOR, CHECKER])
}

#[test]
fn shape() {
    let (mut book, whole) = active();
    let good = book.act_entry(&whole, 400, offer(S2));
    let elsewhere = Entry {
        book: BookId::from_bytes([9; 16]),
        paper: None,
        ..good.clone()
    };
    assert_eq!(refused(&mut book, elsewhere, &[S1]), "wrong_book");
    for broken in [
        Entry {
            paper: None,
            ..good.clone()
        },
        Entry {
            spends: None,
            ..good.clone()
        },
        Entry {
            act: Act::AgreeDiscount { quote: vec![1] },
            ..good.clone()
        },
        Entry {
            act: open_book(),
            ..book.entry(None, None, open_book())
        },
        book.entry(Some(whole.paper), None, Act::RevokeKey { key: key(S2) }),
    ] {
        assert_eq!(refused(&mut book, broken, &[S1, S1]), "wrong_shape");
    }
    let mut partly = book.issue_entry(0x61, 100);
    partly.cut.mid = 50;
    assert_eq!(
        refused(&mut book, partly, &[OBLIGOR, CHECKER]),
        "wrong_shape"
    );
    assert_eq!(refused_issue(-5, |_| {}), "wrong_shape");
    assert_eq!(refused_issue(i64::MAX, |_| {}), "wrong_shape");
    assert_eq!(
        refused_issue(100, |i| i.terms.clearing_rule = 99),
        "wrong_shape"
    );
    assert_eq!(
        refused_issue(100, |i| i.payables = vec![i.payables[0]; 65_536]),
        "wrong_shape"
    );
}

#[test]
fn existence() {
    let (mut book, whole) = active();
    let good = book.act_entry(&whole, 400, offer(S2));
    let mut ghost = whole;
    ghost.reference.parent = EntryHash::from_bytes([7; 32]);
    let no_paper = Entry {
        paper: Some(paper(0x77)),
        ..good.clone()
    };
    assert_eq!(refused(&mut book, no_paper, &[S1]), "unknown_paper");
    let no_fragment = book.act_entry(&ghost, 400, offer(S2));
    assert_eq!(refused(&mut book, no_fragment, &[S1]), "unknown_fragment");
    let again = book.issue_entry(0x60, 10);
    assert_eq!(
        refused(&mut book, again, &[OBLIGOR, CHECKER]),
        "paper_exists"
    );
    let same_number = Entry {
        paper: Some(paper(0x61)),
        ..book.issue_entry(0x60, 10)
    };
    assert_eq!(
        refused(&mut book, same_number, &[OBLIGOR, CHECKER]),
        "paper_exists"
    );
    // A fragment of another paper is none of this one.
    let other = book.active(0x62, 50);
    let stray = Entry {
        paper: Some(other.paper),
        ..good.clone()
    };
    assert_eq!(refused(&mut book, stray, &[S1]), "unknown_fragment");
    let sealed = sign(good, &[S1]);
    book.post(sealed.clone()).unwrap();
    assert_eq!(refuse_sealed(&mut book, sealed), "fragment_spent");
    let late = book.act_entry(&whole, 1_000, offer(S3));
    assert_eq!(refused(&mut book, late, &[S1]), "fragment_spent");
}

#[test]
fn signatures() {
    let (mut book, whole) = active();
    let good = book.act_entry(&whole, 400, offer(S2));
    assert_eq!(refused(&mut book, good.clone(), &[]), "missing_signature");
    assert_eq!(refused(&mut book, good.clone(), &[STRANGER]), "unknown_key");
    assert_eq!(refused(&mut book, good.clone(), &[S2]), "wrong_signer");
    assert_eq!(refused(&mut book, good.clone(), &[BOOK]), "wrong_signer");
    let signed = sign(good.clone(), &[S1]);
    let twice = [signed.signatures(), signed.signatures()].concat();
    let twice = SealedEntry::new(good.clone(), twice);
    assert_eq!(refuse_sealed(&mut book, twice), "missing_signature");
    // More than their count, one byte, can say.
    let many = vec![signed.signatures()[0].clone(); 257];
    let many = SealedEntry::new(good.clone(), many);
    assert_eq!(refuse_sealed(&mut book, many), "missing_signature");
    let mut bent = signed.signatures().to_vec();
    bent[0].bytes[5] ^= 1;
    assert_eq!(
        refuse_sealed(&mut book, SealedEntry::new(good.clone(), bent)),
        "bad_signature"
    );
    // A true signature of the same body, given in another seat.
    let mut moved = sign(good.clone(), &[S1]).signatures().to_vec();
    moved[0] = signer(S1).sign(ledger_core::signature::Seat::Recipient, &good.to_bytes());
    moved[0].seat = ledger_core::signature::Seat::Holder;
    assert_eq!(
        refuse_sealed(&mut book, SealedEntry::new(good, moved)),
        "bad_signature"
    );

    let new = book.issue_entry(0x61, 10);
    assert_eq!(
        refused(&mut book, new.clone(), &[OBLIGOR]),
        "missing_signature"
    );
    assert_eq!(
        refused(&mut book, new.clone(), &[OBLIGOR, OBLIGOR]),
        "same_person"
    );
    assert_eq!(
        refused(&mut book, new.clone(), &[OBLIGOR, S1]),
        "wrong_signer"
    );
    assert_eq!(refused(&mut book, new, &[OBLIGOR, REVOKED]), "revoked_key");
    let unknown = book.entry(None, None, Act::RevokeKey { key: key(STRANGER) });
    assert_eq!(refused(&mut book, unknown, &[BOOK]), "unknown_key");
    let by_a_party = book.entry(None, None, Act::RevokeKey { key: key(S2) });
    assert_eq!(refused(&mut book, by_a_party, &[S1]), "wrong_signer");
}

#[test]
fn state() {
    let mut book = Keeper::new();
    let waiting = book.issue(0x61, 100);
    for act in [offer(S2), Act::Split] {
        let early = book.act_entry(&waiting, 50, act);
        assert_eq!(refused(&mut book, early, &[S1]), "paper_not_active");
    }
    let unpaid = book.settle_entry(paper(0x61), &[], 100).0;
    assert_eq!(refused(&mut book, unpaid, &[BOOK]), "paper_not_active");

    let (mut book, whole) = active();
    for (act, who) in [
        (Act::Accept, S1),
        (Act::Refuse, S1),
        (Act::Withdraw, OBLIGOR),
        (Act::RecallOffer, S1),
        (
            Act::CompleteDiscount {
                evidence: evidence(1),
            },
            BOOK,
        ),
        (
            Act::ReleaseDiscount {
                evidence: evidence(1),
            },
            BOOK,
        ),
    ] {
        let idle = book.act_entry(&whole, 1_000, act);
        assert_eq!(refused(&mut book, idle, &[who]), "nothing_to_answer");
    }
    let offered = book
        .act(&whole, 1_000, offer(S2), &[S1])
        .unwrap()
        .left
        .unwrap();
    for act in [
        offer(S3),
        Act::Split,
        agree(&quote(&offered, 10, BANK, book.today)),
    ] {
        let who: &[u8] = if let Act::AgreeDiscount { .. } = act {
            &[BANK, S1]
        } else {
            &[S1]
        };
        let busy = book.act_entry(&offered, 10, act);
        assert_eq!(refused(&mut book, busy, who), "fragment_not_free");
    }
    // Nobody but the one it was offered to can answer.
    let stolen = book.act_entry(&offered, 1_000, Act::AcceptOffer);
    assert_eq!(refused(&mut book, stolen, &[S3]), "wrong_signer");
}

#[test]
fn sold_fragments_wait_for_the_money() {
    let (mut book, whole) = active();
    let bid = quote(&whole, 600, BANK, book.today);
    let locked = book
        .act(&whole, 600, agree(&bid), &[BANK, S1])
        .unwrap()
        .left
        .unwrap();
    for (act, who) in [(offer(S2), [S1].as_slice()), (Act::Split, &[S1])] {
        let sold = book.act_entry(&locked, 300, act);
        assert_eq!(refused(&mut book, sold, who), "fragment_not_free");
    }
    let again = quote(&locked, 300, BANKS[1], book.today);
    let again = book.act_entry(&locked, 300, agree(&again));
    assert_eq!(
        refused(&mut book, again, &[BANKS[1], S1]),
        "fragment_not_free"
    );
    let not_paid = book.act_entry(&locked, 600, Act::RecallOffer);
    assert_eq!(refused(&mut book, not_paid, &[S1]), "nothing_to_answer");
}

#[test]
fn a_paper_settles_only_once_every_sale_is_concluded() {
    let (mut book, whole) = active();
    let mut sell = |on: &Fragment| {
        let bid = quote(on, 100, BANK, book.today);
        let sold = book.act(on, 100, agree(&bid), &[BANK, S1]).unwrap();
        (sold.left.unwrap(), sold.right.unwrap())
    };
    let (first, rest) = sell(&whole);
    let (second, _rest) = sell(&rest);
    // Not due yet either: the state is looked at before the date.
    let entry = book.settle_entry(whole.paper, &[], 1_000).0;
    assert_eq!(refused(&mut book, entry, &[BOOK]), "payout_open");
    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    book.go_to(due);
    let entry = book.settle_entry(whole.paper, &[], 1_000).0;
    assert_eq!(refused(&mut book, entry, &[S1]), "wrong_signer");
    let paid = Act::CompleteDiscount {
        evidence: evidence(1),
    };
    book.act(&first, 100, paid, &[BOOK]).unwrap();
    let entry = book.settle_entry(whole.paper, &[], 1_000).0;
    assert_eq!(refused(&mut book, entry, &[BOOK]), "payout_open");
    let unpaid = Act::ReleaseDiscount {
        evidence: evidence(2),
    };
    book.act(&second, 100, unpaid, &[BOOK]).unwrap();
    book.settle(whole.paper, &[], 1_000);
}
