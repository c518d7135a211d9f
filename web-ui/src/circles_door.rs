//! Joint views of limits, among finance providers that agreed.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::limit_book;
use ledger_app::limit_circles;
use ledger_app::limit_circles::Circle;
use ledger_app::limit_circles::Joint;
use ledger_app::limit_subject::LimitKind;
use ledger_app::policy::Action;
use ledger_core::id::PartyId;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::limit_bar;
use crate::limits_door::kind_words;
use crate::limits_door::subject_of;
use crate::limits_door::sum;
use crate::limits_door::value_of;
use crate::pages::limits::CircleCard;
use crate::pages::limits::Circles;
use crate::pages::limits::JointLine;
use crate::posted::Posted;
use crate::session::Signed;

const HERE: &str = "/limits/circles";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page))
        .route(HERE, web::post().to(propose))
        .route("/limits/circles/{id}/join", web::post().to(join))
        .route("/limits/circles/{id}/leave", web::post().to(leave));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, Form::default())?))
        .await
}

fn view(who: &Signed, form: Form) -> Result<Circles, AppError> {
    let (app, principal, lang) = (&who.portal.app, &who.principal, who.lang);
    let circles = limit_circles::list(app, principal)?;
    let others = limit_circles::others(app, principal)?;
    let subjects = limit_book::choices(app, principal)?.into_iter();
    Ok(Circles {
        shell: who.shell()?,
        circles: circles.iter().map(|one| card(one, lang)).collect(),
        subjects: subjects
            .filter(|one| matches!(one.subject.kind(), LimitKind::Obligor | LimitKind::Group))
            .map(|one| {
                let kind = kind_words(one.subject.kind(), lang);
                (value_of(one.subject), format!("{} · {kind}", one.name))
            })
            .collect(),
        providers: others
            .into_iter()
            .map(|(id, name)| (id.to_string(), name))
            .collect(),
        form,
    })
}

fn card(one: &Circle, lang: Lang) -> CircleCard {
    let names = |member: bool| {
        let seats = one.seats.iter().filter(|seat| seat.member == member);
        let names: Vec<&str> = seats.map(|seat| seat.name.as_str()).collect();
        names.join(" · ")
    };
    CircleCard {
        id: one.id.simple().to_string(),
        name: one.name.clone(),
        kind: kind_words(one.subject.kind(), lang),
        proposed_by: one.proposed_by.clone(),
        member: one.member,
        members: names(true),
        invited: names(false),
        sums: one.sums.iter().map(|sum| joint(one, sum, lang)).collect(),
    }
}

fn joint(circle: &Circle, all: &Joint, lang: Lang) -> JointLine {
    let money = |minor: i64| sum(minor, all.currency);
    let own = circle.own.iter().find(|own| own.currency == all.currency);
    let free = all
        .limit
        .saturating_sub(all.used)
        .saturating_sub(all.reserved);
    let described = lang.text_with(
        "limit-bar",
        &[
            ("used", &money(all.used)),
            ("reserved", &money(all.reserved)),
            ("free", &money(free)),
        ],
    );
    JointLine {
        bar: limit_bar::draw(all.limit, all.used, all.reserved, &described),
        limit: money(all.limit),
        used: money(all.used),
        reserved: money(all.reserved),
        own: lang.text_with(
            "circle-own",
            &[
                ("limit", &money(own.map_or(0, |own| own.limit))),
                ("used", &money(own.map_or(0, |own| own.used))),
                ("reserved", &money(own.map_or(0, |own| own.reserved))),
            ],
        ),
    }
}

async fn propose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, form| {
            let (app, principal) = (&who.portal.app, &who.principal);
            principal.may(Action::ShareLimits)?;
            let others: Vec<PartyId> = form
                .all("provider")
                .iter()
                .filter_map(|id| PartyId::parse(id).ok())
                .collect();
            let made = match subject_of(form.text("subject")) {
                Some(subject) => limit_circles::propose(app, principal, subject, &others, None),
                None => Err(AppError::invalid_field(
                    "subject",
                    "limit_subject_unknown",
                    "choose an obligor or a group",
                )),
            };
            match made {
                Ok(_made) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&view(&who, form)?)
                }
            }
        })
        .await
}

async fn join(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            who.principal.may(Action::ShareLimits)?;
            limit_circles::join(&who.portal.app, &who.principal, id_in_path(&id)?)?;
            Ok(Answer::see_other(HERE))
        })
        .await
}

async fn leave(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            who.principal.may(Action::ShareLimits)?;
            limit_circles::leave(&who.portal.app, &who.principal, id_in_path(&id)?)?;
            Ok(Answer::see_other(HERE))
        })
        .await
}
