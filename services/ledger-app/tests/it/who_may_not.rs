//! Who may not do what, where no entry of the book keeps it: each transition of the trade (by its
//! number in `domain.md` 3.2) that people start, tried in every role at every kind of party.
//!
//! What an entry carries (T4 to T9, T12, T14 to T18, T20 to T27) is kept by the law itself:
//! `ledger-core/tests/it/who_may_not.rs`. Presentation and settlement (T19 to T23) start from no hand:
//! their jobs take no principal, and a hand is only asked for what the bank left open.

use chrono::Duration;
use ledger_app::app::App;
use ledger_app::bank_reconciliation;
use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::enrol_key;
use ledger_app::error::AppError;
use ledger_app::import_payables;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::language::Language;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::onboard_party;
use ledger_app::operator_tasks;
use ledger_app::policy::Action;
use ledger_app::policy::may;
use ledger_app::policy::only_reads;
use ledger_app::principal::Principal;
use ledger_app::propose_limit;
use ledger_app::propose_limit::ProposeLimit;
use ledger_app::register_discount;
use ledger_app::request_finance;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_core::id::ImportId;
use ledger_core::id::KeyId;
use ledger_core::id::QuoteId;
use ledger_core::party::PartyKind;
use ledger_store::users::Role;
use serde_json::json;
use uuid::Uuid;

use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;
use crate::stage::facts;

const KINDS: [PartyKind; 5] = [
    PartyKind::Obligor,
    PartyKind::Supplier,
    PartyKind::FinanceProvider,
    PartyKind::Operator,
    PartyKind::Auditor,
];

/// Who may: kind of party and role.
type Allowed = &'static [(PartyKind, Role)];

const OPERATOR: Allowed = &[(PartyKind::Operator, Role::Operator)];
const ISSUERS_MAKER: Allowed = &[(PartyKind::Obligor, Role::Maker)];
const SUPPLIERS: Allowed = &[
    (PartyKind::Supplier, Role::Maker),
    (PartyKind::Supplier, Role::Checker),
    (PartyKind::Supplier, Role::Member),
];
const LIMIT_MAKERS: Allowed = &[
    (PartyKind::Obligor, Role::Maker),
    (PartyKind::FinanceProvider, Role::Maker),
    (PartyKind::FinanceProvider, Role::Member),
];
const LIMIT_CHECKERS: Allowed = &[
    (PartyKind::Obligor, Role::Checker),
    (PartyKind::FinanceProvider, Role::Checker),
    (PartyKind::FinanceProvider, Role::Member),
];
const PROVIDERS_CHECKERS: Allowed = &[
    (PartyKind::FinanceProvider, Role::Checker),
    (PartyKind::FinanceProvider, Role::Member),
];

/// What is on the stage.
struct Here<'s> {
    app: &'s App,
    /// A limit that a colleague proposed.
    proposed: Uuid,
}

