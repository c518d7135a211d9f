//! Which proposals a checker means, a bundle at a time.

use std::collections::HashSet;

use ledger_core::id::ImportId;
use ledger_core::id::PaperId;
use ledger_store::payables::ListedPayable;
use ledger_store::payables::PayableState;

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
}

/// The papers meant, a bundle at a time.
pub(crate) enum Pages {
    Papers(std::vec::IntoIter<PaperId>),
    Import {
        import: ImportId,
        after: i64,
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
        }
    }

    pub(crate) fn next(&mut self, app: &App) -> Result<Option<Vec<PaperId>>, AppError> {
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
