//! The history of a paper and who may see what of it, on the journals of the simulation.

use std::collections::BTreeSet;
use std::collections::HashMap;

use ledger_core::act::Act;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::lineage::Cell;
use ledger_core::lineage::CellState;
use ledger_core::lineage::Step;
use ledger_core::lineage::icicle;
use ledger_core::lineage::path_to_origin;
use ledger_core::range::Range;
use ledger_core::visibility::SeenCell;
use ledger_core::visibility::SeenState;
use ledger_core::visibility::Viewer;
use ledger_core::visibility::visible_to;

use crate::golden::every_act;
use crate::simulation::journal_of;
use crate::support::*;

const SEEDS: u64 = 66;

fn steps_of(journal: &[SealedEntry]) -> HashMap<PaperId, Vec<Step>> {
    let mut steps: HashMap<PaperId, Vec<Step>> = HashMap::new();
    for one in replayed(journal) {
        let step = Step::of(&one.sealed, &one.applied);
        if let (Some(step), Some(paper)) = (step, one.sealed.entry().paper) {
            steps.entry(paper).or_default().push(step);
        }
    }
    steps
}

/// The simulation's papers with their steps and the live fragments at the end.
fn simulated() -> Vec<(Vec<Step>, Vec<Fragment>)> {
    let mut papers = Vec::new();
    for seed in 0..SEEDS {
        let kept = journal_of(seed, 60);
        for (id, steps) in steps_of(&kept.journal) {
            let live = kept.ledger.fragments().filter(|f| f.paper == id).copied();
            papers.push((steps, live.collect()));
        }
    }
    papers
}

fn every_viewer() -> Vec<Viewer> {
    let parties = [SUPPLIERS.as_slice(), &BANKS, &[STRANGER]].concat();
    let mut viewers: Vec<Viewer> = parties
        .iter()
        .map(|tag| Viewer::Holder(party(*tag)))
        .collect();
    viewers.extend([Viewer::Obligor, Viewer::Auditor]);
    viewers
}

/// In each row the ranges must tile the face. Rows are given as (depth_from, depth_to, range).
fn assert_tiled(boxes: &[(u16, u16, Range)], face: i64) {
    let rows = boxes.iter().map(|one| one.1).max().unwrap();
    for row in 0..rows {
        let mut ranges: Vec<Range> = boxes
            .iter()
            .filter(|one| one.0 <= row && row < one.1)
            .map(|one| one.2)
            .collect();
        ranges.sort();
        let end = ranges.iter().fold(0, |reached, range| {
            assert_eq!(range.lo(), reached, "row {row}: {ranges:?}");
            range.hi()
        });
        assert_eq!(end, face, "row {row}");
    }
}

fn face_of(steps: &[Step]) -> i64 {
    steps[0].cut.hi
}

#[test]
fn the_picture_tiles_in_every_row_and_ends_in_the_live_fragments() {
    for (steps, live) in simulated() {
        let cells = icicle(&steps);
        let boxes: Vec<_> = cells
            .iter()
            .map(|c| (c.depth_from, c.depth_to, c.range))
            .collect();
        assert_tiled(&boxes, face_of(&steps));
        let mut bottom: Vec<(Range, PartyId)> = cells
            .iter()
            .filter(|c| !matches!(c.state, CellState::Past | CellState::Ended))
            .map(|c| (c.range, c.holder))
            .collect();
        let mut held: Vec<(Range, PartyId)> = live.iter().map(|f| (f.range, f.holder)).collect();
        bottom.sort();
        held.sort();
        assert_eq!(bottom, held);
    }
}

#[test]
fn a_path_leads_from_the_issue_to_the_holder_one_at_a_time() {
    for (steps, live) in simulated() {
        for fragment in &live {
            let path = path_to_origin(&steps, fragment.range);
            assert_eq!(path[0].holder_before, None);
            assert_eq!(path[0].act, steps[0].act);
            let moves: Vec<&&Step> = path.iter().filter(|s| s.holder_after.is_some()).collect();
            for pair in moves.windows(2) {
                assert_eq!(pair[1].holder_before, pair[0].holder_after);
            }
            assert_eq!(moves.last().unwrap().holder_after, Some(fragment.holder));
            // As many changes of holder as the picture has rows above it.
            let changes = moves
                .iter()
                .filter(|s| s.holder_before != s.holder_after)
                .count()
                - 1;
            let cells = icicle(&steps);
            let cell = cells
                .iter()
                .find(|c| {
                    c.range == fragment.range
                        && c.holder == fragment.holder
                        && c.state != CellState::Past
                })
                .unwrap();
            assert_eq!(usize::from(cell.depth_from), changes);
        }
    }
}

