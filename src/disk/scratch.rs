//! A folder for what is unpacked to be read. It goes away with its value.

use super::fault::{Step, step};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Result, Write};
use std::path::Path;
use tempfile::TempDir;

/// A new folder among the system's temporary ones, removed with all that is in it once it is dropped.
#[derive(Debug)]
pub(crate) struct Scratch(TempDir);

impl Scratch {
    /// Makes the folder.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn new() -> Result<Self> {
        let folder = std::env::temp_dir();
        step(Step::Folder, &folder)?;
        tempfile::Builder::new()
            .prefix("overfit-lab-")
            .tempdir()
            .map(Self)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes what a source gives into a file of the folder, `most` bytes of it, and makes the folders
    /// that the file lies in. The name is relative and leads nowhere else. Gives how many bytes were
    /// written.
    ///
    /// # Errors
    /// Where the source fails, or the file is there already or can't be written.
    pub fn write(&self, name: &Path, source: &mut dyn Read, most: u64) -> Result<u64> {
        let path = self.path().join(name);
        step(Step::Create, &path)?;
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut file = BufWriter::new(File::create_new(&path)?);
        let written = io::copy(&mut source.take(most), &mut file)?;
        file.flush()?;
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_unpacked_goes_away() {
        let scratch = Scratch::new().unwrap();
        let name = Path::new("train/0/a.png");
        assert_eq!(scratch.write(name, &mut &b"hello"[..], 4).unwrap(), 4);
        let path = scratch.path().join(name);
        assert_eq!(fs::read(&path).unwrap(), b"hell");
        assert!(scratch.write(name, &mut &b"again"[..], 9).is_err());
        drop(scratch);
        assert!(!path.exists());
    }
}
