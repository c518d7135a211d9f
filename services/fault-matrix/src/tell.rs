//! What a person reads: results on standard output, progress on standard error.

use std::io::Write;

/// The result.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody listens any more: nothing to be done about it.
    let _closed = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Progress.
pub(crate) fn tell(text: &str) {
    let _closed = writeln!(std::io::stderr().lock(), "{text}");
}
