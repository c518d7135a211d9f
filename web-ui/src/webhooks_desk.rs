//! A party's webhooks on the portal's pages: list, add, try, change the secret, stop and start, see
//! what was told, have it told again.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::app::App;
use ledger_app::business_time;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::principal::Principal;
use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::set_up_webhook::OVERLAP_HOURS;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::set_up_webhook::topics_unknown;
use ledger_app::webhook_event;
use ledger_app::webhook_event::WebhookTopic;
use ledger_app::webhooks_view;
use ledger_app::webhooks_view::DeliveryState;
use ledger_app::webhooks_view::DisabledWhy;
use ledger_app::webhooks_view::ShownWebhook;
use ledger_app::webhooks_view::WebhookDelivery;
use ledger_app::webhooks_view::WebhookState;
use uuid::Uuid;

use crate::answer::Answer;
use crate::asked::id_in_path;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Fact;
use crate::page_mark;
use crate::pages::webhooks::DeliveryLine;
use crate::pages::webhooks::WebhookCard;
use crate::pages::webhooks::WebhookPage;
use crate::pages::webhooks::WebhookSecretPage;
use crate::pages::webhooks::Webhooks;
use crate::posted::Posted;
use crate::session::Signed;
use crate::supplier::phrases::query;

const HERE: &str = "/desk/webhooks";

/// Messages on a page.
const PAGE: i64 = 50;

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(list))
        .route(HERE, web::post().to(add))
        .route("/desk/webhooks/{webhook}", web::get().to(show))
        .route("/desk/webhooks/{webhook}/rotate", web::post().to(rotate))
        .route("/desk/webhooks/{webhook}/ping", web::post().to(ping))
        .route("/desk/webhooks/{webhook}/enable", web::post().to(enable))
        .route("/desk/webhooks/{webhook}/disable", web::post().to(disable))
        .route("/desk/webhooks/{webhook}/delete", web::post().to(delete))
        .route("/desk/webhooks/{webhook}/replay", web::post().to(replay))
        .route(
            "/desk/webhooks/{webhook}/deliveries/{delivery}/replay",
            web::post().to(replay_one),
        );
}

async fn list(who: Signed) -> HttpResponse {
    who.answer(|who| who.page(&list_view(who, Form::default())?))
        .await
}

fn list_view(who: &Signed, form: Form) -> Result<Webhooks, AppError> {
    let found = webhooks_view::list(&who.portal.app, &who.principal)?;
    let lang = who.lang;
    let choices = webhook_event::choices().into_iter();
    Ok(Webhooks {
        shell: who.shell()?,
        webhooks: found.iter().map(|one| card(one, lang)).collect(),
        topics: choices
            .map(|topic| (topic.word(), topic_words(topic, lang)))
            .collect(),
        may_set_up: who.principal.may(Action::SetUpWebhooks).is_ok(),
        form,
    })
}

async fn show(who: Signed, webhook: web::Path<String>) -> HttpResponse {
    who.answer(move |who| who.page(&view(who, id_in_path(&webhook)?, Form::default())?))
        .await
}

fn address(webhook: Uuid) -> String {
    format!("{HERE}/{}", webhook.simple())
}

fn view(who: &Signed, webhook: Uuid, form: Form) -> Result<WebhookPage, AppError> {
    let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
    let one = webhooks_view::one(app, person, webhook)?;
    let after = page_mark::read(query(who).text("after"));
    let told = webhooks_view::deliveries(app, person, webhook, after, PAGE)?;
    let next = told.next.map(|place| {
        let mark = page_mark::of(place);
        format!("{}?after={mark}", address(webhook))
    });
    let mut facts = vec![
        Fact::new(lang.text("webhook-url"), one.url.clone()),
        Fact::new(lang.text("webhook-made"), dates::moment(one.made_at, lang)),
    ];
    if let Some(until) = one.earlier_until {
        let until = dates::moment(until, lang);
        facts.push(Fact::new(lang.text("webhook-earlier-until"), until));
    }
    Ok(WebhookPage {
        shell: who.shell()?,
        card: card(&one, lang),
        facts,
        active: one.state == WebhookState::Active,
        may_set_up: person.may(Action::SetUpWebhooks).is_ok(),
        deliveries: told.items.iter().map(|one| line(one, lang)).collect(),
        next: next.unwrap_or_default(),
        form,
    })
}

/// What a topic is about, in words.
fn topic_words(topic: WebhookTopic, lang: Lang) -> String {
    lang.text(&format!("topic-{}", topic.word().replace(['.', '_'], "-")))
}

