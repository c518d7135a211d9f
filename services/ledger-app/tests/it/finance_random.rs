//! Executed equals signed, over many random deals (domain I15).

use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::fee::ConfirmationPayer;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::quote::Quote;
use ledger_core::recourse::Recourse;
use rust_decimal::Decimal;

use crate::finance_stage::ask;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

const DEALS: u32 = 200;

/// A small generator with a fixed seed (Knuth's MMIX constants): the same deals every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % u64::try_from(bound).unwrap()).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(i64::try_from(all.len()).unwrap())).unwrap()]
    }
}

fn fee(dice: &mut Dice) -> Fee {
    let charge = match dice.below(3) {
        0 => FeeCharge::Flat(Amount::from_minor(dice.below(50)).unwrap()),
        1 => FeeCharge::PerMilleOfFace(Decimal::new(dice.below(200), 2)),
        _ => FeeCharge::AnnualOnFace(Decimal::new(dice.below(100), 2)),
    };
    let payer = dice.of(&[Payer::Holder, Payer::Funder, Payer::Obligor]);
    match dice.below(4) {
        0 => Fee::Confirmation {
            payer: dice.of(&[ConfirmationPayer::Funder, ConfirmationPayer::Obligor]),
            charge,
        },
        1 => Fee::Platform { payer, charge },
        2 => Fee::Handling { payer, charge },
        _ => Fee::Registration { payer, charge },
    }
}

#[test]
fn executed_equals_signed_over_random_deals() {
    let stage = Stage::new();
    let holder = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let mut dice = Dice(20_261_120);
    for deal in 0..DEALS {
        let face = Amount::from_minor(20_000 + dice.below(900_000_000)).unwrap();
        let paper = stage.issued_paper(&holder, face, MATURITY);
        let asked = Amount::from_minor(10_000 + dice.below(face.minor() - 10_000)).unwrap();
        let request = ask(&stage, &holder, &paper.fragment, asked, &[&bank]).unwrap();
        let mut wanted = terms(&stage, "0");
        wanted.rate_percent = Decimal::new(dice.below(3_600_000), 5);
        wanted.day_count = dice.of(&[
            DayCount::Actual360,
            DayCount::Actual365Fixed,
            DayCount::Thirty360,
        ]);
        wanted.buyer_paid_share = Decimal::new(dice.of(&[0, 0, 2_500, 3_333, 10_000]), 2);
        wanted.pay_date = OPENING + chrono::Days::new(u64::try_from(dice.below(180)).unwrap());
        wanted.recourse = dice.of(&[Recourse::Without, Recourse::With, Recourse::Limited(asked)]);
        wanted.fees = (0..dice.below(4)).map(|_| fee(&mut dice)).collect();
        let id = quote(&stage, &bank, request, &wanted).unwrap();
        let signed = sign(&stage, &holder, id).unwrap();

        let no = stage.app.public_ids.read(&signed.fragment).unwrap();
        let path = stage.app.store.read(|tx| tx.fragment_path(no)).unwrap();
        let Act::AgreeDiscount { quote: body } = &path.last().unwrap().sealed.entry().act else {
            panic!("deal {deal}: not a purchase");
        };
        let executed = Quote::from_bytes(body).unwrap();
        let row = stage
            .app
            .store
            .read(|tx| tx.quotes_by_ids(&[id]))
            .unwrap()
            .pop()
            .unwrap();
        assert_eq!(&row.body, body, "deal {deal}");
        let payout = instruction(&stage, id);
        assert_eq!(payout.amount, executed.proceeds, "deal {deal}");
        assert_eq!(payout.amount, row.proceeds, "deal {deal}");
        let by_holder = executed.holder_fees().unwrap();
        let interest = executed.charge.checked_sub(executed.obligor_share).unwrap();
        let sum = payout.amount.minor() + interest.minor() + by_holder.minor();
        assert_eq!(sum, asked.minor(), "deal {deal}: every fen has a place");
        assert_eq!(executed.fees.len(), wanted.fees.len());
        let supplier = stage
            .app
            .store
            .read(|tx| tx.party_by_id(holder.party()))
            .unwrap();
        assert_eq!(payout.creditor_account, supplier.account_number);
    }
}
