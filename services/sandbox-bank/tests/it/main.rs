//! Tests of sandbox-bank, one binary.
