//! The one door to the journal when many come at once: what fails stays where it belongs, and what
//! belongs to an entry happens with it, once.

use std::sync::Arc;
use std::sync::Barrier;
use std::thread;

use ledger_app::error::AppError;
use ledger_app::notice::Notice;
use ledger_app::posting_queue::Bundle;
use ledger_app::posting_queue::Effects;
use ledger_app::posting_queue::Verdict;
use ledger_app::wording;
use ledger_core::act::Act;
use ledger_core::act::OfferAct;
use ledger_core::amount::Amount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::Side;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::DocumentId;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;
use ledger_store::outbox::OutboxKind;
use ledger_store::posting::Posting;

use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

/// Bundles that come at once.
const BUNDLES: usize = 24;

/// Two suppliers; the first holds papers, an invoice of the second's lies behind each.
pub(crate) struct Many {
    pub(crate) stage: Stage,
    pub(crate) first: Actor,
    pub(crate) second: Actor,
    pub(crate) held: Vec<(FragmentNo, Fragment)>,
    invoices: Vec<DocumentId>,
}

impl Many {
    pub(crate) fn new(papers: usize) -> Many {
        let stage = Stage::new();
        let (first, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
        let face = Stage::yuan("1000.00");
        let nos: Vec<FragmentNo> = (0..papers)
            .map(|_| stage.issued_paper(&first, face, MATURITY).no)
            .collect();
        let found = stage
            .app
            .store
            .read(|tx| tx.fragments_by_nos(&nos))
            .unwrap();
        let invoices = nos
            .iter()
            .map(|_| stage.invoice(&second, &first, Stage::yuan("400.00")))
            .collect();
        Many {
            held: found.into_iter().map(|f| (f.no, f.fragment)).collect(),
            stage,
            first,
            second,
            invoices,
        }
    }

    pub(crate) fn entry(
        &self,
        spends: FragmentRef,
        of: &Fragment,
        cut: (i64, i64, i64),
        act: Act,
    ) -> Entry {
        Entry {
            book: self.stage.app.book,
            date: OPENING,
            paper: Some(of.paper),
            spends: Some(spends),
            cut: Cut {
                lo: cut.0,
                mid: cut.1,
                hi: cut.2,
            },
            act,
        }
    }

    /// The first supplier offers ¥400.00 of its `place`th fragment.
    pub(crate) fn offer(&self, place: usize) -> SealedEntry {
        let (_, of) = &self.held[place];
        let act = Act::Offer(OfferAct {
            to: self.second.party(),
            recourse: Recourse::Without,
            documents: vec![DocumentDigest::from_bytes([7; 32])],
        });
        self.entry(of.reference, of, (0, 40_000, 100_000), act)
            .sealed_by(&[(Seat::Holder, &self.first.signer)])
    }

    /// Takes the invoice's capacity and writes one letter.
    fn effects(&self, place: usize, amount: Amount) -> Effects {
        let (invoice, to) = (self.invoices[place], self.second.party());
        let notice = Notice::TransferOffered {
            offer: String::new(),
            fragment: wording::fragment("", "", self.held[place].1.range),
            from: "一级供应商".to_owned(),
            amount: wording::money(amount, cny()),
            maturity: MATURITY,
            document: place.to_string(),
            recourse: None,
        };
        Arc::new(move |also, _date, verdicts: &[Verdict]| {
            if verdicts.iter().all(Result::is_ok) {
                also.take_capacity(&[(invoice, amount)]);
                also.tell(to, notice.clone());
            }
            Ok(())
        })
    }

    fn post(
        &self,
        sealed: SealedEntry,
        place: usize,
        effects: Effects,
    ) -> Result<Vec<Verdict>, AppError> {
        self.stage.app.posting.post(Bundle {
            postings: vec![Posting {
                sealed,
                spent: Some(self.held[place].0),
            }],
            effects: Some(effects),
        })
    }

    /// Holds the head of the book until all bundles have been brought, so that they gather.
    fn at_once(
        &self,
        bring: impl Fn(usize) -> Result<Vec<Verdict>, AppError> + Sync,
    ) -> Vec<Result<Vec<Verdict>, AppError>> {
        let brought = Barrier::new(BUNDLES + 1);
        thread::scope(|scope| {
            let hands: Vec<_> = (0..BUNDLES)
                .map(|place| {
                    let (brought, bring) = (&brought, &bring);
                    scope.spawn(move || {
                        brought.wait();
                        bring(place)
                    })
                })
                .collect();
            self.stage
                .app
                .store
                .write(|tx| {
                    tx.book_lock(self.stage.app.book)?;
                    brought.wait();
                    Ok::<_, AppError>(())
                })
                .unwrap();
            hands.into_iter().map(|hand| hand.join().unwrap()).collect()
        })
    }

    fn letters(&self) -> Vec<String> {
        let outbox = self
            .stage
            .app
            .store
            .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1_000))
            .unwrap();
        let mut found: Vec<String> = outbox
            .iter()
            .map(|item| item.payload.to_string())
            .filter(|text| text.contains("一级供应商"))
            .collect();
        found.sort();
        found
    }

    fn used(&self, place: usize) -> Amount {
        let ids = [self.invoices[place]];
        let found = self.stage.app.store.read(|tx| tx.documents_by_ids(&ids));
        found.unwrap()[0].used
    }
}