/// Whom a party has had to do with on a paper, read off the steps: not off the picture.
fn partners(steps: &[Step], of: PartyId) -> BTreeSet<PartyId> {
    let mut known = BTreeSet::from([of]);
    for step in steps {
        let both = [step.holder_before, step.holder_after];
        let waiting = step.state_after.and_then(FragmentState::counterparty);
        if both.contains(&Some(of)) && step.holder_before != step.holder_after {
            known.extend(both.into_iter().flatten());
        }
        if waiting == Some(of) {
            known.extend(step.holder_after);
        }
    }
    known
}

fn names(seen: &[SeenCell]) -> BTreeSet<PartyId> {
    let counterparty = |state| match state {
        SeenState::Known(CellState::Live(state)) => state.counterparty(),
        _ => None,
    };
    seen.iter()
        .flat_map(|cell| [cell.holder, counterparty(cell.state)])
        .flatten()
        .collect()
}

#[test]
fn masked_pictures_tile_and_name_nobody_they_should_not() {
    for (steps, _live) in simulated() {
        let cells = icicle(&steps);
        for viewer in every_viewer() {
            let seen = visible_to(viewer, &cells);
            let boxes: Vec<_> = seen
                .iter()
                .map(|c| (c.depth_from, c.depth_to, c.range))
                .collect();
            assert_tiled(&boxes, face_of(&steps));
            let named = names(&seen);
            match viewer {
                Viewer::Auditor => {}
                Viewer::Obligor => assert_eq!(named, BTreeSet::from([party(SUPPLIERS[0])])),
                Viewer::Holder(of) => {
                    let mut lawful = partners(&steps, of);
                    // Those it has offered to now are its own business too.
                    lawful.extend(
                        cells
                            .iter()
                            .filter(|c| c.holder == of)
                            .filter_map(offered_to),
                    );
                    assert!(
                        named.is_subset(&lawful),
                        "{of}: {named:?} beyond {lawful:?}"
                    );
                }
                Viewer::Invited(_) => unreachable!("not among them"),
            }
        }
    }
}

fn offered_to(cell: &Cell) -> Option<PartyId> {
    match cell.state {
        CellState::Live(state) => state.counterparty(),
        _ => None,
    }
}

/// A party sees all that is its own: its live fragments whole, and by name.
#[test]
fn nothing_of_ones_own_is_masked() {
    for (steps, live) in simulated() {
        let cells = icicle(&steps);
        for fragment in &live {
            let seen = visible_to(Viewer::Holder(fragment.holder), &cells);
            assert!(
                seen.iter().any(|c| c.own
                    && c.range == fragment.range
                    && c.holder == Some(fragment.holder))
            );
        }
        for cell in cells.iter().filter(|c| c.depth_from > 0) {
            let above = cells
                .iter()
                .find(|c| c.depth_from + 1 == cell.depth_from && c.range.contains(cell.leg));
            let giver = above.unwrap().holder;
            // Both sides of a leg see the other over exactly that leg.
            let by_taker = visible_to(Viewer::Holder(cell.holder), &cells);
            let by_giver = visible_to(Viewer::Holder(giver), &cells);
            let row = cell.depth_from;
            let at = |seen: &[SeenCell], row: u16| {
                seen.iter()
                    .find(|c| {
                        c.depth_from <= row
                            && row < c.depth_to
                            && c.range.lo() <= cell.leg.lo()
                            && cell.leg.lo() < c.range.hi()
                    })
                    .and_then(|c| c.holder)
            };
            assert_eq!(at(&by_taker, row - 1), Some(giver));
            assert_eq!(at(&by_giver, row), Some(cell.holder));
        }
    }
}

