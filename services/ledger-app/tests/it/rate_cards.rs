//! Standing rates, from the signed card to the moved fragment.

use chrono::Days;
use chrono::Duration;
use ledger_app::compared_offer::ComparedQuote;
use ledger_app::complete_discount;
use ledger_app::decline_request;
use ledger_app::error::AppError;
use ledger_app::expire_inquiries;
use ledger_app::grade_obligor;
use ledger_app::instant_quotes;
use ledger_app::instant_quotes::StandingOffer;
use ledger_app::publish_rates;
use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::RowTerms;
use ledger_app::quote_fragment;
use ledger_app::rate_cards_view;
use ledger_app::report_payout;
use ledger_app::signing::Signing;
use ledger_app::supplier_quotes;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::id::RateCardId;
use ledger_core::id::RequestId;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_store::quotes::QuoteState;
use ledger_store::rate_cards::RateCardState;
use rust_decimal::Decimal;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::fragment;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::part;
use crate::finance_stage::quote;
use crate::finance_stage::rejected;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A row for anybody up to a year and ten million yuan.
pub(crate) fn row(recourse: CardRecourse, rate: &str) -> RowTerms {
    RowTerms {
        obligor: None,
        worst_grade: None,
        days_from: 1,
        days_to: 365,
        amount_from: Stage::yuan("100.00"),
        amount_to: Stage::yuan("10000000.00"),
        recourse,
        rate: Rate::AnnualPercent(number(rate)),
        day_count: DayCount::Actual360,
    }
}

pub(crate) fn card_of(rows: Vec<RowTerms>) -> CardTerms {
    CardTerms {
        currency: cny(),
        rows,
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        payout_lag_days: 0,
        quote_minutes: 15,
        valid_from: OPENING,
        valid_until: OPENING + Days::new(200),
        most_in_all: Amount::ZERO,
    }
}

pub(crate) fn publish(
    stage: &Stage,
    bank: &Actor,
    terms: &CardTerms,
) -> Result<RateCardId, AppError> {
    let prepared = publish_rates::prepare(&stage.app, &bank.who, terms)?;
    publish_rates::submit(
        &stage.app,
        &bank.who,
        &prepared.body,
        &bank.signing_card(&prepared),
        None,
    )?;
    Ok(prepared.card.id)
}

impl Actor {
    /// The signature as a bank's own system brings it: over the payload it was given.
    pub(crate) fn signing_card(&self, prepared: &publish_rates::PreparedCard) -> Signing<'static> {
        let head = prepared.card.to_bytes().unwrap();
        let made = self.signer.sign(Seat::FinanceProvider, &head);
        assert_eq!(made.bytes, self.signer.sign_raw(&prepared.payload));
        Signing::Brought {
            key: made.key,
            bytes: made.bytes,
        }
    }
}

struct Cast {
    stage: Stage,
    supplier: Actor,
    bank: Actor,
    paper: IssuedPaper,
}

fn cast() -> Cast {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let paper = stage.issued_paper(&supplier, Stage::yuan("1200000.00"), MATURITY);
    Cast {
        stage,
        supplier,
        bank,
        paper,
    }
}

impl Cast {
    fn look(&self, amount: &str) -> Vec<StandingOffer> {
        let (app, who) = (&self.stage.app, &self.supplier.who);
        instant_quotes::preview(app, who, &[part(&self.paper.fragment, Stage::yuan(amount))])
            .unwrap()
    }

    fn ask(&self, amount: &str) -> RequestId {
        let (fragment, amount) = (&self.paper.fragment, Stage::yuan(amount));
        ask(&self.stage, &self.supplier, fragment, amount, &[&self.bank]).unwrap()
    }

    fn offers(&self, request: RequestId) -> Vec<ComparedQuote> {
        let seen = supplier_quotes::run(&self.stage.app, &self.supplier.who, request);
        seen.unwrap().quotes().cloned().collect()
    }

    fn publish(&self, rows: Vec<RowTerms>) -> RateCardId {
        publish(&self.stage, &self.bank, &card_of(rows)).unwrap()
    }

    fn grade(&self, grade: u8) {
        let obligor = self.stage.obligor().maker.party();
        grade_obligor::set(&self.stage.app, &self.bank.who, obligor, grade, "").unwrap();
    }
}

