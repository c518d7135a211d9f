//! Corrections: a transfer made by mistake goes back when both its sides have signed, and not a moment
//! before, for nobody else, and from nothing that was used since.

use chrono::Days;
use ledger_app::answer_correction;
use ledger_app::answer_correction::Corrected;
use ledger_app::ask_pledge;
use ledger_app::corrections_view;
use ledger_app::corrections_view::CorrectionState;
use ledger_app::corrections_view::ShownCorrection;
use ledger_app::corrections_view::TransferSide;
use ledger_app::error::AppError;
use ledger_app::notice::Notice;
use ledger_app::notice_events::CorrectionStep;
use ledger_app::notice_events::CorrectionTold;
use ledger_app::notice_events::PaperEvent;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_correction;
use ledger_app::signing::Signing;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::Outcome;
use ledger_app::traced_path::CameBy;
use ledger_app::transfer_fragment;
use ledger_core::act::Act;
use ledger_core::correction::TransferCorrection;
use ledger_core::correction::reason_digest;
use ledger_core::id::DocumentId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use uuid::Uuid;

use crate::agreements::asked;
use crate::events_stage::code;
use crate::events_stage::held;
use crate::events_stage::letters_to;
use crate::events_stage::offer_on;
use crate::events_stage::pledge;
use crate::events_stage::today;
use crate::events_stage::verified;
use crate::settlement_stage::pass_on_with;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

const REASON: &str = "误选收款方，应转让给北岭机电";

/// 1,000.00: the first passed 600.00 to the second, which passed 250.00 to the third by mistake.
struct Mistake {
    stage: Stage,
    first: Actor,
    second: Actor,
    third: Actor,
    stranger: Actor,
    /// What the second offered: its own page of what it has passed on.
    offered: String,
    /// What the third has of it.
    moved: String,
    invoice: DocumentId,
    paper: IssuedPaper,
}

fn mistake() -> Mistake {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("溪谷五金"), stage.supplier("南山铸造"));
    let (third, stranger) = (stage.supplier("西江模具"), stage.supplier("北岭机电"));
    let paper = stage.issued_paper(&first, Stage::yuan("1000.00"), MATURITY);
    let part = (paper.fragment.as_str(), "600.00");
    let of_second = pass_on_with(&stage, &first, part, &second, Recourse::With);
    let invoice = stage.invoice(&third, &second, Stage::yuan("250.00"));
    let offered = offer_on(&stage, &second, &of_second, "250.00", &third, invoice).unwrap();
    let moved = accepted(&stage, &third, &offered.offered);
    Mistake {
        stage,
        first,
        second,
        third,
        stranger,
        offered: offered.offered,
        moved,
        invoice,
        paper,
    }
}

fn accepted(stage: &Stage, who: &Actor, offer: &str) -> String {
    let answer = ledger_app::answer_offer::Answer::Accept;
    let signing = who.signing();
    let done =
        ledger_app::answer_offer::run(&stage.app, &who.who, &signing, offer, answer, None).unwrap();
    done.fragment.unwrap()
}

impl Mistake {
    fn propose(&self, who: &Actor, fragment: &str) -> Result<Uuid, AppError> {
        let app = &self.stage.app;
        let to_sign = propose_correction::prepare(app, &who.who, fragment, REASON)?;
        let what = (fragment, REASON);
        let signing = who.signing();
        let made = propose_correction::submit(app, &who.who, what, &to_sign.body, &signing, None)?;
        Ok(made.correction.parse().unwrap())
    }

    fn sign(&self, who: &Actor, id: Uuid) -> Result<Corrected, AppError> {
        answer_correction::run(&self.stage.app, &who.who, &who.signing(), id, None)
    }

    fn seen(&self, who: &Actor) -> Vec<ShownCorrection> {
        corrections_view::list(&self.stage.app, &who.who).unwrap()
    }

    fn outcome(&self, who: &Actor, fragment: &str) -> Outcome {
        let found = trace_fragment::run(&self.stage.app, &who.who, fragment);
        found.unwrap().outcome
    }

    fn correctable(&self, who: &Actor, fragment: &str) -> bool {
        let found = trace_fragment::run(&self.stage.app, &who.who, fragment);
        found.unwrap().correctable
    }

