//! The page: both languages, the filter, and a stranger's HTML kept behind glass.

use tempfile::TempDir;

use crate::mailbox::Mailbox;

#[test]
fn the_page_speaks_the_language_that_is_asked_for() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let title = |path: &str, accept: &str| {
        let page = mailbox
            .get_with(path, "Accept-Language", accept)
            .text()
            .unwrap();
        if page.contains("演示邮箱") {
            "zh"
        } else {
            "en"
        }
    };
    assert_eq!(title("/", "fr-FR,en-GB;q=0.8,zh;q=0.2"), "en");
    assert_eq!(title("/", "zh-CN,zh;q=0.9,en;q=0.8"), "zh");
    assert_eq!(title("/", "fr"), "zh");
    assert_eq!(title("/?lang=zh-CN", "en"), "zh");
    assert_eq!(title("/?lang=en", "zh-CN"), "en");
}

#[test]
fn the_list_filters_by_part_of_an_address() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    mailbox.send("li.na@ruide.example", "for ruide", "text", "html");
    mailbox.send("bank@jianghai.example", "for the bank", "text", "html");
    let page = mailbox.get("/?lang=en&to=RUIDE").text().unwrap();
    assert!(
        page.contains("for ruide") && !page.contains("for the bank"),
        "{page}"
    );
    let page = mailbox.get("/?lang=en&to=%3Cscript%3E").text().unwrap();
    assert!(
        page.contains("No messages.") && !page.contains("<script>"),
        "{page}"
    );
}

#[test]
fn a_message_is_shown_as_text_html_and_source() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    let text = "Sign here:\nhttps://tally.example/first-visit/x\n<b>not bold</b>";
    let html = "<p>您好</p><script>alert(1)</script>";
    mailbox.send("a@x.example", "<i>subject</i>", text, html);
    let page = mailbox.get("/?open=1&lang=en").text().unwrap();
    assert!(
        page.contains("sandbox=\"allow-popups allow-popups-to-escape-sandbox\""),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("<i>"), "{page}");
    let page = mailbox.get("/?open=1&lang=en&view=text").text().unwrap();
    assert!(
        page.contains("<a href=\"https://tally.example/first-visit/x\""),
        "{page}"
    );
    assert!(!page.contains("<b>not bold"), "{page}");
    let page = mailbox.get("/?open=1&lang=en&view=source").text().unwrap();
    assert!(page.contains("Delivered-To: a@x.example"), "{page}");

    let part = mailbox.get("/messages/1/html");
    let policy = part.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.starts_with("sandbox ") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"));
    assert_eq!(part.text().unwrap().trim_end(), html);
    let source = mailbox.get("/messages/1/source");
    assert_eq!(
        source.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    assert_eq!(mailbox.get("/messages/9/html").status(), 404);
}

#[test]
fn another_host_name_gets_nothing() {
    let folder = TempDir::new().unwrap();
    let mailbox = Mailbox::start(folder.path(), &[]);
    assert_eq!(mailbox.get("/messages.json").status(), 200);
    let there = mailbox.get_with("/messages.json", "Host", "rebound.example:80");
    assert_eq!(there.status(), 404);
}