#[test]
fn a_signed_card_quotes_at_once_and_the_money_follows() {
    let cast = cast();
    let (app, supplier, bank) = (&cast.stage.app, &cast.supplier, &cast.bank);
    let mut terms = card_of(vec![
        row(CardRecourse::Without, "3.20"),
        row(CardRecourse::With, "2.85"),
        row(CardRecourse::LimitedPercent(number("20")), "3.00"),
        row(CardRecourse::Without, "3.60"),
    ]);
    terms.payout_lag_days = 5;
    terms.fees = vec![Fee::Handling {
        payer: Payer::Holder,
        charge: FeeCharge::PerMilleOfFace(number("0.1")),
    }];
    publish(&cast.stage, bank, &terms).unwrap();

    // Looked at before anybody is asked: the best of each kind of recourse, most proceeds first.
    let seen = cast.look("300000.00");
    let kinds: Vec<Recourse> = seen.iter().map(|one| one.quotes[0].recourse).collect();
    let limited = Recourse::Limited(Stage::yuan("60000.00"));
    assert_eq!(kinds, [Recourse::With, limited, Recourse::Without]);
    assert_eq!(letters(&cast.stage, bank), [""; 0]);

    let request = cast.ask("300000.00");
    let offers = cast.offers(request);
    assert_eq!(offers.len(), 3);
    assert!(offers.iter().all(|one| one.stands && one.at_once));
    // Five days on is Saturday 7 March; the pay-out rolls to Monday 9 March: 177 days to go.
    let chosen = &offers[1];
    assert_eq!(chosen.quote.recourse, limited);
    assert_eq!(chosen.quote.pay_date, OPENING + Days::new(7));
    assert_eq!(chosen.quote.days, 177);
    // 300,000.00 × 3 % × 177 / 360 = 4,425.00, and 0.1 ‰ handling = 30.00.
    assert_eq!(chosen.quote.charge, Stage::yuan("4425.00"));
    assert_eq!(chosen.cost, Stage::yuan("4455.00"));

    let signed = sign(&cast.stage, supplier, chosen.id).unwrap();
    let no = app.public_ids.read(&signed.fragment).unwrap();
    let path = app.store.read(|tx| tx.fragment_path(no)).unwrap();
    let last = path.last().unwrap().sealed.entry().act.clone();
    let Act::AgreeDiscountByCard { quote, .. } = last else {
        panic!("{last:?}");
    };
    assert_eq!(quote, chosen.quote.to_bytes().unwrap());
    let payout = instruction(&cast.stage, chosen.id);
    assert_eq!(payout.amount, Stage::yuan("295545.00"));
    crate::finance_stage::register(&cast.stage, bank, chosen.id);
    report_payout::authorise(app, &bank.who, chosen.id, None).unwrap();
    booked(&cast.stage, &payout, OPENING);
    complete_discount::run_due(app).unwrap();
    assert_eq!(
        fragment(&cast.stage, &signed.fragment).holder,
        supplier.party()
    );
    let held = ledger_app::provider_book::holdings(app, &bank.who, 10).unwrap();
    assert_eq!(held[0].fragment.range.amount(), Stage::yuan("300000.00"));
    // The others went without a letter: nobody had written them.
    assert_eq!(
        letters(&cast.stage, bank),
        ["finance_requested", "quote_accepted", "discount_paid"]
    );
}

