//! Void and extension: the obligor's two people ask, every holder signs, a single no ends it; what is
//! free again, and which run moves.

use chrono::Days;
use chrono::NaiveDate;
use ledger_app::agreements_view;
use ledger_app::agreements_view::AgreementState;
use ledger_app::agreements_view::ListedAgreement;
use ledger_app::approve_agreement;
use ledger_app::consent_agreement;
use ledger_app::consent_agreement::Consented;
use ledger_app::error::AppError;
use ledger_app::propose_agreement;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_agreement::ProposeAgreement;
use ledger_app::settle_paper;
use ledger_core::paper::PaperState;
use ledger_store::papers::PaperRecord;
use ledger_store::settlements::RunState;
use uuid::Uuid;

use crate::events_stage::code;
use crate::events_stage::desk;
use crate::events_stage::offer_on;
use crate::events_stage::pledge;
use crate::events_stage::release;
use crate::events_stage::today;
use crate::events_stage::verified;
use crate::settlement_stage::Due;
use crate::settlement_stage::pass_on;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// Issued in spring, so that a later date stays within the tenor.
const EARLY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap();
const LATER: NaiveDate = NaiveDate::from_ymd_opt(2026, 8, 3).unwrap();

fn wanted(stage: &Stage, paper: &IssuedPaper, asked: Asked) -> ProposeAgreement {
    ProposeAgreement {
        paper: paper.number.clone(),
        asked,
        reason: "货物已退回".to_owned(),
        consent_by: today(stage) + Days::new(10),
    }
}

fn proposed(stage: &Stage, wanted: &ProposeAgreement) -> Result<Uuid, AppError> {
    let maker = &stage.obligor().maker;
    propose_agreement::run(&stage.app, &maker.who, &maker.signer, wanted)
}

pub(crate) fn asked(stage: &Stage, paper: &IssuedPaper, what: Asked) -> Uuid {
    let id = proposed(stage, &wanted(stage, paper, what)).unwrap();
    let checker = &stage.obligor().checker;
    approve_agreement::run(&stage.app, &checker.who, &checker.signer, id).unwrap();
    id
}

pub(crate) fn sign(stage: &Stage, who: &Actor, id: Uuid) -> Result<Consented, AppError> {
    consent_agreement::run(&stage.app, &who.who, &who.signing(), id)
}

fn listed(stage: &Stage, who: &Actor) -> Vec<ListedAgreement> {
    agreements_view::list(&stage.app, &who.who).unwrap()
}

fn paper_now(stage: &Stage, paper: &IssuedPaper) -> PaperRecord {
    let found = stage.app.store.read(|tx| tx.papers_by_ids(&[paper.paper]));
    found.unwrap().pop().unwrap()
}

#[test]
fn a_paper_is_void_when_two_of_the_obligor_and_every_holder_have_signed() {
    let stage = Stage::new();
    let (app, obligor) = (&stage.app, stage.obligor());
    let (first, second) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let stranger = stage.supplier("北岭机电");
    let paper = stage.issued_paper(&first, Stage::yuan("1000.00"), MATURITY);
    let invoice = stage.invoice(&second, &first, Stage::yuan("400.00"));
    let offered = offer_on(&stage, &first, &paper.fragment, "400.00", &second, invoice).unwrap();
    let want = wanted(&stage, &paper, Asked::Void);
    // Only the obligor's own maker asks.
    for who in [&first, &obligor.checker] {
        let by = propose_agreement::run(app, &who.who, &who.signer, &want);
        assert_eq!(code(by), "forbidden");
    }
    let id = proposed(&stage, &want).unwrap();
    assert_eq!(code(proposed(&stage, &want)), "agreement_asked_already");
    // No holder hears of it before the second person has signed.
    assert!(listed(&stage, &first).is_empty());
    assert_eq!(code(sign(&stage, &first, id)), "not_found");
    let (maker, checker) = (&obligor.maker, &obligor.checker);
    let alone = approve_agreement::run(app, &maker.who, &maker.signer, id);
    assert_eq!(code(alone), "forbidden");
    let other_key = approve_agreement::run(app, &checker.who, &maker.signer, id);
    assert_eq!(code(other_key), "not_your_key");
    approve_agreement::run(app, &checker.who, &checker.signer, id).unwrap();

    let seen = listed(&stage, &first).pop().unwrap();
    assert!(seen.asked && !seen.own);
    assert_eq!(seen.amount, Stage::yuan("1000.00"));
    assert!(listed(&stage, &second).is_empty(), "it holds nothing yet");
    assert_eq!(code(sign(&stage, &stranger, id)), "not_found");
    assert_eq!(code(sign(&stage, maker, id)), "forbidden");
    // With an open offer it can't take effect; the signature is kept.
    assert_eq!(code(sign(&stage, &first, id)), "fragment_not_free");
    ledger_app::answer_offer::run(
        app,
        &second.who,
        &second.signing(),
        &offered.offered,
        ledger_app::answer_offer::Answer::Accept,
        None,
    )
    .unwrap();
    // Now the second holder must sign too, whatever it was asked before.
    assert_eq!(sign(&stage, &first, id).unwrap(), Consented::Waits);
    let seen = listed(&stage, &second).pop().unwrap();
    assert_eq!(seen.amount, Stage::yuan("400.00"));
    assert_eq!(sign(&stage, &second, id).unwrap(), Consented::Effective);
    assert_eq!(paper_now(&stage, &paper).paper.state, PaperState::Void);
    // The invoice of the leg is open again.
    let free = app
        .store
        .read(|tx| tx.document_capacities(&[invoice]))
        .unwrap();
    assert_eq!(free[0].free(), Stage::yuan("400.00"));
    assert_eq!(code(sign(&stage, &second, id)), "agreement_over");
    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(app).unwrap(), 0);
    verified(&stage);
}

