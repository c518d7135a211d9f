//! What an obligor and every holder of a paper agree on: that the paper is void (作废), or that it is
//! paid later (展期).
//!
//! Obligor (two people) and holders sign the same bytes, each at their time; the entry carries them with
//! the holders' signatures and is made when the last one is there. Nobody is outvoted: whoever holds a
//! part on that day has signed, and a pledgee with it, or nothing happens. An agreement names the paper
//! by the hash of its issue and the due date that it changes, so that it can take effect once only.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::act::Act;
use crate::apply::Applied;
use crate::apply::LONGEST_ROLL_DAYS;
use crate::apply::NOTHING;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::entry::Entry;
use crate::entry::SealedEntry;
use crate::fragment::Fragment;
use crate::fragment::FragmentState;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::ledger::Ledger;
use crate::paper::Paper;
use crate::paper::PaperState;
use crate::party::PartyKind;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::seats::Signers;
use crate::signature::PartySignature;
use crate::signature::Seat;
use crate::signature::signatures_from_bytes;
use crate::signature::signatures_to_bytes;
use crate::tiling::tiles;

/// First byte of an agreement: no other thing that a party signs begins with it.
const FORM: u8 = 0xa1;

/// Most consents that one agreement carries: their count has one byte.
pub const MAX_CONSENTS: usize = 255;

/// What is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The paper is void.
    Void,
    /// The paper is paid later.
    Extend {
        /// The new promised date.
        maturity: NaiveDate,
        /// The same rolled by the calendar.
        due_date: NaiveDate,
        /// Name of the calendar that rolled it.
        calendar: String,
    },
}

/// What all sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperAgreement {
    /// Its id.
    pub id: [u8; 16],
    /// Which paper.
    pub paper: PaperId,
    /// The entry that issued it.
    pub issued_by: EntryHash,
    /// Its due date before the change.
    pub due_date: NaiveDate,
    /// What is agreed.
    pub change: Change,
    /// Why, in the obligor's words.
    pub reason: String,
    /// The last day on which it can take effect.
    pub consent_by: NaiveDate,
}

/// The agreement with the holders' consents, as the entry carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreedAct {
    /// The agreement's canonical bytes.
    pub agreement: Vec<u8>,
    /// The consents to it, each in the seat of a holder.
    pub consents: Vec<PartySignature>,
}

impl PaperAgreement {
    /// Canonical bytes: what each side signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(FORM);
        w.fixed(&self.id);
        w.fixed(self.paper.bytes());
        w.fixed(self.issued_by.bytes());
        w.date(self.due_date);
        match &self.change {
            Change::Void => w.u8(1),
            Change::Extend {
                maturity,
                due_date,
                calendar,
            } => {
                w.u8(2);
                w.date(*maturity);
                w.date(*due_date);
                w.text(calendar);
            }
        }
        w.text(&self.reason);
        w.date(self.consent_by);
        w.finish()
    }

    /// Reads what [`PaperAgreement::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<PaperAgreement, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != FORM {
            return Err(CanonicalError::Unlawful("form of an agreement"));
        }
        let agreement = PaperAgreement {
            id: r.fixed()?,
            paper: PaperId::from_bytes(r.fixed()?),
            issued_by: EntryHash::from_bytes(r.fixed()?),
            due_date: r.date()?,
            change: match r.u8()? {
                1 => Change::Void,
                2 => Change::Extend {
                    maturity: r.date()?,
                    due_date: r.date()?,
                    calendar: r.text()?,
                },
                _ => return Err(CanonicalError::Unlawful("agreed change")),
            },
            reason: r.text()?,
            consent_by: r.date()?,
        };
        r.finish()?;
        Ok(agreement)
    }

    /// The paper as it is after it.
    fn applied_to(&self, paper: &Paper) -> Paper {
        match &self.change {
            Change::Void => Paper {
                state: PaperState::Void,
                ..paper.clone()
            },
            Change::Extend {
                maturity, due_date, ..
            } => Paper {
                maturity: *maturity,
                due_date: *due_date,
                ..paper.clone()
            },
        }
    }

    /// Holds its dates against the paper's on `date`.
    fn check_days(&self, paper: &Paper, date: NaiveDate) -> Result<(), Refusal> {
        if date >= paper.due_date {
            return Err(Refusal::PastMaturity(paper.due_date));
        }
        if date > self.consent_by {
            return Err(Refusal::AgreementEnded(self.consent_by));
        }
        if let Change::Extend {
            maturity, due_date, ..
        } = &self.change
        {
            let roll = due_date.signed_duration_since(*maturity).num_days();
            if *maturity <= paper.maturity || !(0..=LONGEST_ROLL_DAYS).contains(&roll) {
                return Err(Refusal::ImpossibleMaturity);
            }
        }
        Ok(())
    }

    /// Whether it is about this paper as it stands, and within the rules of the day.
    fn check_fit(&self, paper: &Paper, date: NaiveDate) -> Result<(), Refusal> {
        if self.paper != paper.id
            || self.issued_by != paper.issued_by
            || self.due_date != paper.due_date
        {
            return Err(Refusal::AgreementDoesNotFit);
        }
        match &self.change {
            Change::Void => Ok(()),
            Change::Extend { maturity, .. } => {
                RulePack::on(date).check_tenor(paper.issue_date, *maturity)
            }
        }
    }
}

