//! The last data set that was read from files, so that a run starts at once with what the window or
//! the command line has just read. At most one data set is kept alive.

use super::detect::Found;
use super::read;
use crate::data::{DataError, Dataset};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// A hash over the names, lengths and times of every file of a data set.
type Fingerprint = [u8; 32];

/// The one cache of the process.
pub(super) static LAST: Cache = Cache(Mutex::new(None));

/// At most one data set, with the files that it was read from.
pub(super) struct Cache(Mutex<Option<(Fingerprint, Arc<Dataset>)>>);

/// Computes what tells these files from others, and from themselves before a change.
pub(super) fn fingerprint(path: &Path, found: &Found) -> Result<Fingerprint, DataError> {
    let mut hash = Sha256::new();
    let add_path = |hash: &mut Sha256, path: &Path| {
        let bytes = path.as_os_str().as_encoded_bytes();
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    add_path(
        &mut hash,
        &std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    );
    for file in found.files() {
        let metadata = read::metadata(file)?;
        add_path(&mut hash, file);
        hash.update(metadata.len().to_le_bytes());
        let time = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |time| time.as_nanos());
        hash.update(time.to_le_bytes());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            // The inode differs where a file was put in place of another, the time of change where
            // a file's time was set back.
            hash.update(metadata.ino().to_le_bytes());
            hash.update(metadata.ctime_nsec().to_le_bytes());
            hash.update(metadata.ctime().to_le_bytes());
        }
    }
    Ok(hash.finalize().into())
}

impl Cache {
    /// The data set of these files, if it was the last one read. If it wasn't, the last one is let
    /// go, so that there are never two.
    pub(super) fn get(&self, fingerprint: &Fingerprint) -> Option<Arc<Dataset>> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*last {
            Some((found, dataset)) if found == fingerprint => Some(Arc::clone(dataset)),
            _ => {
                *last = None;
                None
            }
        }
    }

    /// Lets the last data set go.
    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Keeps a data set as the last.
    pub(super) fn put(&self, fingerprint: Fingerprint, dataset: &Arc<Dataset>) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((fingerprint, Arc::clone(dataset)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::detect::detect;
    use super::*;
    use crate::data::{Images, Taken};
    use crate::experiment::ImageSize;

    fn dataset() -> Arc<Dataset> {
        Arc::new(Dataset {
            name: "any".into(),
            size: ImageSize::new(1, 1),
            classes: Vec::new(),
            train: Images::default(),
            validation: None,
            test: None,
            taken: Taken::default(),
        })
    }

    #[test]
    fn one_data_set_is_kept() {
        let cache = Cache(Mutex::new(None));
        let (first, second) = (dataset(), dataset());
        cache.put([1; 32], &first);
        assert!(
            cache
                .get(&[1; 32])
                .is_some_and(|kept| Arc::ptr_eq(&kept, &first))
        );
        cache.put([2; 32], &second);
        assert_eq!(Arc::strong_count(&first), 1);
        assert!(cache.get(&[1; 32]).is_none());
        assert_eq!(Arc::strong_count(&second), 1);
        assert!(cache.get(&[2; 32]).is_none());
    }

    #[test]
    fn a_changed_file_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("train.csv");
        let write = |text: &str| {
            std::fs::write(&file, text).unwrap();
            fingerprint(folder.path(), &detect(folder.path()).unwrap()).unwrap()
        };
        let first = write("label,pixel0");
        let again = fingerprint(folder.path(), &detect(folder.path()).unwrap()).unwrap();
        assert_eq!(first, again);
        assert_ne!(write("label,pixel0\n"), first);
    }
}
