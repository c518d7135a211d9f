//! Every act as it may lawfully happen: a book that stands right before it, the entry, and who plays
//! which part in it.
//!
//! Nothing here compiles any more when an act comes to the law: [`kind_of`] wants a kind for it, and
//! [`staged`] a stage for that kind.

use chrono::Days;
use ledger_core::act::Act;
use ledger_core::agreement::Change;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::lapse::last_day;
use ledger_core::party::PartyKind;
use ledger_core::recourse::Recourse;

use crate::corrections::mistaken;
use crate::events::freeze;
use crate::golden::fragment_at;
use crate::golden::left;
use crate::recourse;
use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::S3;
use crate::support::*;
use crate::write_offs;
use crate::write_offs::in_default;
use crate::write_offs::write_off;

macro_rules! kinds {
    ($($kind:ident)*) => {
        /// An act without its particulars.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind { $($kind,)* }

        impl Kind {
            pub(crate) const ALL: &'static [Kind] = &[$(Kind::$kind),*];
        }

        /// Which act it is.
        pub(crate) const fn kind_of(act: &Act) -> Kind {
            match act { $(Act::$kind { .. } => Kind::$kind,)* }
        }
    };
}

kinds! {
    OpenBook EnrolParty EnrolKey RevokeKey Issue Accept Refuse Withdraw Split Offer OfferRetransfer
    AcceptOffer DeclineOffer RecallOffer LapseOffer Pledge ReleasePledge Freeze Unfreeze Extend Void
    AgreeDiscount AgreeDiscountByCard CompleteDiscount CompleteRegistered ReverseDiscount
    ReleaseDiscount AcceptRedemption CompleteRedemption ReleaseRedemption Settle Default PayInterest
    AgreeRecourse CompleteRecourse ReleaseRecourse Correct WriteOff Join
}

/// A key that nobody has enrolled yet.
pub(crate) const NEW_KEY: u8 = 92;

const OTHER_BANK: u8 = BANKS[1];
const PAPER: u8 = 0x60;

/// An act about to happen.
pub(crate) struct Staged {
    pub(crate) book: Keeper,
    pub(crate) entry: Entry,
    /// Who holds the fragment it is about, or is to take the paper.
    pub(crate) holder: u8,
    /// For whose answer it waits, or who is asked.
    pub(crate) recipient: u8,
}

impl Staged {
    /// Between the first supplier and the third.
    fn new(book: Keeper, entry: Entry) -> Staged {
        Staged {
            book,
            entry,
            holder: S1,
            recipient: S3,
        }
    }

    fn about(book: Keeper, act: Act) -> Staged {
        let entry = book.entry(None, None, act);
        Staged::new(book, entry)
    }

    /// An act on a whole fragment.
    fn on(book: Keeper, fragment: &Fragment, act: Act) -> Staged {
        let entry = book.act_entry(fragment, fragment.range.amount().minor(), act);
        Staged::new(book, entry)
    }

    fn between(self, holder: u8, recipient: u8) -> Staged {
        Staged {
            holder,
            recipient,
            ..self
        }
    }
}

/// A paper of 1,000 units: the last 400 are the first supplier's, the others the second's.
fn two_holders() -> (Keeper, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active(PAPER, 1_000);
    let cut = book.act(&whole, 600, offer(S2), &[S1]).unwrap();
    left(book.act(&cut.left.unwrap(), 600, Act::AcceptOffer, &[S2]));
    (book, cut.right.unwrap())
}

/// Two pieces side by side in the first supplier's hand.
fn pieces() -> (Keeper, Fragment, Fragment) {
    let (mut book, own) = two_holders();
    let cut = book.act(&own, 100, Act::Split, &[S1]).unwrap();
    (book, cut.left.unwrap(), cut.right.unwrap())
}

/// The same after an act on the whole of the first supplier's part.
fn after(act: impl Fn(&Keeper, &Fragment) -> Act, by: &[u8]) -> (Keeper, Fragment) {
    let (mut book, own) = two_holders();
    let act = act(&book, &own);
    let made = left(book.act(&own, own.range.amount().minor(), act, by));
    (book, made)
}

fn sold() -> (Keeper, Fragment) {
    let bid = |book: &Keeper, own: &Fragment| agree(&quote(own, 400, BANK, book.today));
    after(bid, &[BANK, S1])
}

