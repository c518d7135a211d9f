//! What the reader of a story sees: numbered steps, and under each what was done and seen.

use std::io::Write;

/// Writes the transcript line by line, as things happen.
pub struct Transcript {
    out: Box<dyn Write>,
    step: usize,
}

impl std::fmt::Debug for Transcript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Transcript(step {})", self.step)
    }
}

impl Transcript {
    /// To `out`.
    #[must_use]
    pub fn new(out: Box<dyn Write>) -> Transcript {
        Transcript { out, step: 0 }
    }

    /// A line as it is.
    pub fn line(&mut self, text: &str) {
        // Nobody listens any more: nothing to be done about it.
        let _closed = writeln!(self.out, "{text}").and_then(|()| self.out.flush());
    }

    /// The head of the next step: who does what.
    pub fn step(&mut self, who: &str, what: &str) {
        self.step = self.step.saturating_add(1);
        let number = self.step;
        self.line("");
        if who.is_empty() {
            self.line(&format!("{number:>3}  {what}"));
        } else {
            self.line(&format!("{number:>3}  {who}: {what}"));
        }
    }

    /// Something done or seen in the current step.
    pub fn note(&mut self, text: &str) {
        self.line(&format!("     {text}"));
    }

    /// Number of the current step, from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.step
    }
}
