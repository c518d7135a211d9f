//! Void and extension: what obligor and all holders agree on, and what nobody is outvoted on.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::agreement::AgreedAct;
use ledger_core::agreement::Change;
use ledger_core::agreement::PaperAgreement;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::paper::PaperState;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;

use crate::events::freeze;
use crate::golden::left;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::refusals::active;
use crate::refusals::refuse_sealed;
use crate::support::*;
use crate::verify::verify;

fn extension(maturity: NaiveDate) -> Change {
    Change::Extend {
        maturity,
        due_date: maturity + Days::new(2),
        calendar: "CN".to_owned(),
    }
}

impl Keeper {
    pub(crate) fn agreement(&self, tag: u8, change: Change) -> PaperAgreement {
        let paper = self.ledger.paper(paper(tag)).unwrap();
        PaperAgreement {
            id: [tag; 16],
            paper: paper.id,
            issued_by: paper.issued_by,
            due_date: paper.due_date,
            change,
            reason: "The goods went back".to_owned(),
            consent_by: self.today + Days::new(10),
        }
    }

    /// The entry that carries an agreement to which these parties' keys consent.
    pub(crate) fn agreed(&self, agreement: &PaperAgreement, consenting: &[u8]) -> SealedEntry {
        sign(
            self.agreed_entry(agreement, consenting),
            &[OBLIGOR, CHECKER],
        )
    }

    pub(crate) fn agreed_entry(&self, agreement: &PaperAgreement, consenting: &[u8]) -> Entry {
        let bytes = agreement.to_bytes();
        let consent = |tag: &u8| signer(*tag).sign(Seat::Holder, &bytes);
        let agreed = Box::new(AgreedAct {
            consents: consenting.iter().map(consent).collect(),
            agreement: bytes.clone(),
        });
        let act = match agreement.change {
            Change::Void => Act::Void(agreed),
            Change::Extend { .. } => Act::Extend(agreed),
        };
        let face = self.ledger.paper(agreement.paper).unwrap().face.minor();
        Entry {
            cut: Cut {
                lo: 0,
                mid: face,
                hi: face,
            },
            ..self.entry(Some(agreement.paper), None, act)
        }
    }
}

/// A paper of 1,000 units, 600 of them with a second holder.
fn two_holders() -> (Keeper, Fragment, Fragment) {
    let (mut book, whole) = active();
    let cut = book.act(&whole, 600, offer(S2), &[S1]).unwrap();
    let second = left(book.act(&cut.left.unwrap(), 600, Act::AcceptOffer, &[S2]));
    (book, second, cut.right.unwrap())
}

#[test]
fn a_paper_is_void_when_the_last_holder_has_signed() {
    let (mut book, second, first) = two_holders();
    let agreement = book.agreement(0x60, Change::Void);
    for too_few in [&[][..], &[S1], &[S2], &[S1, S3]] {
        let sealed = book.agreed(&agreement, too_few);
        assert_eq!(refuse_sealed(&mut book, sealed), "consent_missing");
    }
    let applied = book.post(book.agreed(&agreement, &[S1, S2])).unwrap();
    assert_eq!(applied.paper.unwrap().state, PaperState::Void);
    // Nothing happens to it any more, money included.
    for held in [first, second] {
        let holder = held.holder.bytes()[0];
        let entry = book.act_entry(&held, held.range.amount().minor(), offer(S3));
        let sealed = sign(entry, &[holder]);
        assert_eq!(refuse_sealed(&mut book, sealed), "paper_not_active");
    }
    let again = book.agreed(&agreement, &[S1, S2]);
    assert_eq!(refuse_sealed(&mut book, again), "paper_not_active");
    book.go_to(day("2026-05-03"));
    let (entry, _) = book.settle_entry(paper(0x60), &[], 1_000);
    let sealed = sign(entry, &[BOOK]);
    assert_eq!(refuse_sealed(&mut book, sealed), "paper_not_active");
    let report = verify(book.export().as_bytes()).unwrap();
    assert!(report.face.values().all(|face| *face == 0));
}

