//! Fragments are passed on in payment of invoices, and what is refused on the way.

use std::sync::Barrier;

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::enrol_key;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_app::transfer_fragment::offer;
use ledger_app::transfer_fragment::recall;
use ledger_core::amount::Amount;
use ledger_core::id::DocumentId;
use ledger_core::recourse::Recourse;
use ledger_store::live::FragmentRecord;

use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// A first-tier supplier with an accepted paper over ¥1,200,000.00, and its own supplier.
struct Chain {
    stage: Stage,
    first: Actor,
    second: Actor,
    paper: IssuedPaper,
}

impl Chain {
    fn new() -> Chain {
        let stage = Stage::new();
        let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
        let paper = stage.issued_paper(&first, Stage::yuan("1200000.00"), MATURITY);
        Chain {
            stage,
            first,
            second,
            paper,
        }
    }

    fn command(&self, amount: &str, documents: Vec<DocumentId>) -> OfferTransfer {
        OfferTransfer {
            fragment: self.paper.fragment.clone(),
            amount: Stage::yuan(amount),
            to: self.second.party(),
            recourse: Recourse::Without,
            documents,
        }
    }

    fn invoice(&self, amount: &str) -> DocumentId {
        self.stage
            .invoice(&self.second, &self.first, Stage::yuan(amount))
    }

    fn offer(&self, command: &OfferTransfer) -> Result<Offered, AppError> {
        offer(
            &self.stage.app,
            &self.first.who,
            &self.first.signing(),
            command,
            None,
        )
    }

    fn used(&self, document: DocumentId) -> Amount {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.documents_by_ids(&[document]))
            .unwrap();
        found[0].used
    }

    fn held(&self, by: &Actor) -> Vec<FragmentRecord> {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.fragments_of_holder(by.party(), 100));
        found.unwrap()
    }

    /// A refusal with this code that leaves the book as it was.
    fn refused(&self, command: &OfferTransfer, code: &str) {
        let before = self.stage.book_size();
        assert_eq!(self.offer(command).unwrap_err().code(), code);
        assert_eq!(self.stage.book_size(), before, "{code}");
    }
}

#[test]
fn a_part_is_cut_off_offered_and_accepted() {
    let chain = Chain::new();
    let invoice = chain.invoice("300000.00");
    let offered = chain
        .offer(&chain.command("300000.00", vec![invoice]))
        .unwrap();
    assert!(offered.rest.is_some());
    assert_eq!(chain.used(invoice), Stage::yuan("300000.00"));

    let answer = |by: &Actor, answer| {
        answer_offer::run(
            &chain.stage.app,
            &by.who,
            &by.signing(),
            &offered.offered,
            answer,
            None,
        )
    };
    let answered = answer(&chain.second, Answer::Accept).unwrap();
    assert!(answered.fragment.is_some());
    let amounts = |by| -> Vec<Amount> {
        chain
            .held(by)
            .iter()
            .map(|f| f.fragment.range.amount())
            .collect()
    };
    assert_eq!(amounts(&chain.first), [Stage::yuan("900000.00")]);
    assert_eq!(amounts(&chain.second), [Stage::yuan("300000.00")]);
    assert_eq!(chain.held(&chain.second)[0].fragment.tier, 2);
    let twice = answer(&chain.second, Answer::Accept).unwrap_err();
    assert_eq!(twice.code(), "fragment_spent");
}

#[test]
fn a_whole_fragment_leaves_no_rest() {
    let chain = Chain::new();
    let invoice = chain.invoice("1200000.00");
    let offered = chain
        .offer(&chain.command("1200000.00", vec![invoice]))
        .unwrap();
    assert_eq!(offered.rest, None);
}

