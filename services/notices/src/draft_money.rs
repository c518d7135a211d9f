//! The letters about money: finance asked for and found, maturities, settlement, and what went
//! wrong with it.

use ledger_app::language::Language;
use ledger_app::notice::FragmentNamed;
use ledger_app::notice::MaturitySide;
use ledger_app::notice::Notice;
use ledger_app::notice::PaperNamed;
use ledger_app::notice::PapersTopic;

use crate::draft::Draft;
use crate::draft::unwritten;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::Value::Count;
use crate::texts::Value::Day;
use crate::texts::Value::Text;
use crate::texts::moment;

/// Requests, quotes, discounts. A finance provider works through its API, so that its letters lead
/// to the first page and carry the request's id.
pub(crate) fn of_discount(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let home = || ("home", links.home());
    match notice {
        Notice::FinanceRequested {
            request,
            supplier,
            fragment,
            amount,
            maturity,
            quotes_until,
            others,
            bids_until,
        } => on_fragment(notice, language, supplier, (fragment, amount), home())?
            .maybe("other-fragments", (*others > 0).then_some(Count(*others)))?
            .fact("maturity", Day(*maturity))?
            .maybe(
                "bids-until",
                bids_until
                    .map(|at| moment(language, at))
                    .as_deref()
                    .map(Text),
            )?
            .maybe("quotes-until", quotes_until.map(Day))?
            .fact("request", Text(request))?
            .note("finance-requested"),
        Notice::DiscountPaid {
            request,
            provider,
            supplier,
            fragment,
            amount,
            proceeds,
            paid_on,
        } => on_fragment(notice, language, provider, (fragment, amount), home())?
            .fact("supplier", Text(supplier))?
            .fact("proceeds", Text(proceeds))?
            .fact("paid-on", Day(*paid_on))?
            .fact("request", Text(request)),
        Notice::DiscountReversed {
            request,
            provider,
            supplier,
            fragment,
            amount,
            proceeds,
        } => on_fragment(notice, language, supplier, (fragment, amount), home())?
            .fact("provider", Text(provider))?
            .fact("proceeds", Text(proceeds))?
            .fact("request", Text(request))?
            .note("discount-reversed"),
        Notice::RevealDue(_) | Notice::BidsIn(_) | Notice::BidLapsed(_) => {
            of_bids(notice, language, links)
        }
        quote => of_quote(quote, language, links),
    }
}

fn of_bids(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let home = || ("home", links.home());
    match notice {
        Notice::RevealDue(told) | Notice::BidLapsed(told) => {
            let until = told.until.map(|until| moment(language, until));
            let about = (&told.fragment, told.amount.as_str());
            let draft = on_fragment(notice, language, &told.supplier, about, home())?
                .maybe("reveal-until", until.as_deref().map(Text))?
                .fact("request", Text(&told.request))?;
            match until {
                Some(_) => draft.note("reveal-due"),
                None => Ok(draft),
            }
        }
        Notice::BidsIn(told) => {
            let link = ("quotes", links.request(&told.request));
            let about = (&told.fragment, told.amount.as_str());
            on_fragment(notice, language, "", about, link)?
                .fact("bidders", Count(told.bidders))?
                .fact("reveal-until", Text(&moment(language, told.until)))?
                .note("bids-in")
        }
        other => Err(unwritten(other, language)),
    }
}

fn of_quote(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let home = || ("home", links.home());
    match notice {
        Notice::QuoteReceived {
            request,
            provider,
            fragment,
            amount,
            proceeds,
            charge,
            annual_cost,
            valid_until,
            recourse,
        } => {
            let link = ("quotes", links.request(request));
            on_fragment(notice, language, provider, (fragment, amount), link)?
                .fact("proceeds", Text(proceeds))?
                .fact("charge", Text(charge))?
                .fact("annual-cost", Text(annual_cost))?
                .recourse(recourse.as_ref())?
                .fact("valid-until", Text(&moment(language, *valid_until)))?
                .note("quote-received")
        }
        Notice::QuoteAccepted {
            request,
            supplier,
            fragment,
            amount,
            proceeds,
            pay_by,
            recourse,
        } => on_fragment(notice, language, supplier, (fragment, amount), home())?
            .fact("proceeds", Text(proceeds))?
            .maybe("pay-by", pay_by.map(Day))?
            .recourse(recourse.as_ref())?
            .fact("request", Text(request))?
            .note("quote-accepted"),
        Notice::QuoteLapsed {
            request,
            provider,
            fragment,
            amount,
        } => on_fragment(notice, language, provider, (fragment, amount), home())?
            .fact("request", Text(request)),
        other => Err(unwritten(other, language)),
    }
}

