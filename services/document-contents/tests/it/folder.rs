//! A folder: what is put comes back, once, under its digest.

use document_contents::content_place::ContentPlace;
use ledger_app::contents::Contents as _;
use ledger_core::hash::sha256_of;

#[test]
fn what_is_kept_comes_back_and_lies_under_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let place = ContentPlace::folder(&folder.path().join("documents")).unwrap();
    let bytes = b"%PDF-1.7 contract".to_vec();
    let digest = sha256_of(&bytes);
    assert_eq!(place.get(&digest).unwrap(), None);
    place.put(&digest, &bytes).unwrap();
    place.put(&digest, &bytes).unwrap();
    assert_eq!(place.get(&digest).unwrap(), Some(bytes.clone()));
    let hex = hex::encode(digest);
    let file = folder
        .path()
        .join("documents")
        .join(&hex[..2])
        .join(&hex[2..4])
        .join(&hex);
    assert_eq!(std::fs::read(file).unwrap(), bytes);
    // Opened again, by another process say, it is there.
    let again = ContentPlace::folder(&folder.path().join("documents")).unwrap();
    assert_eq!(again.get(&digest).unwrap(), Some(bytes));
}

#[test]
fn it_may_be_called_from_a_thread_that_blocks_inside_a_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let place = std::sync::Arc::new(ContentPlace::folder(folder.path()).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kept = runtime.block_on(async move {
        tokio::task::spawn_blocking(move || {
            place.put(&[1; 32], b"bytes").unwrap();
            place.get(&[1; 32]).unwrap()
        })
        .await
        .unwrap()
    });
    assert_eq!(kept, Some(b"bytes".to_vec()));
}
