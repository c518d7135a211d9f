//! Tests of http-support, one binary.
