//! Pledges: ask on a fragment's page, then look, grant, sign, let go, each on the pledge's own page.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::ask_pledge;
use ledger_app::ask_pledge::AskPledge;
use ledger_app::error::AppError;
use ledger_app::grant_pledge;
use ledger_app::pledge_fragment;
use ledger_app::pledges_view;
use ledger_app::pledges_view::PledgeSide;
use ledger_app::pledges_view::PledgeState;
use ledger_app::pledges_view::ShownPledge;
use ledger_app::pledges_view::Standing;
use ledger_app::policy::Action;
use ledger_app::release_pledge;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::trace_fragment;
use ledger_app::traced_path::PathStep;
use ledger_core::id::PartyId;
use ledger_core::id::PledgeId;
use ledger_core::signature::Signer;

use crate::answer::Answer;
use crate::blame::blame;
use crate::dates;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::pledges::DealLine;
use crate::pages::pledges::PledgePage;
use crate::pages::pledges::Pledges;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::fragment;
use crate::words;

/// Lines of the list.
const LINES: i64 = 100;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/pledges", web::get().to(list))
        .route("/pledges/{pledge}", web::get().to(show))
        .route("/pledges/{pledge}/grant", web::post().to(grant))
        .route("/pledges/{pledge}/decline", web::post().to(decline))
        .route("/pledges/{pledge}/withdraw", web::post().to(withdraw))
        .route("/pledges/{pledge}/sign", web::post().to(sign))
        .route("/pledges/{pledge}/release", web::post().to(release))
        .route("/fragments/{fragment}/pledge", web::post().to(ask));
}

async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let found = pledges_view::list(&who.portal.app, &who.principal, None, LINES)?;
        who.page(&Pledges {
            shell: who.shell()?,
            more: found.next.is_some(),
            lines: found
                .items
                .iter()
                .map(|one| line(who, one))
                .collect::<Result<_, AppError>>()?,
        })
    })
    .await
}

fn standing(who: &Signed, one: &ShownPledge) -> (String, &'static str) {
    let word = one.standing.word();
    let class = match one.standing {
        Standing::At(PledgeState::Asked | PledgeState::Granted) => "waiting",
        Standing::At(PledgeState::Pledged) => "financed",
        Standing::At(PledgeState::Released) | Standing::Paid => "ok",
        Standing::At(PledgeState::Declined | PledgeState::Withdrawn) | Standing::Void => "ended",
    };
    (who.lang.text(&format!("pledge-state-{word}")), class)
}

fn line(who: &Signed, one: &ShownPledge) -> Result<DealLine, AppError> {
    let (pledged, lang) = (&one.pledged, who.lang);
    let (state, state_class) = standing(who, one);
    let (other, part) = match one.side {
        PledgeSide::Holder => (&pledged.pledgee, "pledge-as-holder"),
        PledgeSide::Pledgee => (&pledged.holder, "pledge-as-pledgee"),
    };
    Ok(DealLine {
        href: format!("/pledges/{}", pledged.pledge.id),
        who: other.name.clone(),
        part: lang.text(part),
        obligor: pledged.obligor.name.clone(),
        paper: words::paper_number(&pledged.paper.paper.number),
        range: pledged.range()?.to_string(),
        reference: pledged.pledge.loan.clone(),
        due: dates::long(pledged.paper.paper.due_date, lang),
        amount: words::money(pledged.amount()?, pledged.pledge.currency),
        state,
        state_class,
    })
}

fn id(pledge: &str) -> Result<PledgeId, AppError> {
    PledgeId::parse(pledge).map_err(|_no_id| AppError::NotFound)
}

async fn show(who: Signed, pledge: web::Path<String>) -> HttpResponse {
    who.answer(move |who| who.page(&view(who, id(&pledge)?, Form::default())?))
        .await
}

