//! Tests of scheduler, one binary.
