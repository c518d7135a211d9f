//! Who may do what: one table, role by use case. Doors ask nothing else.

use std::fmt;

use ledger_core::party::PartyKind;
use ledger_store::users::Role;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)*) => {
        /// A use case, as far as permission goes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// All of them, in the order of the table.
            pub const ALL: &'static [Action] = &[$(Action::$name),*];
        }

        impl fmt::Display for Action {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Action::$name => $words,)* })
            }
        }
    };
}

actions! {
    /// Hand in a list of payables and propose papers for them.
    ProposeIssue = "propose papers";
    /// Approve or decline what a colleague proposed.
    ApproveIssue = "approve papers";
    /// See what the obligor owes.
    ViewOutstanding = "view what the obligor owes";
    /// Accept or refuse a paper; accept or decline an offer.
    AnswerOffer = "accept or refuse papers and fragments";
    /// Pass a fragment on.
    OfferTransfer = "transfer fragments";
    /// Keep trade documents.
    StoreDocument = "keep trade documents";
    /// See the trade documents the party has part in.
    ViewDocuments = "view trade documents";
    /// Say something about a document under one's signature.
    AttestDocument = "attest trade documents";
    /// See what the party holds.
    ViewPortfolio = "view holdings";
    /// Say whether the party is paid in one sum or paper by paper.
    ChooseNetting = "choose to be paid in one sum";
    /// Follow a paper as far as the party may see.
    TraceFragment = "trace a fragment";
    /// Ask finance providers for money.
    RequestFinance = "request finance";
    /// Sign one of the quotes.
    SignQuote = "sign a quote";
    /// Pledge a fragment to a finance provider that grants a deed.
    AskPledge = "pledge fragments";
    /// Grant deeds of pledge and let pledged fragments go.
    GrantPledge = "grant and release pledges";
    /// See the pledges the party is a side of.
    ViewPledges = "view pledges";
    /// Pass fragments on to another finance provider, and answer another's offer.
    Retransfer = "re-transfer fragments between finance providers";
    /// See requests the provider was invited to.
    ViewRequests = "view finance requests";
    /// Price a request.
    Quote = "quote";
    /// Publish standing rates and take them back.
    PublishRates = "publish standing rates";
    /// Draw up standing rates for a colleague to sign.
    ProposeRates = "propose standing rates";
    /// Sign or send back standing rates that a colleague drew up.
    ApproveRates = "decide proposed standing rates";
    /// Grade obligors in the provider's own books, and see its own grades.
    GradeObligor = "grade obligors";
    /// Propose an answer to a request, and keep a provider's own file about an obligor.
    ProposeAnswer = "propose answers to requests";
    /// Decide what another hand of the provider proposed.
    ApproveAnswer = "decide proposed answers";
    /// Say that the money is on its way.
    ReportPayment = "report a payment";
    /// See the party's own limits and what is used of them.
    ViewLimits = "view limits";
    /// Say what a limit shall be.
    ProposeLimit = "propose limits";
    /// Put a limit that somebody else proposed into force, or turn it down.
    DecideLimit = "approve limits";
    /// See limits on one obligor together with other providers, by agreement.
    ShareLimits = "share limits in a circle";
    /// See where the party's own systems are told what happens, and what they were told.
    ViewWebhooks = "view webhooks";
    /// Say where they are told, make and change secrets, have messages sent again.
    SetUpWebhooks = "set up webhooks";
    /// See the rules of a day and their articles.
    ViewRules = "view the rules";
    /// Take parties and users in.
    OnboardParty = "onboard parties";
    /// Ask all holders of a paper to agree that it is void, or paid later.
    ProposeAgreement = "propose agreements on papers";
    /// Sign or send back an agreement that a colleague proposed.
    ApproveAgreement = "decide proposed agreements on papers";
    /// Sign an agreement on a paper the party has part in, or say no.
    AnswerAgreement = "answer agreements on papers";
    /// See agreements on papers the party has part in.
    ViewAgreements = "view agreements on papers";
    /// Offer all holders of a paper to pay it early.
    ProposeRedemption = "propose to pay papers early";
    /// Sign or send back such an offer that a colleague proposed.
    ApproveRedemption = "decide proposed early payments";
    /// Accept to be paid early.
    AcceptRedemption = "accept early payment";
    /// See offers to pay early that the party is a side of.
    ViewRedemptions = "view early payments";
    /// Turn to the party before for what is owed on a fragment in default.
    ClaimRecourse = "claim by recourse";
    /// Pay such a claim, or say why not.
    AnswerRecourse = "answer claims by recourse";
    /// See claims by recourse the party is a side of.
    ViewRecourse = "view claims by recourse";
    /// Propose that a transfer of one's own be taken back as a mistake, and answer such a proposal.
    CorrectTransfer = "take transfers back";
    /// See such proposals the party is a side of.
    ViewCorrections = "view transfers taken back";
    /// Make one fragment of pieces of the party's that lie side by side.
    JoinFragments = "join fragments";
    /// Write a fragment in default off in the party's own books.
    WriteOff = "write fragments off";
    /// See what the party has written off, and what has come since.
    ViewWriteOffs = "view the party's own write-offs";
    /// Enter orders to freeze fragments, and orders that lift a freeze.
    ProposeFreeze = "enter orders to freeze";
    /// Decide an order to freeze, or to lift a freeze, that a colleague entered.
    DecideFreeze = "decide orders to freeze";
    /// See orders to freeze.
    ViewFreezes = "view orders to freeze";
    /// See who would be hit if an obligor failed, and who could turn to whom.
    SimulateDefault = "simulate a default";
    /// See what a default of an obligor would mean for the party itself.
    ViewOwnDefaultRisk = "view the party's own risk of a default";
    /// Move the business date, run jobs, look at bank messages.
    Operate = "operate the platform";
    /// Read everything.
    Audit = "audit";
}

