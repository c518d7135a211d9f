//! A party's own limits: look, propose, approve or turn down; joint views among those who agreed.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::error::AppError;
use ledger_app::limit_book;
use ledger_app::limit_book::DecidedProposal;
use ledger_app::limit_book::LimitBook;
use ledger_app::limit_book::LimitProposal;
use ledger_app::limit_book::ShownLimit;
use ledger_app::limit_book::WaitingProposal;
use ledger_app::limit_subject::LimitKind;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::policy::Action;
use ledger_app::propose_limit;
use ledger_app::propose_limit::ProposeLimit;
use ledger_core::currency::Currency;
use ledger_core::party::PartyKind;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::limit_bar;
use crate::pages::limits::HistoryLine;
use crate::pages::limits::LimitCard;
use crate::pages::limits::Limits;
use crate::pages::limits::ProposalCard;
use crate::pages::limits::ShortageLine;
use crate::pages::limits::UnlimitedLine;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words::totals;

const HERE: &str = "/limits";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page))
        .route(HERE, web::post().to(propose))
        .route("/limits/{proposal}/approve", web::post().to(approve))
        .route("/limits/{proposal}/turn-down", web::post().to(turn_down));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, Form::default())?))
        .await
}

/// A sum for people; below zero it says zero, since what is short is said apart.
pub(crate) fn sum(minor: i64, currency: Currency) -> String {
    let mut one = CurrencyTotals::default();
    one.add_minor(i128::from(minor.max(0)), currency);
    totals(&one)
}

/// A kind of limit in words.
pub(crate) fn kind_words(kind: LimitKind, lang: Lang) -> String {
    lang.text(match kind {
        LimitKind::Obligor => "limit-on-obligor",
        LimitKind::Group => "limit-on-group",
        LimitKind::Supplier => "limit-on-supplier",
        LimitKind::OwnIssuing => "limit-on-issuing",
    })
}

/// A subject as the value of a choice, and back.
pub(crate) fn value_of(subject: LimitSubject) -> String {
    format!("{}:{}", subject.kind().word(), subject.id().simple())
}

pub(crate) fn subject_of(value: &str) -> Option<LimitSubject> {
    let (kind, id) = value.split_once(':')?;
    let id = Uuid::parse_str(id).ok()?;
    Some(LimitSubject::new(LimitKind::from_word(kind)?, id))
}

fn view(who: &Signed, form: Form) -> Result<Limits, AppError> {
    let (app, principal, lang) = (&who.portal.app, &who.principal, who.lang);
    let book = limit_book::run(app, principal)?;
    let subjects = limit_book::choices(app, principal)?;
    let lead = if principal.kind == PartyKind::Obligor {
        "limits-lead-issuing"
    } else {
        "limits-lead"
    };
    Ok(Limits {
        shell: who.shell()?,
        lead: lang.text(lead),
        limits: book.limits.iter().map(|one| card(one, lang)).collect(),
        unlimited: unlimited(&book),
        waiting: book.waiting.iter().map(|one| waiting(who, one)).collect(),
        history: book.history.iter().map(|one| decided(one, lang)).collect(),
        shortages: book
            .shortages
            .iter()
            .map(|one| ShortageLine {
                name: one.name.clone(),
                asked: sum(one.shortage.asked, one.currency),
                free: sum(one.shortage.room, one.currency),
                at: dates::moment(one.shortage.at, lang),
            })
            .collect(),
        subjects: subjects
            .into_iter()
            .map(|one| {
                let kind = kind_words(one.subject.kind(), lang);
                (value_of(one.subject), format!("{} · {kind}", one.name))
            })
            .collect(),
        may_propose: principal.may(Action::ProposeLimit).is_ok(),
        may_share: principal.may(Action::ShareLimits).is_ok(),
        form,
    })
}

fn unlimited(book: &LimitBook) -> Vec<UnlimitedLine> {
    book.unlimited
        .iter()
        .map(|one| UnlimitedLine {
            name: one.name.clone(),
            used: sum(one.used, one.currency),
            reserved: sum(one.reserved, one.currency),
        })
        .collect()
}

