//! Early redemption: the obligor pays a paper before it is due, to every holder on the same terms.

use chrono::Days;
use ledger_core::act::Act;
use ledger_core::agreement::Change;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::lineage::CellState;
use ledger_core::lineage::icicle;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::pricing::PricingError;
use ledger_core::redemption::RedemptionOffer;
use ledger_core::seats::seats;
use ledger_core::signature::Seat;
use ledger_core::terms::PaperTerms;

use crate::events::freeze;
use crate::golden::compare;
use crate::golden::fragment_at;
use crate::golden::left;
use crate::golden::vectors;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::refusals::active;
use crate::refusals::refuse_sealed;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

const PAPER: u8 = 0x70;

/// Terms under which the obligor may pay early.
pub(crate) const EARLY: PaperTerms = PaperTerms {
    payment: PaymentTerms {
        early_redemption: EarlyRedemption::EqualTerms,
        ..PaymentTerms::FIRST_FORM
    },
    ..TERMS
};

impl Keeper {
    /// A paper under [`EARLY`] terms, accepted.
    pub(crate) fn active_early(&mut self, tag: u8, face: i64) -> Fragment {
        let mut entry = self.issue_entry(tag, face);
        if let Act::Issue(issue) = &mut entry.act {
            issue.terms = EARLY;
        }
        let waiting = left(self.post(sign(entry, &[OBLIGOR, CHECKER])));
        left(self.act(&waiting, face, Act::Accept, &[S1]))
    }

    /// An offer of 3.60 % a year over days of 360, payable in ten days.
    pub(crate) fn redemption(&self, of: &Fragment) -> RedemptionOffer {
        let paper = self.ledger.paper(of.paper).unwrap();
        RedemptionOffer {
            id: [of.paper.bytes()[0]; 16],
            paper: paper.id,
            issued_by: paper.issued_by,
            due_date: paper.due_date,
            pay_date: self.today + Days::new(10),
            percent: "3.6".parse().unwrap(),
            day_count: DayCount::Actual360,
            accept_by: self.today + Days::new(5),
        }
    }

    pub(crate) fn accept_entry(&self, of: &Fragment, offer: &RedemptionOffer) -> Entry {
        let act = Act::AcceptRedemption {
            offer: offer.to_bytes(),
        };
        self.act_entry(of, of.range.amount().minor(), act)
    }

    /// The holder accepts.
    pub(crate) fn accept_early(&mut self, of: &Fragment, holder: u8) -> Fragment {
        let entry = self.accept_entry(of, &self.redemption(of));
        left(self.post(sign(entry, &[OBLIGOR, CHECKER, holder])))
    }

    /// The obligor's bank has paid.
    pub(crate) fn redeem(&mut self, of: &Fragment) -> Fragment {
        let size = of.range.amount().minor();
        left(self.act(of, size, complete(), &[BOOK]))
    }
}

fn complete() -> Act {
    Act::CompleteRedemption {
        evidence: evidence(41),
    }
}

fn release() -> Act {
    Act::ReleaseRedemption {
        evidence: evidence(42),
    }
}

/// 100,000 units, of which the second supplier holds 30,000 in front.
fn two_holders() -> (Keeper, Fragment, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active_early(PAPER, 100_000);
    let cut = book.act(&whole, 30_000, offer(S2), &[S1]).unwrap();
    let second = left(book.act(&cut.left.unwrap(), 30_000, Act::AcceptOffer, &[S2]));
    (book, second, cut.right.unwrap())
}

fn changed(book: &Keeper, of: &Fragment, change: impl FnOnce(&mut RedemptionOffer)) -> Entry {
    let mut offer = book.redemption(of);
    change(&mut offer);
    book.accept_entry(of, &offer)
}

