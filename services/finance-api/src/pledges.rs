//! Pledges: a holder asks, the pledgee signs a deed, the holder signs the entry, the pledgee lets go.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::post;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use http_support::caller::Caller;
use http_support::cursor::Cursors;
use http_support::problem::Problem;
use ledger_app::app::App;
use ledger_app::ask_pledge;
use ledger_app::error::AppError;
use ledger_app::grant_pledge;
use ledger_app::held_fragments;
use ledger_app::pledge_fragment;
use ledger_app::pledges_view;
use ledger_app::pledges_view::PledgeSide;
use ledger_app::pledges_view::PledgeState;
use ledger_app::pledges_view::Standing;
use ledger_app::principal::Principal;
use ledger_app::release_pledge;
use ledger_app::signing::Signing;
use ledger_core::id::PledgeId;

use crate::answer::List;
use crate::answer::done;
use crate::answer::once;
use crate::answer::shown;
use crate::wire::PageQuery;
use crate::wire::id;
use crate::wire::moment;
use crate::wire_pledges::ActToSignOut;
use crate::wire_pledges::EnteredOut;
use crate::wire_pledges::GrantedOut;
use crate::wire_pledges::PledgeAskedOut;
use crate::wire_pledges::PledgeIn;
use crate::wire_pledges::PledgeOut;
use crate::wire_pledges::PledgePage;
use crate::wire_pledges::PledgeSeenOut;
use crate::wire_pledges::PreparePledgeIn;
use crate::wire_pledges::ReleasedOut;
use crate::wire_pledges::SignatureIn;
use crate::wire_pledges::SignedDeedIn;
use crate::wire_pledges::StationOut;
use crate::wire_problem::Problems;

const LIST: List = List {
    name: "pledges",
    path: "/v1/pledges",
};

/// Pledges
///
/// Those of which the caller's party is a side, newest first, ended ones too.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "listPledges",
    params(PageQuery),
    responses((status = 200, description = "A page", body = PledgePage), Problems)
)]
#[get("/pledges")]
pub(crate) async fn list(
    app: Data<App>,
    cursors: Data<Cursors>,
    caller: Caller,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    LIST.page(
        &app,
        &cursors,
        &caller,
        &query,
        pledges_view::list,
        |items, next_cursor| PledgePage {
            items: items.iter().map(PledgeOut::of).collect(),
            next_cursor,
        },
    )
    .await
}

/// One pledge
///
/// With the way of its fragment from the obligor. To anybody but its two sides there is none.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "getPledge",
    params(("pledge" = String, Path, description = "Id of the pledge")),
    responses((status = 200, description = "The pledge", body = PledgeSeenOut), Problems)
)]
#[get("/pledges/{pledge}")]
pub(crate) async fn one(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    shown(
        &app,
        &caller,
        move |app, who| pledges_view::one(app, who, pledge),
        |(pledge, path)| PledgeSeenOut {
            pledge: PledgeOut::of(pledge),
            path: path.iter().map(StationOut::of).collect(),
        },
    )
    .await
}

/// Ask to pledge a fragment
///
/// Of the caller's own, to a finance provider. Binds nobody: the pledgee signs a deed next, then the
/// holder signs the entry.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "askPledge",
    params(
        ("fragment" = String, Path, description = "Id of the fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each pledge"),
    ),
    request_body = PledgeIn,
    responses((status = 200, description = "Asked", body = PledgeAskedOut), Problems)
)]
#[post("/fragments/{fragment}/pledge")]
pub(crate) async fn ask(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let wanted: PledgeIn = caller.json()?;
    once(
        &app,
        &caller,
        move |app, who, once| {
            // Amounts are in the paper's currency.
            let held = held_fragments::run(app, who, std::slice::from_ref(&fragment))?.pop();
            let currency = held.ok_or(AppError::NotFound)?.paper.paper.currency;
            let command = wanted.read(fragment, currency)?;
            ask_pledge::run(app, who, &command, Some(once))
        },
        |asked| PledgeAskedOut {
            pledge: asked.pledge,
        },
    )
    .await
}

/// What to sign next
///
/// To the pledgee of one that is asked for, the deed; to the holder of one that is granted, the entry
/// that pledges; to the pledgee of a pledged fragment, the entry that lets it go. Keeps nothing.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "preparePledge",
    params(("pledge" = String, Path, description = "Id of the pledge")),
    request_body = PreparePledgeIn,
    responses((status = 200, description = "The bytes to sign", body = ActToSignOut), Problems)
)]
#[post("/pledges/{pledge}/prepare")]
pub(crate) async fn prepare(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    let asked: PreparePledgeIn = caller.json()?;
    shown(
        &app,
        &caller,
        move |app, who| next(app, who, pledge, &asked),
        ActToSignOut::clone,
    )
    .await
}

