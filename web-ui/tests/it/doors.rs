//! Who may pass which door: every page for its role, none for the others, no form without token.

use crate::house::{House, PASSPHRASE, Visitor};

const ROLES: [&str; 6] = [
    "maker", "checker", "supplier", "bank", "auditor", "operator",
];

/// Every page that needs no id, with those who may see it.
const PAGES: [(&str, &[&str]); 15] = [
    ("/treasury/imports", &["maker", "checker"]),
    ("/treasury/proposals", &["maker", "checker"]),
    ("/treasury/papers", &["maker", "checker"]),
    ("/treasury/clock", &["maker", "checker"]),
    ("/treasury/clock.csv", &["maker", "checker"]),
    ("/operator/day", &["operator"]),
    ("/operator/tasks", &["operator"]),
    ("/operator/parties", &["operator"]),
    ("/operator/users", &["operator"]),
    ("/operator/reconciliation", &["operator"]),
    ("/pay", &["supplier"]),
    ("/finance", &["supplier"]),
    ("/limits", &["maker", "checker", "bank"]),
    ("/limits/circles", &["bank"]),
    ("/operator/groups", &["operator"]),
];

/// Every address that changes something, with a page of one's own to take the token from.
const ACTS: [(&str, &[&str]); 18] = [
    ("/treasury/proposals/approve", &["checker"]),
    ("/treasury/proposals/return", &["checker"]),
    (
        "/treasury/imports/00000000000000000000000000000000/propose",
        &["maker"],
    ),
    (
        "/treasury/imports/00000000000000000000000000000000/mapping",
        &["maker"],
    ),
    ("/operator/parties", &["operator"]),
    ("/operator/users", &["operator"]),
    ("/operator/day", &["operator"]),
    ("/operator/jobs/settle", &["operator"]),
    (
        "/operator/tasks/00000000-0000-0000-0000-000000000000/close",
        &["operator"],
    ),
    ("/limits", &["maker", "bank"]),
    (
        "/limits/00000000000000000000000000000000/approve",
        &["maker", "checker", "bank"],
    ),
    (
        "/limits/00000000000000000000000000000000/turn-down",
        &["maker", "checker", "bank"],
    ),
    ("/limits/circles", &["bank"]),
    (
        "/limits/circles/00000000000000000000000000000000/join",
        &["bank"],
    ),
    (
        "/limits/circles/00000000000000000000000000000000/leave",
        &["bank"],
    ),
    ("/operator/groups", &["operator"]),
    (
        "/operator/groups/00000000000000000000000000000000/join",
        &["operator"],
    ),
    (
        "/operator/groups/00000000000000000000000000000000/leave",
        &["operator"],
    ),
];

fn is_problem(page: &str, code: &str) -> bool {
    page.contains(&format!("<code>{code}</code>"))
}

#[test]
fn each_page_opens_for_its_roles_and_is_refused_to_others() {
    let house = House::open();
    for role in ROLES {
        let visitor = house.signed_in(role);
        for (path, allowed) in PAGES {
            let got = visitor.get(path);
            let (status, page) = (got.status(), got.text().unwrap());
            if allowed.contains(&role) {
                assert_eq!(status, 200, "{role} {path}");
            } else {
                assert_eq!(status, 403, "{role} {path}");
                assert!(is_problem(&page, "forbidden"), "{role} {path}");
            }
        }
        let home = visitor.get("/").status();
        assert!(home == 200 || home == 303, "{role} /: {home}");
        assert_eq!(visitor.get("/nowhere").status(), 404);
    }
}

#[test]
fn acts_are_refused_to_other_roles() {
    let house = House::open();
    for role in ROLES {
        let visitor = house.signed_in(role);
        let token = visitor.token("/nowhere");
        for (path, allowed) in ACTS {
            let sent = visitor.send_with(&token, path, &[]);
            let (status, page) = (sent.status(), sent.text().unwrap());
            if allowed.contains(&role) {
                assert!(status != 403, "{role} {path}: {page}");
            } else {
                assert_eq!(status, 403, "{role} {path}");
                assert!(is_problem(&page, "forbidden"), "{role} {path}");
            }
        }
    }
}

#[test]
fn nobody_acts_without_the_token_of_the_session() {
    let house = House::open();
    let checker = house.signed_in("checker");
    let theirs = house.signed_in("maker").token("/treasury/papers");
    for token in ["", "x", theirs.as_str()] {
        for (path, _) in ACTS {
            let sent = checker.send_with(token, path, &[("passphrase", PASSPHRASE)]);
            assert_eq!(sent.status(), 403, "{path}");
            assert!(is_problem(&sent.text().unwrap(), "form_outdated"), "{path}");
        }
        for path in ["/sign-in", "/sign-out", "/language"] {
            assert_eq!(
                checker.send_with(token, path, &[("lang", "en")]).status(),
                403,
                "{path}"
            );
        }
    }
    let mut form = vec![("csrf".to_owned(), checker.token("/treasury/papers"))];
    form.push(("name".to_owned(), "x".to_owned()));
    let foreign = checker
        .client
        .post(house.url("/treasury/proposals/approve"))
        .header("Sec-Fetch-Site", "cross-site")
        .form(&form)
        .send()
        .unwrap();
    assert_eq!(foreign.status(), 403);
}

