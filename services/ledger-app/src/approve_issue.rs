//! The checker approves what a colleague proposed: signs in the checker's seat over the same
//! bytes, and the papers are issued. Or declines, and the payables wait again.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;
use ledger_core::refusal::Refusal;
use ledger_core::signature::PartySignature;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::live::FragmentNo;
use ledger_store::parties::PartyState;
use ledger_store::payables::PayableState;
use ledger_store::posting::Posting;
use ledger_store::proposals::IssueProposal;
use ledger_store::proposals::ProposalState;
use ledger_store::unit_of_work::WriteTx;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::in_parallel;
use crate::issue_rules::check_obligor;
use crate::letters;
use crate::notice::Notice;
use crate::person;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Posted;
use crate::posting_queue::Verdict;
use crate::principal::Principal;
use crate::wording;

/// Papers issued in one unit of work.
const BUNDLE: usize = 1_000;

/// How many days a proposal may wait; then the law takes the maker's signature no more.
pub const PROPOSAL_DAYS: i64 = 10;

/// Outcomes listed one by one; the rest is only counted, so that memory stays flat.
const LISTED_OUTCOMES: usize = 10_000;

/// How often a bundle is tried when a colleague decides some of its papers at the same moment.
const TRIES: usize = 3;

/// Code of the error by which the effects of a bundle undo it when its proposals have moved.
const MOVED: &str = "proposal_decided";

/// Which proposals are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// These.
    Papers(Vec<PaperId>),
    /// All that wait for payables of a list.
    Import(ImportId),
}

/// What became of one proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperOutcome {
    /// The paper is issued and waits for its payee.
    Issued {
        /// Its number.
        number: String,
        /// Public id of the fragment that the payee answers.
        offer: String,
    },
    /// It is not.
    Refused {
        /// Stable code.
        code: &'static str,
        /// What to do, in English; doors translate by code.
        message: String,
    },
}

/// What came of an approval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approved {
    /// Papers issued.
    pub issued: u64,
    /// Their faces together.
    pub total: CurrencyTotals,
    /// How many were refused for each reason.
    pub refused_by_code: BTreeMap<&'static str, u64>,
    /// Each paper's outcome, the first ten thousand of them.
    pub papers: Vec<(PaperId, PaperOutcome)>,
}

impl Approved {
    fn note(&mut self, paper: PaperId, outcome: PaperOutcome) {
        if let PaperOutcome::Refused { code, .. } = &outcome {
            let seen = self.refused_by_code.entry(*code).or_default();
            *seen = seen.saturating_add(1);
        }
        if self.papers.len() < LISTED_OUTCOMES {
            self.papers.push((paper, outcome));
        }
    }

    fn refuse(&mut self, paper: PaperId, code: &'static str, message: &str) {
        self.note(
            paper,
            PaperOutcome::Refused {
                code,
                message: message.to_owned(),
            },
        );
    }

    fn issue(&mut self, paper: PaperId, posted: &Posted, offer: String) {
        let Some(issued) = &posted.applied.paper else {
            return;
        };
        self.issued = self.issued.saturating_add(1);
        self.total.add(issued.face, issued.currency);
        self.note(
            paper,
            PaperOutcome::Issued {
                number: issued.number.clone(),
                offer,
            },
        );
    }
}

/// Approves. Each paper is issued or comes back with its reason, and stops no other; papers are
/// issued some hundreds a unit of work, so that after a crash the same call issues what is left.
/// What was decided before stays as it was.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for somebody else's list; [`AppError::Invalid`]
/// `person_needed`, `not_your_key`, `obligor_not_active`, `issuance_blocked`;
/// [`AppError::Busy`]. Papers issued before the error stay issued.
pub fn run(
    app: &App,
    who: &Principal,
    signer: &Signer,
    meant: &Meant,
) -> Result<Approved, AppError> {
    who.may(Action::ApproveIssue)?;
    let checker = person::signing(app, who, signer.key())?;
    let obligor = app.store.read(|tx| tx.party_by_id(who.party))?;
    check_obligor(&obligor)?;
    let desk = Desk {
        app,
        who,
        signer,
        checker,
    };
    let mut pages = Pages::new(app, who, meant)?;
    let mut done = Approved::default();
    // One bundle is being posted while the next one is read and signed.
    thread::scope(|scope| {
        let mut posting: Option<thread::ScopedJoinHandle<'_, Result<Approved, AppError>>> = None;
        while let Some(page) = pages.next(app)? {
            let prepared = desk.prepare(&page)?;
            if let Some(earlier) = posting.take() {
                done.absorb(join(earlier)?);
            }
            let desk = &desk;
            posting = Some(scope.spawn(move || desk.issue(&page, prepared)));
        }
        if let Some(earlier) = posting.take() {
            done.absorb(join(earlier)?);
        }
        Ok::<_, AppError>(())
    })?;
    Ok(done)
}

