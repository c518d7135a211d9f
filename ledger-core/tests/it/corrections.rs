//! Corrections: a transfer made by mistake is taken back by its two sides, and by nobody else. Beside
//! the lawful way each test tries what must not be.

use ledger_core::act::Act;
use ledger_core::correction::CorrectionAct;
use ledger_core::correction::TransferCorrection;
use ledger_core::correction::reason_digest;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::leg_tree::Passing;
use ledger_core::lineage::CellState;
use ledger_core::lineage::Step;
use ledger_core::lineage::icicle;
use ledger_core::recourse::Recourse;

use crate::events::freeze;
use crate::golden::compare;
use crate::golden::fragment_at;
use crate::golden::left;
use crate::golden::vectors;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

const TAG: u8 = 0x73;

impl Keeper {
    /// What the two sides sign.
    pub(crate) fn correction(&self, fragment: &Fragment, giver: u8) -> TransferCorrection {
        let id = [giver; 16];
        TransferCorrection {
            id,
            paper: fragment.paper,
            transfer: fragment.reference.parent,
            range: fragment.range,
            holder: fragment.holder,
            giver: party(giver),
            reason: reason_digest(&id, "the wrong recipient was chosen"),
        }
    }

    /// Takes a fragment back, as far as the journal has a transfer of it: with the entry that made the
    /// fragment and that one's parent; with the newest transfer of all if they are none.
    pub(crate) fn correct(&self, fragment: &Fragment, giver: u8) -> Act {
        let find = |hash| self.journal.iter().find(|sealed| sealed.hash() == hash);
        let of = |accepted: &SealedEntry| {
            let offered = accepted.entry().spends.and_then(|r| find(r.parent))?;
            let fits = matches!(accepted.entry().act, Act::AcceptOffer)
                && matches!(offered.entry().act, Act::Offer(_));
            fits.then(|| (offered.clone(), accepted.clone()))
        };
        let own = find(fragment.reference.parent).and_then(of);
        let any = || self.journal.iter().rev().find_map(of);
        let none = || (self.journal[0].clone(), self.journal[0].clone());
        let (offered, accepted) = own.or_else(any).unwrap_or_else(none);
        Act::Correct(Box::new(CorrectionAct {
            correction: self.correction(fragment, giver).to_bytes(),
            offered,
            accepted,
        }))
    }

    fn pass(&mut self, on: &Fragment, units: i64, (from, to): (u8, u8), how: Recourse) -> Fragment {
        let mut act = offer(to);
        if let Act::Offer(offer) = &mut act {
            offer.recourse = how;
        }
        let offered = left(self.act(on, units, act, &[from]));
        left(self.act(&offered, units, Act::AcceptOffer, &[to]))
    }
}

/// S1 has passed 600 of 1,000 to S2, who passed 250 of them to S3 by mistake.
pub(crate) fn mistaken() -> (Keeper, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let second = book.pass(&whole, 600, (S1, S2), Recourse::With);
    let third = book.pass(&second, 250, (S2, S3), Recourse::With);
    (book, third)
}

