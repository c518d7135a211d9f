//! Ask once on several fragments, compare what several banks offer, sign one offer whole.

use ledger_app::decline_request;
use ledger_app::expire_inquiries;
use ledger_app::portfolio;
use ledger_app::provider_inbox;
use ledger_app::quote_fragment;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::sign_quote;
use ledger_app::supplier_quotes;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::withdraw_inquiry;
use ledger_core::fragment::FragmentState;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::recourse::Recourse;
use ledger_store::finance::RequestState;
use ledger_store::quotes::DiscountState;

use crate::finance_stage::ask;
use crate::finance_stage::fragment;
use crate::finance_stage::in_hours;
use crate::finance_stage::inquire;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::part;
use crate::finance_stage::quote;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A supplier that holds two papers, 600,000.00 until September and 400,000.00 until July.
struct Market {
    stage: Stage,
    supplier: Actor,
    long: String,
    short: String,
}

fn july() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap()
}

fn market() -> Market {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let long = stage.issued_paper(&supplier, Stage::yuan("600000.00"), MATURITY);
    let short = stage.issued_paper(&supplier, Stage::yuan("400000.00"), july());
    Market {
        supplier,
        long: long.fragment,
        short: short.fragment,
        stage,
    }
}

impl Market {
    fn command(&self, providers: Providers) -> RequestFinance {
        RequestFinance {
            parts: vec![
                part(&self.long, Stage::yuan("250000.00")),
                part(&self.short, Stage::yuan("400000.00")),
            ],
            providers,
            bidding: Bidding::Open,
            expires_at: in_hours(&self.stage, 48),
        }
    }

    fn asked(&self) -> Vec<RequestId> {
        inquire(&self.stage, &self.supplier, &self.command(Providers::All)).unwrap()
    }

    fn seen(&self, request: RequestId) -> supplier_quotes::Comparison {
        supplier_quotes::run(&self.stage.app, &self.supplier.who, request).unwrap()
    }

