//! Writing off: only what nobody is left to pay, only by who holds it, and without touching a cent of
//! what comes later.

use ledger_app::answer_recourse;
use ledger_app::claim_recourse;
use ledger_app::conclude_recourse;
use ledger_app::error::AppError;
use ledger_app::outstanding;
use ledger_app::outstanding::Listed;
use ledger_app::portfolio;
use ledger_app::portfolio::HoldingState;
use ledger_app::present_paper::Accepted;
use ledger_app::record_payment;
use ledger_app::recourse_view;
use ledger_app::settle_paper;
use ledger_app::signing::Signing;
use ledger_app::trace_fragment;
use ledger_app::trace_paper;
use ledger_app::write_off_fragment;
use ledger_app::write_off_fragment::Said;
use ledger_app::write_off_fragment::WrittenOff;
use ledger_app::write_off_view;
use ledger_app::write_off_view::Standing;
use ledger_app::write_off_view::WriteOffs;
use ledger_core::fragment::FragmentState;
use ledger_core::paper::PaperState;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::users::Role;

use crate::arrears::after;
use crate::events_stage::code;
use crate::events_stage::held;
use crate::events_stage::letters_to;
use crate::events_stage::pledge;
use crate::events_stage::verified;
use crate::settlement_stage::Due;
use crate::settlement_stage::booking;
use crate::settlement_stage::pass_on_with;
use crate::settlement_stage::statement;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::stage::keyless;

/// 1,000.00: the payee keeps 400.00, the second has 400.00 from it without recourse, the third 200.00
/// from the second with recourse up to 100.00.
struct Lost {
    due: Due,
    third: Actor,
    bank: Actor,
}

fn said() -> Said {
    Said {
        reason: "破产程序终结,无可供执行财产".to_owned(),
        evidence: "(2027)京01破15号之三".to_owned(),
    }
}

/// Before the due date; the last 100.00 of the payee's part may be pledged.
fn passed(pledged: bool) -> Lost {
    let stage = Stage::new();
    let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    let (third, bank) = (stage.supplier("三级供应商"), stage.bank("资金方"));
    let paper = stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY);
    let whole = (paper.fragment.as_str(), "600.00");
    let of_second = pass_on_with(&stage, &payee, whole, &second, Recourse::Without);
    let limit = Recourse::Limited(Stage::yuan("100.00"));
    pass_on_with(&stage, &second, (&of_second, "200.00"), &third, limit);
    if pledged {
        let own = stage.app.public_ids.show(held(&stage, &payee)[0].no);
        pledge(&stage, &payee, &own, "100.00", &bank);
    }
    let due = Due {
        stage,
        payee,
        second,
        papers: vec![paper],
    };
    Lost { due, third, bank }
}

/// On the due date 400.00 came, and no more.
fn lost() -> Lost {
    passed(false).defaulted()
}

impl Lost {
    fn defaulted(self) -> Lost {
        let due = &self.due;
        due.stage.advance(MATURITY);
        settle_paper::plan(&due.stage.app).unwrap();
        settle_paper::lock_due(&due.stage.app).unwrap();
        due.answered(Accepted::Part(Stage::yuan("400.00")));
        assert_eq!(due.paid_out(), 1);
        assert_eq!(due.day(after(1)), 1, "the default is recorded");
        due.answered(Accepted::Nothing);
        self
    }

    /// Public ids of what somebody holds, by range.
    fn fragments(&self, who: &Actor) -> Vec<String> {
        let stage = &self.due.stage;
        let mut all = held(stage, who);
        all.sort_by_key(|one| one.range.lo());
        let show = |no| stage.app.public_ids.show(no);
        all.into_iter().map(|one| show(one.no)).collect()
    }

    fn writes_off(&self, who: &Actor, fragment: &str) -> Result<WrittenOff, AppError> {
        let app = &self.due.stage.app;
        write_off_fragment::run(app, &who.who, &who.signing(), fragment, &said(), None)
    }

