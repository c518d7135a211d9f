//! Tests of finance-api, one binary.
