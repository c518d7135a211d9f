//! Writing off: what must have happened before, what must not be, and that nothing of the claim changes.

use ledger_core::act::Act;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::lineage::Cell;
use ledger_core::lineage::CellState;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_core::verify_fault::Fault;
use ledger_core::verify_fault::Reason;
use ledger_core::visibility::SeenState;
use ledger_core::visibility::Viewer;
use ledger_core::visibility::visible_to;
use ledger_core::write_off::WriteOffAct;
use ledger_core::write_off::owed_on;
use ledger_core::write_off::reason_digest;
use proptest::prelude::*;

use crate::events::freeze;
use crate::golden::compare;
use crate::golden::fragment_at;
use crate::golden::left;
use crate::golden::vectors;
use crate::recourse::complete;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::refuse_sealed;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::every_byte_of_the_last_entry_counts;
use crate::verify::verify;

pub(crate) const TAG: u8 = 0x72;

pub(crate) fn write_off(owed: i64) -> Act {
    Act::WriteOff(Box::new(WriteOffAct {
        amount: amount(owed),
        reason: reason_digest("法院裁定终结破产程序"),
        evidence: "(2026)沪03破12号".to_owned(),
    }))
}

fn changed(owed: i64, change: impl Fn(&mut WriteOffAct)) -> Act {
    let mut act = write_off(owed);
    if let Act::WriteOff(inner) = &mut act {
        change(inner);
    }
    act
}

/// S1 400; S2 300 on the terms said; the bank 300 from S2 without recourse.
fn passed(recourse: Recourse) -> Keeper {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let mut to_s2 = offer(S2);
    if let Act::Offer(offer) = &mut to_s2 {
        offer.recourse = recourse;
    }
    let offered = left(book.act(&whole, 600, to_s2, &[S1]));
    let second = left(book.act(&offered, 600, Act::AcceptOffer, &[S2]));
    let bid = quote(&second, 300, BANK, book.today);
    let locked = left(book.act(&second, 300, agree(&bid), &[BANK, S2]));
    left(book.act(&locked, 300, complete_registered(9), &[BOOK]));
    book
}

/// The same in default, of which this much has been paid since.
pub(crate) fn in_default(recourse: Recourse, paid: i64) -> Keeper {
    let mut book = passed(recourse);
    book.go_to(day("2026-05-04"));
    book.default(TAG, 1_000);
    if paid > 0 {
        book.settle(paper(TAG), &[], paid);
    }
    book
}

impl Keeper {
    fn refuses(&mut self, fragment: &Fragment, act: Act, signer: u8) -> &'static str {
        let units = fragment.range.amount().minor();
        let entry = self.act_entry(fragment, units, act);
        refused(self, entry, &[signer])
    }

    fn writes_off(&mut self, lo: i64, owed: i64, signer: u8) -> Fragment {
        let fragment = fragment_at(self, TAG, lo);
        let units = fragment.range.amount().minor();
        left(self.act(&fragment, units, write_off(owed), &[signer]))
    }

    /// Credits of the next receipt, in the sheet's order.
    fn next_cash(&mut self, earlier: &[i64], cash: i64) -> ClearingSheet {
        let (_entry, sheet) = self.settle_entry(paper(TAG), earlier, cash);
        self.settle(paper(TAG), earlier, cash);
        sheet
    }
}

