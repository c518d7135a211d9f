//! Tests of web-ui, one binary. The pages under test are those of the gallery.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod drawings;
mod fields;
mod pages;
#[path = "../../examples/gallery/sample/mod.rs"]
mod sample;
mod texts;
