//! What the portal is given by whoever starts it.

use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_app::app::App;

use crate::portal_memory::PortalMemory;

/// Runs the jobs of the business day. The portal knows them by name only.
pub trait JobRunner: Send + Sync {
    /// Names of the jobs as the sub-commands know them, in the order of a day.
    fn names(&self) -> Vec<&'static str>;

    /// Runs one job for the business date and gives how many things it moved.
    ///
    /// # Errors
    /// Why it stopped, in words for the operator.
    fn run(&self, name: &str) -> Result<usize, String>;

    /// Moves the business date forward, and with it whatever lives by it in a demo.
    ///
    /// # Errors
    /// Why it did not move, in words for the operator.
    fn set_business_date(&self, date: NaiveDate) -> Result<(), String>;
}

/// The portal's settings and the doors behind it. Cheap to clone.
#[derive(Clone)]
pub struct Portal {
    /// The use cases' frame.
    pub app: App,
    /// The jobs.
    pub jobs: Arc<dyn JobRunner>,
    /// Address of the page that shows sent mail; only in a demo.
    pub mailbox: Option<String>,
    /// Whether companies and amounts are invented, and the business date can be set by hand.
    pub demo: bool,
    /// Whether cookies travel over TLS only; off on loopback.
    pub secure_cookies: bool,
    /// Whether a proxy of ours says from where a request comes (`Forwarded`, `X-Forwarded-For`);
    /// without one those headers are anybody's and not looked at.
    pub behind_proxy: bool,
    /// Address of the sandbox bank's own pages; only in a demo.
    pub sandbox_bank: Option<String>,
    /// What the portal keeps for a moment; [`PortalMemory::default`].
    pub memory: PortalMemory,
}

impl fmt::Debug for Portal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Portal")
            .field("demo", &self.demo)
            .field("secure_cookies", &self.secure_cookies)
            .finish_non_exhaustive()
    }
}