/// The strongest form of privacy: what others do among themselves changes nothing in what a party
/// sees, neither edges, rows, names nor states.
#[test]
fn what_others_do_changes_nothing_one_sees() {
    let mut compared = 0;
    for (steps, _live) in simulated() {
        for at in 1..steps.len() {
            let step = &steps[at];
            if step.holder_before.is_none() || step.holder_after.is_none() {
                continue;
            }
            let before = icicle(&steps[..at]);
            let after = icicle(&steps[..=at]);
            let acted = step.range().unwrap();
            let waited = before
                .iter()
                .find(|c| c.state != CellState::Past && c.range.contains(acted))
                .and_then(offered_to);
            let waits = step.state_after.and_then(FragmentState::counterparty);
            for viewer in every_viewer() {
                let concerned = match viewer {
                    Viewer::Auditor => true,
                    Viewer::Obligor => before.iter().any(|c| {
                        c.depth_from == 0 && c.state != CellState::Past && c.range.contains(acted)
                    }),
                    Viewer::Holder(of) => {
                        [step.holder_before, step.holder_after, waited, waits].contains(&Some(of))
                    }
                    Viewer::Invited(_) => true,
                };
                if !concerned {
                    assert_eq!(visible_to(viewer, &before), visible_to(viewer, &after));
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 2_500, "only {compared} comparisons");
}

#[test]
fn an_invited_provider_sees_the_offered_path_and_nothing_beside_it() {
    for (steps, live) in simulated() {
        let cells = icicle(&steps);
        for fragment in &live {
            let seen = visible_to(Viewer::Invited(fragment.range), &cells);
            let boxes: Vec<_> = seen
                .iter()
                .map(|c| (c.depth_from, c.depth_to, c.range))
                .collect();
            assert_tiled(&boxes, face_of(&steps));
            let path: BTreeSet<PartyId> = path_to_origin(&steps, fragment.range)
                .iter()
                .filter_map(|s| s.holder_after)
                .collect();
            assert_eq!(names(&seen), path);
            assert!(
                seen.iter()
                    .all(|c| c.holder.is_none() || fragment.range.contains(c.range))
            );
        }
    }
}

/// One paper by hand, so that a reader can see what is meant.
#[test]
fn three_tiers_seen_from_every_seat() {
    let mut book = Keeper::new();
    let [s1, s2, s3, _] = SUPPLIERS;
    let whole = book.active(0x30, 100);
    let moved = book
        .act(&whole, 60, offer(s2), &[s1])
        .unwrap()
        .left
        .unwrap();
    let second = book
        .act(&moved, 60, Act::AcceptOffer, &[s2])
        .unwrap()
        .left
        .unwrap();
    let moved = book
        .act(&second, 20, offer(s3), &[s2])
        .unwrap()
        .left
        .unwrap();
    book.act(&moved, 20, Act::AcceptOffer, &[s3]).unwrap();
    let cells = icicle(&steps_of(&book.journal)[&paper(0x30)]);
    let draw = |viewer| {
        let shown = visible_to(viewer, &cells);
        let mut lines: Vec<String> = shown
            .iter()
            .map(|c| {
                let who = c
                    .holder
                    .map_or("?".to_owned(), |id| id.bytes()[0].to_string());
                format!("{} rows {}-{} {who}", c.range, c.depth_from, c.depth_to)
            })
            .collect();
        lines.sort();
        lines.join("; ")
    };
    assert_eq!(
        draw(Viewer::Auditor),
        "1-20 rows 1-2 11; 1-20 rows 2-3 12; 1-60 rows 0-1 10; 21-60 rows 1-3 11; 61-100 rows 0-3 10"
    );
    assert_eq!(
        draw(Viewer::Obligor),
        "1-60 rows 0-1 10; 1-60 rows 1-2 ?; 61-100 rows 0-2 10"
    );
    // The first supplier doesn't learn that the second has passed on a part.
    assert_eq!(
        draw(Viewer::Holder(party(s1))),
        "1-60 rows 0-1 10; 1-60 rows 1-2 11; 61-100 rows 0-2 10"
    );
    // The second knows its two neighbours, and not what the first keeps for itself.
    assert_eq!(
        draw(Viewer::Holder(party(s2))),
        "1-20 rows 1-2 11; 1-20 rows 2-3 12; 1-60 rows 0-1 10; 21-60 rows 1-3 11; 61-100 rows 0-3 ?"
    );
    // The third sees a row above its transferor, and neither who stands there nor how it was cut.
    assert_eq!(
        draw(Viewer::Holder(party(s3))),
        "1-100 rows 0-1 ?; 1-20 rows 1-2 11; 1-20 rows 2-4 12; 21-100 rows 1-4 ?"
    );
    assert_eq!(draw(Viewer::Holder(party(STRANGER))), "1-100 rows 0-1 ?");
    let offered = Range::new(0, 20).unwrap();
    assert_eq!(
        draw(Viewer::Invited(offered)),
        "1-20 rows 0-1 10; 1-20 rows 1-2 11; 1-20 rows 2-3 12; 21-100 rows 0-3 ?"
    );
}

#[test]
fn discounts_and_settlement_are_in_the_picture() {
    let steps = steps_of(&every_act().journal);
    let cells = icicle(&steps[&paper(0x30)]);
    let bank = cells.iter().find(|c| c.holder == party(BANKS[0])).unwrap();
    assert_eq!(
        (bank.range.to_string().as_str(), bank.depth_from),
        ("151-350", 2)
    );
    assert!(
        cells
            .iter()
            .all(|c| matches!(c.state, CellState::Past | CellState::Settled))
    );
    let refused = icicle(&steps[&paper(0x31)]);
    assert_eq!((refused.len(), refused[0].state), (1, CellState::Ended));
}
