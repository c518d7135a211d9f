//! How the desks of the demo stand on the day it opens: limits in force, the obligor looked up and
//! graded, one bank's standing rates, two banks that look at their limits together.

use chrono::Days;
use ledger_app::app::App;
use ledger_app::approve_rates;
use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::grade_obligor;
use ledger_app::limit_circles;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::propose_limit;
use ledger_app::propose_limit::ProposeLimit;
use ledger_app::propose_rates;
use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::RowTerms;
use ledger_app::record_disclosure;
use ledger_app::record_disclosure::LookedUp;
use ledger_app::signing::Signing;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::id::PartyId;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_store::obligor_file::Finding;
use rust_decimal::Decimal;

use crate::demo_people::Actor;
use crate::demo_people::Cast;
use crate::demo_people::actor;
use crate::failure::Context;
use crate::failure::Failure;

/// Banks with their limit on the obligor in yuan and their grade of it.
const BANKS: [(&str, i64, u8); 3] = [
    ("bank-a", 150_000_000, 2),
    ("bank-b", 120_000_000, 3),
    ("bank-c", 80_000_000, 3),
];

/// How much the obligor lets itself issue, in yuan.
const ISSUING: i64 = 400_000_000;

/// Days for which the standing rates are good.
const RATE_DAYS: u64 = 180;

/// Sets the desks up.
pub(crate) fn set_up(app: &App, cast: &Cast) -> Result<(), Failure> {
    let today = app
        .store
        .read(|tx| tx.business_date_today())
        .doing("business date")?;
    let treasury = Hands::of(app, cast, "oem", "maker")?;
    let oem = treasury.maker.who.party;
    treasury.limit(LimitSubject::OwnIssuing(oem), ISSUING)?;
    for (bank, limit, grade) in BANKS {
        let desk = Hands::of(app, cast, bank, "member")?;
        desk.limit(LimitSubject::Obligor(oem), limit)?;
        let look = LookedUp {
            obligor: oem,
            on: today,
            source: "上海票据交易所商业汇票信息披露平台".to_owned(),
            finding: Finding::Clean,
            word: String::new(),
        };
        record_disclosure::run(app, &desk.maker.who, &look).doing("disclosure")?;
        grade_obligor::set(app, &desk.maker.who, oem, grade, "按时兑付，披露一致")
            .doing("grade")?;
    }
    let desk = Hands::of(app, cast, "bank-c", "member")?;
    let terms = CardTerms {
        currency: Currency::CNY,
        rows: vec![
            row(oem, CardRecourse::Without, 180, 345)?,
            row(
                oem,
                CardRecourse::LimitedPercent(Decimal::new(20, 0)),
                365,
                330,
            )?,
        ],
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        payout_lag_days: 1,
        quote_minutes: 60,
        valid_from: today,
        valid_until: today
            .checked_add_days(Days::new(RATE_DAYS))
            .unwrap_or(today),
        most_in_all: yuan(20_000_000)?,
    };
    let proposal = propose_rates::run(app, &desk.maker.who, &terms, "").doing("rates")?;
    let with = Signing::With(&desk.checker.signer);
    approve_rates::run(app, &desk.checker.who, proposal, &with).doing("rates")?;
    together(app, cast, oem)
}

/// Two banks agree to look at their limits on the obligor together.
fn together(app: &App, cast: &Cast, obligor: PartyId) -> Result<(), Failure> {
    let first = actor(app, cast, "bank-a", "checker")?.who;
    let second = actor(app, cast, "bank-b", "checker")?.who;
    let subject = LimitSubject::Obligor(obligor);
    let proposed = limit_circles::propose(app, &first, subject, &[second.party], None)
        .doing("joint limits")?;
    limit_circles::join(app, &second, proposed.circle).doing("joint limits")
}

fn yuan(major: i64) -> Result<Amount, Failure> {
    Amount::from_minor(major.saturating_mul(100)).doing("amount")
}

/// A row for one obligor: at most so many days, at so many hundredths of a percent a year.
fn row(
    obligor: PartyId,
    recourse: CardRecourse,
    days_to: u16,
    hundredths: i64,
) -> Result<RowTerms, Failure> {
    Ok(RowTerms {
        obligor: Some(obligor),
        worst_grade: None,
        days_from: 1,
        days_to,
        amount_from: yuan(1_000)?,
        amount_to: yuan(5_000_000)?,
        recourse,
        rate: Rate::AnnualPercent(Decimal::new(hundredths, 2)),
        day_count: DayCount::Actual360,
    })
}

/// Two people of one house.
struct Hands<'a> {
    app: &'a App,
    maker: Actor,
    checker: Actor,
}

impl Hands<'_> {
    fn of<'a>(app: &'a App, cast: &Cast, party: &str, maker: &str) -> Result<Hands<'a>, Failure> {
        Ok(Hands {
            app,
            maker: actor(app, cast, party, maker)?,
            checker: actor(app, cast, party, "checker")?,
        })
    }

    fn limit(&self, subject: LimitSubject, major: i64) -> Result<(), Failure> {
        let wanted = ProposeLimit {
            subject,
            currency: Currency::CNY,
            amount: Some(yuan(major)?),
            valid_until: None,
            reason: "年度授信".to_owned(),
        };
        let proposed =
            propose_limit::run(self.app, &self.maker.who, &wanted, None).doing("limit")?;
        let checker = &self.checker.who;
        decide_limit::run(self.app, checker, proposed.proposal, Verdict::Approve, "").doing("limit")
    }
}
