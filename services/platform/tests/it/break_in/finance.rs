//! The money side of the trade: requests, competing quotes, a purchase that the bank proves, and a
//! paper that is paid.

use chrono::NaiveDate;
use ledger_app::close_settlement;
use ledger_app::complete_discount;
use ledger_app::first_visit;
use ledger_app::invite_user;
use ledger_app::invite_user::InviteUser;
use ledger_app::invite_user::Role;
use ledger_app::language::Language;
use ledger_app::lift_issue_stop;
use ledger_app::present_paper;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::Presentation;
use ledger_app::present_paper::PresentedRun;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::quote_fragment;
use ledger_app::record_defaults;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::MissingInBooking;
use ledger_app::record_payment::StatedBooking;
use ledger_app::record_payment::UnusableBooking;
use ledger_app::report_payout;
use ledger_app::request_finance;
use ledger_app::request_finance::AskedPart;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::seal_bid;
use ledger_app::settle_paper;
use ledger_app::sign_in;
use ledger_app::sign_quote;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::recourse::Recourse;
use ledger_core::sealed_bid::Opening;
use ledger_store::bank_messages::Booking;
use ledger_store::payments::Instruction;

use super::cast::PASSPHRASE;
use super::secrets::Secret;
use super::secrets::yuan;
use super::trade::Trade;

