//! Two platforms, each with its own database, and the same invoice. The way between them is direct
//! here; over the wire it is tried in invoice-circle.

use std::sync::Arc;
use std::sync::Mutex;

use chrono::DateTime;
use chrono::Duration;
use chrono::Utc;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::answer_peer;
use ledger_app::app::App;
use ledger_app::circle::Circle;
use ledger_app::circle::Peer;
use ledger_app::circle::PeerAct;
use ledger_app::circle::PeerAnswer;
use ledger_app::circle::PeerMessage;
use ledger_app::error::AppError;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::tell_peers;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_core::amount::Amount;
use ledger_core::hash::InvoiceKin;
use ledger_core::hash::InvoiceToken;
use ledger_core::id::DocumentId;
use ledger_core::invoice_token::CircleKey;
use ledger_core::recourse::Recourse;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::documents::DocumentKind;
use uuid::Uuid;

use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

/// The way to the other platform; it can be cut.
#[derive(Debug, Default)]
pub(crate) struct Way {
    to: Mutex<Option<App>>,
    cut: Mutex<Option<PeerAct>>,
    from: &'static str,
}

impl Way {
    fn new(from: &'static str) -> Arc<Way> {
        Arc::new(Way {
            to: Mutex::new(None),
            cut: Mutex::new(None),
            from,
        })
    }

    pub(crate) fn lead_to(&self, app: Option<&App>) {
        *self.to.lock().unwrap() = app.cloned();
        *self.cut.lock().unwrap() = None;
    }

    /// Lets no such message through any more.
    pub(crate) fn cut_at(&self, act: PeerAct) {
        *self.cut.lock().unwrap() = Some(act);
    }
}

impl Peer for Way {
    fn name(&self) -> &str {
        "other"
    }

    fn say(&self, message: &PeerMessage) -> PeerAnswer {
        let Some(app) = self.to.lock().unwrap().clone() else {
            return PeerAnswer::Unknown("the line is cut".to_owned());
        };
        if *self.cut.lock().unwrap() == Some(message.act) {
            return PeerAnswer::Unknown("the line is cut".to_owned());
        }
        match answer_peer::run(&app, self.from, message) {
            Ok(true) => PeerAnswer::Fits,
            Ok(false) => PeerAnswer::DoesNotFit,
            Err(error) => PeerAnswer::Unknown(error.to_string()),
        }
    }
}

/// One platform with a buyer that holds a paper, and the seller of the invoice.
pub(crate) struct Platform {
    pub(crate) stage: Stage,
    pub(crate) app: App,
    pub(crate) way: Arc<Way>,
    pub(crate) buyer: Actor,
    pub(crate) seller: Actor,
    pub(crate) paper: IssuedPaper,
}

impl Platform {
    fn new(name: &'static str) -> Platform {
        let stage = Stage::new();
        let (buyer, seller) = (stage.supplier("买方"), stage.supplier("同一个卖方"));
        let paper = stage.issued_paper(&buyer, Stage::yuan("1000.00"), MATURITY);
        let way = Way::new(name);
        let peer: Arc<dyn Peer> = way.clone();
        let circle = Circle::new(CircleKey::new(&[5; 32]), vec![peer]);
        Platform {
            app: stage.app.clone().with_circle(circle),
            stage,
            way,
            buyer,
            seller,
            paper,
        }
    }

