//! Freezing by order and what ends it; offers that nobody answers. Beside the lawful way each test
//! tries what must not be.

use chrono::Days;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::freeze::FreezeAct;
use ledger_core::freeze::Hands;
use ledger_core::freeze::Order;
use ledger_core::freeze::UnfreezeAct;
use ledger_core::freeze::Unfreezing;
use ledger_core::lapse::LapseAct;
use ledger_core::lapse::OFFER_DAYS;
use ledger_core::lapse::last_day;
use ledger_core::lineage::CellState;
use ledger_core::lineage::Step;
use ledger_core::lineage::icicle;
use ledger_core::paper::PaperState;
use ledger_core::visibility::SeenState;
use ledger_core::visibility::Viewer;
use ledger_core::visibility::visible_to;

use crate::golden::left;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::active;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

pub(crate) fn order() -> Order {
    Order {
        authority: "Court of Example City".to_owned(),
        reference: "(2026) 1234".to_owned(),
    }
}

fn hands() -> Hands {
    Hands {
        proposed: "user:11".to_owned(),
        decided: "user:12".to_owned(),
    }
}

fn freeze_act(until: NaiveDate) -> FreezeAct {
    FreezeAct {
        order: order(),
        until,
        hands: hands(),
    }
}

pub(crate) fn freeze(until: NaiveDate) -> Act {
    Act::Freeze(Box::new(freeze_act(until)))
}

impl Keeper {
    fn maker_of(&self, fragment: &Fragment) -> SealedEntry {
        let made = |sealed: &&SealedEntry| sealed.hash() == fragment.reference.parent;
        self.journal.iter().find(made).unwrap().clone()
    }

    /// Ends the freeze of a fragment, with the entry that made it, whatever that is.
    pub(crate) fn thaw(&self, fragment: &Fragment, lifted: bool) -> Act {
        let ground = if lifted {
            Unfreezing::Lifted {
                order: order(),
                hands: hands(),
            }
        } else {
            Unfreezing::Ended
        };
        let made = self.maker_of(fragment);
        let of_freeze = |one: &SealedEntry| matches!(one.entry().act, Act::Freeze(_));
        let newest = || {
            self.journal
                .iter()
                .rev()
                .find(|one| of_freeze(one))
                .cloned()
        };
        let frozen = if of_freeze(&made) {
            made
        } else {
            newest().unwrap_or(made)
        };
        Act::Unfreeze(Box::new(UnfreezeAct { frozen, ground }))
    }

    pub(crate) fn lapse(&self, fragment: &Fragment) -> Act {
        let offered = self.maker_of(fragment);
        Act::LapseOffer(Box::new(LapseAct { offered }))
    }

    pub(crate) fn steps(&self, tag: u8) -> Vec<Step> {
        replayed(&self.journal)
            .iter()
            .filter(|one| one.sealed.entry().paper == Some(paper(tag)))
            .filter_map(|one| Step::of(&one.sealed, &one.applied))
            .collect()
    }
}

/// The same with the freeze's particulars changed.
fn with(book: &Keeper, on: &Fragment, take: i64, change: impl FnOnce(&mut FreezeAct)) -> Entry {
    let mut act = freeze_act(book.today);
    change(&mut act);
    book.act_entry(on, take, Act::Freeze(Box::new(act)))
}

