//! The letters about desk work: lists of payables, what waits for a second person, first visits.

use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::notice_answers::AnswerProposed;
use ledger_app::notice_answers::AnswerReturned;
use ledger_app::notice_answers::ProposalsDeclined;
use ledger_app::notice_tasks::OperatorTasks;
use ledger_app::notice_webhooks::WebhookDisabled;

use crate::draft::Draft;
use crate::draft::unwritten;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::Value::Count;
use crate::texts::Value::Day;
use crate::texts::Value::Text;

/// Lists of payables, proposals, decisions about them.
pub(crate) fn of_treasury(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match notice {
        Notice::ImportChecked {
            import,
            file,
            good,
            bad,
        } => {
            let args = [
                ("file", Text(file)),
                ("good", Count(*good)),
                ("bad", Count(*bad)),
            ];
            Draft::new(
                language,
                "import-checked",
                &args,
                "import",
                links.import(import),
            )?
            .fact("file", Text(file))?
            .fact("good", Count(*good))?
            .fact("bad", Count(*bad))
        }
        Notice::ApprovalWaiting {
            maker,
            papers,
            total,
        } => {
            let args = [
                ("who", Text(maker)),
                ("papers", Count(*papers)),
                ("amount", Text(total)),
            ];
            Draft::new(
                language,
                "approval-waiting",
                &args,
                "proposals",
                links.proposals(),
            )?
            .fact("maker", Text(maker))?
            .fact("papers", Count(*papers))?
            .fact("total", Text(total))
        }
        Notice::ImportInterrupted {
            import,
            file,
            through_line,
        } => {
            let line = through_line.to_string();
            let args = [("file", Text(file)), ("line", Text(&line))];
            Draft::new(
                language,
                "import-interrupted",
                &args,
                "import",
                links.import(import),
            )?
            .fact("file", Text(file))?
            .fact("read-through", Text(&line))
        }
        Notice::ProposalsDeclined { .. } => of_decline(notice, language, links),
        other => Err(unwritten(other, language)),
    }
}

/// What the people of a finance provider tell each other.
pub(crate) fn of_provider(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let mut why = None;
    let (name, request, fragment, args) = match notice {
        Notice::AnswerProposed(AnswerProposed {
            request,
            maker,
            supplier,
            fragment,
            amount,
        }) => {
            let args = vec![
                ("who", Text(maker)),
                ("supplier", Text(supplier)),
                ("amount", Text(amount)),
            ];
            ("answer-proposed", request, fragment, args)
        }
        Notice::AnswerReturned(AnswerReturned {
            request,
            checker,
            fragment,
            amount,
            reason,
        }) => {
            let args = vec![("who", Text(checker)), ("amount", Text(amount))];
            why = Some(Text(reason));
            ("answer-returned", request, fragment, args)
        }
        other => return Err(unwritten(other, language)),
    };
    Draft::new(
        language,
        name,
        &args,
        "desk-request",
        links.desk_request(request),
    )?
    .fact("obligor", Text(&fragment.paper.obligor))?
    .fact("paper", Text(&fragment.paper.number))?
    .fact("range", Text(&fragment.range))?
    .maybe("reason", why)
}

/// Standing rates between the people of a finance provider.
pub(crate) fn of_rates(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let (name, who, currency, from, until) = match notice {
        Notice::RatesProposed(rates) => (
            "rates-proposed",
            &rates.maker,
            &rates.currency,
            rates.from,
            rates.until,
        ),
        Notice::RatesReturned(rates) => (
            "rates-returned",
            &rates.checker,
            &rates.currency,
            rates.from,
            rates.until,
        ),
        other => return Err(unwritten(other, language)),
    };
    let args = [("who", Text(who)), ("currency", Text(currency))];
    let draft = Draft::new(language, name, &args, "desk-rates", links.desk_rates())?
        .fact("valid-from", Day(from))?
        .fact("valid-until", Day(until))?;
    match notice {
        Notice::RatesProposed(rates) => draft.fact("rate-rows", Count(rates.rows)),
        Notice::RatesReturned(rates) => draft.fact("reason", Text(&rates.reason)),
        other => Err(unwritten(other, language)),
    }
}

fn of_decline(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let Notice::ProposalsDeclined(ProposalsDeclined {
        checker,
        papers,
        total,
        payables,
        import,
        reason,
    }) = notice
    else {
        return Err(unwritten(notice, language));
    };
    let args = [
        ("who", Text(checker)),
        ("papers", Count(*papers)),
        ("amount", Text(total)),
    ];
    let (button, href) = match import {
        Some(import) => ("import", links.import(import)),
        None => ("imports", links.imports()),
    };
    let named = payables.join(", ");
    let shown = u32::try_from(payables.len()).unwrap_or(u32::MAX);
    let more = papers.saturating_sub(shown);
    let named = if more == 0 {
        named
    } else {
        format!("{named} … +{more}")
    };
    Draft::new(language, "proposals-declined", &args, button, href)?
        .fact("checker", Text(checker))?
        .fact("papers", Count(*papers))?
        .fact("total", Text(total))?
        .fact("payables", Text(&named))?
        .maybe("reason", reason.as_deref().map(Text))?
        .note("proposals-declined")
}

/// People and their access.
pub(crate) fn of_desk(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match notice {
        Notice::Invitation {
            organisation,
            invited_by,
            token,
            valid_until,
        } => {
            let args = [
                ("who", Text(invited_by)),
                ("organisation", Text(organisation)),
            ];
            let href = links.first_visit(token.reveal());
            Draft::new(language, "invitation", &args, "first-visit", href)?
                .fact("organisation", Text(organisation))?
                .fact("valid-until", Day(*valid_until))?
                .note("invitation")
        }
        Notice::WebhookDisabled(WebhookDisabled {
            webhook,
            address,
            gone,
            answer,
        }) => {
            let name = if *gone {
                "webhook-gone"
            } else {
                "webhook-unreachable"
            };
            let args = [("address", Text(address))];
            let href = links.desk_webhook(webhook);
            Draft::new(language, name, &args, "webhook", href)?
                .fact("webhook-address", Text(address))?
                .fact("webhook-answer", Text(answer))?
                .note("webhook-disabled")
        }
        Notice::OperatorTasks(OperatorTasks { count, tasks }) => {
            let start = Draft::new(
                language,
                "operator-tasks",
                &[("count", Count(*count))],
                "tasks",
                links.operator_tasks(),
            )?;
            let listed = tasks.iter().try_fold(start, |draft, task| {
                // A kind this program does not know yet is still told.
                let about = match task.about.as_str() {
                    "settlement_run" | "settlement_credit" => "settlement-run",
                    "bank_booking" => "bank-booking",
                    "discount_payout" => "discount-payout",
                    "early_redemption" => "early-redemption",
                    "webhook" => "webhook",
                    _newer => "task",
                };
                let words = format!("{} ({})", task.detail, task.code);
                draft.fact(about, Text(&words))
            })?;
            listed.note("operator-tasks")
        }
        other => Err(unwritten(other, language)),
    }
}
