//! Finds pages by following links.

use std::collections::BTreeSet;
use std::thread;

use crate::failure::Failure;
use crate::failure::lost;
use crate::portal::people::Person;
use crate::portal::site::Site;

/// Clicks from the first page.
const CLICKS: usize = 2;

/// How many people are followed at a time.
const AT_ONCE: usize = 4;

/// A page of somebody's.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// Path and query.
    pub(crate) address: String,
    /// Whose page it is, and the address without what is one thing's own.
    pub(crate) pattern: String,
}

/// Somebody with the pages that were found.
#[derive(Debug)]
pub(crate) struct Guided<'p> {
    /// Who.
    pub(crate) person: &'p Person,
    /// Of pages that differ in an id alone, one.
    pub(crate) pages: Vec<Page>,
}

/// The pages of everybody.
pub(crate) fn all<'p>(site: &Site, people: &'p [Person]) -> Result<Vec<Guided<'p>>, Failure> {
    let share = people.len().div_ceil(AT_ONCE).max(1);
    thread::scope(|scope| {
        let guides: Vec<_> = people
            .chunks(share)
            .map(|share| {
                scope.spawn(move || {
                    let guide = |person| {
                        let pages = from_the_first(site, person)?;
                        Ok(Guided { person, pages })
                    };
                    share.iter().map(guide).collect::<Result<Vec<_>, Failure>>()
                })
            })
            .collect();
        let mut all = Vec::with_capacity(people.len());
        for guide in guides {
            all.extend(guide.join().map_err(|_panic| lost("a guide panicked"))??);
        }
        Ok(all)
    })
}

/// The pages that somebody gets to within two clicks.
pub(crate) fn from_the_first(site: &Site, person: &Person) -> Result<Vec<Page>, Failure> {
    let mut pages = Vec::new();
    let mut known = BTreeSet::new();
    let mut ahead = vec!["/".to_owned()];
    for _click in 0..=CLICKS {
        let mut next = Vec::new();
        for address in ahead {
            let pattern = format!("{} {}", person.part, pattern_of(&address));
            if !known.insert(pattern.clone()) {
                continue;
            }
            let sent = site.get(&person.cookie, &address)?;
            next.extend(sent.leads_to);
            if sent.is_page {
                next.extend(links(&sent.text));
                pages.push(Page { address, pattern });
            }
        }
        ahead = next;
    }
    if pages.is_empty() {
        return Err(lost(format!("a {} sees no page at all", person.part)));
    }
    Ok(pages)
}

/// The addresses of this site that a page links to, as they stand in it.
fn links(html: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.split('#').next().unwrap_or_default())
        .filter(|address| address.starts_with('/') && !address.starts_with("/assets/"))
        .map(|address| address.replace("&amp;", "&"))
        .collect()
}

/// An address without ids and without the values of what is asked.
pub(crate) fn pattern_of(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let segment = |part: &str| {
        // A public id is written in digits and capitals, and may have no digit among them.
        let is_id = part.bytes().any(|byte| byte.is_ascii_digit())
            || (part.len() > 1 && part.bytes().all(|byte| byte.is_ascii_uppercase()));
        if is_id {
            "{}".to_owned()
        } else {
            part.to_owned()
        }
    };
    let path: Vec<String> = path.split('/').map(segment).collect();
    let keys: BTreeSet<&str> = query
        .split('&')
        .filter_map(|pair| pair.split('=').next())
        .filter(|key| !key.is_empty())
        .collect();
    let keys: Vec<&str> = keys.into_iter().collect();
    match keys.as_slice() {
        [] => path.join("/"),
        keys => format!("{}?{}", path.join("/"), keys.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_one_kind_have_one_pattern() {
        assert_eq!(pattern_of("/fragments/8F3k2"), "/fragments/{}");
        assert_eq!(pattern_of("/offers/ASQVQAKKQVJPG"), "/offers/{}");
        assert_eq!(pattern_of("/pay?to=1&fragment=2"), "/pay?fragment&to");
        assert_eq!(pattern_of("/"), "/");
    }

    #[test]
    fn links_of_this_site_are_found() {
        let html = r##"<a href="/pay?a=1&amp;b=2">x</a> <link href="/assets/portal.css">
            <a href="#top">y</a> <a href="https://elsewhere.example/">z</a> <a href="/plan#days">p</a>"##;
        assert_eq!(links(html), ["/pay?a=1&b=2", "/plan"]);
    }
}
