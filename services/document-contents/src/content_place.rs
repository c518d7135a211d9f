//! A place for bytes under their digest: `ab/cd/abcd…`, 64 hexadecimal digits.
//!
//! The store is asynchronous and the house is not: one small runtime of its own carries the calls,
//! so that they may come from any thread that is allowed to block.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;

use ledger_app::contents::Contents;
use object_store::ClientOptions;
use object_store::ObjectStore;
use object_store::ObjectStoreExt as _;
use object_store::PutMode;
use object_store::PutOptions;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use tokio::runtime::Runtime;

/// How to reach a bucket.
#[derive(Clone)]
pub struct Bucket {
    /// Address of the service, such as `https://s3.example.com`; plain http only where the
    /// configuration says so by its scheme.
    pub endpoint: String,
    /// Region, as the service calls it.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// Access key.
    pub access_key: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket")
            .field("endpoint", &self.endpoint)
            .field("bucket", &self.bucket)
            .finish_non_exhaustive()
    }
}

/// Why a place can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The folder can't be made, or nothing runs.
    #[error("the place for documents can't be prepared")]
    Io(#[from] std::io::Error),
    /// The store says no.
    #[error("the place for documents can't be opened")]
    Store(#[from] object_store::Error),
}

/// A folder or a bucket.
pub struct ContentPlace {
    store: Arc<dyn ObjectStore>,
    // Shut down in the background: the last owner may be on an async thread.
    runtime: Option<Runtime>,
}

impl fmt::Debug for ContentPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentPlace({})", self.store)
    }
}

impl Drop for ContentPlace {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl ContentPlace {
    /// A folder, made if it is missing.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn folder(path: &Path) -> Result<ContentPlace, PlaceError> {
        std::fs::create_dir_all(path)?;
        let store = LocalFileSystem::new_with_prefix(path)?.with_fsync(true);
        ContentPlace::over(Arc::new(store))
    }

    /// A bucket of a service that speaks S3.
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn bucket(bucket: &Bucket) -> Result<ContentPlace, PlaceError> {
        // The HTTP client is built without a crypto provider of its own; the second to come finds
        // one installed, which is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let plain = bucket.endpoint.starts_with("http://");
        let store = AmazonS3Builder::new()
            .with_endpoint(&bucket.endpoint)
            .with_region(&bucket.region)
            .with_bucket_name(&bucket.bucket)
            .with_access_key_id(&bucket.access_key)
            .with_secret_access_key(&bucket.secret)
            .with_client_options(ClientOptions::new().with_allow_http(plain))
            .build()?;
        ContentPlace::over(Arc::new(store))
    }

    fn over(store: Arc<dyn ObjectStore>) -> Result<ContentPlace, PlaceError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("contents")
            .enable_all()
            .build()?;
        Ok(ContentPlace {
            store,
            runtime: Some(runtime),
        })
    }

    /// Runs on the place's own runtime and waits, whatever thread this is.
    fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, object_store::Error>> + Send + 'static,
    ) -> Result<T, object_store::Error> {
        let stopped = || object_store::Error::Generic {
            store: "contents",
            source: "the place is closed".into(),
        };
        let runtime = self.runtime.as_ref().ok_or_else(stopped)?;
        let (answer, wanted) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // Nobody waits any more: nothing to be done about it.
            let _gone = answer.send(work.await);
        });
        wanted.recv().map_err(|_ended| stopped())?
    }
}

fn key(sha256: &[u8; 32]) -> Key {
    let hex = hex::encode(sha256);
    let (one, rest) = hex.split_at_checked(2).unwrap_or((&hex, ""));
    let (two, _) = rest.split_at_checked(2).unwrap_or((rest, ""));
    Key::from_iter([one, two, &hex])
}

impl Contents for ContentPlace {
    fn put(&self, sha256: &[u8; 32], bytes: &[u8]) -> Result<(), String> {
        let (store, key) = (Arc::clone(&self.store), key(sha256));
        let bytes = object_store::PutPayload::from(bytes.to_vec());
        // The same bytes again are the same file: nothing is written over.
        let put = async move {
            let once = PutOptions::from(PutMode::Create);
            match store.put_opts(&key, bytes, once).await {
                Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
                Err(error) => Err(error),
            }
        };
        self.wait(put).map_err(|error| error.to_string())
    }

    fn get(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, String> {
        let (store, key) = (Arc::clone(&self.store), key(sha256));
        let get = async move {
            match store.get(&key).await {
                Ok(found) => Ok(Some(found.bytes().await?.to_vec())),
                Err(object_store::Error::NotFound { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        };
        self.wait(get).map_err(|error| error.to_string())
    }
}
