//! The order of a run, and which figure is held against which budget of design.md section 8.

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::app::AppConfig;
use ledger_app::app::PlatformSecrets;
use ledger_app::open_book;
use ledger_core::calendar_year::CalendarYear;
use ledger_store::unit_of_work::StoreConfig;
use std::time::Duration;

use crate::arguments::Arguments;
use crate::arguments::Part;
use crate::cast::Actor;
use crate::cast::Cast;
use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::Table;
use crate::figures::grouped;
use crate::figures::rate;
use crate::growth::Growth;
use crate::issuing;
use crate::raw_limits;
use crate::raw_limits::RawLimits;
use crate::signed_entries::papers;
use crate::tell;

/// The first business date: a Monday.
const OPENING: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
/// The papers of ten leaves fall due first, a Wednesday,
pub(crate) const TEN_LEAVES_DUE: NaiveDate = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
/// then the large one,
pub(crate) const LARGE_DUE: NaiveDate = NaiveDate::from_ymd_opt(2026, 8, 5).unwrap();
/// and everything else after the run.
pub(crate) const LATER_DUE: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();

/// Face of the papers that are cut a yuan at a time, and of the large one, in fen.
pub(crate) const LONG_FACE: i64 = 10_000_000_000;
pub(crate) const LARGE_FACE: i64 = 1 << 36;

/// Connections of the measures that have many clients.
const POOL: u32 = 40;

/// Fragments that take turns in the measures of transfers.
pub(crate) const TURNS: usize = 4_000;

pub(crate) struct Bench<'a> {
    pub(crate) arguments: &'a Arguments,
    pub(crate) app: App,
    pub(crate) cast: Cast,
    pub(crate) raw: RawLimits,
    pub(crate) table: &'a mut Table,
}

/// Runs everything; what was measured before a failure is in the table.
pub(crate) fn all(arguments: &Arguments, table: &mut Table) -> Result<(), Failure> {
    let raw = if arguments.only.is_none() {
        tell("raw limits …");
        raw_limits::measure(arguments)?
    } else {
        RawLimits::unmeasured()
    };
    ledger_store::migrations::run(&arguments.owner)?;
    let app = open(arguments, patient(arguments))?;
    app.store.write(|tx| tx.business_date_advance(OPENING))?;
    open_book::run(&app)?;
    tell("parties and keys …");
    let cast = Cast::enrol(&app, arguments.holders())?;
    let mut bench = Bench {
        arguments,
        app,
        cast,
        raw,
        table,
    };
    if arguments.only.is_none() {
        bench.raw_lines();
    }
    if arguments.wants(Part::Issuing) {
        bench.issuing()?;
    }
    if arguments.wants_growth() {
        bench.ten_leaves()?;
    }
    if arguments.wants(Part::Transfers) {
        bench.transfers()?;
    }
    if arguments.wants_growth() {
        bench.growth()?;
    }
    if arguments.wants(Part::Portal) {
        bench.portal()?;
    }
    if arguments.wants(Part::Settlement) {
        bench.verifying()?;
        bench.settling()?;
    }
    Ok(())
}

/// A store for many clients that wait as long as it takes.
fn patient(arguments: &Arguments) -> StoreConfig {
    let mut store = StoreConfig::new(&arguments.application);
    store.pool_size = POOL;
    store.connection_wait = Duration::from_secs(60);
    store.statement_timeout = Duration::from_secs(600);
    store.idle_in_transaction_timeout = Duration::from_secs(600);
    store
}

/// Opens the platform on this store.
pub(crate) fn open(arguments: &Arguments, store: StoreConfig) -> Result<App, Failure> {
    let mut calendars = Vec::new();
    for file in std::fs::read_dir(&arguments.calendars)? {
        let text = std::fs::read_to_string(file?.path())?;
        calendars.push(CalendarYear::parse(&text).map_err(|e| lost(e.to_string()))?);
    }
    Ok(App::open(AppConfig {
        store,
        secrets: PlatformSecrets {
            recorder_seed: [1; 32],
            public_id_key: [2; 32],
            serial_key: [3; 32],
            webhook_key: [10; 32],
        },
        origin: "bench.example/book-1".to_owned(),
        calendars,
        calendar: "CN".to_owned(),
    })?)
}

pub(crate) fn at_least(figure: u64, budget: u64) -> bool {
    figure >= budget
}

impl Bench<'_> {
    fn raw_lines(&mut self) {
        let raw = self.raw;
        let line = |what: &str, figure: u64| (what.to_owned(), format!("{} /s", grouped(figure)));
        for (what, figure) in [
            line("raw: 8 kB written and fdatasync", raw.fsyncs),
            line(
                "raw: COPY BINARY, rows into a table with two indexes",
                raw.copied_rows,
            ),
            line(
                "raw: Ed25519 checks by ring, one core",
                raw.signature_checks,
            ),
            line(
                "raw: our own lean SQL ledger (not pgledger: README-figures), one call a transfer, best of 1/8/32",
                raw.sql_ledger,
            ),
        ] {
            self.table.note(what, figure);
        }
        let tpc_b = raw.tpc_b.map_or("pgbench not found".to_owned(), |n| {
            format!("{} /s", grouped(n))
        });
        self.table.note("raw: pgbench TPC-B, best of 1/8/32", tpc_b);
    }

    fn issuing(&mut self) -> Result<(), Failure> {
        tell("payables to papers …");
        let count = self.arguments.payables();
        let done = issuing::measure(&self.app, &self.cast, count, LATER_DUE)?;
        let all = done
            .import
            .saturating_add(done.propose)
            .saturating_add(done.approve);
        let per_second = rate(done.papers, all);
        self.table.held(
            format!(
                "payables to issued, signed papers ({})",
                grouped(u64::try_from(count).unwrap_or(0))
            ),
            format!("{} /s", grouped(per_second)),
            "≥ 15,000 /s",
            at_least(per_second, 15_000),
        );
        for (what, took) in [
            ("… rows into payables", done.import),
            ("… proposed by the maker", done.propose),
            ("… approved by the checker", done.approve),
        ] {
            self.table
                .note(what, format!("{} /s", grouped(rate(done.papers, took))));
        }
        Ok(())
    }

    fn ten_leaves(&mut self) -> Result<(), Failure> {
        tell("papers of ten leaves …");
        let count = self.arguments.ten_leaf_papers();
        let payees: Vec<&Actor> = self.cast.suppliers.iter().cycle().take(count).collect();
        let held = papers(
            &self.app,
            &self.cast,
            &payees,
            1_000_000,
            (TEN_LEAVES_DUE, 1),
        )?;
        let leaves = held.len().saturating_mul(10);
        Growth::new(&self.app, &self.arguments.superuser, &self.cast, held).until(leaves)?;
        Ok(())
    }
}

pub(crate) fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
