//! The ledger's lawful no. When several reasons apply, the one listed first here is given, so that
//! the same command on the same state is always refused for the same reason.

use chrono::NaiveDate;

use crate::amount::Amount;
use crate::article::Article;
use crate::article::REAL_TRADE;
use crate::article::SPLITTING;
use crate::signature::Seat;

/// Why an entry may not be made, in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    // Shape.
    /// The entry names another book.
    #[error("the entry belongs to another book")]
    WrongBook,
    /// Parts that this act needs are missing, or parts are there that it can't have.
    #[error("the entry does not have the shape of its act: {0}")]
    WrongShape(&'static str),
    // Existence.
    /// No such paper.
    #[error("there is no such paper")]
    UnknownPaper,
    /// A paper with this id or number exists already.
    #[error("a paper with this id or number exists already")]
    PaperExists,
    /// No such fragment.
    #[error("there is no such fragment")]
    UnknownFragment,
    /// Somebody was faster, or this is a repeat.
    #[error("the fragment has already been used; reload to see what has become of it")]
    FragmentSpent,
    // Signatures.
    /// A seat is empty, filled twice, or one too many.
    #[error("a signature is missing or superfluous in the seat {0:?}")]
    MissingSignature(Seat),
    /// No such key.
    #[error("the signing key is not enrolled")]
    UnknownKey,
    /// The key's life has ended.
    #[error("the signing key has been revoked")]
    RevokedKey,
    /// The key belongs to somebody who may not sign in this seat.
    #[error("this party may not sign in the seat {0:?}")]
    WrongSigner(Seat),
    /// Maker and checker are one.
    #[error("maker and checker must be two people with two keys")]
    SamePerson,
    /// Not everybody whose consent it takes has signed.
    #[error("every holder of a part of the paper, and every pledgee, must sign the agreement")]
    ConsentMissing,
    /// The signature doesn't fit the bytes.
    #[error("the signature does not fit what is signed")]
    BadSignature,
    // State.
    /// The paper is not in circulation.
    #[error("the paper is not in circulation")]
    PaperNotActive,
    /// The fragment is offered, locked, or waiting for acceptance.
    #[error("the fragment is not free: it is offered, sold or not yet accepted")]
    FragmentNotFree,
    /// The fragment is not waiting for this answer.
    #[error("the fragment is not waiting for this answer")]
    NothingToAnswer,
    /// Its holder has written it off.
    #[error(
        "the fragment is written off in its holder's books: it stays where it is, and what is paid on it comes there"
    )]
    AlreadyWrittenOff,
    /// The default is on record.
    #[error("the default of this paper is on record already")]
    AlreadyInDefault,
    /// No default is on record.
    #[error("no default of this paper is on record: nothing is owed but the face, by the obligor")]
    NotInDefault,
    /// Principal comes before interest.
    #[error("interest is paid once the whole face is")]
    PrincipalOwed,
    /// A part of the paper is sold and its money under way: whose it is stands open.
    #[error(
        "a fragment of the paper is sold or claimed back and not yet paid for; conclude or release that first"
    )]
    PayoutOpen,
    /// A part of the paper is frozen: its money may not be paid out.
    #[error("a fragment of the paper is frozen by order; the paper is closed once that has ended")]
    PartFrozen,
    /// A part of the paper is a finance provider's.
    #[error("a part of the paper is financed; only a paper that is not can be made void")]
    AlreadyFinanced,
    // Dates.
    /// The date in the entry isn't the book's business date.
    #[error("the entry is dated {entry}, the business date is {business}; sign again")]
    WrongDate {
        /// In the entry.
        entry: NaiveDate,
        /// The book's.
        business: NaiveDate,
    },
    /// The paper is due: it is only paid now.
    #[error("the paper was due on {0}; it can only be paid now")]
    PastMaturity(NaiveDate),
    /// The paper isn't due yet.
    #[error("the paper is not due before {0}")]
    NotDue(NaiveDate),
    /// The due date has not passed.
    #[error("the obligor may pay until the end of {0}; only then is the paper in default")]
    NotOverdue(NaiveDate),
    /// The quote may no longer be accepted.
    #[error("the quote has expired; ask for a new one")]
    QuoteExpired,
    /// The pledgee's deed may no longer be signed.
    #[error("the deed has expired; ask for a new one")]
    DeedExpired,
    /// The order to freeze has ended.
    #[error("the order ended on {0}; name its last day, or a new order")]
    OrderEnded(NaiveDate),
    /// The freeze has not ended yet.
    #[error("the freeze stands until {0}; to end it before, name the order that lifts it")]
    FreezeStands(NaiveDate),
    /// The offer may still be answered.
    #[error("the offer can be answered until {0}; it lapses after that")]
    OfferStands(NaiveDate),
    /// The agreement can't take effect any more.
    #[error("the agreement had to be signed by all until {0}; propose it anew")]
    AgreementEnded(NaiveDate),
    /// The obligor's offer to pay early has ended.
    #[error("the offer to pay early could be accepted until {0}")]
    RedemptionEnded(NaiveDate),
    /// Maturity isn't after issue, or its adjusted day isn't at or shortly after it.
    #[error("the maturity is not a possible date for this paper")]
    ImpossibleMaturity,
    // Parties.
    /// Not enrolled.
    #[error("the party is not enrolled")]
    UnknownParty,
    /// The party may not play this part.
    #[error("this kind of party may not take this part")]
    WrongKindOfParty,
    /// The party has no licence to discount.
    #[error("only a licensed finance provider may discount ({article})")]
    NotLicensed {
        /// Where it is written.
        article: Article,
    },
    /// From oneself to oneself.
    #[error("a fragment can't be transferred to its own holder")]
    SelfTransfer,
    /// The key is of small order, or enrolled for somebody already.
    #[error("the key can't be enrolled: weak, or already enrolled")]
    UnusableKey,
    // Amounts.
    /// Nothing.
    #[error("the amount must be above zero")]
    ZeroAmount,
    /// More than there is.
    #[error("the fragment holds {held} minor units, {asked} were asked")]
    MoreThanHeld {
        /// What there is.
        held: Amount,
        /// What was asked.
        asked: i64,
    },
    /// The cut doesn't lie on the spent fragment.
    #[error("the cut does not lie on the fragment it spends")]
    WrongCut,
    /// The two don't lie side by side in one hand.
    #[error("only two fragments of one holder that lie side by side on one paper can be joined")]
    NotNeighbours,
    /// The two came by different entries.
    #[error("the two came by different entries: each keeps its own documents and recourse")]
    AcquiredApart,
    /// The quote's figures or its fragment don't agree with the entry.
    #[error("the quote does not fit the fragment, or its figures do not add up")]
    QuoteDoesNotFit,
    /// The quote doesn't follow from the rate card, or the row isn't the card's.
    #[error("the quote does not follow from the finance provider's rate card; ask for a new one")]
    CardDoesNotFit,
    /// The deed's fragment doesn't agree with the entry, or it secures nothing.
    #[error("the deed does not fit the fragment, or secures no claim")]
    DeedDoesNotFit,
    /// The fragment isn't exactly what the purchase made, or has been used since.
    #[error("the fragment is not the one that this purchase moved, or it has been used since")]
    NotThatPurchase,
    /// The fragment isn't exactly what the transfer moved, or has been used since.
    #[error("the fragment is not the one that this transfer moved, or it has been used since")]
    NotThatTransfer,
    /// The fragment isn't the one that this entry froze.
    #[error("the fragment is not the one that this order froze, or it has been used since")]
    NotThatFreeze,
    /// The fragment isn't the one that this entry offered.
    #[error("the fragment is not the one that this entry offered")]
    NotThatOffer,
    /// The claim is about another fragment, or the entries shown don't prove it.
    #[error("the claim does not fit: the fragment was not had from this party, or was used since")]
    ClaimDoesNotFit,
    /// The agreement is about another paper, or the paper has changed since.
    #[error("the agreement does not fit the paper as it stands; propose it anew")]
    AgreementDoesNotFit,
    /// The offer to pay early is about another paper, its days are not in order, or it pays nothing.
    #[error("the offer to pay early does not fit the paper as it stands, or it pays nothing")]
    RedemptionDoesNotFit,
    /// The cash isn't above what was shared before, or is above the face.
    #[error(
        "the cash does not fit the paper: it must exceed what was shared before, up to the face"
    )]
    WrongCash,
    /// The sum isn't what is owed on the units, or more than the leg's limit leaves.
    #[error("the sum does not follow from what is owed on the fragment and the limit agreed on")]
    RecourseSumDoesNotFit,
    /// The sum isn't what is owed on the units.
    #[error("the sum written off does not follow from what is owed on the fragment; sign again")]
    WriteOffSumDoesNotFit,
    /// The interest doesn't follow from the terms and the receipts.
    #[error("the interest does not follow from the paper's terms and the days it was paid on")]
    InterestDoesNotFit,
    // Rules and terms.
    /// Longer than the rules allow.
    #[error("the tenor is longer than {months} months ({article})")]
    TenorTooLong {
        /// The cap.
        months: u16,
        /// Where it is written.
        article: Article,
    },
    /// Larger than the rules allow.
    #[error("the face is above the limit for one paper ({article})")]
    FaceTooLarge {
        /// Where it is written.
        article: Article,
    },
    /// The terms would allow more parts than the rules.
    #[error(
        "the paper could be cut into more than {most} parts; its smallest fragment must be {least} minor units or more ({article})"
    )]
    TooManyParts {
        /// The cap.
        most: i64,
        /// What the terms must set at least.
        least: Amount,
        /// Where it is written.
        article: Article,
    },
    /// A fee of this kind may not fall on the holder.
    #[error("this fee may not be charged to the holder ({article})")]
    FeeForbidden {
        /// Where it is written.
        article: Article,
    },
    /// The purchase is not entered in the public register.
    #[error(
        "the purchase must be registered first: record the number of the register's certificate ({article})"
    )]
    NotRegistered {
        /// Where it is written.
        article: Article,
    },
    /// The obligor signed "not transferable".
    #[error("the paper is marked as not transferable")]
    NotTransferable,
    /// Deeper than the terms allow.
    #[error("the fragment may not be passed below tier {0} ({SPLITTING})")]
    TooDeep(u16),
    /// The terms leave no recourse to state.
    #[error("the paper allows transfers and discounts without recourse only")]
    RecourseNotAllowed,
    /// The paper doesn't foresee that it is paid early.
    #[error("the paper's terms do not foresee that it is paid before its due date")]
    EarlyNotForeseen,
    /// The leg by which the holder got it gives none.
    #[error(
        "the fragment was passed on without recourse: there is nobody to turn to but the obligor"
    )]
    NoRecourse,
    /// The party before the holder still has to pay.
    #[error(
        "the holder can still turn to the party that it had the fragment from; only what nobody is left to pay is written off"
    )]
    RecourseOpen,
    /// A part would be smaller than the terms allow.
    #[error("a part would be smaller than the smallest fragment of {0} minor units ({SPLITTING})")]
    BelowMinimumFragment(Amount),
    // Documents.
    /// No trade document.
    #[error("every issue and every transfer must rest on a trade document ({REAL_TRADE})")]
    NoTradeDocument,
    /// No order to rest on.
    #[error(
        "a freeze, and its lifting, must name the order it rests on: who ordered, and its number"
    )]
    NoOrder,
    /// No contract between two finance providers.
    #[error("a re-transfer between finance providers must name the contract it rests on")]
    NoFinancingContract,
    /// Nothing that shows it is lost.
    #[error("a write-off must name what it rests on, as the number of a court's ruling")]
    NoWriteOffEvidence,
}

