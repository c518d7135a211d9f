//! The stable name of each notice.

use crate::notice::Notice;

impl Notice {
    /// The stable name of the kind, the `kind` of its JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Notice::PaperIssued { .. } => "paper_issued",
            Notice::PaperAccepted { .. } => "paper_accepted",
            Notice::PaperRefused { .. } => "paper_refused",
            Notice::PaperWithdrawn { .. } => "paper_withdrawn",
            Notice::TransferOffered { .. } => "transfer_offered",
            Notice::TransferAccepted { .. } => "transfer_accepted",
            Notice::TransferDeclined { .. } => "transfer_declined",
            Notice::FinanceRequested { .. } => "finance_requested",
            Notice::QuoteReceived { .. } => "quote_received",
            Notice::QuoteAccepted { .. } => "quote_accepted",
            Notice::QuoteLapsed { .. } => "quote_lapsed",
            Notice::RevealDue(_) => "reveal_due",
            Notice::BidsIn(_) => "bids_in",
            Notice::BidLapsed(_) => "bid_lapsed",
            Notice::DiscountPaid { .. } => "discount_paid",
            Notice::DiscountReversed { .. } => "discount_reversed",
            Notice::TrueUpWaiting { .. } => "true_up_waiting",
            Notice::InvoiceOverdrawn { .. } => "invoice_overdrawn",
            Notice::GoodsHandedOver { .. } => "goods_handed_over",
            Notice::MaturityAhead { .. } => "maturity_ahead",
            Notice::Presented { .. } => "presented",
            Notice::SettlementCredited { .. } => "settlement_credited",
            Notice::SettlementCompleted { .. } => "settlement_completed",
            Notice::SeveralPapers { .. } => "several_papers",
            Notice::ShortPaid { .. } => "short_paid",
            Notice::Overdue { .. } => "overdue",
            Notice::ImportChecked { .. } => "import_checked",
            Notice::ImportInterrupted { .. } => "import_interrupted",
            Notice::ApprovalWaiting { .. } => "approval_waiting",
            Notice::ProposalsDeclined { .. } => "proposals_declined",
            Notice::Pledge(_) => "pledge",
            Notice::Retransfer(_) => "retransfer",
            Notice::PaperEvent(_) => "paper_event",
            Notice::AnswerProposed { .. } => "answer_proposed",
            Notice::AnswerReturned { .. } => "answer_returned",
            Notice::RatesProposed { .. } => "rates_proposed",
            Notice::RatesReturned { .. } => "rates_returned",
            Notice::Invitation { .. } => "invitation",
            Notice::LimitExhausted { .. } => "limit_exhausted",
            Notice::LimitProposed { .. } => "limit_proposed",
            Notice::LimitCircleInvited { .. } => "limit_circle_invited",
            Notice::WebhookDisabled(_) => "webhook_disabled",
            Notice::OperatorTasks(_) => "operator_tasks",
        }
    }
}