    fn sign(
        &self,
        quotes: &[QuoteId],
    ) -> Result<Vec<sign_quote::Signed>, ledger_app::error::AppError> {
        let (app, supplier) = (&self.stage.app, &self.supplier);
        sign_quote::offer(app, &supplier.who, &supplier.signing(), quotes, None)
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn two_banks_compete_for_two_fragments_and_one_offer_is_signed_whole() {
    let market = market();
    let stage = &market.stage;
    let (dear, cheap, third) = (
        stage.bank("江口银行"),
        stage.bank("海港保理"),
        stage.bank("山前银行"),
    );
    let requests = market.asked();
    assert_eq!(requests.len(), 2);
    for bank in [&dear, &cheap, &third] {
        assert_eq!(
            letters(stage, bank),
            ["finance_requested"],
            "one letter for both"
        );
        let offered = provider_inbox::one(&stage.app, &bank.who, requests[0]).unwrap();
        assert_eq!(offered.siblings, [requests[1]]);
    }
    let of = |bank: &Actor, rate: &str| -> Vec<QuoteId> {
        let ids = requests
            .iter()
            .map(|request| quote(stage, bank, *request, &terms(stage, rate)));
        ids.collect::<Result<_, _>>().unwrap()
    };
    let (lost, won) = (of(&dear, "4.10"), of(&cheap, "2.85"));
    let partial = quote(stage, &third, requests[1], &terms(stage, "1.00")).unwrap();

    let seen = market.seen(requests[1]);
    assert_eq!(seen.total, Stage::yuan("650000.00"));
    assert_eq!(
        seen.hold
            .iter()
            .map(|h| (h.due_date, h.amount))
            .collect::<Vec<_>>(),
        [
            (july(), Stage::yuan("400000.00")),
            (MATURITY, Stage::yuan("250000.00"))
        ]
    );
    // Whole offers first, then the cheaper one that is on a part only.
    let names: Vec<&str> = seen
        .offers
        .iter()
        .map(|o| o.provider_name.as_str())
        .collect();
    assert_eq!(names, ["海港保理", "江口银行", "山前银行"]);
    assert_eq!(
        seen.offers.iter().map(|o| o.complete).collect::<Vec<_>>(),
        [true, true, false]
    );
    let best = &seen.offers[0];
    // 250,000.00 × 2.85 % × 184 / 360 = 3,641.67; 400,000.00 × 2.85 % × 121 / 360 = 3,831.67.
    assert_eq!(best.cost, Stage::yuan("7473.34"));
    assert_eq!(best.proceeds, Stage::yuan("642526.66"));
    assert_eq!(best.face, Stage::yuan("650000.00"));
    // 7,473.34 × 360 / (246,358.33 × 184 + 396,168.33 × 121) = 2.8846 %.
    assert_eq!(best.annual_cost.to_string(), "2.8846");
    let home = portfolio::run(&stage.app, &market.supplier.who, None, 10).unwrap();
    assert_eq!((home.inquiries.len(), home.inquiries[0].offers), (1, 3));
    let list = supplier_quotes::list(&stage.app, &market.supplier.who, 10).unwrap();
    assert_eq!((list.len(), list[0].parts.len(), list[0].offers), (1, 2, 3));
    assert_eq!(list[0].best_annual_cost, Some(best.annual_cost));

    // Quotes of two banks are no offer, nor is one quote twice.
    for mixed in [vec![won[0], lost[1]], vec![won[0], won[0]], Vec::new()] {
        let before = stage.book_size();
        assert!(market.sign(&mixed).is_err());
        assert_eq!(stage.book_size(), before);
    }
    let signed = market.sign(&won).unwrap();
    assert_eq!(signed.len(), 2);
    for (id, request) in won.iter().zip(&requests) {
        let payout = instruction(stage, *id);
        assert_eq!(payout.debtor, cheap.party());
        let known = stage
            .app
            .store
            .read(|tx| tx.finance_requests_by_ids(&[*request]));
        assert_eq!(known.unwrap()[0].state, RequestState::Signed);
    }
    for one in &signed {
        let state = fragment(stage, &one.fragment).state;
        assert_eq!(
            state,
            FragmentState::FinanceLocked {
                provider: cheap.party()
            }
        );
    }
    let after = market.seen(requests[0]);
    assert!(
        after
            .parts
            .iter()
            .all(|part| part.discount == Some(DiscountState::Signed))
    );
    assert!(!after.is_open() && after.offers.iter().all(|offer| !offer.stands));
    assert_eq!(
        letters(stage, &cheap),
        ["finance_requested", "quote_accepted", "quote_accepted"]
    );
    assert_eq!(
        letters(stage, &dear),
        ["finance_requested", "quote_lapsed", "quote_lapsed"]
    );
    assert_eq!(
        market.sign(&[partial]).unwrap_err().code(),
        "quote_not_on_offer"
    );
}

#[test]
fn a_part_of_an_inquiry_may_be_signed_and_the_rest_stays_open() {
    let market = market();
    let stage = &market.stage;
    let (one, other) = (stage.bank("江口银行"), stage.bank("海港保理"));
    let requests = market.asked();
    let first = quote(stage, &one, requests[1], &terms(stage, "2.00")).unwrap();
    let second = quote(stage, &other, requests[0], &terms(stage, "3.00")).unwrap();
    market.sign(&[first]).unwrap();
    let seen = market.seen(requests[0]);
    assert!(seen.is_open());
    // What is left is all that the other bank offers: whole now.
    let standing: Vec<_> = seen.offers.iter().filter(|offer| offer.stands).collect();
    assert_eq!((standing.len(), standing[0].complete), (1, true));
    market.sign(&[second]).unwrap();
    assert!(!market.seen(requests[0]).is_open());
}

#[test]
fn an_offer_is_signed_whole_or_not_at_all() {
    let market = market();
    let stage = &market.stage;
    let bank = stage.bank("江口银行");
    let requests = market.asked();
    let ids: Vec<QuoteId> = requests
        .iter()
        .map(|request| quote(stage, &bank, *request, &terms(stage, "3")).unwrap())
        .collect();
    // The holder cuts one of the two fragments while it is on offer: that ends its quote.
    let next = stage.supplier("山城橡胶");
    let amount = Stage::yuan("100.00");
    let command = OfferTransfer {
        fragment: market.short.clone(),
        amount,
        to: next.party(),
        recourse: Recourse::Without,
        documents: vec![stage.invoice(&next, &market.supplier, amount)],
    };
    let (who, signing) = (&market.supplier.who, market.supplier.signing());
    transfer_fragment::offer(&stage.app, who, &signing, &command, None).unwrap();
    let before = stage.book_size();
    assert_eq!(market.sign(&ids).unwrap_err().code(), "fragment_spent");
    assert_eq!(stage.book_size(), before, "nor was the other sold");
    let other = stage
        .app
        .store
        .read(|tx| tx.quotes_by_ids(&[ids[0]]))
        .unwrap();
    assert_eq!(other[0].state, ledger_store::quotes::QuoteState::Offered);
    let refused = quote_fragment::prepare(&stage.app, &bank.who, requests[1], &terms(stage, "3"));
    assert_eq!(refused.unwrap_err().code(), "fragment_spent");
    // The other can still be signed for itself.
    market.sign(&ids[..1]).unwrap();
    let now = stage.app.moment().unwrap();
    assert_eq!(expire_inquiries::run(&stage.app, now).unwrap().overtaken, 1);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn what_cant_be_asked_is_refused_and_changes_nothing() {
    let market = market();
    let stage = &market.stage;
    let code = |command: &RequestFinance| {
        inquire(stage, &market.supplier, command)
            .unwrap_err()
            .code()
    };
    assert_eq!(code(&market.command(Providers::All)), "no_provider");
    let bank = stage.bank("江口银行");
    let good = market.command(Providers::Chosen(vec![bank.party()]));
    let with = |change: &dyn Fn(&mut RequestFinance)| {
        let mut command = good.clone();
        change(&mut command);
        code(&command)
    };
    assert_eq!(with(&|c| c.parts.clear()), "no_fragment");
    assert_eq!(
        with(&|c| c.parts[1] = c.parts[0].clone()),
        "fragment_asked_twice"
    );
    assert_eq!(
        with(&|c| c.parts = vec![c.parts[0].clone(); 51]),
        "too_many_fragments"
    );
    assert_eq!(
        with(&|c| c.parts[1].fragment = "nowhere".to_owned()),
        "not_found"
    );
    assert_eq!(
        with(&|c| c.parts[1].amount = Stage::yuan("400000.01")),
        "more_than_held"
    );
    assert_eq!(
        with(&|c| c.providers = Providers::Chosen(Vec::new())),
        "no_provider"
    );
    let supplier = market.supplier.party();
    assert_eq!(
        with(&|c| c.providers = Providers::Chosen(vec![supplier])),
        "provider_not_active"
    );
    for until in [
        in_hours(stage, -1),
        in_hours(stage, 48),
        in_hours(stage, 60),
    ] {
        assert_eq!(
            with(&|c| c.bidding = Bidding::Sealed(until)),
            "bids_until_not_possible"
        );
    }
    let stranger = stage.supplier("山城橡胶");
    assert_eq!(
        inquire(stage, &stranger, &good).unwrap_err().code(),
        "not_found"
    );
    assert_eq!(
        inquire(stage, &bank, &good).unwrap_err().code(),
        "forbidden"
    );
    assert!(
        supplier_quotes::list(&stage.app, &market.supplier.who, 10)
            .unwrap()
            .is_empty()
    );
    // One of the two is being asked on already: neither is asked on again.
    let all = Stage::yuan("600000.00");
    ask(stage, &market.supplier, &market.long, all, &[&bank]).unwrap();
    assert_eq!(code(&good), "fragment_already_requested");
    assert_eq!(
        supplier_quotes::list(&stage.app, &market.supplier.who, 10)
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_inquiry_is_taken_back_whole_by_its_holder_alone() {
    let market = market();
    let stage = &market.stage;
    let bank = stage.bank("江口银行");
    let requests = market.asked();
    quote(stage, &bank, requests[0], &terms(stage, "3")).unwrap();
    decline_request::run(&stage.app, &bank.who, requests[1]).unwrap();
    let stranger = stage.supplier("山城橡胶");
    let refused = withdraw_inquiry::run(&stage.app, &stranger.who, requests[0]);
    assert_eq!(refused.unwrap_err().code(), "not_found");
    withdraw_inquiry::run(&stage.app, &market.supplier.who, requests[1]).unwrap();
    withdraw_inquiry::run(&stage.app, &market.supplier.who, requests[1]).unwrap();
    let states: Vec<RequestState> = market
        .seen(requests[0])
        .parts
        .iter()
        .map(|part| part.asked.request.state)
        .collect();
    assert!(states.contains(&RequestState::Withdrawn) && states.contains(&RequestState::Declined));
    assert_eq!(letters(stage, &bank), ["finance_requested", "quote_lapsed"]);
    assert_eq!(OPENING, stage.app.business_date().unwrap());
}