impl AgreedAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.bytes(&self.agreement);
        w.bytes(&signatures_to_bytes(&self.consents));
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<AgreedAct, CanonicalError> {
        Ok(AgreedAct {
            agreement: r.bytes()?.to_vec(),
            consents: signatures_from_bytes(r.bytes()?)?,
        })
    }
}

impl Ledger {
    /// Voids or extends a paper. All its live fragments must be at hand; that they are is seen from
    /// their tiling its face.
    pub(crate) fn change_paper(
        &self,
        sealed: &SealedEntry,
        agreed: &AgreedAct,
    ) -> Result<Applied, Refusal> {
        let entry = sealed.entry();
        let (Some(paper_id), None) = (entry.paper, entry.spends) else {
            return Err(Refusal::WrongShape(
                "an agreement names a paper and spends no one fragment",
            ));
        };
        let agreement = PaperAgreement::from_bytes(&agreed.agreement)
            .map_err(|_bytes| Refusal::WrongShape("the agreement can't be read"))?;
        if !is_of(&entry.act, &agreement.change) || agreed.consents.len() > MAX_CONSENTS {
            return Err(Refusal::WrongShape("the agreement is none of this act's"));
        }
        let paper = self.papers.get(&paper_id).ok_or(Refusal::UnknownPaper)?;
        let held = self.all_fragments_of(paper)?;
        let signers = Signers {
            obligor: Some(paper.obligor),
            ..Signers::default()
        };
        self.check_seats(sealed, signers)?;
        let consenting = self.consenting(&agreed.consents)?;
        if !needed(&held).all(|party| consenting.contains(&party)) {
            return Err(Refusal::ConsentMissing);
        }
        if paper.state != PaperState::Active {
            return Err(Refusal::PaperNotActive);
        }
        self.check_free(&agreement.change, &held)?;
        self.check_date(entry.date, 0)?;
        agreement.check_days(paper, entry.date)?;
        check_whole(entry, paper)?;
        agreement.check_fit(paper, entry.date)?;
        Ok(Applied {
            paper: Some(agreement.applied_to(paper)),
            ..NOTHING
        })
    }

    /// Whose living keys have consented. The cryptography is checked with all other signatures.
    fn consenting(&self, consents: &[PartySignature]) -> Result<HashSet<PartyId>, Refusal> {
        if let Some(other) = consents.iter().find(|one| one.seat != Seat::Holder) {
            return Err(Refusal::MissingSignature(other.seat));
        }
        let keys = consents
            .iter()
            .map(|one| self.keys.get(&one.key))
            .collect::<Option<Vec<_>>>()
            .ok_or(Refusal::UnknownKey)?;
        if keys.iter().any(|key| key.revoked) {
            return Err(Refusal::RevokedKey);
        }
        Ok(keys.iter().map(|key| key.party).collect())
    }

    fn all_fragments_of(&self, paper: &Paper) -> Result<Vec<Fragment>, Refusal> {
        let of_paper = |fragment: &&Fragment| fragment.paper == paper.id;
        let mut held: Vec<Fragment> = self.fragments.values().filter(of_paper).copied().collect();
        if tiles(paper, &mut held) {
            Ok(held)
        } else {
            Err(Refusal::WrongShape(
                "the fragments at hand are not all of the paper's",
            ))
        }
    }

    /// A void paper must have stayed among those who traded: no part of it is bought, paid or secures
    /// anything. A paper that is extended has no open offer, sale or freeze: they rest on its date.
    fn check_free(&self, change: &Change, held: &[Fragment]) -> Result<(), Refusal> {
        let free = |fragment: &Fragment| match (change, fragment.state) {
            (_, FragmentState::Held)
            | (Change::Extend { .. }, FragmentState::Pledged { .. } | FragmentState::Redeemed) => {
                true
            }
            (_, _) => false,
        };
        if !held.iter().all(free) {
            return Err(Refusal::FragmentNotFree);
        }
        let bought = |fragment: &Fragment| {
            let holder = self.parties.get(&fragment.holder);
            holder.is_none_or(|party| party.kind == PartyKind::FinanceProvider)
        };
        if *change == Change::Void && held.iter().any(bought) {
            return Err(Refusal::AlreadyFinanced);
        }
        Ok(())
    }
}

/// Whose consent it takes: every holder's, and every pledgee's. What is redeemed is the obligor's own,
/// which has signed already.
pub fn needed(held: &[Fragment]) -> impl Iterator<Item = PartyId> + '_ {
    let of = |fragment: &Fragment| {
        let pledgee = match fragment.state {
            FragmentState::Pledged { pledgee } => Some(pledgee),
            _ => None,
        };
        [Some(fragment.holder), pledgee]
    };
    let claimed = |fragment: &&Fragment| fragment.state != FragmentState::Redeemed;
    held.iter().filter(claimed).flat_map(of).flatten()
}

const fn is_of(act: &Act, change: &Change) -> bool {
    matches!(
        (act, change),
        (Act::Void(_), Change::Void) | (Act::Extend(_), Change::Extend { .. })
    )
}

fn check_whole(entry: &Entry, paper: &Paper) -> Result<(), Refusal> {
    let face = paper.face.minor();
    if (entry.cut.lo, entry.cut.mid, entry.cut.hi) == (0, face, face) {
        Ok(())
    } else {
        Err(Refusal::WrongCut)
    }
}
