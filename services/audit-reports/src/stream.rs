//! A file made on the blocking pool and sent while it is being made.

use std::io;
use std::io::Write;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::rt::task::spawn_blocking;
use actix_web::web::Bytes;
use futures_util::stream;
use futures_util::stream::StreamExt;
use tokio::sync::mpsc;

use crate::error::AuditError;

/// Bytes in a piece.
const PIECE: usize = 64 * 1024;

/// Pieces on the way; a slow reader holds the report up, not the memory.
const PIECES: usize = 4;

type Piece = Result<Bytes, AuditError>;

struct Pipe {
    gathered: Vec<u8>,
    to: mpsc::Sender<Piece>,
}

impl Pipe {
    fn send(&mut self) -> io::Result<()> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.gathered));
        self.to
            .blocking_send(Ok(piece))
            .map_err(|_gone| io::Error::from(io::ErrorKind::BrokenPipe))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= PIECE {
            self.send()?;
        }
        Ok(bytes.len())
    }

    /// Small files go out in one piece at the end; nobody waits for half a row.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends what `make` writes, as a download. What goes wrong before the first piece is the caller's
/// to show; later the transfer breaks off, so that half a file is never taken for a whole one.
///
/// # Errors
/// `make`'s.
pub async fn download(
    content_type: &str,
    file_name: &str,
    make: impl FnOnce(&mut dyn Write) -> Result<(), AuditError> + Send + 'static,
) -> Result<HttpResponse, AuditError> {
    let (to, mut from) = mpsc::channel::<Piece>(PIECES);
    let _runs_on = spawn_blocking(move || {
        let mut pipe = Pipe {
            gathered: Vec::with_capacity(PIECE),
            to,
        };
        let made = make(&mut pipe).and_then(|()| Ok(pipe.send()?));
        if let Err(error) = made {
            tracing::warn!(%error, code = error.code(), "a report broke off");
            // Nobody may be listening any more.
            let _unheard = pipe.to.blocking_send(Err(error));
        }
    });
    let first = from.recv().await.transpose()?;
    let rest = stream::unfold(from, |mut from| async {
        let piece = from.recv().await?;
        Some((piece.map_err(io::Error::other), from))
    });
    let all = stream::iter(first.map(Ok)).chain(rest);
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{file_name}\""),
        ))
        .streaming(all))
}
