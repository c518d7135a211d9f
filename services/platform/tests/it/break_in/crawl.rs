//! Everything somebody can reach by following what is shown.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;

use super::asker::Answer;
use super::asker::Asker;
use super::attempt::for_everybody;
use super::ids::Filled;
use super::ids::Ids;
use super::routes::Route;

/// Most addresses of one person: a loop in the pages would show itself here.
const MOST: usize = 600;

/// A form as somebody was shown it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) file: bool,
}

/// What somebody reached.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    pub(crate) answers: BTreeMap<String, Answer>,
    pub(crate) forms: BTreeSet<Form>,
    /// Addresses that some page led to.
    pub(crate) linked: BTreeSet<String>,
}

impl Reached {
    /// Whether it was shown an address.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.answers.contains_key(path)
    }

    /// Whether every id of the address stood in something it was shown.
    pub(crate) fn was_told_of(&self, path: &str) -> bool {
        let ids = path
            .split('/')
            .filter(|part| part.len() > 12 && part.bytes().any(|b| b.is_ascii_digit()));
        let told = |id: &str| self.answers.values().any(|answer| answer.body.contains(id));
        ids.into_iter().all(told)
    }
}

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Follows every link from the front page on, and from whatever belongs to the asker's party.
pub(crate) fn person(asker: &Asker<'_>, routes: &[Route], ids: &Ids) -> Reached {
    let mut reached = Reached::default();
    let reads = routes
        .iter()
        .filter(|route| route.method == "GET" && route.has_id());
    let pages =
        reads.filter(|route| !route.pattern.starts_with("/v1/") && !for_everybody(&route.pattern));
    let own = pages.flat_map(|route| ids.fill(&route.pattern));
    let own = own.filter(|filled| filled.parties.contains(&asker.party));
    let mut open: VecDeque<String> = VecDeque::from(["/".to_owned()]);
    open.extend(own.map(|filled| filled.path));
    while let Some(path) = open.pop_front() {
        if reached.holds(&path) {
            continue;
        }
        assert!(
            reached.answers.len() < MOST,
            "{}: no end of pages",
            asker.name
        );
        let answer = asker.get(&path);
        if answer.is_page && answer.status == 200 {
            let page = Html::parse_document(&answer.body);
            let links = links(&page, &path);
            reached.linked.extend(links.iter().cloned());
            open.extend(links);
            reached.forms.extend(forms(&page, &path));
        }
        reached.answers.insert(path, answer);
    }
    reached
}

/// Follows the API from its lists on: whatever names an id that was told before.
pub(crate) fn system(asker: &Asker<'_>, routes: &[Route], ids: &Ids) -> Reached {
    let mut reached = Reached::default();
    let all = routes
        .iter()
        .filter(|route| route.method == "GET" && route.pattern.starts_with("/v1/"));
    let mut open: Vec<Filled> = all.flat_map(|route| ids.fill(&route.pattern)).collect();
    loop {
        let (told, later): (Vec<Filled>, Vec<Filled>) = open.into_iter().partition(|filled| {
            filled.parties.contains(&asker.party) || reached.was_told_of(&filled.path)
        });
        if told.is_empty() {
            return reached;
        }
        for filled in told {
            let answer = asker.get(&filled.path);
            reached.answers.insert(filled.path, answer);
        }
        open = later;
    }
}

/// An address of the house as the router takes it: nothing that ends the visit.
fn inside(from: &str, link: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let path = match link.chars().next() {
        Some('/') => link.to_owned(),
        Some('?') => format!("{}{link}", from.split('?').next().unwrap_or_default()),
        _ => return None,
    };
    let foreign = path.starts_with("//") || path.starts_with("/assets/");
    (!foreign).then_some(path)
}

fn links(page: &Html, from: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (css, attribute) in [
        ("a[href]", "href"),
        ("[hx-get]", "hx-get"),
        ("img[src]", "src"),
        ("object[data]", "data"),
    ] {
        let css = select(css);
        let targets = page.select(&css).filter_map(|one| one.attr(attribute));
        found.extend(targets.filter_map(|link| inside(from, link)));
    }
    found
}

fn forms(page: &Html, from: &str) -> Vec<Form> {
    let mut found = Vec::new();
    for form in page.select(&select("form")) {
        if !form
            .attr("method")
            .is_some_and(|m| m.eq_ignore_ascii_case("post"))
        {
            continue;
        }
        let fields = fields(form);
        let file = form
            .attr("enctype")
            .is_some_and(|kind| kind.contains("multipart"));
        let buttons = select("button[formaction]");
        let others = form
            .select(&buttons)
            .filter_map(|button| button.attr("formaction"));
        for action in form.attr("action").into_iter().chain(others) {
            if let Some(action) = inside(from, action) {
                let fields = fields.clone();
                found.push(Form {
                    action,
                    fields,
                    file,
                });
            }
        }
    }
    found
}

/// The fields as they stand: every choice ticked, the first of each list chosen.
fn fields(form: ElementRef<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for input in form.select(&select("input[name], textarea[name], button[name]")) {
        let name = input.attr("name").unwrap_or_default();
        if name != "csrf" && input.attr("type") != Some("file") {
            found.push((
                name.to_owned(),
                input.attr("value").unwrap_or_default().to_owned(),
            ));
        }
    }
    for list in form.select(&select("select[name]")) {
        let chosen = list.select(&select("option")).next();
        let value = chosen
            .and_then(|option| option.attr("value"))
            .unwrap_or_default();
        found.push((
            list.attr("name").unwrap_or_default().to_owned(),
            value.to_owned(),
        ));
    }
    found
}
