//! Every refusal can be provoked, and where two reasons apply the one listed first is given.

use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::amount::Amount;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::hash::EntryHash;
use ledger_core::id::BookId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_core::quote::Quote;
use ledger_core::refusal::Refusal;

use crate::support::*;

const S1: u8 = SUPPLIERS[0];
const S2: u8 = SUPPLIERS[1];
const S3: u8 = SUPPLIERS[2];
const BANK: u8 = BANKS[0];

/// What the law says to an entry; whatever it says no to must change nothing.
fn refused(book: &mut Keeper, entry: Entry, signers: &[u8]) -> &'static str {
    refuse_sealed(book, sign(entry, signers))
}

fn refuse_sealed(book: &mut Keeper, sealed: SealedEntry) -> &'static str {
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
fn active() -> (Keeper, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active(0x60, 1_000);
    (book, whole)
}

/// An issue with its particulars changed.
fn issue(book: &Keeper, face: i64, change: impl FnOnce(&mut IssueAct)) -> Entry {
    let mut entry = book.issue_entry(0x61, face);
    if let Act::Issue(issue) = &mut entry.act {
        change(issue);
    }
    entry
}

fn refused_issue(face: i64, change: impl FnOnce(&mut IssueAct)) -> &'static str {
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
fn dates() {
    let (mut book, whole) = active();
    for other in ["2026-02-01", "2026-02-03"] {
        let dated = Entry {
            date: day(other),
            ..book.act_entry(&whole, 400, offer(S2))
        };
        assert_eq!(refused(&mut book, dated, &[S1]), "wrong_date");
    }
    let stale = Entry {
        date: day("2026-01-22"),
        ..book.issue_entry(0x61, 10)
    };
    assert_eq!(refused(&mut book, stale, &[OBLIGOR, CHECKER]), "wrong_date");
    let waited = Entry {
        date: day("2026-01-23"),
        ..book.issue_entry(0x61, 10)
    };
    book.post(sign(waited, &[OBLIGOR, CHECKER])).unwrap();
    let early = book.settle_entry(whole.paper, &[], 1_000).0;
    assert_eq!(refused(&mut book, early, &[BOOK]), "not_due");
    let expired = Quote {
        expires_at: NOON - 1,
        ..quote(&whole, 400, BANK, book.today)
    };
    let expired = book.act_entry(&whole, 400, agree(&expired));
    assert_eq!(refused(&mut book, expired, &[BANK, S1]), "quote_expired");
    let offered = book.act(&whole, 400, offer(S2), &[S1]).unwrap();
    let (offered, rest) = (offered.left.unwrap(), offered.right.unwrap());

    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    book.go_to(due);
    let late = book.act_entry(&rest, 100, offer(S2));
    assert_eq!(refused(&mut book, late, &[S1]), "past_maturity");
    let late = book.act_entry(&offered, 400, Act::AcceptOffer);
    assert_eq!(refused(&mut book, late, &[S2]), "past_maturity");
    // What undoes an open offer is still possible.
    book.act(&offered, 400, Act::DeclineOffer, &[S2]).unwrap();

    let today = day("2026-02-02");
    let rolled = |days| today + chrono::Duration::days(days);
    assert_eq!(
        refused_issue(10, |i| (i.maturity, i.due_date) = (today, today)),
        "impossible_maturity"
    );
    assert_eq!(
        refused_issue(10, |i| i.due_date = rolled(89)),
        "impossible_maturity"
    );
    assert_eq!(
        refused_issue(10, |i| i.due_date = rolled(106)),
        "impossible_maturity"
    );
}

