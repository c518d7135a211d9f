//! The lines of the report about the portal's pages.

use std::time::Duration;

use ledger_store::unit_of_work::StoreConfig;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::figures::grouped;
use crate::figures::ms;
use crate::portal;
use crate::portal::Ground;
use crate::portal::PEOPLE;
use crate::run;
use crate::run::Bench;

/// A store as the server opens it.
fn served(arguments: &Arguments) -> StoreConfig {
    let mut store = StoreConfig::new(&arguments.application);
    store.pool_size = 12;
    store
}

/// How many pages are named.
const NAMED: usize = 5;

/// Statements a page may take.
const MOST_STATEMENTS: usize = 10;

impl Bench<'_> {
    pub(crate) fn portal(&mut self) -> Result<(), Failure> {
        let arguments = self.arguments;
        let (_, _, fragments) = arguments.fragment_marks();
        let measured = portal::measure(&Ground {
            open: &|| run::open(arguments, served(arguments)),
            cast: &self.cast,
            superuser: &arguments.superuser,
            audit: &arguments.audit,
            data: &arguments.data,
            server_log: &arguments.server_log,
            lasting: arguments.time(),
        })?;
        let count = |n: usize| grouped(u64::try_from(n).unwrap_or(0));
        let paced = measured.paced;
        self.table.held(
            format!(
                "portal at {} live fragments: {PEOPLE} people open a page every two seconds, {} \
                 different ones",
                count(fragments),
                measured.patterns
            ),
            format!(
                "{} visits, {} turned away, p50 {}, p99 {}",
                count(paced.visits),
                count(paced.turned_away),
                ms(paced.p50),
                ms(paced.p99)
            ),
            "p99 ≤ 100 ms, none turned away",
            paced.p99 <= Duration::from_millis(100) && paced.turned_away == 0,
        );
        if !measured.faults.is_empty() {
            let pages: Vec<String> = measured.faults.into_iter().collect();
            let none = "none".to_owned();
            self.table
                .held("… pages that fail", pages.join("; "), none, false);
        }
        let slowest = measured.slowest.iter().take(NAMED);
        let slowest = slowest.map(|(page, p99)| format!("{page} {}", ms(*p99)));
        self.table.note(
            "… the slowest pages, p99 of each",
            slowest.collect::<Vec<_>>().join("; "),
        );
        self.table.note(
            "… each page at once after the one before",
            format!(
                "{} pages /s, {} turned away, p50 {}, p99 {}",
                grouped(measured.per_second),
                count(measured.unpaced.turned_away),
                ms(measured.unpaced.p50),
                ms(measured.unpaced.p99)
            ),
        );
        let most = measured.statements.iter().take(NAMED);
        let most = most.map(|(page, statements)| format!("{page} {statements}"));
        let over = measured.statements.iter();
        let over = over.filter(|(_, statements)| *statements > MOST_STATEMENTS);
        let over = over.count();
        self.table.held(
            "statements a page, sign-in included, without the frames of units of work",
            format!(
                "{over} of {} pages take more than {MOST_STATEMENTS}; most: {}",
                measured.statements.len(),
                most.collect::<Vec<_>>().join("; ")
            ),
            format!("≤ {MOST_STATEMENTS} each"),
            over == 0,
        );
        Ok(())
    }
}
