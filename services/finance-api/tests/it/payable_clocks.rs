//! An obligor's system reads the 60-day clock of each payable: in time, past it by choice, in breach.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::cash_choice;
use ledger_app::held_fragment::HeldFragment;
use ledger_app::language::Language;
use ledger_app::offered_papers;
use ledger_core::signature::Signer;
use ledger_store::parties::SizeClass;
use serde_json::Value;
use serde_json::json;

use crate::door::Call;
use crate::door::send;
use crate::issue_steps::approve;
use crate::issue_steps::change_obligor;
use crate::issue_steps::change_party;
use crate::issue_steps::due;
use crate::issue_steps::hand_in;
use crate::issue_steps::propose;
use crate::ledger::system;
use crate::stage::Actor;
use crate::stage::Stage;

/// Accepted on 2 March 2026: sixty days on is 1 May, which is rolled over Labour Day.
const MONEY_BY: &str = "2026-05-06";
const LATE: &str = "2026-08-07";
const LARGE: &str = "巨轮集团";
const SMALL: &str = "华南座椅";

/// A large obligor with three papers offered to a small supplier, and three payables on its list:
/// one without any day, one accepted too late for the calendar, one of a large supplier.
struct Listed {
    stage: Stage,
    supplier: Actor,
    erp: Signer,
}

fn listed() -> Listed {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let supplier = stage.supplier(SMALL);
    let large = stage.supplier(LARGE);
    change_party(&stage, large.party(), |party| {
        party.size_class = SizeClass::Large;
    });
    let amount = Stage::yuan("100.00");
    let row = |line: u64, name, day: &str| {
        let number = format!("A-{line}");
        due(line, name, &number, amount, day.parse().unwrap())
    };
    let small = SMALL;
    let papers = [
        row(2, small, MONEY_BY),
        row(3, small, LATE),
        row(4, small, LATE),
    ];
    let papers = hand_in(&stage, &papers).import;
    propose(&stage, papers);
    approve(&stage, papers);
    let mut undated = row(5, small, LATE);
    undated.acceptance_date = None;
    let mut beyond = row(6, small, "2099-12-31");
    beyond.acceptance_date = Some("2099-12-01".parse().unwrap());
    hand_in(&stage, &[undated, beyond, row(7, LARGE, LATE)]);
    let erp = system(&stage, stage.obligor().maker.party());
    Listed {
        stage,
        supplier,
        erp,
    }
}

impl Listed {
    /// The offer of the payable's paper.
    fn offer(&self, payable_no: &str) -> String {
        let waiting = offered_papers::list(&self.stage.app, &self.supplier.who).unwrap();
        let of_it = waiting.into_iter().find(|paper| {
            paper
                .payables
                .iter()
                .any(|debt| debt.payable_no == payable_no)
        });
        of_it.unwrap().offer
    }

    fn take_later(&self, payable_no: &str) {
        let (app, offer) = (&self.stage.app, self.offer(payable_no));
        let held = HeldFragment::load(app, &offer).unwrap();
        let asked = cash_choice::asked(app, &held).unwrap().unwrap();
        let agreed = asked.digest(Language::Zh);
        let signing = self.supplier.signing();
        let who = &self.supplier.who;
        answer_offer::accept_choosing(app, who, &signing, &offer, agreed, None).unwrap();
    }

    fn refuse(&self, payable_no: &str) {
        let (app, offer) = (&self.stage.app, self.offer(payable_no));
        let (who, signing) = (&self.supplier.who, self.supplier.signing());
        answer_offer::run(app, who, &signing, &offer, Answer::Refuse, None).unwrap();
    }

    async fn page(&self) -> Value {
        let page = send(&self.stage.app, Some(&self.erp), Call::get("/v1/payables")).await;
        assert_eq!(page.status, 200, "{}", page.json);
        page.json
    }

    /// Payable, standing, end, days over, days left of each that has a clock.
    async fn standing(&self) -> Vec<String> {
        let page = self.page().await;
        let clocks = page["items"].as_array().unwrap().iter();
        clocks
            .filter(|item| !item["clock"].is_null())
            .map(|item| {
                let (number, clock) = (item["payable_no"].as_str().unwrap(), &item["clock"]);
                let text = |name: &str| clock[name].to_string().replace('"', "");
                let [standing, ends_on, over, left] =
                    ["standing", "ends_on", "days_over", "days_left"].map(text);
                format!("{number} {standing} {ends_on} {over} {left}")
            })
            .collect()
    }
}

#[actix_web::test]
async fn each_payable_says_where_it_stands_on_its_clock() {
    let listed = listed();
    let page = listed.page().await;
    assert_eq!(page["as_of"], "2026-03-02");
    assert_eq!(
        page["items"][1]["clock"],
        json!({
            "supplier_size": "small", "started_on": "2026-03-02", "counted_from": "acceptance",
            "money_by": MONEY_BY, "ends_on": LATE, "days_over": 93, "days_left": 65,
            "standing": "to-choose", "chosen_until": null,
        })
    );
    let undated = &page["items"][3]["clock"];
    assert_eq!(
        [
            &undated["started_on"],
            &undated["counted_from"],
            &undated["money_by"]
        ],
        [&Value::Null; 3]
    );
    let beyond = &page["items"][4]["clock"];
    assert_eq!(
        (&beyond["started_on"], &beyond["money_by"]),
        (&json!("2099-12-01"), &Value::Null)
    );
    assert_eq!(page["items"][5]["payable_no"], "A-7");
    assert_eq!(page["items"][5]["clock"], Value::Null);
    assert_eq!(
        listed.standing().await,
        [
            "A-2 in-time 2026-05-06 0 65",
            "A-3 to-choose 2026-08-07 93 65",
            "A-4 to-choose 2026-08-07 93 65",
            "A-5 unknown 2026-08-07 null null",
            "A-6 unknown 2099-12-31 null null",
        ]
    );
}

#[actix_web::test]
async fn a_choice_and_a_breach_are_told_apart() {
    let listed = listed();
    listed.take_later("A-3");
    listed.refuse("A-4");
    let page = listed.page().await;
    assert_eq!(page["items"][1]["clock"]["chosen_until"], LATE);
    let stands = listed.standing().await;
    assert_eq!(
        stands[..3],
        [
            "A-2 in-time 2026-05-06 0 65",
            "A-3 chosen 2026-08-07 93 65",
            // It is owed money by 6 May, and is to be paid in August.
            "A-4 breach 2026-08-07 93 65",
        ]
    );
    // Nobody has paid the first, nobody has answered its paper, and its last day is over.
    listed.stage.advance("2026-05-07".parse().unwrap());
    let stands = listed.standing().await;
    assert_eq!(
        stands[..3],
        [
            "A-2 breach 2026-05-07 1 -1",
            "A-3 chosen 2026-08-07 93 -1",
            "A-4 breach 2026-08-07 93 -1",
        ]
    );
}

#[actix_web::test]
async fn against_a_medium_obligor_no_clock_runs() {
    let listed = listed();
    change_obligor(&listed.stage, |obligor| {
        obligor.size_class = SizeClass::Medium;
    });
    assert_eq!(listed.standing().await, [""; 0]);
    assert_eq!(listed.page().await["items"].as_array().unwrap().len(), 6);
}
