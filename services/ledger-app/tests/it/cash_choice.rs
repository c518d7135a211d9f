//! A paper instead of money in time: a small supplier of a large obligor chooses it freely, in words
//! that stay on record.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approve_agreement;
use ledger_app::cash_choice;
use ledger_app::cash_choice::ChoiceAsked;
use ledger_app::consent_agreement;
use ledger_app::consent_agreement::Consented;
use ledger_app::error::AppError;
use ledger_app::held_fragment::HeldFragment;
use ledger_app::issue_rules::IssueWarning;
use ledger_app::language::Language;
use ledger_app::offered_papers;
use ledger_app::propose_agreement;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_agreement::ProposeAgreement;
use ledger_app::supplier_clock;
use ledger_core::hash::sha256_of;
use ledger_core::id::PaperId;
use ledger_core::payment_clock::CountedFrom;
use ledger_store::cash_choices::CashChoice;
use ledger_store::error::StoreError;
use ledger_store::parties::SizeClass;
use uuid::Uuid;

use crate::issue_steps::approve;
use crate::issue_steps::change_obligor;
use crate::issue_steps::due;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::propose;
use crate::stage::Actor;
use crate::stage::Stage;

/// Accepted on 2 March 2026: the clock ends on 1 May, which is rolled over Labour Day.
const MONEY_BY: &str = "2026-05-06";

/// Papers of a large obligor to a small supplier, due on these days: paper and offer of each.
fn papers(stage: &Stage, due_dates: &[&str]) -> (Actor, Vec<(PaperId, String)>) {
    change_obligor(stage, |obligor| obligor.size_class = SizeClass::Large);
    let supplier = stage.supplier("华南座椅");
    let rows: Vec<_> = due_dates
        .iter()
        .zip(2..)
        .map(|(day, line)| {
            let number = format!("A-{line}");
            due(
                line,
                "华南座椅",
                &number,
                Stage::yuan("100.00"),
                day.parse().unwrap(),
            )
        })
        .collect();
    let import = hand_in(stage, &rows).import;
    let proposed = propose(stage, import);
    assert_eq!(proposed.papers, 2);
    assert_eq!(proposed.warnings[&IssueWarning::SmeLongerThan60Days], 1);
    (supplier, issued(&approve(stage, import)))
}

fn asked(stage: &Stage, offer: &str) -> Option<ChoiceAsked> {
    let held = HeldFragment::load(&stage.app, offer).unwrap();
    cash_choice::asked(&stage.app, &held).unwrap()
}

fn choose(stage: &Stage, who: &Actor, offer: &str, agreed: [u8; 32]) -> Result<(), AppError> {
    let (app, signing) = (&stage.app, who.signing());
    answer_offer::accept_choosing(app, &who.who, &signing, offer, agreed, None).map(drop)
}

fn on_record(stage: &Stage, paper: PaperId) -> Vec<CashChoice> {
    stage
        .app
        .store
        .read(|tx| tx.cash_choices_of(&[paper]))
        .unwrap()
}

