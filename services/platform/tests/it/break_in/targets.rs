//! Everything that can be asked for: every route filled with everybody's ids, every address and
//! every form that anybody was shown.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::attempt::for_everybody;
use super::crawl::Form;
use super::crawl::Reached;
use super::ids::Filled;
use super::ids::Ids;
use super::routes::Route;

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) routes: Vec<Route>,
    /// Addresses that are read, with their pattern.
    pub(crate) reads: BTreeMap<String, Read>,
    /// Addresses at which something is done.
    pub(crate) acts: Vec<(Route, Filled)>,
    pub(crate) forms: BTreeSet<Form>,
    /// Addresses that somebody reads lawfully.
    pub(crate) there: BTreeSet<String>,
}

/// An address that is read.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) pattern: String,
    /// Codes of the parties to whom the first of its ids belongs.
    pub(crate) whole: Vec<String>,
}

impl Targets {
    /// All routes filled with everybody's ids, and every address and form that anybody was shown.
    pub(crate) fn of(routes: &[Route], ids: &Ids, reached: &[&Reached]) -> Targets {
        let answers = || reached.iter().flat_map(|one| &one.answers);
        let mut targets = Targets {
            routes: routes.to_vec(),
            there: answers()
                .filter(|(_, answer)| answer.status == 200)
                .map(|(path, _)| path.clone())
                .collect(),
            forms: reached
                .iter()
                .flat_map(|one| one.forms.iter().cloned())
                .collect(),
            ..Targets::default()
        };
        // What was shown may have a query besides; it belongs to whoever was shown it.
        for (path, answer) in answers().filter(|(_, answer)| !for_everybody(&answer.pattern)) {
            let read = Read {
                pattern: answer.pattern.clone(),
                whole: Vec::new(),
            };
            targets.reads.insert(path.clone(), read);
        }
        for route in routes.iter().filter(|route| !for_everybody(&route.pattern)) {
            targets.add(route, ids.fill(&route.pattern));
        }
        targets
    }

    /// Whether the whole, which the first segments of a pattern name, is an address that is read.
    fn is_read(&self, pattern: &str, end: usize) -> bool {
        let whole: Vec<&str> = pattern.split('/').take(end).collect();
        let whole = whole.join("/");
        let read = |route: &Route| route.method == "GET" && route.pattern == whole;
        self.routes.iter().any(read)
    }

    fn add(&mut self, route: &Route, mut filled: Vec<Filled>) {
        // What belongs to something is asked for where that is there: not every pair is.
        if let Some(end) = whole_of(&route.pattern)
            && self.is_read(&route.pattern, end)
        {
            filled.retain(|one| {
                let whole: Vec<&str> = one.path.split('/').take(end).collect();
                self.there.contains(&whole.join("/"))
            });
        }
        for one in filled {
            if route.method == "GET" {
                let read = Read {
                    pattern: route.pattern.clone(),
                    whole: one.whole,
                };
                self.reads.insert(one.path, read);
            } else {
                self.acts.push((route.clone(), one));
            }
        }
    }
}

/// How many segments name the whole of which an address with several ids names a part.
fn whole_of(pattern: &str) -> Option<usize> {
    let mut ids = pattern
        .split('/')
        .enumerate()
        .filter(|(_, part)| part.contains('{'));
    let (first, _) = ids.next()?;
    ids.next().map(|_part| first + 1)
}