#[test]
fn of_bundles_that_come_at_once_only_the_faulty_fail_and_all_else_happens_once() {
    let many = Many::new(BUNDLES);
    let before = many.stage.book_size();
    let amount = Stage::yuan("400.00");
    let outcomes = many.at_once(|place| match place {
        // More than the invoice carries.
        5 => many.post(many.offer(5), 5, many.effects(5, Stage::yuan("400.01"))),
        // Effects that will not have it.
        11 => many.post(
            many.offer(11),
            11,
            Arc::new(|_also, _date, _verdicts: &[Verdict]| {
                Err(AppError::invalid("test_says_no", "no"))
            }),
        ),
        // Signed by somebody else.
        17 => {
            let entry = many.offer(17).entry().clone();
            let forged = entry.sealed_by(&[(Seat::Holder, &many.second.signer)]);
            many.post(forged, 17, many.effects(17, amount))
        }
        _ => many.post(many.offer(place), place, many.effects(place, amount)),
    });
    for (place, outcome) in outcomes.iter().enumerate() {
        match place {
            5 => assert_eq!(outcome.as_ref().unwrap_err().code(), "document_used_up"),
            11 => assert_eq!(outcome.as_ref().unwrap_err().code(), "test_says_no"),
            17 => assert!(outcome.as_ref().unwrap()[0].is_err()),
            _ => assert!(outcome.as_ref().unwrap()[0].is_ok(), "{place}"),
        }
        let taken = !matches!(place, 5 | 11 | 17);
        let expected = if taken { amount } else { Amount::ZERO };
        assert_eq!(many.used(place), expected, "{place}");
    }
    let good = BUNDLES - 3;
    assert_eq!(
        many.stage.book_size() - before,
        i64::try_from(good).unwrap()
    );
    let letters = many.letters();
    assert_eq!(
        letters.len(),
        good,
        "one letter each, however often the batch was tried"
    );
}

#[test]
fn a_bundle_may_answer_what_it_offers_itself() {
    let many = Many::new(1);
    let offer = many.offer(0);
    let offered = offer.fragment(Side::Left);
    let accept = many
        .entry(
            offered,
            &many.held[0].1,
            (0, 40_000, 40_000),
            Act::AcceptOffer,
        )
        .sealed_by(&[(Seat::Recipient, &many.second.signer)]);
    let verdicts = many
        .stage
        .app
        .posting
        .post(Bundle {
            postings: vec![
                Posting {
                    sealed: offer.clone(),
                    spent: Some(many.held[0].0),
                },
                Posting {
                    sealed: accept,
                    spent: None,
                },
                // What the first has spent is gone for whoever comes behind it.
                Posting {
                    sealed: offer,
                    spent: Some(many.held[0].0),
                },
            ],
            effects: None,
        })
        .unwrap();
    assert!(verdicts[0].is_ok());
    assert!(verdicts[1].is_ok());
    assert_eq!(verdicts[2], Err(Refusal::FragmentSpent));
    let held = |by: &Actor| {
        let found = many
            .stage
            .app
            .store
            .read(|tx| tx.fragments_of_holder(by.party(), 10))
            .unwrap();
        found.iter().map(|f| f.range.amount()).collect::<Vec<_>>()
    };
    assert_eq!(held(&many.second), [Stage::yuan("400.00")]);
    assert_eq!(held(&many.first), [Stage::yuan("600.00")]);
}
