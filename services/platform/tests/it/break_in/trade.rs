//! What happens on the site before anybody tries to break in: papers of two obligors, passed on,
//! offered, financed by competing quotes, bought, and one of them paid at maturity. Whatever is
//! secret about it is written down as it is made.

use chrono::Duration;
use chrono::NaiveDate;
use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::app::App;
use ledger_app::approve_issue;
use ledger_app::import_payables;
use ledger_app::imported_row::ImportedRow;
use ledger_app::imported_row::SupplierIdentity;
use ledger_app::issue_terms::IssueTerms;
use ledger_app::meant_proposals::Meant;
use ledger_app::propose_issue;
use ledger_app::propose_issue::Chosen;
use ledger_app::store_document;
use ledger_app::store_document::NewDocument;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::fragment::FragmentState;
use ledger_core::hash::sha256;
use ledger_core::id::ImportId;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::recourse::Recourse;
use ledger_store::documents::DocumentKind;
use ledger_store::error::StoreError;

use super::cast::Cast;
use super::secrets::Secret;
use super::secrets::yuan;
use super::site::OPENING;

/// The day on which most papers fall due.
const MATURITY: NaiveDate = NaiveDate::from_ymd_opt(2026, 8, 26).unwrap();

/// The site's people at work.
pub(crate) struct Trade<'a> {
    pub(crate) app: &'a App,
    pub(crate) cast: &'a Cast,
    pub(crate) secrets: Vec<Secret>,
}

/// A payable to be handed in.
pub(crate) struct Owed<'a> {
    pub(crate) to: &'a str,
    pub(crate) number: &'a str,
    pub(crate) amount: Amount,
    pub(crate) due: NaiveDate,
    pub(crate) known_to: &'a [&'a str],
}

impl<'a> Owed<'a> {
    pub(crate) fn new(
        to: &'a str,
        number: &'a str,
        amount: &str,
        known_to: &'a [&'a str],
    ) -> Owed<'a> {
        Owed {
            to,
            number,
            amount: yuan(amount),
            due: MATURITY,
            known_to,
        }
    }
}

