//! Child processes: ready, late, dead, and gone with their value.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use testkit::process::{Process, ProcessError, free_port};

const ENOUGH: Duration = Duration::from_secs(30);

/// A shell that runs `script`.
fn shell(script: &str) -> Process {
    Process::program("sh", &["-c", script], &[("GREETING", "ready on 7")]).unwrap()
}

#[test]
fn a_ready_line_is_found_with_what_it_says() {
    let mut child = shell("echo starting; echo \"$GREETING\" >&2; exec sleep 60");
    let number = child
        .wait_for_line(ENOUGH, |line| {
            line.strip_prefix("ready on ")?.parse::<u16>().ok()
        })
        .unwrap();
    assert_eq!(number, 7);
    assert!(child.said().contains("ready on 7"));
}

#[test]
fn a_child_that_dies_first_is_reported_with_its_words() {
    let mut child = shell("echo no database >&2; exit 3");
    child.wait_for_end(ENOUGH).unwrap();
    let port = free_port().unwrap();
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let error = child.wait_for_port(ENOUGH, nowhere).unwrap_err();
    assert!(matches!(error, ProcessError::Ended { .. }), "{error}");
}

#[test]
fn a_child_that_never_gets_ready_is_late_and_killed_with_its_value() {
    let mut child = shell("exec sleep 600");
    let error = child
        .wait_for_line(Duration::ZERO, |_line| None::<()>)
        .unwrap_err();
    assert!(matches!(error, ProcessError::Late { .. }), "{error}");
    let folder = format!("/proc/{}", child.id());
    assert!(Path::new(&folder).exists());
    drop(child);
    assert!(!Path::new(&folder).exists());
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let error = Process::program("/no/such/program", &["x"], &[]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("/no/such/program could not be started")
    );
}
