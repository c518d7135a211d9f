//! Refusals about dates, parties, amounts, quotes, cash, terms and documents.

use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::amount::Amount;
use ledger_core::canonical::CanonicalError;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::hash::EntryHash;
use ledger_core::party::PartyKind;
use ledger_core::quote::Quote;
use ledger_core::quote::QuotedFee;

use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::refusals::active;
use crate::refusals::issue;
use crate::refusals::refuse_sealed;
use crate::refusals::refused;
use crate::refusals::refused_issue;
use crate::support::*;

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
    assert_eq!(refused(&mut book, unlicensed, &[S2, S1]), "not_licensed");
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
fn a_quote_with_more_fees_than_its_count_can_say_has_no_bytes() {
    let (book, whole) = active();
    let fee = QuotedFee {
        kind: "service".to_owned(),
        payer: "holder".to_owned(),
        amount: amount(0),
    };
    let with = |count| Quote {
        fees: vec![fee.clone(); count],
        ..quote(&whole, 400, BANK, book.today)
    };
    let most = with(255);
    assert_eq!(Quote::from_bytes(&most.to_bytes().unwrap()), Ok(most));
    for count in [256, 511] {
        let refused = with(count).to_bytes();
        assert_eq!(refused, Err(CanonicalError::TooMany("fees")));
    }
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
