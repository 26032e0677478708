//! Finds which format a path holds, and which files belong to it, by names and by the first bytes of
//! files. The readers look into the files.

mod idx;
mod listing;
mod pictures;
mod refused;
mod table;

pub(super) use idx::IdxFiles;
pub(super) use pictures::{Part, PictureFolder};

use super::names::name_of;
use super::read;
use crate::data::DataError;
use listing::Listing;
use std::path::{Path, PathBuf};

/// What can be opened, in the words of errors.
const READ: &str = "a folder of IDX files, a Kaggle train.csv, or a folder with a sub-folder of \
                    pictures for each class";
/// A folder that holds nothing but another folder is looked into, so many times.
const DEPTH: usize = 4;

/// Files of a known format.
#[derive(Debug)]
pub(super) enum Found {
    /// IDX files.
    Idx(IdxFiles),
    /// A table with a row for each image.
    Csv(PathBuf),
    /// A folder with a sub-folder for each class.
    Pictures(PictureFolder),
}

impl Found {
    /// Every file that is read.
    pub(super) fn files(&self) -> Vec<&Path> {
        match self {
            Self::Idx(files) => files
                .train
                .iter()
                .chain(files.test.iter().flatten())
                .chain(&files.names)
                .map(PathBuf::as_path)
                .collect(),
            Self::Csv(file) => vec![file],
            Self::Pictures(folder) => folder
                .files
                .iter()
                .map(|file| file.path.as_path())
                .collect(),
        }
    }
}

/// Finds the format of a file or folder.
pub(super) fn detect(path: &Path) -> Result<Found, DataError> {
    let metadata = std::fs::metadata(path).map_err(|err| DataError::io(path, &err))?;
    if metadata.is_dir() {
        return detect_folder(path, 0);
    }
    read::metadata(path)?;
    if let Some(found) = idx::of_file(path)? {
        return Ok(Found::Idx(found));
    }
    if name_of(path).to_lowercase().ends_with(".csv") {
        return Ok(Found::Csv(path.to_path_buf()));
    }
    Err(refused::file(path))
}

fn detect_folder(folder: &Path, depth: usize) -> Result<Found, DataError> {
    let listing = Listing::of(folder)?;
    if let Some(found) = idx::in_folder(&listing)? {
        return Ok(Found::Idx(found));
    }
    if let Some(file) = table::in_folder(&listing) {
        return Ok(Found::Csv(file));
    }
    if let Some(inner) = listing.wrapped()?
        && depth < DEPTH
    {
        return detect_folder(&inner, depth + 1);
    }
    if listing.folders.is_empty() {
        return Err(refused::folder(&listing));
    }
    pictures::in_folder(&listing).map(Found::Pictures)
}
