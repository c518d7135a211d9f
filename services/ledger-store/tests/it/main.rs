//! Tests of ledger-store, one binary.
