//! Where the bytes of documents lie: a folder, or an object store that speaks S3. The only room that
//! knows the object store; everybody else sees [`ledger_app::contents::Contents`].
pub mod content_place;
