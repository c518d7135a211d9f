//! The maturity that is tried, set up once through the use cases of people: two obligors, four
//! papers due on one day, held down to the third tier. The second obligor has not enough: its cash is
//! shared out, its default recorded, and the rest comes with late interest two days after.
//!
//! A third obligor is in default of a fifth paper already ([`crate::earlier_default`]): a holder has
//! claimed on its giver, which pays during the run; the obligor pays late, to who holds the fragment then.
//!
//! Of the first paper a holder has several fragments; a holder has parts of several papers, and is paid
//! in one sum for those of one obligor; one credit is delayed by the bank and has to be asked after; one
//! is rejected, its account being closed, and waits for a person, and with it its run.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::app::PlatformSecrets;
use ledger_app::approve_issue;
use ledger_app::choose_netting;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::open_book;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::random;
use ledger_app::signing::Signing;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::amount::Amount;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::currency::Currency;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::sha256;
use ledger_core::payment_terms::LateInterest;
use ledger_core::recourse::Recourse;
use ledger_store::documents::DocumentKind;
use ledger_store::live::FragmentRecord;
use ledger_store::unit_of_work::StoreConfig;

use crate::cast::BANK_CODE;
use crate::cast::Cast;
use crate::cast::Member;
use crate::earlier_default::Backstage;
use crate::failure::Context;
use crate::failure::Failure;
use crate::fault::BankFault;
use crate::sandbox::Bank;

/// Name of the book.
pub(crate) const ORIGIN: &str = "faults.tallystick.example/book-1";

/// The day on which the papers are issued: a Monday.
pub(crate) const OPENING: NaiveDate = day(2026, 3, 2);

/// The day on which all of them are due: a Wednesday.
pub(crate) const DUE: NaiveDate = day(2026, 6, 3);

/// A day that is there.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}

/// The day on which the third obligor's was due.
pub(crate) const EARLIER_DUE: NaiveDate = day(2026, 5, 20);

/// Faces in fen, each with the places of obligor and payee in the cast and the day it is due.
const PAPERS: [(usize, usize, i64, NaiveDate); 5] = [
    (0, 0, 100_000_001, DUE),
    (0, 0, 25_000_000, DUE),
    (1, 1, 48_000_037, DUE),
    (1, 0, 9_000_000, DUE),
    (2, 0, 6_000_006, EARLIER_DUE),
];

/// Place of the paper that is in default before the run. It is passed on with recourse.
pub(crate) const UNPAID: usize = 4;

/// What the obligors have in their accounts: the second and the third less than they owe on the day.
const MONEY: [&str; 3] = ["9000000.00", "400000.00", "1000.00"];

/// What each supplier has: enough to pay for what one of them takes back.
const SAVINGS: &str = "50000.00";

/// What is passed on, in this order: place of the paper, from whom, to whom, how many fen.
const PASSED_ON: [(usize, usize, usize, i64); 8] = [
    (0, 0, 1, 30_000_000),
    (0, 0, 1, 12_345_678),
    (0, 1, 2, 7_000_001),
    (1, 0, 1, 10_000_000),
    (2, 1, 2, 20_000_019),
    (3, 0, 3, 3_000_010),
    (UNPAID, 0, 1, 4_000_003),
    (UNPAID, 1, 2, 2_500_007),
];

/// Makes the secrets of an installation, as the platform reads them.
pub(crate) fn make_secrets(folder: &Path) -> Result<PlatformSecrets, Failure> {
    std::fs::create_dir_all(folder).doing("folder of secrets")?;
    let secret = |name: &str| -> Result<[u8; 32], Failure> {
        let fresh: [u8; 32] = random::bytes().doing(name)?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.join(name))
            .doing(name)?;
        std::io::Write::write_all(&mut file, hex::encode(fresh).as_bytes()).doing(name)?;
        Ok(fresh)
    };
    Ok(PlatformSecrets {
        recorder_seed: secret("book.key")?,
        public_id_key: secret("public-ids.key")?,
        serial_key: secret("paper-serials.key")?,
        webhook_key: secret("webhooks.key")?,
    })
}

/// What plays need to know of the stage.
#[derive(Debug)]
pub(crate) struct Set {
    /// Key by which the book is verified.
    pub(crate) verifier_key: String,
    /// Accounts of the obligors that have not enough.
    pub(crate) short_accounts: Vec<String>,
}