fn bought() -> (Keeper, Fragment) {
    let (mut book, locked) = sold();
    let bought = left(book.act(&locked, 400, complete_registered(3), &[BOOK]));
    (book, bought)
}

fn offered() -> (Keeper, Fragment) {
    after(|_, _| offer(S3), &[S1])
}

/// Two holders under terms that foresee early payment.
fn early(tag: u8) -> (Keeper, Fragment) {
    let mut book = Keeper::new();
    let whole = book.active_early(tag, 100_000);
    let cut = book.act(&whole, 30_000, offer(S2), &[S1]).unwrap();
    left(book.act(&cut.left.unwrap(), 30_000, Act::AcceptOffer, &[S2]));
    (book, cut.right.unwrap())
}

fn redeeming() -> (Keeper, Fragment) {
    let (mut book, own) = early(PAPER);
    let locked = book.accept_early(&own, S1);
    (book, locked)
}

/// The bank's part, claimed back from its seller, the second supplier.
fn claimed() -> (Keeper, Fragment) {
    let mut book = Keeper::in_default();
    let of_bank = fragment_at(&book, recourse::TAG, 0);
    let act = book.claim_back(&of_bank, S2, 150);
    let waits = left(book.act(&of_bank, 300, act, &[BANK, S2]));
    (book, waits)
}

/// The ways in which an act happens.
pub(crate) fn staged(kind: Kind) -> Vec<Staged> {
    let proof = evidence(5);
    let one = match kind {
        Kind::OpenBook | Kind::EnrolParty | Kind::EnrolKey | Kind::RevokeKey => of_the_book(kind),
        Kind::Issue | Kind::Accept | Kind::Refuse | Kind::Withdraw => of_the_issue(kind),
        Kind::Extend | Kind::Void | Kind::Settle | Kind::Default | Kind::PayInterest => {
            of_the_paper(kind)
        }
        Kind::AcceptOffer => return accepted(),
        Kind::Split => {
            let (book, own) = two_holders();
            let entry = book.act_entry(&own, 100, Act::Split);
            Staged::new(book, entry)
        }
        Kind::Join => {
            let (book, first, second) = pieces();
            let entry = book.join_entry(&first, &second);
            Staged::new(book, entry)
        }
        Kind::Offer => on(two_holders(), |_, _| offer(S3)),
        Kind::DeclineOffer => on(offered(), |_, _| Act::DeclineOffer),
        Kind::RecallOffer => on(offered(), |_, _| Act::RecallOffer),
        Kind::LapseOffer => {
            let (mut book, waits) = offered();
            book.go_to(last_day(book.today) + Days::new(1));
            on((book, waits), Keeper::lapse)
        }
        Kind::OfferRetransfer => on(bought(), |_, _| retransfer(OTHER_BANK)).between(BANK, S3),
        Kind::Pledge => on(two_holders(), |_, own| pledge(&deed(own, 400, BANK))),
        Kind::ReleasePledge => {
            let deed = |_: &Keeper, own: &Fragment| pledge(&deed(own, 400, BANK));
            on(after(deed, &[BANK, S1]), |_, _| Act::ReleasePledge).between(S1, BANK)
        }
        Kind::Freeze => on(two_holders(), |book, _| freeze(book.today)),
        Kind::Unfreeze => {
            let frozen = after(|book, _| freeze(book.today), &[BOOK]);
            on(frozen, |book, frozen| book.thaw(frozen, true))
        }
        Kind::AgreeDiscount => on(two_holders(), |book, own| {
            agree(&quote(own, 400, BANK, book.today))
        }),
        Kind::AgreeDiscountByCard => on(two_holders(), |book, own| {
            let (card, rows) = card(BANK, book.today);
            let (bid, sale) = by_card(&card, &rows, 1, &book.ledger, own, 400);
            agree_by_card(&bid, sale)
        }),
        Kind::CompleteDiscount => on(sold(), |_, _| Act::CompleteDiscount { evidence: proof }),
        Kind::CompleteRegistered => on(sold(), |_, _| complete_registered(5)),
        Kind::ReleaseDiscount => on(sold(), |_, _| Act::ReleaseDiscount { evidence: proof }),
        Kind::ReverseDiscount => on(bought(), Keeper::reverse).between(BANK, S3),
        Kind::AcceptRedemption => {
            let (book, own) = early(PAPER);
            let entry = book.accept_entry(&own, &book.redemption(&own));
            Staged::new(book, entry)
        }
        Kind::CompleteRedemption => on(redeeming(), |_, _| Act::CompleteRedemption {
            evidence: proof,
        }),
        Kind::ReleaseRedemption => on(redeeming(), |_, _| Act::ReleaseRedemption {
            evidence: proof,
        }),
        Kind::AgreeRecourse
        | Kind::CompleteRecourse
        | Kind::ReleaseRecourse
        | Kind::Correct
        | Kind::WriteOff => back_along_the_path(kind),
    };
    vec![one]
}