#[test]
fn what_is_financed_pledged_frozen_or_offered_is_not_made_void() {
    let (book, second, first) = two_holders();
    let try_after = |act: Act, on: &Fragment, by: &[u8]| {
        let mut book = book.clone();
        let size = on.range.amount().minor();
        left(book.act(on, size, act, by));
        let agreement = book.agreement(0x60, Change::Void);
        let sealed = book.agreed(&agreement, &[S1, S2, BANK]);
        refuse_sealed(&mut book, sealed)
    };
    let bid = quote(&second, 600, BANK, book.today);
    let sold = try_after(agree(&bid), &second, &[BANK, S2]);
    assert_eq!(sold, "fragment_not_free");
    let pledged = pledge(&deed(&second, 600, BANK));
    let pledged = try_after(pledged, &second, &[BANK, S2]);
    assert_eq!(pledged, "fragment_not_free");
    let frozen = try_after(freeze(day("2026-03-01")), &first, &[BOOK]);
    assert_eq!(frozen, "fragment_not_free");
    assert_eq!(try_after(offer(S3), &first, &[S1]), "fragment_not_free");
    let mut book = book;
    let locked = left(book.act(&second, 600, agree(&bid), &[BANK, S2]));
    left(book.act(&locked, 600, complete_registered(3), &[BOOK]));
    let agreement = book.agreement(0x60, Change::Void);
    let sealed = book.agreed(&agreement, &[S1, BANK]);
    assert_eq!(refuse_sealed(&mut book, sealed), "already_financed");
}

