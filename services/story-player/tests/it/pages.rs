//! What the player reads out of pages.

use story_player::form::Form;
use story_player::page::Page;
use story_player::shown;
use story_player::steps::audit::flip;

#[test]
fn amounts_dates_and_ranges_are_read_as_shown() {
    assert_eq!(shown::amount("¥1,200,000.00"), Some(120_000_000));
    assert_eq!(shown::amount("KWD 1.250"), None);
    assert_eq!(shown::amounts("¥1.00 of ¥2,000.50"), [100, 200_050]);
    assert_eq!(shown::amount("¥1.00 of ¥2.00"), None);
    let day = "2026-10-08".parse().ok();
    for text in [
        "8 Oct 2026",
        "2026年10月8日",
        "2026-10-08",
        "due 8 Oct 2026, in 99 days",
    ] {
        assert_eq!(shown::date(text), day, "{text}");
    }
    assert_eq!(shown::date("tomorrow"), None);
    assert_eq!(shown::range("1-120000000"), Some((1, 120_000_000)));
    assert_eq!(shown::range("5-4"), None);
    let number = "5 102100099996 20260701 00000042 7";
    assert_eq!(
        shown::paper_number(number).unwrap(),
        "510210009999620260701000000427"
    );
}

#[test]
fn a_percentage_fits_at_the_places_shown() {
    assert!(shown::percent_fits("2.95%", 29_464));
    assert!(shown::percent_fits("2.9464 %", 29_464));
    assert!(!shown::percent_fits("2.94%", 29_464));
    assert!(!shown::percent_fits("none", 29_464));
}

#[test]
fn a_form_is_sent_with_what_it_held() {
    let page = Page::new(
        "/pay".to_owned(),
        200,
        r#"<form action="/sign-out"><input name="csrf" value="x"></form>
        <form action="/pay/preview" enctype="multipart/form-data"><input type="hidden" name="csrf" value="t">
        <label>A ¥5.00<input type="radio" name="fragment" value="1" checked></label>
        <label>B ¥6.00<input type="radio" name="fragment" value="2"></label>
        <label>Bank<input type="checkbox" name="bank" value="b" checked disabled></label>
        <select name="recipient"><option value="">Choose</option><option value="p">Pang</option></select>
        <input name="amount" value=""><input type="file" name="document"></form>"#,
    );
    let form = Form::find(&page, "/pay/preview", "").unwrap();
    assert!(form.multipart);
    assert_eq!(form.fields()[0], ("csrf".to_owned(), "t".to_owned()));
    assert_eq!(form.value("fragment"), "1");
    let form = form.with("fragment", "2").with("amount", "1.00");
    let names: Vec<&str> = form
        .fields()
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["csrf", "fragment", "recipient", "amount"]);
    assert_eq!(form.value("fragment"), "2");
    let listed = form
        .choices("recipient")
        .find(|choice| choice.words == "Pang");
    assert_eq!(listed.unwrap().value, "p");
    assert!(Form::find(&page, "/finance", "").is_err());
}

#[test]
fn refusals_are_seen_in_banners_fields_and_problems() {
    let refused = |status, body: &str| {
        Page::new("/x".to_owned(), status, body)
            .refusal()
            .unwrap()
            .map(|refusal| (refusal.codes, refusal.fields))
    };
    let banner = r#"<main><div class="banner refused"><p class="what">No</p><p class="code">Code <code>self_transfer</code></p></div></main>"#;
    assert_eq!(
        refused(422, banner),
        Some((vec!["self_transfer".to_owned()], vec![]))
    );
    let field = r#"<main><span class="wrong" id="amount-wrong">Too much</span></main>"#;
    assert_eq!(
        refused(200, field),
        Some((vec![], vec!["amount".to_owned()]))
    );
    let problem =
        r#"<main><div class="slim"><p class="soft">Code <code>forbidden</code></p></div></main>"#;
    assert_eq!(
        refused(403, problem),
        Some((vec!["forbidden".to_owned()], vec![]))
    );
    assert_eq!(refused(200, problem), None);
    assert_eq!(
        refused(500, ""),
        Some((vec!["http_500".to_owned()], vec![]))
    );
}

#[test]
fn one_byte_in_an_entry_is_flipped() {
    let golden = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/golden/journal.txt"
    );
    let journal = std::fs::read(golden).unwrap();
    let (changed, entry) = flip(&journal).unwrap();
    let differing = journal.iter().zip(&changed).filter(|(a, b)| a != b).count();
    assert_eq!((journal.len(), differing), (changed.len(), 1));
    assert!(entry.parse::<u64>().is_ok(), "{entry}");
}
