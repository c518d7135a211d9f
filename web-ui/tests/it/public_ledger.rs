//! A public authority's ledger through the pages: uploaded, its unknown payees taken in by the
//! list, uploaded again, proposed, approved. Counted apart from the code under test.
//!
//! The whole export is not part of the repository; where a copy stands beside it its first 5,000
//! rows are taken (all of them with `TALLYSTICK_WHOLE_LEDGER=1`), else the sample in the fixtures.
//! Its dates are years old: each is moved into the house's spring, since what is past due gets no
//! paper.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use scraper::{Html, Selector};
use testkit::database::workspace;

use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_lists::{figures, hand_in};
use crate::supplier_stage::first;

const ROWS: usize = 5_000;

/// The export with its dates moved, and what a reader who knows nothing of our code counts in it.
struct Ledger {
    bytes: Vec<u8>,
    /// Payables and their sum in pence; rows below nothing.
    payables: usize,
    pence: i64,
    negative: usize,
    payees: BTreeSet<String>,
    /// Payables on a document that an earlier one of the same payee names: none of them states the
    /// document's total, so the first gets the paper.
    again: usize,
    again_pence: i64,
}

/// Names as a person would call them the same: letters and digits, the case apart.
fn same_name(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|w| !w.is_empty())
        .map(str::to_uppercase)
        .collect();
    words.join(" ")
}

fn pence(text: &str) -> i64 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{part:0<2}");
    digits.parse().unwrap()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for sign in line.chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

fn ledger() -> Ledger {
    let whole = workspace().join("../shared/data/gla-payables.csv");
    let sample = workspace().join("fixtures/payables/gla-sample.csv");
    let text = std::fs::read_to_string(whole)
        .unwrap_or_else(|_not_at_hand| std::fs::read_to_string(sample).unwrap());
    let most = match std::env::var("TALLYSTICK_WHOLE_LEDGER") {
        Ok(_) => usize::MAX,
        Err(_) => ROWS,
    };
    let mut lines = text.lines();
    let mut out = format!("{}\n", lines.next().unwrap());
    let mut found = Ledger {
        bytes: Vec::new(),
        payables: 0,
        pence: 0,
        negative: 0,
        payees: BTreeSet::new(),
        again: 0,
        again_pence: 0,
    };
    let mut documents = BTreeSet::new();
    for line in lines.take(most) {
        let cells = cells(line);
        let [_, _, payee, _, _, document, amount, date, _] = &cells[..] else {
            panic!("{line}");
        };
        let spring = format!("2026-03-{}", &date[8..]);
        out.push_str(&line.replace(&format!(",{date},"), &format!(",{spring},")));
        out.push('\n');
        match pence(amount) {
            owed if owed > 0 => {
                found.payables += 1;
                found.pence += owed;
                found.payees.insert(same_name(payee));
                let named = !document.trim().is_empty();
                if named && !documents.insert((same_name(payee), document.to_uppercase())) {
                    found.again += 1;
                    found.again_pence += owed;
                }
            }
            _ => found.negative += 1,
        }
    }
    found.bytes = out.into_bytes();
    found
}

/// `£1,234.50` of pence.
fn pounds(pence: i64) -> String {
    let mut whole = (pence / 100).to_string();
    let mut at = whole.len();
    while at > 3 {
        at -= 3;
        whole.insert(at, ',');
    }
    format!("£{whole}.{:02}", pence % 100)
}

/// Follows a page's progress to its end and gives how many different states were seen.
fn watched(visitor: &Visitor, path: &str) -> (String, usize) {
    let until = Instant::now() + Duration::from_secs(600);
    let mut seen = BTreeSet::new();
    loop {
        let page = visitor.page(path);
        if !page.contains("<progress") {
            return (page, seen.len());
        }
        seen.insert(first(&page, "progress", "value"));
        assert!(Instant::now() < until, "{path} comes to no end");
        std::thread::yield_now();
    }
}

