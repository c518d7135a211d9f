//! From a list of payables to papers with two signatures.

use crate::issue_steps::approve;
use crate::issue_steps::assert_tiled;
use crate::issue_steps::due;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::letters;
use crate::issue_steps::payables;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::issue_steps::states;
use crate::issue_steps::try_approve;
use crate::issue_steps::with_three;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approved::Approved;
use ledger_app::approved::PaperOutcome;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::outstanding;
use ledger_app::outstanding::Listed;
use ledger_app::principal::Principal;
use ledger_app::proposals_waiting;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::propose_issue::Proposed;
use ledger_core::id::PaperId;
use ledger_core::paper::PaperState;
use ledger_core::paper_number::PaperNumber;
use ledger_store::payables::PayableState;

#[test]
fn two_people_make_papers_of_a_list_and_the_payee_accepts() {
    let (stage, supplier, import) = with_three();
    let checked = letters(&stage, "import_checked");
    assert_eq!(checked.len(), 1);
    assert_eq!(checked[0]["notice"]["good"], 3);
    assert_eq!(
        checked[0]["to"]["email"],
        stage.obligor().maker.email.as_str()
    );

    let proposed = propose(&stage, import);
    assert_eq!((proposed.papers, proposed.refused.len()), (3, 0));
    assert_eq!(proposed.total.words(), "CNY 1,200,077.71");
    assert_eq!(states(&stage, import), [PayableState::Proposed; 3]);
    let waiting = letters(&stage, "approval_waiting");
    assert_eq!(waiting.len(), 1, "the one checker, nobody else");
    assert_eq!(
        waiting[0]["to"]["email"],
        stage.obligor().checker.email.as_str()
    );
    assert_eq!(waiting[0]["notice"]["papers"], 3);
    assert_eq!(waiting[0]["notice"]["total"], "CNY 1,200,077.71");

    let checker = &stage.obligor().checker;
    let first = proposals_waiting::view(&stage.app, &checker.who, None, 2).unwrap();
    assert_eq!((first.papers, first.page.len()), (3, 2));
    assert_eq!(
        (
            first.page[0].payee.as_str(),
            first.page[0].maker_name.as_str()
        ),
        ("华南座椅", "王芳")
    );
    let rest = proposals_waiting::view(&stage.app, &checker.who, first.next, 2).unwrap();
    assert_eq!((rest.page.len(), rest.next), (1, None));
    let line = proposals_waiting::summary(&stage.app, &checker.who).unwrap();
    assert_eq!((line.papers, line.total), (first.papers, first.total));
    assert_eq!(line.first_maker, "王芳");

    let size = stage.book_size();
    let approved = approve(&stage, import);
    assert_eq!((approved.issued, stage.book_size()), (3, size + 3));
    assert_eq!(approved.total.words(), "CNY 1,200,077.71");
    assert_eq!(states(&stage, import), [PayableState::Issued; 3]);
    for (_, outcome) in &approved.papers {
        let PaperOutcome::Issued { number, .. } = outcome else {
            panic!("{outcome:?}")
        };
        let number: PaperNumber = number.parse().unwrap();
        assert_eq!(
            (number.bank_code(), number.registered()),
            ("102290000018", Some(OPENING))
        );
    }
    let told = letters(&stage, "paper_issued");
    assert_eq!(told.len(), 3);
    assert!(
        told.iter()
            .all(|l| l["to"]["email"] == supplier.email.as_str())
    );
    accept_first_and_withdraw_nothing(&stage, &supplier, &issued(&approved));
    assert_eq!(assert_tiled(&stage), 3);
}

