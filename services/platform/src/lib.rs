//! The roof: puts the doors together and serves them. Its one executable has the roles as
//! sub-commands ([`program`]); tests that try the whole site mount [`doors`] as the executable does.

mod calendars;
mod circle;
mod command_line;
pub mod config;
mod demo;
mod demo_cast;
mod demo_chain;
mod demo_desks;
mod demo_history;
mod demo_people;
mod demo_trade;
pub mod doors;
mod export;
pub mod failure;
pub mod job_runner;
pub mod open;
pub mod program;
mod run_job;
mod sandbox;
mod secrets;
mod serve;
mod telemetry;
mod verify;
