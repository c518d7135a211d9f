//! Tests of audit-reports, one binary.