/// Recourse, a transfer taken back, a fragment written off.
fn back_along_the_path(kind: Kind) -> Staged {
    let proof = evidence(5);
    match kind {
        Kind::AgreeRecourse => {
            let book = Keeper::in_default();
            let of_bank = fragment_at(&book, recourse::TAG, 0);
            on((book, of_bank), |book, own| book.claim_back(own, S2, 150)).between(BANK, S2)
        }
        Kind::CompleteRecourse => {
            on(claimed(), |_, _| Act::CompleteRecourse { evidence: proof }).between(BANK, S2)
        }
        Kind::ReleaseRecourse => {
            on(claimed(), |_, _| Act::ReleaseRecourse { evidence: proof }).between(BANK, S2)
        }
        Kind::Correct => on(mistaken(), |book, third| book.correct(third, S2)).between(S3, S2),
        _ => {
            let book = in_default(Recourse::Without, 0);
            let own = fragment_at(&book, write_offs::TAG, 600);
            on((book, own), |_, _| write_off(400))
        }
    }
}

fn on((book, fragment): (Keeper, Fragment), act: impl FnOnce(&Keeper, &Fragment) -> Act) -> Staged {
    let act = act(&book, &fragment);
    Staged::on(book, &fragment, act)
}

/// Between suppliers, and between finance providers.
fn accepted() -> Vec<Staged> {
    let (mut book, own) = bought();
    let waits = left(book.act(&own, 400, retransfer(OTHER_BANK), &[BANK]));
    vec![
        on(offered(), |_, _| Act::AcceptOffer),
        on((book, waits), |_, _| Act::AcceptOffer).between(BANK, OTHER_BANK),
    ]
}

fn of_the_book(kind: Kind) -> Staged {
    let act = match kind {
        Kind::OpenBook => return Staged::about(Keeper::unopened(), open_book()),
        Kind::EnrolParty => Act::EnrolParty(record(14, PartyKind::Supplier)),
        Kind::EnrolKey => enrol_key(S1, NEW_KEY),
        _ => Act::RevokeKey { key: key(S2) },
    };
    Staged::about(two_holders().0, act)
}

fn of_the_issue(kind: Kind) -> Staged {
    let (mut book, _own) = two_holders();
    let act = match kind {
        Kind::Accept => Act::Accept,
        Kind::Refuse => Act::Refuse,
        Kind::Withdraw => Act::Withdraw,
        _ => {
            let entry = book.issue_entry(0x61, 500);
            return Staged::new(book, entry);
        }
    };
    let waits = book.issue(0x61, 500);
    Staged::on(book, &waits, act)
}

fn of_the_paper(kind: Kind) -> Staged {
    let (mut book, _own) = two_holders();
    let due = book.ledger.paper(paper(PAPER)).unwrap().due_date;
    let entry = match kind {
        Kind::Extend => {
            let later = Change::Extend {
                maturity: due + Days::new(30),
                due_date: due + Days::new(30),
                calendar: "CN".to_owned(),
            };
            book.agreed_entry(&book.agreement(PAPER, later), &[S1, S2])
        }
        Kind::Void => book.agreed_entry(&book.agreement(PAPER, Change::Void), &[S1, S2]),
        Kind::Settle => {
            book.go_to(due);
            book.settle_entry(paper(PAPER), &[], 1_000).0
        }
        Kind::Default => {
            book.go_to(due + Days::new(1));
            book.default_entry(PAPER, 1_000)
        }
        _ => {
            // Ten days late, at 0.05 percent a day.
            let paid_on = due + Days::new(10);
            book.active_with_interest(0x38, 100_000);
            book.go_to(due + Days::new(1));
            book.default(0x38, 100_000);
            book.go_to(paid_on);
            book.settle(paper(0x38), &[], 100_000);
            let paid = [(paid_on, 100_000)];
            book.interest(0x38, &paid, 500, &[], 500).0
        }
    };
    Staged::new(book, entry)
}
