//! pain.014 `CreditorPaymentActivationRequestStatusReport`: the answer to a presentation.

use super::document::ReadError;
use super::growing;
use super::pain002::{self, StatusReport};

/// Reads a pain.014, any version of variant 001; it has the shape of a pain.002.
///
/// # Errors
/// [`ReadError`]: not such a message, or one that lacks or repeats what it needs.
pub fn read(bytes: &[u8]) -> Result<StatusReport, ReadError> {
    let document = growing::read(bytes)?;
    pain002::report(document.body("pain.014", 1, "CdtrPmtActvtnReqStsRpt")?)
}
