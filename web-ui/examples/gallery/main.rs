//! Serves every page of the portal with invented data, to be looked at:
//! `cargo run -p web-ui --example gallery -- 8099`, then `http://127.0.0.1:8099/`.

mod sample;

use std::fmt::Write as _;

use actix_web::http::{StatusCode, header};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use web_ui::i18n::Lang;
use web_ui::{assets, respond};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(8099);
    eprintln!("the gallery hangs at http://127.0.0.1:{port}/");
    HttpServer::new(|| {
        App::new()
            .route("/assets/{name}", web::get().to(asset))
            .route("/", web::get().to(index))
            .route("/{lang}/{page}", web::get().to(show))
    })
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}

async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    assets::serve(&name, request.query_string())
}

async fn index() -> HttpResponse {
    let mut list = String::new();
    for lang in Lang::ALL {
        for page in sample::pages(lang) {
            // Writing to a String can't fail.
            let _ = writeln!(
                list,
                "<li><a href='/{lang}/{0}'>{lang} {0}</a></li>",
                page.name
            );
        }
    }
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(format!("<ul>{list}</ul>"))
}

async fn show(path: web::Path<(String, String)>) -> HttpResponse {
    let (lang, name) = path.into_inner();
    let page = Lang::from_tag(&lang).and_then(|lang| {
        sample::pages(lang)
            .into_iter()
            .find(|page| page.name == name)
    });
    match page {
        Some(page) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                assets::CONTENT_SECURITY_POLICY,
            ))
            .body(page.html),
        None => respond::page(StatusCode::NOT_FOUND, &sample::entrance::problem(Lang::En)),
    }
}
