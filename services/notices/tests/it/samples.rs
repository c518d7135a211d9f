//! One notice of every kind, with the parties of an invented chain.

use chrono::NaiveDate;
use ledger_app::language::Language;
use ledger_app::notice::BidTold;
use ledger_app::notice::BidsTold;
use ledger_app::notice::FragmentNamed;
use ledger_app::notice::MaturitySide;
use ledger_app::notice::Notice;
use ledger_app::notice::PaperNamed;
use ledger_app::notice::PaperSum;
use ledger_app::notice::PapersTopic;
use ledger_app::notice::RecourseNamed;
use ledger_app::notice_answers::AnswerProposed;
use ledger_app::notice_answers::AnswerReturned;
use ledger_app::notice_answers::ProposalsDeclined;
use ledger_app::notice_answers::RatesProposed;
use ledger_app::notice_answers::RatesReturned;
use ledger_app::notice_documents::GoodsHandedOver;
use ledger_app::notice_documents::InvoiceOverdrawn;
use ledger_app::notice_documents::TrueUpWaiting;
use ledger_app::notice_limits::LimitCircleInvited;
use ledger_app::notice_limits::LimitExhausted;
use ledger_app::notice_limits::LimitProposed;
use ledger_app::notice_pledges::PledgeStep;
use ledger_app::notice_pledges::PledgeTold;
use ledger_app::notice_pledges::RetransferStep;
use ledger_app::notice_pledges::RetransferTold;
use ledger_app::notice_tasks::OperatorTasks;
use ledger_app::notice_tasks::TaskTold;
use ledger_app::notice_webhooks::WebhookDisabled;
use ledger_app::recipient::InvitationToken;
use ledger_app::recipient::Recipient;

pub(crate) fn recipient(language: Language) -> Recipient {
    Recipient {
        email: "li.na@ruide.example".into(),
        name: "李娜".into(),
        language,
    }
}

pub(crate) fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

pub(crate) fn paper() -> PaperNamed {
    PaperNamed {
        number: "620260901000000000000000000017".into(),
        obligor: "远航汽车股份有限公司".into(),
    }
}

pub(crate) fn fragment() -> FragmentNamed {
    FragmentNamed {
        paper: paper(),
        range: "1-35000000".into(),
    }
}

pub(crate) fn s(text: &str) -> String {
    text.to_owned()
}

/// All kinds, in the order of the trade; the maturity on both sides.
pub(crate) fn all() -> Vec<Notice> {
    let mut all = papers_and_transfers();
    all.extend(finance());
    all.extend(bids());
    all.extend(settlement());
    all.extend(desk());
    all.extend(webhooks());
    all.extend(limits());
    all.extend(documents());
    all.extend(answers());
    all.extend(pledges());
    all.extend(crate::samples_events::events());
    all
}

fn papers_and_transfers() -> Vec<Notice> {
    let face = "CNY 1,200,000.00";
    let amount = "CNY 350,000.00";
    vec![
        Notice::PaperIssued {
            offer: s("9f2c41d07a5b4e0c8d13a6b7c2e4f501"),
            paper: paper(),
            face: s(face),
            maturity: day(9, 30),
            answer_by: Some(day(4, 10)),
        },
        Notice::PaperAccepted {
            paper: paper(),
            payee: s("瑞德精工有限公司"),
            face: s(face),
            maturity: day(9, 30),
        },
        Notice::PaperRefused {
            paper: paper(),
            payee: s("瑞德精工有限公司"),
            face: s(face),
            reason: Some(s("发票金额不符")),
        },
        Notice::PaperWithdrawn {
            paper: paper(),
            face: s(face),
            reason: None,
        },
        Notice::TransferOffered {
            offer: s("07be"),
            fragment: fragment(),
            from: s("瑞德精工有限公司"),
            amount: s(amount),
            maturity: day(9, 30),
            document: s("INV-2026-0417"),
            recourse: Some(RecourseNamed::Limited(s("CNY 70,000.00"))),
        },
        Notice::TransferAccepted {
            fragment: fragment(),
            to: s("Hexin Castings Ltd"),
            amount: s(amount),
            document: s("INV-2026-0417"),
        },
        Notice::TransferDeclined {
            fragment: fragment(),
            to: s("Hexin Castings Ltd"),
            amount: s(amount),
            document: s("INV-2026-0417"),
            reason: Some(s("wrong invoice")),
        },
    ]
}