#[test]
fn a_single_no_ends_it_and_so_does_its_time() {
    let stage = Stage::new();
    let app = &stage.app;
    let (first, second) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let paper = stage.issued_paper(&first, Stage::yuan("1000.00"), MATURITY);
    pass_on(&stage, &first, &paper.fragment, "400.00", &second);
    let id = asked(&stage, &paper, Asked::Void);
    assert_eq!(sign(&stage, &first, id).unwrap(), Consented::Waits);
    consent_agreement::decline(app, &second.who, id, "不同意").unwrap();
    assert_eq!(code(sign(&stage, &first, id)), "agreement_over");
    assert_eq!(paper_now(&stage, &paper).paper.state, PaperState::Active);
    let of_obligor = listed(&stage, &stage.obligor().maker).pop().unwrap();
    assert_eq!(
        (of_obligor.state, of_obligor.word.as_str()),
        (AgreementState::Declined, "不同意")
    );
    // What a holder reads says nothing of who said no, nor with which word.
    assert!(listed(&stage, &first).pop().unwrap().word.is_empty());

    let id = asked(&stage, &paper, Asked::Void);
    stage.advance(today(&stage) + Days::new(10));
    assert_eq!(consent_agreement::lapse_due(app).unwrap(), 0);
    stage.advance(today(&stage) + Days::new(1));
    assert_eq!(consent_agreement::lapse_due(app).unwrap(), 1);
    assert_eq!(code(sign(&stage, &second, id)), "agreement_over");

    let id = asked(&stage, &paper, Asked::Void);
    let stranger = stage.supplier("北岭机电");
    assert_eq!(
        code(propose_agreement::withdraw(app, &stranger.who, id)),
        "forbidden"
    );
    propose_agreement::withdraw(app, &stage.obligor().maker.who, id).unwrap();
    assert_eq!(code(sign(&stage, &second, id)), "agreement_over");
    verified(&stage);
}

#[test]
fn a_later_date_takes_every_holder_and_pledgee_and_moves_the_planned_run() {
    let stage = Stage::new();
    let app = &stage.app;
    let (first, second) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let bank = stage.bank("江口银行");
    let paper = stage.issued_paper(&first, Stage::yuan("1000.00"), EARLY);
    pass_on(&stage, &first, &paper.fragment, "400.00", &second);
    let rest = crate::events_stage::held(&stage, &first)[0].no;
    pledge(&stage, &first, &app.public_ids.show(rest), "600.00", &bank);
    // Beyond the longest tenor from the day of issue nobody need be asked.
    let far = NaiveDate::from_ymd_opt(2026, 9, 3).unwrap();
    let too_long = proposed(&stage, &wanted(&stage, &paper, Asked::Extend(far)));
    assert_eq!(code(too_long), "tenor_too_long");
    let earlier = proposed(
        &stage,
        &wanted(&stage, &paper, Asked::Extend(today(&stage))),
    );
    assert_eq!(code(earlier), "impossible_maturity");
    stage.advance(EARLY - Days::new(5));
    assert_eq!(settle_paper::plan(app).unwrap(), 1);
    let mut want = wanted(&stage, &paper, Asked::Extend(LATER));
    want.consent_by = EARLY;
    assert_eq!(code(proposed(&stage, &want)), "consent_by_not_possible");
    want.consent_by = EARLY - Days::new(1);
    let id = proposed(&stage, &want).unwrap();
    let checker = &stage.obligor().checker;
    approve_agreement::run(app, &checker.who, &checker.signer, id).unwrap();
    assert_eq!(sign(&stage, &first, id).unwrap(), Consented::Waits);
    assert_eq!(sign(&stage, &second, id).unwrap(), Consented::Waits);
    assert_eq!(sign(&stage, &bank, id).unwrap(), Consented::Effective);
    let record = paper_now(&stage, &paper);
    assert_eq!(
        (record.paper.maturity, record.paper.due_date),
        (LATER, LATER)
    );
    let run = || {
        let found = app
            .store
            .read(|tx| tx.settlements_of_papers(&[paper.paper]));
        found.unwrap().pop().unwrap()
    };
    assert_eq!((run().state, run().due_date), (RunState::Planned, LATER));
    stage.advance(EARLY);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 0);
    let pledged = crate::events_stage::held(&stage, &first)[0].no;
    release(&stage, &bank, &app.public_ids.show(pledged)).unwrap();
    stage.advance(LATER);
    assert_eq!(settle_paper::lock_due(app).unwrap(), 1);
    verified(&stage);
}

#[test]
fn a_frozen_paper_is_neither_void_nor_extended() {
    let due = Due::new(1);
    let stage = &due.stage;
    let (desk, paper) = (desk(stage), &due.papers[0]);
    let order = ledger_app::propose_freeze::ProposeFreeze {
        authority: "江口市人民法院".to_owned(),
        reference: "117".to_owned(),
        scope: ledger_app::propose_freeze::FreezeScope::Paper(paper.number.clone()),
        until: MATURITY,
        word: String::new(),
    };
    let freeze = ledger_app::propose_freeze::run(&stage.app, &desk.first.who, &order).unwrap();
    ledger_app::decide_freeze::run(&stage.app, &desk.second.who, freeze).unwrap();
    let id = asked(stage, paper, Asked::Void);
    assert_eq!(sign(stage, &due.payee, id).unwrap(), Consented::Waits);
    assert_eq!(code(sign(stage, &due.second, id)), "fragment_not_free");
    assert_eq!(paper_now(stage, paper).paper.state, PaperState::Active);
    verified(stage);
}