    fn free_of_invoice(&self) -> i64 {
        let app = &self.stage.app;
        let found = app.store.read(|tx| tx.document_capacities(&[self.invoice]));
        found.unwrap()[0].free().minor()
    }

    fn holds(&self, who: &Actor) -> i64 {
        let all = held(&self.stage, who);
        all.iter().map(|one| one.range.amount().minor()).sum()
    }
}

fn told(stage: &Stage, who: &Actor) -> Vec<CorrectionTold> {
    let of = |notice| match notice {
        Notice::PaperEvent(PaperEvent::Correction(told)) => Some(told),
        _ => None,
    };
    letters_to(stage, who).into_iter().filter_map(of).collect()
}

fn steps(stage: &Stage, who: &Actor) -> Vec<(CorrectionStep, bool)> {
    let all = told(stage, who).into_iter();
    all.map(|one| (one.step, one.gives_back)).collect()
}

#[test]
fn the_giver_asks_the_holder_signs_and_one_entry_puts_it_right() {
    let m = mistake();
    let (stage, app) = (&m.stage, &m.stage.app);
    assert!(m.correctable(&m.second, &m.offered) && m.correctable(&m.third, &m.moved));
    assert_eq!(m.free_of_invoice(), 0);
    let before = stage.book_size();
    let id = m.propose(&m.second, &m.offered).unwrap();
    assert_eq!(stage.book_size(), before, "a proposal is no entry");
    assert_eq!(steps(stage, &m.third), [(CorrectionStep::Proposed, true)]);
    assert_eq!(told(stage, &m.third)[0].reason, REASON);
    let seen = m.seen(&m.third).pop().unwrap();
    assert!(seen.asked && !seen.takes_back && seen.side == TransferSide::Holder);
    let seen = m.seen(&m.second).pop().unwrap();
    assert!(!seen.asked && seen.takes_back && seen.side == TransferSide::Giver);
    assert_eq!(code(m.propose(&m.third, &m.moved)), "correction_stands");

    let done = m.sign(&m.third, id).unwrap();
    assert_eq!(done.fragment, None, "it is the other's now");
    assert_eq!(stage.book_size(), before + 1);
    assert_eq!((m.holds(&m.second), m.holds(&m.third)), (60_000, 0));
    assert_eq!(m.free_of_invoice(), 25_000, "the invoice is open again");
    for (who, gives_back) in [(&m.second, false), (&m.third, true)] {
        let last = steps(stage, who).pop();
        assert_eq!(last, Some((CorrectionStep::Effective, gives_back)));
        let seen = m.seen(who).pop().unwrap();
        assert_eq!(seen.sides.correction.state, CorrectionState::Effective);
        assert!(!seen.asked && !seen.takes_back);
    }
    // What stands in the book: which entry was corrected, the digest of the reason, both signatures.
    let entry = m.seen(&m.second)[0].sides.correction.entry.unwrap();
    let record = app.store.read(|tx| tx.entries_by_nos(&[entry])).unwrap();
    let sealed = &record[0].sealed;
    assert_eq!(sealed.hash().to_string(), done.entry);
    let Act::Correct(act) = &sealed.entry().act else {
        panic!("a correction");
    };
    let signed = TransferCorrection::from_bytes(&act.correction).unwrap();
    assert_eq!(signed.reason, reason_digest(&signed.id, REASON));
    assert_eq!(signed.transfer, act.accepted.hash());
    let seats: Vec<Seat> = sealed.signatures().iter().map(|s| s.seat).collect();
    assert_eq!(seats, [Seat::Holder, Seat::Recipient]);

    let Outcome::GivenBack { to, .. } = m.outcome(&m.third, &m.moved) else {
        panic!("given back");
    };
    assert_eq!(to, "南山铸造");
    assert!(matches!(
        m.outcome(&m.second, &m.offered),
        Outcome::TakenBack { .. }
    ));
    // Once for all.
    assert_eq!(code(m.sign(&m.third, id)), "correction_not_open");
    assert!(!m.correctable(&m.second, &m.offered));
    assert_eq!(code(m.propose(&m.second, &m.offered)), "correction_stands");
    assert_eq!(code(m.propose(&m.third, &m.moved)), "fragment_spent");
    verified(stage);
}

