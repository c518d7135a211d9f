//! Checkpoints: signed statements of a book at a moment, in the C2SP tlog-checkpoint format, signed
//! as C2SP signed-notes with Ed25519, so that existing tools can check them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::LogRoot;
use crate::hash::sha256;
use crate::signature::Signer;
use crate::signature::is_signed_raw;

/// Signature type of Ed25519 in a signed note.
const ED25519_NOTE: u8 = 1;

/// What a checkpoint states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the book.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the Merkle log over them.
    pub root: LogRoot,
}

/// Why a note is not a checkpoint of this book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not the format.
    #[error("this is not a checkpoint")]
    Malformed,
    /// No valid signature of the book's key.
    #[error("the checkpoint is not signed by the book's key")]
    NotSigned,
}

fn note_key_id(origin: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let hash = sha256(&[origin.as_bytes(), b"\n", &[ED25519_NOTE], public_key]);
    let mut id = [0; 4];
    for (to, from) in id.iter_mut().zip(hash) {
        *to = from;
    }
    id
}

/// The verifier key of a book, as C2SP signed-note writes it: `origin+hash+base64`.
#[must_use]
pub fn verifier_key(origin: &str, public_key: &[u8; 32]) -> String {
    let id = hex::encode(note_key_id(origin, public_key));
    let mut typed = vec![ED25519_NOTE];
    typed.extend_from_slice(public_key);
    format!("{origin}+{id}+{}", STANDARD.encode(typed))
}

/// Reads a verifier key: origin and public key.
///
/// # Errors
/// [`CheckpointError::Malformed`].
pub fn parse_verifier_key(text: &str) -> Result<(String, [u8; 32]), CheckpointError> {
    let mut parts = text.splitn(3, '+');
    let (Some(origin), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(CheckpointError::Malformed);
    };
    let typed = STANDARD
        .decode(key)
        .map_err(|_base64| CheckpointError::Malformed)?;
    let Some((&ED25519_NOTE, key)) = typed.split_first() else {
        return Err(CheckpointError::Malformed);
    };
    let key = <[u8; 32]>::try_from(key).map_err(|_length| CheckpointError::Malformed)?;
    if hex::encode(note_key_id(origin, &key)) == id {
        Ok((origin.to_owned(), key))
    } else {
        Err(CheckpointError::Malformed)
    }
}

impl Checkpoint {
    /// The signed text: origin, size, root, each on its line.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n",
            self.origin,
            self.size,
            STANDARD.encode(self.root.bytes())
        )
    }

    /// The signed note.
    #[must_use]
    pub fn signed(&self, signer: &Signer) -> String {
        let text = self.text();
        let mut blob = note_key_id(&self.origin, &signer.public_key()).to_vec();
        blob.extend_from_slice(&signer.sign_raw(text.as_bytes()));
        format!(
            "{text}\n\u{2014} {} {}\n",
            self.origin,
            STANDARD.encode(blob)
        )
    }

    /// Opens a note signed by `public_key`. The note must be exactly what [`Checkpoint::signed`]
    /// writes, possibly followed by other signatures (witnesses).
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn open(note: &str, public_key: &[u8; 32]) -> Result<Checkpoint, CheckpointError> {
        let (text, signatures) = note.split_once("\n\n").ok_or(CheckpointError::Malformed)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), None) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Malformed);
        };
        let root = STANDARD
            .decode(root)
            .map_err(|_base64| CheckpointError::Malformed)?;
        let checkpoint = Checkpoint {
            origin: origin.to_owned(),
            size: size.parse().map_err(|_digits| CheckpointError::Malformed)?,
            root: LogRoot::from_bytes(
                root.try_into()
                    .map_err(|_length: Vec<u8>| CheckpointError::Malformed)?,
            ),
        };
        // Numbers and base64 have several spellings; only one is lawful.
        if checkpoint.text() != format!("{text}\n") || !signatures.ends_with('\n') {
            return Err(CheckpointError::Malformed);
        }
        let prefix = format!("\u{2014} {origin} ");
        let id = note_key_id(origin, public_key);
        // Not `lines`, which would let a carriage return pass.
        let signed = signatures.split('\n').any(|line| {
            line.strip_prefix(&prefix)
                .and_then(|blob| STANDARD.decode(blob).ok())
                .and_then(|blob| blob.strip_prefix(&id).map(<[u8]>::to_vec))
                .is_some_and(|signature| {
                    is_signed_raw(public_key, &signature, checkpoint.text().as_bytes())
                })
        });
        if signed {
            Ok(checkpoint)
        } else {
            Err(CheckpointError::NotSigned)
        }
    }
}
