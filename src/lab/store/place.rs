//! Where a run is kept, and that this isn't among its own data.

use super::{RunStore, StoreError};
use crate::experiment::DataSource;
use std::path::{Path, PathBuf};

/// Where a run is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunPlace {
    /// A store, in which the run gets the next name.
    Store(RunStore),
    /// This folder, which must be new or empty.
    Folder(PathBuf),
}

impl RunPlace {
    /// Checks that a run that is kept here doesn't lie in the folder of its own data.
    ///
    /// # Errors
    /// Where it would.
    pub fn check_apart(&self, source: &DataSource) -> Result<(), StoreError> {
        let DataSource::Files(files) = source else {
            return Ok(());
        };
        let place = match self {
            Self::Store(store) => store.folder(),
            Self::Folder(folder) => folder,
        };
        // A table may lie beside runs, since nothing else in its folder is read.
        if files.path.is_dir() && resolved(place).starts_with(resolved(&files.path)) {
            return Err(StoreError::AmongData { path: place.into() });
        }
        Ok(())
    }
}

/// A path without links and dots, as far as it exists already.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for folder in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (folder.canonicalize(), path.strip_prefix(folder)) {
            return real.join(rest);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_lies_apart_from_its_data() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let table = data.join("train.csv");
        std::fs::write(&table, "").unwrap();
        let check = |place: PathBuf, source: &Path, is_apart: bool| {
            let source = DataSource::files(source.into());
            for place in [
                RunPlace::Folder(place.clone()),
                RunPlace::Store(RunStore::new(place)),
            ] {
                assert_eq!(place.check_apart(&source).is_ok(), is_apart, "{place:?}");
            }
        };
        check(data.join("run"), &data, false);
        check(data.join("deeper/still/run"), &data, false);
        check(data.clone(), &data, false);
        check(folder.path().join("run"), &data, true);
        check(folder.path().join("data-runs"), &data, true);
        // Nothing but the table is read.
        check(data.join("run"), &table, true);
        assert!(
            RunPlace::Folder(data.join("run"))
                .check_apart(&DataSource::Mnist)
                .is_ok()
        );
    }
}
