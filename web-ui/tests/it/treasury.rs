//! Payables in, papers out: through the pages, with files as people and worse send them.

use rust_xlsxwriter::Workbook;
use testkit::database::workspace;

use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_stage;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(workspace().join("fixtures/payables").join(name)).unwrap()
}

fn uploaded(maker: &Visitor, name: &str, bytes: Vec<u8>, mapping: &str) -> (String, String) {
    let sent = maker.upload(name, bytes, mapping);
    let to = Visitor::sent_to(&sent);
    let page = maker.read_result(&to);
    (to, page)
}

/// The one paper id that is ticked on the proposals page.
fn ticked(visitor: &Visitor) -> Vec<String> {
    let page = scraper::Html::parse_document(&visitor.page("/treasury/proposals"));
    let boxes = scraper::Selector::parse("input[name=proposal]").unwrap();
    page.select(&boxes)
        .map(|tick| tick.attr("value").unwrap().to_owned())
        .collect()
}

#[test]
fn a_list_becomes_papers_by_two_people() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let (list, page) = uploaded(&maker, "march.csv", fixture("domestic-utf8.csv"), "own");
    assert!(page.contains("示例制动系统有限公司"), "{page}");
    let propose = format!("{list}/propose");
    let wrong = maker.send(&list, &propose, &[("passphrase", "not it at all")]);
    assert_eq!(wrong.status(), 200.max(wrong.status().as_u16()));
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    let done = maker.send(&list, &propose, &[("passphrase", PASSPHRASE)]);
    assert_eq!(done.status(), 200);
    let papers = ticked(&maker);
    assert!(papers.len() >= 2, "{papers:?}");
    // The maker may not approve, whatever the page shows.
    let token = maker.token(&list);
    let own = maker.send_with(
        &token,
        "/treasury/proposals/approve",
        &[("proposal", &papers[0]), ("passphrase", PASSPHRASE)],
    );
    assert_eq!(own.status(), 403);
    let checker = house.signed_in("checker");
    let approve = "/treasury/proposals/approve";
    let from = "/treasury/proposals";
    let wrong = checker.send(
        from,
        approve,
        &[("proposal", &papers[0]), ("passphrase", "nope nope nope")],
    );
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    let none = checker.send(from, approve, &[("passphrase", PASSPHRASE)]);
    assert!(none.text().unwrap().contains("nothing_chosen"));
    let back = |reason: &str| {
        let fields = [("proposal", papers[1].as_str()), ("reason", reason)];
        checker.send(from, "/treasury/proposals/return", &fields)
    };
    let unsaid = back(" ");
    assert_eq!(unsaid.status(), 422);
    assert!(unsaid.text().unwrap().contains("reason_missing"));
    assert_eq!(Visitor::sent_to(&back("wrong invoice")), from);
    let told = ledger_app::deliver_letters::take(&house.app).unwrap();
    let told = told.iter().filter(|one| {
        let letter = serde_json::to_string(&one.letter).unwrap();
        letter.contains("maker@house.test") && letter.contains("wrong invoice")
    });
    assert_eq!(told.count(), 1, "the maker reads the reason");
    let done = checker.send(
        from,
        approve,
        &[("proposal", &papers[0]), ("passphrase", PASSPHRASE)],
    );
    assert_eq!(done.status(), 200);
    let again = checker.send(
        from,
        approve,
        &[("proposal", &papers[0]), ("passphrase", PASSPHRASE)],
    );
    assert_eq!(again.status(), 422);
    assert!(again.text().unwrap().contains("proposal_decided"));
    the_paper_is_drawn_for_its_obligor_alone(&house, &maker, &checker);
}

fn the_paper_is_drawn_for_its_obligor_alone(house: &House, maker: &Visitor, checker: &Visitor) {
    let owed = checker.page("/treasury/papers");
    let page = scraper::Html::parse_document(&owed);
    let link = scraper::Selector::parse("a[href^='/papers/']").unwrap();
    let paper = page
        .select(&link)
        .next()
        .unwrap()
        .attr("href")
        .unwrap()
        .to_owned();
    let page = checker.page(&paper);
    assert!(page.contains("<svg"));
    assert_eq!(house.signed_in("supplier").get(&paper).status(), 404);
    assert_eq!(
        maker.get("/papers/000000000000000000000000000000").status(),
        404
    );
}

#[test]
fn the_same_file_twice_changes_nothing_and_gb18030_is_the_same() {
    let house = House::open();
    let maker = house.signed_in("maker");
    uploaded(&maker, "a.csv", fixture("domestic-utf8.csv"), "own");
    let before = house.app.store.read(|tx| tx.books()).unwrap();
    let (_, second) = uploaded(&maker, "b.csv", fixture("domestic-gb18030.csv"), "own");
    assert!(second.contains("already loaded"), "{second}");
    assert_eq!(house.app.store.read(|tx| tx.books()).unwrap(), before);
}

#[test]
fn bad_rows_come_back_with_reasons_and_as_a_file() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let (list, page) = uploaded(&maker, "bad.csv", fixture("bad-rows.csv"), "own");
    assert!(page.contains("missing_field"));
    let got = maker.get(&format!("{list}/problems.csv"));
    assert_eq!(got.status(), 200);
    let text = got.text().unwrap();
    assert!(text.starts_with('\u{feff}'));
    assert!(text.lines().count() > 10, "{text}");
    assert!(
        !text
            .lines()
            .any(|line| line.starts_with("\"=") || line.contains(",\"="))
    );
    let other = house.signed_in("supplier");
    assert_eq!(other.get(&list).status(), 403);
}