type Try = fn(&Here<'_>, &Principal) -> Result<(), AppError>;

/// Transition, what it is, who may, and the use case.
const TABLE: &[(&str, &str, Allowed, Try)] = &[
    ("T1", "take a party in", OPERATOR, |here, who| {
        let new = facts(PartyKind::Supplier, "新供应商", 950);
        onboard_party::run(here.app, who, &new).map(drop)
    }),
    ("T1", "take parties in", OPERATOR, |here, who| {
        onboard_party::run_many(here.app, who, &[]).map(drop)
    }),
    ("T1", "invite a person", OPERATOR, |here, who| {
        invite_user::run(here.app, who, &somebody(who)).map(drop)
    }),
    ("T1", "hand an invitation over", OPERATOR, |here, who| {
        invite_user::hand_over(here.app, who, &somebody(who)).map(drop)
    }),
    ("T2", "propose a limit", LIMIT_MAKERS, |here, who| {
        propose_limit::run(here.app, who, &limit(who), None).map(drop)
    }),
    ("T2", "approve a limit", LIMIT_CHECKERS, |here, who| {
        decide_limit::run(here.app, who, here.proposed, Verdict::Approve, "")
    }),
    (
        "T3",
        "open a list of payables",
        ISSUERS_MAKER,
        |here, who| import_payables::begin(here.app, who, "x.csv", [7; 32], &json!({})).map(drop),
    ),
    ("T3", "load payables", ISSUERS_MAKER, |here, who| {
        import_payables::load(here.app, who, ImportId::from_bytes([7; 16]), &[], &[]).map(drop)
    }),
    (
        "T3",
        "close a list of payables",
        ISSUERS_MAKER,
        |here, who| import_payables::finish(here.app, who, ImportId::from_bytes([7; 16])).map(drop),
    ),
    ("T10", "ask for money", SUPPLIERS, |here, who| {
        let asked = RequestFinance {
            parts: Vec::new(),
            providers: Providers::All,
            bidding: Bidding::Open,
            expires_at: here.app.moment()? + Duration::hours(48),
        };
        request_finance::run(here.app, who, &asked, None).map(drop)
    }),
    (
        "T13",
        "record the register's certificate",
        PROVIDERS_CHECKERS,
        |here, who| {
            let quote = QuoteId::from_bytes([7; 16]);
            register_discount::run(here.app, who, quote, "01234567000123456789", None).map(drop)
        },
    ),
    ("T19", "end what a bank left open", OPERATOR, |here, who| {
        operator_tasks::close(here.app, who, Uuid::nil(), "x")
    }),
    ("T21", "see a bank's day", OPERATOR, |here, who| {
        bank_reconciliation::view(here.app, who, OPENING).map(drop)
    }),
    ("T30", "bind a key", OPERATOR, |here, who| {
        enrol_key::prepare(here.app, who, who.party, [7; 32]).map(drop)
    }),
    ("T30", "enter a key", OPERATOR, |here, who| {
        enrol_key::submit(here.app, who, &[], [7; 64]).map(drop)
    }),
    ("T30", "end a key", OPERATOR, |here, who| {
        enrol_key::revoke(here.app, who, KeyId::from_bytes([7; 16]))
    }),
];

fn somebody(who: &Principal) -> InviteUser {
    InviteUser {
        party: who.party,
        display_name: "某人".to_owned(),
        email: "somebody@example.test".to_owned(),
        language: Language::Zh,
        role: Role::Member,
    }
}

fn limit(who: &Principal) -> ProposeLimit {
    ProposeLimit {
        subject: LimitSubject::OwnIssuing(who.party),
        currency: cny(),
        amount: Some(Stage::yuan("5.00")),
        valid_until: None,
        reason: String::new(),
    }
}

#[test]
fn each_transition_is_refused_to_every_role_that_has_no_part_in_it() {
    let stage = Stage::new();
    let (maker, checker) = (&stage.obligor().maker.who, &stage.obligor().checker.who);
    let proposed = propose_limit::run(&stage.app, maker, &limit(maker), None);
    let here = Here {
        app: &stage.app,
        proposed: proposed.unwrap().proposal,
    };
    let size = stage.book_size();
    for (transition, what, allowed, run) in TABLE {
        for kind in KINDS {
            for role in Role::ALL {
                let who = Principal {
                    kind,
                    role: *role,
                    ..checker.clone()
                };
                let lawful = allowed.contains(&(kind, *role));
                let said = format!("{transition}, {what}: {kind:?}/{role:?}");
                if !lawful {
                    let code = run(&here, &who).map_err(|error| error.code());
                    assert_eq!(code, Err("forbidden"), "{said}");
                    assert_eq!(stage.book_size(), size, "{said}");
                }
                // A suspended party keeps what it has and does nothing new, whatever its role.
                let suspended = Principal {
                    suspended: true,
                    ..who
                };
                let code = run(&here, &suspended).map_err(|error| error.code());
                assert_eq!(code, Err("forbidden"), "{said}, suspended");
            }
        }
    }
}

#[test]
fn whose_part_it_is_is_not_turned_away_by_role() {
    let stage = Stage::new();
    let (maker, checker) = (&stage.obligor().maker.who, &stage.obligor().checker.who);
    let proposed = propose_limit::run(&stage.app, maker, &limit(maker), None);
    let here = Here {
        app: &stage.app,
        proposed: proposed.unwrap().proposal,
    };
    for (transition, what, allowed, run) in TABLE {
        for (kind, role) in *allowed {
            let who = Principal {
                kind: *kind,
                role: *role,
                ..checker.clone()
            };
            let code = run(&here, &who).map_err(|error| error.code());
            assert_ne!(
                code,
                Err("forbidden"),
                "{transition}, {what}: {kind:?}/{role:?}"
            );
        }
    }
}

/// The table of roles is printed in `fixtures/golden/policy.txt`; this is the gate that asks it.
#[test]
fn the_gate_lets_nobody_through_whom_the_table_does_not_name() {
    let stage = Stage::new();
    for action in Action::ALL {
        for kind in KINDS {
            for role in Role::ALL {
                for suspended in [false, true] {
                    let who = Principal {
                        kind,
                        role: *role,
                        suspended,
                        ..stage.operator.clone()
                    };
                    let named = may(kind, *role, *action) && (!suspended || only_reads(*action));
                    let expected = if named { Ok(()) } else { Err("forbidden") };
                    let code = who.may(*action).map_err(|error| error.code());
                    assert_eq!(code, expected, "{action}: {kind:?}/{role:?}");
                }
            }
        }
    }
}