#[test]
fn parties() {
    let (mut book, whole) = active();
    for (to, code) in [
        (STRANGER, "unknown_party"),
        (OBLIGOR, "wrong_kind_of_party"),
        (BANK, "wrong_kind_of_party"),
        (S1, "self_transfer"),
    ] {
        let entry = book.act_entry(&whole, 400, offer(to));
        assert_eq!(refused(&mut book, entry, &[S1]), code);
    }
    // A supplier has no licence to discount.
    let unlicensed = book.act_entry(&whole, 400, agree(&quote(&whole, 400, S2, book.today)));
    assert_eq!(
        refused(&mut book, unlicensed, &[S2, S1]),
        "wrong_kind_of_party"
    );
    assert_eq!(
        refused_issue(10, |i| i.payee = party(STRANGER)),
        "unknown_party"
    );
    assert_eq!(
        refused_issue(10, |i| i.payee = party(BANK)),
        "wrong_kind_of_party"
    );
    let entry = issue(&book, 10, |i| i.obligor = party(S2));
    // The maker's and the checker's key are both the supplier's own.
    book.about(enrol_key(S2, 50)).unwrap();
    assert_eq!(refused(&mut book, entry, &[S2, 50]), "wrong_kind_of_party");

    let about = |book: &mut Keeper, act: Act| book.about(act).unwrap_err().code();
    assert_eq!(about(&mut book, enrol_key(STRANGER, 51)), "unknown_party");
    assert_eq!(about(&mut book, enrol_key(S3, S2)), "unusable_key");
    let changed = Act::EnrolParty(record(S2, PartyKind::FinanceProvider));
    assert_eq!(about(&mut book, changed), "wrong_kind_of_party");
    // The same public key under a new id.
    let copied = Act::EnrolKey {
        party: party(S3),
        key: key(51),
        public_key: signer(S2).public_key(),
    };
    let copy = ledger_core::signature::Signer::from_seed(key(51), &[S2; 32]).unwrap();
    let entry = book.entry(None, None, copied);
    let seats = [
        (ledger_core::signature::Seat::Book, &signer(BOOK)),
        (ledger_core::signature::Seat::Subject, &copy),
    ];
    assert_eq!(
        refuse_sealed(&mut book, entry.sealed_by(&seats)),
        "unusable_key"
    );
}

#[test]
fn amounts() {
    let (mut book, whole) = active();
    for (take, code) in [
        (0, "zero_amount"),
        (-1, "zero_amount"),
        (1_001, "more_than_held"),
    ] {
        let entry = book.act_entry(&whole, take, offer(S2));
        assert_eq!(refused(&mut book, entry, &[S1]), code);
    }
    let huge = book.act_entry(&whole, i64::MAX, offer(S2));
    assert_eq!(refused(&mut book, huge, &[S1]), "more_than_held");
    let whole_split = book.act_entry(&whole, 1_000, Act::Split);
    assert_eq!(refused(&mut book, whole_split, &[S1]), "wrong_cut");
    let mut beside = book.act_entry(&whole, 400, offer(S2));
    beside.cut.lo += 1;
    assert_eq!(refused(&mut book, beside, &[S1]), "wrong_cut");
    let mut beyond = book.act_entry(&whole, 400, offer(S2));
    beyond.cut.hi += 1;
    assert_eq!(refused(&mut book, beyond, &[S1]), "wrong_cut");
    let offered = book
        .act(&whole, 1_000, offer(S2), &[S1])
        .unwrap()
        .left
        .unwrap();
    let partly = book.act_entry(&offered, 400, Act::AcceptOffer);
    assert_eq!(refused(&mut book, partly, &[S2]), "wrong_cut");
    assert_eq!(refused_issue(0, |_| {}), "zero_amount");
}

#[test]
fn quotes_that_do_not_fit() {
    let (mut book, whole) = active();
    let good = quote(&whole, 400, BANK, book.today);
    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    let mut other = whole.reference;
    other.parent = EntryHash::from_bytes([3; 32]);
    for wrong in [
        Quote {
            paper: paper(0x70),
            ..good.clone()
        },
        Quote {
            fragment: other,
            ..good.clone()
        },
        Quote {
            holder: party(S2),
            ..good.clone()
        },
        Quote {
            range: whole.range,
            ..good.clone()
        },
        Quote {
            currency: "GBP".parse().unwrap(),
            ..good.clone()
        },
        Quote {
            pay_date: due,
            ..good.clone()
        },
        Quote {
            pay_date: book.today.pred_opt().unwrap(),
            ..good.clone()
        },
        Quote {
            charge: amount(2),
            ..good.clone()
        },
        Quote {
            proceeds: amount(400),
            ..good.clone()
        },
        Quote {
            obligor_share: amount(2),
            ..good.clone()
        },
        Quote {
            charge: amount(400),
            proceeds: Amount::ZERO,
            ..good.clone()
        },
    ] {
        let entry = book.act_entry(&whole, 400, agree(&wrong));
        assert_eq!(
            refused(&mut book, entry, &[BANK, S1]),
            "quote_does_not_fit",
            "{wrong:?}"
        );
    }
}

