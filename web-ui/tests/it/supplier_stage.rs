//! What the suppliers' tests share: more people, papers, quotes, and what stands on a page.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use ledger_app::invite_user::Role;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::principal::Principal;
use ledger_app::publish_rates::{self, CardTerms, RowTerms};
use ledger_app::quote_fragment;
use ledger_app::random;
use ledger_app::sign_in;
use ledger_app::signing::{self, Signing};
use ledger_core::act::{Act, IssueAct};
use ledger_core::amount::Amount;
use ledger_core::calendar::Roll;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::entry::{Cut, Entry};
use ledger_core::fragment::Side;
use ledger_core::hash::{DocumentDigest, sha256_of};
use ledger_core::id::{PaperId, RequestId};
use ledger_core::paper_number::{PaperNumber, PaperType};
use ledger_core::party::PartyKind;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_core::terms::PaperTerms;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;
use reqwest::blocking::Response;
use reqwest::blocking::multipart::{Form, Part};
use rust_decimal::Decimal;
use scraper::{Html, Selector};

use crate::house::{House, OPENING, PASSPHRASE, SUPPLIERS, Visitor};

/// Tier 1, 2 and 3 of the chain, and somebody beside it.
pub(crate) const FIRST: &str = SUPPLIERS[0].0;
pub(crate) const SECOND: &str = SUPPLIERS[1].0;
pub(crate) const THIRD: &str = "示例弹簧有限公司";
pub(crate) const RIVAL: &str = "示例橡塑有限公司";

/// A Wednesday within the rules.
pub(crate) const MATURITY: NaiveDate = NaiveDate::from_ymd_opt(2026, 8, 26).unwrap();

/// A small PDF as far as anybody looks.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n% an invoice\n%%EOF\n";

/// A house with two more suppliers (`third`, `rival`) and a second bank (`bank2`).
pub(crate) fn open() -> House {
    let house = House::open();
    for (name, login) in [(THIRD, "third"), (RIVAL, "rival")] {
        let party = house.party(PartyKind::Supplier, name, "");
        house.person(party, &format!("{login}@house.test"), Role::Member);
    }
    let bank = house.party(
        PartyKind::FinanceProvider,
        "海港保理公司",
        "91440300MA00BANK2Q",
    );
    house.person(bank, "bank2@house.test", Role::Member);
    house
}

pub(crate) fn principal(house: &House, name: &str) -> Principal {
    let login = format!("{name}@house.test");
    sign_in::run(&house.app, &login, PASSPHRASE, "test")
        .unwrap()
        .principal
}

pub(crate) fn party(house: &House, name: &str) -> String {
    principal(house, name).party.to_string()
}

pub(crate) fn cny(text: &str) -> Amount {
    Amount::parse(text, Currency::CNY).unwrap()
}

/// A paper of the obligor's that waits for its payee; the public id of its fragment.
pub(crate) fn issued(house: &House, payee: &str, face: &str, serial: u32) -> String {
    issued_on(house, payee, face, serial, PaymentTerms::FIRST_FORM)
}

/// The same on other terms of payment.
pub(crate) fn issued_on(
    house: &House,
    payee: &str,
    face: &str,
    serial: u32,
    payment: PaymentTerms,
) -> String {
    let (maker, checker) = (principal(house, "maker"), principal(house, "checker"));
    let date = house.app.business_date().unwrap();
    let bank = "313100001729";
    let number = PaperNumber::new(PaperType::SupplyChainCommercial, bank, date, serial)
        .unwrap()
        .to_string();
    let face = cny(face).minor();
    let calendar = house.app.calendar().unwrap();
    let entry = Entry {
        book: house.app.book,
        date,
        paper: Some(PaperId::from_bytes(random::bytes().unwrap())),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face,
            hi: face,
        },
        act: Act::Issue(Box::new(IssueAct {
            payables: vec![DocumentDigest::from_bytes(sha256_of(number.as_bytes()))],
            number,
            obligor: maker.party,
            payee: principal(house, payee).party,
            currency: Currency::CNY,
            maturity: MATURITY,
            due_date: calendar.adjust(MATURITY, Roll::Following).unwrap(),
            calendar: calendar.id().to_owned(),
            terms: PaperTerms {
                clearing_rule: 1,
                minimum_fragment: Amount::from_minor(100).unwrap(),
                maximum_tier: 10,
                transferable: true,
                payment,
            },
        })),
    };
    let maker = signing::open_key(&house.app, &maker, PASSPHRASE).unwrap();
    let checker = signing::open_key(&house.app, &checker, PASSPHRASE).unwrap();
    let sealed = entry.sealed_by(&[(Seat::Maker, &maker), (Seat::Checker, &checker)]);
    let posted = house
        .app
        .posting
        .post_one(
            Posting {
                sealed,
                spent: None,
            },
            None,
        )
        .unwrap();
    house
        .app
        .public_ids
        .show(FragmentNo::of(posted.no, Side::Left))
}