#[test]
fn a_paper_is_paid_later_if_every_holder_and_pledgee_agrees() {
    let (mut book, second, _first) = two_holders();
    left(book.act(&second, 600, pledge(&deed(&second, 600, BANK)), &[BANK, S2]));
    let later = book.agreement(0x60, extension(day("2026-07-01")));
    for too_few in [&[S1, S2][..], &[S1, BANK], &[S2, BANK]] {
        let sealed = book.agreed(&later, too_few);
        assert_eq!(refuse_sealed(&mut book, sealed), "consent_missing");
    }
    book.post(book.agreed(&later, &[S1, S2, BANK])).unwrap();
    let paper_now = book.ledger.paper(paper(0x60)).unwrap().clone();
    assert_eq!(paper_now.state, PaperState::Active);
    assert_eq!(paper_now.maturity, day("2026-07-01"));
    assert_eq!(paper_now.due_date, day("2026-07-03"));
    // What was agreed on has happened once.
    let again = book.agreed(&later, &[S1, S2, BANK]);
    assert_eq!(refuse_sealed(&mut book, again), "impossible_maturity");
    book.go_to(day("2026-05-03"));
    let (entry, _) = book.settle_entry(paper(0x60), &[], 1_000);
    assert_eq!(refuse_sealed(&mut book, sign(entry, &[BOOK])), "not_due");
    book.go_to(day("2026-07-03"));
    book.settle(paper(0x60), &[], 1_000);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn an_extension_keeps_to_the_rules_of_the_day_and_to_its_time() {
    let (mut book, whole) = active();
    let refused = |book: &mut Keeper, change: &dyn Fn(&mut PaperAgreement)| {
        let mut agreement = book.agreement(0x60, extension(day("2026-06-01")));
        change(&mut agreement);
        let sealed = book.agreed(&agreement, &[S1]);
        refuse_sealed(book, sealed)
    };
    // Issued on 2 February: six months and a day are one too many.
    let too_long = refused(&mut book, &|a| a.change = extension(day("2026-08-03")));
    assert_eq!(too_long, "tenor_too_long");
    let earlier = refused(&mut book, &|a| a.change = extension(day("2026-04-01")));
    assert_eq!(earlier, "impossible_maturity");
    let rolled = refused(&mut book, &|a| {
        if let Change::Extend { due_date, .. } = &mut a.change {
            *due_date = day("2026-07-30");
        }
    });
    assert_eq!(rolled, "impossible_maturity");
    let other_issue = refused(&mut book, &|a| {
        a.issued_by = ledger_core::hash::EntryHash::from_bytes([9; 32]);
    });
    assert_eq!(other_issue, "agreement_does_not_fit");
    let other_date = refused(&mut book, &|a| a.due_date = day("2026-05-02"));
    assert_eq!(other_date, "agreement_does_not_fit");
    let ended = refused(&mut book, &|a| a.consent_by = day("2026-02-01"));
    assert_eq!(ended, "agreement_ended");
    left(book.act(&whole, 400, offer(S2), &[S1]));
    assert_eq!(refused(&mut book, &|_| {}), "fragment_not_free");
    // On the due day it is too late.
    let (mut book, _whole) = active();
    book.go_to(day("2026-05-03"));
    assert_eq!(refused(&mut book, &|_| {}), "past_maturity");
}

#[test]
fn nobody_signs_for_another() {
    let (mut book, _second, _first) = two_holders();
    let agreement = book.agreement(0x60, Change::Void);
    let entry = book.agreed_entry(&agreement, &[S1, S2]);
    for (by, reason) in [
        ([OBLIGOR, OBLIGOR], "same_person"),
        ([S1, CHECKER], "wrong_signer"),
        ([OBLIGOR, S2], "wrong_signer"),
        ([OBLIGOR, REVOKED], "revoked_key"),
    ] {
        let sealed = sign(entry.clone(), &by);
        assert_eq!(refuse_sealed(&mut book, sealed), reason);
    }
    let revoked = book.agreed(&agreement, &[S1, S2, REVOKED]);
    assert_eq!(refuse_sealed(&mut book, revoked), "revoked_key");
    let unknown = book.agreed(&agreement, &[S1, S2, STRANGER]);
    assert_eq!(refuse_sealed(&mut book, unknown), "unknown_key");
    // A consent to something else, and one in another seat, are none.
    let mut other = agreement.clone();
    other.reason = "Another reason".to_owned();
    let change = |bend: &dyn Fn(&mut AgreedAct)| {
        let mut entry = book.agreed_entry(&agreement, &[S1, S2]);
        if let Act::Void(agreed) = &mut entry.act {
            bend(agreed);
        }
        sign(entry, &[OBLIGOR, CHECKER])
    };
    let elsewhere = signer(S2).sign(Seat::Holder, &other.to_bytes());
    let bent = change(&|agreed| agreed.consents[1] = elsewhere.clone());
    let seated = signer(S2).sign(Seat::Recipient, &agreement.to_bytes());
    let moved = change(&|agreed| agreed.consents[1] = seated.clone());
    let mistaken = change(&|agreed| agreed.agreement = other.to_bytes());
    assert_eq!(refuse_sealed(&mut book, bent), "bad_signature");
    assert_eq!(refuse_sealed(&mut book, moved), "missing_signature");
    assert_eq!(refuse_sealed(&mut book, mistaken), "bad_signature");
}

#[test]
fn a_keeper_who_does_not_see_every_fragment_decides_nothing() {
    let (mut book, second, _first) = two_holders();
    let agreement = book.agreement(0x60, Change::Void);
    let sealed = book.agreed(&agreement, &[S1]);
    let mut blind = book.clone();
    blind.ledger = {
        let mut ledger = ledger_core::ledger::Ledger::deciding(
            ledger_core::id::BookId::from_bytes([BOOK; 16]),
            book.today,
            NOON,
        );
        for tag in [OBLIGOR, S1, S2] {
            ledger.load_party(book.ledger.party(party(tag)).unwrap().clone());
        }
        for tag in [OBLIGOR, CHECKER, S1, S2] {
            ledger.load_key(book.ledger.key(key(tag)).unwrap().clone());
        }
        ledger.load_paper(book.ledger.paper(paper(0x60)).unwrap().clone());
        for fragment in book.ledger.fragments().filter(|one| **one != second) {
            ledger.load_fragment(*fragment);
        }
        ledger
    };
    assert_eq!(refuse_sealed(&mut blind, sealed), "wrong_shape");
    let full = book.agreed(&agreement, &[S1, S2]);
    book.post(full).unwrap();
}

#[test]
fn an_agreement_has_one_canonical_form() {
    let (book, _whole) = active();
    for change in [Change::Void, extension(day("2026-07-01"))] {
        let agreement = book.agreement(0x60, change);
        let bytes = agreement.to_bytes();
        assert_eq!(PaperAgreement::from_bytes(&bytes).unwrap(), agreement);
        assert!(PaperAgreement::from_bytes(&bytes[1..]).is_err());
        let act = book.agreed_entry(&agreement, &[S1, S2]).act;
        assert_eq!(Act::from_bytes(act.code(), &act.to_bytes()).unwrap(), act);
        // The act of one change can't carry the agreement on another.
        let swapped = match act {
            Act::Void(agreed) => Act::Extend(agreed),
            Act::Extend(agreed) => Act::Void(agreed),
            other => other,
        };
        let mut entry = book.agreed_entry(&agreement, &[S1]);
        entry.act = swapped;
        let mut book = book.clone();
        let sealed = sign(entry, &[OBLIGOR, CHECKER]);
        assert_eq!(refuse_sealed(&mut book, sealed), "wrong_shape");
    }
    assert_eq!(Refusal::ConsentMissing.article(), None);
}