fn view(who: &Signed, pledge: PledgeId, form: Form) -> Result<PledgePage, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let (one, path) = pledges_view::one(app, person, pledge)?;
    let (state, state_class) = standing(who, &one);
    let pledged = &one.pledged;
    let sentence = lang.text_with(
        "pledge-sentence",
        &[
            ("holder", &pledged.holder.name),
            ("pledgee", &pledged.pledgee.name),
        ],
    );
    // The pledgee of one that is not entered is no side of the fragment yet.
    let entered = matches!(
        one.standing,
        Standing::At(PledgeState::Pledged) | Standing::Paid
    );
    let sees = one.side == PledgeSide::Holder || entered;
    Ok(PledgePage {
        shell: who.shell()?,
        id: pledge.to_string(),
        sentence,
        amount: words::money(pledged.amount()?, pledged.pledge.currency),
        state,
        state_class,
        facts: facts(who, &one)?,
        deed: deed(who, &one),
        other: other(who, &one),
        note: note(who, &one),
        fragment: if sees {
            format!("/fragments/{}", one.fragment)
        } else {
            String::new()
        },
        path: path
            .iter()
            .map(|step: &PathStep| fragment::station(lang, step))
            .collect(),
        form,
    })
}

fn facts(who: &Signed, one: &ShownPledge) -> Result<Vec<Fact>, AppError> {
    let (pledged, lang) = (&one.pledged, who.lang);
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let mut facts = vec![
        fact("obligor", pledged.obligor.name.clone()),
        fact("paper", words::paper_number(&pledged.paper.paper.number)),
        fact("range", pledged.range()?.to_string()),
        fact("maturity", dates::long(pledged.paper.paper.due_date, lang)),
        fact("pledge-loan", pledged.pledge.loan.clone()),
        fact(
            "pledge-secured",
            words::money(pledged.pledge.secured, pledged.pledge.currency),
        ),
    ];
    if one.standing == Standing::At(PledgeState::Granted)
        && let Some(until) = pledged.pledge.expires_at
    {
        facts.push(fact("pledge-until", dates::moment(until, lang)));
    }
    Ok(facts)
}

/// Whether the reader's role may act on its side.
fn may(who: &Signed, side: PledgeSide) -> bool {
    let action = match side {
        PledgeSide::Holder => Action::AskPledge,
        PledgeSide::Pledgee => Action::GrantPledge,
    };
    who.principal.may(action).is_ok()
}

/// What the reader may sign now.
fn deed(who: &Signed, one: &ShownPledge) -> Option<Signing> {
    use PledgeState::{Asked, Granted, Pledged};
    let (key, act) = match (one.side, one.standing) {
        _ if !may(who, one.side) => return None,
        (PledgeSide::Pledgee, Standing::At(Asked)) => ("pledge-grant", "grant"),
        (PledgeSide::Holder, Standing::At(Granted)) => ("pledge-sign", "sign"),
        (PledgeSide::Pledgee, Standing::At(Pledged)) => ("pledge-release", "release"),
        _ => return None,
    };
    let (pledged, lang) = (&one.pledged, who.lang);
    let loan = &pledged.pledge.loan;
    let secured = words::money(pledged.pledge.secured, pledged.pledge.currency);
    Some(Signing {
        action: format!("/pledges/{}/{act}", pledged.pledge.id),
        statement: lang.text_with(
            &format!("{key}-deed"),
            &[("holder", &pledged.holder.name), ("loan", loan)],
        ),
        facts: vec![
            Fact::new(lang.text("pledge-loan"), loan.clone()),
            Fact::new(lang.text("pledge-secured"), secured),
        ],
        consequences: vec![
            lang.text(&format!("{key}-follows")),
            lang.text("deed-final"),
        ],
        submit: lang.text(&format!("{key}-do")),
        hidden: Vec::new(),
    })
}

/// What the reader may do without a signature.
fn other(who: &Signed, one: &ShownPledge) -> Option<(&'static str, String)> {
    let open = matches!(
        one.standing,
        Standing::At(PledgeState::Asked | PledgeState::Granted)
    );
    if !open || !may(who, one.side) {
        return None;
    }
    let (act, key) = match one.side {
        PledgeSide::Holder => ("withdraw", "pledge-withdraw"),
        PledgeSide::Pledgee => ("decline", "pledge-decline"),
    };
    Some((act, who.lang.text(key)))
}

fn note(who: &Signed, one: &ShownPledge) -> String {
    let key = match (one.standing, one.side) {
        (Standing::At(PledgeState::Pledged), _) => "pledge-note-standing",
        (Standing::Paid, PledgeSide::Pledgee) => "pledge-note-paid",
        (Standing::Void, _) => "pledge-note-void",
        _ => return String::new(),
    };
    who.lang.text(key)
}

