//! Recourse: who may turn to whom, for how much, and what the next receipt is shared by. Beside the
//! lawful way each test tries what must not be.

use ledger_core::act::Act;
use ledger_core::clearing::Leaf;
use ledger_core::clearing::clear_owed;
use ledger_core::clearing::gather;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EntryHash;
use ledger_core::legs::Leg;
use ledger_core::legs::PathEntry;
use ledger_core::legs::leg_to;
use ledger_core::recourse::Recourse;
use ledger_core::recourse_claim::RecourseAct;
use ledger_core::recourse_claim::RecourseClaim;
use ledger_core::recourse_claim::received_on;
use ledger_core::recourse_claim::recourse_due;
use ledger_core::shared_out::SharedOut;
use ledger_core::verify_fault::Fault;
use proptest::prelude::*;

use crate::golden::compare;
use crate::golden::fragment_at;
use crate::golden::left;
use crate::golden::vectors;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

pub(crate) const TAG: u8 = 0x71;

pub(crate) fn complete() -> Act {
    Act::CompleteRecourse {
        evidence: evidence(51),
    }
}

fn release() -> Act {
    Act::ReleaseRecourse {
        evidence: evidence(52),
    }
}

impl Keeper {
    /// The leg of a fragment as whoever keeps the book looks it up.
    pub(crate) fn looked_up(&self, fragment: FragmentRef) -> Option<Leg> {
        let mut path: Vec<&SealedEntry> = Vec::new();
        let mut at = Some(fragment);
        while let Some(reference) = at {
            let made = |sealed: &&SealedEntry| sealed.hash() == reference.parent;
            let maker = self.journal.iter().find(made).unwrap();
            at = maker.entry().spends;
            path.push(maker);
        }
        let of = |sealed: &SealedEntry| self.holders.get(&sealed.hash()).copied().unwrap();
        let path = path.into_iter().map(|sealed| PathEntry {
            sealed,
            holder: of(sealed),
        });
        leg_to(fragment, path)
    }

    fn leg_name(&self, fragment: &Fragment) -> EntryHash {
        let leg = self.looked_up(fragment.reference);
        leg.map_or(fragment.reference.parent, |leg| leg.moved_by)
    }

    fn claim(&self, fragment: &Fragment, against: u8) -> RecourseClaim {
        RecourseClaim {
            id: [against; 16],
            paper: fragment.paper,
            fragment: fragment.reference,
            range: fragment.range,
            claimant: fragment.holder,
            against: party(against),
            leg: self.leg_name(fragment),
        }
    }

    pub(crate) fn claim_back(&self, fragment: &Fragment, against: u8, sum: i64) -> Act {
        Act::AgreeRecourse(Box::new(RecourseAct {
            claim: self.claim(fragment, against).to_bytes(),
            amount: amount(sum),
        }))
    }

    /// The holder claims, the other agrees and pays: its fragment afterwards.
    fn paid_back(&mut self, fragment: &Fragment, holder: u8, against: u8, sum: i64) -> Fragment {
        let units = fragment.range.amount().minor();
        let act = self.claim_back(fragment, against, sum);
        let waits = left(self.act(fragment, units, act, &[holder, against]));
        left(self.act(&waits, units, complete(), &[BOOK]))
    }

    /// S1 400; S2 300 with recourse to S1; the bank 300 with recourse to S2. Nothing was paid on the
    /// due date, and 500 of the 1,000 since.
    pub(crate) fn in_default() -> Keeper {
        let mut book = Keeper::new();
        let whole = book.active(TAG, 1_000);
        let mut to_s2 = offer(S2);
        if let Act::Offer(offer) = &mut to_s2 {
            offer.recourse = Recourse::With;
        }
        let offered = left(book.act(&whole, 600, to_s2, &[S1]));
        let second = left(book.act(&offered, 600, Act::AcceptOffer, &[S2]));
        let mut bid = quote(&second, 300, BANK, book.today);
        bid.recourse = Recourse::With;
        let locked = left(book.act(&second, 300, agree(&bid), &[BANK, S2]));
        left(book.act(&locked, 300, complete_registered(9), &[BOOK]));
        book.go_to(day("2026-05-04"));
        book.default(TAG, 1_000);
        book.settle(paper(TAG), &[], 500);
        book
    }

