//! The maker proposes papers for payables: checks each against the rules, numbers it, signs the
//! issue entry in the maker's seat, and leaves it for a colleague to approve.

use std::collections::BTreeMap;
use std::collections::HashSet;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::id::ImportId;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;
use ledger_core::rule_pack::RulePack;
use ledger_core::signature::Signer;
use ledger_store::parties::Party;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::proposals::IssueProposal;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::Role;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::invoice_use;
use crate::issue_hold;
use crate::issue_rules::IssueRules;
use crate::issue_rules::IssueWarnings;
use crate::issue_rules::RefusedPayable;
use crate::issue_rules::check_obligor;
use crate::issue_terms::IssueTerms;
use crate::letters;
use crate::notice::Notice;
use crate::paper_draft::Draft;
use crate::paper_draft::Drafter;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;

/// Payables in one unit of work.
const PAGE: usize = 5_000;

/// Refusals listed one by one; the rest is only counted, so that memory stays flat.
const LISTED_REFUSALS: usize = 10_000;

/// For which payables papers are proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// Everything of a list on which nothing has been done yet.
    Import(ImportId),
    /// These, among them such whose papers their payees refused.
    Payables(Vec<PayableId>),
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Papers that now wait for a checker.
    pub papers: u64,
    /// Their faces together.
    pub total: CurrencyTotals,
    /// Payables that no paper may be issued for, the first ten thousand of them.
    pub refused: Vec<RefusedPayable>,
    /// How many were refused for each reason.
    pub refused_by_code: BTreeMap<&'static str, u64>,
    /// What somebody should look at.
    pub warnings: IssueWarnings,
}

impl Proposed {
    fn refuse(&mut self, refused: impl IntoIterator<Item = RefusedPayable>) {
        for one in refused {
            let seen = self.refused_by_code.entry(one.code).or_default();
            *seen = seen.saturating_add(1);
            if self.refused.len() < LISTED_REFUSALS {
                self.refused.push(one);
            }
        }
    }
}

/// Proposes papers. A payable that can't have one comes back with its reason and stops no other.
/// A payable whose proposal was declined waits like any other; one whose paper its payee refused is
/// proposed again only where it is chosen by itself, so that nobody is sent twice what he did not
/// want because a list was proposed as a whole.
/// Some thousands a unit of work: after a crash the same call proposes what is left.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for somebody else's list; [`AppError::Invalid`]
/// `person_needed`, `not_your_key`, `obligor_not_active`, `issuance_blocked`,
/// `paper_bank_code_missing`, `too_deep`.
pub fn run(
    app: &App,
    who: &Principal,
    signer: &Signer,
    chosen: &Chosen,
    terms: &IssueTerms,
) -> Result<Proposed, AppError> {
    who.may(Action::ProposeIssue)?;
    let maker = person::signing(app, who, signer.key())?;
    let (today, obligor) = app
        .store
        .read(|tx| Ok::<_, AppError>((tx.business_date_today()?, tx.party_by_id(who.party)?)))?;
    check_obligor(&obligor)?;
    terms.check(RulePack::on(today))?;
    let desk = Desk {
        app,
        who,
        signer,
        terms,
        maker,
        today,
        obligor,
    };
    let mut done = Proposed::default();
    match chosen {
        Chosen::Import(import) => desk.import(*import, &mut done)?,
        Chosen::Payables(ids) => desk.payables(ids, &mut done)?,
    }
    Ok(done)
}

struct Desk<'a> {
    app: &'a App,
    who: &'a Principal,
    signer: &'a Signer,
    terms: &'a IssueTerms,
    maker: UserId,
    today: NaiveDate,
    obligor: Party,
}

