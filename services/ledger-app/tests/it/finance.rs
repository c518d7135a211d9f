//! Money on a fragment, from the question to the moved fragment.

use chrono::Days;
use ledger_app::complete_discount;
use ledger_app::decline_request;
use ledger_app::expire_inquiries;
use ledger_app::provider_book;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::InboxFilter;
use ledger_app::quote_fragment;
use ledger_app::report_payout;
use ledger_app::supplier_quotes;
use ledger_app::withdraw_inquiry;
use ledger_core::act::Act;
use ledger_core::certificate::CertificateNumber;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::sha256_of;
use ledger_store::finance::RequestState;
use ledger_store::live::FragmentNo;
use ledger_store::payments::HELD;
use ledger_store::payments::InstructionState;
use ledger_store::quotes::DiscountState;
use ledger_store::quotes::QuoteState;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::fragment;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::quote;
use crate::finance_stage::register;
use crate::finance_stage::rejected;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn two_banks_compete_and_the_fragment_moves_on_evidence() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (dear, cheap) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let paper = stage.issued_paper(&supplier, Stage::yuan("1200000.00"), MATURITY);
    let amount = Stage::yuan("300000.00");
    let request = ask(&stage, &supplier, &paper.fragment, amount, &[&dear, &cheap]).unwrap();
    assert_eq!(letters(&stage, &cheap), ["finance_requested"]);

    let lost = quote(&stage, &dear, request, &terms(&stage, "4.10")).unwrap();
    let won = quote(&stage, &cheap, request, &terms(&stage, "2.85")).unwrap();
    let seen = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(seen.offers[0].quotes[0].id, won);
    assert_eq!(seen.offers[1].quotes[0].id, lost);
    assert_eq!(seen.hold[0].amount, amount);
    assert_eq!(seen.hold[0].due_date, MATURITY);
    // 300,000.00 × 2.85 % × 184 / 360.
    assert_eq!(
        seen.offers[0].quotes[0].quote.charge,
        Stage::yuan("4370.00")
    );
    assert_eq!(seen.offers[0].quotes[0].quote.days, 184);
    assert_eq!(seen.offers[0].quotes[0].cost, Stage::yuan("4370.00"));

    let signed = sign(&stage, &supplier, won).unwrap();
    let locked = fragment(&stage, &signed.fragment);
    assert_eq!(
        locked.state,
        FragmentState::FinanceLocked {
            provider: cheap.party()
        }
    );
    assert_eq!(locked.holder, supplier.party());
    assert_eq!(
        fragment(&stage, &signed.rest.unwrap()).range.amount(),
        Stage::yuan("900000.00")
    );
    let payout = instruction(&stage, won);
    assert_eq!(
        (payout.state, payout.next_attempt_at),
        (InstructionState::Created, HELD)
    );
    assert_eq!(payout.amount, Stage::yuan("295630.00"));
    assert_eq!(payout.creditor, supplier.party());
    assert_eq!(payout.debtor, cheap.party());
    assert!(payout.end_to_end_id.len() <= 35);
    assert_eq!(
        letters(&stage, &cheap),
        ["finance_requested", "quote_accepted"]
    );
    assert_eq!(
        letters(&stage, &dear),
        ["finance_requested", "quote_lapsed"]
    );

    let early = report_payout::authorise(&stage.app, &cheap.who, won, None).unwrap_err();
    assert_eq!(early.code(), "not_registered");
    let certificate = register(&stage, &cheap, won);
    report_payout::authorise(&stage.app, &cheap.who, won, None).unwrap();
    let released = instruction(&stage, won);
    assert_eq!(released.state, InstructionState::Created);
    assert!(released.next_attempt_at <= stage.app.clock.now());
    // Neither the word of the provider nor that of nobody moves anything.
    let before = stage.book_size();
    assert_eq!(
        complete_discount::run_due(&stage.app).unwrap(),
        Default::default()
    );
    let guess = EvidenceDigest::from_bytes([7; 32]);
    let early = complete_discount::complete(&stage.app, payout.id, guess).unwrap_err();
    assert_eq!(early.code(), "payment_not_proven");
    assert_eq!(stage.book_size(), before);

    assert_eq!(booked(&stage, &payout, OPENING), 1);
    assert_eq!(complete_discount::due(&stage.app).unwrap(), [payout.id]);
    let evidence = complete_discount::evidence_of(&stage.app, payout.id).unwrap();
    let body = format!("<Ntfctn>{}</Ntfctn>", payout.end_to_end_id);
    assert_eq!(*evidence.bytes(), sha256_of(body.as_bytes()));
    let done = complete_discount::complete(&stage.app, payout.id, evidence).unwrap();
    assert!(done.funded && !done.before);
    assert!(
        complete_discount::complete(&stage.app, payout.id, evidence)
            .unwrap()
            .before
    );
    assert_eq!(stage.book_size(), before + 1);
    assert!(complete_discount::due(&stage.app).unwrap().is_empty());

    let held = provider_book::holdings(&stage.app, &cheap.who, 10).unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].fragment.range.amount(), amount);
    let path = stage
        .app
        .store
        .read(|tx| tx.fragment_path(held[0].fragment.no))
        .unwrap();
    let last = path.last().unwrap().sealed.entry().act.clone();
    let certificate = CertificateNumber::parse(&certificate).unwrap();
    let moved = Act::CompleteRegistered {
        evidence,
        certificate,
    };
    assert_eq!(last, moved);
    let after = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(after.parts[0].asked.request.state, RequestState::Funded);
    assert_eq!(after.parts[0].discount, Some(DiscountState::Funded));
    assert!(letters(&stage, &supplier).ends_with(&["discount_paid"]));
    assert!(letters(&stage, &cheap).ends_with(&["discount_paid"]));

    let statement = provider_book::statement(&stage.app, &cheap.who, OPENING, MATURITY).unwrap();
    assert_eq!(statement.items.len(), 1);
    assert_eq!(statement.totals[0].proceeds, payout.amount);
    assert_eq!(statement.totals[0].face, amount);
    assert!(
        provider_book::discounts(&stage.app, &dear.who, None, 10)
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn a_rejected_payout_frees_the_fragment() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    let id = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    let signed = sign(&stage, &supplier, id).unwrap();
    register(&stage, &bank, id);
    let reported = report_payout::report(&stage.app, &bank.who, id, "WIRE-77", None).unwrap();
    assert_eq!(reported.state, "reported");
    let sent = instruction(&stage, id);
    assert_eq!(
        (sent.state, sent.message_id.as_deref()),
        (InstructionState::Sent, Some("own:WIRE-77"))
    );
    // The platform neither sends nor asks after what the provider has ordered itself.
    assert!(
        ledger_app::record_payment::take_outgoing(&stage.app)
            .unwrap()
            .is_empty()
    );
    assert!(
        ledger_app::record_payment::take_to_ask(&stage.app)
            .unwrap()
            .is_empty()
    );
    report_payout::report(&stage.app, &bank.who, id, "WIRE-77", None).unwrap();
    let other = report_payout::report(&stage.app, &bank.who, id, "WIRE-78", None).unwrap_err();
    assert_eq!(other.code(), "payment_already_reported");
    let too = report_payout::authorise(&stage.app, &bank.who, id, None).unwrap_err();
    assert_eq!(too.code(), "payment_already_reported");

    rejected(&stage, &sent);
    let done = complete_discount::run_due(&stage.app).unwrap();
    assert_eq!((done.completed, done.released, done.failed), (0, 1, 0));
    assert_eq!(
        complete_discount::run_due(&stage.app).unwrap(),
        Default::default()
    );
    let again = report_payout::authorise(&stage.app, &bank.who, id, None).unwrap_err();
    assert_eq!(again.code(), "discount_over");
    let no = stage.app.public_ids.read(&signed.fragment).unwrap();
    let spent = stage
        .app
        .store
        .read(|tx| tx.fragments_by_nos(&[no]))
        .unwrap();
    assert!(spent[0].spent);
    let free = stage
        .app
        .store
        .read(|tx| tx.fragments_of_holder(supplier.party(), 9))
        .unwrap();
    assert_eq!((free.len(), free[0].state), (1, FragmentState::Held));
    // What is free again can be asked on again, by its new name.
    let name = stage.app.public_ids.show(free[0].no);
    let second = ask(&stage, &supplier, &name, face, &[&bank]).unwrap();
    let better = quote(&stage, &bank, second, &terms(&stage, "2.9")).unwrap();
    sign(&stage, &supplier, better).unwrap();
    assert_ne!(
        instruction(&stage, better).end_to_end_id,
        sent.end_to_end_id
    );
}