    /// Shares out cash where fragments have moved, by what each holder is said to have received.
    fn settle_moved(
        &mut self,
        earlier: &[i64],
        cash: i64,
        received: &[(u8, i64)],
    ) -> ClearingSheet {
        let mut leaves: Vec<Leaf> = self
            .ledger
            .fragments()
            .map(|f| {
                let account = &self.ledger.party(f.holder).unwrap().account;
                Leaf {
                    range: f.range,
                    holder: f.holder,
                    account: AccountKey::of(&account.bank_code, &account.number),
                }
            })
            .collect();
        leaves.sort_by_key(|leaf| leaf.range.lo());
        let open: Vec<_> = gather(&leaves)
            .into_iter()
            .map(|claim| ledger_core::clearing::OpenClaim {
                received: received
                    .iter()
                    .find(|(holder, _)| party(*holder) == claim.holder)
                    .unwrap()
                    .1,
                claim,
            })
            .collect();
        let receipts: Vec<_> = earlier.iter().map(|cash| amount(*cash)).collect();
        let (mut entry, _) = self.settle_entry(paper(TAG), earlier, cash);
        let rule = ClearingRule::V1;
        let sheet = clear_owed(rule, amount(1_000), &open, &receipts, amount(cash)).unwrap();
        if let Act::Settle { sheet: digest, .. } = &mut entry.act {
            *digest = sheet.digest();
        }
        let n = self.journal.len();
        self.post(sign(entry, &[BOOK])).unwrap();
        self.sheets.push((n, paper(TAG), sheet.canonical_bytes()));
        sheet
    }
}

fn holders(book: &Keeper) -> Vec<(i64, i64, u8, u16)> {
    let mut held: Vec<_> = book
        .ledger
        .fragments()
        .map(|f| (f.range.lo(), f.range.hi(), f.holder.bytes()[0], f.tier))
        .collect();
    held.sort_unstable();
    held
}