impl Trade<'_> {
    /// Asks banks for money on part of a fragment; how much becomes secret.
    pub(crate) fn asked(
        &mut self,
        holder: &str,
        fragment: &str,
        amount: &str,
        banks: &[&str],
    ) -> RequestId {
        self.asked_by(holder, fragment, amount, banks, Bidding::Open)
    }

    /// Asks banks for sealed bids.
    pub(crate) fn auctioned(
        &mut self,
        holder: &str,
        fragment: &str,
        amount: &str,
        banks: &[&str],
    ) -> RequestId {
        let sealed = Bidding::Sealed(self.in_hours(24));
        self.asked_by(holder, fragment, amount, banks, sealed)
    }

    fn asked_by(
        &mut self,
        holder: &str,
        fragment: &str,
        amount: &str,
        banks: &[&str],
        bidding: Bidding,
    ) -> RequestId {
        let known: Vec<&str> = banks.iter().copied().chain([holder, "auditor"]).collect();
        let what = format!("what {holder} asks for");
        self.secrets
            .push(Secret::amount(&what, yuan(amount), &known));
        let actor = self.cast.get(holder);
        let command = RequestFinance {
            parts: vec![AskedPart {
                fragment: fragment.to_owned(),
                amount: yuan(amount),
            }],
            providers: Providers::Chosen(
                banks
                    .iter()
                    .map(|bank| self.cast.companies[*bank].id)
                    .collect(),
            ),
            bidding,
            expires_at: self.in_hours(48),
        };
        let asked = request_finance::run(self.app, &actor.who, &command, None).unwrap();
        RequestId::parse(&asked.requests[0]).unwrap()
    }

    /// A bank's quote; rate, proceeds, charge, yearly cost and id become secret.
    pub(crate) fn quoted(
        &mut self,
        bank: &str,
        holder: &str,
        request: RequestId,
        rate: &str,
    ) -> QuoteId {
        let actor = self.cast.get(&format!("{bank}.system"));
        let terms = self.terms(rate);
        let prepared = quote_fragment::prepare(self.app, &actor.who, request, &terms).unwrap();
        let (body, signing) = (&prepared.body, actor.signing());
        quote_fragment::submit(self.app, &actor.who, request, body, &signing, None).unwrap();
        let quote = prepared.quote;
        let known = [bank, holder, "auditor"];
        let what = format!("the price of {bank} for {holder}");
        // What is paid is paid through the operator's bank channel.
        let paid = [bank, holder, "auditor", "operator"];
        self.secrets.extend([
            Secret::text(&what, rate, &known).or(&quote.annual_cost),
            Secret::amount(&format!("{what}: charge"), quote.charge, &known),
            Secret::amount(&format!("{what}: proceeds"), quote.proceeds, &paid),
        ]);
        quote.id
    }

    /// A bank's sealed bid: what it offers is known to it alone, whoever runs the platform included.
    pub(crate) fn sealed(&mut self, bank: &str, request: RequestId, rate: &str) {
        let actor = self.cast.get(&format!("{bank}.system"));
        // It pays when bids are closed and signed.
        let terms = QuoteTerms {
            pay_date: self.today() + chrono::Days::new(2),
            ..self.terms(rate)
        };
        let prepared = quote_fragment::prepare(self.app, &actor.who, request, &terms).unwrap();
        let opening = Opening {
            nonce: ledger_app::random::bytes().unwrap(),
            quote: prepared.body,
        };
        let digest = opening.commitment(request, actor.who.party);
        seal_bid::commit(
            self.app,
            &actor.who,
            request,
            digest,
            &actor.signing(),
            None,
        )
        .unwrap();
        let what = format!("the sealed bid of {bank}");
        self.secrets.extend([
            Secret::text(&what, rate, &[bank]).or(&prepared.quote.annual_cost),
            Secret::amount(
                &format!("{what}: proceeds"),
                prepared.quote.proceeds,
                &[bank],
            ),
        ]);
    }

    fn terms(&self, rate: &str) -> QuoteTerms {
        let fee = FeeCharge::Flat(yuan(&format!("1{}", rate.replace('.', ""))));
        QuoteTerms {
            rate_percent: rate.parse().unwrap(),
            day_count: DayCount::Actual360,
            fees: vec![Fee::Handling {
                payer: Payer::Holder,
                charge: fee,
            }],
            buyer_paid_share: "0".parse().unwrap(),
            recourse: Recourse::Without,
            pay_date: self.today(),
            expires_at: self.in_hours(47),
        }
    }

    /// The holder signs, the bank lets the money go and proves it.
    pub(crate) fn bought(&mut self, bank: &str, holder: &str, quote: QuoteId) {
        self.signed(holder, quote);
        self.registered(bank, holder, quote);
        let bank = self.cast.get(&format!("{bank}.system"));
        report_payout::authorise(self.app, &bank.who, quote, None).unwrap();
        let id = sign_quote::instruction_of(quote);
        let paid = self
            .app
            .store
            .read(|tx| tx.instructions_by_ids(&[id]))
            .unwrap();
        self.proved(&paid, self.today());
        complete_discount::run_due(self.app).unwrap();
    }

    /// The holder signs.
    pub(crate) fn signed(&self, holder: &str, quote: QuoteId) {
        let actor = self.cast.get(holder);
        sign_quote::run(self.app, &actor.who, &actor.signing(), quote, None).unwrap();
    }

    /// No paper that is due on `day` is paid on it: its default is on record the day after.
    pub(crate) fn not_paid(&self, day: NaiveDate) {
        let app = self.app;
        app.store.write(|tx| tx.business_date_advance(day)).unwrap();
        settle_paper::plan(app).unwrap();
        assert!(settle_paper::lock_due(app).unwrap() > 0);
        self.answered(Accepted::Nothing);
        let next = day.succ_opt().unwrap();
        app.store
            .write(|tx| tx.business_date_advance(next))
            .unwrap();
        assert!(record_defaults::run(app).unwrap() > 0);
    }

    /// What was due on `day` is asked for again the day after and paid, as far as the bank's
    /// statements; the obligors may issue again afterwards.
    pub(crate) fn paid_at_last(&self, day: NaiveDate) {
        let (app, next) = (self.app, day.succ_opt().unwrap());
        assert!(settle_paper::lock_due(app).unwrap() > 0);
        let presented = self.answered(Accepted::All);
        assert!(settle_paper::instruct(app).unwrap() > 0);
        for one in &presented {
            let credits = app
                .store
                .read(|tx| tx.instructions_of_run(one.run))
                .unwrap();
            self.proved(&credits, next);
        }
        assert!(close_settlement::run(app).unwrap() > 0);
        self.cured();
    }

    fn answered(&self, accepted: Accepted) -> Vec<Presentation> {
        let presented = present_paper::to_present(self.app).unwrap();
        let answers: Vec<PresentedRun> = presented
            .iter()
            .map(|presentation| PresentedRun {
                id: presentation.run,
                message_id: "PAIN013-1".to_owned(),
                accepted,
                pays_by_claim: false,
                reason: String::new(),
            })
            .collect();
        present_paper::note_all_presented(self.app, &answers, None).unwrap();
        presented
    }

    /// Two of the operator's people find every default cured.
    fn cured(&self) {
        let (app, one) = (self.app, &self.cast.get("operator").who);
        let login = "operator-second@break-in.test";
        let new = InviteUser {
            party: one.party,
            display_name: "运营二".to_owned(),
            email: login.to_owned(),
            language: Language::Zh,
            role: Role::Operator,
        };
        let (_invited, token) = invite_user::hand_over(app, one, &new).unwrap();
        first_visit::run(app, token.reveal(), PASSPHRASE, "test").unwrap();
        let two = sign_in::run(app, login, PASSPHRASE, "test")
            .unwrap()
            .principal;
        for stop in lift_issue_stop::lasting(app, one).unwrap() {
            let proposal = lift_issue_stop::propose(app, one, stop.stop.id, "paid").unwrap();
            lift_issue_stop::approve(app, &two, proposal).unwrap();
        }
    }

    /// The bank states something that can't be counted: a task for the operator.
    pub(crate) fn stated_without_reference(&mut self) {
        let amount = yuan("9090.91");
        let known = ["operator", "auditor"];
        let what = "a booking that can't be counted";
        self.secrets.push(Secret::amount(what, amount, &known));
        let unusable = UnusableBooking {
            place: 1,
            account: self.cast.companies["oem"].account.clone(),
            end_to_end_id: String::new(),
            amount,
            currency: Currency::CNY,
            missing: MissingInBooking::ServicerReference,
        };
        let mut statement = statement("N-unusable", Vec::new());
        statement.unusable.push(unusable);
        record_payment::note_statement(self.app, &statement).unwrap();
    }

    /// The bank states that it has booked these.
    fn proved(&self, paid: &[Instruction], on: NaiveDate) {
        let booking = |of: &Instruction| StatedBooking {
            account: of.debtor_account.clone(),
            servicer_ref: format!("R{}", of.id),
            end_to_end_id: of.end_to_end_id.clone(),
            amount: of.amount,
            currency: of.currency,
            direction: Booking::Debit,
            booking_date: on,
            value_date: on,
            reversal: false,
        };
        let id = format!("N{}", paid[0].id);
        let statement = statement(&id, paid.iter().map(booking).collect());
        record_payment::note_statement(self.app, &statement).unwrap();
    }
}

/// A notification with these bookings.
fn statement(id: &str, bookings: Vec<StatedBooking>) -> BankStatement {
    BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: id.to_owned(),
        body: format!("<Ntfctn>{id}</Ntfctn>").into_bytes(),
        bookings,
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    }
}
