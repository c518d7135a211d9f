//! A provider's limits: set by two people, reserved at the signature, used when the fragment moves,
//! given back when the purchase fails or the paper is paid; and nobody else sees any of it.

use chrono::Days;
use ledger_app::close_settlement;
use ledger_app::complete_discount;
use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::error::AppError;
use ledger_app::limit_book;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::limit_use;
use ledger_app::party_groups;
use ledger_app::propose_limit;
use ledger_app::report_payout;
use ledger_core::id::QuoteId;
use ledger_core::range::Range;
use ledger_store::limits::LimitKind;
use ledger_store::quotes::QuoteState;
use uuid::Uuid;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::rejected;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::limits_stage::House;
use crate::limits_stage::assert_exact;
use crate::limits_stage::figures;
use crate::limits_stage::minor;
use crate::limits_stage::obligor;
use crate::limits_stage::propose;
use crate::limits_stage::put_in_force;
use crate::limits_stage::set;
use crate::limits_stage::shown;
use crate::limits_stage::wanted;
use crate::settlement_stage::Due;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A quote on a paper of its own.
fn offered(stage: &Stage, supplier: &Actor, bank: &Actor, yuan: &str) -> QuoteId {
    let paper = stage.issued_paper(supplier, Stage::yuan(yuan), MATURITY);
    let amount = Stage::yuan(yuan);
    let request = ask(stage, supplier, &paper.fragment, amount, &[bank]).unwrap();
    quote(stage, bank, request, &terms(stage, "2.85")).unwrap()
}

fn paid(stage: &Stage, bank: &Actor, quote: QuoteId) {
    crate::finance_stage::register(stage, bank, quote);
    report_payout::authorise(&stage.app, &bank.who, quote, None).unwrap();
    booked(stage, &instruction(stage, quote), OPENING);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().completed, 1);
}

fn code(error: &AppError) -> &'static str {
    error.code()
}

#[test]
fn a_limit_takes_two_people_and_counts_what_was_there_before() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    let before = offered(&stage, &supplier, &house.one, "1000.00");
    sign(&stage, &supplier, before).unwrap();

    let book = limit_book::run(&stage.app, &house.one.who).unwrap();
    assert!(book.limits.is_empty());
    assert_eq!(book.unlimited[0].reserved, minor("1000.00"));
    let id = propose(&stage, &house.one, &wanted(obligor(&stage), "5000.00"));
    assert_eq!(letters(&stage, &house.two).last(), Some(&"limit_proposed"));
    let own = decide_limit::run(&stage.app, &house.one.who, id, Verdict::Approve, "");
    assert_eq!(code(&own.unwrap_err()), "same_person");
    let other = House::new(&stage, "海港保理");
    let foreign = decide_limit::run(&stage.app, &other.two.who, id, Verdict::Approve, "");
    assert_eq!(code(&foreign.unwrap_err()), "not_found");
    assert!(
        limit_book::run(&stage.app, &house.one.who)
            .unwrap()
            .limits
            .is_empty()
    );

    decide_limit::run(&stage.app, &house.two.who, id, Verdict::Approve, "").unwrap();
    decide_limit::run(&stage.app, &house.two.who, id, Verdict::Approve, "").unwrap();
    let late = decide_limit::run(&stage.app, &house.two.who, id, Verdict::TurnDown, "");
    assert_eq!(code(&late.unwrap_err()), "limit_decided_before");
    assert_eq!(
        figures(&stage, &house.one, LimitKind::Obligor),
        (minor("5000.00"), 0, minor("1000.00"))
    );
    // Not even the database itself lets one person do both.
    let mut hand = postgres::Client::connect(&stage.database.url_app(), postgres::NoTls).unwrap();
    let alone = propose(&stage, &house.one, &wanted(obligor(&stage), "9000.00"));
    let alone = hand.execute(
        "INSERT INTO limit_decision SELECT id, id, true, maker, '', '2026-03-02', made_at \
         FROM limit_proposal WHERE id = $1",
        &[&alone],
    );
    assert!(alone.unwrap_err().to_string().contains("db error"));
    let direct = hand.execute("UPDATE exposure_limit SET amount = 1", &[]);
    assert!(direct.is_err(), "no other way to a limit");
    assert_exact(&stage);
}

