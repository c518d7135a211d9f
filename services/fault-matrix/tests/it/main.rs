//! Tests of fault-matrix, one binary: a part of the matrix, with the real executables.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

mod matrix;