#[test]
fn the_holder_asks_and_what_came_back_pays_the_right_supplier_on_the_same_invoice_no_more() {
    let m = mistake();
    let (stage, app) = (&m.stage, &m.stage.app);
    let id = m.propose(&m.third, &m.moved).unwrap();
    let done = m.sign(&m.second, id).unwrap();
    let back = done.fragment.unwrap();
    let trace = trace_fragment::run(app, &m.second.who, &back).unwrap();
    let ways: Vec<CameBy> = trace.path.iter().map(|step| step.came_by).collect();
    let way = [
        CameBy::Promise,
        CameBy::Issue,
        CameBy::Transfer,
        CameBy::Transfer,
        CameBy::Correction,
    ];
    assert_eq!(ways, way);
    assert!(trace.path.iter().all(|step| step.proved));
    assert!(!trace.correctable, "what came back was no transfer");
    // The leg on which the second stands is the one by which it had the units before.
    let no = held(stage, &m.second)
        .into_iter()
        .find(|one| app.public_ids.show(one.no) == back)
        .unwrap();
    let named = [(no.reference, no.no)];
    let leg = app.store.read(|tx| tx.legs_to(&named)).unwrap();
    let leg = leg.values().next().unwrap();
    assert_eq!((leg.giver, leg.recourse), (m.first.party(), Recourse::With));
    // The right supplier; it is not told of the mistake.
    let invoice = stage.invoice(&m.stranger, &m.second, Stage::yuan("250.00"));
    let offered = offer_on(stage, &m.second, &back, "250.00", &m.stranger, invoice).unwrap();
    let right = accepted(stage, &m.stranger, &offered.offered);
    let trace = trace_fragment::run(app, &m.stranger.who, &right).unwrap();
    let ways: Vec<CameBy> = trace.path.iter().map(|step| step.came_by).collect();
    assert_eq!(
        ways,
        [
            CameBy::Promise,
            CameBy::Issue,
            CameBy::Transfer,
            CameBy::Transfer
        ]
    );
    let named: Vec<_> = trace
        .path
        .iter()
        .filter_map(|step| step.holder.clone())
        .collect();
    assert!(!named.contains(&"西江模具".to_owned()), "{named:?}");
    verified(stage);
}

#[test]
fn nobody_but_the_two_and_neither_alone() {
    let m = mistake();
    let (stage, app) = (&m.stage, &m.stage.app);
    let others = [&m.first, &m.stranger];
    for who in others {
        for fragment in [&m.offered, &m.moved] {
            assert_eq!(code(m.propose(who, fragment)), "not_found");
        }
    }
    let bank = stage.bank("江口银行");
    let obligor = &stage.obligor().maker;
    for who in [&bank, obligor] {
        assert_eq!(code(m.propose(who, &m.moved)), "forbidden");
        let list = corrections_view::list(app, &who.who);
        assert_eq!(code(list), "forbidden");
    }
    let id = m.propose(&m.second, &m.offered).unwrap();
    for who in others {
        assert_eq!(code(m.sign(who, id)), "not_found");
        assert_eq!(code(corrections_view::one(app, &who.who, id)), "not_found");
        let no = answer_correction::decline(app, &who.who, id, "不同意");
        assert_eq!(code(no), "not_found");
        let back = propose_correction::withdraw(app, &who.who, id);
        assert_eq!(code(back), "not_found");
        assert!(m.seen(who).is_empty());
    }
    // Whoever proposed doesn't answer, and whoever answers doesn't take back.
    assert_eq!(code(m.sign(&m.second, id)), "not_found");
    let back = propose_correction::withdraw(app, &m.third.who, id);
    assert_eq!(code(back), "not_found");
    // Another's key, and a signature under something else.
    let foreign = Signing::With(&m.second.signer);
    let by = answer_correction::run(app, &m.third.who, &foreign, id, None);
    assert_eq!(code(by), "not_your_key");
    let brought = Signing::Brought {
        key: m.third.signer.key(),
        bytes: m.third.signer.sign(Seat::Holder, b"something else").bytes,
    };
    let by = answer_correction::run(app, &m.third.who, &brought, id, None);
    assert_eq!(code(by), "bad_signature");
    assert_eq!(m.holds(&m.third), 25_000);
    verified(stage);
}