/// Asks both banks for money for part of a fragment; each quotes, the second the better price.
/// Gives the request's page.
pub(crate) fn two_quotes(house: &House, holder: &Visitor, fragment: &str, amount: &str) -> String {
    let form = holder.page(&format!("/finance/new?fragment={fragment}"));
    let banks = all(&form, "input[name=bank]", "value");
    assert_eq!(banks.len(), 2);
    let expires = first(&form, "input[name=expires]", "value");
    let asked = holder.send(
        "/finance/new",
        "/finance",
        &[
            ("fragment", fragment),
            (&amount_field(fragment), amount),
            ("bank", &banks[0]),
            ("bank", &banks[1]),
            ("expires", &expires),
        ],
    );
    let request = Visitor::sent_to(&asked);
    let id = request.replace("/finance/", "");
    quoted(house, "bank", &id, "4.10", tomorrow(house));
    quoted(house, "bank2", &id, "2.85", tomorrow(house));
    request
}

/// The field for how much is asked on a fragment.
pub(crate) fn amount_field(fragment: &str) -> String {
    format!("amount-{fragment}")
}

/// A bank's quote on a request.
pub(crate) fn quoted(house: &House, bank: &str, request: &str, rate: &str, until: DateTime<Utc>) {
    let who = principal(house, bank);
    let signer = signing::open_key(&house.app, &who, PASSPHRASE).unwrap();
    let request = RequestId::parse(request).unwrap();
    let terms = bank_terms(rate, until);
    let prepared = quote_fragment::prepare(&house.app, &who, request, &terms).unwrap();
    let with = Signing::With(&signer);
    quote_fragment::submit(&house.app, &who, request, &prepared.body, &with, None).unwrap();
}

/// Terms that nobody would wonder at.
pub(crate) fn bank_terms(rate: &str, until: DateTime<Utc>) -> QuoteTerms {
    QuoteTerms {
        rate_percent: rate.parse().unwrap(),
        day_count: DayCount::Actual360,
        fees: Vec::new(),
        buyer_paid_share: "0".parse().unwrap(),
        recourse: Recourse::Without,
        pay_date: OPENING,
        expires_at: until,
    }
}

/// A bank's standing rates for anybody: without recourse at `rate`, and a tenth of a percent cheaper
/// with recourse limited to a fifth.
pub(crate) fn published(house: &House, bank: &str, rate: &str) {
    let who = principal(house, bank);
    let signer = signing::open_key(&house.app, &who, PASSPHRASE).unwrap();
    let rate: Decimal = rate.parse().unwrap();
    let row = |recourse, rate| RowTerms {
        obligor: None,
        worst_grade: None,
        days_from: 1,
        days_to: 365,
        amount_from: cny("1.00"),
        amount_to: cny("100000000.00"),
        recourse,
        rate: Rate::AnnualPercent(rate),
        day_count: DayCount::Actual360,
    };
    let terms = CardTerms {
        currency: Currency::CNY,
        rows: vec![
            row(CardRecourse::Without, rate),
            row(
                CardRecourse::LimitedPercent(Decimal::new(20, 0)),
                rate - Decimal::new(1, 1),
            ),
        ],
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        payout_lag_days: 0,
        quote_minutes: 15,
        valid_from: OPENING,
        valid_until: MATURITY,
        most_in_all: Amount::ZERO,
    };
    let prepared = publish_rates::prepare(&house.app, &who, &terms).unwrap();
    let with = Signing::With(&signer);
    publish_rates::submit(&house.app, &who, &prepared.body, &with, None).unwrap();
}

