//! Pledges: asked, granted by a deed, signed, let go; what a pledged fragment can't do meanwhile, and
//! what becomes of it at maturity.

use ledger_app::ask_pledge;
use ledger_app::ask_pledge::AskPledge;
use ledger_app::error::AppError;
use ledger_app::grant_pledge;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::notice::Notice;
use ledger_app::notice_pledges::PledgeStep;
use ledger_app::pledge_fragment;
use ledger_app::pledge_fragment::Entered;
use ledger_app::pledges_view;
use ledger_app::portfolio;
use ledger_app::provider_inbox;
use ledger_app::release_pledge;
use ledger_app::settle_paper;
use ledger_app::trace_fragment;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PledgeId;
use ledger_core::pledge::PledgeDeed;
use ledger_core::recourse::Recourse;
use ledger_store::users::Role;

use crate::finance_stage::ask;
use crate::finance_stage::fragment;
use crate::finance_stage::in_hours;
use crate::finance_stage::letters;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;

fn wanted(fragment: &str, amount: &str, pledgee: &Actor) -> AskPledge {
    AskPledge {
        fragment: fragment.to_owned(),
        amount: Stage::yuan(amount),
        pledgee: pledgee.party(),
        secured: Stage::yuan("500.00"),
        loan: " 流贷 2026-117 ".to_owned(),
    }
}

fn asked(stage: &Stage, holder: &Actor, command: &AskPledge) -> PledgeId {
    let asked = ask_pledge::run(&stage.app, &holder.who, command, None).unwrap();
    PledgeId::parse(&asked.pledge).unwrap()
}

fn granted(stage: &Stage, bank: &Actor, pledge: PledgeId) -> Result<(), AppError> {
    let until = in_hours(stage, 24);
    let deed = grant_pledge::prepare(&stage.app, &bank.who, pledge, until)?;
    let (app, who) = (&stage.app, &bank.who);
    grant_pledge::submit(app, who, pledge, &deed.body, &bank.signing(), None).map(|_| ())
}

fn signed(stage: &Stage, holder: &Actor, pledge: PledgeId) -> Result<Entered, AppError> {
    pledge_fragment::run(&stage.app, &holder.who, &holder.signing(), pledge, None)
}

fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> &'static str {
    result.unwrap_err().code()
}

fn standing(stage: &Stage, who: &Actor, pledge: PledgeId) -> &'static str {
    let (seen, _) = pledges_view::one(&stage.app, &who.who, pledge).unwrap();
    seen.standing.word()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn a_pledge_takes_two_signatures_and_stays_put_until_its_pledgee_lets_go() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
    let other = stage.bank("海港保理");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let pledge = asked(&stage, &supplier, &wanted(&paper.fragment, "600.00", &bank));
    assert_eq!(letters(&stage, &bank), ["pledge"]);
    assert_eq!(standing(&stage, &supplier, pledge), "asked");
    // The pledgee sees the way of the fragment; nobody else sees that there is a pledge.
    let (seen, path) = pledges_view::one(&stage.app, &bank.who, pledge).unwrap();
    assert_eq!(seen.pledged.pledge.loan, "流贷 2026-117");
    assert_eq!(path.last().unwrap().holder.as_deref(), Some("溪谷五金"));
    assert!(path.iter().all(|step| step.proved));
    assert_eq!(
        code(pledges_view::one(&stage.app, &other.who, pledge)),
        "not_found"
    );
    assert_eq!(code(granted(&stage, &other, pledge)), "not_found");
    assert_eq!(code(granted(&stage, &supplier, pledge)), "forbidden");
    assert_eq!(code(signed(&stage, &supplier, pledge)), "pledge_not_open");

    granted(&stage, &bank, pledge).unwrap();
    assert_eq!(letters(&stage, &supplier).last(), Some(&"pledge"));
    let done = signed(&stage, &supplier, pledge).unwrap();
    let held = fragment(&stage, &done.fragment);
    assert_eq!(held.holder, supplier.party());
    assert_eq!(
        held.state,
        FragmentState::Pledged {
            pledgee: bank.party()
        }
    );
    assert_eq!(held.range.amount(), Stage::yuan("600.00"));
    let rest = done.rest.unwrap();
    assert_eq!(fragment(&stage, &rest).state, FragmentState::Held);
    assert_eq!(letters(&stage, &bank), ["pledge", "pledge"]);

    // Pledged, it can't be passed on, sold, or pledged again; the rest can.
    let buyer = stage.supplier("南山铸造");
    let on = |id: &str| OfferTransfer {
        fragment: id.to_owned(),
        amount: Stage::yuan("100.00"),
        to: buyer.party(),
        recourse: Recourse::Without,
        documents: vec![stage.invoice(&buyer, &supplier, Stage::yuan("100.00"))],
    };
    let pass = |id: &str| {
        let command = on(id);
        transfer_fragment::offer(
            &stage.app,
            &supplier.who,
            &supplier.signing(),
            &command,
            None,
        )
    };
    assert_eq!(code(pass(&done.fragment)), "fragment_not_free");
    let amount = Stage::yuan("100.00");
    let sale = ask(&stage, &supplier, &done.fragment, amount, &[&other]);
    assert_eq!(code(sale), "fragment_not_free");
    let again = wanted(&done.fragment, "600.00", &other);
    assert_eq!(
        code(ask_pledge::run(&stage.app, &supplier.who, &again, None)),
        "fragment_not_free"
    );
    pass(&rest).unwrap();

    // Only the pledgee lets go.
    let release = |who: &Actor| {
        let (app, signing) = (&stage.app, who.signing());
        release_pledge::run(app, &who.who, &signing, &done.fragment, None)
    };
    assert_eq!(code(release(&other)), "not_found");
    assert_eq!(code(release(&supplier)), "forbidden");
    let free = release(&bank).unwrap();
    assert_eq!(fragment(&stage, &free.fragment).state, FragmentState::Held);
    assert_eq!(code(release(&bank)), "fragment_spent");
    assert_eq!(standing(&stage, &bank, pledge), "released");
    assert_eq!(letters(&stage, &supplier).last(), Some(&"pledge"));
    pass(&free.fragment).unwrap();
    let history = trace_fragment::run(&stage.app, &supplier.who, &done.fragment).unwrap();
    let acts: Vec<&str> = history.history.iter().map(|line| line.act).collect();
    assert!(acts.contains(&"pledge") && acts.contains(&"pledge_release"));
}

