//! The published table: a row for each step of the run, a column for who is killed.

use std::collections::BTreeMap;

/// Columns, in order.
const COLUMNS: [&str; 4] = ["connection", "scheduler", "machine", "bank channel"];

/// Points tried and those that came out equal.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    tried: usize,
    equal: usize,
}

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(usize, String), BTreeMap<&'static str, Cell>>,
    labels: BTreeMap<usize, String>,
}

impl Table {
    /// Counts a point.
    pub(crate) fn count(
        &mut self,
        (place, label): (usize, String),
        row: String,
        column: &'static str,
        equal: bool,
    ) {
        self.labels.insert(place, label);
        let cells = self.rows.entry((place, row)).or_default();
        let cell = cells.entry(column).or_default();
        cell.tried = cell.tried.saturating_add(1);
        cell.equal = cell.equal.saturating_add(usize::from(equal));
    }

    /// Points tried, and those that came out equal.
    pub(crate) fn sums(&self) -> (usize, usize) {
        let cells = self.rows.values().flat_map(BTreeMap::values);
        cells.fold((0, 0), |(tried, equal), cell| {
            (
                tried.saturating_add(cell.tried),
                equal.saturating_add(cell.equal),
            )
        })
    }

    /// In Markdown: outcomes equal of points tried.
    pub(crate) fn markdown(&self) -> String {
        let mut text = String::from("| step of the run | at | ");
        text.push_str(&COLUMNS.join(" | "));
        text.push_str(" |\n|---|---|");
        text.push_str(&"---|".repeat(COLUMNS.len()));
        for ((place, row), cells) in &self.rows {
            let label = self.labels.get(place).map_or("", String::as_str);
            let cells = COLUMNS.map(|column| {
                let cell = cells.get(column);
                cell.map_or_else(String::new, |cell| {
                    format!("{} of {}", cell.equal, cell.tried)
                })
            });
            text.push_str(&format!("\n| {label} | {row} | {} |", cells.join(" | ")));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_count_and_the_sum_is_theirs() {
        let mut table = Table::default();
        let label = || (1, "due day, round 1: settle".to_owned());
        table.count(label(), "COMMIT".to_owned(), "machine", true);
        table.count(label(), "COMMIT".to_owned(), "machine", false);
        table.count(label(), "message pain.001".to_owned(), "bank channel", true);
        assert_eq!(table.sums(), (3, 2));
        let text = table.markdown();
        assert!(text.contains("| COMMIT |  |  | 1 of 2 |  |"), "{text}");
    }
}
