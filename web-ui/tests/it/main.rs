//! Tests of web-ui, one binary.
