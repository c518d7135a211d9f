//! The letters about limits, to their owners only.

use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::notice_limits::LimitCircleInvited;
use ledger_app::notice_limits::LimitExhausted;
use ledger_app::notice_limits::LimitProposed;

use crate::draft::Draft;
use crate::draft::unwritten;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::Value::Text;

/// Stopped signatures, proposals, invitations to a joint view.
pub(crate) fn of_limits(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match notice {
        Notice::LimitExhausted(LimitExhausted {
            request,
            fragment,
            subject,
            asked,
            limit,
            free,
        }) => {
            let args = [("subject", Text(subject)), ("asked", Text(asked))];
            Draft::new(language, "limit-exhausted", &args, "limits", links.limits())?
                .fragment(fragment)?
                .fact("limit-subject", Text(subject))?
                .fact("limit-asked", Text(asked))?
                .fact("limit", Text(limit))?
                .fact("limit-free", Text(free))?
                .fact("request", Text(request))?
                .note("limit-exhausted")
        }
        Notice::LimitProposed(LimitProposed {
            maker,
            subject,
            amount,
        }) => {
            let args = [("who", Text(maker)), ("subject", Text(subject))];
            Draft::new(language, "limit-proposed", &args, "limits", links.limits())?
                .fact("maker", Text(maker))?
                .fact("limit-subject", Text(subject))?
                .maybe("limit", amount.as_deref().map(Text))
        }
        Notice::LimitCircleInvited(LimitCircleInvited { provider, subject }) => {
            let args = [("who", Text(provider)), ("subject", Text(subject))];
            Draft::new(
                language,
                "limit-circle-invited",
                &args,
                "limits",
                links.limits(),
            )?
            .fact("limit-subject", Text(subject))?
            .note("limit-circle-invited")
        }
        other => Err(unwritten(other, language)),
    }
}
