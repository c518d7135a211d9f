//! Who sees what of a paper's way down the chain, and who does not.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::entry_receipt;
use ledger_app::error::AppError;
use ledger_app::paper_picture::PictureState;
use ledger_app::trace_fragment;
use ledger_app::trace_fragment::FragmentTrace;
use ledger_app::trace_fragment::Outcome;
use ledger_app::trace_paper;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::hash::EvidenceDigest;
use ledger_core::hash::SheetDigest;
use ledger_core::id::DocumentId;
use ledger_core::id::InstructionId;
use ledger_core::recourse::Recourse;
use ledger_core::signature::Seat;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::posting::Posting;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;
use crate::stage::cny;

/// Obligor → one; one → two and rival; two → three.
struct Chain {
    stage: Stage,
    one: Actor,
    two: Actor,
    rival: Actor,
    three: Actor,
    paper: IssuedPaper,
    /// One's fragment offered to two, and what stayed with one.
    first: Offered,
    /// What two held then.
    at_two: String,
    /// What three holds.
    at_three: String,
    invoice_of_three: DocumentId,
    rest_of_two: String,
}

/// Passes `amount` of a fragment on, accepted; gives the offer, the fragment got, and its invoice.
pub(crate) fn pass(
    stage: &Stage,
    from: &Actor,
    to: &Actor,
    fragment: &str,
    amount: &str,
) -> (Offered, String, DocumentId) {
    let amount = Stage::yuan(amount);
    let invoice = stage.invoice(to, from, amount);
    let command = OfferTransfer {
        fragment: fragment.to_owned(),
        amount,
        to: to.party(),
        recourse: Recourse::Without,
        documents: vec![invoice],
    };
    let (app, accept) = (&stage.app, Answer::Accept);
    let offered =
        transfer_fragment::offer(app, &from.who, &from.signing(), &command, None).unwrap();
    let taken =
        answer_offer::run(app, &to.who, &to.signing(), &offered.offered, accept, None).unwrap();
    (offered, taken.fragment.unwrap(), invoice)
}

impl Chain {
    fn new() -> Chain {
        let stage = Stage::new();
        let one = stage.supplier("常州车桥");
        let two = stage.supplier("苏州冲压");
        let rival = stage.supplier("无锡紧固件");
        let three = stage.supplier("昆山弹簧");
        let paper = stage.issued_paper(&one, Stage::yuan("1200.00"), MATURITY);
        let (first, at_two, _) = pass(&stage, &one, &two, &paper.fragment, "480.00");
        let (passed, at_three, invoice_of_three) = pass(&stage, &two, &three, &at_two, "100.00");
        pass(&stage, &one, &rival, first.rest.as_ref().unwrap(), "200.00");
        let rest_of_two = passed.rest.unwrap();
        Chain {
            stage,
            one,
            two,
            rival,
            three,
            paper,
            first,
            at_two,
            at_three,
            invoice_of_three,
            rest_of_two,
        }
    }

    fn seen(&self, by: &Actor, fragment: &str) -> Result<FragmentTrace, AppError> {
        trace_fragment::run(&self.stage.app, &by.who, fragment)
    }
}

