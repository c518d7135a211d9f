//! An obligor's system hands payables in; people make papers of them.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer as Word;
use ledger_app::approve_issue;
use ledger_app::approved::PaperOutcome;
use ledger_app::enrol_key::principal_of_key;
use ledger_app::imports_view;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::onboard_party;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_core::id::ImportId;
use ledger_core::party::PartyKind;
use ledger_core::signature::Signer;
use serde_json::Value;
use serde_json::json;

use crate::door::Answer;
use crate::door::Call;
use crate::door::send;
use crate::ledger::bank;
use crate::ledger::system;
use crate::served::Served;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::stage::facts;

const HERE: &str = "/v1/payables";

fn row(number: &str, amount: &str) -> Value {
    json!({
        "vendor_id": "V-1", "supplier_name": "华南座椅", "payable_no": number, "gross_amount": amount,
        "currency": "CNY", "acceptance_date": "2026-03-01", "due_date": MATURITY.to_string(),
        "company_code": "1000", "remark": null,
    })
}

fn list(rows: &[Value]) -> String {
    json!({ "name": "SAP 2026-03-02", "payables": rows }).to_string()
}

fn mixed_list() -> String {
    let mut wrong = row("A-3", "1.234");
    wrong["vendor_id"] = json!("V-2");
    let mut unknown = row("A-6", "5.00");
    unknown["supplier_name"] = json!("没有人");
    list(&[
        row("A-1", "1200000.00"),
        wrong,
        row("A-2", "77.70"),
        json!({"payable_no": "A-4", "gross_amount": 12.5, "colour": "red"}),
        json!([1]),
        row("A-5", "-3.00"),
        unknown,
    ])
}

fn each_row_has_its_answer(done: &Value) {
    assert_eq!(
        (&done["state"], &done["name"]),
        (&json!("read"), &json!("SAP 2026-03-02"))
    );
    let counts = &done["counts"];
    let told = ["new", "refused", "set_aside"].map(|count| counts[count].as_u64().unwrap());
    assert_eq!(told, [2, 4, 1]);
    let text = |problem: &Value, field: &str| problem[field].as_str().unwrap().to_owned();
    let problems: Vec<_> = done["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| format!("{} {} {}", p["row"], text(p, "field"), text(p, "code")))
        .collect();
    assert_eq!(
        problems,
        [
            "2 gross_amount amount_too_many_decimals",
            "4 gross_amount value_not_text",
            "4 colour field_unknown",
            "5  row_not_an_object",
            "6 gross_amount credit_note",
            "7 supplier unknown_supplier",
        ]
    );
    assert_eq!(done["problems"][0]["value"], "1.234");
    assert!(text(&done["problems"][0], "what_to_do").contains('2'));
}

fn states(served: &Served, erp: &Signer) -> Vec<String> {
    let (_, _, page) = served.send(erp, Call::get(HERE));
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let paper = text(&item["paper"]["state"]);
            format!(
                "{} {} {paper}",
                text(&item["payable_no"]),
                text(&item["state"])
            )
        })
        .collect()
}

#[test]
fn from_a_system_s_list_to_a_paper_over_the_network() {
    let stage = Stage::new();
    let supplier = stage.supplier("华南座椅");
    let erp = system(&stage, stage.obligor().maker.party());
    let served = Served::start(&stage.app);
    let body = mixed_list();
    let (status, head, done) = served.send(&erp, Call::post(HERE, &body, Some("run-1")));
    assert_eq!(status, 200, "{done}");
    assert!(!head.contains("idempotent-replayed"));
    each_row_has_its_answer(&done);

    // The same request again, then the same list under a new key.
    let (_, head, again) = served.send(&erp, Call::post(HERE, &body, Some("run-1")));
    assert!(head.contains("idempotent-replayed: true"));
    assert_eq!(again, done);
    let another = list(&[row("A-9", "1.00")]);
    let (status, _, other) = served.send(&erp, Call::post(HERE, &another, Some("run-1")));
    assert_eq!(
        (status, &other["code"]),
        (422, &json!("idempotency_key_reused"))
    );
    let (_, _, same) = served.send(&erp, Call::post(HERE, &body, Some("run-2")));
    let counts = &same["counts"];
    assert_eq!((&counts["new"], &counts["same"]), (&json!(0), &json!(2)));

    let import = done["import"].as_str().unwrap();
    assert_eq!(states(&served, &erp), ["A-1 loaded -", "A-2 loaded -"]);
    two_people_promise(
        &stage,
        &supplier,
        &served,
        &erp,
        ImportId::parse(import).unwrap(),
    );
    let (_, _, seen) = served.send(&erp, Call::get(&format!("{HERE}/imports/{import}")));
    assert_eq!(seen, done);
}

