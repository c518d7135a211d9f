//! Who may not do what. For every act of the law: who signs it, and that nobody else can, in any
//! seat: not the issuer, a holder, a recipient, a funder or a stranger who has no part in it, not a
//! key that was revoked or that nobody knows, not the book's own; and not the right one too few or too
//! often. Each is refused for that reason and leaves the state as it was.
//!
//! What needs no entry (T1 to T3, T10, T11, T13, T19, T30) is kept by roles: `who_may_not.rs` of
//! `ledger-app`.

use std::collections::BTreeSet;

use ledger_core::act::Act;
use ledger_core::agreement::Change;
use ledger_core::entry::SealedEntry;
use ledger_core::seats::seats;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;

use crate::acts_staged::Kind;
use crate::acts_staged::NEW_KEY;
use crate::acts_staged::Staged;
use crate::acts_staged::kind_of;
use crate::acts_staged::staged;
use crate::golden::left;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::active;
use crate::refusals::refuse_sealed;
use crate::support::*;

/// Who has to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The book's own key: a fact, or an order.
    Book,
    /// One of the obligor's people.
    Issuer,
    Holder,
    Recipient,
    Funder,
    /// The key that is enrolled.
    NewKey,
}

use Who::*;

/// The transitions of the trade (`domain.md` 3.2, by their numbers) that an act carries, and who
/// signs it, seat by seat.
const fn row(kind: Kind) -> (&'static [u8], &'static [Who]) {
    match kind {
        Kind::OpenBook => (&[], &[Book]),
        Kind::EnrolParty => (&[1], &[Book]),
        Kind::EnrolKey => (&[1, 30], &[Book, NewKey]),
        Kind::RevokeKey => (&[30], &[Book]),
        Kind::Issue => (&[4], &[Issuer, Issuer]),
        Kind::Accept | Kind::Refuse => (&[5], &[Holder]),
        Kind::Withdraw => (&[6], &[Issuer]),
        // The holder's own doing, like the cut that it undoes.
        Kind::Split | Kind::Join => (&[7], &[Holder]),
        Kind::Offer | Kind::RecallOffer => (&[8], &[Holder]),
        Kind::AcceptOffer => (&[9, 16], &[Recipient]),
        Kind::DeclineOffer => (&[9], &[Recipient]),
        Kind::LapseOffer => (&[9], &[Book]),
        Kind::AgreeDiscount | Kind::AgreeDiscountByCard => (&[11, 12], &[Funder, Holder]),
        Kind::CompleteDiscount | Kind::ReleaseDiscount | Kind::ReverseDiscount => (&[14], &[Book]),
        Kind::CompleteRegistered => (&[13, 14], &[Book]),
        Kind::Pledge => (&[15], &[Funder, Holder]),
        Kind::ReleasePledge => (&[15], &[Recipient]),
        Kind::OfferRetransfer => (&[16], &[Holder]),
        Kind::Freeze | Kind::Unfreeze => (&[17], &[Book]),
        Kind::AcceptRedemption => (&[18], &[Issuer, Issuer, Holder]),
        Kind::CompleteRedemption | Kind::ReleaseRedemption => (&[18], &[Book]),
        Kind::Settle => (&[20, 21, 22], &[Book]),
        Kind::Default | Kind::PayInterest => (&[23], &[Book]),
        Kind::AgreeRecourse => (&[24, 25], &[Holder, Recipient]),
        Kind::CompleteRecourse | Kind::ReleaseRecourse => (&[24, 25], &[Book]),
        Kind::WriteOff => (&[28], &[Holder]),
        // The giver of the transfer takes the recipient's seat.
        Kind::Correct => (&[29], &[Holder, Recipient]),
        // Every holder's consent stands in the act: see the last test.
        Kind::Extend => (&[26], &[Issuer, Issuer]),
        Kind::Void => (&[27], &[Issuer, Issuer]),
    }
}

/// Everybody with a key: the book, the obligor's two people, four suppliers, two banks; a key of the
/// obligor's that was revoked, and one that nobody enrolled.
const EVERYBODY: [u8; 11] = [
    BOOK,
    OBLIGOR,
    CHECKER,
    SUPPLIERS[0],
    SUPPLIERS[1],
    SUPPLIERS[2],
    SUPPLIERS[3],
    BANKS[0],
    BANKS[1],
    REVOKED,
    STRANGER,
];

