//! Tests of invoice-files, one binary.
mod einvoice;
