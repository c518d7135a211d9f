//! Which room may know which. The floors are those of the picture in README.md.

use std::collections::BTreeMap;

/// A package of ours with what its Cargo.toml asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    /// The package's name.
    pub(crate) name: String,
    /// Every dependency of every kind.
    pub(crate) needs: Vec<Need>,
}

/// One line of a dependency table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    /// The package asked for.
    pub(crate) name: String,
    /// True for a dev-dependency.
    pub(crate) dev: bool,
    /// True for a package of this workspace.
    pub(crate) ours: bool,
}

/// Each room with the rooms it may know outside its tests. The floor is the number in front; a
/// room's tests may also know any room on a lower floor.
pub(crate) const ALLOWED: &[(u8, &str, &[&str])] = &[
    (1, "ledger-core", &[]),
    (2, "ledger-store", &["ledger-core"]),
    (2, "payable-files", &["ledger-core"]),
    (2, "invoice-files", &["ledger-core"]),
    (3, "ledger-app", &["ledger-store", "ledger-core"]),
    (
        4,
        "http-support",
        &["payable-files", "ledger-app", "ledger-core"],
    ),
    (4, "notices", &["ledger-app", "ledger-core"]),
    (4, "bank-channel", &["ledger-app", "ledger-core"]),
    (4, "document-contents", &["ledger-app"]),
    (4, "webhook-courier", &["ledger-app"]),
    (
        5,
        "invoice-circle",
        &["http-support", "ledger-app", "ledger-core"],
    ),
    (
        5,
        "finance-api",
        &[
            "http-support",
            "invoice-files",
            "payable-files",
            "ledger-app",
            "ledger-core",
        ],
    ),
    (
        5,
        "web-ui",
        &[
            "http-support",
            "invoice-files",
            "payable-files",
            "ledger-app",
            "ledger-core",
        ],
    ),
    (5, "audit-reports", &["ledger-core"]),
    (
        5,
        "scheduler",
        &[
            "bank-channel",
            "notices",
            "webhook-courier",
            "ledger-app",
            "ledger-core",
        ],
    ),
    (
        6,
        "platform",
        &[
            "ledger-core",
            "ledger-store",
            "payable-files",
            "ledger-app",
            "http-support",
            "notices",
            "bank-channel",
            "document-contents",
            "invoice-circle",
            "webhook-courier",
            "finance-api",
            "web-ui",
            "audit-reports",
            "scheduler",
        ],
    ),
    // Measures the house from outside; opens its doors as the roof does.
    (
        7,
        "bench",
        &[
            "platform",
            "web-ui",
            "ledger-app",
            "ledger-store",
            "ledger-core",
        ],
    ),
    // Kills the house from outside; sets its stage through the use cases.
    (
        7,
        "fault-matrix",
        &["ledger-app", "ledger-store", "ledger-core"],
    ),
    // Beside the house, not in it.
    (7, "sandbox-bank", &[]),
    (7, "sandbox-mailbox", &[]),
    (7, "story-player", &["http-support", "ledger-core"]),
    (0, "testkit", &[]),
];

/// Each database driver with the rooms that may use it, in their tests or outside them. The tests
/// of any room may use `postgres`, to look behind the store's back.
const DRIVERS: &[(&str, &[&str])] = &[
    ("diesel", &["ledger-store"]),
    ("diesel_migrations", &["ledger-store"]),
    (
        "postgres",
        &[
            "audit-reports",
            "bench",
            "fault-matrix",
            "sandbox-bank",
            "testkit",
        ],
    ),
    ("tokio-postgres", &[]),
    ("sqlx", &[]),
];

/// What the law may not ask for: whoever brings async, SQL, a network, a clock or files.
const NOT_IN_THE_LAW: &[&str] = &[
    "actix-web",
    "async-trait",
    "config",
    "diesel",
    "futures",
    "futures-util",
    "hyper",
    "lettre",
    "postgres",
    "reqwest",
    "sqlx",
    "tempfile",
    "tokio",
    "tokio-postgres",
    "tracing-subscriber",
];

/// Our packages in the answer of `cargo metadata --no-deps`.
pub(crate) fn rooms(metadata: &serde_json::Value) -> Vec<Room> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    list(&metadata["packages"])
        .iter()
        .map(|package| Room {
            name: text(&package["name"]),
            needs: list(&package["dependencies"])
                .iter()
                .map(|need| Need {
                    name: text(&need["name"]),
                    dev: need["kind"] == "dev",
                    ours: need["path"].is_string(),
                })
                .collect(),
        })
        .collect()
}

/// Arrows between our rooms that the table does not allow.
pub(crate) fn arrows(rooms: &[Room]) -> Vec<String> {
    let floor = |name: &str| ALLOWED.iter().find(|(_, room, _)| *room == name);
    let mut wrong = Vec::new();
    for room in rooms {
        let Some((own_floor, _, allowed)) = floor(&room.name) else {
            wrong.push(format!(
                "{} has no floor: add it to the table in floors.rs",
                room.name
            ));
            continue;
        };
        for need in room.needs.iter().filter(|need| need.ours) {
            let below = floor(&need.name).is_some_and(|(floor, _, _)| floor < own_floor);
            let lawful = allowed.contains(&need.name.as_str())
                || (need.dev && (need.name == "testkit" || below));
            if !lawful || (need.name == "testkit" && !need.dev) {
                let kind = if need.dev { "its tests" } else { "it" };
                wrong.push(format!("{}: {kind} may not know {}", room.name, need.name));
            }
        }
    }
    wrong
}

