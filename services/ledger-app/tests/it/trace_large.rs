//! Following a part of a paper that is too large to be drawn.

use ledger_app::trace_fragment;
use ledger_app::trace_paper;

use crate::stage::MATURITY;
use crate::stage::Stage;
use crate::trace::pass;

#[test]
fn of_a_part_too_large_to_be_drawn_all_else_is_told() {
    let stage = Stage::new();
    let (one, two) = (stage.supplier("常州车桥"), stage.supplier("苏州冲压"));
    let paper = stage.issued_paper(&one, Stage::yuan("1200.00"), MATURITY);
    let mut rest = paper.fragment.clone();
    let mut last = None;
    // An offer and its acceptance each.
    for _cent in 0..201 {
        let (offered, got, invoice) = pass(&stage, &one, &two, &rest, "0.01");
        rest = offered.rest.unwrap();
        last = Some((got, invoice));
    }
    let (got, invoice) = last.unwrap();
    let seen = trace_fragment::run(&stage.app, &two.who, &got).unwrap();
    assert_eq!(seen.picture, None);
    let acts: Vec<_> = seen.history.iter().map(|line| line.act).collect();
    assert_eq!(acts, ["issue", "transfer_offer", "transfer_accept"]);
    let cents: Vec<_> = seen
        .history
        .iter()
        .map(|line| line.amount.minor())
        .collect();
    assert_eq!(cents, [120_000, 1, 1]);
    assert_eq!(seen.from.unwrap().name, "常州车桥");
    let documents: Vec<_> = seen.documents.iter().map(|one| one.id).collect();
    assert_eq!(documents, [invoice]);

    // Of what it kept the payee is told how it came to it.
    let kept = trace_fragment::run(&stage.app, &one.who, &rest).unwrap();
    assert_eq!(kept.picture, None);
    let acts: Vec<_> = kept.history.iter().map(|line| line.act).collect();
    assert_eq!(acts, ["issue", "accept"]);

    let obligor = &stage.obligor.maker.who;
    let whole = trace_paper::run(&stage.app, obligor, &paper.number).unwrap();
    assert_eq!(whole.picture, None);
    let acts: Vec<_> = whole.history.iter().map(|line| line.act).collect();
    assert_eq!(acts, ["issue", "accept"]);
}
