//! What is refused around a quote, and that nothing has moved then.

use chrono::Days;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::expire_inquiries;
use ledger_app::quote_fragment;
use ledger_app::report_payout;
use ledger_app::signing::Signing;
use ledger_app::supplier_quotes;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::withdraw_inquiry;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use ledger_store::finance::RequestState;

use crate::finance_stage::ask;
use crate::finance_stage::in_hours;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

#[test]
fn a_fragment_that_went_another_way_is_not_sold_too() {
    let stage = Stage::new();
    let (holder, next) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let request = ask(&stage, &holder, &paper.fragment, face, &[&bank]).unwrap();
    let id = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    let twice = ask(&stage, &holder, &paper.fragment, face, &[&bank]).unwrap_err();
    assert_eq!(twice.code(), "fragment_already_requested");
    let amount = Stage::yuan("1000.00");
    let command = OfferTransfer {
        fragment: paper.fragment.clone(),
        amount,
        to: next.party(),
        recourse: Recourse::Without,
        documents: vec![stage.invoice(&next, &holder, amount)],
    };
    let offered =
        transfer_fragment::offer(&stage.app, &holder.who, &holder.signing(), &command, None);
    let offered = offered.unwrap();
    let before = stage.book_size();
    assert_eq!(
        sign(&stage, &holder, id).unwrap_err().code(),
        "fragment_spent"
    );
    let late = quote_fragment::prepare(&stage.app, &bank.who, request, &terms(&stage, "3"));
    assert_eq!(late.unwrap_err().code(), "fragment_spent");
    assert_eq!(stage.book_size(), before);
    let now = stage.app.moment().unwrap();
    let ended = expire_inquiries::run(&stage.app, now).unwrap();
    assert_eq!((ended.overtaken, ended.quotes), (1, 1));
    let seen = supplier_quotes::run(&stage.app, &holder.who, request).unwrap();
    assert_eq!(seen.parts[0].asked.request.state, RequestState::Withdrawn);
    // The rest can be asked on; the offered part can't, not by its name and not before its answer.
    let rest = offered.rest.unwrap();
    ask(&stage, &holder, &rest, Stage::yuan("7000.00"), &[&bank]).unwrap();
    let part = ask(&stage, &holder, &offered.offered, amount, &[&bank]).unwrap_err();
    assert_eq!(part.code(), "fragment_not_free");
    let held = answer_offer::run(
        &stage.app,
        &next.who,
        &next.signing(),
        &offered.offered,
        Answer::Accept,
        None,
    );
    let foreign = ask(
        &stage,
        &holder,
        &held.unwrap().fragment.unwrap(),
        amount,
        &[&bank],
    );
    assert_eq!(foreign.unwrap_err().code(), "not_found");
}

#[test]
fn what_nobody_can_ask() {
    let stage = Stage::new();
    let (holder, thief) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let waiting = stage.unanswered_paper(&holder, face, MATURITY);
    let refused =
        |who: &crate::stage::Actor, id: &str, amount: &str, banks: &[&crate::stage::Actor]| {
            ask(&stage, who, id, Stage::yuan(amount), banks)
                .unwrap_err()
                .code()
        };
    let before = stage.book_size();
    assert_eq!(
        refused(&thief, &paper.fragment, "1.00", &[&bank]),
        "not_found"
    );
    assert_eq!(
        refused(&holder, "0000000000000", "1.00", &[&bank]),
        "not_found"
    );
    assert_eq!(
        refused(&holder, &paper.fragment, "0", &[&bank]),
        "zero_amount"
    );
    assert_eq!(
        refused(&holder, &paper.fragment, "8000.01", &[&bank]),
        "more_than_held"
    );
    assert_eq!(
        refused(&holder, &paper.fragment, "1.00", &[]),
        "no_provider"
    );
    assert_eq!(
        refused(&holder, &paper.fragment, "1.00", &[&thief]),
        "provider_not_active"
    );
    assert_eq!(
        refused(&holder, &waiting.fragment, "1.00", &[&bank]),
        "paper_not_active"
    );
    assert_eq!(
        refused(&bank, &paper.fragment, "1.00", &[&bank]),
        "forbidden"
    );
    stage.advance(MATURITY);
    assert_eq!(
        refused(&holder, &paper.fragment, "1.00", &[&bank]),
        "past_maturity"
    );
    assert_eq!(stage.book_size(), before);
}

