//! ledger-app
