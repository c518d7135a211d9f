//! What came of an approval, paper by paper.

use std::collections::BTreeMap;

use ledger_core::id::PaperId;

use crate::currency_totals::CurrencyTotals;
use crate::posting_queue::Posted;

/// Outcomes listed one by one; the rest is only counted, so that memory stays flat.
const LISTED_OUTCOMES: usize = 10_000;

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

    pub(crate) fn refuse(&mut self, paper: PaperId, code: &'static str, message: &str) {
        self.note(
            paper,
            PaperOutcome::Refused {
                code,
                message: message.to_owned(),
            },
        );
    }

    pub(crate) fn issue(&mut self, paper: PaperId, posted: &Posted, offer: String) {
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

    /// Adds the outcome of another part.
    pub(crate) fn absorb(&mut self, part: Approved) {
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