/// Every name a trace tells.
fn names(trace: &FragmentTrace) -> Vec<String> {
    let path = trace.path.iter().filter_map(|step| step.holder.clone());
    let cells = trace
        .picture
        .iter()
        .flatten()
        .filter_map(|cell| cell.holder.clone());
    let lines = trace
        .history
        .iter()
        .flat_map(|line| [line.from.clone(), line.to.clone()]);
    let from = trace.from.iter().map(|party| party.name.clone());
    let mut all: Vec<String> = path
        .chain(cells)
        .chain(lines.flatten())
        .chain(from)
        .collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn a_holder_sees_its_neighbours_and_a_proof_of_the_rest() {
    let chain = Chain::new();
    let trace = chain.seen(&chain.three, &chain.at_three).unwrap();
    let path: Vec<_> = trace
        .path
        .iter()
        .map(|step| (step.tier, step.holder.as_deref(), step.own, step.proved))
        .collect();
    assert_eq!(
        path,
        [
            (0, Some("东风岭汽车"), false, true),
            (1, None, false, true),
            (2, Some("苏州冲压"), false, true),
            (3, Some("昆山弹簧"), true, true),
        ]
    );
    // When others passed it on among themselves is theirs.
    assert_eq!(trace.path[2].date, None);
    assert_eq!(names(&trace), ["东风岭汽车", "昆山弹簧", "苏州冲压"]);
    assert_eq!(trace.recourse, Some(Recourse::Without));
    assert_eq!(trace.from.as_ref().unwrap().name, "苏州冲压");
    let documents: Vec<_> = trace.documents.iter().map(|d| d.id).collect();
    assert_eq!(documents, [chain.invoice_of_three]);
    assert!(trace.payables.is_empty());
    assert_eq!(trace.outcome, Outcome::Stands);
}

#[test]
fn what_others_do_among_themselves_changes_nothing_that_one_sees() {
    let chain = Chain::new();
    let before = chain.seen(&chain.three, &chain.at_three).unwrap();
    pass(
        &chain.stage,
        &chain.two,
        &chain.rival,
        &chain.rest_of_two,
        "1.00",
    );
    let fifth = chain.stage.supplier("旁人");
    let (_, at_fifth, _) = {
        let trace = chain
            .seen(&chain.one, chain.first.rest.as_ref().unwrap())
            .unwrap();
        let Outcome::Became(parts) = trace.outcome else {
            panic!("{:?}", trace.outcome)
        };
        pass(&chain.stage, &chain.one, &fifth, &parts[1], "50.00")
    };
    pass(&chain.stage, &fifth, &chain.rival, &at_fifth, "20.00");
    let after = chain.seen(&chain.three, &chain.at_three).unwrap();
    assert_eq!(before.picture, after.picture);
    assert_eq!(before.path, after.path);
    assert_eq!(before.history, after.history);
    assert_eq!(names(&before), names(&after));
}

#[test]
fn a_leg_passed_on_is_closed_and_what_follows_is_not_shown() {
    let chain = Chain::new();
    let trace = chain.seen(&chain.one, &chain.first.offered).unwrap();
    let Outcome::PassedOn { to, .. } = &trace.outcome else {
        panic!("{:?}", trace.outcome)
    };
    assert_eq!(to, "苏州冲压");
    assert_eq!(
        names(&trace),
        ["东风岭汽车", "常州车桥", "无锡紧固件", "苏州冲压"]
    );
    let below = trace
        .picture
        .iter()
        .flatten()
        .filter(|cell| cell.holder.as_deref() == Some("苏州冲压"));
    let below: Vec<_> = below
        .map(|cell| (cell.range.amount(), cell.state))
        .collect();
    assert_eq!(below, [(Stage::yuan("480.00"), PictureState::Hidden)]);
    // The paper shows its payee what it stands for.
    let whole = chain.seen(&chain.one, &chain.paper.fragment).unwrap();
    assert!(matches!(whole.outcome, Outcome::Became(_)));
    let middle = chain.seen(&chain.two, &chain.at_two).unwrap();
    assert_eq!(
        names(&middle),
        ["东风岭汽车", "常州车桥", "昆山弹簧", "苏州冲压"]
    );
}

#[test]
fn who_is_no_side_of_it_finds_nothing() {
    let chain = Chain::new();
    let nobody = chain.stage.supplier("路人");
    let bank = chain.stage.bank("路过银行");
    let app = &chain.stage.app;
    let maker = &chain.stage.obligor().maker;
    for (fragment, owner) in [
        (&chain.at_three, &chain.three),
        (&chain.at_two, &chain.two),
        (&chain.first.offered, &chain.one),
        (&chain.paper.fragment, &chain.one),
    ] {
        assert!(chain.seen(owner, fragment).is_ok());
        for by in [
            &chain.one,
            &chain.two,
            &chain.rival,
            &chain.three,
            &nobody,
            &bank,
            maker,
        ] {
            if by.party() == owner.party() {
                continue;
            }
            assert_eq!(chain.seen(by, fragment).unwrap_err(), AppError::NotFound);
            let file = chain.invoice_of_three;
            let document = trace_fragment::document(app, &by.who, fragment, file);
            assert_eq!(document.unwrap_err(), AppError::NotFound);
        }
    }
    let document = chain.invoice_of_three;
    let (found, bytes) =
        trace_fragment::document(app, &chain.three.who, &chain.at_three, document).unwrap();
    assert_eq!(ledger_core::hash::sha256_of(&bytes), found.sha256);
    let foreign = trace_fragment::document(app, &chain.one.who, &chain.first.offered, document);
    assert_eq!(foreign.unwrap_err(), AppError::NotFound);
    assert_eq!(
        chain.seen(&chain.one, "0000000000000").unwrap_err(),
        AppError::NotFound
    );
    assert_eq!(chain.seen(&chain.one, "").unwrap_err(), AppError::NotFound);
}

#[test]
fn receipts_are_for_the_sides_of_an_entry() {
    let chain = Chain::new();
    let app = &chain.stage.app;
    // Two took what one offered: both were a side of it, three was not.
    let receipt = entry_receipt::run(app, &chain.two.who, &chain.first.offered).unwrap();
    assert_eq!(
        (receipt.act, receipt.other.as_str()),
        ("transfer_accept", "常州车桥")
    );
    assert_eq!(receipt.made.as_deref(), Some(chain.at_two.as_str()));
    assert_eq!(receipt.signatures.len(), 1);
    let given = entry_receipt::run(app, &chain.one.who, &chain.first.offered).unwrap();
    assert_eq!((given.other.as_str(), given.made), ("苏州冲压", None));
    for by in [&chain.three, &chain.rival] {
        let none = entry_receipt::run(app, &by.who, &chain.first.offered);
        assert_eq!(none.unwrap_err(), AppError::NotFound);
    }
    let live = entry_receipt::run(app, &chain.three.who, &chain.at_three);
    assert_eq!(live.unwrap_err(), AppError::NotFound);
}

#[test]
fn the_obligor_sees_its_payee_and_no_deeper_name() {
    let chain = Chain::new();
    let app = &chain.stage.app;
    let who = &chain.stage.obligor().checker.who;
    let trace = trace_paper::run(app, who, &chain.paper.number).unwrap();
    assert_eq!(trace.payee.name, "常州车桥");
    let named: Vec<_> = trace
        .picture
        .iter()
        .flatten()
        .filter_map(|c| c.holder.as_deref())
        .collect();
    assert!(
        named.iter().all(|name| *name == "常州车桥") && !named.is_empty(),
        "{named:?}"
    );
    // Two and three hold at two tiers, one or two to a tier: only their sum may be told.
    let deeper: Vec<_> = trace
        .deeper
        .iter()
        .map(|d| (d.tier, d.amount, d.financed))
        .collect();
    assert_eq!(deeper, [(None, Some(Stage::yuan("680.00")), None)]);
    for by in [&chain.one, &chain.three] {
        let none = trace_paper::run(app, &by.who, &chain.paper.number);
        assert_eq!(none.unwrap_err(), AppError::NotFound);
    }
    let unknown = trace_paper::run(app, who, "1").unwrap_err();
    assert_eq!(unknown, AppError::NotFound);
}

#[test]
fn the_obligor_sees_no_sum_that_is_one_partys_leg() {
    let stage = Stage::new();
    let (one, two) = (stage.supplier("常州车桥"), stage.supplier("苏州冲压"));
    let paper = stage.issued_paper(&one, Stage::yuan("1200.00"), MATURITY);
    let who = &stage.obligor().checker.who;
    let seen = || trace_paper::run(&stage.app, who, &paper.number).unwrap();
    assert!(seen().deeper.is_empty());
    pass(&stage, &one, &two, &paper.fragment, "480.00");
    let deeper: Vec<_> = seen().deeper.iter().map(|d| (d.tier, d.amount)).collect();
    assert_eq!(deeper, [(None, None)]);
}

#[test]
fn a_provider_sees_the_path_it_bought_and_the_seller_sees_the_sale() {
    let chain = Chain::new();
    let (stage, three) = (&chain.stage, &chain.three);
    let bank = stage.bank("海港保理");
    let request = ask(
        stage,
        three,
        &chain.at_three,
        Stage::yuan("60.00"),
        &[&bank],
    )
    .unwrap();
    let quoted = quote(stage, &bank, request, &terms(stage, "3.00")).unwrap();
    let signed = sign(stage, three, quoted).unwrap();
    let offered = chain.seen(&bank, &signed.fragment).unwrap();
    let all = ["东风岭汽车", "常州车桥", "昆山弹簧", "海港保理", "苏州冲压"];
    assert_eq!(names(&offered), all);
    assert_eq!(offered.documents.len(), 2);
    booked(stage, &instruction(stage, quoted), OPENING);
    ledger_app::complete_discount::run_due(&stage.app).unwrap();
    let sold = chain.seen(three, &signed.fragment).unwrap();
    let Outcome::Sold { to, .. } = &sold.outcome else {
        panic!("{:?}", sold.outcome)
    };
    assert_eq!(to, "海港保理");
    assert!(
        sold.picture
            .iter()
            .flatten()
            .any(|cell| cell.holder.as_deref() == Some("海港保理")
                && cell.state == PictureState::Financed)
    );
    assert_eq!(
        chain.seen(&bank, &signed.fragment).unwrap_err(),
        AppError::NotFound
    );
    // To two it makes no difference.
    let two = chain.seen(&chain.two, &chain.at_two).unwrap();
    assert!(!names(&two).contains(&"海港保理".to_owned()));
}

#[test]
fn after_settlement_each_sees_its_own_payment_and_its_closed_legs() {
    let chain = Chain::new();
    let stage = &chain.stage;
    stage.advance(MATURITY);
    let face = Stage::yuan("1200.00");
    let entry = Entry {
        book: stage.app.book,
        date: MATURITY,
        paper: Some(chain.paper.paper),
        spends: None,
        cut: Cut {
            lo: 0,
            mid: face.minor(),
            hi: face.minor(),
        },
        act: Act::Settle {
            cash_total: face,
            sheet: SheetDigest::from_bytes([1; 32]),
            evidence: EvidenceDigest::from_bytes([2; 32]),
        },
    };
    let sealed = entry.sealed_by(&[(Seat::Book, stage.app.recorder())]);
    let posting = Posting {
        sealed,
        spent: None,
    };
    stage.app.posting.post_one(posting, None).unwrap();
    let credits: Vec<Instruction> = [(&chain.three, "100.00"), (&chain.rival, "200.00")]
        .into_iter()
        .map(|(to, amount)| credit(&chain, to, amount))
        .collect();
    let kept = stage.app.store.write(|tx| tx.instructions_insert(&credits));
    assert_eq!(kept.unwrap(), 2);

    let paid = chain.seen(&chain.three, &chain.at_three).unwrap();
    assert_eq!(paid.outcome, Outcome::Paid);
    let own: Vec<_> = paid
        .credits
        .iter()
        .map(|c| (c.amount, c.date, c.state))
        .collect();
    assert_eq!(
        own,
        [(Stage::yuan("100.00"), MATURITY, InstructionState::Settled)]
    );
    assert!(
        paid.picture
            .iter()
            .flatten()
            .any(|cell| cell.own && cell.state == PictureState::Settled)
    );
    // Who passed it on was paid by discharge, not by money.
    let closed = chain.seen(&chain.one, &chain.first.offered).unwrap();
    assert!(matches!(closed.outcome, Outcome::PassedOn { .. }));
    assert!(closed.credits.is_empty());
}

fn credit(chain: &Chain, to: &Actor, amount: &str) -> Instruction {
    let id: [u8; 16] = ledger_app::random::bytes().unwrap();
    Instruction {
        id: InstructionId::from_bytes(id),
        kind: InstructionKind::SettlementCredit,
        paper_id: chain.paper.paper,
        run: None,
        discount: None,
        debtor: chain.stage.obligor().maker.party(),
        debtor_name: String::new(),
        debtor_account: "1".to_owned(),
        debtor_bank_code: "102290000018".to_owned(),
        creditor: to.party(),
        creditor_name: String::new(),
        creditor_account: "2".to_owned(),
        creditor_bank_code: "102290000018".to_owned(),
        amount: Stage::yuan(amount),
        currency: cny(),
        end_to_end_id: format!("TS{}", InstructionId::from_bytes(id)),
        message_id: None,
        state: InstructionState::Settled,
        reason: String::new(),
        evidence: Some("R1".to_owned()),
        business_date: MATURITY,
        attempts: 1,
        next_attempt_at: chain.stage.app.clock.now(),
        netted_in: None,
    }
}
