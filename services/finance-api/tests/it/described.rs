//! What is mounted is what is described, and the page shows it offline.

use finance_api::document::Document;
use serde_json::Value;

use crate::door::Call;
use crate::door::send;
use crate::stage::Stage;

/// Operations of the document: method, path with every parameter filled in.
fn operations(document: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (template, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path: Vec<String> = template
                .split('/')
                .map(|part| {
                    if part.starts_with('{') {
                        "00".repeat(16)
                    } else {
                        part.to_owned()
                    }
                })
                .collect();
            found.push((method.to_uppercase(), path.join("/")));
        }
    }
    found
}

#[actix_web::test]
async fn every_route_is_described_and_asks_who_calls() {
    let stage = Stage::new();
    let document = Document::new();
    assert_eq!(document.value()["openapi"], "3.1.0");
    let operations = operations(document.value());
    assert_eq!(operations.len(), 128);
    for (method, path) in &operations {
        let call = Call {
            method,
            path,
            body: "",
            key: None,
        };
        let answer = send(&stage.app, None, call).await;
        assert_eq!(
            (answer.status, answer.code()),
            (401, "signature_missing"),
            "{method} {path}"
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.header("www-authenticate"), "Signature");
        let other = send(
            &stage.app,
            None,
            Call {
                method: "PATCH",
                ..call
            },
        )
        .await;
        assert_eq!(other.status, 405, "{path}");
        assert!(
            other.header("allow").contains(method.as_str()),
            "{path}: {}",
            other.header("allow")
        );
    }
    let nothing = send(&stage.app, None, Call::get("/v1/nothing")).await;
    assert_eq!((nothing.status, nothing.code()), (404, "not_found"));
    assert_eq!(nothing.header("content-type"), "application/problem+json");
}

/// The handlers' own source lists their routes; none may be missing from the document.
#[test]
fn no_handler_is_left_undescribed() {
    let sources = [
        include_str!("../../src/requests.rs"),
        include_str!("../../src/answers.rs"),
        include_str!("../../src/obligors.rs"),
        include_str!("../../src/quotes.rs"),
        include_str!("../../src/rate_cards.rs"),
        include_str!("../../src/sealed_bids.rs"),
        include_str!("../../src/discounts.rs"),
        include_str!("../../src/limits.rs"),
        include_str!("../../src/pledges.rs"),
        include_str!("../../src/retransfers.rs"),
        include_str!("../../src/statistics.rs"),
        include_str!("../../src/limit_circles.rs"),
        include_str!("../../src/rules.rs"),
        include_str!("../../src/peers.rs"),
        include_str!("../../src/webhooks.rs"),
        include_str!("../../src/agreements.rs"),
        include_str!("../../src/redemptions.rs"),
        include_str!("../../src/offers.rs"),
        include_str!("../../src/recourse.rs"),
        include_str!("../../src/corrections.rs"),
        include_str!("../../src/write_offs.rs"),
        include_str!("../../src/joins.rs"),
        include_str!("../../src/received.rs"),
        &include_str!("../../src/trade_documents.rs")
            .replace("(\"/waybills", "(\"WAYBILLS")
            .replace("(\"", "(\"/documents")
            .replace("(\"/documentsWAYBILLS", "(\"/waybills"),
        &include_str!("../../src/payables.rs").replace("(\"", "(\"/payables"),
    ];
    let document = Document::new();
    let paths = document.value()["paths"].as_object().unwrap();
    let mut routes = 0;
    for line in sources.iter().flat_map(|text| text.lines()) {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(rest) = line.strip_prefix(&format!("#[{method}(\"")) else {
                continue;
            };
            let path = format!("/v1{}", rest.split('"').next().unwrap());
            assert!(paths[&path].get(method).is_some(), "{method} {path}");
            routes += 1;
        }
    }
    let described: usize = paths
        .values()
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    assert_eq!(routes, described);
}

#[actix_web::test]
async fn document_and_page_are_public_and_stand_alone() {
    let stage = Stage::new();
    let json = send(&stage.app, None, Call::get("/v1/openapi.json")).await;
    assert_eq!(
        (json.status, json.header("content-type")),
        (200, "application/json")
    );
    let page = send(&stage.app, None, Call::get("/v1/docs")).await;
    assert_eq!(page.status, 200);
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'self'")
    );
    let html = String::from_utf8(page.bytes).unwrap();
    for outside in ["http://", "https://", "<script", " style=", "<style"] {
        assert!(!html.contains(outside), "{outside}");
    }
    // Every operation and every schema is on it, and every link on it leads somewhere.
    for (_, methods) in json.json["paths"].as_object().unwrap() {
        for (_, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(html.contains(&format!("<section id=\"{id}\">")), "{id}");
            assert!(
                operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
                "{id}"
            );
            assert!(operation["responses"]["401"].is_object(), "{id}");
        }
    }
    for link in html.split("href=\"#").skip(1) {
        let id = link.split('"').next().unwrap();
        assert!(html.contains(&format!(" id=\"{id}\"")), "{id}");
    }
    for reference in json.bytes.split(|b| *b == b'"') {
        let text = String::from_utf8_lossy(reference);
        if let Some(name) = text.strip_prefix("#/components/schemas/") {
            assert!(
                json.json["components"]["schemas"][name].is_object(),
                "{name}"
            );
        }
    }
    let style = send(&stage.app, None, Call::get("/v1/docs.css")).await;
    assert_eq!(
        (style.status, style.header("content-type")),
        (200, "text/css; charset=utf-8")
    );
}
