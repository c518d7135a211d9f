//! The operator's parties and people.

use actix_web::HttpResponse;
use actix_web::web;
use chrono::DateTime;
use chrono::Utc;
use ledger_app::error::AppError;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::invite_user::Role as Duty;
use ledger_app::onboard_party;
use ledger_app::onboard_party::OnboardParty;
use ledger_app::onboard_party::SizeClass;
use ledger_app::operator_desk;
use ledger_app::operator_desk::KINDS;
use ledger_app::operator_desk::KeysHeld;
use ledger_app::operator_desk::ListedParty;
use ledger_app::operator_desk::ListedUser;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;

use crate::answer::Answer;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Banner;
use crate::layout::Tone;
use crate::pages::operator::Parties;
use crate::pages::operator::PartyLine;
use crate::pages::operator::UserLine;
use crate::pages::operator::Users;
use crate::posted::Posted;
use crate::session::Signed;

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/operator/parties", web::get().to(parties))
        .route("/operator/parties", web::post().to(add_party))
        .route("/operator/users", web::get().to(users))
        .route("/operator/users", web::post().to(invite))
        .route("/operator/users/{id}/invite", web::post().to(invite_again));
}

const fn kind_word(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Obligor => "obligor",
        PartyKind::Supplier => "supplier",
        PartyKind::FinanceProvider => "provider",
        PartyKind::Auditor => "auditor",
        PartyKind::Operator => "operator",
    }
}

pub(crate) fn kind_name(kind: PartyKind, lang: Lang) -> String {
    lang.text(&format!("kind-{}", kind_word(kind)))
}

async fn parties(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let form = searched(query.into_inner());
    who.answer(move |who| who.page(&parties_view(who, form)?))
        .await
}

/// Most lines of a list on one page; the rest is found by a search.
const SHOWN: usize = 300;

/// The form with what is searched for.
fn searched(query: Vec<(String, String)>) -> Form {
    let mut form = Form::default();
    for (name, value) in query {
        if name == "q" {
            form.push(&name, &value);
        }
    }
    form
}

/// The first [`SHOWN`] that have the text searched for in one of their own, the case apart, and how
/// many more there are.
fn found<T>(all: Vec<T>, form: &Form, texts: impl Fn(&T) -> [String; 3]) -> (Vec<T>, usize) {
    let wanted = form.text("q").to_lowercase();
    let fits = |one: &T| {
        let mut texts = texts(one).into_iter();
        wanted.is_empty() || texts.any(|text| text.to_lowercase().contains(&wanted))
    };
    let mut found: Vec<T> = all.into_iter().filter(fits).collect();
    let left_out = found.len().saturating_sub(SHOWN);
    found.truncate(SHOWN);
    (found, left_out)
}

fn parties_view(who: &Signed, form: Form) -> Result<Parties, AppError> {
    let listed = operator_desk::parties(&who.portal.app, &who.principal)?;
    let (listed, left_out) = found(listed, &form, |one| {
        [
            one.party.name.clone(),
            one.party.name_en.clone(),
            one.party.uscc.clone(),
        ]
    });
    let kinds = KINDS
        .into_iter()
        .filter(|kind| *kind != PartyKind::Operator);
    Ok(Parties {
        shell: who.shell()?,
        form,
        left_out,
        parties: listed.iter().map(|one| party_line(one, who.lang)).collect(),
        kinds: kinds
            .map(|kind| (kind_word(kind).to_owned(), kind_name(kind, who.lang)))
            .collect(),
    })
}

fn party_line(one: &ListedParty, lang: Lang) -> PartyLine {
    let number = &one.party.account_number;
    let start = number.len().saturating_sub(4);
    let (custody, waiting) = match one.keys {
        KeysHeld::None => ("custody-none", true),
        KeysHeld::Hosted => ("custody-hosted", false),
        KeysHeld::Own => ("custody-own", false),
    };
    let (state, class) = match (one.active, waiting) {
        (false, _) => ("party-off", "off"),
        (true, true) => ("party-no-key", "waiting"),
        (true, false) => ("party-active", "ok"),
    };
    PartyLine {
        name: one.party.name.clone(),
        credit_code: one.party.uscc.clone(),
        kind: kind_name(one.party.kind, lang),
        account: match number.get(start..) {
            Some(tail) if !tail.is_empty() => format!("**** {tail}"),
            _none => "—".to_owned(),
        },
        custody: lang.text(custody),
        state: lang.text(state),
        state_class: class,
    }
}

async fn add_party(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            let new = party_of(&form, who.lang);
            match onboard_party::run(&who.portal.app, &who.principal, &new) {
                Ok(_id) => Ok(Answer::see_other("/operator/parties")),
                Err(error) => {
                    mark(&mut form, &error);
                    let who = who.refused(error)?;
                    who.page_again(&parties_view(&who, form)?)
                }
            }
        })
        .await
}

