//! Orders to freeze and agreements on papers, by their pages: who may, who may not, and what each reads.

use chrono::Days;
use ledger_app::invite_user::Role;
use ledger_app::propose_freeze;
use ledger_app::propose_freeze::FreezeScope;
use ledger_app::propose_freeze::ProposeFreeze;

use crate::house::{House, Visitor};
use crate::supplier_stage::{accepted, first, issued, principal};

/// A house in which a supplier holds a paper.
fn open() -> (House, String) {
    let house = House::open();
    issued(&house, "supplier", "1200000.00", 31);
    accepted(&house.signed_in("supplier"));
    let list = house.signed_in("maker").page("/treasury/papers");
    let number = first(&list, "main table a[href^='/papers/']", "href");
    (house, number.trim_start_matches("/papers/").to_owned())
}

#[test]
fn an_order_is_entered_on_the_page_and_the_same_person_does_not_decide_it() {
    let (house, number) = open();
    let operator = house.signed_in("operator");
    let supplier = principal(&house, "supplier").party.to_string();
    let until = house.app.business_date().unwrap() + Days::new(20);
    let until = until.to_string();
    let here = "/operator/freezes";
    let fields = [
        ("authority", "江口市人民法院"),
        ("reference", "JK-117"),
        ("scope", "part"),
        ("holder", supplier.as_str()),
        ("paper", number.as_str()),
        ("amount", "200,000.00"),
        ("until", until.as_str()),
        ("word", ""),
    ];
    // Nobody else's page.
    for name in ["supplier", "maker", "checker"] {
        let visitor = house.signed_in(name);
        assert_eq!(visitor.get(here).status(), 403, "{name}");
        let token = visitor.token("/account");
        assert_eq!(visitor.send_with(&token, here, &fields).status(), 403);
    }
    let empty = operator.send(here, here, &[("scope", "part")]);
    assert_eq!(empty.status(), 422);
    let sent = operator.send(here, here, &fields);
    assert_eq!(Visitor::sent_to(&sent), here);
    let page = operator.page(here);
    assert!(
        page.contains("JK-117") && page.contains("¥200,000.00"),
        "{page}"
    );
    // Its maker is offered to take it back, not to decide it, and can't post that either.
    let to = first(&page, "section.sheet form", "action");
    assert!(to.ends_with("/withdraw"), "{to}");
    let decide = to.replace("/withdraw", "/decide");
    let alone = operator.send(here, &decide, &[]);
    assert_eq!(alone.status(), 422);
    assert!(alone.text().unwrap().contains("same_person"));
    assert_eq!(house.signed_in("supplier").get("/").status(), 200);
    let back = operator.send(here, &to, &[]);
    assert_eq!(Visitor::sent_to(&back), here);
    assert!(operator.page(here).contains("notebox"));
}

#[test]
fn a_decided_order_shows_on_the_holders_page_and_nowhere_else() {
    let (house, number) = open();
    let app = &house.app;
    let party = principal(&house, "operator").party;
    house.person(party, "deciding@house.test", Role::Operator);
    let second = principal(&house, "deciding");
    let order = ProposeFreeze {
        authority: "江口市人民法院".to_owned(),
        reference: "JK-118".to_owned(),
        scope: FreezeScope::Paper(number.clone()),
        until: app.business_date().unwrap() + Days::new(20),
        word: String::new(),
    };
    // Entered by another person than the one who decides on the page.
    let entered = propose_freeze::run(app, &second, &order).unwrap();
    let operator = house.signed_in("operator");
    let here = "/operator/freezes";
    let wordless = operator.send(here, &format!("{here}/{entered}/return"), &[("word", " ")]);
    assert_eq!(wordless.status(), 422);
    let done = operator.send(here, &format!("{here}/{entered}/decide"), &[]);
    assert_eq!(Visitor::sent_to(&done), here);
    let supplier = house.signed_in("supplier");
    let home = supplier.page("/");
    assert!(home.contains("Frozen"), "{home}");
    let fragment = first(&home, "main a[href^='/fragments/']", "href");
    let page = supplier.page(&fragment);
    assert!(page.contains("江口市人民法院") && page.contains("JK-118"));
    // The obligor is not told.
    let paper = house.signed_in("maker").page(&format!("/papers/{number}"));
    assert!(
        !paper.contains("JK-118") && !paper.contains("Frozen"),
        "{paper}"
    );
    // Lifted by another order, which this person enters and so can't decide.
    let fields = [
        ("authority", "江口市人民法院"),
        ("reference", "JK-119"),
        ("word", ""),
    ];
    let lifted = operator.send(here, &format!("{here}/{entered}/lift"), &fields);
    assert_eq!(Visitor::sent_to(&lifted), here);
    assert!(operator.page(here).contains("JK-119"));
}

#[test]
fn a_paper_is_made_void_by_its_three_signatures() {
    let (house, number) = open();
    let here = "/agreements";
    let by = house.app.business_date().unwrap() + Days::new(10);
    let by = by.to_string();
    let fields = |passphrase: &'static str| {
        [
            ("paper", number.clone()),
            ("asked", "void".to_owned()),
            ("maturity", String::new()),
            ("reason", "货物已退回".to_owned()),
            ("consent_by", by.clone()),
            ("passphrase", passphrase.to_owned()),
        ]
    };
    let send = |who: &Visitor, to: &str, fields: &[(&str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        who.send(here, to, &fields)
    };
    let (maker, checker) = (house.signed_in("maker"), house.signed_in("checker"));
    let supplier = house.signed_in("supplier");
    let right = crate::house::PASSPHRASE;
    assert_eq!(send(&supplier, here, &fields(right)).status(), 403);
    assert_eq!(send(&checker, here, &fields(right)).status(), 403);
    let wrong = send(&maker, here, &fields("not the passphrase"));
    assert!(wrong.text().unwrap().contains("wrong_passphrase"));
    assert_eq!(Visitor::sent_to(&send(&maker, here, &fields(right))), here);
    assert!(
        !supplier.page(here).contains("货物已退回"),
        "not yet the holder's"
    );
    let page = checker.page(here);
    let approve = first(&page, "form.deed", "action");
    assert!(approve.ends_with("/approve"), "{page}");
    let pass = [("passphrase", right.to_owned())];
    assert_eq!(send(&maker, &approve, &pass).status(), 403);
    assert_eq!(Visitor::sent_to(&send(&checker, &approve, &pass)), here);
    let page = supplier.page(here);
    assert!(page.contains("货物已退回") && page.contains("¥1,200,000.00"));
    let sign = first(&page, "form.deed", "action");
    assert_eq!(send(&checker, &sign, &pass).status(), 403);
    assert_eq!(Visitor::sent_to(&send(&supplier, &sign, &pass)), here);
    let paper = maker.page(&format!("/papers/{number}"));
    assert!(paper.contains("Void, by agreement"), "{paper}");
}
