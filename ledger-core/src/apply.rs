//! The law: one entry applied to the state, or refused. The same function decides new entries and
//! replays old ones, so that a verifier judges by exactly the rules that the ledger was kept by.

use chrono::Duration;
use chrono::NaiveDate;

use crate::act::Act;
use crate::act::IssueAct;
use crate::act::MAX_DIGESTS;

use crate::act::OfferAct;
use crate::agreed_terms::AgreedTerms;
use crate::amount::Amount;
use crate::arrears::Arrears;
use crate::entry::Entry;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentState;
use crate::fragment::Side;
use crate::fragment_act::FragmentAct;
use crate::freeze::check_days;
use crate::freeze::check_hands;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::ledger::Moment;
use crate::paper::Paper;
use crate::paper::PaperState;
use crate::party::PartyKind;
use crate::range::Range;
use crate::refusal::Refusal;
use crate::retransfer::RetransferAct;
use crate::rule_pack::RulePack;
use crate::seats::Signers;

/// How long an obligor's maker's signature may wait for the checker's. Whoever looks for entries by their
/// days leaves as much room (`entries_from` and `entries_until` in the database).
const PROPOSAL_DAYS: i64 = 10;

/// How far a holiday may push a due date: the longest run of non-working days with room to spare.
pub(crate) const LONGEST_ROLL_DAYS: i64 = 15;

/// What an entry made: at most two fragments, and the paper's new state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// `[lo, mid)` after the entry; none if the entry ends it (refuse, withdraw) or has no cut.
    pub left: Option<Fragment>,
    /// `[mid, hi)`, unchanged but for its name.
    pub right: Option<Fragment>,
    /// The fragment as it was before.
    pub spent: Option<Fragment>,
    /// The neighbour joined to it, as it was before.
    pub joined: Option<Fragment>,
    /// The paper after the entry.
    pub paper: Option<Paper>,
}

pub(crate) const NOTHING: Applied = Applied {
    left: None,
    right: None,
    spent: None,
    joined: None,
    paper: None,
};