#[test]
fn a_no_leaves_the_transfer_as_it_is_and_so_does_a_second_thought() {
    let m = mistake();
    let (stage, app) = (&m.stage, &m.stage.app);
    let blank = propose_correction::prepare(app, &m.second.who, &m.offered, "  ");
    assert_eq!(code(blank), "correction_reason_missing");
    let long = "长".repeat(501);
    let long = propose_correction::prepare(app, &m.second.who, &m.offered, &long);
    assert_eq!(code(long), "word_too_long");
    let id = m.propose(&m.second, &m.offered).unwrap();
    let wordless = answer_correction::decline(app, &m.third.who, id, " ");
    assert_eq!(code(wordless), "word_missing");
    answer_correction::decline(app, &m.third.who, id, "货已按单交付").unwrap();
    let letter = told(stage, &m.second).pop().unwrap();
    assert_eq!(
        (letter.step, letter.word.as_str()),
        (CorrectionStep::Declined, "货已按单交付")
    );
    assert_eq!(code(m.sign(&m.third, id)), "correction_not_open");

    let id = m.propose(&m.second, &m.offered).unwrap();
    propose_correction::withdraw(app, &m.second.who, id).unwrap();
    propose_correction::withdraw(app, &m.second.who, id).unwrap();
    assert_eq!(
        steps(stage, &m.third).pop(),
        Some((CorrectionStep::Withdrawn, true))
    );
    assert_eq!(code(m.sign(&m.third, id)), "correction_not_open");
    // What was signed for another reason, or another transfer, is none of this one's.
    let body = propose_correction::prepare(app, &m.second.who, &m.offered, REASON).unwrap();
    let what = (m.offered.as_str(), "另一个原因");
    let signing = m.second.signing();
    let by = propose_correction::submit(app, &m.second.who, what, &body.body, &signing, None);
    assert_eq!(code(by), "not_that_transfer");
    let what = (m.offered.as_str(), REASON);
    let by = propose_correction::submit(app, &m.second.who, what, b"x", &signing, None);
    assert_eq!(code(by), "correction_unreadable");
    assert_eq!((m.holds(&m.second), m.holds(&m.third)), (35_000, 25_000));
    assert_eq!(m.free_of_invoice(), 0);
    verified(stage);
}

#[test]
fn what_the_holder_has_used_is_not_given_back_and_the_giver_is_not_told() {
    type Use = fn(&Mistake);
    let uses: [(Use, &str); 3] = [
        (
            |m| {
                let invoice = m
                    .stage
                    .invoice(&m.stranger, &m.third, Stage::yuan("100.00"));
                offer_on(&m.stage, &m.third, &m.moved, "100.00", &m.stranger, invoice).unwrap();
            },
            "fragment_spent",
        ),
        (
            |m| {
                let bank = m.stage.bank("江口银行");
                pledge(&m.stage, &m.third, &m.moved, "250.00", &bank);
            },
            "fragment_spent",
        ),
        (
            |m| {
                let invoice = m
                    .stage
                    .invoice(&m.stranger, &m.third, Stage::yuan("250.00"));
                let (app, who) = (&m.stage.app, &m.third);
                let made =
                    offer_on(&m.stage, who, &m.moved, "250.00", &m.stranger, invoice).unwrap();
                transfer_fragment::recall(app, &who.who, &who.signing(), &made.offered).unwrap();
            },
            "fragment_spent",
        ),
    ];
    for (used, refusal) in uses {
        let m = mistake();
        let id = m.propose(&m.second, &m.offered).unwrap();
        used(&m);
        assert_eq!(code(m.sign(&m.third, id)), refusal);
        assert_eq!(code(m.propose(&m.third, &m.moved)), refusal);
        // Nor from what it has become.
        let now = held(&m.stage, &m.third)[0];
        let now = m.stage.app.public_ids.show(now.no);
        let by = code(m.propose(&m.third, &now));
        assert!(
            ["fragment_not_free", "not_that_transfer"].contains(&by),
            "{by}"
        );
        // The giver sees no difference, and may ask as if nothing had happened.
        let seen = m.seen(&m.second).pop().unwrap();
        assert!(!seen.over && seen.takes_back);
        assert!(m.seen(&m.third).pop().unwrap().over);
        assert!(m.correctable(&m.second, &m.offered));
        propose_correction::withdraw(&m.stage.app, &m.second.who, id).unwrap();
        m.propose(&m.second, &m.offered).unwrap();
        verified(&m.stage);
    }
}

