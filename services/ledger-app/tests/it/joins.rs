//! Pieces of one paper become one fragment again: by who holds them, all of them or none, and without a
//! cent's difference for anybody.

use std::sync::Barrier;

use ledger_app::error::AppError;
use ledger_app::finance_providers;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::join_fragments;
use ledger_app::join_fragments::Joined;
use ledger_app::own_default_risk;
use ledger_app::portfolio;
use ledger_app::settle_paper;
use ledger_app::signing::Signing;
use ledger_app::simulate_default;
use ledger_app::simulate_default::AssumedDefault;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::Outcome;
use ledger_app::transfer_fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_store::finance::RequestState;

use crate::events_stage::code;
use crate::events_stage::held;
use crate::events_stage::offer_on;
use crate::events_stage::pledge;
use crate::events_stage::release;
use crate::events_stage::verified;
use crate::finance_stage::ask;
use crate::settlement_stage::Due;
use crate::settlement_stage::pass_on;
use crate::settlement_stage::pass_on_with;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// Offers the front of a fragment to somebody and takes the offer back: two pieces.
fn cut(stage: &Stage, who: &Actor, fragment: &str, amount: &str, to: &Actor) {
    let invoice = stage.invoice(to, who, Stage::yuan(amount));
    let made = offer_on(stage, who, fragment, amount, to, invoice).unwrap();
    transfer_fragment::recall(&stage.app, &who.who, &who.signing(), &made.offered).unwrap();
}

/// Public ids of what somebody holds, in the order of the units.
fn pieces(stage: &Stage, who: &Actor) -> Vec<String> {
    let mut all = held(stage, who);
    all.sort_by_key(|one| (one.paper, one.range.lo()));
    let show = |no| stage.app.public_ids.show(no);
    all.into_iter().map(|one| show(one.no)).collect()
}

/// The same of one paper.
fn pieces_of(stage: &Stage, who: &Actor, paper: PaperId) -> Vec<String> {
    let mut own = held(stage, who);
    own.retain(|one| one.paper == paper);
    own.sort_by_key(|one| one.range.lo());
    let show = |no| stage.app.public_ids.show(no);
    own.into_iter().map(|one| show(one.no)).collect()
}

fn join(stage: &Stage, who: &Actor, ids: &[String]) -> Result<Joined, AppError> {
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    join_fragments::run(&stage.app, &who.who, &who.signing(), &ids, None)
}

fn beside(stage: &Stage, who: &Actor, fragment: &str) -> Vec<String> {
    let found = join_fragments::beside(&stage.app, &who.who, fragment).unwrap();
    found.pieces.into_iter().map(|one| one.fragment).collect()
}

/// A supplier whose paper of 1,200.00 is in four pieces of one acquisition, and another.
fn in_pieces() -> (Stage, Actor, Actor) {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    stage.issued_paper(&first, Stage::yuan("1200.00"), MATURITY);
    for amount in ["100.00", "200.00", "300.00"] {
        let last = pieces(&stage, &first).pop().unwrap();
        cut(&stage, &first, &last, amount, &second);
    }
    (stage, first, second)
}

/// What is live comes to the same before and after the projection has followed.
fn caught_up(stage: &Stage) {
    let mut hand = postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    let live = "SELECT string_agg(f::text, ';' ORDER BY f.paper, f.lo) FROM live_fragment_now f";
    let before: String = hand.query_one(live, &[]).unwrap().get(0);
    hand.batch_execute("SELECT advance_live_fragments(no) FROM book")
        .unwrap();
    let after: String = hand.query_one(live, &[]).unwrap().get(0);
    assert_eq!(before, after);
}