#[test]
fn a_small_supplier_takes_a_late_paper_only_by_its_own_recorded_choice() {
    let stage = Stage::new();
    let (supplier, papers) = papers(&stage, &[MONEY_BY, "2026-05-07"]);
    let (in_time, late): (Vec<_>, Vec<_>) = papers
        .iter()
        .partition(|(_, offer)| asked(&stage, offer).is_none());
    let ((soon, in_time), (paper, late)) = (in_time[0], late[0]);
    let accept = |offer: &str| {
        let (app, signing) = (&stage.app, supplier.signing());
        answer_offer::run(app, &supplier.who, &signing, offer, Answer::Accept, None).map(drop)
    };
    accept(in_time).unwrap();
    assert_eq!(on_record(&stage, *soon), []);

    let size = stage.book_size();
    assert_eq!(accept(late).unwrap_err().code(), "cash_choice_missing");
    let other = choose(&stage, &supplier, late, [1; 32]).unwrap_err();
    assert_eq!(other.code(), "cash_choice_outdated");
    assert_eq!(
        (stage.book_size(), on_record(&stage, *paper)),
        (size, vec![])
    );

    let question = asked(&stage, late).unwrap();
    assert_eq!(question.money_by.to_string(), MONEY_BY);
    let words = question.words(Language::En);
    assert!(
        words.contains(MONEY_BY) && words.contains("2026-05-07") && words.contains("东风岭汽车")
    );
    choose(&stage, &supplier, late, question.digest(Language::En)).unwrap();
    let kept = on_record(&stage, *paper).remove(0);
    assert_eq!(
        (kept.supplier, kept.words.as_str()),
        (supplier.party(), words.as_str())
    );
    assert_eq!(kept.words_sha256, sha256_of(words.as_bytes()));
    assert_eq!(kept.made_by, supplier.who.subject());
    let again = stage.app.store.write(|tx| tx.cash_choice_insert(&kept));
    assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
}

#[test]
fn to_refuse_needs_no_choice_and_a_large_supplier_is_asked_nothing() {
    let stage = Stage::new();
    let (supplier, papers) = papers(&stage, &[MONEY_BY, "2026-05-07"]);
    let late = papers
        .iter()
        .find(|(_, offer)| asked(&stage, offer).is_some());
    let (_, offer) = late.unwrap();
    let (app, signing) = (&stage.app, supplier.signing());
    answer_offer::run(app, &supplier.who, &signing, offer, Answer::Refuse, None).unwrap();
    for (obligor, supplier, runs) in [
        (SizeClass::Large, SizeClass::Micro, true),
        (SizeClass::Large, SizeClass::Medium, true),
        (SizeClass::PublicBody, SizeClass::SoleTrader, true),
        (SizeClass::Large, SizeClass::Large, false),
        (SizeClass::Medium, SizeClass::Small, false),
    ] {
        assert_eq!(supplier_clock::clock_runs(obligor, supplier), runs);
    }
}

#[test]
fn without_a_day_of_acceptance_the_supplier_is_asked_all_the_same() {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let supplier = stage.supplier("华南座椅");
    let dated = |line, invoiced: Option<&str>| {
        let number = format!("A-{line}");
        let amount = Stage::yuan("100.00");
        let day = "2026-05-07".parse().unwrap();
        let mut row = due(line, "华南座椅", &number, amount, day);
        row.acceptance_date = None;
        row.invoice_date = invoiced.map(|day| day.parse().unwrap());
        row
    };
    let rows = [dated(2, None), dated(3, Some("2026-02-02"))];
    let import = hand_in(&stage, &rows).import;
    let proposed = propose(&stage, import);
    assert_eq!(proposed.warnings[&IssueWarning::SmeLongerThan60Days], 2);
    assert_eq!(proposed.warnings[&IssueWarning::NoAcceptanceDate], 2);
    for (paper, offer) in issued(&approve(&stage, import)) {
        let question = asked(&stage, &offer).unwrap();
        let (from, by, words) = match question.counted_from {
            CountedFrom::Issue => ("2026-03-02", "2026-05-06", "the issue of this paper on"),
            CountedFrom::Invoice => ("2026-02-02", "2026-04-03", "the invoice of"),
            CountedFrom::Acceptance => panic!("{question:?}"),
        };
        let days = [question.accepted_on, question.money_by].map(|day| day.to_string());
        assert_eq!(days, [from, by]);
        assert!(
            question
                .words(Language::En)
                .contains(&format!("{words} {from}"))
        );
        let digest = question.digest(Language::Zh);
        choose(&stage, &supplier, &offer, digest).unwrap();
        let kept = on_record(&stage, paper).remove(0);
        assert_eq!(kept.counted_from, question.counted_from);
    }
}