pub(crate) fn tomorrow(house: &House) -> DateTime<Utc> {
    house.app.moment().unwrap() + Duration::days(1)
}

/// Size and running hash of the book: a refusal leaves both as they were.
pub(crate) fn digest(house: &House) -> (i64, [u8; 32]) {
    let book = house
        .app
        .store
        .read(|tx| tx.book_by_id(house.app.book))
        .unwrap();
    (book.size, *book.chain().bytes())
}

/// Values of an attribute of all that fits.
pub(crate) fn all(page: &str, css: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let css = Selector::parse(css).unwrap();
    page.select(&css)
        .filter_map(|found| found.attr(attribute).map(str::to_owned))
        .collect()
}

/// The first of them, which must be there.
#[track_caller]
pub(crate) fn first(page: &str, css: &str, attribute: &str) -> String {
    all(page, css, attribute)
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("no {css} on\n{page}"))
}

/// Signs the deed on the page at `from` and gives the answer.
pub(crate) fn sign(visitor: &Visitor, from: &str, passphrase: &str) -> Response {
    let page = visitor.page(from);
    sign_page(visitor, &page, passphrase)
}

/// Signs the deed on a page in hand.
pub(crate) fn sign_page(visitor: &Visitor, page: &str, passphrase: &str) -> Response {
    let action = first(page, "form.deed", "action");
    let token = first(page, "form.deed input[name=csrf]", "value");
    let deed = first(page, "form.deed input[name=deed]", "value");
    visitor.send_with(
        &token,
        &action,
        &[("deed", &deed), ("passphrase", passphrase)],
    )
}

/// The payment form as somebody fills it in.
pub(crate) fn payment<'a>(fragment: &'a str, recipient: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("fragment", fragment),
        ("recipient", recipient),
        ("amount", "300,000.00"),
        ("recourse", "without"),
        ("invoice_number", "26322000000012345678"),
        ("invoice_date", "2026-03-01"),
        ("invoice_amount", "486200.00"),
    ]
}

/// Posts the payment form with a file.
pub(crate) fn preview(
    house: &House,
    visitor: &Visitor,
    fields: &[(&str, &str)],
    file: Option<(&str, Vec<u8>)>,
) -> Response {
    let token = visitor.token("/pay");
    let mut form = Form::new().text("csrf", token);
    for (name, value) in fields {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    if let Some((name, bytes)) = file {
        form = form.part("document", Part::bytes(bytes).file_name(name.to_owned()));
    }
    visitor
        .client
        .post(house.url("/pay/preview"))
        .multipart(form)
        .send()
        .unwrap()
}

/// Passes part of a fragment on through the pages; the recipient accepts; gives the recipient's
/// fragment.
pub(crate) fn passed_on(
    house: &House,
    from: &str,
    to: &str,
    fragment: &str,
    amount: &str,
    invoice: &str,
) -> String {
    let (giver, taker) = (house.signed_in(from), house.signed_in(to));
    let recipient = party(house, to);
    let mut fields = payment(fragment, &recipient);
    fields.retain(|(name, _)| !["amount", "invoice_number"].contains(name));
    fields.extend([("amount", amount), ("invoice_number", invoice)]);
    let page = preview(house, &giver, &fields, Some(("a.pdf", PDF.to_vec())))
        .text()
        .unwrap();
    assert_eq!(sign_page(&giver, &page, PASSPHRASE).status(), 303, "{page}");
    accepted(&taker)
}

/// Accepts the first thing that waits and gives the fragment it became.
pub(crate) fn accepted(taker: &Visitor) -> String {
    let offer = first(&taker.page("/"), "a[href^='/offers/']", "href");
    let answer = sign(taker, &offer, PASSPHRASE);
    let receipt = taker.page(&Visitor::sent_to(&answer));
    first(&receipt, "main a[href^='/fragments/']", "href").replace("/fragments/", "")
}