#[test]
fn what_offers_cut_apart_is_shown_and_joined_as_one() {
    let (stage, first, second) = in_pieces();
    let all = pieces(&stage, &first);
    assert_eq!(all.len(), 4);
    for one in &all {
        assert_eq!(beside(&stage, &first, one), all);
    }
    let listed = portfolio::run(&stage.app, &first.who, None, 50).unwrap();
    assert!(listed.holdings.iter().all(|one| one.joinable));
    let before = stage.book_size();
    let joined = join(&stage, &first, &all).unwrap();
    assert_eq!(joined.amount, Stage::yuan("1200.00").minor());
    assert_eq!(stage.book_size(), before + 3, "an entry for each neighbour");
    let whole = [joined.fragment.clone()];
    assert_eq!(pieces(&stage, &first), whole);
    caught_up(&stage);
    verified(&stage);
    // Each piece says what became of it, and is used up.
    for gone in &all {
        let seen = trace_fragment::run(&stage.app, &first.who, gone).unwrap();
        assert!(matches!(seen.outcome, Outcome::Became(_)), "{gone}");
        let invoice = stage.invoice(&second, &first, Stage::yuan("10.00"));
        let again = offer_on(&stage, &first, gone, "10.00", &second, invoice);
        assert_eq!(code(again), "fragment_spent");
    }
    assert_eq!(code(join(&stage, &first, &all)), "fragment_spent");
    assert_eq!(beside(&stage, &first, &joined.fragment), whole);
    let listed = portfolio::run(&stage.app, &first.who, None, 50).unwrap();
    assert!(!listed.holdings[0].joinable);
    pass_on(&stage, &first, &joined.fragment, "1200.00", &second);
    assert_eq!(pieces(&stage, &second).len(), 1);
    caught_up(&stage);
    verified(&stage);
}

#[test]
fn followed_or_not_the_projection_shows_the_same() {
    let (stage, first, second) = in_pieces();
    caught_up(&stage);
    let all = pieces(&stage, &first);
    // Joined, and cut again, before the projection follows.
    let joined = join(&stage, &first, &all[1..3]).unwrap();
    cut(&stage, &first, &joined.fragment, "250.00", &second);
    let spread = |stage: &Stage| {
        let app = &stage.app;
        let found = app.store.read(|tx| {
            let papers = tx.papers_by_ids(&[held(stage, &first)[0].paper])?;
            let face = ledger_core::range::Range::whole(papers[0].paper.face).unwrap();
            tx.tier_shares(papers[0].no, face)
        });
        found.unwrap()
    };
    let shares = spread(&stage);
    assert_eq!((shares.len(), shares[0].fragments), (1, 4));
    assert_eq!(shares[0].minor, Stage::yuan("1200.00").minor());
    caught_up(&stage);
    assert_eq!(spread(&stage), shares);
    let whole = join(&stage, &first, &pieces(&stage, &first)).unwrap();
    assert_eq!(pieces(&stage, &first), [whole.fragment]);
    caught_up(&stage);
    verified(&stage);
}

#[test]
fn all_of_it_or_nothing() {
    let (stage, first, second) = in_pieces();
    let bank = stage.bank("资金方");
    let all = pieces(&stage, &first);
    pledge(&stage, &first, &all[2], "300.00", &bank);
    let pieces_now = pieces(&stage, &first);
    let before = stage.book_size();
    assert_eq!(code(join(&stage, &first, &pieces_now)), "fragment_not_free");
    assert_eq!(
        code(join(&stage, &first, &[all[0].clone(), all[3].clone()])),
        "not_neighbours"
    );
    assert_eq!(
        code(join(&stage, &first, &[all[1].clone(), all[0].clone()])),
        "not_neighbours"
    );
    assert_eq!(code(join(&stage, &first, &all[..1])), "pieces_not_possible");
    let many = vec![all[0].clone(); join_fragments::MOST_PIECES + 1];
    assert_eq!(code(join(&stage, &first, &many)), "pieces_not_possible");
    assert_eq!(code(join(&stage, &second, &all[..2])), "not_found");
    assert_eq!(
        code(join_fragments::beside(&stage.app, &second.who, &all[0])),
        "not_found"
    );
    let obligor = &stage.obligor().maker;
    assert_eq!(code(join(&stage, obligor, &all[..2])), "forbidden");
    assert_eq!(stage.book_size(), before);
    // Only the free ones on this side of the pledge are shown; once it is released, all.
    assert_eq!(beside(&stage, &first, &all[0]), all[..2]);
    release(&stage, &bank, &pieces_now[2]).unwrap();
    let free = pieces(&stage, &first);
    assert_eq!(beside(&stage, &first, &free[0]), free);
    join(&stage, &first, &free).unwrap();
    verified(&stage);
}