#[test]
fn a_holder_that_asks_and_then_uses_the_fragment_has_answered_itself() {
    let m = mistake();
    let id = m.propose(&m.third, &m.moved).unwrap();
    let bank = m.stage.bank("江口银行");
    let command = ask_pledge::AskPledge {
        fragment: m.moved.clone(),
        amount: Stage::yuan("250.00"),
        pledgee: bank.party(),
        secured: Stage::yuan("50.00"),
        loan: "流贷 2026-118".to_owned(),
    };
    // Asking a bank binds nobody, and stands in no way.
    ask_pledge::run(&m.stage.app, &m.third.who, &command, None).unwrap();
    assert!(m.seen(&m.second)[0].asked);
    let invoice = m
        .stage
        .invoice(&m.stranger, &m.third, Stage::yuan("250.00"));
    offer_on(&m.stage, &m.third, &m.moved, "250.00", &m.stranger, invoice).unwrap();
    assert_eq!(code(m.sign(&m.second, id)), "fragment_spent");
    for who in [&m.second, &m.third] {
        assert!(m.seen(who).pop().unwrap().over);
    }
    verified(&m.stage);
}

#[test]
fn neither_what_came_from_the_obligor_nor_what_is_due_is_taken_back() {
    let m = mistake();
    let stage = &m.stage;
    let own = held(stage, &m.first)[0];
    let own = stage.app.public_ids.show(own.no);
    assert_eq!(code(m.propose(&m.first, &own)), "not_that_transfer");
    let id = m.propose(&m.second, &m.offered).unwrap();
    stage.advance(MATURITY - Days::new(1));
    assert!(m.correctable(&m.third, &m.moved));
    stage.advance(MATURITY);
    assert_eq!(today(stage), MATURITY);
    assert_eq!(code(m.sign(&m.third, id)), "past_maturity");
    assert!(!m.correctable(&m.third, &m.moved));
    for who in [&m.second, &m.third] {
        assert!(m.seen(who).pop().unwrap().over);
    }
    propose_correction::withdraw(&stage.app, &m.second.who, id).unwrap();
    assert_eq!(code(m.propose(&m.second, &m.offered)), "past_maturity");
    verified(stage);
}

#[test]
fn a_frozen_fragment_stays_where_the_order_holds_it() {
    let m = mistake();
    let (stage, desk) = (&m.stage, crate::events_stage::desk(&m.stage));
    let id = m.propose(&m.third, &m.moved).unwrap();
    let order = ledger_app::propose_freeze::ProposeFreeze {
        authority: "江口市人民法院".to_owned(),
        reference: "118".to_owned(),
        scope: ledger_app::propose_freeze::FreezeScope::Holder(m.third.party()),
        until: MATURITY,
        word: String::new(),
    };
    let app = &stage.app;
    let freeze = ledger_app::propose_freeze::run(app, &desk.first.who, &order).unwrap();
    ledger_app::decide_freeze::run(app, &desk.second.who, freeze).unwrap();
    assert_eq!(code(m.sign(&m.second, id)), "fragment_spent");
    let frozen = held(stage, &m.third)[0];
    let frozen = app.public_ids.show(frozen.no);
    assert_eq!(code(m.propose(&m.third, &frozen)), "fragment_not_free");
    assert_eq!(m.holds(&m.third), 25_000);
    verified(stage);
}

#[test]
fn what_a_correction_has_freed_is_not_freed_again_when_the_paper_is_void() {
    let m = mistake();
    let stage = &m.stage;
    let id = m.propose(&m.second, &m.offered).unwrap();
    m.sign(&m.third, id).unwrap();
    // The same invoice is paid with a part of another paper.
    let other = stage.issued_paper(&m.second, Stage::yuan("300.00"), MATURITY);
    let again = offer_on(
        stage,
        &m.second,
        &other.fragment,
        "250.00",
        &m.third,
        m.invoice,
    );
    accepted(stage, &m.third, &again.unwrap().offered);
    assert_eq!(m.free_of_invoice(), 0);
    let void = asked(stage, &m.paper, Asked::Void);
    for who in [&m.first, &m.second] {
        crate::agreements::sign(stage, who, void).unwrap();
    }
    assert_eq!(m.free_of_invoice(), 0, "the other paper still pays it");
    verified(stage);
}
