//! Any number of papers decided at once, as far as the checker has seen them.

use ledger_app::approve_issue;
use ledger_app::meant_proposals::Meant;
use ledger_app::meant_proposals::Seen;
use ledger_app::proposals_waiting;
use ledger_core::id::ImportId;
use ledger_store::payables::PayableState;

use crate::issue_steps::assert_tiled;
use crate::issue_steps::hand_in;
use crate::issue_steps::letters;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::issue_steps::states;
use crate::stage::Stage;

/// A list of so many payables, proposed.
fn proposed(stage: &Stage, name: &str, payables: u64) -> ImportId {
    let rows: Vec<_> = (2..payables + 2)
        .map(|line| {
            row(
                line,
                "华南座椅",
                &format!("{name}{line}"),
                Stage::yuan("3.00"),
            )
        })
        .collect();
    let import = hand_in(stage, &rows).import;
    propose(stage, import);
    import
}

fn seen(stage: &Stage) -> Seen {
    let checker = &stage.obligor().checker.who;
    let view = proposals_waiting::view(&stage.app, checker, None, 10).unwrap();
    Seen {
        maker: None,
        as_of: view.as_of,
        papers: view.papers,
    }
}

#[test]
fn everything_seen_is_approved_in_units_of_work_and_nothing_else() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let first = proposed(&stage, "A", 2_300);
    let checker = &stage.obligor().checker;
    let looked = seen(&stage);
    assert_eq!(looked.papers, 2_300);
    let later = proposed(&stage, "B", 2);

    let mut told = Vec::new();
    let approve = |seen: Seen, told: &mut Vec<u64>| {
        approve_issue::run_telling(
            &stage.app,
            &checker.who,
            &checker.signer,
            &Meant::Waiting(seen),
            |so_far| told.push(so_far.issued),
        )
    };
    // Whoever says to have seen fewer than waited did not see them all.
    let fewer = Seen {
        papers: 2_299,
        ..looked
    };
    let refused = approve(fewer, &mut told).unwrap_err();
    assert_eq!(refused.code(), "more_waiting_than_seen");
    // The maker himself waits for nobody's papers.
    let other = Seen {
        maker: checker.who.user,
        ..looked
    };
    assert_eq!(approve(other, &mut told).unwrap().issued, 0);
    told.clear();
    let done = approve(looked, &mut told).unwrap();
    assert_eq!((done.issued, told), (2_300, vec![1_000, 2_000, 2_300]));
    assert!(
        states(&stage, first)
            .iter()
            .all(|state| *state == PayableState::Issued)
    );
    assert_eq!(states(&stage, later), [PayableState::Proposed; 2]);
    assert_eq!(approve(looked, &mut Vec::new()).unwrap().issued, 0);

    let of_maker = Seen {
        maker: stage.obligor().maker.who.user,
        ..seen(&stage)
    };
    assert_eq!(approve(of_maker, &mut Vec::new()).unwrap().issued, 2);
    assert_eq!(letters(&stage, "paper_issued").len(), 2_302);
    assert_eq!(assert_tiled(&stage), 2_302);
}
