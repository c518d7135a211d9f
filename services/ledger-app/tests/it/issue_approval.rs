//! The second person: approving, declining, letting lapse, taking back.

use std::thread;

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approve_issue;
use ledger_app::decline_issue;
use ledger_app::error::AppError;
use ledger_app::idempotency::IdempotencyKey;
use ledger_app::meant_proposals::Meant;
use ledger_app::principal::Principal;
use ledger_app::withdraw_paper;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::error::StoreError;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use ledger_store::proposals::IssueProposal;
use ledger_store::proposals::ProposalState;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::users::Role;

use crate::issue_steps::approve;
use crate::issue_steps::assert_tiled;
use crate::issue_steps::change_obligor;
use crate::issue_steps::hand_in;
use crate::issue_steps::issued;
use crate::issue_steps::letters;
use crate::issue_steps::payables;
use crate::issue_steps::propose;
use crate::issue_steps::row;
use crate::issue_steps::states;
use crate::issue_steps::try_approve;
use crate::issue_steps::with_three;
use crate::stage::OPENING;
use crate::stage::Stage;

fn waiting(stage: &Stage) -> Vec<IssueProposal> {
    let obligor = stage.obligor().maker.party();
    stage
        .app
        .store
        .read(|tx| tx.proposals_waiting(obligor, 100_000))
        .unwrap()
}

fn papers(proposals: &[IssueProposal]) -> Vec<PaperId> {
    proposals.iter().map(|proposal| proposal.paper_id).collect()
}

/// One more key of a person, known to the store.
fn second_key(stage: &Stage, who: &Principal) -> Signer {
    let signer = Signer::from_seed(KeyId::from_bytes([0x5a; 16]), &[0x5a; 32]).unwrap();
    stage
        .app
        .store
        .write(|tx| {
            let party = tx.party_by_id(who.party)?.no;
            tx.signing_key_insert(&NewSigningKey {
                id: signer.key(),
                party,
                user_id: who.user,
                public_key: signer.public_key(),
                custody: Custody::Own,
                sealed: None,
                valid_from: OPENING,
            })
        })
        .unwrap();
    signer
}

fn decline(stage: &Stage, who: &Principal, papers: &[PaperId]) -> Result<u64, AppError> {
    let meant = Meant::Papers(papers.to_vec());
    decline_issue::because(&stage.app, who, &meant, "the due date is wrong")
}

#[test]
fn nobody_approves_what_he_proposed() {
    let (stage, _supplier, import) = with_three();
    propose(&stage, import);
    let (maker, checker) = (&stage.obligor().maker, &stage.obligor().checker);
    let size = stage.book_size();
    // The maker has become a checker since.
    let turned = Principal {
        role: Role::Checker,
        ..maker.who.clone()
    };
    let meant = Meant::Import(import);
    let approved = approve_issue::run(&stage.app, &turned, &maker.signer, &meant).unwrap();
    assert_eq!(
        (approved.issued, approved.refused_by_code["same_person"]),
        (0, 3)
    );
    // Nor with a second key of his own.
    let spare = second_key(&stage, &maker.who);
    let approved = approve_issue::run(&stage.app, &turned, &spare, &meant).unwrap();
    assert_eq!(
        (approved.issued, approved.refused_by_code["same_person"]),
        (0, 3)
    );
    let declined = decline(&stage, &turned, &papers(&waiting(&stage)));
    assert_eq!(declined.unwrap_err().code(), "same_person");
    let lent = approve_issue::run(&stage.app, &checker.who, &maker.signer, &meant).unwrap_err();
    assert_eq!(lent.code(), "not_your_key");
    let as_maker = approve_issue::run(&stage.app, &maker.who, &maker.signer, &meant).unwrap_err();
    assert_eq!(as_maker.code(), "forbidden");

    // The law, asked directly.
    let proposal = waiting(&stage).remove(0);
    let entry = Entry::from_bytes(&proposal.body).unwrap();
    let both = [Seat::Maker, Seat::Checker].map(|seat| maker.signer.sign(seat, &proposal.body));
    let sealed = SealedEntry::new(entry, both.to_vec());
    let refused = stage
        .app
        .posting
        .post_one(
            Posting {
                sealed,
                spent: None,
            },
            None,
        )
        .unwrap_err();
    assert_eq!(refused.code(), Refusal::SamePerson.code());
    // The database, asked directly.
    let user = maker.who.user;
    let decide = stage
        .app
        .store
        .write(|tx| tx.proposals_decide(&[proposal.paper_id], ProposalState::Issued, user));
    assert_eq!(
        decide.unwrap_err(),
        StoreError::Violated("issue_proposal_two_people".to_owned())
    );
    assert_eq!(stage.book_size(), size);
    assert_eq!(states(&stage, import), [PayableState::Proposed; 3]);
}