#[test]
fn a_frozen_part_goes_nowhere_until_its_last_day_is_over() {
    let (mut book, whole) = active();
    let until = day("2026-02-10");
    let cut = book.act(&whole, 300, freeze(until), &[BOOK]).unwrap();
    let (frozen, rest) = (cut.left.unwrap(), cut.right.unwrap());
    assert_eq!(frozen.state, FragmentState::Frozen { pledgee: None });
    assert_eq!(
        (frozen.holder, rest.state),
        (party(S1), FragmentState::Held)
    );
    let bid = quote(&frozen, 300, BANK, book.today);
    for (act, by) in [
        (Act::Split, vec![S1]),
        (offer(S2), vec![S1]),
        (retransfer(BANK), vec![S1]),
        (agree(&bid), vec![BANK, S1]),
        (pledge(&deed(&frozen, 300, BANK)), vec![BANK, S1]),
        (freeze(until), vec![BOOK]),
    ] {
        let take = if act == Act::Split { 100 } else { 300 };
        let entry = book.act_entry(&frozen, take, act);
        assert_eq!(refused(&mut book, entry, &by), "fragment_not_free");
    }
    // The rest is as free as before.
    left(book.act(&rest, 700, offer(S2), &[S1]));
    // On its last day it stands; without another order nobody ends it.
    book.go_to(until);
    let ended = book.act_entry(&frozen, 300, book.thaw(&frozen, false));
    assert_eq!(refused(&mut book, ended, &[BOOK]), "freeze_stands");
    book.go_to(day("2026-02-11"));
    let ended = book.act_entry(&frozen, 300, book.thaw(&frozen, false));
    assert_eq!(refused(&mut book, ended.clone(), &[S1]), "wrong_signer");
    let free = left(book.post(sign(ended, &[BOOK])));
    assert_eq!(free.state, FragmentState::Held);
    left(book.act(&free, 300, offer(S2), &[S1]));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn an_order_lifts_a_freeze_before_its_day_and_nothing_else_does() {
    let (mut book, whole) = active();
    let frozen = left(book.act(&whole, 1_000, freeze(day("2026-03-31")), &[BOOK]));
    let lifted = |book: &Keeper, change: &dyn Fn(&mut Order, &mut Hands)| {
        let mut act = book.thaw(&frozen, true);
        if let Act::Unfreeze(unfreeze) = &mut act
            && let Unfreezing::Lifted { order, hands } = &mut unfreeze.ground
        {
            change(order, hands);
        }
        book.act_entry(&frozen, 1_000, act)
    };
    let nameless = lifted(&book, &|order, _| order.reference = " ".to_owned());
    assert_eq!(refused(&mut book, nameless, &[BOOK]), "no_order");
    let alone = lifted(&book, &|_, hands| hands.decided = hands.proposed.clone());
    assert_eq!(refused(&mut book, alone, &[BOOK]), "same_person");
    let own_will = lifted(&book, &|_, _| {});
    assert_eq!(refused(&mut book, own_will.clone(), &[S1]), "wrong_signer");
    // Another freeze's entry proves nothing about this fragment.
    let other = book.active(0x61, 100);
    let other = left(book.act(&other, 100, freeze(day("2026-02-05")), &[BOOK]));
    let borrowed = book.act_entry(&frozen, 1_000, book.thaw(&other, true));
    assert_eq!(refused(&mut book, borrowed, &[BOOK]), "not_that_freeze");
    let part = book.act_entry(&frozen, 400, book.thaw(&frozen, true));
    assert_eq!(refused(&mut book, part, &[BOOK]), "wrong_cut");
    let free = left(book.post(sign(own_will, &[BOOK])));
    let again = book.act_entry(&free, 1_000, book.thaw(&frozen, true));
    assert_eq!(refused(&mut book, again, &[BOOK]), "nothing_to_answer");
}

#[test]
fn nothing_is_frozen_by_the_operators_will() {
    let (mut book, whole) = active();
    let entry = with(&book, &whole, 1_000, |act| act.order.authority.clear());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "no_order");
    let entry = with(&book, &whole, 1_000, |act| act.order.reference.clear());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "no_order");
    let entry = with(&book, &whole, 1_000, |act| {
        act.hands.decided = act.hands.proposed.clone();
    });
    assert_eq!(refused(&mut book, entry, &[BOOK]), "same_person");
    let entry = with(&book, &whole, 1_000, |act| act.hands.proposed.clear());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "same_person");
    let entry = with(&book, &whole, 1_000, |act| act.until = day("2026-02-01"));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "order_ended");
    // Nobody else's key freezes: not the obligor's, the holder's own, a bank's.
    for by in [OBLIGOR, S1, BANK] {
        let entry = with(&book, &whole, 1_000, |_| {});
        assert_eq!(refused(&mut book, entry, &[by]), "wrong_signer");
    }
    // From the due date on there is only the payment.
    book.go_to(day("2026-05-03"));
    let entry = with(&book, &whole, 1_000, |_| {});
    assert_eq!(refused(&mut book, entry, &[BOOK]), "past_maturity");
}

