//! Early payment: the obligor's two people offer it to every holder, each holder accepts fragment by
//! fragment.

use std::str::FromStr;

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::accept_redemption;
use ledger_app::approve_redemption;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::propose_redemption;
use ledger_app::propose_redemption::ProposeRedemption;
use ledger_app::redemptions_view;
use ledger_app::redemptions_view::ListedRedemption;
use ledger_app::redemptions_view::OfferedFragment;
use ledger_app::redemptions_view::OfferedStanding;
use ledger_app::redemptions_view::RedemptionOfferState;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_core::day_count::DayCount;
use ledger_core::signature::Signer;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::back_to_page::WithWord;
use crate::back_to_page::back;
use crate::back_to_page::with_word;
use crate::dates;
use crate::forms::Form;
use crate::forms::plain_amount;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::redemptions::RedemptionCard;
use crate::pages::redemptions::RedemptionLine;
use crate::pages::redemptions::Redemptions;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::query;
use crate::words;

const HERE: &str = "/redemptions";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route(HERE, web::post().to(propose))
        .route("/redemptions/{id}/approve", web::post().to(approve))
        .route("/redemptions/{id}/return", web::post().to(send_back))
        .route("/redemptions/{id}/withdraw", web::post().to(withdraw))
        .route(
            "/redemptions/{id}/fragments/{fragment}/accept",
            web::post().to(accept),
        );
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let asked = query(who);
        let mut form = Form::default();
        let paper = asked.text("paper");
        if !paper.is_empty() {
            form.push("paper", paper);
        }
        who.page(&view(who, form, &Of::New)?)
    })
    .await
}

/// Whose form was typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Of {
    /// That of a new offer.
    New,
    /// An offer's own.
    Offer(Uuid),
    /// That of one fragment under an offer.
    Fragment(Uuid, String),
}

fn view(who: &Signed, form: Form, of: &Of) -> Result<Redemptions, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    let listed = redemptions_view::list(app, person)?;
    let is_new = *of == Of::New;
    Ok(Redemptions {
        shell: who.shell()?,
        proposes: person.may(Action::ProposeRedemption).is_ok(),
        open: is_new && (!form.errors().is_empty() || !form.text("paper").is_empty()),
        list: listed.iter().map(|one| card(who, one, &form, of)).collect(),
        form: if is_new { form } else { Form::default() },
    })
}

fn card(who: &Signed, one: &ListedRedemption, form: &Form, of: &Of) -> RedemptionCard {
    let (lang, id) = (who.lang, one.id);
    let (state, state_class) = state(one.state);
    let waits = one.own && one.state == RedemptionOfferState::Waiting;
    let decides =
        waits && !one.made_by_reader && who.principal.may(Action::ApproveRedemption).is_ok();
    let takes_back = waits && who.principal.may(Action::ProposeRedemption).is_ok();
    let typed = |wanted: Of| {
        if *of == wanted {
            form.clone()
        } else {
            Form::default()
        }
    };
    RedemptionCard {
        id: id.to_string(),
        made: dates::moment(one.made_at, lang),
        what: what(who, one),
        facts: facts(who, one),
        state: lang.text(state),
        state_class,
        word: one.word.clone(),
        deed: decides.then(|| Signing {
            action: format!("{HERE}/{id}/approve"),
            statement: what(who, one),
            facts: facts(who, one),
            consequences: vec![
                lang.text("redemption-follows-all"),
                lang.text("redemption-follows-stands"),
            ],
            submit: lang.text("redemption-sign"),
            hidden: Vec::new(),
        }),
        lines: one
            .fragments
            .iter()
            .map(|line| {
                let own = typed(Of::Fragment(id, line.fragment.clone()));
                fragment(who, one, line, own)
            })
            .collect(),
        send_back: if decides {
            format!("{HERE}/{id}/return")
        } else {
            String::new()
        },
        withdraw: if takes_back {
            format!("{HERE}/{id}/withdraw")
        } else {
            String::new()
        },
        form: typed(Of::Offer(id)),
    }
}