    fn seen(&self, who: &Actor) -> WriteOffs {
        write_off_view::list(&self.due.stage.app, &who.who).unwrap()
    }

    /// Written off, recovered, owed: minor units, newest first.
    fn sums(&self, who: &Actor) -> Vec<[i64; 3]> {
        let list = self.seen(who).list.into_iter();
        list.map(|one| {
            let written = one.write_off.amount;
            [written, one.recovered, one.owed].map(ledger_core::amount::Amount::minor)
        })
        .collect()
    }

    fn possible(&self, who: &Actor) -> Vec<i64> {
        let possible = self.seen(who).possible.into_iter();
        possible.map(|one| one.owed.minor()).collect()
    }

    /// The third claims what the limit gives; the claim's id.
    fn claims(&self) -> String {
        let app = &self.due.stage.app;
        let third = &self.third;
        let right = recourse_view::list(app, &third.who)
            .unwrap()
            .rights
            .remove(0);
        let of = &right.fragment;
        let to_sign = claim_recourse::prepare(app, &third.who, of).unwrap();
        let signing = third.signing();
        let made = claim_recourse::submit(app, &third.who, of, &to_sign.body, &signing, None);
        made.unwrap().claim
    }

    fn takes_up(&self, claim: &str) {
        let (app, second) = (&self.due.stage.app, &self.due.second);
        let id = claim.parse().unwrap();
        answer_recourse::run(app, &second.who, &second.signing(), id, None).unwrap();
    }

    /// The bank pays what it was asked by recourse.
    fn paid(&self) {
        let (app, paper) = (&self.due.stage.app, self.due.papers[0].paper);
        let mut all = app
            .store
            .read(|tx| tx.instructions_of_paper(paper))
            .unwrap();
        all.retain(|one| {
            one.kind == InstructionKind::RecoursePayment && one.state != InstructionState::Settled
        });
        let name = all[0].end_to_end_id.clone();
        let bookings = all.iter().map(booking).collect();
        record_payment::note_statement(app, &statement(&name, bookings)).unwrap();
        assert_eq!(conclude_recourse::run_due(app).unwrap(), 1);
        self.due.caught_up();
    }

    /// All that the others can look at.
    fn others_see(&self) -> Vec<String> {
        let app = &self.due.stage.app;
        let (payee, second) = (&self.due.payee, &self.due.second);
        let maker = &self.due.stage.obligor.maker.who;
        let number = &self.due.papers[0].number;
        let mut seen = vec![
            format!(
                "{:?}",
                outstanding::view(app, maker, Listed::Open, None, 50).unwrap()
            ),
            format!("{:?}", trace_paper::run(app, maker, number).unwrap()),
        ];
        for who in [payee, second, &self.bank] {
            seen.push(format!(
                "{:?}",
                portfolio::run(app, &who.who, None, 50).ok()
            ));
            seen.push(format!("{:?}", self.seen(who)));
            for own in self.fragments(who) {
                seen.push(format!("{:?}", trace_fragment::run(app, &who.who, &own)));
            }
        }
        seen
    }
}

