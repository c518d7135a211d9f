//! Setting limits, for the tests of them.

use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::limit_book;
use ledger_app::limit_book::ShownLimit;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::propose_limit;
use ledger_app::propose_limit::ProposeLimit;
use ledger_core::amount::Amount;
use ledger_store::limits::LimitKind;
use ledger_store::users::Role;
use uuid::Uuid;

use crate::stage::Actor;
use crate::stage::Stage;
use crate::stage::cny;

/// A finance provider with two people.
pub(crate) struct House {
    /// Its first person.
    pub(crate) one: Actor,
    /// Its second.
    pub(crate) two: Actor,
}

impl House {
    pub(crate) fn new(stage: &Stage, name: &str) -> House {
        let one = stage.bank(name);
        let two = stage.person(one.party(), "陈静", Role::Member);
        House { one, two }
    }
}

pub(crate) fn wanted(subject: LimitSubject, yuan: &str) -> ProposeLimit {
    ProposeLimit {
        subject,
        currency: cny(),
        amount: Some(Stage::yuan(yuan)),
        valid_until: None,
        reason: "授信会议 2026-14".to_owned(),
    }
}

pub(crate) fn propose(stage: &Stage, maker: &Actor, wanted: &ProposeLimit) -> Uuid {
    let proposed = propose_limit::run(&stage.app, &maker.who, wanted, None);
    proposed.unwrap().proposal
}

/// Proposed by one, approved by another.
pub(crate) fn put_in_force(stage: &Stage, maker: &Actor, checker: &Actor, wanted: &ProposeLimit) {
    let id = propose(stage, maker, wanted);
    decide_limit::run(&stage.app, &checker.who, id, Verdict::Approve, "").unwrap();
}

/// The same for a provider's limit in yuan.
pub(crate) fn set(stage: &Stage, house: &House, subject: LimitSubject, yuan: &str) {
    put_in_force(stage, &house.one, &house.two, &wanted(subject, yuan));
}

/// On the stage's obligor.
pub(crate) fn obligor(stage: &Stage) -> LimitSubject {
    LimitSubject::Obligor(stage.obligor().maker.party())
}

/// Amount, used, reserved of a limit of the caller's, in minor units.
pub(crate) fn figures(stage: &Stage, of: &Actor, kind: LimitKind) -> (i64, i64, i64) {
    let limit = shown(stage, of, kind).limit;
    (limit.amount, limit.used, limit.reserved)
}

pub(crate) fn shown(stage: &Stage, of: &Actor, kind: LimitKind) -> ShownLimit {
    let book = limit_book::run(&stage.app, &of.who).unwrap();
    let found = book.limits.into_iter().find(|one| one.limit.kind == kind);
    found.unwrap()
}

/// The figures of all limits are the sums of what is on record.
pub(crate) fn assert_exact(stage: &Stage) {
    let wrong = stage.app.store.read(|tx| tx.limit_differences()).unwrap();
    assert_eq!(wrong, Vec::new());
}

pub(crate) fn minor(yuan: &str) -> i64 {
    let amount: Amount = Stage::yuan(yuan);
    amount.minor()
}