fn join(
    thread: thread::ScopedJoinHandle<'_, Result<Approved, AppError>>,
) -> Result<Approved, AppError> {
    thread
        .join()
        .map_err(|_panic| AppError::Internal("an issuing thread panicked".to_owned()))?
}

impl Approved {
    fn absorb(&mut self, part: Approved) {
        self.issued = self.issued.saturating_add(part.issued);
        self.total.add_all(&part.total);
        for (code, count) in part.refused_by_code {
            let seen = self.refused_by_code.entry(code).or_default();
            *seen = seen.saturating_add(count);
        }
        let room = LISTED_OUTCOMES.saturating_sub(self.papers.len());
        self.papers.extend(part.papers.into_iter().take(room));
    }
}

/// The papers meant, a bundle at a time.
enum Pages {
    Papers(std::vec::IntoIter<PaperId>),
    Import {
        import: ImportId,
        after: i64,
        ended: bool,
    },
}

impl Pages {
    fn new(app: &App, who: &Principal, meant: &Meant) -> Result<Pages, AppError> {
        match meant {
            Meant::Papers(papers) => {
                let mut seen = HashSet::new();
                let papers: Vec<PaperId> = papers
                    .iter()
                    .copied()
                    .filter(|paper| seen.insert(*paper))
                    .collect();
                Ok(Pages::Papers(papers.into_iter()))
            }
            Meant::Import(import) => {
                let list = app.store.read(|tx| tx.import_by_id(*import))?;
                if list.obligor != who.party {
                    return Err(AppError::NotFound);
                }
                Ok(Pages::Import {
                    import: *import,
                    after: 0,
                    ended: false,
                })
            }
        }
    }

    fn next(&mut self, app: &App) -> Result<Option<Vec<PaperId>>, AppError> {
        match self {
            Pages::Papers(papers) => {
                let page: Vec<PaperId> = papers.take(BUNDLE).collect();
                Ok((!page.is_empty()).then_some(page))
            }
            Pages::Import { ended: true, .. } => Ok(None),
            Pages::Import {
                import,
                after,
                ended,
            } => {
                let limit = i64::try_from(BUNDLE).unwrap_or(i64::MAX);
                let page = app
                    .store
                    .read(|tx| tx.payables_of_import(*import, *after, limit))?;
                *ended = page.len() < BUNDLE;
                *after = page.last().map_or(*after, |listed| listed.no);
                let proposed = |listed: &ledger_store::payables::ListedPayable| {
                    (listed.payable.state == PayableState::Proposed)
                        .then_some(listed.payable.paper_id)
                        .flatten()
                };
                Ok(Some(page.iter().filter_map(proposed).collect()))
            }
        }
    }
}

/// What stands between a page of papers and the journal.
struct Prepared {
    refused: Approved,
    entries: Vec<SealedEntry>,
    payables: HashMap<PaperId, PayableId>,
}

struct Desk<'a> {
    app: &'a App,
    who: &'a Principal,
    signer: &'a Signer,
    checker: UserId,
}

