//! Standing rates are published by two hands of one house, or not at all.

use ledger_app::approve_rates;
use ledger_app::error::AppError;
use ledger_app::propose_rates;
use ledger_app::proposed_rates;
use ledger_app::proposed_rates::ProposalState;
use ledger_app::rate_cards_view;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_store::users::Role;
use uuid::Uuid;

use crate::finance_stage::letters;
use crate::rate_cards::card_of;
use crate::rate_cards::row;
use crate::sign_in::behind;
use crate::stage::Actor;
use crate::stage::Stage;

struct House {
    stage: Stage,
    maker: Actor,
    checker: Actor,
}

fn house() -> House {
    let stage = Stage::new();
    let maker = stage.bank("江口银行");
    let checker = stage.person(maker.party(), "钱进", Role::Checker);
    House {
        stage,
        maker,
        checker,
    }
}

impl House {
    fn propose(&self, who: &Actor) -> Result<Uuid, AppError> {
        let terms = card_of(vec![row(CardRecourse::Without, "2.85")]);
        propose_rates::run(&self.stage.app, &who.who, &terms, "本月")
    }

    fn approve(&self, who: &Actor, proposal: Uuid) -> Result<String, AppError> {
        let (app, signing) = (&self.stage.app, who.signing());
        Ok(approve_rates::run(app, &who.who, proposal, &signing)?.card)
    }

    fn standing(&self) -> usize {
        let cards = rate_cards_view::list(&self.stage.app, &self.maker.who, None, 10);
        cards.unwrap().items.len()
    }
}

#[test]
fn the_second_hand_signs_what_the_first_drew_up() {
    let house = house();
    let app = &house.stage.app;
    assert_eq!(
        house.propose(&house.checker).unwrap_err().code(),
        "forbidden"
    );
    let proposal = house.propose(&house.maker).unwrap();
    assert_eq!(
        letters(&house.stage, &house.checker).last(),
        Some(&"rates_proposed")
    );
    assert!(!letters(&house.stage, &house.maker).contains(&"rates_proposed"));

    let own = house.approve(&house.maker, proposal).unwrap_err();
    assert_eq!(own.code(), "same_person");
    let with = house.maker.signing();
    let key = approve_rates::run(app, &house.checker.who, proposal, &with).unwrap_err();
    assert_eq!(key.code(), "not_your_key");
    let stranger = house.stage.bank("海港保理");
    let foreign = house.approve(&stranger, proposal).unwrap_err();
    assert_eq!(foreign.code(), "not_found");
    assert_eq!(house.standing(), 0);

    let card = house.approve(&house.checker, proposal).unwrap();
    let published = rate_cards_view::list(app, &house.maker.who, None, 10).unwrap();
    assert_eq!(published.items[0].card.id.to_string(), card);
    let rate = published.items[0].rows[0].row.rate;
    assert_eq!(rate, Rate::AnnualPercent("2.85".parse().unwrap()));
    let again = house.approve(&house.checker, proposal).unwrap_err();
    assert_eq!(again.code(), "rates_decided");
    let back = approve_rates::send_back(app, &house.checker.who, proposal, "再议").unwrap_err();
    assert_eq!(back.code(), "rates_decided");
    assert_eq!(house.standing(), 1);
}

#[test]
fn what_was_sent_back_or_taken_back_is_not_signed_any_more() {
    let house = house();
    let app = &house.stage.app;
    let first = house.propose(&house.maker).unwrap();
    let bare = approve_rates::send_back(app, &house.checker.who, first, " ").unwrap_err();
    assert_eq!(bare.code(), "word_missing");
    let other = propose_rates::withdraw(app, &house.stage.bank("海港保理").who, first);
    assert_eq!(other.unwrap_err().code(), "not_found");
    approve_rates::send_back(app, &house.checker.who, first, "利率偏低").unwrap();
    let mail = letters(&house.stage, &house.maker);
    assert_eq!(mail.last(), Some(&"rates_returned"));
    let second = house.propose(&house.maker).unwrap();
    propose_rates::withdraw(app, &house.maker.who, second).unwrap();
    for proposal in [first, second] {
        let late = house.approve(&house.checker, proposal).unwrap_err();
        assert_eq!(late.code(), "rates_decided");
    }
    assert_eq!(house.standing(), 0);
    let seen = proposed_rates::list(app, &house.maker.who).unwrap();
    let states: Vec<ProposalState> = seen.iter().map(|one| one.state).collect();
    assert_eq!(states, [ProposalState::Withdrawn, ProposalState::Returned]);
    assert_eq!(seen[1].decision.as_ref().unwrap().word, "利率偏低");
}

#[test]
fn rates_are_looked_at_again_on_the_day_they_are_signed() {
    let house = house();
    let proposal = house.propose(&house.maker).unwrap();
    behind(&house.stage, "UPDATE business_date SET today = today + 300");
    let late = house.approve(&house.checker, proposal).unwrap_err();
    assert_eq!(late.code(), "card_dates_not_possible");
    assert_eq!(house.standing(), 0);
}