#[test]
fn a_holder_accepts_and_the_bank_redeems() {
    let (mut book, second, first) = two_holders();
    let locked = book.accept_early(&second, S2);
    let waiting = FragmentState::FinanceLocked {
        provider: party(OBLIGOR),
    };
    assert_eq!((locked.holder, locked.state), (party(S2), waiting));
    let redeemed = book.redeem(&locked);
    assert_eq!(
        (redeemed.holder, redeemed.state, redeemed.tier),
        (party(OBLIGOR), FragmentState::Redeemed, second.tier)
    );
    let paper_now = book.ledger.paper(paper(PAPER)).unwrap();
    assert_eq!(paper_now.state, PaperState::Active);
    assert_eq!(paper_now.redeemed, amount(30_000));
    assert_eq!(paper_now.payable_at_maturity(), amount(70_000));
    assert_eq!(
        (paper_now.paid(), paper_now.owed()),
        (Amount::ZERO, amount(70_000))
    );
    // The other holder decides for itself.
    let other = fragment_at(&book, PAPER, 30_000);
    assert_eq!((other, other.state), (first, FragmentState::Held));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn what_is_redeemed_moves_to_nobody() {
    let (mut book, second, _first) = two_holders();
    let locked = book.accept_early(&second, S2);
    let redeemed = book.redeem(&locked);
    let bid = quote(&redeemed, 30_000, BANK, book.today);
    let of_redeemed = book.redemption(&redeemed);
    let again = Act::AcceptRedemption {
        offer: of_redeemed.to_bytes(),
    };
    for (act, by) in [
        (Act::Split, vec![OBLIGOR]),
        (offer(S3), vec![OBLIGOR]),
        (retransfer(BANK), vec![OBLIGOR]),
        (agree(&bid), vec![BANK, OBLIGOR]),
        (pledge(&deed(&redeemed, 30_000, BANK)), vec![BANK, OBLIGOR]),
        (freeze(day("2026-03-01")), vec![BOOK]),
        (again, vec![OBLIGOR, CHECKER, OBLIGOR]),
        (book.reverse(&redeemed), vec![BOOK]),
    ] {
        let entry = book.act_entry(&redeemed, 30_000, act);
        assert_eq!(refused(&mut book, entry, &by), "fragment_not_free");
    }
    for act in [complete(), release()] {
        let entry = book.act_entry(&redeemed, 30_000, act);
        assert_eq!(refused(&mut book, entry, &[BOOK]), "nothing_to_answer");
    }
}

#[test]
fn the_banks_no_gives_the_fragment_back() {
    let (mut book, second, _first) = two_holders();
    let locked = book.accept_early(&second, S2);
    let free = left(book.act(&locked, 30_000, release(), &[BOOK]));
    assert_eq!((free.holder, free.state), (party(S2), FragmentState::Held));
    let redeemed = book.ledger.paper(paper(PAPER)).unwrap().redeemed;
    assert_eq!(redeemed, Amount::ZERO);
    // It may be passed on, or redeemed after all.
    left(book.act(&free, 30_000, offer(S3), &[S2]));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_sale_and_a_redemption_are_not_concluded_for_each_other() {
    let (mut book, second, first) = two_holders();
    let locked = book.accept_early(&second, S2);
    let bid = quote(&first, 70_000, BANK, book.today);
    let sold = left(book.act(&first, 70_000, agree(&bid), &[BANK, S1]));
    let purchase = Act::ReleaseDiscount {
        evidence: evidence(3),
    };
    for act in [complete_registered(3), purchase] {
        let entry = book.act_entry(&locked, 30_000, act);
        assert_eq!(refused(&mut book, entry, &[BOOK]), "nothing_to_answer");
    }
    for act in [complete(), release()] {
        let entry = book.act_entry(&sold, 70_000, act);
        assert_eq!(refused(&mut book, entry, &[BOOK]), "nothing_to_answer");
    }
    // Neither the obligor nor the holder says what the bank has done.
    for by in [OBLIGOR, S2] {
        let entry = book.act_entry(&locked, 30_000, complete());
        assert_eq!(refused(&mut book, entry, &[by]), "wrong_signer");
    }
}

#[test]
fn an_offer_keeps_to_the_papers_terms_and_to_its_days() {
    let (mut book, second, first) = two_holders();
    let by = [OBLIGOR, CHECKER, S2];
    for (entry, reason) in [
        (
            changed(&book, &second, |o| {
                o.issued_by = EntryHash::from_bytes([9; 32])
            }),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.due_date = day("2026-05-02")),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.pay_date = o.due_date),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.pay_date = o.accept_by - Days::new(1)),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.percent = "-1".parse().unwrap()),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.percent = "100.1".parse().unwrap()),
            "redemption_does_not_fit",
        ),
        (
            changed(&book, &second, |o| o.accept_by = day("2026-02-01")),
            "redemption_ended",
        ),
    ] {
        assert_eq!(refused(&mut book, entry, &by), reason);
    }
    // All of a fragment or nothing of it.
    let mut part = changed(&book, &second, |_| {});
    part.cut.mid -= 1;
    assert_eq!(refused(&mut book, part, &by), "wrong_cut");
    left(book.act(&first, 70_000, offer(S3), &[S1]));
    let open = fragment_at(&book, PAPER, 30_000);
    let entry = changed(&book, &open, |_| {});
    assert_eq!(
        refused(&mut book, entry, &[OBLIGOR, CHECKER, S1]),
        "fragment_not_free"
    );
    // From the due date on it is paid, not redeemed.
    let mut late = changed(&book, &second, |o| o.accept_by = day("2026-06-01"));
    book.go_to(day("2026-05-03"));
    late.date = book.today;
    assert_eq!(refused(&mut book, late, &by), "past_maturity");
    // Who took a paper that doesn't foresee it is not asked.
    let (mut book, whole) = active();
    let entry = changed(&book, &whole, |_| {});
    assert_eq!(
        refused(&mut book, entry, &[OBLIGOR, CHECKER, S1]),
        "early_not_foreseen"
    );
}

