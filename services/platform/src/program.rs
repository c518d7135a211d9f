//! From the command line to what is to be done.

use std::process::ExitCode;

use clap::Parser;

use crate::circle;
use crate::command_line::Command;
use crate::command_line::CommandLine;
use crate::config;
use crate::demo;
use crate::export;
use crate::failure::Failure;
use crate::open;
use crate::run_job;
use crate::serve;
use crate::telemetry;
use crate::verify;

/// Does what the command line says; a failure is logged and becomes the exit code.
#[must_use]
pub fn main() -> ExitCode {
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
        Command::RunJobs { config } => run_job::run_asked(&config::read(&config)?),
        Command::Export { config, out } => export::run(&config::read(&config)?, &out),
        Command::SupervisorFile { config, date, out } => {
            export::supervisor_file(&config::read(&config)?, date, &out)
        }
        Command::Verify { key, file } => verify::run(&key, &file),
        Command::PeerKey { config } => circle::print_key(&config::read(&config)?),
        Command::Demo(demo) => demo::run(&demo),
    }
}
