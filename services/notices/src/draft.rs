//! What a letter says, before it is dressed: one arm per notice, in the order of the trade.

use ledger_app::language::Language;
use ledger_app::notice::FragmentNamed;
use ledger_app::notice::Notice;
use ledger_app::notice::PaperNamed;
use ledger_app::notice::RecourseNamed;

use crate::draft_desk;
use crate::draft_documents;
use crate::draft_events;
use crate::draft_limits;
use crate::draft_money;
use crate::draft_pledges;
use crate::links::Links;
use crate::texts::Args;
use crate::texts::MissingText;
use crate::texts::Value;
use crate::texts::Value::Count;
use crate::texts::Value::Day;
use crate::texts::Value::Text;
use crate::texts::day;
use crate::texts::one_line;
use crate::texts::text;

/// The content of a letter.
pub(crate) struct Draft {
    pub(crate) subject: String,
    pub(crate) paragraphs: Vec<String>,
    /// Label and value of each line of the little table.
    pub(crate) facts: Vec<(String, String)>,
    /// The button's words and where it leads.
    pub(crate) link: (String, String),
    language: Language,
}

impl Draft {
    /// Drafts the letter for a notice.
    pub(crate) fn of(
        notice: &Notice,
        language: Language,
        links: &Links,
    ) -> Result<Self, MissingText> {
        match notice {
            Notice::PaperIssued { .. }
            | Notice::PaperAccepted { .. }
            | Notice::PaperRefused { .. }
            | Notice::PaperWithdrawn { .. } => of_paper(notice, language, links),
            Notice::TransferOffered { .. }
            | Notice::TransferAccepted { .. }
            | Notice::TransferDeclined { .. } => of_transfer(notice, language, links),
            Notice::ImportChecked { .. }
            | Notice::ImportInterrupted { .. }
            | Notice::ApprovalWaiting { .. }
            | Notice::ProposalsDeclined { .. } => draft_desk::of_treasury(notice, language, links),
            Notice::LimitExhausted { .. }
            | Notice::LimitProposed { .. }
            | Notice::LimitCircleInvited { .. } => draft_limits::of_limits(notice, language, links),
            Notice::TrueUpWaiting { .. }
            | Notice::InvoiceOverdrawn { .. }
            | Notice::GoodsHandedOver { .. } => {
                draft_documents::of_documents(notice, language, links)
            }
            Notice::Invitation { .. } | Notice::WebhookDisabled(_) | Notice::OperatorTasks(_) => {
                draft_desk::of_desk(notice, language, links)
            }
            Notice::RatesProposed(_) | Notice::RatesReturned(_) => {
                draft_desk::of_rates(notice, language, links)
            }
            Notice::Pledge(_) | Notice::Retransfer(_) => {
                draft_pledges::of_pledges(notice, language, links)
            }
            Notice::PaperEvent(event) => draft_events::of_events(event, language, links),
            Notice::AnswerProposed { .. } | Notice::AnswerReturned { .. } => {
                draft_desk::of_provider(notice, language, links)
            }
            Notice::FinanceRequested { .. }
            | Notice::QuoteReceived { .. }
            | Notice::QuoteAccepted { .. }
            | Notice::QuoteLapsed { .. }
            | Notice::RevealDue(_)
            | Notice::BidsIn(_)
            | Notice::BidLapsed(_)
            | Notice::DiscountPaid { .. }
            | Notice::DiscountReversed { .. } => draft_money::of_discount(notice, language, links),
            Notice::MaturityAhead { .. }
            | Notice::Presented { .. }
            | Notice::SettlementCredited { .. }
            | Notice::SettlementCompleted { .. }
            | Notice::SeveralPapers { .. }
            | Notice::ShortPaid { .. }
            | Notice::Overdue { .. } => draft_money::of_settlement(notice, language, links),
        }
    }

    /// Starts a draft with the texts `<name>-subject` and `<name>-body` and the button
    /// `button-<button>`.
    pub(crate) fn new(
        language: Language,
        name: &str,
        args: &Args<'_>,
        button: &str,
        href: String,
    ) -> Result<Self, MissingText> {
        Ok(Self {
            subject: one_line(&text(language, &format!("{name}-subject"), args)?),
            paragraphs: vec![text(language, &format!("{name}-body"), args)?],
            facts: Vec::new(),
            link: (text(language, &format!("button-{button}"), &[])?, href),
            language,
        })
    }

    /// Adds a line `fact-<label>` to the table.
    pub(crate) fn fact(mut self, label: &str, value: Value<'_>) -> Result<Self, MissingText> {
        let label = text(self.language, &format!("fact-{label}"), &[])?;
        let value = match value {
            Text(text) => one_line(text),
            Count(count) => count.to_string(),
            Day(date) => day(self.language, date),
        };
        self.facts.push((label, value));
        Ok(self)
    }