fn undone() -> Notice {
    Notice::DiscountReversed {
        request: s("3d5a"),
        provider: s("江海银行"),
        supplier: s("合信铸造有限公司"),
        fragment: fragment(),
        amount: s("CNY 350,000.00"),
        proceeds: s("CNY 344,166.67"),
    }
}

fn finance() -> Vec<Notice> {
    let request = || s("3d5a");
    let amount = || s("CNY 350,000.00");
    let proceeds = || s("CNY 344,166.67");
    let supplier = || s("合信铸造有限公司");
    let provider = || s("江海银行");
    vec![
        Notice::FinanceRequested {
            request: request(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            maturity: day(9, 30),
            quotes_until: Some(day(4, 20)),
            others: 0,
            bids_until: None,
        },
        Notice::QuoteReceived {
            request: request(),
            provider: provider(),
            fragment: fragment(),
            amount: amount(),
            proceeds: proceeds(),
            charge: s("CNY 5,833.33"),
            annual_cost: s("4.05 %"),
            valid_until: day(4, 22).and_hms_opt(17, 0, 0).unwrap(),
            recourse: Some(RecourseNamed::Without),
        },
        Notice::QuoteAccepted {
            request: request(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            proceeds: proceeds(),
            pay_by: Some(day(4, 24)),
            recourse: Some(RecourseNamed::With),
        },
        Notice::QuoteLapsed {
            request: request(),
            provider: provider(),
            fragment: fragment(),
            amount: amount(),
        },
        Notice::DiscountPaid {
            request: request(),
            provider: provider(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            proceeds: proceeds(),
            paid_on: day(4, 23),
        },
        undone(),
    ]
}

fn bids() -> Vec<Notice> {
    let request = || s("3d5a");
    let amount = || s("CNY 350,000.00");
    let supplier = || s("合信铸造有限公司");
    vec![
        Notice::FinanceRequested {
            request: request(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            maturity: day(9, 30),
            quotes_until: Some(day(4, 20)),
            others: 2,
            bids_until: day(4, 18).and_hms_opt(15, 0, 0),
        },
        Notice::RevealDue(BidTold {
            request: request(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            until: day(4, 20).and_hms_opt(23, 59, 59),
        }),
        Notice::BidsIn(BidsTold {
            request: request(),
            bidders: 3,
            fragment: fragment(),
            amount: amount(),
            until: day(4, 20).and_hms_opt(23, 59, 59).unwrap(),
        }),
        Notice::BidLapsed(BidTold {
            request: request(),
            supplier: supplier(),
            fragment: fragment(),
            amount: amount(),
            until: None,
        }),
    ]
}

fn several(topic: PapersTopic, account: Option<String>) -> Notice {
    let one = |amount: &str| PaperSum {
        paper: paper(),
        amount: s(amount),
    };
    Notice::SeveralPapers {
        topic,
        count: 500,
        total: s("CNY 1,550,000.00"),
        papers: vec![one("CNY 1,200,000.00"), one("CNY 350,000.00")],
        day: day(10, 8),
        account,
    }
}

fn settlement() -> Vec<Notice> {
    let ahead = |side, amount: &str| Notice::MaturityAhead {
        paper: paper(),
        side,
        amount: s(amount),
        maturity: day(9, 30),
        payment_date: day(10, 8),
    };
    vec![
        ahead(MaturitySide::Obligor, "CNY 1,200,000.00"),
        ahead(MaturitySide::Holder, "CNY 350,000.00"),
        Notice::Presented {
            paper: paper(),
            amount: s("CNY 1,200,000.00"),
            presented_on: day(10, 8),
        },
        Notice::SettlementCredited {
            paper: paper(),
            amount: s("CNY 350,000.00"),
            account: s("**** 4471"),
            credited_on: day(10, 8),
        },
        Notice::SettlementCompleted {
            paper: paper(),
            face: s("CNY 1,200,000.00"),
            settled_on: day(10, 8),
        },
        several(PapersTopic::AheadObligor, None),
        several(PapersTopic::AheadHolder, None),
        several(PapersTopic::Presented, None),
        several(PapersTopic::UnpaidObligor, None),
        several(PapersTopic::DefaultObligor, None),
        several(PapersTopic::DefaultHolder, None),
        several(PapersTopic::Credited, Some(s("****4471"))),
        several(PapersTopic::Completed, None),
        Notice::ShortPaid {
            paper: paper(),
            due: s("CNY 350,000.00"),
            credited: s("CNY 210,000.00"),
            outstanding: s("CNY 140,000.00"),
            cleared_on: day(10, 8),
        },
        Notice::Overdue {
            paper: paper(),
            outstanding: s("CNY 140,000.00"),
            payment_date: day(10, 8),
        },
    ]
}

fn desk() -> Vec<Notice> {
    vec![
        Notice::ImportChecked {
            import: s("c1"),
            file: s("应付-2026-03.xlsx"),
            good: 412,
            bad: 7,
        },
        Notice::ImportInterrupted {
            import: s("c2"),
            file: s("应付-2026-04.csv"),
            through_line: 6_001,
        },
        Notice::ApprovalWaiting {
            maker: s("王芳"),
            papers: 1,
            total: s("CNY 1,200,000.00"),
        },
        Notice::ProposalsDeclined(ProposalsDeclined {
            checker: s("李强"),
            papers: 12,
            total: s("CNY 1,200,000.00"),
            payables: (1..=10).map(|n| format!("AP-2026-{n:04}")).collect(),
            import: Some(s("c1")),
            reason: Some(s("到期日应为验收后60天")),
        }),
        Notice::ProposalsDeclined(ProposalsDeclined {
            checker: s("李强"),
            papers: 1,
            total: s("CNY 77.70"),
            payables: vec![s("AP-2026-0031")],
            import: None,
            reason: None,
        }),
        Notice::Invitation {
            organisation: s("合信铸造有限公司"),
            invited_by: s("Tallystick 运营"),
            token: InvitationToken::new(s("Zm9vYmFyLTEyMw")),
            valid_until: day(4, 17),
        },
        Notice::OperatorTasks(OperatorTasks {
            count: 3,
            tasks: vec![
                task(
                    "settlement_run",
                    "paper_not_tiled",
                    "6100112026112000001: 2 of the paper's live fragments do not begin where the one before them ends",
                ),
                task(
                    "bank_booking",
                    "booking_without_date",
                    "camt.054.001.08 N1, booking 2: CNY 10.00 on account ****5678, for E1",
                ),
                task(
                    "something_newer",
                    "no_code_yet",
                    "what a later program asks",
                ),
            ],
        }),
    ]
}

fn webhooks() -> Vec<Notice> {
    vec![
        Notice::WebhookDisabled(WebhookDisabled {
            webhook: "0c".repeat(16),
            address: s("https://hooks.jianghai-bank.example"),
            gone: false,
            answer: s("status 500"),
        }),
        Notice::WebhookDisabled(WebhookDisabled {
            webhook: "0c".repeat(16),
            address: s("https://hooks.jianghai-bank.example"),
            gone: true,
            answer: s("the receiver is gone"),
        }),
    ]
}

fn limits() -> Vec<Notice> {
    let request = || s("3d5a");
    let amount = || s("CNY 350,000.00");
    vec![
        Notice::LimitExhausted(LimitExhausted {
            request: request(),
            fragment: fragment(),
            subject: s("远航汽车股份有限公司"),
            asked: amount(),
            limit: s("CNY 1,000,000.00"),
            free: s("CNY 120,000.00"),
        }),
        Notice::LimitProposed(LimitProposed {
            maker: s("王芳"),
            subject: s("远航汽车股份有限公司"),
            amount: Some(s("CNY 1,000,000.00")),
        }),
        Notice::LimitCircleInvited(LimitCircleInvited {
            provider: s("江海银行"),
            subject: s("远航汽车股份有限公司"),
        }),
    ]
}

fn documents() -> Vec<Notice> {
    let amount = || s("CNY 350,000.00");
    vec![
        Notice::TrueUpWaiting(TrueUpWaiting {
            document: "0a".repeat(16),
            seller: s("合信铸造有限公司"),
            invoice: s("24217000000146091898"),
            amount: amount(),
        }),
        Notice::InvoiceOverdrawn(InvoiceOverdrawn {
            invoice: s("24217000000146091898"),
            seller: s("合信铸造有限公司"),
            over: amount(),
            document: s("红-1"),
        }),
        Notice::GoodsHandedOver(GoodsHandedOver {
            document: "0b".repeat(16),
            carrier: s("合信铸造有限公司"),
            number: s("YD-2026-001"),
        }),
    ]
}

fn answers() -> Vec<Notice> {
    vec![
        Notice::AnswerProposed(AnswerProposed {
            request: s("r1"),
            maker: s("赵敏"),
            supplier: s("示例铸造有限公司"),
            fragment: fragment(),
            amount: s("CNY 300,000.00"),
        }),
        Notice::AnswerReturned(AnswerReturned {
            request: s("r1"),
            checker: s("钱进"),
            fragment: fragment(),
            amount: s("CNY 300,000.00"),
            reason: s("利率请按本行最新牌价"),
        }),
        Notice::RatesProposed(RatesProposed {
            maker: s("赵敏"),
            currency: s("CNY"),
            rows: 4,
            from: day(4, 1),
            until: day(6, 30),
        }),
        Notice::RatesReturned(RatesReturned {
            checker: s("钱进"),
            currency: s("CNY"),
            from: day(4, 1),
            until: day(6, 30),
            reason: s("超过180天的利率偏低"),
        }),
    ]
}

fn task(about: &str, code: &str, detail: &str) -> TaskTold {
    TaskTold {
        about: s(about),
        code: s(code),
        detail: s(detail),
    }
}

fn pledges() -> Vec<Notice> {
    use PledgeStep::{Asked, Declined, Granted, Paid, Pledged, Released};
    let pledge = |step| {
        Notice::Pledge(PledgeTold {
            pledge: s("d4"),
            step,
            fragment: fragment(),
            amount: s("CNY 350,000.00"),
            secured: s("CNY 300,000.00"),
            loan: s("流贷 2026-117"),
            holder: s("瑞德零部件有限公司"),
            pledgee: s("江海银行"),
            due: day(10, 8),
            until: (step == Granted).then(|| day(4, 20).and_hms_opt(17, 0, 0).unwrap()),
        })
    };
    let retransfer = |step| {
        Notice::Retransfer(RetransferTold {
            retransfer: s("e5"),
            step,
            fragment: fragment(),
            amount: s("CNY 350,000.00"),
            from: s("江海银行"),
            to: s("同舟保理"),
            contract: s("再转让 2026-9"),
            recourse: RecourseNamed::Limited(s("CNY 50,000.00")),
            due: day(10, 8),
        })
    };
    let mut all: Vec<Notice> = [Asked, Granted, Declined, Pledged, Released, Paid]
        .map(pledge)
        .into();
    all.extend(
        [
            RetransferStep::Offered,
            RetransferStep::Accepted,
            RetransferStep::Declined,
        ]
        .map(retransfer),
    );
    all
}