#[test]
fn terms_that_are_no_terms() {
    let stage = Stage::new();
    let holder = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let request = ask(&stage, &holder, &paper.fragment, face, &[&bank]).unwrap();
    let refused = |change: &dyn Fn(&mut ledger_app::priced_quote::QuoteTerms)| {
        let mut terms = terms(&stage, "3");
        change(&mut terms);
        let prepared = quote_fragment::prepare(&stage.app, &bank.who, request, &terms);
        prepared.unwrap_err().code()
    };
    let flat = |amount: &str| Fee::Handling {
        payer: Payer::Holder,
        charge: FeeCharge::Flat(Stage::yuan(amount)),
    };
    assert_eq!(
        refused(&|t| t.rate_percent = "-1".parse().unwrap()),
        "rate_negative"
    );
    assert_eq!(
        refused(&|t| t.rate_percent = "101".parse().unwrap()),
        "rate_absurd"
    );
    assert_eq!(
        refused(&|t| t.buyer_paid_share = "101".parse().unwrap()),
        "buyer_share_out_of_range"
    );
    assert_eq!(
        refused(&|t| t.pay_date = OPENING - Days::new(1)),
        "pay_date_past"
    );
    assert_eq!(
        refused(&|t| t.pay_date = MATURITY),
        "discount_not_before_maturity"
    );
    assert_eq!(
        refused(&|t| t.expires_at = in_hours(&stage, -1)),
        "expiry_not_possible"
    );
    assert_eq!(
        refused(&|t| t.expires_at = in_hours(&stage, 24 * 400)),
        "expiry_not_possible"
    );
    assert_eq!(
        refused(&|t| t.fees = vec![flat("8000.00")]),
        "discount_proceeds_not_positive"
    );
    assert_eq!(
        refused(&|t| t.fees = vec![flat("1.00"); 17]),
        "too_many_fees"
    );
    let cap = Recourse::Limited(Stage::yuan("8000.01"));
    assert_eq!(refused(&|t| t.recourse = cap), "recourse_cap_not_possible");
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn a_quote_that_comes_back_changed_is_refused() {
    let stage = Stage::new();
    let holder = stage.supplier("溪谷五金");
    let (bank, other) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let second = stage.issued_paper(&holder, face, MATURITY);
    let request = ask(&stage, &holder, &paper.fragment, face, &[&bank, &other]).unwrap();
    let elsewhere = ask(&stage, &holder, &second.fragment, face, &[&bank]).unwrap();
    let prepared =
        quote_fragment::prepare(&stage.app, &bank.who, request, &terms(&stage, "3")).unwrap();
    let submit = |who: &crate::stage::Actor, on, body: &[u8], signing: &Signing<'_>| {
        quote_fragment::submit(&stage.app, &who.who, on, body, signing, None).map(|q| q.quote)
    };
    let changed = |change: &dyn Fn(&mut Quote)| {
        let mut quote = prepared.quote.clone();
        change(&mut quote);
        submit(&bank, request, &quote.to_bytes().unwrap(), &bank.signing())
            .unwrap_err()
            .code()
    };
    let fen = ledger_core::amount::Amount::from_minor(1).unwrap();
    let more = |a: ledger_core::amount::Amount| a.checked_add(fen).unwrap();
    let less = |a: ledger_core::amount::Amount| a.checked_sub(fen).unwrap();
    assert_eq!(
        changed(&|q| q.proceeds = more(q.proceeds)),
        "quote_figures_wrong"
    );
    assert_eq!(
        changed(&|q| (q.charge, q.proceeds) = (more(q.charge), less(q.proceeds))),
        "quote_figures_wrong"
    );
    assert_eq!(
        changed(&|q| q.annual_cost = "0.0001".to_owned()),
        "quote_figures_wrong"
    );
    assert_eq!(
        changed(&|q| q.rate = "3.0".to_owned()),
        "quote_figures_wrong"
    );
    assert_eq!(changed(&|q| q.rate = "2".to_owned()), "quote_figures_wrong");
    assert_eq!(changed(&|q| q.days -= 1), "quote_figures_wrong");
    assert_eq!(
        changed(&|q| q.day_count = "actual_365f".to_owned()),
        "quote_figures_wrong"
    );
    assert_eq!(
        changed(&|q| q.holder = other.party()),
        "quote_not_for_this_request"
    );
    assert_eq!(
        changed(&|q| q.provider = other.party()),
        "quote_not_for_this_request"
    );
    assert_eq!(changed(&|q| q.expires_at = 1), "expiry_not_possible");
    assert_eq!(
        changed(&|q| q.pay_date = OPENING - Days::new(1)),
        "pay_date_past"
    );

    let body = prepared.body.as_slice();
    let refused =
        |outcome: Result<String, ledger_app::error::AppError>| outcome.unwrap_err().code();
    assert_eq!(
        refused(submit(&bank, elsewhere, body, &bank.signing())),
        "quote_not_for_this_request"
    );
    assert_eq!(
        refused(submit(&other, request, body, &other.signing())),
        "quote_not_for_this_request"
    );
    assert_eq!(
        refused(submit(&bank, request, &body[1..], &bank.signing())),
        "quote_unreadable"
    );
    assert_eq!(
        refused(submit(&bank, request, body, &other.signing())),
        "wrong_signer"
    );
    let (key, bytes) = (bank.signer.key(), [9; 64]);
    assert_eq!(
        refused(submit(
            &bank,
            request,
            body,
            &Signing::Brought { key, bytes }
        )),
        "bad_signature"
    );
    let nobody = Signing::Brought {
        key: ledger_core::id::KeyId::from_bytes([9; 16]),
        bytes,
    };
    assert_eq!(
        refused(submit(&bank, request, body, &nobody)),
        "unknown_key"
    );

    // As it was prepared it is taken, signed outside over exactly the payload that was given.
    let bytes = bank.signer.sign_raw(&prepared.payload);
    let id = submit(&bank, request, body, &Signing::Brought { key, bytes }).unwrap();
    assert_eq!(id, prepared.quote.id.to_string());
    assert_eq!(
        refused(submit(&bank, request, body, &bank.signing())),
        "quote_id_taken"
    );
    let again = quote(&stage, &bank, request, &terms(&stage, "2")).unwrap_err();
    assert_eq!(again.code(), "quote_on_offer");
}

