//! The rules of the house, held against the workspace as it is.
//!
//! Each rule is a function over data that hands back the violations in words; beside each stands a
//! test that plants a violation and sees it found.

mod crypto;
mod floors;
mod licences;
mod shape;
mod sources;
mod use_cases;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::database::workspace;

/// What `cargo metadata` says, with or without the packages from the registry.
fn metadata(arguments: &[&str]) -> serde_json::Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_unset| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(arguments)
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// All Rust files below `folder`, as paths below the workspace, in order.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The source files of all rooms (not their tests) with their text.
fn sources() -> Vec<sources::Source> {
    let root = workspace();
    let mut rooms = vec![root.join("ledger-core/src"), root.join("web-ui/src")];
    for entry in fs::read_dir(root.join("services")).unwrap() {
        rooms.push(entry.unwrap().path().join("src"));
    }
    rooms
        .iter()
        .flat_map(|room| rust_files(room))
        .map(|path| sources::Source {
            text: fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .into_owned(),
        })
        .collect()
}

/// Stops the test with every violation on a line of its own.
#[track_caller]
fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn arrows_point_down_and_never_in_a_circle() {
    let rooms = floors::rooms(&metadata(&["--no-deps"]));
    assert!(
        rooms.len() >= floors::ALLOWED.len(),
        "metadata lists the rooms"
    );
    none(&floors::arrows(&rooms));
    none(&floors::circles(&rooms));
}

#[test]
fn each_driver_has_its_rooms_and_the_law_has_none() {
    let rooms = floors::rooms(&metadata(&["--no-deps"]));
    none(&floors::drivers(&rooms));
    none(&floors::law(&rooms));
}

#[test]
fn the_law_knows_no_clock_files_or_environment() {
    let all = sources();
    let law = all
        .iter()
        .filter(|source| source.path.starts_with("ledger-core/"));
    none(&law.flat_map(sources::worldly).collect::<Vec<_>>());
}

#[test]
fn sources_have_shape() {
    let all = sources();
    assert!(!all.is_empty());
    none(
        &all.iter()
            .flat_map(sources::lib_holds_more)
            .collect::<Vec<_>>(),
    );
    none(&all.iter().flat_map(sources::vague_name).collect::<Vec<_>>());
    none(&all.iter().flat_map(sources::too_long).collect::<Vec<_>>());
}

#[test]
fn use_cases_do_not_call_use_cases() {
    let all = sources();
    let entrances = use_cases::entrances(&all);
    assert!(
        entrances.len() > 40,
        "the use cases are found: {entrances:?}"
    );
    none(&use_cases::calls(&all, &entrances));
}

#[test]
fn the_top_level_is_as_given() {
    let entries: Vec<String> = fs::read_dir(workspace())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    none(&shape::top_level(&entries));
}

#[test]
fn every_package_has_a_licence_we_can_ship() {
    let all = metadata(&["--all-features"]);
    let packages = licences::packages(&all);
    assert!(
        packages.len() > 100,
        "metadata lists the packages: {}",
        packages.len()
    );
    none(&licences::refused(&packages));
}

#[test]
fn one_crypto_stack() {
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    none(&crypto::second_stacks(&lock));
    assert!(lock.contains("name = \"ring\""), "the one stack is ring");
    none(&crypto::curve_users(&lock));
    let all = sources();
    none(
        &all.iter()
            .filter_map(crypto::curve_used)
            .collect::<Vec<_>>(),
    );
}
