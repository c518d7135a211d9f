//! Tests of fault-matrix, one binary.