/// What the operator hands in for the payees in the downloaded file: invented registrations where
/// the file has none.
fn filled_in(unknown: &str) -> (String, usize) {
    let mut lines = unknown.lines();
    let mut out = format!("{}\r\n", lines.next().unwrap());
    let mut count = 0;
    for line in lines {
        let cells = cells(line);
        count += 1;
        let lei = lei(count);
        out.push_str(&format!(
            "\"{}\",{lei},6222{count:08},BKCHCNBJ,finance@payee-{count}.example,en,,\r\n",
            cells[0]
        ));
    }
    (out, count)
}

/// An LEI that nobody has, its check digits by ISO 17442 (mod 97-10).
fn lei(count: usize) -> String {
    let body = format!("999900TEST{count:08}");
    let mut rest = 0_u32;
    for sign in format!("{body}00").chars() {
        for digit in sign.to_digit(36).unwrap().to_string().chars() {
            rest = (rest * 10 + digit.to_digit(10).unwrap()) % 97;
        }
    }
    format!("{body}{:02}", 98 - rest)
}

fn uploaded(maker: &Visitor, ledger: &Ledger) -> (String, String, usize) {
    let sent = maker.upload("gla-payables.csv", ledger.bytes.clone(), "saved:GLA");
    let at = Visitor::sent_to(&sent);
    let (page, steps) = watched(maker, &at);
    (at, page, steps)
}

fn mapping_saved(maker: &Visitor) {
    let sample = std::fs::read(workspace().join("fixtures/payables/gla-sample.csv")).unwrap();
    let json = workspace().join("fixtures/payables/gla-mapping.json");
    let json = std::fs::read_to_string(json).unwrap();
    let head: Vec<u8> = sample
        .split_inclusive(|b| *b == b'\n')
        .next()
        .unwrap()
        .to_vec();
    let to = Visitor::sent_to(&maker.upload("head.csv", head, "new"));
    let sent = maker.send(&to, &to, &[("json", &json), ("name", "GLA")]);
    maker.read_result(&Visitor::sent_to(&sent));
}

/// The operator gets the unknown payees of the list, fills them in and takes them in, twice.
fn take_payees_in(house: &House, maker: &Visitor, list: &str, payees: usize) {
    let (operator, supplier) = (house.signed_in("operator"), house.signed_in("supplier"));
    let unknown = maker.page(&format!("{list}/unknown.csv"));
    let waiting = operator.page("/operator/suppliers");
    let same = first(&waiting, "a[href^='/operator/unknown/']", "href");
    let (own, theirs) = (
        unknown.lines().count(),
        operator.page(&same).lines().count(),
    );
    assert_eq!((own, theirs), (payees + 1, payees + 1));
    let foreign = supplier.get(&format!("{list}/unknown.csv"));
    assert_eq!(foreign.status(), 403);
    let (suppliers, count) = filled_in(unknown.trim_start_matches('\u{feff}'));
    assert_eq!(count, payees);
    for (new, known) in [(payees, 0), (0, payees)] {
        let sent = hand_in(
            house,
            &operator,
            "payees.csv",
            suppliers.clone().into_bytes(),
        );
        let (page, _) = watched(&operator, &Visitor::sent_to(&sent));
        let came = [new.to_string(), known.to_string(), "0".to_owned()];
        assert_eq!(figures(&page), came, "taken in, known, refused: {page}");
    }
    let page = maker.page(list);
    assert!(
        page.contains("have been taken in since") && !page.contains("unknown.csv"),
        "{page}"
    );
}

