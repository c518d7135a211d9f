//! The policy as one printed table.

use std::fmt::Write as _;

use ledger_app::policy::Action;
use ledger_app::policy::may;
use ledger_core::party::PartyKind;
use ledger_store::parties::party_kind_word;
use ledger_store::users::Role;
use testkit::database::workspace;

const KINDS: [PartyKind; 5] = [
    PartyKind::Obligor,
    PartyKind::Supplier,
    PartyKind::FinanceProvider,
    PartyKind::Operator,
    PartyKind::Auditor,
];

/// One line an action: who may, as kind/role.
fn table() -> String {
    let mut out = String::from("# Who may do what (ledger-app/src/policy.rs).\n");
    for action in Action::ALL {
        let mut who = Vec::new();
        for kind in KINDS {
            for role in Role::ALL {
                if may(kind, *role, *action) {
                    who.push(format!("{}/{}", party_kind_word(kind), role.word()));
                }
            }
        }
        writeln!(out, "{action}: {}", who.join(", ")).unwrap();
    }
    out
}

#[test]
fn the_policy_is_the_printed_one() {
    let golden = workspace().join("fixtures/golden/policy.txt");
    let printed = std::fs::read_to_string(&golden).unwrap_or_default();
    assert_eq!(
        table(),
        printed,
        "the policy changed: read the difference, then write the left side to {}",
        golden.display()
    );
}

#[test]
fn nobody_prepares_and_approves_alone() {
    for kind in KINDS {
        for role in Role::ALL {
            let both =
                may(kind, *role, Action::ProposeIssue) && may(kind, *role, Action::ApproveIssue);
            assert!(!both, "{kind:?} {role:?}");
        }
    }
}