#[test]
fn a_declined_payable_can_be_proposed_again() {
    let (stage, supplier, import) = with_three();
    propose(&stage, import);
    let proposals = papers(&waiting(&stage));
    let checker = &stage.obligor().checker.who;
    let foreign = decline(&stage, &supplier.who, &proposals).unwrap_err();
    assert_eq!(foreign.code(), "forbidden");
    assert_eq!(decline(&stage, checker, &proposals[..2]).unwrap(), 2);
    assert_eq!(decline(&stage, checker, &proposals[..2]).unwrap(), 0);
    let loaded = |state: &&PayableState| **state == PayableState::Loaded;
    assert_eq!(states(&stage, import).iter().filter(loaded).count(), 2);
    let late = try_approve(&stage, &Meant::Papers(proposals.clone())).unwrap();
    assert_eq!(
        (late.issued, late.refused_by_code["proposal_decided"]),
        (1, 2)
    );
    let nobody = try_approve(&stage, &Meant::Papers(vec![PaperId::from_bytes([9; 16])])).unwrap();
    assert_eq!(nobody.refused_by_code["unknown_proposal"], 1);
    assert_eq!(propose(&stage, import).papers, 2);
    assert_eq!(approve(&stage, import).issued, 2);
    assert_eq!(assert_tiled(&stage), 3);
}

#[test]
fn a_proposal_waits_ten_days_and_lapses() {
    let (stage, _supplier, import) = with_three();
    propose(&stage, import);
    let all = papers(&waiting(&stage));
    stage.advance(OPENING + chrono::Duration::days(10));
    assert_eq!(decline_issue::lapse_old(&stage.app).unwrap(), 0);
    let last_day = try_approve(&stage, &Meant::Papers(vec![all[0]])).unwrap();
    assert_eq!(last_day.issued, 1);
    stage.advance(OPENING + chrono::Duration::days(11));
    let late = try_approve(&stage, &Meant::Papers(vec![all[1]])).unwrap();
    assert_eq!(
        (late.issued, late.refused_by_code["proposal_lapsed"]),
        (0, 1)
    );
    assert_eq!(decline_issue::lapse_old(&stage.app).unwrap(), 1);
    assert_eq!(decline_issue::lapse_old(&stage.app).unwrap(), 0);
    assert_eq!(propose(&stage, import).papers, 2);
    assert_eq!(approve(&stage, import).issued, 2);
}

pub(crate) fn block(stage: &Stage, blocked: bool) {
    change_obligor(stage, |obligor| obligor.issuance_blocked = blocked);
}

#[test]
fn an_obligor_that_does_not_pay_issues_nothing_new() {
    let (stage, _supplier, import) = with_three();
    propose(&stage, import);
    let size = stage.book_size();
    block(&stage, true);
    let refused = try_approve(&stage, &Meant::Import(import)).unwrap_err();
    assert_eq!(
        (refused.code(), stage.book_size()),
        ("issuance_blocked", size)
    );
    assert_eq!(states(&stage, import), [PayableState::Proposed; 3]);
    block(&stage, false);
    assert_eq!(approve(&stage, import).issued, 3);
}

#[test]
fn two_checkers_at_once_issue_each_paper_once() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let rows: Vec<_> = (2..402)
        .map(|line| row(line, "华南座椅", &line.to_string(), Stage::yuan("3.00")))
        .collect();
    let import = hand_in(&stage, &rows).import;
    propose(&stage, import);
    let second = stage.person(stage.obligor().maker.party(), "孙七", Role::Checker);
    let size = stage.book_size();
    let meant = Meant::Papers(papers(&waiting(&stage)));
    let together = thread::scope(|scope| {
        let one = scope.spawn(|| try_approve(&stage, &meant).unwrap().issued);
        let two = scope.spawn(|| {
            approve_issue::run(&stage.app, &second.who, &second.signer, &meant)
                .unwrap()
                .issued
        });
        one.join().unwrap() + two.join().unwrap()
    });
    assert_eq!((together, stage.book_size()), (400, size + 400));
    assert_eq!(letters(&stage, "paper_issued").len(), 400);
    assert_eq!(assert_tiled(&stage), 400);
}