/// A system prepares; a maker, a checker and the payee do the rest.
fn two_people_promise(
    stage: &Stage,
    supplier: &Actor,
    served: &Served,
    erp: &Signer,
    import: ImportId,
) {
    let (app, terms, chosen) = (&stage.app, IssueTerms::default(), Chosen::Import(import));
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let itself = principal_of_key(app, erp.key()).unwrap().unwrap().principal;
    let alone = propose_issue::run(app, &itself, erp, &chosen, &terms);
    assert_eq!(alone.unwrap_err().code(), "person_needed");
    let proposed = propose_issue::run(app, &maker.who, &maker.signer, &chosen, &terms);
    assert_eq!(proposed.unwrap().papers, 2);
    assert_eq!(states(served, erp), ["A-1 proposed -", "A-2 proposed -"]);
    let meant = Meant::Import(import);
    let approved = approve_issue::run(app, &checker.who, &checker.signer, &meant).unwrap();
    assert_eq!(approved.issued, 2);
    let waiting = [
        "A-1 issued pending_acceptance",
        "A-2 issued pending_acceptance",
    ];
    assert_eq!(states(served, erp), waiting);
    for (_, outcome) in &approved.papers {
        let PaperOutcome::Issued { offer, .. } = outcome else {
            panic!("{outcome:?}")
        };
        let signing = supplier.signing();
        answer_offer::run(app, &supplier.who, &signing, offer, Word::Accept, None).unwrap();
    }
    assert_eq!(
        states(served, erp),
        ["A-1 issued active", "A-2 issued active"]
    );
}

async fn post(stage: &Stage, who: &Signer, body: &str, key: &str) -> Answer {
    send(&stage.app, Some(who), Call::post(HERE, body, Some(key))).await
}