#[test]
fn two_people_of_the_obligor_and_the_holder_sign() {
    let (mut book, second, _first) = two_holders();
    let entry = changed(&book, &second, |_| {});
    assert_eq!(
        seats(&entry.act),
        [Seat::Maker, Seat::Checker, Seat::Holder]
    );
    for (by, reason) in [
        (vec![OBLIGOR, CHECKER], "missing_signature"),
        (vec![OBLIGOR, OBLIGOR, S2], "same_person"),
        (vec![OBLIGOR, CHECKER, S1], "wrong_signer"),
        (vec![S2, CHECKER, S2], "wrong_signer"),
        (vec![OBLIGOR, REVOKED, S2], "revoked_key"),
        (vec![OBLIGOR, STRANGER, S2], "unknown_key"),
    ] {
        assert_eq!(refused(&mut book, entry.clone(), &by), reason);
    }
    // The obligor signs the offer, the holder the entry: one doesn't stand for the other.
    let mut other = book.redemption(&second);
    other.percent = "9".parse().unwrap();
    let mut sealed = sign(entry.clone(), &[OBLIGOR, CHECKER, S2])
        .signatures()
        .to_vec();
    sealed[0] = signer(OBLIGOR).sign(Seat::Maker, &other.to_bytes());
    let bent = ledger_core::entry::SealedEntry::new(entry.clone(), sealed.clone());
    assert_eq!(refuse_sealed(&mut book, bent), "bad_signature");
    sealed[0] = signer(OBLIGOR).sign(Seat::Maker, &entry.to_bytes());
    let bent = ledger_core::entry::SealedEntry::new(entry, sealed);
    assert_eq!(refuse_sealed(&mut book, bent), "bad_signature");
}

#[test]
fn the_rebate_is_simple_interest_rounded_once() {
    let (book, second, _first) = two_holders();
    let mut offer = book.redemption(&second);
    // 12 February to 3 May: 80 days. 30,000 × 3.6 % × 80 / 360 = 240 exactly.
    let price = offer.price(amount(30_000)).unwrap();
    assert_eq!(
        (price.days, price.rebate, price.payment),
        (80, amount(240), amount(29_760))
    );
    // 30,001 × 3.6 % × 80 / 365 = 236.7…: half-up to the unit.
    offer.day_count = DayCount::Actual365Fixed;
    assert_eq!(offer.price(amount(30_001)).unwrap().rebate, amount(237));
    offer.percent = "0".parse().unwrap();
    let par = offer.price(amount(30_000)).unwrap();
    assert_eq!((par.rebate, par.payment), (Amount::ZERO, amount(30_000)));
    offer.percent = "100".parse().unwrap();
    offer.pay_date = offer.due_date - Days::new(365);
    assert_eq!(
        offer.price(amount(1)),
        Err(PricingError::ProceedsNotPositive)
    );
}

