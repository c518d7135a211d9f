//! An obligor's own limit on what it has outstanding.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approved::PaperOutcome;
use ledger_app::limit_book;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::withdraw_paper;
use ledger_store::limits::LimitKind;

use crate::issue_steps::approve;
use crate::issue_steps::hand_in;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::limits_stage::assert_exact;
use crate::limits_stage::figures;
use crate::limits_stage::minor;
use crate::limits_stage::put_in_force;
use crate::limits_stage::wanted;
use crate::settlement_stage::Due;
use crate::stage::Stage;

fn limit(stage: &Stage, yuan: &str) {
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let own = LimitSubject::OwnIssuing(maker.party());
    put_in_force(stage, maker, checker, &wanted(own, yuan));
}

#[test]
fn papers_past_the_own_limit_are_refused_and_the_others_proceed() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let maker = &stage.obligor().maker;
    let figures = || figures(&stage, maker, LimitKind::OwnIssuing);
    let before = stage.unanswered_paper(&supplier, Stage::yuan("200.00"), crate::stage::MATURITY);
    limit(&stage, "1000.00");
    assert_eq!(figures(), (minor("1000.00"), minor("200.00"), 0));

    let rows = [
        row(1, "溪谷五金", "AP-1", Stage::yuan("500.00")),
        row(2, "溪谷五金", "AP-2", Stage::yuan("400.00")),
        row(3, "溪谷五金", "AP-3", Stage::yuan("300.00")),
    ];
    let import = hand_in(&stage, &rows).import;
    propose(&stage, import);
    let done = approve(&stage, import);
    assert_eq!(done.issued, 2);
    assert_eq!(
        done.refused_by_code.get("issuing_limit_exhausted"),
        Some(&1)
    );
    let message = done.papers.iter().find_map(|(_, outcome)| match outcome {
        PaperOutcome::Refused { message, .. } => Some(message.clone()),
        PaperOutcome::Issued { .. } => None,
    });
    assert!(message.unwrap().contains("free"));
    assert_exact(&stage);

    // A paper taken back, and one refused, make room for the rest.
    let (who, signing) = (&maker.who, maker.signing());
    withdraw_paper::run(&stage.app, who, &signing, before.paper, None, None).unwrap();
    let offer_of = |outcome: &PaperOutcome| match outcome {
        PaperOutcome::Issued { offer, .. } => Some(offer.clone()),
        PaperOutcome::Refused { .. } => None,
    };
    let outcomes = done.papers.iter();
    let offers: Vec<String> = outcomes.filter_map(|(_, one)| offer_of(one)).collect();
    let (app, payee) = (&stage.app, &supplier);
    let no = answer_offer::refuse(app, &payee.who, &payee.signing(), &offers[0], "不符", None);
    no.unwrap();
    answer_offer::run(
        app,
        &payee.who,
        &payee.signing(),
        &offers[1],
        Answer::Accept,
        None,
    )
    .unwrap();
    assert_exact(&stage);
    let rest = approve(&stage, import);
    assert_eq!(rest.issued, 1);
    assert_exact(&stage);
}

#[test]
fn what_is_paid_is_free_again_and_none_is_checked_where_none_is_set() {
    let due = Due::instructed();
    let stage = &due.stage;
    let maker = &stage.obligor().maker;
    let book = limit_book::run(&stage.app, &maker.who).unwrap();
    assert_eq!(book.unlimited[0].used, minor("1000.00"));
    limit(stage, "1000.00");
    let figures = || figures(stage, maker, LimitKind::OwnIssuing);
    assert_eq!(figures().1, minor("1000.00"));
    due.booked(&due.papers[0]);
    assert_eq!(due.close(), 1);
    assert_eq!(figures(), (minor("1000.00"), 0, 0));
    assert_exact(stage);
}

#[test]
fn the_database_itself_refuses_a_paper_too_many() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    limit(&stage, "100.00");
    let face = Stage::yuan("100.00");
    stage.issued_paper(&supplier, face, crate::stage::MATURITY);
    let too_many = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        stage.unanswered_paper(&supplier, Stage::yuan("0.01"), crate::stage::MATURITY)
    }));
    assert!(too_many.is_err());
    assert_exact(&stage);
}