impl Desk<'_> {
    /// Sorts out what can't be approved and signs the rest.
    fn prepare(&self, papers: &[PaperId]) -> Result<Prepared, AppError> {
        let (today, mut proposals) = self.app.store.read(|tx| {
            let found = tx.proposals_by_papers(papers)?;
            Ok::<_, AppError>((tx.business_date_today()?, found))
        })?;
        proposals.retain(|proposal| proposal.obligor == self.who.party);
        let mut refused = Approved::default();
        let known: HashSet<PaperId> = proposals.iter().map(|p| p.paper_id).collect();
        for paper in papers.iter().filter(|paper| !known.contains(*paper)) {
            refused.refuse(*paper, "unknown_proposal", "there is no such proposal");
        }
        let own = |proposal: &IssueProposal| proposal.maker == self.checker;
        proposals.retain(|proposal| {
            if proposal.state != ProposalState::Waiting {
                refused.refuse(proposal.paper_id, MOVED, "it was decided before");
            } else if own(proposal) {
                let law = Refusal::SamePerson;
                refused.refuse(proposal.paper_id, law.code(), &law.to_string());
            } else {
                return true;
            }
            false
        });
        let signed = in_parallel::map(&proposals, |proposal| self.sign(proposal))?;
        let (old, fresh): (Vec<_>, Vec<_>) = signed
            .into_iter()
            .partition(|(_, entry)| is_old(entry.entry(), today));
        self.lapse(&old, &mut refused)?;
        let (entries, payables) = self.to_active_payees(fresh, &mut refused)?;
        Ok(Prepared {
            refused,
            entries,
            payables,
        })
    }

    fn sign<'p>(
        &self,
        proposal: &'p IssueProposal,
    ) -> Result<(&'p IssueProposal, SealedEntry), AppError> {
        let entry = issue_of(proposal)?;
        let maker = PartySignature {
            seat: Seat::Maker,
            key: proposal.maker_key,
            bytes: proposal.maker_signature,
        };
        let checker = self.signer.sign(Seat::Checker, &proposal.body);
        Ok((proposal, SealedEntry::new(entry, vec![maker, checker])))
    }

    fn lapse(
        &self,
        old: &[(&IssueProposal, SealedEntry)],
        refused: &mut Approved,
    ) -> Result<(), AppError> {
        if old.is_empty() {
            return Ok(());
        }
        let papers: Vec<PaperId> = old.iter().map(|(proposal, _)| proposal.paper_id).collect();
        self.app.store.write(|tx| lapse(tx, &papers))?;
        for paper in papers {
            let message = "nobody approved it within ten days; propose it again";
            refused.refuse(paper, "proposal_lapsed", message);
        }
        Ok(())
    }

    fn to_active_payees(
        &self,
        fresh: Vec<(&IssueProposal, SealedEntry)>,
        refused: &mut Approved,
    ) -> Result<(Vec<SealedEntry>, HashMap<PaperId, PayableId>), AppError> {
        let payees = fresh.iter().filter_map(|(_, sealed)| payee(sealed.entry()));
        let parties = self.app.store.read(|tx| names(tx, payees))?;
        let mut entries = Vec::with_capacity(fresh.len());
        let mut payables = HashMap::with_capacity(fresh.len());
        for (proposal, sealed) in fresh {
            let payee = payee(sealed.entry()).and_then(|id| parties.get(&id));
            if payee.is_some_and(|party| party.state == PartyState::Active) {
                payables.insert(proposal.paper_id, proposal.payable);
                entries.push(sealed);
            } else {
                let message = "this supplier does not take part at present";
                refused.refuse(proposal.paper_id, "supplier_not_active", message);
            }
        }
        Ok((entries, payables))
    }

    /// Posts; if a colleague decided some of the papers meanwhile, looks again.
    fn issue(&self, papers: &[PaperId], prepared: Prepared) -> Result<Approved, AppError> {
        let mut prepared = prepared;
        for _ in 1..TRIES {
            match self.post(&prepared) {
                Err(AppError::Invalid { code: MOVED, .. }) => prepared = self.prepare(papers)?,
                other => return other,
            }
        }
        self.post(&prepared)
    }

    fn post(&self, prepared: &Prepared) -> Result<Approved, AppError> {
        let mut done = prepared.refused.clone();
        if prepared.entries.is_empty() {
            return Ok(done);
        }
        let plain = |sealed: &SealedEntry| Posting {
            sealed: sealed.clone(),
            spent: None,
        };
        let verdicts = self.app.posting.post(Bundle {
            postings: prepared.entries.iter().map(plain).collect(),
            effects: Some(self.effects(prepared.payables.clone())),
        })?;
        for (verdict, sealed) in verdicts.iter().zip(&prepared.entries) {
            let Some(paper) = sealed.entry().paper else {
                continue;
            };
            match verdict {
                Ok(posted) => {
                    let offer = FragmentNo::of(posted.no, Side::Left);
                    done.issue(paper, posted, self.app.public_ids.show(offer));
                }
                Err(refusal) => done.refuse(paper, refusal.code(), &refusal.to_string()),
            }
        }
        Ok(done)
    }

    /// What happens in the unit of work that issues: the proposals are decided, the payables
    /// issued, the payees written to. Anything that has moved meanwhile undoes the bundle.
    fn effects(&self, payables: HashMap<PaperId, PayableId>) -> Effects {
        let (checker, obligor) = (self.checker, self.who.party);
        let name = self.who.party_name.clone();
        let ids = self.app.public_ids.clone();
        let now = self.app.clock.now();
        Arc::new(move |tx, _date, verdicts: &[Verdict]| {
            check_obligor(&tx.party_by_id(obligor)?)?;
            let mut papers = Vec::with_capacity(verdicts.len());
            let mut moves = Vec::with_capacity(verdicts.len());
            let mut notices = Vec::with_capacity(verdicts.len());
            for posted in verdicts.iter().flatten() {
                let Some(paper) = &posted.applied.paper else {
                    continue;
                };
                let payable = payables.get(&paper.id).ok_or_else(moved)?;
                papers.push(paper.id);
                moves.push((*payable, Some(paper.id)));
                let notice = Notice::PaperIssued {
                    offer: ids.show(FragmentNo::of(posted.no, Side::Left)),
                    paper: wording::paper(&paper.number, &name),
                    face: wording::money(paper.face, paper.currency),
                    maturity: paper.due_date,
                    answer_by: None,
                };
                notices.push((paper.payee, notice));
            }
            tx.proposals_lock(&papers)?;
            let decided = tx.proposals_decide(&papers, ProposalState::Issued, Some(checker))?;
            let lost = tx.payables_move(&moves, PayableState::Proposed, PayableState::Issued)?;
            if decided != papers.len() || !lost.is_empty() {
                return Err(moved());
            }
            letters::tell_parties(tx, now, &notices)
        })
    }
}