#[test]
fn recourse_comes_first_then_the_write_off_and_later_cash_is_shared_as_before() {
    let lost = lost();
    let Lost { due, third, .. } = &lost;
    let (payee, second) = (&due.payee, &due.second);
    let own = lost.fragments(third).remove(0);
    assert_eq!(code(lost.writes_off(third, &own)), "recourse_open");
    assert!(lost.possible(third).is_empty());
    let claim = lost.claims();
    assert_eq!(code(lost.writes_off(third, &own)), "claim_open");
    lost.takes_up(&claim);
    let [waits, rest] = lost.fragments(third).try_into().unwrap();
    assert_eq!(code(lost.writes_off(third, &waits)), "payout_open");
    assert_eq!(code(lost.writes_off(third, &rest)), "payout_open");
    assert_eq!(code(lost.writes_off(third, &own)), "fragment_spent");
    lost.paid();

    // The limit is used up: 20.00 are owed to it that nobody before it pays.
    assert_eq!(lost.possible(third), [2_000]);
    let gone = lost.writes_off(third, &rest).unwrap();
    assert_eq!(gone.amount, 2_000);
    assert_eq!(
        code(lost.writes_off(third, &gone.fragment)),
        "already_written_off"
    );
    assert_eq!(code(lost.writes_off(third, &rest)), "fragment_spent");
    let app = &due.stage.app;
    let claim = claim_recourse::prepare(app, &third.who, &gone.fragment);
    assert_eq!(code(claim), "already_written_off");
    for who in [payee, second] {
        for fragment in lost.fragments(who) {
            lost.writes_off(who, &fragment).unwrap();
        }
    }
    assert_eq!(lost.sums(payee), [[24_000, 0, 24_000]]);
    let of_second: i64 = lost.sums(second).iter().map(|sums| sums[0]).sum();
    assert_eq!(of_second, 34_000);

    // Half of what is owed comes after all: shared by what is owed, as if nothing had been said.
    due.day(after(2));
    due.answered(Accepted::Part(Stage::yuan("300.00")));
    assert_eq!(due.paid_out(), 1);
    for (who, cents) in [(payee, 28_000), (second, 33_000), (third, 9_000)] {
        assert_eq!(due.credited(who), cents);
    }
    assert_eq!(lost.sums(payee), [[24_000, 12_000, 12_000]]);
    assert_eq!(lost.sums(third), [[2_000, 1_000, 1_000]]);
    let totals = lost.seen(second).totals;
    assert_eq!(totals.written_off.words(), "CNY 340.00");
    assert_eq!(totals.recovered.words(), "CNY 170.00");
    assert_eq!(totals.owed.words(), "CNY 170.00");
    due.day(after(3));
    due.answered(Accepted::All);
    assert_eq!(due.paid_out(), 1);
    assert_eq!(due.record(0).paper.state, PaperState::Settled);
    assert_eq!(lost.sums(third), [[2_000, 2_000, 0]]);
    // It is on record for good.
    assert_eq!(lost.seen(third).list[0].write_off.evidence, said().evidence);
    verified(&due.stage);
}

#[test]
fn the_holder_alone_and_under_its_own_key() {
    let lost = lost();
    let Lost { due, third, bank } = &lost;
    let (app, payee) = (&due.stage.app, &due.payee);
    let own = lost.fragments(payee).remove(0);
    for who in [&due.second, third, bank] {
        assert_eq!(code(lost.writes_off(who, &own)), "not_found");
        let seen = write_off_view::of_fragment(app, &who.who, &own);
        assert_eq!(code(seen), "not_found");
    }
    let stage = &due.stage;
    let operator = keyless(stage, stage.operator.party, "赵敏", Role::Operator);
    for who in [&stage.obligor.maker, &stage.obligor.checker, &operator] {
        assert_eq!(code(lost.writes_off(who, &own)), "forbidden");
        assert_eq!(code(write_off_view::list(app, &who.who)), "forbidden");
    }
    let by_key_of = |other: &Actor| {
        let signing: Signing<'_> = other.signing();
        code(write_off_fragment::run(
            app,
            &payee.who,
            &signing,
            &own,
            &said(),
            None,
        ))
    };
    assert_eq!(by_key_of(&due.second), "wrong_signer");
    assert_eq!(by_key_of(bank), "wrong_signer");
    assert_eq!(lost.possible(payee), [24_000], "nothing has happened");
    verified(stage);
}

