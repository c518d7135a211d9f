//! A new migration must reach `embed_migrations!` without a `cargo clean`.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