impl Refusal {
    /// Stable code for machines, translations and tests.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table, a line for each refusal")]
    pub const fn code(&self) -> &'static str {
        match self {
            Refusal::WrongBook => "wrong_book",
            Refusal::WrongShape(_) => "wrong_shape",
            Refusal::UnknownPaper => "unknown_paper",
            Refusal::PaperExists => "paper_exists",
            Refusal::UnknownFragment => "unknown_fragment",
            Refusal::FragmentSpent => "fragment_spent",
            Refusal::MissingSignature(_) => "missing_signature",
            Refusal::UnknownKey => "unknown_key",
            Refusal::RevokedKey => "revoked_key",
            Refusal::WrongSigner(_) => "wrong_signer",
            Refusal::SamePerson => "same_person",
            Refusal::ConsentMissing => "consent_missing",
            Refusal::BadSignature => "bad_signature",
            Refusal::PaperNotActive => "paper_not_active",
            Refusal::FragmentNotFree => "fragment_not_free",
            Refusal::NothingToAnswer => "nothing_to_answer",
            Refusal::PartFrozen => "part_frozen",
            Refusal::AlreadyFinanced => "already_financed",
            Refusal::AlreadyWrittenOff => "already_written_off",
            Refusal::AlreadyInDefault => "already_in_default",
            Refusal::NotInDefault => "not_in_default",
            Refusal::PrincipalOwed => "principal_owed",
            Refusal::PayoutOpen => "payout_open",
            Refusal::WrongDate { .. } => "wrong_date",
            Refusal::PastMaturity(_) => "past_maturity",
            Refusal::NotDue(_) => "not_due",
            Refusal::NotOverdue(_) => "not_overdue",
            Refusal::QuoteExpired => "quote_expired",
            Refusal::DeedExpired => "deed_expired",
            Refusal::OrderEnded(_) => "order_ended",
            Refusal::FreezeStands(_) => "freeze_stands",
            Refusal::OfferStands(_) => "offer_stands",
            Refusal::AgreementEnded(_) => "agreement_ended",
            Refusal::RedemptionEnded(_) => "redemption_ended",
            Refusal::ImpossibleMaturity => "impossible_maturity",
            Refusal::UnknownParty => "unknown_party",
            Refusal::WrongKindOfParty => "wrong_kind_of_party",
            Refusal::NotLicensed { .. } => "not_licensed",
            Refusal::SelfTransfer => "self_transfer",
            Refusal::UnusableKey => "unusable_key",
            Refusal::ZeroAmount => "zero_amount",
            Refusal::MoreThanHeld { .. } => "more_than_held",
            Refusal::WrongCut => "wrong_cut",
            Refusal::NotNeighbours => "not_neighbours",
            Refusal::AcquiredApart => "acquired_apart",
            Refusal::QuoteDoesNotFit => "quote_does_not_fit",
            Refusal::CardDoesNotFit => "card_does_not_fit",
            Refusal::DeedDoesNotFit => "deed_does_not_fit",
            Refusal::NotThatPurchase => "not_that_purchase",
            Refusal::NotThatTransfer => "not_that_transfer",
            Refusal::NotThatFreeze => "not_that_freeze",
            Refusal::NotThatOffer => "not_that_offer",
            Refusal::ClaimDoesNotFit => "claim_does_not_fit",
            Refusal::AgreementDoesNotFit => "agreement_does_not_fit",
            Refusal::RedemptionDoesNotFit => "redemption_does_not_fit",
            Refusal::WrongCash => "wrong_cash",
            Refusal::RecourseSumDoesNotFit => "recourse_sum_does_not_fit",
            Refusal::WriteOffSumDoesNotFit => "write_off_sum_does_not_fit",
            Refusal::InterestDoesNotFit => "interest_does_not_fit",
            Refusal::TenorTooLong { .. } => "tenor_too_long",
            Refusal::FaceTooLarge { .. } => "face_too_large",
            Refusal::TooManyParts { .. } => "too_many_parts",
            Refusal::FeeForbidden { .. } => "fee_forbidden",
            Refusal::NotRegistered { .. } => "not_registered",
            Refusal::NotTransferable => "not_transferable",
            Refusal::TooDeep(_) => "too_deep",
            Refusal::RecourseNotAllowed => "recourse_not_allowed",
            Refusal::EarlyNotForeseen => "early_not_foreseen",
            Refusal::NoRecourse => "no_recourse",
            Refusal::RecourseOpen => "recourse_open",
            Refusal::BelowMinimumFragment(_) => "below_minimum_fragment",
            Refusal::NoTradeDocument => "no_trade_document",
            Refusal::NoOrder => "no_order",
            Refusal::NoFinancingContract => "no_financing_contract",
            Refusal::NoWriteOffEvidence => "no_write_off_evidence",
        }
    }

    /// The article a rule of the day rests on, where a rule is what refuses.
    #[must_use]
    pub const fn article(&self) -> Option<Article> {
        match self {
            Refusal::NotLicensed { article }
            | Refusal::TenorTooLong { article, .. }
            | Refusal::FaceTooLarge { article }
            | Refusal::TooManyParts { article, .. }
            | Refusal::FeeForbidden { article }
            | Refusal::NotRegistered { article } => Some(*article),
            Refusal::TooDeep(_) | Refusal::BelowMinimumFragment(_) => Some(SPLITTING),
            Refusal::NoTradeDocument => Some(REAL_TRADE),
            _ => None,
        }
    }
}