#[test]
fn nobody_collects_from_the_obligor_for_the_obligor() {
    let (mut book, second, first) = two_holders();
    let cut = book.act(&first, 20_000, offer(S3), &[S1]).unwrap();
    left(book.act(&cut.left.unwrap(), 20_000, Act::AcceptOffer, &[S3]));
    let locked = book.accept_early(&second, S2);
    // While the money is under way the paper is not closed.
    let due = day("2026-05-03");
    let mut open = book.clone();
    open.go_to(due);
    let (entry, _sheet) = open.settle_entry(paper(PAPER), &[], 10_000);
    assert_eq!(refused(&mut open, entry, &[BOOK]), "payout_open");
    book.redeem(&locked);
    book.go_to(due);
    // A short receipt is shared among the others only.
    let (_entry, sheet) = book.settle_entry(paper(PAPER), &[], 35_000);
    let shares: Vec<(u8, i64)> = sheet
        .credits()
        .iter()
        .map(|credit| (credit.holder.bytes()[0], credit.amount.minor()))
        .collect();
    assert_eq!(shares, [(OBLIGOR, 0), (S3, 10_000), (S1, 25_000)]);
    assert_eq!(sheet.earlier(), [amount(30_000)]);
    book.settle(paper(PAPER), &[], 35_000);
    let paper_now = book.ledger.paper(paper(PAPER)).unwrap();
    assert_eq!(
        (paper_now.paid(), paper_now.owed()),
        (amount(35_000), amount(35_000))
    );
    // The whole face would pay the obligor's own part again.
    let face = ledger_core::hash::SheetDigest::from_bytes([1; 32]);
    let too_much = Act::Settle {
        cash_total: amount(100_000),
        sheet: face,
        evidence: evidence(1),
    };
    let mut entry = book.entry(Some(paper(PAPER)), None, too_much);
    (entry.cut.mid, entry.cut.hi) = (100_000, 100_000);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "wrong_cash");
    book.settle(paper(PAPER), &[35_000], 35_000);
    let paper_now = book.ledger.paper(paper(PAPER)).unwrap();
    assert_eq!(paper_now.state, PaperState::Settled);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_sheet_that_pays_the_obligor_itself_does_not_verify() {
    let (mut book, second, _first) = two_holders();
    let locked = book.accept_early(&second, S2);
    book.redeem(&locked);
    book.go_to(day("2026-05-03"));
    let leaves: Vec<_> = book.leaves(paper(PAPER));
    let by_units = ledger_core::clearing::clear(
        ledger_core::clearing_sheet::ClearingRule::V1,
        amount(100_000),
        &leaves,
        &[],
        amount(50_000),
    )
    .unwrap();
    let (mut entry, _sheet) = book.settle_entry(paper(PAPER), &[], 50_000);
    entry.act = Act::Settle {
        cash_total: amount(50_000),
        sheet: by_units.digest(),
        evidence: evidence(77),
    };
    let n = book.journal.len();
    book.post(sign(entry, &[BOOK])).unwrap();
    book.sheets
        .push((n, paper(PAPER), by_units.canonical_bytes()));
    assert!(verify(book.export().as_bytes()).is_err());
}

