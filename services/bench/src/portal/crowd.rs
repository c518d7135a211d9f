//! People who open one of their pages after another, all at the same time.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use crate::failure::Failure;
use crate::failure::lost;
use crate::portal::site::Site;
use crate::portal::walk::Guided;

/// A page that somebody has opened.
#[derive(Debug)]
pub(crate) struct Visit {
    /// Which.
    pub(crate) pattern: String,
    /// From the request to the last byte; `None` if the server had no room at that moment.
    pub(crate) took: Option<Duration>,
}

/// The people of a site.
pub(crate) struct Crowd<'a> {
    /// Where.
    pub(crate) site: &'a Site,
    /// Who, with what they may open.
    pub(crate) people: &'a [Guided<'a>],
}

impl Crowd<'_> {
    /// Everybody stays for a while, looking at each page for half to one and a half of `pause`.
    pub(crate) fn stay(
        &self,
        pause: Option<Duration>,
        lasting: Duration,
    ) -> Result<Vec<Visit>, Failure> {
        let end = Instant::now() + lasting;
        thread::scope(|scope| {
            let people: Vec<_> = self
                .people
                .iter()
                .enumerate()
                .map(|(place, person)| scope.spawn(move || self.one(person, place, pause, end)))
                .collect();
            let mut all = Vec::new();
            for person in people {
                all.extend(
                    person
                        .join()
                        .map_err(|_panic| lost("a visitor panicked"))??,
                );
            }
            Ok(all)
        })
    }

    fn one(
        &self,
        person: &Guided<'_>,
        place: usize,
        pause: Option<Duration>,
        end: Instant,
    ) -> Result<Vec<Visit>, Failure> {
        let mut draw = u32::try_from(place).unwrap_or(0);
        let mut visits = Vec::new();
        // Not all begin with the same page.
        for page in person.pages.iter().cycle().skip(place) {
            draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if let Some(pause) = pause {
                let looked_at = pause / 2 + pause * (draw >> 16) / 0x1_0000;
                thread::sleep(looked_at);
            }
            let begun = Instant::now();
            if begun >= end {
                break;
            }
            let sent = self.site.get(&person.person.cookie, &page.address)?;
            if !sent.is_page && !sent.is_turned_away {
                return Err(lost(format!("{} is no page any more", page.address)));
            }
            visits.push(Visit {
                pattern: page.pattern.clone(),
                took: sent.is_page.then(|| begun.elapsed()),
            });
        }
        Ok(visits)
    }
}