#[test]
fn a_payout_that_nobody_lets_go_lapses() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    let id = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    sign(&stage, &supplier, id).unwrap();
    let payout = instruction(&stage, id).id;
    let early = complete_discount::lapse(&stage.app, payout).unwrap_err();
    assert_eq!(early.code(), "payment_under_way");
    let grace = u64::try_from(complete_discount::GRACE_DAYS).unwrap();
    stage.advance(OPENING + Days::new(grace));
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().released, 0);
    stage.advance(OPENING + Days::new(grace + 1));
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().released, 1);
    assert_eq!(instruction(&stage, id).state, InstructionState::Rejected);
    assert!(
        ledger_app::record_payment::take_outgoing(&stage.app)
            .unwrap()
            .is_empty()
    );
    let free = stage
        .app
        .store
        .read(|tx| tx.fragments_of_holder(supplier.party(), 9))
        .unwrap();
    assert_eq!(free[0].state, FragmentState::Held);
    let seen = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(seen.parts[0].discount, Some(DiscountState::Reversed));
}

#[test]
fn an_authorised_payout_waits_for_its_pay_date() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    let mut later = terms(&stage, "3");
    later.pay_date = OPENING + Days::new(3);
    let id = quote(&stage, &bank, request, &later).unwrap();
    sign(&stage, &supplier, id).unwrap();
    register(&stage, &bank, id);
    report_payout::authorise(&stage.app, &bank.who, id, None).unwrap();
    assert_eq!(instruction(&stage, id).next_attempt_at, HELD);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().let_go, 0);
    let twice = report_payout::report(&stage.app, &bank.who, id, "WIRE", None).unwrap_err();
    assert_eq!(twice.code(), "payment_already_authorised");
    stage.advance(later.pay_date);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().let_go, 1);
    assert_eq!(complete_discount::run_due(&stage.app).unwrap().let_go, 0);
    let out = ledger_app::record_payment::take_outgoing(&stage.app).unwrap();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].instructions[0].discount, Some(id));
}

