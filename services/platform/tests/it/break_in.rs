//! Nobody sees what isn't his: price, path, document, limit (domain rule I12).
//!
//! The routes are not listed here: the router of the whole site tells them. Everybody signs in and
//! follows whatever is shown; then everybody asks for everything that anybody was shown, and for
//! every route filled with everybody's ids, and tries to do what others may. No answer and no
//! letter holds a secret of somebody else's, what isn't yours can't be told from what isn't there,
//! and the record stays as it was. A route that nobody was refused fails the test: a new one can't
//! slip by.

mod after;
mod asker;
mod attempt;
mod cast;
mod crawl;
mod desk;
mod events;
mod finance;
mod ids;
mod limits;
mod post;
mod record;
mod routes;
mod secrets;
mod site;
mod stage;
mod targets;
mod trade;
mod webhooks;

use std::sync::Mutex;

use asker::Asker;
use attempt::Attempt;
use attempt::EACH_ITS_OWN;
use attempt::Findings;
use attempt::for_everybody;
use crawl::Reached;
use ids::Ids;
use routes::Route;
use secrets::Secret;
use stage::Stage;
use targets::Targets;

/// People and systems who ask, each with what it reached by itself.
type Everybody<'a> = Vec<(Asker<'a>, Reached)>;

/// Does something for everybody, on two threads; gives what was found.
fn for_each<'a>(
    everybody: &Everybody<'a>,
    work: impl Fn(&Asker<'a>, &Reached) -> Findings + Sync,
) -> Findings {
    let waiting = Mutex::new(everybody.iter());
    let found = Mutex::new(Findings::default());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((asker, reached)) = next(&waiting) {
                    let findings = work(asker, reached);
                    found.lock().unwrap().add(findings);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn next<'a, T>(waiting: &Mutex<impl Iterator<Item = &'a T>>) -> Option<&'a T> {
    waiting.lock().unwrap().next()
}

/// Everybody signs in and follows all that is shown.
fn come_in<'a>(stage: &'a Stage, routes: &[Route], ids: &Ids) -> Everybody<'a> {
    let mut everybody = Everybody::new();
    for actor in &stage.cast.actors {
        let asker = Asker::of(&stage.site, actor);
        let reached = if asker.is_system() {
            crawl::system(&asker, routes, ids)
        } else {
            crawl::person(&asker, routes, ids)
        };
        everybody.push((asker, reached));
    }
    let actor = stage.cast.get("oem.maker");
    everybody.push((Asker::stranger(&stage.site), Reached::default()));
    everybody.push((Asker::too_late(&stage.site, actor), Reached::default()));
    everybody
}

/// Reads what everybody was shown without asking for anything of others.
fn shown(everybody: &Everybody<'_>, secrets: &[Secret]) -> Findings {
    let mut findings = Findings::default();
    for (asker, reached) in everybody {
        for (path, answer) in &reached.answers {
            findings.read(asker, path, &answer.text, secrets);
            if answer.status >= 400 && reached.linked.contains(path) {
                let found = format!(
                    "{} is shown the way to {path}: {}",
                    asker.name, answer.status
                );
                findings.wrong.insert(found);
            }
        }
    }
    findings
}

/// Routes of which nobody was refused what somebody else has.
fn untried(targets: &Targets, findings: &Findings) -> Vec<String> {
    let tried = |route: &Route| {
        findings.refused.iter().any(|(refused, path)| {
            refused == route && (route.method != "GET" || targets.there.contains(path))
        })
    };
    let known = |route: &&Route| {
        for_everybody(&route.pattern)
            || EACH_ITS_OWN.contains(&route.pattern.as_str())
            || !route.has_id()
            || tried(route)
    };
    let missing = targets.routes.iter().filter(|route| !known(route));
    missing
        .map(|route| {
            format!(
                "nobody was refused somebody else's {} {}",
                route.method, route.pattern
            )
        })
        .collect()
}

#[test]
fn nobody_breaks_into_what_is_not_his() {
    let stage = Stage::set();
    let routes = routes::routes(&stage.site);
    assert!(routes.len() > 60, "{routes:?}");
    let ids = Ids::of(&stage.site, &stage.cast, &stage.in_memory);
    let tried = routes.iter().filter(|route| !for_everybody(&route.pattern));
    let missing: Vec<String> = tried
        .filter_map(|route| ids.missing(&route.pattern))
        .collect();
    assert!(
        missing.is_empty(),
        "say in ids.rs where these ids come from: {missing:?}"
    );
    let everybody = come_in(&stage, &routes, &ids);
    let mut findings = shown(&everybody, &stage.secrets);
    let reached: Vec<&Reached> = everybody.iter().map(|(_, reached)| reached).collect();
    let targets = Targets::of(&routes, &ids, &reached);

    let before = record::of(&stage.site);
    findings.add(for_each(&everybody, |asker, own| {
        Attempt::new(asker, own, &targets, &stage.secrets).read_all()
    }));
    let bodies = |pattern: &str| stage.body(pattern);
    findings.add(for_each(&everybody, |asker, own| {
        Attempt::new(asker, own, &targets, &stage.secrets).act_all(&bodies)
    }));
    let after = record::of(&stage.site);
    for row in record::changed(&before, &after) {
        findings.wrong.insert(format!("somebody changed {row}"));
    }

    findings.add(post::letters(
        &stage.site,
        &everybody,
        &stage.cast,
        &stage.secrets,
    ));
    findings.add(webhooks::messages(&stage.site, &everybody, &stage.secrets));
    let untried = untried(&targets, &findings);
    findings.wrong.extend(untried);
    let wrong: Vec<_> = findings.wrong.into_iter().collect();
    assert!(
        wrong.is_empty(),
        "{} findings\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
