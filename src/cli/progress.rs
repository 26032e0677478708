//! How far a command is, in a line that replaces itself.

use std::io::{IsTerminal, Write, stderr};

/// Back to the beginning of the line, which is cleared.
const AFRESH: &str = "\r\x1b[K";

/// A line on standard error that says how far a command is. Nothing is shown where nobody looks on; the line is gone
/// when it is dropped.
pub(super) struct ProgressLine {
    is_terminal: bool,
    is_shown: bool,
}

impl ProgressLine {
    /// A line that is shown where standard error is a terminal.
    pub(super) fn on_a_terminal() -> Self {
        Self {
            is_terminal: stderr().is_terminal(),
            is_shown: false,
        }
    }

    /// Shows a text in place of the last one.
    pub(super) fn show(&mut self, text: &str) {
        if self.is_terminal {
            self.is_shown = true;
            // A terminal that is gone needs no progress.
            let _ = write!(stderr(), "{AFRESH}{text}");
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(stderr(), "{AFRESH}");
        }
    }
}
