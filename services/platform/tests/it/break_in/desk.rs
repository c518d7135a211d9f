//! What stands on a bank's own desk: grades and notes, answers that wait for a second person, standing
//! rates, certificates.

use chrono::Days;
use ledger_app::grade_obligor;
use ledger_app::note_on_obligor;
use ledger_app::obligor_status::Finding;
use ledger_app::propose_answer;
use ledger_app::propose_answer::Answer;
use ledger_app::propose_rates;
use ledger_app::publish_rates;
use ledger_app::publish_rates::CardTerms;
use ledger_app::publish_rates::RowTerms;
use ledger_app::record_disclosure;
use ledger_app::record_disclosure::LookedUp;
use ledger_app::register_discount;
use ledger_app::signing::Signing;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::pricing::Rate;
use ledger_core::rate_card::CardRecourse;
use ledger_core::signature::Seat;

use super::secrets::Secret;
use super::secrets::yuan;
use super::trade::Trade;

impl Trade<'_> {
    /// A bank's own view of an obligor: looked up, graded, noted.
    pub(crate) fn desk(&mut self, bank: &str, obligor: &str) {
        let of = self.cast.companies[obligor].id;
        let known = [bank, "auditor"];
        let what = format!("what {bank} thinks of {obligor}");
        let (note, source) = (
            format!("note {bank} {obligor}"),
            format!("register {bank} {obligor}"),
        );
        let why = format!("grade {bank} {obligor}");
        for text in [&note, &source, &why] {
            self.secrets.push(Secret::text(&what, text, &known));
        }
        let maker = &self.cast.get(&format!("{bank}.maker")).who;
        let look = LookedUp {
            obligor: of,
            on: self.today(),
            source,
            finding: Finding::Clean,
            word: String::new(),
        };
        record_disclosure::run(self.app, maker, &look).unwrap();
        note_on_obligor::run(self.app, maker, of, &note).unwrap();
        grade_obligor::set(self.app, maker, of, 3, &why).unwrap();
    }

    /// A no that waits for a second person of the bank.
    pub(crate) fn answer_proposed(&mut self, bank: &str, request: RequestId) {
        let word = format!("why {bank} says no");
        let known = [bank, "auditor"];
        self.secrets
            .push(Secret::text("an answer that waits", &word, &known));
        let maker = &self.cast.get(&format!("{bank}.maker")).who;
        propose_answer::run(self.app, maker, request, &Answer::Decline, &word, None).unwrap();
    }

    /// The certificate of the public register.
    pub(crate) fn registered(&mut self, bank: &str, holder: &str, quote: QuoteId) {
        let certificate = "01234567890123456789";
        let known = [bank, holder, "operator", "auditor"];
        self.secrets
            .push(Secret::text("a certificate", certificate, &known));
        let system = &self.cast.get(&format!("{bank}.system")).who;
        register_discount::run(self.app, system, quote, certificate, None).unwrap();
    }

    /// Standing rates that wait for a second person of the bank.
    pub(crate) fn rates_proposed(&mut self, bank: &str, obligor: &str, rate: &str) {
        let word = format!("why {bank} lowers its rates");
        let what = "standing rates that wait";
        self.secrets
            .push(Secret::text(what, &word, &[bank, "auditor"]));
        // The auditor sees that rates wait and by whom, not which.
        self.secrets.push(Secret::text(what, rate, &[bank]));
        let maker = &self.cast.get(&format!("{bank}.maker")).who;
        propose_rates::run(self.app, maker, &self.card(obligor, rate), &word).unwrap();
    }

    fn card(&self, obligor: &str, rate: &str) -> CardTerms {
        let row = RowTerms {
            obligor: Some(self.cast.companies[obligor].id),
            worst_grade: None,
            days_from: 1,
            days_to: 365,
            amount_from: yuan("100.00"),
            amount_to: yuan("10000000.00"),
            recourse: CardRecourse::Without,
            rate: Rate::AnnualPercent(rate.parse().unwrap()),
            day_count: DayCount::Actual360,
        };
        CardTerms {
            currency: Currency::CNY,
            rows: vec![row],
            fees: Vec::new(),
            buyer_paid_share: "0".parse().unwrap(),
            payout_lag_days: 0,
            quote_minutes: 15,
            valid_from: self.today(),
            valid_until: self.today() + Days::new(200),
            most_in_all: Amount::ZERO,
        }
    }

    /// Standing rates for the paper of one obligor.
    pub(crate) fn standing_rates(&mut self, bank: &str, obligor: &str, rate: &str, known: &[&str]) {
        self.secrets
            .push(Secret::text("a standing rate", rate, known));
        let actor = self.cast.get(&format!("{bank}.system"));
        let terms = self.card(obligor, rate);
        let prepared = publish_rates::prepare(self.app, &actor.who, &terms).unwrap();
        let head = prepared.card.to_bytes().unwrap();
        let made = actor.signer().sign(Seat::FinanceProvider, &head);
        let signing = Signing::Brought {
            key: made.key,
            bytes: made.bytes,
        };
        publish_rates::submit(self.app, &actor.who, &prepared.body, &signing, None).unwrap();
    }
}
