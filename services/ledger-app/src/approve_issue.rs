//! The checker approves what a colleague proposed: signs in the checker's seat over the same
//! bytes, and the papers are issued.

use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::thread;

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Side;
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

use crate::app::App;
use crate::approved::Approved;
use crate::ended_proposals;
use crate::ended_proposals::is_old;
use crate::ended_proposals::issue_of;
use crate::error::AppError;
use crate::held_fragment::names;
use crate::in_parallel;
use crate::issue_hold;
use crate::issue_hold::IssueHold;
use crate::issue_rules::check_obligor;
use crate::issuing_room;
use crate::issuing_room::IssuingRoom;
use crate::meant_proposals::Meant;
use crate::meant_proposals::Pages;
use crate::notice::Notice;
use crate::person;
use crate::policy::Action;
use crate::posting_queue::Bundle;
use crate::posting_queue::Effects;
use crate::posting_queue::Verdict;
use crate::principal::Principal;
use crate::wording;

/// How often a bundle is tried when a colleague decides some of its papers at the same moment.
const TRIES: usize = 3;

/// Code of the error by which the effects of a bundle undo it when its proposals have moved.
const MOVED: &str = "proposal_decided";

/// Approves, any number of papers. Each is issued or comes back with its reason, and stops no
/// other; papers are issued a thousand a unit of work, so that after a crash the same call issues
/// what is left. What was decided before stays as it was.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for somebody else's list; [`AppError::Invalid`]
/// `person_needed`, `not_your_key`, `obligor_not_active`, `issuance_blocked`,
/// `more_waiting_than_seen`; [`AppError::Busy`]. Papers issued before the error stay issued.
pub fn run(
    app: &App,
    who: &Principal,
    signer: &Signer,
    meant: &Meant,
) -> Result<Approved, AppError> {
    run_telling(app, who, signer, meant, |_so_far| ())
}

/// The same, telling after each unit of work what has come of it so far, for a page that shows
/// progress. What is told is on record already.
///
/// # Errors
/// As [`run`].
pub fn run_telling(
    app: &App,
    who: &Principal,
    signer: &Signer,
    meant: &Meant,
    mut tell: impl FnMut(&Approved),
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
                tell(&done);
            }
            let desk = &desk;
            posting = Some(scope.spawn(move || desk.issue(&page, prepared)));
        }
        if let Some(earlier) = posting.take() {
            done.absorb(join(earlier)?);
            tell(&done);
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
        let fresh = issue_hold::carried(self.app, fresh, &mut refused)?;
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
        self.app
            .store
            .write(|tx| ended_proposals::lapse(tx, &papers))?;
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
                // A colleague's papers took the obligor's own limit at the same moment.
                Err(AppError::Store(error)) if issuing_room::is_overdrawn(&error) => {}
                other => return other,
            }
        }
        self.post(&prepared)
    }

    /// What the obligor's own limit has room for, in order; the rest is refused, and stops nothing.
    fn within_own_limit<'e>(
        &self,
        entries: &'e [SealedEntry],
        without: &HashSet<PaperId>,
        done: &mut Approved,
    ) -> Result<Vec<&'e SealedEntry>, AppError> {
        let obligor = self.who.party;
        let mut room = self.app.store.read(|tx| IssuingRoom::load(tx, obligor))?;
        let mut within = Vec::with_capacity(entries.len());
        let held = |sealed: &&SealedEntry| {
            let paper = sealed.entry().paper;
            paper.is_some_and(|paper| !without.contains(&paper))
        };
        for sealed in entries.iter().filter(held) {
            match room.take(sealed.entry()) {
                Ok(()) => within.push(sealed),
                Err(message) => {
                    if let Some(paper) = sealed.entry().paper {
                        done.refuse(paper, issuing_room::EXHAUSTED, &message);
                    }
                }
            }
        }
        Ok(within)
    }

    fn post(&self, prepared: &Prepared) -> Result<Approved, AppError> {
        let mut done = prepared.refused.clone();
        let (hold, not_held) = issue_hold::take(self.app, &prepared.payables)?;
        let without: HashSet<PaperId> = not_held.iter().map(|(paper, ..)| *paper).collect();
        for (paper, code, message) in not_held {
            done.refuse(paper, code, &message);
        }
        let posted = self.post_held(prepared, &without, &hold, &mut done);
        hold.close(self.app);
        posted.map(|()| done)
    }

    /// Posts what is held with the peers, and within the obligor's own limit.
    fn post_held(
        &self,
        prepared: &Prepared,
        without: &HashSet<PaperId>,
        hold: &IssueHold,
        done: &mut Approved,
    ) -> Result<(), AppError> {
        let entries = self.within_own_limit(&prepared.entries, without, done)?;
        if entries.is_empty() {
            return Ok(());
        }
        let plain = |sealed: &&SealedEntry| Posting {
            sealed: SealedEntry::clone(sealed),
            spent: None,
        };
        let verdicts = self.app.posting.post(Bundle {
            postings: entries.iter().map(plain).collect(),
            effects: Some(self.effects(prepared.payables.clone(), hold.clone())),
        })?;
        for (verdict, sealed) in verdicts.iter().zip(&entries) {
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
        Ok(())
    }

    /// What happens in the unit of work that issues: the proposals are decided, the payables
    /// issued, the payees written to. Anything that has moved meanwhile undoes the bundle.
    fn effects(&self, payables: HashMap<PaperId, PayableId>, hold: IssueHold) -> Effects {
        let (checker, obligor) = (self.checker, self.who.party);
        let name = self.who.party_name.clone();
        let ids = self.app.public_ids.clone();
        let now = self.app.clock.now();
        Arc::new(move |also, _date, verdicts: &[Verdict]| {
            check_obligor(&also.party_by_id(obligor)?)?;
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
            let decided = also.proposals_decide(&papers, ProposalState::Issued, Some(checker))?;
            let lost = also.payables_move(&moves, PayableState::Proposed, PayableState::Issued)?;
            if decided != papers.len() || !lost.is_empty() {
                return Err(moved());
            }
            hold.commit_in(also, &papers, now)?;
            also.tell_all(notices);
            Ok(())
        })
    }
}

fn moved() -> AppError {
    AppError::invalid(
        MOVED,
        "somebody decided some of these at the same moment; look again",
    )
}

fn payee(entry: &Entry) -> Option<PartyId> {
    match &entry.act {
        Act::Issue(issue) => Some(issue.payee),
        _ => None,
    }
}
