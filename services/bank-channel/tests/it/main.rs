//! Tests of bank-channel, one binary.