#[test]
fn a_price_the_bank_did_not_sign_is_refused() {
    let (mut book, whole) = active();
    let good = quote(&whole, 400, BANK, book.today);
    let cheap = sign(book.act_entry(&whole, 400, agree(&good)), &[BANK, S1]);
    let dear = Quote {
        charge: amount(9),
        proceeds: amount(391),
        ..good
    };
    let forged = SealedEntry::new(
        book.act_entry(&whole, 400, agree(&dear)),
        vec![
            cheap.signatures()[0].clone(),
            sign(book.act_entry(&whole, 400, agree(&dear)), &[BANK, S1]).signatures()[1].clone(),
        ],
    );
    assert_eq!(refuse_sealed(&mut book, forged), "bad_signature");
}

#[test]
fn cash() {
    let (mut book, whole) = active();
    book.go_to(day("2026-05-03"));
    book.settle(whole.paper, &[], 600);
    let good = book.settle_entry(whole.paper, &[600], 400).0;
    for total in [0, 599, 600, 1_001] {
        let mut entry = good.clone();
        if let Act::Settle { cash_total, .. } = &mut entry.act {
            *cash_total = amount(total);
        }
        assert_eq!(refused(&mut book, entry, &[BOOK]), "wrong_cash");
    }
    let mut part = good.clone();
    part.cut.mid = 400;
    assert_eq!(refused(&mut book, part, &[BOOK]), "wrong_cut");
    assert_eq!(refused(&mut book, good.clone(), &[S1]), "wrong_signer");
    let moved = book.act_entry(&whole, 400, offer(S2));
    assert_eq!(refused(&mut book, moved, &[S1]), "paper_not_active");
    book.post(sign(good.clone(), &[BOOK])).unwrap();
    assert_eq!(refused(&mut book, good, &[BOOK]), "paper_not_active");
}

#[test]
fn rules_terms_and_documents() {
    let far = day("2026-08-03");
    assert_eq!(
        refused_issue(10, |i| (i.maturity, i.due_date) = (far, far)),
        "tenor_too_long"
    );
    assert_eq!(refused_issue(100_000_000_001, |_| {}), "face_too_large");
    assert_eq!(refused_issue(10, |i| i.terms.maximum_tier = 13), "too_deep");
    assert_eq!(
        refused_issue(10, |i| i.payables.clear()),
        "no_trade_document"
    );

    let with = |terms: fn(&mut IssueAct)| {
        let mut book = Keeper::new();
        let entry = issue(&book, 1_000, terms);
        let waiting = book
            .post(sign(entry, &[OBLIGOR, CHECKER]))
            .unwrap()
            .left
            .unwrap();
        let whole = book
            .act(&waiting, 1_000, Act::Accept, &[S1])
            .unwrap()
            .left
            .unwrap();
        (book, whole)
    };
    let (mut book, whole) = with(|i| i.terms.transferable = false);
    let entry = book.act_entry(&whole, 400, offer(S2));
    assert_eq!(refused(&mut book, entry, &[S1]), "not_transferable");
    let (mut book, whole) = with(|i| i.terms.maximum_tier = 1);
    let entry = book.act_entry(&whole, 400, offer(S2));
    assert_eq!(refused(&mut book, entry, &[S1]), "too_deep");
    let (mut book, whole) = with(|i| i.terms.minimum_fragment = amount(100));
    for take in [99, 901] {
        let entry = book.act_entry(&whole, take, offer(S2));
        assert_eq!(refused(&mut book, entry, &[S1]), "below_minimum_fragment");
    }
    let mut bare = offer(S2);
    if let Act::Offer(offer) = &mut bare {
        offer.documents.clear();
    }
    let entry = book.act_entry(&whole, 400, bare);
    assert_eq!(refused(&mut book, entry, &[S1]), "no_trade_document");
}

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