fn card(one: &ShownLimit, lang: Lang) -> LimitCard {
    let limit = &one.limit;
    let money = |minor: i64| sum(minor, limit.currency);
    let issuing = limit.kind == LimitKind::OwnIssuing;
    let described = lang.text_with(
        "limit-bar",
        &[
            ("used", &money(limit.used)),
            ("reserved", &money(limit.reserved)),
            ("free", &money(limit.free())),
        ],
    );
    let warning = if one.expired {
        lang.text("limit-expired")
    } else if limit.free() < 0 {
        let over = money(limit.free().saturating_neg());
        lang.text_with("limit-over", &[("over", &over)])
    } else if limit.free() == 0 {
        lang.text("limit-full")
    } else {
        String::new()
    };
    LimitCard {
        name: one.name.clone(),
        kind: kind_words(limit.kind, lang),
        bar: limit_bar::draw(limit.amount, limit.used, limit.reserved, &described),
        limit: money(limit.amount),
        used: money(limit.used),
        reserved: if issuing {
            String::new()
        } else {
            money(limit.reserved)
        },
        free: money(limit.free()),
        until: until(limit.valid_until, lang),
        warning,
    }
}

fn until(day: Option<chrono::NaiveDate>, lang: Lang) -> String {
    day.map_or_else(String::new, |day| {
        lang.text_with("limit-until", &[("day", &dates::long(day, lang))])
    })
}

fn amount(proposal: &LimitProposal, lang: Lang) -> String {
    proposal.amount.map_or_else(
        || lang.text("limit-none"),
        |minor| sum(minor, proposal.currency),
    )
}

fn waiting(who: &Signed, one: &WaitingProposal) -> ProposalCard {
    let (proposal, lang) = (&one.proposal, who.lang);
    let may = who.principal.may(Action::DecideLimit).is_ok();
    ProposalCard {
        id: proposal.id.simple().to_string(),
        name: one.name.clone(),
        kind: kind_words(proposal.kind, lang),
        amount: amount(proposal, lang),
        until: until(proposal.valid_until, lang),
        reason: proposal.reason.clone(),
        made: dates::moment(proposal.made_at, lang),
        own: one.own,
        may_approve: may && !one.own,
    }
}

fn decided(one: &DecidedProposal, lang: Lang) -> HistoryLine {
    let (key, class) = if one.decision.approved {
        ("limit-approved", "ok")
    } else {
        ("limit-turned-down", "off")
    };
    HistoryLine {
        name: one.name.clone(),
        amount: amount(&one.proposal, lang),
        state: lang.text(key),
        state_class: class,
        day: dates::long(one.decision.decided_on, lang),
    }
}

async fn propose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            // Before anything is said about the fields: who may not propose learns nothing of them.
            who.principal.may(Action::ProposeLimit)?;
            let Some(wanted) = wanted(&mut form) else {
                return who.at(HERE).page_again(&view(&who.at(HERE), form)?);
            };
            match propose_limit::run(&who.portal.app, &who.principal, &wanted, None) {
                Ok(_made) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    if let AppError::Invalid {
                        field: Some(field), ..
                    } = &error
                    {
                        let shown = if *field == "valid_until" {
                            "until"
                        } else {
                            field
                        };
                        form.refuse(shown, "look_here");
                    }
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&view(&who, form)?)
                }
            }
        })
        .await
}

fn wanted(form: &mut Form) -> Option<ProposeLimit> {
    let subject = subject_of(form.text("subject"));
    if subject.is_none() {
        form.refuse("subject", "missing");
    }
    let currency: Option<Currency> = form.text("currency").to_uppercase().parse().ok();
    if currency.is_none() {
        form.refuse("currency", "currency_unknown");
    }
    let ends = form.chose("end", "yes");
    let amount = match currency {
        Some(currency) if !ends => Some(form.amount("amount", currency)?),
        _ => None,
    };
    let valid_until = if form.text("until").is_empty() || ends {
        None
    } else {
        Some(form.date("until")?)
    };
    Some(ProposeLimit {
        subject: subject?,
        currency: currency?,
        amount,
        valid_until,
        reason: form.text("reason").to_owned(),
    })
}

async fn approve(posted: Posted, proposal: web::Path<String>) -> HttpResponse {
    decide(posted, proposal, Verdict::Approve).await
}

async fn turn_down(posted: Posted, proposal: web::Path<String>) -> HttpResponse {
    decide(posted, proposal, Verdict::TurnDown).await
}

async fn decide(posted: Posted, proposal: web::Path<String>, verdict: Verdict) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, principal) = (&who.portal.app, &who.principal);
            principal.may(Action::ViewLimits)?;
            let id = id_in_path(&proposal)?;
            match decide_limit::run(app, principal, id, verdict, form.text("reason")) {
                Ok(()) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&view(&who, Form::default())?)
                }
            }
        })
        .await
}
