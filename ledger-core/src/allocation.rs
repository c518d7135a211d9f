//! Dividing a whole number of minor units by weights: the platform's one allocation rule.
//!
//! **Largest remainder, ties to the earliest.** Everybody first gets the whole units of his exact
//! share; the units left over go one each to the largest fractions. Rival rules exist ("the rest to
//! the highest value", "the rest to the first"), so the rule is named here and in the contract.

/// Why a total can't be divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AllocationError {
    /// The total is below zero.
    #[error("a total to divide can't be negative")]
    NegativeTotal,
    /// A weight is below zero.
    #[error("weight {index} is negative")]
    NegativeWeight {
        /// Its 0-based place.
        index: usize,
    },
    /// There is something to divide and nobody with a positive weight.
    #[error("nobody has a weight, so nobody can receive the total")]
    NoWeight,
}

impl AllocationError {
    /// Stable code shown to users and machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            AllocationError::NegativeTotal => "allocation_negative_total",
            AllocationError::NegativeWeight { .. } => "allocation_negative_weight",
            AllocationError::NoWeight => "allocation_no_weight",
        }
    }
}

/// Divides `total` minor units in proportion to `weights`.
///
/// The answer has one part per weight and sums to `total` exactly. A part is its exact share
/// rounded down or up, never further away; a zero weight gets nothing. Linear in the number of
/// weights.
///
/// # Errors
/// What [`AllocationError`] says.
///
/// ```
/// # use ledger_core::allocation::largest_remainder;
/// assert_eq!(largest_remainder(800, &[1, 1, 1]), Ok(vec![267, 267, 266]));
/// ```
pub fn largest_remainder(total: i64, weights: &[i64]) -> Result<Vec<i64>, AllocationError> {
    if total < 0 {
        return Err(AllocationError::NegativeTotal);
    }
    if let Some(index) = weights.iter().position(|weight| *weight < 0) {
        return Err(AllocationError::NegativeWeight { index });
    }
    // 2^63 weights of 2^63 would be needed to overflow the sum; a product of two i64 always fits.
    let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
    if sum == 0 {
        return match total {
            0 => Ok(vec![0; weights.len()]),
            _ => Err(AllocationError::NoWeight),
        };
    }
    let total_wide = i128::from(total);
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = total;
    for (index, weight) in weights.iter().enumerate() {
        let product = total_wide.saturating_mul(i128::from(*weight));
        // Never above `total`, because the weight is never above the sum.
        let floor = i64::try_from(product / sum).unwrap_or(total);
        left = left.saturating_sub(floor);
        parts.push(floor);
        remainders.push((std::cmp::Reverse(product % sum), index));
    }
    // The fractions add up to `left` whole units and each is below one, so more than `left` of them
    // are above zero: a zero weight can't be reached here.
    let left = usize::try_from(left).unwrap_or(usize::MAX);
    if left > 0 && left < remainders.len() {
        remainders.select_nth_unstable(left);
    }
    for (_, index) in remainders.into_iter().take(left) {
        if let Some(part) = parts.get_mut(index) {
            *part = part.saturating_add(1);
        }
    }
    Ok(parts)
}
