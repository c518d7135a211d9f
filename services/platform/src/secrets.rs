//! The installation's secrets: files of 64 hexadecimal digits that only the server's user reads.
//! Made on first use; never overwritten.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use ledger_app::app::PlatformSecrets;
use ledger_core::canonical_hex::parse_hex;
use ring::rand::SecureRandom;

use crate::failure::Context;
use crate::failure::Failure;

/// Loads the secrets of `folder`, making what is missing.
pub(crate) fn load(folder: &Path) -> Result<PlatformSecrets, Failure> {
    std::fs::create_dir_all(folder).doing("folder of secrets")?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
        .doing("folder of secrets")?;
    Ok(PlatformSecrets {
        recorder_seed: secret(&folder.join("book.key"))?,
        public_id_key: secret(&folder.join("public-ids.key"))?,
        serial_key: secret(&folder.join("paper-serials.key"))?,
        webhook_key: secret(&folder.join("webhooks.key"))?,
    })
}

/// One secret of 32 bytes.
pub(crate) fn secret(path: &Path) -> Result<[u8; 32], Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse_hex(text.trim()).doing(&path.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let fresh = random_bytes()?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(path)
                .doing(&path.display().to_string())?;
            writeln!(file, "{}", hex::encode(fresh)).doing(&path.display().to_string())?;
            file.sync_all().doing(&path.display().to_string())?;
            Ok(fresh)
        }
        Err(error) => Err(error).doing(&path.display().to_string()),
    }
}

/// 32 random bytes.
pub(crate) fn random_bytes() -> Result<[u8; 32], Failure> {
    let mut fresh = [0; 32];
    ring::rand::SystemRandom::new()
        .fill(&mut fresh)
        .map_err(|_unspecified| Failure("the operating system has no randomness".to_owned()))?;
    Ok(fresh)
}
