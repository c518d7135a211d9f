//! Suppliers taken in by the list: bad rows come back, the same list again changes nothing.

use reqwest::blocking::Response;
use reqwest::blocking::multipart::{Form, Part};
use rust_xlsxwriter::Workbook;

use crate::house::{House, Visitor};

/// Hands a list of suppliers in.
pub(crate) fn hand_in(house: &House, operator: &Visitor, name: &str, bytes: Vec<u8>) -> Response {
    let form = Form::new()
        .text("csrf", operator.token("/operator/suppliers"))
        .part("file", Part::bytes(bytes).file_name(name.to_owned()));
    let to = house.url("/operator/suppliers");
    operator.client.post(to).multipart(form).send().unwrap()
}

/// The figures of a result's page.
pub(crate) fn figures(page: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(page);
    let big = scraper::Selector::parse(".figures .big").unwrap();
    page.select(&big)
        .map(|figure| figure.text().collect::<String>())
        .collect()
}

const HEAD: &str = "supplier_name,registration_id,account_number,bank_code,email,language\r\n";

const BAD: &str = "\
丙号冲压有限公司,,622200000000003,313100001729,c@c.example,zh-CN\r\n\
丁号冲压有限公司,,,313100001729,d@d.example,zh-CN\r\n\
戊号冲压有限公司,,622200000000005,12,e@e.example,zh-CN\r\n\
己号冲压有限公司,,622200000000006,313100001729,nobody,zh-CN\r\n\
庚号冲压有限公司,91110000MA00YUAN29,622200000000007,313100001729,g@g.example,zh-CN\r\n\
辛号冲压有限公司,,622200000000008,313100001729,h@h.example,fr\r\n\
示例铸造有限公司,,622200000000009,313100001729,i@i.example,zh-CN\r\n\
壬号冲压有限公司,,622200000000010,313100001729,MAKER@house.test,zh-CN\r\n\
癸号冲压有限公司,91330200MA00EXAM24,622200000000011,313100001729,j@j.example,en\r\n\
丙号冲压有限公司,,622200000000003,313100001729,c@c.example,zh-CN\r\n\
丙号冲压有限公司,,622200000000099,313100001729,c@c.example,zh-CN\r\n";

/// A list of which one row can be taken in.
pub(crate) fn with_bad_rows() -> String {
    format!("{HEAD}{BAD}")
}

#[test]
fn bad_rows_come_back_and_the_same_list_changes_nothing() {
    let house = House::open();
    let operator = house.signed_in("operator");
    let list = format!("{HEAD}{BAD}");
    let sent = hand_in(
        &house,
        &operator,
        "suppliers.csv",
        list.clone().into_bytes(),
    );
    let at = Visitor::sent_to(&sent);
    let page = operator.read_result(&at);
    assert_eq!(figures(&page), ["1", "1", "9"], "{page}");
    let report = operator.page(&format!("{at}/problems.csv"));
    let codes: Vec<&str> = report
        .lines()
        .skip(1)
        .map(|line| line.split("\",\"").nth(3).unwrap())
        .collect();
    assert_eq!(
        codes,
        [
            "missing_field",
            "bank_code_malformed",
            "email_malformed",
            "social_credit_code_wrong_check_digit",
            "language_unknown",
            "supplier_name_known",
            "email_taken",
            "supplier_differs",
            "supplier_name_known",
        ]
    );
    let before = house.app.store.read(|tx| tx.books()).unwrap();
    let sent = hand_in(&house, &operator, "again.csv", list.into_bytes());
    let page = operator.read_result(&Visitor::sent_to(&sent));
    assert_eq!(figures(&page), ["0", "2", "9"], "{page}");
    assert_eq!(house.app.store.read(|tx| tx.books()).unwrap(), before);
    let people = operator.page("/operator/users");
    assert_eq!(people.matches("c@c.example").count(), 1, "invited once");
    for (page, wanted, other) in [
        (
            "/operator/users?q=C@c.EX",
            "c@c.example",
            "<td class=\"head\">maker",
        ),
        (
            "/operator/parties?q=示例铸造",
            "91330200MA00EXAM24",
            "91320500MA00EXAM1C",
        ),
    ] {
        let found = operator.page(page);
        assert!(
            found.contains(wanted) && !found.contains(other),
            "{page}: {found}"
        );
    }
    // Nobody but the operator takes anybody in.
    for name in ["maker", "supplier", "bank", "auditor"] {
        let visitor = house.signed_in(name);
        assert_eq!(visitor.get("/operator/suppliers").status(), 403, "{name}");
        assert_eq!(visitor.get(&at).status(), 403, "{name}");
        let token = visitor.token("/account");
        let form = Form::new().text("csrf", token).part(
            "file",
            Part::bytes(HEAD.as_bytes().to_vec()).file_name("x.csv"),
        );
        let to = house.url("/operator/suppliers");
        let sent = visitor.client.post(to).multipart(form).send().unwrap();
        assert_eq!(sent.status(), 403, "{name}");
    }
}

