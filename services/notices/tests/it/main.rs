//! Tests of notices, one binary.
