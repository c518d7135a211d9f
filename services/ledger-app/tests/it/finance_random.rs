//! Executed equals signed, over many random deals (domain I15).

use ledger_app::publish_rates;
use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::RowTerms;
use ledger_app::supplier_quotes;
use ledger_core::act::Act;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::fee::ConfirmationPayer;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::id::QuoteId;
use ledger_core::pricing::Rate;
use ledger_core::quote::Quote;
use ledger_core::rate_card::CardRecourse;
use ledger_core::recourse::Recourse;
use rust_decimal::Decimal;

use crate::finance_stage::ask;
use crate::finance_stage::instruction;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::finance_stage::terms;
use crate::rate_cards::card_of;
use crate::rate_cards::publish;
use crate::stage::Actor;
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
        wanted.day_count = dice.of(&COUNTS);
        wanted.buyer_paid_share = share(&mut dice);
        wanted.pay_date = OPENING + chrono::Days::new(u64::try_from(dice.below(180)).unwrap());
        let cap = Amount::from_minor(1 + dice.below(asked.minor())).unwrap();
        wanted.recourse = dice.of(&[Recourse::Without, Recourse::With, Recourse::Limited(cap)]);
        wanted.fees = (0..dice.below(4)).map(|_| fee(&mut dice)).collect();
        let id = quote(&stage, &bank, request, &wanted).unwrap();
        let executed = conclude(&stage, &holder, id, deal);
        assert_eq!(executed.recourse, wanted.recourse, "deal {deal}");
        assert_eq!(executed.fees.len(), wanted.fees.len());
    }
}

/// The same on standing rates: a card of a random row, and the quote that follows from it at once.
#[test]
fn executed_equals_signed_over_random_cards() {
    let stage = Stage::new();
    let holder = stage.supplier("溪谷五金");
    let bank = stage.bank("江口银行");
    let mut dice = Dice(20_261_129);
    for deal in 0..DEALS {
        let face = Amount::from_minor(20_000 + dice.below(900_000_000)).unwrap();
        let paper = stage.issued_paper(&holder, face, MATURITY);
        let asked = Amount::from_minor(10_000 + dice.below(face.minor() - 10_000)).unwrap();
        let card = random_card(&mut dice, face);
        let row = card.rows[0].clone();
        let published = publish(&stage, &bank, &card).unwrap();
        let request = ask(&stage, &holder, &paper.fragment, asked, &[&bank]).unwrap();
        let offers = supplier_quotes::run(&stage.app, &holder.who, request)
            .unwrap()
            .quotes()
            .cloned()
            .collect::<Vec<_>>();
        let [offer] = offers.as_slice() else {
            panic!("deal {deal}: {} offers", offers.len());
        };
        assert!(offer.at_once);
        let executed = conclude(&stage, &holder, offer.id, deal);
        assert_eq!(executed, offer.quote, "deal {deal}");
        assert_eq!(
            row.recourse.of(asked),
            Some(executed.recourse),
            "deal {deal}"
        );
        // Reckoned again, in another way: rate and days as fractions of whole numbers.
        let days = row.day_count.days(executed.pay_date, MATURITY);
        let (numerator, over) = match row.rate {
            Rate::AnnualPercent(number) => (number, 100 * row.day_count.year_days()),
            Rate::MonthlyPerMille(number) => (number, 1_000 * 30),
        };
        let exact = i128::from(asked.minor()) * number_of(numerator) * i128::from(days);
        let over = i128::from(over) * 100_000;
        assert_eq!(
            i128::from(executed.charge.minor()),
            (2 * exact + over) / (2 * over)
        );
        publish_rates::withdraw(&stage.app, &bank.who, published).unwrap();
    }
}

/// A card of one row for anybody, with everything else thrown.
fn random_card(dice: &mut Dice, face: Amount) -> CardTerms {
    let number = Decimal::new(dice.below(3_600_000), 5);
    let (rate, day_count) = dice.of(&[
        (Rate::AnnualPercent(number), DayCount::Actual360),
        (Rate::AnnualPercent(number), DayCount::Actual365Fixed),
        (Rate::MonthlyPerMille(number), DayCount::Thirty360),
        (Rate::MonthlyPerMille(number), DayCount::Actual360),
    ]);
    let percent = Decimal::new(1 + dice.below(10_000), 2);
    let mut card = card_of(vec![RowTerms {
        obligor: None,
        worst_grade: None,
        days_from: 1,
        days_to: 200,
        amount_from: Amount::from_minor(1).unwrap(),
        amount_to: face,
        recourse: dice.of(&[
            CardRecourse::Without,
            CardRecourse::With,
            CardRecourse::LimitedPercent(percent),
        ]),
        rate,
        day_count,
    }]);
    card.fees = (0..dice.below(4)).map(|_| fee(dice)).collect();
    card.buyer_paid_share = share(dice);
    card.payout_lag_days = u8::try_from(dice.below(30)).unwrap();
    card
}

const COUNTS: [DayCount; 3] = [
    DayCount::Actual360,
    DayCount::Actual365Fixed,
    DayCount::Thirty360,
];

/// A number with five places as whole hundred-thousandths.
fn number_of(number: Decimal) -> i128 {
    let mut number = number;
    number.rescale(5);
    number.mantissa()
}

fn share(dice: &mut Dice) -> Decimal {
    Decimal::new(dice.of(&[0, 0, 2_500, 3_333, 10_000]), 2)
}

/// Signs, and sees that what stands in the book and what the bank is told to pay is what was signed.
fn conclude(stage: &Stage, holder: &Actor, id: QuoteId, deal: u32) -> Quote {
    let signed = sign(stage, holder, id).unwrap();
    let no = stage.app.public_ids.read(&signed.fragment).unwrap();
    let path = stage.app.store.read(|tx| tx.fragment_path(no)).unwrap();
    let entry = path.last().unwrap().sealed.entry();
    let body = entry.act.quote_bytes().unwrap();
    let executed = Quote::from_bytes(body).unwrap();
    let row = stage
        .app
        .store
        .read(|tx| tx.quotes_by_ids(&[id]))
        .unwrap()
        .pop()
        .unwrap();
    assert_eq!(row.body, body, "deal {deal}");
    assert_eq!(
        matches!(entry.act, Act::AgreeDiscountByCard { .. }),
        row.card.is_some()
    );
    let payout = instruction(stage, id);
    assert_eq!(payout.amount, executed.proceeds, "deal {deal}");
    assert_eq!(payout.amount, row.proceeds, "deal {deal}");
    let by_holder = executed.holder_fees().unwrap();
    let interest = executed.charge.checked_sub(executed.obligor_share).unwrap();
    let sum = payout.amount.minor() + interest.minor() + by_holder.minor();
    let asked = executed.range.amount().minor();
    assert_eq!(sum, asked, "deal {deal}: every fen has a place");
    let supplier = stage
        .app
        .store
        .read(|tx| tx.party_by_id(holder.party()))
        .unwrap();
    assert_eq!(payout.creditor_account, supplier.account_number);
    executed
}
