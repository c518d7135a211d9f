//! The portal under a crowd: every page that somebody gets to within two clicks, opened by two
//! hundred people at a time, and how many statements each costs that one person of each part gets to.
//!
//! Pages are found as people find them, by following links from the first one: none is named here.
//! The site is served in this process as `platform serve` serves it, without the bell, and reached
//! over HTTP.

mod crowd;
mod people;
mod site;
mod statements;
mod walk;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use ledger_app::app::App;

use crate::cast::Cast;
use crate::failure::Failure;
use crate::figures::percentile;
use crate::figures::rate;
use crate::portal::crowd::Crowd;
use crate::portal::crowd::Visit;
use crate::portal::people::Person;
use crate::portal::site::Site;
use crate::portal::statements::Listener;
use crate::tell;

/// How many people are at the portal at a time.
pub(crate) const PEOPLE: usize = 200;

/// How long somebody looks at a page on average before opening the next.
const LOOKED_AT: Duration = Duration::from_secs(2);

/// Visits of a page below which its percentile says nothing.
const FEW: usize = 20;

/// What the portal is opened on.
pub(crate) struct Ground<'a> {
    /// The platform, opened for the portal alone; a new one for each site.
    pub(crate) open: &'a dyn Fn() -> Result<App, Failure>,
    /// Its people.
    pub(crate) cast: &'a Cast,
    /// Address of the database as its superuser,
    pub(crate) superuser: &'a str,
    /// as the auditor's door has it.
    pub(crate) audit: &'a str,
    /// A folder for what a site keeps.
    pub(crate) data: &'a Path,
    /// The log of the database server.
    pub(crate) server_log: &'a Path,
    /// How long the crowd stays.
    pub(crate) lasting: Duration,
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Measured {
    /// Pages opened with pauses, and their times.
    pub(crate) paced: Times,
    /// The same, each page at once after the one before.
    pub(crate) unpaced: Times,
    /// Unpaced pages a second.
    pub(crate) per_second: u64,
    /// Different pages.
    pub(crate) patterns: usize,
    /// The slowest of them when paced: pattern and p99.
    pub(crate) slowest: Vec<(String, Duration)>,
    /// Those that cost most statements.
    pub(crate) statements: Counted,
    /// Those that answered with a fault of the server's own.
    pub(crate) faults: BTreeSet<String>,
}

/// Times of visits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    /// How many.
    pub(crate) visits: usize,
    /// How many more the server had no room for.
    pub(crate) turned_away: usize,
    /// Median.
    pub(crate) p50: Duration,
    /// 99 of 100.
    pub(crate) p99: Duration,
}

impl Times {
    fn of(visits: &[Visit]) -> Times {
        let mut all: Vec<Duration> = visits.iter().filter_map(|visit| visit.took).collect();
        Times {
            visits: all.len(),
            turned_away: visits.len().saturating_sub(all.len()),
            p50: percentile(&mut all, 50),
            p99: percentile(&mut all, 99),
        }
    }
}

/// Pages and the statements of each.
type Counted = Vec<(String, usize)>;

/// Counts statements first, on a site of its own; then lets the crowd in.
pub(crate) fn measure(ground: &Ground<'_>) -> Result<Measured, Failure> {
    let people = people::sign_in(&(ground.open)()?, ground.cast, PEOPLE)?;
    tell("portal: statements of each page …");
    let (statements, mut faults) = count_statements(ground, &people)?;
    tell("portal: what everybody gets to see …");
    let site = Site::open((ground.open)()?, ground)?;
    let found = walk::all(&site, &people)?;
    tell("portal: the crowd …");
    let crowd = Crowd {
        site: &site,
        people: &found,
    };
    let paced = crowd.stay(Some(LOOKED_AT), ground.lasting.saturating_mul(4))?;
    let begun = Instant::now();
    let unpaced = crowd.stay(None, ground.lasting)?;
    // Until the last page is there, which was asked for before the time was over.
    let took = begun.elapsed();
    let patterns: BTreeSet<&str> = found
        .iter()
        .flat_map(|one| one.pages.iter().map(|page| page.pattern.as_str()))
        .collect();
    let unpaced = Times::of(&unpaced);
    faults.extend(site.faults());
    Ok(Measured {
        paced: Times::of(&paced),
        unpaced,
        per_second: rate(unpaced.visits, took),
        patterns: patterns.len(),
        slowest: slowest(paced),
        statements,
        faults,
    })
}

/// Each page of one person of each kind, alone, most first; and the pages that failed.
fn count_statements(
    ground: &Ground<'_>,
    people: &[Person],
) -> Result<(Counted, BTreeSet<String>), Failure> {
    let listener = Listener::begin(ground.superuser, ground.server_log)?;
    let site = Site::open((ground.open)()?, ground)?;
    let mut counted = BTreeMap::new();
    for person in people::one_of_each(people) {
        for page in walk::from_the_first(&site, person)? {
            // Opened by the walk already: what is kept between two requests is there.
            let (_, statements) = listener.count(|| site.get(&person.cookie, &page.address))?;
            counted.insert(page.pattern, statements);
        }
    }
    let faults = site.faults();
    drop(site);
    listener.end()?;
    let mut counted: Counted = counted.into_iter().collect();
    counted.sort_by_key(|(_, statements)| std::cmp::Reverse(*statements));
    Ok((counted, faults))
}

/// Pages by the time that 99 of 100 visits stay under, longest first.
fn slowest(visits: Vec<Visit>) -> Vec<(String, Duration)> {
    let mut by_page: BTreeMap<String, Vec<Duration>> = BTreeMap::new();
    for visit in visits {
        by_page.entry(visit.pattern).or_default().extend(visit.took);
    }
    let mut pages: Vec<(String, Duration)> = by_page
        .into_iter()
        .filter(|(_, times)| times.len() >= FEW)
        .map(|(pattern, mut times)| (pattern, percentile(&mut times, 99)))
        .collect();
    pages.sort_by_key(|(_, p99)| std::cmp::Reverse(*p99));
    pages
}