#[test]
fn each_turns_to_the_one_before_and_steps_into_its_right() {
    let mut book = Keeper::in_default();
    assert_eq!(
        holders(&book),
        [(0, 300, BANK, 2), (300, 600, S2, 2), (600, 1_000, S1, 1)]
    );
    // The bank received 150 of 300 and turns to its seller for the rest.
    let of_bank = fragment_at(&book, TAG, 0);
    let back = book.paid_back(&of_bank, BANK, S2, 150);
    assert_eq!((back.holder, back.tier), (party(S2), 2));
    // What comes now is shared by what is owed on the units, whoever holds them.
    let sheet = book.settle_moved(&[500], 250, &[(S2, 300), (S1, 200)]);
    let credits: Vec<i64> = sheet.credits().iter().map(|c| c.amount.minor()).collect();
    assert_eq!(credits, [150, 100]);
    // S2 goes on to S1 with both parts: one was its own all the time, the other came back.
    for (lo, sum) in [(0, 75), (300, 75)] {
        let part = fragment_at(&book, TAG, lo);
        let back = book.paid_back(&part, S2, S1, sum);
        assert_eq!((back.holder, back.tier), (party(S1), 1));
    }
    // S1 has it from the obligor: there is nobody before it.
    let own = fragment_at(&book, TAG, 0);
    assert_eq!(book.looked_up(own.reference), None);
    assert_eq!(book.legs.newest(own.reference), None);
    let sheet = book.settle_moved(&[500, 250], 250, &[(S1, 750)]);
    assert_eq!(sheet.credits().len(), 1);
    assert!(sheet.owed().is_zero());
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_leg_that_is_undone_gives_its_place_to_the_one_before() {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let mut to_s2 = offer(S2);
    if let Act::Offer(offer) = &mut to_s2 {
        offer.recourse = Recourse::With;
    }
    let offered = left(book.act(&whole, 600, to_s2, &[S1]));
    let second = left(book.act(&offered, 600, Act::AcceptOffer, &[S2]));
    let first_leg = book.looked_up(second.reference).unwrap();
    assert_eq!(
        (first_leg.giver, first_leg.recipient),
        (party(S1), party(S2))
    );
    // Sold without recourse: nobody can turn to anybody, but the leg is on the path all the same.
    let bid = quote(&second, 300, BANK, book.today);
    let locked = left(book.act(&second, 300, agree(&bid), &[BANK, S2]));
    let bought = left(book.act(&locked, 300, complete_registered(9), &[BOOK]));
    let leg = book.looked_up(bought.reference).unwrap();
    assert_eq!((leg.giver, leg.recourse), (party(S2), Recourse::Without));
    // The money came back: the seller stands where it stood, with its right.
    let back = left(book.act(&bought, 300, book.reverse(&bought), &[BOOK]));
    assert_eq!(book.looked_up(back.reference), Some(first_leg));
    // So does the rest of every cut, whichever way it was made.
    for fragment in book.ledger.fragments() {
        let found = book.looked_up(fragment.reference);
        assert_eq!(found, book.legs.newest(fragment.reference));
        assert_eq!(found.is_some(), fragment.holder == party(S2));
    }
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_claim_that_is_not_paid_stays_a_claim() {
    let mut book = Keeper::in_default();
    let of_bank = fragment_at(&book, TAG, 0);
    let act = book.claim_back(&of_bank, S2, 150);
    let waits = left(book.act(&of_bank, 300, act, &[BANK, S2]));
    let payer = party(S2);
    assert_eq!(waits.state, FragmentState::Recourse { payer });
    // Whose the next cash is stands open.
    let (entry, _sheet) = book.settle_entry(paper(TAG), &[500], 100);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "payout_open");
    let by_others = [
        (release(), S2, "wrong_signer"),
        (complete(), BANK, "wrong_signer"),
    ];
    for (act, signer, code) in by_others {
        let entry = book.act_entry(&waits, 300, act);
        assert_eq!(refused(&mut book, entry, &[signer]), code);
    }
    let free = left(book.act(&waits, 300, release(), &[BOOK]));
    assert_eq!(
        (free.holder, free.state),
        (party(BANK), FragmentState::Held)
    );
    let entry = book.act_entry(&free, 300, complete());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "nothing_to_answer");
    let back = book.paid_back(&free, BANK, S2, 150);
    assert_eq!(back.holder, party(S2));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn nobody_claims_what_was_not_agreed_on() {
    let mut book = Keeper::in_default();
    let of_bank = fragment_at(&book, TAG, 0);
    let claimed = |book: &Keeper, change: &dyn Fn(&mut RecourseAct, &mut RecourseClaim)| -> Entry {
        let mut claim = book.claim(&of_bank, S2);
        let mut act = RecourseAct {
            claim: Vec::new(),
            amount: amount(150),
        };
        change(&mut act, &mut claim);
        if act.claim.is_empty() {
            act.claim = claim.to_bytes();
        }
        book.act_entry(&of_bank, 300, Act::AgreeRecourse(Box::new(act)))
    };
    let of_s2 = fragment_at(&book, TAG, 300);
    let before = book.leg_name(&of_s2);
    type Change<'a> = &'a dyn Fn(&mut RecourseAct, &mut RecourseClaim);
    let wrong: [(Change<'_>, &[u8], &str); 8] = [
        (&|act, _| act.claim = vec![0xa2], &[BANK, S2], "wrong_shape"),
        (&|_, _| {}, &[S2, BANK], "wrong_signer"),
        // Another leg of the same paper.
        (
            &|_, claim| claim.leg = before,
            &[BANK, S2],
            "claim_does_not_fit",
        ),
        // Not the one before, but the one before that.
        (
            &|_, claim| claim.against = party(S1),
            &[BANK, S1],
            "claim_does_not_fit",
        ),
        (
            &|_, claim| claim.paper = paper(1),
            &[BANK, S2],
            "claim_does_not_fit",
        ),
        (
            &|_, claim| claim.claimant = party(S1),
            &[BANK, S2],
            "claim_does_not_fit",
        ),
        (
            &|act, _| act.amount = amount(301),
            &[BANK, S2],
            "recourse_sum_does_not_fit",
        ),
        (
            &|act, _| act.amount = amount(0),
            &[BANK, S2],
            "recourse_sum_does_not_fit",
        ),
    ];
    for (change, signers, code) in wrong {
        let entry = claimed(&book, change);
        assert_eq!(refused(&mut book, entry, signers), code);
    }
    // A part only where the leg has a limit.
    let act = book.claim_back(&of_bank, S2, 50);
    let entry = book.act_entry(&of_bank, 100, act);
    assert_eq!(
        refused(&mut book, entry, &[BANK, S2]),
        "recourse_sum_does_not_fit"
    );
    // The claimant's own signature is over the claim, not over the entry.
    let mut sealed = sign(claimed(&book, &|_, _| {}), &[BANK, S2]);
    let mut signatures = sealed.signatures().to_vec();
    signatures[0].bytes[5] ^= 1;
    sealed = SealedEntry::new(sealed.entry().clone(), signatures);
    assert_eq!(book.post(sealed).unwrap_err().code(), "bad_signature");
}

#[test]
fn without_recourse_or_before_a_default_there_is_nobody_to_turn_to() {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let offered = left(book.act(&whole, 600, offer(S2), &[S1]));
    let second = left(book.act(&offered, 600, Act::AcceptOffer, &[S2]));
    let act = book.claim_back(&second, S1, 600);
    let entry = book.act_entry(&second, 600, act.clone());
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "not_in_default");
    book.go_to(day("2026-05-04"));
    book.default(TAG, 1_000);
    let leg = book.looked_up(second.reference).unwrap();
    book.ledger.load_leg(second.reference, leg);
    let entry = book.act_entry(&second, 600, act);
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "no_recourse");
}

