//! Which proposals a checker means, a bundle at a time.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::Utc;
use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_store::payables::ListedPayable;
use ledger_store::payables::PayableState;
use ledger_store::proposals::WaitingChoice;

use crate::app::App;
use crate::error::AppError;
use crate::principal::Principal;

/// Papers issued in one unit of work.
pub(crate) const BUNDLE: usize = 1_000;

/// Which proposals are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// These.
    Papers(Vec<PaperId>),
    /// All that wait for payables of a list.
    Import(ImportId),
    /// All that wait and that the checker has seen.
    Waiting(Seen),
}

/// What a checker has seen waiting, as [`proposals_waiting::view`](crate::proposals_waiting::view)
/// showed it. Nobody decides what he has not seen: what came later is not meant, and if more wait
/// than were seen, nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Of this maker only; of all makers if none.
    pub maker: Option<UserId>,
    /// When the checker looked: `as_of` of the view.
    pub as_of: DateTime<Utc>,
    /// How many waited then.
    pub papers: u64,
}

impl Seen {
    const fn choice(&self) -> WaitingChoice {
        WaitingChoice {
            maker: self.maker,
            until: self.as_of,
        }
    }
}

/// The papers meant, a bundle at a time.
pub(crate) enum Pages {
    Papers(std::vec::IntoIter<PaperId>),
    Import {
        import: ImportId,
        after: i64,
        ended: bool,
    },
    Waiting {
        obligor: PartyId,
        choice: WaitingChoice,
        after: Option<(DateTime<Utc>, PaperId)>,
        ended: bool,
    },
}

impl Pages {
    pub(crate) fn new(app: &App, who: &Principal, meant: &Meant) -> Result<Pages, AppError> {
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
            Meant::Waiting(seen) => {
                let (obligor, choice) = (who.party, seen.choice());
                let count = app
                    .store
                    .read(|tx| tx.proposals_chosen_count(obligor, choice))?;
                if u64::try_from(count).unwrap_or(u64::MAX) > seen.papers {
                    return Err(AppError::invalid(
                        "more_waiting_than_seen",
                        "more papers wait than were shown to you; look again",
                    ));
                }
                Ok(Pages::Waiting {
                    obligor,
                    choice,
                    after: None,
                    ended: false,
                })
            }
        }
    }

    pub(crate) fn next(&mut self, app: &App) -> Result<Option<Vec<PaperId>>, AppError> {
        match self {
            Pages::Papers(papers) => {
                let page: Vec<PaperId> = papers.take(BUNDLE).collect();
                Ok((!page.is_empty()).then_some(page))
            }
            Pages::Import { ended: true, .. } | Pages::Waiting { ended: true, .. } => Ok(None),
            Pages::Waiting {
                obligor,
                choice,
                after,
                ended,
            } => {
                let limit = i64::try_from(BUNDLE).unwrap_or(i64::MAX);
                let page = app
                    .store
                    .read(|tx| tx.proposals_chosen_after(*obligor, *choice, *after, limit))?;
                *ended = page.len() < BUNDLE;
                *after = page.last().copied().or(*after);
                Ok(Some(page.into_iter().map(|(_, paper)| paper).collect()))
            }
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
                let proposed = |listed: &ListedPayable| {
                    (listed.payable.state == PayableState::Proposed)
                        .then_some(listed.payable.paper_id)
                        .flatten()
                };
                Ok(Some(page.iter().filter_map(proposed).collect()))
            }
        }
    }
}
