//! The vocabulary: every kind of step that a story can be made of.

use serde::Deserialize;

use crate::failure::Failure;
use crate::player::Player;
use crate::steps::agreements::AnswerAgreement;
use crate::steps::agreements::AskHolders;
use crate::steps::answers::Accept;
use crate::steps::answers::Refuse;
use crate::steps::auction::RevealBid;
use crate::steps::auction::SealBid;
use crate::steps::auction::SeeBids;
use crate::steps::audit::ExportAndVerify;
use crate::steps::audit::TamperAndVerify;
use crate::steps::bank_balances::ExpectBankBalance;
use crate::steps::bank_balances::LeaveAtBank;
use crate::steps::bank_balances::RememberBalances;
use crate::steps::business_day::AdvanceDate;
use crate::steps::business_day::ExpectReconciled;
use crate::steps::business_day::RunJobs;
use crate::steps::corrections::AnswerCorrection;
use crate::steps::corrections::ProposeCorrection;
use crate::steps::finance::AskForMoney;
use crate::steps::finance::WithdrawRequest;
use crate::steps::instant::PublishRates;
use crate::steps::instant::TakeInstantQuote;
use crate::steps::issue::Approve;
use crate::steps::issue::Propose;
use crate::steps::limits::ExpectLimit;
use crate::steps::limits::SetLimit;
use crate::steps::offers::SeeQuotes;
use crate::steps::offers::SignQuote;
use crate::steps::orders::DecideOrder;
use crate::steps::orders::EnterOrder;
use crate::steps::orders::LiftOrder;
use crate::steps::payment::PayPart;
use crate::steps::pictures::SeePicture;
use crate::steps::pictures::Trace;
use crate::steps::pieces::JoinPieces;
use crate::steps::pieces::RecallOffer;
use crate::steps::pledges::AnswerPledge;
use crate::steps::pledges::AskPledge;
use crate::steps::provider::AuthorisePayout;
use crate::steps::provider::DeclineRequest;
use crate::steps::provider::Quote;
use crate::steps::provider::RegisterPurchase;
use crate::steps::provider::WithdrawQuote;
use crate::steps::race::RaceSign;
use crate::steps::recourse::ClaimRecourse;
use crate::steps::recourse::PayRecourse;
use crate::steps::redemptions::AcceptEarly;
use crate::steps::redemptions::ApproveEarly;
use crate::steps::redemptions::OfferEarly;
use crate::steps::refusals::ExpectRefusal;
use crate::steps::returned::ReturnPayment;
use crate::steps::standing::ExpectHolding;
use crate::steps::standing::ExpectLetter;
use crate::steps::standing::ExpectSettled;
use crate::steps::stops::LiftStop;
use crate::steps::stops::ProposeCure;
use crate::steps::upload::UploadPayables;
use crate::steps::withdrawals::WithdrawPaper;
use crate::steps::write_offs::ExpectWrittenOff;
use crate::steps::write_offs::WriteOff;

/// What every kind of step can do.
pub trait Step {
    /// Who does it: `t1-1`, `oem/maker`; empty for the player itself.
    fn who(&self) -> &str;

    /// What is done, for the transcript.
    ///
    /// # Errors
    /// The story does not hold together.
    fn what(&self, player: &Player) -> Result<String, Failure>;