#[test]
fn a_limit_exhausted_between_quote_and_signature_tells_the_holder_no_figure() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    set(&stage, &house, obligor(&stage), "1500.00");
    let first = offered(&stage, &supplier, &house.one, "1000.00");
    let second = offered(&stage, &supplier, &house.one, "600.00");
    sign(&stage, &supplier, first).unwrap();
    let before = stage.book_size();
    let error = sign(&stage, &supplier, second).unwrap_err();
    assert_eq!(code(&error), "limit_exhausted");
    assert!(!error.to_string().contains("500"), "{error}");
    assert_eq!(stage.book_size(), before);
    let row = stage.app.store.read(|tx| tx.quotes_by_ids(&[second]));
    assert_eq!(row.unwrap()[0].state, QuoteState::Offered);
    // The bank is told with the figures, once however often the holder tries.
    sign(&stage, &supplier, second).unwrap_err();
    let told = letters(&stage, &house.two);
    let told = told.iter().filter(|kind| **kind == "limit_exhausted");
    assert_eq!(told.count(), 1);
    let book = limit_book::run(&stage.app, &house.one.who).unwrap();
    assert_eq!(book.shortages.len(), 1);
    assert_eq!(book.shortages[0].shortage.asked, minor("600.00"));
    assert_eq!(book.shortages[0].shortage.room, minor("500.00"));

    set(&stage, &house, obligor(&stage), "1600.00");
    sign(&stage, &supplier, second).unwrap();
    assert_eq!(
        figures(&stage, &house.one, LimitKind::Obligor),
        (minor("1600.00"), 0, minor("1600.00"))
    );
    assert_exact(&stage);
}

#[test]
fn group_and_supplier_cap_bind_beside_the_obligors_limit() {
    let stage = Stage::new();
    let (capped, other) = (stage.supplier("溪谷五金"), stage.supplier("青山模具"));
    let house = House::new(&stage, "江口银行");
    let group = party_groups::enter(&stage.app, &stage.operator, "东风岭集团").unwrap();
    set(&stage, &house, obligor(&stage), "9000.00");
    set(&stage, &house, LimitSubject::Group(group), "2000.00");
    set(
        &stage,
        &house,
        LimitSubject::Supplier(capped.party()),
        "700.00",
    );

    let too_much = offered(&stage, &capped, &house.one, "701.00");
    assert_eq!(
        code(&sign(&stage, &capped, too_much).unwrap_err()),
        "limit_exhausted"
    );
    let fits = offered(&stage, &capped, &house.one, "700.00");
    sign(&stage, &capped, fits).unwrap();
    // The group covers nobody yet; once the obligor belongs to it, what is taken counts.
    assert_eq!(figures(&stage, &house.one, LimitKind::Group).2, 0);
    let party = stage.obligor().maker.party();
    party_groups::join(&stage.app, &stage.operator, group, party).unwrap();
    assert_eq!(
        figures(&stage, &house.one, LimitKind::Group).2,
        minor("700.00")
    );
    let past_group = offered(&stage, &other, &house.one, "1300.01");
    assert_eq!(
        code(&sign(&stage, &other, past_group).unwrap_err()),
        "limit_exhausted"
    );
    let to_the_cent = offered(&stage, &other, &house.one, "1300.00");
    sign(&stage, &other, to_the_cent).unwrap();
    assert_exact(&stage);
    let here = limit_book::position(&stage.app, &house.one.who, party).unwrap();
    assert_eq!(here[0].limit, Some(minor("9000.00")));
    assert_eq!(here[0].reserved, minor("2000.00"));
    assert_eq!(here[0].free, Some(0), "the group's limit is the narrower");
    party_groups::leave(&stage.app, &stage.operator, group, party).unwrap();
    assert_eq!(figures(&stage, &house.one, LimitKind::Group).2, 0);
    assert_exact(&stage);
}

#[test]
fn reserved_becomes_used_and_a_lapse_or_a_no_gives_it_back() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    set(&stage, &house, obligor(&stage), "1000.00");
    let figures = || figures(&stage, &house.one, LimitKind::Obligor);
    let full = minor("1000.00");

    let refused = offered(&stage, &supplier, &house.one, "1000.00");
    sign(&stage, &supplier, refused).unwrap();
    assert_eq!(figures(), (full, 0, full));
    crate::finance_stage::register(&stage, &house.one, refused);
    report_payout::authorise(&stage.app, &house.one.who, refused, None).unwrap();
    rejected(&stage, &instruction(&stage, refused));
    complete_discount::run_due(&stage.app).unwrap();
    assert_eq!(figures(), (full, 0, 0));

    let held = offered(&stage, &supplier, &house.one, "400.00");
    sign(&stage, &supplier, held).unwrap();
    paid(&stage, &house.one, held);
    assert_eq!(figures(), (full, minor("400.00"), 0));

    let lapses = offered(&stage, &supplier, &house.one, "600.00");
    sign(&stage, &supplier, lapses).unwrap();
    assert_eq!(figures(), (full, minor("400.00"), minor("600.00")));
    stage.advance(OPENING + Days::new(7));
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().released, 1);
    assert_eq!(figures(), (full, minor("400.00"), 0));
    assert_exact(&stage);
}

