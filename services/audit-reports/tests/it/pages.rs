//! The addresses: every page in both languages, files, the gate, refusals.

use std::sync::Arc;

use actix_web::App;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::test as http;
use audit_reports::door::AuditDoor;
use audit_reports::gate::Admission;
use audit_reports::gate::Auditor;
use audit_reports::gate::AuditorGate;
use audit_reports::language::Language;
use audit_reports::routes::scope;
use audit_reports::snapshot::AuditDatabase;
use audit_reports::statements::LISTS;
use audit_reports::statements::live_fragments::LIVE_FRAGMENTS;
use audit_reports::statements::trace::TRACE;
use ledger_core::verify::Verifier;

use crate::chain::Chain;
use crate::stage::Stage;

const EN: &str = include_str!("../../locales/en/audit.ftl");
const ZH: &str = include_str!("../../locales/zh-CN/audit.ftl");

/// Lets in whoever names a language.
struct ByHeader;

impl AuditorGate for ByHeader {
    fn admit(&self, request: &HttpRequest) -> Admission {
        let tag = request.headers().get("accept-language");
        let language = tag
            .and_then(|tag| tag.to_str().ok())
            .and_then(Language::from_tag);
        Box::pin(async move {
            language
                .map(|language| Auditor {
                    name: "审计员".to_owned(),
                    party: "会计师事务所".to_owned(),
                    language,
                    csrf: String::new(),
                })
                .ok_or_else(|| HttpResponse::Forbidden().finish())
        })
    }
}