#[test]
fn what_came_by_two_transfers_stays_two() {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    stage.issued_paper(&first, Stage::yuan("1000.00"), MATURITY);
    for recourse in [Recourse::With, Recourse::Without] {
        let rest = pieces(&stage, &first).pop().unwrap();
        pass_on_with(&stage, &first, (&rest, "300.00"), &second, recourse);
    }
    let two = pieces(&stage, &second);
    assert_eq!(beside(&stage, &second, &two[0]), [two[0].clone()]);
    let listed = portfolio::run(&stage.app, &second.who, None, 50).unwrap();
    assert!(listed.holdings.iter().all(|one| !one.joinable));
    // Three of which two fit: nothing of it happens.
    cut(&stage, &second, &two[1], "100.00", &first);
    let three = pieces(&stage, &second);
    let before = stage.book_size();
    assert_eq!(code(join(&stage, &second, &three)), "acquired_apart");
    let turned = [three[1].clone(), three[2].clone()];
    assert_eq!(stage.book_size(), before);
    join(&stage, &second, &turned).unwrap();
    assert_eq!(
        code(join(&stage, &second, &pieces(&stage, &second))),
        "acquired_apart"
    );
    verified(&stage);
}

/// A batch asks for the acquisitions of several holders at once: nobody's is taken from another's path.
#[test]
fn acquisitions_are_each_holders_own_however_many_are_asked_for() {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    stage.issued_paper(&first, Stage::yuan("1000.00"), MATURITY);
    for _twice in 0..2 {
        let rest = pieces(&stage, &first).pop().unwrap();
        pass_on(&stage, &first, &rest, "200.00", &second);
    }
    let rest = pieces(&stage, &first).pop().unwrap();
    cut(&stage, &first, &rest, "100.00", &second);
    let of = |who: &Actor| -> Vec<_> { held(&stage, who).iter().map(|one| one.no).collect() };
    let app = &stage.app;
    let (all_first, all_second) = (of(&first), of(&second));
    let both: Vec<_> = all_first.iter().chain(&all_second).copied().collect();
    let asked = |nos: &[_]| app.store.read(|tx| tx.acquisitions_of(nos)).unwrap();
    let together = asked(&both);
    for (no, by) in asked(&all_first).into_iter().chain(asked(&all_second)) {
        assert_eq!(together.get(&no), Some(&by));
    }
    let own: std::collections::HashSet<_> = all_second.iter().map(|no| together[no]).collect();
    assert_eq!(own.len(), 2, "two transfers, two acquisitions");
    assert_eq!(together[&all_first[0]], together[&all_first[1]]);
}

#[test]
fn under_a_key_of_ones_own_two_at_a_time_and_once() {
    let (stage, first, _second) = in_pieces();
    let all = pieces(&stage, &first);
    let app = &stage.app;
    let to_sign = join_fragments::prepare(app, &first.who, [&all[0], &all[1]]).unwrap();
    let signature = first.signer.sign(Seat::Holder, &to_sign.body);
    let brought = |bytes| Signing::Brought {
        key: signature.key,
        bytes,
    };
    let key = || Some(IdempotencyKey::new(&first.who, "j-1", &[b"pair"]).unwrap());
    let pair = [all[0].as_str(), &all[1]];
    let bent = join_fragments::run(app, &first.who, &brought([7; 64]), &pair, None);
    assert_eq!(code(bent), "bad_signature");
    let run = || join_fragments::run(app, &first.who, &brought(signature.bytes), &pair, key());
    let done = run().unwrap();
    assert_eq!(run().unwrap(), done, "answered as before");
    let three = [done.fragment.as_str(), &all[2], &all[3]];
    let more = join_fragments::run(app, &first.who, &brought(signature.bytes), &three, None);
    assert_eq!(code(more), "pieces_not_possible");
    verified(&stage);
}

