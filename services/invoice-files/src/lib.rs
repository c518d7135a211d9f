//! Structured files of fully digital invoices (数电票), read into the law's own form. Never knows the
//! database, whose invoice it is, or what becomes of it.
pub mod einvoice;