#[test]
fn an_order_takes_a_fragment_out_of_an_offer_and_leaves_a_pledge_behind_it() {
    let (mut book, whole) = active();
    let until = day("2026-02-20");
    let cut = book.act(&whole, 400, offer(S2), &[S1]).unwrap();
    let (offered, rest) = (cut.left.unwrap(), cut.right.unwrap());
    // Only free cents can be cut: the rest of a cut is free.
    let part = book.act_entry(&offered, 100, freeze(until));
    assert_eq!(refused(&mut book, part, &[BOOK]), "wrong_cut");
    let frozen = left(book.act(&offered, 400, freeze(until), &[BOOK]));
    let taken = book.act_entry(&frozen, 400, Act::AcceptOffer);
    assert_eq!(refused(&mut book, taken, &[S2]), "wrong_signer");
    let lifted = book.act_entry(&frozen, 400, book.thaw(&frozen, true));
    let free = left(book.post(sign(lifted, &[BOOK])));
    assert_eq!((free.holder, free.state), (party(S1), FragmentState::Held));

    let pledged = book.act(&rest, 200, pledge(&deed(&rest, 200, BANK)), &[BANK, S1]);
    let (pledged, rest) = {
        let made = pledged.unwrap();
        (made.left.unwrap(), made.right.unwrap())
    };
    let frozen = left(book.act(&pledged, 200, freeze(until), &[BOOK]));
    let released = book.act_entry(&frozen, 200, Act::ReleasePledge);
    assert_eq!(refused(&mut book, released, &[BANK]), "nothing_to_answer");
    let lifted = book.act_entry(&frozen, 200, book.thaw(&frozen, true));
    let behind = left(book.post(sign(lifted, &[BOOK])));
    assert_eq!(
        behind.state,
        FragmentState::Pledged {
            pledgee: party(BANK)
        }
    );
    left(book.act(&behind, 200, Act::ReleasePledge, &[BANK]));

    // Whose a sold fragment is stands open.
    let bid = quote(&rest, 400, BANK, book.today);
    let sold = left(book.act(&rest, 400, agree(&bid), &[BANK, S1]));
    let entry = book.act_entry(&sold, 400, freeze(until));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "fragment_not_free");
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn an_order_is_not_bound_by_the_smallest_part() {
    let mut book = Keeper::new();
    let mut entry = book.issue_entry(0x62, 1_000);
    if let Act::Issue(issue) = &mut entry.act {
        issue.terms.minimum_fragment = amount(500);
    }
    let waiting = left(book.post(sign(entry, &[OBLIGOR, CHECKER])));
    let whole = left(book.act(&waiting, 1_000, Act::Accept, &[S1]));
    let entry = book.act_entry(&whole, 1, Act::Split);
    assert_eq!(refused(&mut book, entry, &[S1]), "below_minimum_fragment");
    left(book.act(&whole, 1, freeze(day("2026-02-20")), &[BOOK]));
}

