//! The caller's webhooks: where its systems are told what happens, instead of asking again and again.

use actix_web::HttpResponse;
use actix_web::delete;
use actix_web::get;
use actix_web::post;
use actix_web::put;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::principal::Principal;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::webhooks_view;
use uuid::Uuid;

use crate::answer::List;
use crate::answer::done;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire_problem::Problems;
use crate::wire_webhooks::DeliveryOut;
use crate::wire_webhooks::DeliveryPage;
use crate::wire_webhooks::PingOut;
use crate::wire_webhooks::ReplayIn;
use crate::wire_webhooks::ReplayedOut;
use crate::wire_webhooks::RotatedOut;
use crate::wire_webhooks::RotationIn;
use crate::wire_webhooks::WebhookIn;
use crate::wire_webhooks::WebhookMadeOut;
use crate::wire_webhooks::WebhookOut;
use crate::wire_webhooks::WebhooksOut;

/// Webhooks
///
/// The caller's own; nobody else sees them.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "listWebhooks",
    responses((status = 200, description = "All of them", body = WebhooksOut), Problems)
)]
#[get("/webhooks")]
pub(crate) async fn list(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    shown(&app, &caller, webhooks_view::list, |all| WebhooksOut {
        items: all.iter().map(WebhookOut::of).collect(),
    })
    .await
}

/// Make a webhook
///
/// From now on messages about its topics go to the address, signed with the secret in the answer. It
/// is shown this once; whoever has lost it rotates. A party has ten at most.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "makeWebhook",
    request_body = WebhookIn,
    responses((status = 200, description = "Made", body = WebhookMadeOut), Problems)
)]
#[post("/webhooks")]
pub(crate) async fn make(app: Data<App>, caller: Caller) -> Result<HttpResponse, Problem> {
    let terms = caller.json::<WebhookIn>()?.read()?;
    shown(
        &app,
        &caller,
        move |app, who| set_up_webhook::add(app, who, &terms),
        WebhookMadeOut::of,
    )
    .await
}

/// One webhook
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "getWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    responses((status = 200, description = "The webhook", body = WebhookOut), Problems)
)]
#[get("/webhooks/{webhook}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    shown(
        &app,
        &caller,
        move |app, who| webhooks_view::one(app, who, webhook),
        WebhookOut::of,
    )
    .await
}

/// Change a webhook
///
/// Address, topics and name are all set; the secret stays. Messages that wait go to the new address.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "changeWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    request_body = WebhookIn,
    responses((status = 204, description = "Changed"), Problems)
)]
#[put("/webhooks/{webhook}")]
pub(crate) async fn change(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    let terms = caller.json::<WebhookIn>()?.read()?;
    done(&app, &caller, move |app, who| {
        set_up_webhook::change(app, who, webhook, &terms)
    })
    .await
}

/// Delete a webhook
///
/// With its secret. What was not delivered is not sent any more.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "deleteWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    responses((status = 204, description = "Deleted"), Problems)
)]
#[delete("/webhooks/{webhook}")]
pub(crate) async fn delete(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(app, caller, path, set_up_webhook::delete).await
}

/// Enable a webhook
///
/// What happens from now on is sent; what was missed can be replayed. A second time changes nothing.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "enableWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    responses((status = 204, description = "Enabled"), Problems)
)]
#[post("/webhooks/{webhook}/enable")]
pub(crate) async fn enable(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(app, caller, path, set_up_webhook::enable).await
}

/// Disable a webhook
///
/// Nothing is sent until it is enabled; what happens meanwhile is kept for a replay. A second time
/// changes nothing.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "disableWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    responses((status = 204, description = "Disabled"), Problems)
)]
#[post("/webhooks/{webhook}/disable")]
pub(crate) async fn disable(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    act(app, caller, path, set_up_webhook::disable).await
}

async fn act(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
    how: fn(&App, &Principal, Uuid) -> Result<(), AppError>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| how(app, who, webhook)).await
}

/// Give a webhook a new secret
///
/// For a while messages carry two signatures, of the new secret and of the earlier one, so that the
/// receiver can change over when it likes. The new one is shown this once.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "rotateWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    request_body = RotationIn,
    responses((status = 200, description = "The new secret", body = RotatedOut), Problems)
)]
#[post("/webhooks/{webhook}/rotate")]
pub(crate) async fn rotate(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    let rotation: RotationIn = caller.json()?;
    shown(
        &app,
        &caller,
        move |app, who| set_up_webhook::rotate(app, who, webhook, rotation.hours()),
        RotatedOut::of,
    )
    .await
}

/// Try a webhook
///
/// Sends it a message of type `webhook.ping`.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "pingWebhook",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    responses((status = 200, description = "It is on its way", body = PingOut), Problems)
)]
#[post("/webhooks/{webhook}/ping")]
pub(crate) async fn ping(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    shown(
        &app,
        &caller,
        move |app, who| replay_webhook::ping(app, who, webhook),
        PingOut::of,
    )
    .await
}

/// What a webhook was told
///
/// Newest first, with what came of each message.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "listDeliveries",
    params(("webhook" = String, Path, description = "Id of the webhook"), PageQuery),
    responses((status = 200, description = "A page", body = DeliveryPage), Problems)
)]
#[get("/webhooks/{webhook}/deliveries")]
pub(crate) async fn deliveries(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    path: Path<String>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    let address = format!("/v1/webhooks/{}/deliveries", webhook.simple());
    let told = List {
        name: "deliveries",
        path: &address,
    };
    told.page(
        &app,
        &cursors,
        &caller,
        &query,
        move |app, who, after, limit| webhooks_view::deliveries(app, who, webhook, after, limit),
        |items, next_cursor| DeliveryPage {
            items: items.iter().map(DeliveryOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// Send a message again
///
/// Under the same id, whether it was taken before or not: a receiver that has it knows it.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "replayDelivery",
    params(
        ("webhook" = String, Path, description = "Id of the webhook"),
        ("delivery" = String, Path, description = "Id of the message"),
    ),
    responses((status = 204, description = "It is on its way"), Problems)
)]
#[post("/webhooks/{webhook}/deliveries/{delivery}/replay")]
pub(crate) async fn replay_one(
    app: Data<App>,
    caller: Caller,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (webhook, delivery) = path.into_inner();
    let webhook = id(&webhook, Uuid::parse_str)?;
    let delivery = id(&delivery, Uuid::parse_str)?;
    done(&app, &caller, move |app, who| {
        replay_webhook::one(app, who, webhook, delivery)
    })
    .await
}

/// Send all again that failed
///
/// And what was missed while the webhook was disabled, as far as it happened at `since` or later.
#[utoipa::path(
    tag = "Webhooks",
    operation_id = "replayFailed",
    params(("webhook" = String, Path, description = "Id of the webhook")),
    request_body = ReplayIn,
    responses((status = 200, description = "They are on their way", body = ReplayedOut), Problems)
)]
#[post("/webhooks/{webhook}/replay")]
pub(crate) async fn replay_failed(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let webhook = id(&path, Uuid::parse_str)?;
    let asked: ReplayIn = caller.json()?;
    shown(
        &app,
        &caller,
        move |app, who| replay_webhook::failed_since(app, who, webhook, asked.since),
        |count| ReplayedOut { count: *count },
    )
    .await
}