/// Sets the maturity up on an empty platform and an empty bank.
pub(crate) fn set_up(
    database: &str,
    secrets: PlatformSecrets,
    backstage: &Backstage<'_>,
) -> Result<Set, Failure> {
    let year = include_str!("../../../fixtures/calendars/CN-2026.csv");
    let app = App::open(AppConfig {
        store: StoreConfig::new(database),
        secrets,
        origin: ORIGIN.to_owned(),
        calendars: vec![CalendarYear::parse(year).doing("calendar")?],
        calendar: "CN".to_owned(),
    })
    .doing("opening the platform")?;
    app.store
        .write(|tx| tx.business_date_advance(OPENING))
        .doing("business date")?;
    open_book::run(&app).doing("opening the book")?;
    let cast = Cast::take_in(&app)?;
    let stage = Stage { app, cast };
    for (place, obligor) in stage.cast.obligors.iter().enumerate() {
        stage.issue(place, obligor)?;
    }
    for supplier in &stage.cast.suppliers {
        stage.accept_all(supplier)?;
    }
    for passed in PASSED_ON {
        stage.pass_on(passed)?;
    }
    choose_netting::run(&stage.app, &stage.supplier(0)?.first.who, true).doing("netting")?;
    stage.open_accounts(backstage.bank)?;
    backstage.play(&stage)?;
    stage.spoil_accounts(backstage.bank)?;
    let short = stage.cast.obligors.iter().skip(1);
    Ok(Set {
        verifier_key: stage.app.verifier_key(),
        short_accounts: short.map(|obligor| obligor.account.clone()).collect(),
    })
}

/// The platform while people are at work on it.
#[derive(Debug)]
pub(crate) struct Stage {
    /// The use cases' frame.
    pub(crate) app: App,
    cast: Cast,
}

fn fen(minor: i64) -> Result<Amount, Failure> {
    Amount::from_minor(minor).doing("amount")
}

impl Stage {
    /// The supplier in this place.
    pub(crate) fn supplier(&self, place: usize) -> Result<&Member, Failure> {
        let found = self.cast.suppliers.get(place);
        found.ok_or_else(|| Failure(format!("no supplier {place}")))
    }

    /// All papers of one obligor: imported, proposed by one person, approved by another.
    fn issue(&self, place: usize, obligor: &Member) -> Result<(), Failure> {
        let own = (1_u64..).zip(PAPERS).filter(|(_, (of, ..))| *of == place);
        let mut rows = Vec::new();
        for (line, (_, payee, face, due)) in own {
            rows.push(row(line, &self.supplier(payee)?.name, fen(face)?, due));
        }
        let (app, maker) = (&self.app, &obligor.first);
        let digest = sha256(&[obligor.name.as_bytes()]);
        let import =
            import_payables::begin(app, &maker.who, "list.csv", digest, &serde_json::json!({}))
                .doing("import")?;
        import_payables::load(app, &maker.who, import, &rows, &[]).doing("import")?;
        import_payables::finish(app, &maker.who, import).doing("import")?;
        let mut terms = IssueTerms::default();
        terms.payment.late_interest = Some(LateInterest::STATUTORY);
        let chosen = Chosen::Import(import);
        propose_issue::run(app, &maker.who, &maker.signer, &chosen, &terms).doing("proposal")?;
        let checker = obligor.second.as_ref();
        let checker = checker.ok_or_else(|| Failure("nobody approves".to_owned()))?;
        let meant = Meant::Import(import);
        approve_issue::run(app, &checker.who, &checker.signer, &meant).doing("approval")?;
        Ok(())
    }

    fn held(&self, holder: &Member) -> Result<Vec<FragmentRecord>, Failure> {
        let found = self
            .app
            .store
            .read(|tx| tx.fragments_of_holder(holder.party(), 500));
        found.doing("holdings")
    }

    fn accept(&self, by: &Member, fragment: &FragmentRecord) -> Result<(), Failure> {
        let id = self.app.public_ids.show(fragment.no);
        let signing = Signing::With(&by.first.signer);
        let answer = Answer::Accept;
        answer_offer::run(&self.app, &by.first.who, &signing, &id, answer, None)
            .doing("accepting")?;
        Ok(())
    }