#[test]
fn declined_or_recalled_it_is_the_offerers_again_and_the_invoice_is_free() {
    let chain = Chain::new();
    let invoice = chain.invoice("300000.00");
    let offered = chain
        .offer(&chain.command("300000.00", vec![invoice]))
        .unwrap();
    let (app, second) = (&chain.stage.app, &chain.second);
    let stranger = chain.stage.supplier("旁人");
    let foreign = answer_offer::run(
        app,
        &stranger.who,
        &stranger.signing(),
        &offered.offered,
        Answer::Accept,
        None,
    );
    assert_eq!(foreign.unwrap_err(), AppError::NotFound);
    let declined = answer_offer::run(
        app,
        &second.who,
        &second.signing(),
        &offered.offered,
        Answer::Refuse,
        None,
    )
    .unwrap();
    assert_eq!(chain.used(invoice), Amount::ZERO);
    assert_eq!(chain.held(&chain.first).len(), 2);

    let again = OfferTransfer {
        fragment: declined.fragment.unwrap(),
        ..chain.command("300000.00", vec![invoice])
    };
    let offered = chain.offer(&again).unwrap();
    let not_hers = recall(app, &second.who, &second.signing(), &offered.offered);
    assert_eq!(not_hers.unwrap_err(), AppError::NotFound);
    recall(
        app,
        &chain.first.who,
        &chain.first.signing(),
        &offered.offered,
    )
    .unwrap();
    assert_eq!(chain.used(invoice), Amount::ZERO);
}

#[test]
fn of_several_invoices_each_gets_back_what_it_gave() {
    let chain = Chain::new();
    let (one, other) = (chain.invoice("100000.00"), chain.invoice("100000.00"));
    for (full, partly) in [(one, other), (other, one)] {
        let held = chain.held(&chain.first).into_iter();
        let largest = held.max_by_key(|one| one.range.amount()).unwrap();
        let before = OfferTransfer {
            fragment: chain.stage.app.public_ids.show(largest.no),
            ..chain.command("70000.00", vec![partly])
        };
        let standing = chain.offer(&before).unwrap();
        let both = OfferTransfer {
            fragment: standing.rest.unwrap(),
            ..chain.command("120000.00", vec![full, partly])
        };
        let offered = chain.offer(&both).unwrap();
        let sum = Stage::yuan("100000.00");
        assert_eq!(
            (chain.used(full), chain.used(partly)),
            (sum, Stage::yuan("90000.00"))
        );
        let (app, first) = (&chain.stage.app, &chain.first);
        recall(app, &first.who, &first.signing(), &offered.offered).unwrap();
        let left = Stage::yuan("70000.00");
        assert_eq!((chain.used(full), chain.used(partly)), (Amount::ZERO, left));
        recall(app, &first.who, &first.signing(), &standing.offered).unwrap();
        assert_eq!(chain.used(partly), Amount::ZERO);
    }
}

#[test]
fn every_wrong_offer_is_refused_and_leaves_no_trace() {
    let chain = Chain::new();
    let invoice = chain.invoice("2000000.00");
    let good = chain.command("300000.00", vec![invoice]);
    let own = chain
        .stage
        .invoice(&chain.first, &chain.first, Stage::yuan("300000.00"));
    let with = |change: fn(&mut OfferTransfer)| {
        let mut command = good.clone();
        change(&mut command);
        command
    };
    let mut to_itself = chain.command("300000.00", vec![own]);
    to_itself.to = chain.first.party();
    chain.refused(&to_itself, "self_transfer");
    chain.refused(
        &chain.command("1200000.01", vec![invoice]),
        "more_than_held",
    );
    chain.refused(&with(|c| c.amount = Amount::ZERO), "zero_amount");
    chain.refused(&with(|c| c.documents.clear()), "no_trade_document");
    let unknown = DocumentId::from_bytes([9; 16]);
    chain.refused(
        &chain.command("300000.00", vec![unknown]),
        "unknown_document",
    );
    chain.refused(
        &with(|c| c.to = ledger_core::id::PartyId::from_bytes([9; 16])),
        "unknown_party",
    );
    chain.refused(
        &with(|c| c.fragment = "0000000000000".to_owned()),
        "not_found",
    );
    chain.refused(&with(|c| c.fragment = "nonsense".to_owned()), "not_found");
    let small = chain.invoice("299999.99");
    chain.refused(&chain.command("300000.00", vec![small]), "document_used_up");
    chain.refused(
        &chain.command("300000.00", vec![own]),
        "document_not_for_this_trade",
    );
    chain.offer(&good).unwrap();
    chain.refused(&good, "fragment_spent");
}