#[test]
fn a_workbook_is_read() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let head = [
        "supplier_uscc",
        "payable_no",
        "invoice_date",
        "gross_amount",
        "currency",
        "due_date",
    ];
    let row = [
        "91320500MA00EXAM1C",
        "X-1",
        "2026-03-02",
        "125.50",
        "CNY",
        "2026-06-01",
    ];
    for (at, (name, value)) in head.iter().zip(row).enumerate() {
        let at = u16::try_from(at).unwrap();
        sheet.write(0, at, *name).unwrap();
        sheet.write(1, at, value).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let (_, page) = uploaded(&maker, "march.xlsx", bytes, "own");
    assert!(page.contains("¥125.50"), "{page}");
}

#[test]
fn a_foreign_export_is_mapped_and_the_mapping_is_kept() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let sent = maker.upload("gla.csv", fixture("gla-sample.csv"), "own");
    let to = Visitor::sent_to(&sent);
    assert!(to.contains("/mapping"), "{to}");
    let page = maker.page(&to);
    assert!(page.contains("VendorID"));
    let path = to.split('?').next().unwrap();
    let broken = maker.send(&to, path, &[("json", "{\"columns\": 3}")]);
    assert_eq!(broken.status(), 422);
    assert!(broken.text().unwrap().contains("mapping_invalid"));
    let json = String::from_utf8(fixture("gla-mapping.json")).unwrap();
    let sent = maker.send(&to, path, &[("json", &json), ("name", "GLA")]);
    let result = maker.read_result(&Visitor::sent_to(&sent));
    assert!(
        result.contains("credit_note") && result.contains("unknown_supplier"),
        "{result}"
    );
    assert!(maker.page("/treasury/imports").contains("saved:GLA"));
    let (_, again) = uploaded(&maker, "gla.csv", fixture("gla-sample.csv"), "saved:GLA");
    assert!(again.contains("unknown_supplier"));
}

#[test]
fn hostile_files_are_refused_in_words() {
    let house = House::open();
    let maker = house.signed_in("maker");
    for (name, bytes, code) in [
        ("empty.csv", Vec::new(), "file_empty"),
        ("blank.csv", b"\n\n\n".to_vec(), "file_empty"),
        (
            "old.xls",
            vec![0xd0, 0xcf, 0x11, 0xe0, 0, 0],
            "file_old_or_locked_workbook",
        ),
        (
            "fake.xlsx",
            b"PK\x03\x04 not a workbook".to_vec(),
            "file_bad_workbook",
        ),
        ("utf16.csv", b"\xff\xfea\0,\0b\0\n\0".to_vec(), "file_utf16"),
    ] {
        let sent = maker.upload(name, bytes, "own");
        let status = sent.status();
        let page = sent.text().unwrap();
        assert_eq!(status, 422, "{name}: {page}");
        assert!(page.contains(code), "{name}: {page}");
    }
    let quote =
        b"supplier_uscc,payable_no,gross_amount,currency,due_date\n\"never closed,".to_vec();
    let mut long = quote;
    long.extend(std::iter::repeat_n(b'x', 2_000_000));
    let (_, page) = uploaded(&maker, "quote.csv", long, "own");
    assert!(page.contains("file_record_too_long"), "{page}");
}

#[test]
fn a_hundred_megabytes_are_too_many_declared_or_streamed() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let token = maker.token("/treasury/imports");
    let head = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"big.csv\"\r\n\r\n"
    );
    let send = |declared: Option<u64>| {
        let body = std::io::Read::chain(
            std::io::Cursor::new(head.clone().into_bytes()),
            std::io::Read::take(std::io::repeat(b'7'), 100 * 1024 * 1024),
        );
        let body = match declared {
            Some(bytes) => reqwest::blocking::Body::sized(body, bytes),
            None => reqwest::blocking::Body::new(body),
        };
        maker
            .client
            .post(house.url("/treasury/imports"))
            .header("Content-Type", "multipart/form-data; boundary=b")
            .body(body)
            .send()
    };
    let whole = u64::try_from(head.len()).unwrap() + 100 * 1024 * 1024;
    for declared in [Some(whole), None] {
        // The server may close before all was sent: then the client sees that instead.
        if let Ok(answer) = send(declared) {
            assert_eq!(answer.status(), 413, "{declared:?}");
            assert!(answer.text().unwrap().contains("file_too_large"));
        }
    }
    assert_eq!(maker.get("/treasury/imports").status(), 200);
    assert!(!maker.page("/treasury/imports").contains("big.csv"));
}

#[test]
fn a_refused_paper_leaves_the_list_of_what_is_owed() {
    let house = supplier_stage::open();
    supplier_stage::issued(&house, "supplier", "1200.00", 31);
    let supplier = house.signed_in("supplier");
    supplier_stage::accepted(&supplier);
    supplier_stage::issued(&house, "supplier", "3400.00", 32);
    let offer = supplier_stage::first(&supplier.page("/"), "a[href^='/offers/']", "href");
    let page = supplier.page(&offer);
    let current = supplier_stage::all(&page, "nav a[aria-current]", "href");
    assert_eq!(current, ["/"], "an offer belongs to what one holds");
    let why = [("reason", "trade"), ("passphrase", PASSPHRASE)];
    let refused = supplier.send(&offer, &format!("{offer}/refuse"), &why);
    assert_eq!(refused.status(), 303);
    let maker = house.signed_in("maker");
    let listed =
        |page: &str| supplier_stage::all(&maker.page(page), "td a[href^='/papers/']", "href").len();
    assert_eq!(listed("/treasury/papers"), 1, "only what is owed");
    assert_eq!(listed("/treasury/papers?all=1"), 2);
    assert!(
        supplier.page("/pay").contains("Amount to pay (CNY)"),
        "an amount is asked for in a currency"
    );
}
