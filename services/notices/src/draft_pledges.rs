//! The letters about pledges and about fragments passed on between finance providers.

use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::notice_pledges::PledgeStep;
use ledger_app::notice_pledges::PledgeTold;
use ledger_app::notice_pledges::RetransferStep;
use ledger_app::notice_pledges::RetransferTold;

use crate::draft::Draft;
use crate::draft::unwritten;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::Value::Day;
use crate::texts::Value::Text;
use crate::texts::moment;

/// Each step of a pledge or a re-transfer.
pub(crate) fn of_pledges(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match notice {
        Notice::Pledge(told) => of_pledge(told, language, links),
        Notice::Retransfer(told) => of_retransfer(told, language, links),
        other => Err(unwritten(other, language)),
    }
}

fn of_pledge(told: &PledgeTold, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let (name, who) = match told.step {
        PledgeStep::Asked => ("pledge-asked", &told.holder),
        PledgeStep::Granted => ("pledge-granted", &told.pledgee),
        PledgeStep::Declined => ("pledge-declined", &told.pledgee),
        PledgeStep::Pledged => ("pledge-pledged", &told.holder),
        PledgeStep::Released => ("pledge-released", &told.pledgee),
        PledgeStep::Paid => ("pledge-paid", &told.holder),
    };
    let args = [
        ("who", Text(who)),
        ("amount", Text(&told.amount)),
        ("loan", Text(&told.loan)),
    ];
    let until = told.until.filter(|_| told.step == PledgeStep::Granted);
    let until = until.map(|until| moment(language, until));
    let draft = Draft::new(language, name, &args, "pledge", links.pledge(&told.pledge))?
        .fragment(&told.fragment)?
        .fact("amount", Text(&told.amount))?
        .fact("maturity", Day(told.due))?
        .fact("loan", Text(&told.loan))?
        .fact("secured", Text(&told.secured))?
        .maybe("valid-until", until.as_deref().map(Text))?;
    match told.step {
        PledgeStep::Asked | PledgeStep::Granted | PledgeStep::Pledged | PledgeStep::Paid => {
            draft.note(name)
        }
        PledgeStep::Declined | PledgeStep::Released => Ok(draft),
    }
}

fn of_retransfer(
    told: &RetransferTold,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let (name, who) = match told.step {
        RetransferStep::Offered => ("retransfer-offered", &told.from),
        RetransferStep::Accepted => ("retransfer-accepted", &told.to),
        RetransferStep::Declined => ("retransfer-declined", &told.to),
    };
    let args = [
        ("who", Text(who)),
        ("amount", Text(&told.amount)),
        ("contract", Text(&told.contract)),
    ];
    let href = links.retransfer(&told.retransfer);
    let draft = Draft::new(language, name, &args, "retransfer", href)?
        .fragment(&told.fragment)?
        .fact("amount", Text(&told.amount))?
        .fact("maturity", Day(told.due))?
        .fact("contract", Text(&told.contract))?
        .recourse(Some(&told.recourse))?;
    match told.step {
        RetransferStep::Offered => draft.note(name),
        RetransferStep::Accepted | RetransferStep::Declined => Ok(draft),
    }
}