async fn get(stage: &Stage, path: &str, language: &str) -> (StatusCode, String) {
    let door = AuditDoor {
        database: AuditDatabase::new(&stage.database.url_audit()).unwrap(),
        gate: Arc::new(ByHeader),
        stylesheet: "/assets/portal.css".to_owned(),
        icon: "/assets/tally.svg".to_owned(),
    };
    let app = http::init_service(App::new().service(scope(door))).await;
    let request = http::TestRequest::get()
        .uri(path)
        .insert_header(("accept-language", language))
        .to_request();
    let response = http::call_service(&app, request).await;
    let status = response.status();
    let body = http::read_body(response).await;
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn paths(chain: &Chain) -> Vec<String> {
    let mut paths: Vec<String> = LISTS
        .iter()
        .map(|list| format!("/audit/{}", list.name))
        .collect();
    paths.extend(["/audit".to_owned(), "/audit/journal-file".to_owned()]);
    paths.extend(["/audit/verifier-key".to_owned()]);
    for paper in [&chain.long, &chain.short, &chain.pounds, &chain.refused] {
        paths.push(format!("/audit/papers/{}", paper.number));
        paths.push(format!("/audit/papers/{}/live", paper.number));
    }
    paths.push(format!("/audit/settlements/{}", chain.short.number));
    paths
}

#[actix_web::test]
async fn every_address_answers_in_both_languages_as_page_and_file() {
    let stage = Stage::new();
    let chain = Chain::play(&stage).then_maturity(&stage);
    stage.seal();
    for path in paths(&chain) {
        for language in ["zh-CN", "en"] {
            let (status, page) = get(&stage, &path, language).await;
            assert_eq!(status, StatusCode::OK, "{path} {page}");
            assert!(!page.is_empty(), "{path}");
            let (status, _file) = get(&stage, &format!("{path}?format=csv"), language).await;
            assert_eq!(status, StatusCode::OK, "{path} as a file");
        }
    }
    let (_status, trace) = get(
        &stage,
        &format!("/audit/papers/{}", chain.long.number),
        "en",
    )
    .await;
    assert!(trace.contains("Tier Three Fasteners") && trace.contains("<svg class=\"chart wide\""));
}

#[actix_web::test]
async fn of_large_books_all_rows_are_added_up_when_asked_for() {
    let stage = Stage::new();
    Chain::play(&stage);
    let url = stage.database.url_superuser();
    let added_up = async |path: &str| {
        let (status, page) = get(&stage, path, "en").await;
        assert_eq!(status, StatusCode::OK, "{path} {page}");
        let button = page.contains("<button class=\"main\">Add up every row</button>");
        let totals = page.contains("<table class=\"stack totals\">");
        assert_ne!(button, totals, "{path}");
        totals
    };
    assert!(added_up("/audit/journal").await);
    // The driver blocks, and has no place on the runtime's own thread.
    let enlarged = std::thread::spawn(move || {
        let mut hand = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        hand.batch_execute("UPDATE book SET size = size + 200000")
            .unwrap();
    });
    enlarged.join().unwrap();
    for list in LISTS {
        let path = format!("/audit/{}", list.name);
        assert!(!added_up(&path).await);
        assert!(added_up(&format!("{path}?totals=all")).await);
        // An empty field of the form narrows nothing.
        assert!(!added_up(&format!("{path}?from=&party=%20")).await);
    }
    assert!(added_up("/audit/journal?word=issue").await);
}

#[actix_web::test]
async fn the_downloaded_journal_verifies_with_the_downloaded_key() {
    let stage = Stage::new();
    Chain::play(&stage).then_maturity(&stage);
    stage.seal();
    let (_status, key) = get(&stage, "/audit/verifier-key", "en").await;
    let (_status, file) = get(&stage, "/audit/journal-file", "en").await;
    let mut verifier = Verifier::new(key.trim_end()).unwrap();
    for line in file.split_inclusive('\n') {
        verifier.raw_line(line.as_bytes()).unwrap();
    }
    assert_eq!(verifier.finish().unwrap().settled_papers, 1);
}

#[actix_web::test]
async fn strangers_and_unknown_things_are_refused() {
    let stage = Stage::new();
    let chain = Chain::play(&stage);
    for path in paths(&chain) {
        let (status, _page) = get(&stage, &path, "").await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    for (path, status, code) in [
        ("/audit/elsewhere", StatusCode::NOT_FOUND, "not_found"),
        ("/audit/papers/123", StatusCode::NOT_FOUND, "not_found"),
        ("/audit/settlements/123", StatusCode::NOT_FOUND, "not_found"),
        (
            "/audit/journal?from=x",
            StatusCode::BAD_REQUEST,
            "bad_filter",
        ),
        (
            "/audit/journal?after=x",
            StatusCode::BAD_REQUEST,
            "bad_filter",
        ),
        (
            "/audit/journal?format=csv&to=x",
            StatusCode::BAD_REQUEST,
            "bad_filter",
        ),
        ("/audit/journal-file", StatusCode::CONFLICT, "no_checkpoint"),
        (
            "/audit/journal-file?book=x",
            StatusCode::NOT_FOUND,
            "not_found",
        ),
    ] {
        let (found, page) = get(&stage, path, "en").await;
        assert_eq!(found, status, "{path}");
        assert!(page.contains(&format!("<code>{code}</code>")), "{path}");
    }
}

fn keys(ftl: &str) -> Vec<&str> {
    ftl.lines()
        .filter_map(|line| Some(line.split_once(" = ")?.0))
        .collect()
}

#[test]
fn both_languages_have_the_same_words_and_every_list_finds_its_own() {
    let known = keys(EN);
    assert_eq!(known, keys(ZH));
    for statement in LISTS.into_iter().chain([&TRACE, &LIVE_FRAGMENTS]) {
        let (prefix, words) = statement.filters.words;
        let own = statement.columns.iter().map(|column| column.key.to_owned());
        let sums = statement.sums.iter().map(|sum| (*sum).to_owned());
        let words = words.iter().map(|word| format!("{prefix}-{word}"));
        let lead = [
            statement.name.to_owned(),
            format!("{}-lead", statement.name),
        ];
        for key in own.chain(sums).chain(words).chain(lead) {
            assert!(known.contains(&key.as_str()), "{key}");
        }
    }
    for template in [
        "layout", "parts", "overview", "list", "paper", "sheet", "problem",
    ] {
        let path = format!(
            "{}/../../templates/reports/{template}.html",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).unwrap();
        for used in text.split("frame.t(\"").skip(1) {
            let key = used.split('"').next().unwrap();
            assert!(known.contains(&key), "{template}: {key}");
        }
    }
}