#[test]
fn another_bank_learns_no_terms_of_a_pledge_that_is_over() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
    let other = stage.bank("海港保理");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let pledge = asked(
        &stage,
        &supplier,
        &wanted(&paper.fragment, "1000.00", &bank),
    );
    granted(&stage, &bank, pledge).unwrap();
    let done = signed(&stage, &supplier, pledge).unwrap();
    let (app, signing) = (&stage.app, bank.signing());
    let free = release_pledge::run(app, &bank.who, &signing, &done.fragment, None).unwrap();
    let face = Stage::yuan("1000.00");
    let request = ask(&stage, &supplier, &free.fragment, face, &[&bank, &other]).unwrap();
    for (who, told) in [(&bank, true), (&other, false)] {
        let seen = provider_inbox::provenance(app, &who.who, request).unwrap();
        let mut deeds = seen.steps.iter().filter(|step| step.kind == "pledge");
        assert_eq!(deeds.next().unwrap().proof.is_some(), told);
        let rest = seen.steps.iter().filter(|step| step.kind != "pledge");
        assert!(rest.map(|step| &step.proof).all(Option::is_some));
    }
}

#[test]
fn a_deed_says_what_was_asked_and_is_signed_by_who_was_asked() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let pledge = asked(
        &stage,
        &supplier,
        &wanted(&paper.fragment, "1000.00", &bank),
    );
    let until = in_hours(&stage, 24);
    let app = &stage.app;
    let deed = grant_pledge::prepare(app, &bank.who, pledge, until).unwrap();
    let submit = |body: &[u8], signer: &Actor| {
        grant_pledge::submit(app, &bank.who, pledge, body, &signer.signing(), None)
    };
    let read = PledgeDeed::from_bytes(&deed.body).unwrap();
    for changed in [
        PledgeDeed {
            secured: Stage::yuan("500.01"),
            ..read.clone()
        },
        PledgeDeed {
            loan: "another".to_owned(),
            ..read.clone()
        },
    ] {
        assert_eq!(
            code(submit(&changed.to_bytes(), &bank)),
            "deed_does_not_fit"
        );
    }
    assert_eq!(code(submit(b"no deed", &bank)), "deed_unreadable");
    assert_eq!(code(submit(&deed.body, &supplier)), "wrong_signer");
    let late = grant_pledge::prepare(app, &bank.who, pledge, in_hours(&stage, -1));
    assert_eq!(code(late), "expiry_not_possible");
    submit(&deed.body, &bank).unwrap();
    // Whoever only prepares at the bank signs nothing.
    let maker = stage.person(bank.party(), "陈静", Role::Maker);
    assert_eq!(code(granted(&stage, &maker, pledge)), "forbidden");
    pledges_view::one(app, &maker.who, pledge).unwrap();
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn what_ends_before_both_have_signed_binds_nobody() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
    let app = &stage.app;
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let command = wanted(&paper.fragment, "1000.00", &bank);
    let first = asked(&stage, &supplier, &command);
    assert_eq!(
        code(ask_pledge::run(app, &supplier.who, &command, None)),
        "pledge_asked_already"
    );
    assert_eq!(
        code(ask_pledge::withdraw(app, &bank.who, first)),
        "not_found"
    );
    granted(&stage, &bank, first).unwrap();
    ask_pledge::withdraw(app, &supplier.who, first).unwrap();
    ask_pledge::withdraw(app, &supplier.who, first).unwrap();
    assert_eq!(code(signed(&stage, &supplier, first)), "pledge_not_open");

    let second = asked(&stage, &supplier, &command);
    grant_pledge::decline(app, &bank.who, second).unwrap();
    grant_pledge::decline(app, &bank.who, second).unwrap();
    assert_eq!(code(granted(&stage, &bank, second)), "pledge_not_open");
    assert_eq!(letters(&stage, &supplier), ["pledge", "pledge"]);

    // Used otherwise meanwhile, the deed is about nothing any more.
    let third = asked(&stage, &supplier, &command);
    granted(&stage, &bank, third).unwrap();
    let buyer = stage.supplier("南山铸造");
    crate::settlement_stage::pass_on(&stage, &supplier, &paper.fragment, "300.00", &buyer);
    assert_eq!(code(signed(&stage, &supplier, third)), "fragment_spent");
    assert_eq!(code(granted(&stage, &bank, third)), "fragment_spent");
    assert_eq!(standing(&stage, &bank, third), "void");

    for (changed, code_of) in [
        (
            wanted(&paper.fragment, "1000.00", &supplier),
            "fragment_spent",
        ),
        (wanted("nonsense", "1.00", &bank), "not_found"),
    ] {
        assert_eq!(
            code(ask_pledge::run(app, &supplier.who, &changed, None)),
            code_of
        );
    }
    let fresh = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let base = wanted(&fresh.fragment, "1000.00", &bank);
    for (changed, code_of) in [
        (
            AskPledge {
                pledgee: buyer.party(),
                ..base.clone()
            },
            "provider_not_active",
        ),
        (
            AskPledge {
                loan: " \n".to_owned(),
                ..base.clone()
            },
            "reference_not_possible",
        ),
        (
            AskPledge {
                secured: Stage::yuan("0.00"),
                ..base.clone()
            },
            "secured_missing",
        ),
        (
            AskPledge {
                amount: Stage::yuan("1000.01"),
                ..base.clone()
            },
            "more_than_held",
        ),
    ] {
        assert_eq!(
            code(ask_pledge::run(app, &supplier.who, &changed, None)),
            code_of
        );
    }
    assert_eq!(
        code(ask_pledge::run(app, &buyer.who, &base, None)),
        "not_found"
    );
}