#[test]
fn only_in_default_and_only_what_is_free() {
    let lost = passed(true);
    let early = lost.fragments(&lost.due.second).remove(0);
    let code_of = |lost: &Lost, who: &Actor, of: &str| code(lost.writes_off(who, of));
    assert_eq!(code_of(&lost, &lost.due.second, &early), "not_in_default");
    let lost = lost.defaulted();
    let payee = &lost.due.payee;
    let mut all = held(&lost.due.stage, payee);
    all.retain(|one| matches!(one.state, FragmentState::Pledged { .. }));
    let pledged = lost.due.stage.app.public_ids.show(all[0].no);
    assert_eq!(code_of(&lost, payee, &pledged), "fragment_not_free");
    assert_eq!(lost.possible(payee), [18_000], "the rest of it");
    verified(&lost.due.stage);
}

#[test]
fn only_with_a_reason_and_evidence_that_are_signed() {
    let lost = lost();
    let (app, payee) = (&lost.due.stage.app, &lost.due.payee);
    let own = lost.fragments(payee).remove(0);
    let says = |signing: &Signing<'_>, reason: &str, evidence: &str| {
        let said = Said {
            reason: reason.to_owned(),
            evidence: evidence.to_owned(),
        };
        write_off_fragment::run(app, &payee.who, signing, &own, &said, None)
    };
    let signing = payee.signing();
    for (reason, evidence, expected) in [
        (" ", "x", "write_off_reason_missing"),
        (&"长".repeat(501)[..], "x", "write_off_reason_too_long"),
        ("lost", " ", "no_write_off_evidence"),
        ("lost", "two\nlines", "write_off_evidence_not_possible"),
    ] {
        assert_eq!(code(says(&signing, reason, evidence)), expected);
    }
    // A signature made elsewhere is over the very words.
    let to_sign = write_off_fragment::prepare(app, &payee.who, &own, &said()).unwrap();
    let signature = signing.sign(Seat::Holder, &to_sign.body);
    let brought = Signing::Brought {
        key: signature.key,
        bytes: signature.bytes,
    };
    let Said { reason, evidence } = said();
    assert_eq!(code(says(&brought, "另一理由", &evidence)), "bad_signature");
    says(&brought, &reason, &evidence).unwrap();
    verified(&lost.due.stage);
}

#[test]
fn nobody_else_sees_it_or_is_told() {
    let lost = lost();
    let Lost { due, third, .. } = &lost;
    lost.takes_up(&lost.claims());
    lost.paid();
    let before = lost.others_see();
    let told = |who: &Actor| letters_to(&due.stage, who).len();
    let letters = [
        &due.payee,
        &due.second,
        &lost.bank,
        &due.stage.obligor.maker,
    ]
    .map(told);
    let rest = lost.fragments(third).remove(0);
    let gone = lost.writes_off(third, &rest).unwrap();
    due.caught_up();
    assert_eq!(lost.others_see(), before);
    let now = [
        &due.payee,
        &due.second,
        &lost.bank,
        &due.stage.obligor.maker,
    ]
    .map(told);
    assert_eq!(now, letters);
    // Nor does the obligor, of the part that its own payee holds.
    let own = lost.fragments(&due.payee).remove(0);
    lost.writes_off(&due.payee, &own).unwrap();
    due.caught_up();
    assert_eq!(lost.others_see()[..2], before[..2]);

    // The holder sees it where it looks at what it holds, with the act in its history.
    let app = &due.stage.app;
    let page = portfolio::run(app, &third.who, None, 50).unwrap();
    assert_eq!(page.holdings[0].state, HoldingState::WrittenOff);
    let trace = trace_fragment::run(app, &third.who, &gone.fragment).unwrap();
    assert!(trace.history.iter().any(|line| line.act == "write_off"));
    let standing = write_off_view::of_fragment(app, &third.who, &gone.fragment).unwrap();
    let Some(Standing::Done(done)) = standing else {
        panic!("{standing:?}");
    };
    assert_eq!((done.recovered.minor(), done.owed.minor()), (0, 2_000));
    let of_others = write_off_view::of_fragment(app, &due.second.who, &gone.fragment);
    assert_eq!(code(of_others), "not_found");
}