fn card(one: &ShownWebhook, lang: Lang) -> WebhookCard {
    let (key, state_class) = match (one.state, one.why) {
        (WebhookState::Active, _) => ("webhook-active", "ok"),
        (_, DisabledWhy::Gone) => ("webhook-gone", "failed"),
        (_, DisabledWhy::Unreachable) => ("webhook-unreachable", "failed"),
        (_, DisabledWhy::ByHand | DisabledWhy::Not) => ("webhook-disabled", "settled"),
    };
    let topics = one.topics.iter().map(|topic| topic_words(*topic, lang));
    let open = if one.waiting == 0 && one.failed == 0 {
        String::new()
    } else {
        let counts = (one.waiting.to_string(), one.failed.to_string());
        let args: [(&'static str, &dyn crate::i18n::Arg); 2] =
            [("waiting", &counts.0), ("failed", &counts.1)];
        lang.text_with("webhook-open", &args)
    };
    WebhookCard {
        href: address(one.id),
        name: if one.note.is_empty() {
            one.url.clone()
        } else {
            one.note.clone()
        },
        url: one.url.clone(),
        state: lang.text(key),
        state_class,
        topics: topics.collect::<Vec<_>>().join(" · "),
        open,
    }
}

fn line(one: &WebhookDelivery, lang: Lang) -> DeliveryLine {
    let (key, state_class) = match one.state {
        DeliveryState::Waiting => ("webhook-told-waiting", "waiting"),
        DeliveryState::Delivered => ("webhook-told-delivered", "ok"),
        DeliveryState::Failed => ("webhook-told-failed", "failed"),
    };
    let mut note: Vec<String> = Vec::new();
    match one.status {
        Some(status) => {
            note.push(lang.text_with("webhook-answered", &[("status", &status.to_string())]))
        }
        None if !one.last_error.is_empty() => note.push(one.last_error.clone()),
        None => {}
    }
    if one.state == DeliveryState::Waiting && one.attempts > 0 {
        let at = dates::moment(one.next_at, lang);
        note.push(lang.text_with("webhook-next-try", &[("at", &at)]));
    }
    DeliveryLine {
        id: one.event.simple().to_string(),
        topic: topic_words(one.topic, lang),
        at: dates::moment(one.made_at, lang),
        state: lang.text(key),
        state_class,
        attempts: one.attempts,
        note: note.join(" · "),
    }
}

async fn add(posted: Posted) -> HttpResponse {
    posted
        .answer(|who, mut form| {
            // Before anything is said about the fields: who may not learns nothing of them.
            who.principal.may(Action::SetUpWebhooks)?;
            let chosen = form.all("topic").iter();
            let topics: Option<Vec<WebhookTopic>> =
                chosen.map(|word| WebhookTopic::from_word(word)).collect();
            let made = topics.ok_or_else(topics_unknown).and_then(|topics| {
                let terms = WebhookTerms {
                    url: form.text("url").to_owned(),
                    topics,
                    note: form.text("note").to_owned(),
                };
                set_up_webhook::add(&who.portal.app, &who.principal, &terms)
            });
            match made {
                Ok(made) => who.page(&WebhookSecretPage {
                    shell: who.at(HERE).shell()?,
                    href: address(made.id),
                    secret: made.secret.reveal().to_string(),
                    overlap: String::new(),
                }),
                Err(error) => {
                    if let AppError::Invalid {
                        field: Some(field), ..
                    } = &error
                    {
                        let shown = if *field == "topics" { "topic" } else { field };
                        form.refuse(shown, "look_here");
                    }
                    let who = who.at(HERE).refused(error)?;
                    who.page_again(&list_view(&who, form)?)
                }
            }
        })
        .await
}

async fn rotate(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let webhook = id_in_path(&webhook)?;
            let hours = if form.chose("overlap", "none") {
                0
            } else {
                OVERLAP_HOURS
            };
            let (app, person, lang) = (&who.portal.app, &who.principal, who.lang);
            let rotated = set_up_webhook::rotate(app, person, webhook, hours)?;
            let until = dates::moment(rotated.earlier_until, lang);
            who.page(&WebhookSecretPage {
                shell: who.at(&address(webhook)).shell()?,
                href: address(webhook),
                secret: rotated.secret.reveal().to_string(),
                overlap: if hours == 0 {
                    lang.text("webhook-no-overlap")
                } else {
                    lang.text_with("webhook-overlap", &[("until", &until)])
                },
            })
        })
        .await
}

async fn ping(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    act(posted, webhook, |app, who, id| {
        replay_webhook::ping(app, who, id).map(|_event| ())
    })
    .await
}

async fn enable(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    act(posted, webhook, set_up_webhook::enable).await
}

async fn disable(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    act(posted, webhook, set_up_webhook::disable).await
}

async fn delete(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, _form| {
            set_up_webhook::delete(&who.portal.app, &who.principal, id_in_path(&webhook)?)?;
            Ok(Answer::see_other(HERE))
        })
        .await
}

async fn replay_one(posted: Posted, path: web::Path<(String, String)>) -> HttpResponse {
    let (webhook, delivery) = path.into_inner();
    posted
        .answer(move |who, _form| {
            let (webhook, delivery) = (id_in_path(&webhook)?, id_in_path(&delivery)?);
            let done = replay_webhook::one(&who.portal.app, &who.principal, webhook, delivery);
            again(who, webhook, Form::default(), done)
        })
        .await
}

async fn replay(posted: Posted, webhook: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, mut form| {
            let webhook = id_in_path(&webhook)?;
            who.principal.may(Action::SetUpWebhooks)?;
            let since = form.moment("since").and_then(business_time::from_local);
            let Some(since) = since else {
                let who = who.at(&address(webhook));
                return who.page_again(&view(&who, webhook, form)?);
            };
            let (app, person) = (&who.portal.app, &who.principal);
            let done = replay_webhook::failed_since(app, person, webhook, since);
            again(who, webhook, form, done.map(|_count| ()))
        })
        .await
}

async fn act(
    posted: Posted,
    webhook: web::Path<String>,
    how: fn(&App, &Principal, Uuid) -> Result<(), AppError>,
) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let webhook = id_in_path(&webhook)?;
            let done = how(&who.portal.app, &who.principal, webhook);
            again(who, webhook, form, done)
        })
        .await
}

/// Back to the webhook's page, with the refusal over it if there was one.
fn again(
    who: &Signed,
    webhook: Uuid,
    form: Form,
    done: Result<(), AppError>,
) -> Result<Answer, AppError> {
    let here = address(webhook);
    match done {
        Ok(()) => Ok(Answer::see_other(here)),
        Err(error) => {
            let who = who.at(&here).refused(error)?;
            who.page_again(&view(&who, webhook, form)?)
        }
    }
}
