//! What can be done with a fragment on the pages beside passing it on for goods: pledge it, pass it
//! on between banks; and a bank's own figures.

use ledger_app::complete_discount;
use ledger_app::invite_user::Role;
use ledger_app::record_payment::{self, BankStatement, StatedBooking};
use ledger_app::register_discount;
use ledger_app::report_payout;
use ledger_app::sign_quote;
use ledger_core::id::QuoteId;
use ledger_store::bank_messages::Booking;
use reqwest::blocking::Response;
use testkit::browser::Browser;

use crate::bank_book::{asked, signed};
use crate::desk_browser::sign_in;
use crate::house::{House, PASSPHRASE, Visitor};
use crate::supplier_browser::{find, look, press};
use crate::supplier_stage::{
    accepted, all, digest, first, issued, open, party, principal, quoted, tomorrow,
};

/// Signs the deed on a page in hand.
fn sign(visitor: &Visitor, page: &str, passphrase: &str) -> Response {
    let action = first(page, "form.deed", "action");
    let token = first(page, "form.deed input[name=csrf]", "value");
    visitor.send_with(&token, &action, &[("passphrase", passphrase)])
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_fragment_is_pledged_and_let_go_through_the_pages() {
    let house = open();
    let bank = principal(&house, "bank").party;
    house.person(bank, "clerk@house.test", Role::Maker);
    issued(&house, "supplier", "1200000.00", 41);
    let supplier = house.signed_in("supplier");
    let fragment = accepted(&supplier);
    let here = format!("/fragments/{fragment}");
    let page = supplier.page(&here);
    assert_eq!(
        first(&page, "#pledge form", "action"),
        format!("{here}/pledge")
    );
    assert_eq!(first(&page, "input[name=amount]", "value"), "1200000.00");
    assert!(all(&page, "#retransfer", "id").is_empty());
    let to = party(&house, "bank");
    let fields = |amount: &'static str| {
        [
            ("provider", to.clone()),
            ("amount", amount.to_owned()),
            ("secured", "250,000.00".to_owned()),
            ("loan", "流贷 2026-117".to_owned()),
        ]
    };
    let send = |amount| {
        let fields = fields(amount);
        let fields = fields.each_ref().map(|(k, v)| (*k, v.as_str()));
        supplier.send(&here, &format!("{here}/pledge"), &fields)
    };
    // What can't be is said on the same page, with what was typed.
    for wrong in ["1200000.01", "nothing"] {
        let refused = send(wrong);
        assert_eq!(refused.status(), 422);
        let page = refused.text().unwrap();
        assert_eq!(all(&page, "#pledge[open]", "id").len(), 1);
        assert!(page.contains("流贷 2026-117"));
    }
    let pledge = Visitor::sent_to(&send("300,000.00"));
    assert!(pledge.starts_with("/pledges/"), "{pledge}");
    assert!(supplier.page(&pledge).contains("¥300,000.00"));
    assert!(all(&supplier.page(&pledge), "form.deed", "action").is_empty());

    let (lender, other) = (house.signed_in("bank"), house.signed_in("bank2"));
    assert_eq!(
        all(&lender.page("/pledges"), "td.head a", "href"),
        std::slice::from_ref(&pledge)
    );
    assert!(all(&other.page("/pledges"), "td.head a", "href").is_empty());
    assert_eq!(other.get(&pledge).status(), 404);
    assert_eq!(house.signed_in("maker").get(&pledge).status(), 403);
    let clerk = house.signed_in("clerk");
    let seen = clerk.page(&pledge);
    assert!(seen.contains("示例制动系统有限公司"), "the path is told");
    assert!(all(&seen, "form.deed", "action").is_empty());
    // The bank's own page of the fragment comes with the pledge, not before.
    assert_eq!(lender.get(&here).status(), 404);

    let page = lender.page(&pledge);
    let before = digest(&house);
    let wrong = sign(&lender, &page, "not the passphrase");
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().unwrap().contains("passphrase-wrong"));
    assert_eq!(Visitor::sent_to(&sign(&lender, &page, PASSPHRASE)), pledge);
    assert_eq!(digest(&house), before, "a deed alone moves nothing");
    let page = supplier.page(&pledge);
    assert_eq!(
        Visitor::sent_to(&sign(&supplier, &page, PASSPHRASE)),
        pledge
    );
    let page = supplier.page(&pledge);
    let pledged = first(&page, ".mid a[href^='/fragments/']", "href");
    let page = supplier.page(&pledged);
    assert!(page.contains("Pledged"));
    assert!(all(&page, "a[href^='/pay?']", "href").is_empty());
    assert!(all(&page, "#pledge", "id").is_empty());
    assert!(lender.page(&pledged).contains("¥300,000.00"));

    let page = lender.page(&pledge);
    assert!(first(&page, "form.deed", "action").ends_with("/release"));
    assert_eq!(Visitor::sent_to(&sign(&lender, &page, PASSPHRASE)), pledge);
    assert!(supplier.page(&pledge).contains("Released"));
    let receipt = supplier.page(&pledged.replace("/fragments/", "/receipts/"));
    assert!(receipt.contains("was released"), "{receipt}");
}