#[test]
fn what_is_written_off_stays_where_it_is_and_is_paid_as_before() {
    let mut book = in_default(Recourse::Without, 500);
    let mut as_if_not = book.clone();
    for (lo, owed, holder) in [(0, 150, BANK), (300, 150, S2), (600, 200, S1)] {
        let before = fragment_at(&book, TAG, lo);
        let after = book.writes_off(lo, owed, holder);
        assert_eq!(after.state, FragmentState::WrittenOff);
        let as_before = Fragment {
            reference: before.reference,
            state: before.state,
            ..after
        };
        assert_eq!(as_before, before);
    }
    for (earlier, cash) in [(&[500][..], 333), (&[500, 333], 167)] {
        let sheet = book.next_cash(earlier, cash);
        assert_eq!(sheet, as_if_not.next_cash(earlier, cash));
        assert_eq!(sheet.credits().len(), 3);
    }
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn only_in_default_and_only_while_something_is_owed() {
    let mut book = passed(Recourse::Without);
    let own = fragment_at(&book, TAG, 600);
    assert_eq!(book.refuses(&own, write_off(400), S1), "not_in_default");
    book.go_to(day("2026-05-04"));
    assert_eq!(book.refuses(&own, write_off(400), S1), "not_in_default");
    book.default(TAG, 1_000);
    book.settle(paper(TAG), &[], 1_000);
    assert_eq!(book.refuses(&own, write_off(400), S1), "paper_not_active");
}

#[test]
fn only_the_holders_own_living_key() {
    let mut book = in_default(Recourse::Without, 0);
    let own = fragment_at(&book, TAG, 300);
    for (signer, code) in [
        (S1, "wrong_signer"),
        (BANK, "wrong_signer"),
        (OBLIGOR, "wrong_signer"),
        (BOOK, "wrong_signer"),
        (STRANGER, "unknown_key"),
        (REVOKED, "revoked_key"),
    ] {
        assert_eq!(book.refuses(&own, write_off(300), signer), code, "{signer}");
    }
    // A signature over something else.
    let entry = book.act_entry(&own, 300, write_off(300));
    let other = book.act_entry(&own, 300, write_off(299)).to_bytes();
    let bent = SealedEntry::new(entry, vec![signer(S2).sign(Seat::Holder, &other)]);
    assert_eq!(refuse_sealed(&mut book, bent), "bad_signature");
}

#[test]
fn recourse_comes_first() {
    let mut book = in_default(Recourse::With, 0);
    let of_s2 = fragment_at(&book, TAG, 300);
    assert_eq!(book.refuses(&of_s2, write_off(300), S2), "recourse_open");
    // Whoever has it from the obligor, or without recourse, has nobody before it.
    book.writes_off(600, 400, S1);
    book.writes_off(0, 300, BANK);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn what_waits_for_money_or_is_not_free_is_not_written_off() {
    let mut book = in_default(Recourse::With, 0);
    let of_s2 = fragment_at(&book, TAG, 300);
    let claim = book.claim_back(&of_s2, S1, 300);
    let waits = left(book.act(&of_s2, 300, claim, &[S2, S1]));
    assert_eq!(book.refuses(&waits, write_off(300), S2), "payout_open");
    left(book.act(&waits, 300, complete(), &[BOOK]));

    let mut book = passed(Recourse::Without);
    let of_s2 = fragment_at(&book, TAG, 300);
    let until = day("2026-12-31");
    let frozen = left(book.act(&of_s2, 300, freeze(until), &[BOOK]));
    let of_s1 = fragment_at(&book, TAG, 600);
    let deed = deed(&of_s1, 400, BANK);
    let pledged = left(book.act(&of_s1, 400, pledge(&deed), &[BANK, S1]));
    book.go_to(day("2026-05-04"));
    book.default(TAG, 1_000);
    assert_eq!(
        book.refuses(&frozen, write_off(300), S2),
        "fragment_not_free"
    );
    assert_eq!(
        book.refuses(&pledged, write_off(400), S1),
        "fragment_not_free"
    );
    assert_eq!(book.refuses(&pledged, write_off(400), BANK), "wrong_signer");
}

#[test]
fn once_and_whole_and_with_its_evidence() {
    let mut book = in_default(Recourse::Without, 0);
    let own = fragment_at(&book, TAG, 600);
    for sum in [0, 401] {
        let code = book.refuses(&own, write_off(sum), S1);
        assert_eq!(code, "write_off_sum_does_not_fit", "{sum}");
    }
    let nothing = changed(400, |act| act.evidence = " ".to_owned());
    assert_eq!(book.refuses(&own, nothing, S1), "no_write_off_evidence");
    let entry = book.act_entry(&own, 100, write_off(100));
    assert_eq!(refused(&mut book, entry, &[S1]), "wrong_cut");
    let gone = book.writes_off(600, 400, S1);
    assert_eq!(
        book.refuses(&gone, write_off(400), S1),
        "already_written_off"
    );
    assert_eq!(book.refuses(&own, write_off(400), S1), "fragment_spent");
}

#[test]
fn nothing_but_money_comes_to_it_afterwards() {
    let mut book = in_default(Recourse::Limited(amount(100)), 0);
    let of_s2 = fragment_at(&book, TAG, 300);
    let claim = book.claim_back(&of_s2, S1, 100);
    let cut = book.act(&of_s2, 100, claim, &[S2, S1]).unwrap();
    left(book.act(&cut.left.unwrap(), 100, complete(), &[BOOK]));
    let gone = book.writes_off(400, 200, S2);
    let claim = book.claim_back(&gone, S1, 1);
    let entry = book.act_entry(&gone, 1, claim);
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "already_written_off");
    let acts = [offer(S1), Act::Split, pledge(&deed(&gone, 200, BANK))];
    for act in acts {
        let signers: &[u8] = match act {
            Act::Pledge { .. } => &[BANK, S2],
            _ => &[S2],
        };
        let entry = book.act_entry(&gone, 100, act);
        assert_eq!(refused(&mut book, entry, signers), "already_written_off");
    }
    let entry = book.act_entry(&gone, 200, freeze(book.today));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "already_written_off");
    verify(book.export().as_bytes()).unwrap();
}

/// The verifier's verdict on a last entry that only the whole journal can judge.
fn verdict(book: &mut Keeper, entry: Entry, signers: &[u8]) -> Result<(), Fault> {
    book.post(sign(entry, signers)).unwrap();
    verify(book.export().as_bytes()).map(|_report| ())
}

#[test]
fn the_verifier_knows_what_is_owed() {
    for (sum, right) in [(149, false), (150, true), (151, false)] {
        let mut book = in_default(Recourse::Without, 500);
        let own = fragment_at(&book, TAG, 300);
        let entry = book.act_entry(&own, 300, write_off(sum));
        let verdict = verdict(&mut book, entry, &[S2]);
        assert_eq!(verdict.is_ok(), right, "{sum}: {verdict:?}");
    }
}