#[test]
fn an_invoice_carries_its_amount_once() {
    let chain = Chain::new();
    let invoice = chain.invoice("500000.00");
    let first = chain
        .offer(&chain.command("400000.00", vec![invoice]))
        .unwrap();
    let rest = OfferTransfer {
        fragment: first.rest.unwrap(),
        ..chain.command("100000.01", vec![invoice])
    };
    chain.refused(&rest, "document_used_up");
    let fits = OfferTransfer {
        amount: Stage::yuan("100000.00"),
        ..rest
    };
    chain.offer(&fits).unwrap();
    assert_eq!(chain.used(invoice), Stage::yuan("500000.00"));
}

#[test]
fn only_the_holders_living_key_signs() {
    let chain = Chain::new();
    let command = chain.command("300000.00", vec![chain.invoice("300000.00")]);
    let app = &chain.stage.app;
    let before = chain.stage.book_size();
    let other = offer(
        app,
        &chain.first.who,
        &chain.second.signing(),
        &command,
        None,
    );
    assert_eq!(other.unwrap_err().code(), "wrong_signer");
    let foreign = offer(
        app,
        &chain.second.who,
        &chain.second.signing(),
        &command,
        None,
    );
    assert_eq!(foreign.unwrap_err(), AppError::NotFound);
    let maker = &chain.stage.obligor().maker;
    let obligors = offer(app, &maker.who, &maker.signing(), &command, None);
    assert_eq!(obligors.unwrap_err().code(), "forbidden");
    assert_eq!(chain.stage.book_size(), before);

    enrol_key::revoke(app, &chain.stage.operator, chain.first.signer.key()).unwrap();
    chain.refused(&command, "revoked_key");
}

#[test]
fn past_maturity_nothing_is_passed_on() {
    let chain = Chain::new();
    let command = chain.command("300000.00", vec![chain.invoice("300000.00")]);
    chain.stage.advance(MATURITY);
    chain.refused(&command, "past_maturity");
}

#[test]
fn the_same_request_again_gets_the_same_answer_and_does_nothing() {
    let chain = Chain::new();
    let command = chain.command("300000.00", vec![chain.invoice("300000.00")]);
    let app = &chain.stage.app;
    let ask = |request: &[u8]| {
        let key = IdempotencyKey::new(&chain.first.who, "pay-17", &[request]).unwrap();
        offer(
            app,
            &chain.first.who,
            &chain.first.signing(),
            &command,
            Some(key),
        )
    };
    let answer = ask(b"POST /transfers 300000").unwrap();
    let size = chain.stage.book_size();
    assert_eq!(ask(b"POST /transfers 300000").unwrap(), answer);
    assert_eq!(chain.stage.book_size(), size);
    let reused = ask(b"POST /transfers 400000").unwrap_err();
    assert_eq!(reused, AppError::KeyReused);
}

#[test]
fn of_two_who_spend_one_fragment_exactly_one_wins_200_times() {
    let chain = Chain::new();
    let third = chain.stage.supplier("三级供应商");
    let app = &chain.stage.app;
    let to_second = chain.invoice("1200000.00");
    let to_third = chain
        .stage
        .invoice(&third, &chain.first, Stage::yuan("1200000.00"));
    // Each round spends one cent less of what is left, so that the fragment is new every time.
    let mut fragment = chain.paper.fragment.clone();
    for round in 0..200 {
        let start = Barrier::new(2);
        let pay = |to: &Actor, document| {
            let command = OfferTransfer {
                fragment: fragment.clone(),
                amount: Stage::yuan("1.00"),
                to: to.party(),
                recourse: Recourse::Without,
                documents: vec![document],
            };
            start.wait();
            offer(
                app,
                &chain.first.who,
                &chain.first.signing(),
                &command,
                None,
            )
        };
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| pay(&chain.second, to_second));
            let two = scope.spawn(|| pay(&third, to_third));
            (one.join().unwrap(), two.join().unwrap())
        });
        let (won, lost) = match (one, two) {
            (Ok(won), Err(lost)) | (Err(lost), Ok(won)) => (won, lost),
            other => panic!("round {round}: {other:?}"),
        };
        assert_eq!(lost.code(), "fragment_spent", "round {round}");
        fragment = won.rest.unwrap();
    }
    let taken = chain.used(to_second).minor() + chain.used(to_third).minor();
    assert_eq!(taken, 200 * 100, "the loser took nothing of its invoice");
}