#[test]
fn a_paid_paper_gives_the_room_back() {
    let due = Due::new(3);
    let stage = &due.stage;
    let house = House::new(stage, "江口银行");
    set(stage, &house, obligor(stage), "5000.00");
    let amount = Stage::yuan("250.00");
    // What the payee holds of each paper, sold in part.
    for paper in &due.papers {
        let held = held_by(stage, &due.payee, paper.paper);
        let request = ask(stage, &due.payee, &held, amount, &[&house.one]).unwrap();
        let id = quote(stage, &house.one, request, &terms(stage, "2.85")).unwrap();
        sign(stage, &due.payee, id).unwrap();
        paid(stage, &house.one, id);
    }
    let figures = || figures(stage, &house.one, LimitKind::Obligor);
    assert_eq!(figures().1, minor("750.00"));
    stage.advance(MATURITY);
    ledger_app::settle_paper::plan(&stage.app).unwrap();
    ledger_app::settle_paper::lock_due(&stage.app).unwrap();
    due.present();
    ledger_app::settle_paper::instruct(&stage.app).unwrap();
    due.booked(&due.papers[0]);
    assert_eq!(close_settlement::run(&stage.app).unwrap(), 1);
    assert_eq!(figures().1, minor("500.00"));
    due.booked(&due.papers[1]);
    due.booked(&due.papers[2]);
    assert_eq!(close_settlement::run(&stage.app).unwrap(), 2);
    assert_eq!(figures(), (minor("5000.00"), 0, 0));
    assert_exact(stage);
}

/// Public id of the fragment of a paper that somebody holds.
fn held_by(stage: &Stage, holder: &Actor, paper: ledger_core::id::PaperId) -> String {
    let found = stage.app.store.read(|tx| {
        let no = tx.papers_by_ids(&[paper])?.remove(0).no;
        tx.fragments_of_papers(&[no])
    });
    let mine = found
        .unwrap()
        .into_iter()
        .find(|one| one.holder == holder.party() && !one.spent)
        .unwrap();
    stage.app.public_ids.show(mine.no)
}

#[test]
fn what_is_sold_on_leaves_the_seller_and_comes_back_with_a_reversal() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (seller, buyer) = (
        House::new(&stage, "江口银行"),
        House::new(&stage, "海港保理"),
    );
    set(&stage, &seller, obligor(&stage), "1000.00");
    set(&stage, &buyer, obligor(&stage), "1000.00");
    let first = offered(&stage, &supplier, &seller.one, "1000.00");
    sign(&stage, &supplier, first).unwrap();
    paid(&stage, &seller.one, first);
    // The middle of what was bought goes to another provider under a quote of its own.
    let onward = offered(&stage, &supplier, &buyer.one, "300.00");
    let found = stage
        .app
        .store
        .read(|tx| tx.quotes_by_ids(&[first, onward]));
    let bodies: Vec<_> = found
        .unwrap()
        .iter()
        .map(|row| ledger_core::quote::Quote::from_bytes(&row.body).unwrap())
        .collect();
    let mut deal = bodies.iter().find(|one| one.id == onward).unwrap().clone();
    deal.paper = bodies.iter().find(|one| one.id == first).unwrap().paper;
    deal.holder = seller.one.party();
    deal.range = Range::new(20_000, 50_000).unwrap();
    let taken = limit_use::Taken {
        request: ledger_core::id::RequestId::from_bytes([1; 16]),
        obligor: stage.obligor().maker.party(),
        fragment: ledger_app::wording::fragment("1", "x", deal.range),
        quote: deal.clone(),
    };
    let used = |house: &House| figures(&stage, &house.one, LimitKind::Obligor).1;
    stage
        .app
        .store
        .write(|tx| {
            limit_use::reserve(tx, std::slice::from_ref(&taken), OPENING)?;
            limit_use::use_up(tx, &deal, OPENING)
        })
        .unwrap();
    assert_eq!((used(&seller), used(&buyer)), (70_000, 30_000));
    assert_exact(&stage);
    stage
        .app
        .store
        .write(|tx| limit_use::reverse(tx, &deal, OPENING))
        .unwrap();
    assert_eq!((used(&seller), used(&buyer)), (100_000, 0));
    assert_exact(&stage);
}

