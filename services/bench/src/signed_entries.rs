//! Entries signed ahead, as clients with keys of their own bring them: issue, acceptance, the offer
//! of a front part, the answer to it.

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::posting_queue::Bundle;
use ledger_app::posting_queue::Effects;
use ledger_app::posting_queue::Posted;
use ledger_app::random;
use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::act::OfferAct;
use ledger_core::amount::Amount;
use ledger_core::calendar::Roll;
use ledger_core::currency::Currency;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::Side;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::sha256_of;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper_number::PaperNumber;
use ledger_core::paper_number::PaperType;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_core::terms::PaperTerms;
use ledger_store::live::FragmentNo;
use ledger_store::posting::Posting;

use crate::cast::Actor;
use crate::cast::Cast;
use crate::failure::Failure;
use crate::failure::lost;

/// Tiers that the papers of this bench allow: the most that the rule pack does.
pub(crate) const TIERS: u16 = 12;

/// Bank code in the numbers of these papers: not the one of the issuing measure, whose serials are
/// scattered over the same space.
const OWN_CODE: &str = "102100099996";

/// A fragment with the compact key that its entry got.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Leaf {
    /// Compact key.
    pub(crate) no: FragmentNo,
    /// The fragment.
    pub(crate) fragment: Fragment,
}

/// What a posted entry made, front part first.
pub(crate) fn leaves(posted: &Posted) -> (Option<Leaf>, Option<Leaf>) {
    let leaf = |fragment: Option<Fragment>, side| {
        fragment.map(|fragment| Leaf {
            no: FragmentNo::of(posted.no, side),
            fragment,
        })
    };
    (
        leaf(posted.applied.left, Side::Left),
        leaf(posted.applied.right, Side::Right),
    )
}

/// The yuan.
pub(crate) fn cny() -> Result<Currency, Failure> {
    "CNY".parse().map_err(|_unknown| lost("CNY"))
}

/// Posts a bundle of which nothing may be refused.
pub(crate) fn post(
    app: &App,
    postings: Vec<Posting>,
    effects: Option<Effects>,
) -> Result<Vec<Posted>, Failure> {
    Ok(app.posting.post_all(Bundle { postings, effects })?)
}

fn acting_on(
    app: &App,
    date: NaiveDate,
    leaf: &Leaf,
    amount: i64,
    (seat, actor): (Seat, &Actor),
    act: Act,
) -> Posting {
    let range = leaf.fragment.range;
    let entry = Entry {
        book: app.book,
        date,
        paper: Some(leaf.fragment.paper),
        spends: Some(leaf.fragment.reference),
        cut: Cut {
            lo: range.lo(),
            mid: range.lo().saturating_add(amount),
            hi: range.hi(),
        },
        act,
    };
    Posting {
        sealed: entry.sealed_by(&[(seat, &actor.signer)]),
        spent: Some(leaf.no),
    }
}

/// The holder offers the front `amount` against a document of these bytes.
pub(crate) fn offer(
    app: &App,
    cast: &Cast,
    date: NaiveDate,
    leaf: &Leaf,
    (amount, to, document): (i64, PartyId, [u8; 32]),
) -> Result<Posting, Failure> {
    let holder = cast.supplier(leaf.fragment.holder)?;
    let act = Act::Offer(OfferAct {
        to,
        recourse: Recourse::Without,
        documents: vec![DocumentDigest::from_bytes(document)],
    });
    Ok(acting_on(
        app,
        date,
        leaf,
        amount,
        (Seat::Holder, holder),
        act,
    ))
}

/// The recipient takes what it was offered.
pub(crate) fn acceptance(
    app: &App,
    cast: &Cast,
    date: NaiveDate,
    offered: &Leaf,
) -> Result<Posting, Failure> {
    let to = offered.fragment.state.counterparty();
    let recipient = cast.supplier(to.ok_or_else(|| lost("nothing is offered"))?)?;
    let whole = offered.fragment.range.amount().minor();
    Ok(acting_on(
        app,
        date,
        offered,
        whole,
        (Seat::Recipient, recipient),
        Act::AcceptOffer,
    ))
}

/// Papers of one face, issued by entries alone and accepted; `payees` says to whom each.
pub(crate) fn papers(
    app: &App,
    cast: &Cast,
    payees: &[&Actor],
    face: i64,
    (maturity, first_serial): (NaiveDate, u32),
) -> Result<Vec<Leaf>, Failure> {
    let date = app.business_date()?;
    let mut held = Vec::with_capacity(payees.len());
    let mut serial = first_serial;
    for part in payees.chunks(1_000) {
        let mut issues = Vec::with_capacity(part.len());
        for payee in part {
            issues.push(issue(
                app,
                cast,
                payee.who.party,
                face,
                (date, maturity, serial),
            )?);
            serial = serial.saturating_add(1);
        }
        let mut answers = Vec::with_capacity(part.len());
        for (posted, payee) in post(app, issues, None)?.iter().zip(part) {
            let leaf = leaves(posted)
                .0
                .ok_or_else(|| lost("an issue made nothing"))?;
            answers.push(acting_on(
                app,
                date,
                &leaf,
                face,
                (Seat::Holder, payee),
                Act::Accept,
            ));
        }
        for posted in post(app, answers, None)? {
            held.push(
                leaves(&posted)
                    .0
                    .ok_or_else(|| lost("an acceptance made nothing"))?,
            );
        }
    }
    Ok(held)
}

fn issue(
    app: &App,
    cast: &Cast,
    payee: PartyId,
    face: i64,
    (date, maturity, serial): (NaiveDate, NaiveDate, u32),
) -> Result<Posting, Failure> {
    let broken = |e: &dyn std::fmt::Display| lost(e.to_string());
    let number = PaperNumber::new(PaperType::SupplyChainCommercial, OWN_CODE, date, serial)
        .map_err(|e| broken(&e))?
        .to_string();
    let calendar = app.calendar()?;
    let act = Act::Issue(Box::new(IssueAct {
        payables: vec![DocumentDigest::from_bytes(sha256_of(number.as_bytes()))],
        number,
        obligor: cast.maker.who.party,
        payee,
        currency: cny()?,
        maturity,
        due_date: calendar
            .adjust(maturity, Roll::Following)
            .map_err(|e| broken(&e))?,
        calendar: calendar.id().to_owned(),
        terms: PaperTerms {
            clearing_rule: 1,
            minimum_fragment: Amount::from_minor(1).map_err(|e| broken(&e))?,
            maximum_tier: TIERS,
            transferable: true,
            payment: PaymentTerms::FIRST_FORM,
        },
    }));
    let entry = Entry {
        book: app.book,
        date,
        paper: Some(PaperId::from_bytes(random::bytes()?)),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face,
            hi: face,
        },
        act,
    };
    let seats = [
        (Seat::Maker, &cast.maker.signer),
        (Seat::Checker, &cast.checker.signer),
    ];
    Ok(Posting {
        sealed: entry.sealed_by(&seats),
        spent: None,
    })
}
