//! Every address of the portal, in one place.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;

use crate::agreements_door;
use crate::answer::Answer;
use crate::approval_run;
use crate::business_day;
use crate::circles_door;
use crate::clock_desk;
use crate::corrections_door;
use crate::default_desk;
use crate::documents_desk;
use crate::file_templates;
use crate::freeze_desk;
use crate::goods_desk;
use crate::group_desk;
use crate::home_door;
use crate::import_desk;
use crate::intake_door;
use crate::limits_door;
use crate::operator_door;
use crate::own_default;
use crate::own_passphrase;
use crate::paper_withdrawal;
use crate::papers_desk;
use crate::pledges_door;
use crate::portal::Portal;
use crate::proposal_desk;
use crate::provider_desk;
use crate::received_door;
use crate::recourse_door;
use crate::redemptions_door;
use crate::rules_door;
use crate::session::Signed;
use crate::sign_in_door;
use crate::stop_desk;
use crate::supplier;
use crate::task_desk;
use crate::webhooks_desk;
use crate::write_offs_door;

/// Mounts the portal.
pub fn configure(portal: &Portal) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let portal = web::Data::new(portal.clone());
    move |cfg| {
        cfg.app_data(portal);
        sign_in_door::configure(cfg);
        own_passphrase::configure(cfg);
        home_door::configure(cfg);
        file_templates::configure(cfg);
        intake_door::configure(cfg);
        import_desk::configure(cfg);
        proposal_desk::configure(cfg);
        approval_run::configure(cfg);
        papers_desk::configure(cfg);
        paper_withdrawal::configure(cfg);
        clock_desk::configure(cfg);
        operator_door::configure(cfg);
        business_day::configure(cfg);
        stop_desk::configure(cfg);
        task_desk::configure(cfg);
        default_desk::configure(cfg);
        own_default::configure(cfg);
        circles_door::configure(cfg);
        limits_door::configure(cfg);
        agreements_door::configure(cfg);
        redemptions_door::configure(cfg);
        received_door::configure(cfg);
        recourse_door::configure(cfg);
        corrections_door::configure(cfg);
        write_offs_door::configure(cfg);
        freeze_desk::configure(cfg);
        group_desk::configure(cfg);
        rules_door::configure(cfg);
        supplier::configure(cfg);
        provider_desk::configure(cfg);
        pledges_door::configure(cfg);
        webhooks_desk::configure(cfg);
        documents_desk::configure(cfg);
        goods_desk::configure(cfg);
    }
}

/// What is shown where there is no page; the host mounts it as its default service.
pub async fn nowhere(who: Signed) -> HttpResponse {
    who.answer(|_who| Err::<Answer, AppError>(AppError::NotFound))
        .await
}