impl Staged {
    /// Whose keys may fill a seat.
    fn keys(&self, who: Who) -> Vec<u8> {
        match who {
            Book => vec![BOOK],
            Issuer => vec![OBLIGOR, CHECKER],
            Holder => vec![self.holder],
            Recipient => vec![self.recipient],
            Funder => vec![BANK],
            NewKey => vec![NEW_KEY],
        }
    }

    /// Who signs it by right, seat by seat.
    pub(crate) fn rightful(&self) -> Vec<u8> {
        let (_, signers) = row(kind_of(&self.entry.act));
        let mut issuers = [OBLIGOR, CHECKER].into_iter();
        let signs = |who: &Who| match who {
            Issuer => issuers.next().unwrap(),
            other => self.keys(*other)[0],
        };
        signers.iter().map(signs).collect()
    }

    fn code(&self, signatures: Vec<PartySignature>) -> &'static str {
        let sealed = SealedEntry::new(self.entry.clone(), signatures);
        refuse_sealed(&mut self.book.clone(), sealed)
    }

    fn signed(&self, by: &[u8]) -> Vec<PartySignature> {
        sign(self.entry.clone(), by).signatures().to_vec()
    }
}

/// Each act, each way it happens.
fn every(check: impl Fn(Kind, &Staged)) {
    for kind in Kind::ALL {
        for staged in staged(*kind) {
            assert_eq!(kind_of(&staged.entry.act), *kind);
            check(*kind, &staged);
        }
    }
}

/// What the law says to another's key in a seat that is its owner's alone.
fn reason(kind: Kind, who: Who, other: u8) -> &'static str {
    match (kind, other) {
        // Nobody is known before the first entry.
        (Kind::OpenBook, _) | (_, STRANGER) => "unknown_key",
        (_, REVOKED) if who != NewKey => "revoked_key",
        _ => "wrong_signer",
    }
}

#[test]
fn who_signs_by_right_is_heard() {
    let mut transitions = BTreeSet::new();
    every(|kind, staged| {
        let by = staged.rightful();
        assert_eq!(by.len(), seats(&staged.entry.act).len(), "{kind:?}");
        let done = staged.book.clone().post(sign(staged.entry.clone(), &by));
        assert!(done.is_ok(), "{kind:?} by {by:?}: {done:?}");
    });
    for kind in Kind::ALL {
        transitions.extend(row(*kind).0);
    }
    let carried: Vec<u8> = transitions.into_iter().collect();
    let all_but_what_needs_no_entry: Vec<u8> =
        (1..=30).filter(|t| ![2, 3, 10, 19].contains(t)).collect();
    assert_eq!(carried, all_but_what_needs_no_entry);
}

#[test]
fn nobody_else_signs_in_any_seat() {
    every(|kind, staged| {
        let (by, (_, signers)) = (staged.rightful(), row(kind));
        for (place, who) in signers.iter().enumerate() {
            let may = staged.keys(*who);
            for other in EVERYBODY.into_iter().filter(|key| !may.contains(key)) {
                let mut with_other = by.clone();
                with_other[place] = other;
                let code = staged.code(staged.signed(&with_other));
                let said = format!("{kind:?}: key {other} in the seat of {who:?}");
                assert_eq!(code, reason(kind, *who, other), "{said}");
            }
        }
    });
}

#[test]
fn neither_too_few_nor_too_often_nor_in_another_order() {
    every(|kind, staged| {
        let full = staged.signed(&staged.rightful());
        for place in 0..full.len() {
            let mut fewer = full.clone();
            let taken = fewer.remove(place);
            assert_eq!(staged.code(fewer), "missing_signature", "{kind:?} {place}");
            let mut twice = full.clone();
            twice.push(taken);
            assert_eq!(staged.code(twice), "missing_signature", "{kind:?} {place}");
            // One signature in all seats.
            if full.len() > 1 {
                let alone = vec![full[place].clone(); full.len()];
                assert_eq!(staged.code(alone), "missing_signature", "{kind:?} {place}");
                let mut turned = full.clone();
                turned.rotate_left(1);
                assert_eq!(staged.code(turned), "missing_signature", "{kind:?}");
            }
        }
    });
}

