//! Tests of ledger-app, one binary.