    /// Does it and looks at what came of it.
    ///
    /// # Errors
    /// What came is not what was told.
    fn run(&self, player: &mut Player) -> Result<(), Failure>;
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident($kind:ty);)*) => {
        /// A step of a story; `do` names its kind.
        #[derive(Debug, Clone, Deserialize)]
        #[serde(tag = "do", rename_all = "snake_case")]
        pub enum Deed { $($(#[$doc])* $name($kind),)* }

        impl Deed {
            /// The step behind the name.
            #[must_use]
            pub fn step(&self) -> &dyn Step {
                match self { $(Deed::$name(step) => step,)* }
            }
        }
    };
}

deeds! {
    /// Upload a list of payables.
    UploadPayables(UploadPayables);
    /// Put the good rows forward.
    Propose(Propose);
    /// Approve papers as the second person.
    Approve(Approve);
    /// Accept a paper from its obligor.
    Accept(Accept);
    /// Accept a fragment from another holder.
    AcceptOffer(Accept);
    /// Refuse a paper or a fragment.
    Refuse(Refuse);
    /// Pay a supplier with a part.
    PayPart(PayPart);
    /// Take back an offer that nobody has answered.
    RecallOffer(RecallOffer);
    /// Make one of pieces that lie side by side.
    JoinPieces(JoinPieces);
    /// Say that a piece was passed on by mistake.
    ProposeCorrection(ProposeCorrection);
    /// Sign that it was, or say no.
    AnswerCorrection(AnswerCorrection);
    /// Take back a paper that nobody has accepted.
    WithdrawPaper(WithdrawPaper);
    /// Ask a bank to take a part as security.
    AskPledge(AskPledge);
    /// Grant a pledge, sign it, let it go.
    AnswerPledge(AnswerPledge);
    /// Write off in one's own books.
    WriteOff(WriteOff);
    /// What was written off, and came since.
    ExpectWrittenOff(ExpectWrittenOff);
    /// Ask banks for money.
    AskForMoney(AskForMoney);
    /// Ask no more.
    WithdrawRequest(WithdrawRequest);
    /// Price a request, as a bank.
    Quote(Quote);
    /// Say no to a request, as a bank.
    DeclineRequest(DeclineRequest);
    /// Take a quote back, as a bank.
    WithdrawQuote(WithdrawQuote);
    /// Bind a bank to a quote without showing it.
    SealBid(SealBid);
    /// See how many sealed bids are in.
    SeeBids(SeeBids);
    /// Show a sealed bid.
    RevealBid(RevealBid);
    /// Publish a table of rates, as a bank.
    PublishRates(PublishRates);
    /// Sign what a bank's standing rates give.
    TakeInstantQuote(TakeInstantQuote);
    /// Limit what a bank takes of an obligor.
    SetLimit(SetLimit);
    /// A limit is used so far.
    ExpectLimit(ExpectLimit);
    /// Compare quotes.
    SeeQuotes(SeeQuotes);
    /// Sign one.
    SignQuote(SignQuote);
    /// Sign at the same time; one limit bears only one.
    RaceSign(RaceSign);
    /// Record the certificate of a purchase.
    RegisterPurchase(RegisterPurchase);
    /// Let the bank pay.
    AuthorisePayout(AuthorisePayout);
    /// Money that was paid out comes back.
    ReturnPayment(ReturnPayment);
    /// Enter an order to freeze.
    EnterOrder(EnterOrder);
    /// Enter an order that lifts a freeze.
    LiftOrder(LiftOrder);
    /// Decide an order that a colleague entered.
    DecideOrder(DecideOrder);
    /// Ask all holders of a paper to agree.
    AskHolders(AskHolders);
    /// Sign what is asked on a paper, or say no.
    AnswerAgreement(AnswerAgreement);
    /// Turn to the party before for what is owed.
    ClaimRecourse(ClaimRecourse);
    /// Pay what is claimed by recourse.
    PayRecourse(PayRecourse);
    /// Offer all holders of a paper to pay it early.
    OfferEarly(OfferEarly);
    /// Sign that offer as the second person.
    ApproveEarly(ApproveEarly);
    /// Accept to be paid early.
    AcceptEarly(AcceptEarly);
    /// Run jobs until something holds.
    RunJobs(RunJobs);
    /// Move the business date.
    AdvanceDate(AdvanceDate);
    /// The ledger and the bank's statement agree.
    ExpectReconciled(ExpectReconciled);
    /// A letter came.
    ExpectLetter(ExpectLetter);
    /// Somebody holds a part, or doesn't.
    ExpectHolding(ExpectHolding);
    /// A paper is settled, or isn't.
    ExpectSettled(ExpectSettled);
    /// How a part came to its holder.
    Trace(Trace);
    /// Who holds what, as far as somebody may see.
    SeePicture(SeePicture);
    /// Note balances at the bank.
    RememberBalances(RememberBalances);
    /// Cash is paid in or out until an account has so much.
    LeaveAtBank(LeaveAtBank);
    /// Balances have changed as told.
    ExpectBankBalance(ExpectBankBalance);
    /// Say that an obligor's default is cured, as one of the operator.
    ProposeCure(ProposeCure);
    /// Lift its stop, as another.
    LiftStop(LiftStop);
    /// The platform says no, and the record stays as it is.
    ExpectRefusal(ExpectRefusal);
    /// Take the journal home and check it offline.
    ExportAndVerify(ExportAndVerify);
    /// Flip a byte of it and see it found.
    TamperAndVerify(TamperAndVerify);
}
