//! Processor time: ours, and that of the database's server processes. On a machine that others
//! use as well it says more than the clock on the wall.

use std::time::Duration;

use postgres::Client;
use postgres::NoTls;

use crate::failure::Failure;

/// Clock ticks of `/proc/PID/stat` a second: fixed by the kernel's interface to programs.
const TICKS_A_SECOND: u64 = 100;

/// Processor time spent, in user and kernel mode.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProcessorTime {
    /// By this program.
    pub(crate) ours: Duration,
    /// By the database's processes, those that serve connections and those that write behind them.
    pub(crate) database: Duration,
}

impl ProcessorTime {
    /// So far. Processes that have ended are not counted: connections of the pool stay.
    pub(crate) fn read(superuser: &str) -> Result<ProcessorTime, Failure> {
        let mut client = Client::connect(superuser, NoTls)?;
        let pids = client.query(
            "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
            &[],
        )?;
        let mut database = 0_u64;
        for row in &pids {
            let pid: i32 = row.try_get(0)?;
            database = database.saturating_add(ticks(&pid.to_string()).unwrap_or(0));
        }
        Ok(ProcessorTime {
            ours: ours(),
            database: duration(database),
        })
    }

    /// Both together.
    pub(crate) const fn and(self, other: ProcessorTime) -> ProcessorTime {
        ProcessorTime {
            ours: self.ours.saturating_add(other.ours),
            database: self.database.saturating_add(other.database),
        }
    }

    /// What each of `count` took, ours + the database's.
    pub(crate) fn for_each(self, count: usize) -> String {
        format!(
            "{} + {} µs",
            each(self.ours, count),
            each(self.database, count)
        )
    }

    /// Since `before`.
    pub(crate) const fn since(self, before: ProcessorTime) -> ProcessorTime {
        ProcessorTime {
            ours: self.ours.saturating_sub(before.ours),
            database: self.database.saturating_sub(before.database),
        }
    }
}

/// Processor time of this program alone so far, to a hundredth of a second.
pub(crate) fn ours() -> Duration {
    duration(ticks("self").unwrap_or(0))
}

fn duration(ticks: u64) -> Duration {
    Duration::from_millis(ticks.saturating_mul(1_000) / TICKS_A_SECOND)
}

/// Fields 14 and 15 of `/proc/PID/stat`; the second field is a name in brackets that may hold
/// blanks.
fn ticks(pid: &str) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = stat.rsplit_once(") ")?;
    let mut fields = after.split(' ').skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let kernel: u64 = fields.next()?.parse().ok()?;
    user.checked_add(kernel)
}

/// Microseconds each, with a tenth.
fn each(time: Duration, count: usize) -> String {
    let tenths = time
        .saturating_mul(10)
        .as_micros()
        .checked_div(u128::try_from(count).unwrap_or(0))
        .unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}
