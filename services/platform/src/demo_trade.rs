//! What happens on a day of the demo's history, by the day of the month.

use chrono::Datelike;
use chrono::Duration;
use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::approve_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::quote_fragment;
use ledger_app::register_discount;
use ledger_app::report_payout;
use ledger_app::request_finance;
use ledger_app::request_finance::AskedPart;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::sign_quote;
use ledger_app::signing::Signing;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::sha256;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::recourse::Recourse;
use ledger_store::documents::DocumentKind;
use ledger_store::live::FragmentRecord;
use rust_decimal::Decimal;

use crate::demo_history::Company;
use crate::demo_people::Actor;
use crate::failure::Context;
use crate::failure::Failure;
use crate::job_runner::DeskRunner;

/// Where each tier buys: index of the buyer, indices of its suppliers in the tier below.
const TIER_2_OF: [&[usize]; 3] = [&[1, 2, 3], &[4, 5, 7], &[5, 6, 8]];

/// A small generator with a fixed seed (splitmix64): the history needs variety, not secrecy.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)).checked_rem(below).unwrap_or(0)
    }

    /// An amount between the two, in major units with some odd cents.
    fn amount(&mut self, least: u64, most: u64) -> Result<Amount, Failure> {
        let major = least.saturating_add(self.roll(most.saturating_sub(least)));
        let minor = major.saturating_mul(100).saturating_add(self.roll(100));
        let minor = i64::try_from(minor).doing("amount")?;
        Amount::from_minor(minor).doing("amount")
    }
}

/// One day's trade.
pub(crate) struct Trade<'a> {
    pub(crate) desk: &'a DeskRunner,
    pub(crate) company: &'a Company,
    pub(crate) today: NaiveDate,
}