/// The verifier's verdict on a last entry that only the whole journal can judge.
fn verdict(book: &mut Keeper, entry: Entry, signers: &[u8]) -> Result<(), Fault> {
    book.post(sign(entry, signers)).unwrap();
    verify(book.export().as_bytes()).map(|_report| ())
}

#[test]
fn the_verifier_knows_what_is_owed() {
    for (sum, right) in [(149, false), (150, true), (151, false)] {
        let mut book = Keeper::in_default();
        let of_bank = fragment_at(&book, TAG, 0);
        let act = book.claim_back(&of_bank, S2, sum);
        let entry = book.act_entry(&of_bank, 300, act);
        let verdict = verdict(&mut book, entry, &[BANK, S2]);
        assert_eq!(verdict.is_ok(), right, "{sum}: {verdict:?}");
    }
}

/// S1 passed 600 on to S2 with recourse up to 250, and nothing has been paid.
fn limited() -> Keeper {
    let mut book = Keeper::new();
    let whole = book.active(TAG, 1_000);
    let mut to_s2 = offer(S2);
    if let Act::Offer(offer) = &mut to_s2 {
        offer.recourse = Recourse::Limited(amount(250));
    }
    let offered = left(book.act(&whole, 600, to_s2, &[S1]));
    let second = left(book.act(&offered, 600, Act::AcceptOffer, &[S2]));
    left(book.act(&second, 200, Act::Split, &[S2]));
    book.go_to(day("2026-05-04"));
    book.default(TAG, 1_000);
    book
}