#[test]
fn when_all_decline_the_request_is_over() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let (one, two) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let paper = stage.issued_paper(&supplier, Stage::yuan("5000.00"), MATURITY);
    let face = Stage::yuan("5000.00");
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&one, &two]).unwrap();
    let mine = quote(&stage, &one, request, &terms(&stage, "3")).unwrap();
    let still = decline_request::run(&stage.app, &one.who, request).unwrap_err();
    assert_eq!(still.code(), "quote_on_offer");
    quote_fragment::withdraw(&stage.app, &one.who, mine).unwrap();
    quote_fragment::withdraw(&stage.app, &one.who, mine).unwrap();
    decline_request::run(&stage.app, &one.who, request).unwrap();
    decline_request::run(&stage.app, &one.who, request).unwrap();
    let seen = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(seen.parts[0].asked.request.state, RequestState::Open);
    assert_eq!((seen.declined.len(), seen.waiting.len()), (1, 1));
    assert_eq!(seen.offers[0].quotes[0].state, QuoteState::Withdrawn);
    decline_request::run(&stage.app, &two.who, request).unwrap();
    let seen = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(seen.parts[0].asked.request.state, RequestState::Declined);
    let late = quote(&stage, &two, request, &terms(&stage, "1")).unwrap_err();
    assert_eq!(late.code(), "request_not_open");
    // The fragment is free for another question.
    ask(&stage, &supplier, &paper.fragment, face, &[&one]).unwrap();
}