impl Trade<'_> {
    /// Plays the day.
    pub(crate) fn day(&self, dice: &mut Dice) -> Result<(), Failure> {
        match self.today.day() {
            2..=4 if self.today.weekday().num_days_from_monday() < 3 => self.issue(dice),
            6..=9 => self.answer_papers(dice),
            10..=16 => {
                let n = usize::try_from(dice.roll(3)).unwrap_or(0);
                self.pay_down(n, dice)
            }
            17..=22 => self.pay_third_tier(dice),
            23..=27 => self.discount(dice),
            _ => Ok(()),
        }
    }

    /// The month's payables: imported, proposed by one person, approved by another.
    fn issue(&self, dice: &mut Dice) -> Result<(), Failure> {
        let app = &self.desk.desk.app;
        let company = self.company;
        let mut rows = Vec::new();
        for (n, supplier) in (1_u64..).zip(&company.tier_1) {
            for copy in 0..2_u64 {
                let serial = n.saturating_mul(10).saturating_add(copy);
                let number = format!("AP-{}-{serial:03}", self.today.format("%Y%m%d"));
                let days = 55_u64.saturating_add(dice.roll(65));
                let due = self.after(days)?;
                rows.push(ImportedRow {
                    line: serial,
                    digest: sha256(&[number.as_bytes(), due.to_string().as_bytes()]),
                    supplier: SupplierIdentity::Name(supplier.who.party_name.clone()),
                    supplier_uscc: None,
                    vendor_id: None,
                    supplier_name: Some(supplier.who.party_name.clone()),
                    payable_no: number.clone(),
                    po_no: Some(format!("PO-{}", number)),
                    acceptance_date: Some(self.today),
                    invoice_no: Some(format!("INV-{number}")),
                    invoice_date: Some(self.today),
                    invoice_gross: None,
                    gross_amount: dice.amount(180_000, 1_600_000)?,
                    currency: Currency::CNY,
                    due_date: due,
                    company_code: "1000".to_owned(),
                    cost_centre: None,
                    remark: None,
                });
            }
        }
        let who = &company.maker.who;
        let name = format!("payables-{}.csv", self.today);
        let digest = sha256(&[name.as_bytes()]);
        let import = import_payables::begin(app, who, &name, digest, &serde_json::json!({}))
            .doing("import")?;
        import_payables::load(app, who, import, &rows, &[]).doing("import")?;
        import_payables::finish(app, who, import).doing("import")?;
        let chosen = Chosen::Import(import);
        propose_issue::run(
            app,
            who,
            &company.maker.signer,
            &chosen,
            &IssueTerms::default(),
        )
        .doing("proposal")?;
        let checker = &company.checker;
        approve_issue::run(app, &checker.who, &checker.signer, &Meant::Import(import))
            .doing("approval")?;
        Ok(())
    }

    fn after(&self, days: u64) -> Result<NaiveDate, Failure> {
        let days = i64::try_from(days).doing("days")?;
        self.today
            .checked_add_signed(Duration::days(days))
            .ok_or_else(|| Failure("beyond the calendar".to_owned()))
    }

    fn held(&self, party: PartyId) -> Result<Vec<FragmentRecord>, Failure> {
        self.desk
            .desk
            .app
            .store
            .read(|tx| tx.fragments_of_holder(party, 500))
            .doing("holdings")
    }

    fn answer_papers(&self, dice: &mut Dice) -> Result<(), Failure> {
        for supplier in &self.company.tier_1 {
            for fragment in self.held(supplier.who.party)? {
                if fragment.state == FragmentState::PendingAcceptance && dice.roll(3) > 0 {
                    self.answer(supplier, &fragment)?;
                }
            }
        }
        Ok(())
    }

    fn answer(&self, who: &Actor, fragment: &FragmentRecord) -> Result<(), Failure> {
        let app = &self.desk.desk.app;
        let id = app.public_ids.show(fragment.no);
        let signing = Signing::With(&who.signer);
        answer_offer::run(app, &who.who, &signing, &id, Answer::Accept, None).doing("accepting")?;
        Ok(())
    }

    /// A tier-1 supplier pays one of its suppliers with part of what it holds.
    fn pay_down(&self, buyer: usize, dice: &mut Dice) -> Result<(), Failure> {
        let (Some(from), Some(sellers)) = (self.company.tier_1.get(buyer), TIER_2_OF.get(buyer))
        else {
            return Ok(());
        };
        let pick = usize::try_from(dice.roll(3)).unwrap_or(0);
        let seller = sellers
            .get(pick)
            .and_then(|n| self.company.tier_2.get(n.saturating_sub(1)));
        match seller {
            Some(to) => self.pay(from, to, dice),
            None => Ok(()),
        }
    }

    fn pay_third_tier(&self, dice: &mut Dice) -> Result<(), Failure> {
        let from = usize::try_from(dice.roll(8)).unwrap_or(0);
        let to = usize::try_from(dice.roll(20)).unwrap_or(0);
        match (self.company.tier_2.get(from), self.company.tier_3.get(to)) {
            (Some(from), Some(to)) => self.pay(from, to, dice),
            _ => Ok(()),
        }
    }

    fn pay(&self, from: &Actor, to: &Actor, dice: &mut Dice) -> Result<(), Failure> {
        let app = &self.desk.desk.app;
        let free = self.held(from.who.party)?;
        let week = self.after(7)?;
        let movable = |f: &&FragmentRecord| {
            f.state == FragmentState::Held && f.range.amount().minor() > 2_000_000
        };
        let Some(fragment) = free.iter().rfind(movable) else {
            return Ok(());
        };
        let paper = app
            .store
            .read(|tx| tx.papers_by_ids(&[fragment.paper]))
            .doing("paper")?
            .pop()
            .ok_or_else(|| Failure("a fragment without paper".to_owned()))?;
        if paper.paper.due_date <= week {
            return Ok(());
        }
        let share = 20_u64.saturating_add(dice.roll(50));
        let minor =
            i128::from(fragment.range.amount().minor()).saturating_mul(i128::from(share)) / 100;
        let amount = Amount::from_minor(i64::try_from(minor).doing("amount")?).doing("amount")?;
        let document = store_document::run(
            app,
            &from.who,
            &NewDocument {
                kind: DocumentKind::Invoice,
                issuer: Some(to.who.party),
                counterparty: Some(from.who.party),
                number: format!("26{:018}", dice.roll(1_000_000_000_000_000_000)),
                issued_on: Some(self.today),
                amount: Some((amount, Currency::CNY)),
                file_name: String::new(),
                bytes: Vec::new(),
            },
        )
        .doing("invoice")?;
        let offer = OfferTransfer {
            fragment: app.public_ids.show(fragment.no),
            amount,
            to: to.who.party,
            recourse: Recourse::Without,
            documents: vec![document],
        };
        transfer_fragment::offer(app, &from.who, &Signing::With(&from.signer), &offer, None)
            .doing("transfer")?;
        let waiting = app
            .store
            .read(|tx| tx.fragments_awaiting(to.who.party, 50))
            .doing("offers")?;
        for fragment in waiting {
            self.answer(to, &fragment)?;
        }
        Ok(())
    }

    /// A small supplier sells what it holds to a bank.
    fn discount(&self, dice: &mut Dice) -> Result<(), Failure> {
        let app = &self.desk.desk.app;
        let month = self.after(30)?;
        for holder in self.company.tier_3.iter().chain(&self.company.tier_2) {
            for fragment in self.held(holder.who.party)? {
                let papers = app
                    .store
                    .read(|tx| tx.papers_by_ids(&[fragment.paper]))
                    .doing("paper")?;
                let early = papers.first().is_some_and(|p| p.paper.due_date > month);
                if fragment.state != FragmentState::Held || !early || dice.roll(9) > 0 {
                    continue;
                }
                return self.sell(holder, &fragment, dice);
            }
        }
        Ok(())
    }

    fn sell(
        &self,
        holder: &Actor,
        fragment: &FragmentRecord,
        dice: &mut Dice,
    ) -> Result<(), Failure> {
        let app = &self.desk.desk.app;
        let pick = usize::try_from(dice.roll(3)).unwrap_or(0);
        let Some(bank) = self.company.banks.get(pick) else {
            return Ok(());
        };
        let expires_at = app
            .moment()
            .doing("the moment of business")?
            .checked_add_signed(Duration::days(2))
            .ok_or_else(|| Failure("beyond the calendar".to_owned()))?;
        let asked = request_finance::run(
            app,
            &holder.who,
            &RequestFinance {
                parts: vec![AskedPart {
                    fragment: app.public_ids.show(fragment.no),
                    amount: fragment.range.amount(),
                }],
                providers: Providers::Chosen(vec![bank.who.party]),
                bidding: Bidding::Open,
                expires_at,
            },
            None,
        )
        .doing("request")?;
        let Some(request) = asked.requests.first() else {
            return Ok(());
        };
        let request = RequestId::parse(request).doing("request")?;
        let terms = QuoteTerms {
            rate_percent: Decimal::new(
                260_i64.saturating_add(i64::try_from(dice.roll(90)).unwrap_or(0)),
                2,
            ),
            day_count: DayCount::Actual360,
            fees: Vec::new(),
            buyer_paid_share: Decimal::ZERO,
            recourse: Recourse::Without,
            pay_date: self.today,
            expires_at,
        };
        let prepared = quote_fragment::prepare(app, &bank.who, request, &terms).doing("quote")?;
        let signing = Signing::With(&bank.signer);
        let quoted =
            quote_fragment::submit(app, &bank.who, request, &prepared.body, &signing, None)
                .doing("quote")?;
        let quote = QuoteId::parse(&quoted.quote).doing("quote")?;
        sign_quote::run(
            app,
            &holder.who,
            &Signing::With(&holder.signer),
            quote,
            None,
        )
        .doing("signing")?;
        // Twenty digits of its own, as the register gives them.
        let digits: String = quote
            .bytes()
            .iter()
            .map(|byte| format!("{byte:03}"))
            .collect();
        let certificate: String = digits.chars().take(20).collect();
        register_discount::run(app, &bank.who, quote, &certificate, None).doing("registration")?;
        report_payout::authorise(app, &bank.who, quote, None).doing("pay-out")?;
        Ok(())
    }
}