#[test]
fn a_limit_is_for_all_parts_of_a_leg_together() {
    let mut book = limited();
    let first = fragment_at(&book, TAG, 0);
    book.paid_back(&first, S2, S1, 200);
    let second = fragment_at(&book, TAG, 200);
    let act = book.claim_back(&second, S1, 50);
    let waits = book.act(&second, 50, act, &[S2, S1]).unwrap();
    let rest = waits.right.unwrap();
    assert_eq!((rest.holder, rest.state), (party(S2), FragmentState::Held));
    left(book.act(&waits.left.unwrap(), 50, complete(), &[BOOK]));
    verify(book.export().as_bytes()).unwrap();
    // The limit is used up; on the rest nothing can be claimed.
    let act = book.claim_back(&rest, S1, 1);
    let entry = book.act_entry(&rest, 1, act);
    assert!(verdict(&mut book, entry, &[S2, S1]).is_err());
}

#[test]
fn what_is_released_is_free_within_the_limit_again() {
    let mut book = limited();
    let second = fragment_at(&book, TAG, 200);
    let act = book.claim_back(&second, S1, 250);
    let waits = left(book.act(&second, 250, act, &[S2, S1]));
    left(book.act(&waits, 250, release(), &[BOOK]));
    let again = fragment_at(&book, TAG, 200);
    assert_eq!(again.range.amount(), amount(250));
    book.paid_back(&again, S2, S1, 250);
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn the_bytes_of_recourse_are_pinned() {
    let mut book = Keeper::in_default();
    let of_bank = fragment_at(&book, TAG, 0);
    let act = book.claim_back(&of_bank, S2, 150);
    let waits = left(book.act(&of_bank, 300, act, &[BANK, S2]));
    let free = left(book.act(&waits, 300, release(), &[BOOK]));
    book.paid_back(&free, BANK, S2, 150);
    let all = vectors(&book.journal);
    let of_recourse = |line: &&str| line.starts_with("recourse_") || line.starts_with('#');
    let produced: String = all
        .lines()
        .filter(of_recourse)
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(produced.lines().count(), 1 + 3);
    let pinned = include_str!("../../../fixtures/golden/entries-recourse.txt");
    compare("entries-recourse.txt", pinned, &produced);
    for sealed in &book.journal {
        let body = sealed.entry().to_bytes();
        assert_eq!(&Entry::from_bytes(&body).unwrap(), sealed.entry());
    }
}

#[test]
fn nothing_is_due_where_nothing_is_shared_out() {
    let fragment = fragment_at(&Keeper::in_default(), TAG, 0);
    let shared = SharedOut::default();
    let leg = fragment.reference.parent;
    let leg = Leg {
        moved_by: leg,
        giver: party(S2),
        recipient: party(BANK),
        recourse: Recourse::Without,
    };
    assert_eq!(shared.due(&fragment, 300, leg), None);
}

proptest! {
    /// However a holder's units are claimed back in parts, what goes with them is never more than what
    /// was received, and each part is due what is owed on it, the last cent of the limit included.
    #[test]
    fn parts_never_carry_more_than_was_received(
        parts in prop::collection::vec(1_i64..5_000, 1..8),
        share in 0_i64..=1_000,
        limit in 0_i64..40_000,
    ) {
        let mut whole: i64 = parts.iter().sum();
        let mut received = whole * share / 1_000;
        let mut left = limit;
        for units in parts {
            let owed = units - received_on(units, whole, received);
            let all = recourse_due(units, whole, received, None);
            prop_assert_eq!(all.map_or(0, |due| due.amount.minor()), owed);
            let within = recourse_due(units, whole, received, Some(amount(left)));
            let sum = within.map_or(0, |due| due.amount.minor());
            prop_assert_eq!(sum, owed.min(left));
            if let Some(due) = within {
                let carried = received_on(due.units, whole, received);
                prop_assert_eq!(due.units - carried, sum);
                prop_assert!(due.units <= units);
                let fewer = due.units - 1;
                let less = fewer - received_on(fewer, whole, received);
                prop_assert!(sum == owed || less < sum, "the fewest units that reach the limit");
                whole -= due.units;
                received -= carried;
                left -= sum;
            }
            prop_assert!(0 <= received && received <= whole);
        }
    }
}