#[test]
fn rows_cover_their_obligor_days_amounts_and_nothing_else() {
    let cast = cast();
    let stranger = cast.stage.bank("海港保理");
    let obligor = cast.stage.obligor().maker.party();
    let mut long = row(CardRecourse::Without, "3.00");
    long.days_from = 185;
    let mut short = row(CardRecourse::Without, "3.00");
    short.days_to = 183;
    let mut small = row(CardRecourse::Without, "3.00");
    small.amount_to = Stage::yuan("299999.99");
    let mut large = row(CardRecourse::Without, "3.00");
    large.amount_from = Stage::yuan("300000.01");
    cast.publish(vec![long, short, small, large]);
    assert_eq!(cast.look("300000.00"), []);
    assert_eq!(cast.look("299999.99").len(), 1);
    assert_eq!(cast.look("300000.01").len(), 1);

    let mut own = row(CardRecourse::Without, "2.50");
    own.obligor = Some(obligor);
    cast.publish(vec![own, row(CardRecourse::Without, "3.30")]);
    assert_eq!(cast.look("300000.00")[0].quotes[0].rate, "2.5");
    let mut wrong = row(CardRecourse::Without, "2.00");
    wrong.obligor = Some(stranger.party());
    let refused = publish(&cast.stage, &cast.bank, &card_of(vec![wrong])).unwrap_err();
    assert_eq!(refused.code(), "obligor_unknown");

    // Only who was asked may quote, also by a card.
    publish(
        &cast.stage,
        &stranger,
        &card_of(vec![row(CardRecourse::Without, "1.00")]),
    )
    .unwrap();
    assert_eq!(cast.look("300000.00").len(), 2);
    let request = cast.ask("300000.00");
    let offers = cast.offers(request);
    assert_eq!(offers.len(), 1);
    assert_eq!(offers[0].provider, cast.bank.party());
    // A rate a month is the same money as twelve tenths of it a year.
    let mut monthly = row(CardRecourse::With, "0");
    monthly.rate = Rate::MonthlyPerMille(number("2.5"));
    cast.publish(vec![monthly, row(CardRecourse::Without, "3")]);
    let by_month = cast.look("600000.00");
    let by_month = by_month
        .iter()
        .find(|one| one.quotes[0].recourse == Recourse::With);
    // 600,000 × 2.5 ‰ × 184 / 30.
    assert_eq!(by_month.unwrap().quotes[0].charge, Stage::yuan("9200.00"));
    assert_eq!(by_month.unwrap().quotes[0].rate, "3");
}

#[test]
fn a_row_asks_for_the_banks_own_grade() {
    let cast = cast();
    let other = cast.stage.bank("海港保理");
    let mut graded = row(CardRecourse::Without, "3.20");
    graded.worst_grade = Some(4);
    cast.publish(vec![graded]);
    assert_eq!(cast.look("300000.00"), [], "not graded yet");
    let obligor = cast.stage.obligor().maker.party();
    grade_obligor::set(&cast.stage.app, &other.who, obligor, 1, "").unwrap();
    assert_eq!(
        cast.look("300000.00"),
        [],
        "another bank's grade is not its own"
    );
    cast.grade(5);
    assert_eq!(cast.look("300000.00"), []);
    cast.grade(4);
    assert_eq!(cast.look("300000.00").len(), 1);
    cast.grade(6);
    assert_eq!(cast.look("300000.00"), [], "the newest counts");

    let app = &cast.stage.app;
    let history = grade_obligor::history(app, &cast.bank.who, obligor).unwrap();
    let grades: Vec<u8> = history.iter().map(|grade| grade.grade).collect();
    assert_eq!(grades, [6, 4, 5]);
    let seen = grade_obligor::list(app, &other.who).unwrap();
    assert_eq!(seen[0].grade.as_ref().map(|grade| grade.grade), Some(1));
    let code = |grade, obligor| {
        let set = grade_obligor::set(app, &cast.bank.who, obligor, grade, "");
        set.unwrap_err().code()
    };
    assert_eq!(code(0, obligor), "grade_not_possible");
    assert_eq!(code(21, obligor), "grade_not_possible");
    assert_eq!(code(3, cast.supplier.party()), "not_found");
    let denied = grade_obligor::list(app, &cast.supplier.who).unwrap_err();
    assert_eq!(denied.code(), "forbidden");
}

#[test]
fn a_withdrawn_card_keeps_its_word_and_gives_no_new_one() {
    let cast = cast();
    let (app, bank) = (&cast.stage.app, &cast.bank);
    let card = cast.publish(vec![row(CardRecourse::Without, "3.20")]);
    let request = cast.ask("300000.00");
    let offered = cast.offers(request)[0].id;
    let kept = quote_fragment::withdraw(app, &bank.who, offered).unwrap_err();
    assert_eq!(kept.code(), "quote_follows_from_card");
    let kept = decline_request::run(app, &bank.who, request).unwrap_err();
    assert_eq!(kept.code(), "quote_follows_from_card");
    publish_rates::withdraw(app, &bank.who, card).unwrap();
    publish_rates::withdraw(app, &bank.who, card).unwrap();
    assert_eq!(cast.look("300000.00"), []);
    assert_eq!(
        instant_quotes::again(app, &cast.supplier.who, request).unwrap(),
        0
    );
    sign(&cast.stage, &cast.supplier, offered).unwrap();
    let own = rate_cards_view::one(app, &bank.who, card).unwrap();
    assert_eq!(own.state, RateCardState::Withdrawn);
    assert_eq!(own.used, Some(Stage::yuan("300000.00")));
}