/// Two hands reach for one piece: to join it, and to pass it on.
#[test]
fn a_piece_is_joined_or_passed_on_and_never_both() {
    let stage = Stage::new();
    let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
    for _round in 0..60 {
        let issued = stage.issued_paper(&first, Stage::yuan("100.00"), MATURITY);
        let paper = issued.paper;
        cut(&stage, &first, &issued.fragment, "40.00", &second);
        let two = pieces_of(&stage, &first, paper);
        let invoice = stage.invoice(&second, &first, Stage::yuan("60.00"));
        let gate = Barrier::new(2);
        let (joined, offered) = std::thread::scope(|scope| {
            let joining = scope.spawn(|| {
                gate.wait();
                join(&stage, &first, &two)
            });
            let offering = scope.spawn(|| {
                gate.wait();
                offer_on(&stage, &first, &two[1], "60.00", &second, invoice)
            });
            (joining.join().unwrap(), offering.join().unwrap())
        });
        match (joined, offered) {
            (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => {
                assert_eq!(lost.code(), "fragment_spent");
            }
            both => panic!("one of two must win: {both:?}"),
        }
    }
    caught_up(&stage);
    verified(&stage);
}

#[test]
fn a_request_for_money_on_a_piece_ends_with_it() {
    let (stage, first, _second) = in_pieces();
    let bank = stage.bank("资金方");
    let all = pieces(&stage, &first);
    assert_eq!(
        finance_providers::run(&stage.app, &first.who)
            .unwrap()
            .len(),
        1
    );
    // The neighbour, which the entry names beside the one that it spends.
    let asked = ask(&stage, &first, &all[1], Stage::yuan("50.00"), &[&bank]).unwrap();
    join(&stage, &first, &all[..2]).unwrap();
    let closed = stage
        .app
        .store
        .write(|tx| tx.finance_requests_close_spent())
        .unwrap();
    assert_eq!(closed.len(), 1);
    assert_eq!(
        (closed[0].id, closed[0].state),
        (asked, RequestState::Withdrawn)
    );
}

#[test]
fn what_was_joined_is_paid_at_maturity_to_the_cent() {
    let due = Due::new(2);
    let stage = &due.stage;
    let paper = due.papers[0].paper;
    let of_second = pieces_of(stage, &due.second, paper).remove(0);
    cut(stage, &due.second, &of_second, "99.99", &due.payee);
    let two = pieces_of(stage, &due.second, paper);
    let simulated = || {
        let assumed = AssumedDefault {
            obligor: stage.obligor().maker.party(),
            day: MATURITY,
            recovery: rust_decimal::Decimal::ZERO,
        };
        let found = simulate_default::run(&stage.app, &stage.operator, assumed).unwrap();
        let own = own_default_risk::run(&stage.app, &due.second.who, assumed.obligor, None);
        format!("{found:?} {:?}", own.unwrap())
    };
    let before = simulated();
    join(stage, &due.second, &two).unwrap();
    assert_eq!(
        simulated(),
        before,
        "nobody is hit by more or less, and may turn to whom it could"
    );
    stage.advance(MATURITY);
    assert_eq!(settle_paper::plan(&stage.app).unwrap(), 2);
    assert_eq!(settle_paper::lock_due(&stage.app).unwrap(), 2);
    assert_eq!(due.present(), 2);
    assert_eq!(settle_paper::instruct(&stage.app).unwrap(), 4);
    for paper in &due.papers {
        due.booked(paper);
        let mut paid: Vec<i64> = due
            .credits(paper)
            .iter()
            .map(|one| one.amount.minor())
            .collect();
        paid.sort_unstable();
        assert_eq!(paid, [30_000, 70_000]);
    }
    assert_eq!(due.close(), 2);
    verified(stage);
    assert!(
        held(stage, &due.second)
            .iter()
            .all(|one| one.state == FragmentState::Held)
    );
}