#[test]
fn the_same_key_pledges_once() {
    let stage = Stage::new();
    let (supplier, bank) = (stage.supplier("溪谷五金"), stage.bank("江口银行"));
    let app = &stage.app;
    let paper = stage.issued_paper(&supplier, Stage::yuan("1000.00"), MATURITY);
    let command = wanted(&paper.fragment, "1000.00", &bank);
    let key = |who: &Actor, of: &str| IdempotencyKey::new(&who.who, of, &[b"one"]).unwrap();
    let ask = || ask_pledge::run(app, &supplier.who, &command, Some(key(&supplier, "a"))).unwrap();
    assert_eq!(ask(), ask());
    let pledge = PledgeId::parse(&ask().pledge).unwrap();
    let until = in_hours(&stage, 24);
    let body = grant_pledge::prepare(app, &bank.who, pledge, until)
        .unwrap()
        .body;
    let grant = || {
        let key = Some(key(&bank, "b"));
        grant_pledge::submit(app, &bank.who, pledge, &body, &bank.signing(), key).unwrap()
    };
    assert_eq!(grant(), grant());
    let sign = || {
        let key = Some(key(&supplier, "c"));
        pledge_fragment::run(app, &supplier.who, &supplier.signing(), pledge, key).unwrap()
    };
    let done = sign();
    assert_eq!(done, sign());
    let release = || {
        let key = Some(key(&bank, "d"));
        release_pledge::run(app, &bank.who, &bank.signing(), &done.fragment, key).unwrap()
    };
    assert_eq!(release(), release());
    assert_eq!(letters(&stage, &bank).len(), 2);
}

#[test]
fn at_maturity_a_pledged_fragment_is_paid_to_its_holder_and_its_pledgee_is_told() {
    let due = Due::new(1);
    let (stage, holder) = (&due.stage, &due.payee);
    let bank = stage.bank("江口银行");
    let held = portfolio::run(&stage.app, &holder.who, None, 10).unwrap();
    let mine = &held.holdings[0].fragment;
    let pledge = asked(stage, holder, &wanted(mine, "700.00", &bank));
    granted(stage, &bank, pledge).unwrap();
    signed(stage, holder, pledge).unwrap();
    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 1);
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 1);
    assert_eq!(due.present(), 1);
    assert_eq!(settle_paper::instruct(&stage.app).unwrap(), 2);
    let credits = due.credits(&due.papers[0]);
    let to_holder = credits.iter().find(|one| one.creditor == holder.party());
    assert_eq!(to_holder.unwrap().amount, Stage::yuan("700.00"));
    assert!(credits.iter().all(|one| one.creditor != bank.party()));
    due.booked(&due.papers[0]);
    assert_eq!(due.close(), 1);
    assert_eq!(standing(stage, &bank, pledge), "paid");
    let last = due.letters(&bank).pop().unwrap();
    let Notice::Pledge(told) = last else {
        panic!("{last:?}")
    };
    assert_eq!(told.step, PledgeStep::Paid);
    assert_eq!(told.amount, "CNY 700.00");
}
