//! The roof: one executable, its roles as sub-commands.

mod calendars;
mod command_line;
mod config;
mod demo;
mod demo_cast;
mod demo_chain;
mod demo_history;
mod demo_people;
mod demo_trade;
mod doors;
mod export;
mod failure;
mod job_runner;
mod open;
mod run_job;
mod sandbox;
mod secrets;
mod serve;
mod telemetry;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::command_line::Command;
use crate::command_line::CommandLine;
use crate::failure::Failure;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    telemetry::start(command_line.verbose);
    match run(command_line.command) {
        Ok(code) => code,
        Err(failure) => {
            tracing::error!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Migrate { config } => open::migrate(&config::read(&config)?),
        Command::Serve { config } => serve::run(&config::read(&config)?),
        Command::Found {
            config,
            organisation,
            name,
            email,
        } => open::found(&config::read(&config)?, &organisation, &name, &email),
        Command::RunJob { config, job, date } => run_job::run(&config::read(&config)?, &job, date),
        Command::Export { config, out } => export::run(&config::read(&config)?, &out),
        Command::Verify { key, file } => verify::run(&key, &file),
        Command::Demo(demo) => demo::run(&demo),
    }
}