impl Ledger {
    /// Applies an entry whose signatures have been checked by
    /// [`check_signatures`](crate::seats::check_signatures), or says why not and changes nothing.
    ///
    /// # Errors
    /// The first [`Refusal`] that applies, in the order of that type.
    pub fn apply(&mut self, sealed: &SealedEntry) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        if entry.book != self.book {
            return Err(Refusal::WrongBook);
        }
        let applied = match &entry.act {
            Act::OpenBook { .. }
            | Act::EnrolParty(_)
            | Act::EnrolKey { .. }
            | Act::RevokeKey { .. } => self.apply_to_book(sealed)?,
            Act::Issue(issue) => self.issue(sealed, issue)?,
            Act::Settle { cash_total, .. } => self.settle(sealed, *cash_total)?,
            Act::Extend(agreed) | Act::Void(agreed) => self.change_paper(sealed, agreed)?,
            Act::Default(default) => self.default(sealed, default)?,
            Act::PayInterest(interest) => self.pay_interest(sealed, interest)?,
            Act::Join(join) => self.join(sealed, *join)?,
            Act::Accept
            | Act::Refuse
            | Act::Withdraw
            | Act::Split
            | Act::Offer(_)
            | Act::OfferRetransfer(_)
            | Act::AcceptOffer
            | Act::DeclineOffer
            | Act::RecallOffer
            | Act::AgreeDiscount { .. }
            | Act::AgreeDiscountByCard { .. }
            | Act::Pledge { .. }
            | Act::ReleasePledge
            | Act::Freeze(_)
            | Act::Unfreeze(_)
            | Act::LapseOffer(_)
            | Act::CompleteDiscount { .. }
            | Act::CompleteRegistered { .. }
            | Act::ReverseDiscount(_)
            | Act::AcceptRedemption { .. }
            | Act::CompleteRedemption { .. }
            | Act::ReleaseRedemption { .. }
            | Act::ReleaseDiscount { .. }
            | Act::AgreeRecourse(_)
            | Act::CompleteRecourse { .. }
            | Act::ReleaseRecourse { .. }
            | Act::Correct(_)
            | Act::WriteOff(_) => self.act_on_fragment(sealed)?,
        };
        self.advance_date(entry.date);
        let acquired = applied
            .joined
            .and_then(|one| self.acquisition(one.reference));
        for spent in [applied.spent, applied.joined].into_iter().flatten() {
            self.spend(spent.reference);
        }
        for fragment in [applied.left, applied.right].into_iter().flatten() {
            self.load_fragment(fragment);
        }
        if let (Some(whole), Some(by)) = (&applied.left, acquired) {
            self.load_acquisition(whole.reference, by);
        }
        if let Some(paper) = &applied.paper {
            self.load_paper(paper.clone());
        }
        Ok(applied)
    }

    pub(crate) fn check_date(&self, date: NaiveDate, slack_days: i64) -> Result<(), Refusal> {
        let (business, is_today) = match self.moment {
            Moment::Now { date: today, .. } => (today, date <= today),
            Moment::Replay { latest } => (latest, true),
        };
        let earliest = business
            .checked_sub_signed(Duration::days(slack_days))
            .unwrap_or(NaiveDate::MIN);
        if is_today && date >= earliest {
            Ok(())
        } else {
            Err(Refusal::WrongDate {
                entry: date,
                business,
            })
        }
    }

    fn advance_date(&mut self, date: NaiveDate) {
        if let Moment::Replay { latest } = &mut self.moment {
            *latest = date.max(*latest);
        }
    }

    fn issue(&self, sealed: &SealedEntry, issue: &IssueAct) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        let (Some(paper_id), None) = (entry.paper, entry.spends) else {
            return Err(Refusal::WrongShape(
                "an issue names a new paper and spends nothing",
            ));
        };
        let face = Amount::from_minor(entry.cut.hi);
        let (0, true, Ok(face)) = (entry.cut.lo, entry.cut.mid == entry.cut.hi, face) else {
            return Err(Refusal::WrongShape("an issue covers the whole face"));
        };
        if issue.terms.clearing().is_none() {
            return Err(Refusal::WrongShape("the terms name no known clearing rule"));
        }
        if !issue.terms.payment.possible() {
            return Err(Refusal::WrongShape("the late interest is not possible"));
        }
        if issue.payables.len() > MAX_DIGESTS {
            return Err(Refusal::WrongShape("more documents than an entry can name"));
        }
        if self.papers.contains_key(&paper_id) || self.numbers.contains(&issue.number) {
            return Err(Refusal::PaperExists);
        }
        self.check_seats(
            sealed,
            Signers {
                obligor: Some(issue.obligor),
                ..Signers::default()
            },
        )?;
        self.check_date(entry.date, PROPOSAL_DAYS)?;
        check_maturity(entry.date, issue)?;
        for party in [issue.obligor, issue.payee] {
            self.check_kind(party, |_any| true)?;
        }
        self.check_kind(issue.obligor, |kind| kind == PartyKind::Obligor)?;
        self.check_kind(issue.payee, |kind| kind == PartyKind::Supplier)?;
        let range = Range::whole(face).map_err(|_empty| Refusal::ZeroAmount)?;
        check_rules(entry.date, face, issue)?;
        if issue.payables.is_empty() {
            return Err(Refusal::NoTradeDocument);
        }
        let paper = Paper {
            id: paper_id,
            issued_by: sealed.hash(),
            number: issue.number.clone(),
            obligor: issue.obligor,
            payee: issue.payee,
            currency: issue.currency,
            face,
            issue_date: entry.date,
            maturity: issue.maturity,
            due_date: issue.due_date,
            terms: issue.terms,
            state: PaperState::PendingAcceptance,
            arrears: Arrears::NONE,
            redeemed: Amount::ZERO,
        };
        let left = Fragment {
            reference: sealed.fragment(Side::Left),
            paper: paper_id,
            range,
            holder: issue.payee,
            state: FragmentState::PendingAcceptance,
            tier: 1,
        };
        Ok(Applied {
            left: Some(left),
            paper: Some(paper),
            ..NOTHING
        })
    }

    fn act_on_fragment(&self, sealed: &SealedEntry) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        let (Some(paper_id), Some(reference)) = (entry.paper, entry.spends) else {
            return Err(Refusal::WrongShape("the act needs a paper and a fragment"));
        };
        let terms = AgreedTerms::of(&entry.act)?;
        let paper = self.papers.get(&paper_id).ok_or(Refusal::UnknownPaper)?;
        let spent = self.unspent(paper_id, reference)?;
        let signers = Signers {
            obligor: Some(paper.obligor),
            holder: Some(spent.holder),
            recipient: terms
                .payer()
                .or(terms.giver())
                .or(spent.state.counterparty()),
            provider: terms.provider(),
        };
        self.check_seats(sealed, signers)?;
        check_hands(&entry.act)?;
        let recipient = spent.state.counterparty();
        let recipient = recipient.and_then(|party| self.parties.get(&party));
        let act = FragmentAct {
            entry,
            paper,
            spent,
            recipient: recipient.map(|party| party.kind),
            tier_of_giver: self.tier_of_giver(spent),
        };
        act.check_state()?;
        self.check_date(entry.date, 0)?;
        act.check_maturity_passed()?;
        check_days(entry)?;
        if let Act::LapseOffer(lapse) = &entry.act {
            lapse.check_day(entry.date, paper.due_date)?;
        }
        terms.check_day(entry.date)?;
        if let Moment::Now { unix, .. } = self.moment {
            terms.check_expiry(unix)?;
        }
        self.check_other_side(entry, spent, &terms)?;
        let left_range = act.check_cut()?;
        terms.check_fit(&act, left_range)?;
        match (&terms, &entry.act) {
            (AgreedTerms::Claimed(claimed), _) => self.check_leg(claimed, left_range)?,
            (AgreedTerms::Corrected(corrected), Act::Correct(act)) => {
                self.check_correction(spent, act, corrected)?;
            }
            _ => {}
        }
        if matches!(entry.act, Act::WriteOff(_)) {
            self.check_nobody_before(reference)?;
        }
        if let Moment::Now { unix, .. } = self.moment {
            terms.check_stay(unix)?;
        }
        act.check_terms(&terms)?;
        Ok(act.outcome(sealed.hash(), left_range, &terms))
    }

    /// Whether the party that the act names beside the holder may take that part.
    fn check_other_side(
        &self,
        entry: &Entry,
        spent: &Fragment,
        terms: &AgreedTerms,
    ) -> Result<(), Refusal> {
        match (&entry.act, terms) {
            (Act::Offer(offer), _) => self.check_offer(spent, offer),
            (Act::OfferRetransfer(offer), _) => self.check_retransfer(spent, offer),
            (_, AgreedTerms::Corrected(corrected)) => self.check_traders(spent, corrected),
            _ => terms.provider().map_or(Ok(()), |provider| {
                self.check_provider(spent, terms, provider, entry.date)
            }),
        }
    }

    pub(crate) fn check_kind(
        &self,
        party: PartyId,
        fits: impl Fn(PartyKind) -> bool,
    ) -> Result<(), Refusal> {
        let record = self.parties.get(&party).ok_or(Refusal::UnknownParty)?;
        if fits(record.kind) {
            Ok(())
        } else {
            Err(Refusal::WrongKindOfParty)
        }
    }

    fn check_offer(&self, spent: &Fragment, offer: &OfferAct) -> Result<(), Refusal> {
        self.check_kind(offer.to, |kind| kind == PartyKind::Supplier)?;
        if offer.to == spent.holder {
            Err(Refusal::SelfTransfer)
        } else {
            Ok(())
        }
    }

    /// Both are finance providers: nobody else holds or takes without a trade of its own.
    fn check_retransfer(&self, spent: &Fragment, offer: &RetransferAct) -> Result<(), Refusal> {
        for party in [spent.holder, offer.to] {
            self.check_kind(party, |kind| kind == PartyKind::FinanceProvider)?;
        }
        if offer.to == spent.holder {
            Err(Refusal::SelfTransfer)
        } else {
            Ok(())
        }
    }

    /// Only those that the rules of the day license may discount; pledges are given to finance
    /// providers alone. Neither is anybody's to give to himself.
    fn check_provider(
        &self,
        spent: &Fragment,
        terms: &AgreedTerms,
        provider: PartyId,
        date: NaiveDate,
    ) -> Result<(), Refusal> {
        let kind = self
            .parties
            .get(&provider)
            .ok_or(Refusal::UnknownParty)?
            .kind;
        match terms {
            AgreedTerms::Quoted(_) | AgreedTerms::Standing(..) => {
                RulePack::on(date).check_discounter(kind)?
            }
            _ if kind != PartyKind::FinanceProvider => return Err(Refusal::WrongKindOfParty),
            _ => {}
        }
        if provider == spent.holder {
            return Err(Refusal::SelfTransfer);
        }
        Ok(())
    }
}

fn check_maturity(date: NaiveDate, issue: &IssueAct) -> Result<(), Refusal> {
    let roll = issue
        .due_date
        .signed_duration_since(issue.maturity)
        .num_days();
    if issue.maturity <= date || !(0..=LONGEST_ROLL_DAYS).contains(&roll) {
        return Err(Refusal::ImpossibleMaturity);
    }
    Ok(())
}

fn check_rules(date: NaiveDate, face: Amount, issue: &IssueAct) -> Result<(), Refusal> {
    let pack = RulePack::on(date);
    pack.check_tenor(date, issue.maturity)?;
    pack.check_face(face, issue.currency)?;
    pack.check_terms(face, &issue.terms)
}
