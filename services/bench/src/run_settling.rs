//! The lines of the report about settlement and offline verification.

use crate::failure::Failure;
use crate::figures::grouped;
use crate::figures::ms;
use crate::figures::rate;
use crate::run::Bench;
use crate::run::LARGE_DUE;
use crate::run::TEN_LEAVES_DUE;
use crate::run::at_least;
use crate::run::micros;
use crate::settling;
use crate::tell;
use crate::verifying;
use std::time::Duration;

impl Bench<'_> {
    pub(crate) fn verifying(&mut self) -> Result<(), Failure> {
        tell("offline verification …");
        let (entries, signatures) = verifying::measure(&self.app, self.arguments.verified())?;
        self.table.held(
            "offline verification, a core's second",
            format!(
                "{} entries /s ({} signatures /s)",
                grouped(entries),
                grouped(signatures)
            ),
            "≥ 40,000 entries /s",
            at_least(entries, 40_000),
        );
        Ok(())
    }

    pub(crate) fn settling(&mut self) -> Result<(), Failure> {
        let (_, fragments, _) = self.arguments.fragment_marks();
        tell("maturity days …");
        let ten = settling::measure(&self.app, &self.arguments.superuser, TEN_LEAVES_DUE)?;
        let spent = [ten.plan, ten.sheets, ten.present, ten.instruct, ten.entries];
        let all: Duration = spent.iter().map(|step| step.took).sum();
        let per_second = rate(ten.papers, all);
        let leaves = ten.papers.saturating_mul(10);
        self.table.held(
            format!(
                "settlement: {} papers × 10 leaves, {} instructions",
                ten.papers, ten.instructions
            ),
            format!(
                "{} papers /s, {} leaves /s",
                grouped(per_second),
                grouped(rate(leaves, all))
            ),
            "≥ 10,000 papers /s",
            at_least(per_second, 10_000),
        );
        self.steps(&ten);
        let large = settling::measure(&self.app, &self.arguments.superuser, LARGE_DUE)?;
        let core = large.sheets.took.saturating_add(large.entries.took);
        self.table.held(
            format!(
                "settlement: one paper, {} leaves, {} credits: sheet and entry durable",
                grouped(u64::try_from(fragments).unwrap_or(0)),
                large.instructions
            ),
            format!(
                "{} ({} leaves /s)",
                ms(core),
                grouped(rate(fragments, core))
            ),
            "≤ 1,000 ms for 1,000,000",
            u128::from(micros(core)) <= u128::try_from(fragments).unwrap_or(0),
        );
        self.steps(&large);
        Ok(())
    }

    fn steps(&mut self, s: &settling::Settling) {
        let steps = [
            s.plan, s.sheets, s.present, s.instruct, s.evidence, s.entries,
        ];
        self.table.note(
            "… plan / sheets / present / instruct / bank's evidence / entries",
            steps.map(|step| ms(step.took)).join(" / "),
        );
        self.table.note(
            "… the same in processor time, ours + the database's",
            steps
                .map(|step| {
                    let spent = step.processor;
                    format!("{} + {}", ms(spent.ours), ms(spent.database))
                })
                .join(" / "),
        );
    }
}
