//! The lines of the report about a journal that grows: one large paper first, then many.

use std::time::Duration;

use crate::cast::Actor;
use crate::failure::Failure;
use crate::figures::grouped;
use crate::figures::hundredths;
use crate::figures::ms;
use crate::figures::rate;
use crate::figures::times;
use crate::growth::Growth;
use crate::growth::Work;
use crate::run::Bench;
use crate::run::LARGE_DUE;
use crate::run::LARGE_FACE;
use crate::run::LATER_DUE;
use crate::run::at_least;
use crate::run::micros;
use crate::signed_entries::Leaf;
use crate::signed_entries::papers;
use crate::tell;
use crate::tracing_back;

/// Fragments over which a rate is taken, at most.
const WINDOW: usize = 50_000;

/// Fragments of each paper beside the large one.
const OF_EACH_PAPER: usize = 5_000;

impl Bench<'_> {
    pub(crate) fn growth(&mut self) -> Result<(), Failure> {
        let (first, large, last) = self.arguments.fragment_marks();
        tell(&format!("one paper growing to {large} fragments …"));
        let (app, superuser) = (self.app.clone(), self.arguments.superuser.clone());
        let payee: Vec<&Actor> = self.cast.suppliers.iter().take(1).collect();
        let held = papers(&app, &self.cast, &payee, LARGE_FACE, (LARGE_DUE, 900_000))?;
        let mut growth = Growth::new(&app, &superuser, &self.cast, held);
        let window = (first / 2).min(WINDOW);
        growth.until(first.saturating_sub(window))?;
        let early = growth.until(first)?;
        growth.until(large.saturating_sub(window))?;
        let mut late = growth.until(large)?;
        let sample: Vec<Leaf> = growth.sample(2_000);
        drop(growth);
        if last > large {
            late = self.many_papers(last.saturating_sub(large), window)?;
        }
        self.rate_lines((first, early), (last, late));
        self.trace_lines(large, &sample)
    }

    /// Grows so many fragments more, in many papers; gives the work of the last ones.
    fn many_papers(&self, fragments: usize, window: usize) -> Result<Work, Failure> {
        let count = fragments.div_ceil(OF_EACH_PAPER);
        tell(&format!(
            "{count} papers growing to {fragments} fragments …"
        ));
        let payees: Vec<&Actor> = self.cast.suppliers.iter().cycle().take(count).collect();
        let due = (LATER_DUE, 1_000_000);
        let held = papers(&self.app, &self.cast, &payees, LARGE_FACE, due)?;
        let superuser = &self.arguments.superuser;
        let mut growth = Growth::new(&self.app, superuser, &self.cast, held);
        growth.until(fragments.saturating_sub(window))?;
        growth.until(fragments)
    }

    fn rate_lines(&mut self, (first, early): (usize, Work), (last, late): (usize, Work)) {
        let kept = hundredths(
            rate(late.entries, late.took),
            rate(early.entries, early.took),
        );
        self.table.held(
            format!(
                "entries a second at {} / {} live fragments (ledger alone)",
                count(first),
                count(last)
            ),
            format!(
                "{} / {} /s, {} of it kept",
                grouped(rate(early.entries, early.took)),
                grouped(rate(late.entries, late.took)),
                times(kept)
            ),
            "≥ 0.90 kept",
            at_least(kept, 90),
        );
        let each = |work: Work| work.processor.for_each(work.entries);
        self.table.note(
            "… in processor time an entry, ours + the database's",
            format!("{} / {}", each(early), each(late)),
        );
    }

    fn trace_lines(&mut self, fragments: usize, sample: &[Leaf]) -> Result<(), Failure> {
        let traced = tracing_back::measure(&self.app, sample, LARGE_FACE)?;
        self.table.held(
            format!(
                "trace to the origin in a paper of {} fragments, paths up to {} entries",
                count(fragments),
                traced.longest
            ),
            format!(
                "p50 {}, p99 {}",
                ms(traced.origin_p50),
                ms(traced.origin_p99)
            ),
            "p99 ≤ 2 ms",
            traced.origin_p99 <= Duration::from_millis(2),
        );
        let found = u64::try_from(traced.descendants).unwrap_or(0);
        self.table.held(
            format!(
                "the {} fragments below one sixteenth, by tier and holder",
                grouped(found)
            ),
            ms(traced.descendants_took),
            "≤ 15 ms for 87,000",
            at_least(
                15_000_u64.saturating_mul(found),
                micros(traced.descendants_took).saturating_mul(87_000),
            ),
        );
        Ok(())
    }
}

fn count(n: usize) -> String {
    grouped(u64::try_from(n).unwrap_or(0))
}