#[test]
fn lists_that_are_none_are_refused_in_words() {
    let house = House::open();
    let operator = house.signed_in("operator");
    for (name, bytes, code) in [
        ("empty.csv", Vec::new(), "file_empty"),
        (
            "half.csv",
            b"supplier_name,email\r\n".to_vec(),
            "file_missing_column",
        ),
        (
            "twice.csv",
            format!("email,{HEAD}").into_bytes(),
            "file_duplicate_column",
        ),
        (
            "fake.xlsx",
            b"PK\x03\x04 none".to_vec(),
            "file_bad_workbook",
        ),
    ] {
        let sent = hand_in(&house, &operator, name, bytes);
        let status = sent.status();
        let page = sent.text().unwrap();
        assert_eq!(status, 422, "{name}: {page}");
        assert!(page.contains(code), "{name}: {page}");
    }
    // A number that a spreadsheet has shortened is not believed.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in (0..).zip(HEAD.trim().split(',')) {
        sheet.write(0, at, name).unwrap();
    }
    for (at, text) in [(0, "甲号有限公司"), (3, "313100001729"), (4, "a@a.example")] {
        sheet.write(1, at, text).unwrap();
    }
    sheet.write(1, 2, 6_222_000_000_000_010_001.0).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let sent = hand_in(&house, &operator, "numbers.xlsx", bytes);
    let page = operator.read_result(&Visitor::sent_to(&sent));
    assert!(page.contains("number_cell"), "{page}");
}

#[test]
fn templates_come_in_both_forms_and_languages_and_can_be_handed_in() {
    let house = House::open();
    let (maker, operator) = (house.signed_in("maker"), house.signed_in("operator"));
    for (visitor, page, name) in [
        (&maker, "/treasury/imports", "payables"),
        (&operator, "/operator/suppliers", "suppliers"),
    ] {
        for lang in ["en", "zh-CN"] {
            let chosen = visitor.send(page, "/language", &[("lang", lang), ("back", page)]);
            assert_eq!(Visitor::sent_to(&chosen), page);
            for kind in ["csv", "xlsx"] {
                let link = format!("{page}/template.{kind}");
                assert!(visitor.page(page).contains(&link), "{link} is not linked");
                let got = visitor.get(&link);
                assert_eq!(got.status(), 200);
                let kept = got.headers()["content-disposition"].to_str().unwrap();
                assert!(kept.contains(&format!("{name}.{kind}")), "{kept}");
                let bytes = got.bytes().unwrap().to_vec();
                if kind == "csv" {
                    let text = String::from_utf8(bytes.clone()).unwrap();
                    assert_eq!(text.contains("供应商名称"), lang == "zh-CN", "{text}");
                }
                let file = format!("{name}.{kind}");
                if name == "payables" {
                    // The examples stand for suppliers of the house. In the other language their
                    // remarks differ: the same numbers again with other content.
                    let sent = maker.upload(&file, bytes, "own");
                    let read = maker.read_result(&Visitor::sent_to(&sent));
                    let came = match (lang, kind) {
                        ("en", "csv") => ["2", "0", "0"],
                        ("en", _) => ["0", "0", "0"],
                        _ => ["0", "2", "0"],
                    };
                    assert_eq!(figures(&read)[..3], came, "{lang} {kind}");
                } else {
                    // Both are on record here, with other facts: the file was read to that point.
                    let sent = hand_in(&house, &operator, &file, bytes);
                    let read = operator.read_result(&Visitor::sent_to(&sent));
                    assert_eq!(figures(&read), ["0", "0", "2"]);
                    assert_eq!(read.matches("supplier_differs").count(), 2, "{read}");
                }
            }
        }
    }
    assert_eq!(maker.get("/treasury/imports/template.exe").status(), 404);
    let supplier = house.signed_in("supplier");
    assert_eq!(supplier.get("/treasury/imports/template.csv").status(), 403);
    assert_eq!(maker.get("/operator/suppliers/template.csv").status(), 403);
}
