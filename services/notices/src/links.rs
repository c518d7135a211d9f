//! Where the button of a letter leads: addresses of the portal. The portal's pages name them.

use url::Url;

/// The base address was no absolute http(s) address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an absolute http or https address of the portal")]
pub struct BadBase(pub String);

impl BadBase {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "mail_link_base_invalid"
    }
}

/// The portal's public address, from which all links are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base: Url,
}

impl Links {
    /// From the portal's public address, such as `https://tally.example/` or one with a path.
    ///
    /// # Errors
    /// Not an absolute http or https address with a host.
    pub fn parse(base: &str) -> Result<Self, BadBase> {
        match Url::parse(base) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                Ok(Self { base: url })
            }
            Ok(_) | Err(_) => Err(BadBase(base.to_owned())),
        }
    }

    /// The first page.
    pub(crate) fn home(&self) -> String {
        self.to(&[])
    }

    /// One paper, by its number.
    pub(crate) fn paper(&self, number: &str) -> String {
        self.to(&["papers", number])
    }

    /// A paper or fragment offered, to accept or refuse.
    pub(crate) fn offer(&self, offer: &str) -> String {
        self.to(&["offers", offer])
    }

    /// A supplier's request for money, with its quotes.
    pub(crate) fn request(&self, request: &str) -> String {
        self.to(&["finance", request])
    }

    /// A request for money at the finance provider's desk.
    pub(crate) fn desk_request(&self, request: &str) -> String {
        self.to(&["desk", "requests", request])
    }

    /// Standing rates at the finance provider's desk.
    pub(crate) fn desk_rates(&self) -> String {
        self.to(&["desk", "rates"])
    }

    /// A trade document.
    pub(crate) fn document(&self, document: &str) -> String {
        self.to(&["documents", document])
    }

    /// The trade documents.
    pub(crate) fn documents(&self) -> String {
        self.to(&["documents"])
    }

    /// A list of payables handed in.
    pub(crate) fn import(&self, import: &str) -> String {
        self.to(&["treasury", "imports", import])
    }

    /// The lists of payables handed in.
    pub(crate) fn imports(&self) -> String {
        self.to(&["treasury", "imports"])
    }

    /// What waits for a checker.
    pub(crate) fn proposals(&self) -> String {
        self.to(&["treasury", "proposals"])
    }

    /// A pledge.
    pub(crate) fn pledge(&self, pledge: &str) -> String {
        self.to(&["pledges", pledge])
    }

    /// A fragment passed on between finance providers.
    pub(crate) fn retransfer(&self, retransfer: &str) -> String {
        self.to(&["desk", "retransfers", retransfer])
    }

    /// One of the party's webhooks, with what it was told.
    pub(crate) fn desk_webhook(&self, webhook: &str) -> String {
        self.to(&["desk", "webhooks", webhook])
    }

    /// A party's limits.
    pub(crate) fn limits(&self) -> String {
        self.to(&["limits"])
    }

    /// Agreements on papers.
    pub(crate) fn agreements(&self) -> String {
        self.to(&["agreements"])
    }

    /// Offers to pay papers early.
    pub(crate) fn redemptions(&self) -> String {
        self.to(&["redemptions"])
    }

    /// Transfers taken back.
    pub(crate) fn corrections(&self) -> String {
        self.to(&["corrections"])
    }

    /// Claims by recourse.
    pub(crate) fn recourse(&self) -> String {
        self.to(&["recourse"])
    }

    /// The operator's orders to freeze.
    pub(crate) fn freezes(&self) -> String {
        self.to(&["operator", "freezes"])
    }

    /// What the operator has to look at.
    pub(crate) fn operator_tasks(&self) -> String {
        self.to(&["operator", "tasks"])
    }

    /// A new user's first sign-in.
    pub(crate) fn first_visit(&self, token: &str) -> String {
        self.to(&["first-visit", token])
    }

    /// Every segment is percent-encoded, so that no id can lead elsewhere.
    fn to(&self, segments: &[&str]) -> String {
        let mut url = self.base.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url.into()
    }
}