#[test]
fn quotes_of_a_card_expire_soon_and_can_be_had_again() {
    let cast = cast();
    let (app, who) = (&cast.stage.app, &cast.supplier.who);
    cast.publish(vec![row(CardRecourse::Without, "3.20")]);
    let request = cast.ask("300000.00");
    assert_eq!(
        instant_quotes::again(app, who, request).unwrap(),
        0,
        "it stands"
    );
    // A quote by hand stands beside it.
    let by_hand = quote(
        &cast.stage,
        &cast.bank,
        request,
        &terms(&cast.stage, "3.00"),
    )
    .unwrap();
    assert_eq!(cast.offers(request).len(), 2);
    // Past its moment, but no job has been by yet: it gives way to a new one all the same.
    let later = app.moment().unwrap() + Duration::minutes(16);
    let over = app
        .store
        .write(|tx| tx.quotes_of_cards_lapse(&[request], later));
    assert_eq!(over.unwrap(), 1);
    assert_eq!(instant_quotes::again(app, who, request).unwrap(), 1);
    let first = cast.offers(request)[1].id;
    let ended = expire_inquiries::run(app, later).unwrap();
    assert_eq!((ended.requests, ended.quotes), (0, 1));
    let left: Vec<_> = cast.offers(request).iter().map(|one| one.id).collect();
    assert_eq!(left, [by_hand], "an old offer of a card is not in the way");
    let late = sign(&cast.stage, &cast.supplier, first).unwrap_err();
    assert_eq!(late.code(), "quote_expired");
    assert_eq!(instant_quotes::again(app, who, request).unwrap(), 1);
    let fresh = cast.offers(request)[1].clone();
    assert_ne!(fresh.id, first);
    assert_eq!(fresh.state, QuoteState::Offered);
    // The business day moves on, and its moment along: what was reckoned to yesterday's pay-out is
    // over.
    cast.stage.advance(OPENING + Days::new(1));
    let stale = sign(&cast.stage, &cast.supplier, fresh.id).unwrap_err();
    assert_eq!(stale.code(), "quote_expired");
    assert_eq!(letters(&cast.stage, &cast.supplier), ["quote_received"]);
    let foreign = instant_quotes::again(app, &cast.bank.who, request).unwrap_err();
    assert_eq!(foreign.code(), "forbidden");
    let other = cast.stage.supplier("东岭铸造");
    let foreign = instant_quotes::again(app, &other.who, request).unwrap_err();
    assert_eq!(foreign.code(), "not_found");
}

#[test]
fn purchases_never_exceed_what_a_card_offers_in_all() {
    let cast = cast();
    let (app, bank) = (&cast.stage.app, &cast.bank);
    let mut terms = card_of(vec![row(CardRecourse::Without, "3.20")]);
    terms.most_in_all = Stage::yuan("500000.00");
    let card = publish(&cast.stage, bank, &terms).unwrap();
    let second = cast
        .stage
        .issued_paper(&cast.supplier, Stage::yuan("250000.00"), MATURITY);
    let request = cast.ask("300000.00");
    let both = ask(
        &cast.stage,
        &cast.supplier,
        &second.fragment,
        Stage::yuan("250000.00"),
        &[bank],
    )
    .unwrap();
    let (first, then) = (cast.offers(request)[0].id, cast.offers(both)[0].id);
    sign(&cast.stage, &cast.supplier, first).unwrap();
    let refused = sign(&cast.stage, &cast.supplier, then).unwrap_err();
    assert_eq!(refused.code(), "card_used_up");
    let before = cast.stage.book_size();
    assert_eq!(
        instant_quotes::again(app, &cast.supplier.who, both).unwrap(),
        0
    );
    // The money doesn't come: the sum is free again.
    let payout = instruction(&cast.stage, first);
    crate::finance_stage::register(&cast.stage, bank, first);
    report_payout::authorise(app, &bank.who, first, None).unwrap();
    rejected(&cast.stage, &payout);
    complete_discount::run_due(app).unwrap();
    assert_eq!(
        rate_cards_view::one(app, &bank.who, card).unwrap().used,
        Some(Amount::ZERO)
    );
    assert_eq!(cast.stage.book_size(), before + 1);
    sign(&cast.stage, &cast.supplier, then).unwrap();
}