#[test]
fn one_approves_while_another_declines() {
    let stage = Stage::new();
    stage.supplier("华南座椅");
    let rows: Vec<_> = (2..402)
        .map(|line| row(line, "华南座椅", &line.to_string(), Stage::yuan("3.00")))
        .collect();
    let import = hand_in(&stage, &rows).import;
    propose(&stage, import);
    let second = stage.person(stage.obligor().maker.party(), "孙七", Role::Checker);
    let size = stage.book_size();
    let all = papers(&waiting(&stage));
    let (issued, declined) = thread::scope(|scope| {
        let yes = scope.spawn(|| {
            try_approve(&stage, &Meant::Papers(all.clone()))
                .unwrap()
                .issued
        });
        let no = scope.spawn(|| decline(&stage, &second.who, &all[200..]).unwrap());
        (yes.join().unwrap(), no.join().unwrap())
    });
    assert_eq!(
        (issued + declined, declined % 200),
        (400, 0),
        "whoever was first"
    );
    let left: Vec<_> = states(&stage, import);
    let loaded = left
        .iter()
        .filter(|state| **state == PayableState::Loaded)
        .count();
    assert_eq!(u64::try_from(loaded).unwrap(), declined);
    assert_eq!(stage.book_size(), size + i64::try_from(issued).unwrap());
    assert_eq!(assert_tiled(&stage), usize::try_from(issued).unwrap());
}

#[test]
fn a_paper_is_taken_back_before_acceptance_only() {
    let (stage, supplier, import) = with_three();
    propose(&stage, import);
    let papers = issued(&approve(&stage, import));
    let maker = &stage.obligor().maker;
    let withdraw = |paper: PaperId, key: Option<IdempotencyKey>| {
        let signing = maker.signing();
        withdraw_paper::run(
            &stage.app,
            &maker.who,
            &signing,
            paper,
            Some(" 金额有误 "),
            key,
        )
    };
    let key = IdempotencyKey::new(&maker.who, "k-1", &[b"withdraw"]).unwrap();
    let size = stage.book_size();
    let done = withdraw(papers[0].0, Some(key.clone())).unwrap();
    assert_eq!(
        withdraw(papers[0].0, Some(key)).unwrap(),
        done,
        "the same answer"
    );
    assert_eq!(stage.book_size(), size + 1);
    assert_eq!(
        withdraw(papers[0].0, None).unwrap_err().code(),
        "fragment_spent"
    );
    let told = letters(&stage, "paper_withdrawn");
    assert_eq!(
        (told.len(), &told[0]["notice"]["reason"]),
        (1, &serde_json::json!("金额有误"))
    );
    let signing = supplier.signing();
    let gone = answer_offer::run(
        &stage.app,
        &supplier.who,
        &signing,
        &papers[0].1,
        Answer::Accept,
        None,
    );
    assert_eq!(gone.unwrap_err().code(), "fragment_spent");
    answer_offer::run(
        &stage.app,
        &supplier.who,
        &signing,
        &papers[1].1,
        Answer::Refuse,
        None,
    )
    .unwrap();
    assert_eq!(
        withdraw(papers[1].0, None).unwrap_err().code(),
        "fragment_spent"
    );
    let stranger =
        withdraw_paper::run(&stage.app, &supplier.who, &signing, papers[2].0, None, None);
    assert_eq!(stranger.unwrap_err().code(), "forbidden");
    let nothing = withdraw(PaperId::from_bytes([7; 16]), None).unwrap_err();
    assert_eq!(nothing.code(), "not_found");
    the_three_have_ended_differently(&stage, import);
}

fn the_three_have_ended_differently(stage: &Stage, import: ledger_core::id::ImportId) {
    let mut states: Vec<_> = payables(stage, import).iter().map(|p| p.state).collect();
    states.sort_unstable();
    assert_eq!(
        states,
        [
            PayableState::Issued,
            PayableState::Rejected,
            PayableState::Cancelled
        ]
    );
    assert_eq!(propose(stage, import).papers, 0, "one payable, one paper");
    assert_eq!(assert_tiled(stage), 3);
}