fn moved() -> AppError {
    AppError::invalid(
        MOVED,
        "somebody decided some of these at the same moment; look again",
    )
}

fn issue_of(proposal: &IssueProposal) -> Result<Entry, AppError> {
    Entry::from_bytes(&proposal.body).map_err(|e| {
        AppError::Internal(format!(
            "the proposal of paper {} is damaged: {e}",
            proposal.paper_id
        ))
    })
}

fn payee(entry: &Entry) -> Option<PartyId> {
    match &entry.act {
        Act::Issue(issue) => Some(issue.payee),
        _ => None,
    }
}

fn is_old(entry: &Entry, today: NaiveDate) -> bool {
    let earliest = today.checked_sub_signed(Duration::days(PROPOSAL_DAYS));
    earliest.is_some_and(|earliest| entry.date < earliest)
}

/// Ends proposals that still wait; their payables are loaded again.
fn lapse(tx: &mut WriteTx<'_>, papers: &[PaperId]) -> Result<u64, AppError> {
    end(tx, papers, ProposalState::Lapsed, None)
}

fn end(
    tx: &mut WriteTx<'_>,
    papers: &[PaperId],
    state: ProposalState,
    checker: Option<UserId>,
) -> Result<u64, AppError> {
    let waiting = tx.proposals_lock(papers)?;
    let papers: Vec<PaperId> = waiting.iter().map(|p| p.paper_id).collect();
    let free: Vec<_> = waiting.iter().map(|p| (p.payable, None)).collect();
    tx.proposals_decide(&papers, state, checker)?;
    tx.payables_move(&free, PayableState::Proposed, PayableState::Loaded)?;
    Ok(u64::try_from(papers.len()).unwrap_or(u64::MAX))
}

/// Declines proposals that wait: none of them is issued, their payables can be proposed again.
/// Gives how many were declined; those decided before stay as they were.
///
/// # Errors
/// [`AppError::NotFound`] if one is somebody else's; the refusal `same_person` if the caller made
/// one of them; [`AppError::Invalid`] `person_needed`. Then none is declined.
pub fn decline(app: &App, who: &Principal, papers: &[PaperId]) -> Result<u64, AppError> {
    who.may(Action::ApproveIssue)?;
    let checker = person::acting(who)?;
    app.store.write(|tx| {
        let found = tx.proposals_by_papers(papers)?;
        if found.len() < papers.len() || found.iter().any(|p| p.obligor != who.party) {
            return Err(AppError::NotFound);
        }
        if found.iter().any(|p| p.maker == checker) {
            return Err(Refusal::SamePerson.into());
        }
        end(tx, papers, ProposalState::Declined, Some(checker))
    })
}

/// Lets every proposal lapse that nobody decided within [`PROPOSAL_DAYS`] days, of all obligors:
/// for the scheduler, once a day. Gives how many did.
///
/// # Errors
/// The store's.
pub fn lapse_old(app: &App) -> Result<u64, AppError> {
    let today = app.business_date()?;
    let limit = i64::try_from(BUNDLE).unwrap_or(i64::MAX);
    let mut after = None;
    let mut lapsed: u64 = 0;
    loop {
        let page = app
            .store
            .read(|tx| tx.proposals_waiting_anywhere(after, limit))?;
        let Some(last) = page.last() else {
            return Ok(lapsed);
        };
        after = Some(last.paper_id);
        let mut old = Vec::new();
        for proposal in &page {
            if is_old(&issue_of(proposal)?, today) {
                old.push(proposal.paper_id);
            }
        }
        if !old.is_empty() {
            let some = app.store.write(|tx| lapse(tx, &old))?;
            lapsed = lapsed.saturating_add(some);
        }
    }
}