/// Whether `action` changes nothing: all that is left to a suspended party.
#[must_use]
pub const fn only_reads(action: Action) -> bool {
    matches!(
        action,
        Action::ViewOutstanding
            | Action::ViewDocuments
            | Action::ViewPortfolio
            | Action::ViewPledges
            | Action::TraceFragment
            | Action::ViewRequests
            | Action::ViewLimits
            | Action::ViewWebhooks
            | Action::ViewRules
            | Action::ViewFreezes
            | Action::ViewAgreements
            | Action::ViewRedemptions
            | Action::ViewRecourse
            | Action::ViewCorrections
            | Action::ViewWriteOffs
            | Action::SimulateDefault
            | Action::ViewOwnDefaultRisk
            | Action::Audit
    )
}

/// Whether somebody in `role` at a party of `kind` may do `action`.
#[must_use]
pub const fn may(kind: PartyKind, role: Role, action: Action) -> bool {
    use Action::*;
    match kind {
        PartyKind::Obligor => match action {
            ProposeIssue | ProposeLimit | ProposeAgreement | ProposeRedemption => {
                matches!(role, Role::Maker)
            }
            ApproveIssue | DecideLimit | ApproveAgreement | ApproveRedemption => {
                matches!(role, Role::Checker)
            }
            ViewOutstanding | TraceFragment | StoreDocument | ViewLimits | ViewRules
            | ViewDocuments | AttestDocument | ViewAgreements | ViewRedemptions => {
                matches!(role, Role::Maker | Role::Checker | Role::Member)
            }
            _ => false,
        },
        PartyKind::Supplier => match action {
            SetUpWebhooks => matches!(role, Role::Checker | Role::Member),
            AnswerOffer | OfferTransfer | StoreDocument | ViewDocuments | AttestDocument
            | JoinFragments | ChooseNetting | ViewPortfolio | TraceFragment | AskPledge
            | ViewPledges | RequestFinance | SignQuote | ViewWebhooks | ViewRules
            | AnswerAgreement | ViewAgreements | AcceptRedemption | ViewRedemptions
            | ClaimRecourse | AnswerRecourse | ViewRecourse | CorrectTransfer | ViewCorrections
            | WriteOff | ViewWriteOffs | ViewOwnDefaultRisk => {
                matches!(role, Role::Maker | Role::Checker | Role::Member)
            }
            _ => false,
        },
        // A small house has members only: whoever proposed never approves, by name, and the database
        // keeps that too. Money is let go by who decides.
        PartyKind::FinanceProvider => match action {
            ProposeLimit | ProposeAnswer | ProposeRates => {
                matches!(role, Role::Maker | Role::Member)
            }
            // Where data goes to is said by who decides, too.
            DecideLimit | ShareLimits | ApproveAnswer | ApproveRates | ReportPayment
            | AskPledge | GrantPledge | Retransfer | SetUpWebhooks | AnswerAgreement
            | ChooseNetting | AcceptRedemption | ClaimRecourse | AnswerRecourse | WriteOff
            | JoinFragments => {
                matches!(role, Role::Checker | Role::Member)
            }
            ViewRequests | Quote | PublishRates | GradeObligor | ViewPortfolio | TraceFragment
            | ViewLimits | ViewWebhooks | ViewRules | ViewPledges | AttestDocument
            | ViewAgreements | ViewRedemptions | ViewRecourse | ViewWriteOffs
            | ViewOwnDefaultRisk => {
                matches!(role, Role::Maker | Role::Checker | Role::Member)
            }
            _ => false,
        },
        PartyKind::Operator => {
            matches!(role, Role::Operator)
                && matches!(
                    action,
                    OnboardParty
                        | Operate
                        | ProposeFreeze
                        | DecideFreeze
                        | ViewFreezes
                        | SimulateDefault
                        | ViewRules
                )
        }
        PartyKind::Auditor => {
            matches!(role, Role::Auditor) && matches!(action, Audit | SimulateDefault | ViewRules)
        }
    }
}