/// The calendar is loaded to the end of 2027: sixty days from December on nobody knows which day is a
/// holiday, and need not know for a paper that is due before.
#[test]
fn a_paper_due_within_the_sixty_days_asks_no_calendar() {
    let stage = Stage::new();
    change_obligor(&stage, |obligor| obligor.size_class = SizeClass::Large);
    let supplier = stage.supplier("华南座椅");
    let today = "2027-12-01".parse().unwrap();
    stage.advance(today);
    let rows: Vec<_> = [2, 3]
        .map(|line| {
            let (number, amount) = (format!("A-{line}"), Stage::yuan("100.00"));
            let due_date = "2027-12-28".parse().unwrap();
            let mut row = due(line, "华南座椅", &number, amount, due_date);
            row.acceptance_date = Some(today);
            row
        })
        .into();
    let import = hand_in(&stage, &rows).import;
    propose(&stage, import);
    let papers = issued(&approve(&stage, import));
    let waiting = offered_papers::list(&stage.app, &supplier.who).unwrap();
    assert_eq!(waiting.len(), 2);
    assert!(waiting.iter().all(|paper| paper.choice.is_none()));
    for ((_, offer), answer) in papers.iter().zip([Answer::Accept, Answer::Refuse]) {
        let (app, signing) = (&stage.app, supplier.signing());
        offered_papers::check_waiting(app, &supplier.who, offer).unwrap();
        answer_offer::run(app, &supplier.who, &signing, offer, answer, None).unwrap();
        let gone = offered_papers::check_waiting(app, &supplier.who, offer);
        assert_eq!(gone.unwrap_err().code(), "not_found");
    }
}

/// The obligor's two people ask that a paper be paid later.
fn later_asked(stage: &Stage, paper: PaperId, maturity: &str) -> Uuid {
    let found = stage
        .app
        .store
        .read(|tx| tx.papers_by_ids(&[paper]))
        .unwrap();
    let wanted = ProposeAgreement {
        paper: found[0].paper.number.clone(),
        asked: Asked::Extend(maturity.parse().unwrap()),
        reason: "付款计划调整".to_owned(),
        consent_by: "2026-03-12".parse().unwrap(),
    };
    let (app, maker, checker) = (&stage.app, &stage.obligor().maker, &stage.obligor().checker);
    let id = propose_agreement::run(app, &maker.who, &maker.signer, &wanted).unwrap();
    approve_agreement::run(app, &checker.who, &checker.signer, id).unwrap();
    id
}

#[test]
fn a_later_date_past_the_clock_takes_the_payees_choice_too() {
    let stage = Stage::new();
    let (supplier, papers) = papers(&stage, &["2026-05-05", "2026-05-07"]);
    let in_time = papers
        .iter()
        .find(|(_, offer)| asked(&stage, offer).is_none());
    let (paper, offer) = in_time.unwrap();
    let (app, signing) = (&stage.app, supplier.signing());
    answer_offer::run(app, &supplier.who, &signing, offer, Answer::Accept, None).unwrap();
    let id = later_asked(&stage, *paper, "2026-08-03");
    let sign = |agreed| consent_agreement::run_choosing(app, &supplier.who, &signing, id, agreed);
    let code = |signed: Result<Consented, AppError>| signed.unwrap_err().code();
    assert_eq!(
        code(consent_agreement::run(app, &supplier.who, &signing, id)),
        "cash_choice_missing"
    );
    assert_eq!(code(sign(Some([1; 32]))), "cash_choice_outdated");
    assert_eq!(on_record(&stage, *paper), []);

    let question = consent_agreement::choice_asked(app, &supplier.who, id)
        .unwrap()
        .unwrap();
    let words = question.words(Language::En);
    assert!(
        words.contains("paid on 2026-08-03 instead of 2026-05-06"),
        "{words}"
    );
    assert_eq!(
        sign(Some(question.digest(Language::En))).unwrap(),
        Consented::Effective
    );
    let kept = on_record(&stage, *paper).remove(0);
    assert_eq!(
        (kept.due_date.to_string().as_str(), kept.words),
        ("2026-08-03", words)
    );
}