#[test]
fn strangers_are_sent_to_sign_in_and_back() {
    let house = House::open();
    let visitor = house.visitor();
    let away = visitor.get("/treasury/papers?after=1");
    assert_eq!(
        Visitor::sent_to(&away),
        "/sign-in?next=%2Ftreasury%2Fpapers%3Fafter%3D1"
    );
    let fields = [
        ("login", "maker@house.test"),
        ("passphrase", PASSPHRASE),
        ("next", "/treasury/papers"),
    ];
    let sent = visitor.send("/sign-in", "/sign-in", &fields);
    assert_eq!(Visitor::sent_to(&sent), "/treasury/papers");
    for next in [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "",
        "/sign-in",
    ] {
        let visitor = house.visitor();
        let fields = [
            ("login", "maker@house.test"),
            ("passphrase", PASSPHRASE),
            ("next", next),
        ];
        assert_eq!(
            Visitor::sent_to(&visitor.send("/sign-in", "/sign-in", &fields)),
            "/",
            "{next}"
        );
    }
}

#[test]
fn a_wrong_passphrase_is_one_answer_and_many_are_slowed_down() {
    let house = House::open();
    let visitor = house.visitor();
    let token = visitor.token("/sign-in");
    let mut seen = std::collections::BTreeSet::new();
    for turn in 0..30 {
        let login = if turn % 2 == 0 {
            "maker@house.test"
        } else {
            "nobody@house.test"
        };
        let fields = [("login", login), ("passphrase", "not the passphrase")];
        let sent = visitor.send_with(&token, "/sign-in", &fields);
        let status = sent.status().as_u16();
        let page = sent.text().unwrap();
        let code = if status == 401 {
            "sign_in_failed"
        } else {
            "too_many_attempts"
        };
        assert!(is_problem(&page, code), "{status}");
        assert!(!page.contains("not the passphrase"));
        seen.insert(status);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [401, 429]);
}

#[test]
fn the_language_is_kept_for_the_person() {
    let house = House::open();
    let maker = house.signed_in("maker");
    assert!(
        maker
            .page("/treasury/papers")
            .contains("<html lang=\"en\">")
    );
    let sent = maker.send(
        "/treasury/papers",
        "/language",
        &[("lang", "zh-CN"), ("back", "/treasury/papers")],
    );
    assert_eq!(Visitor::sent_to(&sent), "/treasury/papers");
    let again = house.signed_in("maker");
    assert!(
        again
            .page("/treasury/papers")
            .contains("<html lang=\"zh-CN\">")
    );
    let visitor = house.visitor();
    let sent = visitor.send(
        "/sign-in",
        "/language",
        &[("lang", "en"), ("back", "/sign-in")],
    );
    assert_eq!(Visitor::sent_to(&sent), "/sign-in");
    assert!(visitor.page("/sign-in").contains("<html lang=\"en\">"));
}

#[test]
fn signing_out_ends_the_session_for_good() {
    let house = House::open();
    let maker = house.signed_in("maker");
    let token = maker.token("/treasury/papers");
    assert_eq!(maker.send_with(&token, "/sign-out", &[]).status(), 303);
    assert_eq!(maker.get("/treasury/papers").status(), 303);
}

#[test]
fn the_operator_invites_and_the_invited_comes_in_once() {
    let house = House::open();
    let operator = house.signed_in("operator");
    let bad = operator.send("/operator/users", "/operator/users", &[("name", "")]);
    assert_eq!(bad.status(), 422);
    let fields = [
        ("name", "新供应商有限公司"),
        ("credit_code", "91320505MA1X8K2L3"),
        ("kind", "supplier"),
        ("account", "6222000011112222"),
        ("account_bank", "313100001729"),
        ("email", "hello@new.test"),
    ];
    let bad = operator.send("/operator/parties", "/operator/parties", &fields);
    assert_eq!(bad.status(), 422);
    assert!(is_problem(
        &bad.text().unwrap(),
        "social_credit_code_malformed"
    ));
    let mut good = fields;
    good[1].1 = "";
    let added = operator.send("/operator/parties", "/operator/parties", &good);
    assert_eq!(Visitor::sent_to(&added), "/operator/parties");
    assert!(
        operator
            .page("/operator/parties")
            .contains("新供应商有限公司")
    );
    let visitor = house.visitor();
    let unknown = visitor.get("/first-visit/not-a-token");
    assert_eq!(unknown.status(), 422);
    assert!(is_problem(&unknown.text().unwrap(), "invitation_unknown"));
}

#[test]
fn the_business_date_only_moves_forward_and_jobs_say_what_they_did() {
    let house = House::open();
    let operator = house.signed_in("operator");
    let day = "/operator/day";
    let back = operator.send(day, day, &[("date", "2026-03-08")]);
    assert_eq!(back.status(), 422);
    assert!(is_problem(&back.text().unwrap(), "business_date_backwards"));
    let far = operator.send(day, day, &[("date", "2036-03-08")]);
    assert!(is_problem(&far.text().unwrap(), "business_date_too_far"));
    let odd = operator.send(day, day, &[("date", "tomorrow")]);
    assert_eq!(odd.status(), 422);
    assert_eq!(
        operator.send(day, day, &[("date", "2026-03-10")]).status(),
        303
    );
    assert_eq!(house.app.business_date().unwrap().to_string(), "2026-03-10");
    assert_eq!(
        operator.send(day, "/operator/jobs/settle", &[]).status(),
        303
    );
    assert!(operator.page(day).contains("完成 3 项"));
    let failed = operator
        .send(day, "/operator/jobs/letters", &[])
        .text()
        .unwrap();
    assert!(failed.contains("the mail server is away"));
    assert_eq!(
        operator.send(day, "/operator/jobs/unknown", &[]).status(),
        404
    );
    assert_eq!(
        *house.jobs.ran.lock().unwrap(),
        ["2026-03-10", "settle", "letters"]
    );
}
