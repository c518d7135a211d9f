//! The attempts themselves: what somebody asks for that isn't its own, and what it is told.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use url::form_urlencoded;

use super::asker::Answer;
use super::asker::Asker;
use super::crawl::Form;
use super::crawl::Reached;
use super::ids::Filled;
use super::ids::made_up;
use super::routes::Route;
use super::secrets::Secret;
use super::targets::Targets;

/// Routes for whoever comes, each with why. They are read for secrets like all others.
pub(crate) const FOR_EVERYBODY: &[(&str, &str)] = &[
    ("/sign-in", "the way in"),
    ("/sign-out", "ends the asker's own session"),
    ("/language", "the asker's own language"),
    ("/account", "the asker's own passphrase"),
    (
        "/first-visit/{invitation}",
        "whoever has the letter may come in, once",
    ),
    ("/assets/{name}", "style and script"),
    ("/audit/audit.css", "style"),
    ("/v1/docs", "what the API is"),
    ("/v1/docs.css", "style"),
    ("/v1/openapi.json", "what the API is"),
    (
        "/treasury/imports/template.{kind}",
        "an empty form to fill in",
    ),
    (
        "/operator/suppliers/template.{kind}",
        "an empty form to fill in",
    ),
];

/// Pages that a party may read though no id of them is its own, each with why.
const LAWFUL: &[(&[&str], &str, &str)] = &[
    (
        &["operator"],
        "/treasury/imports/{id}/unknown.csv",
        "it takes in the suppliers that a list names and nobody knows",
    ),
    (
        &["oem", "oem2"],
        EACH_ITS_OWN[0],
        "it has no limits on others",
    ),
    (
        &["s1", "s2", "s3", "rival"],
        "/v1/obligors/{obligor}/default",
        "it has parts of that obligor's papers, and reads what its own would mean",
    ),
];

/// Addresses at which everybody reads its own, whatever they name: read for secrets.
pub(crate) const EACH_ITS_OWN: [&str; 1] = ["/v1/limits/obligors/{obligor}"];

fn is_lawful(party: &str, pattern: &str) -> bool {
    let mut known = LAWFUL.iter();
    known.any(|(who, what, _)| who.contains(&party) && *what == pattern)
}

/// Whether a pattern is for everybody.
pub(crate) fn for_everybody(pattern: &str) -> bool {
    FOR_EVERYBODY.iter().any(|(public, _)| *public == pattern)
}

/// What went wrong, and which routes were refused to somebody who asked for another's.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) wrong: BTreeSet<String>,
    pub(crate) refused: BTreeSet<(Route, String)>,
}

impl Findings {
    /// Adds another's.
    pub(crate) fn add(&mut self, other: Findings) {
        self.wrong.extend(other.wrong);
        self.refused.extend(other.refused);
    }

    /// Reads an answer for everything that its reader must not know.
    pub(crate) fn read(&mut self, asker: &Asker<'_>, what: &str, text: &str, secrets: &[Secret]) {
        let hidden = secrets
            .iter()
            .filter(|secret| !secret.may_be_known_to(&asker.party, &asker.name));
        for secret in hidden {
            // What somebody has sent in an address of his own making, the answer may say again.
            if let Some(form) = secret
                .stands_in(text)
                .filter(|form| !what.contains(&**form))
            {
                let found = format!("{} learns {} ({form}) from {what}", asker.name, secret.what);
                self.wrong.insert(found);
            }
        }
    }
}

/// Whether an answer refuses: not there, not allowed, sign in first, or nothing to be done.
fn refuses(answer: &Answer) -> bool {
    matches!(answer.status, 400 | 401 | 403 | 404 | 405 | 409 | 415 | 422)
        || (answer.status == 303 && answer.text.contains("location: /sign-in?"))
}

/// What is left of an answer without what differs each time: tokens, the request's own name.
fn likeness(answer: &Answer, path: &str) -> (u16, String) {
    let mut body = answer.body.clone();
    for start in [
        "name=\"csrf\" value=\"",
        "\"request_id\":\"",
        "name=\"deed\" value=\"",
    ] {
        let mut rest = body.as_str();
        let mut left = String::new();
        while let Some((before, after)) = rest.split_once(start) {
            left.push_str(before);
            rest = after.split_once('"').map_or("", |(_, later)| later);
        }
        body = left + rest;
    }
    (answer.status, without(&body, &[path]))
}

/// A text without what the asker itself has said.
fn without(text: &str, said: &[&str]) -> String {
    let mut words: Vec<String> = Vec::new();
    for said in said {
        words.push((*said).to_owned());
        words.push(form_urlencoded::byte_serialize(said.as_bytes()).collect());
        let parts = said.split(['/', '?', '&', '=', '.']);
        words.extend(parts.filter(|part| part.len() > 9).map(str::to_owned));
    }
    words.retain(|word| word.len() > 4);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let echoless = |text: String, word: &String| text.replace(word.as_str(), "*");
    words.iter().fold(text.to_owned(), echoless)
}

/// Somebody with what it reached by itself, about to ask for what isn't its own.
pub(crate) struct Attempt<'a> {
    pub(crate) asker: &'a Asker<'a>,
    pub(crate) own: &'a Reached,
    pub(crate) targets: &'a Targets,
    pub(crate) secrets: &'a [Secret],
    findings: Findings,
    /// What is said of nothing, by what was asked.
    nothing: BTreeMap<String, (u16, String)>,
}

