//! Tests of testkit, one binary.
