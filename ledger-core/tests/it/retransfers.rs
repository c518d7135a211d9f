//! Re-transfers between finance providers: who may, on what, and what follows for those behind.

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::retransfer::RetransferAct;

use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::active;
use crate::refusals::issue;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

const OTHER: u8 = BANKS[1];

/// What `bank` has bought of S1's fragment.
fn bought(book: &mut Keeper, from: &Fragment, take: i64, bank: u8) -> Fragment {
    let bid = quote(from, take, bank, book.today);
    let locked = book.act(from, take, agree(&bid), &[bank, S1]).unwrap();
    let locked = locked.left.unwrap();
    let paid = book.act(&locked, take, complete_registered(9), &[BOOK]);
    paid.unwrap().left.unwrap()
}

#[test]
fn a_bank_passes_on_to_another_on_their_contract_and_takes_no_tier() {
    let (mut book, whole) = active();
    let mine = bought(&mut book, &whole, 1_000, BANK);
    let offered = book
        .act(&mine, 400, retransfer(OTHER), &[BANK])
        .unwrap()
        .left
        .unwrap();
    assert_eq!(offered.holder, party(BANK));
    let entry = book.act_entry(&offered, 400, Act::AcceptOffer);
    assert_eq!(refused(&mut book, entry.clone(), &[BANK]), "wrong_signer");
    let theirs = book.post(sign(entry, &[OTHER])).unwrap().left.unwrap();
    assert_eq!((theirs.holder, theirs.tier), (party(OTHER), mine.tier));
    // And back again, and the rest may be recalled or declined as any offer.
    let back = book.act(&theirs, 400, retransfer(BANK), &[OTHER]).unwrap();
    let back = back.left.unwrap();
    let declined = book.act(&back, 400, Act::DeclineOffer, &[BANK]).unwrap();
    assert_eq!(declined.left.unwrap().holder, party(OTHER));
    let rest = *book
        .ledger
        .fragments()
        .find(|f| f.holder == party(BANK))
        .unwrap();
    let open = book.act(&rest, 600, retransfer(OTHER), &[BANK]).unwrap();
    let open = open.left.unwrap();
    book.act(&open, 600, Act::RecallOffer, &[BANK]).unwrap();
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn only_finance_providers_and_only_on_a_contract() {
    let (mut book, whole) = active();
    let front = book.act(&whole, 300, Act::Split, &[S1]).unwrap();
    let supplier = front.left.unwrap();
    let mine = bought(&mut book, &front.right.unwrap(), 700, BANK);
    let entry = book.act_entry(&supplier, 300, retransfer(BANK));
    assert_eq!(refused(&mut book, entry, &[S1]), "wrong_kind_of_party");
    for (to, code) in [
        (S2, "wrong_kind_of_party"),
        (OBLIGOR, "wrong_kind_of_party"),
        (BANK, "self_transfer"),
    ] {
        let entry = book.act_entry(&mine, 700, retransfer(to));
        assert_eq!(refused(&mut book, entry, &[BANK]), code);
    }
    let nameless = Act::OfferRetransfer(RetransferAct {
        to: party(OTHER),
        recourse: Recourse::Without,
        contract: "  ".to_owned(),
    });
    let entry = book.act_entry(&mine, 700, nameless);
    assert_eq!(refused(&mut book, entry, &[BANK]), "no_financing_contract");
    assert_eq!(Refusal::NoFinancingContract.article(), None);
    // A supplier's offer is no way to a bank either: there it is a sale.
    let entry = book.act_entry(&supplier, 300, offer(BANK));
    assert_eq!(refused(&mut book, entry, &[S1]), "wrong_kind_of_party");
    let due = book.ledger.paper(mine.paper).unwrap().due_date;
    let entry = book.act_entry(&mine, 700, retransfer(OTHER));
    book.go_to(due);
    let late = Entry { date: due, ..entry };
    assert_eq!(refused(&mut book, late, &[BANK]), "past_maturity");
}

#[test]
fn the_obligors_mark_binds_banks_too_but_depth_is_for_suppliers() {
    for (transferable, code) in [(false, Some("not_transferable")), (true, None)] {
        let mut book = Keeper::new();
        let mut strict = issue(&book, 1_000, |i| {
            i.terms.transferable = transferable;
            i.terms.maximum_tier = 1;
        });
        strict.paper = Some(paper(0x60));
        let waiting = book.post(sign(strict, &[OBLIGOR, CHECKER])).unwrap();
        let waiting = waiting.left.unwrap();
        let whole = book.act(&waiting, 1_000, Act::Accept, &[S1]).unwrap();
        let mine = bought(&mut book, &whole.left.unwrap(), 1_000, BANK);
        let entry = book.act_entry(&mine, 1_000, retransfer(OTHER));
        match code {
            Some(code) => assert_eq!(refused(&mut book, entry, &[BANK]), code),
            None => assert!(book.post(sign(entry, &[BANK])).is_ok()),
        }
    }
}

#[test]
fn a_purchase_passed_on_is_not_undone() {
    let (mut book, whole) = active();
    let mine = bought(&mut book, &whole, 1_000, BANK);
    let undone = book.reverse(&mine);
    let offered = book.act(&mine, 1_000, retransfer(OTHER), &[BANK]).unwrap();
    let offered = offered.left.unwrap();
    let entry = book.act_entry(&offered, 1_000, undone.clone());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "fragment_not_free");
    let theirs = book.act(&offered, 1_000, Act::AcceptOffer, &[OTHER]);
    let theirs = theirs.unwrap().left.unwrap();
    let entry = book.act_entry(&theirs, 1_000, undone);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "not_that_purchase");
}
