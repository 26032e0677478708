//! Runs by the names that people read, and whether the folder of the runs takes files.

use super::inside::{Inside, SMALL_LIMIT};
use super::{Label, RunStore, StoreError, files};
use crate::disk::{self, Staged};
use std::path::PathBuf;

/// Bytes that are written to find out whether the disk has room: an empty file may be made on a full one.
const PROBE: usize = 64 << 10;

impl RunStore {
    /// The folder of the run that a person or a sweep has given this name; none where several have it.
    pub(super) fn called(&self, name: &str) -> Option<PathBuf> {
        let mut called = self.run_folders().ok()?.into_iter().filter(|folder| {
            let text = Inside::new(folder, files::LABEL).read_text(SMALL_LIMIT);
            let label = text.ok().and_then(|text| serde_json::from_str(&text).ok());
            label.is_some_and(|label: Label| label.name.eq_ignore_ascii_case(name))
        });
        called.next().filter(|_| called.next().is_none())
    }

    /// Checks that the folder of the runs takes files.
    ///
    /// # Errors
    /// Where it can't be made or written to.
    pub fn check_writable(&self) -> Result<(), StoreError> {
        let refused = StoreError::io(
            "write into the folder of the runs",
            "choose another folder with --runs-dir, or check that you may write there and that the disk isn't full",
            &self.folder,
        );
        let probe = self.folder.join("check");
        let made =
            disk::create_folders(&self.folder).and_then(|()| Staged::new(&probe, &[0; PROBE]));
        // The file goes again when it is dropped before it has its name.
        made.map(|_| ()).map_err(refused)
    }
}