#[test]
fn both_sides_take_a_mistake_back_and_all_of_it_stays_on_the_path() {
    let (mut book, third) = mistaken();
    let first_leg = book.legs.newest(fragment_at(&book, TAG, 250).reference);
    let units = third.range.amount().minor();
    let act = book.correct(&third, S2);
    let before = book.journal.len();
    let applied = book.act(&third, units, act, &[S3, S2]).unwrap();
    assert_eq!(book.journal.len(), before + 1, "one entry, nothing edited");
    let back = applied.left.unwrap();
    assert!(applied.right.is_none());
    assert_eq!(back.range, third.range);
    assert_eq!(
        (back.holder, back.state, back.tier),
        (party(S2), FragmentState::Held, 2)
    );
    // The right to turn back is that of the leg before; between the two there is none any more.
    let leg = book.looked_up(back.reference);
    assert_eq!(leg, first_leg);
    assert_eq!(leg, book.legs.newest(back.reference));
    // What came back is S2's like any fragment: it pays the right supplier with it.
    let again = book.pass(&back, 250, (S2, S1), Recourse::Without);
    assert_eq!((again.holder, again.tier), (party(S1), 3));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn the_picture_shows_the_way_there_and_the_way_back() {
    let (mut book, third) = mistaken();
    let act = book.correct(&third, S2);
    let entry = book.act_entry(&third, 250, act.clone());
    let sealed = sign(entry, &[S3, S2]);
    let mut replayed = Keeper::unopened();
    let mut steps = Vec::new();
    for sealed in book.journal.iter().chain([&sealed]) {
        let applied = replayed.post(sealed.clone()).unwrap();
        steps.extend(Step::of(sealed, &applied));
    }
    book.post(sealed).unwrap();
    let cells = icicle(&steps);
    let of = |lo: i64, depth: u16| {
        let cell = cells
            .iter()
            .find(|c| c.range.lo() == lo && c.depth_from == depth);
        cell.map(|cell| (cell.holder, cell.state == CellState::Past))
    };
    assert_eq!(of(0, 1), Some((party(S2), true)));
    assert_eq!(of(0, 2), Some((party(S3), true)));
    assert_eq!(of(0, 3), Some((party(S2), false)));
    assert_eq!(Passing::of(&act).unwrap(), Some(Passing::TakenBack));
}

#[test]
fn only_the_two_of_the_transfer_can_take_it_back() {
    let (mut book, third) = mistaken();
    let act = book.correct(&third, S2);
    let signers: [(&[u8], &str); 8] = [
        (&[S3], "missing_signature"),
        (&[S3, S3], "wrong_signer"),
        (&[S2, S3], "wrong_signer"),
        (&[S3, S1], "wrong_signer"),
        (&[BANK, S2], "wrong_signer"),
        (&[S3, BOOK], "wrong_signer"),
        (&[S3, REVOKED], "revoked_key"),
        (&[S3, OBLIGOR], "wrong_signer"),
    ];
    for (by, code) in signers {
        let entry = book.act_entry(&third, 250, act.clone());
        assert_eq!(refused(&mut book, entry, by), code, "{by:?}");
    }
    // One who isn't the giver says it is, and signs as such.
    for liar in [S1, SUPPLIERS[3]] {
        let entry = book.act_entry(&third, 250, book.correct(&third, liar));
        let code = refused(&mut book, entry, &[S3, liar]);
        assert_eq!(code, "not_that_transfer");
    }
    // Each signs the correction itself, in its own seat.
    let mut sealed = sign(book.act_entry(&third, 250, act), &[S3, S2]);
    let mut signatures = sealed.signatures().to_vec();
    let (one, other) = (signatures[0].bytes, signatures[1].bytes);
    (signatures[0].bytes, signatures[1].bytes) = (other, one);
    sealed = SealedEntry::new(sealed.entry().clone(), signatures);
    assert_eq!(book.post(sealed).unwrap_err().code(), "bad_signature");
}

#[test]
fn what_was_signed_is_this_transfer_and_no_other() {
    let (mut book, third) = mistaken();
    let second = fragment_at(&book, TAG, 250);
    type Change<'a> = &'a dyn Fn(&mut CorrectionAct, &mut TransferCorrection);
    let proof_of = |act: Act| match act {
        Act::Correct(act) => *act,
        _ => unreachable!("it is a correction"),
    };
    let mine = proof_of(book.correct(&third, S2));
    let first = book
        .journal
        .iter()
        .find(|sealed| matches!(&sealed.entry().act, Act::Offer(offer) if offer.to == party(S2)));
    let first_offer = first.unwrap().clone();
    let wrong: [(Change<'_>, &str); 8] = [
        (&|act, _| act.correction = vec![0xa4], "wrong_shape"),
        (&|_, signed| signed.paper = paper(1), "not_that_transfer"),
        (
            &|_, signed| signed.transfer = second.reference.parent,
            "not_that_transfer",
        ),
        (
            &|_, signed| signed.range = second.range,
            "not_that_transfer",
        ),
        (&|_, signed| signed.holder = party(S1), "not_that_transfer"),
        (
            &|act, _| act.offered = first_offer.clone(),
            "not_that_transfer",
        ),
        // An offer that was never made, signed by whoever would like to get the fragment.
        (
            &|act, _| act.offered = sign(act.offered.entry().clone(), &[S1]),
            "not_that_transfer",
        ),
        (
            &|act, _| act.accepted = sign(act.accepted.entry().clone(), &[S1]),
            "not_that_transfer",
        ),
    ];
    for (change, code) in wrong {
        let mut act = mine.clone();
        let mut signed = book.correction(&third, S2);
        act.correction.clear();
        change(&mut act, &mut signed);
        if act.correction.is_empty() {
            act.correction = signed.to_bytes();
        }
        let entry = book.act_entry(&third, 250, Act::Correct(Box::new(act)));
        assert_eq!(refused(&mut book, entry, &[S3, S2]), code);
    }
    // All of it, or nothing.
    let entry = book.act_entry(&third, 100, book.correct(&third, S2));
    assert_eq!(refused(&mut book, entry, &[S3, S2]), "wrong_cut");
    // What the payee has from the obligor was never a transfer.
    let own = fragment_at(&book, TAG, 600);
    let entry = book.act_entry(&own, 400, book.correct(&own, S2));
    assert_eq!(refused(&mut book, entry, &[S1, S2]), "not_that_transfer");
}

#[test]
fn what_was_done_with_the_fragment_since_keeps_it() {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let second = book.pass(&whole, 250, (S1, S2), Recourse::Without);
    let until = book.today + chrono::Days::new(5);
    let bid = quote(&second, 250, BANK, book.today);
    let pledged = pledge(&deed(&second, 250, BANK));
    let uses: [(Act, &[u8], &str); 5] = [
        (offer(S3), &[S2], "fragment_not_free"),
        (agree(&bid), &[BANK, S2], "fragment_not_free"),
        (pledged, &[BANK, S2], "fragment_not_free"),
        (freeze(until), &[BOOK], "fragment_not_free"),
        (Act::Split, &[S2], "not_that_transfer"),
    ];
    for (act, signers, code) in uses {
        let mut book = book.clone();
        let units = if matches!(act, Act::Split) { 100 } else { 250 };
        let corrected = book.correct(&second, S1);
        let used = left(book.act(&second, units, act, signers));
        let entry = book.act_entry(&second, 250, corrected);
        assert_eq!(refused(&mut book, entry, &[S2, S1]), "fragment_spent");
        // Nor what the use has made of it.
        let entry = book.act_entry(&used, units, book.correct(&used, S1));
        assert_eq!(refused(&mut book, entry, &[S2, S1]), code);
    }
}

#[test]
fn what_the_obligor_pays_early_is_not_given_back() {
    let mut book = Keeper::new();
    let whole = book.active_early(TAG, 100_000);
    let second = book.pass(&whole, 60_000, (S1, S2), Recourse::Without);
    let locked = book.accept_early(&second, S2);
    let entry = book.act_entry(&locked, 60_000, book.correct(&locked, S1));
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "fragment_not_free");
    let redeemed = book.redeem(&locked);
    for (holder, code) in [(S2, "wrong_signer"), (OBLIGOR, "fragment_not_free")] {
        let entry = book.act_entry(&redeemed, 60_000, book.correct(&redeemed, S1));
        assert_eq!(refused(&mut book, entry, &[holder, S1]), code);
    }
}

#[test]
fn a_bank_keeps_what_it_has_bought_and_a_corrected_transfer_is_corrected_once() {
    let (mut book, third) = mistaken();
    let corrected = book.correct(&third, S2);
    let back = left(book.act(&third, 250, corrected.clone(), &[S3, S2]));
    let entry = book.act_entry(&third, 250, corrected);
    assert_eq!(refused(&mut book, entry, &[S3, S2]), "fragment_spent");
    for giver in [S3, S1] {
        let entry = book.act_entry(&back, 250, book.correct(&back, giver));
        let code = refused(&mut book, entry, &[S2, giver]);
        assert_eq!(code, "not_that_transfer", "what came back is no transfer");
    }
    let bid = quote(&back, 250, BANK, book.today);
    let locked = left(book.act(&back, 250, agree(&bid), &[BANK, S2]));
    let bought = left(book.act(&locked, 250, complete_registered(9), &[BOOK]));
    let entry = book.act_entry(&bought, 250, book.correct(&bought, S2));
    assert_eq!(
        refused(&mut book, entry, &[BANK, S2]),
        "wrong_kind_of_party"
    );
}

#[test]
fn from_the_due_date_on_nothing_is_taken_back() {
    let (mut book, third) = mistaken();
    let due = book.ledger.paper(paper(TAG)).unwrap().due_date;
    let act = book.correct(&third, S2);
    book.go_to(due);
    let entry = book.act_entry(&third, 250, act.clone());
    assert_eq!(refused(&mut book, entry, &[S3, S2]), "past_maturity");
    book.settle(paper(TAG), &[], 400);
    let entry = book.act_entry(&third, 250, act);
    assert_eq!(refused(&mut book, entry, &[S3, S2]), "paper_not_active");
}

#[test]
fn the_bytes_of_a_correction_are_pinned() {
    let (mut book, third) = mistaken();
    let act = book.correct(&third, S2);
    left(book.act(&third, 250, act, &[S3, S2]));
    let all = vectors(&book.journal);
    let wanted = |line: &&str| line.starts_with("correct ") || line.starts_with('#');
    let produced: String = all
        .lines()
        .filter(wanted)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 2);
    let pinned = include_str!("../../../fixtures/golden/entries-corrections.txt");
    compare("entries-corrections.txt", pinned, &produced);
    for sealed in &book.journal {
        let body = sealed.entry().to_bytes();
        assert_eq!(&Entry::from_bytes(&body).unwrap(), sealed.entry());
    }
    // A correction in a correction would nest without end.
    let nested = book.journal.last().unwrap().clone();
    let act = CorrectionAct {
        correction: book.correction(&third, S2).to_bytes(),
        offered: nested.clone(),
        accepted: nested,
    };
    let bytes = Act::Correct(Box::new(act)).to_bytes();
    assert!(Act::from_bytes(43, &bytes).is_err());
}