/// Puts the error at its field as well, so that the form stays open; the banner has the words.
fn mark(form: &mut Form, error: &AppError) {
    if let AppError::Invalid {
        field: Some(field), ..
    } = error
    {
        let shown = match *field {
            "registration" => "credit_code",
            "account_number" => "account",
            "account_bank_code" => "account_bank",
            "display_name" => "name",
            other => other,
        };
        form.refuse(shown, "look_here");
    }
}

fn party_of(form: &Form, lang: Lang) -> OnboardParty {
    let text = |name: &str| form.text(name).to_owned();
    let kind = KINDS
        .into_iter()
        .find(|kind| kind_word(*kind) == form.text("kind"));
    OnboardParty {
        kind: kind.unwrap_or(PartyKind::Supplier),
        name: text("name"),
        name_en: text("name_en"),
        registration: text("credit_code"),
        check_digit_reason: text("check_digit_reason"),
        size_class: match form.text("size") {
            "large" => SizeClass::Large,
            "medium" => SizeClass::Medium,
            "micro" => SizeClass::Micro,
            "public" => SizeClass::PublicBody,
            _small => SizeClass::Small,
        },
        email: text("email"),
        language: lang.language(),
        account_name: text("name"),
        account_number: text("account"),
        account_bank_code: text("account_bank"),
        licence_note: text("licence_note"),
        paper_bank_code: text("paper_bank_code"),
    }
}

const DUTIES: [Duty; 5] = [
    Duty::Member,
    Duty::Maker,
    Duty::Checker,
    Duty::Auditor,
    Duty::Operator,
];

fn duty_name(duty: Duty, lang: Lang) -> String {
    lang.text(&format!("duty-{}", duty.word()))
}

async fn users(who: Signed, query: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let form = searched(query.into_inner());
    who.answer(move |who| who.page(&users_view(who, form)?))
        .await
}

fn users_view(who: &Signed, form: Form) -> Result<Users, AppError> {
    let (app, lang) = (&who.portal.app, who.lang);
    let listed = operator_desk::users(app, &who.principal)?;
    let parties = operator_desk::parties(app, &who.principal)?;
    let (listed, left_out) = found(listed, &form, |one| {
        [
            one.user.display_name.clone(),
            one.user.email.clone(),
            one.party.clone(),
        ]
    });
    Ok(Users {
        shell: who.shell()?,
        form,
        left_out,
        users: listed
            .iter()
            .map(|one| user_line(one, lang, app.clock.now()))
            .collect(),
        parties: parties
            .into_iter()
            .map(|one| (one.party.id.to_string(), one.party.name))
            .collect(),
        roles: DUTIES
            .into_iter()
            .map(|duty| (duty.word().to_owned(), duty_name(duty, lang)))
            .collect(),
    })
}

fn user_line(one: &ListedUser, lang: Lang, now: DateTime<Utc>) -> UserLine {
    let ran_out = one.user.invitation_expires.is_none_or(|end| end <= now);
    UserLine {
        name: one.user.display_name.clone(),
        login: one.user.email.clone(),
        party: one.party.clone(),
        role: format!(
            "{} · {}",
            kind_name(one.kind, lang),
            duty_name(one.user.role, lang)
        ),
        seen: lang.text(match (one.active, ran_out) {
            (true, _) => "user-active",
            (false, true) => "user-expired",
            (false, false) => "user-invited",
        }),
        again: (!one.active).then(|| format!("/operator/users/{}/invite", one.user.id)),
    }
}

async fn invite(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| match invited(who, &form) {
            Ok(answer) => Ok(answer),
            Err(error) => {
                mark(&mut form, &error);
                let who = who.refused(error)?;
                who.page_again(&users_view(&who, form)?)
            }
        })
        .await
}

fn invited(who: &Signed, form: &Form) -> Result<Answer, AppError> {
    let unknown = |field| AppError::invalid_field(field, "not_offered", "choose from the list");
    let new = InviteUser {
        party: PartyId::parse(form.text("party")).map_err(|_not_hex| unknown("party"))?,
        display_name: form.text("name").to_owned(),
        email: form.text("email").to_owned(),
        language: who.lang.language(),
        role: Duty::from_word(form.text("role")).ok_or_else(|| unknown("role"))?,
    };
    invite_user::run(&who.portal.app, &who.principal, &new)?;
    Ok(Answer::see_other("/operator/users"))
}

/// Only for who has never been here, or whose link ran out: it makes a new link and kills the old.
async fn invite_again(posted: Posted, id: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            let user = UserId::parse(&id).map_err(|_not_hex| AppError::NotFound)?;
            let (app, principal) = (&who.portal.app, &who.principal);
            let listed = operator_desk::users(app, principal)?;
            let waits = listed.iter().any(|one| one.user.id == user && !one.active);
            if !waits {
                return Err(AppError::NotFound);
            }
            invite_user::again(app, principal, user)?;
            let who = who.at("/operator/users").with_banner(Banner {
                tone: Tone::Done,
                title: who.lang.text("user-invited-again"),
                advice: String::new(),
                code: String::new(),
            });
            who.page(&users_view(&who, Form::default())?)
        })
        .await
}
