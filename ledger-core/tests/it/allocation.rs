//! The allocation rule against published examples and its laws.

use ledger_core::allocation::AllocationError;
use ledger_core::allocation::largest_remainder;
use proptest::prelude::*;

#[test]
fn published_examples() {
    for (total, weights, parts) in [
        (5, vec![70, 30], vec![4, 1]),
        (5, vec![30, 70], vec![2, 3]),
        (800, vec![1, 1, 1], vec![267, 267, 266]),
        (100, vec![1, 1, 1], vec![34, 33, 33]),
        // The rival rule "the rest to the highest" would give 35, 33, 33.
        (101, vec![1, 1, 1], vec![34, 34, 33]),
        (100, vec![1, 0, 1], vec![50, 0, 50]),
        (1, vec![0, 1, 1, 0], vec![0, 1, 0, 0]),
        (0, vec![0, 0], vec![0, 0]),
        (0, vec![], vec![]),
    ] {
        assert_eq!(
            largest_remainder(total, &weights),
            Ok(parts),
            "{total} over {weights:?}"
        );
    }
}

#[test]
fn what_cannot_be_divided() {
    let code =
        |total, weights: &[i64]| largest_remainder(total, weights).map_err(AllocationError::code);
    assert_eq!(code(-1, &[1]), Err("allocation_negative_total"));
    assert_eq!(code(1, &[1, -1]), Err("allocation_negative_weight"));
    assert_eq!(code(1, &[0, 0]), Err("allocation_no_weight"));
    assert_eq!(code(1, &[]), Err("allocation_no_weight"));
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let parts = largest_remainder(i64::MAX, &[i64::MAX, i64::MAX, i64::MAX]).unwrap();
    assert_eq!(
        parts.iter().map(|part| i128::from(*part)).sum::<i128>(),
        i128::from(i64::MAX)
    );
}

proptest! {
    /// Parts add up, stand within one unit of the exact share, and a larger fraction never loses to
    /// a smaller one or an equal one further back.
    #[test]
    fn laws(total in 0..=i64::MAX, weights in prop::collection::vec(0..1_000_000_000_000_i64, 1..40)) {
        prop_assume!(weights.iter().any(|weight| *weight > 0));
        let parts = largest_remainder(total, &weights).unwrap();
        prop_assert_eq!(parts.iter().map(|part| i128::from(*part)).sum::<i128>(), i128::from(total));
        let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        let exact = |index: usize| i128::from(total) * i128::from(weights[index]);
        let rounded_up = |index: usize| i128::from(parts[index]) * sum > exact(index);
        for index in 0..weights.len() {
            let off = i128::from(parts[index]) * sum - exact(index);
            prop_assert!(-sum < off && off < sum);
            prop_assert!(weights[index] > 0 || parts[index] == 0);
            for other in 0..weights.len() {
                let (here, there) = (exact(index) % sum, exact(other) % sum);
                if rounded_up(other) && !rounded_up(index) && here > 0 {
                    prop_assert!(there > here || (there == here && other < index));
                }
            }
        }
    }
}