#[test]
fn a_pledge_is_declined_or_taken_back() {
    let house = open();
    issued(&house, "supplier", "1200000.00", 42);
    let supplier = house.signed_in("supplier");
    let lender = house.signed_in("bank");
    let here = format!("/fragments/{}", accepted(&supplier));
    let to = party(&house, "bank");
    let fields = [
        ("provider", to.as_str()),
        ("amount", "300000"),
        ("secured", "250000"),
        ("loan", "L-1"),
    ];
    let ask = || {
        let sent = supplier.send(&here, &format!("{here}/pledge"), &fields);
        Visitor::sent_to(&sent)
    };
    let pledge = ask();
    let declined = lender.send(&pledge, &format!("{pledge}/decline"), &[]);
    assert_eq!(Visitor::sent_to(&declined), pledge);
    assert!(supplier.page(&pledge).contains("Declined"));
    let pledge = ask();
    let taken = supplier.send(&pledge, &format!("{pledge}/withdraw"), &[]);
    assert_eq!(Visitor::sent_to(&taken), pledge);
    let late = lender.send_with(
        &lender.token("/pledges"),
        &format!("{pledge}/grant"),
        &[("passphrase", PASSPHRASE)],
    );
    assert_eq!(late.status(), 422);
}

/// What the second bank has bought and paid for: the address of its fragment.
pub(crate) fn bought(house: &House) -> String {
    let request = asked(house);
    let id = request.replace("/finance/", "");
    quoted(house, "bank2", &id, "3.60", tomorrow(house));
    signed(house, &request);
    let (app, bank) = (&house.app, principal(house, "bank2"));
    let page = house.signed_in("bank2").page("/");
    let purchase = first(&page, "#bought a", "href");
    let quote = QuoteId::parse(&purchase.replace("/desk/purchases/", "")).unwrap();
    register_discount::run(app, &bank, quote, "01234567000123456789", None).unwrap();
    report_payout::authorise(app, &bank, quote, None).unwrap();
    let id = sign_quote::instruction_of(quote);
    let of = app
        .store
        .read(|tx| tx.instructions_by_ids(&[id]))
        .unwrap()
        .remove(0);
    let today = app.business_date().unwrap();
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: "N1".to_owned(),
        body: b"<Ntfctn/>".to_vec(),
        bookings: vec![StatedBooking {
            account: of.debtor_account.clone(),
            servicer_ref: "R1".to_owned(),
            end_to_end_id: of.end_to_end_id.clone(),
            amount: of.amount,
            currency: of.currency,
            direction: Booking::Debit,
            booking_date: today,
            value_date: today,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(app, &statement).unwrap();
    assert_eq!(complete_discount::run_due(app).unwrap().completed, 1);
    let page = house.signed_in("bank2").page("/");
    first(&page, "#held td.head a", "href")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_bank_passes_on_what_it_holds_and_sees_its_figures() {
    let house = open();
    let here = bought(&house);
    let (giver, taker) = (house.signed_in("bank2"), house.signed_in("bank"));
    let page = giver.page(&here);
    assert!(all(&page, "a[href^='/pay?']", "href").is_empty());
    assert_eq!(all(&page, "#pledge", "id").len(), 1);
    let to = party(&house, "bank");
    let fields = |recourse: &'static str, cap: &'static str| {
        [
            ("to", to.clone()),
            ("part", "100,000.00".to_owned()),
            ("contract", "再转让 2026-9".to_owned()),
            ("recourse", recourse.to_owned()),
            ("cap", cap.to_owned()),
            ("price", "99,000.00".to_owned()),
            ("passphrase", PASSPHRASE.to_owned()),
        ]
    };
    let send = |recourse, cap| {
        let fields = fields(recourse, cap);
        let fields = fields.each_ref().map(|(k, v)| (*k, v.as_str()));
        giver.send(&here, &format!("{here}/retransfer"), &fields)
    };
    let before = digest(&house);
    for (recourse, cap) in [("", ""), ("limited", ""), ("limited", "100000.01")] {
        let refused = send(recourse, cap);
        assert_eq!(refused.status(), 422);
        let page = refused.text().unwrap();
        assert_eq!(all(&page, "#retransfer[open]", "id").len(), 1, "{page}");
        assert!(!page.contains(PASSPHRASE));
    }
    assert_eq!(digest(&house), before);
    let offer = Visitor::sent_to(&send("limited", "20,000.00"));
    assert!(offer.starts_with("/desk/retransfers/"), "{offer}");
    assert!(first(&giver.page(&offer), "form.deed", "action").ends_with("/recall"));

    let front = taker.page("/");
    assert_eq!(
        first(&front, ".tasks a[href^='/desk/retransfers/']", "href"),
        offer
    );
    let page = taker.page(&offer);
    for told in ["再转让 2026-9", "¥99,000.00", "¥20,000.00", "¥100,000.00"] {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(house.signed_in("supplier").get(&offer).status(), 403);
    assert!(first(&page, "form.deed", "action").ends_with("/accept"));
    assert_eq!(Visitor::sent_to(&sign(&taker, &page, PASSPHRASE)), offer);
    let page = taker.page("/");
    assert!(all(&page, ".tasks a[href^='/desk/retransfers/']", "href").is_empty());
    let theirs = first(&page, "#held td.head a", "href");
    let page = taker.page(&theirs);
    assert!(
        page.contains("passed on between finance providers"),
        "{page}"
    );
    assert!(page.contains("¥20,000.00"), "its recourse is told");
    let listed = giver.page("/desk/retransfers");
    assert!(listed.contains("Accepted"));

    let figures = giver.page("/desk/statistics");
    for told in ["¥300,000.00", "¥200,000.00", "¥100,000.00", "3.60%"] {
        assert!(figures.contains(told), "{told}: {figures}");
    }
    assert!(figures.contains("<svg"));
    let current = all(&figures, "nav a[aria-current]", "href");
    assert_eq!(current, ["/desk/statistics"]);
    let file = giver.get(&first(&figures, "p.acts a.button", "href"));
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let text = file.text().unwrap();
    assert!(text.contains("\"300000.00\",\"200000.00\""), "{text}");
    let theirs = taker.page("/desk/statistics");
    assert!(!theirs.contains("¥300,000.00"), "only its own");
    let odd = giver.get("/desk/statistics?from=2026-03-02&to=2026-03-01");
    assert_eq!(odd.status(), 422);
    assert_eq!(
        house.signed_in("supplier").get("/desk/statistics").status(),
        403
    );
}

/// A fragment that a bank has bought, and a pledge that another waits to grant.
fn pages() -> (House, String, String) {
    let house = open();
    let bought = bought(&house);
    let supplier = house.signed_in("supplier");
    issued(&house, "supplier", "90000.00", 43);
    let here = format!("/fragments/{}", accepted(&supplier));
    let to = party(&house, "bank");
    let fields = [
        ("provider", to.as_str()),
        ("amount", "30000"),
        ("secured", "25000"),
        ("loan", "流贷 2026-118"),
    ];
    let sent = supplier.send(&here, &format!("{here}/pledge"), &fields);
    (house, bought, Visitor::sent_to(&sent))
}

async fn every_page(language: &'static str) {
    let (house, bought, pledge) = tokio::task::spawn_blocking(pages).await.unwrap();
    let browser = Browser::start(language).await.unwrap();
    let go = async |path: &str| browser.driver().goto(house.url(path)).await.unwrap();
    let name = |page: &str| format!("after-{language}-{page}");
    sign_in(&browser, &house, "bank", language).await;
    go("/pledges").await;
    look(&browser, &name("pledges")).await;
    go(&pledge).await;
    find(&browser, "form.deed").await;
    look(&browser, &name("pledge")).await;
    sign_in(&browser, &house, "bank2", language).await;
    go("/desk/statistics").await;
    look(&browser, &name("statistics")).await;
    go("/desk/retransfers").await;
    look(&browser, &name("retransfers")).await;
    go(&bought).await;
    press(&browser, "#retransfer summary").await;
    look(&browser, &name("fragment")).await;
    drop(browser);
    tokio::task::spawn_blocking(move || drop(house))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_discount_fits_in_english() {
    every_page("en").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_discount_fits_in_chinese() {
    every_page("zh-CN").await;
}