fn accept_first_and_withdraw_nothing(
    stage: &Stage,
    supplier: &Actor,
    issued: &[(PaperId, String)],
) {
    let (paper, offer) = &issued[0];
    let signing = supplier.signing();
    answer_offer::run(
        &stage.app,
        &supplier.who,
        &signing,
        offer,
        Answer::Accept,
        None,
    )
    .unwrap();
    let who = &stage.obligor().maker.who;
    let late = ledger_app::withdraw_paper::run(
        &stage.app,
        who,
        &stage.obligor().maker.signing(),
        *paper,
        None,
        None,
    );
    assert_eq!(late.unwrap_err().code(), "nothing_to_answer");
    let owed = outstanding::view(&stage.app, who, Listed::All, None, 2).unwrap();
    let position = &owed.position;
    assert_eq!(position.owed.words(), "CNY 1,200,077.71");
    assert_eq!((position.days.len(), position.days[0].papers), (1, 3));
    let in_state = |state: PaperState| position.papers[&state.code()].papers;
    assert_eq!(in_state(PaperState::Active), 1);
    assert_eq!(in_state(PaperState::PendingAcceptance), 2);
    assert_eq!(outstanding::position(&stage.app, who).unwrap(), *position);
    assert_eq!(owed.payables[&PayableState::Issued], 3);
    let rest = outstanding::view(&stage.app, who, Listed::All, owed.next, 2).unwrap();
    assert_eq!((owed.page.len(), rest.page.len(), rest.next), (2, 1, None));
    assert_eq!(rest.page[0].payee, "华南座椅");
    let stranger = outstanding::view(&stage.app, &supplier.who, Listed::All, None, 2).unwrap_err();
    assert_eq!(stranger.code(), "forbidden");
}

#[test]
fn a_replay_of_any_step_changes_nothing() {
    let (stage, _supplier, import) = with_three();
    propose(&stage, import);
    let first = approve(&stage, import);
    let size = stage.book_size();
    let told = letters(&stage, "paper_issued").len();

    let rows: Vec<_> = [("A-1", "1200000.00"), ("A-2", "0.01"), ("A-3", "77.70")]
        .iter()
        .zip(2..)
        .map(|((number, amount), line)| row(line, "华南座椅", number, Stage::yuan(amount)))
        .collect();
    let again = hand_in(&stage, &rows);
    assert_eq!(
        (again.counts.new, again.counts.same, again.counts.refused),
        (0, 3, 0)
    );
    assert_eq!(propose(&stage, again.import).papers, 0);
    assert_eq!(propose(&stage, import), Proposed::default());
    assert_eq!(approve(&stage, import), Approved::default());
    let papers: Vec<PaperId> = first.papers.iter().map(|(paper, _)| *paper).collect();
    let second = try_approve(&stage, &Meant::Papers(papers)).unwrap();
    assert_eq!(
        (second.issued, second.refused_by_code["proposal_decided"]),
        (0, 3)
    );
    let ids: Vec<_> = payables(&stage, import).iter().map(|p| p.id).collect();
    let maker = &stage.obligor().maker;
    let terms = IssueTerms::default();
    let chosen = Chosen::Payables(ids);
    let third = propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &terms).unwrap();
    assert_eq!(
        (third.papers, third.refused_by_code["payable_not_waiting"]),
        (0, 3)
    );
    assert_eq!(stage.book_size(), size);
    assert_eq!(letters(&stage, "paper_issued").len(), told);
    assert_eq!(letters(&stage, "approval_waiting").len(), 1);
}

