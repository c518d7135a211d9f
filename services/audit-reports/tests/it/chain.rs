//! The trade that the reports are made of: a paper split down three tiers and discounted, others
//! waiting, refused, in another currency, and one paid at maturity.

use ledger_core::act::Act;
use ledger_core::party::PartyKind;
use ledger_core::signature::Seat;

use crate::maturity::settle_due;
use crate::stage::Actor;
use crate::stage::Issued;
use crate::stage::Stage;

/// Papers, and the payee of the waiting one.
pub(crate) struct Chain {
    pub(crate) second: Actor,
    /// 1,200,000.00 CNY due 2026-08-28, split and discounted.
    pub(crate) long: Issued,
    /// 500,000.01 CNY due 2026-03-31.
    pub(crate) short: Issued,
    /// 98,765.43 GBP, waiting for the payee.
    pub(crate) pounds: Issued,
    /// Refused.
    pub(crate) refused: Issued,
}

impl Chain {
    /// 2 March: everything but the settlement.
    pub(crate) fn play(stage: &Stage) -> Chain {
        let obligor = stage.party(PartyKind::Obligor, "鸿途汽车股份有限公司", "Hongtu Motor");
        let first = stage.party(PartyKind::Supplier, "=一级配件", "Tier One Parts");
        let second = stage.party(PartyKind::Supplier, "二级 \"冲压\", 有限公司", "");
        let third = stage.party(PartyKind::Supplier, "三级紧固件厂", "Tier Three Fasteners");
        let bank = stage.party(PartyKind::FinanceProvider, "江海银行", "Jianghai Bank");

        let long = stage.issue(&obligor, &first, "CNY", 120_000_000, "2026-08-28");
        let held = stage.accept(&long, &first);
        let (passed, rest) = stage.pay(held, 30_000_000, &first, &second);
        let (_deep, kept) = stage.pay(passed, 10_000_001, &second, &third);
        let (_sold, rest) = stage.discount(rest.unwrap(), 40_000_000, &first, &bank);
        stage.offer(rest.unwrap(), 5_000_000, &first, &third);
        stage.act(kept.unwrap(), 1, Act::Split, &[(Seat::Holder, &second)]);

        let short = stage.issue(&obligor, &first, "CNY", 50_000_001, "2026-03-31");
        let held = stage.accept(&short, &first);
        stage.pay(held, 33_333_333, &first, &second);

        let pounds = stage.issue(&obligor, &second, "GBP", 9_876_543, "2026-07-31");
        let refused = stage.issue(&obligor, &third, "CNY", 777, "2026-07-31");
        stage.act(refused.piece, 777, Act::Refuse, &[(Seat::Holder, &third)]);
        Chain {
            second,
            long,
            short,
            pounds,
            refused,
        }
    }

    /// 31 March: the short paper is paid.
    pub(crate) fn then_maturity(self, stage: &Stage) -> Chain {
        stage.today_is("2026-03-31");
        settle_due(stage);
        self
    }
}
