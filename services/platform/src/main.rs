//! The roof: one executable, its roles as sub-commands.

use std::process::ExitCode;

fn main() -> ExitCode {
    platform::program::main()
}