/// A letter about one fragment and its amount, by or to `who`.
fn on_fragment(
    notice: &Notice,
    language: Language,
    who: &str,
    (fragment, amount): (&FragmentNamed, &str),
    (button, href): (&str, String),
) -> Result<Draft, MissingText> {
    let args = [("who", Text(who)), ("amount", Text(amount))];
    Draft::new(
        language,
        &notice.kind().replace('_', "-"),
        &args,
        button,
        href,
    )?
    .fragment(fragment)?
    .fact("amount", Text(amount))
}

/// From the first reminder to the last cent, or to the cent that didn't come.
pub(crate) fn of_settlement(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let start = |name: &str, paper: &PaperNamed, amount: &str| {
        let args = [("who", Text(&paper.obligor)), ("amount", Text(amount))];
        Draft::new(language, name, &args, "paper", links.paper(&paper.number))?.paper(paper)
    };
    match notice {
        Notice::MaturityAhead {
            paper,
            side,
            amount,
            maturity,
            payment_date,
        } => {
            let name = match side {
                MaturitySide::Obligor => "maturity-ahead-obligor",
                MaturitySide::Holder => "maturity-ahead-holder",
            };
            start(name, paper, amount)?
                .fact("amount", Text(amount))?
                .fact("maturity", Day(*maturity))?
                .fact("payment-date", Day(*payment_date))
        }
        Notice::Presented {
            paper,
            amount,
            presented_on,
        } => start("presented", paper, amount)?
            .fact("amount", Text(amount))?
            .fact("presented-on", Day(*presented_on)),
        Notice::SettlementCredited {
            paper,
            amount,
            account,
            credited_on,
        } => start("settlement-credited", paper, amount)?
            .fact("amount", Text(amount))?
            .fact("account", Text(account))?
            .fact("credited-on", Day(*credited_on)),
        Notice::SettlementCompleted {
            paper,
            face,
            settled_on,
        } => start("settlement-completed", paper, face)?
            .fact("face", Text(face))?
            .fact("settled-on", Day(*settled_on)),
        Notice::SeveralPapers { .. } => several(notice, language, links),
        Notice::ShortPaid {
            paper,
            due,
            credited,
            outstanding,
            cleared_on,
        } => start("short-paid", paper, credited)?
            .fact("due", Text(due))?
            .fact("credited", Text(credited))?
            .fact("outstanding", Text(outstanding))?
            .fact("cleared-on", Day(*cleared_on))?
            .note("short-paid"),
        Notice::Overdue {
            paper,
            outstanding,
            payment_date,
        } => start("overdue", paper, outstanding)?
            .fact("outstanding", Text(outstanding))?
            .fact("payment-date", Day(*payment_date))?
            .note("overdue"),
        other => Err(unwritten(other, language)),
    }
}

/// One letter about many papers: the sum, the day, and the first of them by number.
fn several(notice: &Notice, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let Notice::SeveralPapers {
        topic,
        count,
        total,
        papers,
        day,
        account,
    } = notice
    else {
        return Err(unwritten(notice, language));
    };
    let name = format!("several-{}", topic.word().replace('_', "-"));
    let args = [("papers", Count(*count)), ("amount", Text(total))];
    let mut draft = Draft::new(language, &name, &args, "home", links.home())?
        .fact("papers", Count(*count))?
        .fact("total", Text(total))?
        .fact(day_of(*topic), Day(*day))?
        .maybe("account", account.as_deref().map(Text))?;
    for one in papers {
        draft = draft.line(&one.paper, &one.amount);
    }
    if u32::try_from(papers.len()).is_ok_and(|named| named < *count) {
        draft = draft.note("several-more")?;
    }
    Ok(draft)
}

/// Which day a letter about several papers names.
const fn day_of(topic: PapersTopic) -> &'static str {
    match topic {
        PapersTopic::AheadObligor | PapersTopic::AheadHolder | PapersTopic::UnpaidObligor => {
            "payment-date"
        }
        PapersTopic::Presented => "presented-on",
        PapersTopic::Credited => "credited-on",
        PapersTopic::Completed => "settled-on",
        PapersTopic::DefaultObligor | PapersTopic::DefaultHolder => "recorded-on",
    }
}