#[test]
fn a_paper_is_settled_when_the_last_part_is_redeemed() {
    let (mut book, second, first) = two_holders();
    for (fragment, holder) in [(second, S2), (first, S1)] {
        let locked = book.accept_early(&fragment, holder);
        book.redeem(&locked);
    }
    let paper_now = book.ledger.paper(paper(PAPER)).unwrap();
    assert_eq!(paper_now.state, PaperState::Settled);
    assert_eq!(paper_now.redeemed, amount(100_000));
    assert_eq!(paper_now.owed(), Amount::ZERO);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_later_date_takes_no_consent_of_what_is_redeemed_and_nothing_of_it_is_void() {
    let (mut book, second, _first) = two_holders();
    let locked = book.accept_early(&second, S2);
    let later = Change::Extend {
        maturity: day("2026-06-01"),
        due_date: day("2026-06-01"),
        calendar: "CN".to_owned(),
    };
    // An offer whose money is under way rests on the old date.
    let sealed = book.agreed(&book.agreement(PAPER, later.clone()), &[S1, S2]);
    assert_eq!(refuse_sealed(&mut book, sealed), "fragment_not_free");
    book.redeem(&locked);
    let void = book.agreed(&book.agreement(PAPER, Change::Void), &[S1]);
    assert_eq!(refuse_sealed(&mut book, void), "fragment_not_free");
    let before = book.redemption(&fragment_at(&book, PAPER, 30_000));
    book.post(book.agreed(&book.agreement(PAPER, later), &[S1]))
        .unwrap();
    // An offer made for the old date is over.
    let rest = fragment_at(&book, PAPER, 30_000);
    let entry = book.accept_entry(&rest, &before);
    assert_eq!(
        refused(&mut book, entry, &[OBLIGOR, CHECKER, S1]),
        "redemption_does_not_fit"
    );
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn late_interest_is_asked_on_what_was_not_redeemed() {
    let mut book = Keeper::new();
    let mut entry = book.issue_entry(PAPER, 100_000);
    if let Act::Issue(issue) = &mut entry.act {
        issue.terms = crate::arrears::LATE;
        issue.terms.payment.early_redemption = EarlyRedemption::EqualTerms;
    }
    let waiting = left(book.post(sign(entry, &[OBLIGOR, CHECKER])));
    let whole = left(book.act(&waiting, 100_000, Act::Accept, &[S1]));
    let cut = book.act(&whole, 50_000, Act::Split, &[S1]).unwrap();
    let locked = book.accept_early(&cut.left.unwrap(), S1);
    book.redeem(&locked);
    book.go_to(day("2026-05-04"));
    book.default(PAPER, 50_000);
    book.go_to(day("2026-05-12"));
    book.settle(paper(PAPER), &[], 50_000);
    // Nine days of 0.05 percent on 50,000, and not on the face.
    let receipts = [(day("2026-05-12"), 50_000)];
    let (entry, _sheet) = book.interest(PAPER, &receipts, 450, &[], 450);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "interest_does_not_fit");
    book.pay_interest(PAPER, &receipts, 225, &[], 225);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn the_picture_shows_the_obligor_below_the_holder_it_has_paid() {
    let (mut book, second, _first) = two_holders();
    let locked = book.accept_early(&second, S2);
    book.redeem(&locked);
    let cells = icicle(&book.steps(PAPER));
    let last = cells
        .iter()
        .find(|cell| cell.holder == party(OBLIGOR))
        .unwrap();
    assert_eq!(last.range, second.range);
    assert_eq!(last.state, CellState::Live(FragmentState::Redeemed));
}

#[test]
fn an_offer_has_one_canonical_form_and_the_acts_are_pinned() {
    let (mut book, second, first) = two_holders();
    let offer = book.redemption(&second);
    let bytes = offer.to_bytes();
    assert_eq!(bytes[0], 0xa3);
    assert_eq!(RedemptionOffer::from_bytes(&bytes).unwrap(), offer);
    assert!(RedemptionOffer::from_bytes(&bytes[1..]).is_err());
    let entry = book.act_entry(
        &second,
        30_000,
        Act::AcceptRedemption {
            offer: bytes[1..].to_vec(),
        },
    );
    assert_eq!(
        refused(&mut book, entry, &[OBLIGOR, CHECKER, S2]),
        "wrong_shape"
    );
    let locked = book.accept_early(&second, S2);
    book.redeem(&locked);
    let locked = book.accept_early(&first, S1);
    left(book.act(&locked, 70_000, release(), &[BOOK]));
    let all = vectors(&book.journal);
    let produced: String = all
        .lines()
        .filter(|line| line.starts_with('#') || line.starts_with("redemption_"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 1 + 3);
    let pinned = include_str!("../../../fixtures/golden/entries-redemptions.txt");
    compare("entries-redemptions.txt", pinned, &produced);
}

#[test]
fn a_file_with_redemptions_verifies_and_no_bit_of_them_can_be_changed() {
    let (mut book, second, first) = two_holders();
    let locked = book.accept_early(&second, S2);
    book.redeem(&locked);
    let locked = book.accept_early(&first, S1);
    left(book.act(&locked, 70_000, release(), &[BOOK]));
    let file = book.export();
    verify(file.as_bytes()).unwrap();
    let lines: Vec<&str> = file.split_inclusive('\n').collect();
    for (n, sealed) in book.journal.iter().enumerate() {
        if !sealed.entry().act.name().starts_with("redemption_") {
            continue;
        }
        let line = lines[n + 1];
        for at in (0..line.len() - 1).step_by(7) {
            let mut bent = line.as_bytes().to_vec();
            bent[at] = if bent[at] == b'B' { b'C' } else { b'B' };
            let bent = String::from_utf8(bent).unwrap();
            let mut changed = lines.clone();
            changed[n + 1] = &bent;
            assert!(verify(changed.concat().as_bytes()).is_err());
        }
    }
}
