//! The stories, played through the public interfaces each against a freshly started demo.

use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use testkit::database::TestDatabase;
use testkit::database::workspace;

/// A program of the workspace, built beside this one.
pub(crate) fn program(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_platform")).with_file_name(name);
    assert!(
        path.exists(),
        "{} is missing: build the whole workspace (cargo nextest run --workspace)",
        path.display()
    );
    path
}

/// Socket folder and name of a test database, from its address
/// `postgresql://role@%2Fsocket%2Ffolder:5432/name`.
pub(crate) fn place(database: &TestDatabase) -> (String, String) {
    let url = database.url_owner();
    let host = url
        .split('@')
        .nth(1)
        .and_then(|rest| rest.split([':', '/']).next());
    let folder = host
        .expect("a host")
        .replace("%2f", "/")
        .replace("%2F", "/");
    assert!(Path::new(&folder).is_dir(), "no socket folder in {url}");
    (folder, database.name().to_owned())
}

#[test]
fn the_main_line_holds_to_its_last_line() {
    play("main-line");
}

#[test]
fn a_used_document_is_refused_to_the_last_cent() {
    play("document-used");
}

#[test]
fn money_comes_to_holders_in_every_way_and_each_ends_as_the_rules_say() {
    play("financing");
}

#[test]
fn what_befalls_a_paper_leaves_every_cent_accounted_for() {
    play("events");
}

#[test]
fn what_comes_short_and_late_is_shared_to_the_cent_and_two_people_find_it_cured() {
    play("default");
}

/// Plays a story on a database and a demo of its own.
#[track_caller]
fn play(story: &str) {
    let database = TestDatabase::fresh();
    let (socket, name) = place(&database);
    let data = tempfile::tempdir().unwrap();
    program("story-player");
    program("sandbox-mailbox");
    let output = Command::new(env!("CARGO_BIN_EXE_platform"))
        .arg("demo")
        .args(["--data", data.path().to_str().unwrap()])
        .args(["--socket", &socket, "--database", &name])
        .args(["--sandbox-bank", program("sandbox-bank").to_str().unwrap()])
        .arg("--story")
        .arg(workspace().join(format!("fixtures/scenarios/{story}.toml")))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}\n{complained}");
}