#[test]
fn only_the_holder_signs_and_only_what_is_on_offer() {
    let stage = Stage::new();
    let (holder, thief) = (stage.supplier("溪谷五金"), stage.supplier("山城橡胶"));
    let bank = stage.bank("江口银行");
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let request = ask(&stage, &holder, &paper.fragment, face, &[&bank]).unwrap();
    let id = quote(&stage, &bank, request, &terms(&stage, "3")).unwrap();
    let before = stage.book_size();
    assert_eq!(sign(&stage, &thief, id).unwrap_err().code(), "not_found");
    let as_holder =
        ledger_app::sign_quote::run(&stage.app, &holder.who, &thief.signing(), id, None);
    assert_eq!(as_holder.unwrap_err().code(), "wrong_signer");
    let unpaid = report_payout::authorise(&stage.app, &bank.who, id, None).unwrap_err();
    assert_eq!(unpaid.code(), "quote_not_accepted");
    quote_fragment::withdraw(&stage.app, &bank.who, id).unwrap();
    assert_eq!(
        sign(&stage, &holder, id).unwrap_err().code(),
        "quote_not_on_offer"
    );
    // The quote's own moment counts, whether or not a job has come by.
    let mut short = terms(&stage, "3");
    short.expires_at = stage.app.moment().unwrap() + chrono::Duration::milliseconds(1_500);
    let brief = quote(&stage, &bank, request, &short).unwrap();
    let deadline = stage.app.clock.now() + chrono::Duration::seconds(20);
    while stage.app.moment().unwrap().timestamp() <= short.expires_at.timestamp() {
        assert!(stage.app.clock.now() < deadline);
        std::thread::yield_now();
    }
    assert_eq!(
        sign(&stage, &holder, brief).unwrap_err().code(),
        "quote_expired"
    );
    assert_eq!(stage.book_size(), before);
    withdraw_inquiry::run(&stage.app, &holder.who, request).unwrap();
    withdraw_inquiry::run(&stage.app, &holder.who, request).unwrap();
    assert_ne!(sign(&stage, &holder, brief).unwrap_err().code(), "internal");
}

#[test]
fn two_signatures_at_once_conclude_one_purchase() {
    let stage = Stage::new();
    let holder = stage.supplier("溪谷五金");
    let (one, two) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let face = Stage::yuan("8000.00");
    let paper = stage.issued_paper(&holder, face, MATURITY);
    let request = ask(&stage, &holder, &paper.fragment, face, &[&one, &two]).unwrap();
    let quotes = [
        quote(&stage, &one, request, &terms(&stage, "3")).unwrap(),
        quote(&stage, &two, request, &terms(&stage, "4")).unwrap(),
    ];
    let before = stage.book_size();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let (stage, holder) = (&stage, &holder);
        let threads: Vec<_> = quotes
            .iter()
            .map(|id| scope.spawn(move || sign(stage, holder, *id).is_ok()))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_eq!(outcomes.iter().filter(|good| **good).count(), 1);
    assert_eq!(stage.book_size(), before + 1);
}