#[test]
fn the_public_ledger_goes_from_upload_to_papers() {
    let ledger = ledger();
    let house = House::open();
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    mapping_saved(&maker);
    let clock = Instant::now();
    let told = |what: &str| eprintln!("{what}: {:?}", clock.elapsed());

    let (list, page, steps) = uploaded(&maker, &ledger);
    told("uploaded");
    assert!(steps >= 1, "no progress was to be seen");
    let whole = [
        "0".to_owned(),
        ledger.payables.to_string(),
        ledger.negative.to_string(),
    ];
    assert_eq!(figures(&page)[..3], whole, "new, refused, set aside");
    let payees = ledger.payees.len();
    assert!(
        page.contains(&format!("{payees} payees of this list")),
        "{page}"
    );

    take_payees_in(&house, &maker, &list, payees);
    told("suppliers");

    // The rows that were refused are loaded now, and only once.
    let (list, page, _) = uploaded(&maker, &ledger);
    told("uploaded again");
    let sum = pounds(ledger.pence);
    let came = [
        ledger.payables.to_string(),
        "0".to_owned(),
        ledger.negative.to_string(),
        sum.clone(),
    ];
    assert_eq!(figures(&page), came, "new, refused, set aside, waiting");
    let (_, page, _) = uploaded(&maker, &ledger);
    assert_eq!(figures(&page)[..2], ["0", "0"], "the same file again");

    let done = maker.send(
        &list,
        &format!("{list}/propose"),
        &[("passphrase", PASSPHRASE)],
    );
    let done = done.text().unwrap();
    told("proposed");
    let sum = pounds(ledger.pence - ledger.again_pence);
    let papers = ledger.payables - ledger.again;
    assert!(done.contains(&sum), "{done}");
    assert_eq!(proposals(&checker), papers, "page by page");
    let approved = approve_all(&checker);
    let (page, steps) = watched(&checker, &approved);
    told("approved");
    assert!(steps >= 1, "no progress was to be seen");
    assert!(page.contains(&sum), "{page}");
    let owed = checker.page("/treasury/papers");
    assert!(owed.contains(&sum), "{owed}");
    assert_eq!(issued(&house), (papers, ledger.pence - ledger.again_pence));
    let again = checker.page("/treasury/proposals");
    assert!(
        !again.contains("name=\"proposal\""),
        "nothing is left to approve"
    );
}

/// Follows the next-page links and counts the papers.
fn proposals(checker: &Visitor) -> usize {
    let (mut seen, mut at) = (BTreeSet::new(), "/treasury/proposals".to_owned());
    loop {
        let page = Html::parse_document(&checker.page(&at));
        let ticks = Selector::parse("input[name=proposal]").unwrap();
        let papers = page
            .select(&ticks)
            .map(|tick| tick.attr("value").unwrap().to_owned());
        seen.extend(papers);
        let next = Selector::parse("a[rel=next]").unwrap();
        match page.select(&next).next() {
            Some(link) => at = link.attr("href").unwrap().to_owned(),
            None => return seen.len(),
        }
    }
}

/// Signs for all that wait.
fn approve_all(checker: &Visitor) -> String {
    let from = "/treasury/proposals";
    let page = checker.page(from);
    let (as_of, papers) = (
        first(&page, "input[name=as_of]", "value"),
        first(&page, "input[name=papers]", "value"),
    );
    let to = "/treasury/proposals/approve-all";
    let fields = |papers: &str, passphrase: &str| {
        checker.send(
            from,
            to,
            &[
                ("as_of", &as_of),
                ("papers", papers),
                ("passphrase", passphrase),
            ],
        )
    };
    let wrong = fields(&papers, "not it at all");
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    let fewer = Visitor::sent_to(&fields("7", PASSPHRASE));
    let (page, _) = watched(checker, &fewer);
    assert!(
        page.contains("more_waiting_than_seen"),
        "signed is what was seen"
    );
    Visitor::sent_to(&fields(&papers, PASSPHRASE))
}

/// Papers in the ledger and their faces together.
fn issued(house: &House) -> (usize, i64) {
    let maker = crate::supplier_stage::principal(house, "maker");
    let days = house
        .app
        .store
        .read(|tx| tx.papers_outstanding_by_due_date(maker.party))
        .unwrap();
    let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for day in days {
        let sum = found.entry(day.currency.to_string()).or_default();
        sum.0 += day.papers;
        sum.1 += day.owed.minor();
    }
    assert_eq!(found.len(), 1, "{found:?}");
    let (papers, pence) = found["GBP"];
    (usize::try_from(papers).unwrap(), pence)
}
