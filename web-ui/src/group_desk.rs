//! The operator's list of groups: which obligors are under one control.

use std::collections::HashSet;

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::operator_desk;
use ledger_app::party_groups;
use ledger_app::policy::Action;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::forms::Form;
use crate::pages::limits::GroupCard;
use crate::pages::limits::Groups;
use crate::posted::Posted;
use crate::session::Signed;

const HERE: &str = "/operator/groups";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(page))
        .route(HERE, web::post().to(enter))
        .route("/operator/groups/{id}/join", web::post().to(join))
        .route("/operator/groups/{id}/leave", web::post().to(leave));
}

async fn page(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&view(who, Form::default())?))
        .await
}

fn view(who: &Signed, form: Form) -> Result<Groups, AppError> {
    let (app, principal) = (&who.portal.app, &who.principal);
    principal.may(Action::OnboardParty)?;
    let groups = party_groups::list(app, principal)?;
    let taken: HashSet<PartyId> = groups
        .iter()
        .flat_map(|group| group.members.iter().map(|(id, _)| *id))
        .collect();
    let parties = operator_desk::parties(app, principal)?.into_iter();
    Ok(Groups {
        shell: who.shell()?,
        obligors: parties
            .map(|one| one.party)
            .filter(|one| one.kind == PartyKind::Obligor && !taken.contains(&one.id))
            .map(|one| (one.id.to_string(), one.name))
            .collect(),
        groups: groups
            .into_iter()
            .map(|group| GroupCard {
                id: group.id.simple().to_string(),
                name: group.name,
                members: group
                    .members
                    .into_iter()
                    .map(|(id, name)| (id.to_string(), name))
                    .collect(),
            })
            .collect(),
        form,
    })
}

async fn enter(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            match party_groups::enter(&who.portal.app, &who.principal, form.text("name")) {
                Ok(_id) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    form.refuse("name", "look_here");
                    who.page_again(&view(&who, form)?)
                }
            }
        })
        .await
}

async fn join(posted: Posted, id: web::Path<String>) -> HttpResponse {
    move_party(posted, id, party_groups::join).await
}

async fn leave(posted: Posted, id: web::Path<String>) -> HttpResponse {
    move_party(posted, id, party_groups::leave).await
}

type Move = fn(
    &ledger_app::app::App,
    &ledger_app::principal::Principal,
    Uuid,
    PartyId,
) -> Result<(), AppError>;

async fn move_party(posted: Posted, id: web::Path<String>, step: Move) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::OnboardParty)?;
            let group = id_in_path(&id)?;
            let party =
                PartyId::parse(form.text("party")).map_err(|_not_an_id| AppError::NotFound)?;
            match step(&who.portal.app, &who.principal, group, party) {
                Ok(()) => Ok(Answer::see_other(HERE)),
                Err(error) => {
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&view(&who, Form::default())?)
                }
            }
        })
        .await
}
