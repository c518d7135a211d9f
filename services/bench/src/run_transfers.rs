//! The lines of the report about split-transfers.

use std::time::Duration;

use crate::cast::Actor;
use crate::failure::Failure;
use crate::figures::grouped;
use crate::figures::hundredths;
use crate::figures::ms;
use crate::figures::times;
use crate::run::Bench;
use crate::run::LATER_DUE;
use crate::run::LONG_FACE;
use crate::run::TURNS;
use crate::run::at_least;
use crate::signed_entries::papers;
use crate::sizes::Grown;
use crate::sizes::HeldProjection;
use crate::sizes::Sizes;
use crate::tell;
use crate::transfers::Batch;
use crate::transfers::Batched;
use crate::transfers::Transfers;

impl Bench<'_> {
    pub(crate) fn transfers(&mut self) -> Result<(), Failure> {
        tell("transfers …");
        let payees: Vec<&Actor> = self.cast.suppliers.iter().cycle().take(TURNS).collect();
        let held = papers(
            &self.app,
            &self.cast,
            &payees,
            LONG_FACE,
            (LATER_DUE, 500_000),
        )?;
        let app = self.app.clone();
        let mut transfers = Transfers::new(&app, &self.arguments.superuser, &self.cast, held)?;
        let mut lines = Vec::new();
        for clients in [1, 8, 32] {
            let offers = self.arguments.offers() / 20;
            let (per_second, p50, p99) = transfers.one_at_a_time(clients, offers.min(TURNS))?;
            let what = format!("transfer use case, one at a time, {clients} clients");
            lines.push((
                what,
                format!(
                    "{} /s, p50 {}, p99 {}",
                    grouped(per_second),
                    ms(p50),
                    ms(p99)
                ),
            ));
        }
        let whole = Batch {
            bundle: 1_000,
            clients: 3,
            pace: None,
            business: true,
        };
        let business = transfers.batched(whole, self.arguments.offers())?;
        let ledger_only = Batch {
            business: false,
            ..whole
        };
        let ledger = transfers.batched(ledger_only, self.arguments.offers())?;
        let (grown, followed) = self.bytes(&mut transfers, ledger_only)?;
        let small = Batch {
            bundle: 50,
            clients: 8,
            ..whole
        };
        let half = (business.per_second / 2).max(1);
        let pace = Duration::from_micros(50_000_000_u64.checked_div(half).unwrap_or(1));
        let paced = Batch {
            pace: Some(pace),
            ..small
        };
        let latency = transfers.batched(paced, self.arguments.offers().min(40_000))?;
        for (what, figure) in lines {
            self.table.note(what, figure);
        }
        self.transfer_lines(business, ledger, latency);
        self.bytes_lines(grown, followed);
        Ok(())
    }

    fn bytes_lines(&mut self, grown: Grown, followed: i64) {
        self.table.held(
            "journal on disk an entry, all indexes (ledger alone)",
            format!("{} bytes", grown.journal),
            "≤ 300 bytes",
            grown.journal <= 300,
        );
        self.table.held(
            "write-ahead log an entry: what posting writes (ledger alone)",
            format!("{} bytes", grown.wal),
            "≤ 600 bytes",
            grown.wal <= 600,
        );
        self.table.note(
            "… and what the projection of live fragments writes behind it",
            format!("{followed} bytes"),
        );
    }

    /// Bytes an entry that posting writes, and those that the projection adds to the write-ahead
    /// log when it follows.
    fn bytes(&self, transfers: &mut Transfers<'_>, batch: Batch) -> Result<(Grown, i64), Failure> {
        let superuser = &self.arguments.superuser;
        let held = HeldProjection::hold(superuser)?;
        let before = Sizes::read(superuser)?;
        transfers.batched(batch, self.arguments.offers().min(20_000))?;
        let posted = Sizes::read(superuser)?;
        held.release()?;
        let followed = Sizes::read(superuser)?;
        let grown = posted.since(&before);
        let in_all = followed.since(&before);
        Ok((grown, in_all.wal.saturating_sub(grown.wal)))
    }

    fn transfer_lines(&mut self, business: Batched, ledger: Batched, latency: Batched) {
        let raw = self.raw;
        self.table.note(
            "signed split-transfers, bundles of 1,000, with invoices and letters",
            format!("{} /s", grouped(business.per_second)),
        );
        self.table.note(
            "the same, the ledger alone",
            format!("{} /s", grouped(ledger.per_second)),
        );
        self.table.note(
            "… in processor time an entry, ours + the database's",
            format!(
                "{} (ledger alone {})",
                business.processor.for_each(business.offers),
                ledger.processor.for_each(ledger.offers),
            ),
        );
        let mut against = vec![
            ("our own lean SQL ledger", raw.sql_ledger, 2_500),
            ("COPY rows", raw.copied_rows, 25),
        ];
        against.extend(raw.tpc_b.map(|tpc_b| ("pgbench TPC-B", tpc_b, 800)));
        for (what, limit, budget) in against {
            let (own, alone) = (
                hundredths(business.per_second, limit),
                hundredths(ledger.per_second, limit),
            );
            self.table.held(
                format!("split-transfers over {what}"),
                format!("{} × (ledger alone {} ×)", times(own), times(alone)),
                format!("≥ {} ×", times(budget)),
                at_least(own, budget),
            );
        }
        self.table.held(
            "a bundle of 50 with invoices and letters at half of that load",
            format!(
                "{} /s, p50 {}, p99 {}",
                grouped(latency.per_second),
                ms(latency.p50),
                ms(latency.p99)
            ),
            "p99 ≤ 30 ms",
            latency.p99 <= Duration::from_millis(30),
        );
    }
}
