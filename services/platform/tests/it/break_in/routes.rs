//! Every pattern of the site, as its router knows them: nothing is listed by hand.

use std::collections::BTreeMap;

use reqwest::Method;
use reqwest::blocking::Client;
use reqwest::redirect::Policy;

use super::site::Site;

/// The methods that change something.
const CHANGING: [Method; 4] = [Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// A pattern of the site with a method that is mounted for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) pattern: String,
    pub(crate) method: String,
}

impl Route {
    pub(crate) fn new(method: &str, pattern: &str) -> Route {
        Route {
            pattern: pattern.to_owned(),
            method: method.to_owned(),
        }
    }

    /// Whether its address names something.
    pub(crate) fn has_id(&self) -> bool {
        self.pattern.contains('{')
    }
}

/// One map of the router while its print is read.
#[derive(Debug)]
struct Node {
    indent: usize,
    patterns: Vec<String>,
}

/// Patterns out of the router's own print, each with the number of services mounted there.
pub(crate) fn patterns(print: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut open: Vec<Node> = Vec::new();
    let mut lines = print.lines();
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        let at_node = |below: usize| {
            open.last()
                .is_some_and(|node| node.indent + below == indent)
        };
        if text == "ResourceMap {" {
            open.push(Node {
                indent,
                patterns: Vec::new(),
            });
        } else if text == "named: {" {
            // Named maps stand among the others too.
            lines.find(|later| *later == format!("{:indent$}}},", ""));
        } else if text.starts_with("patterns: ") && at_node(8) {
            let end = format!("{:indent$}),", "");
            let within = lines.by_ref().take_while(|later| *later != end);
            let names = within.filter_map(|later| {
                let name = later.trim().trim_end_matches(',');
                Some(name.strip_prefix('"')?.strip_suffix('"')?.to_owned())
            });
            let names: Vec<String> = names.collect();
            if let Some(node) = open.last_mut() {
                node.patterns = names;
            }
        } else if text == "nodes: None," {
            for pattern in joined(&open) {
                *found.entry(pattern).or_insert(0) += 1;
            }
        } else if text.starts_with('}') && at_node(0) {
            open.pop();
        }
    }
    found
}

/// Every way down to the innermost map.
fn joined(open: &[Node]) -> Vec<String> {
    open.iter().fold(vec![String::new()], |so_far, node| {
        let longer = so_far.iter().flat_map(|start| {
            node.patterns
                .iter()
                .map(move |pattern| format!("{start}{pattern}"))
        });
        longer.collect()
    })
}

/// The site's routes. Which methods that change something are mounted is seen from outside: an
/// address that isn't mounted answers somebody unknown as a place that doesn't exist does.
pub(crate) fn routes(site: &Site) -> Vec<Route> {
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let asked = |method: &Method, path: &str| {
        let request = client.request(method.clone(), format!("{}{path}", site.url));
        let answer = request.send().unwrap();
        (answer.status().as_u16(), answer.text().unwrap())
    };
    let mut found = Vec::new();
    for (pattern, services) in patterns(&site.every_route()) {
        let path = with_ids(&pattern, "0");
        let mut changing = 0;
        for method in CHANGING {
            let (status, body) = asked(&method, &path);
            let nothing = asked(&method, "/no/such/place");
            if ![404, 405].contains(&status) && (status, body) != nothing {
                found.push(Route::new(method.as_str(), &pattern));
                changing += 1;
            }
        }
        if services > changing {
            found.push(Route::new("GET", &pattern));
        }
    }
    found.sort();
    found
}

/// The pattern with `id` in every place.
pub(crate) fn with_ids(pattern: &str, id: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str(id);
        rest = after.split_once('}').unwrap().1;
    }
    path + rest
}

#[test]
fn a_print_is_read_with_scopes_lists_and_names() {
    use actix_web::dev::ResourceDef;
    use actix_web::dev::ResourceMap;
    let mut inner = ResourceMap::new(ResourceDef::root_prefix("/v1"));
    inner.add(&mut ResourceDef::new("/a/{id}"), None);
    let mut named = ResourceDef::new("/b");
    named.set_name("b");
    inner.add(&mut named, None);
    let mut outer = ResourceMap::new(ResourceDef::prefix(""));
    outer.add(
        &mut ResourceDef::root_prefix("/v1"),
        Some(std::rc::Rc::new(inner)),
    );
    outer.add(&mut ResourceDef::new(["/x", "/y"]), None);
    outer.add(&mut ResourceDef::new("/x"), None);
    let found = patterns(&format!("{outer:#?}"));
    let found: Vec<_> = found.iter().map(|(p, n)| (p.as_str(), *n)).collect();
    assert_eq!(
        found,
        [("/v1/a/{id}", 1), ("/v1/b", 1), ("/x", 2), ("/y", 1)]
    );
}