fn what(who: &Signed, one: &ListedRedemption) -> String {
    let date = dates::long(one.pay_date, who.lang);
    let key = if one.percent.is_zero() {
        "redemption-what-par"
    } else {
        "redemption-what"
    };
    let percent = one.percent.normalize().to_string();
    who.lang.text_with(
        key,
        &[
            ("obligor", &one.obligor),
            ("date", &date),
            ("percent", &percent),
        ],
    )
}

fn facts(who: &Signed, one: &ListedRedemption) -> Vec<Fact> {
    let lang = who.lang;
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let money = |amount| words::money(amount, one.currency);
    let mut facts = vec![
        fact("paper", words::paper_number(&one.number)),
        fact("obligor", one.obligor.clone()),
        fact("due-date", dates::long(one.due_date, lang)),
        fact("redemption-pay-date", dates::long(one.pay_date, lang)),
        fact("redemption-rate", format!("{} %", one.percent.normalize())),
        fact("redemption-days", one.days.to_string()),
        fact("desk-day-count", day_count(who, one.day_count)),
        fact("redemption-by", dates::long(one.accept_by, lang)),
    ];
    if let Some(taken) = &one.taken {
        facts.push(fact("redemption-open-face", money(one.due_amount)));
        facts.push(fact("redemption-accepted", money(taken.accepted)));
        facts.push(fact("redemption-redeemed", money(taken.redeemed)));
        facts.push(fact("redemption-paid", money(taken.paid)));
        facts.push(fact("proposed-by", one.maker.clone()));
    }
    facts
}

fn day_count(who: &Signed, day_count: DayCount) -> String {
    who.lang.text(match day_count {
        DayCount::Actual360 => "day-count-actual-360",
        DayCount::Actual365Fixed => "day-count-actual-365f",
        DayCount::Thirty360 => "day-count-thirty-360",
    })
}

fn fragment(
    who: &Signed,
    one: &ListedRedemption,
    line: &OfferedFragment,
    form: Form,
) -> RedemptionLine {
    let lang = who.lang;
    let money = |amount| words::money(amount, one.currency);
    let (state, class) = match line.standing {
        OfferedStanding::Free => ("redemption-line-free", "live"),
        OfferedStanding::Bound => ("redemption-line-bound", "waiting"),
        OfferedStanding::Accepted => ("redemption-line-accepted", "waiting"),
        OfferedStanding::Redeemed => ("redemption-line-redeemed", "ok"),
        OfferedStanding::Released => ("redemption-line-released", "off"),
    };
    let fact = |key: &str, value: String| Fact::new(lang.text(key), value);
    let (face, payment) = (money(line.range.amount()), money(line.payment));
    let facts = vec![
        fact("redemption-face", face.clone()),
        fact("redemption-rebate", money(line.rebate)),
        fact("redemption-payment", payment.clone()),
        fact("redemption-pay-date", dates::long(one.pay_date, lang)),
    ];
    let accepts = line.standing == OfferedStanding::Free
        && who.principal.may(Action::AcceptRedemption).is_ok();
    RedemptionLine {
        range: line.range.to_string(),
        state: lang.text(state),
        state_class: class,
        open: !form.errors().is_empty(),
        deed: accepts.then(|| Signing {
            action: format!("{HERE}/{}/fragments/{}/accept", one.id, line.fragment),
            statement: lang.text_with(
                "redemption-accept-statement",
                &[("amount", &face), ("payment", &payment)],
            ),
            facts: facts.clone(),
            consequences: vec![
                lang.text("redemption-follows-locked"),
                lang.text("redemption-follows-account"),
                lang.text("redemption-follows-free"),
            ],
            submit: lang.text("redemption-accept"),
            hidden: Vec::new(),
        }),
        facts,
        form,
    }
}

