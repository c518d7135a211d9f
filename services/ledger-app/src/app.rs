//! The platform's inside, put together: what every use case is given.

use std::fmt;
use std::sync::Arc;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::calendar::Calendar;
use ledger_core::calendar_year::CalendarYear;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::signature::Signer;
use ledger_store::calendars::BusinessDay;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;

use crate::business_time;
use crate::circle::Circle;
use crate::clock::Clock;
use crate::contents::Contents;
use crate::error::AppError;
use crate::posting_queue::PostingQueue;
use crate::public_id::PublicIds;
use crate::public_keys::PublicKeys;
use crate::webhook_secret::WebhookKey;

/// Secrets of one installation, kept in files only the server's user can read.
pub struct PlatformSecrets {
    /// Seed of the book's own key, which records facts and signs checkpoints.
    pub recorder_seed: [u8; 32],
    /// Key of the permutation that shows fragment ids.
    pub public_id_key: [u8; 32],
    /// Key of the permutation that scatters paper serials.
    pub serial_key: [u8; 32],
    /// Key under which the signing secrets of webhooks are sealed.
    pub webhook_key: [u8; 32],
}

impl fmt::Debug for PlatformSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlatformSecrets(hidden)")
    }
}

/// How to open the platform.
#[derive(Debug)]
pub struct AppConfig {
    /// The database.
    pub store: StoreConfig,
    /// The secrets.
    pub secrets: PlatformSecrets,
    /// Name of the book, the origin of its checkpoints, such as `ledger.example.com/book-1`.
    pub origin: String,
    /// Files of calendars (`ledger_core::calendar_year`), by name of the calendar.
    pub calendars: Vec<CalendarYear>,
    /// Calendar by which papers fall due, such as `CN`.
    pub calendar: String,
}

/// Store, clock, keys and the posting queue of the book. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The wall clock.
    pub clock: Clock,
    /// Public fragment ids.
    pub public_ids: PublicIds,
    /// The way into the book.
    pub posting: PostingQueue,
    /// Id of the book.
    pub book: BookId,
    /// Origin of the book's checkpoints.
    pub origin: Arc<str>,
    pub(crate) recorder: Arc<Signer>,
    pub(crate) serial_key: Arc<[u8; 32]>,
    pub(crate) webhook_key: Arc<WebhookKey>,
    pub(crate) public_keys: Arc<PublicKeys>,
    private_webhooks: bool,
    contents: Option<Arc<dyn Contents>>,
    circle: Option<Circle>,
    calendars: Arc<Vec<Calendar>>,
    calendar: Arc<str>,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "App({})", self.origin)
    }
}

/// The id of a book and of its key follow from its origin and public key: the same installation
/// opens the same book again.
fn book_ids(origin: &str, public_key: &[u8; 32]) -> (BookId, KeyId) {
    let half = |tag: &[u8]| {
        let hash = ledger_core::hash::sha256(&[tag, origin.as_bytes(), &[0], public_key]);
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        id
    };
    (
        BookId::from_bytes(half(b"book")),
        KeyId::from_bytes(half(b"key")),
    )
}

impl App {
    /// Connects and starts the posting thread. The book is opened by
    /// [`open_book`](crate::open_book::run), once.
    ///
    /// # Errors
    /// The database can't be reached, or the configuration makes no sense.
    pub fn open(config: AppConfig) -> Result<App, AppError> {
        let store = Store::connect(&config.store)?;
        let posting = Store::connect(&config.store.for_posting())?;
        let clock = Clock;
        let broken = |what: &str| AppError::Internal(format!("configuration: {what}"));
        let probe = Signer::from_seed(KeyId::from_bytes([0; 16]), &config.secrets.recorder_seed)
            .map_err(|e| broken(&e.to_string()))?;
        let (book, key) = book_ids(&config.origin, &probe.public_key());
        let recorder = Signer::from_seed(key, &config.secrets.recorder_seed)
            .map_err(|e| broken(&e.to_string()))?;
        let calendars = group_calendars(config.calendars)?;
        if !calendars.iter().any(|c| c.id() == config.calendar) {
            return Err(broken(&format!(
                "no calendar {:?} is loaded",
                config.calendar
            )));
        }
        Ok(App {
            posting: PostingQueue::start(posting, clock, book)?,
            store,
            clock,
            public_ids: PublicIds::new(&config.secrets.public_id_key),
            book,
            origin: config.origin.into(),
            recorder: Arc::new(recorder),
            serial_key: Arc::new(config.secrets.serial_key),
            webhook_key: Arc::new(WebhookKey::new(&config.secrets.webhook_key)?),
            public_keys: Arc::default(),
            private_webhooks: false,
            contents: None,
            circle: None,
            calendars: Arc::new(calendars),
            calendar: config.calendar.into(),
        })
    }

