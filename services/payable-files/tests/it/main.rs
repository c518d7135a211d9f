//! Tests of payable-files, one binary.