impl Desk<'_> {
    fn import(&self, import: ImportId, done: &mut Proposed) -> Result<(), AppError> {
        let list = self.app.store.read(|tx| tx.import_by_id(import))?;
        if list.obligor != self.who.party {
            return Err(AppError::NotFound);
        }
        let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
        let mut after = 0;
        loop {
            let page = self
                .app
                .store
                .read(|tx| tx.payables_of_import(import, after, limit))?;
            let last = page.len() < PAGE;
            after = page.last().map_or(after, |listed| listed.no);
            let loaded = page
                .into_iter()
                .map(|listed| listed.payable)
                .filter(|payable| payable.state == PayableState::Loaded)
                .collect();
            self.propose(loaded, last, done)?;
            if last {
                return Ok(());
            }
        }
    }

    fn payables(&self, ids: &[PayableId], done: &mut Proposed) -> Result<(), AppError> {
        let mut seen = HashSet::new();
        let ids: Vec<PayableId> = ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        let mut pages = ids.chunks(PAGE).peekable();
        while let Some(page) = pages.next() {
            let mut found = self.app.store.read(|tx| tx.payables_by_ids(page))?;
            found.retain(|payable| payable.obligor == self.who.party);
            let known: HashSet<PayableId> = found.iter().map(|payable| payable.id).collect();
            done.refuse(
                page.iter()
                    .filter(|id| !known.contains(*id))
                    .map(|id| RefusedPayable {
                        payable: *id,
                        payable_no: String::new(),
                        code: "unknown_payable",
                        message: "there is no such payable on your list".to_owned(),
                        used_by: Vec::new(),
                    }),
            );
            let (free, others): (Vec<_>, Vec<_>) = found
                .into_iter()
                .partition(|p| matches!(p.state, PayableState::Loaded | PayableState::Rejected));
            done.refuse(others.iter().map(not_waiting));
            self.propose(free, pages.peek().is_none(), done)?;
        }
        Ok(())
    }

    const fn drafter(&self) -> Drafter<'_> {
        Drafter {
            app: self.app,
            signer: self.signer,
            terms: self.terms,
            maker: self.maker,
            today: self.today,
            bank_code: self.obligor.paper_bank_code.as_str(),
        }
    }

    /// One unit of work; the last one of a call carries the letter to the checkers.
    fn propose(
        &self,
        payables: Vec<Payable>,
        last: bool,
        done: &mut Proposed,
    ) -> Result<(), AppError> {
        let app = self.app;
        let suppliers = app
            .store
            .read(|tx| names(tx, payables.iter().map(|p| p.supplier)))?;
        let rules = IssueRules {
            today: self.today,
            calendar: app.calendar()?,
            obligor: &self.obligor,
            suppliers,
        };
        let mut lawful = Vec::with_capacity(payables.len());
        for payable in &payables {
            match rules.judge(payable, &mut done.warnings) {
                Ok(due) => lawful.push((payable, due)),
                Err(refused) => done.refuse([refused]),
            }
        }
        let asked: Vec<&Payable> = lawful.iter().map(|(payable, _)| *payable).collect();
        let used_elsewhere = issue_hold::ask(app, &asked, &rules.suppliers)?;
        lawful.retain(|(payable, _)| !used_elsewhere.iter().any(|r| r.payable == payable.id));
        done.refuse(used_elsewhere);
        let drafts = self.drafter().drafts(&lawful)?;
        let asked: Vec<&Payable> = lawful.iter().map(|(payable, _)| *payable).collect();
        let now = app.clock.now();
        let (papers, total, lost, no_room) = app.store.write(|tx| {
            let no_room = invoice_use::promise(tx, app.circle(), &asked, &rules.suppliers)?;
            let without: HashSet<PayableId> = no_room.iter().map(|one| one.payable.id).collect();
            let mut kept: Vec<&Draft> = drafts.iter().collect();
            kept.retain(|draft| !without.contains(&draft.proposal.payable));
            let lost = take(tx, &payables, &kept)?;
            kept.retain(|draft| !lost.contains(&draft.proposal.payable));
            let no_room = invoice_use::explain(tx, &no_room)?;
            let proposals: Vec<IssueProposal> =
                kept.iter().map(|draft| draft.proposal.clone()).collect();
            tx.proposals_insert(&proposals)?;
            let mut total = CurrencyTotals::default();
            for draft in &kept {
                total.add(draft.amount, draft.currency);
            }
            let papers = u64::try_from(kept.len()).unwrap_or(u64::MAX);
            if last {
                self.tell_checkers(
                    tx,
                    now,
                    done.papers.saturating_add(papers),
                    &done.total,
                    &total,
                )?;
            }
            Ok::<_, AppError>((papers, total, lost, no_room))
        })?;
        done.papers = done.papers.saturating_add(papers);
        done.total.add_all(&total);
        done.refuse(no_room);
        // Somebody else was faster; their papers' serials stay unused.
        done.refuse(
            payables
                .iter()
                .filter(|p| lost.contains(&p.id))
                .map(not_waiting),
        );
        Ok(())
    }

    fn tell_checkers(
        &self,
        tx: &mut WriteTx<'_>,
        now: DateTime<Utc>,
        papers: u64,
        before: &CurrencyTotals,
        now_added: &CurrencyTotals,
    ) -> Result<(), AppError> {
        if papers == 0 {
            return Ok(());
        }
        let mut total = before.clone();
        total.add_all(now_added);
        let notice = Notice::ApprovalWaiting {
            maker: self.who.name.clone(),
            papers: u32::try_from(papers).unwrap_or(u32::MAX),
            total: total.words(),
        };
        letters::tell_role(tx, now, Role::Checker, &[(self.who.party, notice)])
    }
}

/// Moves the drafted payables on to their papers and gives those that somebody else has moved
/// meanwhile. Papers that payees refused are over with this.
fn take(
    tx: &mut WriteTx<'_>,
    payables: &[Payable],
    drafts: &[&Draft],
) -> Result<HashSet<PayableId>, AppError> {
    let again: HashSet<PayableId> = payables
        .iter()
        .filter(|payable| payable.state == PayableState::Rejected)
        .map(|payable| payable.id)
        .collect();
    let (refused, loaded): (Vec<_>, Vec<_>) = drafts
        .iter()
        .map(|draft| (draft.proposal.payable, Some(draft.proposal.paper_id)))
        .partition(|(payable, _)| again.contains(payable));
    let mut lost = tx.payables_move(&loaded, PayableState::Loaded, PayableState::Proposed)?;
    if !refused.is_empty() {
        lost.extend(tx.payables_move(&refused, PayableState::Rejected, PayableState::Proposed)?);
    }
    // What was promised of their invoices for them was promised by whoever was faster, too.
    tx.billed_invoices_release(&lost)?;
    let lost: HashSet<PayableId> = lost.into_iter().collect();
    let over: Vec<PayableId> = again.into_iter().filter(|id| !lost.contains(id)).collect();
    if !over.is_empty() {
        tx.proposals_close_refused(&over)?;
    }
    Ok(lost)
}

fn not_waiting(payable: &Payable) -> RefusedPayable {
    RefusedPayable::of(
        payable,
        "payable_not_waiting",
        format!("it is {} already", payable.state.word()),
    )
}
