//! What the tests of the rarer events share: the operator's two people, letters, offers left open, and
//! the whole book replayed under the law.

use chrono::NaiveDate;
use ledger_app::ask_pledge;
use ledger_app::ask_pledge::AskPledge;
use ledger_app::error::AppError;
use ledger_app::grant_pledge;
use ledger_app::notice::Notice;
use ledger_app::pledge_fragment;
use ledger_app::release_pledge;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_core::id::DocumentId;
use ledger_core::id::PledgeId;
use ledger_core::recourse::Recourse;
use ledger_core::replay::Replay;
use ledger_core::signature::signatures_to_bytes;
use ledger_store::live::FragmentRecord;
use ledger_store::outbox::OutboxKind;
use ledger_store::users::Role;

use crate::finance_stage::in_hours;
use crate::stage::Actor;
use crate::stage::Stage;
use crate::stage::keyless;

/// The operator's two people.
pub(crate) struct Desk {
    pub(crate) first: Actor,
    pub(crate) second: Actor,
}

pub(crate) fn desk(stage: &Stage) -> Desk {
    let party = stage.operator.party;
    Desk {
        first: keyless(stage, party, "赵敏", Role::Operator),
        second: keyless(stage, party, "钱进", Role::Operator),
    }
}

pub(crate) fn code<T: std::fmt::Debug>(result: Result<T, AppError>) -> &'static str {
    result.unwrap_err().code()
}

pub(crate) fn today(stage: &Stage) -> NaiveDate {
    stage.app.business_date().unwrap()
}

/// Live fragments of a holder.
pub(crate) fn held(stage: &Stage, who: &Actor) -> Vec<FragmentRecord> {
    let found = stage
        .app
        .store
        .read(|tx| tx.fragments_of_holder(who.party(), 100));
    found.unwrap()
}

/// The letters to somebody, oldest first.
pub(crate) fn letters_to(stage: &Stage, to: &Actor) -> Vec<Notice> {
    let items = stage
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1_000))
        .unwrap();
    let mut notices: Vec<Notice> = items
        .into_iter()
        .filter(|item| item.payload["to"]["email"] == to.email.as_str())
        .map(|item| serde_json::from_value(item.payload["notice"].clone()).unwrap())
        .collect();
    notices.reverse();
    notices
}

/// Offers the front part of a fragment on an invoice.
pub(crate) fn offer_on(
    stage: &Stage,
    from: &Actor,
    fragment: &str,
    amount: &str,
    to: &Actor,
    invoice: DocumentId,
) -> Result<Offered, AppError> {
    let command = OfferTransfer {
        fragment: fragment.to_owned(),
        amount: Stage::yuan(amount),
        to: to.party(),
        recourse: Recourse::Without,
        documents: vec![invoice],
    };
    transfer_fragment::offer(&stage.app, &from.who, &from.signing(), &command, None)
}

/// Pledges the front part of a fragment.
pub(crate) fn pledge(stage: &Stage, from: &Actor, fragment: &str, amount: &str, to: &Actor) {
    let (app, command) = (
        &stage.app,
        AskPledge {
            fragment: fragment.to_owned(),
            amount: Stage::yuan(amount),
            pledgee: to.party(),
            secured: Stage::yuan("50.00"),
            loan: "流贷 2026-117".to_owned(),
        },
    );
    let asked = ask_pledge::run(app, &from.who, &command, None).unwrap();
    let pledge = PledgeId::parse(&asked.pledge).unwrap();
    let deed = grant_pledge::prepare(app, &to.who, pledge, in_hours(stage, 24)).unwrap();
    grant_pledge::submit(app, &to.who, pledge, &deed.body, &to.signing(), None).unwrap();
    pledge_fragment::run(app, &from.who, &from.signing(), pledge, None).unwrap();
}

pub(crate) fn release(stage: &Stage, bank: &Actor, fragment: &str) -> Result<(), AppError> {
    release_pledge::run(&stage.app, &bank.who, &bank.signing(), fragment, None).map(|_freed| ())
}

/// Replays the whole book under the law and compares what it leads to with what the database shows.
pub(crate) fn verified(stage: &Stage) {
    let app = &stage.app;
    let book = app.store.read(|tx| tx.book_by_id(app.book)).unwrap();
    let mut replay = Replay::new(book.origin.clone(), book.recorder_public_key);
    let entries = app
        .store
        .read(|tx| tx.entries_by_nos(&(0..book.size).map(|n| book.entry_no(n)).collect::<Vec<_>>()))
        .unwrap();
    assert_eq!(entries.len(), usize::try_from(book.size).unwrap());
    for record in entries {
        let body = record.sealed.entry().to_bytes();
        let signatures = signatures_to_bytes(record.sealed.signatures());
        replay.entry(&body, &signatures).unwrap();
    }
    assert!(replay.first_unsigned().is_none());
    assert!(replay.untiled().is_none());
    let ids: Vec<_> = replay.papers().map(|paper| paper.id).collect();
    for record in app.store.read(|tx| tx.papers_by_ids(&ids)).unwrap() {
        let replayed = replay.papers().find(|one| one.id == record.paper.id);
        assert_eq!(replayed, Some(&record.paper));
        let shown = app
            .store
            .read(|tx| tx.fragments_of_papers(&[record.no]))
            .unwrap();
        let lawful: Vec<_> = replay.fragments_of(record.paper.id).copied().collect();
        let shown: Vec<_> = shown.into_iter().map(|one| one.fragment).collect();
        assert_eq!(shown, lawful);
    }
}
