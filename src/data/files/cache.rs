//! The last data set read from files, so that a run starts at once with what the window or the
//! command line has just read. One at most is kept alive.

use super::detect::Found;
use super::read;
use crate::data::{DataError, Dataset};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::UNIX_EPOCH;

/// Names, lengths and times of every file of a data set, hashed.
type Fingerprint = [u8; 32];

static LAST: Mutex<Option<(Fingerprint, Arc<Dataset>)>> = Mutex::new(None);

/// What tells these files from others and from themselves before a change.
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
            // A file put in place of another, or changed with its time set back.
            hash.update(metadata.ino().to_le_bytes());
            hash.update(metadata.ctime_nsec().to_le_bytes());
            hash.update(metadata.ctime().to_le_bytes());
        }
    }
    Ok(hash.finalize().into())
}

/// The data set of these files, if it was the last. If it wasn't, the last is let go, so that
/// there are never two.
pub(super) fn get(fingerprint: &Fingerprint) -> Option<Arc<Dataset>> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    match &*last {
        Some((found, dataset)) if found == fingerprint => Some(Arc::clone(dataset)),
        _ => {
            *last = None;
            None
        }
    }
}

/// Keeps a data set as the last.
pub(super) fn put(fingerprint: Fingerprint, dataset: &Arc<Dataset>) {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    *last = Some((fingerprint, Arc::clone(dataset)));
}
