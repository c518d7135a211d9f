//! Figures as integers (a rate in whole operations a second, a time in microseconds, a ratio in
//! hundredths) and the table they end in. No floats, not even here.

use std::fmt::Write as _;
use std::time::Duration;

/// Operations a second; 0 for nothing.
pub(crate) fn rate(operations: usize, took: Duration) -> u64 {
    let operations = u128::try_from(operations).unwrap_or(u128::MAX);
    let per_second = operations
        .saturating_mul(1_000_000)
        .checked_div(took.as_micros().max(1));
    u64::try_from(per_second.unwrap_or(0)).unwrap_or(u64::MAX)
}

/// `of` a hundred times over `to`: 250 is 2.5.
pub(crate) fn hundredths(of: u64, to: u64) -> u64 {
    of.saturating_mul(100).checked_div(to).unwrap_or(0)
}

/// A number of hundredths for people.
pub(crate) fn times(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// Milliseconds with two digits after the point.
pub(crate) fn ms(time: Duration) -> String {
    let hundredths = u64::try_from(time.as_micros() / 10).unwrap_or(u64::MAX);
    format!("{} ms", times(hundredths))
}

/// Digits in groups of three.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The value below which `hundred` of a hundred lie; nearest rank.
pub(crate) fn percentile(times: &mut [Duration], hundred: usize) -> Duration {
    times.sort_unstable();
    let rank = times.len().saturating_mul(hundred).div_ceil(100);
    times
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

/// A budget of design.md section 8, and whether this run is inside it.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// What it asks.
    pub(crate) asks: String,
    /// Whether this run gives it.
    pub(crate) met: bool,
}

/// One line of the table.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    what: String,
    figure: String,
    budget: Option<Budget>,
}

/// All lines.
#[derive(Debug, Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
}

impl Table {
    /// Adds a figure that has no budget.
    pub(crate) fn note(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.lines.push(Line {
            what: what.into(),
            figure: figure.into(),
            budget: None,
        });
    }

    /// Adds a figure that is held against a budget.
    pub(crate) fn held(
        &mut self,
        what: impl Into<String>,
        figure: impl Into<String>,
        asks: impl Into<String>,
        met: bool,
    ) {
        self.lines.push(Line {
            what: what.into(),
            figure: figure.into(),
            budget: Some(Budget {
                asks: asks.into(),
                met,
            }),
        });
    }

    /// The lines whose budget is missed, in words.
    pub(crate) fn missed(&self) -> Vec<String> {
        let missed = |line: &Line| {
            let budget = line.budget.as_ref().filter(|budget| !budget.met)?;
            Some(format!(
                "{}: {} (budget {})",
                line.what, line.figure, budget.asks
            ))
        };
        self.lines.iter().filter_map(missed).collect()
    }

    /// As a table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let mut out = String::from("| What | Figure | Budget | |\n|---|---|---|---|\n");
        for line in &self.lines {
            let (asks, verdict) = match &line.budget {
                Some(budget) if budget.met => (budget.asks.as_str(), "met"),
                Some(budget) => (budget.asks.as_str(), "**missed**"),
                None => ("", ""),
            };
            // Writing to a string doesn't fail.
            let _always = writeln!(
                out,
                "| {} | {} | {asks} | {verdict} |",
                line.what, line.figure
            );
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_people_write_them() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(ms(Duration::from_micros(12_345)), "12.34 ms");
        assert_eq!(times(hundredths(250, 100)), "2.50");
        assert_eq!(rate(500, Duration::from_millis(250)), 2_000);
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut times, 50), Duration::from_millis(100));
        assert_eq!(percentile(&mut times, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut [], 99), Duration::ZERO);
    }

    #[test]
    fn a_missed_budget_is_named() {
        let mut table = Table::default();
        table.held("rate", "3", "≥ 4", false);
        table.held("size", "3", "≤ 4", true);
        assert_eq!(table.missed(), ["rate: 3 (budget ≥ 4)"]);
        assert!(table.markdown().contains("| rate | 3 | ≥ 4 | **missed** |"));
    }
}
