//! The pages that only show, in a real browser against a started demo: the auditor's in both
//! languages, and the description of the financing API. They fit a phone and a desk, their script
//! doesn't complain, and nothing is asked of anybody but the house itself.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use testkit::browser::Browser;
use testkit::browser::DESKTOP;
use testkit::browser::PHONE;
use testkit::database::TestDatabase;
use testkit::process::Process;
use thirtyfour::prelude::*;

use crate::story::place;
use crate::story::program;

/// How long a demo may take to load its history in a debug build on a busy machine.
const START: Duration = Duration::from_secs(240);

struct Demo {
    stage: Value,
    process: Process,
    _data: tempfile::TempDir,
    _database: TestDatabase,
}

fn demo() -> Demo {
    let database = TestDatabase::fresh();
    let (socket, name) = place(&database);
    let data = tempfile::tempdir().unwrap();
    program("sandbox-mailbox");
    let mut command = Command::new(env!("CARGO_BIN_EXE_platform"));
    command
        .arg("demo")
        .args(["--data", data.path().to_str().unwrap()])
        .args(["--socket", &socket, "--database", &name])
        .args(["--sandbox-bank", program("sandbox-bank").to_str().unwrap()]);
    let mut process = Process::start(&mut command).unwrap();
    process
        .wait_for_line(START, |line| {
            line.contains("Tallystick is ready").then_some(())
        })
        .unwrap();
    let stage = std::fs::read_to_string(data.path().join("stage.json")).unwrap();
    Demo {
        stage: serde_json::from_str(&stage).unwrap(),
        process,
        _data: data,
        _database: database,
    }
}

impl Drop for Demo {
    /// As with Ctrl-C: the demo takes its bank and its mailbox along.
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let told = Command::new("kill").args(["-INT", &id]).status();
        drop(told.map(|_status| self.process.wait_for_end(Duration::from_secs(30))));
    }
}

impl Demo {
    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.stage["portal"].as_str().unwrap())
    }

    fn auditor(&self) -> (&str, &str) {
        let people = self.stage["people"].as_array().unwrap();
        let auditor = people.iter().find(|one| one["role"] == "auditor").unwrap();
        let text = |name: &str| auditor[name].as_str().unwrap();
        (text("email"), text("passphrase"))
    }
}

/// Both sizes; what the page loaded came from the house alone.
async fn look(demo: &Demo, browser: &Browser, name: &str) {
    for (size, word) in [(DESKTOP, "1440"), (PHONE, "390")] {
        browser.resize(size).await.unwrap();
        let over = browser.horizontal_overflow().await.unwrap();
        assert_eq!(over, 0, "{name} at {word}");
        if let Ok(folder) = std::env::var("TALLYSTICK_SCREENSHOTS") {
            let path = Path::new(&folder).join(format!("{name}-{word}.png"));
            browser.screenshot(&path).await.unwrap();
        }
    }
    let script = "return performance.getEntriesByType('resource').map(entry => entry.name)";
    let loaded = browser.driver().execute(script, Vec::new()).await.unwrap();
    let loaded: Vec<String> = loaded.convert().unwrap();
    assert!(!loaded.is_empty(), "{name} has not even its style");
    let foreign: Vec<_> = loaded
        .iter()
        .filter(|address| !address.starts_with(&demo.url("/")))
        .collect();
    assert!(foreign.is_empty(), "{name} asks {foreign:?}");
    let errors = browser.console_errors().await.unwrap();
    assert!(errors.is_empty(), "{name}: {errors:?}");
}

async fn find(browser: &Browser, css: &str) -> WebElement {
    let query = browser.driver().query(By::Css(css));
    let found = query
        .wait(Duration::from_secs(30), Duration::from_millis(50))
        .first()
        .await;
    found.unwrap_or_else(|_gone| panic!("{css} is not on the page"))
}

/// Every address of the auditor's pages that `css` finds on the page.
async fn links(browser: &Browser, css: &str) -> Vec<String> {
    let mut found = Vec::new();
    for link in browser.driver().find_all(By::Css(css)).await.unwrap() {
        found.push(link.attr("href").await.unwrap().unwrap());
    }
    found.sort();
    found.dedup();
    found
}

async fn auditors_pages(demo: &Demo, language: &str) {
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(demo.url(path)).await.unwrap();
    go("/sign-in").await;
    let (login, passphrase) = demo.auditor();
    for (field, text) in [("login", login), ("passphrase", passphrase)] {
        let css = format!("input[name={field}]:not([type=hidden])");
        find(&browser, &css).await.send_keys(text).await.unwrap();
    }
    find(&browser, "button.main").await.click().await.unwrap();
    find(&browser, "nav").await;
    let shown = find(&browser, "html").await.attr("lang").await.unwrap();
    if shown.as_deref() != Some(language) {
        let css = format!("button[value='{language}']");
        find(&browser, &css).await.click().await.unwrap();
        find(&browser, &format!("html[lang='{language}']")).await;
    }
    go("/audit").await;
    let mut pages = links(&browser, "nav a[href^='/audit'], main a[href^='/audit']").await;
    // Downloads are no pages.
    pages.retain(|path| !path.contains(".csv") && !path.contains("-file") && !path.contains("key"));
    assert!(pages.len() > 4, "{pages:?}");
    for list in ["/audit/settlements", "/audit/maturities"] {
        go(list).await;
        let deeper = "main a[href^='/audit/settlements/'], main a[href^='/audit/papers/']";
        let mut below = links(&browser, deeper).await;
        below.retain(|path| !path.contains(".csv"));
        pages.extend(below.into_iter().take(2));
    }
    assert!(
        pages.iter().any(|path| path.starts_with("/audit/papers/")),
        "{pages:?}"
    );
    for path in &pages {
        go(path).await;
        let words = find(&browser, "main").await.text().await.unwrap();
        let han = words
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(
            !words.is_empty() && (han || language == "en"),
            "{path}: {words}"
        );
        let name = path
            .trim_start_matches('/')
            .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        look(demo, &browser, &format!("{language}-{:.40}", name)).await;
    }
}

async fn api_page(demo: &Demo) {
    let browser = Browser::start("en").await.unwrap();
    browser.driver().goto(demo.url("/v1/docs")).await.unwrap();
    look(demo, &browser, "docs").await;
    // Every name in the table of contents leads to a place on the page.
    for link in links(&browser, "nav a[href^='#']").await {
        find(
            &browser,
            &format!("[id='{}']", link.trim_start_matches('#')),
        )
        .await;
    }
    let document = demo.url("/v1/openapi.json");
    browser.driver().goto(&document).await.unwrap();
    let text = find(&browser, "body").await.text().await.unwrap();
    assert!(text.contains("3.1.0"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_auditors_pages_and_the_api_page_stand_alone_in_both_sizes_and_languages() {
    let demo = tokio::task::spawn_blocking(demo).await.unwrap();
    for language in ["zh-CN", "en"] {
        auditors_pages(&demo, language).await;
    }
    api_page(&demo).await;
    tokio::task::spawn_blocking(move || drop(demo))
        .await
        .unwrap();
}