#[test]
fn time_ends_requests_and_quotes() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("5000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&bank]).unwrap();
    let id = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    let now = stage.app.moment().unwrap();
    assert_eq!(
        expire_inquiries::run(&stage.app, now).unwrap(),
        Default::default()
    );
    let tomorrow = crate::finance_stage::in_hours(&stage, 25);
    assert_eq!(
        expire_inquiries::run(&stage.app, tomorrow).unwrap().quotes,
        1
    );
    let refused = sign(&stage, &supplier, id).unwrap_err();
    assert_eq!(refused.code(), "quote_expired");
    // The request still stands: another quote may come, until its own moment.
    quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    let after = crate::finance_stage::in_hours(&stage, 49);
    let ended = expire_inquiries::run(&stage.app, after).unwrap();
    assert_eq!((ended.requests, ended.quotes), (1, 1));
    assert!(letters(&stage, &bank).ends_with(&["quote_lapsed", "quote_lapsed"]));
    let seen = supplier_quotes::run(&stage.app, &supplier.who, request).unwrap();
    assert_eq!(seen.parts[0].asked.request.state, RequestState::Expired);
    assert!(seen.offers.iter().all(|offer| !offer.stands));
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn the_provenance_is_of_the_offered_path_only() {
    let stage = Stage::new();
    let (tier1, tier2) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let other = stage.supplier("云顶轴承");
    let (bank, stranger) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let paper = stage.issued_paper(&tier1, Stage::yuan("9000.00"), MATURITY);
    let offer = |from: &str, to: &crate::stage::Actor, amount: &str| {
        let amount = Stage::yuan(amount);
        let document = stage.invoice(to, &tier1, amount);
        let command = ledger_app::transfer_fragment::OfferTransfer {
            fragment: from.to_owned(),
            amount,
            to: to.party(),
            recourse: ledger_core::recourse::Recourse::Without,
            documents: vec![document],
        };
        let (app, who) = (&stage.app, &tier1.who);
        let offered =
            ledger_app::transfer_fragment::offer(app, who, &tier1.signing(), &command, None);
        (offered.unwrap(), document)
    };
    let answer = |who: &crate::stage::Actor, id: &str, answer| {
        let signing = who.signing();
        ledger_app::answer_offer::run(&stage.app, &who.who, &signing, id, answer, None).unwrap()
    };
    use ledger_app::answer_offer::Answer;
    // Offered to somebody who declines: not on the path. Then a sibling for the same one.
    let (declined, foreign) = offer(&paper.fragment, &other, "4000.00");
    let back = answer(&other, &declined.offered, Answer::Refuse)
        .fragment
        .unwrap();
    let (first, document) = offer(&back, &tier2, "3000.00");
    let held = answer(&tier2, &first.offered, Answer::Accept)
        .fragment
        .unwrap();
    let request = ask(&stage, &tier2, &held, Stage::yuan("3000.00"), &[&bank]).unwrap();

    let seen = provider_inbox::provenance(&stage.app, &bank.who, request).unwrap();
    let kinds: Vec<_> = seen.steps.iter().map(|s| s.kind).collect();
    assert_eq!(
        kinds,
        [
            "issue",
            "accept",
            "transfer_offer",
            "transfer_decline",
            "transfer_offer",
            "transfer_accept"
        ]
    );
    let told = format!("{:?}", seen.steps);
    assert!(told.contains("溪谷五金") && told.contains("山城橡胶"));
    assert!(!told.contains("云顶轴承"));
    assert_eq!(seen.steps[4].documents[0].id, document);
    assert_eq!(seen.steps[5].holder.as_deref(), Some("山城橡胶"));
    assert_eq!(seen.steps[5].from.as_deref(), Some("溪谷五金"));
    assert_eq!(seen.range, "1-300000");
    assert_eq!(seen.obligor.open_face, Stage::yuan("9000.00"));
    assert!(!seen.obligor.overdue);
    // Each step can be checked from what is given alone.
    for step in &seen.steps {
        let proof = step.proof.as_ref().unwrap();
        let sealed =
            ledger_core::entry::SealedEntry::from_bytes(&proof.body, &proof.signatures).unwrap();
        assert_eq!(sealed.hash(), step.hash);
        let key = |id| {
            proof
                .keys
                .iter()
                .find(|(key, _)| *key == id)
                .map(|(_, public)| *public)
        };
        ledger_core::seats::check_signatures(&sealed, key).unwrap();
    }
    let content = provider_inbox::document(&stage.app, &bank.who, request, document).unwrap();
    assert_eq!(sha256_of(&content.bytes), seen.steps[4].documents[0].digest);
    let hidden = provider_inbox::document(&stage.app, &bank.who, request, foreign).unwrap_err();
    assert_eq!(hidden.code(), "not_found");

    for refused in [
        provider_inbox::provenance(&stage.app, &stranger.who, request).unwrap_err(),
        provider_inbox::one(&stage.app, &stranger.who, request).unwrap_err(),
        provider_inbox::document(&stage.app, &stranger.who, request, document).unwrap_err(),
        quote(&stage, &stranger, request, &terms(&stage, "1")).unwrap_err(),
        decline_request::run(&stage.app, &stranger.who, request).unwrap_err(),
        supplier_quotes::run(&stage.app, &tier1.who, request).unwrap_err(),
        withdraw_inquiry::run(&stage.app, &tier1.who, request).unwrap_err(),
    ] {
        assert_eq!(refused.code(), "not_found");
    }
    assert!(
        provider_inbox::list(&stage.app, &stranger.who, &InboxFilter::default(), None, 10)
            .unwrap()
            .items
            .is_empty()
    );
    // Access ends with its purpose.
    withdraw_inquiry::run(&stage.app, &tier2.who, request).unwrap();
    let over = provider_inbox::provenance(&stage.app, &bank.who, request).unwrap_err();
    assert_eq!(over.code(), "request_not_open");
    assert_eq!(
        seen.asked.request.parent,
        FragmentNo::entry(stage.app.public_ids.read(&held).unwrap())
    );
}

#[test]
fn a_list_is_paged_without_gaps() {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let mut asked = Vec::new();
    for _ in 0..5 {
        let paper = stage.issued_paper(&supplier, Stage::yuan("100.00"), MATURITY);
        asked.push(
            ask(
                &stage,
                &supplier,
                &paper.fragment,
                Stage::yuan("100.00"),
                &[&bank],
            )
            .unwrap(),
        );
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page =
            provider_inbox::list(&stage.app, &bank.who, &InboxFilter::default(), after, 2).unwrap();
        seen.extend(page.items.iter().map(|i| i.asked.request.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    asked.reverse();
    assert_eq!(seen, asked);
}