#[test]
fn a_limit_that_has_run_out_takes_nothing_new_and_a_lowered_one_keeps_what_it_has() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    let mut until = wanted(obligor(&stage), "1000.00");
    until.valid_until = Some(OPENING + Days::new(1));
    put_in_force(&stage, &house.one, &house.two, &until);
    let first = offered(&stage, &supplier, &house.one, "300.00");
    sign(&stage, &supplier, first).unwrap();
    set(&stage, &house, obligor(&stage), "100.00");
    assert_eq!(
        shown(&stage, &house.one, LimitKind::Obligor).limit.free(),
        -20_000
    );
    // What is under way goes on all the same.
    paid(&stage, &house.one, first);
    let second = offered(&stage, &supplier, &house.one, "1.00");
    assert_eq!(
        code(&sign(&stage, &supplier, second).unwrap_err()),
        "limit_exhausted"
    );

    put_in_force(&stage, &house.one, &house.two, &until);
    stage.advance(OPENING + Days::new(2));
    let third = {
        let paper = stage.issued_paper(&supplier, Stage::yuan("1.00"), MATURITY);
        let asked = Stage::yuan("1.00");
        let request = ask(&stage, &supplier, &paper.fragment, asked, &[&house.one]).unwrap();
        let mut later = terms(&stage, "2.85");
        later.pay_date = OPENING + Days::new(2);
        quote(&stage, &house.one, request, &later).unwrap()
    };
    assert_eq!(
        code(&sign(&stage, &supplier, third).unwrap_err()),
        "limit_exhausted"
    );
    assert!(shown(&stage, &house.one, LimitKind::Obligor).expired);
    let mut ended = wanted(obligor(&stage), "1.00");
    ended.amount = None;
    put_in_force(&stage, &house.one, &house.two, &ended);
    sign(&stage, &supplier, third).unwrap();
    assert!(
        limit_book::run(&stage.app, &house.one.who)
            .unwrap()
            .limits
            .is_empty()
    );
    let again = propose_limit::run(&stage.app, &house.one.who, &ended, None);
    assert_eq!(code(&again.unwrap_err()), "limit_not_there");
    assert_exact(&stage);
}

#[test]
fn nobody_else_sees_or_sets_a_providers_limits() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    let rival = House::new(&stage, "海港保理");
    set(&stage, &house, obligor(&stage), "1000.00");
    let rivals = limit_book::run(&stage.app, &rival.one.who).unwrap();
    assert!(rivals.limits.is_empty() && rivals.history.is_empty());
    let party = stage.obligor().maker.party();
    assert!(
        limit_book::position(&stage.app, &rival.one.who, party)
            .unwrap()
            .is_empty()
    );
    let treasury = &stage.obligor().maker;
    assert!(
        limit_book::run(&stage.app, &treasury.who)
            .unwrap()
            .limits
            .is_empty()
    );
    let on_itself = propose_limit::run(
        &stage.app,
        &treasury.who,
        &wanted(obligor(&stage), "1.00"),
        None,
    );
    assert_eq!(code(&on_itself.unwrap_err()), "limit_subject_unknown");
    let unknown = LimitSubject::Group(Uuid::from_bytes([9; 16]));
    let nothing = propose_limit::run(&stage.app, &house.one.who, &wanted(unknown, "1.00"), None);
    assert_eq!(code(&nothing.unwrap_err()), "limit_subject_unknown");
    // The platform's own people set no limit and see none.
    for who in [&supplier.who, &stage.operator] {
        let seen = limit_book::run(&stage.app, who).unwrap_err();
        assert_eq!(code(&seen), "forbidden");
        let set = propose_limit::run(&stage.app, who, &wanted(obligor(&stage), "1.00"), None);
        assert_eq!(code(&set.unwrap_err()), "forbidden");
        let any = Uuid::from_bytes([9; 16]);
        let decided = decide_limit::run(&stage.app, who, any, Verdict::Approve, "");
        assert_eq!(code(&decided.unwrap_err()), "forbidden");
    }
    let groups = party_groups::list(&stage.app, &supplier.who).unwrap_err();
    assert_eq!(code(&groups), "forbidden");
}

#[test]
fn money_that_comes_back_after_the_fragment_moved_frees_the_limit() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let house = House::new(&stage, "江口银行");
    set(&stage, &house, obligor(&stage), "1000.00");
    let figures = || figures(&stage, &house.one, LimitKind::Obligor);
    let full = minor("1000.00");
    let quote = offered(&stage, &supplier, &house.one, "1000.00");
    sign(&stage, &supplier, quote).unwrap();
    paid(&stage, &house.one, quote);
    assert_eq!(figures(), (full, full, 0));
    crate::finance_stage::came_back(&stage, &instruction(&stage, quote), OPENING);
    assert_eq!(ledger_app::reverse_discount::run_due(&stage.app), Ok(1));
    assert_eq!(figures(), (full, 0, 0));
}
