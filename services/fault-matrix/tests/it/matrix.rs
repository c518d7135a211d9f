//! A part of the matrix on servers of its own. `ops/faults` tries all of it.

use std::os::unix::fs::MetadataExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::process::Output;

use postgres::Client;
use postgres::NoTls;

/// Which part of all points this tries: some thirty of eight thousand.
const EVERY: &str = "251";

/// The folder of the executables: all of them are built beside this one.
fn programs() -> &'static Path {
    let own = Path::new(env!("CARGO_BIN_EXE_fault-matrix"));
    let folder = own.parent().unwrap();
    for name in ["platform", "sandbox-bank"] {
        assert!(
            folder.join(name).exists(),
            "{name} is missing: build the whole workspace (cargo nextest run --workspace)"
        );
    }
    folder
}

/// Where the unit-test cluster's programs are, and whose its data folder is: that account may run
/// servers.
fn server() -> (String, String) {
    let url = std::env::var(testkit::database::CLUSTER_VARIABLE).expect("the unit-test cluster");
    let mut client = Client::connect(&url, NoTls).unwrap();
    let mut ask = |query: &str| -> String { client.query_one(query, &[]).unwrap().get(0) };
    let programs = ask("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    let data = ask("SELECT current_setting('data_directory')");
    let owner = std::fs::metadata(data).unwrap();
    (programs, format!("{}:{}", owner.uid(), owner.gid()))
}

fn try_points(arguments: &[&str]) -> (Output, String) {
    let (postgres, account) = server();
    let data = tempfile::tempdir().unwrap();
    // The server's account has to get in.
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fault-matrix"));
    command
        .arg("--programs")
        .arg(programs())
        .args(["--postgres", &postgres])
        .arg("--data")
        .arg(data.path())
        .args(arguments);
    let own = std::fs::metadata(data.path()).unwrap().uid();
    if own == 0 {
        command.args(["--account", &account]);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = said.lines().last().unwrap_or_default().to_owned();
    (output, last)
}

#[test]
fn whoever_is_killed_on_the_way_the_settlement_comes_to_the_same() {
    let (output, last) = try_points(&["--every", EVERY, "--workers", "1"]);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{last}\n{complained}");
    assert!(last.ends_with(", differences 0"), "{last}");
    let tried = last.strip_prefix("points tried ").unwrap();
    let tried: usize = tried.split(',').next().unwrap().parse().unwrap();
    assert!(tried >= 20, "{last}");
}

#[test]
fn a_planted_order_under_other_ids_is_found_as_credits_twice() {
    let (output, last) = try_points(&["--plant", "--workers", "1"]);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{last}\n{complained}");
    assert_eq!(last, "points tried 5, outcomes equal 0, differences 5");
    assert!(complained.contains("+ booked: "), "{complained}");
}
