//! The browser sees what our pages must not do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use testkit::browser::{Browser, DESKTOP, PHONE, Viewport};
use thirtyfour::prelude::*;

/// Serves one HTML page on a free port for as long as the test lives.
fn serve(page: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 4096];
            let count = stream.read(&mut asked).unwrap();
            let asked = String::from_utf8_lossy(asked.get(..count).unwrap()).into_owned();
            let (status, body) = if asked.starts_with("GET / ") {
                ("200 OK", page)
            } else {
                ("404 Gone", "")
            };
            let language = asked
                .lines()
                .find_map(|line| {
                    line.to_lowercase()
                        .strip_prefix("accept-language: ")
                        .map(str::to_owned)
                })
                .unwrap_or_default();
            let body = body.replace("LANGUAGE", &language);
            write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
            .unwrap();
        }
    });
    address
}

/// The size the page's own script sees.
async fn inner_size(browser: &Browser) -> Viewport {
    let script = "return [window.innerWidth, window.innerHeight]";
    let size: (u32, u32) = browser
        .driver()
        .execute(script, Vec::new())
        .await
        .unwrap()
        .convert()
        .unwrap();
    Viewport {
        width: size.0,
        height: size.1,
    }
}

const GOOD: &str = "<!doctype html><html lang=zh><meta charset=utf-8>\
    <meta name=viewport content='width=device-width, initial-scale=1'>\
    <link rel=icon href='data:,'><title>凭证</title><h1>应付账款</h1><p id=said>LANGUAGE</p>";
const BAD: &str = "<!doctype html><html><meta charset=utf-8>\
    <meta name=viewport content='width=device-width, initial-scale=1'>\
    <link rel=icon href='data:,'><body style='margin:0'><div style='width:700px'>wide</div>\
    <script>throw new Error('planted')</script>";

#[tokio::test(flavor = "multi_thread")]
async fn a_good_page_passes_at_both_sizes_in_the_asked_language() {
    let browser = Browser::start("zh-CN").await.unwrap();
    let address = serve(GOOD);
    for size in [PHONE, DESKTOP] {
        browser.resize(size).await.unwrap();
        browser.driver().goto(&address).await.unwrap();
        assert_eq!(inner_size(&browser).await, size);
        assert_eq!(browser.horizontal_overflow().await.unwrap(), 0);
    }
    let said = browser
        .driver()
        .find(By::Id("said"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(said.starts_with("zh-cn"), "{said}");
    assert_eq!(
        browser.console_errors().await.unwrap(),
        Vec::<String>::new()
    );
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("pages/good.png");
    browser.screenshot(&picture).await.unwrap();
    assert!(std::fs::read(picture).unwrap().starts_with(b"\x89PNG"));
}

#[tokio::test]
async fn a_page_too_wide_for_a_phone_and_a_script_error_are_seen() {
    let browser = Browser::start("en").await.unwrap();
    let address = serve(BAD);
    browser.resize(PHONE).await.unwrap();
    browser.driver().goto(&address).await.unwrap();
    assert_eq!(browser.horizontal_overflow().await.unwrap(), 700 - 390);
    let errors = browser.console_errors().await.unwrap();
    assert!(
        errors.iter().any(|error| error.contains("planted")),
        "{errors:?}"
    );
    browser.resize(DESKTOP).await.unwrap();
    assert_eq!(browser.horizontal_overflow().await.unwrap(), 0);
}