/// Rooms that reach themselves outside their tests.
pub(crate) fn circles(rooms: &[Room]) -> Vec<String> {
    let knows: BTreeMap<&str, Vec<&str>> = rooms
        .iter()
        .map(|room| {
            let needs = room.needs.iter().filter(|need| need.ours && !need.dev);
            (
                room.name.as_str(),
                needs.map(|need| need.name.as_str()).collect(),
            )
        })
        .collect();
    let mut wrong = Vec::new();
    for room in knows.keys() {
        let mut open = knows.get(room).cloned().unwrap_or_default();
        let mut seen = Vec::new();
        while let Some(next) = open.pop() {
            if next == *room {
                wrong.push(format!("{room} reaches itself"));
                break;
            }
            if !seen.contains(&next) {
                seen.push(next);
                open.extend(knows.get(next).into_iter().flatten());
            }
        }
    }
    wrong
}

/// Database drivers in rooms that are not theirs.
pub(crate) fn drivers(rooms: &[Room]) -> Vec<String> {
    let mut wrong = Vec::new();
    for room in rooms {
        for need in &room.needs {
            let Some((driver, owners)) = DRIVERS.iter().find(|(driver, _)| *driver == need.name)
            else {
                continue;
            };
            let looking = *driver == "postgres" && need.dev;
            if !looking && !owners.contains(&room.name.as_str()) {
                wrong.push(format!("{} may not use {driver}", room.name));
            }
        }
    }
    wrong
}

/// What the law asks for and may not.
pub(crate) fn law(rooms: &[Room]) -> Vec<String> {
    rooms
        .iter()
        .filter(|room| room.name == "ledger-core")
        .flat_map(|room| &room.needs)
        .filter(|need| !need.dev && NOT_IN_THE_LAW.contains(&need.name.as_str()))
        .map(|need| format!("ledger-core may not ask for {}", need.name))
        .collect()
}

/// A room that needs one other package, for planting.
#[cfg(test)]
fn room(name: &str, need: &str, ours: bool, dev: bool) -> Room {
    Room {
        name: name.to_owned(),
        needs: vec![Need {
            name: need.to_owned(),
            dev,
            ours,
        }],
    }
}

#[test]
fn a_planted_arrow_is_found() {
    for (from, to, dev) in [
        ("ledger-core", "ledger-store", false),
        ("finance-api", "ledger-store", false),
        ("audit-reports", "ledger-app", false),
        ("platform", "sandbox-bank", false),
        ("sandbox-bank", "ledger-core", false),
        ("notices", "bank-channel", false),
        ("ledger-app", "testkit", false),
        ("ledger-core", "ledger-store", true),
        ("attic", "ledger-core", false),
    ] {
        assert_eq!(
            arrows(&[room(from, to, true, dev)]).len(),
            1,
            "{from} -> {to}"
        );
    }
    assert!(arrows(&[room("ledger-app", "ledger-store", true, false)]).is_empty());
    assert!(arrows(&[room("ledger-core", "testkit", true, true)]).is_empty());
    assert!(arrows(&[room("web-ui", "ledger-store", true, true)]).is_empty());
}

#[test]
fn a_planted_circle_is_found() {
    let two = [room("a", "b", true, false), room("b", "a", true, false)];
    assert_eq!(circles(&two), ["a reaches itself", "b reaches itself"]);
    assert!(circles(&[room("a", "b", true, false), room("b", "a", true, true)]).is_empty());
}

#[test]
fn a_planted_driver_is_found() {
    assert_eq!(
        drivers(&[room("web-ui", "diesel", false, false)]),
        ["web-ui may not use diesel"]
    );
    assert_eq!(drivers(&[room("web-ui", "diesel", false, true)]).len(), 1);
    assert_eq!(
        drivers(&[room("ledger-app", "postgres", false, false)]).len(),
        1
    );
    assert!(drivers(&[room("ledger-store", "postgres", false, true)]).is_empty());
    assert!(drivers(&[room("ledger-store", "diesel", false, false)]).is_empty());
    assert_eq!(law(&[room("ledger-core", "tokio", false, false)]).len(), 1);
    assert!(law(&[room("ledger-core", "ring", false, false)]).is_empty());
}

#[test]
fn metadata_is_read_as_it_is() {
    let answer = serde_json::json!({ "packages": [{ "name": "x", "dependencies": [
        { "name": "y", "kind": null, "path": "/y" }, { "name": "z", "kind": "dev" }
    ] }] });
    let need = |name: &str, dev, ours| Need {
        name: name.to_owned(),
        dev,
        ours,
    };
    let expected = vec![need("y", false, true), need("z", true, false)];
    assert_eq!(
        rooms(&answer),
        [Room {
            name: "x".to_owned(),
            needs: expected
        }]
    );
}
