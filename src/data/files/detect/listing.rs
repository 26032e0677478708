//! What lies in a folder: its folders, its files, and what is passed over.

use super::idx::is_idx_name;
use super::pictures::{Part, is_picture};
use crate::data::DataError;
use crate::data::files::names::{is_skipped, name_of, natural};
use std::path::{Path, PathBuf};

/// The folders and files of a folder, each in order, without what systems leave about.
#[derive(Debug)]
pub(super) struct Listing {
    /// The folder itself.
    pub folder: PathBuf,
    /// The folders in it.
    pub folders: Vec<PathBuf>,
    /// The files in it, and whatever else is no folder.
    pub files: Vec<PathBuf>,
    /// The names of what systems left about there.
    pub skipped: Vec<String>,
}

impl Listing {
    /// Looks into a folder.
    pub fn of(folder: &Path) -> Result<Self, DataError> {
        let failed = |err: std::io::Error| DataError::io(folder, &err);
        let mut listing = Self {
            folder: folder.to_path_buf(),
            folders: Vec::new(),
            files: Vec::new(),
            skipped: Vec::new(),
        };
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = name_of(&path);
            if is_skipped(&name) {
                listing.skipped.push(name);
            } else if path.is_dir() {
                listing.folders.push(path);
            } else {
                listing.files.push(path);
            }
        }
        for paths in [&mut listing.folders, &mut listing.files] {
            paths.sort_by_cached_key(|path| Natural(name_of(path)));
        }
        listing.skipped.sort_unstable();
        Ok(listing)
    }

    /// The file of this name in lower case.
    pub fn named(&self, wanted: &str) -> Option<&PathBuf> {
        let is_wanted = |path: &&PathBuf| name_of(path).to_lowercase() == wanted;
        self.files.iter().find(is_wanted)
    }

    /// The one folder that this folder is a wrapping of, as archives unpack and as torchvision keeps
    /// its files: a folder of folders or of a table that lies there alone, or a folder `raw` of IDX
    /// files. A lone folder of pictures is a class, and one named as a part of the data has classes
    /// in it.
    pub fn wrapped(&self) -> Result<Option<PathBuf>, DataError> {
        if let Some(raw) = self.folders.iter().find(|path| name_of(path) == "raw")
            && Self::of(raw)?.files.iter().any(|file| is_idx_name(file))
        {
            return Ok(Some(raw.clone()));
        }
        let [alone] = self.folders.as_slice() else {
            return Ok(None);
        };
        if Part::of_name(&name_of(alone)).is_some() {
            return Ok(None);
        }
        let inner = Self::of(alone)?;
        let holds_pictures = inner.files.iter().any(|file| is_picture(file));
        let is_empty = inner.files.is_empty() && inner.folders.is_empty();
        Ok((!holds_pictures && !is_empty).then(|| alone.clone()))
    }
}

/// A name that is sorted as people count.
#[derive(PartialEq, Eq)]
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        natural(&self.0, &other.0)
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
