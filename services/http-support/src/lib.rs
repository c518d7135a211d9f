//! http-support
