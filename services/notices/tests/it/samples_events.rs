//! Notices of the rarer events in a paper's life.

use ledger_app::notice::MaturitySide;
use ledger_app::notice::Notice;
use ledger_app::notice::PaperSum;
use ledger_app::notice_events::AgreementStep;
use ledger_app::notice_events::AgreementTold;
use ledger_app::notice_events::CorrectionStep;
use ledger_app::notice_events::CorrectionTold;
use ledger_app::notice_events::DayMoved;
use ledger_app::notice_events::FreezeProposed;
use ledger_app::notice_events::FreezeReturned;
use ledger_app::notice_events::FreezeStep;
use ledger_app::notice_events::FreezeTold;
use ledger_app::notice_events::FrozenNamed;
use ledger_app::notice_events::OfferLapsed;
use ledger_app::notice_events::PaperEvent;
use ledger_app::notice_events::RecourseStep;
use ledger_app::notice_events::RecourseTold;
use ledger_app::notice_events::RedemptionStep;
use ledger_app::notice_events::RedemptionTold;

use crate::samples::day;
use crate::samples::fragment;
use crate::samples::paper;
use crate::samples::s;

pub(crate) fn events() -> Vec<Notice> {
    let freeze = |step| {
        let told = step != FreezeStep::OfferOver;
        let shown = |text: &str| if told { s(text) } else { String::new() };
        PaperEvent::Freeze(FreezeTold {
            step,
            authority: shown("江口市人民法院"),
            reference: shown("（2026）江01执保117号"),
            until: (told && step != FreezeStep::Ended).then(|| day(12, 31)),
            fragments: vec![FrozenNamed {
                fragment: fragment(),
                amount: s("CNY 350,000.00"),
            }],
            count: 1,
        })
    };
    let proposed = |lifts| {
        PaperEvent::FreezeProposed(FreezeProposed {
            maker: s("赵敏"),
            authority: s("江口市人民法院"),
            reference: s("（2026）江01执保117号"),
            lifts,
        })
    };
    let lapsed = |own| {
        PaperEvent::OfferLapsed(OfferLapsed {
            fragment: fragment(),
            amount: s("CNY 350,000.00"),
            other: s("瑞德零部件有限公司"),
            own,
        })
    };
    let mut all: Vec<PaperEvent> = vec![
        freeze(FreezeStep::Frozen),
        freeze(FreezeStep::FrozenPledge),
        freeze(FreezeStep::OfferOver),
        freeze(FreezeStep::Ended),
        proposed(false),
        proposed(true),
        PaperEvent::FreezeReturned(FreezeReturned {
            checker: s("钱进"),
            reference: s("（2026）江01执保117号"),
            reason: s("文书载明的期限是年底"),
        }),
        lapsed(true),
        lapsed(false),
    ];
    all.push(moved(MaturitySide::Obligor, 1));
    all.push(moved(MaturitySide::Holder, 3));
    all.extend(agreements());
    all.extend(redemptions());
    all.extend(recourse());
    all.extend(corrections());
    all.into_iter().map(Notice::PaperEvent).collect()
}

fn recourse() -> Vec<PaperEvent> {
    let told = |(step, own_claim): (RecourseStep, bool)| {
        let word = match step {
            RecourseStep::Disputed => s("货物有质量问题"),
            _ => String::new(),
        };
        let sum = !matches!(
            step,
            RecourseStep::Withdrawn | RecourseStep::Disputed | RecourseStep::Lapsed
        );
        PaperEvent::Recourse(RecourseTold {
            step,
            claim: s("f8"),
            fragment: fragment(),
            amount: sum.then(|| s("CNY 210,000.00")),
            other: s("瑞德零部件有限公司"),
            word,
            own_claim,
        })
    };
    [
        (RecourseStep::Claimed, false),
        (RecourseStep::Withdrawn, false),
        (RecourseStep::Disputed, true),
        (RecourseStep::Agreed, true),
        (RecourseStep::Paid, true),
        (RecourseStep::Paid, false),
        (RecourseStep::Unpaid, true),
        (RecourseStep::Unpaid, false),
        (RecourseStep::Lapsed, true),
    ]
    .map(told)
    .to_vec()
}

fn corrections() -> Vec<PaperEvent> {
    let told = |(step, gives_back): (CorrectionStep, bool)| {
        let word = match step {
            CorrectionStep::Declined => s("货已按单交付，转让无误"),
            _ => String::new(),
        };
        PaperEvent::Correction(CorrectionTold {
            step,
            correction: s("c4"),
            fragment: fragment(),
            amount: s("CNY 350,000.00"),
            other: s("瑞德零部件有限公司"),
            reason: s("误选收款方，应转让给北岭机电"),
            word,
            gives_back,
        })
    };
    [
        (CorrectionStep::Proposed, true),
        (CorrectionStep::Proposed, false),
        (CorrectionStep::Withdrawn, true),
        (CorrectionStep::Declined, false),
        (CorrectionStep::Effective, true),
        (CorrectionStep::Effective, false),
    ]
    .map(told)
    .to_vec()
}

fn redemptions() -> Vec<PaperEvent> {
    [
        RedemptionStep::Proposed,
        RedemptionStep::Offered,
        RedemptionStep::Accepted,
        RedemptionStep::Paid,
        RedemptionStep::Redeemed,
        RedemptionStep::Released,
        RedemptionStep::NotPaid,
    ]
    .map(|step| {
        PaperEvent::Redemption(RedemptionTold {
            offer: s("f7"),
            step,
            paper: paper(),
            amount: s("CNY 350,000.00"),
            percent: s("3.6"),
            day_count: s("actual_360"),
            rebate: Some(s("CNY 3,115.00")),
            payment: Some(s("CNY 346,885.00")),
            pay_date: day(6, 5),
            due: day(9, 2),
            until: day(4, 10),
        })
    })
    .to_vec()
}

fn moved(side: MaturitySide, count: u32) -> PaperEvent {
    PaperEvent::DayMoved(DayMoved {
        side,
        count,
        total: s("CNY 350,000.00"),
        papers: vec![PaperSum {
            paper: paper(),
            amount: s("CNY 350,000.00"),
        }],
        from: day(9, 25),
        to: day(9, 28),
        source: s("国务院办公厅关于2026年部分节假日安排的通知"),
    })
}

fn agreements() -> Vec<PaperEvent> {
    let agreement = |step, later: bool| {
        PaperEvent::Agreement(AgreementTold {
            agreement: s("f6"),
            step,
            paper: paper(),
            amount: s("CNY 350,000.00"),
            reason: s("货物已退回"),
            maturity: later.then(|| day(10, 31)),
            due: later.then(|| day(11, 2)),
            until: day(9, 15),
        })
    };
    let mut all = Vec::new();
    for later in [false, true] {
        all.extend(
            [
                AgreementStep::Proposed,
                AgreementStep::Asked,
                AgreementStep::Effective,
                AgreementStep::Declined,
                AgreementStep::Withdrawn,
                AgreementStep::Lapsed,
            ]
            .map(|step| agreement(step, later)),
        );
    }
    all
}