impl Trade<'_> {
    /// A list of an obligor's, read; what stands in it becomes secret.
    pub(crate) fn handed_in(&mut self, obligor: &str, file: &str, list: &[Owed<'_>]) -> ImportId {
        let who = &self.cast.get(&format!("{obligor}.maker")).who;
        let mut rows = Vec::new();
        for (line, owed) in (2..).zip(list) {
            let (payable, invoice) = (format!("AP-{}", owed.number), format!("IN-{}", owed.number));
            let (what, known) = (format!("payable {payable}"), owed.known_to);
            self.secrets.push(Secret::amount(&what, owed.amount, known));
            self.secrets
                .push(Secret::text(&what, &payable, known).or(&invoice));
            rows.push(ImportedRow {
                line,
                digest: sha256(&[payable.as_bytes()]),
                supplier: SupplierIdentity::Name(self.cast.companies[owed.to].name.clone()),
                supplier_uscc: None,
                vendor_id: None,
                supplier_name: Some(self.cast.companies[owed.to].name.clone()),
                payable_no: payable,
                po_no: None,
                acceptance_date: Some(OPENING),
                invoice_no: Some(invoice),
                invoice_date: Some(OPENING),
                invoice_gross: None,
                gross_amount: owed.amount,
                currency: Currency::CNY,
                due_date: owed.due,
                company_code: "1000".to_owned(),
                cost_centre: None,
                remark: None,
            });
        }
        let known = [obligor, "auditor"];
        let what = format!("list {file}");
        self.secrets.push(Secret::text(&what, file, &known));
        let digest = sha256(&[file.as_bytes()]);
        let mapping = serde_json::json!({});
        let import = import_payables::begin(self.app, who, file, digest, &mapping).unwrap();
        import_payables::load(self.app, who, import, &rows, &[]).unwrap();
        import_payables::finish(self.app, who, import).unwrap();
        import
    }

    /// The maker proposes papers for a list.
    pub(crate) fn proposed(&self, obligor: &str, import: ImportId) {
        let maker = self.cast.get(&format!("{obligor}.maker"));
        let chosen = Chosen::Import(import);
        // Papers that may be paid early, for an offer to do so.
        let terms = IssueTerms {
            payment: PaymentTerms {
                early_redemption: EarlyRedemption::EqualTerms,
                ..PaymentTerms::FIRST_FORM
            },
            ..IssueTerms::default()
        };
        let done =
            propose_issue::run(self.app, &maker.who, maker.signer(), &chosen, &terms).unwrap();
        assert!(done.papers > 0, "{:?}", done.refused_by_code);
    }

    /// The checker approves them.
    pub(crate) fn issued(&self, obligor: &str, import: ImportId) {
        self.proposed(obligor, import);
        let checker = self.cast.get(&format!("{obligor}.checker"));
        let meant = Meant::Import(import);
        let done = approve_issue::run(self.app, &checker.who, checker.signer(), &meant).unwrap();
        assert!(done.issued > 0, "{:?}", done.refused_by_code);
    }

    /// Accepts what waits for somebody and is worth so much; the fragment it becomes.
    pub(crate) fn accepted(&self, name: &str, amount: &str) -> String {
        let actor = self.cast.get(name);
        let party = actor.who.party;
        let waiting = self.app.store.read(|tx| {
            let mut waiting = tx.fragments_awaiting(party, 50)?;
            waiting.extend(tx.fragments_of_holder(party, 50)?);
            Ok::<_, StoreError>(waiting)
        });
        let mut waiting = waiting.unwrap();
        waiting.retain(|one| one.state != FragmentState::Held);
        let meant = waiting
            .iter()
            .find(|one| one.range.amount() == yuan(amount))
            .unwrap_or_else(|| panic!("{amount} doesn't wait for {name}: {waiting:?}"));
        let id = self.app.public_ids.show(meant.no);
        let signing = actor.signing();
        let taken =
            answer_offer::run(self.app, &actor.who, &signing, &id, Answer::Accept, None).unwrap();
        taken.fragment.unwrap()
    }

    /// A fragment that somebody holds freely, of at least so much.
    pub(crate) fn held(&self, name: &str, least: &str) -> String {
        let party = self.cast.get(name).who.party;
        let held = self
            .app
            .store
            .read(|tx| tx.fragments_of_holder(party, 50))
            .unwrap();
        let free = held.iter().find(|one| {
            one.state == FragmentState::Held && one.range.amount().minor() >= yuan(least).minor()
        });
        self.app.public_ids.show(free.unwrap().no)
    }

    /// A fragment that somebody holds freely, of exactly so much.
    pub(crate) fn held_of(&self, name: &str, amount: &str) -> String {
        let party = self.cast.get(name).who.party;
        let held = self.app.store.read(|tx| tx.fragments_of_holder(party, 50));
        let held = held.unwrap();
        let one = held
            .iter()
            .find(|one| one.state == FragmentState::Held && one.range.amount() == yuan(amount));
        self.app.public_ids.show(one.unwrap().no)
    }

    /// Offers part of a fragment against an invoice with a file. Amount, number, name and content
    /// become secret.
    pub(crate) fn offered(
        &mut self,
        from: &str,
        to: &str,
        fragment: &str,
        amount: &str,
        known_to: &[&str],
    ) {
        let (giver, taker) = (self.cast.get(from), self.cast.get(to));
        let (number, file) = (
            format!("26{amount}-{from}-{to}"),
            format!("{amount}-{from}-{to}.pdf"),
        );
        let content = format!("%PDF-1.7\n% content of {number}\n%%EOF\n").into_bytes();
        let what = format!("what {from} owes {to}");
        let with_auditor: Vec<&str> = known_to.iter().copied().chain(["auditor"]).collect();
        self.secrets.extend([
            Secret::amount(&what, yuan(amount), &with_auditor),
            Secret::text(&what, &number, &with_auditor).or(&file),
            Secret::text(
                &format!("digest: {what}"),
                &hex::encode(sha256(&[&content])),
                &with_auditor,
            ),
            // Contents are for the trade's own sides and who finances it.
            Secret::text(
                &format!("content: {what}"),
                &format!("content of {number}"),
                known_to,
            ),
        ]);
        let invoice = NewDocument {
            kind: DocumentKind::Invoice,
            issuer: Some(taker.who.party),
            counterparty: Some(giver.who.party),
            number,
            issued_on: Some(OPENING),
            amount: Some((yuan(amount), Currency::CNY)),
            file_name: file,
            bytes: content,
        };
        let document = store_document::run(self.app, &giver.who, &invoice).unwrap();
        let offer = OfferTransfer {
            fragment: fragment.to_owned(),
            amount: yuan(amount),
            to: taker.who.party,
            // What comes late is turned back for; what is paid in time is not.
            recourse: Recourse::With,
            documents: vec![document],
        };
        let signing = giver.signing();
        transfer_fragment::offer(self.app, &giver.who, &signing, &offer, None).unwrap();
    }

    /// The business date.
    pub(crate) fn today(&self) -> NaiveDate {
        self.app.business_date().unwrap()
    }

    /// So many hours from now.
    pub(crate) fn in_hours(&self, hours: i64) -> chrono::DateTime<chrono::Utc> {
        self.app.moment().unwrap() + Duration::hours(hours)
    }
}
