//! Every page in both languages: whole, safe, translated.

use actix_web::body::to_bytes;
use actix_web::http::{StatusCode, header};
use askama::Template;
use scraper::{Html, Selector};
use web_ui::i18n::Lang;
use web_ui::{assets, respond};

use crate::sample;

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Runs `check` on every page with its name, source and tree.
fn each(check: impl Fn(&str, &str, &Html)) {
    for lang in Lang::ALL {
        for page in sample::pages(lang) {
            check(
                &format!("{lang}/{}", page.name),
                &page.html,
                &Html::parse_document(&page.html),
            );
        }
    }
}

#[test]
fn every_page_is_whole() {
    each(|name, html, tree| {
        assert!(
            html.starts_with("<!doctype html>") && html.ends_with("</html>"),
            "{name}: {html}"
        );
        assert_eq!(
            tree.select(&select("main h1")).count(),
            1,
            "{name}: one heading"
        );
        let lang = tree
            .select(&select("html"))
            .next()
            .unwrap()
            .attr("lang")
            .unwrap();
        assert!(name.starts_with(lang));
    });
}

#[test]
fn nothing_inline_and_nothing_from_elsewhere() {
    each(|name, html, tree| {
        assert_eq!(
            tree.select(&select("[style], style")).count(),
            0,
            "{name}: style"
        );
        assert_eq!(
            tree.select(&select("script:not([src])")).count(),
            0,
            "{name}: script"
        );
        for element in tree.select(&select("*")) {
            let value = element.value();
            for (attribute, text) in value.attrs() {
                assert!(!attribute.starts_with("on"), "{name}: {attribute}");
                if matches!(
                    attribute,
                    "src" | "href" | "action" | "formaction" | "hx-get"
                ) {
                    assert!(
                        text.starts_with('/') || text.starts_with('#'),
                        "{name}: {text}"
                    );
                    assert!(!text.starts_with("//"), "{name}: {text}");
                }
            }
        }
        assert!(
            !html.contains("http://") && !html.contains("https://"),
            "{name}"
        );
    });
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    each(|name, _html, tree| {
        for form in tree.select(&select("form[method=post]")) {
            let tokens = form
                .select(&select("input[name=csrf][value=sample-token]"))
                .count();
            assert_eq!(tokens, 1, "{name}: {}", form.attr("action").unwrap());
        }
    });
}

#[test]
fn every_field_is_named_and_passphrases_say_which() {
    each(|name, _html, tree| {
        let fields = "input:not([type=hidden]):not(.hidden):not([aria-label]), select";
        let labelled = "label input:not(.hidden):not([type=hidden]), label select";
        assert_eq!(
            tree.select(&select(fields)).count(),
            tree.select(&select(labelled)).count(),
            "{name}"
        );
        for field in tree.select(&select("input[type=password]")) {
            let says = field.attr("autocomplete").unwrap_or_default();
            assert!(
                matches!(says, "current-password" | "new-password"),
                "{name}"
            );
            assert_eq!(
                field.attr("value"),
                None,
                "{name}: a passphrase is never sent back"
            );
        }
        for field in tree.select(&select("input.money")) {
            assert_eq!(field.attr("inputmode"), Some("decimal"), "{name}");
            assert_eq!(
                field.attr("pattern"),
                Some(web_ui::forms::AMOUNT_PATTERN),
                "{name}"
            );
        }
    });
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    each(|name, html, tree| {
        let ids: Vec<_> = tree
            .select(&select("[id]"))
            .filter_map(|e| e.attr("id"))
            .collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(ids.len(), once.len(), "{name}");
        for part in html.split("url(#").skip(1) {
            let id = part.split(')').next().unwrap();
            assert!(ids.contains(&id), "{name}: {id}");
        }
    });
}

/// Words of our own: no key stands where a text belongs, and English pages hold no Chinese but the
/// seal, the switch and the voucher's capitals.
#[test]
fn no_page_is_left_untranslated() {
    each(|name, html, tree| {
        let body = tree.select(&select("body")).next().unwrap();
        let words: String = body.text().collect();
        if name.starts_with("en/") {
            let skip: String = tree
                .select(&select("[lang=zh-CN], .seal"))
                .flat_map(|e| e.text())
                .collect();
            let han: String = words
                .chars()
                .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
                .filter(|c| !skip.contains(*c))
                .collect();
            assert!(han.is_empty(), "{name}: {han}");
        }
        for key in [
            "nav-", "quote-", "field-", "piece-", "role-", "-title", "-hint",
        ] {
            let stray = words.split_whitespace().find(|word| word.contains(key));
            assert_eq!(stray, None, "{name}");
        }
        assert!(!html.contains("FAILED"), "{name}");
    });
}

#[test]
fn what_others_typed_is_shown_and_never_run() {
    let evil = "<script>alert('x')</script>\"><img src=x onerror=y>";
    let mut view = sample::supplier::pay_preview(Lang::En);
    view.recipient = evil.to_owned();
    view.deed.statement = evil.to_owned();
    view.deed.hidden.push((evil.to_owned(), evil.to_owned()));
    view.form.refuse("passphrase", "passphrase_wrong");
    let html = view.render().unwrap();
    let tree = Html::parse_document(&html);
    assert_eq!(tree.select(&select("main script, main img")).count(), 0);
    let heading: String = tree.select(&select("h1")).next().unwrap().text().collect();
    assert!(heading.contains(evil), "shown as typed: {heading}");
}

#[test]
fn the_navigation_marks_where_one_is() {
    for page in sample::pages(Lang::En)
        .iter()
        .filter(|page| page.name == "quotes")
    {
        let tree = Html::parse_document(&page.html);
        let current: Vec<_> = tree
            .select(&select("nav [aria-current=page]"))
            .filter_map(|e| e.attr("href"))
            .collect();
        assert_eq!(current, ["/finance"]);
    }
}

#[actix_web::test]
async fn pages_and_assets_are_answered_with_their_headers() {
    let answer = respond::page(StatusCode::CONFLICT, &sample::entrance::problem(Lang::Zh));
    assert_eq!(answer.status(), StatusCode::CONFLICT);
    let policy = answer
        .headers()
        .get(header::CONTENT_SECURITY_POLICY)
        .unwrap()
        .to_str()
        .unwrap();
    assert!(!policy.contains("unsafe") && policy.contains("script-src 'self'"));
    assert_eq!(
        answer.headers().get(header::CACHE_CONTROL).unwrap(),
        "no-store"
    );

    let address = assets::address("portal.css");
    let (path, query) = address.split_once('?').unwrap();
    let name = path.strip_prefix("/assets/").unwrap();
    let kept = |query| {
        let answer = assets::serve(name, query);
        let keep = answer.headers().get(header::CACHE_CONTROL).unwrap();
        keep.to_str().unwrap().contains("immutable")
    };
    assert!(kept(query));
    assert!(
        !kept("v=0") && !kept(""),
        "another hash is not this file for a year"
    );
    let body = to_bytes(assets::serve("htmx.min.js", "").into_body())
        .await
        .unwrap();
    assert!(body.len() > 40_000);
    assert_eq!(
        assets::serve("../Cargo.toml", "").status(),
        StatusCode::NOT_FOUND
    );
}