fn next(
    app: &App,
    who: &Principal,
    pledge: PledgeId,
    asked: &PreparePledgeIn,
) -> Result<ActToSignOut, AppError> {
    let (seen, _path) = pledges_view::one(app, who, pledge)?;
    let (act, to_sign) = match (seen.side, seen.standing) {
        (PledgeSide::Pledgee, Standing::At(PledgeState::Pledged)) => (
            "release",
            release_pledge::prepare(app, who, &seen.fragment)?,
        ),
        (PledgeSide::Pledgee, _) => {
            let until = match asked.expires_at {
                Some(until) => until,
                None => grant_pledge::usual_end(app)?,
            };
            ("deed", grant_pledge::prepare(app, who, pledge, until)?)
        }
        (PledgeSide::Holder, _) => ("pledge", pledge_fragment::prepare(app, who, pledge)?),
    };
    Ok(ActToSignOut::of(act, &to_sign))
}

/// Grant a deed
///
/// The pledgee's signature over exactly what was asked. From here on the holder may sign, until it
/// expires. A later deed takes the place of an earlier one.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "grantPledge",
    params(
        ("pledge" = String, Path, description = "Id of the pledge"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each deed"),
    ),
    request_body = SignedDeedIn,
    responses((status = 200, description = "Granted", body = GrantedOut), Problems)
)]
#[post("/pledges/{pledge}/deed")]
pub(crate) async fn grant(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    let (body, key, bytes) = caller.json::<SignedDeedIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| grant_pledge::submit(app, who, pledge, &body, &signing, Some(once)),
        |granted| GrantedOut {
            pledge: granted.pledge,
            expires_at: moment(granted.expires_at),
        },
    )
    .await
}

/// Sign and pledge
///
/// The holder's signature under the entry as prepared today. The fragment stays put from here on.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "signPledge",
    params(
        ("pledge" = String, Path, description = "Id of the pledge"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each signature"),
    ),
    request_body = SignatureIn,
    responses((status = 200, description = "Pledged", body = EnteredOut), Problems)
)]
#[post("/pledges/{pledge}/sign")]
pub(crate) async fn sign(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| pledge_fragment::run(app, who, &signing, pledge, Some(once)),
        EnteredOut::of,
    )
    .await
}

/// Let a pledged fragment go
///
/// The pledgee's signature under the entry as prepared today.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "releasePledge",
    params(
        ("fragment" = String, Path, description = "Id of the pledged fragment"),
        ("Idempotency-Key" = String, Header, description = "1 to 200 characters, new for each release"),
    ),
    request_body = SignatureIn,
    responses((status = 200, description = "Released", body = ReleasedOut), Problems)
)]
#[post("/fragments/{fragment}/release")]
pub(crate) async fn release(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let fragment = path.into_inner();
    let (key, bytes) = caller.json::<SignatureIn>()?.read()?;
    let signing = Signing::Brought { key, bytes };
    once(
        &app,
        &caller,
        move |app, who, once| release_pledge::run(app, who, &signing, &fragment, Some(once)),
        |released| ReleasedOut {
            fragment: released.fragment,
            entry: released.entry,
        },
    )
    .await
}

/// Decline a pledge
///
/// Or take a deed back that the holder has not signed. A second time changes nothing.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "declinePledge",
    params(("pledge" = String, Path, description = "Id of the pledge")),
    responses((status = 204, description = "Declined"), Problems)
)]
#[post("/pledges/{pledge}/decline")]
pub(crate) async fn decline(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    done(&app, &caller, move |app, who| {
        grant_pledge::decline(app, who, pledge)
    })
    .await
}

/// Take a question back
///
/// As long as the holder has not signed. A second time changes nothing.
#[utoipa::path(
    tag = "Pledges",
    operation_id = "withdrawPledge",
    params(("pledge" = String, Path, description = "Id of the pledge")),
    responses((status = 204, description = "Withdrawn"), Problems)
)]
#[post("/pledges/{pledge}/withdraw")]
pub(crate) async fn withdraw(
    app: Data<App>,
    caller: Caller,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let pledge = id(&path, PledgeId::parse)?;
    done(&app, &caller, move |app, who| {
        ask_pledge::withdraw(app, who, pledge)
    })
    .await
}