#[test]
fn a_paper_is_not_closed_while_a_part_is_frozen() {
    let (mut book, whole) = active();
    let frozen = left(book.act(&whole, 250, freeze(day("2026-12-31")), &[BOOK]));
    book.go_to(day("2026-05-03"));
    let (entry, sheet) = book.settle_entry(paper(0x60), &[], 1_000);
    // Clearing itself stays the same pure sum: the frozen holder has its credit on the sheet.
    assert_eq!(sheet.rule(), ClearingRule::V1);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "part_frozen");
    let lifted = book.act_entry(&frozen, 250, book.thaw(&frozen, true));
    left(book.post(sign(lifted, &[BOOK])));
    book.settle(paper(0x60), &[], 1_000);
    let state = book.ledger.paper(paper(0x60)).unwrap().state;
    assert_eq!(state, PaperState::Settled);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn the_obligor_does_not_see_a_freeze_and_its_holder_does() {
    let (mut book, whole) = active();
    left(book.act(&whole, 250, freeze(day("2026-12-31")), &[BOOK]));
    let cells = icicle(&book.steps(0x60));
    let frozen = CellState::Live(FragmentState::Frozen { pledgee: None });
    assert!(cells.iter().any(|cell| cell.state == frozen));
    let seen = |viewer| {
        let seen = visible_to(viewer, &cells);
        seen.iter()
            .any(|cell| cell.state == SeenState::Known(frozen))
    };
    assert!(seen(Viewer::Holder(party(S1))));
    assert!(seen(Viewer::Auditor));
    assert!(!seen(Viewer::Obligor));
}

#[test]
fn an_offer_lapses_after_its_days_or_when_its_paper_falls_due() {
    let (mut book, whole) = active();
    let made_on = book.today;
    let cut = book.act(&whole, 400, offer(S2), &[S1]).unwrap();
    let (offered, rest) = (cut.left.unwrap(), cut.right.unwrap());
    assert_eq!(last_day(made_on), made_on + Days::new(OFFER_DAYS));
    book.go_to(last_day(made_on));
    let late = book.act(&rest, 100, offer(S2), &[S1]).unwrap();
    let late = late.left.unwrap();
    let entry = book.act_entry(&offered, 400, book.lapse(&offered));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "offer_stands");
    book.go_to(last_day(made_on) + Days::new(1));
    // Another offer's entry is not this one's; the platform's key alone, and nobody else's, records.
    let borrowed = book.act_entry(&late, 100, book.lapse(&offered));
    assert_eq!(refused(&mut book, borrowed, &[BOOK]), "not_that_offer");
    let entry = book.act_entry(&late, 100, book.lapse(&late));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "offer_stands");
    let entry = book.act_entry(&offered, 400, book.lapse(&offered));
    assert_eq!(refused(&mut book, entry.clone(), &[S2]), "wrong_signer");
    let free = left(book.post(sign(entry.clone(), &[BOOK])));
    assert_eq!((free.holder, free.state), (party(S1), FragmentState::Held));
    assert_eq!(refused(&mut book, entry, &[BOOK]), "fragment_spent");
    let free_one = book.act_entry(&free, 400, book.lapse(&offered));
    assert_eq!(refused(&mut book, free_one, &[BOOK]), "nothing_to_answer");
    let lately = left(book.act(&free, 400, offer(S2), &[S1]));
    book.go_to(day("2026-05-03"));
    let entry = book.act_entry(&lately, 400, book.lapse(&lately));
    left(book.post(sign(entry, &[BOOK])));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn the_particulars_have_one_canonical_form() {
    let (mut book, whole) = active();
    let cut = book.act(&whole, 400, offer(S2), &[S1]).unwrap();
    let lapse = book.lapse(&cut.left.unwrap());
    let frozen = left(book.act(&cut.right.unwrap(), 600, freeze(book.today), &[BOOK]));
    assert_eq!(frozen.reference.side, Side::Left);
    for act in [
        lapse,
        freeze(book.today),
        book.thaw(&frozen, false),
        book.thaw(&frozen, true),
    ] {
        let bytes = act.to_bytes();
        assert_eq!(Act::from_bytes(act.code(), &bytes).unwrap(), act);
        assert!(Act::from_bytes(act.code(), &bytes[..bytes.len() - 1]).is_err());
    }
    // An entry of another kind can't even be written as the one that froze or offered.
    let issue = book.journal.last().unwrap().clone();
    let bent = Act::LapseOffer(Box::new(LapseAct { offered: issue }));
    assert!(Act::from_bytes(bent.code(), &bent.to_bytes()).is_err());
}