#[test]
fn a_card_that_is_not_the_callers_or_not_whole_is_refused() {
    let cast = cast();
    let (app, bank) = (&cast.stage.app, &cast.bank);
    let other = cast.stage.bank("海港保理");
    let good = card_of(vec![
        row(CardRecourse::Without, "3.20"),
        row(CardRecourse::With, "3.00"),
    ]);
    let prepared = publish_rates::prepare(app, &bank.who, &good).unwrap();
    let signing = bank.signing_card(&prepared);
    let submit = |who: &Actor, body: &[u8], signing: &Signing<'_>| {
        let done = publish_rates::submit(app, &who.who, body, signing, None);
        done.map_or_else(|error| error.code(), |_| "ok")
    };
    assert_eq!(
        submit(&other, &prepared.body, &signing),
        "rate_card_not_yours"
    );
    assert_eq!(
        submit(bank, &prepared.body, &other.signing()),
        "wrong_signer"
    );
    let (key, bytes) = match &signing {
        Signing::Brought { key, bytes } => (*key, *bytes),
        Signing::With(_) => panic!("brought"),
    };
    let mut forged = bytes;
    forged[3] ^= 1;
    let forged = Signing::Brought { key, bytes: forged };
    assert_eq!(submit(bank, &prepared.body, &forged), "bad_signature");
    for at in 0..prepared.body.len() {
        let mut changed = prepared.body.clone();
        changed[at] ^= 1;
        assert_ne!(submit(bank, &changed, &signing), "ok", "byte {at}");
    }
    assert_eq!(submit(bank, &prepared.body, &signing), "ok");
    assert_eq!(submit(bank, &prepared.body, &signing), "rate_card_id_taken");
    assert_eq!(
        submit(&cast.supplier, &prepared.body, &signing),
        "forbidden"
    );
    let id = prepared.card.id;
    let foreign = rate_cards_view::one(app, &other.who, id).unwrap_err();
    assert_eq!(foreign.code(), "not_found");
    let foreign = publish_rates::withdraw(app, &other.who, id).unwrap_err();
    assert_eq!(foreign.code(), "not_found");
    assert_eq!(
        rate_cards_view::list(app, &other.who, None, 10)
            .unwrap()
            .items
            .len(),
        0
    );
    let own = rate_cards_view::list(app, &bank.who, None, 10)
        .unwrap()
        .items;
    assert_eq!((own.len(), own[0].rows.len()), (1, 2));
}

#[test]
fn what_no_card_may_say() {
    let cast = cast();
    let code = |change: &dyn Fn(&mut CardTerms)| {
        let mut terms = card_of(vec![row(CardRecourse::Without, "3.20")]);
        change(&mut terms);
        publish_rates::prepare(&cast.stage.app, &cast.bank.who, &terms)
            .map_or_else(|error| error.code(), |_| "ok")
    };
    assert_eq!(code(&|_| {}), "ok");
    assert_eq!(code(&|t| t.rows.clear()), "card_rows_not_possible");
    assert_eq!(code(&|t| t.quote_minutes = 4), "quote_minutes_not_possible");
    assert_eq!(code(&|t| t.payout_lag_days = 31), "payout_lag_not_possible");
    assert_eq!(code(&|t| t.rows[0].days_from = 0), "card_days_not_possible");
    assert_eq!(
        code(&|t| t.rows[0].days_from = 366),
        "card_days_not_possible"
    );
    assert_eq!(
        code(&|t| t.rows[0].amount_from = Amount::ZERO),
        "card_amounts_not_possible"
    );
    assert_eq!(
        code(&|t| t.rows[0].worst_grade = Some(21)),
        "grade_not_possible"
    );
    assert_eq!(
        code(&|t| t.rows[0].recourse = CardRecourse::LimitedPercent(Decimal::ZERO)),
        "recourse_cap_not_possible"
    );
    assert_eq!(
        code(&|t| t.rows[0].rate = Rate::AnnualPercent(number("101"))),
        "rate_absurd"
    );
    assert_eq!(
        code(&|t| {
            t.rows[0].rate = Rate::MonthlyPerMille(number("3"));
            t.rows[0].day_count = DayCount::Actual365Fixed;
        }),
        "rate_needs_months"
    );
    assert_eq!(
        code(&|t| t.buyer_paid_share = number("100.5")),
        "buyer_share_out_of_range"
    );
    assert_eq!(
        code(&|t| t.valid_until = OPENING - Days::new(1)),
        "card_dates_not_possible"
    );
    assert_eq!(
        code(&|t| t.valid_until = OPENING + Days::new(367)),
        "card_dates_not_possible"
    );
}