fn code_of(verdict: Result<(), Fault>) -> &'static str {
    match verdict.unwrap_err().reason {
        Reason::Refused(refusal) => refusal.code(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_verifier_knows_what_a_limit_leaves() {
    // Nothing was claimed of what the leg allows.
    let mut book = in_default(Recourse::Limited(amount(100)), 0);
    let of_s2 = fragment_at(&book, TAG, 300);
    let entry = book.act_entry(&of_s2, 300, write_off(300));
    assert_eq!(code_of(verdict(&mut book, entry, &[S2])), "recourse_open");
    // All of it was, and the money is under way: it may be free again.
    let mut book = in_default(Recourse::Limited(amount(100)), 0);
    let of_s2 = fragment_at(&book, TAG, 300);
    let claim = book.claim_back(&of_s2, S1, 100);
    let rest = book
        .act(&of_s2, 100, claim, &[S2, S1])
        .unwrap()
        .right
        .unwrap();
    let entry = book.act_entry(&rest, 200, write_off(200));
    assert_eq!(code_of(verdict(&mut book, entry, &[S2])), "payout_open");
}

#[test]
fn the_obligor_and_neighbours_see_a_fragment_held() {
    let holder = party(S1);
    let cell = |state| Cell {
        range: ledger_core::range::Range::new(0, 1_000).unwrap(),
        depth_from: 0,
        depth_to: 1,
        holder,
        state: CellState::Live(state),
        received: ledger_core::hash::EntryHash::from_bytes([1; 32]),
        leg: ledger_core::range::Range::new(0, 1_000).unwrap(),
    };
    let (off, held) = (cell(FragmentState::WrittenOff), cell(FragmentState::Held));
    for viewer in [Viewer::Obligor, Viewer::Holder(party(S2))] {
        assert_eq!(
            visible_to(viewer, std::slice::from_ref(&off)),
            visible_to(viewer, std::slice::from_ref(&held))
        );
    }
    for viewer in [Viewer::Auditor, Viewer::Holder(holder)] {
        let seen = visible_to(viewer, std::slice::from_ref(&off));
        let state = CellState::Live(FragmentState::WrittenOff);
        assert_eq!(seen[0].state, SeenState::Known(state));
    }
}

#[test]
fn the_bytes_of_a_write_off_are_pinned() {
    let mut book = in_default(Recourse::Without, 500);
    book.writes_off(300, 150, S2);
    let all = vectors(&book.journal);
    let produced: String = all
        .lines()
        .filter(|line| line.starts_with("write_off ") || line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 2);
    let pinned = include_str!("../../../fixtures/golden/entries-write-offs.txt");
    compare("entries-write-offs.txt", pinned, &produced);
    let sealed = book.journal.last().unwrap();
    let body = sealed.entry().to_bytes();
    assert_eq!(&Entry::from_bytes(&body).unwrap(), sealed.entry());
    every_byte_of_the_last_entry_counts(&book);
}

proptest! {
    /// Whoever writes off what and when: every receipt is shared out to the cent as it would have been.
    #[test]
    fn a_write_off_changes_no_credit(
        receipts in prop::collection::vec(1_i64..400, 1..6),
        order in prop::collection::vec(0_usize..4, 1..6),
    ) {
        let mut book = in_default(Recourse::Without, 0);
        let mut as_if_not = book.clone();
        let mut earlier: Vec<i64> = Vec::new();
        let mut received = [0_i64; 3];
        let parts = [(0, 300, BANK), (300, 300, S2), (600, 400, S1)];
        for (at, cash) in receipts.into_iter().enumerate() {
            let who = order.get(at).copied().unwrap_or(3);
            if let Some((lo, units, holder)) = parts.get(who).copied()
                && fragment_at(&book, TAG, lo).state == FragmentState::Held
                && units > received[who]
            {
                book.writes_off(lo, units - received[who], holder);
            }
            let cash = cash.min(1_000 - earlier.iter().sum::<i64>());
            if cash <= 0 {
                break;
            }
            let sheet = book.next_cash(&earlier, cash);
            prop_assert_eq!(&sheet, &as_if_not.next_cash(&earlier, cash));
            for credit in sheet.credits() {
                let own = parts.iter().position(|part| party(part.2) == credit.holder);
                received[own.unwrap()] += credit.amount.minor();
            }
            earlier.push(cash);
        }
        verify(book.export().as_bytes()).unwrap();
    }
}

proptest! {
    /// However a holder's units lie in fragments, these together are owed what the holder is.
    #[test]
    fn fragments_are_owed_what_their_holder_is(
        parts in prop::collection::vec(1_i64..5_000, 1..9),
        share in 0_i64..=1_000,
    ) {
        let whole: i64 = parts.iter().sum();
        let received = whole * share / 1_000;
        let (mut below, mut owed) = (0, 0);
        for units in parts {
            let one = owed_on(units, (whole, below), received);
            prop_assert!(0 <= one && one <= units);
            below += units;
            owed += one;
        }
        prop_assert_eq!(owed, whole - received);
    }
}