#[test]
fn a_row_that_can_not_have_a_paper_stops_no_other() {
    let stage = Stage::new();
    let good = stage.supplier("华南座椅");
    let gone = stage.supplier("退出公司");
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let yuan = Stage::yuan;
    let rows = [
        due(2, "华南座椅", "past", yuan("5.00"), day("2026-02-27")),
        due(3, "华南座椅", "today", yuan("5.00"), OPENING),
        due(4, "华南座椅", "tomorrow", yuan("5.00"), day("2026-03-03")),
        due(5, "华南座椅", "six months", yuan("5.00"), day("2026-09-02")),
        due(6, "华南座椅", "longer", yuan("5.00"), day("2026-09-03")),
        due(7, "华南座椅", "largest", yuan("1000000000.00"), MATURITY),
        due(8, "华南座椅", "too large", yuan("1000000000.01"), MATURITY),
        due(9, "退出公司", "suspended", yuan("5.00"), MATURITY),
        due(10, "华南座椅", "holiday", yuan("5.00"), day("2026-05-01")),
    ];
    let import = hand_in(&stage, &rows).import;
    let suspended = ledger_store::parties::PartyState::Suspended;
    stage
        .app
        .store
        .write(|tx| tx.party_state_set(gone.party(), suspended))
        .unwrap();
    let proposed = propose(&stage, import);
    let refused: Vec<_> = proposed
        .refused
        .iter()
        .map(|r| (r.payable_no.as_str(), r.code))
        .collect();
    assert_eq!(
        refused,
        [
            ("past", "past_due"),
            ("today", "past_due"),
            ("longer", "tenor_too_long"),
            ("too large", "face_too_large"),
            ("suspended", "supplier_not_active"),
        ]
    );
    assert_eq!(proposed.papers, 4);
    assert_eq!(approve(&stage, import).issued, 4);
    let owed =
        outstanding::view(&stage.app, &stage.obligor().maker.who, Listed::All, None, 9).unwrap();
    let holiday = owed
        .page
        .iter()
        .find(|p| p.maturity == day("2026-05-01"))
        .unwrap();
    assert_eq!(
        holiday.due_date,
        day("2026-05-06"),
        "the first working day after the holiday"
    );
    assert_eq!(
        (assert_tiled(&stage), good.who.party_name.as_str()),
        (4, "华南座椅")
    );
}

#[test]
fn a_year_without_a_calendar_is_refused_row_by_row() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    stage.advance("2027-10-15".parse().unwrap());
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let rows = [
        due(2, "华南座椅", "in", Stage::yuan("5.00"), day("2027-12-15")),
        due(3, "华南座椅", "out", Stage::yuan("5.00"), day("2028-01-10")),
    ];
    let proposed = propose(&stage, hand_in(&stage, &rows).import);
    assert_eq!(proposed.papers, 1);
    assert_eq!(
        (
            proposed.refused[0].payable_no.as_str(),
            proposed.refused[0].code
        ),
        ("out", "calendar_not_loaded")
    );
    let provisional = proposed
        .warnings
        .iter()
        .map(|(w, n)| (w.code(), *n))
        .collect::<Vec<_>>();
    assert_eq!(provisional, [("calendar_provisional", 1)]);
}

#[test]
fn only_the_obligor_s_own_people_and_lists() {
    let (stage, supplier, import) = with_three();
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let terms = IssueTerms::default();
    let chosen = Chosen::Import(import);
    let by = |who: &Principal, signer: &Actor| {
        propose_issue::run(&stage.app, who, &signer.signer, &chosen, &terms).unwrap_err()
    };
    assert_eq!(by(&checker.who, checker).code(), "forbidden");
    assert_eq!(by(&supplier.who, &supplier).code(), "forbidden");
    assert_eq!(by(&maker.who, checker).code(), "not_your_key");
    let system = Principal {
        user: None,
        key: Some(maker.signer.key()),
        ..maker.who.clone()
    };
    assert_eq!(by(&system, maker).code(), "person_needed");
    let other = ledger_app::onboard_party::run(
        &stage.app,
        &stage.operator,
        &crate::stage::facts(ledger_core::party::PartyKind::Obligor, "他人汽车", 901),
    );
    let other = stage.person(other.unwrap(), "赵六", ledger_store::users::Role::Maker);
    assert_eq!(by(&other.who, &other).code(), "not_found");
    let ids = Chosen::Payables(payables(&stage, import).iter().map(|p| p.id).collect());
    let theirs = propose_issue::run(&stage.app, &other.who, &other.signer, &ids, &terms).unwrap();
    assert_eq!(
        (theirs.papers, theirs.refused_by_code["unknown_payable"]),
        (0, 3)
    );
    assert!(theirs.refused.iter().all(|r| r.payable_no.is_empty()));
    let deep = IssueTerms {
        maximum_tier: 13,
        ..terms
    };
    let refused =
        propose_issue::run(&stage.app, &maker.who, &maker.signer, &chosen, &deep).unwrap_err();
    assert_eq!(refused.code(), "too_deep");
    assert_eq!(states(&stage, import), [PayableState::Loaded; 3]);
}