    /// The same platform with its record as it stands at one moment
    /// ([`Store::at_one_moment`]), for a page or an answer that asks several use cases.
    #[must_use]
    pub fn at_one_moment(&self, day: Option<BusinessDay>) -> App {
        App {
            store: self.store.at_one_moment(day),
            ..self.clone()
        }
    }

    /// Keeps the bytes of documents in a place of their own; otherwise the database keeps them.
    #[must_use]
    pub fn with_contents(mut self, contents: Arc<dyn Contents>) -> App {
        self.contents = Some(contents);
        self
    }

    /// Asks other platforms before an invoice is used.
    #[must_use]
    pub fn with_circle(mut self, circle: Circle) -> App {
        self.circle = Some(circle);
        self
    }

    /// Lets webhooks have private addresses, and http: for tries on one's own machine or within one
    /// house. Otherwise they have public https addresses only.
    #[must_use]
    pub const fn with_private_webhooks(mut self) -> App {
        self.private_webhooks = true;
        self
    }

    /// Whether webhooks may have private addresses.
    #[must_use]
    pub const fn allows_private_webhooks(&self) -> bool {
        self.private_webhooks
    }

    /// Where the bytes of documents are, if not in the database.
    pub(crate) fn contents(&self) -> Option<&dyn Contents> {
        self.contents.as_deref()
    }

    /// The circle of other platforms, if this one is in any.
    #[must_use]
    pub const fn circle(&self) -> Option<&Circle> {
        self.circle.as_ref()
    }

    /// The calendar by which papers fall due.
    ///
    /// # Errors
    /// [`AppError::Internal`]; [`App::open`] has checked that it is there.
    pub fn calendar(&self) -> Result<&Calendar, AppError> {
        self.calendar_named(&self.calendar)
    }

    /// Every calendar it was started with.
    #[must_use]
    pub fn calendars(&self) -> &[Calendar] {
        &self.calendars
    }

    /// A calendar by name.
    ///
    /// # Errors
    /// [`AppError::Internal`] if it isn't loaded.
    pub fn calendar_named(&self, name: &str) -> Result<&Calendar, AppError> {
        self.calendars
            .iter()
            .find(|c| c.id() == name)
            .ok_or_else(|| AppError::Internal(format!("calendar {name:?} is not loaded")))
    }

    /// The business date.
    ///
    /// # Errors
    /// The store's.
    pub fn business_date(&self) -> Result<NaiveDate, AppError> {
        self.store.read(|tx| Ok(tx.business_date_today()?))
    }

    /// The moment its business is at: see [`business_time`].
    ///
    /// # Errors
    /// The store's.
    pub fn moment(&self) -> Result<DateTime<Utc>, AppError> {
        self.store.read(|tx| business_time::moment(tx, self))
    }

    /// The key that records the book. It records facts; it never disposes of a fragment.
    #[must_use]
    pub fn recorder(&self) -> &Signer {
        &self.recorder
    }

    /// The verifier key of the book: what an auditor needs besides the exported file.
    #[must_use]
    pub fn verifier_key(&self) -> String {
        ledger_core::checkpoint::verifier_key(&self.origin, &self.recorder.public_key())
    }
}

fn group_calendars(years: Vec<CalendarYear>) -> Result<Vec<Calendar>, AppError> {
    let mut names: Vec<String> = years.iter().map(|y| y.calendar().to_owned()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| {
            let own = years.iter().filter(|y| y.calendar() == name).cloned();
            Calendar::new(&name, own)
                .map_err(|e| AppError::Internal(format!("calendar {name}: {e}")))
        })
        .collect()
}
