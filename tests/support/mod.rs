//! What several test programs need: the program as a process, short runs, and files to read.

#![allow(dead_code, reason = "each of the test programs uses a part of this")]

pub mod files;
pub mod process;
pub mod runs;

use std::path::{Path, PathBuf};

/// A file or folder below `tests/assets`.
pub fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/assets")
        .join(name)
}
