//! Tests of platform, one binary.
