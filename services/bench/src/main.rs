//! Measures the product on one machine in one run, next to the raw limits of that machine. Started
//! by `ops/bench`. What each line measures is said in the module that measures it.

mod arguments;
mod cast;
mod failure;
mod figures;
mod growth;
mod issuing;
mod portal;
mod processor_time;
mod raw_limits;
mod run;
mod run_growth;
mod run_portal;
mod run_settling;
mod run_transfers;
mod settling;
mod signed_entries;
mod sizes;
mod tracing_back;
mod transfers;
mod verifying;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::figures::Table;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut table = Table::default();
    let outcome = run::all(&arguments, &mut table);
    say(&table.markdown());
    if let Err(failure) = outcome {
        tell(&format!("bench: {failure}"));
        return ExitCode::from(2);
    }
    let missed = table.missed();
    for line in &missed {
        tell(&format!("missed: {line}"));
    }
    ExitCode::from(u8::from(arguments.check && !missed.is_empty()))
}

/// The result, on standard output.
fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody listens any more: nothing to be done about it.
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Progress and misses, on standard error.
pub(crate) fn tell(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{text}");
}