    /// Adds a line for a paper in a letter about several: its number, and what it is about.
    pub(crate) fn line(mut self, paper: &PaperNamed, amount: &str) -> Self {
        let value = format!("{} · {}", one_line(amount), one_line(&paper.obligor));
        self.facts.push((one_line(&paper.number), value));
        self
    }

    /// Adds a line if there is something to say.
    pub(crate) fn maybe(self, label: &str, value: Option<Value<'_>>) -> Result<Self, MissingText> {
        match value {
            Some(value) => self.fact(label, value),
            None => Ok(self),
        }
    }

    /// Adds a line that says whether the next holder may turn back.
    pub(crate) fn recourse(self, recourse: Option<&RecourseNamed>) -> Result<Self, MissingText> {
        let words = match recourse {
            None => return Ok(self),
            Some(RecourseNamed::Without) => text(self.language, "recourse-without", &[])?,
            Some(RecourseNamed::With) => text(self.language, "recourse-with", &[])?,
            Some(RecourseNamed::Limited(cap)) => {
                text(self.language, "recourse-limited", &[("cap", Text(cap))])?
            }
        };
        self.fact("recourse", Text(&words))
    }

    /// Adds the lines that name a paper.
    pub(crate) fn paper(self, paper: &PaperNamed) -> Result<Self, MissingText> {
        self.fact("obligor", Text(&paper.obligor))?
            .fact("paper", Text(&paper.number))
    }

    /// Adds the lines that name a fragment.
    pub(crate) fn fragment(self, fragment: &FragmentNamed) -> Result<Self, MissingText> {
        self.paper(&fragment.paper)?
            .fact("range", Text(&fragment.range))
    }

    /// Adds the closing remark `<name>-note`.
    pub(crate) fn note(mut self, name: &str) -> Result<Self, MissingText> {
        self.paragraphs
            .push(text(self.language, &format!("{name}-note"), &[])?);
        Ok(self)
    }
}

fn of_paper(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let start = |who: &str, paper: &PaperNamed, face: &str, button: &str, href: String| {
        let args = [("who", Text(who)), ("amount", Text(face))];
        Draft::new(
            language,
            &notice.kind().replace('_', "-"),
            &args,
            button,
            href,
        )?
        .paper(paper)?
        .fact("face", Text(face))
    };
    match notice {
        Notice::PaperIssued {
            offer,
            paper,
            face,
            maturity,
            answer_by,
        } => start(&paper.obligor, paper, face, "answer", links.offer(offer))?
            .fact("maturity", Day(*maturity))?
            .maybe("answer-by", answer_by.map(Day))?
            .note("paper-issued"),
        Notice::PaperAccepted {
            paper,
            payee,
            face,
            maturity,
        } => start(payee, paper, face, "paper", links.paper(&paper.number))?
            .fact("maturity", Day(*maturity)),
        Notice::PaperRefused {
            paper,
            payee,
            face,
            reason,
        } => start(payee, paper, face, "paper", links.paper(&paper.number))?
            .maybe("reason", reason.as_deref().map(Text)),
        Notice::PaperWithdrawn {
            paper,
            face,
            reason,
        } => start(&paper.obligor, paper, face, "home", links.home())?
            .maybe("reason", reason.as_deref().map(Text)),
        other => Err(unwritten(other, language)),
    }
}

fn of_transfer(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let start = |who: &str, fragment: &FragmentNamed, amount: &str, document: &str, link| {
        let args = [
            ("who", Text(who)),
            ("amount", Text(amount)),
            ("document", Text(document)),
        ];
        let (button, href): (&str, String) = link;
        Draft::new(
            language,
            &notice.kind().replace('_', "-"),
            &args,
            button,
            href,
        )?
        .fragment(fragment)?
        .fact("amount", Text(amount))?
        .fact("document", Text(document))
    };
    let paper = |fragment: &FragmentNamed| ("paper", links.paper(&fragment.paper.number));
    match notice {
        Notice::TransferOffered {
            offer,
            fragment,
            from,
            amount,
            maturity,
            document,
            recourse,
        } => start(
            from,
            fragment,
            amount,
            document,
            ("answer", links.offer(offer)),
        )?
        .fact("maturity", Day(*maturity))?
        .recourse(recourse.as_ref())?
        .note("transfer-offered"),
        Notice::TransferAccepted {
            fragment,
            to,
            amount,
            document,
        } => start(to, fragment, amount, document, paper(fragment)),
        Notice::TransferDeclined {
            fragment,
            to,
            amount,
            document,
            reason,
        } => start(to, fragment, amount, document, paper(fragment))?
            .maybe("reason", reason.as_deref().map(Text)),
        other => Err(unwritten(other, language)),
    }
}

/// A notice that reached the wrong group of letters: reported like a text that isn't there.
pub(crate) fn unwritten(notice: &Notice, language: Language) -> MissingText {
    MissingText {
        key: notice.kind().to_owned(),
        language,
    }
}
