//! finance-api
