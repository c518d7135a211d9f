//! Reads an uploaded file into the ledger, some thousand rows at a time, while the page shows how
//! far it is.

use std::fs::File;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;

use http_support::checked_rows::CheckedRows;
use ledger_app::app::App;
use ledger_app::error::AppError;
use ledger_app::import_payables;
use ledger_app::principal::Principal;
use ledger_core::id::ImportId;
use payable_files::column_mapping::ColumnMapping;
use payable_files::file_error::FileError;
use payable_files::limits::Limits;
use payable_files::payables_file::PayablesFile;
use ring::digest::Context;
use ring::digest::SHA256;

use crate::portal_memory::PortalMemory;
use crate::portal_memory::Reading;
use crate::posted::FILE_BYTES;

/// Rows in one unit of work.
const PART: usize = 2_000;

/// As much of a file as an upload may bring.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        max_bytes: FILE_BYTES,
        max_inflated_bytes: FILE_BYTES.saturating_mul(8),
        ..Limits::default()
    }
}

/// Opens the file and looks at its header.
///
/// # Errors
/// The file's; [`FileError::Io`] if the disk fails.
pub fn open(file: &File, mapping: &ColumnMapping) -> Result<PayablesFile<File>, FileError> {
    PayablesFile::open(file.try_clone()?, mapping.clone(), limits())
}

/// A list that is being read.
#[derive(Debug)]
pub struct ImportReading {
    /// The ledger.
    pub app: App,
    /// Who handed it in.
    pub who: Principal,
    /// Which list.
    pub import: ImportId,
    /// Where progress is noted.
    pub memory: PortalMemory,
}

impl ImportReading {
    /// Reads the file to its end and closes the list; what goes wrong is noted where the page
    /// looks. Blocks.
    pub fn run(&self, file: PayablesFile<File>) {
        match self.read(file) {
            Ok(()) => self.memory.reading_done(self.import),
            Err(code) => {
                // Noted before the list is closed: whoever sees it closed sees why.
                let mut reading = self.memory.reading(self.import).unwrap_or_default();
                reading.failed = Some(code);
                self.memory.reading_note(self.import, reading);
                let stopped = import_payables::fail(&self.app, &self.who, self.import);
                if let Err(error) = stopped {
                    tracing::error!(%error, import = %self.import, "a list can't be closed");
                }
            }
        }
    }

    fn read(&self, mut file: PayablesFile<File>) -> Result<(), &'static str> {
        let failed = |error: AppError| {
            tracing::error!(%error, import = %self.import, "a list can't be loaded");
            crate::refusal::worded_code(&error)
        };
        loop {
            let mut part = CheckedRows::default();
            let mut ended = false;
            for _ in 0..PART {
                match file.next() {
                    Some(Ok(row)) => part.take(row),
                    Some(Err(error)) => return Err(error.code()),
                    None => {
                        ended = true;
                        break;
                    }
                }
            }
            import_payables::load(
                &self.app,
                &self.who,
                self.import,
                &part.rows,
                &part.problems,
            )
            .map_err(failed)?;
            let (done, total) = file.progress();
            let rows = file.summary().rows;
            self.memory.reading_note(
                self.import,
                Reading {
                    rows,
                    done,
                    total,
                    failed: None,
                },
            );
            if ended {
                import_payables::finish(&self.app, &self.who, self.import).map_err(failed)?;
                return Ok(());
            }
        }
    }
}

/// SHA-256 of a file's bytes.
///
/// # Errors
/// The disk's.
pub fn digest_of(file: &File) -> std::io::Result<[u8; 32]> {
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(0))?;
    let mut context = Context::new(&SHA256);
    let mut block = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut block)?;
        match block.get(..read) {
            Some(filled) if read > 0 => context.update(filled),
            _end => break,
        }
    }
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    Ok(digest)
}