/// Key of its words, class of its dot.
const fn state(state: RedemptionOfferState) -> (&'static str, &'static str) {
    match state {
        RedemptionOfferState::Waiting => ("redemption-state-waiting", "waiting"),
        RedemptionOfferState::Open => ("redemption-state-open", "ok"),
        RedemptionOfferState::Returned => ("redemption-state-returned", "bad"),
        RedemptionOfferState::Withdrawn => ("redemption-state-withdrawn", "off"),
        RedemptionOfferState::Ended => ("redemption-state-ended", "off"),
    }
}

async fn propose(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            who.principal.may(Action::ProposeRedemption)?;
            let Some(wanted) = read(&mut form) else {
                let who = who.at(HERE);
                return who.page_again(&view(&who, form, &Of::New)?);
            };
            let (app, person) = (&who.portal.app, &who.principal);
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| propose_redemption::run(app, person, &signer, &wanted));
            after(who, form, &Of::New, done.map(|_id| ()))
        })
        .await
}

fn read(form: &mut Form) -> Option<ProposeRedemption> {
    let paper = form.required("paper");
    let pay_date = form.date("pay_date");
    let accept_by = form.date("accept_by");
    let typed = form.required("percent");
    let percent = typed.and_then(|typed| {
        let percent = Decimal::from_str(plain_amount(&typed).trim_end_matches('%').trim()).ok();
        if percent.is_none() {
            form.refuse("percent", "not_a_percentage");
        }
        percent
    });
    let day_count = DayCount::from_code(form.text("day_count"));
    if day_count.is_none() {
        form.refuse("day_count", "missing");
    }
    Some(ProposeRedemption {
        paper: paper?.chars().filter(char::is_ascii_digit).collect(),
        pay_date: pay_date?,
        percent: percent?,
        day_count: day_count?,
        accept_by: accept_by?,
    })
}

/// Back to the page after a new offer, or after what was done about one or a fragment under it.
fn after(
    who: &Signed,
    form: Form,
    of: &Of,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    back(who, form, (HERE, &[]), done, |who, form| {
        view(who, form, of)
    })
}

fn after_offer(
    who: &Signed,
    form: Form,
    of: Uuid,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    after(who, form, &Of::Offer(of), done)
}

async fn approve(posted: Posted, at: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person, of) = (&who.portal.app, &who.principal, id_in_path(&at)?);
            person.may(Action::ApproveRedemption)?;
            // Before anything is said about a passphrase: whose offer it is.
            redemptions_view::one(app, person, of)?;
            let done = signing::open_key(app, person, form.passphrase("passphrase"))
                .and_then(|signer| approve_redemption::run(app, person, &signer, of));
            after_offer(who, form, of, done)
        })
        .await
}

async fn accept(posted: Posted, at: web::Path<(String, String)>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            let (offer, fragment) = at.into_inner();
            let of = id_in_path(&offer)?;
            person.may(Action::AcceptRedemption)?;
            // The same holds here: nothing is said about what is not the reader's.
            accept_redemption::prepare(app, person, of, &fragment)?;
            let sign = |signer: Signer| {
                let with = With::With(&signer);
                accept_redemption::run(app, person, &with, (of, &fragment), None)
            };
            let done = signing::open_key(app, person, form.passphrase("passphrase")).and_then(sign);
            let of = Of::Fragment(of, fragment.clone());
            after(who, form, &of, done.map(|_accepted| ()))
        })
        .await
}

async fn send_back(posted: Posted, at: web::Path<String>) -> HttpResponse {
    with_word(posted, at, approve_redemption::send_back, after_offer).await
}

async fn withdraw(posted: Posted, at: web::Path<String>) -> HttpResponse {
    let act: WithWord = |app, who, of, _word| propose_redemption::withdraw(app, who, of);
    with_word(posted, at, act, after_offer).await
}
