//! What each act is called outside the book: in lists, in files and in reports.

use crate::act::Act;

impl Act {
    /// Its name in lists and files.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Act::OpenBook { .. } => "open_book",
            Act::EnrolParty(_) => "enrol_party",
            Act::EnrolKey { .. } => "enrol_key",
            Act::RevokeKey { .. } => "revoke_key",
            Act::Issue(_) => "issue",
            Act::Accept => "accept",
            Act::Refuse => "refuse",
            Act::Withdraw => "withdraw",
            Act::Split => "split",
            Act::Offer(_) => "transfer_offer",
            Act::AcceptOffer => "transfer_accept",
            Act::DeclineOffer => "transfer_decline",
            Act::Pledge { .. } => "pledge",
            Act::ReleasePledge => "pledge_release",
            Act::RecallOffer => "transfer_recall",
            Act::AgreeDiscount { .. } => "discount_agree",
            Act::CompleteDiscount { .. } => "discount_complete",
            Act::ReleaseDiscount { .. } => "discount_release",
            Act::Settle { .. } => "settle",
            Act::AgreeDiscountByCard { .. } => "discount_agree_by_card",
            Act::ReverseDiscount(_) => "discount_reverse",
            Act::CompleteRegistered { .. } => "discount_complete_registered",
            Act::OfferRetransfer(_) => "retransfer_offer",
            Act::Freeze(_) => "freeze",
            Act::Unfreeze(_) => "unfreeze",
            Act::LapseOffer(_) => "transfer_lapse",
            Act::Extend(_) => "extend",
            Act::Void(_) => "void",
            Act::AcceptRedemption { .. } => "redemption_accept",
            Act::CompleteRedemption { .. } => "redemption_complete",
            Act::ReleaseRedemption { .. } => "redemption_release",
            Act::Default(_) => "default",
            Act::PayInterest(_) => "late_interest",
            Act::AgreeRecourse(_) => "recourse_agree",
            Act::CompleteRecourse { .. } => "recourse_complete",
            Act::ReleaseRecourse { .. } => "recourse_release",
            Act::Correct(_) => "correct",
            Act::WriteOff(_) => "write_off",
            Act::Join(_) => "join",
        }
    }
}