#[actix_web::test]
async fn what_can_not_be_read_at_all_leaves_nothing_behind() {
    let stage = Stage::new();
    let maker = &stage.obligor().maker;
    let erp = system(&stage, maker.party());
    let size = stage.book_size();
    let many = list(&vec![json!({}); 20_001]);
    let large = "x".repeat(finance_api::routes::LARGEST_LIST + 1);
    for (body, status, code) in [
        ("{", 400, "json_malformed"),
        ("[]", 422, "json_not_as_expected"),
        (r#"{"payables": {}}"#, 422, "json_not_as_expected"),
        (
            r#"{"payables": [], "mode": 1}"#,
            422,
            "json_not_as_expected",
        ),
        (r#"{"payables": []}"#, 422, "list_empty"),
        (many.as_str(), 422, "file_too_many_rows"),
        (large.as_str(), 413, "body_too_large"),
    ] {
        let answer = post(&stage, &erp, body, code).await;
        assert_eq!((answer.status, answer.code()), (status, code));
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let without = Call::post(HERE, r#"{"payables": [{}]}"#, None);
    let without = send(&stage.app, Some(&erp), without).await;
    assert_eq!(
        (without.status, without.code()),
        (400, "idempotency_key_missing")
    );
    let left = imports_view::latest(&stage.app, &maker.who, 9).unwrap();
    assert_eq!((left.len(), stage.book_size()), (0, size));
    // A list that can be read is answered, though nothing of it proceeds.
    let empty_row = post(&stage, &erp, r#"{"payables": [{}]}"#, "k").await;
    assert_eq!(
        (empty_row.status, &empty_row.json["problems"][0]["code"]),
        (200, &json!("row_empty"))
    );
}

#[actix_web::test]
async fn others_may_not_hand_in_and_see_nothing() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let erp = system(&stage, stage.obligor().maker.party());
    let done = post(&stage, &erp, &list(&[row("A-1", "5.00")]), "k").await;
    let import = done.json["import"].as_str().unwrap();
    let at = format!("{HERE}/imports/{import}");
    let of_list = format!("{HERE}?import={import}");
    let bank = bank(&stage, "江口银行").system;
    let tier = system(&stage, stage.supplier("山城橡胶").party());
    for stranger in [&bank, &tier] {
        let answer = post(&stage, stranger, "{", "k").await;
        assert_eq!((answer.status, answer.code()), (403, "forbidden"));
        for path in [HERE, &at, &of_list] {
            assert_eq!(
                send(&stage.app, Some(stranger), Call::get(path))
                    .await
                    .status,
                403,
                "{path}"
            );
        }
    }
    let other = facts(PartyKind::Obligor, "他人汽车", 901);
    let other = onboard_party::run(&stage.app, &stage.operator, &other).unwrap();
    let other = system(&stage, other);
    for path in [&at, &of_list] {
        let answer = send(&stage.app, Some(&other), Call::get(path)).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}");
    }
    let theirs = send(&stage.app, Some(&other), Call::get(HERE)).await;
    assert_eq!(theirs.json["items"], json!([]));
}

#[actix_web::test]
async fn pages_follow_their_filters_and_rows_keep_their_problems_together() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let erp = system(&stage, stage.obligor().maker.party());
    let rows: Vec<Value> = (1..=5).map(|n| row(&format!("A-{n}"), "5.00")).collect();
    post(&stage, &erp, &list(&rows), "k").await;
    let get = async |path: &str| send(&stage.app, Some(&erp), Call::get(path)).await;
    let mut numbers = Vec::new();
    let mut path = format!("{HERE}?state=loaded&limit=2");
    loop {
        let page = get(&path).await;
        assert_eq!(page.status, 200, "{}", page.json);
        numbers.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|i| i["payable_no"].clone()),
        );
        let Some(cursor) = page.json["next_cursor"].as_str() else {
            break;
        };
        assert!(page.header("link").contains(cursor));
        let other = get(&format!("{HERE}?state=issued&cursor={cursor}")).await;
        assert_eq!((other.status, other.code()), (422, "cursor_invalid"));
        path = format!("{HERE}?limit=2&cursor={cursor}");
    }
    assert_eq!(numbers, ["A-1", "A-2", "A-3", "A-4", "A-5"]);
    for (query, code) in [
        ("?state=lost", "state_unknown"),
        ("?limit=0", "limit_not_possible"),
        ("?cursor=made-up", "cursor_invalid"),
        ("?page=2", "query_malformed"),
        ("?import=zz", "not_found"),
    ] {
        assert_eq!(get(&format!("{HERE}{query}")).await.code(), code, "{query}");
    }

    // Three problems a row: 500 fit no whole number of rows.
    let wrong = json!({"a": "1", "b": "2", "c": "3"});
    let done = post(&stage, &erp, &list(&vec![wrong; 400]), "w").await;
    let at = format!("{HERE}/imports/{}", done.json["import"].as_str().unwrap());
    let mut found = done.json["problems"].as_array().unwrap().clone();
    let mut next = done.json["next_cursor"].clone();
    while let Some(cursor) = next.as_str() {
        let page = get(&format!("{at}?cursor={cursor}")).await.json;
        found.extend(page["problems"].as_array().unwrap().clone());
        next = page["next_cursor"].clone();
    }
    let rows: Vec<i64> = found.iter().map(|p| p["row"].as_i64().unwrap()).collect();
    assert_eq!(rows, (1..=400).flat_map(|n| [n; 3]).collect::<Vec<_>>());
}