#[test]
fn maker_and_checker_are_two() {
    every(|kind, staged| {
        if row(kind).1.iter().filter(|who| **who == Issuer).count() < 2 {
            return;
        }
        for one in [OBLIGOR, CHECKER] {
            let mut by = staged.rightful();
            by[..2].fill(one);
            assert_eq!(staged.code(staged.signed(&by)), "same_person", "{kind:?}");
        }
    });
}

#[test]
fn a_key_signs_nothing_after_its_life() {
    every(|kind, staged| {
        for (key_of, who) in staged.rightful().into_iter().zip(row(kind).1) {
            if kind == Kind::OpenBook || *who == NewKey {
                continue;
            }
            let mut after = staged.book.clone();
            after.about(Act::RevokeKey { key: key(key_of) }).unwrap();
            let sealed = sign(staged.entry.clone(), &staged.rightful());
            let code = refuse_sealed(&mut after, sealed);
            assert_eq!(code, "revoked_key", "{kind:?} by {who:?}");
        }
    });
}

#[test]
fn no_signature_is_made_for_another_or_moved_from_another_seat() {
    every(|kind, staged| {
        let (by, full) = (staged.rightful(), staged.signed(&staged.rightful()));
        for place in 0..full.len() {
            // Another's hand under the right name.
            let mut by_other = by.clone();
            by_other[place] = STRANGER;
            let mut forged = full.clone();
            forged[place].bytes = staged.signed(&by_other)[place].bytes;
            assert_eq!(staged.code(forged), "bad_signature", "{kind:?} {place}");
            // The right hand, for another seat.
            let other_seat = match full[place].seat {
                Seat::Book => Seat::Holder,
                _ => Seat::Book,
            };
            let body = staged.entry.to_bytes();
            let mut moved = full.clone();
            moved[place].bytes = signer(by[place]).sign(other_seat, &body).bytes;
            assert_eq!(staged.code(moved), "bad_signature", "{kind:?} {place}");
        }
    });
}

/// T26 and T27: beside the obligor's two people every holder signs, and every pledgee of what is paid
/// later; nobody for another.
#[test]
fn no_consent_stands_for_anothers() {
    let (mut book, whole) = active();
    let cut = book.act(&whole, 600, offer(S2), &[S1]).unwrap();
    left(book.act(&cut.left.unwrap(), 600, Act::AcceptOffer, &[S2]));
    let pledged = pledge(&deed(&cut.right.unwrap(), 400, BANK));
    let mut with_pledge = book.clone();
    let own = cut.right.unwrap();
    left(with_pledge.act(&own, 400, pledged, &[BANK, S1]));
    let later = Change::Extend {
        maturity: day("2026-07-01"),
        due_date: day("2026-07-01"),
        calendar: "CN".to_owned(),
    };
    for (book, change, consenting) in [
        (&book, Change::Void, vec![S1, S2]),
        (&with_pledge, later, vec![S1, S2, BANK]),
    ] {
        let agreement = book.agreement(0x60, change);
        book.clone()
            .post(book.agreed(&agreement, &consenting))
            .unwrap();
        for place in 0..consenting.len() {
            let others = EVERYBODY.iter().filter(|key| **key != consenting[place]);
            for other in others {
                let mut with_other = consenting.clone();
                with_other[place] = *other;
                let expected = match *other {
                    STRANGER => "unknown_key",
                    REVOKED => "revoked_key",
                    _ => "consent_missing",
                };
                let sealed = book.agreed(&agreement, &with_other);
                let code = refuse_sealed(&mut book.clone(), sealed);
                assert_eq!(code, expected, "key {other} for {}", consenting[place]);
            }
            let mut fewer = consenting.clone();
            fewer.remove(place);
            let sealed = book.agreed(&agreement, &fewer);
            assert_eq!(refuse_sealed(&mut book.clone(), sealed), "consent_missing");
        }
    }
}