/// Runs a deed with the person's own key, and shows the pledge again.
fn signed(
    who: &Signed,
    pledge: &str,
    mut form: Form,
    act: impl FnOnce(&Signed, PledgeId, &Signer) -> Result<(), AppError>,
) -> Result<Answer, AppError> {
    let pledge = id(pledge)?;
    let here = format!("/pledges/{pledge}");
    let (app, person) = (&who.portal.app, &who.principal);
    // Before anything is said about a passphrase: whose pledge it is.
    pledges_view::one(app, person, pledge)?;
    let done = signing::open_key(app, person, form.passphrase("passphrase"))
        .and_then(|signer| act(who, pledge, &signer));
    match done {
        Ok(()) => Ok(Answer::see_other(here)),
        Err(error) => {
            blame(&mut form, &error, &[]);
            let who = who.at(&here).refused(error)?;
            who.page_again(&view(&who, pledge, form)?)
        }
    }
}

async fn grant(posted: Posted, pledge: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::GrantPledge)?;
            signed(who, &pledge, form, |who, pledge, signer| {
                let (app, person) = (&who.portal.app, &who.principal);
                let until = grant_pledge::usual_end(app)?;
                let deed = grant_pledge::prepare(app, person, pledge, until)?;
                let with = With::With(signer);
                grant_pledge::submit(app, person, pledge, &deed.body, &with, None).map(|_done| ())
            })
        })
        .await
}

async fn sign(posted: Posted, pledge: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::AskPledge)?;
            signed(who, &pledge, form, |who, pledge, signer| {
                let (app, person) = (&who.portal.app, &who.principal);
                let with = With::With(signer);
                pledge_fragment::run(app, person, &with, pledge, None).map(|_done| ())
            })
        })
        .await
}

async fn release(posted: Posted, pledge: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            who.principal.may(Action::GrantPledge)?;
            signed(who, &pledge, form, |who, pledge, signer| {
                let (app, person) = (&who.portal.app, &who.principal);
                let (one, _path) = pledges_view::one(app, person, pledge)?;
                let with = With::With(signer);
                release_pledge::run(app, person, &with, &one.fragment, None).map(|_done| ())
            })
        })
        .await
}

async fn decline(posted: Posted, pledge: web::Path<String>) -> HttpResponse {
    unsigned(posted, pledge, grant_pledge::decline).await
}

async fn withdraw(posted: Posted, pledge: web::Path<String>) -> HttpResponse {
    unsigned(posted, pledge, ask_pledge::withdraw).await
}

type Act =
    fn(&ledger_app::app::App, &ledger_app::principal::Principal, PledgeId) -> Result<(), AppError>;

/// Does what needs no signature, and shows the pledge again.
async fn unsigned(posted: Posted, pledge: web::Path<String>, act: Act) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let pledge = id(&pledge)?;
            let here = format!("/pledges/{pledge}");
            match act(&who.portal.app, &who.principal, pledge) {
                Ok(()) => Ok(Answer::see_other(here)),
                Err(error) => {
                    let who = who.at(&here).refused(error)?;
                    who.page_again(&view(&who, pledge, form)?)
                }
            }
        })
        .await
}

async fn ask(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            who.principal.may(Action::AskPledge)?;
            let (app, person) = (&who.portal.app, &who.principal);
            let trace = trace_fragment::run(app, person, &fragment)?;
            let currency = trace.held.paper.paper.currency;
            let pledgee = PartyId::parse(form.text("provider")).ok();
            if pledgee.is_none() {
                form.refuse("provider", "missing");
            }
            let amount = form.amount("amount", currency);
            let secured = form.amount("secured", currency);
            let loan = form.required("loan");
            let (Some(pledgee), Some(amount), Some(secured), Some(loan)) =
                (pledgee, amount, secured, loan)
            else {
                return fragment::again(who, &fragment, form, "pledge", None);
            };
            let command = AskPledge {
                fragment: fragment.clone(),
                amount,
                pledgee,
                secured,
                loan,
            };
            match ask_pledge::run(app, person, &command, None) {
                Ok(asked) => Ok(Answer::see_other(format!("/pledges/{}", asked.pledge))),
                Err(error) => {
                    match error.code() {
                        "zero_amount" | "more_than_held" | "below_minimum_fragment" => {
                            form.refuse("amount", "see_above");
                        }
                        "reference_not_possible" => form.refuse("loan", "see_above"),
                        "provider_not_active" | "self_transfer" => {
                            form.refuse("provider", "see_above");
                        }
                        _ => {}
                    }
                    fragment::again(who, &fragment, form, "pledge", Some(error))
                }
            }
        })
        .await
}