    pub(crate) fn invoice(&self, amount: &str) -> DocumentId {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(self.buyer.party()),
            number: "24217000000146091898".to_owned(),
            issued_on: Some(OPENING),
            amount: Some((Stage::yuan(amount), cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        store_document::run(&self.app, &self.seller.who, &new).unwrap()
    }

    pub(crate) fn pay(
        &self,
        fragment: &str,
        invoice: DocumentId,
        amount: &str,
    ) -> Result<Offered, AppError> {
        let command = OfferTransfer {
            fragment: fragment.to_owned(),
            amount: Stage::yuan(amount),
            to: self.seller.party(),
            recourse: Recourse::Without,
            documents: vec![invoice],
        };
        let (who, signing) = (&self.buyer.who, self.buyer.signing());
        transfer_fragment::offer(&self.app, who, &signing, &command, None)
    }

    pub(crate) fn capacity(&self, invoice: DocumentId) -> DocumentCapacity {
        let found = self.app.store.read(|tx| tx.document_capacities(&[invoice]));
        found.unwrap()[0]
    }
}

/// Two platforms that ask each other.
pub(crate) fn two() -> (Platform, Platform) {
    let (one, two) = (Platform::new("one"), Platform::new("two"));
    one.way.lead_to(Some(&two.app));
    two.way.lead_to(Some(&one.app));
    (one, two)
}

#[test]
fn what_one_has_used_the_other_cannot_and_the_rest_it_can() {
    let (one, two) = two();
    let (here, there) = (one.invoice("100.00"), two.invoice("100.00"));
    let offered = one.pay(&one.paper.fragment, here, "60.00").unwrap();
    assert_eq!(two.capacity(there).elsewhere, Stage::yuan("60.00"));
    let refused = two.pay(&two.paper.fragment, there, "60.00").unwrap_err();
    assert_eq!(refused.code(), "document_used_up", "it knows already");
    let rest = two.pay(&two.paper.fragment, there, "40.00").unwrap();
    assert_eq!(one.capacity(here).elsewhere, Stage::yuan("40.00"));
    assert_eq!(one.capacity(here).free(), Amount::ZERO);
    // Declined at the one, it is free at the other.
    answer_offer::run(
        &one.app,
        &one.seller.who,
        &one.seller.signing(),
        &offered.offered,
        Answer::Refuse,
        None,
    )
    .unwrap();
    tell_peers::run_due(&one.app).unwrap();
    assert_eq!(two.capacity(there).elsewhere, Amount::ZERO);
    assert_eq!(two.capacity(there).free(), Stage::yuan("60.00"));
    two.pay(&rest.rest.unwrap(), there, "60.00").unwrap();
}

#[test]
fn used_there_before_it_comes_in_here_it_counts_when_it_comes() {
    let (one, two) = two();
    let here = one.invoice("100.00");
    one.pay(&one.paper.fragment, here, "70.00").unwrap();
    let there = two.invoice("100.00");
    assert_eq!(two.capacity(there).elsewhere, Stage::yuan("70.00"));
    let refused = two.pay(&two.paper.fragment, there, "30.01").unwrap_err();
    assert_eq!(refused.code(), "document_used_up");
    two.pay(&two.paper.fragment, there, "30.00").unwrap();
}

#[test]
fn the_same_number_over_another_total_is_no_other_invoice() {
    let (one, two) = two();
    let here = one.invoice("100.00");
    one.pay(&one.paper.fragment, here, "10.00").unwrap();
    let there = two.invoice("900.00");
    let refused = two.pay(&two.paper.fragment, there, "10.00").unwrap_err();
    assert_eq!(refused.code(), "document_used_elsewhere");
    assert_eq!(two.capacity(there).reserved, Amount::ZERO, "given back");
}

#[test]
fn without_an_answer_nothing_is_used_and_nothing_stays_held() {
    let (one, two) = two();
    let here = one.invoice("100.00");
    one.way.lead_to(None);
    let before = one.stage.book_size();
    let refused = one.pay(&one.paper.fragment, here, "10.00").unwrap_err();
    assert_eq!(refused.code(), "circle_unreachable");
    assert_eq!(one.stage.book_size(), before);
    assert_eq!(one.capacity(here).free(), Stage::yuan("100.00"));
    one.way.lead_to(Some(&two.app));
    one.pay(&one.paper.fragment, here, "100.00").unwrap();
}

#[test]
fn a_refused_offer_leaves_nothing_held_on_either_side() {
    let (one, two) = two();
    let (here, there) = (one.invoice("100.00"), two.invoice("100.00"));
    // More than the fragment holds: the law refuses after both have reserved.
    let wide = one.invoice_of("2000.00", "24217000000146091899");
    let refused = one.pay(&one.paper.fragment, wide, "1000.01").unwrap_err();
    assert_eq!(refused.code(), "more_than_held");
    assert_eq!(one.capacity(wide).taken(), Amount::ZERO);
    assert_eq!(one.capacity(here).taken(), Amount::ZERO);
    assert_eq!(two.capacity(there).taken(), Amount::ZERO);
}

#[test]
fn both_at_the_same_moment_never_both_pass() {
    let (one, two) = two();
    let (here, there) = (one.invoice("100.00"), two.invoice("100.00"));
    let passed: usize = std::thread::scope(|scope| {
        let a = scope.spawn(|| one.pay(&one.paper.fragment, here, "60.00").is_ok());
        let b = scope.spawn(|| two.pay(&two.paper.fragment, there, "60.00").is_ok());
        usize::from(a.join().unwrap()) + usize::from(b.join().unwrap())
    });
    assert!(passed <= 1, "{passed} passed");
    for (platform, invoice) in [(&one, here), (&two, there)] {
        let capacity = platform.capacity(invoice);
        assert!(capacity.taken() <= capacity.total(), "{capacity:?}");
    }
}

#[test]
fn a_use_that_nobody_decides_lapses_and_one_that_was_made_is_told_later() {
    let (one, two) = two();
    let (here, there) = (one.invoice("100.00"), two.invoice("100.00"));
    let now = one.app.clock.now();
    let message = |act, id, expires_at: DateTime<Utc>| {
        let tokens = one
            .app
            .store
            .read(|tx| tx.document_tokens_of(&[here]))
            .unwrap();
        PeerMessage {
            act,
            id: Uuid::from_bytes([id; 16]),
            token: tokens[0].token,
            kin: tokens[0].kin,
            amount: Stage::yuan("80.00"),
            currency: cny(),
            expires_at,
        }
    };
    let ask =
        |act, id, expires_at| answer_peer::run(&two.app, "one", &message(act, id, expires_at));
    let soon = now + Duration::milliseconds(600);
    assert_eq!(ask(PeerAct::Ask, 1, soon), Ok(true));
    assert_eq!(ask(PeerAct::Reserve, 1, soon), Ok(true));
    assert_eq!(ask(PeerAct::Reserve, 1, soon), Ok(true), "the same again");
    assert_eq!(ask(PeerAct::Ask, 2, soon), Ok(false));
    assert_eq!(two.capacity(there).elsewhere, Stage::yuan("80.00"));
    two.lapse_everything();
    assert_eq!(two.capacity(there).elsewhere, Amount::ZERO);
    let later = now + Duration::hours(1);
    assert_eq!(ask(PeerAct::Reserve, 1, later), Ok(false), "it is over");
    assert_eq!(ask(PeerAct::Reserve, 3, later), Ok(true));
    assert_eq!(
        ask(PeerAct::Commit, 1, later),
        Ok(false),
        "another came between"
    );
    assert_eq!(ask(PeerAct::Cancel, 3, later), Ok(true));
    assert_eq!(ask(PeerAct::Commit, 1, later), Ok(true), "it fits again");
    assert_eq!(ask(PeerAct::Cancel, 9, later), Ok(true));
    assert_eq!(
        ask(PeerAct::Reserve, 9, later),
        Ok(false),
        "cancelled before it came"
    );
    let other = PeerMessage {
        amount: Stage::yuan("1.00"),
        ..message(PeerAct::Commit, 1, later)
    };
    let refused = answer_peer::run(&two.app, "one", &other).unwrap_err();
    assert_eq!(refused.code(), "use_id_taken");
    let late = ask(PeerAct::Reserve, 7, now + Duration::hours(25)).unwrap_err();
    assert_eq!(late.code(), "expiry_not_possible");
    // Of an invoice that is not here nothing is used here.
    let unknown = PeerMessage {
        token: InvoiceToken::from_bytes([1; 32]),
        kin: InvoiceKin::from_bytes([2; 32]),
        ..message(PeerAct::Ask, 8, later)
    };
    assert_eq!(answer_peer::run(&two.app, "one", &unknown), Ok(true));
}

impl Platform {
    pub(crate) fn invoice_of(&self, amount: &str, number: &str) -> DocumentId {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(self.buyer.party()),
            number: number.to_owned(),
            issued_on: Some(OPENING),
            amount: Some((Stage::yuan(amount), cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        store_document::run(&self.app, &self.seller.who, &new).unwrap()
    }

    /// The seller's own record of its invoice to somebody.
    pub(crate) fn invoice_to(&self, buyer: &Actor, amount: &str) -> DocumentId {
        let new = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: None,
            counterparty: Some(buyer.party()),
            number: "24217000000146091898".to_owned(),
            issued_on: Some(OPENING),
            amount: Some((Stage::yuan(amount), cny())),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        store_document::run(&self.app, &self.seller.who, &new).unwrap()
    }

    /// Tells what is due, pauses left out.
    pub(crate) fn tell_at_once(&self) {
        let now = self.app.clock.now();
        self.app
            .store
            .write(|tx| {
                let later = now + Duration::hours(1);
                let mut due = tx.peer_notices_due(later, 100)?;
                for (notice, _) in &mut due {
                    notice.next_at = now;
                }
                let notices: Vec<_> = due.into_iter().map(|(notice, _)| notice).collect();
                tx.peer_notices_set(&notices)
            })
            .unwrap();
        tell_peers::run_due(&self.app).unwrap();
    }

    /// As the job does, an hour from now.
    pub(crate) fn lapse_everything(&self) {
        let then = self.app.clock.now() + Duration::hours(1);
        self.app
            .store
            .write(|tx| tx.foreign_uses_lapse(then))
            .unwrap();
    }
}