impl<'a> Attempt<'a> {
    /// Nothing asked yet.
    pub(crate) fn new(
        asker: &'a Asker<'a>,
        own: &'a Reached,
        targets: &'a Targets,
        secrets: &'a [Secret],
    ) -> Attempt<'a> {
        Attempt {
            asker,
            own,
            targets,
            secrets,
            findings: Findings::default(),
            nothing: BTreeMap::new(),
        }
    }

    /// Whether that door is not for such an asker: systems sign, people have sessions.
    fn is_other_door(&self, pattern: &str) -> bool {
        pattern.starts_with("/v1/") != self.asker.is_system() && self.asker.is_known()
    }

    fn look_for_secrets(&mut self, what: &str, answer: &Answer, said: &[&str]) {
        let text = without(&answer.text, said);
        self.findings.read(self.asker, what, &text, self.secrets);
    }

    /// Notes a refusal. That nobody unknown gets in says nothing of who may.
    fn refused(&mut self, route: &Route, path: &str) {
        if self.asker.is_known() {
            self.findings
                .refused
                .insert((route.clone(), path.to_owned()));
        }
    }

    /// What is said of something must be what is said of nothing.
    fn compare(
        &mut self,
        route: &Route,
        one: (&str, &Answer),
        send: impl Fn(&str) -> Answer,
        keep: bool,
    ) {
        let (path, answer) = one;
        let other = made_up(&route.pattern, path, keep);
        let key = match keep {
            true => format!("{} {other}", route.method),
            false => format!("{} {}", route.method, route.pattern),
        };
        let nothing = self
            .nothing
            .entry(key)
            .or_insert_with(|| likeness(&send(&other), &other));
        let got = likeness(answer, path);
        if got != *nothing {
            let mut lines = got.1.lines().zip(nothing.1.lines());
            let differ = lines.find(|(one, other)| one != other);
            let found = format!(
                "{} can tell {} {path} from what isn't there: {} instead of {}, {differ:?}",
                self.asker.name, route.method, got.0, nothing.0
            );
            self.findings.wrong.insert(found);
        }
    }

    /// Asks for everything of others that reads.
    pub(crate) fn read_all(mut self) -> Findings {
        for (path, read) in &self.targets.reads {
            let pattern = &read.pattern;
            if self.own.holds(path)
                || self.is_other_door(pattern)
                || is_lawful(&self.asker.party, pattern)
            {
                continue;
            }
            let answer = self.asker.get(path);
            self.look_for_secrets(path, &answer, &[path]);
            let route = Route::new("GET", pattern);
            if !route.has_id() {
                continue;
            }
            if !refuses(&answer) {
                let found = format!("{} gets {} for {path}", self.asker.name, answer.status);
                self.findings.wrong.insert(found);
                continue;
            }
            let asker = self.asker;
            let in_own = read.whole.contains(&asker.party);
            self.compare(&route, (path, &answer), |path| asker.get(path), in_own);
            self.refused(&route, path);
        }
        self.findings
    }

    /// Whether an act is the asker's own to do: it was shown the form, or the thing belongs to its
    /// party.
    fn is_own(&self, act: &Filled) -> bool {
        self.own.forms.iter().any(|form| form.action == act.path)
            || act.parties.contains(&self.asker.party)
            || act.last.contains(&self.asker.party)
    }

    /// Tries to do everything of others, with and without what their forms say.
    pub(crate) fn act_all(mut self, bodies: &dyn Fn(&str) -> String) -> Findings {
        for (route, act) in &self.targets.acts {
            if self.is_other_door(&route.pattern) || self.is_own(act) {
                continue;
            }
            let asker = self.asker;
            let send = |path: &str| {
                if route.pattern.starts_with("/v1/") {
                    asker.send_json(&route.method, path, &bodies(&route.pattern))
                } else {
                    asker.post_form(path, &[], false)
                }
            };
            let (path, answer) = (&act.path, send(&act.path));
            self.look_for_secrets(path, &answer, &[path]);
            if refuses(&answer) {
                self.refused(route, path);
            } else if route.has_id() {
                let (name, status) = (&asker.name, answer.status);
                let found = format!("{name} may {} {path}: {status}", route.method);
                self.findings.wrong.insert(found);
            }
            if route.has_id() {
                let in_own = act.whole.contains(&asker.party);
                self.compare(route, (path, &answer), send, in_own);
            }
        }
        if !self.asker.is_system() {
            self.send_forms();
        }
        self.findings
    }

    /// Whether a form does what the asker may do itself: with things it was told of.
    fn is_own_form(&self, form: &Form) -> bool {
        let mut acts = self.targets.acts.iter();
        if acts.any(|(_, act)| act.path == form.action && self.is_own(act)) {
            return true;
        }
        let values = form.fields.iter().map(|(_, value)| value.as_str());
        let values: Vec<&str> = values
            .filter(|value| *value != self.asker.party_id)
            .collect();
        self.own.forms.iter().any(|one| one.action == form.action)
            && self.own.was_told_of(&values.join("/"))
    }

    fn send_forms(&mut self) {
        for form in self.targets.forms.difference(&self.own.forms) {
            if for_everybody(&form.action) || self.is_own_form(form) {
                continue;
            }
            let answer = self.asker.post_form(&form.action, &form.fields, form.file);
            let values = form.fields.iter().map(|(_, value)| value.as_str());
            let said: Vec<&str> = values.chain([form.action.as_str()]).collect();
            self.look_for_secrets(&form.action, &answer, &said);
        }
    }
}
