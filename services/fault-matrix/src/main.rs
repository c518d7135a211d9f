//! The fault matrix of a settlement run. Started by `ops/faults`.
//!
//! A run is played once without faults through the executables `platform run-job …`, a process for
//! each job, and `sandbox-bank`, with a gate before the database and one before the bank. The gates see each
//! statement and each message: these are the boundaries, found from outside and never named in the
//! code. Then each boundary is a point: the run is taken up again from the state before the job in
//! which it lies, somebody is killed there, and the run goes on without faults to its end, in one
//! process that is started after the fault. It has to come to the same [outcome] as the one without faults.

mod arguments;
mod bank_gate;
mod cast;
mod cluster;
mod days;
mod earlier_default;
mod failure;
mod fault;
mod hands;
mod http_wire;
mod inside;
mod matrix;
mod opening;
mod outcome;
mod play;
mod points;
mod program;
mod restarted;
mod sandbox;
mod stage;
mod statement_gate;
mod table;
mod tell;
mod theatre;
mod wire;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::fault::Point;
use crate::matrix::Expected;
use crate::opening::Opened;
use crate::tell::say;
use crate::tell::tell;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(failure) => {
            tell(&format!("fault-matrix: {failure}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let opened = opening::open(arguments)?;
    let points = if arguments.plant {
        points::planted(&opened.expected.invocations)
    } else {
        chosen(arguments, opened.points())
    };
    let expected = &opened.expected;
    tell(&format!(
        "the run without faults: {} invocations of jobs, {} facts, digest {}",
        expected.invocations.len(),
        expected.outcome.facts(),
        expected.outcome.digest()
    ));
    if arguments.list {
        for point in &points {
            say(&format!(
                "{}: {}",
                label(expected, point),
                point.fault.words()
            ));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let so_far = arguments.data.join("matrix.md");
    let tried = matrix::attempt(&opened.theatres, expected, &points, &so_far)?;
    say(&tried.table.markdown());
    for words in &tried.differing {
        say(&format!("different: {words}"));
    }
    for words in &tried.not_met {
        say(&format!("not met again: {words}"));
    }
    let (sum, equal) = tried.table.sums();
    let differences = sum.saturating_sub(equal);
    say(&format!(
        "points tried {sum}, outcomes equal {equal}, differences {differences}"
    ));
    let is_whole = sum > 0 && tried.not_met.is_empty();
    Ok(ExitCode::from(u8::from(differences > 0 || !is_whole)))
}

fn label(expected: &Expected, point: &Point) -> String {
    let invocation = expected.invocations.get(point.invocation);
    invocation
        .map(|one| one.position.label())
        .unwrap_or_default()
}

fn chosen(arguments: &Arguments, points: Vec<Point>) -> Vec<Point> {
    let all = points.len();
    let is_meant = |point: &Point| match &arguments.only {
        Some(only) => point.fault.words().contains(only.as_str()),
        None => true,
    };
    // One of each group, another place in each: a boundary has a handful of points in a fixed
    // order, and always the same of them would be the same fault everywhere.
    let every = arguments.every.max(1);
    let group = |place: usize| place.checked_div(every).unwrap_or(0);
    let has_turn = |place: usize| place.checked_rem(every) == group(place).checked_rem(every);
    let chosen: Vec<Point> = points
        .into_iter()
        .filter(is_meant)
        .enumerate()
        .filter(|(place, _)| has_turn(*place))
        .map(|(_, point)| point)
        .skip(arguments.from.saturating_sub(1))
        .collect();
    tell(&format!("{} of {all} points", chosen.len()));
    chosen
}

impl Opened {
    fn points(&self) -> Vec<Point> {
        points::all(&self.expected.invocations, &self.again, &self.accounts)
    }
}
