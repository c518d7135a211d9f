//! What a document's file may be: told by its content, not by its name or by what a browser says.

use crate::error::AppError;

/// Largest document in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// Media type of an electronic waybill in canonical form.
pub const WAYBILL: &str = "application/vnd.tallystick.waybill";

/// The media type of a file that is taken.
///
/// # Errors
/// [`AppError::Invalid`] `document_too_large`, `document_type_not_taken`.
pub(crate) fn of(bytes: &[u8]) -> Result<&'static str, AppError> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"PK\x03\x04", "application/ofd"),
        (b"<?xml", "application/xml"),
        (b"\xef\xbb\xbf<?xml", "application/xml"),
    ];
    if bytes.len() > LARGEST {
        return Err(AppError::invalid_field(
            "file",
            "document_too_large",
            format!("a document may have {} MB", LARGEST / 1024 / 1024),
        ));
    }
    MAGIC
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, kind)| *kind)
        .ok_or_else(|| {
            AppError::invalid_field(
                "file",
                "document_type_not_taken",
                "send a PDF, an OFD, an XML or an image (PNG, JPEG)",
            )
        })
}

/// A file's name as it is kept.
pub(crate) fn file_name(given: &str) -> String {
    given
        .chars()
        .filter(|c| !c.is_control())
        .take(120)
        .collect()
}
