//! The statements: what each list shows, in which order, with which totals.
//!
//! A row and its totals are read by different SQL: the totals are added up by the database over
//! all rows, not by the page over what it happens to show.

pub mod access;
pub mod balances;
pub mod breaches;
pub mod corrections;
pub mod disclosure;
pub mod freezes;
pub mod journal;
pub mod live_fragments;
pub mod maturities;
pub mod overdue;
pub mod payables;
pub mod purchases;
pub mod settlements;
pub mod supervisor;
pub mod trace;
pub mod write_offs;

use crate::statement::Statement;

/// The lists with an address of their own, in the order of the menu.
pub const LISTS: [&Statement; 15] = [
    &balances::BALANCES,
    &maturities::MATURITIES,
    &purchases::PURCHASES,
    &settlements::SETTLEMENTS,
    &overdue::OVERDUE,
    &disclosure::DISCLOSURE,
    &breaches::CLOCKS,
    &breaches::BREACHES,
    &payables::PAYABLES,
    &freezes::FREEZES,
    &corrections::CORRECTIONS,
    &write_offs::WRITE_OFFS,
    &journal::JOURNAL,
    &supervisor::SUPERVISOR,
    &access::ACCESS,
];

/// By name.
#[must_use]
pub fn list(name: &str) -> Option<&'static Statement> {
    LISTS.into_iter().find(|one| one.name == name)
}
