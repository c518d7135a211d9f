//! Invariant I3: nothing happens to a paper that has ended. Every act that lawfully could happen to it
//! while it ran is refused once it is settled, void, refused or withdrawn, and changes nothing.

use ledger_core::paper::Paper;
use ledger_core::paper::PaperState;

use crate::acts_staged::Kind;
use crate::acts_staged::staged;
use crate::refusals::refuse_sealed;
use crate::support::*;

const ENDED: [PaperState; 4] = [
    PaperState::Settled,
    PaperState::Void,
    PaperState::Refused,
    PaperState::Withdrawn,
];

/// What the law says; none where the act is not about a paper that is there.
const fn refusal(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::OpenBook | Kind::EnrolParty | Kind::EnrolKey | Kind::RevokeKey | Kind::Issue => None,
        // What only a paper that waits for its payee can get.
        Kind::Accept | Kind::Refuse | Kind::Withdraw => Some("nothing_to_answer"),
        Kind::Split
        | Kind::Offer
        | Kind::OfferRetransfer
        | Kind::AcceptOffer
        | Kind::DeclineOffer
        | Kind::RecallOffer
        | Kind::LapseOffer
        | Kind::Pledge
        | Kind::ReleasePledge
        | Kind::Freeze
        | Kind::Unfreeze
        | Kind::Extend
        | Kind::Void
        | Kind::AgreeDiscount
        | Kind::AgreeDiscountByCard
        | Kind::CompleteDiscount
        | Kind::CompleteRegistered
        | Kind::ReverseDiscount
        | Kind::ReleaseDiscount
        | Kind::AcceptRedemption
        | Kind::CompleteRedemption
        | Kind::ReleaseRedemption
        | Kind::Settle
        | Kind::Default
        | Kind::AgreeRecourse
        | Kind::CompleteRecourse
        | Kind::ReleaseRecourse
        | Kind::Correct
        | Kind::WriteOff
        | Kind::Join => Some("paper_not_active"),
        // Late interest is paid once the face is: it moves nobody's part.
        Kind::PayInterest => None,
    }
}

#[test]
fn nothing_happens_to_a_paper_that_has_ended() {
    for kind in Kind::ALL {
        let Some(expected) = refusal(*kind) else {
            continue;
        };
        for one in staged(*kind) {
            let id = one.entry.paper.unwrap();
            for state in ENDED {
                let mut book = one.book.clone();
                let running = book.ledger.paper(id).unwrap().clone();
                book.ledger.load_paper(Paper { state, ..running });
                let sealed = sign(one.entry.clone(), &one.rightful());
                let code = refuse_sealed(&mut book, sealed);
                // Of a paper that nobody took no part is left, so that no holders can agree.
                let gone = matches!(state, PaperState::Refused | PaperState::Withdrawn);
                let of_all = matches!(kind, Kind::Extend | Kind::Void);
                let expected = if gone && of_all {
                    "wrong_shape"
                } else {
                    expected
                };
                assert_eq!(code, expected, "{kind:?} on a paper {state:?}");
            }
        }
    }
}

/// What can be paid after the end is what was owed late, on a settled paper alone.
#[test]
fn interest_is_paid_on_a_settled_paper_alone() {
    let one = staged(Kind::PayInterest).remove(0);
    let id = one.entry.paper.unwrap();
    for state in ENDED {
        let mut book = one.book.clone();
        let settled = book.ledger.paper(id).unwrap().clone();
        assert_eq!(settled.state, PaperState::Settled);
        book.ledger.load_paper(Paper { state, ..settled });
        let sealed = sign(one.entry.clone(), &one.rightful());
        if state == PaperState::Settled {
            book.post(sealed).unwrap();
            assert_eq!(book.ledger.paper(id).unwrap().state, PaperState::Settled);
        } else {
            refuse_sealed(&mut book, sealed);
        }
    }
}