    fn accept_all(&self, supplier: &Member) -> Result<(), Failure> {
        let waiting = self.held(supplier)?;
        let mut waiting = waiting
            .iter()
            .filter(|fragment| fragment.state == FragmentState::PendingAcceptance);
        waiting.try_for_each(|fragment| self.accept(supplier, fragment))
    }

    /// The largest fragment that somebody holds of the paper in this place.
    pub(crate) fn largest(&self, holder: &Member, paper: usize) -> Result<FragmentRecord, Failure> {
        let nothing = || Failure(format!("{} holds nothing of paper {paper}", holder.name));
        let (_, _, face, _) = PAPERS.get(paper).copied().ok_or_else(nothing)?;
        let fragments = self.held(holder)?;
        let ids: Vec<_> = fragments.iter().map(|fragment| fragment.paper).collect();
        let papers = self.app.store.read(|tx| tx.papers_by_ids(&ids));
        let meant = papers
            .doing("papers")?
            .into_iter()
            .find(|record| record.paper.face.minor() == face)
            .ok_or_else(nothing)?;
        fragments
            .into_iter()
            .filter(|fragment| fragment.paper == meant.paper.id)
            .filter(|fragment| fragment.state == FragmentState::Held)
            .max_by_key(|fragment| fragment.range.amount())
            .ok_or_else(nothing)
    }

    fn pass_on(&self, (paper, from, to, minor): (usize, usize, usize, i64)) -> Result<(), Failure> {
        let (from, to) = (self.supplier(from)?, self.supplier(to)?);
        let fragment = self.largest(from, paper)?;
        let amount = fen(minor)?;
        let invoice = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: Some(to.party()),
            counterparty: Some(from.party()),
            number: format!("26{:018}", minor.saturating_mul(97)),
            issued_on: Some(OPENING),
            amount: Some((amount, Currency::CNY)),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        let document =
            store_document::run(&self.app, &from.first.who, &invoice).doing("invoice")?;
        let offer = OfferTransfer {
            fragment: self.app.public_ids.show(fragment.no),
            amount,
            to: to.party(),
            recourse: if paper == UNPAID {
                Recourse::With
            } else {
                Recourse::Without
            },
            documents: vec![document],
        };
        let signing = Signing::With(&from.first.signer);
        transfer_fragment::offer(&self.app, &from.first.who, &signing, &offer, None)
            .doing("transfer")?;
        let waiting = self
            .app
            .store
            .read(|tx| tx.fragments_awaiting(to.party(), 50));
        waiting
            .doing("offers")?
            .iter()
            .try_for_each(|fragment| self.accept(to, fragment))
    }

    fn open_accounts(&self, bank: &Bank) -> Result<(), Failure> {
        for (obligor, money) in self.cast.obligors.iter().zip(MONEY) {
            let account = (obligor.account.as_str(), obligor.name.as_str());
            bank.open(account, BANK_CODE, money, true)?;
        }
        for supplier in &self.cast.suppliers {
            let account = (supplier.account.as_str(), supplier.name.as_str());
            bank.open(account, BANK_CODE, SAVINGS, false)?;
        }
        Ok(())
    }

    /// What the bank will do to suppliers' credits.
    fn spoil_accounts(&self, bank: &Bank) -> Result<(), Failure> {
        bank.close(&self.supplier(3)?.account)?;
        bank.spoil(&BankFault {
            kind: "delay",
            manner: None,
            account: Some(self.supplier(1)?.account.clone()),
            count: Some(1),
        })
    }
}

fn row(line: u64, supplier: &str, face: Amount, due_date: NaiveDate) -> ImportedRow {
    let number = format!("AP-{line:03}");
    ImportedRow {
        line,
        digest: sha256(&[number.as_bytes()]),
        supplier: SupplierIdentity::Name(supplier.to_owned()),
        supplier_uscc: None,
        vendor_id: None,
        supplier_name: Some(supplier.to_owned()),
        payable_no: number.clone(),
        po_no: Some(format!("PO-{line:03}")),
        acceptance_date: Some(OPENING),
        invoice_no: Some(format!("INV-{number}")),
        invoice_date: Some(OPENING),
        invoice_gross: None,
        gross_amount: face,
        currency: Currency::CNY,
        due_date,
        company_code: "1000".to_owned(),
        cost_centre: None,
        remark: None,
    }
}
