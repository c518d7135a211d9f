//! Tests of ledger-core, one binary.
