//! A finance provider answers by four eyes, looks the obligor up first, and keeps what it thinks to
//! itself.

use chrono::Duration;
use ledger_app::approve_answer;
use ledger_app::error::AppError;
use ledger_app::note_on_obligor;
use ledger_app::obligor_status;
use ledger_app::obligor_status::Finding;
use ledger_app::propose_answer;
use ledger_app::propose_answer::Answer;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::DeskState;
use ledger_app::provider_inbox::InboxFilter;
use ledger_app::record_disclosure;
use ledger_app::record_disclosure::LookedUp;
use ledger_app::report_payout;
use ledger_core::id::RequestId;
use ledger_store::users::Role;
use uuid::Uuid;

use crate::finance_stage::ask;
use crate::finance_stage::booked;
use crate::finance_stage::instruction;
use crate::finance_stage::letters;
use crate::finance_stage::register;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A bank with a maker and a checker, asked for money on all of a paper of ¥9,000.00.
struct Set {
    stage: Stage,
    supplier: Actor,
    maker: Actor,
    checker: Actor,
    request: RequestId,
}

fn set() -> Set {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let maker = stage.bank("江口银行");
    let checker = stage.person(maker.party(), "钱进", Role::Checker);
    let face = Stage::yuan("9000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let request = ask(&stage, &supplier, &paper.fragment, face, &[&maker]).unwrap();
    Set {
        stage,
        supplier,
        maker,
        checker,
        request,
    }
}

impl Set {
    fn looked_up(&self, who: &Actor, finding: Finding, days_ago: i64) -> Result<(), AppError> {
        let look = LookedUp {
            obligor: self.stage.obligor.maker.party(),
            on: OPENING - Duration::days(days_ago),
            source: "票据信息披露平台".to_owned(),
            finding,
            word: String::new(),
        };
        record_disclosure::run(&self.stage.app, &who.who, &look)
    }

    fn propose(&self, who: &Actor) -> Result<Uuid, AppError> {
        let answer = Answer::Quote(terms(&self.stage, "2.85"));
        let done =
            propose_answer::run(&self.stage.app, &who.who, self.request, &answer, "急", None)?;
        Ok(done.proposal.parse().unwrap())
    }

    fn approve(&self, who: &Actor, proposal: Uuid) -> Result<Option<String>, AppError> {
        let signing = who.signing();
        let app = &self.stage.app;
        Ok(approve_answer::run(app, &who.who, proposal, Some(&signing), None)?.quote)
    }

    fn standing(&self) -> DeskState {
        let one = provider_inbox::one(&self.stage.app, &self.maker.who, self.request);
        one.unwrap().standing
    }
}

#[test]
fn a_price_goes_out_by_two_hands_and_by_the_second_ones_key() {
    let set = set();
    let app = &set.stage.app;
    assert_eq!(
        set.propose(&set.maker).unwrap_err().code(),
        "disclosure_not_checked"
    );
    set.looked_up(&set.maker, Finding::Clean, 8).unwrap();
    assert_eq!(
        set.propose(&set.maker).unwrap_err().code(),
        "disclosure_not_checked"
    );
    set.looked_up(&set.maker, Finding::Clean, 0).unwrap();
    assert_eq!(set.standing(), DeskState::ToQuote);
    let proposal = set.propose(&set.maker).unwrap();
    assert_eq!(set.standing(), DeskState::ToApprove);
    assert_eq!(
        letters(&set.stage, &set.checker).last(),
        Some(&"answer_proposed")
    );
    assert!(!letters(&set.stage, &set.maker).contains(&"answer_proposed"));
    assert_eq!(
        set.propose(&set.maker).unwrap_err().code(),
        "answer_waiting"
    );
    // Nothing has left the house.
    let seen = ledger_app::supplier_quotes::run(app, &set.supplier.who, set.request).unwrap();
    assert!(seen.offers.is_empty());

    // The maker's own hand does not decide, nor with the checker's hand but its own key.
    assert_eq!(
        set.approve(&set.maker, proposal).unwrap_err().code(),
        "same_person"
    );
    let with = set.maker.signing();
    let foreign = approve_answer::run(app, &set.checker.who, proposal, Some(&with), None);
    assert_eq!(foreign.unwrap_err().code(), "not_your_key");
    let bare = approve_answer::run(app, &set.checker.who, proposal, None, None);
    assert_eq!(bare.unwrap_err().code(), "signature_missing");
    let stranger = set.stage.bank("海港保理");
    assert_eq!(
        set.approve(&stranger, proposal).unwrap_err().code(),
        "not_found"
    );

    let quote = set.approve(&set.checker, proposal).unwrap().unwrap();
    let quote = ledger_core::id::QuoteId::parse(&quote).unwrap();
    assert_eq!(set.standing(), DeskState::Quoted);
    assert_eq!(
        set.approve(&set.checker, proposal).unwrap_err().code(),
        "answer_decided"
    );
    let rows = app.store.read(|tx| tx.quotes_by_ids(&[quote])).unwrap();
    assert_eq!(rows[0].key_id, set.checker.signer.key());
    let answers = provider_inbox::answers(app, &set.maker.who, set.request).unwrap();
    assert_eq!(answers[0].proposal.body.as_ref(), Some(&rows[0].body));
    assert_eq!(
        answers[0].decision.as_ref().unwrap().decided_by,
        set.checker.who.subject()
    );

    sign(&set.stage, &set.supplier, quote).unwrap();
    assert_eq!(set.standing(), DeskState::Won);
    // Letting the money go is for those who decide.
    let clerk = set.stage.person(set.maker.party(), "小周", Role::Maker);
    let refused = report_payout::authorise(app, &clerk.who, quote, None).unwrap_err();
    assert_eq!(refused.code(), "forbidden");
    register(&set.stage, &set.checker, quote);
    report_payout::authorise(app, &set.checker.who, quote, None).unwrap();
    booked(&set.stage, &instruction(&set.stage, quote), OPENING);
    ledger_app::complete_discount::run_due(app).unwrap();
    let status = obligor_status::run(app, &clerk.who, set.stage.obligor.maker.party()).unwrap();
    let exposure = status.exposure[0];
    assert_eq!(
        (exposure.held, exposure.committed, exposure.offered),
        (900_000, 0, 0)
    );
}

#[test]
fn an_answer_comes_back_with_a_word_or_is_taken_back() {
    let set = set();
    let app = &set.stage.app;
    set.looked_up(&set.maker, Finding::Clean, 1).unwrap();
    let proposal = set.propose(&set.maker).unwrap();
    let back = |word: &str| approve_answer::send_back(app, &set.checker.who, proposal, word);
    assert_eq!(back(" ").unwrap_err().code(), "word_missing");
    let own = approve_answer::send_back(app, &set.maker.who, proposal, "再看");
    assert_eq!(own.unwrap_err().code(), "same_person");
    back("利率偏低").unwrap();
    assert_eq!(
        letters(&set.stage, &set.maker).last(),
        Some(&"answer_returned")
    );
    assert_eq!(set.standing(), DeskState::ToQuote);

    let again = set.propose(&set.maker).unwrap();
    let colleague = set.stage.person(set.maker.party(), "小周", Role::Maker);
    let foreign = propose_answer::withdraw(app, &colleague.who, again).unwrap_err();
    assert_eq!(foreign.code(), "answer_not_yours");
    propose_answer::withdraw(app, &set.maker.who, again).unwrap();
    assert_eq!(
        set.approve(&set.checker, again).unwrap_err().code(),
        "answer_decided"
    );

    // A no takes two hands as well, and no disclosure.
    let no = propose_answer::run(app, &set.maker.who, set.request, &Answer::Decline, "", None);
    let no: Uuid = no.unwrap().proposal.parse().unwrap();
    let sent = approve_answer::run(app, &set.checker.who, no, None, None).unwrap();
    assert_eq!(sent.quote, None);
    assert_eq!(set.standing(), DeskState::Declined);
}

#[test]
fn an_overdue_or_silent_obligor_is_not_priced() {
    let set = set();
    for finding in [Finding::OverdueListed, Finding::NotDisclosed] {
        set.looked_up(&set.maker, Finding::Clean, 0).unwrap();
        set.looked_up(&set.maker, finding, 0).unwrap();
        assert_eq!(
            set.propose(&set.maker).unwrap_err().code(),
            "disclosure_not_clean"
        );
    }
    // The newest look counts, and one that went bad meanwhile stops the approver too.
    set.looked_up(&set.maker, Finding::Clean, 0).unwrap();
    let proposal = set.propose(&set.maker).unwrap();
    set.looked_up(&set.maker, Finding::OverdueListed, 0)
        .unwrap();
    assert_eq!(
        set.approve(&set.checker, proposal).unwrap_err().code(),
        "disclosure_not_clean"
    );
    assert_eq!(
        set.looked_up(&set.maker, Finding::Clean, -1)
            .unwrap_err()
            .code(),
        "day_in_the_future"
    );
}

#[test]
fn what_a_bank_writes_down_is_its_own() {
    let set = set();
    let app = &set.stage.app;
    let obligor = set.stage.obligor.maker.party();
    set.looked_up(&set.maker, Finding::Clean, 0).unwrap();
    note_on_obligor::run(app, &set.maker.who, obligor, "行业景气下行，限额减半").unwrap();
    let own = obligor_status::run(app, &set.checker.who, obligor).unwrap();
    assert_eq!((own.notes.len(), own.checks.len(), own.gate), (1, 1, None));

    let other = set.stage.bank("海港保理");
    let stranger = obligor_status::run(app, &other.who, obligor).unwrap_err();
    assert_eq!(stranger.code(), "not_found");
    let note = note_on_obligor::run(app, &other.who, obligor, "x").unwrap_err();
    assert_eq!(note.code(), "not_found");
    let paper = set
        .stage
        .issued_paper(&set.supplier, Stage::yuan("100.00"), MATURITY);
    let hundred = Stage::yuan("100.00");
    ask(
        &set.stage,
        &set.supplier,
        &paper.fragment,
        hundred,
        &[&other],
    )
    .unwrap();
    let seen = obligor_status::run(app, &other.who, obligor).unwrap();
    assert!(seen.notes.is_empty() && seen.checks.is_empty());
    assert_eq!(seen.gate, Some("disclosure_not_checked"));
    for who in [
        &set.supplier.who,
        &set.stage.obligor.maker.who,
        &set.stage.operator,
    ] {
        let refused = obligor_status::run(app, who, obligor).unwrap_err();
        assert_eq!(refused.code(), "forbidden");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a story is told in one piece")]
fn the_inbox_narrows() {
    let set = set();
    let app = &set.stage.app;
    let other = set.stage.supplier("山口铸造");
    let paper = set
        .stage
        .issued_paper(&other, Stage::yuan("100.00"), MATURITY);
    let hundred = Stage::yuan("100.00");
    let small = ask(&set.stage, &other, &paper.fragment, hundred, &[&set.maker]).unwrap();
    let found = |filter: InboxFilter| {
        let page = provider_inbox::list(app, &set.maker.who, &filter, None, 10).unwrap();
        page.items
            .iter()
            .map(|one| one.asked.request.id)
            .collect::<Vec<_>>()
    };
    let all = InboxFilter::default();
    assert_eq!(found(all.clone()), [small, set.request]);
    let of = |holder: &Actor| InboxFilter {
        holder: Some(holder.party()),
        ..all.clone()
    };
    assert_eq!(found(of(&other)), [small]);
    assert_eq!(
        found(InboxFilter {
            least: Some(Stage::yuan("100.01")),
            ..all.clone()
        }),
        [set.request]
    );
    assert_eq!(
        found(InboxFilter {
            most: Some(hundred),
            ..all.clone()
        }),
        [small]
    );
    assert_eq!(
        found(InboxFilter {
            obligor: Some(other.party()),
            ..all.clone()
        }),
        []
    );
    let gbp = Some("GBP".parse().unwrap());
    assert_eq!(
        found(InboxFilter {
            currency: gbp,
            ..all.clone()
        }),
        []
    );
    let late = Some(MATURITY + Duration::days(30));
    assert_eq!(
        found(InboxFilter {
            due_from: late,
            ..all.clone()
        }),
        []
    );
    assert_eq!(
        found(InboxFilter {
            due_to: late,
            ..all.clone()
        }),
        [small, set.request]
    );
    set.looked_up(&set.maker, Finding::Clean, 0).unwrap();
    set.propose(&set.maker).unwrap();
    let standing = |standing| InboxFilter {
        standing: Some(standing),
        ..all.clone()
    };
    assert_eq!(found(standing(DeskState::ToApprove)), [set.request]);
    assert_eq!(found(standing(DeskState::ToQuote)), [small]);
}
